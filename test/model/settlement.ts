import type { Rules } from "./rules.js";
import { captureHold, pay, releaseHold } from "./ledger.js";
import {
  Refusal,
  endKey,
  found,
  requireThat,
  type Currency,
  type InstructionState,
  type LegState,
  type Person,
  type State,
} from "./state.js";

/** Who gives something, in order of first appearance. */
export function giversOf(instruction: InstructionState): Person[] {
  return [...new Set(instruction.legs.map(({ from }) => from))];
}

export function initiatorOf(instruction: InstructionState): Person {
  return found(instruction.legs[0], "leg").from;
}

/** `signers` are the givers whose signatures come along. */
export function settle(state: State, rules: Rules, instruction: InstructionState, signers: readonly Person[]): void {
  begin(state, rules, instruction, signers);
  for (const { currency, from, to, amount, cover } of instruction.legs) {
    if (cover === undefined) pay(state, rules, currency, from, to, amount);
    else captureHold(state, currency, cover, "engine", to, amount);
  }
}

/** What of a batch is settled one by one: who signs, and where it stands in the list of instructions. */
export interface Item {
  readonly index: number;
  readonly signers: readonly Person[];
}

/** In their order, all or none. */
export function settleMany(state: State, rules: Rules, items: readonly Item[]): void {
  for (const { index, signers } of items)
    settle(state, rules, found(state.instructions[index], "instruction"), signers);
}

/** In their order; what one is refused for leaves the others as they are. */
export function trySettleMany(state: State, rules: Rules, items: readonly Item[]): void {
  for (const item of items) {
    const attempt = structuredClone(state);
    try {
      settleMany(attempt, rules, [item]);
    } catch (error) {
      if (error instanceof Refusal) continue;
      throw error;
    }
    Object.assign(state, attempt);
  }
}

/** The caller's own call is its consent. Signatures become affirmations. */
export function queue(
  state: State,
  rules: Rules,
  instruction: InstructionState,
  { by, signers, priority }: { readonly by: Person; readonly signers: readonly Person[]; readonly priority: bigint },
): void {
  const ended = state.ended.has(endKey(initiatorOf(instruction), instruction.ref));
  requireThat(!ended || rules.referencesReusable, "InstructionAlreadyEnded");
  requireThat(state.now <= instruction.notAfter, "InstructionExpired");
  requireThat(instruction.queued === undefined, "InstructionAlreadyQueued");
  requireThat(giversOf(instruction).includes(by), "InstructionCallerNotGiver");
  for (const giver of giversOf(instruction)) {
    const consented = giver === by || signers.includes(giver) || instruction.affirmed.has(giver);
    requireThat(consented, "InstructionConsentMissing");
  }
  for (const giver of giversOf(instruction)) instruction.affirmed.add(giver);
  state.arrivals += 1n;
  instruction.queued = { place: state.arrivals, priority };
}

export function setPriority(instruction: InstructionState, by: Person, priority: bigint): void {
  waiting(instruction, by).priority = priority;
}

/** Takes the caller's affirmation back, too. */
export function dequeue(instruction: InstructionState, by: Person): void {
  waiting(instruction, by);
  instruction.queued = undefined;
  instruction.affirmed.delete(by);
}

function waiting(instruction: InstructionState, by: Person) {
  requireThat(giversOf(instruction).includes(by), "InstructionCallerNotGiver");
  requireThat(instruction.queued !== undefined, "InstructionNotQueued");
  return instruction.queued;
}

/** What sorts the table of net positions: token, then account. */
export type Ranking = (currency: Currency, person: Person) => string;

export function settleNet(
  state: State,
  rules: Rules,
  batch: readonly InstructionState[],
  signers: readonly Person[],
  rank: Ranking,
): void {
  for (const instruction of batch) {
    begin(state, rules, instruction, signers);
    requireThat(instruction.nettable, "InstructionNotNettable");
    for (const { currency, cover } of instruction.legs) {
      if (cover !== undefined) releaseHold(state, rules, currency, cover, "engine");
    }
  }
  const legs = batch.flatMap((instruction) => instruction.legs);
  if (!rules.netMovesNetOnly) {
    for (const { currency, from, to, amount } of legs) pay(state, rules, currency, from, to, amount);
    return;
  }
  const lines = netLines(legs, rank);
  for (const currency of new Set(lines.map((line) => line.currency))) {
    payNet(
      state,
      rules,
      currency,
      lines.filter((line) => line.currency === currency),
    );
  }
}

export function cancel(state: State, rules: Rules, instruction: InstructionState, by: Person): void {
  const initiator = initiatorOf(instruction);
  if (by !== initiator) {
    requireThat(giversOf(instruction).includes(by), "InstructionCallerNotGiver");
    requireThat(instruction.affirmed.has(initiator), "InstructionConsentMissing");
  }
  end(state, rules, instruction, "cancelled");
}

/** Gives the cover of a leg back once the instruction can't settle any more. */
export function releaseCover(state: State, rules: Rules, instruction: InstructionState, leg: number): void {
  const { currency, cover } = found(instruction.legs[leg], "leg");
  const over = state.now > instruction.notAfter || state.ended.has(endKey(initiatorOf(instruction), instruction.ref));
  requireThat(over, "InstructionNotEnded");
  releaseHold(state, rules, currency, found(cover, "cover"), "engine");
}

function begin(state: State, rules: Rules, instruction: InstructionState, signers: readonly Person[]): void {
  requireThat(state.now >= instruction.notBefore, "InstructionNotYetValid");
  requireThat(state.now <= instruction.notAfter, "InstructionExpired");
  end(state, rules, instruction, "settled");
  for (const giver of giversOf(instruction)) {
    const covered = instruction.legs.every(({ from, cover }) => from !== giver || cover !== undefined);
    const consented = signers.includes(giver) || instruction.affirmed.has(giver) || covered;
    requireThat(consented, "InstructionConsentMissing");
  }
}

function end(state: State, rules: Rules, instruction: InstructionState, how: "settled" | "cancelled"): void {
  const key = endKey(initiatorOf(instruction), instruction.ref);
  requireThat(rules.referencesReusable || !state.ended.has(key), "InstructionAlreadyEnded");
  state.ended.set(key, how);
}

interface Line {
  readonly currency: Currency;
  readonly person: Person;
  readonly rank: string;
  position: bigint;
}

function netLines(legs: readonly LegState[], rank: Ranking): Line[] {
  const lines = new Map<string, Line>();
  const add = (currency: Currency, person: Person, amount: bigint) => {
    const key = rank(currency, person);
    const line = lines.get(key) ?? { currency, person, rank: key, position: 0n };
    lines.set(key, { ...line, position: line.position + amount });
  };
  for (const { currency, from, to, amount } of legs) {
    add(currency, from, -amount);
    add(currency, to, amount);
  }
  return [...lines.values()].sort((one, other) => (one.rank < other.rank ? -1 : 1));
}

function payNet(state: State, rules: Rules, currency: Currency, lines: Line[]): void {
  for (const payer of lines) {
    for (const payee of lines) {
      if (payer.position >= 0n || payee.position <= 0n) continue;
      const amount = -payer.position < payee.position ? -payer.position : payee.position;
      payer.position += amount;
      payee.position -= amount;
      pay(state, rules, currency, payer.person, payee.person, amount);
    }
  }
}
