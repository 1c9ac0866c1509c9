// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICentralBankCouncil, IssuedCurrency, Timing} from "../../../contracts/bridge/ICentralBankCouncil.sol";
import {Acceptance, IForeignExchange, MakerSide, Quote} from "../../../contracts/bridge/IForeignExchange.sol";
import {ISettlementEngine} from "../../../contracts/settlement/ISettlementEngine.sol";
import {VM} from "../support/Vm.sol";
import {Acting} from "./Acting.sol";

/// @dev Offers made, cancelled and accepted between two currencies while bands, rights and time change. What must
/// happen is decided here by plain rules before it is tried.
contract ExchangeActs is Acting {
    struct Offer {
        Quote quote;
        uint256 filled;
    }

    struct Deal {
        uint256 offer;
        address taker;
        uint256 baseAmount;
        uint256 counterAmount;
        uint256 time;
        // both central banks' bands as they were
        Side[2] sides;
    }

    struct Side {
        uint256 rate;
        uint256 width;
        uint256 validUntil;
    }

    /// @dev What has become of a maker's nonce; `offer` is the index of the first one accepted, plus one.
    struct Nonce {
        uint256 offer;
        bool cancelled;
        bool over;
    }

    uint256 private constant DEALERS = 4;
    uint256 private constant OPENING_BALANCE = 1_000_000;
    uint256 private constant SCALE = 1e12;
    uint256 private constant PAR = 915e9;
    uint256 private constant MAX_VALIDITY = 1 days;
    // in each of two words
    uint256 private constant NONCES = 24;

    IForeignExchange public exchange;
    ICentralBankCouncil public council;

    Offer[] private _offers;
    Deal[] private _deals;
    Side[2] private _sides;
    bool[2] private _suspended;
    bool[DEALERS] private _authorized;
    mapping(address maker => mapping(uint256 nonce => Nonce)) private _nonces;
    int256[DEALERS][2] private _moved;

    constructor() {
        address[] memory founders = new address[](2);
        (founders[0], founders[1]) = (address(this), _carrier());
        IssuedCurrency[] memory currencies = new IssuedCurrency[](2);
        for (uint256 c = 0; c < 2; ++c) currencies[c] = IssuedCurrency(address(_places[c].money), founders[c]);
        bytes memory args = abi.encode(founders, currencies, BASIS, Timing(0, 1 days, 1 days));
        council = ICentralBankCouncil(_deploy("CentralBankCouncil", args));
        address gate = _deploy("BridgeGate", "");
        exchange = IForeignExchange(_deploy("ForeignExchange", abi.encode(_engine, council, gate, MAX_VALIDITY)));
        for (uint256 c = 0; c < 2; ++c) {
            _places[c].money.appoint(address(this), 4, BASIS);
            for (uint256 i = 0; i < DEALERS; ++i) _places[c].money.issue(_people[i], OPENING_BALANCE, BASIS);
            _publish(c, PAR, PAR / 50, MAX_VALIDITY);
        }
        for (uint256 i = 0; i < DEALERS; ++i) _authorize(i, true);
    }

    // ------------------------------------------------------------------- acts

    /// @dev Rates around par, ranges that may leave small rests, nonces that come again.
    function offer(uint256 who, uint256 terms, uint256 range, uint256 nonce) external now_ {
        (address base, address counter) = _pair();
        uint256 maximum = 1 + ((range >> 64) % 40_000);
        _offers.push(
            Offer(
                Quote({
                    maker: _people[who % DEALERS],
                    taker: terms % 8 == 0 ? _people[(terms >> 8) % DEALERS] : address(0),
                    base: base,
                    counter: counter,
                    side: MakerSide((terms >> 16) % 2),
                    rate: uint104(PAR - PAR / 64 + ((terms >> 24) % (PAR / 32))),
                    minimum: uint96(range % 8 == 0 ? range % (2 * maximum) : range % (maximum / 4 + 1)),
                    maximum: uint96(maximum),
                    divisible: (terms >> 128) % 3 != 0,
                    notAfter: uint48(_clock + ((terms >> 136) % 3 days)),
                    nonce: _nonceOf(nonce)
                }),
                0
            )
        );
    }

    /// @dev Of the last offers mostly; the whole, a part, or a little too much.
    function take(uint256 which, uint256 who, uint256 amount) external now_ {
        if (_offers.length == 0) return;
        uint256 i = _offers.length - 1 - ((which % 6) % _offers.length);
        Quote memory quote = _offers[i].quote;
        uint256 m = _dealerOf(quote.maker);
        uint256 t = (m + (who % 8 == 0 ? 0 : 1 + ((who >> 8) % 3))) % DEALERS;
        uint256 left = quote.maximum - _offers[i].filled;
        amount = amount % 4 == 0 ? left : _some(amount / 4, left);
        uint256 counterAmount = _counterOf(quote, amount);
        bool expected = _mayTake(i, quote, t, m, amount, counterAmount);
        Acceptance memory acceptance = Acceptance({
            quote: quote,
            signature: _signature(m, exchange.quoteId(quote)),
            amount: amount,
            limit: quote.side == MakerSide.Sells ? type(uint256).max : 0,
            businessRef: _newRef()
        });
        uint256[2][2] memory before = [_balancesOf(t), _balancesOf(m)];
        _do("take", _people[t], address(exchange), abi.encodeCall(IForeignExchange.take, (acceptance)), expected);
        if (expected) _record(i, t, m, before);
    }

    function cancel(uint256 who, uint256 nonce) external now_ {
        address maker = _people[who % DEALERS];
        if (nonce % 3 != 0) return;
        nonce = _nonceOf(nonce);
        _forget(maker, nonce);
        _do("cancel", maker, address(exchange), abi.encodeCall(IForeignExchange.cancelQuote, (nonce)), true);
    }

    function cancelWord(uint256 who, uint256 word) external now_ {
        if (word % 4 != 0) return;
        address maker = _people[who % DEALERS];
        word = (word >> 8) % 2;
        for (uint256 n = 0; n < NONCES; ++n) _forget(maker, word * 128 + n);
        _do("cancelWord", maker, address(exchange), abi.encodeCall(IForeignExchange.cancelQuotes, (word)), true);
    }

    function publish(uint256 c, uint256 rate, uint256 width, uint256 validFor) external now_ {
        _publish(c % 2, PAR - PAR / 100 + (rate % (PAR / 50)), PAR / 100 + (width % (PAR / 30)), validFor);
    }

    function withdraw(uint256 c, uint256 seed) external now_ {
        if (seed % 4 != 0) return;
        (address base, address counter) = _pair();
        c = c % 2;
        delete _sides[c];
        exchange.withdrawReference(base, counter, address(_places[c].money));
    }

    /// @dev Somebody who may not.
    function usurp(uint256 c, uint256 who) external now_ {
        (address base, address counter) = _pair();
        address currency = address(_places[c % 2].money);
        address caller = _people[who % CAST];
        _do(
            "usurp",
            caller,
            address(exchange),
            abi.encodeCall(IForeignExchange.setReference, (base, counter, currency, uint104(PAR), 0, 60)),
            false
        );
        bytes memory stop = abi.encodeCall(IForeignExchange.withdrawReference, (base, counter, currency));
        _do("usurp", caller, address(exchange), stop, false);
    }

    function suspend(uint256 c, uint256 seed) external now_ {
        c = c % 2;
        _suspended[c] = seed % 8 == 0;
        if (_suspended[c]) council.suspendCurrency(address(_places[c].money));
        else council.resumeCurrency(address(_places[c].money));
    }

    function authorize(uint256 who, uint256 seed) external now_ {
        _authorize(who % DEALERS, seed % 8 != 0);
    }

    function pass(uint256 seconds_) external {
        _clock += seconds_ % 8 == 0 ? seconds_ % 20 hours : seconds_ % 30 minutes;
    }

    // ------------------------------------------------------------- looking on

    function offerCount() external view returns (uint256) {
        return _offers.length;
    }

    function offered(uint256 i) external view returns (Offer memory) {
        return _offers[i];
    }

    function dealCount() external view returns (uint256) {
        return _deals.length;
    }

    function deal(uint256 i) external view returns (Deal memory) {
        return _deals[i];
    }

    function nonceOf(address maker, uint256 nonce) external view returns (Nonce memory) {
        return _nonces[maker][nonce];
    }

    /// @dev What a dealer must have by the deals alone.
    function due(uint256 c, uint256 i) external view returns (uint256) {
        return uint256(int256(OPENING_BALANCE) + _moved[c][i]);
    }

    // ----------------------------------------------------------------- rules

    function _mayTake(
        uint256 i,
        Quote memory quote,
        uint256 t,
        uint256 m,
        uint256 amount,
        uint256 counterAmount
    ) private view returns (bool) {
        if (quote.taker != address(0) && quote.taker != _people[t]) return false;
        if (_clock > quote.notAfter || _suspended[0] || _suspended[1]) return false;
        for (uint256 c = 0; c < 2; ++c) {
            Side memory side = _sides[c];
            if (_clock > side.validUntil) return false;
            if (quote.rate + side.width < side.rate || quote.rate > side.rate + side.width) return false;
        }
        if (!_isLeft(i, quote, amount) || counterAmount == 0 || t == m) return false;
        if (!_authorized[t] || !_authorized[m]) return false;
        bool sells = quote.side == MakerSide.Sells;
        return _has(sells ? m : t, 1, amount) && _has(sells ? t : m, 0, counterAmount);
    }

    function _isLeft(uint256 i, Quote memory quote, uint256 amount) private view returns (bool) {
        Nonce memory nonce = _nonces[quote.maker][quote.nonce];
        if (nonce.cancelled || nonce.over || (nonce.offer != 0 && nonce.offer != i + 1)) return false;
        uint256 left = quote.maximum - _offers[i].filled;
        if (amount == 0 || amount > left) return false;
        return amount >= quote.minimum || (quote.divisible && amount == left);
    }

    function _has(uint256 i, uint256 c, uint256 amount) private view returns (bool) {
        return _places[c].money.balanceOf(_people[i]) >= amount;
    }

    function _counterOf(Quote memory quote, uint256 amount) private pure returns (uint256 whole) {
        whole = (amount * quote.rate) / SCALE;
        if (quote.side == MakerSide.Sells && whole * SCALE != amount * quote.rate) ++whole;
    }

    /// @dev By what the balances say, not by what was asked for.
    function _record(uint256 i, uint256 t, uint256 m, uint256[2][2] memory before) private {
        Offer storage taken = _offers[i];
        uint256[2] memory taker = _balancesOf(t);
        bool sells = taken.quote.side == MakerSide.Sells;
        Deal storage made = _deals.push();
        made.offer = i;
        made.taker = _people[t];
        made.baseAmount = sells ? taker[1] - before[0][1] : before[0][1] - taker[1];
        made.counterAmount = sells ? before[0][0] - taker[0] : taker[0] - before[0][0];
        made.time = _clock;
        for (uint256 c = 0; c < 2; ++c) made.sides[c] = _sides[c];
        int256 sign = sells ? int256(1) : int256(-1);
        _moved[1][t] += sign * int256(made.baseAmount);
        _moved[1][m] -= sign * int256(made.baseAmount);
        _moved[0][t] -= sign * int256(made.counterAmount);
        _moved[0][m] += sign * int256(made.counterAmount);
        taken.filled += made.baseAmount;
        Nonce storage nonce = _nonces[taken.quote.maker][taken.quote.nonce];
        nonce.offer = i + 1;
        nonce.over = !taken.quote.divisible || taken.filled == taken.quote.maximum;
    }

    function _nonceOf(uint256 seed) private pure returns (uint256) {
        return 128 * (seed % 2) + ((seed >> 8) % NONCES);
    }

    function _forget(address maker, uint256 nonce) private {
        Nonce storage kept = _nonces[maker][nonce];
        if (!kept.over) kept.cancelled = true;
    }

    function _publish(uint256 c, uint256 rate, uint256 width, uint256 validFor) private {
        (address base, address counter) = _pair();
        validFor = validFor % 8 == 0 ? 1 + (validFor % 600) : MAX_VALIDITY - (validFor % 8 hours);
        _sides[c] = Side(rate, width, _clock + validFor);
        address currency = address(_places[c].money);
        exchange.setReference(base, counter, currency, uint104(rate), uint104(width), uint48(validFor));
    }

    function _authorize(uint256 i, bool on) private {
        _authorized[i] = on;
        VM.prank(_people[i]);
        _engine.authorizeAgent(address(exchange), on);
    }

    function _balancesOf(uint256 i) private view returns (uint256[2] memory balances) {
        for (uint256 c = 0; c < 2; ++c) balances[c] = _places[c].money.balanceOf(_people[i]);
    }

    function _dealerOf(address who) private view returns (uint256 i) {
        while (_people[i] != who) ++i;
    }

    /// @dev Hong Kong's currency against the mainland's.
    function _pair() private view returns (address base, address counter) {
        return (address(_places[HONGKONG].money), address(_places[MAINLAND].money));
    }
}
