import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { concat, toUtf8Bytes, type AddressLike, type BaseContract } from "ethers";
import { institutionByBic, loadInstitutions } from "../../sdk/institutions.js";
import {
  WALLET_CLASSES,
  classLimits,
  loadLimitProfile,
  type ClassLimits,
  type LimitProfile,
  type WalletClass,
} from "../../sdk/limits.js";
import { minor } from "../../sdk/money.js";
import { functionsByRole } from "../../sdk/governed.js";
import { POWERS, ROLES } from "../../sdk/roles.js";
import type { AccessManager, IDigitalCurrency, InstitutionRegistry } from "../../types/ethers-contracts/index.js";
import { actors, officers, ref, type Actors, type Chain } from "./chain.js";

/** Wallet classes by the name of the profile file. See `IDigitalCurrency`. */
export const CLASS = { none: 0, I: 1, II: 2, III: 3, IV: 4, corporate: 5, institution: 6, government: 7 } as const;
/** A class that the profiles give limits to. */
export type ClassName = WalletClass;

/** Powers of an account word, and roles of a central bank's authority. */
export { POWERS as POWER, ROLES as ROLE } from "../../sdk/roles.js";

/** Seconds between the announcement and the execution of an upgrade. */
export const UPGRADE_DELAY = 2n * 24n * 3600n;

/** What an amount or a sum of payments is when nothing limits it. */
export const UNLIMITED = { amount: 2n ** 64n - 1n, counted: 2n ** 40n - 1n } as const;

const TIER_OPERATING = 2n;
const STATUS_ACTIVE = 2n;

const OFFICERS = ["admin", "governor", "halter", "resumer", "upgrader", "registrar", "issuer", "enforcer"] as const;
const PROFILE = { mainland: "ecny-app-2022", hongkong: "ehkd-retail" } as const;

type Offices = Actors<(typeof OFFICERS)[number]>;

const BANKS = ["icbc", "boc", "hsbc", "bochk"] as const;
const CUSTOMERS = ["ann", "bob", "cai", "dan", "shop", "company", "treasury"] as const;

/** Who takes part, beside office holders: banks, customers, and two without a wallet. */
export interface Cast {
  /** Operating institutions of the mainland; at home in ECNY, corporate customers in EHKD. */
  readonly icbc: HardhatEthersSigner;
  readonly boc: HardhatEthersSigner;
  /** Operating institutions of Hong Kong; at home in EHKD, corporate customers in ECNY. */
  readonly hsbc: HardhatEthersSigner;
  readonly bochk: HardhatEthersSigner;
  /** Personal wallets of class I, II, III and IV, in both currencies. */
  readonly ann: HardhatEthersSigner;
  readonly bob: HardhatEthersSigner;
  readonly cai: HardhatEthersSigner;
  readonly dan: HardhatEthersSigner;
  /** Corporate wallets in both currencies. */
  readonly shop: HardhatEthersSigner;
  readonly company: HardhatEthersSigner;
  /** Government wallet in both currencies. */
  readonly treasury: HardhatEthersSigner;
  /** No wallet and no right left: sent every deployment. */
  readonly deployer: HardhatEthersSigner;
  /** No wallet: carries other people's signatures. */
  readonly carrier: HardhatEthersSigner;
  /** No wallet and no right. */
  readonly stranger: HardhatEthersSigner;
}

/** One jurisdiction: a central bank's authority, its registry of institutions and its currency. */
export interface Jurisdiction {
  readonly authority: AccessManager;
  readonly registry: InstitutionRegistry;
  readonly currency: IDigitalCurrency;
  /** Who holds which office. `issuer` and `enforcer` hold powers of the currency itself. */
  readonly officers: Offices;
  /** The two operating institutions; the first opened every customer's wallet. */
  readonly banks: readonly [Bank, Bank];
  /** Limits in force, by class. */
  readonly limits: Readonly<Record<ClassName, ClassLimits>>;
  /** Who has a wallet of which class; `institution` is the first bank's. */
  readonly holder: Readonly<Record<ClassName, HardhatEthersSigner>>;
}

/** An operating institution: the number the registry knows it by, and the account it acts with. */
export interface Bank {
  readonly number: bigint;
  readonly account: HardhatEthersSigner;
}

/** Both jurisdictions on one chain, with the same people. */
export interface Money extends Cast {
  readonly mainland: Jurisdiction;
  readonly hongkong: Jurisdiction;
}

/**
 * e-CNY and e-HKD with every wallet open and nothing issued.
 * Call it inside a fixture: `async function deploy() { return deployMoney(chain); }`.
 */
export async function deployMoney(chain: Chain): Promise<Money> {
  const who: Cast = await actors(chain, "deployer", ...BANKS, ...CUSTOMERS, "carrier", "stranger");
  const people = { I: who.ann, II: who.bob, III: who.cai, IV: who.dan, corporate: who.shop, government: who.treasury };
  const mainland = await deployJurisdiction(chain, {
    currency: "ECNY",
    side: "mainland",
    centralBank: "pboc",
    banks: [
      { bic: "TICBCNT0", account: who.icbc },
      { bic: "TBOCCNT0", account: who.boc },
    ],
    holder: { ...people, institution: who.icbc },
    companies: [who.company, who.hsbc, who.bochk],
  });
  const hongkong = await deployJurisdiction(chain, {
    currency: "EHKD",
    side: "hongkong",
    centralBank: "hkma",
    banks: [
      { bic: "THSBHKT0", account: who.hsbc },
      { bic: "TBHKHKT0", account: who.bochk },
    ],
    holder: { ...people, institution: who.hsbc },
    companies: [who.company, who.icbc, who.boc],
  });
  return { ...who, mainland, hongkong };
}

