// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {IForeignLedger, LogProof} from "./IForeignLedger.sol";

/// @notice What goes from one ledger to the other, in the vocabulary and with the numbers of IBTP version 2 (the
/// inter-blockchain transfer protocol of BitXHub).
enum MessageKind {
    Interchain,
    ReceiptSuccess,
    ReceiptFailure,
    ReceiptRollback
}

/// @notice Where a message stands; what came after None is the kind plus one.
enum MessageStatus {
    None,
    Sent,
    Success,
    Failure,
    Rollback
}

/// @notice A message, as its lane carries it.
/// @param sourceChainId Ledger that it comes from.
/// @param destinationChainId Ledger that it goes to.
/// @param sequence Its place in the lane, from 1 without gaps (IBTP: index).
/// @param deadline Last second, by the destination's clock, at which it is delivered.
/// @param gasLimit Gas that its recipient gets.
/// @param sender Who sent it, there.
/// @param recipient Whom it is for, here.
/// @param payload What it says; at most 16 KiB.
struct Message {
    uint64 sourceChainId;
    uint64 destinationChainId;
    uint64 sequence;
    uint64 deadline;
    uint32 gasLimit;
    address sender;
    address recipient;
    bytes payload;
}

/// @title IMessageAttributes
/// @notice Attributes (ERC-7786) that {IMessageGateway} understands: a selector of these, then its argument.
interface IMessageAttributes {
    /// @notice Last second, by the destination's clock, at which the message is delivered. Without it: a day from now.
    function deadline(uint64 time) external;

    /// @notice Gas that the recipient gets, at most 5,000,000. Without it: 500,000.
    function gasLimit(uint32 gas) external;
}

/// @title IMessageGateway
/// @notice Messages between two ledgers (ERC-7786), each accepted on proof that the other ledger's gateway sent it.
/// @dev Each foreign ledger has a lane, registered once: the gateway there and what is known of that ledger
/// ({IForeignLedger}). In each of its directions messages are numbered from 1 and taken in that order, each once:
///
///     source                            destination
///     sendMessage  ── Interchain ─────▶ deliver, up to the deadline → Success or Failure (the recipient's answer)
///                                       reject, after it            → Rollback
///     acknowledge  ◀─ Receipt… ───────── (either leaves the receipt)
///
/// A message's id binds both chain ids, both gateways, its place, its terms and its payload; it is ERC-7786's sendId
/// and receiveId. The sendId is never zero: somebody has to carry the proof. Who that is does not matter; the carrier
/// is trusted with nothing.
///
/// Always true: a message has exactly one result at the destination, and at the source no other; deliveries happen
/// strictly by number, without a gap, none twice; after its deadline a message can only be rejected, so a late success
/// does not exist; a halted lane takes no new message and delivers none, but rejections and receipts go on, so that
/// what is in flight ends.
/// Assumed: what {IForeignLedger} assumes of the other ledger's validators; that the lane was registered with the
/// gateway that registered this one.
/// Not protected: a recipient that wants more gas than its message states (the result is Failure); order between
/// receipts; a lane filled by many messages (each costs its sender fees, each delivery costs the carrier gas). What a
/// halt leaves undelivered ends by its deadline. Payloads are public on both ledgers.
interface IMessageGateway is IERC7786GatewaySource {
    /// @param gateway The gateway there; zero: no such lane.
    /// @param halted Whether this side takes and delivers nothing new.
    /// @param sent Messages sent there so far.
    /// @param ledger What is known of that ledger.
    /// @param received Messages from there that have a result here.
    struct Lane {
        address gateway;
        bool halted;
        uint64 sent;
        IForeignLedger ledger;
        uint64 received;
    }

    /// @param sender Who sent it.
    /// @param destinationChainId Where to.
    /// @param status Sent, or how it ended.
    /// @param notified Whether the sender has taken note of the end ({IMessageSender}).
    struct Sent {
        address sender;
        uint64 destinationChainId;
        MessageStatus status;
        bool notified;
    }

    /// @param sourceChainId Where from.
    /// @param status How it ended here.
    struct Received {
        uint64 sourceChainId;
        MessageStatus status;
    }

