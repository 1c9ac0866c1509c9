import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readInput } from "../../scripts/scenarios/two-ledgers-dvp/input.js";
import { UserError } from "../../sdk/errors.js";
import { runTwoLedgersDvp } from "../../scripts/scenarios/two-ledgers-dvp/run.js";

const INPUT = "scripts/scenarios/inputs/two-ledgers-dvp.json";

describe("scenario two-ledgers-dvp", function () {
  this.timeout(180_000);

  it("ends every trade alike on both ledgers, whatever goes wrong meanwhile", async function () {
    const { checks } = await runTwoLedgersDvp(await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map(({ name }) => name)).to.include.members([
      "T2: time does not free the delivery, 90 days later",
      "T2: the seller, which is paid, cannot withdraw",
      "T4: not decided while halted",
      "T5: the verdict stands although the delivery is put off",
      "T6: followed in Hong Kong",
    ]);
  });

  it("refuses an input whose outcome no schedule can have", async function () {
    const input = await readInput(INPUT);
    const folder = await mkdtemp(join(tmpdir(), "two-ledgers-dvp-"));
    const file = join(folder, "input.json");
    const trades = input.trades.map((trade) => ({ ...trade, outcome: "settled" }));
    await writeFile(file, JSON.stringify({ ...input, trades }));
    const error = await readInput(file).catch((thrown: unknown) => thrown);
    await rm(folder, { recursive: true });
    expect(error).to.be.instanceOf(UserError);
    expect((error as Error).message).to.include(
      'with the incident "seller frozen" a trade ends called off, not settled',
    );
  });
});
