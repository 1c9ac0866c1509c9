// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MakerSide, NonceStatus, Quote} from "../../contracts/bridge/IForeignExchange.sol";
import {Acting} from "./handlers/Acting.sol";
import {ExchangeActs} from "./handlers/ExchangeActs.sol";
import {Drawn} from "./support/Drawn.sol";
import {Stage} from "./support/Stage.sol";

/// @dev A story whose artifact belongs to this file: the runner calls no other.
contract ExchangeStory is ExchangeActs {}

/// @dev What docs/invariants.md says of foreign exchange, after every act of a story.
contract ExchangeInvariants is Drawn {
    error Broken(string what, uint256 deal, uint256 actual, uint256 expected);
    error Vacuous(uint256 done, uint256 refused);

    uint256 private constant DEALERS = 4;
    uint256 private constant SCALE = 1e12;

    ExchangeStory private _story;
    Stage.Place[2] private _places;
    address[12] private _people;

    function setUp() external {
        _story = new ExchangeStory();
        for (uint256 c = 0; c < 2; ++c) _places[c] = _story.place(c);
        _people = _story.people();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_story);
    }

    /// @dev A run without acts would prove nothing; whether acts go through is `test_everythingHappens`'s to say.
    function afterInvariant() external view {
        Acting.Tally memory total = _story.total();
        require(total.done + total.refused > 0, Vacuous(total.done, total.refused));
    }

    function invariant_everySentenceHolds() external view {
        holds_BRG08_bothCurrenciesMoveOrNeither();
        holds_BRG13_everyDealIsAtItsSignedRateInsideBothBands();
        holds_FXQ01_fillsStayWithinTheOfferAndANonceIsOneOffers();
    }

    function holds_BRG08_bothCurrenciesMoveOrNeither() public view {
        for (uint256 c = 0; c < 2; ++c) {
            for (uint256 i = 0; i < DEALERS; ++i) {
                uint256 balance = _places[c].money.balanceOf(_people[i]);
                require(balance == _story.due(c, i), Broken("balance", i, balance, _story.due(c, i)));
            }
            require(_places[c].money.balanceOf(address(_story.exchange())) == 0, Broken("owned", c, 1, 0));
        }
        for (uint256 d = 0; d < _story.dealCount(); ++d) {
            ExchangeActs.Deal memory made = _story.deal(d);
            require(made.baseAmount != 0 && made.counterAmount != 0, Broken("one leg", d, made.baseAmount, 1));
        }
    }

    function holds_BRG13_everyDealIsAtItsSignedRateInsideBothBands() public view {
        for (uint256 d = 0; d < _story.dealCount(); ++d) {
            ExchangeActs.Deal memory made = _story.deal(d);
            Quote memory quote = _story.offered(made.offer).quote;
            (uint256 exact, uint256 paid) = (made.baseAmount * quote.rate, made.counterAmount * SCALE);
            bool sells = quote.side == MakerSide.Sells;
            // never against the maker, and never by a whole minor unit
            require(sells ? paid >= exact : paid <= exact, Broken("direction", d, paid, exact));
            require(sells ? paid - exact < SCALE : exact - paid < SCALE, Broken("rate", d, paid, exact));
            for (uint256 c = 0; c < 2; ++c) {
                ExchangeActs.Side memory side = made.sides[c];
                require(made.time <= side.validUntil, Broken("stale", d, made.time, side.validUntil));
                require(quote.rate + side.width >= side.rate, Broken("below", d, quote.rate, side.rate));
                require(quote.rate <= side.rate + side.width, Broken("above", d, quote.rate, side.rate));
            }
            require(made.time <= quote.notAfter, Broken("expired", d, made.time, quote.notAfter));
        }
    }

    function holds_FXQ01_fillsStayWithinTheOfferAndANonceIsOneOffers() public view {
        for (uint256 i = 0; i < _story.offerCount(); ++i) {
            ExchangeActs.Offer memory offered = _story.offered(i);
            Quote memory quote = offered.quote;
            require(offered.filled <= quote.maximum, Broken("filled", i, offered.filled, quote.maximum));
            ExchangeActs.Nonce memory nonce = _story.nonceOf(quote.maker, quote.nonce);
            // every deal named its nonce's owner: an offer with fills is the owner
            require(offered.filled == 0 || nonce.offer == i + 1, Broken("nonce", i, nonce.offer, i + 1));
            bool open = !nonce.over && !nonce.cancelled && (nonce.offer == 0 || nonce.offer == i + 1);
            uint256 left = open ? quote.maximum - offered.filled : 0;
            uint256 remaining = _story.exchange().remainingOf(quote);
            require(remaining == left, Broken("remaining", i, remaining, left));
            NonceStatus status =
                nonce.cancelled
                    ? NonceStatus.Cancelled
                    : nonce.over
                        ? NonceStatus.Used
                        : nonce.offer != 0
                            ? NonceStatus.Partial
                            : NonceStatus.Open;
            uint256 found = uint256(_story.exchange().nonceStatus(quote.maker, quote.nonce));
            require(found == uint256(status), Broken("status", i, found, uint256(status)));
        }
    }

    /// @dev One long story from a fixed seed: offers come to be accepted, in whole and in part, and refused.
    function test_everythingHappens() external {
        bytes4[10] memory acts = [
            ExchangeActs.offer.selector,
            ExchangeActs.offer.selector,
            ExchangeActs.take.selector,
            ExchangeActs.take.selector,
            ExchangeActs.take.selector,
            ExchangeActs.publish.selector,
            ExchangeActs.cancel.selector,
            ExchangeActs.suspend.selector,
            ExchangeActs.authorize.selector,
            ExchangeActs.pass.selector
        ];
        for (uint256 i = 0; i < 1_500; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        }
        Acting.Tally memory takes = _story.tally("take");
        require(takes.done >= 40 && takes.refused >= 40, Vacuous(takes.done, takes.refused));
        this.holds_BRG08_bothCurrenciesMoveOrNeither();
        this.holds_BRG13_everyDealIsAtItsSignedRateInsideBothBands();
        this.holds_FXQ01_fillsStayWithinTheOfferAndANonceIsOneOffers();
    }
}
