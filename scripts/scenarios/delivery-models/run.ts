import type { NetworkConnection } from "hardhat/types/network";
import { openSuite } from "../../../sdk/deploy/suite.js";
import { formatMoney } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import { signed, type DeliveryInput } from "./input.js";
import { runMarket } from "./market.js";
import { MODELS, runModel, type Used } from "./models.js";
import { openStage, type Stage } from "./stage.js";

/** The same day three times, each from the same opening; then the market's trades that match, fail and end. */
export async function runDeliveryModels(connection: NetworkConnection<"l1">, input: DeliveryInput): Promise<Outcome> {
  const checks = new Checks("delivery-models", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.day);
  const stage = await openStage(connection, await openSuite(connection), checks, clock, input);
  const used: Used[] = [];
  for (const model of MODELS) used.push(await runModel(stage, model));
  compare(stage, used);
  await runMarket(stage);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    `${input.trades.length} trades of one day in three models, from the same opening to the same positions:`,
    table(["", ...MODELS.map((model) => `model ${model}`)], rowsOf(used)),
    stage.journal.toTable(),
  ].join("\n\n");
  return { checks, text };
}

/** Every model comes to the published positions; what sets them apart is what they take. */
function compare({ checks, input, dealers }: Stage, used: readonly Used[]): void {
  const expected = dealers.map(({ name }) => {
    const { units = 0, money = "0.00" } = input.positions[name] ?? {};
    return { name, units: BigInt(units), money: signed(money) };
  });
  for (const [place, { positions }] of used.entries()) {
    const found = dealers.map(({ name }, at) => ({
      ...{ name, units: positions.units[at] ?? 0n, money: positions.money[at] ?? 0n },
    }));
    checks.equal(`model ${place + 1}: positions at the end of the day`, expected, found);
  }
  const [gross, mixed, net] = used;
  if (gross === undefined || mixed === undefined || net === undefined) throw new RangeError("three models");
  checks.equal("model 1: nothing is delivered unpaid or left open", [0n, 0n], [gross.principal, gross.replacement]);
  checks.equal("model 3: nothing is delivered unpaid", 0n, net.principal);
  checks.equal("models 2 and 3 need the same money", mixed.money, net.money);
  checks.equal("models 1 and 2 need the same units", gross.units, mixed.units);
  checks.holds("netting needs no more money", sumOf(net.money) <= sumOf(gross.money));
  checks.holds("netting needs no more units", sumOf(net.units) <= sumOf(gross.units));
}

function rowsOf(used: readonly Used[]): string[][] {
  const hkd = (amount: bigint) => formatMoney(amount, "HKD");
  const row = (name: string, cell: (each: Used) => string) => [name, ...used.map(cell)];
  return [
    row("liquidity, all dealers", ({ money }) => hkd(sumOf(money))),
    row("liquidity, largest", ({ money }) => hkd(money.reduce((most, each) => (each > most ? each : most), 0n))),
    row("units, all dealers", ({ units }) => sumOf(units).toLocaleString("en-US")),
    row("held as guarantee", ({ held }) => hkd(held)),
    row("principal at risk, most", ({ principal }) => hkd(principal)),
    row("not final, most", ({ replacement }) => hkd(replacement)),
    row("seconds to finality, average", ({ seconds }) => seconds.toLocaleString("en-US")),
    row("movements", ({ movements }) => `${movements}`),
    row("transactions", ({ transactions }) => `${transactions}`),
    row("gas", ({ gas }) => gas.toLocaleString("en-US")),
  ];
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, each) => sum + each, 0n);
}
