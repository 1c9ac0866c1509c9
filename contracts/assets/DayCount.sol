// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Calendar} from "../currency/Calendar.sol";

/// @notice How the days of an accrual become a share of a year.
enum DayCountConvention {
    /// Actual/365 (Fixed), 2006 ISDA Definitions 4.16(d).
    Act365Fixed,
    /// Actual/Actual (ICMA Rule 251).
    ActActIcma,
    /// 30/360 (Bond Basis), 2006 ISDA Definitions 4.16(f).
    Thirty360
}

/// @title DayCount
/// @notice The share of a year that an accrual lasts, as an exact fraction.
/// @dev Days are numbers since 1970-01-01 (UTC+8 calendar, see {Calendar}); the first day counts, the last does not.
/// Fractions are not reduced.
library DayCount {
    /// @notice The share of a year from `start` to `end`.
    /// @dev The caller has checked start ≤ end < 2^24, referenceStart < referenceEnd and frequency > 0.
    /// @param referenceStart First day of the regular coupon period that the accrual lies in (ACT/ACT only).
    /// @param referenceEnd First day of the next one (ACT/ACT only).
    /// @param frequency Regular coupon periods in a year (ACT/ACT only).
    function fraction(
        DayCountConvention convention,
        uint256 start,
        uint256 end,
        uint256 referenceStart,
        uint256 referenceEnd,
        uint256 frequency
    ) internal pure returns (uint256 numerator, uint256 denominator) {
        if (convention == DayCountConvention.Act365Fixed) return (end - start, 365);
        if (convention == DayCountConvention.ActActIcma) {
            return (end - start, (referenceEnd - referenceStart) * frequency);
        }
        return (_days360(start, end), 360);
    }

    /// @dev Every month has 30 days: a first day 31 becomes 30; a last day 31 becomes 30 if the first is 30 by then.
    function _days360(uint256 start, uint256 end) private pure returns (uint256) {
        (uint256 months1, uint256 day1) = _civil(start);
        (uint256 months2, uint256 day2) = _civil(end);
        if (day1 == 31) day1 = 30;
        if (day2 == 31 && day1 == 30) day2 = 30;
        // start ≤ end, and the adjustments never move the last day before the first
        return 30 * months2 + day2 - (30 * months1 + day1);
    }

    /// @dev Month, counted from March of year 0, and day of the month of day number `day`; 153 days are five months.
    function _civil(uint256 day) private pure returns (uint256 months, uint256 dayOfMonth) {
        (uint256 year, uint256 dayOfYear) = Calendar.marchYearOf(day);
        unchecked {
            uint256 month = (5 * dayOfYear + 2) / 153;
            return (12 * year + month, dayOfYear - (153 * month + 2) / 5 + 1);
        }
    }
}
