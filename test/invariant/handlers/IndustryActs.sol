// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {IForeignLedger, LogProof} from "../../../contracts/interop/IForeignLedger.sol";
import {IIndustryOrders, OrderStatus, OrderTerms} from "../../../contracts/interop/IIndustryOrders.sol";
import {IndustryOrders} from "../../../contracts/interop/IndustryOrders.sol";
import {IMessageGateway, Message, MessageKind, MessageStatus} from "../../../contracts/interop/IMessageGateway.sol";
import {ApplicationLimits, IPaymentService, PaymentRequest} from "../../../contracts/interop/IPaymentService.sol";
import {Hold, IHoldLedger} from "../../../contracts/ledger/IHoldLedger.sol";
import {BetweenLedgers, LEDGERS} from "../support/BetweenLedgers.sol";

/// @dev An application that the operator has admitted and that keeps to nothing: it asks twice for one order, at two prices,
/// and for what others have ordered.
contract RogueApplication {
    function pass(IMessageGateway gateway, bytes calldata to, bytes calldata payload) external returns (bytes32) {
        return gateway.sendMessage(to, payload, new bytes[](0));
    }

    function receiveMessage(bytes32, bytes calldata, bytes calldata) external payable returns (bytes4) {
        return this.receiveMessage.selector;
    }
}

