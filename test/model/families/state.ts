import { dayNumber, yearOf } from "../../../sdk/calendar.js";
import { found, refuse, requireThat } from "../tale.js";

/** Accounts that wallets are opened on, and who else takes part. */
export const ACCOUNTS = ["ann", "bob", "cai", "dan", "eve"] as const;
export type Account = (typeof ACCOUNTS)[number];
export const BANKS = ["icbc", "boc"] as const;
export type Bank = (typeof BANKS)[number];
export type Party = Account | Bank | "shop" | "market";
/** Whom commitments stand for. */
export const PERSONS = ["Li", "Wu"] as const;
export type Person = (typeof PERSONS)[number];

/** Of the one class in the story, in fen; a balance is not limited. */
export const LIMITS = { single: 400n, day: 600n, year: 1_000n } as const;

/** One payment, as it is counted somewhere. */
export interface Entry {
  readonly time: bigint;
  amount: bigint;
}

export interface Grant {
  readonly single: bigint;
  readonly day: bigint;
  readonly year: bigint;
  readonly expiry: bigint;
  readonly listedOnly: boolean;
}

export interface Wallet {
  open: { readonly bank: Bank; readonly person: Person } | undefined;
  /** Name of the list that its payments stand in: its own or its person's. */
  list: string;
  parent: Account | undefined;
  grant: Grant | undefined;
  /** What is counted against the grant. */
  spent: Entry[];
  readonly payees: Set<Party>;
  balance: bigint;
  held: bigint;
}

export interface HoldModel {
  readonly payer: Account;
  readonly payee: Party;
  readonly amount: bigint;
  /** Names it on the chain. */
  readonly salt: string;
  left: bigint;
  readonly counted: readonly Entry[];
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  readonly wallets: Map<Account, Wallet>;
  readonly lists: Map<string, Entry[]>;
  /** The only wallet of a person, or that there is a family. */
  readonly persons: Map<string, Account | "family">;
  readonly holds: HoldModel[];
  names: number;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly walletsShare: boolean;
  readonly joiningBrings: boolean;
  readonly closingKeeps: boolean;
  readonly accountsCarry: boolean;
  readonly ownIsFree: boolean;
  readonly redemptionIsFree: boolean;
  readonly releaseGivesBack: boolean;
  readonly grantsEnd: boolean;
  readonly grantsCount: boolean;
  readonly payeesBind: boolean;
  readonly backIsFree: boolean;
}

export const RULES: Rules = {
  walletsShare: true,
  joiningBrings: true,
  closingKeeps: true,
  accountsCarry: true,
  ownIsFree: true,
  redemptionIsFree: true,
  releaseGivesBack: true,
  grantsEnd: true,
  grantsCount: true,
  payeesBind: true,
  backIsFree: true,
};

/** What entries come to on a day and in its year. */
export function sumOf(entries: readonly Entry[], now: bigint): { readonly day: bigint; readonly year: bigint } {
  const sum = (kept: (time: bigint) => boolean) =>
    entries.filter(({ time }) => kept(time)).reduce((total, { amount }) => total + amount, 0n);
  return {
    day: sum((time) => dayNumber(time) === dayNumber(now)),
    year: sum((time) => yearOf(time) === yearOf(now)),
  };
}

export function walletOf({ wallets }: State, account: Account): Wallet {
  return found(wallets.get(account), "wallet");
}

export function isAccount(party: Party): party is Account {
  return ACCOUNTS.some((account) => account === party);
}

/** Whether the wallet's payments stand in a person's list. */
export function isMember({ list }: Wallet): boolean {
  return list.includes("/");
}

export function subsOf({ wallets }: State, parent: Account): number {
  return [...wallets.values()].filter((wallet) => wallet.parent === parent).length;
}

export function listOf(state: State, { list }: Wallet): Entry[] {
  const entries = state.lists.get(list) ?? [];
  state.lists.set(list, entries);
  return entries;
}

export function open(state: State, rules: Rules, account: Account, bank: Bank, person: Person): void {
  const wallet = walletOf(state, account);
  requireThat(wallet.open === undefined, "WalletAlreadyOpen");
  const key = `${bank}/${person}`;
  wallet.open = { bank, person };
  if (!rules.walletsShare) return;
  if (isMember(wallet)) {
    if (wallet.list === key) return;
    const brought = listOf(state, wallet).map((entry) => ({ ...entry }));
    wallet.list = account;
    state.lists.set(account, rules.accountsCarry ? brought : []);
  }
  const known = state.persons.get(key);
  if (known === undefined) {
    state.persons.set(key, account);
    return;
  }
  state.persons.set(key, "family");
  if (known !== "family") join(state, rules, known, key);
  join(state, rules, account, key);
}

export function openSub(state: State, rules: Rules, account: Account, parent: Account, by: Bank): void {
  const { open: of, parent: grandparent } = walletOf(state, parent);
  requireThat(of?.bank === by, "WalletNotSponsored");
  requireThat(grandparent === undefined, "SubWalletParentInvalid");
  open(state, rules, account, of.bank, of.person);
  const wallet = walletOf(state, account);
  wallet.parent = parent;
  wallet.grant = undefined;
  wallet.spent = [];
  wallet.payees.clear();
}

export function close(state: State, rules: Rules, account: Account, by: Bank): void {
  const wallet = walletOf(state, account);
  requireThat(wallet.open?.bank === by, "WalletNotSponsored");
  requireThat(subsOf(state, account) === 0, "WalletHasSubWallets");
  requireThat(wallet.balance === 0n, "WalletNotEmpty");
  const key = `${wallet.open.bank}/${wallet.open.person}`;
  wallet.open = undefined;
  wallet.parent = undefined;
  wallet.grant = undefined;
  if (isMember(wallet)) return;
  if (state.persons.get(key) === account) state.persons.delete(key);
  if (!rules.closingKeeps || sumOf(listOf(state, wallet), state.now).year === 0n) return;
  state.persons.set(key, "family");
  join(state, rules, account, key);
}

