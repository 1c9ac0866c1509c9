// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice A line of an eligibility schedule.
/// @param bond On the register, paid in the pledge's money.
/// @param haircut Of the units' value, scaled by 1e8; less than all of it.
/// @param limit How much of the obligation this bond may cover, scaled by 1e8. What is pledged beyond does not count.
struct EligibleAsset {
    address bond;
    uint32 haircut;
    uint32 limit;
}

/// @notice Units that are to be pledged.
struct Selection {
    address bond;
    uint64 units;
}

/// @notice What pledgor and pledgee agree on. Its id is the digest both sign, so terms never change.
/// @param pledgor Owes the obligation; owner of the units, before and after.
/// @param pledgee To whom it is owed.
/// @param agent May select and exchange collateral for the pledgor, within the schedule; zero: the pledgor alone.
/// @param currency Central-bank money that the bonds are paid in.
/// @param valuationAgent Whose fixings both accept.
/// @param schedule keccak256 of the ABI encoding of the {EligibleAsset} lines, which rise by address.
/// @param obligation What is secured at most, minor units.
/// @param maxAge Days that a fixing may be old.
/// @param opensBy Unix seconds, inclusive; last moment of the opening.
/// @param due Unix seconds; the obligation is to be paid until then.
/// @param callPeriod Seconds from a margin call to its deadline.
/// @param grace Seconds after `due` from which what is not paid is a default.
/// @param businessRef Tells two pledges on equal terms apart.
struct PledgeTerms {
    address pledgor;
    address pledgee;
    address agent;
    address currency;
    address valuationAgent;
    bytes32 schedule;
    uint64 obligation;
    uint8 maxAge;
    uint48 opensBy;
    uint48 due;
    uint32 callPeriod;
    uint32 grace;
    bytes32 businessRef;
}

/// @notice How far a pledge has come. Withdrawn, Discharged and Enforced are for ever.
enum PledgeStatus {
    None,
    Withdrawn,
    Active,
    Called,
    Defaulted,
    Discharged,
    Enforced
}

/// @notice What is known of a pledge beside its terms.
/// @param outstanding What is still owed, minor units.
/// @param callDeadline Unix seconds, inclusive; of the last margin call.
/// @param defaultDay Day of the default; zero: none.
/// @param placed Positions that were ever pledged: numbers the next one.
struct PledgeState {
    PledgeStatus status;
    uint64 outstanding;
    uint48 callDeadline;
    uint24 defaultDay;
    uint32 placed;
}

/// @notice Units that are pledged: one hold on the pledgor's account.
struct Position {
    address bond;
    uint64 units;
    uint32 number;
}

