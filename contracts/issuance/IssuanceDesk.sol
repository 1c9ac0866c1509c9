// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {AccountWord} from "../ledger/AccountWord.sol";
import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {IIssuanceDesk} from "./IIssuanceDesk.sol";

/// @title IssuanceDesk
/// @notice See {IIssuanceDesk}.
/// @dev Immutable. It holds the currency's power to issue; replacing it means appointing another desk, which takes over.
contract IssuanceDesk is IIssuanceDesk, AccessManaged, EIP712 {
    using RateLimiter for RateLimiter.RefillingBucket;

    bytes32 private constant ATTESTATION_TYPEHASH = keccak256(
        "ReserveAttestation(uint8 kind,uint16 institution,uint256 amount,bytes32 rtgsRef,uint256 validUntil)"
    );

    IDigitalCurrency private immutable CURRENCY;
    IHoldLedger private immutable HOLDS;
    IInstitutionRegistry private immutable REGISTRY;

    // one word a request, one a position
    mapping(bytes32 id => Request) private _requests;
    mapping(uint16 institution => Position) private _positions;
    RateLimiter.RefillingBucket private _rate;
    address private _operator;

    constructor(
        IDigitalCurrency currency_,
        IInstitutionRegistry registry_,
        address authority_,
        address settlementOperator_
    ) AccessManaged(authority_) EIP712("IssuanceDesk", "1") {
        address currencyRegistry = currency_.registry();
        require(currencyRegistry == address(registry_), IssuanceRegistryMismatch(address(registry_), currencyRegistry));
        CURRENCY = currency_;
        HOLDS = IHoldLedger(address(currency_));
        REGISTRY = registry_;
        _setSettlementOperator(settlementOperator_);
    }

    // ------------------------------------------------------------------ issue

    /// @inheritdoc IIssuanceDesk
    function requestIssue(uint64 amount, bytes32 rtgsRef, uint48 expiry) external returns (bytes32 id) {
        uint16 institution = REGISTRY.requireActive(msg.sender);
        uint64 quota = _requireOperating(institution);
        id = requestId(Kind.Issue, institution, rtgsRef);
        require(amount != 0, IssuanceAmountInvalid(id, amount));
        require(rtgsRef != 0, IssuanceReferenceMissing(id, institution));
        Position storage position = _positions[institution];
        uint256 available = _availableQuota(position, quota);
        require(amount <= available, IssuanceQuotaExceeded(institution, amount, available));

        _openRequest(id, institution, amount, expiry, 0);
        position.pending += amount;
        emit IssueRequested(id, institution, rtgsRef, msg.sender, amount, expiry);
    }

    /// @inheritdoc IIssuanceDesk
    function issue(uint16 institution, bytes32 rtgsRef, uint256 validUntil, bytes calldata signature) external {
        bytes32 id = requestId(Kind.Issue, institution, rtgsRef);
        Request memory request = _requireOpen(id);
        _requireAttested(id, Kind.Issue, request, rtgsRef, validUntil, signature);
        (uint64 quota, address account) = REGISTRY.requireActiveNumber(institution);

        _requests[id].status = Status.Completed;
        _recordIssue(institution, request.amount, quota);
        _consumeRate(institution, request.amount);
        emit IssueCompleted(id, institution, rtgsRef, account, request.amount);

        CURRENCY.issue(account, request.amount, id);
    }

    /// @inheritdoc IIssuanceDesk
    function rejectIssue(uint16 institution, bytes32 rtgsRef, bytes32 reason) external {
        _requireMayReject();
        bytes32 id = requestId(Kind.Issue, institution, rtgsRef);
        Request memory request = _requireOpen(id);

        _endIssue(id, request, Status.Rejected);
        emit RequestRejected(id, institution, msg.sender, Kind.Issue, request.amount, reason);
    }

    /// @inheritdoc IIssuanceDesk
    function expireIssue(uint16 institution, bytes32 rtgsRef) external {
        bytes32 id = requestId(Kind.Issue, institution, rtgsRef);
        Request memory request = _requireOpen(id);
        _requireTimeOver(id, request.expiry);

        _endIssue(id, request, Status.Expired);
        emit RequestExpired(id, institution, Kind.Issue, request.amount);
    }

    // ------------------------------------------------------------- redemption

    /// @inheritdoc IIssuanceDesk
    function requestRedemption(Hold calldata terms, bytes32 rtgsRef) external returns (bytes32 id) {
        return _requestRedemption(terms, rtgsRef, HOLDS.holdId(terms));
    }

    /// @inheritdoc IIssuanceDesk
    function requestRedemptionWithSignature(
        Hold calldata terms,
        bytes32 rtgsRef,
        bytes calldata holdSignature
    ) external returns (bytes32 id) {
        bytes32 holdId = HOLDS.holdId(terms);
        (, bool used) = HOLDS.holdState(holdId);
        // whoever saw the signature first may have placed the hold: that must not stop the request
        if (!used) HOLDS.placeHoldWithSignature(terms, holdSignature);
        return _requestRedemption(terms, rtgsRef, holdId);
    }

    /// @inheritdoc IIssuanceDesk
    function redeem(Hold calldata terms, bytes32 rtgsRef, uint256 validUntil, bytes calldata signature) external {
        (bytes32 id, Request memory request) = _requireOpenRedemption(terms);
        require(requestId(Kind.Redemption, request.institution, rtgsRef) == id, IssuanceReferenceMismatch(id, rtgsRef));
        _requireAttested(id, Kind.Redemption, request, rtgsRef, validUntil, signature);

        _requests[id].status = Status.Completed;
        // 2^96 is four thousand million times the largest single amount, so the sum cannot be reached
        _positions[request.institution].redeemed += request.amount;
        emit RedemptionCompleted(id, request.institution, rtgsRef, terms.payer, request.amount);

        CURRENCY.redeemHeld(terms, request.amount, id);
    }

    /// @inheritdoc IIssuanceDesk
    function rejectRedemption(Hold calldata terms, bytes32 reason) external {
        _requireMayReject();
        (bytes32 id, Request memory request) = _requireOpenRedemption(terms);

        _requests[id].status = Status.Rejected;
        emit RequestRejected(id, request.institution, msg.sender, Kind.Redemption, request.amount, reason);
        _release(terms);
    }

    /// @inheritdoc IIssuanceDesk
    function expireRedemption(Hold calldata terms) external {
        (bytes32 id, Request memory request) = _requireOpenRedemption(terms);
        _requireTimeOver(id, request.expiry);

        _requests[id].status = Status.Expired;
        emit RequestExpired(id, request.institution, Kind.Redemption, request.amount);
        _release(terms);
    }

    // ------------------------------------------------------------- governance

    /// @inheritdoc IIssuanceDesk
    function setSettlementOperator(address operator) external restricted {
        _setSettlementOperator(operator);
    }

    /// @inheritdoc IIssuanceDesk
    function setRateLimit(uint64 capacity, uint48 window) external restricted {
        require(window != 0, IssuanceRateLimitInvalid(capacity, window));
        (uint256 previousCapacity, uint256 previousWindow) = rateLimit();
        if (capacity == previousCapacity && window == previousWindow) return;
        _rate.updateSettings(window, capacity);
        emit RateLimitSet(previousCapacity, previousWindow, capacity, window);
    }

    /// @inheritdoc IIssuanceDesk
    function takeOver(IIssuanceDesk predecessor) external restricted {
        require(
            !CURRENCY.hasPower(address(predecessor), AccountWord.ISSUER),
            IssuancePredecessorActive(address(predecessor))
        );
        uint16[] memory numbers = REGISTRY.numbers(0, type(uint256).max);
        for (uint256 i = 0; i < numbers.length; ++i) {
            _takeOver(numbers[i], predecessor);
        }
        int256 reserves = totalReserves();
        uint256 supply = IERC20(address(CURRENCY)).totalSupply();
        // a supply is far below 2^255
        require(reserves == int256(supply), IssuanceReservesMismatch(reserves, supply));
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IIssuanceDesk
    function requestId(Kind kind, uint16 institution, bytes32 rtgsRef) public pure returns (bytes32) {
        return keccak256(abi.encode(kind, institution, rtgsRef));
    }

    /// @inheritdoc IIssuanceDesk
    function requestOf(bytes32 id) external view returns (Request memory) {
        return _requests[id];
    }

    /// @inheritdoc IIssuanceDesk
    function positionOf(uint16 institution) external view returns (Position memory) {
        return _positions[institution];
    }

    /// @inheritdoc IIssuanceDesk
    function reserveOf(uint16 institution) public view returns (int256) {
        Position storage position = _positions[institution];
        return int256(uint256(position.issued)) - int256(uint256(position.redeemed));
    }

    /// @inheritdoc IIssuanceDesk
    function totalReserves() public view returns (int256 total) {
        // summed and not kept: keeping it would cost every issue a storage write, for a figure that nobody needs on chain
        uint16[] memory numbers = REGISTRY.numbers(0, type(uint256).max);
        for (uint256 i = 0; i < numbers.length; ++i) {
            total += reserveOf(numbers[i]);
        }
    }

    /// @inheritdoc IIssuanceDesk
    function availableQuota(uint16 institution) external view returns (uint256) {
        return _availableQuota(_positions[institution], REGISTRY.institution(institution).quota);
    }

    /// @inheritdoc IIssuanceDesk
    function availableRate(uint16 institution) external view returns (uint256) {
        return _rate.available(_rateKey(institution));
    }

    /// @inheritdoc IIssuanceDesk
    function rateLimit() public view returns (uint256 capacity, uint256 window) {
        return (_rate._capacity, _rate._window);
    }

    /// @inheritdoc IIssuanceDesk
    function settlementOperator() external view returns (address) {
        return _operator;
    }

    /// @inheritdoc IIssuanceDesk
    function currency() external view returns (address) {
        return address(CURRENCY);
    }

    /// @inheritdoc IIssuanceDesk
    function registry() external view returns (address) {
        return address(REGISTRY);
    }

    // --------------------------------------------------------------- requests

    function _requestRedemption(Hold calldata terms, bytes32 rtgsRef, bytes32 holdId) private returns (bytes32 id) {
        uint16 institution = REGISTRY.institutionOf(terms.payer);
        _requireOperating(institution);
        id = terms.businessRef;
        require(requestId(Kind.Redemption, institution, rtgsRef) == id, IssuanceReferenceMismatch(id, rtgsRef));
        require(terms.executor == address(this) && terms.payee == address(0), IssuanceHoldInvalid(id, holdId));
        // the desk alone could have captured part of it, and never does
        (uint256 remaining, ) = HOLDS.holdState(holdId);
        require(remaining != 0, IssuanceHoldNotActive(id, holdId));

        require(rtgsRef != 0, IssuanceReferenceMissing(id, institution));
        // the ledger holds at most 2^64 − 1 under an expiry of at most 48 bits, so neither cast cuts anything
        _openRequest(id, institution, uint64(remaining), uint48(terms.expiry), _mark(holdId));
        emit RedemptionRequested(id, institution, rtgsRef, terms.payer, holdId, remaining, terms.expiry);
    }

    function _openRequest(bytes32 id, uint16 institution, uint64 amount, uint48 expiry, uint120 holdMark) private {
        require(expiry > block.timestamp, IssuanceExpiryInvalid(id, expiry, block.timestamp));
        Status status = _requests[id].status;
        require(status == Status.None, IssuanceRequestExists(id, status));
        _requests[id] = Request(institution, amount, expiry, Status.Requested, holdMark);
    }

    function _endIssue(bytes32 id, Request memory request, Status status) private {
        _requests[id].status = status;
        _positions[request.institution].pending -= request.amount;
    }

    function _recordIssue(uint16 institution, uint64 amount, uint64 quota) private {
        Position memory position = _positions[institution];
        // the quota may have been lowered since the request took its part of it
        uint256 ceiling = uint256(quota) + position.redeemed;
        uint256 available = Math.saturatingSub(ceiling, position.issued);
        require(amount <= available, IssuanceQuotaExceeded(institution, amount, available));
        // 2^96 is four thousand million times the largest single amount, so the sum cannot be reached
        position.issued += amount;
        position.pending -= amount;
        _positions[institution] = position;
    }

    function _consumeRate(uint16 institution, uint256 amount) private {
        bytes32 key = _rateKey(institution);
        if (_rate.tryConsume(key, amount)) return;
        revert IssuanceRateExceeded(institution, amount, _rate.available(key));
    }

    function _release(Hold calldata terms) private {
        // from the expiry on anyone may have released the hold in the currency itself
        (uint256 remaining, ) = HOLDS.holdState(HOLDS.holdId(terms));
        if (remaining != 0) HOLDS.releaseHold(terms);
    }

    function _takeOver(uint16 institution, IIssuanceDesk predecessor) private {
        Position memory past = predecessor.positionOf(institution);
        if (past.issued == 0 && past.redeemed == 0) return;
        Position storage position = _positions[institution];
        require(
            position.issued == 0 && position.redeemed == 0,
            IssuancePositionTaken(institution, position.issued, position.redeemed)
        );
        (position.issued, position.redeemed) = (past.issued, past.redeemed);
        emit PositionTakenOver(institution, address(predecessor), past.issued, past.redeemed);
    }

    function _setSettlementOperator(address operator) private {
        require(operator != address(0), IssuanceOperatorInvalid(operator));
        address previous = _operator;
        if (operator == previous) return;
        _operator = operator;
        emit SettlementOperatorSet(previous, operator);
    }

    // ----------------------------------------------------------------- checks

    function _requireOpen(bytes32 id) private view returns (Request memory request) {
        request = _requests[id];
        require(request.status == Status.Requested, IssuanceRequestNotOpen(id, request.status));
    }

    function _requireOpenRedemption(Hold calldata terms) private view returns (bytes32 id, Request memory request) {
        id = terms.businessRef;
        request = _requireOpen(id);
        bytes32 holdId = HOLDS.holdId(terms);
        require(request.holdMark == _mark(holdId), IssuanceHoldMismatch(id, holdId));
    }

    function _requireAttested(
        bytes32 id,
        Kind kind,
        Request memory request,
        bytes32 rtgsRef,
        uint256 validUntil,
        bytes calldata signature
    ) private view {
        require(block.timestamp < request.expiry, IssuanceRequestExpired(id, request.expiry, block.timestamp));
        require(block.timestamp <= validUntil, IssuanceAttestationExpired(id, validUntil, block.timestamp));
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(ATTESTATION_TYPEHASH, kind, request.institution, request.amount, rtgsRef, validUntil))
        );
        address operator = _operator;
        require(Signatures.isValid(operator, digest, signature), IssuanceAttestationInvalid(id, operator));
    }

    function _requireTimeOver(bytes32 id, uint256 expiry) private view {
        require(block.timestamp >= expiry, IssuanceRequestNotExpired(id, expiry, block.timestamp));
    }

    function _requireOperating(uint16 number) private view returns (uint64 quota) {
        IInstitutionRegistry.Institution memory institution = REGISTRY.institution(number);
        require(
            institution.status != IInstitutionRegistry.Status.None,
            IInstitutionRegistry.InstitutionUnknown(number)
        );
        require(institution.tier == IInstitutionRegistry.Tier.Operating, IssuanceTierInvalid(number, institution.tier));
        return institution.quota;
    }

    function _requireMayReject() private {
        if (msg.sender != _operator) _checkCanCall(msg.sender, msg.data);
    }

    function _availableQuota(Position storage position, uint256 quota) private view returns (uint256) {
        uint256 pending = position.pending;
        uint256 room = Math.saturatingSub(quota + position.redeemed, position.issued + pending);
        // an institution that has redeemed much more than it was issued could otherwise ask for more than 64 bits
        return Math.min(room, type(uint64).max - pending);
    }

    function _rateKey(uint16 institution) private pure returns (bytes32) {
        return bytes32(uint256(institution));
    }

    /// @dev A hold's id cut to what a request has room for. Finding other terms with the same 120 bits is out of reach.
    function _mark(bytes32 holdId) private pure returns (uint120) {
        return uint120(uint256(holdId));
    }
}
