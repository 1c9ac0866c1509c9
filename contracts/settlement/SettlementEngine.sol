// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";
import {InstructionQueue} from "./InstructionQueue.sol";
import {ISettlementEngine, Instruction, InstructionStatus, Leg, NetKey, SettlementItem} from "./ISettlementEngine.sol";
import {NetKeys} from "./NetKeys.sol";
import {NetPositions} from "./NetPositions.sol";

/// @title SettlementEngine
/// @notice See {ISettlementEngine}.
/// @dev Every way to settle runs through {_begin}, which hashes, checks and records before anything moves.
contract SettlementEngine is InstructionQueue, Multicall, ReentrancyGuardTransient {
    using NetKeys for NetKey[];
    using NetPositions for int256;

    // a named error of five words takes 164 bytes; a token must not be able to make the log dear
    uint256 private constant MAX_REASON = 1024;

    uint256 private constant INDEX_BYTES = 4;

    constructor() EIP712("SettlementEngine", "1") {}

    // ------------------------------------------------------------------- gross

    /// @inheritdoc ISettlementEngine
    function settle(
        Instruction calldata instruction,
        bytes[] calldata consents,
        Hold[] calldata holds
    ) external nonReentrant returns (bytes32 id) {
        return _settle(instruction, consents, holds);
    }

    /// @inheritdoc ISettlementEngine
    function settleMany(SettlementItem[] calldata items) external nonReentrant returns (bytes32[] memory ids) {
        ids = new bytes32[](items.length);
        for (uint256 i = 0; i < items.length; ++i) {
            SettlementItem calldata item = items[i];
            ids[i] = _settle(item.instruction, item.consents, item.holds);
        }
    }

    /// @inheritdoc ISettlementEngine
    function trySettleMany(SettlementItem[] calldata items) external returns (bool[] memory settled) {
        settled = new bool[](items.length);
        for (uint256 i = 0; i < items.length; ++i) {
            SettlementItem calldata item = items[i];
            // a call to oneself, so that a refusal undoes this item alone; by delegation, so that the caller stays the
            // caller. Each is locked on its own.
            settled[i] = LowLevelCall.delegatecallNoReturn(
                address(this),
                abi.encodeCall(ISettlementEngine.settle, (item.instruction, item.consents, item.holds))
            );
            if (!settled[i]) emit InstructionFailed(_id(item.instruction), _reason());
        }
    }

    // --------------------------------------------------------------------- net

    /// @inheritdoc ISettlementEngine
    function settleNet(
        SettlementItem[] calldata items,
        NetKey[] calldata keys,
        bytes calldata indices
    ) external nonReentrant returns (bytes32 batchId) {
        require(items.length != 0, NetEmpty());
        keys.requireSorted();
        bytes32[] memory ids = new bytes32[](items.length);
        int256[] memory positions = new int256[](keys.length);
        uint256 cursor;
        for (uint256 i = 0; i < items.length; ++i) {
            SettlementItem calldata item = items[i];
            Instruction calldata instruction = item.instruction;
            bytes32 id = _beginNet(instruction, item.consents, item.holds);
            cursor = _addLegs(id, instruction.legs, keys, indices, cursor, positions);
            ids[i] = id;
        }
        require(cursor == indices.length, NetIndicesMismatch(indices.length, cursor));

        uint256 transfers = _moveNet(keys, positions);
        batchId = keccak256(abi.encodePacked(ids));
        emit NetSettled(batchId, msg.sender, items.length, transfers);
    }

    // --------------------------------------------------------------------- end

    /// @inheritdoc ISettlementEngine
    function cancel(
        Instruction calldata instruction,
        bytes calldata initiatorConsent
    ) external nonReentrant returns (bytes32 id) {
        id = _id(instruction);
        address initiator = _initiator(id, instruction.legs);
        if (msg.sender != initiator) {
            _requireGiver(id, instruction.legs);
            require(_consents(id, initiator, initiatorConsent), InstructionConsentMissing(id, initiator));
        }
        _end(id, initiator, instruction.businessRef, InstructionStatus.Cancelled);
        emit InstructionCancelled(id, initiator, instruction.businessRef, msg.sender);
    }

    /// @inheritdoc ISettlementEngine
    function releaseBoundHold(
        address token,
        Instruction calldata instruction,
        Hold calldata hold
    ) external nonReentrant returns (uint256 released) {
        bytes32 id = _id(instruction);
        address initiator = _initiator(id, instruction.legs);
        require(
            block.timestamp > instruction.notAfter ||
                statusOf(initiator, instruction.businessRef) != InstructionStatus.Open,
            InstructionNotEnded(id)
        );
        // whether this contract may release it at all is the token's to say
        require(hold.businessRef == id, InstructionHoldUnbound(id, hold.businessRef));
        return IHoldLedger(token).releaseHold(hold);
    }

    // ----------------------------------------------------------------- permits

    /// @inheritdoc ISettlementEngine
    function tryPermit(
        address token,
        address owner,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (bool granted) {
        return
            LowLevelCall.callNoReturn(
                token,
                abi.encodeCall(IERC20Permit.permit, (owner, address(this), value, deadline, v, r, s))
            );
    }

    // --------------------------------------------------------------- internals

    function _settle(
        Instruction calldata instruction,
        bytes[] calldata consents,
        Hold[] calldata holds
    ) private returns (bytes32 id) {
        id = _begin(instruction, consents, holds);
        Leg[] calldata legs = instruction.legs;
        for (uint256 i = 0; i < legs.length; ++i) {
            if (_isCovered(holds, i)) _capture(id, i, legs[i], holds[i]);
            else _transfer(legs[i].token, legs[i].from, legs[i].to, legs[i].amount);
        }
    }

    /// @dev Everything but the movement. The record comes before the consents, so that a repetition is named as such.
    function _begin(
        Instruction calldata instruction,
        bytes[] calldata consents,
        Hold[] calldata holds
    ) private returns (bytes32 id) {
        Leg[] calldata legs = instruction.legs;
        id = _id(instruction);
        _requireWindow(id, instruction.notBefore, instruction.notAfter);
        require(
            holds.length == 0 || holds.length == legs.length,
            InstructionHoldsMismatch(id, holds.length, legs.length)
        );
        address initiator = _initiator(id, legs);
        bytes32 businessRef = instruction.businessRef;
        _end(id, initiator, businessRef, InstructionStatus.Settled);
        emit InstructionSettled(id, initiator, businessRef);
        _requireConsents(id, legs, consents, holds);
    }

    function _requireWindow(bytes32 id, uint256 notBefore, uint256 notAfter) private view {
        require(block.timestamp >= notBefore, InstructionNotYetValid(id, notBefore, block.timestamp));
        require(block.timestamp <= notAfter, InstructionExpired(id, notAfter, block.timestamp));
    }

    function _beginNet(
        Instruction calldata instruction,
        bytes[] calldata consents,
        Hold[] calldata holds
    ) private returns (bytes32 id) {
        id = _begin(instruction, consents, holds);
        require(instruction.nettable, InstructionNotNettable(id));
        for (uint256 i = 0; i < holds.length; ++i) {
            if (!_isCovered(holds, i)) continue;
            Leg calldata leg = instruction.legs[i];
            _requireBound(id, i, leg, holds[i]);
            IHoldLedger(leg.token).releaseHold(holds[i]);
        }
    }

    function _capture(bytes32 id, uint256 i, Leg calldata leg, Hold calldata hold) private {
        _requireBound(id, i, leg, hold);
        require(
            hold.amount == leg.amount && (hold.payee == address(0) || hold.payee == leg.to),
            InstructionHoldMismatch(id, i)
        );
        IHoldLedger(leg.token).captureHold(hold, leg.to, leg.amount);
    }

    function _requireBound(bytes32 id, uint256 i, Leg calldata leg, Hold calldata hold) private view {
        require(
            hold.executor == address(this) && hold.businessRef == id && hold.payer == leg.from,
            InstructionHoldMismatch(id, i)
        );
    }

    /// @dev Reads the two indices of each leg and verifies them against the table; a wrong or missing one cannot match.
    function _addLegs(
        bytes32 id,
        Leg[] calldata legs,
        NetKey[] calldata keys,
        bytes calldata indices,
        uint256 cursor,
        int256[] memory positions
    ) private pure returns (uint256) {
        for (uint256 i = 0; i < legs.length; ++i) {
            uint256 pair;
            assembly ("memory-safe") {
                pair := shr(224, calldataload(add(indices.offset, cursor)))
            }
            cursor += INDEX_BYTES;
            _addLeg(id, i, legs[i], keys, pair, positions);
        }
        return cursor;
    }

    function _addLeg(
        bytes32 id,
        uint256 i,
        Leg calldata leg,
        NetKey[] calldata keys,
        uint256 pair,
        int256[] memory positions
    ) private pure {
        (uint256 giver, uint256 receiver) = (pair >> 16, pair & 0xffff);
        address token = leg.token;
        require(keys.isLine(giver, token, leg.from), NetKeyMismatch(id, i, giver));
        require(keys.isLine(receiver, token, leg.to), NetKeyMismatch(id, i, receiver));
        uint256 amount = leg.amount;
        require(amount <= NetPositions.MAX_AMOUNT, NetAmountExceeded(id, i, amount, NetPositions.MAX_AMOUNT));
        positions[giver] = positions[giver].give(amount);
        positions[receiver] = positions[receiver].receiveAmount(amount);
    }

    function _moveNet(NetKey[] calldata keys, int256[] memory positions) private returns (uint256 transfers) {
        uint256 start = 0;
        while (start < keys.length) {
            address token = keys[start].token;
            int256 sum = 0;
            uint256 end = start;
            for (; end < keys.length && keys[end].token == token; ++end) sum += positions[end];
            // each leg takes from one line of the token what it adds to another
            assert(sum == 0);
            transfers += _moveToken(keys, positions, start, end);
            start = end;
        }
    }

    /// @dev Net payers and net receivers are matched in the order of the table: at most one transfer fewer than there
    /// are lines.
    function _moveToken(
        NetKey[] calldata keys,
        int256[] memory positions,
        uint256 start,
        uint256 end
    ) private returns (uint256 transfers) {
        uint256 receiver = start;
        for (uint256 payer = start; payer < end; ++payer) {
            while (positions[payer] < 0) {
                // somebody owes, the sum is zero: somebody is due
                while (positions[receiver] <= 0) ++receiver;
                uint256 amount;
                (amount, positions[payer], positions[receiver]) = positions[payer].offset(positions[receiver]);
                ++transfers;
                _transfer(keys[payer].token, keys[payer].account, keys[receiver].account, amount);
            }
        }
    }

    function _transfer(address token, address from, address to, uint256 amount) private {
        SafeERC20.safeTransferFrom(IERC20(token), from, to, amount);
    }

    /// @dev What the last call reverted with, cut to {MAX_REASON}.
    function _reason() private pure returns (bytes memory reason) {
        uint256 length = LowLevelCall.returnDataSize();
        reason = new bytes(length < MAX_REASON ? length : MAX_REASON);
        assembly ("memory-safe") {
            returndatacopy(add(reason, 0x20), 0, mload(reason))
        }
    }
}
