// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {LedgerEnforcement} from "../ledger/LedgerEnforcement.sol";
import {ClaimToken} from "./ClaimToken.sol";
import {IDepositToken} from "./IDepositToken.sol";

/// @title DepositToken
/// @notice See {IDepositToken}.
contract DepositToken is ClaimToken, IDepositToken {
    /// @inheritdoc IDepositToken
    uint16 public immutable BANK;

    /// @param bank_ Active, in the registry of the currency.
    constructor(
        string memory name_,
        string memory symbol_,
        IDigitalCurrency currency_,
        uint16 bank_
    ) ClaimToken(name_, symbol_, currency_.decimals(), currency_) {
        INSTITUTIONS.requireActiveNumber(bank_);
        BANK = bank_;
    }

    /// @inheritdoc ClaimToken
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IDepositToken).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc ClaimToken
    function _requireKeeper(address caller) internal view override returns (uint16 institution) {
        institution = INSTITUTIONS.requireActive(caller);
        require(institution == BANK, DepositCallerNotBank(caller, institution, BANK));
    }

    /// @inheritdoc ClaimToken
    function _isDebtor(address account) internal view override returns (bool) {
        return INSTITUTIONS.institutionOf(account) == BANK;
    }

    /// @inheritdoc LedgerEnforcement
    /// @dev A suspended bank's, too: it must be able to take a power back.
    function _authorizeAppointment() internal view override {
        uint16 institution = INSTITUTIONS.institutionOf(msg.sender);
        require(institution == BANK, DepositCallerNotBank(msg.sender, institution, BANK));
    }
}
