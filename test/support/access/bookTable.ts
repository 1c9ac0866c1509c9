import { everyone, only, type Table } from "./row.js";

const NOT_ITS_OWN = "BookCallerInvalid";

/** The operating institution places units of its bond by a book that the participating one leads; the holder orders. */
export const BOOK_ROWS = {
  openBook: only("operating", NOT_ITS_OWN),
  placeOrder: everyone,
  "placeOrder: without a signature": only("holder", "BookSignatureInvalid"),
  revokeOrder: only("holder", NOT_ITS_OWN),
  closeBook: only("participating", NOT_ITS_OWN),
  allot: only("participating", NOT_ITS_OWN),
  finalizeBook: only("participating", NOT_ITS_OWN),
  settle: everyone,
} satisfies Table;
