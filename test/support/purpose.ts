import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, ZeroHash } from "ethers";
import { openPurpose, type PurposeContracts } from "../../sdk/deploy/purpose.js";
import {
  CLAIM_RULE,
  VOUCHER_KIND,
  campaignId,
  ownPart,
  purchaseId,
  restoredVoucherId,
  type CampaignTerms,
  type Purchase,
} from "../../sdk/eip712/purpose.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { VoucherList, quoteVouchers, type PurposeDomains, type VoucherAtHand } from "../../sdk/payments/purpose.js";
import { ref, type Chain } from "./chain.js";
import { CLASS, deployMoney, fund, identityOf, type Money } from "./currency.js";

/** Seconds. */
export const DAY = 86_400n;
/** What every beneficiary has at first. */
export const PURSE = minor("2000.00");
/** Merchant category codes: restaurants, fast food, grocers, money transfer. */
export const MCC = { restaurant: 5812n, fastFood: 5814n, grocer: 5411n, transfer: 4829n } as const;
/** GB/T 2260: Guangdong, Shenzhen, its district Nanshan, and Guangzhou's Tianhe. */
export const REGION = { guangdong: 440_000n, shenzhen: 440_300n, nanshan: 440_305n, tianhe: 440_106n } as const;
/** Who gives a voucher. */
export const LAYER = { province: 1n, city: 2n, platform: 4n } as const;

/** What this run compiled, and under coverage instrumented. */
const COMPILED = {
  MerchantDirectory: (await artifacts.readArtifact("MerchantDirectory")).bytecode,
  PurposeBoundMoney: (await artifacts.readArtifact("PurposeBoundMoney")).bytecode,
} as const;

/** Vouchers of the city, a subsidy of the province, and a platform's percentage; ann and bob spend them. */
export interface Purpose extends Money, PurposeContracts {
  readonly chain: Chain;
  readonly money: Money["mainland"]["currency"];
  readonly domains: PurposeDomains;
  /** Sponsor of every campaign. */
  readonly city: HardhatEthersSigner;
  /** A restaurant in Nanshan and a fast-food shop in Tianhe; boc acquires both, icbc keeps their wallets. */
  readonly restaurant: HardhatEthersSigner;
  readonly takeaway: HardhatEthersSigner;
  /** Acquires the merchants. */
  readonly acquirer: HardhatEthersSigner;
  /** First come: 30.00 off from 100.00 on, two a person, one a day, for eating out in Shenzhen. */
  readonly dining: CampaignTerms;
  /** Granted: up to 500.00 a person, for groceries and eating out in Guangdong. */
  readonly subsidy: CampaignTerms;
  /** Listed: a tenth off, 20.00 at most, anywhere, for anything. */
  readonly tenth: CampaignTerms;
  /** The list of the percentage: ann twice 20.00, bob 40.00, nobody's 20.00. */
  readonly list: VoucherList;
}

