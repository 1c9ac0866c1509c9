// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {ISettlementEngine, Instruction, Leg} from "../settlement/ISettlementEngine.sol";
import {CurrencyAuthority} from "./CurrencyAuthority.sol";
import {IBridgeGate} from "./IBridgeGate.sol";
import {ICentralBankCouncil} from "./ICentralBankCouncil.sol";
import {Acceptance, Band, IForeignExchange, MakerSide, NonceStatus, Quote} from "./IForeignExchange.sol";

/// @title ForeignExchange
/// @notice See {IForeignExchange}.
contract ForeignExchange is IForeignExchange, CurrencyAuthority, EIP712 {
    struct Fill {
        uint96 filled;
        // of the quote's id: no maker can find two offers that share so many bits
        uint160 tag;
    }

    bytes32 private constant QUOTE_TYPEHASH = keccak256(
        "Quote(address maker,address taker,address base,address counter,uint8 side,uint104 rate,uint96 minimum,uint96 maximum,bool divisible,uint48 notAfter,uint256 nonce)"
    );
    uint256 private constant RATE_SCALE = 1e12;
    // the upper bit of every nonce's two: it has ended
    uint256 private constant ENDED = (type(uint256).max / 3) * 2;

    /// @inheritdoc IForeignExchange
    address public immutable ENGINE;
    /// @inheritdoc IForeignExchange
    address public immutable COUNCIL;
    /// @inheritdoc IForeignExchange
    address public immutable GATE;
    /// @inheritdoc IForeignExchange
    uint256 public immutable MAX_VALIDITY;

    // two bits a nonce, see {NonceStatus}
    mapping(address maker => mapping(uint256 word => uint256 statuses)) private _statuses;
    mapping(address maker => mapping(uint256 nonce => Fill)) private _fills;
    mapping(address base => mapping(address counter => mapping(address currency => Band))) private _references;
    // what both have in common, so that an acceptance reads one word
    mapping(address base => mapping(address counter => Band)) private _bands;

    /// @param maxValidity Longest validity of a reference, seconds.
    constructor(address engine, address council, address gate, uint256 maxValidity) EIP712("ForeignExchange", "1") {
        ENGINE = engine;
        COUNCIL = council;
        GATE = gate;
        MAX_VALIDITY = maxValidity;
    }

    // ---------------------------------------------------------------- exchange

    /// @inheritdoc IForeignExchange
    function take(Acceptance calldata acceptance) external returns (bytes32 instructionId, uint256 counterAmount) {
        return _take(acceptance);
    }

    /// @inheritdoc IForeignExchange
    function takeMany(
        Acceptance[] calldata acceptances
    ) external returns (bytes32[] memory instructionIds, uint256[] memory counterAmounts) {
        instructionIds = new bytes32[](acceptances.length);
        counterAmounts = new uint256[](acceptances.length);
        for (uint256 i = 0; i < acceptances.length; ++i) {
            (instructionIds[i], counterAmounts[i]) = _take(acceptances[i]);
        }
    }

    /// @inheritdoc IForeignExchange
    function cancelQuote(uint256 nonce) external {
        (uint256 word, uint256 shift) = _position(nonce);
        uint256 statuses = _statuses[msg.sender][word];
        if (statuses & (ENDED & (3 << shift)) != 0) return;
        _statuses[msg.sender][word] = statuses | (3 << shift);
        emit QuoteCancelled(msg.sender, nonce);
    }

    /// @inheritdoc IForeignExchange
    function cancelQuotes(uint256 word) external {
        uint256 statuses = _statuses[msg.sender][word];
        uint256 ending = ~statuses & ENDED;
        if (ending == 0) return;
        _statuses[msg.sender][word] = statuses | ending | (ending >> 1);
        emit QuotesCancelled(msg.sender, word);
    }

    // --------------------------------------------------------------- reference

    /// @inheritdoc IForeignExchange
    function setReference(
        address base,
        address counter,
        address currency,
        uint104 rate,
        uint104 width,
        uint48 validFor
    ) external {
        _requireSide(base, counter, currency);
        require(width < rate && rate <= type(uint104).max - width, ReferenceBandInvalid(rate, width));
        require(validFor != 0 && validFor <= MAX_VALIDITY, ReferenceValidityInvalid(validFor, MAX_VALIDITY));
        uint48 validUntil = uint48(block.timestamp) + validFor;
        _setReference(base, counter, currency, Band(rate - width, rate + width, validUntil));
        emit ReferenceSet(base, counter, currency, rate, width, validUntil);
    }

    /// @inheritdoc IForeignExchange
    function withdrawReference(address base, address counter, address currency) external {
        _requireSide(base, counter, currency);
        _setReference(base, counter, currency, Band(0, 0, 0));
        emit ReferenceWithdrawn(base, counter, currency);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IForeignExchange
    function quoteId(Quote calldata quote) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(QUOTE_TYPEHASH, quote)));
    }

    /// @inheritdoc IForeignExchange
    function counterAmountOf(Quote calldata quote, uint256 amount) public pure returns (uint256) {
        uint256 scaled = amount * quote.rate;
        return quote.side == MakerSide.Sells ? (scaled + RATE_SCALE - 1) / RATE_SCALE : scaled / RATE_SCALE;
    }

    /// @inheritdoc IForeignExchange
    function remainingOf(Quote calldata quote) external view returns (uint256) {
        NonceStatus status = nonceStatus(quote.maker, quote.nonce);
        if (status == NonceStatus.Open) return quote.maximum;
        if (status != NonceStatus.Partial) return 0;
        Fill memory fill = _fills[quote.maker][quote.nonce];
        return fill.tag == _tag(quoteId(quote)) ? quote.maximum - fill.filled : 0;
    }

    /// @inheritdoc IForeignExchange
    function nonceStatus(address maker, uint256 nonce) public view returns (NonceStatus) {
        (uint256 word, uint256 shift) = _position(nonce);
        return NonceStatus((_statuses[maker][word] >> shift) & 3);
    }

    /// @inheritdoc IForeignExchange
    function referenceOf(address base, address counter, address currency) external view returns (Band memory) {
        return _references[base][counter][currency];
    }

    /// @inheritdoc IForeignExchange
    function bandOf(address base, address counter) external view returns (Band memory) {
        return _bands[base][counter];
    }

    // --------------------------------------------------------------- internals

    function _take(Acceptance calldata acceptance) private returns (bytes32 instructionId, uint256 counterAmount) {
        Quote calldata quote = acceptance.quote;
        uint256 amount = acceptance.amount;
        bytes32 id = quoteId(quote);
        require(
            quote.taker == msg.sender || quote.taker == address(0),
            QuoteTakerMismatch(id, quote.taker, msg.sender)
        );
        require(block.timestamp <= quote.notAfter, QuoteExpired(id, quote.notAfter, block.timestamp));
        ICentralBankCouncil(COUNCIL).requireOpen(quote.base, quote.counter);
        _requireInBand(id, quote);
        require(Signatures.isValid(quote.maker, id, acceptance.signature), QuoteSignatureInvalid(id, quote.maker));
        _fill(id, quote, amount);

        // at most 2^96 × 2^104, since the amount is within the quote's
        counterAmount = counterAmountOf(quote, amount);
        IBridgeGate(GATE).open(ENGINE);
        instructionId = _settle(acceptance, id, counterAmount);
        IBridgeGate(GATE).close();
        emit QuoteTaken(id, quote.maker, msg.sender, instructionId, amount, counterAmount);
    }

    function _requireInBand(bytes32 id, Quote calldata quote) private view {
        Band memory band = _bands[quote.base][quote.counter];
        require(
            block.timestamp <= band.validUntil,
            ReferenceStale(quote.base, quote.counter, band.validUntil, block.timestamp)
        );
        require(
            quote.rate >= band.low && quote.rate <= band.high,
            QuoteRateOutsideBand(id, quote.rate, band.low, band.high)
        );
    }

    /// @dev Counts the amount against the offer. The only place where a nonce is used; recorded before anything moves.
    function _fill(bytes32 id, Quote calldata quote, uint256 amount) private {
        (address maker, uint256 nonce) = (quote.maker, quote.nonce);
        NonceStatus status = nonceStatus(maker, nonce);
        require(status != NonceStatus.Cancelled, QuoteAlreadyCancelled(id, nonce));
        require(status != NonceStatus.Used, QuoteAlreadyUsed(id, nonce));
        Fill storage fill = _fills[maker][nonce];
        uint256 filled;
        if (status == NonceStatus.Partial) {
            require(fill.tag == _tag(id), QuoteNonceTaken(id, nonce));
            filled = fill.filled;
        }
        // never below zero: what has been filled was within this very offer
        uint256 left = quote.maximum - filled;
        require(
            amount <= left && (amount >= quote.minimum || (amount == left && quote.divisible)),
            QuoteAmountOutOfRange(id, amount, quote.minimum, left)
        );
        if (amount == left || !quote.divisible) return _setStatus(maker, nonce, status, NonceStatus.Used);
        if (status == NonceStatus.Open) _setStatus(maker, nonce, status, NonceStatus.Partial);
        (fill.filled, fill.tag) = (uint96(filled + amount), _tag(id));
    }

    function _setStatus(address maker, uint256 nonce, NonceStatus from, NonceStatus to) private {
        (uint256 word, uint256 shift) = _position(nonce);
        _statuses[maker][word] ^= (uint256(from) ^ uint256(to)) << shift;
    }

    /// @dev The taker's leg comes first: the reference is one of its own.
    function _settle(Acceptance calldata acceptance, bytes32 id, uint256 counterAmount) private returns (bytes32) {
        Quote calldata quote = acceptance.quote;
        uint256 limit = acceptance.limit;
        bool pays = quote.side == MakerSide.Sells;
        require(pays ? counterAmount <= limit : counterAmount >= limit, QuoteLimitPassed(id, counterAmount, limit));
        Leg memory baseLeg = Leg(
            quote.base,
            pays ? quote.maker : msg.sender,
            pays ? msg.sender : quote.maker,
            acceptance.amount
        );
        Leg memory counterLeg = Leg(quote.counter, baseLeg.to, baseLeg.from, counterAmount);
        Leg[] memory legs = new Leg[](2);
        (legs[0], legs[1]) = pays ? (counterLeg, baseLeg) : (baseLeg, counterLeg);
        Instruction memory instruction = Instruction({
            businessRef: acceptance.businessRef,
            notBefore: 0,
            notAfter: quote.notAfter,
            nettable: false,
            legs: legs
        });
        return ISettlementEngine(ENGINE).settle(instruction, new bytes[](0), new Hold[](0));
    }

    /// @dev Looks at the currency's authority only after it is known that the council has admitted it.
    function _requireSide(address base, address counter, address currency) private view {
        require(
            base != counter &&
                (currency == base || currency == counter) &&
                ICentralBankCouncil(COUNCIL).issuerOf(currency) != address(0),
            ReferencePairInvalid(base, counter, currency)
        );
        _requireAuthorityOf(currency);
    }

    /// @dev The only place that writes bands: both sides' and what they have in common.
    function _setReference(address base, address counter, address currency, Band memory own) private {
        _references[base][counter][currency] = own;
        Band memory other = _references[base][counter][currency == base ? counter : base];
        _bands[base][counter] = Band(
            own.low > other.low ? own.low : other.low,
            own.high < other.high ? own.high : other.high,
            own.validUntil < other.validUntil ? own.validUntil : other.validUntil
        );
    }

    function _tag(bytes32 id) private pure returns (uint160) {
        return uint160(uint256(id));
    }

    /// @dev 128 nonces share a word.
    function _position(uint256 nonce) private pure returns (uint256 word, uint256 shift) {
        return (nonce >> 7, (nonce & 0x7f) << 1);
    }
}
