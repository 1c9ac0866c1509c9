// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlementEngine, Instruction, InstructionStatus, Leg} from "./ISettlementEngine.sol";
import {Instructions} from "./Instructions.sol";

/// @title InstructionQueue
/// @notice The public record of instructions that wait for cover.
abstract contract InstructionQueue is Instructions {
    uint256 private constant PRIORITY_BITS = 8;

    // Bits 0–7 priority, the rest the place of arrival, from 1.
    mapping(bytes32 id => uint256 entry) private _entries;
    uint256 private _arrivals;

    /// @inheritdoc ISettlementEngine
    function queue(
        Instruction calldata instruction,
        bytes[] calldata consents,
        uint8 priority
    ) external returns (bytes32 id) {
        Leg[] calldata legs = instruction.legs;
        id = _id(instruction);
        address initiator = _initiator(id, legs);
        InstructionStatus status = statusOf(initiator, instruction.businessRef);
        require(status == InstructionStatus.Open, InstructionAlreadyEnded(id, status));
        require(block.timestamp <= instruction.notAfter, InstructionExpired(id, instruction.notAfter, block.timestamp));
        require(_entries[id] == 0, InstructionAlreadyQueued(id));
        _requireGiver(id, legs);

        _affirmAll(id, legs, consents);
        uint256 sequence = ++_arrivals;
        _entries[id] = (sequence << PRIORITY_BITS) | priority;
        emit InstructionQueued(id, initiator, sequence, priority, instruction);
    }

    /// @inheritdoc ISettlementEngine
    function setPriority(Instruction calldata instruction, uint8 priority) external returns (bytes32 id) {
        uint256 entry;
        (id, entry) = _requireQueued(instruction);
        uint8 previous = uint8(entry);
        if (previous == priority) return id;
        _entries[id] = entry ^ previous ^ priority;
        emit InstructionPrioritized(id, msg.sender, previous, priority);
    }

    /// @inheritdoc ISettlementEngine
    function dequeue(Instruction calldata instruction) external returns (bytes32 id) {
        (id, ) = _requireQueued(instruction);
        delete _entries[id];
        emit InstructionDequeued(id, msg.sender);
        _revoke(id, msg.sender);
    }

    /// @inheritdoc ISettlementEngine
    function queueEntry(bytes32 id) external view returns (uint256 sequence, uint8 priority) {
        uint256 entry = _entries[id];
        return (entry >> PRIORITY_BITS, uint8(entry));
    }

    // --------------------------------------------------------------- internals

    function _affirmAll(bytes32 id, Leg[] calldata legs, bytes[] calldata consents) private {
        uint256 givers;
        for (uint256 i = 0; i < legs.length; ++i) {
            address giver = _newGiver(id, legs, i);
            if (giver == address(0)) continue;
            require(_consents(id, giver, consents, givers++), InstructionConsentMissing(id, giver));
            _affirm(id, giver);
        }
        require(consents.length <= givers, InstructionConsentsExcessive(id, consents.length, givers));
    }

    function _requireQueued(Instruction calldata instruction) private view returns (bytes32 id, uint256 entry) {
        id = _id(instruction);
        _requireGiver(id, instruction.legs);
        entry = _entries[id];
        require(entry != 0, InstructionNotQueued(id));
    }
}
