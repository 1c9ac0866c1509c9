// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Quarters
/// @notice The periods that interest is settled for: they end on the 20th of March, June, September and December and are
/// paid from the day after.
/// @dev A quarter is a number: four times the year in which it ends, and 0 … 3 for March … December. Days are numbers
/// since 1970-01-01, UTC+8. Compared with an independent calendar in `test/issuance/InterestBook.test.ts`.
library Quarters {
    uint256 private constant LAST_DAY_OF_MONTH = 20;

    /// @notice First and last day of a quarter, both counted.
    /// @dev The caller has checked 4 · 1970 < quarter < 2^32.
    function daysOf(uint256 quarter) internal pure returns (uint256 first, uint256 last) {
        return (_end(quarter - 1) + 1, _end(quarter));
    }

    /// @dev The 20th of the quarter's last month. Months are counted from March, as {Calendar} does: the first quarter ends
    /// in month 0 of its year, the others in months 3, 6 and 9 of the same.
    function _end(uint256 quarter) private pure returns (uint256) {
        unchecked {
            uint256 year = quarter / 4;
            uint256 month = 3 * (quarter % 4);
            uint256 leapDays = year / 4 - year / 100 + year / 400;
            // 719,468 days lie between 0000-03-01 and 1970-01-01; 153 days are five months
            return 365 * year + leapDays + (153 * month + 2) / 5 + LAST_DAY_OF_MONTH - 1 - 719_468;
        }
    }
}
