// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {ICurrencyOffice} from "../currency/ICurrencyOffice.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {IAssetRegistry, IAssetToken} from "./IAssetRegistry.sol";
import {Isin} from "./Isin.sol";

/// @title AssetRegistry
/// @notice See {IAssetRegistry}.
contract AssetRegistry is IAssetRegistry, AccessManaged {
    using EnumerableSet for EnumerableSet.AddressSet;

    IInstitutionRegistry private immutable INSTITUTIONS;

    mapping(bytes12 isin => Asset) private _assets;
    mapping(address token => bytes12 isin) private _isins;
    bytes12[] private _announced;
    EnumerableSet.AddressSet private _currencies;

    constructor(IInstitutionRegistry institutions_, address authority_) AccessManaged(authority_) {
        INSTITUTIONS = institutions_;
    }

    /// @inheritdoc IAssetRegistry
    function announce(bytes12 isin, address issuer, address registrar, bytes32 termsHash) external restricted {
        require(Isin.isValid(isin), AssetIsinInvalid(isin));
        require(_assets[isin].status == AssetStatus.None, AssetKnown(isin));
        require(issuer != address(0) && registrar != address(0) && termsHash != 0, AssetAnnouncementIncomplete(isin));

        _assets[isin] = Asset({
            issuer: issuer,
            registrar: registrar,
            status: AssetStatus.Announced,
            token: address(0),
            termsHash: termsHash
        });
        _announced.push(isin);
        emit AssetAnnounced(isin, issuer, registrar, termsHash);
    }

    /// @inheritdoc IAssetRegistry
    function attachToken(bytes12 isin, address token) external {
        Asset storage entry = _requireRegistrar(isin);
        require(
            entry.status == AssetStatus.Announced,
            AssetStatusStepInvalid(isin, entry.status, AssetStatus.Announced)
        );
        require(entry.token == address(0), AssetTokenKnown(isin, entry.token));
        IAssetToken asked = IAssetToken(token);
        require(
            asked.isin() == isin && asked.termsHash() == entry.termsHash && asked.assetRegistry() == address(this),
            AssetTokenMismatch(isin, token)
        );

        entry.token = token;
        _isins[token] = isin;
        emit AssetTokenAttached(isin, token);
    }

    /// @inheritdoc IAssetRegistry
    function cancel(bytes12 isin, bytes32 reason) external {
        Asset storage entry = _requireRegistrar(isin);
        require(
            entry.status == AssetStatus.Announced,
            AssetStatusStepInvalid(isin, entry.status, AssetStatus.Cancelled)
        );

        entry.status = AssetStatus.Cancelled;
        emit AssetStatusChanged(isin, AssetStatus.Announced, AssetStatus.Cancelled, reason);
    }

    /// @inheritdoc IAssetRegistry
    function report(AssetStatus status) external {
        bytes12 isin = requireToken(msg.sender);
        AssetStatus current = _assets[isin].status;
        require(
            current < AssetStatus.Redeemed && uint8(status) == uint8(current) + 1,
            AssetStatusStepInvalid(isin, current, status)
        );

        _assets[isin].status = status;
        emit AssetStatusChanged(isin, current, status, 0);
    }

    /// @inheritdoc IAssetRegistry
    function listCurrency(address currency) external restricted {
        require(
            ERC165Checker.supportsInterface(currency, type(ICurrencyOffice).interfaceId),
            AssetCurrencyInvalid(currency)
        );
        if (_currencies.add(currency)) emit AssetCurrencyListed(currency);
    }

    /// @inheritdoc IAssetRegistry
    function delistCurrency(address currency) external restricted {
        if (_currencies.remove(currency)) emit AssetCurrencyDelisted(currency);
    }

    /// @inheritdoc IAssetRegistry
    function asset(bytes12 isin) external view returns (Asset memory) {
        return _assets[isin];
    }

    /// @inheritdoc IAssetRegistry
    function isinOf(address token) external view returns (bytes12) {
        return _isins[token];
    }

    /// @inheritdoc IAssetRegistry
    function requireToken(address token) public view returns (bytes12 isin) {
        isin = _isins[token];
        require(isin != 0, AssetTokenUnknown(token));
    }

    /// @inheritdoc IAssetRegistry
    function isCurrency(address currency) public view returns (bool) {
        return _currencies.contains(currency);
    }

    /// @inheritdoc IAssetRegistry
    function requireCurrency(address currency) external view {
        require(isCurrency(currency), AssetCurrencyUnlisted(currency));
    }

    /// @inheritdoc IAssetRegistry
    function currencies(uint256 offset, uint256 limit) external view returns (address[] memory) {
        uint256 total = _currencies.length();
        if (offset > total) offset = total;
        return _currencies.values(offset, limit < total - offset ? offset + limit : total);
    }

    /// @inheritdoc IAssetRegistry
    function isins(uint256 offset, uint256 limit) external view returns (bytes12[] memory page) {
        uint256 total = _announced.length;
        if (offset > total) offset = total;
        page = new bytes12[](limit < total - offset ? limit : total - offset);
        for (uint256 i = 0; i < page.length; ++i) page[i] = _announced[offset + i];
    }

    /// @inheritdoc IAssetRegistry
    function count() external view returns (uint256) {
        return _announced.length;
    }

    /// @inheritdoc IAssetRegistry
    function institutions() external view returns (address) {
        return address(INSTITUTIONS);
    }

    function _requireRegistrar(bytes12 isin) private view returns (Asset storage entry) {
        entry = _assets[isin];
        require(entry.status != AssetStatus.None, AssetUnknown(isin));
        require(msg.sender == entry.registrar, AssetCallerInvalid(isin, msg.sender, entry.registrar));
    }
}