    /// @notice The ledger `chainId` can be written to and heard from.
    event LaneRegistered(uint64 indexed chainId, address indexed gateway, address indexed ledger);
    /// @notice Nothing new is taken or delivered on this side of the lane.
    event LaneHalted(uint64 indexed chainId, address indexed by);
    /// @notice The lane goes on.
    event LaneResumed(uint64 indexed chainId, address indexed by);
    /// @notice A message was numbered (IBTP: INTERCHAIN). Its proof is the proof of this event.
    event InterchainSent(
        uint64 indexed destinationChainId,
        uint64 indexed sequence,
        bytes32 indexed id,
        uint64 deadline,
        uint32 gasLimit
    );
    /// @notice A message has its result (IBTP: RECEIPT_SUCCESS, RECEIPT_FAILURE, RECEIPT_ROLLBACK). The receipt's proof
    /// is the proof of this event.
    event InterchainReceipt(uint64 indexed sourceChainId, MessageKind indexed kind, bytes32 indexed id);
    /// @notice Said again what {InterchainSent} or {InterchainReceipt} said; proves the same.
    event InterchainReaffirmed(uint64 indexed chainId, MessageKind indexed kind, bytes32 indexed id);
    /// @notice A message's result is known at its source.
    event MessageClosed(bytes32 indexed id, address indexed sender, MessageKind indexed kind);
    /// @notice The sender has taken note of it.
    event SenderNotified(bytes32 indexed id, address indexed sender, MessageKind indexed kind);

    /// @notice The lane's other end has no gateway, or what is known is known of another ledger.
    error LanePeerInvalid(uint64 chainId, address gateway, address ledger);
    /// @notice A lane is registered once.
    error LaneExists(uint64 chainId, address gateway);
    /// @notice There is no lane to or from that ledger.
    error LaneUnknown(uint256 chainId);
    /// @notice The lane is halted on this side.
    error LaneIsHalted(uint64 chainId);
    /// @notice A message carries no value: value moves through the settlement engine.
    error MessageValueRefused(uint256 value);
    /// @notice The recipient is not an EVM account with chain and address, written in the canonical way (ERC-7930).
    error MessageRecipientInvalid(bytes recipient);
    /// @notice The payload is too long.
    error MessagePayloadTooLong(uint256 length, uint256 maximum);
    /// @notice The attribute is there twice or is not a selector with one argument.
    error MessageAttributeInvalid(bytes4 selector);
    /// @notice The deadline is not in the future or too far away.
    error MessageDeadlineInvalid(uint256 deadline, uint256 earliest, uint256 latest);
    /// @notice The recipient asks for more gas than a delivery can give.
    error MessageGasLimitInvalid(uint256 gasLimit, uint256 maximum);
    /// @notice The message is for another ledger.
    error MessageDestinationInvalid(uint64 destinationChainId, uint256 chainId);
    /// @notice The lane's message of this number has its result already.
    error MessageAlreadyReceived(uint64 sequence, uint64 received);
    /// @notice The lane's messages before this one have no result yet.
    error MessageOutOfOrder(uint64 sequence, uint64 expected);
    /// @notice The message can only be rejected.
    error MessageExpired(bytes32 id, uint64 deadline, uint256 time);
    /// @notice The message can still be delivered.
    error MessageNotExpired(bytes32 id, uint64 deadline, uint256 time);
    /// @notice The proven event is not the lane's other gateway's.
    error MessageEmitterInvalid(bytes32 id, address emitter, address gateway);
    /// @notice The proven event does not say this of this message.
    error MessageEventMismatch(bytes32 id, MessageKind kind);
    /// @notice The transaction has too little gas left to give the receiver what it is owed.
    error MessageGasMissing(bytes32 id, uint256 gasLeft, uint256 required);
    /// @notice A receipt is success, failure or rollback.
    error MessageKindInvalid(bytes32 id, MessageKind kind);
    /// @notice No message with this id was sent from here, or it has ended.
    error MessageNotPending(bytes32 id, MessageStatus status);
    /// @notice The message has not ended, or its sender has taken note.
    error MessageNotNotifiable(bytes32 id, MessageStatus status, bool notified);
    /// @notice This gateway has neither sent nor received such a message.
    error MessageUnknown(bytes32 id);

