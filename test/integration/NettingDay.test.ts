import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/netting-day/input.js";
import { needsOf } from "../../scripts/scenarios/netting-day/needs.js";
import { runNettingDay } from "../../scripts/scenarios/netting-day/run.js";
import { UserError } from "../../sdk/errors.js";
import { rejection } from "../sdk/rejection.js";

const INPUT = "scripts/scenarios/inputs/netting-day.json";

describe("scenario netting-day", function () {
  this.timeout(180_000);

  it("settles net what cannot settle gross, leaves out who cannot pay, and unwinds the rest", async function () {
    const { checks, text } = await runNettingDay(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "cycle 1: net as published",
      "cycle 2: left out, and why",
      "cycle 2: nobody excluded",
      "cycle 3: HKD positions sum to zero",
      "released at the end of the day",
      "releasing moves nothing",
    ]);
    expect(text).to.include("needed one by one");
  });

  it("finds a published sum that the payments do not give, and an item expected to stay that goes", async function () {
    const input = await readInput(INPUT);
    const [first, ...rest] = input.cycles;
    if (first?.published === undefined) throw new RangeError("the first cycle has published sums");
    const wrong = {
      ...first,
      published: { ...first.published, net: "1200000.00" },
      leftOut: { A1: "behind" as const },
    };
    const { checks } = await runNettingDay(await network.create({ chainType: "l1" }), {
      ...input,
      cycles: [wrong, ...rest],
    });
    const failed = checks.report().checks.filter(({ ok }) => !ok);
    expect(failed.map(({ name }) => name)).to.deep.equal(["cycle 1: left out, and why", "cycle 1: net as published"]);
  });

  it("takes items from a pacs.009 message, and says what is wrong with one", async function () {
    const input = await readInput(INPUT);
    expect(input.cycles[0]?.items[0]).to.deep.equal({
      ...{ name: "A1", from: "TICBCNT0", to: "THSBHKT0", currency: "CNY", amount: "2500000.00", priority: 0 },
    });
    const folder = await mkdtemp(join(tmpdir(), "netting-day-"));
    const text = await readFile("scripts/scenarios/inputs/netting-day/cycle-1.pacs009.xml", "utf8");
    const plan = await readFile(INPUT, "utf8");
    await writeFile(join(folder, "input.json"), plan.replace("netting-day/cycle-1.pacs009.xml", "message.xml"));
    for (const [from, to, sentence] of [
      ["</GrpHdr>", "</GrpHd>", /message\.xml: .*not well-formed/],
      ['Ccy="CNY">700000.00', 'Ccy="CNY">-700000.00', /message\.xml: .*CdtTrfTxInf\[2\]\/IntrBkSttlmAmt/],
      ['Ccy="CNY">700000.00', 'Ccy="CNY">700000.01', /message\.xml: .*TtlIntrBkSttlmAmt/],
      [/Ccy="CNY"/g, 'Ccy="EUR"', /message\.xml, A1: .*currency/],
    ] as const) {
      await writeFile(join(folder, "message.xml"), text.replace(from, to));
      const error = await rejection(readInput(join(folder, "input.json")));
      expect(error, sentence.source).to.be.instanceOf(UserError);
      expect(error.message).to.match(sentence);
    }
    await rm(folder, { recursive: true });
  });

  it("needs, one by one, as much as each payer is ever short of", function () {
    const payment = (order: number, from: string, to: string, amount: bigint) => ({
      ...{ id: `${order}`, order, token: "CNY" as const, from, to, amount },
    });
    const payments = [payment(1, "a", "b", 30n), payment(2, "b", "a", 50n), payment(3, "a", "b", 10n)];
    expect(needsOf(payments)).to.deep.equal([{ currency: "CNY", payments: 3, gross: 90n, oneByOne: 50n, net: 10n }]);
  });
});
