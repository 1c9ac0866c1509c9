// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {AuctionTerms, Bid, BidStatus, IBondAuction} from "../../contracts/markets/IBondAuction.sol";
import {AuctionActs} from "./handlers/AuctionActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {AuctionBook} from "./support/AuctionBook.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";
import {IUnits} from "./support/IUnits.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract AuctionStory is AuctionActs {}

/// @dev What docs/invariants.md says of auctions, after every act of a story.
contract AuctionInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant CAST = 7;
    uint256 private constant ISSUER = 0;
    uint256 private constant LOT = 20;

    AuctionStory private _story;
    IBondAuction private _auctions;
    IDigitalCurrency private _money;
    IUnits private _bond;

    function setUp() external {
        _story = new AuctionStory();
        _told = _story;
        (_auctions, _money, _bond) = (_story.auctions(), _story.money(), _story.bond());
    }

    function invariant_everySentenceHolds() external view {
        holds_AUC01_AUC03_allottedIsTheLotOrTheDemandAsDealtByHand();
        holds_AUC02_AUC04_AUC05_nobodyPaysMoreOrGetsMoreOrTwice();
    }

    /// @dev Of the latest auction and the one before it.
    function holds_AUC01_AUC03_allottedIsTheLotOrTheDemandAsDealtByHand() public view {
        uint256 count = _story.sales();
        for (uint256 a = count < 2 ? 0 : count - 2; a < count; ++a) {
            AuctionBook.Sale memory sale = _story.saleAt(a);
            AuctionTerms memory terms = _story.termsAt(a);
            uint256 demand = _auctions.auctionStateOf(_auctions.auctionId(terms)).demand;
            uint256 sum;
            AuctionBook.Kept[] memory bids = _story.bidsAt(a);
            for (uint256 b = 0; b < bids.length; ++b) {
                sum += bids[b].got;
                if (sale.step != AuctionBook.Step.Allocated || bids[b].status < BidStatus.Revealed) continue;
                if (bids[b].status == BidStatus.Forfeited) continue;
                (uint256 units, ) = _auctions.allotmentOf(terms, _story.bidAt(a, b));
                _same("allotted", b, terms.issuer, units, bids[b].got);
                _same("more than asked", b, terms.issuer, units > bids[b].units ? 1 : 0, 0);
            }
            if (sale.step == AuctionBook.Step.Allocated) {
                _same("sum", a, terms.issuer, sum, demand < LOT ? demand : LOT);
                _same("sold", a, terms.issuer, sum, sale.allotted);
            }
            _same("more than the lot", a, terms.issuer, sale.delivered > LOT ? 1 : 0, 0);
        }
    }

    function holds_AUC02_AUC04_AUC05_nobodyPaysMoreOrGetsMoreOrTwice() public view {
        for (uint256 i = 0; i < CAST; ++i) {
            address person = _story.person(i);
            _same("money", i, person, _money.balanceOf(person), _story.money_(i));
            _same("held", i, person, _money.heldOf(person), _story.heldMoney(i));
            _same("units", i, person, _bond.balanceOf(person), _story.units_(i));
        }
        _same("owned money", 0, address(_auctions), _money.balanceOf(address(_auctions)), 0);
        _same("owned units", 0, address(_auctions), _bond.balanceOf(address(_auctions)), 0);
        uint256 count = _story.sales();
        if (count == 0) return;
        _same("lot", count, _story.person(ISSUER), _bond.heldOf(_story.person(ISSUER)), _story.heldUnits(count - 1));
        AuctionTerms memory terms = _story.termsAt(count - 1);
        bytes32 id = _auctions.auctionId(terms);
        AuctionBook.Kept[] memory bids = _story.bidsAt(count - 1);
        for (uint256 b = 0; b < bids.length; ++b) {
            Bid memory bid = _story.bidAt(count - 1, b);
            (BidStatus status, uint256 position) = _auctions.bidStateOf(id, bid.bidder, _auctions.bidId(id, bid));
            _same("step", b, bid.bidder, uint256(status), uint256(bids[b].status));
            _same("place", b, bid.bidder, position, b + 1);
            if (status != BidStatus.Settled) continue;
            (, uint256 price) = _auctions.allotmentOf(terms, bid);
            _same("pays more than it bid", b, bid.bidder, price > bid.price ? 1 : 0, 0);
        }
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[14] memory acts = [
            AuctionActs.place.selector,
            AuctionActs.place.selector,
            AuctionActs.place.selector,
            AuctionActs.reveal.selector,
            AuctionActs.reveal.selector,
            AuctionActs.reveal.selector,
            AuctionActs.prove.selector,
            AuctionActs.settle.selector,
            AuctionActs.settle.selector,
            AuctionActs.underwrite.selector,
            AuctionActs.conclude.selector,
            AuctionActs.finish.selector,
            AuctionActs.authorise.selector,
            AuctionActs.raid.selector
        ];
        for (uint256 i = 0; i < 1_200; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
            if (i % 20 == 0) this.holds_AUC02_AUC04_AUC05_nobodyPaysMoreOrGetsMoreOrTwice();
        }
        string[8] memory tried = ["place", "reveal", "prove", "settle", "underwrite", "release", "forfeit", "close"];
        for (uint256 t = 0; t < tried.length; ++t) {
            Telling.Tally memory tally = _story.tally(tried[t]);
            require(tally.done >= 2 && tally.refused >= 2, NeverTold(tried[t], tally.done, tally.refused));
        }
        this.holds_AUC01_AUC03_allottedIsTheLotOrTheDemandAsDealtByHand();
        this.holds_AUC02_AUC04_AUC05_nobodyPaysMoreOrGetsMoreOrTwice();
    }
}
