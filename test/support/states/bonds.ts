import { refused, to, type Machine } from "./machine.js";

export type CouponState = "none" | "measuring" | "payable" | "settled";
export type CouponAct = "open" | "measure" | "pay" | "claim" | "releaseFunding";

const wrongPhase = refused("CouponPhaseInvalid");
const noClaim = refused("CouponClaimUnknown");

/** The payment of one coupon. */
export const COUPON_MACHINE: Machine<CouponState, CouponAct> = {
  title: "A coupon's run",
  contract: "CorporateActions",
  states: {
    none: "a coupon whose record date has passed",
    measuring: "a cut is proposed, shares are being added up",
    payable: "shares sum to the total; holders are paid page by page",
    settled: "every holder is paid or has a claim on record",
  },
  acts: {
    open: "the issuer or paying agent proposes a cut (`openCoupon`)",
    measure: "the issuer or paying agent measures a page of holders (`measureCoupon`)",
    pay: "anyone pays a page of holders from the payment time on (`payCoupon`)",
    claim: "anyone has a claim on record paid (`claimCoupon`)",
    releaseFunding: "anyone gives the funding's rest back (`releaseCouponFunding`)",
  },
  cells: {
    none: {
      ...{ open: to("measuring"), measure: wrongPhase, pay: wrongPhase, claim: noClaim },
      releaseFunding: wrongPhase,
    },
    measuring: {
      open: to("measuring", "begins again with another cut"),
      measure: to("payable", "with the page that completes the issue, if the cut is right"),
      ...{ pay: wrongPhase, claim: noClaim, releaseFunding: wrongPhase },
    },
    payable: {
      ...{ open: wrongPhase, measure: wrongPhase, claim: noClaim, releaseFunding: wrongPhase },
      pay: to("settled", "with the page that leaves nobody pending"),
    },
    settled: {
      ...{ open: refused("CouponOutOfOrder"), measure: wrongPhase, pay: wrongPhase },
      claim: to("settled"),
      releaseFunding: refused("FundingInUse", "until every claim is paid"),
    },
  },
};

export type OfferState = "none" | "open" | "measuring" | "payable" | "settled" | "withdrawn";
export type OfferAct =
  "open" | "elect" | "withdraw" | "withdrawOffer" | "close" | "measure" | "settle" | "claim" | "releaseFunding";

const not = refused("OfferPhaseInvalid");
const notParked = refused("ElectionNotParked");
const inUse = refused("FundingInUse");
const binding = refused("ElectionBinding");
const standing = refused("OfferNotOvertaken", "unless the bond's call has overtaken the offer");

/** A tender for more units than are taken. A put is the same but that everything is accepted. */
export const OFFER_MACHINE: Machine<OfferState, OfferAct> = {
  title: "An offer to take units back",
  contract: "HolderOffers",
  states: {
    none: "nothing is offered",
    open: "holders elect",
    measuring: "more was elected than is taken; acceptance is being measured",
    payable: "it is known what is accepted of each election",
    settled: "every election is paid, released or on record as a claim",
    withdrawn: "ended without a payment",
  },
  acts: {
    open: "the issuer or paying agent offers a price (`openTender`)",
    elect: "anyone records a holder's election (`elect`)",
    withdraw: "a holder takes its election back (`withdraw`)",
    withdrawOffer: "the issuer or paying agent ends the offer (`withdrawOffer`)",
    close: "the issuer or paying agent ends the elections with a cut (`close`)",
    measure: "anyone measures a page of elections (`measure`)",
    settle: "anyone pays a page of elections (`settle`)",
    claim: "anyone has a parked election paid (`claim`)",
    releaseFunding: "anyone gives the funding's rest back (`releaseFunding`)",
  },
  cells: {
    none: {
      ...{ open: to("open"), elect: not, withdraw: refused("ElectionUnknown"), withdrawOffer: not, close: not },
      ...{ measure: not, settle: not, claim: refused("ElectionUnknown"), releaseFunding: inUse },
    },
    open: {
      ...{ open: refused("OfferKnown"), elect: to("open"), withdraw: to("open"), withdrawOffer: to("withdrawn") },
      close: to("measuring", "payable at once if no more was elected than is taken"),
      ...{ measure: not, settle: not, claim: notParked, releaseFunding: inUse },
    },
    measuring: {
      ...{ open: refused("OfferKnown"), elect: not, withdraw: binding, withdrawOffer: standing },
      close: to("measuring", "begins again with another cut"),
      measure: to("payable", "with the last page, if the cut is right"),
      ...{ settle: not, claim: notParked, releaseFunding: inUse },
    },
    payable: {
      ...{ open: refused("OfferKnown"), elect: not, withdraw: binding, withdrawOffer: standing, close: not },
      ...{ measure: not, settle: to("settled", "with the last page"), claim: notParked, releaseFunding: inUse },
    },
    settled: {
      ...{ open: refused("OfferKnown"), elect: not, withdrawOffer: not, close: not, measure: not, settle: not },
      withdraw: to("settled", "a claim is given up"),
      claim: to("settled"),
      releaseFunding: refused("FundingInUse", "until every claim is paid or given up"),
    },
    withdrawn: {
      ...{ open: refused("OfferKnown"), elect: not, withdrawOffer: not, close: not, measure: not, settle: not },
      ...{ withdraw: to("withdrawn"), claim: notParked, releaseFunding: to("withdrawn") },
    },
  },
};

export type MeetingState = "none" | "convened" | "cancelled" | "carried" | "lost" | "inquorate";
export type MeetingAct = "convene" | "cancel" | "vote" | "endInFavour" | "endAgainst" | "endWithoutVotes";

const over = refused("MeetingPhaseInvalid");
const nothing = {
  ...{ cancel: over, vote: over, endInFavour: over, endAgainst: over, endWithoutVotes: over },
} as const;
const ended = { ...nothing, convene: refused("MeetingKnown") } as const;

/** A meeting of a bond's holders. */
export const MEETING_MACHINE: Machine<MeetingState, MeetingAct> = {
  title: "A holders' meeting",
  contract: "BondMeetings",
  states: {
    none: "nobody has been called",
    convened: "called; holders vote from the record date on",
    cancelled: "called off before the record date",
    carried: "ended; quorum and majority reached",
    lost: "ended; quorum reached, majority not",
    inquorate: "ended; too few votes",
  },
  acts: {
    convene: "the issuer or paying agent calls the holders (`convene`)",
    cancel: "the issuer or paying agent calls the meeting off (`cancelMeeting`)",
    vote: "a holder at the record date votes (`castVote`)",
    endInFavour: "anyone ends it after votes in favour (`endMeeting`)",
    endAgainst: "anyone ends it after votes against (`endMeeting`)",
    endWithoutVotes: "anyone ends it without votes (`endMeeting`)",
  },
  cells: {
    none: { ...nothing, convene: to("convened") },
    convened: {
      ...{ convene: refused("MeetingKnown"), cancel: to("cancelled"), vote: to("convened") },
      ...{ endInFavour: to("carried"), endAgainst: to("lost"), endWithoutVotes: to("inquorate") },
    },
    ...{ cancelled: ended, carried: ended, lost: ended, inquorate: ended },
  },
};