    // ---------------------------------------------------------------- source

    /// @notice Closes a message on the proof of its receipt, and tells the sender.
    /// @dev Caller: anyone. Possible while the lane is halted. Reverts with {MessageKindInvalid}, {MessageNotPending},
    /// the foreign ledger's errors, {MessageEmitterInvalid}, {MessageEventMismatch}, {MessageGasMissing},
    /// ReentrancyGuardReentrantCall. If the sender refuses, see {notifySender}.
    /// @param proof Of the destination gateway's {InterchainReceipt} or {InterchainReaffirmed}.
    function acknowledge(bytes32 id, MessageKind kind, LogProof calldata proof) external;

    /// @notice Tells a sender that refused or had no code how its message ended, once more.
    /// @dev Caller: anyone. Reverts with {MessageNotNotifiable}, {MessageGasMissing}, ReentrancyGuardReentrantCall.
    /// @return notified Whether it took note now.
    function notifySender(bytes32 id) external returns (bool notified);

    // ----------------------------------------------------------- destination

    /// @notice Gives the lane's next message to its recipient and leaves the receipt: success if the recipient answers
    /// as ERC-7786 wants, failure otherwise.
    /// @dev Caller: anyone. Reverts with {MessageDestinationInvalid}, {LaneUnknown}, {LaneIsHalted},
    /// {MessageAlreadyReceived}, {MessageOutOfOrder}, {MessageExpired}, the foreign ledger's errors,
    /// {MessageEmitterInvalid}, {MessageEventMismatch}, {MessageGasMissing}, ReentrancyGuardReentrantCall.
    /// @param proof Of the source gateway's {InterchainSent} or {InterchainReaffirmed}.
    /// @return kind ReceiptSuccess or ReceiptFailure.
    function deliver(Message calldata message, LogProof calldata proof) external returns (MessageKind kind);

    /// @notice Rejects the lane's next message, whose time is over, and leaves the receipt.
    /// @dev Caller: anyone. Possible while the lane is halted. Reverts like {deliver}, with {MessageNotExpired} in place
    /// of {MessageExpired}, and without {LaneIsHalted} and {MessageGasMissing}.
    function reject(Message calldata message, LogProof calldata proof) external;

    // ------------------------------------------------------------------ both

    /// @notice Says again, in a transaction of its own, that the message was sent or how it ended.
    /// @dev Caller: anyone. A proof contains everything that was logged in its transaction: whoever sends or receives
    /// a message amid too many logs cannot hinder the lane. Reverts with {MessageUnknown}.
    function reaffirm(bytes32 id) external;

    // ------------------------------------------------------------ governance

    /// @notice Opens the lane to and from a ledger, for good.
    /// @dev Restricted (central bank). Reverts with AccessManagedUnauthorized, {LanePeerInvalid}, {LaneExists}.
    /// @param gateway The gateway there.
    /// @param ledger What is known here of that ledger; its chain id is the lane's.
    function registerLane(uint64 chainId, address gateway, IForeignLedger ledger) external;

    /// @notice Stops sending and delivery on this side of the lane.
    /// @dev Restricted. Reverts with AccessManagedUnauthorized, {LaneUnknown}. A halted lane again changes nothing.
    function haltLane(uint64 chainId) external;

    /// @notice Lets the lane go on.
    /// @dev Restricted (another role). Reverts with AccessManagedUnauthorized, {LaneUnknown}. A lane that is not halted
    /// stays as it is.
    function resumeLane(uint64 chainId) external;

    // ----------------------------------------------------------------- views

    /// @notice The lane to and from a ledger; all zero if there is none.
    function laneOf(uint64 chainId) external view returns (Lane memory);

    /// @notice Id of a message to or from this ledger: hash of both gateways and all that it says.
    /// @dev Reverts with {LaneUnknown}, {MessageDestinationInvalid} if it neither comes from here nor goes here.
    function messageId(Message calldata message) external view returns (bytes32 id);

    /// @notice What is kept of a message sent from here; all zero if there is none.
    function sentOf(bytes32 id) external view returns (Sent memory);

    /// @notice What is kept of a message that has its result here; all zero if there is none.
    function receivedOf(bytes32 id) external view returns (Received memory);
}
