import { everyone, nobody, only, type Table } from "./row.js";

const NOT_ITS_OWN = "AuctionCallerInvalid";

/** The operating institution auctions units of its bond, for which the holder bids; the payee underwrites. */
export const AUCTION_ROWS = {
  announce: only("operating", NOT_ITS_OWN),
  placeBid: everyone,
  "placeBid: without a signature": only("holder", NOT_ITS_OWN),
  revealBid: everyone,
  "revealBid: without a signature": only("holder", "AuctionSignatureInvalid"),
  propose: everyone,
  "rank: what a stranger proposed": only("stranger", "AuctionProposalMissing"),
  settle: everyone,
  settleUnderwriting: everyone,
  deliver: nobody(NOT_ITS_OWN),
  release: everyone,
  forfeit: everyone,
  close: everyone,
} satisfies Table;
