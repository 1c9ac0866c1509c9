import { MaxUint256, ZeroHash } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { governMerchants, type PurposeContracts } from "../../../sdk/deploy/purpose.js";
import {
  CLAIM_RULE,
  VOUCHER_KIND,
  campaignId,
  purchaseId,
  voucherClaimTypedData,
  type CampaignTerms,
  type Purchase,
} from "../../../sdk/eip712/purpose.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { minor } from "../../../sdk/money.js";
import { VoucherList, quoteVouchers, signCampaign, signRedemption } from "../../../sdk/payments/purpose.js";
import { ref } from "../chain.js";
import type { Calls, Prepared } from "./prepared.js";
import type { MERCHANT_ROWS, PURPOSE_ROWS } from "./purposeTable.js";
import type { Scene } from "./stage.js";

const MCC = 5812n;
const PLACE = 440_305n;
const REASON = ref("reason");
const PRICE = minor("10.00");
const DAY = 86_400n;
const FAR_CLAIM = 2n ** 40n - 1n;

/** Directory and purpose contract of the stage's currency. */
export async function purposeOf({ side, who, chain }: Scene): Promise<PurposeContracts> {
  const merchants = await chain.ethers.deployContract("MerchantDirectory", [side.currency]);
  const purpose = await chain.ethers.deployContract("PurposeBoundMoney", [merchants]);
  await governMerchants({ authority: side.authority, admin: who.admin }, merchants);
  return { merchants, purpose };
}

/** A directory in which the payee is the operating institution's merchant. */
async function acquired(f: Scene) {
  const contracts = await purposeOf(f);
  await contracts.merchants.connect(f.who.operating).registerMerchant(f.payee, MCC, PLACE, REASON);
  return contracts;
}

async function toMerchants({ merchants }: PurposeContracts, args: Prepared["args"]): Promise<Prepared> {
  return { to: await merchants.getAddress(), args };
}

async function toPurpose({ purpose }: PurposeContracts, args: Prepared["args"]): Promise<Prepared> {
  return { to: await purpose.getAddress(), args };
}

/** A campaign of vouchers worth 5.00. */
async function termsOf({ chain }: Scene, sponsor: HardhatEthersSigner): Promise<CampaignTerms> {
  const opens = BigInt(await chain.networkHelpers.time.latest());
  return {
    ...{ sponsor: sponsor.address, documentHash: ref("rules"), budget: minor("100.00"), value: minor("5.00") },
    ...{ perPerson: minor("50.00"), minimumSpend: 0n, rate: 0n, usesPerDay: 0n, kind: VOUCHER_KIND.stored },
    ...{ claim: CLAIM_RULE.firstCome, layer: 0n, combines: 0n, stackLimit: 1n, claimRoot: ZeroHash },
    ...{ opens, claimsUntil: opens + DAY, expires: opens + 2n * DAY, categories: [MCC], regions: [] },
  };
}

async function domainsOf({ side }: Scene, { purpose }: PurposeContracts) {
  return { purpose: await domainOf(purpose), currency: await domainOf(side.currency) };
}

/** An open campaign of `sponsor`'s. */
async function opened(f: Scene, sponsor: HardhatEthersSigner, changed: Partial<CampaignTerms> = {}) {
  const contracts = await acquired(f);
  const terms = { ...(await termsOf(f, sponsor)), ...changed };
  await f.side.currency.connect(sponsor).approve(contracts.purpose, MaxUint256);
  await contracts.purpose.connect(sponsor).openCampaign(terms, "0x");
  return { ...contracts, terms };
}

/** A purchase of 10.00, of which a voucher of the operating institution's pays 5.00. */
async function claimed(f: Scene, beneficiary: HardhatEthersSigner, merchant: HardhatEthersSigner) {
  const it = await opened(f, f.who.operating);
  await it.purpose.connect(beneficiary).claim(it.terms, beneficiary, 0n, "0x");
  await f.side.currency.connect(beneficiary).approve(it.purpose, MaxUint256);
  const purchase: Purchase = {
    ...{ beneficiary: beneficiary.address, merchant: merchant.address, price: PRICE, businessRef: ref("purchase") },
    notAfter: BigInt(await f.chain.networkHelpers.time.latest()) + 3_600n,
    vouchers: quoteVouchers(PRICE, [{ terms: it.terms, left: it.terms.value }]),
  };
  return { ...it, purchase };
}

