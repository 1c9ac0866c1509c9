import { ZeroAddress, ZeroHash } from "ethers";
import {
  electionHold,
  fixingIndex,
  meetingId,
  offerFundingRef,
  optionRef,
  putId,
  structuredTermsHash,
  tenderId,
} from "../../../sdk/structured.js";
import { dayNumber } from "../../../sdk/calendar.js";
import { governFixings } from "../../../sdk/deploy/structured.js";
import type { Hold } from "../../../sdk/eip712/ledger.js";
import type { Fixings, StructuredBond } from "../../../types/ethers-contracts/index.js";
import { POWERS } from "../../../sdk/roles.js";
import { ref } from "../chain.js";
import { PLAIN_STRUCTURE, structureOf } from "../structured.js";
import { actionsCalls, bondCalls } from "./assetCalls.js";
import type { Calls, Prepare, Prepared } from "./prepared.js";
import { FAR, bondCoupons, bondTerms, placeBond, type Scene } from "./stage.js";
import type {
  FIXINGS_ROWS,
  MEETINGS_ROWS,
  OFFERS_ROWS,
  STRUCTURED_ACTIONS_ROWS,
  STRUCTURED_BOND_ROWS,
} from "./structuredTable.js";

const INDEX = fixingIndex("index");
const COUPON = 0n;
const DAY = 86_400n;
const PRICE = 1_000n;
const NO_CUT = { remainder: 0n, position: 0n };
const REF = ref("tender");

/** Fixings that the agent publishes. */
export async function fixingsOf({ chain, side, who }: Scene): Promise<Fixings> {
  const fixings = await chain.ethers.deployContract("Fixings", [side.authority]);
  await governFixings({ authority: side.authority, admin: who.admin }, fixings);
  await fixings.connect(who.governor).nameAgent(INDEX, who.agent);
  return fixings;
}

/** A structured bond on the market, announced and not attached. */
async function announceStructured(f: Scene, count: number) {
  const { chain, suite, who } = f;
  const fixings = await fixingsOf(f);
  const [terms, coupons] = [await bondTerms(f, count), bondCoupons()];
  const time = terms.issueDate + 60n * DAY;
  const early = [{ from: terms.issueDate, until: time, time, price: PRICE }];
  const structure = {
    ...{ fixings: await fixings.getAddress(), index: ZeroHash, spread: 0n },
    ...{ instalments: PLAIN_STRUCTURE.instalments?.slice(0, coupons.length) ?? [], calls: early, puts: early },
    ...{ optionCurrency: await suite.mainland.currency.getAddress(), optionIndex: INDEX },
    ...{ quorum: 1n, majority: 5_001n, meetingNotice: DAY },
  };
  const hash = structuredTermsHash(terms, coupons, structure);
  await suite.assets.connect(who.registrar).announce(terms.isin, terms.issuer, who.registrar, hash);
  const args = [terms, coupons, structureOf(structure), suite.assets, f.side.authority] as const;
  const structured = await chain.ethers.deployContract("StructuredBond", [...args]);
  return { structured, terms, fixings, time };
}

/** The scene with a structured bond in the bond's place, paid by a contract of its own. */
async function structuredScene(f: Scene) {
  const { chain, suite, who } = f;
  const { structured, terms, fixings, time } = await announceStructured(f, 3);
  const bond = await chain.ethers.getContractAt("Bond", await structured.getAddress());
  await suite.assets.connect(who.governor).listCurrency(suite.mainland.currency);
  await placeBond(f, bond, terms);
  const actions = await chain.ethers.deployContract("StructuredActions", [suite.assets]);
  await bond.connect(who.governor).appoint(actions, POWERS.issuer, ref("paying agency agreement"));
  const corporateActions = await chain.ethers.getContractAt("CorporateActions", await actions.getAddress());
  const payer = await chain.ethers.getImpersonatedSigner(await actions.getAddress());
  const scene: Scene = {
    ...{ ...f, bond },
    suite: { ...suite, corporateActions },
    who: { ...who, corporateActions: payer },
  };
  return { scene, structured, actions, fixings, time };
}

/** The structured bond of a scene. */
export async function structuredBondOf(f: Scene): Promise<StructuredBond> {
  return (await structuredScene(f)).structured;
}

/** Runs calls that were written for another bond on the structured one. */
function moved<Names extends string>(
  calls: Readonly<Record<Names, Prepare>>,
  at: (there: Awaited<ReturnType<typeof structuredScene>>) => Promise<string>,
): Record<Names, Prepare> {
  const entries = Object.entries(calls) as [Names, Prepare][];
  const wrapped = entries.map(([label, prepare]) => [
    label,
    async (f: Scene): Promise<Prepared> => {
      const there = await structuredScene(f);
      return { to: await at(there), ...(await prepare(there.scene)) };
    },
  ]);
  return Object.fromEntries(wrapped) as Record<Names, Prepare>;
}

