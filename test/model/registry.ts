import { refuse, requireThat } from "./tale.js";

/** Accounts that can act for an institution; the last two are at first nobody's. */
export const ACCOUNTS = ["hsbc", "bochk", "icbc", "boc", "carrier"] as const;
export type Account = (typeof ACCOUNTS)[number];

/** Legal entity identifiers that check, of institutions to come. */
export const LEIS = ["TESTAAAA000000000067", "TESTBBBB000000000007", "TESTCCCC000000000044", "TESTDDDD000000000081"];
/** One whose check digits do not match. */
export const WRONG_LEI = "TESTAAAA000000000068";

export const TIERS = ["none", "central bank", "operating", "participating"] as const;
export type Tier = (typeof TIERS)[number];
export const STANDINGS = ["none", "applied", "active", "suspended", "offboarded"] as const;
export type Standing = (typeof STANDINGS)[number];

export interface InstitutionState {
  readonly lei: string;
  readonly tier: Tier;
  standing: Standing;
  quota: bigint;
  pending: bigint;
  settlement: Account;
}

export interface RegistryState {
  /** In the order in which they were entered. */
  readonly institutions: Map<number, InstitutionState>;
  readonly actsFor: Map<Account, number>;
}

/** The decisions about institutions; see `rules.ts`. */
export interface RegistryRules {
  /** Who was offboarded never comes back. */
  readonly endsForGood: boolean;
  /** An account acts for one institution only. */
  readonly accountsOfOne: boolean;
  /** An identifier stands for one institution only. */
  readonly leiOfOne: boolean;
  /** Only who is active starts anything. */
  readonly activeOnly: boolean;
}

/** Which standings may follow which. */
const STEPS: Readonly<Record<Standing, readonly Standing[]>> = {
  none: [],
  applied: ["active", "offboarded"],
  active: ["suspended", "offboarded"],
  suspended: ["active", "offboarded"],
  offboarded: [],
};

/** What an institution is entered with; `formed` says whether BIC and country are what the standards say. */
export interface Entry {
  readonly number: number;
  readonly lei: string;
  readonly bic: string;
  readonly country: string;
  readonly tier: Tier;
  readonly account: Account;
}

export function enter(state: RegistryState, rules: RegistryRules, entry: Entry, quota: bigint): void {
  const { number, lei, bic, country, tier, account } = entry;
  requireThat(number !== 0 && !state.institutions.has(number), "InstitutionNumberInvalid");
  requireThat(lei !== WRONG_LEI, "InstitutionLeiInvalid");
  const known = [...state.institutions.values()].some((other) => other.lei === lei);
  requireThat(!known || !rules.leiOfOne, "InstitutionLeiTaken");
  requireThat(/^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}$/.test(bic), "InstitutionBicInvalid");
  requireThat(/^[A-Z]{2}$/.test(country), "InstitutionCountryInvalid");
  requireThat(tier !== "none", "InstitutionTierInvalid");
  state.institutions.set(number, { lei, tier, standing: "applied", quota, pending: 0n, settlement: account });
  addAccount(state, rules, number, account);
}

export function setStanding(state: RegistryState, rules: RegistryRules, number: number, next: Standing): void {
  const institution = institutionOf(state, number);
  const comesBack = !rules.endsForGood && institution.standing === "offboarded" && next === "active";
  requireThat(comesBack || STEPS[institution.standing].includes(next), "InstitutionStatusStepInvalid");
  institution.standing = next;
}

export function setQuota(state: RegistryState, number: number, quota: bigint): void {
  institutionOf(state, number).quota = quota;
}

export function addAccount(state: RegistryState, rules: RegistryRules, number: number, account: Account): void {
  institutionOf(state, number);
  requireThat(!rules.accountsOfOne || !state.actsFor.has(account), "InstitutionAccountTaken");
  state.actsFor.set(account, number);
}

export function removeAccount(state: RegistryState, number: number, account: Account): void {
  requireThat(state.actsFor.get(account) === number, "InstitutionAccountUnknown");
  requireThat(institutionOf(state, number).settlement !== account, "InstitutionAccountInUse");
  state.actsFor.delete(account);
}

export function settleAt(state: RegistryState, number: number, account: Account): void {
  requireThat(state.actsFor.get(account) === number, "InstitutionAccountUnknown");
  institutionOf(state, number).settlement = account;
}

/** Number of the institution that may start something by this account. */
export function active(state: RegistryState, rules: RegistryRules, account: Account): number {
  const number = state.actsFor.get(account) ?? 0;
  const { standing } = institutionOf(state, number);
  requireThat(standing === "active" || !rules.activeOnly, "InstitutionNotActive");
  return number;
}

export function requestIssue(state: RegistryState, rules: RegistryRules, account: Account, amount: bigint): void {
  const institution = institutionOf(state, active(state, rules, account));
  requireThat(institution.tier === "operating", "IssuanceTierInvalid");
  requireThat(amount !== 0n, "IssuanceAmountInvalid");
  requireThat(institution.pending + amount <= institution.quota, "IssuanceQuotaExceeded");
  institution.pending += amount;
}

/** The number, if its tier may open wallets. */
export function operating(state: RegistryState, rules: RegistryRules, account: Account): number {
  const number = active(state, rules, account);
  requireThat(institutionOf(state, number).tier === "operating", "InstitutionTierInvalid");
  return number;
}

export function institutionOf(state: RegistryState, number: number): InstitutionState {
  return state.institutions.get(number) ?? refuse("InstitutionUnknown");
}
