// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Limits
/// @notice The limits of a wallet class in one storage word, and the rule that counts against them.
/// @dev From the lowest bit: balance cap 64, single payment 64, day 40, year 40 (minor units), flags: open 1, class
/// halted 2, everything halted 4, counted 8. Halting is written into every class's word, so that a payment learns of it
/// without reading anything more. Day and year of a class that is not counted are unlimited; a counted class counts up
/// to 2^40 − 1 minor units (about 11 billion) a year. 2^64 − 1 as balance cap or single payment is no limit, and is
/// also what keeps a balance inside its field.
library Limits {
    uint256 internal constant OPEN = 1;
    uint256 internal constant HALTED = 2;
    uint256 internal constant ALL_HALTED = 4;
    uint256 internal constant COUNTED = 8;

    uint256 private constant SINGLE_UNIT = 2 ** 64;
    uint256 private constant DAY_UNIT = 2 ** 128;
    uint256 private constant YEAR_UNIT = 2 ** 168;
    uint256 private constant FLAGS_UNIT = 2 ** 208;

    /// @dev The caller has checked that each limit fits its field and flags < 16.
    function pack(
        uint256 balance_,
        uint256 single_,
        uint256 day_,
        uint256 year_,
        uint256 flags_
    ) internal pure returns (uint256) {
        unchecked {
            return balance_ + single_ * SINGLE_UNIT + day_ * DAY_UNIT + year_ * YEAR_UNIT + flags_ * FLAGS_UNIT;
        }
    }

    function balance(uint256 limits) internal pure returns (uint256) {
        return limits % SINGLE_UNIT;
    }

    function single(uint256 limits) internal pure returns (uint256) {
        return (limits / SINGLE_UNIT) % 2 ** 64;
    }

    function day(uint256 limits) internal pure returns (uint256) {
        return (limits / DAY_UNIT) % 2 ** 40;
    }

    function year(uint256 limits) internal pure returns (uint256) {
        return (limits / YEAR_UNIT) % 2 ** 40;
    }

    function flags(uint256 limits) internal pure returns (uint256) {
        return limits / FLAGS_UNIT;
    }

    /// @notice Open, and neither the class nor everything halted.
    function isActive(uint256 limits) internal pure returns (bool) {
        return (limits / FLAGS_UNIT) % COUNTED == OPEN;
    }

    /// @notice Whether outgoing payments are counted by day and year.
    function isCounted(uint256 limits) internal pure returns (bool) {
        return limits / FLAGS_UNIT >= COUNTED;
    }

    /// @dev `flags_` < 16.
    function withFlags(uint256 limits, uint256 flags_) internal pure returns (uint256) {
        unchecked {
            return (limits % FLAGS_UNIT) + flags_ * FLAGS_UNIT;
        }
    }

    /// @notice Whether an outgoing `amount` would pass the day's limit of a counted class.
    /// @dev The caller has checked `dayOut` < 2^40 and `amount` < 2^64.
    /// @param dayOut Counted so far today, minor units; 0 when the day is new.
    function exceedsDay(uint256 limits, uint256 dayOut, uint256 amount) internal pure returns (bool) {
        unchecked {
            return dayOut + amount > day(limits);
        }
    }

    /// @notice Whether an outgoing `amount` would pass the year's limit of a counted class.
    /// @dev The caller has checked `yearOut` < 2^40 and `amount` < 2^64.
    /// @param yearOut Counted so far this year, minor units; 0 when the year is new.
    function exceedsYear(uint256 limits, uint256 yearOut, uint256 amount) internal pure returns (bool) {
        unchecked {
            return yearOut + amount > year(limits);
        }
    }
}
