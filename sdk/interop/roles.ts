import type { Role } from "../roles.js";

/**
 * Which role of a central bank's own authority may call which function of the contracts between ledgers. The authority
 * assigns them (`setTargetFunctionRole`); what is not assigned is the admin's.
 */
export const BETWEEN_FUNCTION_ROLES = {
  foreignLedger: { governor: ["rotate"] },
  gateway: { governor: ["registerLane"], halter: ["haltLane"], resumer: ["resumeLane"] },
  exchange: { governor: ["endorse", "retract"] },
  corridor: { governor: ["setLimits"], halter: ["suspend"], resumer: ["resume"] },
  bridgehead: { governor: ["setCap"], halter: ["stop"], resumer: ["resume"] },
} as const satisfies Record<string, Partial<Record<Role, readonly string[]>>>;

/**
 * The role whose holders sign a side's compliance verdicts in a bilateral corridor. It is of the corridor's agreement and
 * not one of the currency's offices; the authority numbers it here.
 */
export const COMPLIANCE_ROLE = 7n;
