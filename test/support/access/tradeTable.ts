import { everyone, may, nobody, only, type Table } from "./row.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";
const NOT_ITS_SIDE = "TradeInstructionCallerInvalid";
const NO_SIDE = "TradeCallerInvalid";

/** The holder delivers to the operating institution; the participating institution is admitted to buy-ins. */
export const TRADE_ROWS = {
  enter: everyone,
  "enter: without a signature": only("holder", "TradeSignatureInvalid"),
  cancel: only("holder", NOT_ITS_SIDE),
  setHold: only("holder", NOT_ITS_SIDE),
  matchTrade: everyone,
  setTradeHold: may(["holder", "operating"], NO_SIDE),
  agreeCancel: may(["holder", "operating"], NO_SIDE),
  settle: everyone,
  settlePart: everyone,
  attempt: nobody("TradeSelfOnly"),
  lapse: everyone,
  buyIn: only("operating", NO_SIDE),
  payClaim: only("holder", "TradeClaimInvalid"),
  setTolerance: only("governor", UNAUTHORIZED),
  setBuyInAgent: only("governor", UNAUTHORIZED),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;
