// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {ProxyPort} from "../../../contracts/payments/IConnectDirectory.sol";
import {
    ConnectKind,
    ConnectPayment,
    ConnectQuote,
    ConnectStatus
} from "../../../contracts/payments/IPaymentConnect.sol";
import {ConnectStage} from "../support/ConnectStage.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev Payments of both directions, answered, late, returned, and proxies that change hands. The rules are written a second
/// time here, plainly: what is used of a quota is added up from the payments each time. Six hours pass with every act.
abstract contract ConnectActs is ConnectStage, Telling {
    /// @dev A payment by the book.
    struct Kept {
        ConnectPayment terms;
        bytes32 id;
        ConnectStatus status;
        // of the customers and of the bank in between
        uint256 payer;
        uint256 payee;
        uint256 bank;
        uint256 counted;
        uint256 day;
        uint256 year;
        uint256 ends;
    }

    /// @dev Where a proxy leads: zero, nowhere; else a customer's place and one.
    struct Led {
        uint256 to;
        uint256 sequence;
    }

    uint256 internal constant PROXIES = 2;
    uint256 private constant PURSE = 3_000;
    uint256 private constant STEP = 6 hours;
    uint48 private constant ANSWER = 7 hours;
    uint48 private constant RESOLVE = 20 hours;
    uint48 private constant RETURN = 5 days;
    uint256 private constant RATE_AGE = 10;
    bytes4 private constant REASON = "AC04";

    /// @dev By side, then by person: what it has, and what of it is held.
    uint256[CAST][2] public balances;
    uint256[CAST][2] public held;
    Led[PROXIES] public leads;

    Kept[] private _kept;
    uint256 private _rateDay;

    modifier then_() {
        VM.warp(_clock);
        _;
        _clock += STEP;
    }

    constructor() {
        for (uint256 bank = FIRST_BANK; bank <= SECOND_BANK; ++bank)
            (balances[0][bank], balances[1][bank]) = (TILL, TILL);
        _rateDay = _dayOf(_clock);
    }

    // -------------------------------------------------------------------- acts

    function submit(uint256 who, uint256 amount, uint256 mode) external then_ {
        _submit(_mix(who), _mix(amount), _mix(mode));
    }

    function complete(uint256 p, uint256 mode) external then_ {
        (p, mode) = (_mix(p), _mix(mode));
        (bool found, Kept storage kept) = _pick(p, mode % 8 == 0);
        if (!found) return _submit(p, p >> 64, p >> 128);
        uint256 by = mode % 16 == 1 ? _bankOf(kept.payer) : _bankOf(kept.payee);
        bool inTime = kept.status == ConnectStatus.Submitted && _clock <= kept.terms.answerBy;
        inTime = inTime || (kept.status == ConnectStatus.TimedOut && _clock <= kept.terms.resolveBy);
        // too late only now and then
        if (!inTime && mode % 4 != 0) return _endLate(kept);
        bool allowed = inTime && by == _bankOf(kept.payee);
        _do("complete", person(by), address(link), abi.encodeCall(link.complete, (kept.terms)), allowed);
        if (!allowed) return;
        (kept.status, kept.ends) = (ConnectStatus.Completed, kept.ends + 1);
        uint256 from = _sideOf(kept.payer);
        held[from][kept.payer] -= kept.terms.quote.sendAmount;
        _move(from, kept.payer, kept.bank, kept.terms.quote.sendAmount);
        _move(1 - from, kept.bank, kept.payee, kept.terms.quote.receiveAmount);
    }

    function reject(uint256 p, uint256 mode) external then_ {
        (p, mode) = (_mix(p), _mix(mode));
        (bool found, Kept storage kept) = _pick(p, mode % 8 == 0);
        if (!found) return _submit(p, p >> 64, p >> 128);
        uint256 by = mode % 16 == 1 ? _bankOf(kept.payer) : _bankOf(kept.payee);
        bool allowed = _isOpen(kept) && by == _bankOf(kept.payee);
        _do("reject", person(by), address(link), abi.encodeCall(link.reject, (kept.terms, REASON)), allowed);
        if (allowed) _free(kept);
    }

    function reportTimeout(uint256 p, uint256 mode) external then_ {
        (p, mode) = (_mix(p), _mix(mode));
        (bool found, Kept storage kept) = _pick(p, mode % 8 == 0);
        if (!found) return _submit(p, p >> 64, p >> 128);
        bool allowed = kept.status == ConnectStatus.Submitted && _clock > kept.terms.answerBy;
        if (!allowed && mode % 4 != 0) return;
        bytes memory data = abi.encodeCall(link.reportTimeout, (kept.terms));
        _do("reportTimeout", person(STRANGER), address(link), data, allowed);
        if (allowed) kept.status = ConnectStatus.TimedOut;
    }

    function lapse(uint256 p, uint256 mode) external then_ {
        (p, mode) = (_mix(p), _mix(mode));
        (bool found, Kept storage kept) = _pick(p, mode % 8 == 0);
        if (!found) return _submit(p, p >> 64, p >> 128);
        bool allowed = _isOpen(kept) && _clock > kept.terms.resolveBy;
        if (!allowed && mode % 4 != 0) return;
        _do("lapse", person(STRANGER), address(link), abi.encodeCall(link.lapse, (kept.terms)), allowed);
        if (allowed) _free(kept);
    }

    function sendBack(uint256 p, uint256 mode) external then_ {
        (p, mode) = (_mix(p), _mix(mode));
        (bool found, Kept storage kept) = _pick(p, true);
        if (!found) return _submit(p, p >> 64, p >> 128);
        uint256 to = _sideOf(kept.payee);
        uint256 amount = kept.terms.quote.receiveAmount;
        bool signed = mode % 8 != 0;
        bool allowed =
            kept.status == ConnectStatus.Completed &&
                _clock <= kept.terms.quote.returnBy &&
                signed &&
                balances[to][kept.payee] - held[to][kept.payee] >= amount;
        if (!allowed && mode % 4 != 0) return;
        bytes32 digest = _engine.instructionId(link.returnInstructionOf(kept.terms));
        bytes memory consent = _signed(signed ? kept.payee : STRANGER, digest);
        bytes memory data = abi.encodeCall(link.returnPayment, (kept.terms, REASON, consent));
        _do("returnPayment", person(_bankOf(kept.payee)), address(link), data, allowed);
        if (!allowed) return;
        kept.status = ConnectStatus.Returned;
        _move(to, kept.payee, kept.bank, amount);
        _move(1 - to, kept.bank, kept.payer, kept.terms.quote.sendAmount);
    }

    function publish(uint256 mode) external then_ {
        bool allowed = _dayOf(_clock) != _rateDay;
        if (!allowed && _mix(mode) % 4 != 0) return;
        bytes memory data = abi.encodeCall(link.publishRate, (ConnectKind.Southbound, DOLLARS));
        _do("publishRate", address(this), address(link), data, allowed);
        if (allowed) _rateDay = _dayOf(_clock);
    }

    function lead(uint256 proxy, uint256 to, uint256 mode) external then_ {
        (proxy, to, mode) = (_mix(proxy) % PROXIES, _mix(to) % CUSTOMERS, _mix(mode));
        uint256 by = mode % 8 == 0 ? STRANGER : _bankOf(to);
        if (leads[proxy].to != 0 && mode % 4 != 0) return;
        bool allowed = leads[proxy].to == 0 && by != STRANGER;
        address money = address(_moneys[_sideOf(to)]);
        bytes memory data = abi.encodeCall(directory.registerProxy, (_proxy(proxy), money, person(to)));
        _do("registerProxy", person(by), address(directory), data, allowed);
        if (allowed) leads[proxy] = Led(to + 1, leads[proxy].sequence + 1);
    }

    function move(uint256 proxy, uint256 to, uint256 mode) external then_ {
        (proxy, to, mode) = (_mix(proxy) % PROXIES, _mix(to) % CUSTOMERS, _mix(mode));
        Led memory led = leads[proxy];
        if (led.to == 0 && mode % 4 != 0) return;
        uint256 signer = led.to == 0 || mode % 6 == 0 ? STRANGER : led.to - 1;
        uint256 sequence = mode % 6 == 1 ? led.sequence + 1 : led.sequence;
        bool allowed = signer != STRANGER && sequence == led.sequence;
        ProxyPort memory port = ProxyPort(
            _proxy(proxy),
            address(_moneys[_sideOf(to)]),
            person(to),
            uint96(sequence),
            uint48(_clock)
        );
        bytes memory signature = _signed(signer, directory.portDigest(port));
        bytes memory data = abi.encodeCall(directory.portProxy, (port, signature));
        _do("portProxy", person(_bankOf(to)), address(directory), data, allowed);
        if (allowed) leads[proxy] = Led(to + 1, led.sequence + 1);
    }

    function release(uint256 proxy, uint256 mode) external then_ {
        (proxy, mode) = (_mix(proxy) % PROXIES, _mix(mode));
        uint256 to = leads[proxy].to;
        if (to == 0 && mode % 4 != 0) return;
        uint256 by =
            to == 0 || mode % 4 == 0
                ? STRANGER
                : mode % 2 == 0
                    ? to - 1
                    : _bankOf(to - 1);
        bytes memory data = abi.encodeCall(directory.releaseProxy, (_proxy(proxy)));
        _do("releaseProxy", person(by), address(directory), data, by != STRANGER);
        if (by != STRANGER) leads[proxy].to = 0;
    }

    function pass(uint256 time) external {
        _clock += _mix(time) % 2 days;
    }

    // -------------------------------------------------------------- looking on

    function count() external view returns (uint256) {
        return _kept.length;
    }

    function keptAt(uint256 p) external view returns (Kept memory) {
        return _kept[p];
    }

    /// @dev The fold: what has settled and what is not resolved, of today and of this year, at the story's time.
    function used(ConnectKind kind, uint16 institution, bytes32 who) public view returns (uint256 day, uint256 year) {
        for (uint256 p = 0; p < _kept.length; ++p) {
            Kept storage kept = _kept[p];
            if (kept.status == ConnectStatus.Rejected || kept.status == ConnectStatus.Returned) continue;
            if (kept.terms.kind != kind || commitment(kept.payer) != who) continue;
            if (kind == ConnectKind.Northbound && _numberOf(kept.payer) != institution) continue;
            if (kept.day == _dayOf(_clock)) day += kept.counted;
            if (kept.year == _yearOf(_clock)) year += kept.counted;
        }
    }

    // --------------------------------------------------------------- the rules

    function _rules() internal view override returns (address) {
        return address(this);
    }

    /// @dev Also what happens where an act finds no payment that it could be about.
    function _submit(uint256 who, uint256 amount, uint256 mode) private {
        Kept memory kept;
        kept.payer = who % SHOP;
        bool north = kept.payer < MEI;
        kept.payee = north ? (who % 2 == 0 ? SHOP : MEI) : (who % 2 == 0 ? BOB : 0);
        kept.bank = _bankOf(north ? kept.payer : kept.payee);
        ConnectKind kind = north ? ConnectKind.Northbound : ConnectKind.Southbound;
        (uint256 day, uint256 year) = used(kind, _numberOf(kept.payer), commitment(kept.payer));
        uint256 left = north ? _least(DAY_QUOTA - day, YEAR_QUOTA - year) : (DOLLAR_QUOTA - year) * 7;
        uint64 send = uint64(_some(amount, left) + 1);
        kept.counted = north ? send : (uint256(send) * DOLLARS + 1e12 - 1) / 1e12;
        kept.terms = _terms(kept, kind, send, mode);
        kept.id = link.paymentId(kept.terms);

        uint256 side = _sideOf(kept.payer);
        if (balances[side][kept.payer] - held[side][kept.payer] < send && send < PURSE * 8 && mode % 4 != 0) {
            _moneys[side].issue(person(kept.payer), PURSE * 8, kept.id);
            balances[side][kept.payer] += PURSE * 8;
        }
        bool allowed =
            (
                north
                    ? day + kept.counted <= DAY_QUOTA && year + kept.counted <= YEAR_QUOTA
                    : year + kept.counted <= DOLLAR_QUOTA
            ) &&
                (north || _dayOf(_clock) <= _rateDay + RATE_AGE) &&
                balances[side][kept.payer] - held[side][kept.payer] >= send &&
                mode % 16 > 2;
        _do(
            "submit",
            person(mode % 16 == 0 ? STRANGER : _bankOf(kept.payer)),
            address(link),
            _call(kept, mode),
            allowed
        );
        if (!allowed) return;
        (kept.status, kept.day, kept.year) = (ConnectStatus.Submitted, _dayOf(_clock), _yearOf(_clock));
        held[side][kept.payer] += send;
        _kept.push(kept);
    }

    function _terms(
        Kept memory kept,
        ConnectKind kind,
        uint64 send,
        uint256 mode
    ) private returns (ConnectPayment memory terms) {
        uint256 from = _sideOf(kept.payer);
        (terms.kind, terms.payee, terms.payeeName, terms.messageRef) = (kind, person(kept.payee), NAME, _newRef());
        (terms.answerBy, terms.resolveBy) = (uint48(_clock) + ANSWER, uint48(_clock) + RESOLVE);
        if (mode % 16 == 1) terms.payeeName = "another";
        terms.quote = ConnectQuote({
            bank: person(kept.bank),
            payer: person(kept.payer),
            sends: address(_moneys[from]),
            receives: address(_moneys[1 - from]),
            sendAmount: send,
            receiveAmount: send / 2 + 1,
            notAfter: uint48(_clock),
            returnBy: uint48(_clock) + RETURN,
            nonce: terms.messageRef
        });
    }

    function _call(Kept memory kept, uint256 mode) private view returns (bytes memory) {
        Hold memory hold = link.holdOf(kept.terms);
        return
            abi.encodeCall(
                link.submit,
                (
                    kept.terms,
                    _signed(mode % 16 == 2 ? STRANGER : kept.bank, link.quoteId(kept.terms.quote)),
                    _signed(kept.payer, _onLedger(_sideOf(kept.payer), hold))
                )
            );
    }

    /// @dev What is late is put on record, or lapses.
    function _endLate(Kept storage kept) private {
        if (!_isOpen(kept)) return;
        bool lapsed = _clock > kept.terms.resolveBy;
        bytes memory data =
            lapsed ? abi.encodeCall(link.lapse, (kept.terms)) : abi.encodeCall(link.reportTimeout, (kept.terms));
        _do(lapsed ? "lapse" : "reportTimeout", person(STRANGER), address(link), data, true);
        if (lapsed) _free(kept);
        else kept.status = ConnectStatus.TimedOut;
    }

    function _free(Kept storage kept) private {
        (kept.status, kept.ends) = (ConnectStatus.Rejected, kept.ends + 1);
        held[_sideOf(kept.payer)][kept.payer] -= kept.terms.quote.sendAmount;
    }

    function _move(uint256 side, uint256 from, uint256 to, uint256 amount) private {
        balances[side][from] -= amount;
        balances[side][to] += amount;
    }

    function _isOpen(Kept storage kept) private view returns (bool) {
        return kept.status == ConnectStatus.Submitted || kept.status == ConnectStatus.TimedOut;
    }

    // ----------------------------------------------------------------- helpers

    /// @dev One of the last that are open, or of the last whatever came of them.
    function _pick(uint256 p, bool any) private view returns (bool found, Kept storage kept) {
        uint256 length = _kept.length;
        // nothing is looked at where there is nothing
        if (length == 0) return (false, _nobodys());
        for (uint256 back = 1; back <= length && back <= 8; ++back) {
            kept = _kept[length - back];
            if (any ? back == 1 + (p % 4) || back == length : _isOpen(kept)) return (true, kept);
        }
        return (any, _kept[length - 1]);
    }

    function _nobodys() private pure returns (Kept storage kept) {
        assembly ("memory-safe") {
            kept.slot := 0
        }
    }

    function _proxy(uint256 i) internal pure returns (bytes32) {
        return bytes32(i + 1);
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function _dayOf(uint256 time) internal pure returns (uint256) {
        return (time + 8 hours) / 1 days;
    }

    /// @dev Counted year by year from the story's first, without the calendar that is tested.
    function _yearOf(uint256 time) internal pure returns (uint256 year) {
        // 1 January 2027, 00:00 UTC+8
        uint256 next = 1_798_732_800;
        year = 2026;
        while (time >= next) {
            ++year;
            next += year % 4 == 0 ? 366 days : 365 days;
        }
    }

    /// @dev A runner likes round numbers, whose remainders are all alike.
    function _mix(uint256 seed) private view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, _clock)));
    }
}
