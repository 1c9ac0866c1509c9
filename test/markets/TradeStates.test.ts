import { ENTRY_STATUS, TRADE_STATUS } from "../../sdk/eip712/trades.js";
import { openChainAt } from "../support/assets.js";
import { describeMachine } from "../support/states/describeMachine.js";
import {
  INSTRUCTION_STATES,
  TRADE_STATES,
  type EntryState,
  type TradeAct,
  type TradeState,
} from "../support/states/trades.js";
import { DEAL, RULES, TradeUnderTest, deployMarket, restock, sellOut } from "../support/trades.js";

const chain = await openChainAt("2026-02-20");

const ENTRIES = ["unknown", "entered", "matched", "cancelled"] as const satisfies readonly EntryState[];
const TRADES = [
  ...(["none", "matched", "failing", "settled", "cancelled", "lapsed", "boughtIn"] as const),
] satisfies readonly TradeState[];

async function open() {
  const f = await deployMarket(chain);
  return { f, trade: new TradeUnderTest(f, { minimumPart: 10n }) };
}
type World = Awaited<ReturnType<typeof open>>;

describeMachine(INSTRUCTION_STATES, {
  chain,
  open,
  reach: async ({ f, trade }, state) => {
    await f.matching.connect(f.buyer).enter(trade.receipt, "0x");
    if (state === "entered" || state === "matched") await f.matching.connect(f.seller).enter(trade.delivery, "0x");
    if (state === "matched") await trade.match();
    if (state === "cancelled") await f.matching.connect(f.seller).cancel(trade.delivery);
  },
  act: async ({ f, trade }, act) => {
    const matching = f.matching.connect(f.seller);
    switch (act) {
      case "enter":
        return matching.enter(trade.delivery, "0x");
      case "hold":
        return matching.setHold(trade.delivery, true);
      case "cancel":
        return matching.cancel(trade.delivery);
      case "match":
        return trade.match();
    }
  },
  stateOf: async ({ f, trade }) => {
    const { status } = await f.matching.entryOf(trade.ids.delivery);
    const found = ENTRIES[Number(status)];
    if (found === undefined || ENTRY_STATUS[found === "unknown" ? "none" : found] !== status) {
      throw new RangeError(`an instruction has no status ${status}`);
    }
    return found;
  },
  refuser: ({ f }) => f.matching,
});

/** On the last day on which a failing trade can be bought in or settled in parts. */
async function failForLong({ f, trade }: World): Promise<void> {
  await sellOut(f, 50n);
  await trade.onDay(trade.delivery.settlementDay);
  await trade.settle();
  await trade.onDay(trade.delivery.settlementDay + RULES.extensionDays);
  await trade.settle();
}

async function actOn({ f, trade }: World, act: TradeAct) {
  const state = await trade.state();
  switch (act) {
    case "settle":
      if (state.status === TRADE_STATUS.failing) await restock(f, 50n);
      return trade.settle();
    case "fail":
      await f.engine.connect(f.seller).authorizeAgent(f.matching, false);
      return trade.settle();
    case "settle a part":
      return trade.settlePart(50n);
    case "hold":
      return trade.hold_(f.seller);
    case "one agrees to cancel":
      return trade.agreeCancel(f.seller);
    case "both agree to cancel":
      if (state.status === TRADE_STATUS.matched || state.status === TRADE_STATUS.failing)
        await trade.agreeCancel(f.seller);
      return trade.agreeCancel(f.buyer);
    case "lapse":
      await trade.onDay(trade.delivery.settlementDay + RULES.recycleDays + 1n);
      return trade.lapse();
    case "buy in":
      return trade.buyIn(DEAL.amount);
  }
}

describeMachine(TRADE_STATES, {
  chain,
  open,
  reach: async (world, state) => {
    const { f, trade } = world;
    if (state === "none") return;
    await trade.due();
    if (state === "failing" || state === "boughtIn") await failForLong(world);
    if (state === "settled") await trade.settle();
    if (state === "boughtIn") await trade.buyIn(DEAL.amount);
    if (state === "lapsed") await actOn(world, "lapse");
    if (state === "cancelled") for (const side of [f.seller, f.buyer]) await trade.agreeCancel(side);
  },
  act: actOn,
  stateOf: async ({ trade }) => {
    const { status } = await trade.state();
    const found = TRADES[Number(status)];
    if (found === undefined || TRADE_STATUS[found] !== status) throw new RangeError(`a trade has no status ${status}`);
    return found;
  },
  refuser: ({ f }) => f.matching,
});
