// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {IMerchantDirectory, Merchant} from "./IMerchantDirectory.sol";
import {PurposeRules} from "./PurposeRules.sol";

/// @title MerchantDirectory
/// @notice See {IMerchantDirectory}.
/// @dev A merchant is one storage word; its evidence is in the log.
contract MerchantDirectory is IMerchantDirectory, AccessManaged {
    /// @inheritdoc IMerchantDirectory
    address public immutable CURRENCY;
    IDigitalCurrency private immutable MONEY;
    IInstitutionRegistry private immutable REGISTRY;

    mapping(address merchant => Merchant) private _merchants;

    /// @param currency_ Its authority is this contract's, too.
    constructor(IDigitalCurrency currency_) AccessManaged(currency_.authority()) {
        CURRENCY = address(currency_);
        MONEY = currency_;
        REGISTRY = IInstitutionRegistry(currency_.registry());
    }

    modifier withReason(address merchant, bytes32 reason) {
        require(reason != 0, MerchantEvidenceMissing(merchant));
        _;
    }

    /// @inheritdoc IMerchantDirectory
    function registerMerchant(
        address merchant,
        uint16 category,
        uint24 region,
        bytes32 evidence
    ) external withReason(merchant, evidence) {
        uint16 institution = REGISTRY.requireActive(msg.sender);
        require(
            PurposeRules.isCategory(category) && PurposeRules.isRegion(region),
            MerchantCodesInvalid(merchant, category, region)
        );
        require(MONEY.identityOf(merchant) != 0, MerchantIdentityMissing(merchant));
        Merchant storage entry = _merchants[merchant];
        uint16 acquirer = entry.acquirer;
        require(acquirer == 0 || acquirer == institution, MerchantNotAcquired(merchant, acquirer, institution));
        (entry.acquirer, entry.category, entry.region) = (institution, category, region);
        emit MerchantRegistered(merchant, institution, category, region, evidence);
    }

    /// @inheritdoc IMerchantDirectory
    function setSuspended(address merchant, bool suspended, bytes32 reason) external withReason(merchant, reason) {
        uint16 acquirer = _requireAcquirer(merchant);
        // a stop is the acquirer's whatever its standing; business is for active institutions
        if (!suspended) REGISTRY.requireActive(msg.sender);
        if (_merchants[merchant].suspended == suspended) return;
        _merchants[merchant].suspended = suspended;
        emit MerchantSuspensionSet(merchant, acquirer, msg.sender, suspended, reason);
    }

    /// @inheritdoc IMerchantDirectory
    function removeMerchant(address merchant, bytes32 reason) external withReason(merchant, reason) {
        uint16 acquirer = _requireAcquirer(merchant);
        _merchants[merchant] = Merchant(0, 0, 0, false, _merchants[merchant].barred);
        emit MerchantRemoved(merchant, acquirer, msg.sender, reason);
    }

    /// @inheritdoc IMerchantDirectory
    function barMerchant(address merchant, bytes32 legalBasis) external restricted withReason(merchant, legalBasis) {
        if (_merchants[merchant].barred) return;
        _merchants[merchant].barred = true;
        emit MerchantBarred(merchant, msg.sender, legalBasis);
    }

    /// @inheritdoc IMerchantDirectory
    function unbarMerchant(address merchant, bytes32 legalBasis) external restricted withReason(merchant, legalBasis) {
        if (!_merchants[merchant].barred) return;
        _merchants[merchant].barred = false;
        emit MerchantUnbarred(merchant, msg.sender, legalBasis);
    }

    /// @inheritdoc IMerchantDirectory
    function requireEligible(address merchant) external view returns (uint16 category, uint24 region) {
        Merchant memory entry = _merchants[merchant];
        require(
            entry.acquirer != 0 && !entry.suspended && !entry.barred,
            MerchantNotEligible(merchant, entry.acquirer, entry.suspended, entry.barred)
        );
        REGISTRY.requireActiveNumber(entry.acquirer);
        return (entry.category, entry.region);
    }

    /// @inheritdoc IMerchantDirectory
    function merchantOf(address merchant) external view returns (Merchant memory) {
        return _merchants[merchant];
    }

    function _requireAcquirer(address merchant) private view returns (uint16 acquirer) {
        acquirer = _merchants[merchant].acquirer;
        uint16 institution = REGISTRY.institutionOf(msg.sender);
        // 0 is nobody's institution, and everybody's who has none
        require(acquirer != 0 && acquirer == institution, MerchantNotAcquired(merchant, acquirer, institution));
    }
}
