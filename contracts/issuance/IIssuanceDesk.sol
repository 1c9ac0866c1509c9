// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";

/// @title IIssuanceDesk
/// @notice The upper of the two tiers: an operating institution's reserves become money, and money becomes reserves.
/// @dev Amounts are minor units; times are Unix seconds. A reference is that of the payment in the central bank's
/// real-time gross settlement (RTGS) system.
///
/// Issue: `Requested → Completed`, when the settlement-system operator attests that the reserves were debited.
/// Redemption: the institution holds its own money for the desk, then `Requested → Completed`, when the operator
/// attests that the reserves were credited; what was held is what is destroyed. Either ends `Rejected` (operator or
/// authority) or `Expired` (anyone, from the expiry on) instead. An ended request never opens again and its id is
/// never used again, so an attestation works once.
///
/// Always true: the currency's supply = Σ reserves = {totalReserves}, as long as this desk alone holds the power to
/// issue and took over what came before it; issued − redeemed ≤ quota after every issue. The desk owns nothing, ever.
/// Suspended or offboarded institutions get nothing new issued but may redeem: their money is not touched.
/// Assumed: the operator attests only what the RTGS system has done and cannot undo. If its key is stolen, what can be
/// issued is bounded by open requests of institutions, their quotas and the rate limit.
/// Not protected: an attested request that then meets a lowered quota, a suspension, the rate limit or a halt waits; if
/// it expires, the RTGS system has to undo its part. An institution that chooses a far expiry waits for it, or for a
/// rejection.
interface IIssuanceDesk {
    /// @notice What a request is for; the attestation's `kind` is the number.
    enum Kind {
        None,
        Issue,
        Redemption
    }

    /// @notice Requested, or one of three ends.
    enum Status {
        None,
        Requested,
        Completed,
        Rejected,
        Expired
    }

    /// @param institution Number in the registry.
    /// @param amount Minor units.
    /// @param expiry Unix seconds; completion is possible strictly before it.
    /// @param status Where the request stands.
    /// @param holdMark Redemption: the lowest 120 bits of the hold's id. Issue: 0.
    struct Request {
        uint16 institution;
        uint64 amount;
        uint48 expiry;
        Status status;
        uint120 holdMark;
    }

    /// @param issued Issued to the institution so far, minor units.
    /// @param redeemed Redeemed by it so far, minor units; may exceed what was issued to it.
    /// @param pending Asked for in open issue requests, minor units; takes quota until they end.
    struct Position {
        uint96 issued;
        uint96 redeemed;
        uint64 pending;
    }

    /// @notice An institution asks for money against its reserves.
    event IssueRequested(
        bytes32 indexed id,
        uint16 indexed institution,
        bytes32 indexed rtgsRef,
        address account,
        uint256 amount,
        uint256 expiry
    );
    /// @notice Reserves were debited, money was issued to the institution's settlement account.
    event IssueCompleted(
        bytes32 indexed id,
        uint16 indexed institution,
        bytes32 indexed rtgsRef,
        address account,
        uint256 amount
    );
    /// @notice An institution asks for reserves against money held for the desk.
    event RedemptionRequested(
        bytes32 indexed id,
        uint16 indexed institution,
        bytes32 indexed rtgsRef,
        address account,
        bytes32 holdId,
        uint256 amount,
        uint256 expiry
    );
    /// @notice Reserves were credited, the held money was destroyed.
    event RedemptionCompleted(
        bytes32 indexed id,
        uint16 indexed institution,
        bytes32 indexed rtgsRef,
        address account,
        uint256 amount
    );
    /// @notice A request was refused. `reason` is the hash of the decision.
    event RequestRejected(
        bytes32 indexed id,
        uint16 indexed institution,
        address indexed by,
        Kind kind,
        uint256 amount,
        bytes32 reason
    );
    /// @notice A request ended by time.
    event RequestExpired(bytes32 indexed id, uint16 indexed institution, Kind kind, uint256 amount);
    /// @notice Attestations of `current` count from now on; those of `previous` no longer do.
    event SettlementOperatorSet(address indexed previous, address indexed current);
    /// @notice Each institution may be issued `capacity` at once; a spent capacity refills within `window` seconds.
    event RateLimitSet(uint256 previousCapacity, uint256 previousWindow, uint256 capacity, uint256 window);

    /// @notice An institution's position was taken over from the desk that this one replaces.
    event PositionTakenOver(uint16 indexed institution, address indexed predecessor, uint256 issued, uint256 redeemed);

