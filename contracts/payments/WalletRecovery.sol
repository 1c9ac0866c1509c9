// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IRetailCurrency} from "../currency/IRetailCurrency.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {IWalletRecovery, Recovery, RecoveryObjection, RecoveryStatus} from "./IWalletRecovery.sol";

/// @title WalletRecovery
/// @notice See {IWalletRecovery}.
contract WalletRecovery is IWalletRecovery, EIP712 {
    bytes32 private constant OBJECTION_TYPEHASH = keccak256("RecoveryObjection(address wallet,uint32 round)");

    /// @inheritdoc IWalletRecovery
    uint256 public constant DELAY = 7 days;

    /// @inheritdoc IWalletRecovery
    address public immutable CURRENCY;
    IRetailCurrency private immutable MONEY;
    IInstitutionRegistry private immutable REGISTRY;

    mapping(address wallet => Recovery) private _recoveries;

    constructor(IRetailCurrency currency_) EIP712("WalletRecovery", "1") {
        CURRENCY = address(currency_);
        MONEY = currency_;
        REGISTRY = IInstitutionRegistry(currency_.registry());
    }

    // ---------------------------------------------------------- the institution

    /// @inheritdoc IWalletRecovery
    function propose(address wallet, address successor, bytes32 evidence) external {
        uint16 institution = REGISTRY.requireOperating(msg.sender);
        Recovery storage recovery = _recoveries[wallet];
        _requireStatus(
            wallet,
            recovery.status != RecoveryStatus.Proposed && recovery.status != RecoveryStatus.Approved
        );
        require(evidence != 0, RecoveryEvidenceMissing(wallet));
        _requireSamePerson(wallet, successor, institution);
        _requireConsent(wallet);
        uint32 round = recovery.round + 1;
        _recoveries[wallet] = Recovery(successor, 0, RecoveryStatus.Proposed, msg.sender, institution, round);
        emit RecoveryProposed(wallet, successor, institution, msg.sender, round, evidence);
    }

    /// @inheritdoc IWalletRecovery
    function approve(address wallet) external {
        uint16 institution = REGISTRY.requireOperating(msg.sender);
        Recovery storage recovery = _recoveries[wallet];
        _requireStatus(wallet, recovery.status == RecoveryStatus.Proposed);
        require(institution == recovery.institution, RecoveryNotSponsored(wallet, recovery.institution, institution));
        require(msg.sender != recovery.proposer, RecoverySecondKeyMissing(wallet, msg.sender));
        uint256 due = block.timestamp + DELAY;
        (recovery.status, recovery.due) = (RecoveryStatus.Approved, uint48(due));
        emit RecoveryApproved(wallet, msg.sender, due);
    }

    /// @inheritdoc IWalletRecovery
    function withdraw(address wallet) external {
        uint16 proposed = _recoveries[wallet].institution;
        uint16 institution = REGISTRY.institutionOf(msg.sender);
        // 0 passes where nothing was proposed, and there is nothing to cancel then
        require(institution == proposed, RecoveryNotSponsored(wallet, proposed, institution));
        _cancel(wallet);
        emit RecoveryWithdrawn(wallet, msg.sender);
    }

    // -------------------------------------------------------------- the old key

    /// @inheritdoc IWalletRecovery
    function object() external {
        _object(msg.sender);
    }

    /// @inheritdoc IWalletRecovery
    function objectWithSignature(RecoveryObjection calldata objection, bytes calldata signature) external {
        (address wallet, uint32 round) = (objection.wallet, objection.round);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(OBJECTION_TYPEHASH, wallet, round)));
        require(
            round == _recoveries[wallet].round && Signatures.isValid(wallet, digest, signature),
            RecoveryObjectionInvalid(wallet, round)
        );
        _object(wallet);
    }

    // ------------------------------------------------------------------- anyone

    /// @inheritdoc IWalletRecovery
    function recover(address wallet) external returns (uint256 amount) {
        Recovery storage recovery = _recoveries[wallet];
        (address successor, RecoveryStatus status, uint256 due) = (recovery.successor, recovery.status, recovery.due);
        _requireStatus(wallet, status == RecoveryStatus.Approved || status == RecoveryStatus.Effective);
        require(block.timestamp >= due, RecoveryNotDue(wallet, due, block.timestamp));
        _requireSamePerson(wallet, successor, recovery.institution);
        _requireConsent(wallet);
        (uint256 spendable, uint256 room) = movable(wallet);
        amount = Math.min(spendable, room);
        require(amount != 0, RecoveryNothingMovable(wallet, spendable, room));

        recovery.status = RecoveryStatus.Effective;
        emit WalletRecovered(wallet, successor, amount);
        // no hold: one would be counted, whoever it is for; what a person moves to itself is not
        MONEY.transferFrom(wallet, successor, amount);
    }

    /// @inheritdoc IWalletRecovery
    function recoveryOf(address wallet) external view returns (Recovery memory) {
        return _recoveries[wallet];
    }

    /// @inheritdoc IWalletRecovery
    function movable(address wallet) public view returns (uint256 spendable, uint256 room) {
        address successor = _recoveries[wallet].successor;
        (uint8 walletClass, , , ) = MONEY.walletOf(successor);
        (uint256 cap, uint256 balance) = (MONEY.classLimits(walletClass).balance, MONEY.balanceOf(successor));
        // a class lowered since may leave less than nothing
        room = cap > balance ? cap - balance : 0;
        spendable = MONEY.spendableOf(wallet);
    }

    // ---------------------------------------------------------------- internals

    function _object(address wallet) private {
        _cancel(wallet);
        emit RecoveryObjected(wallet, _recoveries[wallet].round);
    }

    /// @dev The one place that ends a recovery before anything has moved.
    function _cancel(address wallet) private {
        Recovery storage recovery = _recoveries[wallet];
        _requireStatus(
            wallet,
            recovery.status == RecoveryStatus.Proposed || recovery.status == RecoveryStatus.Approved
        );
        recovery.status = RecoveryStatus.Cancelled;
    }

    function _requireSamePerson(address wallet, address successor, uint16 institution) private view {
        (, uint16 sponsor, , ) = MONEY.walletOf(wallet);
        bytes32 identity = MONEY.identityOf(wallet);
        // institutions' own accounts have wallets, too, but nobody's identity
        require(sponsor == institution && identity != 0, RecoveryNotSponsored(wallet, sponsor, institution));
        (, sponsor, , ) = MONEY.walletOf(successor);
        require(
            successor != wallet && sponsor == institution && MONEY.identityOf(successor) == identity,
            RecoverySuccessorInvalid(wallet, successor)
        );
        // counted with the old one's payments, and no sub-wallet, whose key may be somebody else's
        uint256 family = MONEY.familyOf(wallet);
        (address parent, , , ) = MONEY.subWalletOf(successor);
        require(
            family != 0 && MONEY.familyOf(successor) == family && parent == address(0),
            RecoverySuccessorInvalid(wallet, successor)
        );
    }

    function _requireConsent(address wallet) private view {
        require(MONEY.allowance(wallet, address(this)) == type(uint256).max, RecoveryConsentMissing(wallet));
    }

    function _requireStatus(address wallet, bool isRight) private view {
        require(isRight, RecoveryStatusInvalid(wallet, _recoveries[wallet].status));
    }
}
