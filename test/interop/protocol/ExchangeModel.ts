/**
 * The two-ledger exchange as a finite machine, written from the protocol and not from the contracts. The decider's ledger
 * takes the one decision; the follower's ledger does what the proof of that decision says.
 */

/** Where a hold stands: never placed, in place, paid to its payee, given back to its payer. */
export type HoldStand = "none" | "held" | "paid" | "back";
/** What keeps a payee from being paid now. */
export type Payee = "able" | "frozen" | "full";

/** Everything the protocol's future depends on. Delays are actions that have not happened yet. */
export interface State {
  readonly deciderHold: HoldStand;
  /** The one decision. */
  readonly decision: "open" | "captured" | "released";
  /** Of the decider's clock, which is the only one that counts. */
  readonly deadlinePassed: boolean;
  readonly deciderHalted: boolean;
  readonly deciderPayerFrozen: boolean;
  readonly deciderPayee: Payee;
  /** The ledger is gone for good: nothing is decided on it and nothing read from it any more. */
  readonly deciderLost: boolean;
  readonly followerHold: HoldStand;
  /** What the follower's ledger has on record. */
  readonly standing: "unarmed" | "armed" | "captured" | "released";
  readonly followerHalted: boolean;
  readonly followerPayerFrozen: boolean;
  readonly followerPayee: Payee;
  readonly relayerAlive: boolean;
  /** A copy of the proof is under way; it may arrive any number of times, late, or be lost. */
  readonly armedUnderWay: boolean;
  readonly decisionUnderWay: boolean;
}

/** Rules of the protocol that can be turned into their opposite, to show that the search notices. */
export interface Rules {
  /** Time alone frees the follower's hold, ordered after the decider's deadline. */
  readonly followerTimesOut: boolean;
  /** The follower's payer may take back what is armed. */
  readonly armedCanBeWithdrawn: boolean;
  /** The decision needs the proof that the other hold is armed. */
  readonly decisionNeedsProof: boolean;
  /** A decision stands for good. */
  readonly decisionIsFinal: boolean;
  /** What cannot be paid now stays held for its payee. */
  readonly deferredStaysHeld: boolean;
  /** A payment put off can be made later. */
  readonly deferredCanComplete: boolean;
  /** Releases go on while a ledger is halted. */
  readonly releaseWhileHalted: boolean;
}

/** The protocol as it is. */
export const PROTOCOL: Rules = {
  followerTimesOut: false,
  armedCanBeWithdrawn: false,
  decisionNeedsProof: true,
  decisionIsFinal: true,
  deferredStaysHeld: true,
  deferredCanComplete: true,
  releaseWhileHalted: true,
};

/**
 * What an action is to the protocol: it opens the exchange; it moves it towards its end; it is the passing of time; it
 * disturbs; or it lifts a disturbance.
 */
export type Kind = "opening" | "progress" | "time" | "disturbance" | "lifting";

/** What an act comes to: a state, the name of the error it is refused with, or nothing because it cannot be tried. */
export type Result = State | string | undefined;

/** One thing that may happen. */
export interface Action {
  readonly name: ActionName;
  readonly kind: Kind;
  readonly act: (state: State, rules: Rules) => Result;
}

/** Before anything has happened. */
export const START: State = {
  deciderHold: "none",
  decision: "open",
  deadlinePassed: false,
  deciderHalted: false,
  deciderPayerFrozen: false,
  deciderPayee: "able",
  deciderLost: false,
  followerHold: "none",
  standing: "unarmed",
  followerHalted: false,
  followerPayerFrozen: false,
  followerPayee: "able",
  relayerAlive: true,
  armedUnderWay: false,
  decisionUnderWay: false,
};

const OPENING = {
  "place the follower's hold": (s: State): Result => {
    if (s.followerHold !== "none") return "HoldAlreadyUsed";
    if (s.followerPayerFrozen) return "ERC7943CannotSend";
    if (s.followerHalted) return "WalletHalted";
    return { ...s, followerHold: "held" };
  },
  "arm the follower's hold": (s: State): Result => {
    if (s.standing !== "unarmed") return "ExchangeAlreadyArmed";
    if (s.followerHold !== "held") return "ExchangeHoldMissing";
    return { ...s, standing: "armed" };
  },
  "place the decider's hold": (s: State): Result => {
    if (s.deciderLost) return undefined;
    if (s.deadlinePassed) return "HoldExpiryInvalid";
    if (s.deciderHold !== "none") return "HoldAlreadyUsed";
    if (s.deciderPayerFrozen) return "ERC7943CannotSend";
    if (s.deciderHalted) return "WalletHalted";
    return { ...s, deciderHold: "held" };
  },
};