/// @dev Orders on an industry chain and their payment on the money's: every step by anyone in any order, messages in any
/// order, twice, late or never, lanes halted, accounts frozen. The story counts what moves by the balances alone.
contract IndustryActs is BetweenLedgers {
    /// @dev A message as the story has seen it sent. `order`: what it is about; ORDERS and more: the rogue's.
    struct Sent {
        Message message;
        bytes32 id;
        uint256 order;
        uint8 result;
        bool closed;
    }

    error Stuck(uint256 from, uint256 message);
    error NotAsTold(bytes32 id);

    uint256 internal constant ORDERS = 6;
    /// @dev Of the rogue: two requests for one order, and one for the first order of the honest application.
    uint256 internal constant ROGUES = 3;
    uint256 internal constant MONEY = 0;
    uint256 internal constant INDUSTRY = 1;
    uint48 internal constant INSPECTION = 4 hours;
    uint48 internal constant LIFETIME = 12 hours;
    uint64 private constant PAYMENT_LIMIT = 1_004;
    uint64 private constant DAY_LIMIT = 2_500;
    bytes4 private constant PURPOSE = "GDDS";
    uint64 private constant ANSWER_LIFETIME = 7 days;
    address private constant CARRIER = address(0xCA2);

    address private immutable _teller = msg.sender;
    IMessageGateway[2] internal _gateways;
    IPaymentService internal _service;
    IIndustryOrders internal _orders;
    RogueApplication private _rogue;
    OrderTerms[ORDERS] private _terms;
    Sent[][2] private _sent;
    ApplicationLimits private _limits = ApplicationLimits(PAYMENT_LIMIT, DAY_LIMIT);
    bool private _suspended;
    uint256[ORDERS + ROGUES] private _payments;
    bool[ORDERS + ROGUES] private _covered;
    uint256[ORDERS] private _requests;
    OrderStatus[ORDERS] private _ends;
    mapping(uint256 day => uint256) private _paidOn;
    uint256 private _breaches;

    constructor() BetweenLedgers("ECNY", "ECNY") {
        for (uint256 side = 0; side < 2; ++side) {
            LEDGERS.chainId(_ledgers[side].chainId);
            _gateways[side] = IMessageGateway(_deploy("MessageGateway", abi.encode(_ledgers[side].authority)));
        }
        for (uint256 side = 0; side < 2; ++side) {
            LEDGERS.chainId(_ledgers[side].chainId);
            address other = address(_gateways[1 - side]);
            _gateways[side].registerLane(uint64(_ledgers[1 - side].chainId), other, _foreignOf(side));
        }
        LEDGERS.chainId(_ledgers[MONEY].chainId);
        bytes memory args = abi.encode(_gateways[MONEY], _ledgers[MONEY].money, _ledgers[MONEY].authority);
        _service = IPaymentService(_deploy("PaymentService", args));
        IndustryOrders.Setup memory setup = IndustryOrders.Setup(
            _gateways[INDUSTRY],
            uint64(_ledgers[MONEY].chainId),
            address(_service),
            "CNY",
            INSPECTION,
            LIFETIME
        );
        _orders = IIndustryOrders(_deploy("IndustryOrders", abi.encode(setup)));
        _rogue = new RogueApplication();
        address[2] memory applications = [address(_orders), address(_rogue)];
        for (uint256 a = 0; a < 2; ++a) {
            _service.admit(_ledgers[INDUSTRY].chainId, applications[a], _limits);
            _service.setPurpose(_ledgers[INDUSTRY].chainId, applications[a], PURPOSE, true);
        }
        for (uint256 which = 0; which < BANKS; ++which) _ledgers[MONEY].money.issue(_bank(which), FUNDS, BASIS);
        for (uint256 i = 0; i < ORDERS; ++i) _terms[i] = _termsOf(i);
    }

    // -------------------------------------------------------------- looking on

    function parts() external view returns (IPaymentService service, IIndustryOrders orders) {
        return (_service, _orders);
    }

    function counts() external pure returns (uint256 orders, uint256 all) {
        return (ORDERS, ORDERS + ROGUES);
    }

    function orderOf(uint256 i) external view returns (IIndustryOrders.Order memory order, bytes32 paymentRef) {
        return (_orders.orderOf(_orders.orderId(_terms[i])), _ledgers[MONEY].money.holdId(_holdOf(i)));
    }

    /// @dev How often the payee's balance grew by the price when a request for this was delivered, and whether its payer had
    /// ever consented.
    function paymentsOf(uint256 i) external view returns (uint256 payments, bool covered) {
        return (_payments[i], _covered[i]);
    }

    /// @dev Messages that asked for the order, and the first end it was seen in.
    function courseOf(uint256 i) external view returns (uint256 requests, OrderStatus end) {
        return (_requests[i], _ends[i]);
    }

    /// @dev Payments while suspended, or past a limit in force.
    function breaches() external view returns (uint256) {
        return _breaches;
    }

    /// @dev What each bank has is what it had, less what it paid, and what it was paid.
    function balanceOf(uint256 which) external view returns (uint256 onChain, uint256 expected) {
        expected = FUNDS;
        for (uint256 i = 0; i < ORDERS + ROGUES; ++i) {
            PaymentRequest memory request = _requestOf(i);
            if (request.payer == _bank(which)) expected -= _payments[i] * request.amount;
            if (request.payee == _bank(which)) expected += _payments[i] * request.amount;
        }
        onChain = _ledgers[MONEY].money.balanceOf(_bank(which));
    }

    function ownedByContracts() external view returns (uint256) {
        return _ledgers[MONEY].money.balanceOf(address(_service)) + address(_service).balance;
    }

    // ------------------------------------------------------------------- orders

    function place(uint256 seed) public {
        uint256 i = seed % ORDERS;
        _order("place", i, _terms[i].buyer, abi.encodeCall(IIndustryOrders.place, (_terms[i])));
    }

    function deliverGoods(uint256 seed) public {
        uint256 i = seed % ORDERS;
        _order("deliverGoods", i, _terms[i].seller, abi.encodeCall(IIndustryOrders.deliver, (_terms[i], BASIS)));
    }

    function cancel(uint256 seed) public {
        uint256 i = seed % ORDERS;
        address by = (seed / ORDERS) % 2 == 0 ? _terms[i].buyer : _terms[i].seller;
        _order("cancel", i, by, abi.encodeCall(IIndustryOrders.cancel, (_terms[i])));
    }

    function ask(uint256 seed) public {
        uint256 i = seed % ORDERS;
        address by = (seed / ORDERS) % 2 == 0 ? _terms[i].buyer : CARRIER;
        if (!_order("ask", i, by, abi.encodeCall(IIndustryOrders.requestPayment, (_terms[i])))) return;
        ++_requests[i];
        uint256 deadline = _clock + LIFETIME;
        if (deadline >= _terms[i].payBy) deadline = _terms[i].payBy - 1;
        _noteSent(INDUSTRY, i, address(_orders), address(_service), abi.encode(_requestOf(i)), deadline, 1_000_000);
    }

    /// @dev The payer's consent, to an order or to what the rogue asks for.
    function cover(uint256 seed) public {
        uint256 i = seed % (ORDERS + ROGUES);
        Hold memory hold = _holdOf(i);
        bytes memory call = abi.encodeCall(IHoldLedger.placeHold, (hold));
        if (_act("cover", MONEY, hold.payer, address(_ledgers[MONEY].money), call)) _covered[i] = true;
    }

    function release(uint256 seed) external {
        Hold memory hold = _holdOf(seed % (ORDERS + ROGUES));
        bytes memory call = abi.encodeCall(IHoldLedger.releaseHold, (hold));
        _act("release", MONEY, CARRIER, address(_ledgers[MONEY].money), call);
    }

    function withdraw(uint256 seed) external {
        Hold memory hold = _holdOf(seed % (ORDERS + ROGUES));
        _act("withdraw", MONEY, hold.payer, address(_service), abi.encodeCall(IPaymentService.withdraw, (hold)));
    }

    function rogueAsks(uint256 seed) public {
        uint256 i = ORDERS + (seed % ROGUES);
        bytes memory to = InteroperableAddress.formatEvmV1(_ledgers[MONEY].chainId, address(_service));
        bytes memory payload = abi.encode(_requestOf(i));
        bytes memory call = abi.encodeCall(RogueApplication.pass, (_gateways[INDUSTRY], to, payload));
        if (!_act("rogueAsks", INDUSTRY, CARRIER, address(_rogue), call)) return;
        _noteSent(INDUSTRY, i, address(_rogue), address(_service), payload, _clock + 1 days, 500_000);
    }

    // ----------------------------------------------------------------- messages

    function deliver(uint256 seed) public {
        _end("deliver", seed % 2, _pick(seed));
    }

    function reject(uint256 seed) public {
        _end("reject", seed % 2, _pick(seed));
    }

    function acknowledge(uint256 seed) public {
        uint256 s = seed % 2;
        uint256 count = _sent[s].length;
        if (count == 0) return;
        uint256 m = (seed / 2) % count;
        for (uint256 i = 0; i < count && (seed / 2 / count) % 8 != 0 && !_isOpen(s, m); ++i) m = (m + 1) % count;
        _acknowledge(s, m);
    }

    function notify(uint256 seed) public {
        uint256 s = seed % 2;
        if (_sent[s].length == 0) return;
        uint256 m = (seed / 2) % _sent[s].length;
        uint64 before = _gateways[s].laneOf(uint64(_ledgers[1 - s].chainId)).sent;
        bytes memory call = abi.encodeCall(IMessageGateway.notifySender, (_sent[s][m].id));
        if (_act("notify", s, CARRIER, address(_gateways[s]), call)) _noteAgain(s, m, before);
    }

    function haltLane(uint256 seed) external {
        if ((seed / 2) % 2 != 0) return;
        LEDGERS.chainId(_ledgers[seed % 2].chainId);
        _gateways[seed % 2].haltLane(uint64(_ledgers[1 - (seed % 2)].chainId));
        _note("haltLane", true);
    }

    function resumeLane(uint256 seed) public {
        LEDGERS.chainId(_ledgers[seed % 2].chainId);
        _gateways[seed % 2].resumeLane(uint64(_ledgers[1 - (seed % 2)].chainId));
        _note("resumeLane", true);
    }

    // ----------------------------------------------------------------- operator

    function limit(uint256 seed) external {
        _limits = ApplicationLimits(uint64(900 + (seed % 300)), uint64(seed % 8_000));
        _service.setLimits(_ledgers[INDUSTRY].chainId, address(_orders), _limits);
        _note("limit", true);
    }

    function suspend(uint256 seed) external {
        _suspended = seed % 4 == 0;
        if (_suspended) _service.suspend(_ledgers[INDUSTRY].chainId, address(_orders));
        else _service.resume(_ledgers[INDUSTRY].chainId, address(_orders));
        _note("suspend", true);
    }

    /// @dev Long enough for holds and answers to expire.
    function sleep(uint256 seed) external {
        _clock += seed % 3 days;
        LEDGERS.warp(_clock);
        _note("sleep", true);
    }

    /// @dev The steps that come next, so that stories get somewhere.
    function advance(uint256 seed) external {
        uint256 i = seed % ORDERS;
        OrderStatus status = _statusOf(i);
        if (status == OrderStatus.None) {
            place(i);
            cover(i);
        } else if (status == OrderStatus.Placed) {
            deliverGoods(i);
            ask(i);
        } else {
            for (uint256 s = 0; s < 2; ++s) {
                deliver(1 - s + 2 * 8);
                acknowledge(1 - s + 2);
            }
        }
    }

    /// @dev Everything under way arrives: what is in time is delivered, what is late rejected, and both are acknowledged.
    function finish() external {
        // an act like any other to whoever calls acts at random
        if (msg.sender != _teller) return;
        _calm(MONEY);
        resumeLane(MONEY);
        resumeLane(INDUSTRY);
        // an answer that was not heard is sent once more, behind those before it
        for (uint256 round = 0; round < 3; ++round) {
            for (uint256 k = 0; k < 2; ++k) {
                uint256 s = 1 - k;
                for (uint256 m = 0; m < _sent[s].length; ++m) {
                    if (_sent[s][m].result == 0) _end("deliver", s, m);
                    if (_sent[s][m].result == 0) _end("reject", s, m);
                    require(_sent[s][m].result != 0, Stuck(s, m));
                    if (_sent[s][m].closed) notify(s + 2 * m);
                    else _acknowledge(s, m);
                }
            }
        }
    }

    // --------------------------------------------------------------- internals

    function _order(string memory act, uint256 i, address by, bytes memory call) private returns (bool done) {
        done = _act(act, INDUSTRY, by, address(_orders), call);
        _watch(i);
    }

    /// @dev Mostly the lane's next one.
    function _pick(uint256 seed) private view returns (uint256) {
        uint256 s = seed % 2;
        uint256 received = _gateways[1 - s].laneOf(uint64(_ledgers[s].chainId)).received;
        uint256 count = _sent[s].length;
        if (count == 0) return 0;
        return (seed / 2) % 8 == 0 || received >= count ? (seed / 16) % count : received;
    }

    function _isOpen(uint256 s, uint256 m) private view returns (bool) {
        return _sent[s][m].result != 0 && !_sent[s][m].closed;
    }

    function _end(string memory act, uint256 s, uint256 m) private {
        if (m >= _sent[s].length) return;
        Sent memory told = _sent[s][m];
        uint256 paid = _received(told.order);
        LogProof memory proof = _proof("sent", told.id);
        bytes memory call =
            keccak256(bytes(act)) == keccak256("deliver")
                ? abi.encodeCall(IMessageGateway.deliver, (told.message, proof))
                : abi.encodeCall(IMessageGateway.reject, (told.message, proof));
        bool done = _act(act, 1 - s, CARRIER, address(_gateways[1 - s]), call);
        _count(told.order, _received(told.order) - paid);
        if (!done) return;
        uint8 result = uint8(_gateways[1 - s].receivedOf(told.id).status) - 1;
        _sent[s][m].result = result;
        bytes32[] memory topics = new bytes32[](4);
        topics[0] = IMessageGateway.InterchainReceipt.selector;
        (topics[1], topics[2], topics[3]) = (bytes32(_ledgers[s].chainId), bytes32(uint256(result)), told.id);
        _ledgers[s].foreign.tellAll(_name("receipt", told.id), address(_gateways[1 - s]), topics);
        if (s == INDUSTRY && result == uint8(MessageKind.ReceiptSuccess))
            _noteAnswer(told.id, told.order, told.message.sender);
        if (told.order < ORDERS) _watch(told.order);
    }

    function _acknowledge(uint256 s, uint256 m) private {
        Sent memory told = _sent[s][m];
        if (told.result == 0) return;
        uint64 before = _gateways[s].laneOf(uint64(_ledgers[1 - s].chainId)).sent;
        bytes memory call = abi.encodeCall(
            IMessageGateway.acknowledge,
            (told.id, MessageKind(told.result), _proof("receipt", told.id))
        );
        if (!_act("acknowledge", s, CARRIER, address(_gateways[s]), call)) return;
        _sent[s][m].closed = true;
        _noteAgain(s, m, before);
        if (told.order < ORDERS) _watch(told.order);
    }

    function _noteAnswer(bytes32 request, uint256 order, address application) private {
        bytes memory payload = abi.encode(_service.answerOf(request));
        _noteSent(MONEY, order, address(_service), application, payload, _clock + ANSWER_LIFETIME, 300_000);
    }

    /// @dev An answer that was not heard has been sent once more.
    function _noteAgain(uint256 s, uint256 m, uint64 before) private {
        if (_gateways[s].laneOf(uint64(_ledgers[1 - s].chainId)).sent == before) return;
        Sent memory told = _sent[s][m];
        Message memory message = told.message;
        uint256 deadline = _clock + ANSWER_LIFETIME;
        _noteSent(s, told.order, message.sender, message.recipient, message.payload, deadline, message.gasLimit);
    }

    function _noteSent(
        uint256 s,
        uint256 order,
        address sender,
        address recipient,
        bytes memory payload,
        uint256 deadline,
        uint32 gasLimit
    ) private {
        Message memory message = Message(
            uint64(_ledgers[s].chainId),
            uint64(_ledgers[1 - s].chainId),
            uint64(_sent[s].length) + 1,
            uint64(deadline),
            gasLimit,
            sender,
            recipient,
            payload
        );
        LEDGERS.chainId(_ledgers[s].chainId);
        bytes32 id = _gateways[s].messageId(message);
        require(_gateways[s].sentOf(id).status == MessageStatus.Sent, NotAsTold(id));
        _sent[s].push(Sent(message, id, order, 0, false));
        bytes32[] memory topics = new bytes32[](4);
        topics[0] = IMessageGateway.InterchainSent.selector;
        (topics[1], topics[2]) = (bytes32(_ledgers[1 - s].chainId), bytes32(uint256(message.sequence)));
        topics[3] = id;
        _ledgers[1 - s].foreign.tellAll(_name("sent", id), address(_gateways[s]), topics);
    }

    /// @dev What came to the payee in a delivery, by the balances: the price, or nothing.
    function _count(uint256 i, uint256 moved) private {
        if (moved == 0) return;
        PaymentRequest memory request = _requestOf(i);
        ++_payments[i];
        // anything else than the price spoils the balances for good
        if (i >= ORDERS) return;
        uint256 day = (_clock + 8 hours) / 1 days;
        _paidOn[day] += moved;
        bool within = moved == request.amount && moved <= _limits.payment && _paidOn[day] <= _limits.day;
        if (_suspended || !within) ++_breaches;
    }

    function _watch(uint256 i) private {
        OrderStatus status = _statusOf(i);
        if (status >= OrderStatus.Paid && _ends[i] == OrderStatus.None) _ends[i] = status;
    }

    function _statusOf(uint256 i) private view returns (OrderStatus) {
        return _orders.orderOf(_orders.orderId(_terms[i])).status;
    }

    function _received(uint256 i) private view returns (uint256) {
        return _ledgers[MONEY].money.balanceOf(_requestOf(i).payee);
    }

    /// @dev The honest orders' requests; then the rogue's: one order at two prices, and the first honest order's own.
    function _requestOf(uint256 i) private view returns (PaymentRequest memory request) {
        if (i < ORDERS) return _orders.requestOf(_terms[i]);
        request = _orders.requestOf(_terms[0]);
        if (i < ORDERS + 2) (request.order, request.amount) = ("rogue", 500 + i);
    }

    function _holdOf(uint256 i) private view returns (Hold memory) {
        address application = i < ORDERS ? address(_orders) : address(_rogue);
        return _service.mandateHold(_ledgers[INDUSTRY].chainId, application, _requestOf(i));
    }

    function _termsOf(uint256 i) private pure returns (OrderTerms memory) {
        uint48 deliverBy = uint48(OPENING + (i + 1) * 12 hours);
        (address payer, address payee) = (_bank(i % 2), _bank(1 - (i % 2)));
        bytes4 purpose = i == 3 ? bytes4("LOAN") : PURPOSE;
        uint48 payBy = deliverBy + INSPECTION + 1 days;
        return OrderTerms(payer, payee, payer, payee, 1_000 + i, purpose, BASIS, deliverBy, payBy, bytes32(i));
    }

    function _proof(string memory what, bytes32 id) private pure returns (LogProof memory) {
        return LogProof(_name(what, id), 0, 0, new bytes[](0));
    }

    function _name(string memory what, bytes32 id) private pure returns (bytes32) {
        return keccak256(abi.encode(what, id));
    }

    function _foreignOf(uint256 side) private view returns (IForeignLedger) {
        return IForeignLedger(address(_ledgers[side].foreign));
    }
}