/// @title ICollateral
/// @notice A register of pledges: bonds that secure an obligation and stay their owner's, each position a hold in place.
/// @dev Immutable, without owner; it owns nothing. A position is a hold on the pledgor's account with the pledgee as its
/// payee and this contract as its executor: the ledger itself lets the units go to that pledgee or back to that pledgor and
/// nowhere else, counts no unit twice, and pays their coupons to the pledgor. Amounts are minor units, times Unix seconds,
/// days UTC+8.
///
/// **Consent.** Both sign the terms (EIP-712; ECDSA or ERC-1271; the digest is the pledge's id), or call themselves.
/// Which units are pledged is the pledgor's to say, or the agent's that the terms name (triparty): the pledgor gives this
/// contract an allowance on its bonds, and what is selected has to be on the schedule.
///
/// **Cover.** Of each bond: units × price, less its haircut, rounded down, and no more of it than its limit × what is
/// owed, rounded down. A selection is worked out off chain and verified here: together it has to cover what is owed. {rearrange} tops up,
/// releases excess and substitutes; {MAX_POSITIONS} positions and as many lines at most, so that nothing here is unbounded.
///
/// **Call.** Anybody may mark a pledge against fixings that are fresh enough. Cover below what is owed is a margin call,
/// met by a {rearrange} or payment that covers again, late as well until the default is declared.
///
/// **Discharge.** The pledgor pays through the settlement engine (with this contract as its agent), or the pledgee
/// acknowledges payment made elsewhere. With the last minor unit every position is freed.
///
/// **Default.** A call missed, or something owed after the grace: declared by the pledgee, and never before. Then each position in
/// turn goes to the pledgee at the price of the first fixing of that day or later (the last one, if the agent is silent for more than
/// `maxAge` days), as many whole units as what is owed takes, rounded up; everything else is freed. What is not
/// covered then stays owed, and is on the record.
///
/// Not protected: prices, and when, of several days on which the enforcement is possible, it is made; the fraction of the last unit's
/// price that the pledgee has more than it is owed; bonds that mature while pledged are redeemed only once
/// they are freed, so exchange them before.
interface ICollateral {
    /// @notice The pledge secures `obligation`.
    event PledgeOpened(bytes32 indexed id, address indexed pledgor, address indexed pledgee, PledgeTerms terms);
    /// @notice The terms can no longer be opened.
    event PledgeWithdrawn(bytes32 indexed id, address indexed by);
    /// @notice Units are held for the pledge.
    event PositionPledged(bytes32 indexed id, address indexed bond, uint256 indexed number, uint256 units);
    /// @notice What was left of a position is free.
    event PositionReleased(bytes32 indexed id, address indexed bond, uint256 indexed number, uint256 units);
    /// @notice Units went to the pledgee for `value`.
    event PositionCaptured(
        bytes32 indexed id,
        address indexed bond,
        uint256 indexed number,
        uint256 units,
        uint256 value
    );
    /// @notice What the collateral covers, by fixings that are fresh.
    event PledgeMarked(bytes32 indexed id, uint256 cover, uint256 outstanding);
    /// @notice The pledgor is to cover what is owed, at `deadline` at the latest.
    event PledgeCalled(
        bytes32 indexed id,
        address indexed pledgor,
        uint256 cover,
        uint256 outstanding,
        uint256 deadline
    );
    /// @notice A call was met.
    event PledgeCovered(bytes32 indexed id, address indexed pledgor);
    /// @notice Part of the obligation is paid, as `by` has done or acknowledged.
    event ObligationPaid(bytes32 indexed id, address indexed by, uint256 amount, uint256 outstanding);
    /// @notice Nothing is owed any more.
    event PledgeDischarged(bytes32 indexed id, address indexed pledgor);
    /// @notice The pledgor has not performed.
    event PledgeDefaulted(bytes32 indexed id, address indexed pledgor, uint256 day);
    /// @notice The collateral is used; `outstanding` is still owed.
    event PledgeEnforced(bytes32 indexed id, address indexed pledgee, uint256 outstanding);

    /// @notice The terms contradict each other.
    error PledgeTermsInvalid(bytes32 id);
    /// @notice The pledge is not at the step that this needs.
    error PledgeStatusInvalid(bytes32 id, PledgeStatus status);
    /// @notice Only those whom the pledge concerns may do this.
    error PledgeCallerInvalid(bytes32 id, address caller);
    /// @notice The party neither calls nor has signed the terms.
    error PledgeConsentInvalid(bytes32 id, address party);
    /// @notice The last moment of the opening has passed.
    error PledgeExpired(bytes32 id, uint256 opensBy, uint256 time);
    /// @notice Not the schedule agreed on, or its lines do not rise by address, are too many, or leave nothing to count.
    error PledgeScheduleInvalid(bytes32 id, bytes32 schedule);
    /// @notice The bond is not on the schedule, or paid in other money.
    error PledgeAssetIneligible(bytes32 id, address bond);
    /// @notice More positions than a pledge may have.
    error PledgePositionsExceeded(bytes32 id, uint256 positions, uint256 limit);
    /// @notice There is no such position, or positions are not named from the last to the first.
    error PledgePositionInvalid(bytes32 id, uint256 index, uint256 positions);
    /// @notice The collateral covers less than is owed.
    error PledgeCoverInsufficient(bytes32 id, uint256 cover, uint256 outstanding);
    /// @notice Nothing, or more than is owed.
    error PledgeAmountInvalid(bytes32 id, uint256 amount, uint256 outstanding);
    /// @notice The pledgor has missed nothing yet.
    error PledgeDefaultNotEstablished(bytes32 id);
    /// @notice The agent has not priced the bond since the default.
    error PledgeFixingPending(bytes32 id, address bond, uint256 day, uint256 defaultDay);