export const structuredBondCalls: Calls<typeof STRUCTURED_BOND_ROWS> = {
  ...moved(bondCalls, async ({ structured }) => structured.getAddress()),
  issue: async (f) => {
    const { structured, terms } = await announceStructured(f, 2);
    await f.suite.assets.connect(f.who.registrar).attachToken(terms.isin, structured);
    await structured.connect(f.who.operating).openAccount(f.who.operating);
    return { to: await structured.getAddress(), args: [] };
  },
  callBond: async (f) => ({ to: await (await structuredBondOf(f)).getAddress(), args: [0n] }),
};

/** The holder chose, and pays: the coupon is proved, due, and funded in both currencies. */
async function chosen(f: Scene) {
  const { scene, actions, fixings } = await structuredScene(f);
  const { holder, agent } = scene.who;
  await actions.connect(holder).chooseCurrency(scene.bond, COUPON, true);
  const [address, , home, holders] = await argsOf<[string, bigint, Hold, string[]]>(actionsCalls.payCoupon, scene);
  const { recordTime } = await scene.bond.coupon(COUPON);
  await fixings.connect(agent).publish(INDEX, dayNumber(recordTime), 92_000_000n);
  await f.chain.networkHelpers.time.increase(await actions.FALLBACK());
  const funding: Hold = { ...home, payer: holder.address, amount: 100n, businessRef: optionRef(address, COUPON) };
  await f.suite.mainland.currency.connect(holder).placeHold(funding);
  return { to: await actions.getAddress(), actions, address, home, funding, holders };
}

async function argsOf<Args>(prepare: Prepare, scene: Scene): Promise<Args> {
  return (await prepare(scene)).args as Args;
}

export const structuredActionsCalls: Calls<typeof STRUCTURED_ACTIONS_ROWS> = {
  ...moved(actionsCalls, async ({ actions }) => actions.getAddress()),
  chooseCurrency: async (f) => {
    const { scene, actions } = await structuredScene(f);
    return { to: await actions.getAddress(), args: [await scene.bond.getAddress(), COUPON, true] };
  },
  payCouponInOption: async (f) => {
    const { to, address, funding, holders } = await chosen(f);
    return { to, args: [address, COUPON, funding, holders] };
  },
  releaseOptionFunding: async (f) => {
    const { to, actions, address, home, funding, holders } = await chosen(f);
    await actions.payCoupon(address, COUPON, home, holders);
    return { to, args: [address, COUPON, funding] };
  },
};

/** The structured bond of the scene, and the contract that takes its units back. */
async function offering(f: Scene) {
  const { scene, structured, time } = await structuredScene(f);
  const offers = await f.chain.ethers.deployContract("HolderOffers", [f.suite.assets]);
  const [address, to] = [await scene.bond.getAddress(), await offers.getAddress()];
  return { scene, structured, offers, address, to, time, id: tenderId(address, REF) };
}

/** An open tender, in which the holder has elected 10 units and 5 are taken, or all. */
async function tendered(f: Scene, maxUnits = 5n) {
  const it = await offering(f);
  const { holder, operating } = f.who;
  const until = BigInt(await f.chain.networkHelpers.time.latest()) + DAY;
  await it.offers.connect(operating).openTender(it.address, REF, maxUnits, PRICE, until, until);
  const terms = await electionHold(it.offers, it.id, holder.address, 10n);
  await it.scene.bond.connect(holder).placeHold(terms);
  await it.offers.elect(it.id, holder, 10n, "0x");
  return { ...it, until };
}

/** Closed with everything accepted, due and funded. */
async function accepted(f: Scene) {
  const it = await tendered(f, 10n);
  await f.chain.networkHelpers.time.increaseTo(it.until);
  await it.offers.connect(f.who.operating).close(it.id, NO_CUT);
  const [payer, businessRef] = [f.who.operating.address, offerFundingRef(it.id)];
  const hold = { payer, payee: ZeroAddress, executor: it.to, amount: 10n * PRICE, expiry: FAR, businessRef };
  await f.side.currency.connect(f.who.operating).placeHold(hold);
  return { ...it, hold };
}

