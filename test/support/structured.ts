import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress } from "ethers";
import { type BondTerms, type Coupon } from "../../sdk/bonds.js";
import { parseDate, startOfDayNumber } from "../../sdk/calendar.js";
import { NEVER, type Hold } from "../../sdk/eip712/ledger.js";
import { minor } from "../../sdk/money.js";
import {
  FIXING_FUNCTION_ROLES,
  electionHold,
  fixingIndex,
  offerFundingRef,
  optionRef,
  structuredTermsHash,
  tenderCut,
  tenderId,
  type BondStructureTerms,
  type EarlyDate,
} from "../../sdk/structured.js";
import type {
  BondMeetings,
  BondStructure,
  Fixings,
  HolderOffers,
  StructuredActions,
  StructuredBond,
} from "../../types/ethers-contracts/index.js";
import { deployAssetPlatform, noteCoupons, noteTerms, passTo, type AssetPlatform, type Issue } from "./assets.js";
import { ref, type Chain } from "./chain.js";
import { POWER, ROLE, fund } from "./currency.js";

/** Index that the notes of these tests float with. */
export const HIBOR = fixingIndex("HIBOR 6 months");
/** Price of the e-HKD in e-CNY. */
export const CNY_PER_HKD = fixingIndex("CNY per HKD");
/** Units of the notes of these tests. */
export const SIZE = 10_000n;

/** The asset platform with everything that structured bonds need. */
export interface StructuredPlatform extends AssetPlatform {
  readonly fixings: Fixings;
  readonly structuredActions: StructuredActions;
  readonly offers: HolderOffers;
  readonly meetings: BondMeetings;
  /** Publishes both indices. */
  readonly fixer: HardhatEthersSigner;
}

/** A structured bond on the platform; `bond` and `actions` are its own two, as the plain bond's tests know them. */
export interface StructuredIssue extends StructuredPlatform, Issue {
  readonly structured: StructuredBond;
  readonly structure: BondStructure;
  readonly structureTerms: BondStructureTerms;
}

/** The platform with fixings, which the second bank of the mainland publishes. */
export async function deployStructuredPlatform(chain: Chain): Promise<StructuredPlatform> {
  const platform = await deployAssetPlatform(chain);
  const { authority, officers } = platform.hongkong;
  const fixings = await chain.ethers.deployContract("Fixings", [authority]);
  const selectors = FIXING_FUNCTION_ROLES.governor.map((name) => fixings.interface.getFunction(name).selector);
  await authority.connect(officers.admin).setTargetFunctionRole(fixings, selectors, ROLE.governor);
  for (const index of [HIBOR, CNY_PER_HKD]) {
    await fixings.connect(officers.governor).nameAgent(index, platform.boc);
  }
  return {
    ...platform,
    fixings,
    structuredActions: await chain.ethers.deployContract("StructuredActions", [platform.register]),
    offers: await chain.ethers.deployContract("HolderOffers", [platform.register]),
    meetings: await chain.ethers.deployContract("BondMeetings", [platform.register]),
    fixer: platform.boc,
  };
}

/** An early date whose notice or elections are taken in the four weeks that end two weeks before it. */
export function earlyDate(date: string, price: string): EarlyDate {
  const time = BigInt(parseDate(date));
  return { from: time - 42n * 86_400n, until: time - 14n * 86_400n, time, price: minor(price, "HKD") };
}

/**
 * HIBOR and 0.50 % on the note of `assets.ts`, at most 6 % a year; 100.00 and 200.00 of the 1,000.00 are paid back with
 * the second and third coupon; put at what is left on the second coupon's date; callable three months later.
 */
export async function floatingStructure(
  { fixings, mainland }: StructuredPlatform,
  changed: Partial<BondStructureTerms> = {},
): Promise<BondStructureTerms> {
  const principals = ["0", "100.00", "200.00", "0"];
  return {
    fixings: await fixings.getAddress(),
    index: HIBOR,
    spread: 500_000n,
    instalments: noteCoupons().map(({ accrualStart }, k) => ({
      fixingDay: accrualStart - 2,
      principal: minor(principals[k] ?? "0", "HKD"),
    })),
    calls: [earlyDate("2027-03-02", "902.00"), earlyDate("2027-06-01", "901.00")],
    puts: [earlyDate("2027-03-02", "900.00"), earlyDate("2027-06-01", "895.00")],
    optionCurrency: await mainland.currency.getAddress(),
    optionIndex: CNY_PER_HKD,
    quorum: 2_500n,
    majority: 6_667n,
    meetingNotice: 14n * 86_400n,
    ...changed,
  };
}

/** What a note needs that pays 2.5 % a year and nothing else: no fixing, no date, no other currency. */
export const PLAIN_STRUCTURE: Partial<BondStructureTerms> = {
  fixings: ZeroAddress,
  index: `0x${"00".repeat(32)}`,
  spread: 0n,
  instalments: noteCoupons().map(() => ({ fixingDay: 0, principal: 0n })),
  calls: [],
  puts: [],
  optionCurrency: ZeroAddress,
  optionIndex: `0x${"00".repeat(32)}`,
};

