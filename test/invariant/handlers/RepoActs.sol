// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RepoStatus, RepoTerms} from "../../../contracts/markets/IRepo.sol";
import {LendingActs} from "./LendingActs.sol";

/// @dev Repos among the dealers. The rules are written a second time here, plainly: interest is added up day by day.
abstract contract RepoActs is LendingActs {
    /// @dev A repo by the book. `owed`: of the close-out, by the seller if positive.
    struct Deal {
        RepoTerms terms;
        bytes32 id;
        RepoStatus status;
        uint256 seller;
        uint256 buyer;
        uint256 units;
        uint256 principal;
        uint256 opened;
        uint256 deadline;
        uint256 defaultDay;
        uint256 value;
        int256 settled;
        int256 owed;
    }

    uint256 internal constant RATE = 36_500_000;
    uint256 private constant THRESHOLD = 500;
    uint256 private constant RECENT = 5;

    Deal[] internal _deals;
    // principal at the end of a day on which it changed, plus one
    mapping(uint256 d => mapping(uint256 day => uint256 principal)) private _changes;

    function deals() external view returns (uint256) {
        return _deals.length;
    }

    function dealAt(uint256 d) external view returns (Deal memory) {
        return _deals[d];
    }

    /// @dev Claim of a deal on a day, by its history alone.
    function claimOf(uint256 d, uint256 day) public view returns (uint256) {
        Deal storage deal = _deals[d];
        uint256 sum;
        uint256 principal;
        for (uint256 each = deal.opened; each < day; ++each) {
            uint256 change = _changes[d][each];
            if (change != 0) principal = change - 1;
            sum += principal;
        }
        uint256 year = SCALE * 365;
        return deal.principal + (2 * sum * RATE + year) / (2 * year);
    }

    // -------------------------------------------------------------------- acts

    function open(uint256 who, uint256 size, uint256 part, uint256 mode) external then_ {
        _open(_mix(who), _mix(size), _mix(part), _mix(mode));
    }

    function mark(uint256 seed) external then_ {
        (bool found, uint256 d) = _pick(_mix(seed), RepoStatus.Open);
        if (!found) return _open(seed, _mix(seed), seed >> 8, 7);
        Deal storage deal = _deals[d];
        bool allowed = _runs(deal) && _isFresh();
        _do("mark", person(STRANGER), address(repo), abi.encodeCall(repo.mark, (deal.terms)), allowed);
        if (!allowed || deal.status == RepoStatus.Called || _exposure(d, 0) <= int256(THRESHOLD)) return;
        (deal.status, deal.deadline) = (RepoStatus.Called, _clock + CALL);
    }

    function meetCall(uint256 seed, uint256 given, uint256 paid, uint256 mode) external then_ {
        (given, paid, mode) = (_mix(given), _mix(paid), _mix(mode));
        (bool found, uint256 d) = _pick(_mix(seed), RepoStatus.Called);
        if (!found) return _open(given, paid, mode, 7);
        Deal storage deal = _deals[d];
        int256 exposure = _exposure(d, 0);
        uint256 limit = exposure > 0 ? uint256(exposure) : 0;
        if (limit > deal.principal) limit = deal.principal;
        paid = mode % 3 == 0 ? 0 : _some(paid, limit);
        // what the cash leaves uncovered, in units, or anything
        uint256 lacking = limit > paid ? ((limit - paid) * 100) / (_price * 95) + 1 : 0;
        given = mode % 4 == 0 ? _some(given, lacking) : lacking;
        uint256 s = deal.seller;
        bool allowed = deal.status == RepoStatus.Called && mode % 16 != 1 && paid <= limit && given < 2 ** 64;
        allowed = allowed && _exposure(d, given) <= int256(paid) && given <= units[s] - pledged[s] && paid <= cash[s];
        allowed = allowed && (given + paid == 0 || _repoSpeaks[s]);
        bytes memory data = abi.encodeCall(repo.meetCall, (deal.terms, uint64(given), uint64(paid)));
        _do("meetCall", person(mode % 16 == 1 ? deal.buyer : s), address(repo), data, allowed);
        if (!allowed) return;
        deal.status = RepoStatus.Open;
        _moveUnits(s, deal.buyer, given);
        _moveCash(s, deal.buyer, paid);
        deal.units += given;
        deal.principal -= paid;
        _changes[d][_today()] = deal.principal + 1;
    }

    function close(uint256 seed, uint256 mode) external then_ {
        (bool found, uint256 d) = _pick(_mix(seed), _mix(mode) % 2 == 0 ? RepoStatus.Open : RepoStatus.Called);
        if (!found) return _open(seed, _mix(seed), seed >> 8, 7);
        Deal storage deal = _deals[d];
        uint256 price = claimOf(d, _today());
        bool allowed =
            _runs(deal) && _clock >= deal.terms.closing && _performs(d, deal.seller) && _performs(d, deal.buyer);
        _do("close", person(STRANGER), address(repo), abi.encodeCall(repo.close, (deal.terms)), allowed);
        if (!allowed) return;
        deal.status = RepoStatus.Closed;
        _moveCash(deal.seller, deal.buyer, price);
        _moveUnits(deal.buyer, deal.seller, deal.units);
    }

    function declareDefault(uint256 seed, uint256 mode) external then_ {
        mode = _mix(mode);
        (bool found, uint256 d) = _pick(_mix(seed), mode % 2 == 0 ? RepoStatus.Open : RepoStatus.Called);
        if (!found) return _open(seed, mode, seed >> 8, 7);
        Deal storage deal = _deals[d];
        uint256 by = mode % 8 == 0 ? deal.seller : deal.buyer;
        uint256 other = by == deal.seller ? deal.buyer : deal.seller;
        bool missed = other == deal.seller && deal.status == RepoStatus.Called && _clock > deal.deadline;
        bool over = _clock > uint256(deal.terms.closing) + GRACE && !_performs(d, other);
        bool allowed = _runs(deal) && mode % 16 != 15 && (missed || over);
        address caller = person(mode % 16 == 15 ? STRANGER : by);
        _do("declareDefault", caller, address(repo), abi.encodeCall(repo.declareDefault, (deal.terms)), allowed);
        if (allowed) (deal.status, deal.defaultDay) = (RepoStatus.Defaulted, _today());
    }

    function closeOut(uint256 seed) external then_ {
        (bool found, uint256 d) = _pick(_mix(seed), RepoStatus.Defaulted);
        if (!found) return _open(seed, _mix(seed), seed >> 8, 7);
        Deal storage deal = _deals[d];
        bool allowed = deal.status == RepoStatus.Defaulted && _isFinal(deal.defaultDay);
        // now and then a party would rather not pay
        if (seed % 3 == 0) _letSpeak(deal.units * _price > deal.principal ? deal.buyer : deal.seller, false);
        _do("closeOut", person(STRANGER), address(repo), abi.encodeCall(repo.closeOut, (deal.terms)), allowed);
        if (!allowed) return;
        deal.status = RepoStatus.ClosedOut;
        deal.value = deal.units * _price;
        deal.owed = int256(claimOf(d, deal.defaultDay)) - int256(deal.value);
        _settle(deal, _size(deal.owed), true);
    }

    function collect(uint256 seed, uint256 amount, uint256 mode) external then_ {
        (amount, mode) = (_mix(amount), _mix(mode));
        (bool found, uint256 d) = _pick(_mix(seed), RepoStatus.ClosedOut);
        if (!found) return _open(seed, amount, mode, 7);
        Deal storage deal = _deals[d];
        uint256 left = deal.status == RepoStatus.ClosedOut ? _size(deal.owed) : 0;
        amount = _some(amount, left);
        uint256 debtor = deal.owed > 0 ? deal.seller : deal.buyer;
        if (mode % 3 != 0) _letSpeak(debtor, true);
        bool allowed = amount != 0 && amount <= left && amount <= cash[debtor] && _repoSpeaks[debtor] && mode % 8 != 0;
        bytes memory data = abi.encodeCall(repo.collect, (deal.terms, uint128(amount), _newRef()));
        _do("collect", person(mode % 8 == 0 ? STRANGER : deal.buyer), address(repo), data, allowed);
        if (allowed) _settle(deal, amount, false);
    }

    // --------------------------------------------------------------- internals

    function _open(uint256 who, uint256 size, uint256 part, uint256 mode) private {
        (uint256 seller, uint256 buyer) = (who % DEALERS, ((who % DEALERS) + 1 + ((who >> 8) % 2)) % DEALERS);
        uint256 count = 1 + (size % 600);
        uint256 most = _coverOf(count);
        uint256 lent = part % 16 == 0 ? most + 1 : (most * (80 + (part % 21))) / 100;
        RepoTerms memory terms = _agreed(seller, buyer, count, lent);
        bytes32 id = repo.repoId(terms);
        bool allowed = mode % 16 != 0 && _isFresh() && lent != 0 && lent <= most;
        allowed = allowed && count <= units[seller] - pledged[seller] && lent <= cash[buyer];
        allowed = allowed && _repoSpeaks[seller] && _repoSpeaks[buyer];
        bytes memory consent = _signed(buyer, mode % 16 == 0 ? keccak256("else") : id);
        _do("open", person(seller), address(repo), abi.encodeCall(repo.open, (terms, "", consent)), allowed);
        if (!allowed) return;
        _moveUnits(seller, buyer, count);
        _moveCash(buyer, seller, lent);
        _changes[_deals.length][_today()] = lent + 1;
        Deal storage deal = _deals.push();
        (deal.terms, deal.id, deal.status, deal.seller, deal.buyer) = (terms, id, RepoStatus.Open, seller, buyer);
        (deal.units, deal.principal, deal.opened) = (count, lent, _today());
    }

    function _agreed(
        uint256 seller,
        uint256 buyer,
        uint256 count,
        uint256 lent
    ) private returns (RepoTerms memory terms) {
        (terms.seller, terms.buyer, terms.bond) = (person(seller), person(buyer), address(_bond));
        (terms.currency, terms.valuationAgent) = (address(_money), address(this));
        (terms.units, terms.cash, terms.threshold) = (uint64(count), uint64(lent), uint64(THRESHOLD));
        (terms.haircut, terms.rate, terms.dayBasis) = (uint32(HAIRCUT), uint32(RATE), 365);
        (terms.maxAge, terms.opensAt, terms.opensBy) = (uint8(MAX_AGE), 0, uint48(_clock));
        (terms.closing, terms.callPeriod) = (uint48(_clock + 5 days), uint32(CALL));
        (terms.grace, terms.businessRef) = (uint32(GRACE), _newRef());
    }

    /// @dev Claim less cover, with `more` units.
    function _exposure(uint256 d, uint256 more) private view returns (int256) {
        return int256(claimOf(d, _today())) - int256(_coverOf(_deals[d].units + (more < 2 ** 64 ? more : 0)));
    }

    function _performs(uint256 d, uint256 party) private view returns (bool) {
        Deal storage deal = _deals[d];
        if (!_repoSpeaks[party]) return false;
        if (party == deal.seller) return cash[party] >= claimOf(d, _today());
        return units[party] - pledged[party] >= deal.units;
    }

    /// @dev The debtor pays; at the close-out, if it can.
    function _settle(Deal storage deal, uint256 amount, bool tried) private {
        (uint256 debtor, uint256 creditor) = deal.owed > 0 ? (deal.seller, deal.buyer) : (deal.buyer, deal.seller);
        if (tried && (!_repoSpeaks[debtor] || cash[debtor] < amount)) return;
        _moveCash(debtor, creditor, amount);
        int256 part = deal.owed > 0 ? int256(amount) : -int256(amount);
        deal.owed -= part;
        deal.settled += part;
    }

    function _runs(Deal storage deal) private view returns (bool) {
        return deal.status == RepoStatus.Open || deal.status == RepoStatus.Called;
    }

    /// @dev One of the latest, mostly one at that step.
    function _pick(uint256 seed, RepoStatus status) private view returns (bool found, uint256 d) {
        uint256 count = _deals.length;
        if (count == 0) return (false, 0);
        uint256 recent = count < RECENT ? count : RECENT;
        for (uint256 i = 0; i < recent && seed % 8 != 0; ++i) {
            d = count - 1 - (((seed >> 8) + i) % recent);
            bool fits = _deals[d].status == status && (status != RepoStatus.ClosedOut || _deals[d].owed != 0);
            if (fits) return (true, d);
        }
        return (seed % 8 == 0, count - 1 - ((seed >> 8) % recent));
    }

    function _moveCash(uint256 from, uint256 to, uint256 amount) internal {
        cash[from] -= amount;
        cash[to] += amount;
    }

    function _moveUnits(uint256 from, uint256 to, uint256 amount) internal {
        units[from] -= amount;
        units[to] += amount;
    }

    function _size(int256 amount) private pure returns (uint256) {
        return uint256(amount < 0 ? -amount : amount);
    }
}
