import { CLAIM_FUNCTION_ROLES } from "./deposits.js";
import type { Role } from "../roles.js";
import { mulDiv } from "../rounding.js";

/** Which role of the authority may call which function of a fund's units. */
export const FUND_UNITS_FUNCTION_ROLES = {
  ...CLAIM_FUNCTION_ROLES,
  governor: ["appoint", "dismiss"],
} as const satisfies Partial<Record<Role, readonly string[]>>;

/** Which role of the authority may call which function of a fund's dealing. */
export const FUND_DEALING_FUNCTION_ROLES = {
  governor: ["setAdministrator", "setNavBand"],
} as const satisfies Partial<Record<Role, readonly string[]>>;

/** Decimals of units, and of a NAV in currency units per whole unit. */
export const FUND_DECIMALS = { units: 4, nav: 6 } as const;

/** Minor units of money at 2 decimals times this, divided by a NAV, are units. */
const SCALE = 10n ** BigInt(FUND_DECIMALS.units + FUND_DECIMALS.nav - 2);

/** Units that `money` subscribes at `nav`. */
export function unitsFor(money: bigint, nav: bigint): bigint {
  return mulDiv(money, SCALE, nav, "floor");
}

/** Money that `units` redeem at `nav`. */
export function moneyFor(units: bigint, nav: bigint): bigint {
  return mulDiv(units, nav, SCALE, "floor");
}
