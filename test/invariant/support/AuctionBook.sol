// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AuctionCut, AuctionTerms, Bid, BidStatus} from "../../../contracts/markets/IBondAuction.sol";
import {Telling} from "../handlers/Telling.sol";
import {AuctionStage} from "./AuctionStage.sol";
import {VM} from "./Vm.sol";

/// @dev The rules of auctions, written a second time and plainly: who is allotted what is dealt out unit by unit.
abstract contract AuctionBook is AuctionStage, Telling {
    enum Step {
        Open,
        Allocated,
        Closed
    }

    /// @dev A bid by the book; its place is its index plus one.
    struct Kept {
        uint256 who;
        uint256 units;
        uint256 price;
        BidStatus status;
        uint256 got;
    }

    /// @dev An auction by the book.
    struct Sale {
        uint256 opens;
        Step step;
        uint256 margin;
        uint256 allotted;
        uint256 delivered;
        bool underwritten;
    }

    Sale[] internal _sales;
    mapping(uint256 a => Kept[]) internal _bids;
    /// @dev What everybody has and what is held of it, by the book.
    uint256[CAST] public money_;
    uint256[CAST] public heldMoney;
    uint256[CAST] public units_;
    bool[CAST] public withheld;

    constructor() {
        for (uint256 i = FIRST; i <= UNDERWRITER; ++i) money_[i] = PURSE;
        units_[ISSUER] = SIZE;
    }

    // -------------------------------------------------------------- looking on

    function sales() external view returns (uint256) {
        return _sales.length;
    }

    function saleAt(uint256 a) external view returns (Sale memory) {
        return _sales[a];
    }

    function bidsAt(uint256 a) external view returns (Kept[] memory) {
        return _bids[a];
    }

    function termsAt(uint256 a) external view returns (AuctionTerms memory) {
        return _terms(a, _sales[a].opens);
    }

    function bidAt(uint256 a, uint256 b) public view returns (Bid memory) {
        Kept storage kept = _bids[a][b];
        return Bid(person(kept.who), uint64(kept.units), uint64(kept.price), keccak256(abi.encode(a, b)));
    }

    /// @dev What the issuer has committed of the lot.
    function heldUnits(uint256 a) public view returns (uint256) {
        Sale storage sale = _sales[a];
        if (sale.step == Step.Closed) return 0;
        return sale.step == Step.Open ? LOT : LOT - sale.delivered;
    }

    // --------------------------------------------------------------- the rules

    function _rules() internal view override returns (address) {
        return address(this);
    }

    function _announceNext() internal {
        uint256 a = _sales.length;
        _sales.push(Sale(_clock, Step.Open, 0, 0, 0, false));
        AuctionTerms memory terms = _terms(a, _clock);
        bytes[] memory commitments = new bytes[](1);
        commitments[0] = _signed(UNDERWRITER, auctions.auctionId(terms));
        VM.prank(person(ISSUER));
        auctions.announce(terms, commitments);
    }

    /// @dev Price by price from the top; what does not go round is dealt out unit by unit, each to the bid that is furthest
    /// behind its exact share, of equals to the first.
    function _deal(uint256 a) internal {
        Sale storage sale = _sales[a];
        Kept[] storage bids = _bids[a];
        uint256 left = LOT;
        for (uint256 price = HIGHEST; price >= LOWEST && left != 0; --price) {
            uint256 wanted = 0;
            for (uint256 b = 0; b < bids.length; ++b) if (_isAt(bids[b], price)) wanted += bids[b].units;
            if (wanted == 0) continue;
            sale.margin = price;
            left =
                wanted <= left ? left - _serve(bids, price, wanted, wanted) : left - _serve(bids, price, wanted, left);
        }
        sale.allotted = LOT - left;
    }

    function _serve(Kept[] storage bids, uint256 price, uint256 wanted, uint256 left) private returns (uint256) {
        uint256 dealt = 0;
        for (uint256 b = 0; b < bids.length; ++b) {
            if (!_isAt(bids[b], price)) continue;
            bids[b].got = (bids[b].units * left) / wanted;
            dealt += bids[b].got;
        }
        for (; dealt < left; ++dealt) {
            uint256 next = type(uint256).max;
            uint256 behind = 0;
            for (uint256 b = 0; b < bids.length; ++b) {
                if (!_isAt(bids[b], price) || bids[b].got * wanted >= bids[b].units * left) continue;
                uint256 lack = bids[b].units * left - bids[b].got * wanted;
                if (lack <= behind) continue;
                (next, behind) = (b, lack);
            }
            ++bids[next].got;
        }
        return left;
    }

    /// @dev The cut that says the same: the demand at the margin, and the last share there that was rounded up.
    function _cut(uint256 a) internal view returns (AuctionCut memory cut) {
        Kept[] storage bids = _bids[a];
        uint256 margin = _sales[a].margin;
        uint256 left = 0;
        uint256 wanted = 0;
        for (uint256 b = 0; b < bids.length; ++b) {
            if (!_isAt(bids[b], margin)) continue;
            wanted += bids[b].units;
            left += bids[b].got;
        }
        (cut.price, cut.demand, cut.remainder) = (uint64(margin), uint80(wanted), uint80(wanted));
        for (uint256 b = 0; b < bids.length; ++b) {
            if (!_isAt(bids[b], margin) || bids[b].got == (bids[b].units * left) / wanted) continue;
            uint80 remainder = uint80((bids[b].units * left) % wanted);
            if (remainder <= cut.remainder) (cut.remainder, cut.position) = (remainder, uint16(b + 1));
        }
    }

    /// @dev Revealed bids by falling price and rising place.
    function _order(uint256 a) internal view returns (Bid[] memory ranked) {
        Kept[] storage bids = _bids[a];
        uint256 count = 0;
        for (uint256 b = 0; b < bids.length; ++b) if (bids[b].status == BidStatus.Revealed) ++count;
        ranked = new Bid[](count);
        uint256 next = 0;
        for (uint256 price = HIGHEST; price >= LOWEST; --price) {
            for (uint256 b = 0; b < bids.length; ++b) if (_isAt(bids[b], price)) ranked[next++] = bidAt(a, b);
        }
    }

    function _isAt(Kept storage kept, uint256 price) private view returns (bool) {
        return kept.status == BidStatus.Revealed && kept.price == price;
    }

    function _priceOf(uint256 a, Kept storage kept) internal view returns (uint256) {
        return a % 2 == 0 ? _sales[a].margin : kept.price;
    }

    function _pay(uint256 a, uint256 who, uint256 units, uint256 price) internal {
        money_[who] -= units * price;
        money_[ISSUER] += units * price;
        units_[ISSUER] -= units;
        units_[who] += units;
        _sales[a].delivered += units;
    }

    function _unitsOf(uint256 a, uint256 who) internal view returns (uint256 sum) {
        Kept[] storage bids = _bids[a];
        for (uint256 b = 0; b < bids.length; ++b) {
            if (bids[b].who == who && bids[b].status == BidStatus.Revealed) sum += bids[b].units;
        }
    }

    function _countOf(uint256 a, uint256 who) internal view returns (uint256 count) {
        Kept[] storage bids = _bids[a];
        for (uint256 b = 0; b < bids.length; ++b) if (bids[b].who == who) ++count;
    }
}
