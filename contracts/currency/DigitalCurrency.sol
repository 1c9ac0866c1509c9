// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {AccountWord} from "../ledger/AccountWord.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {Authorizations} from "./Authorizations.sol";
import {CurrencyOffice} from "./CurrencyOffice.sol";
import {CurrencyRules} from "./CurrencyRules.sol";
import {ICurrencySupply} from "./ICurrencySupply.sol";

/// @title DigitalCurrency
/// @notice Money that moves: payments, holds, authorizations, issue and redemption. The whole of what a currency
/// answers to is {IDigitalCurrency}; what is not here is in its {CurrencyOffice}.
/// @dev Upgradeable by its central bank (UUPS, through the authority's delay); the office changes with it. Identity
/// (name, symbol, code, registry) is code, so a proxy cannot be initialised into another currency.
///
/// Two pieces of code over one storage, because selectors are compared one after the other: with all 75 functions in
/// one contract, a payment spends 990 gas on finding itself, and the contract size is used up.
contract DigitalCurrency is CurrencyRules, Authorizations, ICurrencySupply, Initializable, UUPSUpgradeable {
    CurrencyOffice private immutable OFFICE;

    /// @param office_ Code of what is not paying; deployed with this and for it alone.
    constructor(CurrencyOffice office_, address authority_) EIP712(office_.name(), "1") AccessManaged(authority_) {
        OFFICE = office_;
        _disableInitializers();
    }

    /// @notice Everything else: see {ICurrencyOffice}, {ILedgerEnforcement}, ERC-7943, ERC-165 and ERC-20's metadata.
    /// @dev The caller, the calldata and the storage stay what they are: the office works on the currency's own. Reverts
    /// with what the office says, or without a reason if it has no such function either.
    fallback(bytes calldata call) external returns (bytes memory) {
        return Address.functionDelegateCall(address(OFFICE), call);
    }

    /// @notice Gives the proxy its authority. Called once, in the proxy's constructor.
    /// @dev Reverts with InvalidInitialization, AccessManagedInvalidAuthority.
    function initialize(address authority_) external initializer {
        require(authority_.code.length != 0, AccessManagedInvalidAuthority(authority_));
        _setAuthority(authority_);
    }

    /// @inheritdoc ICurrencySupply
    function issue(address to, uint256 amount, bytes32 businessRef) external {
        _requirePower(AccountWord.ISSUER);
        _mint(to, amount);
        emit Issued(to, businessRef, amount);
    }

    /// @inheritdoc ICurrencySupply
    function redeemHeld(Hold calldata terms, uint256 amount, bytes32 businessRef) external {
        _requirePower(AccountWord.ISSUER);
        _burnHeld(terms, amount);
        emit Redeemed(terms.payer, businessRef, amount);
    }

    /// @inheritdoc UUPSUpgradeable
    // solhint-disable-next-line no-empty-blocks
    function _authorizeUpgrade(address) internal override restricted {}
}
