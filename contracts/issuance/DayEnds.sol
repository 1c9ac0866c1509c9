// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlockHeader} from "@openzeppelin/contracts/utils/BlockHeader.sol";
import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {Calendar} from "../currency/Calendar.sol";
import {IDayEnds, SlotProof} from "./IDayEnds.sol";
import {TrieValue} from "./TrieValue.sol";

/// @title DayEnds
/// @notice See {IDayEnds}.
/// @dev One word a day.
contract DayEnds is IDayEnds {
    using BlockHeader for Memory.Slice[];
    using RLP for *;

    // nonce, balance, storage root, code hash
    uint256 private constant STORAGE_ROOT = 2;

    mapping(uint256 day => bytes32 stateRoot) private _roots;

    /// @inheritdoc IDayEnds
    function pin(uint256 day, bytes[] calldata headers) external {
        require(_roots[day] == 0, DayAlreadyPinned(day));
        uint256 count = headers.length;
        require(count >= 2, DayHeadersMissing(count));

        Memory.Slice[] memory next = BlockHeader.parseHeader(headers[0]);
        bytes32 hash = keccak256(headers[0]);
        require(next.verifyBlockHeader(hash), DayHeaderUnknown(hash));
        for (uint256 i = 1; i < count - 1; ++i) next = _parentOf(next, headers, i);
        Memory.Slice[] memory last = _parentOf(next, headers, count - 1);

        (uint256 lastDay, uint256 nextDay) = (Calendar.dayOf(last.getTimestamp()), Calendar.dayOf(next.getTimestamp()));
        require(lastDay <= day && day < nextDay, DayEndsElsewhere(day, lastDay, nextDay));
        bytes32 root = last.getStateRoot();
        _roots[day] = root;
        emit DayPinned(day, last.getNumber(), root);
    }

    /// @inheritdoc IDayEnds
    function valueAt(
        uint256 day,
        address target,
        bytes32 slot,
        SlotProof calldata proof
    ) external view returns (uint256) {
        bytes32 root = _roots[day];
        require(root != 0, DayNotPinned(day));
        bytes memory account = TrieValue.get(root, keccak256(abi.encodePacked(target)), proof.account);
        require(account.length != 0, DayAccountMissing(day, target));
        bytes32 storageRoot = account.decodeList()[STORAGE_ROOT].readBytes32();
        bytes memory value = TrieValue.get(storageRoot, keccak256(abi.encodePacked(slot)), proof.slot);
        return value.length == 0 ? 0 : value.decodeUint256();
    }

    /// @inheritdoc IDayEnds
    function stateRootOf(uint256 day) external view returns (bytes32) {
        return _roots[day];
    }

    function _parentOf(
        Memory.Slice[] memory child,
        bytes[] calldata headers,
        uint256 position
    ) private pure returns (Memory.Slice[] memory) {
        require(keccak256(headers[position]) == child.getParentHash(), DayHeadersBroken(position));
        return BlockHeader.parseHeader(headers[position]);
    }
}
