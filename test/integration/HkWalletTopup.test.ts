import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/hk-wallet-topup/input.js";
import { runTopUp } from "../../scripts/scenarios/hk-wallet-topup/run.js";
import { UserError } from "../../sdk/errors.js";
import { rejection } from "../sdk/rejection.js";

const INPUT = "scripts/scenarios/inputs/hk-wallet-topup.json";

describe("scenario hk-wallet-topup", function () {
  this.timeout(240_000);

  it("tops up through the link, pays merchants within the figures of class IV, and nobody else", async function () {
    const { checks, text } = await runTopUp(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map(({ name }) => name)).to.include.members([
      "class IV has the published figures",
      "a person, by transfer",
      "a person, by hold",
      "a person, by a hold that names nobody",
      "a fen above the balance cap",
      "above the cap: the money is free again",
      "one fen above one payment's limit",
      "one fen above the day's limit",
      "one fen above the year's limit",
    ]);
    expect(text).to.contain("tops up");
  });

  describe("input", function () {
    const wrong: readonly (readonly [string, object, RegExp])[] = [
      [
        "a merchant that there is not",
        { purchases: [{ day: "2025-06-24", merchant: 7, amount: "1.00" }] },
        /no merchant 7/,
      ],
      ["a day before the first", { topUps: [{ day: "2025-06-01", amount: "1.00" }] }, /before the first day/],
      ["a bank that takes no part", { operator: "TABCCNT0" }, /have to take part/],
      ["an unknown key", { sponsor: "x" }, /sponsor/],
    ];
    for (const [what, change, sentence] of wrong) {
      it(`refuses ${what} in one sentence`, async function () {
        const folder = await mkdtemp(join(tmpdir(), "hk-wallet-topup-"));
        try {
          const path = join(folder, "input.json");
          await writeFile(path, JSON.stringify({ ...(await readInput(INPUT)), ...change }));
          const error = await rejection(readInput(path));
          expect(error).to.be.instanceOf(UserError);
          expect(error.message).to.match(sentence);
        } finally {
          await rm(folder, { recursive: true });
        }
      });
    }
  });
});
