import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/mbridge-pilot/input.js";
import { drawLedger } from "../../scripts/scenarios/mbridge-pilot/ledger.js";
import { runPilot } from "../../scripts/scenarios/mbridge-pilot/run.js";
import { BRIDGE_CODES, loadBridgeParameters } from "../../sdk/deploy/bridgeParameters.js";
import { UserError } from "../../sdk/errors.js";
import { minor } from "../../sdk/money.js";
import { rejection } from "../sdk/rejection.js";

const INPUT = "scripts/scenarios/inputs/mbridge-pilot.json";

async function pilotBanks() {
  const { centralBanks } = await loadBridgeParameters();
  return centralBanks
    .filter(({ code }) => code !== "SAR")
    .flatMap(({ code, banks }) => Object.keys(banks).map((bic) => ({ bic, home: code })));
}

describe("scenario mbridge-pilot", function () {
  this.timeout(180_000);

  it("settles a ledger under the published figures and counts them from the events", async function () {
    const { checks } = await runPilot(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all).to.have.length(9 + 3 * BRIDGE_CODES.length);
  });

  it("finds figures that the events do not give", async function () {
    const input = await readInput(INPUT);
    const published = { ...input.published, banks: 19, settledUsd: "22000000.00" };
    const { checks } = await runPilot(await network.create({ chainType: "l1" }), { ...input, published });
    const failed = checks.report().checks.filter(({ ok }) => !ok);
    expect(failed.map(({ name }) => name)).to.deep.equal(["banks that took part"]);
  });

  describe("the drawn ledger", function () {
    it("is the same for the same seed, and another for another", async function () {
      const [input, banks] = [await readInput(INPUT), await pilotBanks()];
      expect(drawLedger(input, banks)).to.deep.equal(drawLedger(input, banks));
      expect(drawLedger({ ...input, seed: input.seed + 7 }, banks)).not.to.deep.equal(drawLedger(input, banks));
    });

    it("keeps to the phases, and has each number that was published", async function () {
      const [input, banks] = [await readInput(INPUT), await pilotBanks()];
      const { deals, issues } = drawLedger(input, banks);
      expect(deals).to.have.length(input.published.transactions);
      expect(deals.filter(({ code, counter }) => code === "CNY" || counter === "CNY")).to.have.length(
        input.published.touchingCny,
      );
      const cny = issues.filter(({ code }) => code === "CNY").reduce((sum, { amount }) => sum + amount, 0n);
      expect(cny).to.equal(minor(input.published.issuedCny));
      for (const { day, payer, payee, code } of deals) {
        const open = input.phases.findLast(({ from }) => from <= (input.rates[day]?.date ?? ""))?.currencies ?? [];
        const homes = [payer, payee].map((bic) => banks.find((bank) => bank.bic === bic)?.home);
        expect(open).to.include.members([code, ...homes]);
        expect(homes[0]).not.to.equal(homes[1]);
      }
    });

    it("gives up in one sentence when the figures cannot be reached", async function () {
      const input = await readInput(INPUT);
      const banks = await pilotBanks();
      const published = { ...input.published, settledUsd: "99000000.00" };
      expect(() => drawLedger({ ...input, published }, banks)).to.throw(UserError, "No ledger");
      expect((await rejection(readInput("no/such/input.json"))).message).to.match(/cannot be read/);
    });
  });
});
