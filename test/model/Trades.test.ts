import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkTrades } from "./trades/checks.js";
import { TRADE_PLANS } from "./trades/plans.js";
import { RULES, type Rules } from "./trades/state.js";
import { TradeTale, openWorld } from "./trades/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "parts that are rounded one by one", altered: { partsSumExactly: false } },
  { what: "late fees without a cap", altered: { feesAreCapped: false } },
  { what: "days that are not set off", altered: { daysAreNetted: false } },
  { what: "a deliverer that is charged when both fail", altered: { bothAtFaultIsNobody: false } },
  { what: "parts before the whole has failed", altered: { wholeComesFirst: false } },
  { what: "buy-ins at once", altered: { buyInWaits: false } },
  { what: "guarantees that pay nothing", altered: { guaranteePays: false } },
];

const REFUSALS = [
  "TradeInstructionStatusInvalid",
  "TradeInstructionCallerInvalid",
  "TradeMismatch",
  "TradeGuaranteeMissing",
  "TradeStatusInvalid",
  "TradeCallerInvalid",
  "TradeNotDue",
  "TradeRecyclingOver",
  "TradeRecycling",
  "TradePartNotAgreed",
  "TradePartInvalid",
  "TradePartUntimely",
  "TradeBuyInUntimely",
  "TradeClaimInvalid",
];

describeCampaign({
  title: "Reference model of trades",
  open: async () => openWorld(await openStoryChain("hongkong")),
  begin: (world, rules, state, tally) => new TradeTale(world, rules, state, tally),
  rules: RULES,
  plans: TRADE_PLANS,
  checkAll: checkTrades,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  usual: { stories: 20, acts: 16 },
});
