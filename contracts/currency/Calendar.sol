// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Calendar
/// @notice Calendar days and years in UTC+8, the time of both jurisdictions.
/// @dev A day is its number since 1970-01-01. Exact from 1970 to 2149 (day 65,535), which is as far as 16 bits reach.
/// Checked day by day from 1970 to 2100 against an independent calendar; `npm run prove` shows that days never go back.
library Calendar {
    uint256 internal constant OFFSET = 8 hours;

    /// @notice The UTC+8 day that contains the Unix second `timestamp`.
    function dayOf(uint256 timestamp) internal pure returns (uint256) {
        unchecked {
            // a block's timestamp fits 64 bits
            return (timestamp + OFFSET) / 1 days;
        }
    }

    /// @notice The Gregorian year that contains day `day`.
    function yearOf(uint256 day) internal pure returns (uint256) {
        (uint256 year, uint256 dayOfYear) = marchYearOf(day);
        // from day 306 on (1 January) the Gregorian year has moved on
        return dayOfYear < 306 ? year : year + 1;
    }

    /// @notice The year, counted from 1 March, that contains day `day`, and the day's number in it, from 0.
    /// @dev A year that begins in March has the leap day last: 146,097 days are 400 of them, 36,524 a century, and 1,460
    /// four years less the leap day. Exact for all days below 2^24.
    function marchYearOf(uint256 day) internal pure returns (uint256 year, uint256 dayOfYear) {
        unchecked {
            // 719,468 days lie between 0000-03-01 and 1970-01-01; `day` fits 24 bits, so nothing overflows
            uint256 sinceEra = day + 719_468;
            uint256 era = sinceEra / 146_097;
            uint256 dayOfEra = sinceEra % 146_097;
            uint256 yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
            return (era * 400 + yearOfEra, dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100));
        }
    }
}