const PROGRESS = {
  "withdraw the follower's hold": (s: State, rules: Rules): Result => {
    const bound = s.standing === "captured" || (s.standing === "armed" && !rules.armedCanBeWithdrawn);
    if (bound) return "ExchangeHoldBound";
    if (s.followerHold !== "held") return "HoldNotActive";
    return releasable(s.followerHalted, rules) ? { ...s, followerHold: "back" } : "WalletHalted";
  },
  "withdraw the decider's hold": (s: State, rules: Rules): Result => {
    if (s.deciderLost) return undefined;
    if (s.deciderHold !== "held") return "HoldNotActive";
    return releasable(s.deciderHalted, rules) ? { ...s, deciderHold: "back" } : "WalletHalted";
  },
  "carry the proof of arming": (s: State): Result => {
    if (!s.relayerAlive || s.standing === "unarmed") return undefined;
    return { ...s, armedUnderWay: true };
  },
  "decide: captured": (s: State, rules: Rules): Result => {
    if (s.deciderLost || (rules.decisionNeedsProof && !s.armedUnderWay)) return undefined;
    if (s.decision !== "open") return "ExchangeAlreadyDecided";
    if (s.deciderHold !== "held") return "HoldNotActive";
    if (s.deadlinePassed) return "HoldExpired";
    if (s.deciderHalted) return "WalletHalted";
    if (s.deciderPayee !== "able") return refusalOf(s.deciderPayee);
    return { ...s, decision: "captured", deciderHold: "paid" };
  },
  "decide: released": (s: State, rules: Rules): Result => {
    if (s.deciderLost) return undefined;
    const again = s.decision === "captured" && !rules.decisionIsFinal;
    if (s.decision !== "open" && !again) return "ExchangeAlreadyDecided";
    if (s.deciderHold === "held" && !releasable(s.deciderHalted, rules)) return "WalletHalted";
    return { ...s, decision: "released", deciderHold: s.deciderHold === "held" ? "back" : s.deciderHold };
  },
  "free the decider's expired hold": (s: State, rules: Rules): Result => {
    if (s.deciderLost) return undefined;
    if (s.deciderHold !== "held") return "HoldNotActive";
    if (!s.deadlinePassed) return "HoldUnauthorized";
    return releasable(s.deciderHalted, rules) ? { ...s, deciderHold: "back" } : "WalletHalted";
  },
  "free the follower's hold by time": (s: State, rules: Rules): Result => {
    if (s.followerHold !== "held") return "HoldNotActive";
    if (!rules.followerTimesOut || !s.deadlinePassed) return "HoldUnauthorized";
    return releasable(s.followerHalted, rules) ? { ...s, followerHold: "back" } : "WalletHalted";
  },
  "carry the proof of the decision": (s: State): Result => {
    if (!s.relayerAlive || s.deciderLost || s.decision === "open") return undefined;
    return { ...s, decisionUnderWay: true };
  },
  "follow the decision": (s: State, rules: Rules): Result => {
    if (!s.decisionUnderWay || s.decision === "open") return undefined;
    if (s.standing !== "armed") return "ExchangeNotArmed";
    return followed(s, s.decision, rules);
  },
  "complete the payment": (s: State, rules: Rules): Result => {
    if (s.standing !== "captured") return "ExchangeNotCaptured";
    if (s.followerHold !== "held") return "HoldNotActive";
    if (!rules.deferredCanComplete || s.followerHalted) return "WalletHalted";
    if (s.followerPayee !== "able") return refusalOf(s.followerPayee);
    return { ...s, followerHold: "paid" };
  },
  "rule for the lost ledger": (s: State, rules: Rules): Result => {
    if (!s.deciderLost || s.standing !== "armed") return undefined;
    // both central banks rule as the ledger's last record says; what it had not decided, it never will
    return followed(s, s.decision === "captured" ? "captured" : "released", rules);
  },
};

const TIME = {
  "the deadline passes": (s: State): Result => (s.deadlinePassed ? undefined : { ...s, deadlinePassed: true }),
};

