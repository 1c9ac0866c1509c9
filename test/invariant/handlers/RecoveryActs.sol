// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {RecoveryObjection} from "../../../contracts/payments/IWalletRecovery.sol";
import {VM} from "../support/Vm.sol";
import {DisclosureActs} from "./DisclosureActs.sol";

/// @dev Lost keys that are sometimes not lost, with the rules of recovery and the limits of a person written a second
/// time: what the old wallet has paid binds the new one.
abstract contract RecoveryActs is DisclosureActs {
    enum Standing {
        None,
        Proposed,
        Approved,
        Effective,
        Cancelled
    }

    /// @dev A customer by the book, minor units and Unix seconds. `recovered` is what the new wallet has, `used` what it
    /// has paid.
    struct Purse {
        uint256 free;
        uint256 held;
        uint256 recovered;
        uint256 used;
        uint256 day;
        uint256 out;
        Standing standing;
        uint256 proposer;
        uint256 due;
        uint32 round;
        uint256 atCancel;
        bool consent;
        uint256 frozenUntil;
    }

    uint256 private constant MONEY_IN = 4_000;

    /// @dev What the shop has been paid.
    uint256 public spent;

    Purse[CUSTOMERS] private _purses;
    Hold[CUSTOMERS] private _holds;

    constructor() {
        for (uint256 i = 0; i < CUSTOMERS; ++i) {
            _money.issue(person(i), MONEY_IN, bytes32(i));
            (_purses[i].free, _purses[i].consent) = (MONEY_IN, true);
            VM.prank(person(i));
            _money.approve(address(recovery), type(uint256).max);
        }
    }

    // -------------------------------------------------------------------- acts

    function propose(uint256 c, uint256 who, uint256 to) external then_ {
        (c, who, to) = (_mix(c) % CUSTOMERS, _key(_mix(who)), _mix(to) % 16);
        Purse storage purse = _purses[c];
        // the same person's new wallet, but for two others
        uint256 next =
            to == 0
                ? SHOP
                : to == 1
                    ? CUSTOMERS + 1 - c
                    : CUSTOMERS + c;
        bool open = purse.standing == Standing.Proposed || purse.standing == Standing.Approved;
        // a recovery that is under way is mostly left alone
        if ((open || purse.standing == Standing.Effective) && to > 2) return;
        bool allowed = !open && (who == BANK || who == SECOND) && to > 1 && purse.consent;
        bytes memory data = abi.encodeCall(recovery.propose, (person(c), person(next), BASIS));
        _do("propose", person(who), address(recovery), data, allowed);
        if (!allowed) return;
        (purse.standing, purse.proposer, purse.due) = (Standing.Proposed, who, 0);
        ++purse.round;
    }

    function approveRecovery(uint256 c, uint256 who) external then_ {
        (c, who) = (_mix(c) % CUSTOMERS, _key(_mix(who)));
        Purse storage purse = _purses[c];
        if (purse.standing != Standing.Proposed && who != OTHER) return;
        bool allowed = purse.standing == Standing.Proposed && (who == BANK || who == SECOND) && who != purse.proposer;
        _do("agree", person(who), address(recovery), abi.encodeCall(recovery.approve, (person(c))), allowed);
        if (allowed) (purse.standing, purse.due) = (Standing.Approved, _clock + DELAY);
    }

    function withdrawRecovery(uint256 c, uint256 who) external then_ {
        if (_mix(c) % 8 != 0) return;
        (c, who) = (_mix(~c) % CUSTOMERS, _key(_mix(who)));
        Purse storage purse = _purses[c];
        if (!_isOpen(purse) && who == BANK) return;
        bool allowed = _isOpen(purse) && (who == BANK || who == SECOND);
        _do("withdrawn", person(who), address(recovery), abi.encodeCall(recovery.withdraw, (person(c))), allowed);
        if (allowed) _cancel(c);
    }

    /// @dev By a call or by signature; by the old key or another.
    function object(uint256 c, uint256 mode) external then_ {
        // most keys are lost
        if (_mix(c) % 6 != 0) return;
        (c, mode) = (_mix(~c) % CUSTOMERS, _mix(mode) % 4);
        Purse storage purse = _purses[c];
        // there is mostly something to object to
        if (!_isOpen(purse) && mode != 3) return;
        bool own = mode != 0;
        bool allowed = _isOpen(purse) && own;
        bytes memory data = abi.encodeCall(recovery.object, ());
        address by = person(c);
        if (mode < 2) {
            bytes memory signature = _objection(own ? c : CUSTOMERS + c, person(c), purse.round);
            RecoveryObjection memory said = RecoveryObjection(person(c), purse.round);
            data = abi.encodeCall(recovery.objectWithSignature, (said, signature));
            by = person(STRANGER);
        }
        _do("object", by, address(recovery), data, allowed);
        if (allowed) _cancel(c);
    }

    function recover(uint256 c, uint256 who) external then_ {
        (c, who) = (_mix(c) % CUSTOMERS, _mix(who));
        Purse storage purse = _purses[c];
        bool due = (purse.standing == Standing.Approved || purse.standing == Standing.Effective) && _clock >= purse.due;
        // too early, or for nothing, only now and then
        if (purse.standing == Standing.Approved && !due && who % 3 == 0) _leapTo(purse.due - (who % 2));
        due = (purse.standing == Standing.Approved || purse.standing == Standing.Effective) && _clock >= purse.due;
        uint256 amount = purse.free;
        bool allowed = due && purse.consent && purse.frozenUntil == 0 && amount != 0;
        if (!allowed && who % 16 != 0) return;
        bytes memory data = abi.encodeCall(recovery.recover, (person(c)));
        _do("recover", person(who % CAST), address(recovery), data, allowed);
        if (!allowed) return;
        purse.standing = Standing.Effective;
        purse.recovered += amount;
        // between wallets of one person nothing is paid
        purse.free = 0;
    }

    /// @dev The old wallet pays the shop, because its key is not lost or somebody found it; or the new one does, with what
    /// has been recovered.
    function pay(uint256 c, uint256 amount, uint256 from) external then_ {
        (c, amount) = (_mix(c) % CUSTOMERS, _mix(amount) % (SINGLE + 2));
        Purse storage purse = _purses[c];
        bool old = _mix(from) % 2 == 0;
        uint256 covered = _least(old ? purse.free : purse.recovered, _room(purse));
        bool allowed = amount <= covered && (purse.frozenUntil == 0 || !old);
        if (!allowed && amount % 8 != 0) return;
        address by = person(old ? c : CUSTOMERS + c);
        _do("pay", by, address(_money), abi.encodeCall(_money.transfer, (person(SHOP), amount)), allowed);
        if (!allowed) return;
        spent += amount;
        _count(purse, amount);
        if (old) purse.free -= amount;
        else (purse.recovered, purse.used) = (purse.recovered - amount, purse.used + amount);
    }

    /// @dev Holds something for the shop, or gives back what is held.
    function hold(uint256 c, uint256 amount) external then_ {
        (c, amount) = (_mix(c) % CUSTOMERS, (_mix(amount) % 200) + 1);
        Purse storage purse = _purses[c];
        if (purse.held != 0) {
            VM.prank(person(STRANGER));
            _money.releaseHold(_holds[c]);
            // given back to the limit of the day, if it still is the day
            if (purse.day == _today() && _holds[c].expiry / 1 days == 1_000_000 + purse.day) purse.out -= purse.held;
            (purse.free, purse.held) = (purse.free + purse.held, 0);
            return;
        }
        if (purse.frozenUntil != 0 || amount > _least(purse.free, _room(purse))) return;
        // the expiry remembers the day, and is never reached
        uint256 never = (1_000_000 + _today()) * 1 days;
        Hold memory terms = Hold(person(c), person(SHOP), person(STRANGER), amount, never, _newRef());
        _holds[c] = terms;
        VM.prank(person(c));
        _money.placeHold(terms);
        _count(purse, amount);
        (purse.free, purse.held) = (purse.free - amount, amount);
    }

    function earn(uint256 c) external then_ {
        c = _mix(c) % CUSTOMERS;
        if (_purses[c].frozenUntil != 0) return;
        _money.issue(person(c), 500, _newRef());
        _purses[c].free += 500;
    }

    function consent(uint256 c, uint256 chance) external then_ {
        c = _mix(c) % CUSTOMERS;
        Purse storage purse = _purses[c];
        if (purse.consent && _mix(chance) % 12 != 0) return;
        purse.consent = !purse.consent;
        VM.prank(person(c));
        _money.approve(address(recovery), purse.consent ? type(uint256).max : 5_000);
    }

    function freeze(uint256 c) external then_ {
        c = _mix(c) % CUSTOMERS;
        _purses[c].frozenUntil = _clock + TROUBLE;
        VM.prank(_enforcer());
        _money.freeze(person(c), BASIS);
    }

    function pass(uint256 time) external {
        _clock += _mix(time) % 2 days;
    }

    // -------------------------------------------------------------- looking on

    function purseOf(uint256 c) external view returns (Purse memory) {
        return _purses[c];
    }

    // --------------------------------------------------------------- the rules

    function _rules() internal view override returns (address) {
        return address(this);
    }

    function _calm() internal override {
        for (uint256 c = 0; c < CUSTOMERS; ++c) {
            Purse storage purse = _purses[c];
            if (purse.frozenUntil == 0 || _clock <= purse.frozenUntil) continue;
            purse.frozenUntil = 0;
            VM.prank(_enforcer());
            _money.unfreeze(person(c), BASIS);
        }
    }

    function _cancel(uint256 c) private {
        _purses[c].standing = Standing.Cancelled;
        _purses[c].atCancel = _purses[c].recovered + _purses[c].used;
    }

    function _isOpen(Purse storage purse) private view returns (bool) {
        return purse.standing == Standing.Proposed || purse.standing == Standing.Approved;
    }

    /// @dev What the limits leave for one payment now.
    function _room(Purse storage purse) private view returns (uint256) {
        uint256 out = purse.day == _today() ? purse.out : 0;
        return _least(SINGLE, DAY_LIMIT - out);
    }

    function _count(Purse storage purse, uint256 amount) private {
        purse.out = (purse.day == _today() ? purse.out : 0) + amount;
        purse.day = _today();
    }

    function _leapTo(uint256 time) private {
        if (time <= _clock) return;
        _clock = time;
        VM.warp(time);
        _calm();
    }

    /// @dev Calendar days of UTC+8.
    function _today() private view returns (uint256) {
        return (_clock + 8 hours) / 1 days;
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    /// @dev One of the institution's keys, mostly.
    function _key(uint256 seed) private pure returns (uint256) {
        uint256 kind = seed % 12;
        if (kind == 0) return OTHER;
        return kind % 2 == 0 ? BANK : SECOND;
    }
}
