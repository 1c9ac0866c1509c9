// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {ISettlementEngine, Instruction, Leg} from "../settlement/ISettlementEngine.sol";
import {IRental, Lease, LeaseState, LeaseStatus, RentalTitle, UnitProtocol, UnitTitle} from "./IRental.sol";

/// @title Rental
/// @notice See {IRental}.
/// @dev A lease's state is one word; its terms come with each call and are recognised by their digest.
contract Rental is IRental, AccessManaged, EIP712 {
    bytes32 private constant TITLE_TYPEHASH = keccak256(
        "RentalTitle(bytes32 unit,uint32 revision,address owner,uint48 notAfter,bytes32 document)"
    );
    bytes32 private constant LEASE_TYPEHASH = keccak256(
        "Lease(bytes32 unit,address landlord,address tenant,uint64 rent,uint64 deposit,uint48 start,uint32 period,uint16 periods,uint16 arrearsLimit,address arbiter,uint32 inspection,uint32 arbitration,bytes32 contractHash,uint48 notAfter,bytes32 salt)"
    );
    bytes32 private constant PROTOCOL_TYPEHASH = keccak256(
        "UnitProtocol(bytes32 lease,bool returned,bytes32 protocol)"
    );
    /// @dev What a reference of {owedInstruction} counts instead of a period.
    uint256 private constant OWED = type(uint256).max;
    uint256 private constant ENTRY_ADDRESS_SHIFT = 96;

    /// @inheritdoc IRental
    uint256 public constant HANDOVER_GRACE = 7 days;
    /// @inheritdoc IRental
    uint256 public constant RETURN_GRACE = 30 days;

    /// @inheritdoc IRental
    address public immutable CURRENCY;
    /// @inheritdoc IRental
    address public immutable ENGINE;
    IDigitalCurrency private immutable MONEY;

    mapping(address attestor => bool) private _attestors;
    mapping(bytes32 unit => UnitTitle) private _titles;
    mapping(bytes32 unit => uint256 until) private _occupied;
    mapping(bytes32 lease => LeaseState) private _leases;

    /// @param currency_ Its authority is this contract's, too.
    constructor(
        IDigitalCurrency currency_,
        ISettlementEngine engine_
    ) AccessManaged(currency_.authority()) EIP712("Rental", "1") {
        CURRENCY = address(currency_);
        MONEY = currency_;
        ENGINE = address(engine_);
    }

    // -------------------------------------------------------- title and listing

    /// @inheritdoc IRental
    function setAttestor(address attestor, bool admitted, bytes32 legalBasis) external restricted {
        require(legalBasis != 0, RentalLegalBasisMissing(attestor));
        if (_attestors[attestor] == admitted) return;
        _attestors[attestor] = admitted;
        emit AttestorSet(attestor, admitted, legalBasis);
    }

    /// @inheritdoc IRental
    function attestTitle(RentalTitle calldata title, address attestor, bytes calldata signature) external {
        bytes32 unit = title.unit;
        _requireAttestor(attestor);
        require(
            unit != 0 && title.owner != address(0) && title.document != 0 && block.timestamp <= title.notAfter,
            RentalTitleInvalid(unit)
        );
        uint256 current = _titles[unit].revision;
        require(title.revision > current, RentalTitleStale(unit, title.revision, current));
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(TITLE_TYPEHASH, title)));
        require(Signatures.isValid(attestor, digest, signature), RentalSignatureInvalid(digest, attestor));
        _titles[unit] = UnitTitle(title.owner, title.notAfter, title.revision, false, false);
        emit TitleAttested(unit, title.owner, attestor, title.revision, title.notAfter, title.document);
    }

    /// @inheritdoc IRental
    function revokeTitle(bytes32 unit, bytes32 reason) external {
        _requireAttestor(msg.sender);
        UnitTitle memory title = _titles[unit];
        require(title.revision != 0 && !title.revoked, RentalTitleMissing(unit, title.owner));
        (title.revoked, title.listed) = (true, false);
        _titles[unit] = title;
        emit TitleRevoked(unit, msg.sender, title.revision, reason);
    }

    /// @inheritdoc IRental
    function listUnit(bytes32 unit, uint64 rent, uint64 deposit, bytes32 details) external {
        _requireTitle(unit, msg.sender);
        _titles[unit].listed = true;
        emit UnitListed(unit, msg.sender, rent, deposit, details);
    }

    /// @inheritdoc IRental
    function unlistUnit(bytes32 unit) external {
        UnitTitle memory title = _titles[unit];
        require(msg.sender == title.owner, RentalCallerInvalid(unit, msg.sender));
        require(title.listed, RentalUnitNotListed(unit));
        _titles[unit].listed = false;
        emit UnitUnlisted(unit, msg.sender);
    }

    // -------------------------------------------------------------------- lease

    /// @inheritdoc IRental
    function signLease(
        Lease calldata lease,
        bytes calldata landlordSignature,
        bytes calldata tenantSignature,
        bytes calldata holdSignature
    ) external returns (bytes32 id) {
        id = leaseId(lease);
        _requireStatus(id, LeaseStatus.None);
        require(_isSound(lease), RentalLeaseInvalid(id));
        require(
            block.timestamp <= lease.notAfter && block.timestamp <= lease.start,
            RentalLeaseExpired(id, Math.min(lease.notAfter, lease.start), block.timestamp)
        );
        _requireTitle(lease.unit, lease.landlord);
        require(_titles[lease.unit].listed, RentalUnitNotListed(lease.unit));
        uint256 until = _occupied[lease.unit];
        require(lease.start >= until, RentalUnitOccupied(lease.unit, until, lease.start));
        if (msg.sender != lease.landlord) _requireSigned(id, lease.landlord, landlordSignature);
        if (msg.sender != lease.tenant) _requireSigned(id, lease.tenant, tenantSignature);

        _titles[lease.unit].listed = false;
        _occupied[lease.unit] = _end(lease);
        _leases[id].status = LeaseStatus.Signed;
        emit LeaseSigned(id, lease.landlord, lease.tenant, lease);
        _place(_deposit(id, lease), holdSignature);
    }

    /// @inheritdoc IRental
    function rescind(Lease calldata lease) external {
        bytes32 id = leaseId(lease);
        _requireStatus(id, LeaseStatus.Signed);
        if (msg.sender != lease.landlord) {
            require(msg.sender == lease.tenant, RentalCallerInvalid(id, msg.sender));
            _requireFrom(id, uint256(lease.start) + HANDOVER_GRACE);
        }
        _leases[id].status = LeaseStatus.Rescinded;
        _vacate(lease);
        emit LeaseRescinded(id, msg.sender);
        _free(_deposit(id, lease));
    }

    /// @inheritdoc IRental
    function handOver(Lease calldata lease, bytes32 protocol, bytes calldata counterSignature) external {
        bytes32 id = leaseId(lease);
        _requireStatus(id, LeaseStatus.Signed);
        _requireProtocol(lease, UnitProtocol(id, false, protocol), counterSignature);
        _leases[id].status = LeaseStatus.Running;
        emit UnitHandedOver(id, protocol);
    }

    /// @inheritdoc IRental
    function payRent(
        Lease calldata lease,
        bytes32 salt,
        bytes calldata consent
    ) external returns (bytes32 instruction) {
        bytes32 id = leaseId(lease);
        LeaseState memory state = _requireStatus(id, LeaseStatus.Running);
        require(state.paid < lease.periods, RentalRentComplete(id, lease.periods));
        if (msg.sender != lease.tenant) {
            _requireFrom(id, lease.start + uint256(state.paid) * lease.period);
        }
        uint256 period = state.paid;
        ++state.paid;
        _leases[id] = state;
        instruction = _settle(_instruction(id, lease, period, lease.rent, salt), consent);
        emit RentPaid(id, period, instruction);
    }

    /// @inheritdoc IRental
    function returnUnit(Lease calldata lease, bytes32 protocol, bytes calldata counterSignature) external {
        bytes32 id = leaseId(lease);
        LeaseState memory state = _requireStatus(id, LeaseStatus.Running);
        uint256 arrears = _arrears(lease, state.paid, block.timestamp);
        bool alone =
            (msg.sender == lease.landlord && arrears >= lease.arrearsLimit) ||
                ((msg.sender == lease.landlord || msg.sender == lease.tenant) && block.timestamp >= _end(lease));
        if (!alone || counterSignature.length != 0) {
            _requireProtocol(lease, UnitProtocol(id, true, protocol), counterSignature);
        } else {
            _requireHash(id, protocol);
        }
        state.status = LeaseStatus.Returned;
        state.deadline = uint48(block.timestamp + lease.inspection);
        _leases[id] = state;
        _vacate(lease);
        emit UnitReturned(id, msg.sender, counterSignature.length != 0, protocol, arrears, state.deadline);
    }

    // ------------------------------------------------------------------ deposit

    /// @inheritdoc IRental
    function claimDeduction(Lease calldata lease, uint64 amount, bytes32 evidence) external {
        bytes32 id = leaseId(lease);
        LeaseState memory state = _requireStatus(id, LeaseStatus.Returned);
        _requireCaller(id, lease.landlord);
        _requireUntil(id, state.deadline);
        _requireUntil(id, _expiry(lease) - lease.inspection - lease.arbitration);
        require(amount != 0 && amount <= lease.deposit, RentalAmountInvalid(id, amount, lease.deposit));
        _requireHash(id, evidence);
        (state.status, state.claimed) = (LeaseStatus.Claimed, amount);
        state.deadline = uint48(block.timestamp + lease.inspection);
        _leases[id] = state;
        emit DeductionClaimed(id, amount, evidence, state.deadline);
    }

    /// @inheritdoc IRental
    function acceptDeduction(Lease calldata lease) external {
        bytes32 id = leaseId(lease);
        LeaseState memory state = _leases[id];
        require(
            state.status == LeaseStatus.Claimed || state.status == LeaseStatus.Disputed,
            RentalStatusInvalid(id, state.status)
        );
        _requireCaller(id, lease.tenant);
        _close(id, lease, state, state.claimed);
    }

    /// @inheritdoc IRental
    function disputeDeduction(Lease calldata lease, bytes32 evidence) external {
        bytes32 id = leaseId(lease);
        LeaseState memory state = _requireStatus(id, LeaseStatus.Claimed);
        require(msg.sender == lease.landlord || msg.sender == lease.tenant, RentalCallerInvalid(id, msg.sender));
        _requireUntil(id, state.deadline);
        _requireHash(id, evidence);
        state.status = LeaseStatus.Disputed;
        state.deadline = uint48(block.timestamp + lease.arbitration);
        _leases[id] = state;
        emit DeductionDisputed(id, msg.sender, evidence, state.deadline);
    }

    /// @inheritdoc IRental
    function ruleDeduction(Lease calldata lease, uint64 amount, bytes32 reason) external {
        bytes32 id = leaseId(lease);
        LeaseState memory state = _requireStatus(id, LeaseStatus.Disputed);
        _requireCaller(id, lease.arbiter);
        _requireUntil(id, state.deadline);
        require(amount <= state.claimed, RentalAmountInvalid(id, amount, state.claimed));
        emit DeductionRuled(id, msg.sender, amount, reason);
        _close(id, lease, state, amount);
    }

    /// @inheritdoc IRental
    function settleDeposit(Lease calldata lease) external {
        bytes32 id = leaseId(lease);
        LeaseState memory state = _leases[id];
        uint256 expiry = _expiry(lease);
        if (state.status == LeaseStatus.Running) {
            _vacate(lease);
            state.deadline = uint48(expiry);
        } else {
            require(
                state.status == LeaseStatus.Returned ||
                    state.status == LeaseStatus.Claimed ||
                    state.status == LeaseStatus.Disputed,
                RentalStatusInvalid(id, state.status)
            );
        }
        _requireFrom(id, Math.min(state.deadline, expiry));
        _close(id, lease, state, 0);
    }

    /// @inheritdoc IRental
    function payOwed(
        Lease calldata lease,
        bytes32 salt,
        bytes calldata consent
    ) external returns (bytes32 instruction) {
        bytes32 id = leaseId(lease);
        uint256 owed = _leases[id].owed;
        require(owed != 0, RentalNothingOwed(id));
        _leases[id].owed = 0;
        instruction = _settle(_instruction(id, lease, OWED, owed, salt), consent);
        emit OwedPaid(id, owed, instruction);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IRental
    function leaseId(Lease calldata lease) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(LEASE_TYPEHASH, lease)));
    }

    /// @inheritdoc IRental
    function depositOf(Lease calldata lease) external view returns (Hold memory) {
        return _deposit(leaseId(lease), lease);
    }

    /// @inheritdoc IRental
    function rentInstruction(
        Lease calldata lease,
        uint256 period,
        bytes32 salt
    ) external view returns (Instruction memory) {
        return _instruction(leaseId(lease), lease, period, lease.rent, salt);
    }

    /// @inheritdoc IRental
    function owedInstruction(
        Lease calldata lease,
        uint256 amount,
        bytes32 salt
    ) external view returns (Instruction memory) {
        return _instruction(leaseId(lease), lease, OWED, amount, salt);
    }

    /// @inheritdoc IRental
    function leaseStateOf(bytes32 id) external view returns (LeaseState memory) {
        return _leases[id];
    }

    /// @inheritdoc IRental
    function arrearsOf(Lease calldata lease, uint256 time) external view returns (uint256) {
        return _arrears(lease, _leases[leaseId(lease)].paid, time);
    }

    /// @inheritdoc IRental
    function titleOf(bytes32 unit) external view returns (UnitTitle memory) {
        return _titles[unit];
    }

    /// @inheritdoc IRental
    function occupiedUntil(bytes32 unit) external view returns (uint256) {
        return _occupied[unit];
    }

    /// @inheritdoc IRental
    function isListed(bytes32 unit) external view returns (bool) {
        return _titles[unit].listed && _isValid(_titles[unit]);
    }

    /// @inheritdoc IRental
    function isAttestor(address attestor) external view returns (bool) {
        return _attestors[attestor];
    }

    // ---------------------------------------------------------------- internals

    /// @dev Anyone who sees the tenant's signature may place the hold at the ledger first; that must not stop the lease.
    function _place(Hold memory hold, bytes calldata holdSignature) private {
        (uint256 remaining, ) = MONEY.holdState(MONEY.holdId(hold));
        if (remaining != 0) return;
        if (holdSignature.length != 0) MONEY.placeHoldWithSignature(hold, holdSignature);
        else MONEY.placeHoldFrom(hold);
    }

    /// @dev Whatever is left; after the expiry anyone may have freed it at the ledger itself.
    function _free(Hold memory hold) private {
        (uint256 remaining, ) = MONEY.holdState(MONEY.holdId(hold));
        if (remaining != 0) MONEY.releaseHold(hold);
    }

    /// @dev The one place that divides a deposit.
    function _close(bytes32 id, Lease calldata lease, LeaseState memory state, uint256 deduction) private {
        Hold memory hold = _deposit(id, lease);
        state.status = LeaseStatus.Settled;
        _leases[id] = state;
        uint256 deducted;
        if (deduction != 0) {
            uint256[] memory entries = new uint256[](1);
            entries[0] = (uint256(uint160(lease.landlord)) << ENTRY_ADDRESS_SHIFT) | deduction;
            (deducted, ) = MONEY.captureHoldToMany(hold, entries);
            // nothing else runs in between; only now it is known whether the landlord could be paid
            if (deducted == 0) _leases[id].owed = uint64(deduction);
        }
        emit DepositSettled(id, lease.tenant, lease.deposit - deducted, deducted, deduction - deducted);
        _free(hold);
    }

    /// @dev The unit is free again before the end of the term; never before the end of the lease before.
    function _vacate(Lease calldata lease) private {
        uint256 end = _end(lease);
        // a later lease may be on record already
        if (block.timestamp < end && _occupied[lease.unit] == end) {
            _occupied[lease.unit] = Math.max(block.timestamp, lease.start);
        }
    }

    function _settle(Instruction memory instruction, bytes calldata consent) private returns (bytes32) {
        bytes[] memory consents = new bytes[](1);
        consents[0] = consent;
        return ISettlementEngine(ENGINE).settle(instruction, consents, new Hold[](0));
    }

    function _instruction(
        bytes32 id,
        Lease calldata lease,
        uint256 period,
        uint256 amount,
        bytes32 salt
    ) private view returns (Instruction memory) {
        Leg[] memory legs = new Leg[](1);
        legs[0] = Leg(CURRENCY, lease.tenant, lease.landlord, amount);
        // the salt: a tenant that ended a reference at the engine could never pay that period otherwise
        return Instruction(keccak256(abi.encode(id, period, salt)), 0, type(uint48).max, false, legs);
    }

    function _deposit(bytes32 id, Lease calldata lease) private view returns (Hold memory) {
        return Hold(lease.tenant, address(0), address(this), lease.deposit, _expiry(lease), id);
    }

    function _end(Lease calldata lease) private pure returns (uint256) {
        return lease.start + uint256(lease.period) * lease.periods;
    }

    function _expiry(Lease calldata lease) private pure returns (uint256) {
        return _end(lease) + RETURN_GRACE + 2 * uint256(lease.inspection) + lease.arbitration;
    }

    function _arrears(Lease calldata lease, uint256 paid, uint256 time) private pure returns (uint256) {
        if (time < lease.start) return 0;
        uint256 due = Math.min((time - lease.start) / lease.period + 1, lease.periods);
        return Math.saturatingSub(due, paid);
    }

    /// @dev What a lease has to be, whoever signed it.
    function _isSound(Lease calldata lease) private pure returns (bool) {
        return
            lease.landlord != lease.tenant &&
            lease.arbiter != address(0) &&
            lease.arbiter != lease.landlord &&
            lease.arbiter != lease.tenant &&
            lease.rent != 0 &&
            lease.deposit != 0 &&
            lease.period >= 1 days &&
            lease.periods != 0 &&
            lease.arrearsLimit != 0 &&
            lease.inspection >= 1 days &&
            lease.arbitration >= 1 days &&
            lease.contractHash != 0 &&
            _expiry(lease) < type(uint48).max;
    }

    function _isValid(UnitTitle memory title) private view returns (bool) {
        return !title.revoked && block.timestamp <= title.notAfter;
    }

    // ------------------------------------------------------------------- checks

    function _requireAttestor(address attestor) private view {
        require(_attestors[attestor], RentalAttestorUnknown(attestor));
    }

    function _requireTitle(bytes32 unit, address owner) private view {
        UnitTitle memory title = _titles[unit];
        require(title.owner == owner && _isValid(title), RentalTitleMissing(unit, owner));
    }

    function _requireStatus(bytes32 id, LeaseStatus needed) private view returns (LeaseState memory state) {
        state = _leases[id];
        require(state.status == needed, RentalStatusInvalid(id, state.status));
    }

    /// @dev Landlord or tenant calls, and the other has signed.
    function _requireProtocol(
        Lease calldata lease,
        UnitProtocol memory protocol,
        bytes calldata counterSignature
    ) private view {
        bytes32 id = protocol.lease;
        require(msg.sender == lease.landlord || msg.sender == lease.tenant, RentalCallerInvalid(id, msg.sender));
        _requireHash(id, protocol.protocol);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(PROTOCOL_TYPEHASH, protocol)));
        _requireSigned(digest, msg.sender == lease.landlord ? lease.tenant : lease.landlord, counterSignature);
    }

    function _requireSigned(bytes32 subject, address signer, bytes calldata signature) private view {
        require(Signatures.isValid(signer, subject, signature), RentalSignatureInvalid(subject, signer));
    }

    function _requireCaller(bytes32 id, address expected) private view {
        require(msg.sender == expected, RentalCallerInvalid(id, msg.sender));
    }

    /// @dev `from` is the first moment.
    function _requireFrom(bytes32 id, uint256 from) private view {
        require(block.timestamp >= from, RentalTooEarly(id, from, block.timestamp));
    }

    /// @dev `until` is the first moment after.
    function _requireUntil(bytes32 id, uint256 until) private view {
        require(block.timestamp < until, RentalTooLate(id, until, block.timestamp));
    }

    function _requireHash(bytes32 subject, bytes32 hash) private pure {
        require(hash != 0, RentalHashMissing(subject));
    }
}
