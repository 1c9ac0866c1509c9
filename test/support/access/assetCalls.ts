import { ZeroAddress } from "ethers";
import { couponCut, couponRef, holdingsOf, redemptionRef, termsHash } from "../../../sdk/bonds.js";
import type { Hold } from "../../../sdk/eip712/ledger.js";
import { ref } from "../chain.js";
import { entry } from "../holds.js";
import { ledgerCalls } from "./ledgerCalls.js";
import type { Calls } from "./prepared.js";
import { FAR, UNITS, announceBond, bondCoupons, bondTerms, type Scene } from "./stage.js";
import type { ACTIONS_ROWS, ASSETS_ROWS, BOND_ROWS } from "./table.js";

const MATURED = 3n;
const COUPON = 0n;

export const assetsCalls: Calls<typeof ASSETS_ROWS> = {
  announce: async (f) => {
    const terms = await bondTerms(f, 2);
    return { args: [terms.isin, terms.issuer, f.who.registrar.address, termsHash(terms, bondCoupons())] };
  },
  attachToken: async (f) => {
    const { bond, terms } = await announceBond(f, 2);
    return { args: [terms.isin, await bond.getAddress()] };
  },
  cancel: async (f) => {
    const { terms } = await announceBond(f, 2);
    return { args: [terms.isin, ref("decision")] };
  },
  report: () => ({ args: [MATURED] }),
  listCurrency: async ({ suite, side, who }) => {
    await suite.assets.connect(who.governor).delistCurrency(side.currency);
    return { args: [await side.currency.getAddress()] };
  },
  delistCurrency: async ({ side }) => ({ args: [await side.currency.getAddress()] }),
  setAuthority: async ({ side }) => ({ args: [await side.authority.getAddress()] }),
};

async function passTo({ chain, bond }: Scene, moment: "record" | "payment" | "maturity"): Promise<void> {
  const { recordTime, paymentTime } = await bond.coupon(COUPON);
  const { maturity } = await bond.lifetime();
  await chain.networkHelpers.time.increaseTo({ record: recordTime, payment: paymentTime, maturity }[moment]);
}

export const bondCalls: Calls<typeof BOND_ROWS> = {
  ...ledgerCalls(async ({ bond, who }) => ({
    address: await bond.getAddress(),
    halt: () => bond.connect(who.halter).haltAll(),
  })),
  issue: async (f) => {
    const { suite, who } = f;
    const { bond, terms } = await announceBond(f, 2);
    await suite.assets.connect(who.registrar).attachToken(terms.isin, bond);
    await bond.connect(who.operating).openAccount(who.operating);
    return { to: await bond.getAddress(), args: [] };
  },
  openAccount: ({ newcomer }) => ({ args: [newcomer.address] }),
  closeAccount: ({ payee }) => ({ args: [payee.address] }),
  setPayingAgent: ({ newcomer }) => ({ args: [newcomer.address] }),
  redeem: async (f) => {
    await passTo(f, "maturity");
    return { args: [[entry(f.who.holder, 1n)]] };
  },
  settleRecord: async (f) => {
    await passTo(f, "record");
    return { args: [COUPON] };
  },
};

/** Who holds units, in the order of the bond's list. */
async function holdersOf({ bond }: Scene) {
  const accounts = [...(await bond.accounts(0n, await bond.accountCount()))];
  const holdings = holdingsOf(await bond.entitlements(COUPON, accounts));
  const holders = accounts.filter((_, place) => holdings[place]?.units !== 0n);
  return { holders, holdings: holdings.filter(({ units }) => units !== 0n) };
}

/** Past the record date: the cut that proves the coupon, and whom it goes to. */
async function recorded(f: Scene) {
  await passTo(f, "record");
  const { holders, holdings } = await holdersOf(f);
  const cut = couponCut(await f.bond.couponPerUnit(COUPON), await f.bond.couponTotal(COUPON), holdings);
  return { holders, cut };
}

async function opened(f: Scene): Promise<string[]> {
  const { holders, cut } = await recorded(f);
  await f.suite.corporateActions.connect(f.who.operating).openCoupon(f.bond, COUPON, cut);
  return holders;
}

/** The issuer's hold, of one minor unit more than is needed. */
async function fund({ side, who }: Scene, needed: bigint, businessRef: string): Promise<Hold> {
  const [payer, executor] = [who.operating.address, who.corporateActions.address];
  const hold = { payer, payee: ZeroAddress, executor, amount: needed + 1n, expiry: FAR, businessRef };
  await side.currency.connect(who.operating).placeHold(hold);
  return hold;
}

/** Proved, funded and due. */
async function payable(f: Scene) {
  const holders = await opened(f);
  await f.suite.corporateActions.connect(f.who.operating).measureCoupon(f.bond, COUPON, holders);
  const address = await f.bond.getAddress();
  const funding = await fund(f, await f.bond.couponTotal(COUPON), couponRef(address, COUPON));
  await passTo(f, "payment");
  return { address, holders, funding };
}

/** Paid but for the frozen customer, which has a claim and is no longer frozen. */
async function paid(f: Scene) {
  const { holders, ...rest } = await payable(f);
  await f.suite.corporateActions.payCoupon(f.bond, COUPON, rest.funding, holders);
  await f.side.currency.connect(f.who.enforcer).unfreeze(f.who.frozen, ref("order lifted"));
  return rest;
}

/** Matured and funded. */
async function matured(f: Scene) {
  await passTo(f, "maturity");
  const address = await f.bond.getAddress();
  const funding = await fund(f, UNITS * (await f.bond.unitNominal()), redemptionRef(address));
  return { address, funding };
}

export const actionsCalls: Calls<typeof ACTIONS_ROWS> = {
  openCoupon: async (f) => {
    const { cut } = await recorded(f);
    return { args: [await f.bond.getAddress(), COUPON, cut] };
  },
  measureCoupon: async (f) => {
    const holders = await opened(f);
    return { args: [await f.bond.getAddress(), COUPON, holders] };
  },
  payCoupon: async (f) => {
    const { address, holders, funding } = await payable(f);
    return { args: [address, COUPON, funding, holders] };
  },
  claimCoupon: async (f) => {
    const { address, funding } = await paid(f);
    return { args: [address, COUPON, funding, f.who.frozen.address] };
  },
  releaseCouponFunding: async (f) => {
    const { address, funding } = await paid(f);
    await f.suite.corporateActions.claimCoupon(f.bond, COUPON, funding, f.who.frozen);
    return { args: [address, COUPON, funding] };
  },
  redeem: async (f) => {
    const { address, funding } = await matured(f);
    return { args: [address, funding, [f.who.holder.address]] };
  },
  releaseRedemptionFunding: async (f) => {
    const { address, funding } = await matured(f);
    for (const token of [f.bond, f.side.currency]) {
      await token.connect(f.who.enforcer).unfreeze(f.who.frozen, ref("order lifted"));
    }
    const { holders } = await holdersOf(f);
    await f.suite.corporateActions.redeem(f.bond, funding, holders);
    return { args: [address, funding] };
  },
};
