// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";
import {LogProof} from "./IForeignLedger.sol";
import {IPeer} from "./IPeer.sol";

/// @notice One ledger's half of an exchange.
/// @param chainId Chain id of the ledger.
/// @param exchange The LedgerExchange on it; executor of the half's hold.
/// @param token What is given there.
/// @param giver Owner of it; payer of the hold.
/// @param taker Who is paid.
/// @param amount Minor units, or units of an asset.
struct ExchangeLeg {
    uint256 chainId;
    address exchange;
    address token;
    address giver;
    address taker;
    uint256 amount;
}

/// @notice The terms of an exchange across two ledgers. Their EIP-712 struct hash is the exchange's id, the same on both.
/// @param decider The half whose ledger takes the decision.
/// @param follower The half whose ledger does what was decided.
/// @param deadline Unix seconds by the decider's clock: captured strictly before it or not at all; 48 bits at most.
/// @param salt Makes two exchanges with otherwise equal terms differ.
struct ExchangeTerms {
    ExchangeLeg decider;
    ExchangeLeg follower;
    uint256 deadline;
    bytes32 salt;
}

/// @title ILedgerExchange
/// @notice Payment or delivery versus payment between two ledgers, decided once, on one of them, and by proof on the other.
/// @dev One stands on each ledger and is the executor of holds; it owns nothing and no clock but the decider's counts.
///
/// 1. The follower's giver places a hold that time never ends (expiry 2^48 − 1, `businessRef` the exchange's id, payee the
///    taker). Anyone calls {arm}: from then on the hold ends by the decision alone.
/// 2. The decider's giver places a hold that expires at the deadline, with the same reference.
/// 3. Before the deadline, anyone with the proof of {Armed} calls {decide}: the decider's hold is paid and that is the
///    decision. Otherwise it is {callOff}: by anyone from the deadline on, earlier by either of the decider's two parties.
/// 4. Anyone with the proof of {Decided} calls {follow} on the follower's ledger: its hold is paid or given back.
///
/// What goes wrong meanwhile:
/// - A giver is frozen after its hold was placed: nothing changes, the commitment is older than the order.
/// - The decider's taker cannot be paid (frozen, cap, halted, wallet closed): {decide} reverts with the token's error and
///   may be tried again until the deadline; after it both sides are given back.
/// - The follower's taker cannot be paid: {follow} records the verdict and puts the payment off; anyone calls {complete}
///   once it can be. Its giver has been paid on the decider's ledger by then.
/// - A ledger is halted: releases go on, so whatever was decided "released" is given back at once.
/// - Relayers fail or messages are lost: proofs do not age and anyone may carry them; a lane of messages is not used.
/// - The decider's ledger is lost for good: both central banks {endorse} one outcome; {RULING_DELAY} later anyone calls {rule}.
///
/// Not protected here: the other ledger's quorum of validators, which {IForeignLedger} answers for; two central banks that
/// rule together against what the decider's ledger has decided; and a taker that stays barred for ever, whose value stays
/// held for it. Before the decision the decider's giver may still withdraw: it is bound by placing its hold as little as by
/// not placing it, and the follower's giver loses nothing but time.
interface ILedgerExchange is IPeer {
    /// @notice Where the follower's half stands.
    enum Standing {
        None,
        Armed,
        Captured,
        Released
    }

    /// @notice What the decider's ledger has decided.
    enum Decision {
        Open,
        Captured,
        Released
    }

    /// @notice What an authority has said of an exchange whose decider's ledger is lost.
    /// @param since When, Unix seconds; zero: nothing.
    /// @param captured The outcome it wants.
    /// @param legalBasis Hash of the order.
    struct Endorsement {
        uint48 since;
        bool captured;
        bytes32 legalBasis;
    }

    /// @notice The follower's hold is bound to the decision from now on.
    event Armed(
        bytes32 indexed id,
        address indexed token,
        address indexed giver,
        address taker,
        uint256 amount,
        bytes32 holdId
    );
    /// @notice The one decision, on the decider's ledger.
    event Decided(bytes32 indexed id, bool captured);
    /// @notice The follower's ledger has the decision on record.
    event Followed(bytes32 indexed id, bool captured);
    /// @notice The follower's taker has been paid.
    event Completed(bytes32 indexed id);
    /// @notice The follower's taker cannot be paid now; the value stays held for it. `reason` is the token's error.
    event CompletionDeferred(bytes32 indexed id, bytes reason);
    /// @notice A payer took back a hold that no exchange had bound.
    event HoldWithdrawn(bytes32 indexed holdId, address indexed token, address indexed payer);
    /// @notice An authority wants this outcome, the decider's ledger being lost.
    event OutcomeEndorsed(
        bytes32 indexed id,
        address indexed authority,
        address indexed officer,
        bool captured,
        bytes32 legalBasis
    );
    /// @notice An authority no longer does.
    event EndorsementRetracted(bytes32 indexed id, address indexed authority, address indexed officer);
    /// @notice The outcome both authorities wanted is in force; {Followed} comes with it.
    event Ruled(bytes32 indexed id, bool captured, bytes32 legalBasis, bytes32 foreignLegalBasis);

