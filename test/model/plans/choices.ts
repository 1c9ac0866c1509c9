import fc from "fast-check";
import { BANKS, PEOPLE, found, type Currency, type Person } from "../state.js";
import type { Act, Plan, Story } from "../story.js";
import { planned } from "../tale.js";

/** Who a plan may be about; the stranger, who has no wallet, seldom. */
export const anyone: fc.Arbitrary<Person> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...PEOPLE.filter((person) => person !== "stranger")) },
  { weight: 1, arbitrary: fc.constant<Person>("stranger") },
);
/** Wallets with limits. */
export const limited: fc.Arbitrary<Person> = fc.constantFrom("bob", "cai", "dan");
export const payer: fc.Arbitrary<Person> = fc.oneof(limited, anyone);
export const currency: fc.Arbitrary<Currency> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Currency>("cny") },
  { weight: 1, arbitrary: fc.constant<Currency>("hkd") },
);
/** The place in a list, counted from its newest entry. */
export const recent = fc.nat({ max: 4 });
export const which = fc.nat({ max: 1 });
/** True one time in `parts`. */
export const seldom = (parts: number): fc.Arbitrary<boolean> => fc.nat({ max: parts - 1 }).map((n) => n === 0);

/** An amount, said relative to the most that is possible when the story has come to it. */
export type Share = { readonly of: "part"; readonly permille: number } | { readonly of: "edge"; readonly plus: bigint };

export const share: fc.Arbitrary<Share> = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 400 }).map((permille): Share => ({ of: "part", permille })) },
  { weight: 3, arbitrary: fc.constantFrom<Share>({ of: "edge", plus: 0n }, { of: "edge", plus: 1n }) },
  { weight: 1, arbitrary: fc.nat({ max: 60_000 }).map((n): Share => ({ of: "edge", plus: BigInt(n) })) },
);

export function amountOf(of: Share, most: bigint): bigint {
  return of.of === "part" ? (most * BigInt(of.permille)) / 1000n : most + of.plus;
}

/** See {@link planned}. */
export function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (choices: Choices, story: Story) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, choices, resolve);
}

/** The entry that stands `back` places from the end. */
export function latest<T>(entries: Iterable<T>, back: number): T | undefined {
  const list = [...entries];
  return list.length === 0 ? undefined : list[list.length - 1 - (back % list.length)];
}

/** An institution of the currency: its number and its account. */
export function bankOf(of: Currency, index: number): { number: number; account: Person } {
  const [number, account] = found(Object.entries(BANKS[of])[index % 2], "bank");
  return { number: Number(number), account };
}

/** One of the entries that are still open, or of all of them when `ended` says so or none is open. */
export function latestOpen<T>(
  entries: Iterable<T>,
  isOpen: (entry: T) => boolean,
  { back, ended }: { readonly back: number; readonly ended: boolean },
): T | undefined {
  const all = [...entries];
  const open = all.filter(isOpen);
  return latest(ended || open.length === 0 ? all : open, back);
}

/** Which entry of a list: a recent one, seldom one that has ended. */
export const pick = { back: recent, ended: seldom(6) };
export type Pick = { readonly back: number; readonly ended: boolean };

export { fc };
