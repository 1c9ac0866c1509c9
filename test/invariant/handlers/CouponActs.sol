// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICorporateActions} from "../../../contracts/assets/ICorporateActions.sol";
import {CouponCut} from "../../../contracts/assets/IBond.sol";
import {ICurrencyOffice} from "../../../contracts/currency/ICurrencyOffice.sol";
import {Hold, IHoldLedger} from "../../../contracts/ledger/IHoldLedger.sol";
import {AssetBook} from "../support/AssetBook.sol";
import {UnitsActs} from "./UnitsActs.sol";

/// @dev Coupons from the cut to the last claim, and redemption, out of what payers hold for them.
abstract contract CouponActs is UnitsActs {
    /// @dev Terms of the book's funds, by the same number.
    Hold[] internal _fundings;

    function fundingAt(uint256 f) external view returns (Hold memory terms, bytes32 id) {
        return (_fundings[f], _money.holdId(_fundings[f]));
    }

    // ---------------------------------------------------------------------- acts

    /// @dev Mostly what is next; else somebody attempts it out of turn.
    function runCoupon(uint256 steps, uint256 seed, uint256 page) external then_ {
        if (steps % 8 != 0) return _next(steps >> 8, seed, page);
        address by = seed % 2 == 0 ? _someone(seed / 2) : personAt(ISSUER);
        if (page % 2 == 0) _open((seed >> 8) % 4, by, seed);
        else _measure((seed >> 8) % 3, by, 0, page);
    }

    function payCoupon(uint256 seed, uint256 payer, uint256 page) external then_ {
        if (seed % 8 != 0) return _next(seed >> 8, payer, page);
        _pay((seed >> 8) % 3, payer, page);
    }

    function claimCoupon(uint256 k, uint256 whom, uint256 which) external then_ {
        if (which % 8 != 0 || _fundings.length == 0) return _next(which >> 8, k, whom);
        _claim(k % 3, _someone(whom), which >> 8);
    }

    function redeem(uint256 payer, uint256 page, uint256 which) external then_ {
        if (which % 8 != 0 && !_book.isMature()) return _next(which >> 8, payer, page);
        _redeem(payer, page);
    }

    function takeBack(uint256 which, uint256 kind) external then_ {
        if (_fundings.length == 0 || which % 2 != 0) return _next(which >> 8, kind, which);
        uint256 f = _someFree(which / 2);
        uint256 purpose = _book.fund(f).purpose;
        bool atCurrency = kind % 4 == 0;
        bool expected = _booked(abi.encodeCall(AssetBook.takeBack, (f, atCurrency)));
        bytes memory data = abi.encodeCall(IHoldLedger.releaseHold, (_fundings[f]));
        if (!atCurrency) {
            data =
                purpose == _book.REDEMPTION()
                    ? abi.encodeCall(ICorporateActions.releaseRedemptionFunding, (_bonds[0], _fundings[f]))
                    : abi.encodeCall(ICorporateActions.releaseCouponFunding, (_bonds[0], purpose, _fundings[f]));
        }
        _do("takeBack", address(this), atCurrency ? address(_money) : address(_actions), data, expected);
    }

    /// @dev Bars a purse or frees it; who has none is given one.
    function barPurse(uint256 whom, uint256 kind) external then_ {
        address who = kind % 4 == 3 ? personAt(EVE) : _someone(whom);
        if (!_book.purse(who).open) {
            bytes memory data = abi.encodeCall(ICurrencyOffice.openWallet, (who, 1, "identity"));
            _do("openWallet", custodianAt(0), address(_money), data, true);
            _book.openPurse(who);
            return;
        }
        bool on = kind % 3 == 0;
        _book.barPurse(who, on);
        _do("barPurse", _enforcer(), address(_money), _freezeCall(who, on), true);
    }

    // --------------------------------------------------------------- internals

    /// @dev A claim that can be paid, the next steps of the run, a page of it or of the redemption, or a trade.
    function _next(uint256 kind, uint256 seed, uint256 page) private {
        uint256 k = _book.settled();
        AssetBook.Phase phase = _book.run(k).phase;
        (bool claimed, uint256 of_, address who) = _someClaim(seed);
        if (claimed && kind % 3 == 0) _claim(of_, who, kind);
        else if (k < _book.passed() && phase < AssetBook.Phase.Payable) _prove(k, kind, seed, page);
        else if (phase == AssetBook.Phase.Payable) _pay(k, seed, page);
        else if (!_book.isMature()) _trade(seed, page, page >> 16);
        else _redeem(seed, page);
    }

    /// @dev One to three steps to the proof of a cut.
    function _prove(uint256 k, uint256 steps, uint256 seed, uint256 page) private {
        for (uint256 i = 0; i <= steps % 3; ++i) {
            AssetBook.Run memory run = _book.run(k);
            if (run.phase > AssetBook.Phase.Measuring) return;
            bool opens = run.phase == AssetBook.Phase.None || (!_isRight(k, run) && seed % 2 == 0);
            if (opens) _open(k, personAt(ISSUER), seed);
            else _measure(k, personAt(ISSUER), run.last, page);
            (seed, page) = (seed >> 32, page >> 16);
        }
    }

    function _pay(uint256 k, uint256 seed, uint256 page) private {
        uint256 f = _fundingFor(k, _book.run(k).unpaid, seed);
        if (_fundings.length == 0) return;
        address[] memory holders = _page(page);
        bool expected = _booked(abi.encodeCall(AssetBook.payRun, (k, f, holders)));
        bytes memory data = abi.encodeCall(ICorporateActions.payCoupon, (_bonds[0], k, _fundings[f], holders));
        _do("payCoupon", address(this), address(_actions), data, expected);
    }

    function _claim(uint256 k, address who, uint256 seed) private {
        uint256 f = _fundingFor(k, _book.run(k).unpaid, seed);
        if (_fundings.length == 0) return;
        bool expected = _booked(abi.encodeCall(AssetBook.claim, (k, f, who)));
        bytes memory data = abi.encodeCall(ICorporateActions.claimCoupon, (_bonds[0], k, _fundings[f], who));
        _do("claimCoupon", address(this), address(_actions), data, expected);
    }

    function _redeem(uint256 seed, uint256 page) private {
        uint256 f = _fundingFor(_book.REDEMPTION(), _book.supply() * _book.NOMINAL(), seed);
        if (_fundings.length == 0) return;
        address[] memory holders = _page(page);
        bool expected = _booked(abi.encodeCall(AssetBook.redeem, (f, holders)));
        bytes memory data = abi.encodeCall(ICorporateActions.redeem, (_bonds[0], _fundings[f], holders));
        _do("redeem", address(this), address(_actions), data, expected);
    }

    /// @dev What a settled coupon or a finished redemption no longer needs, or any.
    function _someFree(uint256 seed) private view returns (uint256 f) {
        uint256 count = _fundings.length;
        for (uint256 i = 0; i < count; ++i) {
            f = ((seed % count) + i) % count;
            AssetBook.Fund memory fund = _book.fund(f);
            bool over = fund.purpose == _book.REDEMPTION() ? _book.supply() == 0 : fund.purpose < _book.settled();
            if (over && fund.remaining != 0) return f;
        }
    }

    function _someClaim(uint256 seed) private view returns (bool found, uint256 k, address who) {
        for (uint256 i = 0; i < 3 * CAST; ++i) {
            uint256 draw = (seed % (3 * CAST)) + i;
            (k, who) = (draw % 3, _someone(draw / 3));
            if (_book.claims(k, who) != 0) return (true, k, who);
        }
    }

    function _open(uint256 k, address by, uint256 seed) private {
        (uint256 remainder, uint256 place) = (0, 0);
        if (k < _book.passed()) (remainder, place) = _book.cutOf(k);
        if (seed % 4 == 3) remainder = seed % 2 ** 30;
        bytes memory entry = abi.encodeCall(AssetBook.openRun, (k, by == personAt(ISSUER), remainder, place));
        CouponCut memory cut = CouponCut(uint64(remainder), uint24(place));
        bytes memory data = abi.encodeCall(ICorporateActions.openCoupon, (_bonds[0], k, cut));
        _do("openCoupon", by, address(_actions), data, _booked(entry));
    }

    /// @dev The accounts that follow, half of the list at least; seldom out of order.
    function _measure(uint256 k, address by, uint256 last, uint256 page) private {
        address[] memory all = _book.places();
        uint256 length = all.length - last;
        if (page % 2 == 0 && length > 1) length = (length + 1) / 2;
        address[] memory holders = new address[](length);
        for (uint256 i = 0; i < length; ++i) holders[i] = all[last + (page % 16 == 2 ? length - 1 - i : i)];
        bool expected = _booked(abi.encodeCall(AssetBook.measure, (k, by == personAt(ISSUER), holders)));
        bytes memory data = abi.encodeCall(ICorporateActions.measureCoupon, (_bonds[0], k, holders));
        _do("measureCoupon", by, address(_actions), data, expected);
    }

    function _isRight(uint256 k, AssetBook.Run memory run) private returns (bool) {
        (uint256 remainder, uint256 place) = _book.cutOf(k);
        return run.cutRemainder == remainder && run.cutPlace == place;
    }

    /// @dev Somebody's hold that is enough; a new one where there is none, mostly large enough. A barred payer puts up
    /// nothing, so that in the beginning there may be none.
    function _fundingFor(uint256 purpose, uint256 needed, uint256 seed) private returns (uint256 f) {
        f = _lastFunding(purpose, seed);
        bool known = _fundings.length != 0 && _book.fund(f).purpose == purpose;
        if (known && _book.fund(f).remaining >= needed && _book.fund(f).expiry > _clock) return f;
        if (known && seed % 8 == 0) return f;
        uint256 amount = seed % 8 == 1 && needed > 1 ? needed - 1 : needed + (seed % 3);
        address payer = personAt((seed / 8) % 2 == 0 ? ISSUER : GUARANTOR);
        uint256 expiry = (seed / 16) % 4 == 0 ? _clock + 4 days : NEVER;
        bool put = _putUp(payer, purpose, amount == 0 ? 1 : amount, expiry);
        return put ? _fundings.length - 1 : f;
    }

    function _putUp(address payer, uint256 purpose, uint256 amount, uint256 expiry) private returns (bool expected) {
        bool redeems = purpose == _book.REDEMPTION();
        Hold memory terms = Hold({
            payer: payer,
            payee: address(0),
            executor: address(_actions),
            amount: amount,
            expiry: expiry,
            businessRef: redeems ? _actions.redemptionRef(_bonds[0]) : _actions.couponRef(_bonds[0], purpose)
        });
        // the same terms a second time are a hold that was used
        (, bool used) = _money.holdState(_money.holdId(terms));
        expected = !used && _booked(abi.encodeCall(AssetBook.putUp, (payer, purpose, amount, expiry)));
        _do("putUp", payer, address(_money), abi.encodeCall(IHoldLedger.placeHold, (terms)), expected);
        if (expected) _fundings.push(terms);
    }

    /// @dev The latest for the purpose, or any.
    function _lastFunding(uint256 purpose, uint256 seed) private view returns (uint256 f) {
        uint256 count = _fundings.length;
        if (count == 0) return 0;
        if (seed % 16 == 2) return seed % count;
        for (f = count; f > 0; --f) if (_book.fund(f - 1).purpose == purpose) return f - 1;
        return count - 1;
    }

    /// @dev One to eight of the cast in a row, somebody perhaps twice.
    function _page(uint256 seed) private pure returns (address[] memory holders) {
        holders = new address[](1 + (seed % 8));
        for (uint256 i = 0; i < holders.length; ++i) holders[i] = _someone((seed >> 8) + i);
        if (seed % 8 > 5) holders[0] = holders[1];
    }
}
