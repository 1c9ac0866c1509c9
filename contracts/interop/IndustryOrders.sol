// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {IIndustryOrders, OrderStatus, OrderTerms} from "./IIndustryOrders.sol";
import {IMessageGateway, MessageKind} from "./IMessageGateway.sol";
import {Messages} from "./Messages.sol";
import {PaymentAnswer, PaymentOutcome, PaymentRequest} from "./IPaymentService.sol";

/// @title IndustryOrders
/// @notice See {IIndustryOrders}.
/// @dev Immutable and without owner: what may change is for the gateway's authority.
contract IndustryOrders is IIndustryOrders {
    using InteroperableAddress for bytes;
    using Messages for IMessageGateway;

    /// @param gateway This ledger's.
    /// @param moneyChainId Ledger of the money.
    /// @param service The payment service there.
    /// @param currency ISO 4217 code.
    /// @param inspection Seconds that a buyer has to look at what was delivered.
    /// @param requestLifetime Seconds that a request has to get there.
    struct Setup {
        IMessageGateway gateway;
        uint64 moneyChainId;
        address service;
        bytes3 currency;
        uint48 inspection;
        uint48 requestLifetime;
    }

    bytes32 private constant ORDER_TYPEHASH = keccak256(
        "OrderTerms(address buyer,address seller,address payer,address payee,uint256 amount,bytes4 purpose,bytes32 goods,"
        "uint48 deliverBy,uint48 payBy,bytes32 salt)"
    );
    uint256 private constant ANSWER_LENGTH = 5 * 32;
    /// @dev What a decision and its answer cost there, with room to spare.
    uint32 private constant REQUEST_GAS = 1_000_000;
    uint256 private constant MAX_LIFETIME = 30 days;

    IMessageGateway private immutable GATEWAY;
    uint64 private immutable MONEY_CHAIN;
    address private immutable SERVICE;
    bytes3 private immutable CURRENCY;
    uint48 private immutable INSPECTION;
    uint48 private immutable REQUEST_LIFETIME;

    mapping(bytes32 id => Order) private _orders;
    mapping(bytes32 request => bytes32 id) private _orderOf;

    constructor(Setup memory setup) {
        require(
            address(setup.gateway).code.length != 0 &&
                setup.service != address(0) &&
                setup.requestLifetime != 0 &&
                setup.requestLifetime <= MAX_LIFETIME,
            OrdersSetupInvalid(address(setup.gateway), setup.service, setup.requestLifetime)
        );
        GATEWAY = setup.gateway;
        MONEY_CHAIN = setup.moneyChainId;
        SERVICE = setup.service;
        CURRENCY = setup.currency;
        INSPECTION = setup.inspection;
        REQUEST_LIFETIME = setup.requestLifetime;
    }

    modifier onlyGateway() {
        require(msg.sender == address(GATEWAY), OrderGatewayMismatch(msg.sender, address(GATEWAY)));
        _;
    }

    // ----------------------------------------------------------------- parties

    /// @inheritdoc IIndustryOrders
    function place(OrderTerms calldata terms_) external returns (bytes32 id) {
        id = orderId(terms_);
        require(msg.sender == terms_.buyer, OrderCallerInvalid(id, msg.sender));
        require(
            terms_.seller != address(0) &&
                terms_.amount != 0 &&
                terms_.deliverBy >= block.timestamp &&
                terms_.payBy > uint256(terms_.deliverBy) + INSPECTION,
            OrderTermsInvalid(id)
        );
        Order storage order = _standing(id, OrderStatus.None);
        order.status = OrderStatus.Placed;
        emit OrderPlaced(
            id,
            terms_.buyer,
            terms_.seller,
            terms_.payer,
            terms_.payee,
            terms_.amount,
            terms_.purpose,
            terms_.goods,
            terms_.deliverBy,
            terms_.payBy,
            terms_.salt
        );
    }

    /// @inheritdoc IIndustryOrders
    function deliver(OrderTerms calldata terms_, bytes32 evidence) external {
        bytes32 id = orderId(terms_);
        require(msg.sender == terms_.seller, OrderCallerInvalid(id, msg.sender));
        Order storage order = _standing(id, OrderStatus.Placed);
        require(block.timestamp <= terms_.deliverBy, OrderDeliveryLate(id, terms_.deliverBy, block.timestamp));
        order.status = OrderStatus.Delivered;
        order.deliveredAt = uint48(block.timestamp);
        emit OrderDelivered(id, msg.sender, evidence);
    }

    /// @inheritdoc IIndustryOrders
    function requestPayment(OrderTerms calldata terms_) external returns (bytes32 request) {
        bytes32 id = orderId(terms_);
        Order storage order = _standing(id, OrderStatus.Delivered);
        uint256 inspected = order.deliveredAt + INSPECTION;
        require(
            msg.sender == terms_.buyer || block.timestamp > inspected,
            OrderInspectionOpen(id, inspected, block.timestamp)
        );
        uint256 payBy = terms_.payBy;
        require(block.timestamp + 1 < payBy, OrderPaymentOverdue(id, payBy, block.timestamp));
        // a hold is captured strictly before its expiry
        uint256 deadline = block.timestamp + REQUEST_LIFETIME;
        if (deadline >= payBy) deadline = payBy - 1;

        order.status = OrderStatus.PaymentRequested;
        bytes memory payload = abi.encode(_requestOf(id, terms_));
        request = GATEWAY.sendTo(MONEY_CHAIN, SERVICE, payload, uint64(deadline), REQUEST_GAS);
        order.request = request;
        _orderOf[request] = id;
        emit OrderPaymentRequested(id, request, msg.sender);
    }

    /// @inheritdoc IIndustryOrders
    function cancel(OrderTerms calldata terms_) external {
        bytes32 id = orderId(terms_);
        Order storage order = _orders[id];
        OrderStatus status = order.status;
        require(status == OrderStatus.Placed || status == OrderStatus.Delivered, OrderStatusInvalid(id, status));
        if (msg.sender != terms_.seller) {
            require(msg.sender == terms_.buyer, OrderCallerInvalid(id, msg.sender));
            bool open =
                status == OrderStatus.Placed
                    ? block.timestamp > terms_.deliverBy
                    : block.timestamp <= order.deliveredAt + INSPECTION || block.timestamp >= terms_.payBy;
            require(open, OrderNotCancellable(id, status, block.timestamp));
        }
        order.status = OrderStatus.Cancelled;
        emit OrderCancelled(id, msg.sender);
    }

    // ----------------------------------------------------------------- gateway

    /// @inheritdoc IIndustryOrders
    function receiveMessage(
        bytes32 receiveId,
        bytes calldata sender,
        bytes calldata payload
    ) external payable onlyGateway returns (bytes4) {
        require(msg.value == 0, IMessageGateway.MessageValueRefused(msg.value));
        (uint256 chainId, address service) = sender.parseEvmV1Calldata();
        require(chainId == MONEY_CHAIN && service == SERVICE, OrderAnswerSenderInvalid(chainId, service));
        require(payload.length == ANSWER_LENGTH, OrderAnswerMalformed(receiveId, payload.length));
        PaymentAnswer memory answer = abi.decode(payload, (PaymentAnswer));
        bytes32 id = answer.order;
        Order storage order = _orders[id];
        OrderStatus status = order.status;
        require(
            status == OrderStatus.PaymentRequested && answer.request == order.request,
            OrderAnswerUnexpected(id, answer.request, status)
        );
        if (answer.outcome == PaymentOutcome.Paid) {
            order.status = OrderStatus.Paid;
            order.outcome = PaymentOutcome.Paid;
            order.paymentRef = answer.paymentRef;
            emit OrderPaid(id, answer.request, answer.paymentRef);
        } else {
            _refuse(order, id, answer.request, answer.outcome, answer.refusal);
        }
        return IERC7786Recipient.receiveMessage.selector;
    }

    /// @inheritdoc IIndustryOrders
    function onReceipt(bytes32 request, MessageKind kind) external onlyGateway {
        bytes32 id = _orderOf[request];
        if (kind == MessageKind.ReceiptSuccess) {
            emit OrderRequestHeard(id, request);
            return;
        }
        // nothing has happened there, so nothing is answered, and this is the order's only request
        Order storage order = _orders[id];
        if (kind == MessageKind.ReceiptFailure) {
            _refuse(order, id, request, PaymentOutcome.None, 0);
        } else {
            order.status = OrderStatus.TimedOut;
            emit OrderTimedOut(id, request);
        }
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IIndustryOrders
    function orderOf(bytes32 id) external view returns (Order memory) {
        return _orders[id];
    }

    /// @inheritdoc IIndustryOrders
    function orderOfRequest(bytes32 request) external view returns (bytes32 id) {
        return _orderOf[request];
    }

    /// @inheritdoc IIndustryOrders
    function requestOf(OrderTerms calldata terms_) external view returns (PaymentRequest memory) {
        return _requestOf(orderId(terms_), terms_);
    }

    /// @inheritdoc IIndustryOrders
    function orderId(OrderTerms calldata terms_) public pure returns (bytes32) {
        return keccak256(abi.encode(ORDER_TYPEHASH, terms_));
    }

    /// @inheritdoc IIndustryOrders
    function gateway() external view returns (address) {
        return address(GATEWAY);
    }

    /// @inheritdoc IIndustryOrders
    function paymentService() external view returns (uint64 chainId, address service) {
        return (MONEY_CHAIN, SERVICE);
    }

    /// @inheritdoc IIndustryOrders
    function terms() external view returns (bytes3 currency, uint48 inspection, uint48 requestLifetime) {
        return (CURRENCY, INSPECTION, REQUEST_LIFETIME);
    }

    // --------------------------------------------------------------- internals

    function _standing(bytes32 id, OrderStatus status) private view returns (Order storage order) {
        order = _orders[id];
        require(order.status == status, OrderStatusInvalid(id, order.status));
    }

    function _refuse(Order storage order, bytes32 id, bytes32 request, PaymentOutcome outcome, bytes4 refusal) private {
        order.status = OrderStatus.Refused;
        order.outcome = outcome;
        order.refusal = refusal;
        emit OrderRefused(id, request, outcome, refusal);
    }

    function _requestOf(bytes32 id, OrderTerms calldata terms_) private view returns (PaymentRequest memory) {
        return PaymentRequest(id, terms_.payer, terms_.payee, terms_.amount, CURRENCY, terms_.purpose, terms_.payBy);
    }
}
