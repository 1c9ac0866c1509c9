// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Calendar} from "../currency/Calendar.sol";

/// @title CalendarHarness
/// @notice The calendar library, to be called.
contract CalendarHarness {
    /// @notice {Calendar-dayOf}.
    function dayOf(uint256 timestamp) external pure returns (uint256) {
        return Calendar.dayOf(timestamp);
    }

    /// @notice {Calendar-yearOf} of `count` days from `first` on.
    function yearsOf(uint256 first, uint256 count) external pure returns (uint256[] memory found) {
        found = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            found[i] = Calendar.yearOf(first + i);
        }
    }
}
