// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {LedgerEnforcement} from "../ledger/LedgerEnforcement.sol";
import {ClaimToken} from "./ClaimToken.sol";
import {IFundUnits} from "./IFundUnits.sol";
import {Isin} from "./Isin.sol";

/// @title FundUnits
/// @notice See {IFundUnits}.
contract FundUnits is ClaimToken, IFundUnits {
    uint8 private constant UNIT_DECIMALS = 4;

    bytes12 private immutable ISIN;

    /// @param currency_ What the fund is dealt in.
    constructor(
        bytes12 isin_,
        string memory name_,
        string memory symbol_,
        IDigitalCurrency currency_
    ) ClaimToken(name_, symbol_, UNIT_DECIMALS, currency_) {
        require(Isin.isValid(isin_), FundIsinInvalid(isin_));
        ISIN = isin_;
    }

    /// @inheritdoc IFundUnits
    function isin() external view returns (bytes12) {
        return ISIN;
    }

    /// @inheritdoc ClaimToken
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IFundUnits).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc ClaimToken
    function _requireKeeper(address caller) internal view override returns (uint16) {
        return INSTITUTIONS.requireActive(caller);
    }

    /// @inheritdoc ClaimToken
    /// @dev Who owes is the fund, which is no account here.
    function _isDebtor(address) internal pure override returns (bool) {
        return false;
    }

    /// @inheritdoc LedgerEnforcement
    // solhint-disable-next-line no-empty-blocks
    function _authorizeAppointment() internal override restricted {}
}
