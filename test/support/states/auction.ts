import { refused, to, type Machine } from "./machine.js";

const WRONG_STEP = refused("AuctionStatusInvalid");
const TOO_LATE = refused("AuctionTimeInvalid");
const WRONG_BID = refused("AuctionBidStatusInvalid");

type AuctionStep = "none" | "announced" | "allocated" | "closed";
type AuctionAct =
  "announce" | "placeBid" | "revealBid" | "propose" | "rank" | "settle" | "settleUnderwriting" | "close";

/** The life of an auction. */
export const AUCTION_MACHINE: Machine<AuctionStep, AuctionAct> = {
  title: "An auction",
  contract: "BondAuction",
  states: {
    none: "not announced",
    announced: "the lot is held; bids are placed, then shown, then ranked",
    allocated: "what each bid is allotted is proved; it is delivered against payment",
    closed: "over; what is unsold is the issuer's again",
  },
  acts: {
    announce: "the issuer, with the underwriters' signatures: `announce`",
    placeBid: "a bidder: `placeBid`",
    revealBid: "a bidder, or anyone with its signature: `revealBid`",
    propose: "anyone: `propose`",
    rank: "who proposed, with the last bid: `rank`",
    settle: "anyone: `settle`",
    settleUnderwriting: "anyone: `settleUnderwriting`",
    close: "anyone, when the time of settlement is over: `close`",
  },
  cells: {
    none: {
      announce: to("announced"),
      ...{ placeBid: WRONG_STEP, revealBid: WRONG_STEP, propose: WRONG_STEP, rank: WRONG_STEP, settle: WRONG_STEP },
      ...{ settleUnderwriting: WRONG_STEP, close: WRONG_STEP },
    },
    announced: {
      announce: WRONG_STEP,
      ...{ placeBid: to("announced"), revealBid: to("announced"), propose: to("announced"), rank: to("allocated") },
      ...{ settle: WRONG_STEP, settleUnderwriting: WRONG_STEP, close: to("closed") },
    },
    allocated: {
      ...{ announce: WRONG_STEP, placeBid: WRONG_STEP, revealBid: WRONG_STEP, propose: WRONG_STEP, rank: WRONG_STEP },
      ...{ settle: to("allocated"), settleUnderwriting: to("allocated"), close: to("closed") },
    },
    closed: {
      ...{ announce: WRONG_STEP, placeBid: WRONG_STEP, revealBid: WRONG_STEP, propose: WRONG_STEP, rank: WRONG_STEP },
      ...{ settle: WRONG_STEP, settleUnderwriting: WRONG_STEP, close: WRONG_STEP },
    },
  },
};

type BidStep = "none" | "sealed" | "revealed" | "defaulted" | "settled" | "released" | "forfeited";
type BidAct = "placeBid" | "revealBid" | "settle" | "settleUnpaid" | "release" | "forfeit";

/** The life of a bid that is allotted something. */
export const BID_MACHINE: Machine<BidStep, BidAct> = {
  title: "A bid that wins",
  contract: "BondAuction",
  states: {
    none: "not placed",
    sealed: "placed, with its guarantee held; nobody knows what it says",
    revealed: "shown in time",
    defaulted: "due, and its bidder withheld the money when it was last asked for",
    settled: "delivered and paid",
    released: "its guarantee went back",
    forfeited: "its guarantee went to the issuer",
  },
  acts: {
    placeBid: "the bidder: `placeBid`",
    revealBid: "the bidder, or anyone with its signature: `revealBid`",
    settle: "anyone, the bidder having the money: `settle`",
    settleUnpaid: "anyone, the bidder withholding it: `settle`",
    release: "anyone, when the time of settlement is over: `release`",
    forfeit: "anyone, when the time is over in which the bidder had to act: `forfeit`",
  },
  cells: {
    none: {
      placeBid: to("sealed"),
      ...{ revealBid: WRONG_BID, settle: WRONG_BID, settleUnpaid: WRONG_BID, release: WRONG_BID, forfeit: WRONG_BID },
    },
    sealed: {
      ...{ placeBid: WRONG_BID, revealBid: to("revealed"), settle: WRONG_BID, settleUnpaid: WRONG_BID },
      ...{ release: WRONG_BID, forfeit: to("forfeited") },
    },
    revealed: {
      ...{ placeBid: TOO_LATE, revealBid: TOO_LATE, settle: to("settled"), settleUnpaid: to("defaulted") },
      ...{ release: to("released"), forfeit: WRONG_BID },
    },
    defaulted: {
      ...{ placeBid: WRONG_STEP, revealBid: WRONG_STEP, settle: to("settled"), settleUnpaid: to("defaulted") },
      ...{ release: WRONG_BID, forfeit: to("forfeited") },
    },
    settled: {
      ...{ placeBid: WRONG_STEP, revealBid: WRONG_STEP, settle: WRONG_BID, settleUnpaid: WRONG_BID },
      ...{ release: WRONG_BID, forfeit: WRONG_BID },
    },
    released: {
      ...{ placeBid: WRONG_STEP, revealBid: WRONG_STEP, settle: TOO_LATE, settleUnpaid: TOO_LATE },
      ...{ release: WRONG_BID, forfeit: WRONG_BID },
    },
    forfeited: {
      ...{ placeBid: TOO_LATE, revealBid: TOO_LATE, settle: WRONG_BID, settleUnpaid: WRONG_BID },
      ...{ release: WRONG_BID, forfeit: WRONG_BID },
    },
  },
};
