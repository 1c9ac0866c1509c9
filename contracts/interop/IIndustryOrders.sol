// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {MessageKind} from "./IMessageGateway.sol";
import {IMessageSender} from "./IMessageSender.sol";
import {PaymentOutcome, PaymentRequest} from "./IPaymentService.sol";

/// @notice Where an order stands. Paid, Refused, TimedOut and Cancelled are for ever.
enum OrderStatus {
    None,
    Placed,
    Delivered,
    PaymentRequested,
    Paid,
    Refused,
    TimedOut,
    Cancelled
}

/// @notice What is ordered and how it is paid. The EIP-712 struct hash is the order's id.
/// @param buyer Who orders, an account of this ledger.
/// @param seller Who delivers, an account of this ledger.
/// @param payer The buyer's account on the ledger of the money.
/// @param payee The seller's account there.
/// @param amount Price, minor units.
/// @param purpose Purpose code (ISO 20022, four letters).
/// @param goods Hash of what is ordered, as the parties have agreed.
/// @param deliverBy Last second of delivery, Unix seconds.
/// @param payBy Expiry of the payer's hold there, Unix seconds.
/// @param salt Makes two orders with otherwise equal terms differ.
struct OrderTerms {
    address buyer;
    address seller;
    address payer;
    address payee;
    uint256 amount;
    bytes4 purpose;
    bytes32 goods;
    uint48 deliverBy;
    uint48 payBy;
    bytes32 salt;
}

/// @title IIndustryOrders
/// @notice An industry chain's application: orders, their delivery, and their payment in a currency that is not on this
/// ledger. It asks the payment service on the ledger of the money by message, and ends the order by what it hears.
/// @dev This ledger has no token and the contract no owner. An order goes one way:
///
///     place ─▶ Placed ── deliver ─▶ Delivered ── requestPayment ─▶ PaymentRequested ─┬ answer: paid ───────▶ Paid
///                │                      │                                          ├ answer, or failure ▶ Refused
///                └────── cancel ────────┴─▶ Cancelled                              └ rollback ──────────▶ TimedOut
///
/// The buyer looks at what was delivered for the inspection period: it has the payment requested at once, or cancels; once
/// the period is over anyone has it requested. Request and answer are messages of {IMessageGateway}; whoever carries them is
/// trusted with nothing. The request has a deadline, by the clock of the ledger of the money, before the payer's hold
/// expires; after it nothing is paid any more, and the rollback ends the order.
///
/// Always true: an order ends once and stays as it ended; payment is requested at most once, only for what was delivered;
/// it is Paid only if the service's ledger has paid it.
/// Assumed: what the gateway assumes; that the payer has consented by its hold there (a seller looks before it delivers).
/// Not protected: the quality of the goods, and a seller that claims a delivery that a silent buyer never got; a refused
/// order is not asked for again: the parties place another, or settle otherwise. Terms are public on both ledgers.
interface IIndustryOrders is IERC7786Recipient, IMessageSender {
    /// @param status How far it has come.
    /// @param outcome What the service has answered; None if it has not.
    /// @param refusal Selector of the currency's error if it refused.
    /// @param deliveredAt Unix seconds.
    /// @param request Id of the message that asked for payment.
    /// @param paymentRef Reference of the payment on the ledger of the money.
    struct Order {
        OrderStatus status;
        PaymentOutcome outcome;
        bytes4 refusal;
        uint48 deliveredAt;
        bytes32 request;
        bytes32 paymentRef;
    }

    /// @notice An order was placed.
    event OrderPlaced(
        bytes32 indexed id,
        address indexed buyer,
        address indexed seller,
        address payer,
        address payee,
        uint256 amount,
        bytes4 purpose,
        bytes32 goods,
        uint256 deliverBy,
        uint256 payBy,
        bytes32 salt
    );
    /// @notice The seller has delivered. `evidence` is the hash of the delivery note.
    event OrderDelivered(bytes32 indexed id, address indexed seller, bytes32 evidence);
    /// @notice Payment was asked for by the message `request`.
    event OrderPaymentRequested(bytes32 indexed id, bytes32 indexed request, address indexed by);
    /// @notice The service has the request and will answer.
    event OrderRequestHeard(bytes32 indexed id, bytes32 indexed request);
    /// @notice The order was paid.
    event OrderPaid(bytes32 indexed id, bytes32 indexed request, bytes32 indexed paymentRef);
    /// @notice The order was not paid. Outcome None: the service has not taken the request at all.
    event OrderRefused(bytes32 indexed id, bytes32 indexed request, PaymentOutcome outcome, bytes4 refusal);
    /// @notice The request did not get there in time and never will.
    event OrderTimedOut(bytes32 indexed id, bytes32 indexed request);
    /// @notice The order was cancelled.
    event OrderCancelled(bytes32 indexed id, address indexed by);