    /// @notice Opens a pledge with the collateral that is selected.
    /// @dev Caller: pledgor or agent. Reverts with {PledgeStatusInvalid}, {PledgeTermsInvalid} (a party twice or zero, nothing
    /// owed, no time for a call, due before it can open), {PledgeCallerInvalid}, {PledgeExpired}, {PledgeConsentInvalid}, and like
    /// {rearrange}.
    /// @param pledgorConsent Signature over the id; not looked at when the pledgor calls.
    /// @param pledgeeConsent Likewise the pledgee's.
    function open(
        PledgeTerms calldata terms,
        EligibleAsset[] calldata schedule,
        Selection[] calldata selected,
        bytes calldata pledgorConsent,
        bytes calldata pledgeeConsent
    ) external returns (bytes32 id);

    /// @notice Ends terms that were not opened, whoever has signed them.
    /// @dev Caller: pledgor or pledgee. Reverts with {PledgeCallerInvalid}, {PledgeStatusInvalid}.
    function withdraw(PledgeTerms calldata terms) external returns (bytes32 id);

    /// @notice Frees positions and pledges others: a top-up, a release of excess, or a substitution.
    /// @dev Caller: pledgor or agent. What is owed has to be covered afterwards. Reverts with {PledgeStatusInvalid},
    /// {PledgeCallerInvalid}, {PledgeScheduleInvalid}, {PledgePositionInvalid}, {PledgePositionsExceeded}, {PledgeAssetIneligible},
    /// FixingStale, {PledgeCoverInsufficient}, AssetTokenUnknown, and with whatever the bond refuses a hold for.
    /// @param freed Places in {positionsOf}, from the last to the first; the last position takes the place of one freed.
    function rearrange(
        PledgeTerms calldata terms,
        EligibleAsset[] calldata schedule,
        uint256[] calldata freed,
        Selection[] calldata selected
    ) external;

    /// @notice Compares cover and obligation, and calls margin. A call that is not met stays as it is.
    /// @dev Caller: anyone. Reverts with {PledgeStatusInvalid}, {PledgeScheduleInvalid}, FixingStale.
    /// @return cover What counts, minor units.
    function mark(PledgeTerms calldata terms, EligibleAsset[] calldata schedule) external returns (uint256 cover);

    /// @notice Pays the obligation, or part of it.
    /// @dev Caller: the pledgor. Reverts with {PledgeStatusInvalid}, {PledgeCallerInvalid}, {PledgeAmountInvalid}, and with
    /// whatever the engine refuses. What is called stays called until {rearrange}, or the last payment.
    /// @param businessRef The payment's at the engine.
    function pay(PledgeTerms calldata terms, uint64 amount, bytes32 businessRef) external;

    /// @notice Acknowledges payment made elsewhere.
    /// @dev Caller: the pledgee. Reverts with {PledgeStatusInvalid}, {PledgeCallerInvalid}, {PledgeAmountInvalid}.
    function acknowledge(PledgeTerms calldata terms, uint64 amount) external;

    /// @notice Declares that the pledgor has not performed.
    /// @dev Caller: the pledgee. Reverts with {PledgeStatusInvalid}, {PledgeCallerInvalid},
    /// {PledgeDefaultNotEstablished}.
    function declareDefault(PledgeTerms calldata terms) external;

    /// @notice Takes as many units as what is owed is worth, and frees the rest.
    /// @dev Caller: the pledgee. Reverts with {PledgeStatusInvalid}, {PledgeCallerInvalid}, {PledgeFixingPending}, and with
    /// whatever the bond refuses the pledgee for.
    function enforce(PledgeTerms calldata terms) external;

    /// @notice Id of terms: their EIP-712 digest in this contract's domain.
    function pledgeId(PledgeTerms calldata terms) external view returns (bytes32);

    /// @notice What is known of a pledge.
    function stateOf(bytes32 id) external view returns (PledgeState memory);

    /// @notice The positions of a pledge that are held.
    function positionsOf(bytes32 id) external view returns (Position[] memory);

    /// @notice Reference of the hold that position `number` is.
    function positionRef(bytes32 id, uint256 number) external pure returns (bytes32);

    /// @notice Most positions of a pledge, and lines of a schedule.
    function MAX_POSITIONS() external view returns (uint256);

    /// @notice Where obligations are paid.
    function ENGINE() external view returns (address);

    /// @notice Whose bonds may be pledged.
    function REGISTER() external view returns (address);

    /// @notice Where valuation agents publish.
    function FIXINGS() external view returns (address);
}
