// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {CurrencyAuthority} from "../bridge/CurrencyAuthority.sol";
import {Calendar} from "../currency/Calendar.sol";
import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {ISettlementEngine, Instruction, Leg} from "../settlement/ISettlementEngine.sol";
import {ConnectSide, IConnectDirectory} from "./IConnectDirectory.sol";
import {
    ConnectKind,
    ConnectLimits,
    ConnectPayment,
    ConnectQuote,
    ConnectStatistics,
    ConnectStatus,
    ConnectUsage,
    IPaymentConnect
} from "./IPaymentConnect.sol";

/// @title PaymentConnect
/// @notice See {IPaymentConnect}.
/// @dev A payment's terms come with each call and are recognised by their hash; two words are kept of it.
contract PaymentConnect is IPaymentConnect, CurrencyAuthority, EIP712, Multicall {
    struct Record {
        ConnectStatus status;
        uint16 day;
        uint16 payeeInstitution;
        uint64 counted;
        // where it was counted: a person may be enrolled elsewhere by the time it ends
        bytes32 counter;
    }

    /// @dev Who pays, and which institutions serve payer and payee.
    struct Parties {
        bytes32 person;
        uint16 payerAt;
        uint16 payeeAt;
    }

    struct Rate {
        uint104 rate;
        uint16 day;
    }

    bytes32 private constant QUOTE_TYPEHASH = keccak256(
        "ConnectQuote(address bank,address payer,address sends,address receives,uint64 sendAmount,uint64 receiveAmount,uint48 notAfter,uint48 returnBy,bytes32 nonce)"
    );
    bytes32 private constant PAYMENT_TYPEHASH = keccak256(
        "ConnectPayment(uint8 kind,address payee,bytes32 proxy,bytes32 payeeName,bytes4 purpose,bytes32 messageRef,uint48 answerBy,uint48 resolveBy,ConnectQuote quote)"
        "ConnectQuote(address bank,address payer,address sends,address receives,uint64 sendAmount,uint64 receiveAmount,uint48 notAfter,uint48 returnBy,bytes32 nonce)"
    );
    uint256 private constant RATE_SCALE = 1e12;
    bytes4 private constant TIMEOUT = "AB05";

    /// @inheritdoc IPaymentConnect
    uint256 public constant MAX_RATE_AGE = 10;
    /// @inheritdoc IPaymentConnect
    uint256 public constant MAX_RESOLUTION = 3 days;

    /// @inheritdoc IPaymentConnect
    address public immutable DIRECTORY;
    /// @inheritdoc IPaymentConnect
    address public immutable ENGINE;
    address private immutable RENMINBI;
    address private immutable HONG_KONG_DOLLAR;

    mapping(bytes32 id => Record) private _records;
    mapping(bytes32 counter => ConnectUsage) private _usages;
    mapping(bytes32 quoteId => bool) private _quotesUsed;
    mapping(ConnectKind kind => ConnectLimits) private _quotas;
    mapping(ConnectKind kind => Rate) private _rates;
    mapping(ConnectKind kind => ConnectStatistics) private _statistics;
    mapping(ConnectSide side => bool) private _suspended;

    constructor(IConnectDirectory directory, ISettlementEngine engine) EIP712("PaymentConnect", "1") {
        (DIRECTORY, ENGINE) = (address(directory), address(engine));
        RENMINBI = directory.currencyOf(ConnectSide.Mainland);
        HONG_KONG_DOLLAR = directory.currencyOf(ConnectSide.HongKong);
    }

    // ----------------------------------------------------------------- payments

    /// @inheritdoc IPaymentConnect
    function submit(
        ConnectPayment calldata payment,
        bytes calldata quoteSignature,
        bytes calldata holdSignature
    ) external returns (bytes32 id) {
        id = paymentId(payment);
        Record storage record = _records[id];
        require(record.status == ConnectStatus.None, ConnectStatusInvalid(id, record.status));
        _requireOpen();
        _requireTimes(id, payment);
        _requirePair(id, payment);
        Parties memory parties = _requireParties(id, payment);
        _useQuote(id, payment, parties, quoteSignature);

        uint256 counted = _count(id, payment, parties);
        emit PaymentSubmitted(
            id,
            parties.person,
            payment.messageRef,
            counted,
            parties.payerAt,
            parties.payeeAt,
            payment
        );
        _place(_hold(id, payment), payment.quote.sends, holdSignature);
    }

    /// @inheritdoc IPaymentConnect
    function complete(ConnectPayment calldata payment) external returns (bytes32 instructionId) {
        (bytes32 id, Record storage record) = _unresolved(payment);
        _requirePayeeInstitution(id, payment, record);
        uint256 last = record.status == ConnectStatus.Submitted ? payment.answerBy : payment.resolveBy;
        require(block.timestamp <= last, ConnectAnswerLate(id, last, block.timestamp));

        record.status = ConnectStatus.Completed;
        ConnectStatistics storage statistics = _statistics[payment.kind];
        ++statistics.completed;
        statistics.completedAmount += _renminbiOf(payment);
        Hold memory hold = _hold(id, payment);
        IHoldLedger(payment.quote.sends).captureHold(hold, hold.payee, hold.amount);
        if (payment.quote.bank != address(0)) instructionId = _settle(_bankInstruction(id, payment), "");
        emit PaymentCompleted(id, msg.sender, instructionId);
    }

    /// @inheritdoc IPaymentConnect
    function reject(ConnectPayment calldata payment, bytes4 reason) external {
        (bytes32 id, Record storage record) = _unresolved(payment);
        _requirePayeeInstitution(id, payment, record);
        _requireReason(id, reason);
        _reject(id, payment, record, reason);
    }

    /// @inheritdoc IPaymentConnect
    function reportTimeout(ConnectPayment calldata payment) external {
        (bytes32 id, Record storage record) = _at(payment, ConnectStatus.Submitted);
        require(block.timestamp > payment.answerBy, ConnectTimeNotUp(id, payment.answerBy, block.timestamp));
        record.status = ConnectStatus.TimedOut;
        ++_statistics[payment.kind].timedOut;
        emit PaymentTimedOut(id, msg.sender);
    }

    /// @inheritdoc IPaymentConnect
    function lapse(ConnectPayment calldata payment) external {
        (bytes32 id, Record storage record) = _unresolved(payment);
        require(block.timestamp > payment.resolveBy, ConnectTimeNotUp(id, payment.resolveBy, block.timestamp));
        _reject(id, payment, record, TIMEOUT);
    }

    /// @inheritdoc IPaymentConnect
    function returnPayment(
        ConnectPayment calldata payment,
        bytes4 reason,
        bytes calldata consent
    ) external returns (bytes32 instructionId) {
        (bytes32 id, Record storage record) = _at(payment, ConnectStatus.Completed);
        _requirePayeeInstitution(id, payment, record);
        _requireReason(id, reason);
        uint256 returnBy = payment.quote.returnBy;
        require(block.timestamp <= returnBy, ConnectReturnLate(id, returnBy, block.timestamp));

        record.status = ConnectStatus.Returned;
        ConnectStatistics storage statistics = _statistics[payment.kind];
        ++statistics.returned;
        statistics.returnedAmount += _renminbiOf(payment);
        (uint256 dayReleased, uint256 yearReleased) = _giveBack(record);
        instructionId = _settle(_returnInstruction(id, payment), consent);
        emit PaymentReturned(id, reason, instructionId, dayReleased, yearReleased);
    }

    // --------------------------------------------------------------- governance

    /// @inheritdoc IPaymentConnect
    function setQuota(ConnectKind kind, ConnectLimits calldata limits) external {
        _requireAuthorityOf(_currencyOf(_payerSide(kind)));
        _quotas[kind] = limits;
        emit QuotaSet(kind, limits.day, limits.year);
    }

    /// @inheritdoc IPaymentConnect
    function publishRate(ConnectKind kind, uint104 rate) external {
        _requireAuthorityOf(_currencyOf(_payerSide(kind)));
        uint256 day = Calendar.dayOf(block.timestamp);
        require(
            rate != 0 && kind != ConnectKind.SameName && _rates[kind].day != day,
            ConnectRateInvalid(kind, rate, day)
        );
        _rates[kind] = Rate(rate, uint16(day));
        emit RatePublished(kind, day, rate);
    }

    /// @inheritdoc IPaymentConnect
    function suspend(ConnectSide side) external {
        _requireAuthorityOf(_currencyOf(side));
        if (_suspended[side]) return;
        _suspended[side] = true;
        emit LinkSuspended(side, msg.sender);
    }

    /// @inheritdoc IPaymentConnect
    function resume(ConnectSide side) external {
        _requireAuthorityOf(_currencyOf(side));
        if (!_suspended[side]) return;
        _suspended[side] = false;
        emit LinkResumed(side, msg.sender);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IPaymentConnect
    function paymentId(ConnectPayment calldata payment) public view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        PAYMENT_TYPEHASH,
                        payment.kind,
                        payment.payee,
                        payment.proxy,
                        payment.payeeName,
                        payment.purpose,
                        payment.messageRef,
                        payment.answerBy,
                        payment.resolveBy,
                        _hashQuote(payment.quote)
                    )
                )
            );
    }

    /// @inheritdoc IPaymentConnect
    function quoteId(ConnectQuote calldata quote) public view returns (bytes32) {
        return _hashTypedDataV4(_hashQuote(quote));
    }

    /// @inheritdoc IPaymentConnect
    function holdOf(ConnectPayment calldata payment) external view returns (Hold memory) {
        return _hold(paymentId(payment), payment);
    }

    /// @inheritdoc IPaymentConnect
    function returnInstructionOf(ConnectPayment calldata payment) external view returns (Instruction memory) {
        return _returnInstruction(paymentId(payment), payment);
    }

    /// @inheritdoc IPaymentConnect
    function recordOf(
        bytes32 id
    ) external view returns (ConnectStatus status, uint256 counted, uint256 day, uint16 payeeInstitution) {
        Record storage record = _records[id];
        return (record.status, record.counted, record.day, record.payeeInstitution);
    }

    /// @inheritdoc IPaymentConnect
    function usedOf(
        ConnectKind kind,
        uint16 institution,
        bytes32 person
    ) external view returns (uint256 day, uint256 year) {
        ConnectUsage memory usage = _current(_counterOf(kind, institution, person));
        return (usage.dayUsed, usage.yearUsed);
    }

    /// @inheritdoc IPaymentConnect
    function countedAmountOf(ConnectKind kind, ConnectQuote calldata quote) public view returns (uint256) {
        if (kind == ConnectKind.SameName) return quote.receiveAmount;
        if (quote.sends != RENMINBI) return quote.sendAmount;
        Rate memory rate = _rates[kind];
        uint256 today = Calendar.dayOf(block.timestamp);
        require(rate.day != 0 && today <= uint256(rate.day) + MAX_RATE_AGE, ConnectRateStale(kind, rate.day, today));
        // 2^64 × 2^104 at most
        return Math.ceilDiv(uint256(quote.sendAmount) * rate.rate, RATE_SCALE);
    }

    /// @inheritdoc IPaymentConnect
    function quotaOf(ConnectKind kind) external view returns (ConnectLimits memory) {
        return _quotas[kind];
    }

    /// @inheritdoc IPaymentConnect
    function rateOf(ConnectKind kind) external view returns (uint256 rate, uint256 day) {
        return (_rates[kind].rate, _rates[kind].day);
    }

    /// @inheritdoc IPaymentConnect
    function statisticsOf(ConnectKind kind) external view returns (ConnectStatistics memory) {
        return _statistics[kind];
    }

    /// @inheritdoc IPaymentConnect
    function isSuspended(ConnectSide side) external view returns (bool) {
        return _suspended[side];
    }

    // ---------------------------------------------------------- internals: steps

    function _requireOpen() private view {
        require(!_suspended[ConnectSide.Mainland], ConnectSuspended(ConnectSide.Mainland));
        require(!_suspended[ConnectSide.HongKong], ConnectSuspended(ConnectSide.HongKong));
    }

    function _requireTimes(bytes32 id, ConnectPayment calldata payment) private view {
        uint256 latest = block.timestamp + MAX_RESOLUTION;
        (uint256 answerBy, uint256 resolveBy) = (payment.answerBy, payment.resolveBy);
        require(
            block.timestamp <= answerBy && answerBy < resolveBy && resolveBy <= latest,
            ConnectTimesInvalid(id, answerBy, resolveBy, latest)
        );
    }

    function _requirePair(bytes32 id, ConnectPayment calldata payment) private view {
        (address sends, address receives) = (payment.quote.sends, payment.quote.receives);
        (address fixed_, address free) = payment.kind == ConnectKind.Southbound ? (sends, receives) : (receives, sends);
        require(
            fixed_ == RENMINBI && (free == RENMINBI || free == HONG_KONG_DOLLAR),
            ConnectCurrencyPairInvalid(id, sends, receives)
        );
    }

    function _requireParties(
        bytes32 id,
        ConnectPayment calldata payment
    ) private view returns (Parties memory parties) {
        (ConnectSide side, address payer) = (_payerSide(payment.kind), payment.quote.payer);
        IConnectDirectory directory = IConnectDirectory(DIRECTORY);
        (parties.person, parties.payerAt) = directory.requireServed(side, payment.quote.sends, payer);
        require(parties.person != 0, ConnectPayerNotResident(id, payer));
        require(_actsFor(side, msg.sender, parties.payerAt), ConnectCallerInvalid(id, msg.sender, parties.payerAt));

        (address receives, address payee) = (payment.quote.receives, payment.payee);
        (, parties.payeeAt) = directory.requireServed(_payeeSide(payment.kind), receives, payee);
        directory.requirePayee(receives, payee, payment.proxy, payment.payeeName);
        if (payment.kind != ConnectKind.SameName) return parties;
        bytes32 owner = directory.enrolmentOf(receives, payee).person;
        require(owner == parties.person, ConnectNotSameName(id, parties.person, owner));
    }

    function _useQuote(
        bytes32 id,
        ConnectPayment calldata payment,
        Parties memory parties,
        bytes calldata signature
    ) private {
        ConnectQuote calldata quote = payment.quote;
        address bank = quote.bank;
        require(block.timestamp <= quote.notAfter, ConnectQuoteExpired(id, quote.notAfter, block.timestamp));
        if (quote.sends == quote.receives) {
            require(bank == address(0) && quote.sendAmount == quote.receiveAmount, ConnectQuoteInvalid(id));
            return;
        }
        require(
            _actsFor(_payerSide(payment.kind), bank, parties.payerAt) ||
                _actsFor(_payeeSide(payment.kind), bank, parties.payeeAt),
            ConnectQuoteBankInvalid(id, bank)
        );
        bytes32 offer = quoteId(quote);
        require(!_quotesUsed[offer], ConnectQuoteUsed(id, offer));
        require(Signatures.isValid(bank, offer, signature), ConnectQuoteSignatureInvalid(id, bank));
        _quotesUsed[offer] = true;
    }

    /// @dev The one place where a quota is used, and where a payment begins.
    function _count(
        bytes32 id,
        ConnectPayment calldata payment,
        Parties memory parties
    ) private returns (uint256 counted) {
        ConnectKind kind = payment.kind;
        bytes32 counter = _counterOf(kind, parties.payerAt, parties.person);
        ConnectUsage memory usage = _current(counter);
        ConnectLimits memory limits = _quotas[kind];
        counted = countedAmountOf(kind, payment.quote);
        // what is within a limit of 64 bits fits
        uint256 day = usage.dayUsed + counted;
        require(day <= limits.day, ConnectDayQuotaExceeded(id, parties.person, counted, usage.dayUsed, limits.day));
        uint256 year = usage.yearUsed + counted;
        require(
            year <= limits.year,
            ConnectYearQuotaExceeded(id, parties.person, counted, usage.yearUsed, limits.year)
        );
        (usage.dayUsed, usage.yearUsed) = (uint64(day), uint64(year));
        _usages[counter] = usage;
        _records[id] = Record(ConnectStatus.Submitted, usage.day, parties.payeeAt, uint64(counted), counter);
        ++_statistics[kind].submitted;
    }

    /// @dev The one place where a quota comes back, as far as its day and its year still run.
    function _giveBack(Record storage record) private returns (uint256 dayReleased, uint256 yearReleased) {
        bytes32 counter = record.counter;
        ConnectUsage memory usage = _current(counter);
        uint64 counted = record.counted;
        if (Calendar.yearOf(record.day) != usage.year) return (0, 0);
        usage.yearUsed -= counted;
        if (record.day == usage.day) {
            usage.dayUsed -= counted;
            dayReleased = counted;
        }
        _usages[counter] = usage;
        return (dayReleased, counted);
    }

    /// @dev The one place that ends a payment unpaid.
    function _reject(bytes32 id, ConnectPayment calldata payment, Record storage record, bytes4 reason) private {
        record.status = ConnectStatus.Rejected;
        ++_statistics[payment.kind].rejected;
        (uint256 dayReleased, uint256 yearReleased) = _giveBack(record);
        emit PaymentRejected(id, msg.sender, reason, dayReleased, yearReleased);
        IHoldLedger ledger = IHoldLedger(payment.quote.sends);
        Hold memory hold = _hold(id, payment);
        (uint256 remaining, ) = ledger.holdState(ledger.holdId(hold));
        // after its expiry anyone may have freed it at the ledger itself
        if (remaining != 0) ledger.releaseHold(hold);
    }

    /// @dev Anyone who sees the payer's signature may place its hold first; that must not stop the payment. What is in place
    /// is the payment's: its reference is the payment's id, and nobody else could have taken from it.
    function _place(Hold memory hold, address currency, bytes calldata signature) private {
        IHoldLedger ledger = IHoldLedger(currency);
        (uint256 remaining, ) = ledger.holdState(ledger.holdId(hold));
        if (remaining == 0) ledger.placeHoldWithSignature(hold, signature);
    }

    function _settle(Instruction memory instruction, bytes memory consent) private returns (bytes32) {
        bytes[] memory consents = new bytes[](consent.length == 0 ? 0 : 1);
        if (consent.length != 0) consents[0] = consent;
        return ISettlementEngine(ENGINE).settle(instruction, consents, new Hold[](0));
    }

    // -------------------------------------------------------- internals: looking

    function _at(
        ConnectPayment calldata payment,
        ConnectStatus expected
    ) private view returns (bytes32 id, Record storage record) {
        id = paymentId(payment);
        record = _records[id];
        require(record.status == expected, ConnectStatusInvalid(id, record.status));
    }

    function _unresolved(ConnectPayment calldata payment) private view returns (bytes32 id, Record storage record) {
        id = paymentId(payment);
        record = _records[id];
        ConnectStatus status = record.status;
        require(
            status == ConnectStatus.Submitted || status == ConnectStatus.TimedOut,
            ConnectStatusInvalid(id, status)
        );
    }

    function _requirePayeeInstitution(bytes32 id, ConnectPayment calldata payment, Record storage record) private view {
        uint16 institution = record.payeeInstitution;
        require(
            _actsFor(_payeeSide(payment.kind), msg.sender, institution),
            ConnectCallerInvalid(id, msg.sender, institution)
        );
    }

    function _actsFor(ConnectSide side, address account, uint16 institution) private view returns (bool) {
        address registry = IConnectDirectory(DIRECTORY).registryOf(side);
        return IInstitutionRegistry(registry).institutionOf(account) == institution;
    }

    /// @dev What is used, as of now: nothing of a day or a year that is over.
    function _current(bytes32 counter) private view returns (ConnectUsage memory usage) {
        uint256 day = Calendar.dayOf(block.timestamp);
        uint256 year = Calendar.yearOf(day);
        usage = _usages[counter];
        if (usage.day != day) (usage.day, usage.dayUsed) = (uint16(day), 0);
        if (usage.year != year) (usage.year, usage.yearUsed) = (uint16(year), 0);
    }

    function _hold(bytes32 id, ConnectPayment calldata payment) private view returns (Hold memory) {
        ConnectQuote calldata quote = payment.quote;
        return
            Hold({
                payer: quote.payer,
                payee: quote.bank == address(0) ? payment.payee : quote.bank,
                executor: address(this),
                amount: quote.sendAmount,
                // a capture is possible strictly before the expiry
                expiry: uint256(payment.resolveBy) + 1,
                businessRef: id
            });
    }

    function _currencyOf(ConnectSide side) private view returns (address) {
        return side == ConnectSide.Mainland ? RENMINBI : HONG_KONG_DOLLAR;
    }

    function _bankInstruction(bytes32 id, ConnectPayment calldata payment) private pure returns (Instruction memory) {
        ConnectQuote calldata quote = payment.quote;
        Leg[] memory legs = new Leg[](1);
        legs[0] = Leg(quote.receives, quote.bank, payment.payee, quote.receiveAmount);
        return Instruction(id, 0, payment.resolveBy, false, legs);
    }

    function _returnInstruction(bytes32 id, ConnectPayment calldata payment) private pure returns (Instruction memory) {
        ConnectQuote calldata quote = payment.quote;
        bool direct = quote.bank == address(0);
        Leg[] memory legs = new Leg[](direct ? 1 : 2);
        address first = direct ? quote.payer : quote.bank;
        legs[0] = Leg(quote.receives, payment.payee, first, quote.receiveAmount);
        if (!direct) legs[1] = Leg(quote.sends, quote.bank, quote.payer, quote.sendAmount);
        return Instruction(id, 0, quote.returnBy, false, legs);
    }

    function _requireReason(bytes32 id, bytes4 reason) private pure {
        for (uint256 i = 0; i < 4; ++i) {
            bytes1 character = reason[i];
            bool digit = character >= "0" && character <= "9";
            require(digit || (character >= "A" && character <= "Z"), ConnectReasonInvalid(id, reason));
        }
    }

    function _hashQuote(ConnectQuote calldata quote) private pure returns (bytes32) {
        return keccak256(abi.encode(QUOTE_TYPEHASH, quote));
    }

    function _counterOf(ConnectKind kind, uint16 institution, bytes32 person) private pure returns (bytes32) {
        return keccak256(abi.encode(kind, kind == ConnectKind.Northbound ? institution : 0, person));
    }

    function _renminbiOf(ConnectPayment calldata payment) private pure returns (uint64) {
        // northbound is received in renminbi, southbound sent
        return payment.kind == ConnectKind.Southbound ? payment.quote.sendAmount : payment.quote.receiveAmount;
    }

    function _payerSide(ConnectKind kind) private pure returns (ConnectSide) {
        return kind == ConnectKind.Southbound ? ConnectSide.Mainland : ConnectSide.HongKong;
    }

    function _payeeSide(ConnectKind kind) private pure returns (ConnectSide) {
        return kind == ConnectKind.Southbound ? ConnectSide.HongKong : ConnectSide.Mainland;
    }
}
