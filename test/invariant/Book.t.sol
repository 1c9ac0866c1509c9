// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {
    BookOrder,
    BookOrderStatus,
    BookState,
    BookTerms,
    IBookBuilding
} from "../../contracts/markets/IBookBuilding.sol";
import {BookActs} from "./handlers/BookActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {BookStage} from "./support/BookStage.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";
import {IUnits} from "./support/IUnits.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract BookStory is BookActs {}

/// @dev What docs/invariants.md says of books, after every act of a story.
contract BookInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant CAST = 7;
    uint256 private constant LOT = 20;

    BookStory private _story;
    IBookBuilding private _books;
    IDigitalCurrency private _money;
    IUnits private _bond;

    function setUp() external {
        _story = new BookStory();
        _told = _story;
        (_books, _money, _bond) = (_story.books(), _story.money(), _story.bond());
    }

    /// @dev Of the latest book; what everybody has tells of those before.
    function invariant_BOK01_nobodyGetsMoreThanOrderedNorAllMoreThanThereIs() public view {
        for (uint256 i = 0; i < CAST; ++i) {
            address person = _story.person(i);
            _same("money", i, person, _money.balanceOf(person), _story.money_(i));
            _same("units", i, person, _bond.balanceOf(person), _story.units_(i));
        }
        _same("owned money", 0, address(_books), _money.balanceOf(address(_books)), 0);
        _same("owned units", 0, address(_books), _bond.balanceOf(address(_books)), 0);
        uint256 count = _story.sales();
        if (count == 0) return;
        BookTerms memory terms = _story.termsOf(count - 1);
        bytes32 id = _books.bookId(terms);
        BookState memory state = _books.bookStateOf(id);
        BookStage.Kept[] memory orders = _story.ordersAt(count - 1);
        uint256 sum = 0;
        uint256 settled = 0;
        for (uint256 b = 0; b < orders.length; ++b) {
            BookStage.Kept memory kept = orders[b];
            BookOrder memory order = _story.orderAt(count - 1, b);
            (BookOrderStatus status, uint256 units) = _books.orderStateOf(_books.orderId(id, order));
            _same("step", b, order.investor, uint256(status), uint256(kept.status));
            _same("allotted", b, order.investor, units, kept.got);
            bool within = units <= kept.units && (units == 0 || (units >= kept.least && state.price <= kept.price));
            _same("beyond the order", b, order.investor, within ? 0 : 1, 0);
            sum += units;
            if (status == BookOrderStatus.Settled) settled += units;
        }
        _same("sum", count, terms.issuer, state.allotted, sum);
        _same("delivered", count, terms.issuer, state.delivered, settled);
        _same("more than there is", count, terms.issuer, sum > LOT ? 1 : 0, 0);
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[16] memory acts = [
            BookActs.place.selector,
            BookActs.place.selector,
            BookActs.place.selector,
            BookActs.place.selector,
            BookActs.revoke.selector,
            BookActs.close.selector,
            BookActs.close.selector,
            BookActs.allot.selector,
            BookActs.allot.selector,
            BookActs.allot.selector,
            BookActs.finish.selector,
            BookActs.finish.selector,
            BookActs.settle.selector,
            BookActs.settle.selector,
            BookActs.settle.selector,
            BookActs.authorise.selector
        ];
        for (uint256 i = 0; i < 1_600; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
            if (i % 20 == 0) this.invariant_BOK01_nobodyGetsMoreThanOrderedNorAllMoreThanThereIs();
        }
        string[6] memory tried = ["place", "revoke", "close", "allot", "finish", "settle"];
        for (uint256 t = 0; t < tried.length; ++t) {
            Telling.Tally memory tally = _story.tally(tried[t]);
            require(tally.done >= 2 && tally.refused >= 2, NeverTold(tried[t], tally.done, tally.refused));
        }
        this.invariant_BOK01_nobodyGetsMoreThanOrderedNorAllMoreThanThereIs();
    }
}
