import { everyone, may, only, type Table } from "./row.js";

const NOT_ITS = "NettingCallerInvalid";

/** The operating institution pays the participating one. */
export const NETTING_ROWS = {
  queue: only("operating", NOT_ITS),
  setPriority: only("operating", NOT_ITS),
  withdraw: may(["operating", "participating"], NOT_ITS),
  closeCycle: everyone,
  unwind: everyone,
  setDebitCap: only("governor", "CurrencyAuthorityRequired"),
} satisfies Table;