/** Issues money to `account`, without a desk and its reserves: the receiver's limits hold. */
export async function fund({ currency, officers: { issuer } }: Jurisdiction, account: AddressLike, amount: bigint) {
  await currency.connect(issuer).issue(account, amount, ref("test money"));
}

/** The limits that {@link deployMoney} puts in force, as the currency takes them. */
export async function loadLimits(side: keyof typeof PROFILE): Promise<Jurisdiction["limits"]> {
  return profileLimits(await loadLimitProfile(PROFILE[side]));
}

/** The wallet's identity commitment in these tests. */
export function identityOf(account: { readonly address: string }): string {
  return ref(`identity of ${account.address}`);
}

interface Plan {
  readonly currency: "ECNY" | "EHKD";
  readonly side: keyof typeof PROFILE;
  readonly centralBank: string;
  readonly banks: readonly [Entrant, Entrant];
  readonly holder: Jurisdiction["holder"];
  /** More corporate wallets. */
  readonly companies: readonly HardhatEthersSigner[];
}

interface Entrant {
  readonly bic: string;
  readonly account: HardhatEthersSigner;
}

async function deployJurisdiction(chain: Chain, plan: Plan): Promise<Jurisdiction> {
  const { ethers } = chain;
  const office = await officers(chain, plan.centralBank, ...OFFICERS);
  const authority = await ethers.deployContract("AccessManager", [office.admin]);
  const registry = await ethers.deployContract("InstitutionRegistry", [authority]);
  const implementation = await ethers.deployContract(plan.currency, [registry, authority]);
  const initialize = implementation.interface.encodeFunctionData("initialize", [await authority.getAddress()]);
  const proxy = await ethers.deployContract("ERC1967Proxy", [implementation, initialize]);
  const currency = await ethers.getContractAt("IDigitalCurrency", await proxy.getAddress());

  await assignOffices(authority.connect(office.admin), { currency, registry, office });
  await currency.connect(office.governor).appoint(office.issuer, POWERS.issuer, ref("issuance act"));
  await currency.connect(office.governor).appoint(office.enforcer, POWERS.enforcer, ref("enforcement act"));
  const limits = await loadLimits(plan.side);
  for (const name of WALLET_CLASSES) {
    await currency.connect(office.governor).setClassLimits(CLASS[name], limits[name]);
  }
  const banks = [
    await enterInstitution(registry.connect(office.registrar), plan.banks[0]),
    await enterInstitution(registry.connect(office.registrar), plan.banks[1]),
  ] as const;
  for (const { account } of banks) await currency.openInstitutionWallet(account);
  const atFirstBank = currency.connect(banks[0].account);
  for (const name of WALLET_CLASSES) {
    if (name === "institution") continue;
    await atFirstBank.openWallet(plan.holder[name], CLASS[name], identityOf(plan.holder[name]));
  }
  for (const company of plan.companies) await atFirstBank.openWallet(company, CLASS.corporate, identityOf(company));
  return { authority, registry, currency, officers: office, banks, limits, holder: plan.holder };
}

async function assignOffices(
  authority: AccessManager,
  { currency, registry, office }: { currency: IDigitalCurrency; registry: InstitutionRegistry; office: Offices },
): Promise<void> {
  for (const [contract, target] of [["currency", currency] as const, ["registry", registry] as const]) {
    for (const [role, names] of functionsByRole(contract)) {
      const selectors = names.map((name) => selectorOf(target, name));
      await authority.setTargetFunctionRole(target, selectors, ROLES[role]);
    }
  }
  await authority.grantRole(ROLES.governor, office.governor, 0n);
  await authority.grantRole(ROLES.halter, office.halter, 0n);
  await authority.grantRole(ROLES.resumer, office.resumer, 0n);
  await authority.grantRole(ROLES.upgrader, office.upgrader, UPGRADE_DELAY);
  await authority.grantRole(ROLES.registrar, office.registrar, 0n);
}

async function enterInstitution(registry: InstitutionRegistry, { bic, account }: Entrant): Promise<Bank> {
  const entry = institutionByBic(await loadInstitutions(), bic);
  await registry.register(
    entry.number,
    bytesOf(entry.lei, 20),
    bytesOf(entry.bic, 11),
    bytesOf(entry.country, 2),
    TIER_OPERATING,
    minor(entry.issuanceQuota),
    account,
    ref(entry.name),
  );
  await registry.setStatus(entry.number, STATUS_ACTIVE, ref("admission"));
  return { number: BigInt(entry.number), account };
}

function profileLimits(profile: LimitProfile): Jurisdiction["limits"] {
  const counted = (limit: bigint) => (limit === UNLIMITED.amount ? UNLIMITED.counted : limit);
  const of = (name: WalletClass): ClassLimits => {
    const { day, year, ...rest } = classLimits(profile, name);
    return { ...rest, day: counted(day), year: counted(year) };
  };
  return {
    I: of("I"),
    II: of("II"),
    III: of("III"),
    IV: of("IV"),
    corporate: of("corporate"),
    institution: of("institution"),
    government: of("government"),
  };
}

function selectorOf(target: BaseContract, name: string): string {
  const found = target.interface.getFunction(name);
  if (found === null) throw new RangeError(`there is no function ${name}`);
  return found.selector;
}

function bytesOf(text: string, length: number): string {
  return concat([toUtf8Bytes(text), new Uint8Array(length)]).slice(0, 2 + 2 * length);
}
