// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SlotProof} from "../../../contracts/issuance/IDayEnds.sol";
import {ClaimStatus, InterestEntry} from "../../../contracts/issuance/IInterestBook.sol";
import {ReserveRow} from "../../../contracts/issuance/IReserveFramework.sol";
import {DepositStage} from "../support/DepositStage.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev The rules of interest and reserves a second time, plainly: every act is decided by them first. Some days pass
/// with every act. Quarters are those that the contract names; that they are the right ones is shown elsewhere.
abstract contract DepositActs is DepositStage, Telling {
    struct Point {
        uint256 day;
        uint256 value;
    }

    /// @dev What the bank stated for a quarter.
    struct Sheet {
        bool stated;
        uint256[3] shares;
        uint256 left;
        uint256 expense;
    }

    /// @dev A claim: the truth, and more on one day if it lies.
    struct Claim {
        uint32 quarter;
        uint256 who;
        uint256 lieAt;
        uint256 lie;
        uint256 claimed;
        uint256 until;
        ClaimStatus status;
        uint256 due;
    }

    struct Stood {
        uint256 day;
        uint256 base;
        uint256 own;
        uint256 required;
        uint256 held;
    }

    uint256 private constant RECENT = 4;
    uint256 private constant CLAIM_DAYS = 90;
    uint256 private constant ANSWER = 7 days;
    uint32 private constant FIRST_QUARTER = 4 * 2027;

    uint256[CAST] public free;
    mapping(uint32 quarter => mapping(uint256 who => uint256)) public paid;
    uint256 public arrears;
    uint256 public held;
    uint256 public migratedFrom;
    uint256 public lastDay;
    uint256 public lastShort;
    Stood[3] public stood;

    mapping(uint32 quarter => Sheet) private _sheets;
    mapping(uint32 quarter => mapping(uint256 who => bool)) private _hasClaimed;
    Claim[] private _claims;
    /// @dev What is picked when there is nothing to pick.
    Claim private _nobodys;
    Point[][CAST] private _history;
    Point[] private _rates;
    Point[] private _ratios;

    modifier then_() {
        VM.warp(_clock);
        _;
        _clock += 1 days * (1 + (uint256(keccak256(abi.encode(_clock))) % 9)) + 1 hours;
    }

    constructor() {
        for (uint256 i = BANK; i < CAST; ++i) {
            free[i] = FUNDS;
            // the first report may be about the day before
            _history[i].push(Point(_today() - 1, FUNDS));
        }
        _rates.push(Point(_today() + 1, 100_000));
        interest.setRate(uint32(_today() + 1), 100_000);
    }

    // -------------------------------------------------------------------- acts

    function move(uint256 from, uint256 to, uint256 amount) external then_ {
        _move(_mix(from), _mix(to), _mix(amount));
    }

    function setRate(uint256 rate, uint256 ahead) external then_ {
        (rate, ahead) = (_mix(rate) % 100_010, _mix(ahead) % 30);
        uint256 from = _today() + ahead;
        bool allowed = rate <= 100_000 && ahead != 0 && from >= _rates[_rates.length - 1].day;
        _do(
            "setRate",
            address(this),
            address(interest),
            abi.encodeCall(interest.setRate, (uint32(from), uint32(rate))),
            allowed
        );
        if (allowed) _set(_rates, from, rate);
    }

    function state(uint256 mode) external then_ {
        mode = _mix(mode);
        (uint32 quarter, bool over) = _lastQuarter();
        Sheet storage sheet = _sheets[quarter];
        if (_rather(!over || sheet.stated, mode)) return;
        uint256[3] memory shares;
        uint256 sum;
        uint256 count;
        for (uint256 i = 0; i < BEARING; ++i) {
            shares[i] = over ? _interestOf(quarter, _closing(quarter, i)) : 0;
            // forgotten, or stated too low
            if (mode % 4 == 0 && (mode / 4) % BEARING == i) shares[i] = mode % 8 == 0 ? 0 : shares[i] / 2;
            sum += shares[i];
            if (shares[i] != 0) ++count;
        }
        uint256 by = mode % 16 == 5 ? STRANGER : BANK;
        bool allowed = by == BANK && over && !sheet.stated && sum != 0 && sum <= free[BANK];
        bytes32 root = _root(quarter, shares);
        bytes memory data = abi.encodeCall(
            interest.state,
            (BANK_NUMBER, quarter, root, uint32(count), uint64(sum), BASIS)
        );
        _do("state", person(by), address(interest), data, allowed);
        if (!allowed) return;
        (sheet.stated, sheet.shares, sheet.left) = (true, shares, sum);
        free[BANK] -= sum;
        held += sum;
    }

    function pay(uint256 back, uint256 mask) external then_ {
        (back, mask) = (_mix(back), _mix(mask));
        (uint32 quarter, ) = _lastQuarter();
        if (back % 4 == 0 && quarter > FIRST_QUARTER) --quarter;
        Sheet storage sheet = _sheets[quarter];
        if (_rather(!sheet.stated, mask)) return;
        InterestEntry[] memory entries = new InterestEntry[](BEARING);
        bytes32[][] memory proofs = new bytes32[][](BEARING);
        uint256 count;
        for (uint256 i = 0; i < BEARING; ++i) {
            if (sheet.shares[i] == 0 || (mask >> i) % 2 == 0) continue;
            entries[count] = _entry(i, sheet.shares[i]);
            proofs[count++] = _proof(quarter, sheet.shares, i);
        }
        bool forged = mask % 32 == 7 && count != 0;
        if (forged) entries[0].interest += 1;
        assembly ("memory-safe") {
            mstore(entries, count)
            mstore(proofs, count)
        }
        bool allowed = sheet.stated && !forged;
        bytes memory data = abi.encodeCall(interest.pay, (BANK_NUMBER, quarter, entries, proofs));
        _do("pay", person(STRANGER), address(interest), data, allowed);
        if (!allowed) return;
        for (uint256 i = 0; i < BEARING; ++i) {
            if (sheet.shares[i] == 0 || (mask >> i) % 2 == 0 || paid[quarter][i] != 0) continue;
            paid[quarter][i] = sheet.shares[i];
            sheet.left -= sheet.shares[i];
            held -= sheet.shares[i];
            free[BANK] += sheet.shares[i];
            _expend(quarter, i, sheet.shares[i]);
        }
    }

    function claim(uint256 who, uint256 lie, uint256 position) external then_ {
        (who, lie, position) = (_mix(who) % WALLETS, _mix(lie), _mix(position));
        (uint32 quarter, bool over) = _lastQuarter();
        if (_rather(!over || _hasClaimed[quarter][who], lie) || !over) return;
        uint64[] memory closing = _closing(quarter, who);
        Claim memory made = Claim(quarter, who, position % closing.length, 0, 0, 0, ClaimStatus.Open, 0);
        // customers who bear nothing only ever lie
        if (lie % 2 == 0 || who >= BEARING) made.lie = 1_000 + ((lie / 2) % 50_000);
        closing[made.lieAt] += uint64(made.lie);
        made.claimed = _interestOf(quarter, closing);
        (, uint256 last) = interest.quarterDays(quarter);
        bool allowed = !_hasClaimed[quarter][who] && _today() <= last + CLAIM_DAYS && made.claimed > paid[quarter][who];
        bytes memory data = abi.encodeCall(interest.claim, (BANK_NUMBER, quarter, closing));
        _do("claim", person(who), address(interest), data, allowed);
        if (!allowed) return;
        _hasClaimed[quarter][who] = true;
        made.until = _clock + ANSWER;
        _claims.push(made);
    }

    function refute(uint256 which, uint256 position) external then_ {
        (bool found, Claim storage made) = _pick(_mix(which));
        position = _mix(position);
        if (_rather(!found || made.status != ClaimStatus.Open || _clock > made.until, position) || !found) return;
        uint64[] memory closing = _closing(made.quarter, made.who);
        position = position % 4 == 0 ? (position / 4) % closing.length : made.lieAt;
        uint256 truth = closing[position];
        closing[made.lieAt] += uint64(made.lie);
        _note(made, position);
        bool allowed = made.status == ClaimStatus.Open && _clock <= made.until && closing[position] > truth;
        SlotProof memory none;
        bytes memory data = abi.encodeCall(
            interest.refute,
            (BANK_NUMBER, made.quarter, person(made.who), closing, position, none)
        );
        _do("refute", person(STRANGER), address(interest), data, allowed);
        if (allowed) made.status = ClaimStatus.Refuted;
    }

    function uphold(uint256 which) external then_ {
        which = _mix(which);
        (bool found, Claim storage made) = _pick(which);
        if (_rather(!found || made.status != ClaimStatus.Open, which >> 8) || !found) return;
        bool allowed = made.status == ClaimStatus.Open && _clock > made.until;
        bytes memory data = abi.encodeCall(interest.uphold, (BANK_NUMBER, made.quarter, person(made.who)));
        _do("uphold", person(STRANGER), address(interest), data, allowed);
        if (!allowed) return;
        (made.status, made.due) = (ClaimStatus.Upheld, _missing(made));
        arrears += made.due;
    }

    function honour(uint256 which, uint256 by) external then_ {
        (bool found, Claim storage made) = _pick(_mix(which));
        by = _mix(by);
        if (_rather(!found || made.status == ClaimStatus.Refuted || made.status == ClaimStatus.Honoured, by) || !found)
            return;
        by = (by >> 8) % 8 == 0 ? OTHER : BANK;
        uint256 missing = _missing(made);
        bool allowed =
            by == BANK &&
                (made.status == ClaimStatus.Open || made.status == ClaimStatus.Upheld) &&
                missing <= free[BANK];
        bytes memory data = abi.encodeCall(interest.honour, (BANK_NUMBER, made.quarter, person(made.who)));
        _do("honour", person(by), address(interest), data, allowed);
        if (!allowed) return;
        arrears -= made.due;
        (made.status, made.due) = (ClaimStatus.Honoured, 0);
        if (missing == 0) return;
        paid[made.quarter][made.who] += missing;
        _expend(made.quarter, made.who, missing);
    }

    function report(uint256 mode, uint256 short) external then_ {
        (mode, short) = (_mix(mode), _mix(short));
        uint256 day = _today() - 1;
        uint256 base;
        for (uint256 i = 0; i < ELSEWHERE; ++i) base += _at(_history[i], day);
        Stood memory bank = Stood(day, base, _at(_history[BANK], day), 0, 0);
        Stood memory other = Stood(day, _at(_history[ELSEWHERE], day), _at(_history[OTHER], day), 0, 0);
        uint256 ratio = migratedFrom == 0 || day < migratedFrom ? 10_000 : _at(_ratios, day);
        (bank.required, other.required) = ((base * ratio + 9_999) / 10_000, other.base);
        (bank.held, other.held) = (bank.required, other.required);
        if (short % 4 == 0 && bank.held != 0) --bank.held;
        if (short % 4 == 1) ++other.held;

        ReserveRow[] memory rows = new ReserveRow[](2);
        uint256 wrong = mode % 4 == 0 ? 1 : 0;
        rows[0] = ReserveRow(BANK_NUMBER, uint64(bank.base), uint64(bank.own + wrong), uint64(bank.held));
        rows[1] = ReserveRow(OTHER_NUMBER, uint64(other.base), uint64(other.own), uint64(other.held));
        _days.note(day, address(_money), reserves.supplySlot(), SUPPLY);
        bool allowed = wrong == 0 && day > lastDay;
        SlotProof memory none;
        bytes memory data = abi.encodeCall(reserves.report, (uint32(day), rows, none));
        _do("report", address(this), address(reserves), data, allowed);
        if (!allowed) return;
        (stood[BANK_NUMBER], stood[OTHER_NUMBER]) = (bank, other);
        (lastDay, lastShort) = (day, bank.required - bank.held);
    }

    function migrate(uint256 ratio, uint256 ahead) external then_ {
        (ratio, ahead) = (_mix(ratio) % 10_100, _mix(ahead) % 4);
        uint256 from = _today() + ahead;
        bool migrated = migratedFrom != 0;
        bool allowed = ahead != 0 && ratio <= 10_000;
        if (migrated) allowed = allowed && from >= _ratios[_ratios.length - 1].day;
        else allowed = allowed && lastShort == 0 && _today() <= lastDay + 7;
        bytes memory data =
            migrated
                ? abi.encodeCall(reserves.setRatio, (uint32(from), uint16(ratio)))
                : abi.encodeCall(reserves.migrate, (uint32(from), uint16(ratio)));
        _do(migrated ? "setRatio" : "migrate", address(this), address(reserves), data, allowed);
        if (!allowed) return;
        _set(_ratios, from, ratio);
        if (!migrated) migratedFrom = from;
    }

    // ------------------------------------------------------------- looking on

    function sheetOf(uint32 quarter) external view returns (Sheet memory) {
        return _sheets[quarter];
    }

    function claims() external view returns (Claim[] memory) {
        return _claims;
    }

    function balance(uint256 who) external view returns (uint256) {
        return _now(_history[who]);
    }

    /// @dev The last quarter that is over, if any.
    function lastQuarter() external view returns (uint32 quarter, bool over) {
        return _lastQuarter();
    }

    // --------------------------------------------------------------- internals

    function _rules() internal view override returns (address) {
        return address(this);
    }

    function _move(uint256 from, uint256 to, uint256 amount) private {
        // every other payment is a bank's, so that customers have something
        from = from % 2 == 0 ? BANK + ((from / 2) % 2) : (from / 2) % CAST;
        to = to % CAST;
        if (from == to) to = (to + 1) % CAST;
        amount = _some(amount, free[from] / 3);
        bool allowed = amount <= free[from];
        _do("move", person(from), address(_money), abi.encodeCall(_money.transfer, (person(to), amount)), allowed);
        if (!allowed) return;
        _change(from, 0, amount);
        _change(to, amount, 0);
    }

    /// @dev What would only be refused is tried now and then; otherwise somebody pays somebody.
    function _rather(bool pointless, uint256 seed) private returns (bool) {
        if (!pointless || seed % 8 == 0) return false;
        _move(seed >> 8, seed >> 40, seed >> 72);
        return true;
    }

    function _expend(uint32 quarter, uint256 who, uint256 amount) private {
        _sheets[quarter].expense += amount;
        _change(BANK, 0, amount);
        _change(who, amount, 0);
    }

    function _change(uint256 who, uint256 more, uint256 less) private {
        free[who] = free[who] + more - less;
        _set(_history[who], _today(), _now(_history[who]) + more - less);
    }

    function _note(Claim storage made, uint256 position) private {
        (uint256 first, ) = interest.quarterDays(made.quarter);
        uint256 sponsor = made.who == ELSEWHERE ? OTHER_NUMBER : BANK_NUMBER;
        uint256 class = made.who == ANONYMOUS ? 4 : 1;
        uint256 word = _at(_history[made.who], first + position) + class * 2 ** 136 + sponsor * 2 ** 144;
        _days.note(first + position, address(_money), interest.accountSlot(person(made.who)), word);
    }

    function _missing(Claim storage made) private view returns (uint256) {
        uint256 had = paid[made.quarter][made.who];
        return made.claimed > had ? made.claimed - had : 0;
    }

    function _pick(uint256 seed) private view returns (bool found, Claim storage made) {
        uint256 count = _claims.length;
        if (count == 0) return (false, _nobodys);
        return (true, _claims[count - 1 - (seed % (count < RECENT ? count : RECENT))]);
    }

    function _lastQuarter() private view returns (uint32 quarter, bool over) {
        quarter = FIRST_QUARTER;
        while (true) {
            (, uint256 last) = interest.quarterDays(quarter);
            if (last >= _today()) return quarter == FIRST_QUARTER ? (quarter, false) : (quarter - 1, true);
            ++quarter;
        }
    }

    /// @dev Whole units that bear interest at the bank, day by day.
    function _closing(uint32 quarter, uint256 who) private view returns (uint64[] memory closing) {
        (uint256 first, uint256 last) = interest.quarterDays(quarter);
        closing = new uint64[](last + 1 - first);
        if (who >= BEARING) return closing;
        Point[] storage points = _history[who];
        uint256 p = 0;
        uint256 value = 0;
        for (uint256 d = 0; d < closing.length; ++d) {
            while (p < points.length && points[p].day <= first + d) value = points[p++].value;
            closing[d] = uint64(value / 100);
        }
    }

    function _interestOf(uint32 quarter, uint64[] memory closing) private view returns (uint256) {
        (uint256 first, ) = interest.quarterDays(quarter);
        uint256 r = 0;
        uint256 rate = 0;
        uint256 weighted = 0;
        for (uint256 d = 0; d < closing.length; ++d) {
            while (r < _rates.length && _rates[r].day <= first + d) rate = _rates[r++].value;
            weighted += rate * closing[d];
        }
        return weighted / 3_600_000;
    }

    function _entry(uint256 who, uint256 share) private pure returns (InterestEntry memory) {
        return InterestEntry(person(who), uint128(share), uint64(share));
    }

    /// @dev Leaves of those who get anything, position most three: the third is paired with the pair of the others.
    function _leaves(uint32 quarter, uint256[3] memory shares) private view returns (bytes32[3] memory leaves) {
        for (uint256 i = 0; i < BEARING; ++i) {
            if (shares[i] != 0) leaves[i] = interest.leafOf(BANK_NUMBER, quarter, _entry(i, shares[i]));
        }
    }

    function _root(uint32 quarter, uint256[3] memory shares) private view returns (bytes32) {
        bytes32[3] memory leaves = _leaves(quarter, shares);
        return _pair(_pair(leaves[0], leaves[1]), leaves[2]);
    }

    function _proof(
        uint32 quarter,
        uint256[3] memory shares,
        uint256 who
    ) private view returns (bytes32[] memory proof) {
        bytes32[3] memory leaves = _leaves(quarter, shares);
        proof = new bytes32[](2);
        uint256 count = 0;
        if (who != 2 && leaves[1 - who] != 0) proof[count++] = leaves[1 - who];
        bytes32 last = who == 2 ? _pair(leaves[0], leaves[1]) : leaves[2];
        if (last != 0) proof[count++] = last;
        assembly ("memory-safe") {
            mstore(proof, count)
        }
    }

    /// @dev A node without a neighbour goes up as it is.
    function _pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        if (a == 0) return b;
        if (b == 0) return a;
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function _set(Point[] storage points, uint256 day, uint256 value) private {
        uint256 count = points.length;
        if (count != 0 && points[count - 1].day == day) points[count - 1].value = value;
        else points.push(Point(day, value));
    }

    function _at(Point[] storage points, uint256 day) private view returns (uint256) {
        for (uint256 p = points.length; p > 0; --p) {
            if (points[p - 1].day <= day) return points[p - 1].value;
        }
        return 0;
    }

    function _now(Point[] storage points) private view returns (uint256) {
        return points.length == 0 ? 0 : points[points.length - 1].value;
    }

    function _today() private view returns (uint256) {
        return (_clock + 8 hours) / 1 days;
    }

    function _mix(uint256 seed) private view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, _clock)));
    }
}
