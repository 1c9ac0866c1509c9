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
  paymentService: { halter: ["suspend"], resumer: ["resume"] },
} as const satisfies Record<string, Partial<Record<Role, readonly string[]>>>;

/**
 * The role whose holders sign a side's compliance verdicts in a bilateral corridor. It is of the corridor's agreement and
 * not one of the currency's offices; the authority numbers it here.
 */
export const COMPLIANCE_ROLE = 7n;

/**
 * The role whose holders admit applications to the blockchain service platform, with their limits and purposes. It is of
 * the platform and not one of the currency's offices; the authority numbers it here.
 */
export const PLATFORM_OPERATOR_ROLE = 8n;

/** The operator's functions of the payment service. */
export const PLATFORM_OPERATOR_FUNCTIONS = ["admit", "setLimits", "setPurpose"] as const;
