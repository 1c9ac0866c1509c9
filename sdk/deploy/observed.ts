import type { BaseContract } from "ethers";
import type { AccessManager, IDigitalCurrency } from "../../types/ethers-contracts/index.js";
import { POWERS, type Power } from "../roles.js";

const BLOCKS_A_QUERY = 10_000;

/** A stretch of the chain, both ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What the events of an authority say about it. */
export interface AuthorityHistory {
  /** Accounts that were ever given a role, by role number: whether they have it now is the contract's to say. */
  readonly candidates: ReadonlyMap<bigint, ReadonlySet<string>>;
  /** Role of each function that was ever assigned, by `target:selector`. */
  readonly functions: ReadonlyMap<string, bigint>;
  /** The last announced grant delay of each role, in force or not yet. */
  readonly grantDelays: ReadonlyMap<bigint, bigint>;
}

/** Reads an authority's history from its events. */
export async function authorityHistory(authority: AccessManager, span: Span): Promise<AuthorityHistory> {
  const candidates = new Map<bigint, Set<string>>();
  for (const { args } of await eventsOf(authority, "RoleGranted", span)) {
    const [role, account] = args as unknown as [bigint, string];
    candidates.set(role, (candidates.get(role) ?? new Set()).add(account));
  }
  const functions = new Map<string, bigint>();
  for (const { args } of await eventsOf(authority, "TargetFunctionRoleUpdated", span)) {
    const [target, selector, role] = args as unknown as [string, string, bigint];
    functions.set(`${target}:${selector}`, role);
  }
  const grantDelays = new Map<bigint, bigint>();
  for (const { args } of await eventsOf(authority, "RoleGrantDelayChanged", span)) {
    const [role, delay] = args as unknown as [bigint, bigint];
    grantDelays.set(role, delay);
  }
  return { candidates, functions, grantDelays };
}

/** Who holds each power of a currency, from its events, confirmed by the contract. */
export async function powerHolders(currency: IDigitalCurrency, span: Span): Promise<Record<Power, string[]>> {
  const everGranted = (await eventsOf(currency, "PowerGranted", span)).map(
    ({ args }) => args as unknown as [account: string, power: bigint],
  );
  const holders = async (power: bigint): Promise<string[]> => {
    const accounts = new Set(everGranted.filter(([, given]) => given === power).map(([account]) => account));
    const held: string[] = [];
    for (const account of accounts) {
      if (await currency.hasPower(account, power, { blockTag: span.to })) held.push(account);
    }
    return held;
  };
  return { issuer: await holders(POWERS.issuer), enforcer: await holders(POWERS.enforcer) };
}

/** An event's arguments, in order. */
interface Logged {
  readonly args: readonly unknown[];
}

/** Every event of a kind, page by page: nodes limit how many blocks one query may span. */
async function eventsOf(contract: BaseContract, name: string, { from, to }: Span): Promise<Logged[]> {
  const events: Logged[] = [];
  for (let first = from; first <= to; first += BLOCKS_A_QUERY) {
    const page = await contract.queryFilter(name, first, Math.min(first + BLOCKS_A_QUERY - 1, to));
    for (const log of page) {
      if (!("args" in log)) throw new RangeError(`a log of ${name} cannot be decoded`);
      events.push({ args: [...log.args] as unknown[] });
    }
  }
  return events;
}
