// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClaimToken} from "../../../contracts/assets/IClaimToken.sol";
import {DepositOrder} from "../../../contracts/markets/IDepositTransfers.sol";
import {FundOrder, FundOrderKind} from "../../../contracts/markets/IFundDealing.sol";
import {TokenStage} from "../support/TokenStage.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev Deposits that change their form and bank, and a fund that is paid in them. The rules are written a second time
/// here, plainly: an account is a number, a form of money is one of three; every act is decided by them first.
abstract contract TokenActs is TokenStage, Telling {
    enum Standing {
        Placed,
        Dealt,
        Cancelled,
        Lapsed
    }

    /// @dev A payment by the book: forms are 0 and 1, deposits at a bank, or MONEY.
    struct Payment {
        uint256 from;
        uint256 to;
        uint256 gives;
        uint256 gets;
        uint256 amount;
    }

    /// @dev A fund order by the book.
    struct Kept {
        FundOrder order;
        uint256 who;
        uint256 form;
        Standing standing;
        uint256 money;
        uint256 units;
    }

    uint256 internal constant MONEY = 2;
    uint256 private constant LOAN = 2_000;
    uint256 private constant STEP = 5 hours;
    uint256 private constant TROUBLE = 12 hours;
    uint256 private constant RECENT = 6;
    uint256 private constant DAY = 1 days;

    /// @dev What each person can spend of each form, what is held of it for fund orders, and likewise units.
    mapping(uint256 who => mapping(uint256 form => uint256)) public free;
    mapping(uint256 who => mapping(uint256 form => uint256)) public held;
    mapping(uint256 who => uint256) public freeUnits;
    mapping(uint256 who => uint256) public heldUnits;
    /// @dev Central bank money of each bank, what it has lent, and what it has paid for others on a day.
    uint256[BANKS] public reserves;
    uint256[BANKS] public lent;
    mapping(uint256 bank => mapping(uint256 day => uint256)) private _paid;

    mapping(uint256 day => uint256 nav) public navOf;
    uint256 private _lastNav = FIRST_NAV;
    uint256 private _lastNavDay;
    Kept[] private _kept;
    Kept private _nobodys;
    DepositOrder private _lastOrder;
    /// @dev Whose deposits are frozen, and until when.
    mapping(uint256 who => uint256) private _frozen;

    modifier then_() {
        VM.warp(_clock);
        _calm();
        _;
        _clock += STEP;
    }

    constructor() {
        for (uint256 b = 0; b < BANKS; ++b) reserves[b] = RESERVES;
        for (uint256 i = BANKS; i < FUND; ++i) _lend(i, LOAN);
    }

    // --------------------------------------------------------------- deposits

    function pay(uint256 who, uint256 whom, uint256 forms, uint256 amount, uint256 mode) external then_ {
        _pay(_mix(who), _mix(whom), _mix(forms), _mix(amount), _mix(mode));
    }

    function lend(uint256 who, uint256 amount) external then_ {
        _lend(BANKS + (_mix(who) % 5), _mix(amount) % LOAN);
    }

    function freeze(uint256 who) external then_ {
        who = BANKS + (_mix(who) % 5);
        _frozen[who] = _clock + TROUBLE;
        VM.prank(_enforcer());
        tokens[_bankOf(who)].freeze(person(who), BASIS);
    }

    function pass(uint256 time) external {
        _clock += _mix(time) % 30 hours;
    }

    // -------------------------------------------------------------------- fund

    function place(uint256 who, uint256 kind, uint256 amount, uint256 time, uint256 mode) external then_ {
        _place(_mix(who), _mix(kind), _mix(amount), _mix(time), _mix(mode));
    }

    function cancel(uint256 k, uint256 mode) external then_ {
        (k, mode) = (_mix(k), _mix(mode));
        (bool found, Kept storage kept) = _pick(k);
        if (!found) return _place(k, k >> 32, k >> 64, k >> 96, k >> 128);
        bool own = mode % 4 != 0;
        bool allowed = own && kept.standing == Standing.Placed && _clock < _cutOff(kept.order.day);
        address caller = own ? person(kept.who) : person(STRANGER);
        _do("cancel", caller, address(dealing), abi.encodeCall(dealing.cancel, (kept.order)), allowed);
        if (allowed) _free(kept, Standing.Cancelled);
    }

    function publish(uint256 time, uint256 price) external then_ {
        (time, price) = (_mix(time), _mix(price));
        // mostly the day that is over last
        uint256 day = _today() - (_clock < _cutOff(_today()) ? 1 : 0) + (time % 8 == 0 ? 1 : 0);
        uint256 difference = (_lastNav * BAND) / 10_000;
        uint256 nav = _lastNav - difference + (price % (2 * difference + 1));
        if (price % 16 == 0) nav = _lastNav + difference + 1;
        bool allowed =
            day > _lastNavDay &&
                _clock >= _cutOff(day) &&
                _clock < _cutOff(day) + PATIENCE &&
                nav + difference >= _lastNav &&
                nav <= _lastNav + difference;
        bytes memory data = abi.encodeCall(dealing.publishNav, (uint32(day), uint64(nav)));
        _do("publish", address(this), address(dealing), data, allowed);
        if (allowed) (_lastNav, _lastNavDay, navOf[day]) = (nav, day, nav);
    }

    function deal(uint256 k) external then_ {
        k = _mix(k);
        (bool found, Kept storage kept) = _pick(k);
        if (!found) return _place(k, k >> 32, k >> 64, k >> 96, k >> 128);
        bool buys = kept.order.kind == FundOrderKind.Subscription;
        uint256 other = _otherSide(kept.order, navOf[kept.order.day]);
        Payment memory payment =
            buys
                ? Payment(kept.who, FUND, kept.form, 1, kept.order.amount)
                : Payment(FUND, kept.who, 1, kept.form, other);
        bool allowed =
            kept.standing == Standing.Placed &&
                _clock < _cutOff(kept.order.day) + PATIENCE &&
                other != 0 &&
                (buys || _has(payment)) &&
                _goesThrough(payment);
        _do("deal", person(STRANGER), address(dealing), abi.encodeCall(dealing.deal, (kept.order)), allowed);
        if (allowed) _book(kept, payment, other);
    }

    function lapse(uint256 k) external then_ {
        k = _mix(k);
        (bool found, Kept storage kept) = _pick(k);
        if (!found) return _place(k, k >> 32, k >> 64, k >> 96, k >> 128);
        bool allowed = kept.standing == Standing.Placed && _clock >= _cutOff(kept.order.day) + PATIENCE;
        _do("lapse", person(STRANGER), address(dealing), abi.encodeCall(dealing.lapse, (kept.order)), allowed);
        if (allowed) _free(kept, Standing.Lapsed);
    }

    // -------------------------------------------------------------- looking on

    function count() external view returns (uint256) {
        return _kept.length;
    }

    function keptAt(uint256 k) external view returns (Kept memory) {
        return _kept[k];
    }

    // --------------------------------------------------------------- the rules

    function _rules() internal view override returns (address) {
        return address(this);
    }

    function _lend(uint256 who, uint256 amount) private {
        uint256 b = _bankOf(who);
        // a bank cannot pay into a frozen account
        if (_frozen[who] != 0) return;
        IClaimToken(address(tokens[b])).issue(person(who), amount, BASIS);
        free[who][b] += amount;
        lent[b] += amount;
    }

    function _pay(uint256 who, uint256 whom, uint256 forms, uint256 amount, uint256 mode) private {
        Payment memory payment;
        payment.from = BANKS + (who % 5);
        payment.to = BANKS + (whom % 5);
        payment.gives = forms % 4 == 0 ? MONEY : _bankOf(payment.from);
        payment.gets = (forms >> 8) % 4 == 0 ? MONEY : _bankOf(payment.to);
        payment.amount = _some(amount, free[payment.from][payment.gives]);
        // now and then an account at the other bank, where nobody knows the payee
        bool known = mode % 16 != 4 || payment.gets == MONEY;
        DepositOrder memory order = _orderOf(payment, known ? payment.gets : 1 - payment.gets, mode % 16 == 3);
        // the last one again
        bool again = mode % 16 == 2 && _lastOrder.amount != 0;
        if (again) order = _lastOrder;
        bool allowed =
            known &&
                !again &&
                mode % 16 != 1 &&
                mode % 16 != 3 &&
                payment.amount != 0 &&
                _has(payment) &&
                _goesThrough(payment);
        _carry(order, payment.from, mode, allowed);
        if (!allowed) return;
        _lastOrder = order;
        free[payment.from][payment.gives] -= payment.amount;
        _settle(payment);
    }

    /// @dev By the payer, or by a stranger with the payer's signature; in mode 1 with somebody else's.
    function _carry(DepositOrder memory order, uint256 payer, uint256 mode, bool allowed) private {
        bool forged = mode % 16 == 1;
        bool signed = forged || (mode >> 8) % 2 == 0;
        bytes memory consent = signed ? _signed(forged ? STRANGER : payer, transfers.orderId(order)) : bytes("");
        bytes memory data = abi.encodeCall(transfers.execute, (order, consent, ""));
        _do("pay", signed ? person(STRANGER) : person(payer), address(transfers), data, allowed);
    }

    function _place(uint256 who, uint256 kind, uint256 amount, uint256 time, uint256 mode) private {
        Kept memory kept = _drawn(BANKS + (who % 4), kind, amount, _dayOf(time));
        who = kept.who;
        bool signed = mode % 2 == 0;
        bool consents = !signed || mode % 16 != 0;
        bytes memory consent = signed ? _signed(consents ? who : STRANGER, dealing.orderId(kept.order)) : bytes("");
        bool allowed = consents && _mayPlace(kept);
        bytes memory data = abi.encodeCall(dealing.place, (kept.order, consent, ""));
        _do("place", signed ? person(STRANGER) : person(who), address(dealing), data, allowed);
        if (!allowed) return;
        amount = kept.order.amount;
        if (kept.order.kind == FundOrderKind.Subscription) {
            free[who][kept.form] -= amount;
            held[who][kept.form] += amount;
        } else {
            freeUnits[who] -= amount;
            heldUnits[who] += amount;
        }
        _kept.push(kept);
    }

    function _mayPlace(Kept memory kept) private view returns (bool) {
        FundOrder memory order = kept.order;
        bool buys = order.kind == FundOrderKind.Subscription;
        return
            order.amount != 0 &&
            _clock < _cutOff(order.day) &&
            order.day <= _today() + 7 &&
            order.amount <= (buys ? free[kept.who][kept.form] : freeUnits[kept.who]) &&
            !(buys && _isFrozen(kept.who, kept.form));
    }

    function _book(Kept storage kept, Payment memory payment, uint256 other) private {
        uint256 amount = kept.order.amount;
        kept.standing = Standing.Dealt;
        if (kept.order.kind == FundOrderKind.Subscription) {
            (kept.money, kept.units) = (amount, other);
            held[kept.who][kept.form] -= amount;
            freeUnits[kept.who] += other;
        } else {
            (kept.money, kept.units) = (other, amount);
            heldUnits[kept.who] -= amount;
            free[FUND][1] -= other;
        }
        _settle(payment);
    }

    /// @dev What an order gets for what it gives, rounded down; nothing without a price.
    function _otherSide(FundOrder memory order, uint256 nav) private pure returns (uint256) {
        if (nav == 0) return 0;
        return order.kind == FundOrderKind.Subscription ? (order.amount * 1e8) / nav : (order.amount * nav) / 1e8;
    }

    function _free(Kept storage kept, Standing standing) private {
        kept.standing = standing;
        (uint256 who, uint256 amount) = (kept.who, kept.order.amount);
        if (kept.order.kind == FundOrderKind.Subscription) {
            held[who][kept.form] -= amount;
            free[who][kept.form] += amount;
        } else {
            heldUnits[who] -= amount;
            freeUnits[who] += amount;
        }
    }

    /// @dev The payee's side and the banks'; the payer's has been taken.
    function _settle(Payment memory payment) private {
        free[payment.to][payment.gets] += payment.amount;
        if (payment.gives == payment.gets) return;
        if (payment.gives != MONEY) {
            reserves[payment.gives] -= payment.amount;
            _paid[payment.gives][_today()] += payment.amount;
        }
        if (payment.gets != MONEY) reserves[payment.gets] += payment.amount;
    }

    function _calm() private {
        for (uint256 i = BANKS; i < STRANGER; ++i) {
            if (_frozen[i] == 0 || _clock <= _frozen[i]) continue;
            _frozen[i] = 0;
            VM.prank(_enforcer());
            tokens[_bankOf(i)].unfreeze(person(i), BASIS);
        }
    }

    function _has(Payment memory payment) private view returns (bool) {
        return payment.amount <= free[payment.from][payment.gives] && !_isFrozen(payment.from, payment.gives);
    }

    /// @dev Once the payer's side is held: the payee, and both banks' rules and money.
    function _goesThrough(Payment memory payment) private view returns (bool) {
        if (_isFrozen(payment.to, payment.gets)) return false;
        if (payment.gives == payment.gets) return payment.from != payment.to;
        if (payment.gets != MONEY && payment.amount > IN_SINGLE) return false;
        if (payment.gives == MONEY) return true;
        return
            payment.amount <= OUT_SINGLE &&
            payment.amount + _paid[payment.gives][_today()] <= OUT_DAY &&
            payment.amount <= reserves[payment.gives];
    }

    function _isFrozen(uint256 who, uint256 form) private view returns (bool) {
        return form != MONEY && _frozen[who] != 0;
    }

    // ----------------------------------------------------------------- helpers

    function _orderOf(Payment memory payment, uint256 gets, bool late) private returns (DepositOrder memory) {
        return
            DepositOrder({
                from: person(payment.from),
                to: person(payment.to),
                fromToken: payment.gives == MONEY ? address(_money) : address(tokens[payment.gives]),
                toToken: gets == MONEY ? address(_money) : address(tokens[gets]),
                amount: payment.amount,
                notAfter: uint48(late ? _clock - 1 : _clock),
                agent: address(0),
                businessRef: _newRef()
            });
    }

    /// @dev Mostly the next day; now and then one whose cut-off has passed, or too far ahead.
    function _dayOf(uint256 time) private view returns (uint256 day) {
        day = _today() + (_clock < _cutOff(_today()) ? 0 : 1);
        if (time % 16 == 0) --day;
        if (time % 16 == 1) day = _today() + 7;
        if (time % 16 == 2) day = _today() + 8;
    }

    function _drawn(uint256 who, uint256 kind, uint256 amount, uint256 day) private returns (Kept memory kept) {
        bool buys = kind % 3 != 0;
        (kept.who, kept.form) = (who, (kind >> 8) % 3 == 0 ? MONEY : _bankOf(who));
        kept.order = FundOrder({
            kind: buys ? FundOrderKind.Subscription : FundOrderKind.Redemption,
            investor: person(who),
            cash: kept.form == MONEY ? address(_money) : address(tokens[kept.form]),
            amount: _some(amount, buys ? free[who][kept.form] : freeUnits[who]),
            day: uint32(day),
            salt: _newRef()
        });
    }

    /// @dev A runner likes round numbers, whose remainders are all alike.
    function _mix(uint256 seed) private view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, _clock)));
    }

    /// @dev Mostly one that still waits, of the last ones.
    function _pick(uint256 k) private view returns (bool found, Kept storage kept) {
        uint256 recent = _kept.length < RECENT ? _kept.length : RECENT;
        kept = _nobodys;
        for (uint256 i = 0; i < recent && !found; ++i) {
            kept = _kept[_kept.length - 1 - (((k % recent) + i) % recent)];
            found = k % 8 == 0 || kept.standing == Standing.Placed;
        }
    }

    function _today() private view returns (uint256) {
        return (_clock + 8 hours) / DAY;
    }

    function _cutOff(uint256 day) private pure returns (uint256) {
        return day * DAY + CUT_OFF - 8 hours;
    }
}
