import type { Role } from "../roles.js";

/** Which role of the currency's authority may call which function of the offline contract (`governOffline`). */
export const OFFLINE_FUNCTION_ROLES = {
  governor: ["setTerms"],
} as const satisfies Partial<Record<Role, readonly string[]>>;
