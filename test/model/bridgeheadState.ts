import { minor } from "../../sdk/money.js";
import { CAP } from "../support/bridgehead.js";

/** A currency that goes abroad, as plain objects that share no rule with the contracts. */
export interface State {
  readonly passages: Outward[];
  readonly homecomings: Homeward[];
  readonly caps: { home: bigint; abroad: bigint };
  readonly stopped: { home: boolean; abroad: boolean };
  /** The receiver abroad and the payee at home. */
  readonly frozen: { receiver: boolean; payee: boolean };
  /** Deadlines up to this one have passed. */
  passed: number;
  /** Of the receiver abroad. */
  balance: bigint;
  held: bigint;
}

/** A passage in the model. */
export interface Outward {
  readonly amount: bigint;
  hold: "none" | "placed" | "locked" | "over";
  /** Whether it was ever locked. */
  locked: boolean;
  fate: "open" | "minted" | "declined";
  /** Of the hold at home. */
  left: bigint;
  /** Minted and not burned. */
  outstanding: bigint;
}

/** A homecoming in the model. */
export interface Homeward {
  readonly passage: number;
  readonly amount: bigint;
  /** Back to whoever sent it. */
  readonly whole: boolean;
  hold: "none" | "placed" | "over";
  burned: boolean;
  paid: boolean;
}

/** Of each passage. */
export const AMOUNTS = ["400.00", "250.75", "600.00"].map((text) => minor(text));
/** Which passage each homecoming is of, and what part of it. */
export const HOMEWARD = [
  { passage: 0, share: 3n },
  { passage: 0, share: 2n },
  { passage: 1, share: 1n },
  { passage: 2, share: 1n },
];

/** Nothing has happened. */
export function beginning(): State {
  return {
    passages: AMOUNTS.map((amount) => ({
      amount,
      hold: "none",
      locked: false,
      fate: "open",
      left: 0n,
      outstanding: 0n,
    })),
    homecomings: HOMEWARD.map(({ passage, share }) => ({
      ...{ passage, amount: (AMOUNTS[passage] ?? 0n) / share, whole: passage === 1 },
      ...{ hold: "none", burned: false, paid: false },
    })),
    caps: { home: CAP, abroad: CAP },
    stopped: { home: false, abroad: false },
    frozen: { receiver: false, payee: false },
    ...{ passed: -1, balance: 0n, held: 0n },
  };
}

/** What backs money abroad or in flight. */
export function lockedOf({ passages }: State): bigint {
  return passages.filter(({ hold }) => hold === "locked").reduce((sum, { left }) => sum + left, 0n);
}

/** What is abroad. */
export function mintedOf({ passages }: State): bigint {
  return passages.reduce((sum, { outstanding }) => sum + outstanding, 0n);
}

/** What is locked and not yet minted, declined and not yet released, or burned and not yet paid. */
export function inFlightOf({ passages, homecomings }: State): bigint {
  const out = passages.filter(({ hold, fate }) => hold === "locked" && fate !== "minted");
  const back = homecomings.filter(({ burned, paid }) => burned && !paid);
  return [...out, ...back].reduce((sum, { amount }) => sum + amount, 0n);
}
