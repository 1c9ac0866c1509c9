// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetRegistry} from "../../../contracts/assets/IAssetRegistry.sol";
import {BondTerms, Coupon} from "../../../contracts/assets/IBond.sol";
import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {IDigitalCurrency} from "../../../contracts/currency/IDigitalCurrency.sol";
import {IInstitutionRegistry} from "../../../contracts/registry/IInstitutionRegistry.sol";
import {IUnits} from "./IUnits.sol";
import {Setting} from "./Setting.sol";

/// @dev One jurisdiction with an asset platform: institutions, a currency, and the register that bonds stand in. This
/// contract holds every office; it also is the registrar of every asset and creates the money.
abstract contract Platform is Setting {
    /// @dev Identity, then whatever the record says of it.
    struct Identity {
        bytes20 lei;
        bytes11 bic;
        bytes2 country;
        IInstitutionRegistry.Tier tier;
    }

    uint256 internal constant OPENING = 1_797_897_600;
    uint64 internal constant QUOTA = 10_000_000;
    uint256 internal constant NEVER = type(uint48).max;

    address internal _authority;
    IInstitutionRegistry internal _registry;
    IDigitalCurrency internal _money;
    IAssetRegistry internal _register;

    constructor() {
        _openAt(OPENING);
        _authority = _deploy("AccessManager", abi.encode(address(this)));
        _registry = IInstitutionRegistry(_deploy("InstitutionRegistry", abi.encode(_authority)));
        (_money, ) = _deployMoney("EHKD", _registry, _authority);
        _money.appoint(address(this), 4, BASIS);
        _money.setClassLimits(1, ClassLimits(type(uint64).max, type(uint64).max, 2 ** 40 - 1, 2 ** 40 - 1, true));
        _register = IAssetRegistry(_deploy("AssetRegistry", abi.encode(_registry, _authority)));
        _register.listCurrency(address(_money));
    }

    function registry() external view returns (IInstitutionRegistry) {
        return _registry;
    }

    function money() external view returns (IDigitalCurrency) {
        return _money;
    }

    function register() external view returns (IAssetRegistry) {
        return _register;
    }

    // --------------------------------------------------------------- internals

    function _admit(uint16 number, string memory lei, address account) internal {
        _enter(number, _identity(lei, IInstitutionRegistry.Tier.Operating), account);
        _registry.setStatus(number, IInstitutionRegistry.Status.Active, "admitted");
    }

    function _enter(uint16 number, Identity memory who, address account) internal {
        _registry.register(number, who.lei, who.bic, who.country, who.tier, QUOTA, account, "name");
    }

    function _identity(string memory lei, IInstitutionRegistry.Tier tier) internal pure returns (Identity memory) {
        return Identity(bytes20(bytes(lei)), "TESTHKT0", "HK", tier);
    }

    /// @dev Announced, with its token deployed and not attached.
    function _announce(BondTerms memory terms, Coupon[] memory coupons) internal returns (IUnits units) {
        _register.announce(terms.isin, terms.issuer, address(this), keccak256(abi.encode(terms, coupons)));
        units = IUnits(_deploy("Bond", abi.encode(terms, coupons, _register, _authority)));
    }
}
