import { CALLERS, PERSONS, type Caller, type Person } from "./callers.js";

/** What a call comes to when it succeeds. Otherwise: the name of its error, or one of the two below. */
export const ALLOWED = "allowed";
/** The call succeeds and answers `false`. */
export const ANSWERS_FALSE = "answers false";
/** The call is refused without an error. */
export const NO_REASON = "no reason";

/** Who may call a function, and what others are told. */
export interface Row {
  readonly may: readonly Caller[];
  readonly otherwise: string;
  /** Who is told something else. */
  readonly except: Partial<Readonly<Record<Person, string>>>;
}

/**
 * Rows by label: the function, and after a colon the circumstances if it has several rows. An overloaded function's
 * last parameter tells which is meant: `permit(…bytes)`.
 */
export type Table = Readonly<Record<string, Row>>;

/** Those named may; others are refused with `otherwise`. */
export function may(callers: readonly Caller[], otherwise: string, except: Row["except"] = {}): Row {
  return { may: callers, otherwise, except };
}

/** One may. */
export function only(caller: Caller, otherwise: string, except: Row["except"] = {}): Row {
  return may([caller], otherwise, except);
}

/** Nobody may. */
export function nobody(otherwise: string, except: Row["except"] = {}): Row {
  return may([], otherwise, except);
}

/** Every person may. */
export const everyone: Row = may(PERSONS, ALLOWED);

/** Who tries the call of a row: every person, and the contracts that it names. */
export function callersOf(row: Row): readonly Caller[] {
  return CALLERS.filter((caller) => isPerson(caller) || row.may.includes(caller));
}

/** What a row says of a caller. */
export function expectedOf(row: Row, caller: Caller): string {
  if (row.may.includes(caller)) return ALLOWED;
  return (isPerson(caller) ? row.except[caller] : undefined) ?? row.otherwise;
}

/** The function that a row is about. */
export function functionOf(label: string): string {
  return label.split(": ", 1)[0] ?? label;
}

/** A row as a sentence. */
export function describeRow(label: string, row: Row): string {
  if (row === everyone) return `lets everyone ${label}`;
  const callers = row.may.length === 0 ? "nobody" : row.may.join(", ");
  const exceptions = Object.entries(row.except).map(([person, error]) => `, ${person} by ${error}`);
  return `lets ${callers} ${label}; refuses others by ${row.otherwise}${exceptions.join("")}`;
}

function isPerson(caller: Caller): caller is Person {
  return (PERSONS as readonly Caller[]).includes(caller);
}
