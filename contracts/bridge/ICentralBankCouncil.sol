// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICurrencyAuthority} from "./ICurrencyAuthority.sol";

/// @notice What a decision is about, and with it how many must be for it. Follows from the calls that it consists of.
enum DecisionKind {
    Ordinary,
    Technical,
    Admission
}

/// @notice How long decisions take, seconds.
/// @param votingDelay From the proposal to the opening of the vote.
/// @param votingPeriod From the opening of the vote to its end.
/// @param timeLock From {IGovernor-queue} to the earliest execution.
struct Timing {
    uint32 votingDelay;
    uint32 votingPeriod;
    uint32 timeLock;
}

/// @notice A currency and the central bank that issues it.
struct IssuedCurrency {
    address currency;
    address issuer;
}

/// @title ICentralBankCouncil
/// @notice The central banks of the multilateral bridge: who they are, which currencies they bring, which rulebook is
/// in force, and how they decide. One central bank, one vote, whatever its volume.
/// @dev An OpenZeppelin Governor: `propose`, `castVote` (also by signature), `queue`, `execute`; clock in Unix seconds.
/// It executes its decisions itself. It owns nothing, takes no ether and no tokens, and has no owner.
///
/// **Members** are accounts: a central bank's own executor (a multisig, or an account behind its AccessManager), which
/// changes its keys itself. The founders are given at deployment. Another joins when all have decided to invite it and
/// it has accepted by {join}: an address that cannot act never becomes a member whose vote is needed. A member leaves
/// by {resign}, alone, when its currencies are withdrawn. Nobody is ever expelled.
///
/// **Kinds**, from the calls that a proposal consists of, whatever its description says; with several calls the
/// strictest counts:
/// - Admission ({inviteMember}, {admitCurrency}): every member is for it;
/// - Technical ({setRulebook}, {setTiming}, and every call to another contract): two thirds of the members, rounded up;
/// - Ordinary ({adoptResolution}): more than half of the members.
/// Whoever abstains or stays away is not for it. Other functions of this contract cannot be proposed.
///
/// **Electorate.** The members at the opening of the vote decide. When a member joins or leaves afterwards, every
/// decision not yet executed whose vote had opened before, and every invitation, is void (state Expired) and may be
/// proposed anew: what is executed was always decided by those who are members then. Of two members both must be for
/// everything; one that is left alone decides alone, about nobody but itself; where nobody is left, nothing can be
/// proposed.
///
/// **Time.** A decision is executed once, not before its time lock has passed, and not later than
/// {EXECUTION_PERIOD} afterwards; one that was not queued within that period after the vote is void as well.
///
/// **Currencies.** {isOpen} and {requireOpen} are what the contracts of the bridge ask before they move a currency. Its
/// own central bank suspends a currency here alone and at once, beside the halt in the currency itself
/// (`IAccountLedger.haltAll`), which stops every payment on the ledger and not only those over the bridge. Suspension
/// never stops redemption.
///
/// **Exit.** Suspend the currency, redeem everything outstanding, {withdrawCurrency} (refused while supply is not
/// zero), {resign}.
///
/// Not protected: a member that votes against everything, or is silent, stops every admission (that is unanimity), and
/// of two members every decision; calls to other contracts do whatever those let the council do.
interface ICentralBankCouncil is ICurrencyAuthority {
    /// @notice Everybody wants `account` as a member. It may join up to and including `until`.
    event MemberInvited(address indexed account, uint256 until);
    /// @notice `account` is a member from now on; there are `members`.
    event MemberJoined(address indexed account, uint256 members);
    /// @notice `account` is no member any more; `members` are left.
    event MemberLeft(address indexed account, uint256 members);
    /// @notice The currency takes part in the bridge.
    event CurrencyAdmitted(address indexed currency, address indexed issuer);
    /// @notice The currency takes no part any more.
    event CurrencyWithdrawn(address indexed currency, address indexed issuer);
    /// @notice The currency's central bank has stopped its use over the bridge.
    event CurrencySuspended(address indexed currency, address indexed by);
    /// @notice The currency's central bank lets it be used again.
    event CurrencyResumed(address indexed currency, address indexed by);
    /// @notice Another rulebook is in force.
    event RulebookSet(uint256 indexed version, bytes32 previous, bytes32 current);
    /// @notice Decisions proposed, or queued, from now on take as long as this.
    event TimingSet(Timing previous, Timing current);
    /// @notice The council has said something that changes nothing on this ledger.
    event ResolutionAdopted(bytes32 indexed text);
    /// @notice What a proposal is about, decided from its calls.
    event DecisionClassified(uint256 indexed proposalId, DecisionKind kind);

