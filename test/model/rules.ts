/**
 * The decisions the model is built on. The model test turns them one by one into their opposite and insists that the
 * difference is noticed: a check that can't fail proves nothing.
 */
export interface Rules {
  /** Hours from UTC to the calendar that days and years follow. */
  readonly calendarHours: number;
  /** A hold counts against its payer's limits. */
  readonly holdsCount: boolean;
  /** Releasing a hold gives its count back. */
  readonly releaseGivesBack: boolean;
  /** Money going to the wallet's own institution is counted by no limit. */
  readonly redemptionExempt: boolean;
  /** A payment of exactly what is left of a limit is allowed. */
  readonly limitsInclusive: boolean;
  /** A lawful order reaches what is held. */
  readonly ordersReachHeld: boolean;
  /** A reference that has ended can be used again. */
  readonly referencesReusable: boolean;
  /** A request for issue takes its part of the quota at once. */
  readonly pendingTakesQuota: boolean;
  /** In a net settlement only the net amounts must be covered. */
  readonly netMovesNetOnly: boolean;
}

export const RULES: Rules = {
  calendarHours: 8,
  holdsCount: true,
  releaseGivesBack: true,
  redemptionExempt: true,
  limitsInclusive: true,
  ordersReachHeld: false,
  referencesReusable: false,
  pendingTakesQuota: true,
  netMovesNetOnly: true,
};
