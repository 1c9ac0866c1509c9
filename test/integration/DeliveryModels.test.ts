import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput, type DeliveryInput } from "../../scripts/scenarios/delivery-models/input.js";
import { runDeliveryModels } from "../../scripts/scenarios/delivery-models/run.js";
import { UserError } from "../../sdk/errors.js";
import { rejection } from "../sdk/rejection.js";

const INPUT = "scripts/scenarios/inputs/delivery-models.json";

describe("scenario delivery-models", function () {
  this.timeout(180_000);

  it("settles one day in three models to the same positions, and trades that fail to their ends", async function () {
    const { checks, text } = await runDeliveryModels(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(all.map((check) => check.name)).to.include.members([
      "model 1: positions at the end of the day",
      "model 2: money moves net, at the end",
      "model 3: money and units move net, in one transaction",
      "M2: parts sum to the amount",
      "M3: bought in",
      "M3: claim paid",
    ]);
    expect(text).to.include("principal at risk, most");
  });

  it("finds published figures that the day does not give", async function () {
    const input = await readInput(INPUT);
    const wrong = {
      ...input,
      positions: { ...input.positions, BOCHK: { units: 301, money: "-30397.00" } },
      market: { ...input.market, buyIn: { ...input.market.buyIn, owed: "64.48" } },
    };
    const { checks } = await runDeliveryModels(await network.create({ chainType: "l1" }), wrong);
    const failed = checks.report().checks.filter(({ ok }) => !ok);
    expect(failed.map(({ name }) => name)).to.deep.equal([
      ...[1, 2, 3].map((model) => `model ${model}: positions at the end of the day`),
      "M3: owed",
    ]);
  });

  it("refuses an input that contradicts itself, in one sentence", async function () {
    const input = await readInput(INPUT);
    const [first, ...rest] = input.trades;
    if (first === undefined) throw new RangeError("the day has trades");
    const folder = await mkdtemp(join(tmpdir(), "delivery-models-"));
    const cases: readonly (readonly [Partial<DeliveryInput>, RegExp])[] = [
      [{ trades: [{ ...first, buyer: "Nobody" }, ...rest] }, /T1 names "Nobody"/],
      [{ trades: [{ ...first, buyer: first.seller }, ...rest] }, /T1 is a trade of BOCHK with itself/],
      [{ trades: [{ ...first, hour: 19 }, ...rest] }, /T1 is made after the cycle's end/],
      [{ trades: [...rest, first] }, /trades are out of order/],
      [{ trades: [first, ...rest, first] }, /two trades have the same name/],
      [{ positions: { Nobody: { units: 0, money: "0.00" } } }, /positions name "Nobody"/],
      [{ note: { ...input.note, units: 100 } }, /more units than the 100 that are issued/],
      [{ market: { ...input.market, agent: input.market.buyer } }, /three different dealers/],
      [{ guarantee: "1.001" }, /guarantee/],
    ];
    for (const [changed, sentence] of cases) {
      const path = join(folder, "input.json");
      await writeFile(path, JSON.stringify({ ...input, ...changed }));
      const error = await rejection(readInput(path));
      expect(error, sentence.source).to.be.instanceOf(UserError);
      expect(error.message).to.match(sentence);
    }
    await rm(folder, { recursive: true });
  });
});
