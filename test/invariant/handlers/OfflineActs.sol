// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    IOfflineWallets,
    OfflineDeviceStatus,
    OfflineEndorsement,
    OfflinePayment,
    OfflineVoucher
} from "../../../contracts/payments/IOfflineWallets.sol";
import {OfflineStage} from "../support/OfflineStage.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev Devices that sign whatever they like: numbers twice, one payment passed on twice, more than they have. The rules
/// are written a second time here, plainly; every act is decided by them first.
abstract contract OfflineActs is OfflineStage, Telling {
    /// @dev A device by the book; zero: never stopped, no cut-off.
    struct Device {
        OfflineDeviceStatus status;
        uint256 loaded;
        uint256 stopped;
        uint256 cutOff;
    }

    struct Purse {
        uint256 who;
        bytes32 id;
        uint256 amount;
        uint256 paid;
        uint256 guaranteed;
        uint256 opened;
        uint256 until;
        uint256 returned;
        bool closed;
        uint32 next;
    }

    /// @dev Positions of people and purses beside what they have signed; `security` counts from 1, zero is none.
    struct Kept {
        OfflineVoucher signed;
        bytes32 payment;
        bytes32 id;
        uint256 purse;
        uint256 to;
        uint256 then;
        uint256 security;
        bool forged;
    }

    uint256 private constant PURSE = 1_000;
    uint256 private constant STEP = 2 hours;
    uint256 private constant RECENT = 8;

    Device[HOLDERS] private _devices;
    Purse[] private _purses;
    Kept[] private _kept;
    /// @dev By the book: what everybody has, what is left of the pledge, and what each voucher was paid.
    uint256[BANK + 1] public has;
    uint256 public pledged = PLEDGE;
    mapping(bytes32 voucher => uint256) public paidTo;
    mapping(uint256 purse => mapping(uint256 number => bool)) private _used;
    mapping(bytes32 payment => bytes32 voucher) private _redeemed;
    mapping(bytes32 voucher => bool) private _compensated;

    modifier then_() {
        VM.warp(_clock);
        _;
        _clock += STEP;
    }

    constructor() {
        has[BANK] = PLEDGE;
        for (uint256 i = 0; i < HOLDERS; ++i) {
            _money.issue(person(i), PURSE, bytes32(i));
            (has[i], _devices[i].status) = (PURSE, OfflineDeviceStatus.Active);
        }
    }

    // -------------------------------------------------------------------- acts

    function load(uint256 who, uint256 amount, uint256 chance) external then_ {
        _load(_mix(who) % HOLDERS, _mix(amount), _mix(chance));
    }

    /// @dev Offline: nothing is sent. Now and then the device is a clone, which signs a number again.
    function write(uint256 p, uint256 to, uint256 then, uint256 amount, uint256 mode) external then_ {
        (p, to, then, amount, mode) = (_mix(p), _mix(to), _mix(then), _mix(amount), _mix(mode));
        if (_purses.length == 0 || mode % 24 == 23) return _load(p % HOLDERS, amount, mode);
        uint256 recent = _purses.length < 6 ? _purses.length : 6;
        Purse storage purse = _purses[_purses.length - 1 - (p % recent)];
        bool again = mode % 6 == 0 && purse.next != 0;
        OfflinePayment memory payment = OfflinePayment({
            allotment: purse.id,
            number: again ? purse.next - 1 : purse.next,
            amount: uint64(mode % 32 == 1 ? MAX_PAYMENT + (amount % 2) : (amount % MAX_PAYMENT) + 1),
            payee: deviceId(to % HOLDERS),
            signedAt: uint48(_clock)
        });
        if (!again) ++purse.next;
        _keep(payment, _purses.length - 1 - (p % recent), to % HOLDERS, then % HOLDERS, mode % 40 == 2);
    }

    /// @dev A payment that was endorsed already, endorsed to another.
    function endorseAgain(uint256 v, uint256 then) external then_ {
        (v, then) = (_mix(v), _mix(then));
        if (_kept.length == 0) return;
        Kept memory kept = _kept[_recent(v)];
        _keep(kept.signed.payment, kept.purse, kept.to, then % HOLDERS, false);
    }

    function redeem(uint256 v) external then_ {
        v = _mix(v);
        (bool found, uint256 position) = _due(v);
        if (!found) return;
        Kept memory kept = _kept[position];
        bool allowed = _redeem(kept);
        _do("redeem", person(STRANGER), address(offline), abi.encodeCall(offline.redeem, (kept.signed)), allowed);
    }

    function redeemMany(uint256 first, uint256 second, uint256 third) external then_ {
        (first, second, third) = (_mix(first), _mix(second), _mix(third));
        if (_kept.length == 0) return;
        OfflineVoucher[] memory batch = new OfflineVoucher[](3);
        uint256[3] memory picks = [_recent(first), _recent(second), _recent(third)];
        for (uint256 i = 0; i < 3; ++i) {
            batch[i] = _kept[picks[i]].signed;
            _redeem(_kept[picks[i]]);
        }
        _do("redeemMany", person(STRANGER), address(offline), abi.encodeCall(offline.redeemMany, (batch)), true);
    }

    function reportLoss(uint256 who, uint256 by) external then_ {
        (who, by) = (_mix(who) % HOLDERS, _mix(by));
        by %= 24;
        // there are four, and none is found again
        if (by > 2) return;
        Device storage device = _devices[who];
        bool allowed = device.status == OfflineDeviceStatus.Active && by != 2;
        address caller = person(by == 0 ? who : BANK + by - 1);
        bytes memory data = abi.encodeCall(offline.reportLoss, (deviceId(who)));
        _do("reportLoss", caller, address(offline), data, allowed);
        if (allowed) {
            (device.status, device.stopped, device.cutOff) = (OfflineDeviceStatus.Lost, _clock, _clock + GRACE);
        }
    }

    function prove(uint256 v, uint256 w) external then_ {
        (v, w) = (_mix(v), _mix(w));
        if (_kept.length == 0) return;
        (bool found, uint256 first, uint256 second) = _conflict(v);
        // without a conflict only now and then
        if (!found && w % 8 != 0) return;
        Kept memory one = _kept[first];
        Kept memory two = _kept[found ? second : first];
        uint256 who = one.payment == two.payment ? one.to : _purses[one.purse].who;
        bool allowed = found && !one.forged && !two.forged && _devices[who].status != OfflineDeviceStatus.Blocked;
        bytes memory data = abi.encodeCall(offline.proveDoubleSpend, (one.signed, two.signed));
        _do("prove", person(STRANGER), address(offline), data, allowed);
        if (allowed) _block(who);
    }

    function close(uint256 p, uint256 chance) external then_ {
        (p, chance) = (_mix(p), _mix(chance));
        if (_purses.length == 0) return;
        Purse storage purse = _purses[p % _purses.length];
        uint256 deadline = _deadline(purse);
        if (chance % 6 == 0 && deadline >= _clock) {
            _clock = deadline + (chance % 12 == 0 ? 1 : 0);
            VM.warp(_clock);
        }
        bool allowed = !purse.closed && (deadline < _clock || purse.paid == purse.amount);
        // too early only now and then
        if (!allowed && chance % 8 != 0) return;
        _do("close", person(STRANGER), address(offline), abi.encodeCall(offline.close, (purse.id)), allowed);
        if (!allowed) return;
        (purse.closed, purse.returned) = (true, purse.amount - purse.paid);
        _devices[purse.who].loaded -= purse.amount;
    }

    function pass(uint256 time) external {
        _clock += _mix(time) % 1 days;
    }

    // -------------------------------------------------------------- looking on

    function purses() external view returns (uint256) {
        return _purses.length;
    }

    function purseAt(uint256 p) external view returns (Purse memory) {
        return _purses[p];
    }

    function vouchers() external view returns (uint256) {
        return _kept.length;
    }

    function voucherAt(uint256 v) external view returns (bytes32 id, uint256 amount, bool paid) {
        Kept storage kept = _kept[v];
        bool settled = _redeemed[kept.payment] == kept.id || _compensated[kept.id];
        return (kept.id, kept.signed.payment.amount, settled);
    }

    function paymentAt(uint256 v) external view returns (bytes32) {
        return _kept[v].payment;
    }

    function statusOf(uint256 who) external view returns (OfflineDeviceStatus) {
        return _devices[who].status;
    }

    // --------------------------------------------------------------- the rules

    function _rules() internal view override returns (address) {
        return address(this);
    }

    function _load(uint256 who, uint256 amount, uint256 chance) private {
        for (uint256 i = 0; i < HOLDERS && chance % 8 != 5; ++i) {
            if (_devices[who].status != OfflineDeviceStatus.Active) who = (who + 1) % HOLDERS;
        }
        Device storage device = _devices[who];
        // of no use, and tried only now and then
        if (device.status != OfflineDeviceStatus.Active && chance % 8 != 5) return;
        amount = chance % 12 == 0 ? MAX_LOADED + 1 - device.loaded : (amount % 150) + 1;
        uint256 until = _clock + (chance % 16 == 1 ? 0 : 1 days + (chance % (MAX_TERM - 1 days + 1)));
        bool allowed =
            device.status == OfflineDeviceStatus.Active &&
                device.loaded + amount <= MAX_LOADED &&
                until > _clock &&
                amount <= pledged &&
                chance % 14 != 3;
        if (allowed && _money.spendableOf(person(who)) < amount) {
            _money.issue(person(who), PURSE, _newRef());
            has[who] += PURSE;
        }
        bytes32 id = offline.allotmentId(deviceId(who), offline.deviceOf(deviceId(who)).allotments);
        bytes memory data = abi.encodeCall(offline.load, (deviceId(who), uint64(amount), uint48(until), bytes("")));
        address caller = person(chance % 14 == 3 ? STRANGER : who);
        _do("load", caller, address(offline), data, allowed);
        if (!allowed) return;
        device.loaded += amount;
        _purses.push(Purse(who, id, amount, 0, 0, _clock, until, 0, false, 0));
    }

    function _keep(OfflinePayment memory payment, uint256 p, uint256 to, uint256 then, bool forged) private {
        uint256 security = then == to ? 0 : _lastOf(to);
        // nobody passes on without an allotment
        if (security == 0) then = to;
        OfflineEndorsement memory endorsement = OfflineEndorsement({
            payee: deviceId(then),
            security: security == 0 ? bytes32(0) : _purses[security - 1].id,
            signedAt: uint48(_clock)
        });
        bytes32 paymentId = offline.paymentId(payment);
        bytes32 id = offline.voucherId(paymentId, endorsement);
        Kept storage kept = _kept.push();
        (kept.payment, kept.id, kept.purse, kept.to) = (paymentId, id, p, to);
        (kept.then, kept.security, kept.forged) = (then, security, forged);
        kept.signed.payment = payment;
        kept.signed.endorsement = endorsement;
        kept.signed.paymentSignature = _signed(forged ? STRANGER : _purses[p].who, paymentId);
        kept.signed.endorsementSignature = _signed(forged ? STRANGER : to, id);
    }

    /// @dev Does it by the book. Whether it is not refused.
    function _redeem(Kept memory kept) private returns (bool) {
        if (!_isGood(kept)) return false;
        bytes32 redeemed = _redeemed[kept.payment];
        if (redeemed == kept.id || _compensated[kept.id]) return false;
        if (redeemed != 0) {
            _block(kept.to);
            if (kept.security != 0 && _pay(kept, kept.security - 1)) _compensated[kept.id] = true;
            return true;
        }
        uint256 number = kept.signed.payment.number;
        if (_used[kept.purse][number]) _block(_purses[kept.purse].who);
        if (_pay(kept, kept.purse)) (_used[kept.purse][number], _redeemed[kept.payment]) = (true, kept.id);
        return true;
    }

    function _isGood(Kept memory kept) private view returns (bool) {
        Purse storage purse = _purses[kept.purse];
        (uint256 signedAt, uint256 endorsedAt) = (kept.signed.payment.signedAt, kept.signed.endorsement.signedAt);
        bool paid =
            kept.signed.payment.amount <= MAX_PAYMENT &&
                signedAt >= purse.opened &&
                signedAt <= purse.until &&
                !_isStopped(purse.who, signedAt) &&
                _clock <= signedAt + MAX_AGE &&
                _clock <= _deadline(purse);
        if (!paid || kept.forged || _isStopped(kept.to, endorsedAt)) return false;
        if (kept.security == 0) return true;
        Purse storage secured = _purses[kept.security - 1];
        return endorsedAt >= secured.opened && endorsedAt <= secured.until;
    }

    /// @dev Whether nothing more is owed.
    function _pay(Kept memory kept, uint256 p) private returns (bool) {
        Purse storage purse = _purses[p];
        if (kept.then == purse.who) return true;
        uint256 amount = kept.signed.payment.amount;
        uint256 left = purse.closed || _deadline(purse) < _clock ? 0 : purse.amount - purse.paid;
        uint256 own = left < amount ? left : amount;
        uint256 lacking = amount - own;
        uint256 guaranteed;
        if (lacking != 0) {
            _block(purse.who);
            guaranteed = purse.amount - purse.guaranteed;
            if (guaranteed > pledged) guaranteed = pledged;
            if (guaranteed > lacking) guaranteed = lacking;
            if (_clock > purse.until + MAX_AGE) guaranteed = 0;
        }
        if (own + guaranteed == 0) return false;
        purse.paid += own;
        purse.guaranteed += guaranteed;
        pledged -= guaranteed;
        has[purse.who] -= own;
        has[BANK] -= guaranteed;
        has[kept.then] += own + guaranteed;
        paidTo[kept.id] += own + guaranteed;
        return true;
    }

    function _block(uint256 who) private {
        Device storage device = _devices[who];
        if (device.status == OfflineDeviceStatus.Blocked) return;
        if (_clock <= device.cutOff) device.cutOff = 0;
        if (device.stopped == 0) device.stopped = _clock;
        device.status = OfflineDeviceStatus.Blocked;
    }

    function _isStopped(uint256 who, uint256 time) private view returns (bool) {
        return _devices[who].stopped != 0 && _devices[who].stopped < time;
    }

    function _deadline(Purse storage purse) private view returns (uint256 last) {
        last = purse.until + MAX_AGE;
        uint256 cutOff = _devices[purse.who].cutOff;
        if (cutOff != 0 && cutOff < last) last = cutOff;
    }

    // ----------------------------------------------------------------- helpers

    /// @dev A runner likes round numbers, whose remainders are all alike.
    function _mix(uint256 seed) private view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, _clock)));
    }

    function _recent(uint256 v) private view returns (uint256) {
        uint256 recent = _kept.length < RECENT ? _kept.length : RECENT;
        return _kept.length - 1 - (v % recent);
    }

    /// @dev Mostly one that is to be paid, sometimes any.
    function _due(uint256 v) private view returns (bool found, uint256 position) {
        uint256 recent = _kept.length < RECENT ? _kept.length : RECENT;
        for (uint256 i = 0; i < recent && !found; ++i) {
            position = _kept.length - 1 - (((v % recent) + i) % recent);
            Kept memory kept = _kept[position];
            bool open = _redeemed[kept.payment] != kept.id && !_compensated[kept.id] && _isGood(kept);
            found = open || v % 6 == 0;
        }
    }

    /// @dev Two of the last that contradict each other.
    function _conflict(uint256 v) private view returns (bool found, uint256 first, uint256 second) {
        uint256 recent = _kept.length < RECENT ? _kept.length : RECENT;
        first = _recent(v);
        for (uint256 i = 0; i < recent && !found; ++i) {
            second = _kept.length - 1 - i;
            Kept storage one = _kept[first];
            Kept storage two = _kept[second];
            found =
                one.payment == two.payment
                    ? one.id != two.id
                    : one.purse == two.purse && one.signed.payment.number == two.signed.payment.number;
        }
    }

    /// @dev The holder's last allotment, counted from 1; zero if there is none.
    function _lastOf(uint256 who) private view returns (uint256 position) {
        for (position = _purses.length; position != 0; --position) {
            if (_purses[position - 1].who == who) return position;
        }
    }
}