export function setGrant(state: State, account: Account, by: Account, grant: Grant): void {
  const wallet = walletOf(state, account);
  requireThat(wallet.parent === by, "SubWalletNotParent");
  requireThat(grant.single <= grant.day && grant.day <= grant.year, "SubWalletGrantInvalid");
  wallet.grant = grant;
}

export function setPayee(state: State, account: Account, by: Account, payee: Party, allowed: boolean): void {
  const wallet = walletOf(state, account);
  requireThat(wallet.parent === by, "SubWalletNotParent");
  if (allowed) wallet.payees.add(payee);
  else wallet.payees.delete(payee);
}

/** The bank's money is not modelled: it has enough. */
export function fund(state: State, account: Account, amount: bigint): void {
  const wallet = walletOf(state, account);
  requireThat(wallet.open !== undefined, "ERC7943CannotReceive");
  wallet.balance += amount;
}

export function pay(state: State, rules: Rules, from: Account, to: Party, amount: bigint): void {
  commit(state, rules, from, to, amount, false);
  const wallet = walletOf(state, from);
  const payee = isAccount(to) ? walletOf(state, to) : undefined;
  requireThat(payee === undefined || payee.open !== undefined, "ERC7943CannotReceive");
  wallet.balance -= amount;
  if (payee !== undefined) payee.balance += amount;
}

export function hold(state: State, rules: Rules, terms: Omit<HoldModel, "left" | "counted">): void {
  requireThat(terms.amount > 0n, "HoldTermsInvalid");
  const counted = commit(state, rules, terms.payer, terms.payee, terms.amount, true);
  walletOf(state, terms.payer).held += terms.amount;
  state.holds.push({ ...terms, left: terms.amount, counted });
}

export function capture(state: State, held: HoldModel, amount: bigint): void {
  requireThat(held.left > 0n, "HoldNotActive");
  requireThat(amount <= held.left, "HoldAmountExceeded");
  const payee = isAccount(held.payee) ? walletOf(state, held.payee) : undefined;
  requireThat(payee === undefined || payee.open !== undefined, "ERC7943CannotReceive");
  const payer = walletOf(state, held.payer);
  held.left -= amount;
  payer.held -= amount;
  payer.balance -= amount;
  if (payee !== undefined) payee.balance += amount;
}

export function release(state: State, rules: Rules, held: HoldModel): void {
  requireThat(held.left > 0n, "HoldNotActive");
  walletOf(state, held.payer).held -= held.left;
  // no entry is taken away: what was counted on a day that is over counts for nothing anyway
  if (rules.releaseGivesBack) for (const entry of held.counted) entry.amount -= held.left;
  held.left = 0n;
}

/** Checks and counts what is paid or held; returns where it was counted. */
function commit(state: State, rules: Rules, from: Account, to: Party, amount: bigint, isHold: boolean): Entry[] {
  const wallet = walletOf(state, from);
  requireThat(wallet.open !== undefined, "ERC7943CannotSend");
  const payee = isAccount(to) && !isHold ? walletOf(state, to) : undefined;
  const own = rules.ownIsFree && isMember(wallet) && payee?.list === wallet.list;
  const redemption = rules.redemptionIsFree && !isHold && to === wallet.open.bank;
  const counted: Entry[] = [];
  const entry = () => {
    const fresh = { time: state.now, amount };
    counted.push(fresh);
    return fresh;
  };
  if (!own && !redemption) {
    const { day, year } = sumOf(listOf(state, wallet), state.now);
    requireThat(amount <= LIMITS.single, "WalletSingleLimitExceeded");
    requireThat(day + amount <= LIMITS.day, "WalletDayLimitExceeded");
    requireThat(year + amount <= LIMITS.year, "WalletYearLimitExceeded");
    listOf(state, wallet).push(entry());
  }
  const back = rules.backIsFree && own && payee?.parent === undefined;
  if (wallet.parent !== undefined && !back) {
    requireGranted(state, rules, wallet, to, amount);
    wallet.spent.push(entry());
  }
  if (amount > wallet.balance) refuse("ERC20InsufficientBalance");
  if (amount > wallet.balance - wallet.held) refuse("LedgerInsufficientSpendable");
  return counted;
}

function requireGranted(state: State, rules: Rules, wallet: Wallet, to: Party, amount: bigint): void {
  const { grant } = wallet;
  if (grant === undefined || (rules.grantsEnd && state.now >= grant.expiry)) refuse("SubWalletGrantExpired");
  requireThat(!rules.payeesBind || !grant.listedOnly || wallet.payees.has(to), "SubWalletPayeeNotListed");
  const { day, year } = rules.grantsCount ? sumOf(wallet.spent, state.now) : { day: 0n, year: 0n };
  requireThat(amount <= grant.single, "SubWalletSingleLimitExceeded");
  requireThat(day + amount <= grant.day, "SubWalletDayLimitExceeded");
  requireThat(year + amount <= grant.year, "SubWalletYearLimitExceeded");
}

function join(state: State, rules: Rules, account: Account, key: string): void {
  const wallet = walletOf(state, account);
  const brought = listOf(state, wallet);
  state.lists.set(account, []);
  wallet.list = key;
  if (rules.joiningBrings) listOf(state, wallet).push(...brought);
}