    /// @notice The desk to be replaced can still change supply.
    error IssuancePredecessorActive(address predecessor);
    /// @notice Something was issued to or redeemed by the institution at this desk already.
    error IssuancePositionTaken(uint16 institution, uint256 issued, uint256 redeemed);
    /// @notice What would be taken over does not explain the currency's supply.
    error IssuanceReservesMismatch(int256 reserves, uint256 supply);
    /// @notice The currency belongs to another registry.
    error IssuanceRegistryMismatch(address registry, address currencyRegistry);
    /// @notice The settlement-system operator cannot be the zero address.
    error IssuanceOperatorInvalid(address operator);
    /// @notice A rate limit needs a window of at least a second.
    error IssuanceRateLimitInvalid(uint256 capacity, uint256 window);
    /// @notice Only operating institutions have reserves.
    error IssuanceTierInvalid(uint16 institution, IInstitutionRegistry.Tier tier);
    /// @notice The amount is zero.
    error IssuanceAmountInvalid(bytes32 id, uint256 amount);
    /// @notice A request names the payment in the RTGS system that it belongs to.
    error IssuanceReferenceMissing(bytes32 id, uint16 institution);
    /// @notice The expiry is not in the future.
    error IssuanceExpiryInvalid(bytes32 id, uint256 expiry, uint256 time);
    /// @notice The institution has used this reference for this kind of request before.
    error IssuanceRequestExists(bytes32 id, Status status);
    /// @notice There is no such request, or it has ended.
    error IssuanceRequestNotOpen(bytes32 id, Status status);
    /// @notice The request can no longer be completed; it can only be ended.
    error IssuanceRequestExpired(bytes32 id, uint256 expiry, uint256 time);
    /// @notice The request can still be completed.
    error IssuanceRequestNotExpired(bytes32 id, uint256 expiry, uint256 time);
    /// @notice The institution's quota does not leave room for the amount.
    error IssuanceQuotaExceeded(uint16 institution, uint256 amount, uint256 available);
    /// @notice The institution has been issued too much too fast; `available` grows with time.
    error IssuanceRateExceeded(uint16 institution, uint256 amount, uint256 available);
    /// @notice The attestation was valid until `validUntil`.
    error IssuanceAttestationExpired(bytes32 id, uint256 validUntil, uint256 time);
    /// @notice The signature is not the operator's over what this request says.
    error IssuanceAttestationInvalid(bytes32 id, address operator);
    /// @notice The reference does not belong to the request that the hold names.
    error IssuanceReferenceMismatch(bytes32 id, bytes32 rtgsRef);
    /// @notice The hold names another executor or a payee.
    error IssuanceHoldInvalid(bytes32 id, bytes32 holdId);
    /// @notice The hold is not the one that the request was made with.
    error IssuanceHoldMismatch(bytes32 id, bytes32 holdId);
    /// @notice Nothing is held under these terms.
    error IssuanceHoldNotActive(bytes32 id, bytes32 holdId);

    // ------------------------------------------------------------------ issue

    /// @notice Asks for `amount` against the caller's institution's reserves. The amount takes quota at once, so that
    /// what the quota admitted stays admitted while the reserves move.
    /// @dev Caller: an account of an active operating institution. Reverts with the registry's InstitutionUnknown and
    /// InstitutionNotActive, {IssuanceTierInvalid}, {IssuanceAmountInvalid}, {IssuanceReferenceMissing},
    /// {IssuanceExpiryInvalid}, {IssuanceRequestExists}, {IssuanceQuotaExceeded}.
    /// @return id See {requestId}.
    function requestIssue(uint64 amount, bytes32 rtgsRef, uint48 expiry) external returns (bytes32 id);

    /// @notice Completes an issue request: money goes to the institution's settlement account.
    /// @dev Caller: anyone who carries the operator's attestation (EIP-712, EOA or ERC-1271)
    /// `ReserveAttestation(uint8 kind,uint16 institution,uint256 amount,bytes32 rtgsRef,uint256 validUntil)`, kind 1.
    /// Reverts with {IssuanceRequestNotOpen}, {IssuanceRequestExpired}, {IssuanceAttestationExpired},
    /// {IssuanceAttestationInvalid}, the registry's InstitutionNotActive, {IssuanceQuotaExceeded} (the quota was
    /// lowered), {IssuanceRateExceeded}, and with whatever refuses the account in the currency.
    /// @param validUntil Last second at which the attestation counts.
    function issue(uint16 institution, bytes32 rtgsRef, uint256 validUntil, bytes calldata signature) external;

    /// @notice Refuses an issue request and gives its quota back.
    /// @dev Caller: the settlement-system operator, or whom the authority allows this function. Reverts with
    /// AccessManagedUnauthorized, {IssuanceRequestNotOpen}.
    /// @param reason Hash of the decision.
    function rejectIssue(uint16 institution, bytes32 rtgsRef, bytes32 reason) external;

    /// @notice Ends an issue request whose time is over and gives its quota back.
    /// @dev Caller: anyone. Reverts with {IssuanceRequestNotOpen}, {IssuanceRequestNotExpired}.
    function expireIssue(uint16 institution, bytes32 rtgsRef) external;

    // ------------------------------------------------------------- redemption

