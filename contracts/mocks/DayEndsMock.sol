// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDayEnds, SlotProof} from "../issuance/IDayEnds.sol";

/// @title DayEndsMock
/// @notice Stands in for {DayEnds} where a story of weeks would need a proof a day: what is noted counts.
contract DayEndsMock is IDayEnds {
    mapping(uint256 day => bytes32 stateRoot) private _roots;
    mapping(uint256 day => mapping(address target => mapping(bytes32 slot => uint256))) private _values;

    /// @notice What `target` has in `slot` at the end of `day`.
    function note(uint256 day, address target, bytes32 slot, uint256 value) external {
        _roots[day] = bytes32("noted");
        _values[day][target][slot] = value;
    }

    /// @inheritdoc IDayEnds
    function pin(uint256 day, bytes[] calldata headers) external pure {
        require(headers.length == 0, DayEndsElsewhere(day, day, day));
    }

    /// @inheritdoc IDayEnds
    function valueAt(uint256 day, address target, bytes32 slot, SlotProof calldata) external view returns (uint256) {
        require(_roots[day] != 0, DayNotPinned(day));
        return _values[day][target][slot];
    }

    /// @inheritdoc IDayEnds
    function stateRootOf(uint256 day) external view returns (bytes32) {
        return _roots[day];
    }
}
