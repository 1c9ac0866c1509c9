import { rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/repo-default/input.js";
import { runRepoDefault } from "../../scripts/scenarios/repo-default/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/repo-default.json";

describe("scenario repo-default", function () {
  this.timeout(180_000);

  it("marks, calls, defaults, closes out, calls back, exchanges and pledges to the minor unit", async function () {
    const { checks, text } = await runRepoDefault(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "the repo that defaults: exposure on 2026-03-06",
      "the repo that defaults: the call is met",
      "the repo that defaults: the surplus goes back to the minor unit",
      "the repo that is called back: price and interest to the minor unit",
      "the repo with other bonds: the first bonds are back",
      "the pledge: a unit fewer would not do",
      "the pledge: nothing is held any more",
      "the seller's money",
    ]);
    expect(text).to.contain("margin is called");
  });

  context("given an input that contradicts itself", function () {
    const wrong = "reports/repo-default-wrong.json";

    afterEach(async function () {
      await rm(wrong, { force: true });
    });

    async function sentenceFor(change: (input: Awaited<ReturnType<typeof readInput>>) => object): Promise<string> {
      await writeAtomically(wrong, JSON.stringify(change(await readInput(INPUT))));
      return readInput(wrong).then(
        () => "it was read",
        (error: unknown) => sentenceOf(error) ?? "another failure",
      );
    }

    it("says in one sentence which days are out of order", async function () {
      const sentence = await sentenceFor((input) => ({
        ...input,
        defaulted: { ...input.defaulted, declared: "2026-03-05" },
      }));
      expect(sentence).to.equal(
        `${wrong}: the repo that defaults: 2026-03-05 comes before 2026-03-06; put the days in order.`,
      );
    });

    it("says in one sentence where a price is missing", async function () {
      const sentence = await sentenceFor((input) => ({ ...input, fixings: input.fixings.slice(0, -1) }));
      expect(sentence).to.equal(
        `${wrong}: there is no fixing on 2026-03-19, when bonds have to have a price; add one.`,
      );
    });

    it("says in one sentence that a bank cannot deal with itself", async function () {
      const sentence = await sentenceFor((input) => ({ ...input, buyer: input.seller }));
      expect(sentence).to.equal(`${wrong}: issuer, seller and buyer have to be three institutions; name another.`);
    });

    it("says in one sentence that a part is not all", async function () {
      const sentence = await sentenceFor((input) => ({
        ...input,
        pledge: { ...input.pledge, part: { ...input.pledge.part, amount: input.pledge.obligation } },
      }));
      expect(sentence).to.equal(
        `${wrong}: the part of the obligation that is paid first leaves nothing; make it smaller.`,
      );
    });
  });
});
