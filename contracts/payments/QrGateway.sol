// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IQrGateway, QrDirection, QrMode, QrPayment, QrRecord, QrStatistics, QrStatus} from "./IQrGateway.sol";

/// @title QrGateway
/// @notice See {IQrGateway}.
/// @dev Immutable. One word a payment; what was asked for is in the log and comes back with every call.
contract QrGateway is IQrGateway, AccessManaged {
    struct Route {
        address participant;
        bool open;
    }

    /// @inheritdoc IQrGateway
    uint48 public constant MAX_LIFETIME = 1 days;

    /// @inheritdoc IQrGateway
    uint16 public immutable HOME_CURRENCY;

    mapping(address participant => bool) private _admitted;
    mapping(bytes32 scheme => mapping(QrDirection direction => mapping(QrMode mode => Route))) private _routes;
    mapping(bytes32 id => QrRecord) private _records;
    // two words each: counts, amounts
    mapping(QrDirection direction => mapping(QrMode mode => QrStatistics)) private _statistics;

    constructor(address authority_, uint16 homeCurrency) AccessManaged(authority_) {
        HOME_CURRENCY = homeCurrency;
    }

    // -------------------------------------------------------------- governance

    /// @inheritdoc IQrGateway
    function admit(address participant) external restricted {
        require(participant != address(0), QrParticipantInvalid(participant));
        if (_admitted[participant]) return;
        _admitted[participant] = true;
        emit QrParticipantAdmitted(participant);
    }

    /// @inheritdoc IQrGateway
    function dismiss(address participant) external restricted {
        if (!_admitted[participant]) return;
        _admitted[participant] = false;
        emit QrParticipantDismissed(participant);
    }

    /// @inheritdoc IQrGateway
    function setRoute(bytes32 scheme, QrDirection direction, QrMode mode, address participant) external restricted {
        _requireAdmitted(participant);
        Route storage route = _routes[scheme][direction][mode];
        address previous = route.participant;
        if (previous == participant && route.open) return;
        (route.participant, route.open) = (participant, true);
        emit QrRouteSet(scheme, direction, mode, previous, participant);
    }

    /// @inheritdoc IQrGateway
    function closeRoute(bytes32 scheme, QrDirection direction, QrMode mode) external restricted {
        Route storage route = _requireRoute(scheme, direction, mode);
        if (!route.open) return;
        route.open = false;
        emit QrRouteClosed(scheme, direction, mode);
    }

    /// @inheritdoc IQrGateway
    function openRoute(bytes32 scheme, QrDirection direction, QrMode mode) external restricted {
        Route storage route = _requireRoute(scheme, direction, mode);
        if (route.open) return;
        route.open = true;
        emit QrRouteOpened(scheme, direction, mode);
    }

    // ---------------------------------------------------------------- payments

    /// @inheritdoc IQrGateway
    function request(QrPayment calldata payment) external returns (bytes32 id) {
        id = paymentId(payment);
        _requireCaller(id, payment.requester);
        QrStatus status = _records[id].status;
        require(status == QrStatus.None, QrStatusInvalid(id, status));
        _requireWellFormed(id, payment);
        _requireAdmitted(payment.requester);
        address responder = _route(id, payment);

        _records[id] = QrRecord(responder, QrStatus.Requested, 0);
        ++_statisticsFor(payment).requested;
        emit QrPaymentRequested(id, payment.requester, responder, payment);
    }

    /// @inheritdoc IQrGateway
    function authorize(QrPayment calldata payment) external returns (bytes32 id) {
        QrRecord storage record;
        (id, record) = _at(payment, QrStatus.Requested);
        _requireCaller(id, record.responder);
        _requireInTime(id, payment);

        record.status = QrStatus.Authorized;
        ++_statisticsFor(payment).authorized;
        emit QrPaymentAuthorized(id, msg.sender);
    }

    /// @inheritdoc IQrGateway
    function complete(QrPayment calldata payment) external returns (bytes32 id) {
        QrRecord storage record;
        (id, record) = _at(payment, QrStatus.Authorized);
        (address wallet, address acquirer) = _sides(payment, record.responder);
        _requireCaller(id, wallet);
        _requireInTime(id, payment);

        record.status = QrStatus.Completed;
        uint64 amount = _homeAmount(payment);
        QrStatistics storage statistics = _statisticsFor(payment);
        ++statistics.completed;
        // 2^128 is 2^64 payments of the largest amount
        statistics.completedAmount += amount;
        emit QrPaymentCompleted(id, wallet, acquirer, amount);
    }

    /// @inheritdoc IQrGateway
    function reverse(QrPayment calldata payment, bytes32 reason) external returns (bytes32 id) {
        id = paymentId(payment);
        QrRecord storage record = _records[id];
        QrStatus status = record.status;
        require(status == QrStatus.Requested || status == QrStatus.Authorized, QrStatusInvalid(id, status));
        require(
            msg.sender == payment.requester || msg.sender == record.responder || block.timestamp > payment.notAfter,
            QrReversalNotDue(id, msg.sender, payment.notAfter, block.timestamp)
        );

        record.status = QrStatus.Reversed;
        ++_statisticsFor(payment).reversed;
        emit QrPaymentReversed(id, msg.sender, reason);
    }

    /// @inheritdoc IQrGateway
    function refund(QrPayment calldata payment, uint64 refunded, uint64 amount) external returns (bytes32 id) {
        QrRecord storage record;
        (id, record) = _at(payment, QrStatus.Completed);
        (, address acquirer) = _sides(payment, record.responder);
        _requireCaller(id, acquirer);
        uint64 before = record.refunded;
        require(refunded == before, QrRefundOutOfSequence(id, before, refunded));
        // what was refunded has never been more than the payment
        uint64 left = _homeAmount(payment) - before;
        require(amount != 0 && amount <= left, QrRefundInvalid(id, amount, left));

        record.refunded = before + amount;
        QrStatistics storage statistics = _statisticsFor(payment);
        ++statistics.refunds;
        statistics.refundedAmount += amount;
        emit QrPaymentRefunded(id, acquirer, amount, before + amount);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IQrGateway
    function paymentId(QrPayment calldata payment) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), payment));
    }

    /// @inheritdoc IQrGateway
    function recordOf(bytes32 id) external view returns (QrRecord memory) {
        return _records[id];
    }

    /// @inheritdoc IQrGateway
    function statisticsOf(QrDirection direction, QrMode mode) external view returns (QrStatistics memory) {
        return _statistics[direction][mode];
    }

    /// @inheritdoc IQrGateway
    function routeOf(
        bytes32 scheme,
        QrDirection direction,
        QrMode mode
    ) external view returns (address participant, bool open) {
        Route memory route = _routes[scheme][direction][mode];
        return (route.participant, route.open);
    }

    /// @inheritdoc IQrGateway
    function isAdmitted(address participant) external view returns (bool) {
        return _admitted[participant];
    }

    // --------------------------------------------------------------- internals

    function _at(
        QrPayment calldata payment,
        QrStatus expected
    ) private view returns (bytes32 id, QrRecord storage record) {
        id = paymentId(payment);
        record = _records[id];
        require(record.status == expected, QrStatusInvalid(id, record.status));
    }

    function _requireWellFormed(bytes32 id, QrPayment calldata payment) private view {
        uint16 currency = payment.direction == QrDirection.Inbound ? payment.merchantCurrency : payment.payerCurrency;
        require(currency == HOME_CURRENCY, QrCurrencyMismatch(id, currency, HOME_CURRENCY));
        require(payment.merchantAmount != 0 && payment.payerAmount != 0, QrAmountMissing(id));
        bytes2 country = payment.country;
        require(_isLetter(country[0]) && _isLetter(country[1]), QrCountryInvalid(id, country));
        require(
            payment.notAfter >= block.timestamp && payment.notAfter <= block.timestamp + MAX_LIFETIME,
            QrDeadlineInvalid(id, payment.notAfter, block.timestamp)
        );
    }

    function _route(bytes32 id, QrPayment calldata payment) private view returns (address responder) {
        (bytes32 scheme, QrDirection direction, QrMode mode) = (payment.scheme, payment.direction, payment.mode);
        Route storage route = _requireRoute(scheme, direction, mode);
        require(route.open, QrRouteIsClosed(scheme, direction, mode));
        responder = route.participant;
        require(responder != payment.requester, QrRouteToSelf(id, responder));
        _requireAdmitted(responder);
    }

    function _requireRoute(
        bytes32 scheme,
        QrDirection direction,
        QrMode mode
    ) private view returns (Route storage route) {
        route = _routes[scheme][direction][mode];
        require(route.participant != address(0), QrRouteUnknown(scheme, direction, mode));
    }

    function _requireAdmitted(address participant) private view {
        require(_admitted[participant], QrParticipantUnknown(participant));
    }

    function _requireCaller(bytes32 id, address expected) private view {
        require(msg.sender == expected, QrCallerInvalid(id, msg.sender, expected));
    }

    function _requireInTime(bytes32 id, QrPayment calldata payment) private view {
        require(block.timestamp <= payment.notAfter, QrPaymentExpired(id, payment.notAfter, block.timestamp));
    }

    function _statisticsFor(QrPayment calldata payment) private view returns (QrStatistics storage) {
        return _statistics[payment.direction][payment.mode];
    }

    function _sides(
        QrPayment calldata payment,
        address responder
    ) private pure returns (address wallet, address acquirer) {
        return
            payment.mode == QrMode.MerchantPresented ? (payment.requester, responder) : (responder, payment.requester);
    }

    function _homeAmount(QrPayment calldata payment) private pure returns (uint64) {
        return payment.direction == QrDirection.Inbound ? payment.merchantAmount : payment.payerAmount;
    }

    function _isLetter(bytes1 letter) private pure returns (bool) {
        return letter >= "A" && letter <= "Z";
    }
}