/** Announces, deploys and attaches a structured bond, gives its powers, and opens the issuer's account. */
export async function deployStructured(
  chain: Chain,
  platform: StructuredPlatform,
  terms: BondTerms,
  coupons: readonly Coupon[],
  structureTerms: BondStructureTerms,
): Promise<StructuredIssue> {
  const { register, structuredActions, operator, registrar, issuer, hsbc, hongkong } = platform;
  const hash = structuredTermsHash(terms, coupons, structureTerms);
  await register.connect(operator).announce(terms.isin, terms.issuer, registrar, hash);
  const args = [terms, [...coupons], structureOf(structureTerms), register, hongkong.authority] as const;
  const structured = await chain.ethers.deployContract("StructuredBond", [...args]);
  await register.connect(registrar).attachToken(terms.isin, structured);
  const address = await structured.getAddress();
  const bond = await chain.ethers.getContractAt("Bond", address);
  const governed = ["appoint", "dismiss", "setPayingAgent"] as const;
  const selectors = governed.map((name) => bond.interface.getFunction(name).selector);
  await hongkong.authority.connect(hongkong.officers.admin).setTargetFunctionRole(bond, selectors, ROLE.governor);
  await bond.connect(operator).appoint(structuredActions, POWER.issuer, ref("paying agency agreement"));
  await bond.connect(operator).appoint(hongkong.officers.enforcer, POWER.enforcer, ref("enforcement act"));
  await bond.connect(hsbc).openAccount(issuer);
  return {
    ...platform,
    ...{ bond, address, terms, coupons, structured, structureTerms },
    actions: await chain.ethers.getContractAt("CorporateActions", await structuredActions.getAddress()),
    structure: await chain.ethers.getContractAt("BondStructure", await structured.structure()),
  };
}

/** A structure as a deployment takes it. */
export function structureOf({ instalments, calls, puts, ...rest }: BondStructureTerms) {
  return { ...rest, instalments: [...instalments], calls: [...calls], puts: [...puts] };
}

/** The floating note, issued on its issue date, the whole issue still with the issuer. */
export async function deployFloatingNote(
  chain: Chain,
  changed: Partial<BondStructureTerms> = {},
  terms: Partial<BondTerms> = {},
): Promise<StructuredIssue> {
  const platform = await deployStructuredPlatform(chain);
  const issue = await deployStructured(
    chain,
    platform,
    await noteTerms(platform, { couponRate: 6_000_000n, units: SIZE, ...terms }),
    noteCoupons(),
    await floatingStructure(platform, changed),
  );
  await passTo(chain, issue.terms.issueDate);
  await issue.bond.connect(issue.registrar).issue();
  return issue;
}

/** Publishes a value on its day, or now, and lets its correction window pass. */
export async function fix(chain: Chain, issue: StructuredIssue, index: string, day: number, value: bigint) {
  await passTo(chain, BigInt(startOfDayNumber(day)));
  await issue.fixings.connect(issue.fixer).publish(index, day, value);
  await chain.networkHelpers.time.increase(await issue.fixings.CORRECTION_WINDOW());
}

/** Fixes the rate of coupon `k`. */
export async function fixCoupon(chain: Chain, issue: StructuredIssue, k: number, rate: bigint): Promise<void> {
  await fix(chain, issue, HIBOR, issue.structureTerms.instalments[k]?.fixingDay ?? 0, rate);
}

/** The issuer's money for coupon `k` in the bond's other currency, held. */
export async function fundOption(issue: StructuredIssue, k: number, amount: bigint, changed: Partial<Hold> = {}) {
  const { mainland, structuredActions } = issue;
  const businessRef = optionRef(issue.address, k);
  return holdOf(issue, mainland, await structuredActions.getAddress(), { amount, businessRef, ...changed });
}

/** The issuer's money for an offer, held. */
export async function fundOffer(issue: StructuredIssue, id: string, amount: bigint, changed: Partial<Hold> = {}) {
  const { hongkong, offers } = issue;
  return holdOf(issue, hongkong, await offers.getAddress(), { amount, businessRef: offerFundingRef(id), ...changed });
}

async function holdOf(
  { issuer }: StructuredIssue,
  side: AssetPlatform["hongkong"],
  executor: string,
  changed: Partial<Hold> & Pick<Hold, "amount" | "businessRef">,
): Promise<Hold> {
  const terms: Hold = { payer: issuer.address, payee: ZeroAddress, executor, expiry: NEVER, ...changed };
  await fund(side, terms.payer, terms.amount);
  await side.currency.connect(issuer).placeHold(terms);
  return terms;
}

/** Places the hold and has the election recorded. */
export async function elect(
  { bond, offers }: StructuredIssue,
  id: string,
  holder: HardhatEthersSigner,
  units: bigint,
): Promise<Hold> {
  const hold = await electionHold(offers, id, holder.address, units);
  await bond.connect(holder).placeHold(hold);
  await offers.elect(id, holder, units, "0x");
  return hold;
}

/** Opens a tender as the issuer. */
export async function openTender(
  chain: Chain,
  { offers, bond, issuer, address }: StructuredIssue,
  maxUnits: bigint,
  price: bigint,
  days: { readonly until: bigint; readonly payment: bigint } = { until: 10n, payment: 12n },
): Promise<string> {
  const now = BigInt(await chain.networkHelpers.time.latest());
  const [until, payment] = [now + days.until * 86_400n, now + days.payment * 86_400n];
  await offers.connect(issuer).openTender(bond, ref("tender"), maxUnits, price, until, payment);
  return tenderId(address, ref("tender"));
}

/** The cut of an offer from the elections that it has now. */
export async function cutOf({ offers }: StructuredIssue, id: string) {
  const { count, maxUnits } = await offers.offerOf(id);
  const positions = Array.from({ length: Number(count) }, (_, index) => BigInt(index) + 1n);
  const elections = await Promise.all(
    positions.map(async (position) => ({ position, units: (await offers.electionOf(id, position)).election.units })),
  );
  return tenderCut(
    maxUnits,
    elections.filter(({ units }) => units !== 0n),
  );
}