    /// @notice The gateway is no contract, the service is missing, or requests live longer than a lane lets them.
    error OrdersSetupInvalid(address gateway, address service, uint256 requestLifetime);
    /// @notice The order names no seller, no amount, or times that do not follow each other.
    error OrderTermsInvalid(bytes32 id);
    /// @notice The caller is not who may do this.
    error OrderCallerInvalid(bytes32 id, address caller);
    /// @notice The order does not stand where this is possible.
    error OrderStatusInvalid(bytes32 id, OrderStatus status);
    /// @notice The delivery comes too late.
    error OrderDeliveryLate(bytes32 id, uint256 deliverBy, uint256 time);
    /// @notice The buyer may still look at what was delivered.
    error OrderInspectionOpen(bytes32 id, uint256 until, uint256 time);
    /// @notice It is too early or too late for the buyer to cancel.
    error OrderNotCancellable(bytes32 id, OrderStatus status, uint256 time);
    /// @notice The payer's hold ends before a request could arrive.
    error OrderPaymentOverdue(bytes32 id, uint256 payBy, uint256 time);
    /// @notice Only the gateway brings answers and receipts.
    error OrderGatewayMismatch(address caller, address gateway);
    /// @notice The message is not the payment service's.
    error OrderAnswerSenderInvalid(uint256 chainId, address sender);
    /// @notice The payload is no answer.
    error OrderAnswerMalformed(bytes32 message, uint256 length);
    /// @notice The order does not wait for an answer to this request.
    error OrderAnswerUnexpected(bytes32 id, bytes32 request, OrderStatus status);

    // ---------------------------------------------------------------- parties

    /// @notice Places an order.
    /// @dev Caller: the buyer. Reverts with {OrderCallerInvalid}, {OrderTermsInvalid}, {OrderStatusInvalid} (it was placed).
    /// @return id Hash of the terms.
    function place(OrderTerms calldata terms) external returns (bytes32 id);

    /// @notice Says that the goods were delivered.
    /// @dev Caller: the seller. Reverts with {OrderCallerInvalid}, {OrderStatusInvalid}, {OrderDeliveryLate}.
    /// @param evidence Hash of the delivery note.
    function deliver(OrderTerms calldata terms, bytes32 evidence) external;

    /// @notice Asks for the payment of what was delivered.
    /// @dev Caller: the buyer at once, anyone after the inspection period. Reverts with {OrderStatusInvalid},
    /// {OrderInspectionOpen}, {OrderPaymentOverdue}, and with the gateway's LaneUnknown, LaneIsHalted.
    /// @return request Id of the message.
    function requestPayment(OrderTerms calldata terms) external returns (bytes32 request);

    /// @notice Ends an order for which no payment was requested.
    /// @dev Caller: the seller; the buyer if nothing was delivered in time, within the inspection period, or once the hold
    /// has expired. Reverts with {OrderCallerInvalid}, {OrderStatusInvalid}, {OrderNotCancellable}.
    function cancel(OrderTerms calldata terms) external;

    // ---------------------------------------------------------------- gateway

    /// @notice Ends an order by the service's answer.
    /// @dev Caller: the gateway. Reverts with {OrderGatewayMismatch}, MessageValueRefused,
    /// InteroperableAddressParsingError, {OrderAnswerSenderInvalid},
    /// {OrderAnswerMalformed}, {OrderAnswerUnexpected}.
    /// @param payload A PaymentAnswer.
    function receiveMessage(
        bytes32 receiveId,
        bytes calldata sender,
        bytes calldata payload
    ) external payable returns (bytes4);

    /// @notice Hears how a request ended: taken, failed or rolled back.
    /// @dev Caller: the gateway. Reverts with {OrderGatewayMismatch}.
    function onReceipt(bytes32 id, MessageKind kind) external;

    // ------------------------------------------------------------------ views

    /// @notice Where the order stands; all zero if it is unknown.
    function orderOf(bytes32 id) external view returns (Order memory);

    /// @notice The order that a message asked payment for; zero if there is none.
    function orderOfRequest(bytes32 request) external view returns (bytes32 id);

    /// @notice What is asked for when the order is to be paid: the payer's hold consents to exactly this.
    function requestOf(OrderTerms calldata terms) external view returns (PaymentRequest memory);

    /// @notice Id of an order: the EIP-712 struct hash of its terms.
    function orderId(OrderTerms calldata terms) external pure returns (bytes32);

    /// @notice The gateway that requests go by.
    function gateway() external view returns (address);

    /// @notice Where payments are asked for.
    function paymentService() external view returns (uint64 chainId, address service);

    /// @notice ISO 4217 code of the currency, seconds that a buyer has for inspection, and seconds that a request has.
    function terms() external view returns (bytes3 currency, uint48 inspection, uint48 requestLifetime);
}
