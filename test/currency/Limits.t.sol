// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Limits} from "../../contracts/currency/Limits.sol";

/// @dev Fields are read here by shifts and casts, not by the library. A revert is a finding.
contract LimitsTest {
    using Limits for uint256;

    error Differs(uint256 found, uint256 expected);

    function testFuzz_EveryFieldComesBack(
        uint64 balance,
        uint64 single,
        uint40 day,
        uint40 year,
        uint8 flags
    ) external pure {
        flags %= 16;
        uint256 word = Limits.pack(balance, single, day, year, flags);
        _equal(
            word,
            uint256(balance) |
                (uint256(single) << 64) |
                (uint256(day) << 128) |
                (uint256(year) << 168) |
                (uint256(flags) << 208)
        );
        _equal(word.balance(), balance);
        _equal(word.single(), single);
        _equal(word.day(), day);
        _equal(word.year(), year);
        _equal(word.flags(), flags);
    }

    function testFuzz_FlagsAreReplacedAlone(uint256 word, uint8 flags) external pure {
        flags %= 16;
        word &= 2 ** 212 - 1;
        _equal(word.withFlags(flags), (word & (2 ** 208 - 1)) | (uint256(flags) << 208));
    }

    function testFuzz_ActiveMeansOpenAndNotHalted(uint208 limits, uint8 flags) external pure {
        flags %= 16;
        uint256 word = uint256(limits).withFlags(flags);
        bool open = flags & Limits.OPEN != 0;
        bool halted = flags & (Limits.HALTED | Limits.ALL_HALTED) != 0;
        _equal(word.isActive() ? 1 : 0, open && !halted ? 1 : 0);
        _equal(word.isCounted() ? 1 : 0, flags & Limits.COUNTED != 0 ? 1 : 0);
    }

    function testFuzz_CountAddsUpToTheLimitsAndNotPastThem(
        uint40 day,
        uint40 year,
        uint40 dayOut,
        uint40 yearOut,
        uint64 amount
    ) external pure {
        _checkCount(day, year, dayOut, yearOut, amount);
    }

    function testFuzz_CountIsExactAtTheEdge(uint40 day, uint40 year, uint40 dayOut, uint40 yearOut) external pure {
        // what is left today, one unit less, one unit more
        uint256 left = day > dayOut ? day - dayOut : 0;
        _checkCount(day, year, dayOut, yearOut, left);
        _checkCount(day, year, dayOut, yearOut, left + 1);
        if (left > 0) _checkCount(day, year, dayOut, yearOut, left - 1);
    }

    function _checkCount(uint256 day, uint256 year, uint256 dayOut, uint256 yearOut, uint256 amount) private pure {
        uint256 word = Limits.pack(0, 0, day, year, Limits.OPEN | Limits.COUNTED);
        require(word.exceedsDay(dayOut, amount) == (dayOut + amount > day), "the day's limit is applied wrongly");
        require(word.exceedsYear(yearOut, amount) == (yearOut + amount > year), "the year's limit is applied wrongly");
    }

    function _equal(uint256 found, uint256 expected) private pure {
        require(found == expected, Differs(found, expected));
    }
}