const DISTURBANCES = {
  "the relayer dies": turn("relayerAlive", true, false),
  "the proof of arming is lost": turn("armedUnderWay", true, false),
  "the proof of the decision is lost": turn("decisionUnderWay", true, false),
  "the decider's ledger is halted": turn("deciderHalted", false, true),
  "the follower's ledger is halted": turn("followerHalted", false, true),
  "the decider's payer is frozen": turn("deciderPayerFrozen", false, true),
  "the follower's payer is frozen": turn("followerPayerFrozen", false, true),
  "the decider's payee is frozen": turn("deciderPayee", "able", "frozen"),
  "the follower's payee is frozen": turn("followerPayee", "able", "frozen"),
  "the decider's payee is full": turn("deciderPayee", "able", "full"),
  "the follower's payee is full": turn("followerPayee", "able", "full"),
  "the decider's ledger is lost": turn("deciderLost", false, true),
};

const LIFTINGS = {
  "the decider's ledger is resumed": turn("deciderHalted", true, false),
  "the follower's ledger is resumed": turn("followerHalted", true, false),
  "the decider's payer is unfrozen": turn("deciderPayerFrozen", true, false),
  "the follower's payer is unfrozen": turn("followerPayerFrozen", true, false),
  "the decider's payee is unfrozen": turn("deciderPayee", "frozen", "able"),
  "the follower's payee is unfrozen": turn("followerPayee", "frozen", "able"),
  "the decider's payee makes room": turn("deciderPayee", "full", "able"),
  "the follower's payee makes room": turn("followerPayee", "full", "able"),
};

/** A relayer that lives is what the second property asks for, so its restart is progress. */
const RESTART = { "the relayer restarts": turn("relayerAlive", false, true) };

const BY_KIND = [
  ["opening", OPENING],
  ["progress", PROGRESS],
  ["progress", RESTART],
  ["time", TIME],
  ["disturbance", DISTURBANCES],
  ["lifting", LIFTINGS],
] as const;

/** Name of an action. */
export type ActionName =
  | keyof typeof OPENING
  | keyof typeof PROGRESS
  | keyof typeof RESTART
  | keyof typeof TIME
  | keyof typeof DISTURBANCES
  | keyof typeof LIFTINGS;

/** Everything that may happen. */
export const ACTIONS: readonly Action[] = BY_KIND.flatMap(([kind, acts]) =>
  Object.entries(acts).map(([name, act]) => ({ name: name as ActionName, kind, act })),
);

/** What a state breaks: one side paid and the other not, or given back. */
export function violationOf({ deciderHold, followerHold, standing }: State): string | undefined {
  if (deciderHold === "paid" && followerHold === "back") return "the decider's side paid and the follower's refunded";
  if (followerHold === "paid" && deciderHold !== "paid") return "the follower's side paid and the decider's not";
  if (deciderHold === "paid" && standing === "released") return "released after the decider's side has paid";
  return undefined;
}

/** What is still held and ought not to be, when every step that helps has been taken. */
export function unendedOf(state: State): string | undefined {
  const { deciderHold, deciderLost, followerHold, standing, followerHalted, followerPayee } = state;
  if (deciderHold === "held" && !deciderLost) return "the decider's payer is trapped";
  if (followerHold !== "held") return undefined;
  if (standing !== "captured") return "the follower's payer is trapped";
  // its payee alone waits, for its own freeze or cap or for the halt to end; the hold is nobody else's any more
  if (followerPayee === "able" && !followerHalted) return "the follower's payee is not paid";
  return undefined;
}

function followed(s: State, verdict: "captured" | "released", rules: Rules): Result {
  if (verdict === "released") {
    if (!releasable(s.followerHalted, rules)) return "WalletHalted";
    return { ...s, standing: "released", followerHold: s.followerHold === "held" ? "back" : s.followerHold };
  }
  const payable = s.followerHold === "held" && s.followerPayee === "able" && !s.followerHalted;
  if (payable) return { ...s, standing: "captured", followerHold: "paid" };
  return { ...s, standing: "captured", followerHold: rules.deferredStaysHeld ? s.followerHold : "back" };
}

function releasable(halted: boolean, rules: Rules): boolean {
  return !halted || rules.releaseWhileHalted;
}

function refusalOf(payee: "frozen" | "full"): string {
  return payee === "frozen" ? "ERC7943CannotReceive" : "WalletBalanceLimitExceeded";
}

function turn<Field extends keyof State>(field: Field, from: State[Field], to: State[Field]) {
  return (s: State): Result => (s[field] === from ? { ...s, [field]: to } : undefined);
}
