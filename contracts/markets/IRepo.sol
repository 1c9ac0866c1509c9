// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What seller and buyer agree on. Its id is the digest both sign, so terms never change.
/// @param seller Sells the bonds, has the cash until it buys them back.
/// @param buyer Buys the bonds, and sells as many of the same back.
/// @param bond On the register; paid in `currency`, with coupons that are known in advance, and alive until the grace
///   after the last closing has passed. No structured bond: its coupon may be unknown, and its issuer may end it early.
/// @param currency Central-bank money that the bond is paid in.
/// @param valuationAgent Whose fixings both accept.
/// @param units Bonds sold.
/// @param cash Purchase price, minor units.
/// @param threshold Exposure up to which no margin is called, minor units.
/// @param haircut Of the bonds' value, scaled by 1e8; less than all of it.
/// @param rate Repo rate a year, scaled by 1e8.
/// @param dayBasis Days that a year has for the interest: 360 or 365, over actual days.
/// @param maxAge Days that a fixing may be old: when the repo opens, is marked, or bonds are substituted.
/// @param opensAt Unix seconds; the opening leg may settle from it on.
/// @param opensBy Unix seconds, inclusive; last moment of the opening leg.
/// @param closing Unix seconds; the closing leg may settle from it on. The last day of an open repo.
/// @param notice Zero: a term repo. Otherwise the repo is open: seconds from a party's notice to the closing.
/// @param callPeriod Seconds from a margin call to its deadline.
/// @param grace Seconds after the closing from which a leg that is not covered is a default.
/// @param businessRef Tells two repos on equal terms apart.
struct RepoTerms {
    address seller;
    address buyer;
    address bond;
    address currency;
    address valuationAgent;
    uint64 units;
    uint64 cash;
    uint64 threshold;
    uint32 haircut;
    uint32 rate;
    uint16 dayBasis;
    uint8 maxAge;
    uint48 opensAt;
    uint48 opensBy;
    uint48 closing;
    uint32 notice;
    uint32 callPeriod;
    uint32 grace;
    bytes32 businessRef;
}

/// @notice How far a repo has come. Withdrawn, Closed and ClosedOut are for ever.
enum RepoStatus {
    None,
    Withdrawn,
    Open,
    Called,
    Defaulted,
    Closed,
    ClosedOut
}

/// @notice What is known of a repo beside its terms.
/// @param sequence Changes that both have consented to, margins and coupons so far.
/// @param closing Unix seconds; from it on the closing leg may settle.
/// @param callDeadline Unix seconds, inclusive; of the last margin call.
/// @param accruedFrom Day up to which `accrued` reaches.
/// @param defaultDay Day of the default; zero: none.
/// @param nextCoupon First coupon of the bond whose record date the repo has not accounted for.
/// @param sellerOwes Whose debt the claim is: the seller's, or else the buyer's.
/// @param bond What the buyer gives back.
/// @param units How much of it.
/// @param principal Purchase price less margin paid in cash, minor units.
/// @param accrued Sum over the days of what was outstanding: interest is rate × accrued ÷ days of the year.
/// @param income Coupons that the buyer owes to the seller, minor units.
/// @param incomeDue Unix seconds; when the last of these coupons is paid.
/// @param claim Of the close-out, what has not been collected yet, minor units.
struct RepoState {
    RepoStatus status;
    uint32 sequence;
    uint48 closing;
    uint48 callDeadline;
    uint24 accruedFrom;
    uint24 defaultDay;
    uint16 nextCoupon;
    bool sellerOwes;
    address bond;
    uint64 units;
    uint64 principal;
    uint96 accrued;
    uint96 income;
    uint48 incomeDue;
    uint128 claim;
}