/** The payee has bought at the holder's. */
async function bought(f: Scene) {
  const { holder, operating } = f.who;
  await f.side.currency.connect(operating).transfer(f.payee, PRICE);
  const it = await claimed(f, f.payee, holder);
  await it.merchants.connect(operating).registerMerchant(holder, MCC, PLACE, REASON);
  await it.purpose.connect(f.payee).redeem(it.purchase, [it.terms], "0x", "0x");
  await f.side.currency.connect(holder).approve(it.purpose, PRICE);
  return it;
}

async function toTheEnd({ chain }: Scene, { expires }: CampaignTerms): Promise<void> {
  await chain.networkHelpers.time.increaseTo(expires);
}

export const merchantCalls: Calls<typeof MERCHANT_ROWS> = {
  registerMerchant: async (f) => toMerchants(await purposeOf(f), [f.payee.address, MCC, PLACE, REASON]),
  "registerMerchant: the operating institution's": async (f) =>
    toMerchants(await acquired(f), [f.payee.address, MCC, PLACE, REASON]),
  setSuspended: async (f) => toMerchants(await acquired(f), [f.payee.address, true, REASON]),
  removeMerchant: async (f) => toMerchants(await acquired(f), [f.payee.address, REASON]),
  barMerchant: async (f) => toMerchants(await acquired(f), [f.payee.address, REASON]),
  unbarMerchant: async (f) => {
    const it = await acquired(f);
    await it.merchants.connect(f.who.halter).barMerchant(f.payee, REASON);
    return toMerchants(it, [f.payee.address, REASON]);
  },
  setAuthority: async (f) => toMerchants(await purposeOf(f), [await f.suite.mainland.authority.getAddress()]),
};

export const purposeCalls: Calls<typeof PURPOSE_ROWS> = {
  openCampaign: async (f) => {
    const [it, terms] = [await purposeOf(f), await termsOf(f, f.who.holder)];
    return toPurpose(it, [terms, await signCampaign(f.who.holder, await domainsOf(f, it), terms)]);
  },
  "openCampaign: without a signature": async (f) => {
    const [it, terms] = [await purposeOf(f), await termsOf(f, f.who.holder)];
    await f.side.currency.connect(f.who.holder).approve(it.purpose, terms.budget);
    return toPurpose(it, [terms, "0x"]);
  },
  grant: async (f) => {
    const it = await opened(f, f.who.holder, { claim: CLAIM_RULE.granted });
    return toPurpose(it, [it.terms, [(BigInt(f.payee.address) << 96n) | it.terms.value]]);
  },
  claim: async (f) => {
    const it = await opened(f, f.who.operating);
    const { purpose: domain } = await domainsOf(f, it);
    const claim = { campaign: campaignId(it.terms), beneficiary: f.who.holder.address, given: 0n, notAfter: FAR_CLAIM };
    return toPurpose(it, [
      it.terms,
      claim.beneficiary,
      FAR_CLAIM,
      await sign(f.who.holder, voucherClaimTypedData(domain, claim)),
    ]);
  },
  "claim: without a signature": async (f) => {
    const it = await opened(f, f.who.operating);
    return toPurpose(it, [it.terms, f.who.holder.address, FAR_CLAIM, "0x"]);
  },
  claimListed: async (f) => {
    const line = { identity: ref("somebody"), amount: minor("5.00") };
    const list = new VoucherList([line, { ...line, amount: minor("10.00") }]);
    const it = await opened(f, f.who.operating, { claim: CLAIM_RULE.listed, claimRoot: list.root });
    return toPurpose(it, [it.terms, 0n, line.identity, line.amount, list.proof(0n)]);
  },
  redeem: async (f) => {
    const it = await claimed(f, f.who.holder, f.payee);
    const { consent, holdSignature } = await signRedemption(f.who.holder, await domainsOf(f, it), it.purchase);
    return toPurpose(it, [it.purchase, [it.terms], consent, holdSignature]);
  },
  "redeem: without a signature": async (f) => {
    const it = await claimed(f, f.who.holder, f.payee);
    return toPurpose(it, [it.purchase, [it.terms], "0x", "0x"]);
  },
  refund: async (f) => {
    const it = await bought(f);
    return toPurpose(it, [it.purchase, [it.terms], PRICE]);
  },
  closeCampaign: async (f) => {
    const it = await opened(f, f.who.operating);
    await toTheEnd(f, it.terms);
    return toPurpose(it, [it.terms]);
  },
  returnRestored: async (f) => {
    const it = await bought(f);
    await it.purpose.connect(f.who.holder).refund(it.purchase, [it.terms], PRICE);
    await toTheEnd(f, it.terms);
    return toPurpose(it, [it.terms, purchaseId((await domainsOf(f, it)).purpose, it.purchase)]);
  },
};