    /// @notice Asks for reserves against what `terms` hold: payer an account of the institution, executor this desk, no
    /// payee, business reference = {requestId} of (Redemption, institution, rtgsRef). The hold's amount and expiry are
    /// the request's.
    /// @dev Caller: anyone; the payer consented by placing the hold. The institution may be suspended or offboarded.
    /// Reverts with the registry's InstitutionUnknown, {IssuanceTierInvalid}, {IssuanceHoldInvalid},
    /// {IssuanceReferenceMismatch}, {IssuanceHoldNotActive}, {IssuanceReferenceMissing}, {IssuanceExpiryInvalid},
    /// {IssuanceRequestExists}.
    function requestRedemption(Hold calldata terms, bytes32 rtgsRef) external returns (bytes32 id);

    /// @notice {requestRedemption}, placing the hold that the payer has signed in the same transaction.
    /// @dev Caller: anyone. A hold that somebody else has placed with the signature meanwhile serves as well. Reverts
    /// like {requestRedemption} and like the currency's placeHoldWithSignature.
    function requestRedemptionWithSignature(
        Hold calldata terms,
        bytes32 rtgsRef,
        bytes calldata holdSignature
    ) external returns (bytes32 id);

    /// @notice Completes a redemption request: what is held is destroyed.
    /// @dev Caller: anyone who carries the operator's attestation, kind 2 (see {issue}). Reverts with
    /// {IssuanceRequestNotOpen}, {IssuanceHoldMismatch}, {IssuanceReferenceMismatch}, {IssuanceRequestExpired},
    /// {IssuanceAttestationExpired}, {IssuanceAttestationInvalid}, and while the currency halts the payer.
    function redeem(Hold calldata terms, bytes32 rtgsRef, uint256 validUntil, bytes calldata signature) external;

    /// @notice Refuses a redemption request and releases its hold.
    /// @dev Caller: as {rejectIssue}. Works whether or not the hold was released at its expiry. Reverts with
    /// AccessManagedUnauthorized, {IssuanceRequestNotOpen}, {IssuanceHoldMismatch}.
    function rejectRedemption(Hold calldata terms, bytes32 reason) external;

    /// @notice Ends a redemption request whose time is over, and releases its hold if nobody has.
    /// @dev Caller: anyone. Reverts with {IssuanceRequestNotOpen}, {IssuanceHoldMismatch}, {IssuanceRequestNotExpired}.
    function expireRedemption(Hold calldata terms) external;

    // ------------------------------------------------------------- governance

    /// @notice Replaces the settlement-system operator; attestations of the previous one stop counting at once.
    /// @dev Restricted (central bank). Reverts with {IssuanceOperatorInvalid}. The present one again changes nothing.
    function setSettlementOperator(address operator) external;

    /// @notice Replaces the rate limit of all institutions. Before it is set for the first time nothing is issued.
    /// @dev Restricted (central bank). What an institution has used so far stays used and refills at the new rate,
    /// counted from its last issue. A capacity of 0 stops issue. Reverts with {IssuanceRateLimitInvalid}. The present
    /// limit again changes nothing.
    /// @param capacity Most that one institution may be issued at once, minor units.
    /// @param window Seconds in which a spent capacity is whole again.
    function setRateLimit(uint64 capacity, uint48 window) external;

    /// @notice Takes over what all institutions had issued and redeemed at the desk that this one replaces, so that
    /// quotas and Σ reserves = supply go on. Open requests stay where they are and end there, rejected or expired.
    /// @dev Restricted (central bank); once, after the predecessor's power was taken and before this desk issues.
    /// Reads every institution: about 30,000 gas for each with a position, 6,000 for each without. Reverts with
    /// {IssuancePredecessorActive}, {IssuancePositionTaken}, {IssuanceReservesMismatch}.
    function takeOver(IIssuanceDesk predecessor) external;

    // ------------------------------------------------------------------ views

    /// @notice keccak256(abi.encode(kind, institution, rtgsRef)).
    function requestId(Kind kind, uint16 institution, bytes32 rtgsRef) external pure returns (bytes32);

    /// @notice A request; all zero when there is none.
    function requestOf(bytes32 id) external view returns (Request memory);

    /// @notice What an institution has had issued, redeemed and asked for.
    function positionOf(uint16 institution) external view returns (Position memory);

    /// @notice Reserves that stand behind money by way of this institution: issued − redeemed, minor units. Negative
    /// for one that redeemed what others had issued.
    function reserveOf(uint16 institution) external view returns (int256);

    /// @notice Σ {reserveOf} over the registry. Meant to be read off chain: it reads every institution.
    function totalReserves() external view returns (int256);

    /// @notice What the institution may still ask for under its quota, minor units, whatever its standing.
    function availableQuota(uint16 institution) external view returns (uint256);

    /// @notice What the institution may be issued now under the rate limit, minor units.
    function availableRate(uint16 institution) external view returns (uint256);

    /// @notice The rate limit: minor units at once, seconds until a spent capacity is whole again.
    function rateLimit() external view returns (uint256 capacity, uint256 window);

    /// @notice Whose attestations count.
    function settlementOperator() external view returns (address);

    /// @notice The currency this desk issues.
    function currency() external view returns (address);

    /// @notice The registry that says who may ask.
    function registry() external view returns (address);
}
