// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SubWalletGrant} from "../../../contracts/currency/IWalletFamilies.sol";
import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {FamilyStage} from "../support/FamilyStage.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev Wallets of two persons at two banks are opened, closed, given to others, paid from and held on. The rules are
/// written a second time here, not with counters but with a list of everything that was paid; every act is decided by
/// them first. Some hours pass with every act.
abstract contract FamilyActs is FamilyStage, Telling {
    /// @dev One payment, in the list of a wallet, of a person or of a grant.
    struct Paid {
        uint256 day;
        uint256 year;
        uint256 amount;
    }

    /// @dev An account by the book; list 0 is its own, another is a family's.
    struct Wallet {
        bool open;
        uint256 bank;
        bytes32 identity;
        uint256 list;
        uint256 parent;
        SubWalletGrant grant;
        uint256 balance;
        uint256 held;
    }

    /// @dev A hold by the book, and where it was counted: numbers of payments, 0 for nowhere.
    struct Held {
        Hold terms;
        uint256 payer;
        uint256 left;
        uint256 paid;
        uint256 charged;
    }

    uint256 private constant STEP = 7 hours;
    uint256 private constant NOBODY = 99;
    uint256 private constant GRANT_LISTS = 1_000;

    /// @dev By the book: whether a payment of the story went past what it had to stay within.
    bool public overstepped;

    Wallet[ACCOUNTS] private _wallets;
    Held[] private _held;
    // payments by number, from 1; lists of numbers: accounts' own from 1, families' from 10, grants' from 1,000
    Paid[] private _paid;
    mapping(uint256 list => uint256[] numbers) private _lists;
    mapping(bytes32 person => uint256 only) private _only;
    mapping(bytes32 person => uint256 list) private _family;
    mapping(uint256 sub => mapping(uint256 payee => bool)) private _listed;
    uint256 private _families = 9;
    uint256 private _grants = GRANT_LISTS;
    uint256[ACCOUNTS] private _charges;

    modifier then_() {
        VM.warp(_clock);
        _;
        _clock += STEP;
    }

    constructor() {
        _paid.push();
        for (uint256 a = 0; a < ACCOUNTS; ++a) (_wallets[a].list, _wallets[a].parent) = (a + 1, NOBODY);
    }

    // -------------------------------------------------------------------- acts

    function open(uint256 who, uint256 bank, uint256 identity) external then_ {
        _openWallet(_mix(who), _mix(bank), _mix(identity));
    }

    function openSub(uint256 who, uint256 parent) external then_ {
        if (_noWallet()) return _openWallet(_mix(who), _mix(parent), _mix(who ^ parent));
        _openSubWallet(_mix(who), _mix(parent));
    }

    function close(uint256 who) external then_ {
        uint256 seed = _mix(who);
        if (_noWallet()) return _openWallet(seed, seed >> 32, seed >> 64);
        who = _opened(seed);
        Wallet storage wallet = _wallets[who];
        // mostly emptied before it is closed, into its own bank
        if (wallet.balance != 0 && (seed >> 8) % 8 != 0) {
            return _payOut(who, FIRST_BANK + wallet.bank, wallet.balance - wallet.held);
        }
        bool allowed = wallet.balance == 0 && _subs(who) == 0;
        bytes memory data = abi.encodeCall(_money.closeWallet, (person(who)));
        _do("close", person(FIRST_BANK + wallet.bank), address(_money), data, allowed);
        if (!allowed) return;
        (wallet.open, wallet.parent) = (false, NOBODY);
        if (wallet.list >= 10) return;
        bytes32 key = keccak256(abi.encode(wallet.bank, wallet.identity));
        if (_only[key] == who + 1) delete _only[key];
        (, uint256 year) = _sums(wallet.list);
        if (year != 0) _join(who, key);
    }

    function grant(uint256 who, uint256 terms, uint256 caller) external then_ {
        if (_noWallet()) return _openWallet(_mix(who), _mix(terms), _mix(caller));
        if (_noSub() && _mix(caller) % 8 != 0) return _openSubWallet(_mix(who), _mix(terms));
        (who, terms) = (_sub(_mix(who)), _mix(terms));
        SubWalletGrant memory given = SubWalletGrant({
            single: uint40(terms % 150),
            day: uint40((terms % 150) + ((terms >> 16) % 50)),
            year: uint40((terms % 150) + ((terms >> 16) % 50) + ((terms >> 32) % 20)),
            expiry: uint40(_clock + ((terms >> 48) % 4 == 0 ? 1 days : 40 days)),
            listedOnly: (terms >> 56) % 3 == 0
        });
        if ((terms >> 64) % 8 == 0) given.year = 0;
        uint256 parent = _wallets[who].parent;
        uint256 by = parent == NOBODY || _mix(caller) % 8 == 0 ? who : parent;
        bool allowed = parent != NOBODY && by == parent && given.day <= given.year;
        bytes memory data = abi.encodeCall(retail.setSubWalletGrant, (person(who), given));
        _do("grant", person(by), address(_money), data, allowed);
        if (allowed) _wallets[who].grant = given;
    }

    function list(uint256 who, uint256 payee, uint256 on) external then_ {
        if (_noWallet()) return _openWallet(_mix(who), _mix(payee), _mix(on));
        if (_noSub() && _mix(on) % 8 != 0) return _openSubWallet(_mix(who), _mix(payee));
        (who, payee) = (_sub(_mix(who)), _mix(payee) % CAST);
        uint256 parent = _wallets[who].parent;
        bytes memory data = abi.encodeCall(retail.setSubWalletPayee, (person(who), person(payee), _mix(on) % 4 != 0));
        _do("list", person(parent == NOBODY ? who : parent), address(_money), data, parent != NOBODY);
        if (parent != NOBODY) _listed[who][payee] = _mix(on) % 4 != 0;
    }

    function fund(uint256 who, uint256 amount) external then_ {
        if (_noWallet()) return _openWallet(_mix(who), _mix(amount), _mix(who ^ amount));
        (who, amount) = (_opened(_mix(who)), (_mix(amount) % 900) + 100);
        bool allowed = _wallets[who].open;
        bytes memory data = abi.encodeCall(_money.transfer, (person(who), amount));
        _do("fund", person(FIRST_BANK), address(_money), data, allowed);
        if (allowed) _wallets[who].balance += amount;
    }

    function pay(uint256 who, uint256 to, uint256 amount) external then_ {
        if (_noWallet()) return _openWallet(_mix(who), _mix(to), _mix(amount));
        who = _opened(_mix(who));
        _payOut(who, _payee(who, _mix(to)), _some(_mix(amount), _payable(who)));
    }

    function hold(uint256 who, uint256 to, uint256 amount) external then_ {
        if (_noWallet()) return _openWallet(_mix(who), _mix(to), _mix(amount));
        who = _opened(_mix(who));
        to = _payee(who, _mix(to));
        amount = _some(_mix(amount), _payable(who));
        bool allowed = to != who && amount != 0 && amount < 2 ** 64 && _allowed(who, to, amount, true);
        Hold memory terms = Hold(person(who), person(to), person(EXECUTOR), amount, type(uint40).max, _newRef());
        _do("hold", person(who), address(_money), abi.encodeCall(_money.placeHold, (terms)), allowed);
        if (!allowed) return;
        (uint256 paid, uint256 charged) = _count(who, to, amount, true);
        _held.push(Held(terms, who, amount, paid, charged));
        _wallets[who].held += amount;
    }

    function capture(uint256 h, uint256 amount) external then_ {
        if (_held.length == 0) return;
        Held storage held = _held[_held.length - 1 - (_mix(h) % (_held.length > 4 ? 4 : _held.length))];
        amount = held.left == 0 ? 1 : (_mix(amount) % held.left) + 1;
        uint256 to = _indexOf(held.terms.payee);
        bool allowed = held.left != 0 && (to >= ACCOUNTS || _wallets[to].open);
        bytes memory data = abi.encodeCall(_money.captureHold, (held.terms, held.terms.payee, amount));
        _do("capture", person(EXECUTOR), address(_money), data, allowed);
        if (!allowed) return;
        held.left -= amount;
        _wallets[held.payer].held -= amount;
        _wallets[held.payer].balance -= amount;
        if (to < ACCOUNTS) _wallets[to].balance += amount;
    }

    function release(uint256 h) external then_ {
        if (_held.length == 0) return;
        Held storage held = _held[_held.length - 1 - (_mix(h) % (_held.length > 4 ? 4 : _held.length))];
        bytes memory data = abi.encodeCall(_money.releaseHold, (held.terms));
        _do("release", person(EXECUTOR), address(_money), data, held.left != 0);
        _wallets[held.payer].held -= held.left;
        if (held.paid != 0) _paid[held.paid].amount -= held.left;
        if (held.charged != 0) _paid[held.charged].amount -= held.left;
        held.left = 0;
    }

    function _payOut(uint256 who, uint256 to, uint256 amount) private {
        if (to == who) return;
        bool allowed = _allowed(who, to, amount, false) && (to >= ACCOUNTS || _wallets[to].open);
        if (allowed) _count(who, to, amount, false);
        bytes memory data = abi.encodeCall(_money.transfer, (person(to), amount));
        _do("pay", person(who), address(_money), data, allowed);
        if (!allowed) return;
        _wallets[who].balance -= amount;
        if (to < ACCOUNTS) _wallets[to].balance += amount;
    }

    /// @dev What comes instead of an act that there is no wallet for.
    function _openWallet(uint256 who, uint256 bank, uint256 identity) private {
        (who, bank, identity) = (_closed(who), bank % 4 == 0 ? 1 : 0, (identity % 2) + 1);
        bool allowed = !_wallets[who].open;
        bytes memory data = abi.encodeCall(_money.openWallet, (person(who), STORY_CLASS, bytes32(identity)));
        _do("open", person(FIRST_BANK + bank), address(_money), data, allowed);
        if (allowed) _open(who, bank, bytes32(identity));
    }

    function _openSubWallet(uint256 who, uint256 parent) private {
        (who, parent) = (_closed(who), _opened(parent));
        Wallet storage above = _wallets[parent];
        bool allowed = above.open && above.parent == NOBODY && !_wallets[who].open;
        bytes memory data = abi.encodeCall(retail.openSubWallet, (person(who), person(parent)));
        _do("openSub", person(FIRST_BANK + above.bank), address(_money), data, allowed);
        if (!allowed) return;
        _open(who, above.bank, above.identity);
        _wallets[who].parent = parent;
        delete _wallets[who].grant;
        _charges[who] = ++_grants;
        for (uint256 i = 0; i < CAST; ++i) _listed[who][i] = false;
    }

    // ------------------------------------------------------------------- facts

    /// @dev What the account counts by the book, at the time of the story's last act.
    function countedBy(uint256 who) external view returns (uint256 day, uint256 year) {
        return _sums(_wallets[who].list);
    }

    function chargedTo(uint256 who) external view returns (uint256 day, uint256 year) {
        return _sums(_charges[who]);
    }

    function walletAt(uint256 who) external view returns (Wallet memory) {
        return _wallets[who];
    }

    // --------------------------------------------------------------- the rules

    function _open(uint256 who, uint256 bank, bytes32 identity) private {
        Wallet storage wallet = _wallets[who];
        bytes32 key = keccak256(abi.encode(bank, identity));
        (wallet.open, wallet.bank, wallet.identity) = (true, bank, identity);
        if (wallet.list >= 10) {
            if (wallet.list == _family[key]) return;
            _copy(wallet.list, who + 1);
            wallet.list = who + 1;
        }
        uint256 only = _only[key];
        if (_family[key] == 0 && only == 0) {
            _only[key] = who + 1;
            return;
        }
        if (only != 0) {
            delete _only[key];
            _join(only - 1, key);
        }
        _join(who, key);
    }

    function _join(uint256 who, bytes32 key) private {
        if (_family[key] == 0) _family[key] = ++_families;
        uint256 own = _wallets[who].list;
        uint256 family = _family[key];
        for (uint256 i = 0; i < _lists[own].length; ++i) _lists[family].push(_lists[own][i]);
        delete _lists[own];
        _wallets[who].list = family;
    }

    function _copy(uint256 from, uint256 to) private {
        delete _lists[to];
        for (uint256 i = 0; i < _lists[from].length; ++i) {
            _paid.push(_paid[_lists[from][i]]);
            _lists[to].push(_paid.length - 1);
        }
    }

    function _allowed(uint256 who, uint256 to, uint256 amount, bool isHold) private view returns (bool) {
        Wallet storage wallet = _wallets[who];
        if (!wallet.open || wallet.balance < wallet.held + amount) return false;
        if (_counts(who, to, isHold)) {
            (uint256 day, uint256 year) = _sums(wallet.list);
            if (amount > SINGLE || day + amount > DAY || year + amount > YEAR) return false;
        }
        if (!_charged(who, to, isHold)) return true;
        SubWalletGrant memory given = wallet.grant;
        if (_clock >= given.expiry || (given.listedOnly && !_listed[who][to])) return false;
        (uint256 ofDay, uint256 ofYear) = _sums(_charges[who]);
        return amount <= given.single && ofDay + amount <= given.day && ofYear + amount <= given.year;
    }

    function _count(
        uint256 who,
        uint256 to,
        uint256 amount,
        bool isHold
    ) private returns (uint256 paid, uint256 charged) {
        if (_counts(who, to, isHold)) paid = _note(_wallets[who].list, amount);
        if (_charged(who, to, isHold)) charged = _note(_charges[who], amount);
        (uint256 day, uint256 year) = _sums(_wallets[who].list);
        if (paid != 0 && (day > DAY || year > YEAR)) overstepped = true;
        (day, year) = _sums(_charges[who]);
        SubWalletGrant memory given = _wallets[who].grant;
        if (charged != 0 && (day > given.day || year > given.year)) overstepped = true;
    }

    function _note(uint256 where, uint256 amount) private returns (uint256) {
        _paid.push(Paid(_today(), _thisYear(), amount));
        _lists[where].push(_paid.length - 1);
        return _paid.length - 1;
    }

    /// @dev Against the person's limits: not between own wallets, not to the own bank. A hold is for whomever.
    function _counts(uint256 who, uint256 to, bool isHold) private view returns (bool) {
        return isHold || (!_own(who, to) && to != FIRST_BANK + _wallets[who].bank);
    }

    /// @dev Against the grant: all but what goes back to a wallet of the person's that is no sub-wallet.
    function _charged(uint256 who, uint256 to, bool isHold) private view returns (bool) {
        if (_wallets[who].parent == NOBODY) return false;
        return isHold || !_own(who, to) || _wallets[to].parent != NOBODY;
    }

    function _own(uint256 who, uint256 to) private view returns (bool) {
        return to < ACCOUNTS && _wallets[who].list >= 10 && _wallets[to].list == _wallets[who].list;
    }

    function _sums(uint256 which) private view returns (uint256 day, uint256 year) {
        (uint256 today, uint256 thisYear) = (_today(), _thisYear());
        uint256[] storage numbers = _lists[which];
        for (uint256 i = 0; i < numbers.length; ++i) {
            Paid storage paid = _paid[numbers[i]];
            if (paid.day == today) day += paid.amount;
            if (paid.year == thisYear) year += paid.amount;
        }
    }

    function _payable(uint256 who) private view returns (uint256 most) {
        Wallet storage wallet = _wallets[who];
        (uint256 day, uint256 year) = _sums(wallet.list);
        most = SINGLE;
        if (DAY - (day > DAY ? DAY : day) < most) most = DAY - (day > DAY ? DAY : day);
        if (YEAR - (year > YEAR ? YEAR : year) < most) most = YEAR - (year > YEAR ? YEAR : year);
        if (wallet.balance - wallet.held < most) most = wallet.balance - wallet.held;
        if (wallet.parent != NOBODY && wallet.grant.single < most) most = wallet.grant.single;
    }

    function _today() private view returns (uint256) {
        return (block.timestamp + 8 hours) / 1 days;
    }

    /// @dev Exact over the few years of a story, which begins in 2026: a leap year is 2028.
    function _thisYear() private view returns (uint256 year) {
        uint256 day = _today() - 20_454;
        year = 2026;
        while (day >= (year % 4 == 0 ? 366 : 365)) {
            day -= year % 4 == 0 ? 366 : 365;
            ++year;
        }
    }

    // ------------------------------------------------------------------ choices

    function _subs(uint256 parent) private view returns (uint256 count) {
        for (uint256 i = 0; i < ACCOUNTS; ++i) if (_wallets[i].parent == parent) ++count;
    }

    function _noWallet() private view returns (bool) {
        return !_wallets[_opened(0)].open;
    }

    function _noSub() private view returns (bool) {
        return _wallets[_sub(0)].parent == NOBODY;
    }

    /// @dev An account with a wallet, unless there is none.
    function _opened(uint256 seed) private view returns (uint256 who) {
        who = seed % ACCOUNTS;
        for (uint256 i = 0; i < ACCOUNTS && !_wallets[who].open; ++i) who = (who + 1) % ACCOUNTS;
    }

    /// @dev Mostly an account without a wallet.
    function _closed(uint256 seed) private view returns (uint256 who) {
        who = seed % ACCOUNTS;
        if ((seed >> 64) % 8 == 0) return who;
        for (uint256 i = 0; i < ACCOUNTS && _wallets[who].open; ++i) who = (who + 1) % ACCOUNTS;
    }

    /// @dev A sub-wallet, unless there is none.
    function _sub(uint256 seed) private view returns (uint256 who) {
        who = seed % ACCOUNTS;
        for (uint256 i = 0; i < ACCOUNTS && _wallets[who].parent == NOBODY; ++i) who = (who + 1) % ACCOUNTS;
    }

    /// @dev The shop, an account, or the own bank.
    function _payee(uint256 who, uint256 seed) private view returns (uint256) {
        if (seed % 4 < 2) return SHOP;
        return seed % 4 == 2 ? FIRST_BANK + _wallets[who].bank : (seed >> 8) % ACCOUNTS;
    }

    function _indexOf(address who) private pure returns (uint256 i) {
        while (person(i) != who) ++i;
    }

    function _mix(uint256 seed) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    function _rules() internal view override returns (address) {
        return address(this);
    }
}
