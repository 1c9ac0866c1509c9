import { expect } from "chai";
import { holdId } from "../../../sdk/eip712/ledger.js";
import { ENTRY_STATUS, TRADE_STATUS } from "../../../sdk/eip712/trades.js";
import { startOfDayNumber } from "../../../sdk/calendar.js";
import { ref } from "../../support/chain.js";
import type { Check } from "../checks.js";
import { outcomeOf } from "../tale.js";
import { OWNERS, SIDES, dealerOf, has, isOpen, lastDayOf, lateDays, todayOf } from "./state.js";
import { entryIdOf, holdOf, idOf, pairOf, sidesOf, type TradeTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const TRADE_CHECKS: readonly Check<TradeTale>[] = [
  { id: "DVP-01", holds: unitsAndMoneyMoveTogether },
  { id: "DVP-02", holds: openTradesAreCovered },
  { id: "DVP-03", holds: statesAreAsTheTableSays },
  { id: "DVP-05", holds: nothingIsInstructedTwice },
  { id: "DVP-07", holds: feesAndClaimsAreExact },
  { id: "DVP-04", holds: everyTradeEndsWithoutItsSides },
  { id: "DVP-08", holds: nothingIsHeldOfWhatHasEnded },
];

export async function checkTrades(told: TradeTale): Promise<void> {
  for (const { holds } of TRADE_CHECKS) await holds(told);
}

async function unitsAndMoneyMoveTogether({ world, state }: TradeTale): Promise<void> {
  const { f, signers } = world;
  for (const trade of state.trades) {
    const { settled, paid } = await f.matching.tradeOf(idOf(world, trade));
    expect([settled, paid], `DVP-01 ${trade.name}`).to.deep.equal([trade.settled, trade.paid]);
  }
  for (const owner of OWNERS) {
    const onChain = [await f.bond.balanceOf(signers[owner]), await f.money.spendableOf(signers[owner])];
    expect(onChain, `DVP-01 ${owner}`).to.deep.equal([has(state.units, owner), has(state.free, owner)]);
  }
}

async function openTradesAreCovered({ world, state }: TradeTale): Promise<void> {
  const { f } = world;
  for (const trade of state.trades) {
    const { remaining } = await f.money.holdState(holdId(holdOf(world, trade)));
    expect(remaining, `DVP-02 ${trade.name}`).to.equal(trade.held);
    if (isOpen(trade)) expect(remaining, `DVP-02 ${trade.name}`).to.equal(trade.guarantee);
  }
  const owned = [await f.bond.balanceOf(f.matching), await f.money.balanceOf(f.matching)];
  expect(owned, "DVP-02 the contract").to.deep.equal([0n, 0n]);
}

async function statesAreAsTheTableSays({ world, state }: TradeTale): Promise<void> {
  const { f } = world;
  for (const trade of state.trades) {
    const { status } = await f.matching.tradeOf(idOf(world, trade));
    expect(status, `DVP-03 ${trade.name}`).to.equal(TRADE_STATUS[trade.status]);
    for (const side of SIDES) {
      const entry = await f.matching.entryOf(entryIdOf(world, trade, side));
      expect(entry.status, `DVP-03 ${trade.name}, ${side}`).to.equal(ENTRY_STATUS[trade.entries[side]]);
    }
  }
}

/** Tried: entering again what was entered before. */
async function nothingIsInstructedTwice({ world, state }: TradeTale): Promise<void> {
  for (const trade of state.trades) {
    for (const side of SIDES.filter((each) => trade.entries[each] !== "none")) {
      const matching = world.f.matching.connect(world.signers[dealerOf(trade, side)]);
      const again = await outcomeOf(world, () => matching.enter.staticCall(sidesOf(world, trade)[side], "0x"));
      expect(again, `DVP-05 ${trade.name}, ${side}`).to.equal("TradeInstructionStatusInvalid");
    }
  }
}

async function feesAndClaimsAreExact({ world, state }: TradeTale): Promise<void> {
  const { f } = world;
  for (const trade of state.trades) {
    const claim = await f.matching.claimOf(idOf(world, trade));
    const expected = [trade.owed?.by === "delivery", trade.owed?.amount ?? 0n];
    expect([claim.owedByDeliverer, claim.amount], `DVP-07 ${trade.name}`).to.deep.equal(expected);
    if (trade.status !== "failing") continue;
    // what the contract has counted up to its last failure
    const { failedDay, delivererDays, receiverDays } = await f.matching.tradeOf(idOf(world, trade));
    const days = (["deliverer", "receiver"] as const).map((side) => lateDays(trade, failedDay, side));
    expect([delivererDays, receiverDays], `DVP-07 days of ${trade.name}`).to.deep.equal(days);
  }
}

/** Tried: a stranger ends every open trade when its days are over, although both sides are frozen. */
async function everyTradeEndsWithoutItsSides({ world, state }: TradeTale): Promise<void> {
  const { f, signers, chain } = world;
  const open = state.trades.filter(isOpen);
  if (open.length === 0) return;
  const enforcer = f.money.connect(f.hongkong.officers.enforcer);
  for (const dealer of ["north", "south"] as const) {
    if (!state.frozen.has(dealer)) await enforcer.freeze(signers[dealer], ref("order"));
  }
  const last = open.map(lastDayOf).reduce((most, day) => (day > most ? day : most), todayOf(state));
  await chain.networkHelpers.time.increaseTo(startOfDayNumber(Number(last) + 1));
  for (const trade of open) {
    await f.matching.connect(signers.carrier).lapse(...pairOf(world, trade));
    const { status } = await f.matching.tradeOf(idOf(world, trade));
    expect(status, `DVP-04 ${trade.name}`).to.equal(TRADE_STATUS.lapsed);
  }
}

/** After {@link everyTradeEndsWithoutItsSides}: whatever was matched has ended now. */
async function nothingIsHeldOfWhatHasEnded({ world, state }: TradeTale): Promise<void> {
  for (const trade of state.trades.filter(({ entries }) => entries.delivery === "matched")) {
    const { remaining } = await world.f.money.holdState(holdId(holdOf(world, trade)));
    expect(remaining, `DVP-08 ${trade.name}`).to.equal(0n);
  }
}
