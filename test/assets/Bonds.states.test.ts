import { couponCut, couponRef, holdingsOf } from "../../sdk/bonds.js";
import type { Hold } from "../../sdk/eip712/ledger.js";
import { minor } from "../../sdk/money.js";
import { MEETING_PHASE, OFFER_PHASE, VOTE, meetingId, tenderId } from "../../sdk/structured.js";
import { couponOf, fundRedemption, holdersOf, openChainAt, passTo, place } from "../support/assets.js";
import { ref } from "../support/chain.js";
import {
  COUPON_MACHINE,
  MEETING_MACHINE,
  OFFER_MACHINE,
  type CouponAct,
  type CouponState,
  type MeetingAct,
  type MeetingState,
  type OfferAct,
  type OfferState,
} from "../support/states/bonds.js";
import { describeMachine } from "../support/states/describeMachine.js";
import { namesOf } from "../support/states/machine.js";
import {
  cutOf,
  deployFloatingNote,
  elect,
  fixCoupon,
  fundOffer,
  openTender,
  type StructuredIssue,
} from "../support/structured.js";

const chain = await openChainAt("2026-02-20");
const MOST = 1_000n;
const PRICE = minor("980.00", "HKD");
/** Of the first coupon at 2.5 % a year. */
const TOTAL = minor("126027.40", "HKD");
const SUBJECT = ref("resolution");

/** A note with the money that its first coupon and a tender need. */
interface World extends StructuredIssue {
  readonly couponHold: Hold;
  readonly offerHold: Hold;
}

const tenderOf = ({ address }: StructuredIssue) => tenderId(address, ref("tender"));

/** Two holders; the company's wallet is frozen, so that whatever is paid to it becomes a claim. */
async function deployPlaced(): Promise<World> {
  const f = await deployFloatingNote(chain);
  await place(f, [
    [f.ann, 1_000n],
    [f.company, 1_000n],
  ]);
  await f.hongkong.currency.connect(f.hongkong.officers.enforcer).freeze(f.company, ref("order"));
  const couponHold = await fundRedemption(f, { amount: TOTAL, businessRef: couponRef(f.address, 0) });
  return { ...f, couponHold, offerHold: await fundOffer(f, tenderOf(f), MOST * PRICE) };
}

// The first coupon's record date would be over for a note issued after another state's tests.
const open = () => chain.networkHelpers.loadFixture(deployPlaced);

async function unfreeze({ hongkong, company }: StructuredIssue): Promise<void> {
  await hongkong.currency.connect(hongkong.officers.enforcer).unfreeze(company, ref("order lifted"));
}

/** The name of a number in one of the sdk's lists of phases. */
function nameOf<State extends string>(phases: Readonly<Record<State, bigint>>, phase: bigint): State {
  const found = namesOf(phases).find((name) => phases[name] === phase);
  if (found === undefined) throw new RangeError(`there is no phase ${phase}`);
  return found;
}

// ---------------------------------------------------------------------- coupon

const PHASES = { none: 0n, measuring: 1n, payable: 2n, settled: 3n } as const;

async function cutOfCoupon(f: StructuredIssue) {
  const holders = await holdersOf(f, 0);
  const holdings = holdingsOf(await f.bond.entitlements(0n, holders));
  return couponCut(await f.bond.couponPerUnit(0n), await f.bond.couponTotal(0n), holdings);
}

const COUPON_ACTS: Readonly<Record<CouponAct, (f: World) => ReturnType<StructuredIssue["actions"]["redeem"]>>> = {
  open: async (f) => f.actions.connect(f.issuer).openCoupon(f.bond, 0n, await cutOfCoupon(f)),
  measure: async (f) => f.actions.connect(f.issuer).measureCoupon(f.bond, 0n, await holdersOf(f, 0)),
  pay: async (f) => f.actions.payCoupon(f.bond, 0n, f.couponHold, await holdersOf(f, 0)),
  claim: async (f) => {
    await unfreeze(f);
    return f.actions.claimCoupon(f.bond, 0n, f.couponHold, f.company);
  },
  releaseFunding: (f) => f.actions.releaseCouponFunding(f.bond, 0n, f.couponHold),
};

const COUPON_PATH: Readonly<Record<CouponState, readonly CouponAct[]>> = {
  none: [],
  measuring: ["open"],
  payable: ["open", "measure"],
  settled: ["open", "measure", "pay"],
};

describeMachine(COUPON_MACHINE, {
  chain,
  open,
  reach: async (f, state) => {
    await fixCoupon(chain, f, 0, 2_000_000n);
    await passTo(chain, couponOf(f, 0).paymentTime);
    for (const act of COUPON_PATH[state]) await COUPON_ACTS[act](f);
  },
  act: (f, act) => COUPON_ACTS[act](f),
  stateOf: async (f) => nameOf<CouponState>(PHASES, (await f.actions.couponRun(f.bond, 0n)).phase),
  refuser: (f) => f.actions,
});

