import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/hybrid-two-tier/input.js";
import { runHybridTwoTier } from "../../scripts/scenarios/hybrid-two-tier/run.js";
import { rejection } from "../sdk/rejection.js";

const INPUT = "scripts/scenarios/inputs/hybrid-two-tier.json";

describe("scenario hybrid-two-tier", function () {
  this.timeout(120_000);

  it("shows the asset roles, opt-in, an atomic group and a change of provider", async function () {
    const { checks, text } = await runHybridTwoTier(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    for (const term of ["reserve", "opt-in", "manager", "freeze", "clawback", "group", "change of provider"]) {
      expect(
        all.some(({ name }) => name.startsWith(`${term}: `)),
        term,
      ).to.equal(true);
      expect(text).to.include(term);
    }
  });

  it("refuses an input that contradicts itself, in one sentence", async function () {
    const folder = await mkdtemp(join(tmpdir(), "hybrid-two-tier-"));
    const path = join(folder, "input.json");
    const text = await readFile(INPUT, "utf8");
    for (const [from, to, sentence] of [
      ['"nextProvider": "TBOCCNT0"', '"nextProvider": "TICBCNT0"', /provider and nextProvider are the same/],
      ['"name": "a tailor"', '"name": "a family"', /two users have one name/],
      ['"to": "a bookshop"', '"to": "a baker"', /payment 2 of the group names a baker, who is no user/],
      ['"to": "a bookshop"', '"to": "a tailor"', /payment 2 of the group is from a tailor to themselves/],
      ['"amount": "800.00"', '"amount": "5000.01"', /a family gives more in the group than its funds/],
    ] as const) {
      await writeFile(path, text.replace(from, to));
      expect((await rejection(readInput(path))).message).to.match(sentence);
    }
    await rm(folder, { recursive: true });
  });
});
