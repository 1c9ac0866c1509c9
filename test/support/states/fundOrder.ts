import { refused, to, type Machine } from "./machine.js";

const ENDED = refused("FundOrderStatusInvalid");

/** A fund order from the investor's consent to its end. */
export const FUND_ORDER_STATES = {
  title: "A subscription or redemption of a fund",
  contract: "FundDealing",
  states: {
    none: "not known",
    placed: "taken before its day's cut-off; what it gives is held",
    bound: "past the cut-off, priced, and not yet dealt",
    overdue: "not dealt in its day's time",
    dealt: "dealt at its day's price",
    cancelled: "cancelled before the cut-off",
    lapsed: "came to nothing; what was held is free",
  },
  acts: {
    place: "the investor, or whoever carries its signatures: `place`",
    cancel: "the investor: `cancel`",
    deal: "anyone: `deal`, `dealMany`",
    lapse: "anyone: `lapse`",
  },
  cells: {
    none: { place: to("placed"), cancel: ENDED, deal: ENDED, lapse: ENDED },
    placed: {
      place: ENDED,
      cancel: to("cancelled"),
      deal: refused("NavMissing", "nobody knows the price"),
      lapse: refused("FundDealingNotOver"),
    },
    bound: {
      place: ENDED,
      cancel: refused("FundOrderTimeInvalid", "the price is known"),
      deal: to("dealt"),
      lapse: refused("FundDealingNotOver"),
    },
    overdue: {
      place: ENDED,
      cancel: refused("FundOrderTimeInvalid"),
      deal: refused("FundDealingOver"),
      lapse: to("lapsed"),
    },
    dealt: { place: ENDED, cancel: ENDED, deal: ENDED, lapse: ENDED },
    cancelled: { place: ENDED, cancel: ENDED, deal: ENDED, lapse: ENDED },
    lapsed: { place: ENDED, cancel: ENDED, deal: ENDED, lapse: ENDED },
  },
} as const satisfies Machine;
