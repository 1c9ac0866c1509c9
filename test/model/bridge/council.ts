import { refuse, requireThat } from "../state.js";
import type { BridgeRules } from "./rules.js";

// The council as its interface says it, in plain objects.

export const BANKS = ["pboc", "hkma", "bot", "cbuae", "sama"] as const;
export type BankName = (typeof BANKS)[number];

export const TIMES = { delay: 600n, period: 3_600n, lock: 3_600n, lapse: 1_209_600n, invited: 2_592_000n } as const;

/** What a proposal does; `disguised` is an invitation behind a resolution. */
export type Matter =
  | { readonly what: "invite" | "disguised" | "admit"; readonly bank: BankName }
  | { readonly what: "rulebook" | "resolution" };

export type Answer = "against" | "for" | "abstain";

export interface Motion {
  readonly matter: Matter;
  readonly opens: bigint;
  readonly votes: Map<BankName, Answer>;
  eta: bigint | undefined;
  executed: boolean;
}

export interface CouncilState {
  now: bigint;
  readonly members: Set<BankName>;
  changedAt: bigint;
  changes: number;
  readonly invitations: Map<BankName, { readonly until: bigint; readonly changes: number }>;
  /** Banks whose currency takes part; whether it is suspended. */
  readonly currencies: Map<BankName, boolean>;
  readonly supply: Map<BankName, bigint>;
  readonly motions: Motion[];
  rulebooks: number;
}

type Kind = "admission" | "technical" | "ordinary";

export function kindOf({ what }: Matter): Kind {
  if (what === "rulebook") return "technical";
  return what === "resolution" ? "ordinary" : "admission";
}

export function requiredOf(kind: Kind, members: number, rules: BridgeRules): number {
  const asked = kind === "admission" && !rules.admissionIsUnanimous ? "technical" : kind;
  if (asked === "admission") return members;
  return asked === "technical" ? Math.ceil((2 * members) / 3) : Math.floor(members / 2) + 1;
}

export function votesFor({ votes }: Motion, rules: BridgeRules): number {
  const counted: readonly Answer[] = rules.abstentionIsNotFor ? ["for"] : ["for", "abstain"];
  return [...votes.values()].filter((answer) => counted.includes(answer)).length;
}

function isVoid(state: CouncilState, { opens }: Motion, rules: BridgeRules): boolean {
  return rules.changeVoids && state.changedAt > opens;
}

export function propose(state: CouncilState, by: BankName, matter: Matter): void {
  requireThat(state.members.has(by), "GovernorInsufficientProposerVotes");
  const opens = state.now + TIMES.delay;
  state.motions.push({ matter, opens, votes: new Map(), eta: undefined, executed: false });
}

export function vote(state: CouncilState, rules: BridgeRules, motion: Motion, by: BankName, answer: Answer): void {
  const open = state.now > motion.opens && state.now <= motion.opens + TIMES.period;
  requireThat(open && !isVoid(state, motion, rules), "GovernorUnexpectedProposalState");
  requireThat(state.members.has(by), "CouncilVoteMissing");
  requireThat(!motion.votes.has(by), "GovernorAlreadyCastVote");
  motion.votes.set(by, answer);
}

export function queue(state: CouncilState, rules: BridgeRules, motion: Motion): void {
  const closes = motion.opens + TIMES.period;
  const inTime = state.now > closes && state.now <= closes + TIMES.lapse && motion.eta === undefined;
  const carried = votesFor(motion, rules) >= requiredOf(kindOf(motion.matter), state.members.size, rules);
  requireThat(inTime && carried && !isVoid(state, motion, rules), "GovernorUnexpectedProposalState");
  motion.eta = state.now + TIMES.lock;
}

export function execute(state: CouncilState, rules: BridgeRules, motion: Motion): void {
  const { eta, matter } = motion;
  const alive = eta !== undefined && !motion.executed && state.now <= eta + TIMES.lapse;
  requireThat(alive && !isVoid(state, motion, rules), "GovernorUnexpectedProposalState");
  requireThat(state.now >= eta, "CouncilTimeLocked");
  motion.executed = true;
  if (matter.what === "rulebook") state.rulebooks += 1;
  if (matter.what === "invite" || matter.what === "disguised") {
    requireThat(!state.members.has(matter.bank), "CouncilMemberExists");
    state.invitations.set(matter.bank, { until: state.now + TIMES.invited, changes: state.changes });
  }
  if (matter.what === "admit") {
    requireThat(state.members.has(matter.bank), "CouncilMemberUnknown");
    requireThat(!state.currencies.has(matter.bank), "CouncilCurrencyExists");
    state.currencies.set(matter.bank, false);
  }
}

export function join(state: CouncilState, bank: BankName): void {
  const invitation = state.invitations.get(bank) ?? refuse("CouncilNotInvited");
  const valid = state.now <= invitation.until && invitation.changes === state.changes;
  requireThat(valid, "CouncilNotInvited");
  state.invitations.delete(bank);
  state.members.add(bank);
  change(state);
}

export function resign(state: CouncilState, bank: BankName): void {
  requireThat(state.members.has(bank), "CouncilMemberUnknown");
  requireThat(!state.currencies.has(bank), "CouncilCurrenciesRemain");
  state.members.delete(bank);
  change(state);
}

export function withdraw(state: CouncilState, by: BankName, issuer: BankName): void {
  requireThat(state.currencies.has(issuer), "CouncilCurrencyUnknown");
  requireThat(by === issuer, "CouncilIssuerRequired");
  requireThat((state.supply.get(issuer) ?? 0n) === 0n, "CouncilCurrencyOutstanding");
  state.currencies.delete(issuer);
}

export function suspend(state: CouncilState, by: BankName, issuer: BankName, on: boolean): void {
  requireThat(state.currencies.has(issuer), "CouncilCurrencyUnknown");
  requireThat(by === issuer, "CurrencyAuthorityRequired");
  state.currencies.set(issuer, on);
}

function change(state: CouncilState): void {
  state.changedAt = state.now;
  state.changes += 1;
}
