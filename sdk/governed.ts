import { BRIDGE_FUNCTION_ROLES } from "./bridge.js";
import { BETWEEN_FUNCTION_ROLES } from "./interop/roles.js";
import { FUNCTION_ROLES, type Role } from "./roles.js";

/** Which role calls which functions of a contract. */
export type FunctionsOfRoles = Readonly<Partial<Record<Role, readonly string[]>>>;

/**
 * Which role may call which function, for every kind of contract that an authority governs: of the two platforms, of the
 * shared ledger and between ledgers.
 */
export const GOVERNED = {
  ...FUNCTION_ROLES,
  bridgeCurrency: {
    ...FUNCTION_ROLES.currency,
    governor: [...FUNCTION_ROLES.currency.governor, ...BRIDGE_FUNCTION_ROLES.currency.governor],
  },
  council: BRIDGE_FUNCTION_ROLES.council,
  foreignExchange: BRIDGE_FUNCTION_ROLES.exchange,
  netting: BRIDGE_FUNCTION_ROLES.netting,
  gate: BRIDGE_FUNCTION_ROLES.gate,
  foreignLedger: BETWEEN_FUNCTION_ROLES.foreignLedger,
  gateway: BETWEEN_FUNCTION_ROLES.gateway,
  ledgerExchange: BETWEEN_FUNCTION_ROLES.exchange,
  corridor: {
    ...BETWEEN_FUNCTION_ROLES.corridor,
    governor: [...BETWEEN_FUNCTION_ROLES.corridor.governor, ...BETWEEN_FUNCTION_ROLES.exchange.governor],
  },
  bridgehead: BETWEEN_FUNCTION_ROLES.bridgehead,
} as const satisfies Record<string, FunctionsOfRoles>;

/** Kinds of contracts whose functions an authority gives to roles. */
export type GovernedKind = keyof typeof GOVERNED;

/** The functions of a contract that the authority gives to roles, one entry for each role. */
export function functionsByRole(kind: GovernedKind): readonly (readonly [Role, readonly string[]])[] {
  return Object.entries(GOVERNED[kind]) as [Role, readonly string[]][];
}
