// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {ILedger} from "../../contracts/ledger/ILedger.sol";
import {FundOrderKind, FundOrderStatus, IFundDealing} from "../../contracts/markets/IFundDealing.sol";
import {Telling} from "./handlers/Telling.sol";
import {TokenActs} from "./handlers/TokenActs.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract TokenStory is TokenActs {
    function bankOf(uint256 who) external pure returns (uint256) {
        return _bankOf(who);
    }
}

/// @dev What docs/invariants.md says of tokenised deposits and of the fund, after every act of a story.
contract TokenDepositInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant BANKS = 2;
    uint256 private constant STRANGER = 7;
    uint256 private constant MONEY = 2;
    uint256 private constant RESERVES = 4_000;
    /// @dev Orders that are looked at, the last ones.
    uint256 private constant RECENT = 8;

    TokenStory private _story;
    IDigitalCurrency private _money;
    IFundDealing private _dealing;
    ILedger private _units;

    function setUp() external {
        _story = new TokenStory();
        _told = _story;
        (_money, _dealing, _units) = (_story.money(), _story.dealing(), _story.units());
    }

    function invariant_SIN01_SIN02_SIN03_depositsMoveAtParWithCentralBankMoney() external view {
        for (uint256 b = 0; b < BANKS; ++b) {
            ILedger token = _story.tokens(b);
            address bank = _story.person(b);
            uint256 sum;
            for (uint256 i = BANKS; i < STRANGER; ++i) {
                address person = _story.person(i);
                sum += token.balanceOf(person);
                if (_story.bankOf(i) != b) continue;
                _same("deposits", i, person, token.balanceOf(person), _story.free(i, b) + _story.held(i, b));
                uint256 money = _story.free(i, MONEY) + _story.held(i, MONEY);
                _same("money", i, person, _money.balanceOf(person), money);
            }
            _same("its customers'", b, bank, token.totalSupply(), sum);
            _same("reserves", b, bank, _money.balanceOf(bank), _story.reserves(b));
            // what a bank owes beyond its central bank money is what it has lent, whoever paid whom since
            uint256 backing = _money.balanceOf(bank) + _story.lent(b);
            _same("par", b, bank, token.totalSupply() + RESERVES, backing);
            _same("owned", b, bank, token.balanceOf(address(_story.transfers())), 0);
        }
        _same("owned", MONEY, address(0), _money.balanceOf(address(_story.transfers())), 0);
    }

    function invariant_FND01_FND02_FND03_anOrderIsDealtOnceAtItsDaysPriceOrGivenBack() external view {
        uint256 sum;
        for (uint256 i = BANKS; i < STRANGER; ++i) {
            address person = _story.person(i);
            sum += _units.balanceOf(person);
            _same("free units", i, person, _units.spendableOf(person), _story.freeUnits(i));
            _same("held units", i, person, _units.heldOf(person), _story.heldUnits(i));
            uint256 b = _story.bankOf(i);
            _same("held deposits", i, person, _story.tokens(b).heldOf(person), _story.held(i, b));
            _same("held money", i, person, _money.heldOf(person), _story.held(i, MONEY));
        }
        _same("units", 0, address(0), _units.totalSupply(), sum);
        _same("owned", 0, address(_dealing), _units.balanceOf(address(_dealing)), 0);
        uint256 count = _story.count();
        for (uint256 k = count > RECENT ? count - RECENT : 0; k < count; ++k) _requireOrder(k, _story.keptAt(k));
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[15] memory acts = [
            TokenActs.pay.selector,
            TokenActs.pay.selector,
            TokenActs.pay.selector,
            TokenActs.place.selector,
            TokenActs.place.selector,
            TokenActs.place.selector,
            TokenActs.publish.selector,
            TokenActs.publish.selector,
            TokenActs.deal.selector,
            TokenActs.deal.selector,
            TokenActs.deal.selector,
            TokenActs.cancel.selector,
            TokenActs.lapse.selector,
            TokenActs.freeze.selector,
            TokenActs.lend.selector
        ];
        for (uint256 i = 0; i < 1_500; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        }
        string[6] memory tried = ["pay", "place", "cancel", "publish", "deal", "lapse"];
        for (uint256 a = 0; a < tried.length; ++a) {
            Telling.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 2 && tally.refused >= 5, NeverTold(tried[a], tally.done, tally.refused));
        }
        this.invariant_SIN01_SIN02_SIN03_depositsMoveAtParWithCentralBankMoney();
        this.invariant_FND01_FND02_FND03_anOrderIsDealtOnceAtItsDaysPriceOrGivenBack();
    }

    /// @dev At its day's price the last smallest part of what was got is paid for, and one more would not be.
    function _requireOrder(uint256 k, TokenActs.Kept memory kept) private view {
        FundOrderStatus status = _dealing.statusOf(_dealing.orderId(kept.order));
        _same("standing", k, kept.order.investor, uint256(status), uint256(kept.standing) + 1);
        if (kept.standing != TokenActs.Standing.Dealt) return;
        uint256 nav = _dealing.dayOf(kept.order.day).nav;
        _same("nav", k, kept.order.investor, nav, _story.navOf(kept.order.day));
        (uint256 paid, uint256 worth) = (kept.money * 1e8, kept.units * nav);
        bool fair =
            kept.order.kind == FundOrderKind.Subscription
                ? worth <= paid && paid < worth + nav
                : paid <= worth && worth < paid + 1e8;
        require(fair, Broken("price", k, kept.order.investor, paid, worth));
    }
}
