// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title GrantWord
/// @notice What a parent lets a sub-wallet pay, in one storage word, with what it has paid.
/// @dev From the lowest bit: one payment 40, day 40, year 40 (minor units), expiry 40 (Unix seconds); from bit 160 the
/// counters, laid out as in {WalletWord}.
library GrantWord {
    uint256 private constant DAY_UNIT = 2 ** 40;
    uint256 private constant YEAR_UNIT = 2 ** 80;
    uint256 private constant EXPIRY_UNIT = 2 ** 120;
    uint256 private constant COUNTERS_UNIT = 2 ** 160;

    function single(uint256 word) internal pure returns (uint256) {
        return word % DAY_UNIT;
    }

    function day(uint256 word) internal pure returns (uint256) {
        return (word / DAY_UNIT) % 2 ** 40;
    }

    function year(uint256 word) internal pure returns (uint256) {
        return (word / YEAR_UNIT) % 2 ** 40;
    }

    function expiry(uint256 word) internal pure returns (uint256) {
        return (word / EXPIRY_UNIT) % 2 ** 40;
    }

    /// @notice The terms are replaced, the counters kept.
    /// @dev The caller has checked that each of the four is below 2^40.
    function withTerms(
        uint256 word,
        uint256 single_,
        uint256 day_,
        uint256 year_,
        uint256 expiry_
    ) internal pure returns (uint256) {
        unchecked {
            uint256 counters = (word / COUNTERS_UNIT) * COUNTERS_UNIT;
            return counters + expiry_ * EXPIRY_UNIT + year_ * YEAR_UNIT + day_ * DAY_UNIT + single_;
        }
    }
}