/// @title IRepo
/// @notice Repurchase agreements with transfer of title: bonds are sold for cash and bought back, and meanwhile marked
/// to the price of an agent that both have named.
/// @dev Immutable, without owner. It owns nothing: every movement is an instruction of the settlement engine that this
/// contract settles as the agent of who gives, and no movement is made that the terms do not oblige to. Amounts are
/// minor units, times Unix seconds, days UTC+8.
///
/// **Consent.** Both sign the terms (EIP-712; ECDSA or ERC-1271; the digest is the repo's id), or call themselves. What the
/// closing leg needs of each is its standing authorisation of this contract at the engine and its allowance to the
/// engine. A party can withdraw both, and then its leg is not covered: from the end of the grace on that is a default,
/// which the other may declare. Nobody is held to the bonds or the cash before: the title has passed.
///
/// **Mark.** Claim: principal and interest to date, less coupons owed to the seller. Cover: units × price, less the haircut, rounded
/// down. Exposure: claim − cover. Anybody may mark a repo against a fixing that is fresh enough; an exposure past the
/// threshold is a margin call on the seller. It is met once bonds of the same kind, cash, or a higher price have
/// brought the exposure to zero, by the last fixing whatever its age: a silent agent cannot make a call impossible to
/// meet. It may be met late, until the default is declared. Cash repays principal, so it costs no interest from then on.
/// Margin goes one way: excess comes back by a substitution that both consent to.
///
/// **Interest** is rate × Σ (principal × days) ÷ (1e8 × dayBasis), rounded once, to the nearest minor unit, halves up.
/// The opening day counts, the day of the closing or default does not.
///
/// **Coupons.** Whoever holds the bonds at a record date is paid by the issuer: the buyer. Each coupon whose record date
/// passes while the repo runs is owed to the seller in the same amount for its units, rounded down; it can be paid over from
/// the payment date on, and what was not is taken off the repurchase price, or the close-out.
///
/// **Default.** A margin call missed, or a closing leg not covered after the grace: no authorisation, no allowance, too little
/// to spend, or frozen. A halt is nobody's default. From then on no bonds move: the buyer keeps them at the price of the first fixing
/// of the default's day or later (of the last one, if the agent is silent for more than `maxAge` days), and the claim is
/// netted against that value. The difference is paid through the engine; what cannot be collected is recorded as a claim, and
/// may be collected in parts later. Interest stops on the day of the default, and who has defaulted changes no amount.
///
/// Not protected: prices; a buyer that has passed the bonds on and cannot buy them back owes their value in money; who of two that
/// fail is declared first; when, of several days on which a close-out is possible, it is made; coupons that the issuer
/// does not pay are owed all the same.
interface IRepo {
    /// @notice Bonds and cash have changed hands.
    event RepoOpened(bytes32 indexed id, address indexed seller, address indexed buyer, RepoTerms terms);
    /// @notice The terms can no longer be opened.
    event RepoWithdrawn(bytes32 indexed id, address indexed by);
    /// @notice Claim less cover is `exposure`, by the fixing of `day`.
    event RepoMarked(bytes32 indexed id, uint256 indexed day, uint256 price, int256 exposure);
    /// @notice The seller is to bring the exposure to zero, at `deadline` at the latest.
    event RepoMarginCalled(bytes32 indexed id, address indexed seller, uint256 exposure, uint256 deadline);
    /// @notice The seller has met the call.
    event RepoMarginMet(bytes32 indexed id, address indexed seller, uint256 units, uint256 cash);
    /// @notice The buyer gives back `units` of `bond` from now on, and has given back what it had.
    event RepoSubstituted(bytes32 indexed id, address indexed bond, uint256 units);
    /// @notice The closing leg may settle from `current` on.
    event RepoClosingChanged(bytes32 indexed id, uint256 previous, uint256 current);
    /// @notice Record dates have passed: the buyer owes `amount` more to the seller.
    event RepoIncomeOwed(bytes32 indexed id, address indexed bond, uint256 amount);
    /// @notice The buyer has paid over the coupons.
    event RepoIncomePaid(bytes32 indexed id, address indexed seller, uint256 amount);
    /// @notice Bonds and cash are back. `paid` is the seller's, negative where coupons were more than the price.
    event RepoClosed(bytes32 indexed id, address indexed bond, uint256 units, int256 paid);
    /// @notice `party` has not performed.
    event RepoDefaulted(bytes32 indexed id, address indexed party, uint256 day);
    /// @notice The buyer keeps the bonds for `value`, against a claim of `claim`.
    event RepoClosedOut(bytes32 indexed id, uint256 indexed day, uint256 value, int256 claim);
    /// @notice `debtor` owes what could not be collected.
    event RepoClaimRecorded(bytes32 indexed id, address indexed debtor, address indexed creditor, uint256 amount);
    /// @notice The debtor's payment, and what it still owes.
    event RepoClaimPaid(
        bytes32 indexed id,
        address indexed debtor,
        address indexed creditor,
        uint256 amount,
        uint256 left
    );

