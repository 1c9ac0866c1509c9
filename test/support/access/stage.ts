import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import { isinBytes, regularCoupons, termsHash, DAY_COUNT, type BondTerms, type Coupon } from "../../../sdk/bonds.js";
import { parseDate } from "../../../sdk/calendar.js";
import { deployBond, governBond } from "../../../sdk/deploy/bonds.js";
import type { JurisdictionName } from "../../../sdk/deploy/parameters.js";
import { openSuite, type OpenJurisdiction, type Suite } from "../../../sdk/deploy/suite.js";
import { REQUEST_KIND, attestationTypedData } from "../../../sdk/eip712/issuance.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { isinWithCheckDigit } from "../../../sdk/identifiers.js";
import { institutionByBic, loadInstitutions, registryEntry } from "../../../sdk/institutions.js";
import { CLASS_NUMBERS } from "../../../sdk/limits.js";
import { minor } from "../../../sdk/money.js";
import type { Bond } from "../../../types/ethers-contracts/index.js";
import { ref, type Chain } from "../chain.js";
import { entry } from "../holds.js";
import { openBridge, type BridgeContracts } from "./bridgeStage.js";
import type { Caller, Person } from "./callers.js";
import { joined } from "./gatewayCalls.js";

/** A time that no test reaches, Unix seconds; fits 48 bits. */
export const FAR = 2n ** 40n;
/** The size of the bond's issue. */
export const UNITS = 1_000n;
const ACTIVE = 2n;
const SUSPENDED = 3n;

/** The suite on a day of business, seen from one jurisdiction. */
export interface Scene {
  readonly chain: Chain;
  readonly suite: Suite;
  readonly side: OpenJurisdiction;
  /** Everybody who calls. */
  readonly who: Readonly<Record<Caller, HardhatEthersSigner>>;
  /** A customer with wallet and account, who is paid and never calls. */
  readonly payee: HardhatEthersSigner;
  /** Number of the operating institution. */
  readonly operatingNumber: number;
  /** Number of the suspended institution. */
  readonly suspendedNumber: number;
  /** Has no wallet and no account. */
  readonly newcomer: HardhatEthersSigner;
  /** Issued by the operating institution of Hong Kong, placed, its coupon not due yet. */
  readonly bond: Bond;
  /** The multilateral bridge: both central banks' council, and its exchange. */
  readonly bridge: BridgeContracts;
}

/** Both jurisdictions of one chain. */
export type Stage = Readonly<Record<JurisdictionName, Scene>>;

/** A chain whose clock starts on the day the bond is issued. */
export function openChain(): Promise<Chain> {
  return network.create({
    network: "default",
    chainType: "l1",
    override: { initialDate: new Date(parseDate("2026-03-02") * 1000) },
  });
}

/** Where who stands in each jurisdiction, by BIC. The mainland's participating institution is admitted here. */
const BANKS = {
  mainland: { operating: "TICBCNT0", suspended: "TABCCNT0", participating: undefined },
  hongkong: { operating: "THSBHKT0", suspended: "TSCHHKT0", participating: "THASHKT0" },
} as const;

type People = Readonly<Record<Person, HardhatEthersSigner>>;
type Scenery = Omit<Scene, "bond" | "bridge" | "who"> & { readonly who: People };

/** Deploys the suite, hands it over, and brings both jurisdictions to a day of business. */
export async function openStage(chain: Chain): Promise<Stage> {
  const suite = await openSuite(chain);
  const mainland = await openScene(chain, suite, "mainland");
  const hongkong = await openScene(chain, suite, "hongkong");
  const bond = await openBond(hongkong);
  await hongkong.side.currency.connect(hongkong.who.holder).approve(suite.engine, MaxUint256);
  await bond.connect(hongkong.who.operating).approve(suite.engine, MaxUint256);
  const bridge = await openBridge(chain, suite, bond);
  return {
    mainland: await withContracts(mainland, bond, bridge),
    hongkong: await withContracts(hongkong, bond, bridge),
  };
}

async function openScene(chain: Chain, suite: Suite, name: JurisdictionName): Promise<Scenery> {
  const side = suite[name];
  const neighbour = suite[name === "mainland" ? "hongkong" : "mainland"].offices.admin;
  const bics = BANKS[name];
  const [operating, suspended] = [side.bank(bics.operating), side.bank(bics.suspended)];
  const [holder, frozen, agent, stranger, payee, newcomer, entrant] = suite.customers;
  if (!holder || !frozen || !agent || !stranger || !payee || !newcomer || !entrant) {
    throw new RangeError("the suite leaves too few accounts");
  }
  const participating =
    bics.participating === undefined ? await admit(side, entrant) : side.bank(bics.participating).signer;
  const who: People = {
    ...side.offices,
    settlementOperator: side.settlementOperator,
    operating: operating.signer,
    participating,
    suspended: suspended.signer,
    ...{ holder, frozen, agent, neighbour, deployer: suite.deployer, stranger },
  };
  const scene: Scenery = {
    ...{ chain, suite, side, who, payee, newcomer },
    ...{ operatingNumber: operating.number, suspendedNumber: suspended.number },
  };
  await fillWallets(scene);
  return scene;
}

