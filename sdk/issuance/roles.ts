import type { Role } from "../roles.js";

/**
 * Which role of the currency's authority may call which function of the digital-money framework of 2026: rates and
 * ratios are the governor's, what institutions are and hold is the registrar's.
 */
export const DEPOSIT_FUNCTION_ROLES = {
  interest: { governor: ["setRate"] },
  reserves: {
    governor: ["migrate", "setRatio", "setInsuranceLimit"],
    registrar: ["setKind", "report"],
  },
} as const satisfies Record<string, Partial<Record<Role, readonly string[]>>>;

/** What an institution is. See `IReserveFramework`. */
export const INSTITUTION_KIND = { none: 0n, bank: 1n, nonBank: 2n } as const;
/** How far a claim to interest has come. See `IInterestBook`. */
export const CLAIM_STATUS = { none: 0n, open: 1n, refuted: 2n, upheld: 3n, honoured: 4n } as const;
