// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";
import {IBond} from "./IBond.sol";
import {ICorporateActions} from "./ICorporateActions.sol";

/// @title IStructuredActions
/// @notice Pays the coupons and the redemption of structured bonds ({IStructuredBond}): {ICorporateActions} with the
/// price of a call, and with coupons in the currency that a holder chose.
/// @dev Redemption pays {IStructuredBond-redemptionPrice} a unit.
///
/// Choice of currency. A holder may choose, for one coupon and before its record date, to be paid in the bond's other
/// currency. Its share is proved like everybody's, in the bond's currency, and turned into the other at the fixing of
/// the record day ({IBondStructure-optionPrice}), half up. The payer places a second hold for it, in that currency, with
/// the reference {optionRef}. {payCoupon} passes over who chose, for {FALLBACK} from the payment time on; whoever has not
/// been paid by then is paid in the bond's currency like everybody else, so that a missing fixing or hold delays a
/// coupon and never takes it. Who cannot be paid in the currency chosen (no wallet, frozen, full) has a claim on record
/// in the bond's currency.
///
/// No page in the other currency needs the whole of it to be there: what the hold lacks is paid in the bond's currency,
/// whose hold must cover everybody who is unpaid ({FundingInsufficient}).
interface IStructuredActions is ICorporateActions {
    /// @notice `holder` wants coupon `k` in the bond's other currency, or no longer.
    event CouponCurrencyChosen(address indexed bond, uint256 indexed k, address indexed holder, bool chosen);
    /// @notice A page of holders was paid `optionAmount` of the other currency for shares of `amount`.
    event CouponPagePaidInOption(
        address indexed bond,
        uint256 indexed k,
        address indexed payer,
        uint256 amount,
        uint256 optionAmount
    );

    /// @notice The bond offers no other currency.
    error CouponCurrencyFixed(address bond);
    /// @notice The currency is chosen before the record date.
    error CouponCurrencyClosed(address bond, uint256 k, uint256 recordTime, uint256 time);

    /// @notice Chooses the other currency for the caller's coupon `k`, or takes the choice back.
    /// @dev Anyone, for itself. Reverts with AssetTokenUnknown, {CouponCurrencyFixed}, {CouponCurrencyClosed},
    /// BondCouponUnknown.
    function chooseCurrency(IBond bond, uint256 k, bool chosen) external;

    /// @notice Pays, of a page of holders, those who chose the other currency. Others are passed over.
    /// @dev Anyone, from the payment time on. Reverts with {CouponPhaseInvalid}, {CouponNotDue},
    /// {FundingReferenceInvalid}, the structure's BondOptionPriceInvalid, the fixings' errors, and the currency's errors
    /// of captureHoldToMany.
    function payCouponInOption(IBond bond, uint256 k, Hold calldata funding, address[] calldata holders) external;

    /// @notice Gives back what is left of a hold in the other currency, once every holder is paid or on record.
    /// @dev Anyone. Reverts with {CouponPhaseInvalid}, {FundingReferenceInvalid}, the currency's errors of releaseHold.
    function releaseOptionFunding(IBond bond, uint256 k, Hold calldata funding) external;

    /// @notice Whether `holder` chose the other currency for coupon `k`.
    function choiceOf(IBond bond, uint256 k, address holder) external view returns (bool);

    /// @notice Reference of a hold that funds coupon `k` in the other currency.
    function optionRef(IBond bond, uint256 k) external pure returns (bytes32);

    /// @notice How long after the payment time the other currency is waited for, seconds.
    function FALLBACK() external view returns (uint256);
}
