/**
 * The decisions the bridge's model is built on. Its test turns them one by one into their opposite and insists that the
 * difference is noticed.
 */
export interface BridgeRules {
  /** Rounding goes to the maker. */
  readonly roundsForMaker: boolean;
  /** A rate has to lie in both central banks' bands. */
  readonly bothBandsBind: boolean;
  /** A change of members voids what was opened before. */
  readonly changeVoids: boolean;
  /** Admission takes everybody, not two thirds. */
  readonly admissionIsUnanimous: boolean;
  /** Abstention is not consent. */
  readonly abstentionIsNotFor: boolean;
}

export const BRIDGE_RULES: BridgeRules = {
  roundsForMaker: true,
  bothBandsBind: true,
  changeVoids: true,
  admissionIsUnanimous: true,
  abstentionIsNotFor: true,
};
