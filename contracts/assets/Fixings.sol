// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Calendar} from "../currency/Calendar.sol";
import {IFixings} from "./IFixings.sol";

/// @title Fixings
/// @notice See {IFixings}.
contract Fixings is IFixings, AccessManaged {
    struct Entry {
        int48 value;
        uint48 time;
    }

    /// @inheritdoc IFixings
    uint256 public constant CORRECTION_WINDOW = 2 hours;

    mapping(bytes32 index => address agent) private _agents;
    mapping(bytes32 index => mapping(uint256 day => Entry)) private _entries;

    constructor(address authority_) AccessManaged(authority_) {}

    /// @inheritdoc IFixings
    function nameAgent(bytes32 index, address agent) external restricted {
        emit FixingAgentNamed(index, _agents[index], agent);
        _agents[index] = agent;
    }

    /// @inheritdoc IFixings
    function publish(bytes32 index, uint24 day, int48 value) external {
        _requireAgent(index);
        uint256 today = Calendar.dayOf(block.timestamp);
        require(day <= today, FixingDayAhead(index, day, today));
        require(_entries[index][day].time == 0, FixingKnown(index, day));
        _entries[index][day] = Entry({value: value, time: uint48(block.timestamp)});
        emit FixingPublished(index, day, value);
    }

    /// @inheritdoc IFixings
    function correct(bytes32 index, uint24 day, int48 value) external {
        _requireAgent(index);
        Entry memory entry = _entryOf(index, day);
        uint256 finalFrom = entry.time + CORRECTION_WINDOW;
        require(block.timestamp < finalFrom, FixingFinal(index, day, finalFrom, block.timestamp));
        _entries[index][day].value = value;
        emit FixingCorrected(index, day, entry.value, value);
    }

    /// @inheritdoc IFixings
    function fixing(bytes32 index, uint256 day) external view returns (int256 value) {
        Entry memory entry = _entryOf(index, day);
        uint256 finalFrom = entry.time + CORRECTION_WINDOW;
        require(block.timestamp >= finalFrom, FixingProvisional(index, day, finalFrom, block.timestamp));
        return entry.value;
    }

    /// @inheritdoc IFixings
    function published(bytes32 index, uint256 day) external view returns (int256 value, uint256 time) {
        Entry memory entry = _entries[index][day];
        return (entry.value, entry.time);
    }

    /// @inheritdoc IFixings
    function agentOf(bytes32 index) external view returns (address) {
        return _agents[index];
    }

    function _entryOf(bytes32 index, uint256 day) private view returns (Entry memory entry) {
        entry = _entries[index][day];
        require(entry.time != 0, FixingMissing(index, day));
    }

    function _requireAgent(bytes32 index) private view {
        address agent = _agents[index];
        require(msg.sender == agent, FixingCallerInvalid(index, msg.sender, agent));
    }
}
