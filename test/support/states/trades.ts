import { refused, to, type Machine } from "./machine.js";

/** States of a settlement instruction, before it is part of a trade. */
export type EntryState = "unknown" | "entered" | "matched" | "cancelled";
/** What can be done to one. */
export type EntryAct = "enter" | "hold" | "cancel" | "match";

const USED = refused("TradeInstructionStatusInvalid");

/** An instruction of one side. */
export const INSTRUCTION_STATES: Machine<EntryState, EntryAct> = {
  title: "A settlement instruction",
  contract: "TradeMatching",
  states: {
    unknown: "Its side has not sent it; it may have signed it.",
    entered: "Sent, and waiting for the other side's. ISO 20022: unmatched.",
    matched: "Part of a trade, for good.",
    cancelled: "Taken back by its side, for good.",
  },
  acts: {
    enter: "Its side, or anyone with its signature (`enter`).",
    hold: "Its side holds or releases it (`setHold`).",
    cancel: "Its side takes it back (`cancel`).",
    match: "Anyone names it together with the other side's (`matchTrade`).",
  },
  cells: {
    unknown: {
      enter: to("entered"),
      hold: USED,
      cancel: to("cancelled", "so that a signature given is void"),
      match: USED,
    },
    entered: { enter: USED, hold: to("entered"), cancel: to("cancelled"), match: to("matched") },
    matched: { enter: USED, hold: USED, cancel: USED, match: USED },
    cancelled: { enter: USED, hold: USED, cancel: USED, match: USED },
  },
};

/** States of a trade. */
export type TradeState = "none" | "matched" | "failing" | "settled" | "cancelled" | "lapsed" | "boughtIn";
/** What can be done to one. */
export type TradeAct =
  "settle" | "fail" | "settle a part" | "hold" | "one agrees to cancel" | "both agree to cancel" | "lapse" | "buy in";

const OVER = refused("TradeStatusInvalid");
const NOTHING = {
  ...{ settle: OVER, fail: OVER, "settle a part": OVER, hold: OVER },
  ...{ "one agrees to cancel": OVER, "both agree to cancel": OVER, lapse: OVER, "buy in": OVER },
};

/** Two instructions that have matched. */
export const TRADE_STATES: Machine<TradeState, TradeAct> = {
  title: "A trade of two matched instructions",
  contract: "TradeMatching",
  states: {
    none: "The instructions have not matched.",
    matched: "To be settled from its day on. ISO 20022: pending.",
    failing: "Tried in vain at least once, tried again until the last day. ISO 20022: failing.",
    settled: "Everything was delivered and paid.",
    cancelled: "Both sides have agreed that the rest does not settle.",
    lapsed: "The days of recycling passed.",
    boughtIn: "An agent delivered the rest in the deliverer's place.",
  },
  acts: {
    settle: "Anyone; both sides are ready (`settle`).",
    fail: "The same, and one side is not ready.",
    "settle a part": "Anyone, on a day on which the whole has failed (`settlePart`).",
    hold: "A side holds it (`setTradeHold`).",
    "one agrees to cancel": "A side (`agreeCancel`).",
    "both agree to cancel": "Both sides.",
    lapse: "Anyone, after the last day of recycling (`lapse`).",
    "buy in": "The receiver, with an admitted agent's offer, after the extension (`buyIn`).",
  },
  cells: {
    none: NOTHING,
    matched: {
      settle: to("settled"),
      fail: to("failing"),
      "settle a part": refused("TradePartUntimely"),
      hold: to("matched"),
      "one agrees to cancel": to("matched"),
      "both agree to cancel": to("cancelled"),
      lapse: to("lapsed"),
      "buy in": refused("TradeBuyInUntimely"),
    },
    failing: {
      settle: to("settled"),
      fail: to("failing"),
      "settle a part": to("failing", "the rest goes on failing"),
      hold: to("failing"),
      "one agrees to cancel": to("failing"),
      "both agree to cancel": to("cancelled"),
      lapse: to("lapsed"),
      "buy in": to("boughtIn"),
    },
    settled: NOTHING,
    cancelled: NOTHING,
    lapsed: NOTHING,
    boughtIn: NOTHING,
  },
};