export const offersCalls: Calls<typeof OFFERS_ROWS> = {
  openPut: async (f) => {
    const { to, address } = await offering(f);
    return { to, args: [address, 0n] };
  },
  openTender: async (f) => {
    const { to, address, time } = await offering(f);
    return { to, args: [address, REF, 5n, PRICE, time, time] };
  },
  elect: async (f) => {
    const { to, offers, scene, id } = await tendered(f);
    const terms = await electionHold(offers, id, f.who.participating.address, 10n);
    await scene.bond.connect(f.who.participating).placeHold(terms);
    return { to, args: [id, f.who.participating.address, 10n, "0x"] };
  },
  withdraw: async (f) => {
    const { to, id } = await tendered(f);
    return { to, args: [id, 1n] };
  },
  withdrawOffer: async (f) => {
    const { to, id } = await tendered(f);
    return { to, args: [id] };
  },
  "withdrawOffer: overtaken by a call": async (f) => {
    const { to, offers, structured, address, time, id } = await offering(f);
    await offers.connect(f.who.operating).openTender(address, REF, 5n, PRICE, time, time + 1n);
    await structured.connect(f.who.operating).callBond(0n);
    return { to, args: [id] };
  },
  close: async (f) => {
    const { to, id, until } = await tendered(f);
    await f.chain.networkHelpers.time.increaseTo(until);
    return { to, args: [id, NO_CUT] };
  },
  "close: a put": async (f) => {
    const { to, offers, address, time } = await offering(f);
    await offers.openPut(address, 0n);
    await f.chain.networkHelpers.time.increaseTo(time);
    return { to, args: [putId(address, 0n), NO_CUT] };
  },
  measure: async (f) => {
    const { to, offers, id, until } = await tendered(f);
    await f.chain.networkHelpers.time.increaseTo(until);
    await offers.connect(f.who.operating).close(id, NO_CUT);
    return { to, args: [id, 1n] };
  },
  settle: async (f) => {
    const { to, id, hold } = await accepted(f);
    return { to, args: [id, hold, 1n] };
  },
  claim: async (f) => {
    const { to, offers, id, hold } = await accepted(f);
    const { enforcer, holder } = f.who;
    await f.side.currency.connect(enforcer).freeze(holder, REF);
    await offers.settle(id, hold, 1n);
    await f.side.currency.connect(enforcer).unfreeze(holder, REF);
    return { to, args: [id, hold, 1n] };
  },
  releaseFunding: async (f) => {
    const { to, offers, id, hold, time } = await accepted(f);
    await f.chain.networkHelpers.time.increaseTo(time + (await offers.SETTLEMENT()));
    return { to, args: [id, hold] };
  },
};

/** A meeting at the coupon's record date, convened or voting. */
async function convened(f: Scene, voting: boolean) {
  const { scene } = await structuredScene(f);
  const meetings = await f.chain.ethers.deployContract("BondMeetings", [f.suite.assets]);
  const { recordTime, paymentTime } = await scene.bond.coupon(COUPON);
  await meetings.connect(f.who.operating).convene(scene.bond, COUPON, REF, paymentTime);
  if (voting) await f.chain.networkHelpers.time.increaseTo(recordTime);
  const address = await scene.bond.getAddress();
  return { to: await meetings.getAddress(), address, id: meetingId(address, COUPON, REF), paymentTime };
}

export const meetingsCalls: Calls<typeof MEETINGS_ROWS> = {
  convene: async (f) => {
    const { to, address, paymentTime } = await convened(f, false);
    return { to, args: [address, COUPON, ref("another resolution"), paymentTime] };
  },
  cancelMeeting: async (f) => {
    const { to, id } = await convened(f, false);
    return { to, args: [id, REF] };
  },
  castVote: async (f) => {
    const { to, id } = await convened(f, true);
    return { to, args: [id, 0n] };
  },
  endMeeting: async (f) => {
    const { to, id, paymentTime } = await convened(f, true);
    await f.chain.networkHelpers.time.increaseTo(paymentTime);
    return { to, args: [id] };
  },
};

export const fixingsCalls: Calls<typeof FIXINGS_ROWS> = {
  nameAgent: async (f) => ({ to: await (await fixingsOf(f)).getAddress(), args: [INDEX, f.newcomer.address] }),
  publish: async (f) => ({ to: await (await fixingsOf(f)).getAddress(), args: [INDEX, 1n, 1n] }),
  correct: async (f) => {
    const fixings = await fixingsOf(f);
    await fixings.connect(f.who.agent).publish(INDEX, 1n, 1n);
    return { to: await fixings.getAddress(), args: [INDEX, 1n, 2n] };
  },
  setAuthority: async (f) => ({ args: [await f.side.authority.getAddress()] }),
};
