// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {ForeignLedger} from "../../../contracts/interop/ForeignLedger.sol";
import {LogProof} from "../../../contracts/interop/IForeignLedger.sol";
import {
    IMessageAttributes,
    IMessageGateway,
    Message,
    MessageKind
} from "../../../contracts/interop/IMessageGateway.sol";
import {MessageGateway} from "../../../contracts/interop/MessageGateway.sol";
import {InteropParty, InteropStage} from "../support/InteropStage.sol";

/// @dev What can be done with messages, headers, lanes and validators, rightly and wrongly.
abstract contract InteropActs is InteropStage {
    // -------------------------------------------------------------------- acts

    function send(uint256 from, uint256 lifetime, uint256 payload) external now_ {
        uint256 s = from % 2;
        Message memory message;
        message.sourceChainId = _places[s].chainId;
        message.destinationChainId = _places[1 - s].chainId;
        message.sequence = uint64(_stories[s].length) + 1;
        message.deadline = uint64(_clock + 1 + (lifetime % 4 hours));
        message.gasLimit = 200_000;
        message.sender = address(_places[s].party);
        message.recipient = address(_places[1 - s].party);
        message.payload = abi.encode(payload);
        bytes[] memory attributes = new bytes[](2);
        attributes[0] = abi.encodeCall(IMessageAttributes.deadline, (message.deadline));
        attributes[1] = abi.encodeCall(IMessageAttributes.gasLimit, (message.gasLimit));
        bytes memory to = InteroperableAddress.formatEvmV1(message.destinationChainId, message.recipient);
        bytes memory call = abi.encodeCall(InteropParty.send, (_places[s].gateway, to, message.payload, attributes));
        if (!_do("send", s, address(_places[s].party), call, !_places[s].halted)) return;

        bytes32 id = _places[s].gateway.messageId(message);
        bytes32[4] memory topics = [
            IMessageGateway.InterchainSent.selector,
            bytes32(uint256(message.destinationChainId)),
            bytes32(uint256(message.sequence)),
            id
        ];
        uint256 sentIn = _mine(s, topics, abi.encode(message.deadline, message.gasLimit));
        _stories[s].push(Story(message, id, sentIn, 0, 0, false));
    }

    /// @dev Carries a header of `from` to the other ledger, signed in one of several wrong ways or rightly.
    function carryHeader(uint256 from, uint256 which, uint256 manner, uint256 epochSeed) external now_ {
        uint256 s = from % 2;
        uint256 d = 1 - s;
        if (_blocks[s].length == 0) return;
        uint256 b = _blockToCarry(s, which);
        uint256 current = _epochs[d].length - 1;
        uint256 epoch = epochSeed % 8 == 0 ? epochSeed % (current + 2) : current;
        (bytes[] memory signatures, bool signed) = _votes(d, epoch, _blocks[s][b].hash, manner % 12);
        _carry(s, b, epoch, signatures, signed);
    }

    /// @dev Carries another header of the same number as one that is known.
    function carryTwin(uint256 from, uint256 which) external now_ {
        uint256 s = from % 2;
        if (_blocks[s].length == 0 || which % 16 != 0) return;
        Block storage original = _blocks[s][(which / 16) % _blocks[s].length];
        bytes memory rlp = _header(keccak256(original.leaf), original.number, uint64(_clock) + 7 days);
        uint256 epoch = _epochs[1 - s].length - 1;
        (bytes[] memory signatures, ) = _votes(1 - s, epoch, keccak256(rlp), 0);
        Place storage place = _places[1 - s];
        bool equivocates = original.signedBy > place.distrusted;
        // without a known one to contradict it would be a header like any other, which nobody needs
        if (!equivocates && !place.closed) return;
        bytes memory call = abi.encodeCall(ForeignLedger.acceptHeader, (rlp, epoch, signatures));
        if (!_do("carryTwin", 1 - s, address(place.known), call, !place.closed)) return;
        place.closed = true;
        place.distrusted = uint64(epoch);
    }

    function deliver(uint256 from, uint256 which, uint256 manner) external now_ {
        _end("deliver", from % 2, which, manner % 12);
    }

    function reject(uint256 from, uint256 which, uint256 manner) external now_ {
        _end("reject", from % 2, which, manner % 12);
    }

    function acknowledge(uint256 from, uint256 which, uint256 manner) external now_ {
        uint256 s = from % 2;
        uint256 count = _stories[s].length;
        if (count == 0) return;
        uint256 m = which % count;
        for (uint256 i = 0; i < count && (which / count) % 8 != 0 && !_isOpen(s, m); ++i) m = (m + 1) % count;
        Story storage story = _stories[s][m];
        if (story.result == 0) return;
        if (manner % 12 > 5) _carryRightly(1 - s, story.receiptIn);
        uint8 kind = manner % 12 == 1 ? (story.result % 3) + 1 : story.result;
        (LogProof memory proof, bool sound) = _proof(1 - s, story.receiptIn, manner % 12);
        bool expected = sound && kind == story.result && !story.closed && _isProvable(1 - s, story.receiptIn);
        bytes memory call = abi.encodeCall(MessageGateway.acknowledge, (story.id, MessageKind(kind), proof));
        if (_do("acknowledge", s, address(_places[s].gateway), call, expected)) story.closed = true;
    }

    function haltLane(uint256 where, uint256 chance) external now_ {
        if (chance % 4 != 0) return;
        Place storage place = _places[where % 2];
        bytes memory call = abi.encodeCall(MessageGateway.haltLane, (_places[1 - (where % 2)].chainId));
        if (_do("haltLane", where % 2, address(place.gateway), call, true)) place.halted = true;
    }

    function resumeLane(uint256 where) external now_ {
        Place storage place = _places[where % 2];
        bytes memory call = abi.encodeCall(MessageGateway.resumeLane, (_places[1 - (where % 2)].chainId));
        if (_do("resumeLane", where % 2, address(place.gateway), call, true)) place.halted = false;
    }

    function rotate(uint256 where, uint256 count, uint256 quorum, uint256 grace) external now_ {
        uint256 s = where % 2;
        count = count % 16 == 0 ? count % 67 : 2 + (count % 7);
        quorum = quorum % 4 == 0 ? quorum % (count + 3) : count / 2 + 1 + (quorum % 2);
        grace = grace % 10 days;
        bool expected = count >= 2 && count <= 64 && quorum >= 2 && 2 * quorum > count && quorum <= count;
        expected = expected && grace <= 7 days;
        Epoch memory next = _newEpoch(count, quorum);
        bytes memory call = abi.encodeCall(ForeignLedger.rotate, (_addresses(next), quorum, grace));
        if (!_do("rotate", s, address(_places[s].known), call, expected)) return;
        _epochs[s][_epochs[s].length - 1].goodUntil = _clock + grace;
        _epochs[s].push(next);
        _places[s].closed = false;
    }

    function jump(uint256 by) external {
        _clock += by % 16 == 0 ? by % 2 days : by % 30 minutes;
    }

    // --------------------------------------------------------------- internals

    /// @dev What may become of a message at its destination, at the end also.
    function _end(string memory act, uint256 s, uint256 which, uint256 manner) internal returns (bool) {
        if (_stories[s].length == 0) return false;
        uint256 m = _messageToEnd(s, which);
        if (manner > 5) _carryRightly(s, _stories[s][m].sentIn);
        Message memory message = _stories[s][m].message;
        bool isDelivery = keccak256(bytes(act)) == keccak256("deliver");
        bool expected = isDelivery ? _isDeliverable(s, message.deadline) : _clock > message.deadline;
        (bytes memory call, bool sound) = _ending(isDelivery, s, m, manner);
        expected = expected && sound && m == _places[1 - s].received && _isProvable(s, _stories[s][m].sentIn);
        if (!_do(act, 1 - s, address(_places[1 - s].gateway), call, expected)) return false;
        bool accepts = uint8(message.payload[0]) % 2 == 0;
        _noteResult(s, m, isDelivery ? (accepts ? 1 : 2) : 3);
        return true;
    }

    /// @dev Mostly the next one.
    function _messageToEnd(uint256 s, uint256 which) private view returns (uint256) {
        (uint256 count, uint64 received) = (_stories[s].length, _places[1 - s].received);
        return which % 8 == 0 || received >= count ? which % count : received;
    }

    /// @dev In manner 1 with another payload.
    function _ending(
        bool isDelivery,
        uint256 s,
        uint256 m,
        uint256 manner
    ) private view returns (bytes memory call, bool sound) {
        Message memory message = _stories[s][m].message;
        LogProof memory proof;
        (proof, sound) = _proof(s, _stories[s][m].sentIn, manner);
        if (manner == 1) (message.payload, sound) = (abi.encode(s, m, manner), false);
        call =
            isDelivery
                ? abi.encodeCall(MessageGateway.deliver, (message, proof))
                : abi.encodeCall(MessageGateway.reject, (message, proof));
    }

    function _isDeliverable(uint256 s, uint64 deadline) private view returns (bool) {
        return !_places[1 - s].halted && _clock <= deadline;
    }

    function _noteResult(uint256 s, uint256 m, uint8 result) private {
        ++_places[1 - s].received;
        Story storage told = _stories[s][m];
        told.result = result;
        bytes32[4] memory topics = [
            IMessageGateway.InterchainReceipt.selector,
            bytes32(uint256(_places[s].chainId)),
            bytes32(uint256(result)),
            told.id
        ];
        told.receiptIn = _mine(1 - s, topics, "");
    }
}