    /// @notice The deployment names no authority, or one twice.
    error ExchangeAuthorityInvalid(address authority, address foreignAuthority);
    /// @notice The half that this call is about lies on another chain or with another contract.
    error ExchangeElsewhere(bytes32 id, uint256 chainId, address exchange);
    /// @notice The other half does not lie with this contract's peer.
    error ExchangePeerMismatch(bytes32 id, uint256 chainId, address exchange);
    /// @notice The follower's half is bound already, or was.
    error ExchangeAlreadyArmed(bytes32 id, Standing standing);
    /// @notice There is no bound half to decide on.
    error ExchangeNotArmed(bytes32 id, Standing standing);
    /// @notice The hold that the terms ask for is not in place.
    error ExchangeHoldMissing(bytes32 id, bytes32 holdId, uint256 remaining, uint256 amount);
    /// @notice The hold ends by a decision alone.
    error ExchangeHoldBound(bytes32 holdId, Standing standing);
    /// @notice The caller is not the hold's payer.
    error ExchangePayerMismatch(bytes32 holdId, address caller, address payer);
    /// @notice The decision was taken before.
    error ExchangeAlreadyDecided(bytes32 id, Decision decision);
    /// @notice Before the deadline only the decider's giver and taker may call the exchange off.
    error ExchangeNotDue(bytes32 id, uint256 deadline, uint256 time);
    /// @notice Nothing has been decided.
    error ExchangeUndecided(bytes32 id);
    /// @notice There is no payment to make up for.
    error ExchangeNotCaptured(bytes32 id, Standing standing);
    /// @notice Neither of the two authorities.
    error ExchangeAuthorityUnknown(address authority);
    /// @notice The caller may not speak for the authority.
    error ExchangeOfficerUnauthorized(address authority, address caller);
    /// @notice An endorsement names its legal basis.
    error ExchangeLegalBasisMissing(bytes32 id);
    /// @notice The authority has endorsed nothing.
    error ExchangeEndorsementMissing(bytes32 id, address authority);
    /// @notice The two authorities want different outcomes.
    error ExchangeEndorsementsDiffer(bytes32 id);
    /// @notice The ruling takes effect at `due`.
    error ExchangeRulingNotDue(bytes32 id, uint256 due, uint256 time);

    /// @notice Binds the follower's hold, which the terms describe in full, to the decision.
    /// @dev Caller: anyone, on the follower's ledger. Reverts with {ExchangeElsewhere}, {ExchangePeerMismatch},
    /// {ExchangeAlreadyArmed}, {ExchangeHoldMissing}.
    /// @return id Id of the exchange.
    function arm(ExchangeTerms calldata terms) external returns (bytes32 id);

    /// @notice Decides that the exchange takes place: pays the decider's hold to its taker.
    /// @dev Caller: anyone, on the decider's ledger, before the deadline. Reverts with {ExchangeElsewhere},
    /// {ExchangePeerMismatch}, {ExchangeAlreadyDecided}, {PeerEmitterMismatch}, {PeerEventMismatch},
    /// {PeerSubjectMismatch}, with the foreign ledger's errors, and with whatever refuses the capture (HoldNotActive,
    /// HoldExpired, the token's errors on its taker).
    /// @param proof Of {Armed} on the follower's ledger.
    function decide(ExchangeTerms calldata terms, LogProof calldata proof) external returns (bytes32 id);

    /// @notice Decides that the exchange does not take place: releases the decider's hold, if there is one.
    /// @dev Caller: anyone from the deadline on, the decider's giver or taker before it; on the decider's ledger, also
    /// while halted. Reverts with {ExchangeElsewhere}, {ExchangePeerMismatch}, {ExchangeAlreadyDecided}, {ExchangeNotDue}.
    function callOff(ExchangeTerms calldata terms) external returns (bytes32 id);