    /// @notice The terms contradict each other.
    error RepoTermsInvalid(bytes32 id);
    /// @notice The bond is paid in other money, may end before the repo does, or is a structured one.
    error RepoBondUnsuitable(bytes32 id, address bond);
    /// @notice The repo is not at the step that this needs.
    error RepoStatusInvalid(bytes32 id, RepoStatus status);
    /// @notice Only a party may do this.
    error RepoCallerInvalid(bytes32 id, address caller);
    /// @notice The party neither calls nor has signed this.
    error RepoConsentInvalid(bytes32 id, address party);
    /// @notice The moment is outside the time in which this is possible.
    error RepoTimeInvalid(bytes32 id, uint256 from, uint256 until, uint256 time);
    /// @notice At this price and haircut the bonds do not cover the claim.
    error RepoCoverInsufficient(bytes32 id, int256 exposure);
    /// @notice More cash than the exposure, or the principal, is.
    error RepoMarginExcessive(bytes32 id, uint256 cash, uint256 limit);
    /// @notice There are no bonds to be put in the place of the others.
    error RepoUnitsInvalid(bytes32 id, uint256 units);
    /// @notice The repo ends at a time that was agreed on.
    error RepoNoticeExcluded(bytes32 id);
    /// @notice The closing would not change so.
    error RepoClosingInvalid(bytes32 id, uint256 closing, uint256 current);
    /// @notice No coupon is owed, or not yet.
    error RepoIncomeNotDue(bytes32 id, uint256 income, uint256 due);
    /// @notice The other party has missed nothing yet.
    error RepoDefaultNotEstablished(bytes32 id, address party);
    /// @notice The agent has not priced the bond since the default.
    error RepoFixingPending(bytes32 id, uint256 day, uint256 defaultDay);
    /// @notice Nothing, or more than is owed.
    error RepoClaimExceeded(bytes32 id, uint256 amount, uint256 claim);

    /// @notice Opens a repo: bonds to the buyer, cash to the seller.
    /// @dev Caller: anyone who has the consents. The engine knows the seller as initiator. Reverts with
    /// {RepoStatusInvalid}, {RepoTermsInvalid} (a party twice or zero, no units or cash, a haircut of everything, another day basis, times
    /// that do not rise, no time for a call), {RepoTimeInvalid}, {RepoConsentInvalid}, AssetTokenUnknown,
    /// {RepoBondUnsuitable}, FixingStale, {RepoCoverInsufficient}, and with whatever the engine refuses.
    /// @param sellerConsent Signature over the id; not looked at when the seller calls.
    /// @param buyerConsent Likewise the buyer's.
    function open(
        RepoTerms calldata terms,
        bytes calldata sellerConsent,
        bytes calldata buyerConsent
    ) external returns (bytes32 id);

    /// @notice Ends terms that were not opened, whoever has signed them.
    /// @dev Caller: a party. Reverts with {RepoCallerInvalid}, {RepoStatusInvalid}.
    function withdraw(RepoTerms calldata terms) external returns (bytes32 id);

    /// @notice Compares claim and cover, and calls margin past the threshold. A call that is not met stays as it is.
    /// @dev Caller: anyone. Reverts with {RepoStatusInvalid}, FixingStale.
    /// @return exposure Claim less cover, minor units.
    function mark(RepoTerms calldata terms) external returns (int256 exposure);

    /// @notice Meets a margin call with bonds, cash, both, or nothing where the price has risen.
    /// @dev Caller: the seller. Reverts with {RepoCallerInvalid}, {RepoStatusInvalid}, {RepoMarginExcessive},
    /// {RepoCoverInsufficient}, and with whatever the engine refuses.
    function meetCall(RepoTerms calldata terms, uint64 units, uint64 cash) external;

    /// @notice Puts other bonds, or another number of the same, in the place of those that the buyer has.
    /// @dev Caller: anyone who has the consents. The claim has to stay covered. Reverts with {RepoStatusInvalid} (also while a call is
    /// open), {RepoUnitsInvalid}, {RepoTimeInvalid}, {RepoConsentInvalid}, AssetTokenUnknown, {RepoBondUnsuitable}, FixingStale,
    /// {RepoCoverInsufficient}, and with whatever the engine refuses.
    /// @param notAfter Unix seconds, inclusive; last moment of the consents.
    /// @param sellerConsent Over {substitutionId}; not looked at when the seller calls.
    /// @param buyerConsent Likewise the buyer's.
    function substitute(
        RepoTerms calldata terms,
        address bond,
        uint64 units,
        uint48 notAfter,
        bytes calldata sellerConsent,
        bytes calldata buyerConsent
    ) external;

