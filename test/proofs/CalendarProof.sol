// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Calendar} from "../../contracts/currency/Calendar.sol";

/// @title CalendarProof
/// @notice What is true of every time and every day. Proved by `npm run prove`, not run.
contract CalendarProof {
    function dayNeverGoesBack(uint256 timestamp, uint256 later) external pure {
        require(timestamp <= later && later < 2 ** 48);
        assert(Calendar.dayOf(timestamp) <= Calendar.dayOf(later));
    }

    function dayIsTheOneThatContainsTheSecond(uint256 timestamp) external pure {
        require(timestamp < 2 ** 48);
        uint256 day = Calendar.dayOf(timestamp);
        assert(day * 1 days <= timestamp + Calendar.OFFSET);
        assert(timestamp + Calendar.OFFSET < (day + 1) * 1 days);
    }

    function yearIsInRange(uint256 day) external pure {
        require(day <= 65_535);
        assert(Calendar.yearOf(day) >= 1970);
        assert(Calendar.yearOf(day) <= 2149);
    }

    function marchYearHasNoMoreDaysThanALeapYear(uint256 day) external pure {
        require(day < 2 ** 24);
        (, uint256 dayOfYear) = Calendar.marchYearOf(day);
        assert(dayOfYear < 366);
    }
}
