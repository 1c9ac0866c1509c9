// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBridgeCurrency} from "../../contracts/bridge/IBridgeCurrency.sol";
import {Acting} from "./handlers/Acting.sol";
import {CorridorActs} from "./handlers/CorridorActs.sol";
import {Drawn} from "./support/Drawn.sol";
import {VM} from "./support/Vm.sol";

/// @dev A story whose artifact belongs to this file: the runner calls no other.
contract CorridorStory is CorridorActs {}

/// @dev What docs/invariants.md says of currencies on the shared ledger, after every act of a story.
contract CorridorInvariants is Drawn {
    error Broken(string what, uint256 subject, uint256 actual, uint256 expected);
    error Vacuous(string act, uint256 done, uint256 refused);

    uint256 private constant HOLDERS = 6;
    uint256 private constant FIRST_CLASS = 8;

    CorridorStory private _story;
    IBridgeCurrency private _money;
    address[12] private _people;

    function setUp() external {
        _story = new CorridorStory();
        _money = _story.money();
        _people = _story.people();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_story);
    }

    function afterInvariant() external view {
        Acting.Tally memory total = _story.total();
        require(total.done + total.refused > 0, Vacuous("any", total.done, total.refused));
    }

    function invariant_everySentenceHolds() external {
        holds_BRI02_noPaymentPassesACorridorsLimits();
        holds_BRI03_moneyIsCreatedForAndDestroyedFromResidentsOnly();
        holds_BRI04_valueCrossesThroughVenuesBetweenActiveBanksOnly();
        holds_BRI01_aCorridorCountsWhatItsBanksHoldAndWhatHasFlowed();
    }

    function holds_BRI01_aCorridorCountsWhatItsBanksHoldAndWhatHasFlowed() public {
        VM.warp(_story.clock());
        for (uint256 c = 0; c < 2; ++c) {
            (, , uint256 holdings, int256 flow) = _money.corridorOf(uint8(FIRST_CLASS + c));
            uint256 held = _money.balanceOf(_people[2 * c + 2]) + _money.balanceOf(_people[2 * c + 3]);
            require(holdings == held, Broken("holdings", c, holdings, held));
            (uint256 booked, int256 bookedFlow) = _story.corridorByBook(c);
            require(holdings == booked, Broken("booked", c, holdings, booked));
            require(flow == bookedFlow, Broken("flow", c, uint256(flow), uint256(bookedFlow)));
        }
    }

    function holds_BRI02_noPaymentPassesACorridorsLimits() public view {
        require(_story.excess() == 0, Broken("excess", 0, _story.excess(), 0));
    }

    function holds_BRI03_moneyIsCreatedForAndDestroyedFromResidentsOnly() public view {
        uint256 supply = _story.issued() - _story.redeemed();
        require(_money.totalSupply() == supply, Broken("supply", 0, _money.totalSupply(), supply));
        uint256 sum;
        for (uint256 i = 0; i < HOLDERS; ++i) sum += _money.balanceOf(_people[i]);
        require(sum == supply, Broken("balances", 0, sum, supply));
    }

    function holds_BRI04_valueCrossesThroughVenuesBetweenActiveBanksOnly() public view {
        // the book moves nothing without venue, standing and open corridor: any other movement shows in a balance
        for (uint256 i = 0; i < HOLDERS; ++i) {
            uint256 balance = _money.balanceOf(_people[i]);
            require(balance == _story.due(i), Broken("balance", i, balance, _story.due(i)));
            require(_money.heldOf(_people[i]) == 0, Broken("held", i, _money.heldOf(_people[i]), 0));
        }
        require(_money.balanceOf(address(_story.venue())) == 0, Broken("owned", 0, 1, 0));
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and those that can be refused to be.
    function test_everythingHappens() external {
        bytes4[12] memory acts = [
            CorridorActs.cross.selector,
            CorridorActs.cross.selector,
            CorridorActs.cross.selector,
            CorridorActs.transfer.selector,
            CorridorActs.order.selector,
            CorridorActs.issue.selector,
            CorridorActs.redeem.selector,
            CorridorActs.limit.selector,
            CorridorActs.suspend.selector,
            CorridorActs.halt.selector,
            CorridorActs.admit.selector,
            CorridorActs.pass.selector
        ];
        for (uint256 i = 0; i < 2_000; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        }
        string[7] memory tried = ["cross", "transfer", "order", "issue", "hold", "redeem", "release"];
        for (uint256 a = 0; a < tried.length; ++a) {
            Acting.Tally memory tally = _story.tally(tried[a]);
            bool refusable = a != 6;
            require(
                tally.done >= 5 && (!refusable || tally.refused >= 5),
                Vacuous(tried[a], tally.done, tally.refused)
            );
        }
        this.holds_BRI01_aCorridorCountsWhatItsBanksHoldAndWhatHasFlowed();
        this.holds_BRI02_noPaymentPassesACorridorsLimits();
        this.holds_BRI03_moneyIsCreatedForAndDestroyedFromResidentsOnly();
        this.holds_BRI04_valueCrossesThroughVenuesBetweenActiveBanksOnly();
    }
}