    /// @notice Ends an open repo after its period of notice.
    /// @dev Caller: a party. Reverts with {RepoStatusInvalid}, {RepoCallerInvalid}, {RepoNoticeExcluded}, {RepoClosingInvalid} (it ends as early
    /// without).
    function giveNotice(RepoTerms calldata terms) external;

    /// @notice Sets another closing: an early return, or a longer term.
    /// @dev Caller: anyone who has the consents. Reverts with {RepoStatusInvalid}, {RepoTimeInvalid}, {RepoConsentInvalid},
    /// {RepoClosingInvalid} (past already, or no change), {RepoBondUnsuitable} (longer than the bond allows).
    /// @param notAfter Unix seconds, inclusive; last moment of the consents.
    /// @param sellerConsent Over {closingId}; not looked at when the seller calls.
    /// @param buyerConsent Likewise the buyer's.
    function agreeClosing(
        RepoTerms calldata terms,
        uint48 closing,
        uint48 notAfter,
        bytes calldata sellerConsent,
        bytes calldata buyerConsent
    ) external;

    /// @notice Pays the seller the coupons that the buyer owes it.
    /// @dev Caller: anyone, once the last of them is paid by the issuer. Reverts with {RepoStatusInvalid}, {RepoIncomeNotDue}, and with
    /// whatever the engine refuses.
    function payIncome(RepoTerms calldata terms) external returns (uint256 amount);

    /// @notice Closes the repo: bonds to the seller, repurchase price to the buyer.
    /// @dev Caller: anyone, from the closing on. Reverts with {RepoStatusInvalid}, {RepoTimeInvalid}, and with whatever
    /// the engine refuses. A giver that has ended {closingRef} at the engine does not perform.
    /// @return paid What the seller has paid, minor units; negative where it was paid.
    function close(RepoTerms calldata terms) external returns (int256 paid);

    /// @notice Declares that the other party has not performed.
    /// @dev Caller: a party. Reverts with {RepoStatusInvalid}, {RepoCallerInvalid}, {RepoDefaultNotEstablished}.
    function declareDefault(RepoTerms calldata terms) external;

    /// @notice Nets the bonds' value against the claim, and has the difference paid or recorded.
    /// @dev Caller: anyone. Reverts with {RepoStatusInvalid}, {RepoFixingPending}. A payment that the engine refuses is
    /// recorded; a caller that gives too little gas for it can bring that about, and changes nothing but the time.
    function closeOut(RepoTerms calldata terms) external;

    /// @notice Collects a recorded claim, or part of it.
    /// @dev Caller: a party. Reverts with {RepoStatusInvalid}, {RepoCallerInvalid}, {RepoClaimExceeded}, and with whatever
    /// the engine refuses.
    /// @param businessRef The payment's at the engine; one that the debtor has not ended.
    function collect(RepoTerms calldata terms, uint128 amount, bytes32 businessRef) external;

    /// @notice Id of terms: their EIP-712 digest in this contract's domain.
    function repoId(RepoTerms calldata terms) external view returns (bytes32);

    /// @notice What both sign for a substitution; good once, at this `sequence`.
    function substitutionId(
        bytes32 id,
        uint32 sequence,
        address bond,
        uint64 units,
        uint48 notAfter
    ) external view returns (bytes32);

    /// @notice What both sign for another closing; good once, at this `sequence`.
    function closingId(bytes32 id, uint32 sequence, uint48 closing, uint48 notAfter) external view returns (bytes32);

    /// @notice What is known of a repo.
    function stateOf(bytes32 id) external view returns (RepoState memory);

    /// @notice Principal, interest to date, and coupons that the buyer owes, minor units.
    function positionOf(
        RepoTerms calldata terms
    ) external view returns (uint256 principal, uint256 interest, uint256 income);

    /// @notice The closing leg's reference at the engine.
    function closingRef(bytes32 id) external pure returns (bytes32);

    /// @notice Where everything is settled.
    function ENGINE() external view returns (address);

    /// @notice Whose bonds may be sold.
    function REGISTER() external view returns (address);

    /// @notice Where valuation agents publish.
    function FIXINGS() external view returns (address);
}