    /// @notice A council begins with at least so many members.
    error CouncilTooSmall(uint256 members, uint256 minimum);
    /// @notice The account is no member.
    error CouncilMemberUnknown(address account);
    /// @notice The account is a member.
    error CouncilMemberExists(address account);
    /// @notice The caller is not invited: never, no longer, or the members have changed since.
    error CouncilNotInvited(address account, uint256 until, uint256 time);
    /// @notice The account has no vote in this decision.
    error CouncilVoteMissing(uint256 proposalId, address account);
    /// @notice Currencies of the member still take part.
    error CouncilCurrenciesRemain(address account, uint256 currencies);
    /// @notice The currency does not take part.
    error CouncilCurrencyUnknown(address currency);
    /// @notice The currency takes part already.
    error CouncilCurrencyExists(address currency, address issuer);
    /// @notice Not everything has been redeemed.
    error CouncilCurrencyOutstanding(address currency, uint256 supply);
    /// @notice The currency is not open for the bridge: it does not take part, or its central bank has suspended it.
    error CouncilCurrencyNotOpen(address currency);
    /// @notice The caller is not the central bank that issues the currency.
    error CouncilIssuerRequired(address currency, address issuer, address caller);
    /// @notice A figure is outside its bounds, seconds.
    error CouncilTimingInvalid(uint256 value, uint256 minimum, uint256 maximum);
    /// @notice The council cannot decide to call this function of its own.
    error CouncilActionUnknown(bytes4 selector);
    /// @notice Neither calls nor decisions carry ether.
    error CouncilEtherRefused(uint256 value);
    /// @notice The time lock has not passed.
    error CouncilTimeLocked(uint256 proposalId, uint256 eta, uint256 time);

    /// @notice Invites a central bank to become a member, for {INVITATION_PERIOD}.
    /// @dev Caller: this contract, by a decision of kind Admission. Reverts with GovernorOnlyExecutor,
    /// {CouncilMemberExists}. Inviting again begins the period anew.
    function inviteMember(address account) external;

    /// @notice Accepts an invitation.
    /// @dev Caller: whoever is invited. Voids the other invitations, and every decision whose vote has opened and that
    /// is not executed. Reverts with {CouncilNotInvited}.
    function join() external;

    /// @notice Ends the caller's membership.
    /// @dev Caller: a member. Voids as {join}. Reverts with {CouncilMemberUnknown}, {CouncilCurrenciesRemain}.
    function resign() external;

    /// @notice Admits a currency of a member.
    /// @dev Caller: this contract, by a decision of kind Admission. Reverts with GovernorOnlyExecutor,
    /// {CouncilMemberUnknown}, {CouncilCurrencyExists}. Not protected: what the currency's code is; read it before
    /// voting.
    /// @param currency An ERC-20 whose `authority()` is the issuer's.
    function admitCurrency(address currency, address issuer) external;

    /// @notice Takes a currency out of the bridge.
    /// @dev Caller: the member that issues it. Reverts with {CouncilCurrencyUnknown}, {CouncilIssuerRequired},
    /// {CouncilCurrencyOutstanding}.
    function withdrawCurrency(address currency) external;

    /// @notice Stops the use of a currency over the bridge, at once.
    /// @dev Caller: whoever the currency's own authority lets call this function. Repeating changes nothing. Reverts
    /// with {CouncilCurrencyUnknown}, {CurrencyAuthorityRequired}.
    function suspendCurrency(address currency) external;

    /// @notice Lets a currency be used over the bridge again.
    /// @dev As {suspendCurrency}; which office may do which is the authority's to say.
    function resumeCurrency(address currency) external;

    /// @notice Puts a rulebook into force.
    /// @dev Caller: this contract, by a decision of kind Technical. Reverts with GovernorOnlyExecutor.
    /// @param rulebook Hash of its text. Versions are counted from 1, the rulebook of the founders.
    function setRulebook(bytes32 rulebook) external;

    /// @notice Changes how long decisions take.
    /// @dev Caller: this contract, by a decision of kind Technical. What has been proposed keeps its vote, what has been
    /// queued its time lock. Reverts with GovernorOnlyExecutor, {CouncilTimingInvalid}.
    function setTiming(Timing calldata timing) external;

    /// @notice Puts a statement of the council on record.
    /// @dev Caller: this contract, by a decision of kind Ordinary. Reverts with GovernorOnlyExecutor.
    /// @param text Hash of the statement.
    function adoptResolution(bytes32 text) external;

    /// @notice Whether `account` is a member now.
    function isMember(address account) external view returns (bool);

    /// @notice The members, in no particular order.
    function members() external view returns (address[] memory);

    /// @notice How many members there were at a time (Unix seconds).
    function memberCountAt(uint256 timepoint) external view returns (uint256);

    /// @notice Up to and including when `account` may join; zero if it is not invited or the invitation is void.
    function invitedUntil(address account) external view returns (uint256);

    /// @notice The currencies that take part, suspended or not, in no particular order.
    function currencies() external view returns (address[] memory);

    /// @notice The member that issues the currency; zero if it does not take part.
    function issuerOf(address currency) external view returns (address);

    /// @notice Whether the currency takes part and is not suspended.
    function isOpen(address currency) external view returns (bool);

    /// @notice Reverts with {CouncilCurrencyNotOpen} unless both currencies are open.
    function requireOpen(address first, address second) external view;

    /// @notice The rulebook in force.
    function rulebook() external view returns (uint256 version, bytes32 textHash);

    /// @notice How long decisions take.
    function timing() external view returns (Timing memory);

    /// @notice What a proposal is about; Ordinary for one that does not exist.
    function kindOf(uint256 proposalId) external view returns (DecisionKind);

    /// @notice How many must be for a proposal, of those who are members at the opening of its vote.
    function requiredVotes(uint256 proposalId) external view returns (uint256);

    /// @notice Seconds in which an invitation may be accepted.
    function INVITATION_PERIOD() external view returns (uint256);

    /// @notice Seconds in which a decision may be queued after its vote, and executed after its time lock.
    function EXECUTION_PERIOD() external view returns (uint256);
}
