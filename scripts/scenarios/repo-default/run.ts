import type { NetworkConnection } from "hardhat/types/network";
import { parseDay } from "../../../sdk/calendar.js";
import { openSuite } from "../../../sdk/deploy/suite.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Checks } from "../../../sdk/report.js";
import type { Outcome } from "../lib.js";
import type { RepoInput } from "./input.js";
import { pledged } from "./pledge.js";
import { calledBack, defaulting, substituted } from "./repos.js";
import { PRICED, TRADED, openStage, publish, type Stage } from "./stage.js";

/** Runs three repos and a pledge on a connection's chain, each to its end. */
export async function runRepoDefault(connection: NetworkConnection<"l1">, input: RepoInput): Promise<Outcome> {
  const checks = new Checks("repo-default", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.firstDay);
  const suite = await openSuite(connection);
  const stage = await openStage(suite, clock, checks, input);
  const paid = { repaid: 0n, surplus: 0n };
  const all = [
    ...input.fixings.map(({ day, percent }) => ({
      day,
      hour: PRICED,
      happens: async () => publish(stage, percent, await clock.now()),
    })),
    ...[...defaulting(stage, paid), ...calledBack(stage, paid), ...substituted(stage, paid), ...pledged(stage)].map(
      (happening) => ({ ...happening, hour: TRADED }),
    ),
  ].toSorted((a, b) => parseDay(a.day) - parseDay(b.day) || a.hour - b.hour);
  for (const { day, hour, happens } of all) {
    await clock.moveTo(day, hour);
    await happens();
  }
  await checkEnd(stage, paid);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
  ].join("\n\n");
  return { checks, text };
}

/** Everybody has what the input makes it, and no contract anything. */
async function checkEnd(stage: Stage, { repaid, surplus }: { repaid: bigint; surplus: bigint }): Promise<void> {
  const { input, seller, buyer, jurisdiction, notes, checks, repo, collateral } = stage;
  const { defaulted, calledBack: back, substituted: exchanged, pledge } = input;
  const lent = minor(defaulted.cash) + minor(back.cash) + minor(exchanged.cash);
  const net = lent - repaid + surplus - minor(pledge.obligation);
  const money = jurisdiction.currency;
  checks.equal("the seller's money", minor(input.money) + net, await money.balanceOf(seller.account));
  checks.equal("the buyer's money", minor(input.money) - net, await money.balanceOf(buyer.account));
  const kept = BigInt(defaulted.units + defaulted.met.units);
  for (const [index, { bond, input: note }] of notes.entries()) {
    const moved = index === 0 ? kept : 0n;
    const placed = BigInt(note.placed);
    checks.equal(`the seller's units of ${note.name}`, placed - moved, await bond.balanceOf(seller.account));
    checks.equal(`the buyer's units of ${note.name}`, placed + moved, await bond.balanceOf(buyer.account));
    checks.equal(`${note.name}: units are the issue`, 2n * placed, await bond.totalSupply());
    for (const [name, contract] of Object.entries({ repo, collateral })) {
      checks.equal(`${name} owns nothing of ${note.name}`, 0n, await bond.balanceOf(contract));
    }
  }
}
