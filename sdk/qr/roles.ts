import type { Role } from "../roles.js";

/**
 * Which role of the authority may call which function of the QR gateway. The authority assigns them
 * (`setTargetFunctionRole`); what is not assigned is the admin's.
 */
export const QR_FUNCTION_ROLES = {
  gateway: {
    registrar: ["admit", "dismiss", "setRoute"],
    halter: ["closeRoute"],
    resumer: ["openRoute"],
  },
} as const satisfies Record<string, Partial<Record<Role, readonly string[]>>>;

/**
 * The role of the gateway's operator, who commits windows and withdraws them. It is none of the currency's offices; the
 * authority numbers it here.
 */
export const QR_OPERATOR_ROLE = 9n;

/** The operator's functions of the settlement. */
export const QR_OPERATOR_FUNCTIONS = ["commit", "withdraw"] as const;