/** Merchants are registered, campaigns open; beneficiaries and merchants have money and allow the contract all of it. */
export async function deployPurpose(chain: Chain): Promise<Purpose> {
  const money = await deployMoney(chain);
  const { currency, authority, officers } = money.mainland;
  const bank = { authority, admin: officers.admin };
  const contracts = await openPurpose({ ...bank, deployer: money.deployer, currency, initCode: COMPILED });
  const { merchants, purpose } = contracts;
  const { treasury: city, shop: restaurant, company: takeaway, boc: acquirer } = money;
  const licence = ref("licence");
  await merchants.connect(acquirer).registerMerchant(restaurant, MCC.restaurant, REGION.nanshan, licence);
  await merchants.connect(acquirer).registerMerchant(takeaway, MCC.fastFood, REGION.tianhe, licence);
  await fund(money.mainland, city, minor("100000.00"));
  for (const person of [money.ann, money.bob, restaurant, takeaway]) await fund(money.mainland, person, PURSE);
  for (const person of [money.ann, money.bob, restaurant, takeaway, city]) {
    await currency.connect(person).approve(purpose, MaxUint256);
  }

  const opens = BigInt(await chain.networkHelpers.time.latest()) + 100n;
  const common = {
    ...{ sponsor: city.address, documentHash: ref("rules"), rate: 0n, usesPerDay: 0n, minimumSpend: 0n },
    ...{ opens, claimsUntil: opens + 20n * DAY, expires: opens + 30n * DAY, claimRoot: ZeroHash },
    ...{ stackLimit: 3n, combines: (1n << LAYER.province) | (1n << LAYER.city) | (1n << LAYER.platform) },
  };
  const dining: CampaignTerms = {
    ...common,
    ...{ budget: minor("300.00"), value: minor("30.00"), perPerson: minor("60.00"), minimumSpend: minor("100.00") },
    ...{ kind: VOUCHER_KIND.fixed, claim: CLAIM_RULE.firstCome, layer: LAYER.city, usesPerDay: 1n },
    ...{ categories: [MCC.restaurant, MCC.fastFood], regions: [REGION.shenzhen] },
  };
  const subsidy: CampaignTerms = {
    ...common,
    ...{ budget: minor("1000.00"), value: minor("10.00"), perPerson: minor("500.00") },
    ...{ kind: VOUCHER_KIND.stored, claim: CLAIM_RULE.granted, layer: LAYER.province },
    ...{ categories: [MCC.grocer, MCC.restaurant, MCC.fastFood], regions: [REGION.guangdong] },
  };
  const list = new VoucherList([
    { identity: identityOf(money.ann), amount: minor("20.00") },
    { identity: identityOf(money.bob), amount: minor("40.00") },
    { identity: identityOf(money.ann), amount: minor("20.00") },
    { identity: ref("nobody's identity"), amount: minor("20.00") },
  ]);
  const tenth: CampaignTerms = {
    ...common,
    ...{ budget: minor("100.00"), value: minor("20.00"), perPerson: minor("40.00"), rate: 1_000n },
    ...{ kind: VOUCHER_KIND.percentage, claim: CLAIM_RULE.listed, claimRoot: list.root, layer: LAYER.platform },
    ...{ categories: [], regions: [] },
  };
  for (const terms of [dining, subsidy, tenth]) await purpose.connect(city).openCampaign(terms, "0x");
  await chain.networkHelpers.time.increaseTo(opens);
  return {
    ...money,
    ...contracts,
    ...{ chain, money: currency, city, restaurant, takeaway, acquirer, dining, subsidy, tenth, list },
    domains: { purpose: await domainOf(purpose), currency: await domainOf(currency) },
  };
}

/** Vouchers are granted; what ann has of each campaign is at hand. */
export interface Granted extends Purpose {
  readonly anns: Readonly<Record<"dining" | "subsidy" | "tenth", VoucherAtHand>>;
}

/** Ann has two vouchers of the city, 100.00 of the subsidy and 20.00 of the percentage; bob one voucher of the city. */
export async function deployGranted(chain: Chain): Promise<Granted> {
  const f = await deployPurpose(chain);
  await f.purpose.connect(f.ann).claim(f.dining, f.ann, 0n, "0x");
  await f.purpose.connect(f.ann).claim(f.dining, f.ann, 0n, "0x");
  await f.purpose.connect(f.bob).claim(f.dining, f.bob, 0n, "0x");
  await f.purpose.connect(f.city).grant(f.subsidy, [grantEntry(f.ann, minor("100.00"))]);
  await claimLine(f, 0n);
  const anns = {
    dining: { terms: f.dining, left: minor("60.00") },
    subsidy: { terms: f.subsidy, left: minor("100.00") },
    tenth: { terms: f.tenth, left: minor("20.00") },
  };
  return { ...f, anns };
}

/** One word a grant: the wallet, and how much. */
export function grantEntry(account: { readonly address: string }, amount: bigint): bigint {
  return (BigInt(account.address) << 96n) | amount;
}

