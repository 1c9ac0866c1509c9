// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {CardState, IPrepaidCards} from "../../contracts/payments/IPrepaidCards.sol";
import {CardActs} from "./handlers/CardActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";
import {VM} from "./support/Vm.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract CardStory is CardActs {}

/// @dev What docs/invariants.md says of prepaid cards, after every act of a story.
contract CardInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant MERCHANTS = 2;
    uint256 private constant ARBITER = 5;
    uint256 private constant CAST = 8;
    /// @dev Cards that are looked at, the last ones sold; sums are of all.
    uint256 private constant RECENT = 8;

    CardStory private _story;
    IPrepaidCards private _cards;
    IDigitalCurrency private _money;

    function setUp() external {
        _story = new CardStory();
        _told = _story;
        (_cards, _money) = (_story.cards(), _story.money());
    }

    /// @dev What changes the chain comes last; nothing of it stays.
    function invariant_everySentenceHolds() external {
        holds_CRD01_aMerchantIsPaidForConfirmedUnitsAndNoMore();
        holds_CRD02_lockedPaidAndRefundedAreWhatWasPrepaid();
        holds_CRD03_nobodyButMerchantAndConsumerHasAnythingOfACard();
        holds_CRD04_anInsolventMerchantGetsNothingAndItsCardsAreFree();
    }

    function holds_CRD01_aMerchantIsPaidForConfirmedUnitsAndNoMore() public view {
        uint256 count = _story.count();
        for (uint256 c = _from(count); c < count; ++c) {
            CardActs.Kept memory kept = _story.keptAt(c);
            CardState memory state = _cards.cardStateOf(kept.hold.businessRef);
            _same("units", c, kept.terms.consumer, state.used, kept.confirmed);
        }
        for (uint256 m = 0; m < MERCHANTS; ++m) {
            address merchant = _story.person(m);
            _same("paid", m, merchant, _money.balanceOf(merchant), _story.earned(m));
        }
    }

    function holds_CRD02_lockedPaidAndRefundedAreWhatWasPrepaid() public view {
        uint256 count = _story.count();
        for (uint256 c = _from(count); c < count; ++c) {
            CardActs.Kept memory kept = _story.keptAt(c);
            (uint256 locked, ) = _money.holdState(_money.holdId(kept.hold));
            uint256 paid = uint256(_cards.cardStateOf(kept.hold.businessRef).used) * kept.terms.template.unitPrice;
            _same("prepaid", c, kept.terms.consumer, locked + paid + kept.refunded, kept.hold.amount);
        }
        for (uint256 i = MERCHANTS; i < ARBITER; ++i) {
            address consumer = _story.person(i);
            _same("free", i, consumer, _money.spendableOf(consumer), _story.free(i));
        }
    }

    function holds_CRD03_nobodyButMerchantAndConsumerHasAnythingOfACard() public view {
        _same("owned", 0, address(_cards), _money.balanceOf(address(_cards)), 0);
        uint256 sum;
        for (uint256 i = 0; i < CAST; ++i) {
            address person = _story.person(i);
            uint256 balance = _money.balanceOf(person);
            sum += balance;
            if (i >= ARBITER) _same("a third party's", i, person, balance, 0);
        }
        _same("sum", 0, address(0), sum, _money.totalSupply());
    }

    /// @dev Tried: a stranger frees what is left of each card of an insolvent merchant.
    function holds_CRD04_anInsolventMerchantGetsNothingAndItsCardsAreFree() public {
        VM.warp(_story.clock());
        uint256 count = _story.count();
        for (uint256 m = 0; m < MERCHANTS; ++m) {
            if (!_story.insolvent(m)) continue;
            address merchant = _story.person(m);
            for (uint256 c = _from(count); c < count; ++c) {
                CardActs.Kept memory kept = _story.keptAt(c);
                if (kept.terms.template.merchant != merchant || kept.standing == CardActs.Standing.Over) continue;
                VM.prank(address(0xBAD));
                _cards.refund(kept.terms);
                (uint256 locked, ) = _money.holdState(_money.holdId(kept.hold));
                _same("still locked", c, kept.terms.consumer, locked, 0);
            }
            _same("after its end", m, merchant, _money.balanceOf(merchant), _story.atInsolvency(m));
        }
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[17] memory acts = [
            CardActs.buy.selector,
            CardActs.buy.selector,
            CardActs.buy.selector,
            CardActs.confirm.selector,
            CardActs.confirm.selector,
            CardActs.confirm.selector,
            CardActs.releaseDue.selector,
            CardActs.releaseDue.selector,
            CardActs.dispute.selector,
            CardActs.rule.selector,
            CardActs.rule.selector,
            CardActs.withdrawDispute.selector,
            CardActs.refund.selector,
            CardActs.raid.selector,
            CardActs.halt.selector,
            CardActs.freeze.selector,
            CardActs.pass.selector
        ];
        for (uint256 i = 0; i < 2_000; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        }
        string[8] memory tried = [
            "buy",
            "confirm",
            "releaseDue",
            "dispute",
            "withdrawDispute",
            "rule",
            "refund",
            "free"
        ];
        for (uint256 a = 0; a < tried.length; ++a) {
            Telling.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 2 && tally.refused >= 5, NeverTold(tried[a], tally.done, tally.refused));
        }
        this.holds_CRD01_aMerchantIsPaidForConfirmedUnitsAndNoMore();
        this.holds_CRD02_lockedPaidAndRefundedAreWhatWasPrepaid();
        for (uint256 i = 0; i < 200; ++i) _tellDrawn(address(_story), CardActs.declare.selector, i);
        this.holds_CRD03_nobodyButMerchantAndConsumerHasAnythingOfACard();
        this.holds_CRD04_anInsolventMerchantGetsNothingAndItsCardsAreFree();
    }

    function _from(uint256 count) private pure returns (uint256) {
        return count > RECENT ? count - RECENT : 0;
    }
}
