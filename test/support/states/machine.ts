/** What an act does to a record in a state: it goes on to another state (or stays), or is refused by name. */
export type Cell<State extends string> =
  { readonly to: State; readonly text?: string } | { readonly refusal: string; readonly text?: string };

/**
 * The life of one kind of record as a table: every state × every act. `describeMachine` runs each cell against the
 * chain, and `docs/states.md` is written from the same table, so neither can say what the other does not.
 */
export interface Machine<State extends string = string, Act extends string = string> {
  /** What lives through it, as a heading: "A trade between two parties". */
  readonly title: string;
  /** Contract that keeps it. */
  readonly contract: string;
  /** Each state and what it means. The first is where a record begins. */
  readonly states: Readonly<Record<State, string>>;
  /** Each act and who does it by which function. */
  readonly acts: Readonly<Record<Act, string>>;
  readonly cells: Readonly<Record<State, Readonly<Record<Act, Cell<State>>>>>;
}

/** The act is allowed, and the record is in `state` afterwards. */
export function to<State extends string>(state: State, text?: string): Cell<State> {
  return text === undefined ? { to: state } : { to: state, text };
}

/** The act is refused with this custom error, and nothing changes. */
export function refused(refusal: string, text?: string): Cell<never> {
  return text === undefined ? { refusal } : { refusal, text };
}

/** Keys of a record, typed as its keys are. */
export function namesOf<Name extends string>(record: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(record) as Name[];
}
