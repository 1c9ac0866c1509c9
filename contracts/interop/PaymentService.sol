// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {Calendar} from "../currency/Calendar.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {IMessageGateway, MessageKind} from "./IMessageGateway.sol";
import {ApplicationLimits, IPaymentService, PaymentAnswer, PaymentOutcome, PaymentRequest} from "./IPaymentService.sol";
import {Messages} from "./Messages.sol";

/// @title PaymentService
/// @notice See {IPaymentService}.
/// @dev Immutable. Requests come through the gateway's deliveries alone, which cannot be re-entered.
contract PaymentService is IPaymentService, AccessManaged {
    using InteroperableAddress for bytes;
    using Messages for IMessageGateway;

    /// @dev An answer, and where it goes.
    struct Decision {
        address application;
        uint64 chainId;
        PaymentAnswer answer;
    }

    bytes32 private constant MANDATE_TYPEHASH = keccak256(
        "PaymentMandate(uint256 chainId,address application,bytes32 order,address payer,address payee,uint256 amount,"
        "bytes3 currency,bytes4 purpose,uint48 expiry)"
    );
    uint256 private constant REQUEST_LENGTH = 7 * 32;
    uint256 private constant NEVER = type(uint48).max;
    /// @dev An answer that nobody carries in this time is said again.
    uint64 private constant ANSWER_LIFETIME = 7 days;
    uint32 private constant ANSWER_GAS = 300_000;

    IMessageGateway private immutable GATEWAY;
    IDigitalCurrency private immutable CURRENCY;
    bytes32 private immutable CODE_HASH;

    mapping(uint256 chainId => mapping(address application => Application)) private _applications;
    mapping(uint256 chainId => mapping(address application => mapping(bytes4 purpose => bool))) private _purposes;
    mapping(uint256 chainId => mapping(address application => mapping(uint256 day => uint256 amount))) private _paid;
    mapping(uint256 chainId => mapping(address application => mapping(bytes32 order => bytes32 request)))
        private _decidedBy;
    mapping(bytes32 request => Decision) private _decisions;
    mapping(bytes32 answer => bytes32 request) private _answered;

    constructor(IMessageGateway gateway_, IDigitalCurrency currency_, address authority_) AccessManaged(authority_) {
        require(address(gateway_).code.length != 0, PaymentGatewayInvalid(address(gateway_)));
        GATEWAY = gateway_;
        CURRENCY = currency_;
        CODE_HASH = keccak256(bytes(currency_.currencyCode()));
    }

    modifier onlyGateway() {
        require(msg.sender == address(GATEWAY), PaymentCallerInvalid(msg.sender, address(GATEWAY)));
        _;
    }

    // ------------------------------------------------------------ application

    /// @inheritdoc IPaymentService
    function receiveMessage(
        bytes32 receiveId,
        bytes calldata sender,
        bytes calldata payload
    ) external payable onlyGateway returns (bytes4) {
        require(msg.value == 0, IMessageGateway.MessageValueRefused(msg.value));
        (uint256 chainId, address application) = sender.parseEvmV1Calldata();
        _known(chainId, application);
        require(payload.length == REQUEST_LENGTH, PaymentRequestMalformed(receiveId, payload.length));
        PaymentRequest memory request = abi.decode(payload, (PaymentRequest));

        PaymentAnswer memory answer = _decide(chainId, application, request);
        answer.request = receiveId;
        answer.order = request.order;
        if (answer.outcome != PaymentOutcome.OrderDecided) {
            _decidedBy[chainId][application][request.order] = receiveId;
        }
        // the gateway's lanes have ids of 64 bits
        _decisions[receiveId] = Decision(application, uint64(chainId), answer);
        emit PaymentDecided(
            receiveId,
            request.order,
            application,
            chainId,
            answer.outcome,
            answer.refusal,
            answer.paymentRef
        );
        _send(receiveId);
        return IERC7786Recipient.receiveMessage.selector;
    }

    /// @inheritdoc IPaymentService
    function onReceipt(bytes32 id, MessageKind kind) external onlyGateway {
        bytes32 request = _answered[id];
        if (kind == MessageKind.ReceiptSuccess) emit AnswerHeard(request, id);
        else _send(request);
    }

    // ------------------------------------------------------------------ payer

    /// @inheritdoc IPaymentService
    function withdraw(Hold calldata hold) external returns (uint256 released) {
        bytes32 holdId = CURRENCY.holdId(hold);
        require(msg.sender == hold.payer, PaymentPayerMismatch(holdId, msg.sender, hold.payer));
        require(hold.expiry == NEVER, PaymentHoldBinding(holdId, hold.expiry));
        emit HoldWithdrawn(holdId, msg.sender);
        return CURRENCY.releaseHold(hold);
    }

    // --------------------------------------------------------------- operator

    /// @inheritdoc IPaymentService
    function admit(uint256 chainId, address application, ApplicationLimits calldata limits) external restricted {
        require(application != address(0) && chainId != block.chainid, PaymentApplicationInvalid(chainId, application));
        Application storage entry = _applications[chainId][application];
        require(!entry.admitted, PaymentApplicationAdmitted(chainId, application));
        entry.admitted = true;
        emit ApplicationAdmitted(chainId, application, msg.sender);
        _limit(entry, chainId, application, limits);
    }

    /// @inheritdoc IPaymentService
    function setLimits(uint256 chainId, address application, ApplicationLimits calldata limits) external restricted {
        _limit(_known(chainId, application), chainId, application, limits);
    }

    /// @inheritdoc IPaymentService
    function setPurpose(uint256 chainId, address application, bytes4 purpose, bool allowed) external restricted {
        _known(chainId, application);
        _purposes[chainId][application][purpose] = allowed;
        emit PurposeSet(chainId, application, purpose, allowed);
    }

    /// @inheritdoc IPaymentService
    function suspend(uint256 chainId, address application) external restricted {
        Application storage entry = _known(chainId, application);
        if (entry.suspended) return;
        entry.suspended = true;
        emit ApplicationSuspended(chainId, application, msg.sender);
    }

    /// @inheritdoc IPaymentService
    function resume(uint256 chainId, address application) external restricted {
        Application storage entry = _known(chainId, application);
        if (!entry.suspended) return;
        entry.suspended = false;
        emit ApplicationResumed(chainId, application, msg.sender);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IPaymentService
    function applicationOf(uint256 chainId, address application) external view returns (Application memory) {
        return _applications[chainId][application];
    }

    /// @inheritdoc IPaymentService
    function isAllowed(uint256 chainId, address application, bytes4 purpose) external view returns (bool) {
        return _purposes[chainId][application][purpose];
    }

    /// @inheritdoc IPaymentService
    function paidToday(uint256 chainId, address application) external view returns (uint256) {
        return _paid[chainId][application][Calendar.dayOf(block.timestamp)];
    }

    /// @inheritdoc IPaymentService
    function answerOf(bytes32 request) external view returns (PaymentAnswer memory) {
        return _decisions[request].answer;
    }

    /// @inheritdoc IPaymentService
    function decidedBy(uint256 chainId, address application, bytes32 order) external view returns (bytes32 request) {
        return _decidedBy[chainId][application][order];
    }

    /// @inheritdoc IPaymentService
    function mandateHold(
        uint256 chainId,
        address application,
        PaymentRequest calldata request
    ) external view returns (Hold memory) {
        return _mandateHold(chainId, application, request);
    }

    /// @inheritdoc IPaymentService
    function gateway() external view returns (address) {
        return address(GATEWAY);
    }

    /// @inheritdoc IPaymentService
    function currency() external view returns (address) {
        return address(CURRENCY);
    }

    // --------------------------------------------------------------- internals

    function _known(uint256 chainId, address application) private view returns (Application storage entry) {
        entry = _applications[chainId][application];
        require(entry.admitted, PaymentApplicationUnknown(chainId, application));
    }

    function _limit(
        Application storage entry,
        uint256 chainId,
        address application,
        ApplicationLimits calldata limits
    ) private {
        entry.limits = limits;
        emit ApplicationLimited(chainId, application, limits.payment, limits.day);
    }

    /// @dev Pays, or gives back what the payer holds for the request.
    function _decide(
        uint256 chainId,
        address application,
        PaymentRequest memory request
    ) private returns (PaymentAnswer memory answer) {
        Hold memory hold = _mandateHold(chainId, application, request);
        bytes32 holdId = CURRENCY.holdId(hold);
        (uint256 held, ) = CURRENCY.holdState(holdId);
        answer.outcome = _check(chainId, application, request, held);
        if (answer.outcome == PaymentOutcome.Paid) {
            try CURRENCY.captureHold(hold, request.payee, request.amount) {
                _paid[chainId][application][Calendar.dayOf(block.timestamp)] += request.amount;
                answer.paymentRef = holdId;
                return answer;
            } catch (bytes memory reason) {
                answer.outcome = PaymentOutcome.CurrencyRefused;
                answer.refusal = bytes4(reason);
            }
        }
        if (held != 0) CURRENCY.releaseHold(hold);
    }

    /// @dev The first reason not to pay, in the order of their list, or Paid.
    function _check(
        uint256 chainId,
        address application,
        PaymentRequest memory request,
        uint256 held
    ) private view returns (PaymentOutcome) {
        Application memory entry = _applications[chainId][application];
        uint256 amount = request.amount;
        if (entry.suspended) return PaymentOutcome.ApplicationSuspended;
        if (keccak256(abi.encodePacked(request.currency)) != CODE_HASH) return PaymentOutcome.CurrencyUnknown;
        if (!_purposes[chainId][application][request.purpose]) return PaymentOutcome.PurposeNotAllowed;
        if (_decidedBy[chainId][application][request.order] != 0) return PaymentOutcome.OrderDecided;
        if (amount > entry.limits.payment) return PaymentOutcome.PaymentLimitExceeded;
        // of 64 bits each by the limits, so the sum does not overflow
        uint256 day = _paid[chainId][application][Calendar.dayOf(block.timestamp)] + amount;
        if (day > entry.limits.day) return PaymentOutcome.DayLimitExceeded;
        if (!CURRENCY.canSend(request.payer)) return PaymentOutcome.PayerNotEligible;
        if (!CURRENCY.canReceive(request.payee)) return PaymentOutcome.PayeeNotEligible;
        return held != 0 && held == amount ? PaymentOutcome.Paid : PaymentOutcome.NotCovered;
    }

    function _send(bytes32 request) private {
        Decision memory decision = _decisions[request];
        bytes memory payload = abi.encode(decision.answer);
        uint64 deadline = uint64(block.timestamp) + ANSWER_LIFETIME;
        bytes32 answer = GATEWAY.sendTo(decision.chainId, decision.application, payload, deadline, ANSWER_GAS);
        _answered[answer] = request;
        emit AnswerSent(request, answer);
    }

    function _mandateHold(
        uint256 chainId,
        address application,
        PaymentRequest memory request
    ) private view returns (Hold memory) {
        bytes32 mandate = keccak256(abi.encode(MANDATE_TYPEHASH, chainId, application, request));
        return Hold(request.payer, request.payee, address(this), request.amount, request.expiry, mandate);
    }
}
