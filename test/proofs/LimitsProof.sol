// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Limits} from "../../contracts/currency/Limits.sol";

/// @title LimitsProof
/// @notice What is true of every limits word and every payment. Proved by `npm run prove`, not run.
contract LimitsProof {
    using Limits for uint256;

    function packKeepsEveryField(
        uint256 balance,
        uint256 single,
        uint256 day,
        uint256 year,
        uint256 flags
    ) external pure {
        require(balance < 2 ** 64 && single < 2 ** 64 && day < 2 ** 40 && year < 2 ** 40 && flags < 8);
        uint256 limits = Limits.pack(balance, single, day, year, flags);
        assert(limits.balance() == balance);
        assert(limits.single() == single);
        assert(limits.day() == day);
        assert(limits.year() == year);
        assert(limits.flags() == flags);
    }

    function flagsAreReplacedAlone(uint256 limits, uint256 flags) external pure {
        require(flags < 8);
        uint256 next = limits.withFlags(flags);
        assert(next.flags() == flags);
        assert(next % 2 ** 208 == limits % 2 ** 208);
    }

    function onlyWhatPassesTheDayIsRefused(uint256 limits, uint256 dayOut, uint256 amount) external pure {
        require(dayOut < 2 ** 40 && amount < 2 ** 64);
        assert(limits.exceedsDay(dayOut, amount) == (dayOut + amount > limits.day()));
    }

    function onlyWhatPassesTheYearIsRefused(uint256 limits, uint256 yearOut, uint256 amount) external pure {
        require(yearOut < 2 ** 40 && amount < 2 ** 64);
        assert(limits.exceedsYear(yearOut, amount) == (yearOut + amount > limits.year()));
    }
}
