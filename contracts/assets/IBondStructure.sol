// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What comes with one coupon.
/// @param fixingDay Day whose fixing the coupon floats with; 0 for a bond at a fixed rate.
/// @param principal Nominal of a unit that is paid back with it, minor units.
struct Instalment {
    uint24 fixingDay;
    uint64 principal;
}

/// @notice A day on which the issue can be redeemed (call) or units be given back (put) before the maturity.
/// @param from Unix seconds; the issuer's notice, or the holders' elections, are taken from it on.
/// @param until Unix seconds; and before it. What lies between it and `time` is the notice period.
/// @param time Unix seconds; paid from it on. Not between a record date and the end of its coupon's accrual.
/// @param price What a unit is paid, minor units, without the interest that has accrued.
struct EarlyDate {
    uint48 from;
    uint48 until;
    uint48 time;
    uint64 price;
}

/// @notice What a structured bond promises beyond {BondTerms}.
/// @param fixings Where fixings are published ({IFixings}); zero where the bond needs none.
/// @param index Index that the coupons float with; zero: they are fixed at the terms' coupon rate. The terms' coupon
/// rate of a floating bond is the most that a coupon pays.
/// @param spread Added to the fixing, scaled by 1e8; the sum is never less than zero and never more than the rate.
/// @param instalments One a coupon.
/// @param calls Days on which the issuer can redeem the whole issue, rising.
/// @param puts Days on which holders can give units back, rising.
/// @param optionCurrency Currency that a holder may choose for a coupon; zero: none.
/// @param optionIndex Index of its price: minor units of it for 1e8 minor units of the bond's currency.
/// @param quorum Share of the units outstanding that has to vote, of 10,000.
/// @param majority Share of the votes for and against that has to be for, of 10,000; above a half.
/// @param meetingNotice Seconds between a meeting's call and its record date at least.
struct BondStructureTerms {
    address fixings;
    bytes32 index;
    int32 spread;
    Instalment[] instalments;
    EarlyDate[] calls;
    EarlyDate[] puts;
    address optionCurrency;
    bytes32 optionIndex;
    uint16 quorum;
    uint16 majority;
    uint32 meetingNotice;
}

/// @title IBondStructure
/// @notice The promises of a structured bond, fixed for good: floating rate, amortisation, calls, puts, the choice of
/// currency, and how its holders decide.
/// @dev Made by the bond itself and known through it ({IStructuredBond-structure}); nothing in it changes. Amounts are
/// minor units of the bond's currency, times Unix seconds, days numbers since 1970-01-01 (UTC+8).
///
/// A coupon pays nominal × rate × share of the year, on the nominal that is left, and with it its instalment of the
/// nominal. Both are exact fractions until they are shared out, so that the proof of a coupon's cut covers their sum.
/// Interest that has accrued on a call or put day is rounded a unit, half up: every unit is paid the same.
interface IBondStructure {
    /// @notice Structure that no bond can have: fixings without a source, or a threshold out of range.
    error BondStructureInvalid(bytes12 isin);
    /// @notice The instalments are not one a coupon, lack a fixing day, or leave nothing to redeem.
    error BondInstalmentInvalid(uint256 k);
    /// @notice A call's or put's times are out of order or between a record date and its accrual's end, or its price is
    /// zero or too large.
    error BondEarlyDateInvalid(uint256 time);
    /// @notice There is no such call or put.
    error BondEarlyDateUnknown(uint256 number, uint256 count);
    /// @notice The bond offers no other currency.
    error BondOptionMissing(bytes12 isin);
    /// @notice A price is above zero.
    error BondOptionPriceInvalid(uint256 k, int256 price);

    /// @notice Coupon `k` of one unit with its instalment, as an exact fraction.
    /// @dev Reverts with {IBond-BondCouponUnknown} and the fixings' errors.
    function couponPerUnit(uint256 k) external view returns (uint256 numerator, uint256 denominator);

    /// @notice Rate a year that coupon `k` pays, scaled by 1e8.
    /// @dev Reverts with {IBond-BondCouponUnknown} and the fixings' errors.
    function rateOf(uint256 k) external view returns (uint256);

    /// @notice Nominal of one unit that coupon `k` accrues on; for the number after the last: what redemption pays.
    /// @dev Reverts with {IBond-BondCouponUnknown}.
    function nominalOf(uint256 k) external view returns (uint256);

    /// @notice What comes with coupon `k`.
    /// @dev Reverts with {IBond-BondCouponUnknown}.
    function instalmentOf(uint256 k) external view returns (Instalment memory);

    /// @notice Call day `i`.
    /// @dev Reverts with {BondEarlyDateUnknown}.
    function callDate(uint256 i) external view returns (EarlyDate memory);

    /// @notice Put day `i`.
    /// @dev Reverts with {BondEarlyDateUnknown}.
    function putDate(uint256 i) external view returns (EarlyDate memory);

    /// @notice What a unit is paid on call day `i`: price and accrued interest.
    /// @dev Reverts with {BondEarlyDateUnknown} and the fixings' errors.
    function callAmount(uint256 i) external view returns (uint256);

    /// @notice What a unit is paid on put day `i`: price and accrued interest.
    /// @dev Reverts with {BondEarlyDateUnknown} and the fixings' errors.
    function putAmount(uint256 i) external view returns (uint256);

    /// @notice The currency that a holder may choose; zero: none.
    function optionCurrency() external view returns (address);

    /// @notice Price of coupon `k` in that currency, scaled by 1e8: the fixing of its record day.
    /// @dev Reverts with {BondOptionMissing}, {BondOptionPriceInvalid}, {IBond-BondCouponUnknown}, the fixings' errors.
    function optionPrice(uint256 k) external view returns (uint256);

    /// @notice How holders decide; see {BondStructureTerms}.
    function meetingRules() external view returns (uint256 quorum, uint256 majority, uint256 notice);

    /// @notice Index that the coupons float with, zero if they do not, and what is added to it.
    function floating() external view returns (bytes32 index, int256 spread);

    /// @notice Where fixings are published.
    function fixings() external view returns (address);

    /// @notice The bond whose promises these are.
    function bond() external view returns (address);
}
