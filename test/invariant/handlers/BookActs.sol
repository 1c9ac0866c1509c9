// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Allotment, BookOrder, BookOrderStatus, BookTerms} from "../../../contracts/markets/IBookBuilding.sol";
import {BookStage} from "../support/BookStage.sol";
import {VM} from "../support/Vm.sol";

/// @dev Every act is decided by the book first. Some hours pass with every act; when a book's time is over, the next one
/// opens.
abstract contract BookActs is BookStage {
    modifier then_() {
        VM.warp(_clock);
        _next();
        _;
        _clock += 1 hours;
    }

    // -------------------------------------------------------------------- acts

    /// @dev One order in eight pays less than the lowest price; one in sixteen carries another's signature.
    function place(uint256 who, uint256 units, uint256 price, uint256 mode) external then_ {
        (who, units, price, mode) = (FIRST + (_mix(who) % BIDDERS), _mix(units), _mix(price), _mix(mode));
        uint256 a = _sales.length - 1;
        uint256 b = _orders[a].length;
        price = mode % 8 == 1 ? LOWEST - 1 : LOWEST + 4 + (price % 3);
        bool allowed = mode % 16 != 0 && price >= LOWEST && _isWithin(a, 0, 1) && b < ORDERS && !withheld[who];
        // no more than so many are kept, which is this story's rule and not the contract's
        if (b >= ORDERS || _spared(allowed, mode >> 16)) return;
        uint256 asked = 1 + (units % MOST);
        _orders[a].push(Kept(who, asked, (mode >> 32) % (asked + 1), price, BookOrderStatus.Placed, 0));
        BookTerms memory terms = termsOf(a);
        BookOrder memory order = orderAt(a, b);
        bytes32 id = books.orderId(books.bookId(terms), order);
        bytes memory signature = _signed(mode % 16 == 0 ? UNDERWRITER : who, id);
        bytes memory data = abi.encodeCall(books.placeOrder, (terms, order, signature));
        _do("place", person(BANK), address(books), data, allowed);
        if (!allowed) _orders[a].pop();
    }

    function revoke(uint256 b, uint256 chance) external then_ {
        (b, chance) = (_mix(b), _mix(chance));
        uint256 a = _sales.length - 1;
        if (_orders[a].length == 0) return;
        b %= _orders[a].length;
        Kept storage kept = _orders[a][b];
        bool allowed = _isWithin(a, 0, 1) && kept.status == BookOrderStatus.Placed;
        if (_spared(allowed, chance)) return;
        bytes memory data = abi.encodeCall(books.revokeOrder, (termsOf(a), orderAt(a, b)));
        _do("revoke", person(kept.who), address(books), data, allowed);
        if (allowed) kept.status = BookOrderStatus.Revoked;
    }

    /// @dev One price in eight is out of range; one call in eight is not the lead's.
    function close(uint256 price, uint256 mode) external then_ {
        (price, mode) = (_mix(price), _mix(mode));
        uint256 a = _sales.length - 1;
        _turnTo(_sales[a].opens + LENGTH, _orders[a].length > 3);
        price = mode % 8 == 0 ? HIGHEST + 1 : LOWEST + 3 + (price % 3);
        bool allowed = mode % 8 > 1 && _isAllotting(a) && _sales[a].step == Step.Open;
        if (_spared(allowed, mode >> 16)) return;
        bytes memory data = abi.encodeCall(books.closeBook, (termsOf(a), uint64(price)));
        _do("close", person(mode % 8 == 1 ? ISSUER : STRANGER), address(books), data, allowed);
        if (allowed) (_sales[a].step, _sales[a].price) = (Step.Priced, price);
    }

    /// @dev One order, now and then twice in the page; units from none to one more than it asks for.
    function allot(uint256 b, uint256 units, uint256 mode) external then_ {
        (b, units, mode) = (_mix(b), _mix(units), _mix(mode));
        uint256 a = _sales.length - 1;
        if (_orders[a].length == 0) return;
        b %= _orders[a].length;
        // mostly the first from there on that nobody has looked at
        if (mode % 16 > 3) b = _firstPlaced(a, b);
        Kept storage kept = _orders[a][b];
        Sale storage sale = _sales[a];
        units %= kept.units + 2;
        // mostly all that it takes of what is left
        if (mode % 4 != 1) units = sale.price > kept.price ? 0 : _least(kept.units, LOT - sale.allotted);
        if (mode % 4 == 2 && units < kept.least) units = 0;
        bool fits = units == 0 || (units >= kept.least && units <= kept.units && sale.price <= kept.price);
        bool due = _isAllotting(a) && sale.step == Step.Priced && kept.status == BookOrderStatus.Placed;
        bool allowed = mode % 8 != 0 && due && fits && sale.allotted + units <= LOT;
        if (_spared(allowed, mode >> 16)) return;
        Allotment[] memory page = new Allotment[](mode % 8 == 0 ? 2 : 1);
        for (uint256 i = 0; i < page.length; ++i) page[i] = Allotment(orderAt(a, b), uint64(units));
        bytes memory data = abi.encodeCall(books.allot, (termsOf(a), page));
        _do("allot", person(STRANGER), address(books), data, allowed);
        if (!allowed) return;
        kept.status = units == 0 ? BookOrderStatus.Declined : BookOrderStatus.Allotted;
        kept.got = units;
        sale.allotted += units;
    }

    /// @dev Mostly when every order has been looked at.
    function finish(uint256 mode) external then_ {
        mode = _mix(mode);
        uint256 a = _sales.length - 1;
        if (mode % 16 > 1 && _isAnyPlaced(a)) return;
        bool allowed = mode % 8 != 0 && _isAllotting(a) && _sales[a].step == Step.Priced;
        if (_spared(allowed, mode >> 16)) return;
        bytes memory data = abi.encodeCall(books.finalizeBook, (termsOf(a)));
        _do("finish", person(mode % 8 == 0 ? BANK : STRANGER), address(books), data, allowed);
        if (allowed) _sales[a].step = Step.Final;
    }

    function settle(uint256 b, uint256 chance) external then_ {
        (b, chance) = (_mix(b), _mix(chance));
        uint256 a = _sales.length - 1;
        if (_orders[a].length == 0) return;
        _turnTo(_sales[a].opens + 2 * LENGTH, _sales[a].step == Step.Final);
        b %= _orders[a].length;
        // the first from there on that is due, or any other
        for (uint256 i = 0; i < _orders[a].length && !_isDue(_orders[a][b]); ++i) b = (b + 1) % _orders[a].length;
        Kept storage kept = _orders[a][b];
        bool allowed = _isDue(kept) && _sales[a].step == Step.Final;
        if (_spared(allowed, chance)) return;
        BookOrder[] memory page = new BookOrder[](1);
        page[0] = orderAt(a, b);
        bytes memory data = abi.encodeCall(books.settle, (termsOf(a), page));
        _do("settle", person(chance % CAST), address(books), data, allowed);
        if (!allowed) return;
        bool refused = withheld[kept.who] || withheld[ISSUER];
        kept.status = refused ? BookOrderStatus.Failed : BookOrderStatus.Settled;
        if (!refused) _pay(a, kept);
    }

    /// @dev Mostly given; taken back it keeps an investor from ordering, and anything of the party's from settling.
    function authorise(uint256 who, uint256 chance) external then_ {
        who = _mix(who) % (FIRST + BIDDERS);
        withheld[who] = who != ISSUER && _mix(chance) % 4 == 0;
        bytes memory data = abi.encodeCall(engine.authorizeAgent, (address(books), !withheld[who]));
        _do("authorise", person(who), address(engine), data, true);
    }

    // ---------------------------------------------------------------- internals

    function _isAnyPlaced(uint256 a) private view returns (bool) {
        if (_orders[a].length == 0) return false;
        return _orders[a][_firstPlaced(a, 0)].status == BookOrderStatus.Placed;
    }

    function _firstPlaced(uint256 a, uint256 b) private view returns (uint256) {
        uint256 count = _orders[a].length;
        for (uint256 i = 0; i < count && _orders[a][b].status != BookOrderStatus.Placed; ++i) b = (b + 1) % count;
        return b;
    }

    function _least(uint256 one, uint256 other) private pure returns (uint256) {
        return one < other ? one : other;
    }

    function _isDue(Kept storage kept) private view returns (bool) {
        return kept.status == BookOrderStatus.Allotted || kept.status == BookOrderStatus.Failed;
    }

    /// @dev What is done before its time is refused; stories also have to come to an end.
    function _turnTo(uint256 time, bool ready) private {
        if (!ready || _clock >= time) return;
        _clock = time;
        VM.warp(time);
    }

    function _isWithin(uint256 a, uint256 from, uint256 until) private view returns (bool) {
        uint256 opens = _sales[a].opens;
        return _sales[a].step == Step.Open && _clock >= opens + from * LENGTH && _clock < opens + until * LENGTH;
    }

    function _isAllotting(uint256 a) private view returns (bool) {
        return _clock >= _sales[a].opens + LENGTH && _clock <= _sales[a].opens + 2 * LENGTH;
    }

    /// @dev Most acts that must be refused are left out, so that stories come to an end.
    function _spared(bool allowed, uint256 chance) private pure returns (bool) {
        return !allowed && chance % 8 != 0;
    }

    function _mix(uint256 seed) private view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, _clock)));
    }
}