/** Enters an institution of the other jurisdiction's file, of the participating tier. */
async function admit({ registry, currency, offices }: OpenJurisdiction, account: HardhatEthersSigner) {
  const { number, lei, bic, country, tier, nameHash } = registryEntry(
    institutionByBic(await loadInstitutions(), "THASHKT0"),
  );
  const registrar = registry.connect(offices.registrar);
  await registrar.register(900 + number, lei, bic, country, tier, 0n, account, nameHash);
  await registrar.setStatus(900 + number, ACTIVE, ref("admission"));
  await currency.openInstitutionWallet(account);
  return account;
}

/** Money in every wallet; then one institution is suspended and one customer frozen. */
async function fillWallets({ side, who, payee, operatingNumber, suspendedNumber }: Scenery): Promise<void> {
  const { currency, desk, registry, offices } = side;
  const bank = currency.connect(who.operating);
  for (const customer of [who.holder, who.frozen, payee]) {
    await bank.openWallet(customer, CLASS_NUMBERS.I, ref(`identity of ${customer.address}`));
  }
  const [amount, rtgsRef] = [minor("1000000.00"), ref("opening")];
  const said = { kind: REQUEST_KIND.issue, institution: operatingNumber, amount, rtgsRef, validUntil: FAR };
  await desk.connect(who.operating).requestIssue(amount, rtgsRef, FAR);
  const attested = await sign(side.settlementOperator, attestationTypedData(await domainOf(desk), said));
  await desk.issue(operatingNumber, rtgsRef, FAR, attested);
  const paid = [who.participating, who.suspended, who.holder, who.frozen].map((to) => entry(to, minor("1000.00")));
  await bank.payOut(paid, ref("opening"));
  await registry.connect(offices.registrar).setStatus(suspendedNumber, SUSPENDED, ref("suspension"));
  await currency.connect(offices.enforcer).freeze(who.frozen, ref("order"));
  await currency.connect(who.holder).approve(who.agent, minor("1.00"));
}

/** Terms of a bond of the operating institution, the `count`-th of the platform. */
export async function bondTerms({ side, who }: Pick<Scenery, "side" | "who">, count: number): Promise<BondTerms> {
  return {
    isin: isinBytes(isinWithCheckDigit(`HK${String(count).padStart(9, "0")}`)),
    name: `HSBC note ${count}`,
    symbol: `HSBC${count}`,
    currency: await side.currency.getAddress(),
    issuer: who.operating.address,
    units: UNITS,
    unitNominal: minor("10.00"),
    couponRate: 3_000_000n,
    dayCount: DAY_COUNT.act365f,
    frequency: 1n,
    issueDate: BigInt(parseDate("2026-03-02")),
    maturity: BigInt(parseDate("2027-03-02")),
  };
}

/** The bonds' one coupon. */
export function bondCoupons(): Coupon[] {
  return regularCoupons(["2026-03-02", "2027-03-02"], 5);
}

/** Announces and deploys the `count`-th bond. */
export async function announceBond(scene: Pick<Scenery, "suite" | "side" | "who">, count: number) {
  const { suite, who } = scene;
  const [terms, coupons] = [await bondTerms(scene, count), bondCoupons()];
  const hash = termsHash(terms, coupons);
  await suite.assets.connect(who.registrar).announce(terms.isin, terms.issuer, who.registrar, hash);
  const bond = await deployBond(suite, suite.deployer, terms, coupons);
  return { bond, terms };
}

async function openBond(scene: Scenery): Promise<Bond> {
  const { bond, terms } = await announceBond(scene, 1);
  await placeBond(scene, bond, terms);
  return bond;
}

/** Attaches a bond that was announced, governs it, issues it and places some of its units. */
export async function placeBond(
  { suite, who, payee }: Pick<Scenery, "suite" | "who" | "payee">,
  bond: Bond,
  terms: BondTerms,
): Promise<void> {
  const mandates = { payment: ref("paying agency agreement"), enforcement: ref("enforcement act") };
  await suite.assets.connect(who.registrar).attachToken(terms.isin, bond);
  await governBond(suite, bond, { admin: who.admin, governor: who.governor, enforcer: who.enforcer, mandates });
  await bond.connect(who.governor).setPayingAgent(who.participating);
  const holders = [who.participating, who.suspended, who.holder, who.frozen];
  for (const account of [who.operating, ...holders, payee]) await bond.connect(who.operating).openAccount(account);
  await bond.connect(who.registrar).issue();
  await bond.connect(who.operating).payOut(
    holders.map((to) => entry(to, 10n)),
    ref("placement"),
  );
  await bond.connect(who.enforcer).freeze(who.frozen, ref("order"));
  await bond.connect(who.holder).approve(who.agent, 1n);
}

async function withContracts(scenery: Scenery, bond: Bond, bridge: BridgeContracts): Promise<Scene> {
  const { chain, suite, side } = scenery;
  const caller = async (contract: { getAddress(): Promise<string> }) =>
    chain.ethers.getImpersonatedSigner(await contract.getAddress());
  const contracts = {
    authority: await caller(side.authority),
    desk: await caller(side.desk),
    bond: await caller(bond),
    corporateActions: await caller(suite.corporateActions),
    council: await caller(bridge.council),
    gateway: await caller((await joined(scenery)).gateway),
  };
  return { ...scenery, bond, bridge, who: { ...scenery.who, ...contracts } };
}
