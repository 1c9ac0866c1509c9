// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IForeignLedger, LogProof, ProvenLog} from "./IForeignLedger.sol";
import {IMessageAttributes, IMessageGateway, Message, MessageKind, MessageStatus} from "./IMessageGateway.sol";
import {IMessageSender} from "./IMessageSender.sol";

/// @title MessageGateway
/// @notice See {IMessageGateway}.
/// @dev Immutable; holds nothing. One word a message at each end, two words a lane.
contract MessageGateway is IMessageGateway, AccessManaged, ReentrancyGuardTransient {
    using InteroperableAddress for bytes;
    using SafeCast for uint256;

    bytes32 private constant MESSAGE_TYPEHASH = keccak256(
        "Message(uint64 sourceChainId,address sourceGateway,uint64 destinationChainId,address destinationGateway,uint64 sequence,uint64 deadline,uint32 gasLimit,address sender,address recipient,bytes payload)"
    );
    uint256 private constant MAX_PAYLOAD = 16 * 1024;
    uint64 private constant DEFAULT_LIFETIME = 1 days;
    uint64 private constant MAX_LIFETIME = 30 days;
    uint32 private constant DEFAULT_GAS = 500_000;
    /// @dev What a delivery needs besides stays below what one transaction may use (EIP-7825).
    uint32 private constant MAX_GAS = 5_000_000;
    /// @dev Told to senders in {IMessageSender}.
    uint32 private constant CALLBACK_GAS = 500_000;
    /// @dev For the call itself and what follows it.
    uint256 private constant GAS_RESERVE = 60_000;
    uint256 private constant ATTRIBUTE_LENGTH = 36;

    mapping(uint64 chainId => Lane) private _lanes;
    mapping(bytes32 id => Sent) private _sent;
    mapping(bytes32 id => Received) private _received;

    constructor(address authority_) AccessManaged(authority_) {}

    // ----------------------------------------------------------------- source

    /// @inheritdoc IERC7786GatewaySource
    /// @dev Caller: anyone. Attributes: {IMessageAttributes}. Returns the message's id. Reverts with
    /// {MessageValueRefused}, {MessageRecipientInvalid}, {LaneUnknown}, {LaneIsHalted}, {MessagePayloadTooLong},
    /// UnsupportedAttribute, {MessageAttributeInvalid}, {MessageDeadlineInvalid}, {MessageGasLimitInvalid}.
    function sendMessage(
        bytes calldata recipient,
        bytes calldata payload,
        bytes[] calldata attributes
    ) external payable returns (bytes32 sendId) {
        require(msg.value == 0, MessageValueRefused(msg.value));
        require(payload.length <= MAX_PAYLOAD, MessagePayloadTooLong(payload.length, MAX_PAYLOAD));
        Message memory message;
        (message.destinationChainId, message.recipient) = _parseRecipient(recipient);
        Lane storage lane = _openLane(message.destinationChainId);
        (message.deadline, message.gasLimit) = _parseAttributes(attributes);
        message.sourceChainId = block.chainid.toUint64();
        message.sequence = ++lane.sent;
        message.sender = msg.sender;

        sendId = _idOf(message, keccak256(payload), address(this), lane.gateway);
        _sent[sendId] = Sent(msg.sender, message.destinationChainId, MessageStatus.Sent, false);
        emit InterchainSent(message.destinationChainId, message.sequence, sendId, message.deadline, message.gasLimit);
        emit MessageSent(
            sendId,
            InteroperableAddress.formatEvmV1(block.chainid, msg.sender),
            recipient,
            payload,
            0,
            attributes
        );
    }

    /// @inheritdoc IMessageGateway
    function acknowledge(bytes32 id, MessageKind kind, LogProof calldata proof) external nonReentrant {
        require(kind != MessageKind.Interchain, MessageKindInvalid(id, kind));
        Sent storage sent = _sent[id];
        require(sent.status == MessageStatus.Sent, MessageNotPending(id, sent.status));
        _requireProven(_lanes[sent.destinationChainId], id, kind, proof);

        sent.status = _statusOf(kind);
        emit MessageClosed(id, sent.sender, kind);
        _notify(sent, id, kind);
    }

    /// @inheritdoc IMessageGateway
    function notifySender(bytes32 id) external nonReentrant returns (bool notified) {
        Sent storage sent = _sent[id];
        MessageStatus status = sent.status;
        require(status > MessageStatus.Sent && !sent.notified, MessageNotNotifiable(id, status, sent.notified));
        return _notify(sent, id, MessageKind(uint8(status) - 1));
    }

    // ------------------------------------------------------------ destination

    /// @inheritdoc IMessageGateway
    function deliver(
        Message calldata message,
        LogProof calldata proof
    ) external nonReentrant returns (MessageKind kind) {
        Lane storage lane = _openLane(message.sourceChainId);
        bytes32 id = _receiveNext(lane, message, proof);
        require(block.timestamp <= message.deadline, MessageExpired(id, message.deadline, block.timestamp));

        bytes memory call = abi.encodeCall(
            IERC7786Recipient.receiveMessage,
            (id, InteroperableAddress.formatEvmV1(message.sourceChainId, message.sender), message.payload)
        );
        (bool done, bytes32 answer) = _callBounded(id, message.recipient, call, message.gasLimit);
        bool accepted = done && answer == bytes32(IERC7786Recipient.receiveMessage.selector);
        kind = accepted ? MessageKind.ReceiptSuccess : MessageKind.ReceiptFailure;
        _leaveReceipt(id, message.sourceChainId, kind);
    }

    /// @inheritdoc IMessageGateway
    function reject(Message calldata message, LogProof calldata proof) external nonReentrant {
        bytes32 id = _receiveNext(_laneOf(message.sourceChainId), message, proof);
        require(block.timestamp > message.deadline, MessageNotExpired(id, message.deadline, block.timestamp));
        _leaveReceipt(id, message.sourceChainId, MessageKind.ReceiptRollback);
    }

    // ------------------------------------------------------------------- both

    /// @inheritdoc IMessageGateway
    function reaffirm(bytes32 id) external {
        Sent storage sent = _sent[id];
        if (sent.status != MessageStatus.None) {
            emit InterchainReaffirmed(sent.destinationChainId, MessageKind.Interchain, id);
            return;
        }
        Received storage received = _received[id];
        MessageStatus status = received.status;
        require(status != MessageStatus.None, MessageUnknown(id));
        emit InterchainReaffirmed(received.sourceChainId, MessageKind(uint8(status) - 1), id);
    }

    // ------------------------------------------------------------- governance

    /// @inheritdoc IMessageGateway
    function registerLane(uint64 chainId, address gateway, IForeignLedger ledger) external restricted {
        Lane storage lane = _lanes[chainId];
        require(lane.gateway == address(0), LaneExists(chainId, lane.gateway));
        require(
            gateway != address(0) && ledger.foreignChainId() == chainId,
            LanePeerInvalid(chainId, gateway, address(ledger))
        );
        lane.gateway = gateway;
        lane.ledger = ledger;
        emit LaneRegistered(chainId, gateway, address(ledger));
    }

    /// @inheritdoc IMessageGateway
    function haltLane(uint64 chainId) external restricted {
        Lane storage lane = _laneOf(chainId);
        if (lane.halted) return;
        lane.halted = true;
        emit LaneHalted(chainId, msg.sender);
    }

    /// @inheritdoc IMessageGateway
    function resumeLane(uint64 chainId) external restricted {
        Lane storage lane = _laneOf(chainId);
        if (!lane.halted) return;
        lane.halted = false;
        emit LaneResumed(chainId, msg.sender);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IMessageGateway
    function laneOf(uint64 chainId) external view returns (Lane memory) {
        return _lanes[chainId];
    }

    /// @inheritdoc IMessageGateway
    function messageId(Message calldata message) external view returns (bytes32 id) {
        bytes32 payloadHash = keccak256(message.payload);
        if (message.sourceChainId == block.chainid) {
            return _idOf(message, payloadHash, address(this), _laneOf(message.destinationChainId).gateway);
        }
        _requireDestination(message);
        return _idOf(message, payloadHash, _laneOf(message.sourceChainId).gateway, address(this));
    }

    /// @inheritdoc IMessageGateway
    function sentOf(bytes32 id) external view returns (Sent memory) {
        return _sent[id];
    }

    /// @inheritdoc IMessageGateway
    function receivedOf(bytes32 id) external view returns (Received memory) {
        return _received[id];
    }

    /// @inheritdoc IERC7786GatewaySource
    function supportsAttribute(bytes4 selector) external pure returns (bool) {
        return selector == IMessageAttributes.deadline.selector || selector == IMessageAttributes.gasLimit.selector;
    }

    // -------------------------------------------------------------- internals

    /// @dev Everything about the next message of a lane but what becomes of it.
    function _receiveNext(
        Lane storage lane,
        Message calldata message,
        LogProof calldata proof
    ) private returns (bytes32 id) {
        _requireDestination(message);
        (uint64 sequence, uint64 received) = (message.sequence, lane.received);
        require(sequence > received, MessageAlreadyReceived(sequence, received));
        require(sequence == received + 1, MessageOutOfOrder(sequence, received + 1));
        id = _idOf(message, keccak256(message.payload), lane.gateway, address(this));
        _requireProven(lane, id, MessageKind.Interchain, proof);
        lane.received = sequence;
    }

    function _leaveReceipt(bytes32 id, uint64 sourceChainId, MessageKind kind) private {
        _received[id] = Received(sourceChainId, _statusOf(kind));
        emit InterchainReceipt(sourceChainId, kind, id);
    }

    function _notify(Sent storage sent, bytes32 id, MessageKind kind) private returns (bool notified) {
        address sender = sent.sender;
        // a call to an account without code succeeds and tells nobody
        if (sender.code.length == 0) return false;
        bytes memory call = abi.encodeCall(IMessageSender.onReceipt, (id, kind));
        (notified, ) = _callBounded(id, sender, call, CALLBACK_GAS);
        if (!notified) return false;
        sent.notified = true;
        emit SenderNotified(id, sender, kind);
    }

    /// @dev Gives exactly `gasLimit` (or the carrier decides by its gas how a message ends), and takes one word back.
    function _callBounded(
        bytes32 id,
        address target,
        bytes memory data,
        uint256 gasLimit
    ) private returns (bool done, bytes32 answer) {
        // a call passes on at most 63 parts of 64 (EIP-150)
        uint256 required = gasLimit + gasLimit / 63 + GAS_RESERVE;
        require(gasleft() >= required, MessageGasMissing(id, gasleft(), required));
        assembly ("memory-safe") {
            done := call(gasLimit, target, 0, add(data, 0x20), mload(data), 0x00, 0x20)
            if gt(returndatasize(), 0x1f) {
                answer := mload(0x00)
            }
        }
    }

    function _laneOf(uint64 chainId) private view returns (Lane storage lane) {
        lane = _lanes[chainId];
        require(lane.gateway != address(0), LaneUnknown(chainId));
    }

    function _openLane(uint64 chainId) private view returns (Lane storage lane) {
        lane = _laneOf(chainId);
        require(!lane.halted, LaneIsHalted(chainId));
    }

    function _requireDestination(Message calldata message) private view {
        uint64 destination = message.destinationChainId;
        require(destination == block.chainid, MessageDestinationInvalid(destination, block.chainid));
    }

    function _requireProven(Lane storage lane, bytes32 id, MessageKind kind, LogProof calldata proof) private view {
        ProvenLog memory log = lane.ledger.provenLog(proof);
        require(log.emitter == lane.gateway, MessageEmitterInvalid(id, log.emitter, lane.gateway));
        bytes32[] memory topics = log.topics;
        // every event that proves something has four topics, the id last; all but one have the kind before it
        require(topics.length == 4 && topics[3] == id, MessageEventMismatch(id, kind));
        bytes32 expected = kind == MessageKind.Interchain ? InterchainSent.selector : InterchainReceipt.selector;
        bool sameKind = uint256(topics[2]) == uint256(kind);
        bool matches =
            topics[0] == InterchainReaffirmed.selector
                ? sameKind
                : topics[0] == expected && (sameKind || kind == MessageKind.Interchain);
        require(matches, MessageEventMismatch(id, kind));
    }

    function _parseRecipient(bytes calldata recipient) private pure returns (uint64 chainId, address account) {
        (bool parsed, uint256 chain, address target) = recipient.tryParseEvmV1Calldata();
        require(
            parsed &&
                target != address(0) &&
                chain != 0 &&
                // leading zeros and trailing bytes would make one account many
                keccak256(recipient) == keccak256(InteroperableAddress.formatEvmV1(chain, target)),
            MessageRecipientInvalid(recipient)
        );
        require(chain <= type(uint64).max, LaneUnknown(chain));
        return (uint64(chain), target);
    }

    function _parseAttributes(bytes[] calldata attributes) private view returns (uint64 deadline, uint32 gasLimit) {
        bool hasDeadline;
        bool hasGasLimit;
        for (uint256 i = 0; i < attributes.length; ++i) {
            bytes calldata attribute = attributes[i];
            bytes4 selector = bytes4(attribute);
            bool isDeadline = selector == IMessageAttributes.deadline.selector;
            require(isDeadline || selector == IMessageAttributes.gasLimit.selector, UnsupportedAttribute(selector));
            require(
                attribute.length == ATTRIBUTE_LENGTH && !(isDeadline ? hasDeadline : hasGasLimit),
                MessageAttributeInvalid(selector)
            );
            uint256 value = uint256(bytes32(attribute[4:]));
            if (isDeadline) {
                (deadline, hasDeadline) = (_requireDeadline(value), true);
            } else {
                require(value <= MAX_GAS, MessageGasLimitInvalid(value, MAX_GAS));
                (gasLimit, hasGasLimit) = (uint32(value), true);
            }
        }
        if (!hasDeadline) deadline = uint64(block.timestamp) + DEFAULT_LIFETIME;
        if (!hasGasLimit) gasLimit = DEFAULT_GAS;
    }

    function _requireDeadline(uint256 deadline) private view returns (uint64) {
        (uint256 earliest, uint256 latest) = (block.timestamp + 1, block.timestamp + MAX_LIFETIME);
        require(deadline >= earliest && deadline <= latest, MessageDeadlineInvalid(deadline, earliest, latest));
        return uint64(deadline);
    }

    function _idOf(
        Message memory message,
        bytes32 payloadHash,
        address sourceGateway,
        address destinationGateway
    ) private pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    MESSAGE_TYPEHASH,
                    message.sourceChainId,
                    sourceGateway,
                    message.destinationChainId,
                    destinationGateway,
                    message.sequence,
                    message.deadline,
                    message.gasLimit,
                    message.sender,
                    message.recipient,
                    payloadHash
                )
            );
    }

    function _statusOf(MessageKind kind) private pure returns (MessageStatus) {
        return MessageStatus(uint8(kind) + 1);
    }
}
