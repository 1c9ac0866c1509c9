// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BookOrder, BookOrderStatus, BookTerms, IBookBuilding} from "../../../contracts/markets/IBookBuilding.sol";
import {Telling} from "../handlers/Telling.sol";
import {AuctionStage} from "./AuctionStage.sol";
import {VM} from "./Vm.sol";

/// @dev The parties of the auctions with books one after the other, led by the stranger, and the rules of books written a
/// second time: what everybody has, by plain sums.
abstract contract BookStage is AuctionStage, Telling {
    enum Step {
        Open,
        Priced,
        Final
    }

    /// @dev An order by the book.
    struct Kept {
        uint256 who;
        uint256 units;
        uint256 least;
        uint256 price;
        BookOrderStatus status;
        uint256 got;
    }

    /// @dev A book by the book.
    struct Sale {
        uint256 opens;
        Step step;
        uint256 price;
        uint256 allotted;
        uint256 delivered;
    }

    uint256 internal constant ORDERS = 6;

    IBookBuilding public books;
    Sale[] internal _sales;
    mapping(uint256 a => Kept[]) internal _orders;
    /// @dev What everybody has, by the book.
    uint256[CAST] public money_;
    uint256[CAST] public units_;
    bool[CAST] public withheld;

    constructor() {
        books = IBookBuilding(_deploy("BookBuilding", abi.encode(engine, _register)));
        for (uint256 i = 0; i <= UNDERWRITER; ++i) {
            VM.prank(person(i));
            engine.authorizeAgent(address(books), true);
            if (i != ISSUER) money_[i] = PURSE;
        }
        units_[ISSUER] = SIZE;
    }

    function sales() external view returns (uint256) {
        return _sales.length;
    }

    function saleAt(uint256 a) external view returns (Sale memory) {
        return _sales[a];
    }

    function ordersAt(uint256 a) external view returns (Kept[] memory) {
        return _orders[a];
    }

    function termsOf(uint256 a) public view returns (BookTerms memory terms) {
        uint256 opens = _sales[a].opens;
        (terms.issuer, terms.lead) = (person(ISSUER), person(STRANGER));
        (terms.security, terms.currency, terms.documentHash) = (address(bond), address(_money), bytes32(a + 1));
        (terms.units, terms.minimumPrice, terms.maximumPrice) = (uint64(LOT), uint64(LOWEST), uint64(HIGHEST));
        (terms.opens, terms.closes) = (uint40(opens), uint40(opens + LENGTH));
        (terms.allotsUntil, terms.settlesFrom) = (uint40(opens + 2 * LENGTH), uint40(opens + 2 * LENGTH));
        terms.settlesUntil = uint40(opens + 4 * LENGTH);
    }

    function orderAt(uint256 a, uint256 b) public view returns (BookOrder memory) {
        Kept storage kept = _orders[a][b];
        bytes32 salt = keccak256(abi.encode(a, b));
        return BookOrder(person(kept.who), uint64(kept.units), uint64(kept.least), uint64(kept.price), salt);
    }

    function _rules() internal view override returns (address) {
        return address(this);
    }

    /// @dev Opens the next book when the latest one's time is over.
    function _next() internal {
        uint256 count = _sales.length;
        if (count != 0) {
            Sale storage latest = _sales[count - 1];
            uint256 days_ = latest.step == Step.Final ? 4 : 2;
            if (_clock <= latest.opens + days_ * LENGTH) return;
        }
        _sales.push(Sale(_clock, Step.Open, 0, 0, 0));
        VM.prank(person(ISSUER));
        books.openBook(termsOf(count));
    }

    function _pay(uint256 a, Kept storage kept) internal {
        uint256 cost = kept.got * _sales[a].price;
        money_[kept.who] -= cost;
        money_[ISSUER] += cost;
        units_[ISSUER] -= kept.got;
        units_[kept.who] += kept.got;
        _sales[a].delivered += kept.got;
    }
}