// ----------------------------------------------------------------------- offer

const OFFER_ACTS: Readonly<Record<OfferAct, (f: World) => ReturnType<StructuredIssue["offers"]["settle"]>>> = {
  open: async (f) => {
    const until = BigInt(await chain.networkHelpers.time.latest()) + 864_000n;
    return f.offers.connect(f.issuer).openTender(f.bond, ref("tender"), MOST, PRICE, until, until);
  },
  elect: async (f) => {
    const id = tenderOf(f);
    const { phase } = await f.offers.offerOf(id);
    if (phase !== OFFER_PHASE.open) return f.offers.elect(id, f.ann, 1n, "0x");
    await elect(f, id, f.company, 1n);
    return f.offers.connect(f.company).withdraw(id, (await f.offers.offerOf(id)).count);
  },
  withdraw: (f) => f.offers.connect(f.company).withdraw(tenderOf(f), 2n),
  withdrawOffer: (f) => f.offers.connect(f.issuer).withdrawOffer(tenderOf(f)),
  close: async (f) => {
    await passTo(chain, (await f.offers.offerOf(tenderOf(f))).until);
    return f.offers.connect(f.issuer).close(tenderOf(f), await cutOf(f, tenderOf(f)));
  },
  measure: (f) => f.offers.measure(tenderOf(f), 10n),
  settle: async (f) => {
    await passTo(chain, (await f.offers.offerOf(tenderOf(f))).paymentTime);
    return f.offers.settle(tenderOf(f), f.offerHold, 10n);
  },
  claim: async (f) => {
    await unfreeze(f);
    return f.offers.claim(tenderOf(f), f.offerHold, 2n);
  },
  releaseFunding: (f) => f.offers.releaseFunding(tenderOf(f), f.offerHold),
};

const OFFER_PATH: Readonly<Record<OfferState, readonly OfferAct[]>> = {
  none: [],
  open: [],
  measuring: ["close"],
  payable: ["close", "measure"],
  settled: ["close", "measure", "settle"],
  withdrawn: ["withdrawOffer"],
};

describeMachine(OFFER_MACHINE, {
  chain,
  open,
  reach: async (f, state) => {
    if (state === "none") return;
    const id = await openTender(chain, f, MOST, PRICE);
    await elect(f, id, f.ann, 900n);
    await elect(f, id, f.company, 900n);
    for (const act of OFFER_PATH[state]) await OFFER_ACTS[act](f);
  },
  act: (f, act) => OFFER_ACTS[act](f),
  stateOf: async (f) => nameOf<OfferState>(OFFER_PHASE, (await f.offers.offerOf(tenderOf(f))).phase),
  refuser: (f) => f.offers,
});

// --------------------------------------------------------------------- meeting

async function ended(f: StructuredIssue, vote?: bigint) {
  const { recordTime, paymentTime } = couponOf(f, 0);
  const id = meetingId(f.address, 0, SUBJECT);
  if (vote !== undefined && (await f.meetings.meetingOf(id)).phase === MEETING_PHASE.convened) {
    await passTo(chain, recordTime);
    await f.meetings.connect(f.ann).castVote(id, vote);
  }
  await passTo(chain, paymentTime);
  return f.meetings.endMeeting(id);
}

const MEETING_ACTS: Readonly<Record<MeetingAct, (f: World) => ReturnType<StructuredIssue["meetings"]["endMeeting"]>>> =
  {
    convene: (f) => f.meetings.connect(f.issuer).convene(f.bond, 0n, SUBJECT, couponOf(f, 0).paymentTime),
    cancel: (f) => f.meetings.connect(f.issuer).cancelMeeting(meetingId(f.address, 0, SUBJECT), SUBJECT),
    vote: async (f) => {
      await passTo(chain, couponOf(f, 0).recordTime);
      return f.meetings.connect(f.company).castVote(meetingId(f.address, 0, SUBJECT), VOTE.abstain);
    },
    endInFavour: (f) => ended(f, VOTE.for),
    endAgainst: (f) => ended(f, VOTE.against),
    endWithoutVotes: (f) => ended(f),
  };

const MEETING_PATH: Readonly<Record<MeetingState, readonly MeetingAct[]>> = {
  none: [],
  convened: ["convene"],
  cancelled: ["convene", "cancel"],
  carried: ["convene", "endInFavour"],
  lost: ["convene", "endAgainst"],
  inquorate: ["convene", "endWithoutVotes"],
};

describeMachine(MEETING_MACHINE, {
  chain,
  open,
  reach: async (f, state) => {
    for (const act of MEETING_PATH[state]) await MEETING_ACTS[act](f);
  },
  act: (f, act) => MEETING_ACTS[act](f),
  stateOf: async (f) =>
    nameOf<MeetingState>(MEETING_PHASE, (await f.meetings.meetingOf(meetingId(f.address, 0, SUBJECT))).phase),
  refuser: (f) => f.meetings,
});