/** Claims a line of the percentage's list, carried by anyone. */
export function claimLine(f: Purpose, index: bigint) {
  const line = f.list.lines[Number(index)];
  if (line === undefined) throw new RangeError(`the list has no line ${index}`);
  return f.purpose.connect(f.carrier).claimListed(f.tenth, index, line.identity, line.amount, f.list.proof(index));
}

/** A purchase of ann's or another's, at the restaurant or elsewhere, that may be paid within an hour. */
export class PurchaseUnderTest {
  readonly id: string;
  readonly own: bigint;
  readonly campaigns: CampaignTerms[];

  private constructor(
    private readonly f: Purpose,
    readonly terms: Purchase,
    campaigns: readonly CampaignTerms[],
    readonly beneficiary: HardhatEthersSigner,
    readonly merchant: HardhatEthersSigner,
  ) {
    this.id = purchaseId(f.domains.purpose, terms);
    this.own = ownPart(terms);
    this.campaigns = terms.vouchers.map(({ campaign }) => {
      const found = campaigns.find((one) => campaignId(one) === campaign);
      if (found === undefined) throw new RangeError("a voucher of an unknown campaign");
      return found;
    });
  }

  /** Not paid yet; the vouchers pay what a quote says. */
  static async offer(
    f: Purpose,
    price: bigint,
    vouchers: readonly VoucherAtHand[],
    { by = f.ann, at = f.restaurant, ...changed }: Partial<Purchase> & Parties = {},
  ): Promise<PurchaseUnderTest> {
    const notAfter = BigInt(await f.chain.networkHelpers.time.latest()) + 3_600n;
    const terms: Purchase = {
      ...{ beneficiary: by.address, merchant: at.address, price, notAfter, businessRef: ref("first purchase") },
      ...{ vouchers: quoteVouchers(price, vouchers), ...changed },
    };
    return new PurchaseUnderTest(
      f,
      terms,
      vouchers.map(({ terms: campaign }) => campaign),
      by,
      at,
    );
  }

  /** Paid by its beneficiary's call. */
  static async paid(
    ...[f, price, vouchers, changed]: Parameters<typeof PurchaseUnderTest.offer>
  ): Promise<PurchaseUnderTest> {
    const purchase = await PurchaseUnderTest.offer(f, price, vouchers, changed);
    await purchase.redeem();
    return purchase;
  }

  redeem() {
    return this.f.purpose.connect(this.beneficiary).redeem(this.terms, this.campaigns, "0x", "0x");
  }

  refund(amount = this.terms.price) {
    return this.f.purpose.connect(this.merchant).refund(this.terms, this.campaigns, amount);
  }

  /** Id of the voucher that its refund restores. */
  restored(terms: CampaignTerms): string {
    return restoredVoucherId(this.id, campaignId(terms));
  }
}

interface Parties {
  readonly by?: HardhatEthersSigner;
  readonly at?: HardhatEthersSigner;
}

/** What is held for a campaign: of its budget, and on a merchant's account after the refund of a purchase. */
export async function heldFor({ purpose, money }: Purpose, terms: CampaignTerms): Promise<bigint> {
  return (await money.holdState(await money.holdId(plain(await purpose.budgetHoldOf(terms))))).remaining;
}

/** What a restored voucher of a campaign is still worth. */
export async function heldRestored(
  { purpose, money }: Purpose,
  terms: CampaignTerms,
  purchase: string,
): Promise<bigint> {
  return (await money.holdState(await money.holdId(plain(await purpose.restoredHoldOf(terms, purchase))))).remaining;
}

/** A second wallet of ann's, with her identity. */
export async function secondWallet(f: Purpose, account: HardhatEthersSigner): Promise<HardhatEthersSigner> {
  await f.money.connect(f.icbc).openWallet(account, CLASS.II, identityOf(f.ann));
  return account;
}

/** A hold as the ledger takes it, from one that a contract answered. */
function plain<T extends Awaited<ReturnType<PurposeContracts["purpose"]["budgetHoldOf"]>>>(hold: T) {
  const { payer, payee, executor, amount, expiry, businessRef } = hold;
  return { payer, payee, executor, amount, expiry, businessRef };
}
