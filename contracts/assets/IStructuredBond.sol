// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBond} from "./IBond.sol";
import {IBondStructure} from "./IBondStructure.sol";

/// @title IStructuredBond
/// @notice A bond whose coupons can float and pay nominal back, which its issuer can call and its holders can put.
/// @dev Everything of {IBond} holds, with these differences. A coupon pays its instalment of the nominal with it.
/// Once the bond is called, its maturity is the day it was called for, and coupons whose record date lies after it are
/// not paid ({BondCouponCancelled}); what has accrued by then is part of the price. Redemption pays {redemptionPrice}.
/// `unitNominal` and `couponRate` stay the terms': the nominal at the issue, and the most that a coupon pays.
///
/// Not protected: an issuer that calls and does not pay; units can be redeemed from the day on that it called for.
interface IStructuredBond is IBond {
    /// @notice The issuer redeems the whole issue on call day `number`, at `time`.
    event BondCalled(bytes12 indexed isin, uint256 indexed number, uint256 time);

    /// @notice Only the issuer may do this.
    error BondCallerNotIssuer(address caller, address issuer);
    /// @notice The bond has been called.
    error BondCalledAlready(uint256 time);
    /// @notice Notice of this call is given in its window only.
    error BondCallTimeInvalid(uint256 number, uint256 from, uint256 until, uint256 time);
    /// @notice There is nothing to call yet.
    error BondNotIssued(bytes12 isin);
    /// @notice The bond is redeemed before this coupon's record date.
    error BondCouponCancelled(uint256 k, uint256 calledFor);

    /// @notice Gives notice that the whole issue is redeemed on a call day of the terms. Cannot be taken back.
    /// @dev Caller: the issuer. Reverts with {BondCallerNotIssuer}, {BondNotIssued}, {BondCalledAlready},
    /// {BondCallTimeInvalid} and {IBondStructure-BondEarlyDateUnknown}.
    function callBond(uint256 number) external;

    /// @notice What redemption pays for a unit, minor units: the nominal that is left at the end, or once called, the
    /// call's price and accrued interest.
    /// @dev Reverts with the fixings' errors once called.
    function redemptionPrice() external view returns (uint256);

    /// @notice When the bond is redeemed because its issuer called it; 0: it has not been called.
    function calledFor() external view returns (uint256);

    /// @notice What it promises beyond its terms.
    function structure() external view returns (IBondStructure);
}
