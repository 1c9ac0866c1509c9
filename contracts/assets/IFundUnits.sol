// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClaimToken} from "./IClaimToken.sol";

/// @title IFundUnits
/// @notice Units of one money-market fund: each is a share of the fund, on an account that an institution keeps for its
/// investor. Four decimals.
/// @dev Not upgradeable. Any active institution keeps accounts of its customers, as it does for bonds. The authority
/// gives and takes powers: _issuer_ is the contract that deals ({IFundDealing}), _enforcer_ carries out lawful orders; it
/// halts and resumes movements. Units move between investors as any token of the ledger.
/// Not protected: the fund's assets are kept elsewhere; what a unit is worth is what the administrator publishes.
interface IFundUnits is IClaimToken {
    /// @notice Not an ISIN: its form or check digit is wrong.
    error FundIsinInvalid(bytes12 isin);

    /// @notice ISIN (ISO 6166) of the units.
    function isin() external view returns (bytes12);
}