    /// @notice Emits {Armed} again for a half that is bound.
    /// @dev Caller: anyone, on the follower's ledger. Whoever arms or decides chooses what else that transaction logs, and
    /// a receipt may be too long to be proven; said again in a transaction of its own, it never is. Reverts with
    /// {ExchangeElsewhere}, {ExchangePeerMismatch}, {ExchangeNotArmed}.
    function restateArming(ExchangeTerms calldata terms) external;

    /// @notice Emits {Decided} again for what this ledger has decided.
    /// @dev Caller: anyone; see {restateArming}. Reverts with {ExchangeUndecided}.
    function restateDecision(bytes32 id) external;

    /// @notice Does on the follower's ledger what was decided.
    /// @dev Caller: anyone. Never refused for the taker's sake: a payment that cannot be made is put off. Reverts with
    /// {ExchangeElsewhere}, {ExchangePeerMismatch}, {ExchangeNotArmed}, {PeerEmitterMismatch},
    /// {PeerEventMismatch}, {PeerSubjectMismatch}, and with the foreign ledger's errors.
    /// @param proof Of {Decided} on the decider's ledger.
    function follow(ExchangeTerms calldata terms, LogProof calldata proof) external returns (bytes32 id);

    /// @notice Makes a payment that was put off.
    /// @dev Caller: anyone, on the follower's ledger. Reverts with {ExchangeElsewhere}, {ExchangePeerMismatch},
    /// {ExchangeNotCaptured}, HoldNotActive once paid, and with whatever refuses the taker.
    function complete(ExchangeTerms calldata terms) external returns (bytes32 id);

    /// @notice Gives a hold that names this contract executor, and that nothing has bound, back to its payer.
    /// @dev Caller: the payer; works while halted. For holds of any terms, so that a mistake in them traps nothing. Reverts
    /// with {ExchangePayerMismatch}, {ExchangeHoldBound}, HoldUnauthorized, HoldNotActive.
    function withdraw(address token, Hold calldata hold) external returns (uint256 released);

    /// @notice Speaks for one of the two authorities on an exchange whose decider's ledger is lost for good.
    /// @dev Caller: whoever that authority lets call this function without delay. Saying it again starts the delay again.
    /// On the follower's ledger. Reverts with {ExchangeAuthorityUnknown}, {ExchangeOfficerUnauthorized},
    /// {ExchangeLegalBasisMissing}, {ExchangeElsewhere}, {ExchangePeerMismatch}, {ExchangeNotArmed}.
    function endorse(address authority, ExchangeTerms calldata terms, bool captured, bytes32 legalBasis) external;

    /// @notice Takes an endorsement back.
    /// @dev Caller: whoever the authority lets call this function without delay. Reverts with {ExchangeAuthorityUnknown},
    /// {ExchangeOfficerUnauthorized}, {ExchangeEndorsementMissing}.
    function retract(address authority, bytes32 id) external;

    /// @notice Puts into force what both authorities endorsed, once {RULING_DELAY} has passed since the later of them and
    /// since the deadline. A proof of the decision that comes first prevails.
    /// @dev Caller: anyone, on the follower's ledger. Reverts with {ExchangeElsewhere}, {ExchangePeerMismatch},
    /// {ExchangeNotArmed}, {ExchangeEndorsementMissing}, {ExchangeEndorsementsDiffer}, {ExchangeRulingNotDue}.
    function rule(ExchangeTerms calldata terms) external returns (bytes32 id);

    /// @notice Id of the terms: their EIP-712 struct hash, without a domain, because the terms name both ledgers.
    function exchangeId(ExchangeTerms calldata terms) external pure returns (bytes32);

    /// @notice The two holds that the terms ask for, each on its own ledger.
    function holdsOf(ExchangeTerms calldata terms) external pure returns (Hold memory decider, Hold memory follower);

    /// @notice Where the follower's half stands on this ledger.
    function standingOf(ExchangeTerms calldata terms) external view returns (Standing);

    /// @notice What this ledger has decided.
    function decisionOf(bytes32 id) external view returns (Decision);

    /// @notice What an authority has endorsed.
    function endorsementOf(bytes32 id, address authority) external view returns (Endorsement memory);

    /// @notice The central bank of this ledger and the one of the other, each by its authority on this ledger.
    function authorities() external view returns (address authority, address foreignAuthority);

    /// @notice Seconds between the last endorsement (or the deadline, if later) and the ruling.
    function RULING_DELAY() external view returns (uint256);
}
