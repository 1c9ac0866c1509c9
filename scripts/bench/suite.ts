import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { id } from "ethers";
import { loadInstitutions, registryEntry } from "../../sdk/institutions.js";
import { CLASS_NUMBERS, WALLET_CLASSES, classLimits, loadLimitProfile, type WalletClass } from "../../sdk/limits.js";
import { minor } from "../../sdk/money.js";
import type {
  AccessManager,
  IDigitalCurrency,
  InstitutionRegistry,
  IssuanceDesk,
} from "../../types/ethers-contracts/index.js";
import { addressOf, keyHolders, sendAll, type Chain } from "./measure.js";

const ISSUER = 4n;
const ENFORCER = 8n;
const ACTIVE = 2n;

/** Wallets with money beside those of the accounts with a key. */
export const WALLETS = 10_000;
/** The amount of every payment that is measured. */
export const AMOUNT = minor("12.34");
/** A time that is never reached, Unix seconds. */
export const LATER = 4_102_444_800n;
/** The class whose limits on balance, payment, day and year are all set. */
const RETAIL: WalletClass = "IV";

/** An operating institution. */
export interface Bank {
  readonly number: number;
  readonly account: HardhatEthersSigner;
}

/** The suite as it stands on a day of business: every wallet open, every balance and counter non-zero. */
export interface Suite {
  readonly chain: Chain;
  readonly authority: AccessManager;
  readonly registry: InstitutionRegistry;
  /** e-CNY behind its proxy. */
  readonly currency: IDigitalCurrency;
  /** The same code called directly, a currency of its own. */
  readonly direct: IDigitalCurrency;
  readonly desk: IssuanceDesk;
  readonly banks: readonly [Bank, Bank, ...Bank[]];
  readonly admin: HardhatEthersSigner;
  /** May freeze accounts. */
  readonly enforcer: HardhatEthersSigner;
  /** Attests reserves. */
  readonly operator: HardhatEthersSigner;
  /** Sends what others have signed. */
  readonly carrier: HardhatEthersSigner;
  /** Executes holds. */
  readonly executor: HardhatEthersSigner;
  /** Two personal wallets of class IV, whose limits all bind. */
  readonly ann: HardhatEthersSigner;
  readonly bob: HardhatEthersSigner;
  /** A corporate wallet. */
  readonly company: HardhatEthersSigner;
  /** Wallets of class IV with money in them. */
  readonly holders: readonly string[];
  /** A wallet of class IV that never had money. */
  readonly newcomer: string;
}

/** Deploys the suite and fills it. */
export async function deploySuite(chain: Chain): Promise<Suite> {
  const { ethers } = chain;
  const next = await keyHolders(chain);
  const [admin, enforcer, operator, carrier, executor] = [next(), next(), next(), next(), next()];
  const [ann, bob, company] = [next(), next(), next()];
  const authority = await ethers.deployContract("AccessManager", [admin]);
  const registry = await ethers.deployContract("InstitutionRegistry", [authority]);
  const banks = await registerBanks(registry, next);

  const implementation = await ethers.deployContract("ECNY", [registry, authority]);
  const initialize = implementation.interface.encodeFunctionData("initialize", [await authority.getAddress()]);
  const proxy = await ethers.deployContract("ERC1967Proxy", [implementation, initialize]);
  const currency = await ethers.getContractAt("IDigitalCurrency", await proxy.getAddress());
  // the authority of an implementation is set by its constructor, so that it works without a proxy too
  const own = await ethers.deployContract("ECNY", [registry, authority]);
  const direct = await ethers.getContractAt("IDigitalCurrency", await own.getAddress());
  const desk = await ethers.deployContract("IssuanceDesk", [currency, registry, authority, operator]);
  await desk.setRateLimit(minor("1000000.00"), 86_400n);

  const holders = Array.from({ length: WALLETS }, (_, index) => addressOf(index));
  const newcomer = addressOf(WALLETS);
  const suite = {
    ...{ chain, authority, registry, currency, direct, desk, banks },
    ...{ admin, enforcer, operator, carrier, executor, ann, bob, company, holders, newcomer },
  };
  await govern(suite, currency);
  await govern(suite, direct);
  await openHolders(suite);
  return suite;
}

async function registerBanks(registry: InstitutionRegistry, next: () => HardhatEthersSigner): Promise<Suite["banks"]> {
  const operating = (await loadInstitutions()).filter(
    ({ jurisdiction, tier }) => jurisdiction === "CN" && tier === "operating",
  );
  const banks: Bank[] = [];
  for (const institution of operating) {
    const account = next();
    const { number, lei, bic, country, tier, quota, nameHash } = registryEntry(institution);
    await registry.register(number, lei, bic, country, tier, quota, account, nameHash);
    await registry.setStatus(number, ACTIVE, id("admission"));
    banks.push({ number, account });
  }
  const [first, second, ...others] = banks;
  if (first === undefined || second === undefined) throw new RangeError("data/institutions.json has too few banks");
  return [first, second, ...others];
}

/** Limits, powers and the wallets of the accounts with a key, with money in them. */
async function govern(suite: Omit<Suite, "direct">, currency: IDigitalCurrency): Promise<void> {
  const { admin, enforcer, desk, banks, ann, bob, company, newcomer } = suite;
  const profile = await loadLimitProfile("ecny-app-2022");
  for (const name of WALLET_CLASSES) await currency.setClassLimits(CLASS_NUMBERS[name], classLimits(profile, name));
  await currency.appoint(admin, ISSUER, id("issuance act"));
  await currency.appoint(desk, ISSUER, id("issuance act"));
  await currency.appoint(enforcer, ENFORCER, id("enforcement act"));
  for (const { account } of banks) {
    await currency.openInstitutionWallet(account);
    await currency.issue(account, minor("1000000.00"), id("setup"));
  }
  const first = currency.connect(banks[0].account);
  for (const account of [ann.address, bob.address, newcomer]) {
    await first.openWallet(account, CLASS_NUMBERS[RETAIL], id(`identity of ${account}`));
  }
  await first.openWallet(company, CLASS_NUMBERS.corporate, id("identity of the company"));
  for (const account of [ann, bob]) await currency.issue(account, minor("1000.00"), id("setup"));
  await currency.issue(company, minor("10000000.00"), id("setup"));
  // the first payment of the day, so that those measured are not
  await currency.connect(ann).transfer(bob, AMOUNT);
}

async function openHolders({ chain, currency, banks, company, holders }: Omit<Suite, "direct">): Promise<void> {
  const to = await currency.getAddress();
  const opening = holders.map((account) => ({
    to,
    data: currency.interface.encodeFunctionData("openWallet", [account, CLASS_NUMBERS[RETAIL], id(account)]),
  }));
  await sendAll(chain, banks[0].account.address, opening);
  await payOutAll(currency.connect(company), holders, () => 1n);
}

/** A word of a pay-out: address in the upper 160 bits, amount in the lower 96. */
export function entry(account: string, amount: bigint): bigint {
  return (BigInt(account) << 96n) | amount;
}

interface Payer {
  payOut(entries: bigint[], businessRef: string): Promise<unknown>;
}

/** Pays every account, in pages. */
export async function payOutAll(
  payer: Payer,
  accounts: readonly string[],
  amount: (index: number) => bigint,
): Promise<void> {
  const size = 400;
  const entries = accounts.map((account, index) => entry(account, amount(index)));
  for (let start = 0; start < entries.length; start += size) {
    await payer.payOut(entries.slice(start, start + size), id("setup"));
  }
}
