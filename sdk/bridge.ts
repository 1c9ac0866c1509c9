import type { Role } from "./roles.js";

/** Kinds of decisions of the council. See `ICentralBankCouncil`. */
export const DECISION_KIND = { ordinary: 0n, technical: 1n, admission: 2n } as const;

/** How a vote is cast. See OpenZeppelin's Governor. */
export const VOTE = { against: 0, for: 1, abstain: 2 } as const;

/** States of a proposal. See OpenZeppelin's Governor; Expired: void, because members or time have passed it by. */
export const PROPOSAL_STATE = {
  pending: 0n,
  active: 1n,
  canceled: 2n,
  defeated: 3n,
  succeeded: 4n,
  queued: 5n,
  expired: 6n,
  executed: 7n,
} as const;

/**
 * Which role of a central bank's own authority may call which function of the bridge's contracts, each for its own
 * currency. The authority assigns them (`setTargetFunctionRole`); what is not assigned is the admin's.
 */
export const BRIDGE_FUNCTION_ROLES = {
  council: { halter: ["suspendCurrency"], resumer: ["resumeCurrency"] },
  exchange: { governor: ["setReference"], halter: ["withdrawReference"] },
  netting: { governor: ["setDebitCap"] },
  gate: { governor: ["admitVenue"], halter: ["dismissVenue"] },
  currency: { governor: ["openCorridor", "setCorridorPolicy", "setCorridorPurpose"] },
} as const satisfies Record<string, Partial<Record<Role, readonly string[]>>>;
