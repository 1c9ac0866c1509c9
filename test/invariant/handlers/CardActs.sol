// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold, IHoldLedger} from "../../../contracts/ledger/IHoldLedger.sol";
import {
    CardTemplate,
    IPrepaidCards,
    PrepaidCard,
    UnitConfirmation
} from "../../../contracts/payments/IPrepaidCards.sol";
import {CardStage} from "../support/CardStage.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev Two merchants, three consumers, cards by the visit and by schedule. The rules of cards are written a second time
/// here, plainly; every act is decided by them first. Some hours pass with every act.
abstract contract CardActs is CardStage, Telling {
    enum Standing {
        None,
        Active,
        Disputed,
        Over
    }

    error Taken(address by, bytes32 card);

    /// @dev A card by the book, minor units and Unix seconds.
    struct Kept {
        PrepaidCard terms;
        Hold hold;
        Standing standing;
        uint256 confirmed;
        uint256 bought;
        uint256 disputed;
        uint256 locked;
        uint256 refunded;
    }

    uint256 private constant PURSE = 6_000;

    uint256 private constant STEP = 6 hours;
    /// @dev How long a halt or a freeze lasts: three acts or so.
    uint256 private constant TROUBLE = 15 hours;
    /// @dev Acts are about the cards sold last, so that each card has a life.
    uint256 private constant RECENT = 6;
    uint256 private constant VISITS = 0;
    uint256 private constant SCHEDULE = 1;
    uint256 private constant EITHER = 2;

    /// @dev What each merchant has been paid by the book, and what it had when it was declared insolvent.
    uint256[MERCHANTS] public earned;
    uint256[MERCHANTS] public atInsolvency;
    bool[MERCHANTS] public insolvent;
    /// @dev What each consumer can spend by the book.
    uint256[CAST] public free;

    Kept[] private _kept;
    /// @dev What is picked when there is nothing to pick.
    Kept private _nobodys;
    // until when, Unix seconds
    uint256 private _halted;
    uint256[MERCHANTS] private _frozen;

    modifier then_() {
        VM.warp(_clock);
        _calm();
        _;
        _clock += STEP;
    }

    constructor() {
        for (uint256 i = MERCHANTS; i < ARBITER; ++i) {
            _money.issue(person(i), PURSE, bytes32(i));
            free[i] = PURSE;
        }
    }

    // -------------------------------------------------------------------- acts

    function buy(uint256 who, uint256 kind, uint256 time, uint256 mode) external then_ {
        _buy(_mix(who), _mix(kind), _mix(time), _mix(mode));
    }

    function confirm(uint256 c, uint256 units, uint256 mode) external then_ {
        (c, units, mode) = (_mix(c), _mix(units), _mix(mode));
        (bool found, Kept storage kept) = _pick(c, Standing.Active, VISITS);
        if (!found) return _buy(c, c >> 32, c >> 64, c >> 96);
        (units, mode) = (units % 8 == 0 ? units % (UNITS + 2) : 1, mode % 8);
        bool allowed =
            kept.standing == Standing.Active &&
                kept.terms.template.period == 0 &&
                units != 0 &&
                units + kept.confirmed <= UNITS &&
                _payable(kept) &&
                mode > 1;
        bytes memory data = abi.encodeCall(cards.confirm, (kept.terms, uint32(units)));
        address caller = kept.terms.consumer;
        if (mode == 0) caller = kept.terms.template.merchant;
        if (mode == 1 || mode > 4) {
            uint32 used = uint32(kept.confirmed + (mode == 1 ? 1 : 0));
            UnitConfirmation memory said = UnitConfirmation(kept.hold.businessRef, used, uint32(units), uint48(_clock));
            data = abi.encodeCall(
                cards.confirmWithSignature,
                (kept.terms, said, _signed(_consumer(kept), _said(said)))
            );
            caller = person(STRANGER);
        }
        _do("confirm", caller, address(cards), data, allowed);
        if (allowed) _pay(kept, units);
    }

    function releaseDue(uint256 c, uint256 who) external then_ {
        (c, who) = (_mix(c), _mix(who));
        (bool found, Kept storage kept) = _pick(c, Standing.Active, SCHEDULE);
        if (!found) return _buy(c, c >> 32, c >> 64, c >> 96);
        uint256 due = kept.terms.template.period == 0 ? 0 : _due(kept, _clock);
        // too early only now and then
        if (due <= kept.confirmed && who % 4 != 0) return;
        bool allowed = kept.standing == Standing.Active && due > kept.confirmed && _payable(kept);
        bytes memory data = abi.encodeCall(cards.releaseDue, (kept.terms));
        _do("releaseDue", person(who % CAST), address(cards), data, allowed);
        if (allowed) _pay(kept, due - kept.confirmed);
    }

    function dispute(uint256 c, uint256 chance) external then_ {
        (c, chance) = (_mix(c), _mix(chance));
        (bool found, Kept storage kept) = _pick(c, Standing.Active, EITHER);
        if (!found) return _buy(c, c >> 32, c >> 64, c >> 96);
        bool own = chance % 4 != 0;
        bool allowed = own && kept.standing == Standing.Active && kept.disputed == 0;
        address caller = own ? kept.terms.consumer : kept.terms.template.merchant;
        _do("dispute", caller, address(cards), abi.encodeCall(cards.dispute, (kept.terms, BASIS)), allowed);
        if (allowed) (kept.standing, kept.disputed) = (Standing.Disputed, _clock);
    }

    function withdrawDispute(uint256 c) external then_ {
        c = _mix(c);
        (bool found, Kept storage kept) = _pick(c, Standing.Disputed, EITHER);
        if (!found) return _buy(c, c >> 32, c >> 64, c >> 96);
        bool allowed = kept.standing == Standing.Disputed;
        bytes memory data = abi.encodeCall(cards.withdrawDispute, (kept.terms));
        _do("withdrawDispute", kept.terms.consumer, address(cards), data, allowed);
        if (allowed) kept.standing = Standing.Active;
    }

    function rule(uint256 c, uint256 units, uint256 chance) external then_ {
        (c, units, chance) = (_mix(c), _mix(units), _mix(chance));
        (bool found, Kept storage kept) = _pick(c, Standing.Disputed, EITHER);
        if (!found) return _buy(c, c >> 32, c >> 64, c >> 96);
        units = chance % 16 < 8 ? 0 : units % (AWARD + 2);
        bool arbiter = chance % 8 != 0;
        uint256 earnable = kept.terms.template.period == 0 ? UNITS : _due(kept, kept.disputed);
        bool allowed =
            arbiter &&
                kept.standing == Standing.Disputed &&
                _clock < kept.disputed + ARBITRATION &&
                units <= AWARD &&
                units + kept.confirmed <= earnable &&
                (units == 0 || _payable(kept));
        bytes memory data = abi.encodeCall(cards.rule, (kept.terms, uint32(units), BASIS));
        _do("rule", arbiter ? person(ARBITER) : kept.terms.template.merchant, address(cards), data, allowed);
        if (!allowed) return;
        _pay(kept, units);
        _giveBack(kept);
        kept.standing = Standing.Over;
    }

    function refund(uint256 c, uint256 who) external then_ {
        (c, who) = (_mix(c), _mix(who));
        (bool found, Kept storage kept) = _pick(c, who % 3 == 0 ? Standing.Disputed : Standing.Active, EITHER);
        if (!found) return _buy(c, c >> 32, c >> 64, c >> 96);
        address caller = person(who % CAST);
        bool allowed =
            (kept.standing == Standing.Active || kept.standing == Standing.Disputed) &&
                (insolvent[_merchant(kept)] ||
                    _clock >= kept.hold.expiry ||
                    (kept.standing == Standing.Disputed && _clock >= kept.disputed + ARBITRATION) ||
                    (caller == kept.terms.consumer && _clock < kept.bought + COOLING) ||
                    caller == kept.terms.template.merchant);
        _do("refund", caller, address(cards), abi.encodeCall(cards.refund, (kept.terms)), allowed);
        if (!allowed) return;
        _giveBack(kept);
        kept.standing = Standing.Over;
    }

    /// @dev Past the card contract: nobody but it is the executor, so only the expiry frees the money.
    function raid(uint256 c, uint256 who, uint256 amount) external then_ {
        (c, who, amount) = (_mix(c), _mix(who), _mix(amount));
        (bool found, Kept storage kept) = _pick(c, Standing.Active, EITHER);
        if (!found) return _buy(c, c >> 32, c >> 64, c >> 96);
        address caller = person(who % CAST);
        // few cards come to their expiry otherwise
        if (amount % 16 == 3 && kept.hold.expiry > _clock) {
            _clock = kept.hold.expiry;
            VM.warp(_clock);
            _calm();
        }
        bytes memory take = abi.encodeCall(
            IHoldLedger.captureHold,
            (kept.hold, amount % 2 == 0 ? caller : kept.hold.payee, (amount % 500) + 1)
        );
        (bool taken, ) = _as(caller, address(_money), take);
        require(!taken, Taken(caller, kept.hold.businessRef));
        bool allowed = kept.locked != 0 && _clock >= kept.hold.expiry;
        // tried early now and then
        if (!allowed && amount % 16 != 0) return;
        _do("free", caller, address(_money), abi.encodeCall(IHoldLedger.releaseHold, (kept.hold)), allowed);
        if (allowed) _giveBack(kept);
    }

    // ----------------------------------------------------------------- offices

    function declare(uint256 m, uint256 chance) external then_ {
        (m, chance) = (_mix(m), _mix(chance));
        // not before there is something to end
        if (chance % 8 != 0 || _kept.length < 4) return;
        m %= MERCHANTS;
        cards.declareInsolvent(person(m), BASIS);
        if (insolvent[m]) return;
        (insolvent[m], atInsolvency[m]) = (true, _money.balanceOf(person(m)));
    }

    function halt() external then_ {
        _halted = _clock + TROUBLE;
        _money.haltAll();
    }

    function freeze(uint256 m) external then_ {
        m = _mix(m) % MERCHANTS;
        _frozen[m] = _clock + TROUBLE;
        VM.prank(_enforcer());
        _money.freeze(person(m), BASIS);
    }

    function pass(uint256 time) external {
        _clock += _mix(time) % 3 days;
    }

    // -------------------------------------------------------------- looking on

    function count() external view returns (uint256) {
        return _kept.length;
    }

    function keptAt(uint256 c) external view returns (Kept memory) {
        return _kept[c];
    }

    // --------------------------------------------------------------- the rules

    function _rules() internal view override returns (address) {
        return address(this);
    }

    function _calm() private {
        if (_halted != 0 && _clock > _halted) {
            _halted = 0;
            _money.resumeAll();
        }
        for (uint256 m = 0; m < MERCHANTS; ++m) {
            if (_frozen[m] == 0 || _clock <= _frozen[m]) continue;
            _frozen[m] = 0;
            VM.prank(_enforcer());
            _money.unfreeze(person(m), BASIS);
        }
    }

    /// @dev Also what happens where an act finds no card that it could be about.
    function _buy(uint256 who, uint256 kind, uint256 time, uint256 mode) private {
        // mostly from a merchant that sells
        if (insolvent[kind % MERCHANTS] && time % 8 != 3) kind = (kind % 4) ^ 1;
        if (insolvent[kind % MERCHANTS] && time % 8 != 3) return;
        (who, kind, mode) = (MERCHANTS + (who % 3), kind % 4, mode % 12);
        PrepaidCard memory terms = PrepaidCard(_template(kind), person(who), _until(time), _newRef());
        Hold memory hold = cards.holdOf(terms);
        uint256 price = UNITS * terms.template.unitPrice;
        if (free[who] < price && _halted == 0 && time % 4 != 0) {
            _money.issue(person(who), PURSE, hold.businessRef);
            free[who] += PURSE;
        }
        bool allowed =
            terms.notAfter >= _clock &&
                terms.notAfter <= _clock + 1 days &&
                !insolvent[kind % MERCHANTS] &&
                _halted == 0 &&
                free[who] >= price &&
                mode != 0;
        bytes memory consent = mode < 4 ? _signed(mode == 0 ? STRANGER : who, cards.cardId(terms)) : bytes("");
        bytes memory holdConsent = mode < 2 ? _signed(who, _onLedger(hold)) : bytes("");
        address caller = mode < 4 ? person(STRANGER) : person(who);
        _do("buy", caller, address(cards), abi.encodeCall(cards.buy, (terms, consent, holdConsent)), allowed);
        if (!allowed) return;
        free[who] -= price;
        _kept.push(Kept(terms, hold, Standing.Active, 0, _clock, 0, price, 0));
    }

    function _pay(Kept storage kept, uint256 units) private {
        uint256 amount = units * kept.terms.template.unitPrice;
        kept.confirmed += units;
        kept.locked -= amount;
        earned[_merchant(kept)] += amount;
        if (kept.confirmed == UNITS) kept.standing = Standing.Over;
    }

    function _giveBack(Kept storage kept) private {
        free[_consumer(kept)] += kept.locked;
        kept.refunded += kept.locked;
        kept.locked = 0;
    }

    function _payable(Kept storage kept) private view returns (bool) {
        uint256 m = _merchant(kept);
        return !insolvent[m] && _halted == 0 && _frozen[m] == 0 && _clock < kept.hold.expiry;
    }

    function _due(Kept storage kept, uint256 time) private view returns (uint256) {
        if (time < kept.bought + COOLING) return 0;
        uint256 periods = (time - kept.bought) / PERIOD;
        return periods < UNITS ? periods : UNITS;
    }

    // ----------------------------------------------------------------- helpers

    /// @dev A runner likes round numbers, whose remainders are all alike.
    function _mix(uint256 seed) private view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, _clock)));
    }

    /// @dev Mostly a moment when the card may be bought, sometimes the last, sometimes one second off either end.
    function _until(uint256 time) private view returns (uint48) {
        if (time % 32 == 0) return uint48(_clock - 1);
        if (time % 32 == 1) return uint48(_clock + 1 days + 1);
        if (time % 32 == 2) return uint48(_clock + 1 days);
        return uint48(_clock + (time % 1 days));
    }

    /// @dev Mostly one that the act is meant for, sometimes any.
    function _pick(uint256 c, Standing wanted, uint256 kind) private view returns (bool found, Kept storage kept) {
        uint256 recent = _kept.length < RECENT ? _kept.length : RECENT;
        kept = _nobodys;
        for (uint256 i = 0; i < recent && !found; ++i) {
            kept = _kept[_kept.length - 1 - (((c % recent) + i) % recent)];
            bool visits = kept.terms.template.period == 0;
            bool meant = kind == EITHER || (visits == (kind == VISITS) && !insolvent[_merchant(kept)]);
            found = c % 8 == 0 || (kept.standing == wanted && meant);
        }
    }

    function _merchant(Kept storage kept) private view returns (uint256) {
        return kept.terms.template.merchant == person(0) ? 0 : 1;
    }

    function _consumer(Kept storage kept) private view returns (uint256 who) {
        while (person(who) != kept.terms.consumer) ++who;
    }
}
