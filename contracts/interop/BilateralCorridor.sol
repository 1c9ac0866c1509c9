// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {AuthorityUtils} from "@openzeppelin/contracts/access/manager/AuthorityUtils.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {Calendar} from "../currency/Calendar.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {ISettlementEngine, Instruction, Leg} from "../settlement/ISettlementEngine.sol";
import {
    ComplianceVerdict,
    CorridorOrder,
    CorridorQuote,
    IBilateralCorridor,
    UseCase,
    UseCaseLimits,
    VerdictStatus
} from "./IBilateralCorridor.sol";
import {IForeignLedger, LogProof} from "./IForeignLedger.sol";
import {ExchangeTerms} from "./ILedgerExchange.sol";
import {LedgerExchange} from "./LedgerExchange.sol";

/// @title BilateralCorridor
/// @notice See {IBilateralCorridor}.
/// @dev Immutable; the currency and the engine are the ones it was built for.
contract BilateralCorridor is IBilateralCorridor, LedgerExchange, AccessManaged, EIP712 {
    using BitMaps for BitMaps.BitMap;

    /// @param foreignCurrency The other side's, on its ledger.
    /// @param agent Collects from payers and pays payees on this ledger.
    /// @param foreignAgent The other side's agent, as an account on this ledger.
    /// @param engine Settles net on this ledger; zero: settlement takes place on the other.
    /// @param windowLength Seconds from one net settlement to the next.
    struct Setup {
        IDigitalCurrency currency;
        address foreignCurrency;
        address agent;
        address foreignAgent;
        ISettlementEngine engine;
        uint256 windowLength;
    }

    struct Payment {
        bool accepted;
        VerdictStatus verdict;
        UseCase useCase;
        // when and in which window it was counted
        uint48 day;
        uint48 window;
    }

    struct Window {
        uint48 number;
        uint48 opened;
        uint64 payments;
        uint128 collected;
        uint128 disbursed;
    }

    bytes32 private constant QUOTE_TYPEHASH = keccak256(
        "CorridorQuote(address payer,address base,address counter,uint104 rate,uint96 minimum,uint96 maximum,uint48 notAfter,uint256 nonce)"
    );
    bytes32 private constant ORDER_TYPEHASH = keccak256(
        "CorridorOrder(bytes32 quoteId,uint8 useCase,bytes4 purpose,bytes32 travelRule)"
    );
    bytes32 private constant VERDICT_TYPEHASH = keccak256(
        "ComplianceVerdict(bytes32 id,bool approved,bytes32 sanctionsList,uint48 notAfter)"
    );
    uint256 private constant RATE_SCALE = 1e12;
    uint256 private constant ALL_USE_CASES = 7;

    IDigitalCurrency private immutable CURRENCY;
    address private immutable FOREIGN_CURRENCY;
    address private immutable AGENT;
    address private immutable FOREIGN_AGENT;
    ISettlementEngine private immutable ENGINE;
    uint256 private immutable WINDOW_LENGTH;

    uint256 private _suspended;
    Window private _window;
    // what was settled last, to be said again
    Window private _settled;
    bytes32 private _settledBy;
    BitMaps.BitMap private _usedQuotes;
    mapping(bytes32 id => Payment) private _payments;
    mapping(UseCase => UseCaseLimits) private _limits;
    mapping(UseCase => mapping(uint256 day => uint256 amount)) private _days;
    mapping(UseCase => mapping(uint256 window => uint256 amount)) private _windows;

    /// @param peer_ The corridor on the other ledger, which may not exist yet.
    /// @param authority_ This side's, the currency's own.
    /// @param foreignAuthority_ The other side's, on this ledger.
    constructor(
        IForeignLedger foreignLedger_,
        address peer_,
        address authority_,
        address foreignAuthority_,
        Setup memory setup_
    )
        LedgerExchange(foreignLedger_, peer_, authority_, foreignAuthority_)
        AccessManaged(authority_)
        EIP712("BilateralCorridor", "1")
    {
        (address agent, address foreignAgent) = (setup_.agent, setup_.foreignAgent);
        require(
            setup_.currency.authority() == authority_ &&
                agent != address(0) &&
                foreignAgent != address(0) &&
                agent != foreignAgent,
            CorridorSetupInvalid(address(setup_.currency), agent, foreignAgent)
        );
        CURRENCY = setup_.currency;
        FOREIGN_CURRENCY = setup_.foreignCurrency;
        AGENT = agent;
        FOREIGN_AGENT = foreignAgent;
        ENGINE = setup_.engine;
        WINDOW_LENGTH = setup_.windowLength;
        _window.opened = uint48(block.timestamp);
    }

    // -------------------------------------------------------------- the authority

    /// @inheritdoc IBilateralCorridor
    function setLimits(UseCase useCase, UseCaseLimits calldata limits) external restricted {
        _limits[useCase] = limits;
        emit UseCaseLimited(useCase, limits.payment, limits.day, limits.window);
    }

    /// @inheritdoc IBilateralCorridor
    function suspend(uint256 useCases) external restricted {
        uint256 added = _requireUseCases(useCases) & ~_suspended;
        if (added == 0) return;
        _suspended |= added;
        emit UseCasesSuspended(added, msg.sender);
    }

    /// @inheritdoc IBilateralCorridor
    function resume(uint256 useCases) external restricted {
        uint256 removed = _requireUseCases(useCases) & _suspended;
        if (removed == 0) return;
        _suspended ^= removed;
        emit UseCasesResumed(removed, msg.sender);
    }

    // ------------------------------------------------------------------- payments

    /// @inheritdoc IBilateralCorridor
    function accept(
        ExchangeTerms calldata terms,
        CorridorOrder calldata order,
        CorridorQuote calldata quote,
        bytes calldata signature
    ) external returns (bytes32 id) {
        id = _requireHere(terms, terms.decider, terms.follower);
        _requireOrder(id, terms, order);
        bytes32 offer = quoteId(quote);
        _requireQuoted(id, offer, terms, order, quote);
        require(!_usedQuotes.get(quote.nonce), CorridorQuoteUsed(offer, quote.nonce));
        require(Signatures.isValid(AGENT, offer, signature), CorridorQuoteSignatureInvalid(offer, AGENT));
        _requireOpen(id, order.useCase, terms.decider.amount);
        _requireHeld(terms.decider, id, _deciderHoldId(terms, id));

        _usedQuotes.set(quote.nonce);
        Payment storage payment = _payments[id];
        (payment.accepted, payment.useCase) = (true, order.useCase);
        emit PaymentAccepted(id, offer, terms.decider.giver, order.useCase);
    }

    /// @inheritdoc IBilateralCorridor
    function recordVerdict(
        ExchangeTerms calldata terms,
        CorridorOrder calldata order,
        ComplianceVerdict calldata verdict,
        address officer,
        bytes calldata signature
    ) external returns (bytes32 id) {
        id =
            terms.decider.chainId == block.chainid
                ? _requireHere(terms, terms.decider, terms.follower)
                : _requireHere(terms, terms.follower, terms.decider);
        _requireOrder(id, terms, order);
        require(verdict.id == id, CorridorVerdictMismatch(id, verdict.id));
        Payment storage payment = _payments[id];
        require(payment.verdict == VerdictStatus.None, CorridorVerdictKnown(id, payment.verdict));
        require(block.timestamp <= verdict.notAfter, CorridorVerdictExpired(id, verdict.notAfter, block.timestamp));
        _requireOfficer(id, verdict, officer, signature);

        payment.verdict = verdict.approved ? VerdictStatus.Approved : VerdictStatus.Refused;
        payment.useCase = order.useCase;
        emit VerdictRecorded(
            id,
            officer,
            order.useCase,
            verdict.approved,
            order.purpose,
            order.travelRule,
            verdict.sanctionsList
        );
    }

    // ----------------------------------------------------------------- settlement

    /// @inheritdoc IBilateralCorridor
    function settleWindow() external returns (bytes32 instructionId) {
        Window memory window = _window;
        _requireSettling(window.number);
        uint256 due = window.opened + WINDOW_LENGTH;
        require(block.timestamp >= due, CorridorWindowOpen(window.number, due, block.timestamp));

        _openNext(window.number);
        _settled = window;
        instructionId = _pay(window);
        _settledBy = instructionId;
        _stateSettlement();
    }

    /// @inheritdoc IBilateralCorridor
    function reportWindow(LogProof calldata proof) external {
        Window memory window = _window;
        require(address(ENGINE) == address(0), CorridorSettlementElsewhere(window.number));
        (uint256 collected, uint256 disbursed, , ) = abi.decode(
            _requireProven(bytes32(uint256(window.number)), proof, WindowSettled.selector),
            (uint256, uint256, uint256, bytes32)
        );
        _openNext(window.number);
        emit WindowReported(window.number, collected, disbursed, window.collected, window.disbursed, window.payments);
    }

    /// @inheritdoc IBilateralCorridor
    function restateSettlement() external {
        _requireSettling(_window.number);
        // before the first settlement there is none to say again
        require(_window.number != 0, CorridorWindowOpen(0, _window.opened + WINDOW_LENGTH, block.timestamp));
        _stateSettlement();
    }

    // ---------------------------------------------------------------------- views

    /// @inheritdoc IBilateralCorridor
    function quoteId(CorridorQuote calldata quote) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(QUOTE_TYPEHASH, quote)));
    }

    /// @inheritdoc IBilateralCorridor
    function counterAmountOf(CorridorQuote calldata quote, uint256 amount) public pure returns (uint256) {
        return Math.ceilDiv(amount * quote.rate, RATE_SCALE);
    }

    /// @inheritdoc IBilateralCorridor
    function orderHash(CorridorOrder calldata order) public pure returns (bytes32) {
        return keccak256(abi.encode(ORDER_TYPEHASH, order));
    }

    /// @inheritdoc IBilateralCorridor
    function isQuoteUsed(uint256 nonce) external view returns (bool) {
        return _usedQuotes.get(nonce);
    }

    /// @inheritdoc IBilateralCorridor
    function paymentOf(bytes32 id) external view returns (bool accepted, VerdictStatus verdict) {
        Payment storage payment = _payments[id];
        return (payment.accepted, payment.verdict);
    }

    /// @inheritdoc IBilateralCorridor
    function limitsOf(UseCase useCase) external view returns (UseCaseLimits memory) {
        return _limits[useCase];
    }

    /// @inheritdoc IBilateralCorridor
    function passedOf(UseCase useCase) external view returns (uint256 day, uint256 window) {
        return (_days[useCase][Calendar.dayOf(block.timestamp)], _windows[useCase][_window.number]);
    }

    /// @inheritdoc IBilateralCorridor
    function suspended() external view returns (uint256 useCases) {
        return _suspended;
    }

    /// @inheritdoc IBilateralCorridor
    function currentWindow()
        external
        view
        returns (uint256 number, uint256 opened, uint256 collected, uint256 disbursed, uint256 payments)
    {
        Window storage window = _window;
        return (window.number, window.opened, window.collected, window.disbursed, window.payments);
    }

    /// @inheritdoc IBilateralCorridor
    function setup() external view returns (address, address, address, address, address, uint256) {
        return (address(CURRENCY), FOREIGN_CURRENCY, AGENT, FOREIGN_AGENT, address(ENGINE), WINDOW_LENGTH);
    }

    // ------------------------------------------------------------------ internals

    /// @inheritdoc LedgerExchange
    function _beforeArm(bytes32 id, uint256 amount) internal override {
        _pass(id, amount);
    }

    /// @inheritdoc LedgerExchange
    function _beforeDecide(bytes32 id, uint256 amount) internal override {
        require(_payments[id].accepted, CorridorNotAccepted(id));
        _pass(id, amount);
        _window.collected += uint128(amount);
        ++_window.payments;
    }

    /// @inheritdoc LedgerExchange
    function _afterFollow(bytes32 id, uint256 amount, bool captured) internal override {
        if (captured) {
            _window.disbursed += uint128(amount);
            ++_window.payments;
            return;
        }
        Payment storage payment = _payments[id];
        _days[payment.useCase][payment.day] -= amount;
        _windows[payment.useCase][payment.window] -= amount;
    }

    /// @dev The only place where amounts are counted against limits: when a side binds itself.
    function _pass(bytes32 id, uint256 amount) private {
        Payment storage payment = _payments[id];
        UseCase useCase = payment.useCase;
        require(payment.verdict == VerdictStatus.Approved, CorridorVerdictMissing(id, payment.verdict));
        _requireOpen(id, useCase, amount);
        (uint256 day, uint256 window) = (Calendar.dayOf(block.timestamp), _window.number);
        UseCaseLimits storage limits = _limits[useCase];
        uint256 passed = _days[useCase][day];
        require(passed + amount <= limits.day, CorridorDayLimitExceeded(id, useCase, amount, passed, limits.day));
        _days[useCase][day] = passed + amount;
        passed = _windows[useCase][window];
        require(
            passed + amount <= limits.window,
            CorridorWindowLimitExceeded(id, useCase, amount, passed, limits.window)
        );
        _windows[useCase][window] = passed + amount;
        (payment.day, payment.window) = (uint48(day), uint48(window));
    }

    function _openNext(uint256 number) private {
        _window = Window(uint48(number + 1), uint48(block.timestamp), 0, 0, 0);
    }

    /// @dev Who has collected more than it paid out owes the difference to the other.
    function _pay(Window memory window) private returns (bytes32) {
        (uint256 collected, uint256 disbursed) = (window.collected, window.disbursed);
        if (collected == disbursed) return 0;
        Leg[] memory legs = new Leg[](1);
        legs[0] =
            collected > disbursed
                ? Leg(address(CURRENCY), AGENT, FOREIGN_AGENT, collected - disbursed)
                : Leg(address(CURRENCY), FOREIGN_AGENT, AGENT, disbursed - collected);
        Instruction memory instruction = Instruction({
            businessRef: keccak256(abi.encode(address(this), window.number)),
            notBefore: 0,
            notAfter: type(uint48).max,
            nettable: false,
            legs: legs
        });
        return ENGINE.settle(instruction, new bytes[](0), new Hold[](0));
    }

    function _stateSettlement() private {
        Window storage window = _settled;
        emit WindowSettled(window.number, window.collected, window.disbursed, window.payments, _settledBy);
    }

    // --------------------------------------------------------------------- checks

    function _requireUseCases(uint256 useCases) private pure returns (uint256) {
        require(useCases != 0 && useCases <= ALL_USE_CASES, CorridorUseCasesInvalid(useCases));
        return useCases;
    }

    function _requireOpen(bytes32 id, UseCase useCase, uint256 amount) private view {
        require(_suspended & (1 << uint256(useCase)) == 0, CorridorSuspended(id, useCase));
        uint256 limit = _limits[useCase].payment;
        require(amount <= limit, CorridorPaymentLimitExceeded(id, useCase, amount, limit));
    }

    /// @dev That the payment is between the corridor's currencies and, for the half that lies here, with its agent.
    function _requireOrder(bytes32 id, ExchangeTerms calldata terms, CorridorOrder calldata order) private view {
        bytes32 hash = orderHash(order);
        require(terms.salt == hash, CorridorOrderMismatch(id, terms.salt, hash));
        bool decides = terms.decider.chainId == block.chainid;
        (address own, address foreign) = decides
            ? (terms.decider.token, terms.follower.token)
            : (terms.follower.token, terms.decider.token);
        require(
            own == address(CURRENCY) && foreign == FOREIGN_CURRENCY,
            CorridorCurrencyMismatch(id, terms.decider.token, terms.follower.token)
        );
        address account = decides ? terms.decider.taker : terms.follower.giver;
        require(account == AGENT, CorridorAgentMismatch(id, account, AGENT));
    }

    function _requireQuoted(
        bytes32 id,
        bytes32 offer,
        ExchangeTerms calldata terms,
        CorridorOrder calldata order,
        CorridorQuote calldata quote
    ) private view {
        require(
            order.quoteId == offer &&
                quote.payer == terms.decider.giver &&
                quote.base == FOREIGN_CURRENCY &&
                quote.counter == address(CURRENCY),
            CorridorQuoteMismatch(id, offer, quote.payer)
        );
        uint256 time = Math.max(terms.deadline, block.timestamp);
        require(time <= quote.notAfter, CorridorQuoteExpired(offer, quote.notAfter, time));
        uint256 amount = terms.follower.amount;
        require(
            amount >= quote.minimum && amount <= quote.maximum,
            CorridorAmountOutOfRange(offer, amount, quote.minimum, quote.maximum)
        );
        uint256 expected = counterAmountOf(quote, amount);
        require(terms.decider.amount == expected, CorridorRateMismatch(offer, terms.decider.amount, expected));
    }

    function _requireOfficer(
        bytes32 id,
        ComplianceVerdict calldata verdict,
        address officer,
        bytes calldata signature
    ) private view {
        (bool immediate, ) = AuthorityUtils.canCallWithDelay(
            authority(),
            officer,
            address(this),
            this.recordVerdict.selector
        );
        require(immediate, CorridorOfficerUnauthorized(id, officer));
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(VERDICT_TYPEHASH, verdict)));
        require(Signatures.isValid(officer, digest, signature), CorridorVerdictSignatureInvalid(id, officer));
    }

    function _requireSettling(uint256 window) private view {
        require(address(ENGINE) != address(0), CorridorSettlementElsewhere(window));
    }
}
