// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBridgeNetting} from "../../contracts/bridge/IBridgeNetting.sol";
import {Acting} from "./handlers/Acting.sol";
import {NettingActs} from "./handlers/NettingActs.sol";
import {Drawn} from "./support/Drawn.sol";
import {VM} from "./support/Vm.sol";

/// @dev A story whose artifact belongs to this file: the runner calls no other.
contract NettingStory is NettingActs {}

/// @dev What docs/invariants.md says of net cycles, after every act of a story.
contract NettingInvariants is Drawn {
    error Broken(string what, uint256 subject, uint256 actual, uint256 expected);
    error Vacuous(string act, uint256 done, uint256 refused);

    uint256 private constant MEMBERS = 4;

    NettingStory private _story;
    IBridgeNetting private _netting;
    address[12] private _people;

    function setUp() external {
        _story = new NettingStory();
        _netting = _story.netting();
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
        holds_BRG09_netPositionsSumToZeroAndAreWhatTheItemsComeTo();
        holds_NET01_noMemberOwesMoreThanItsDebitCap();
        holds_NET02_anItemWaitsSettlesOnceOrIsReleasedWhole();
    }

    function holds_BRG09_netPositionsSumToZeroAndAreWhatTheItemsComeTo() public view {
        require(_story.imbalance() == 0, Broken("imbalance", 0, _story.imbalance(), 0));
        for (uint256 c = 0; c < 2; ++c) {
            uint256 sum = 0;
            for (uint256 m = 0; m < MEMBERS; ++m) {
                uint256 balance = _story.monies(c).balanceOf(_people[m]);
                require(balance == _story.due(c, m), Broken("balance", m, balance, _story.due(c, m)));
                require(_story.monies(c).heldOf(_people[m]) == 0, Broken("held", m, 1, 0));
                sum += balance;
            }
            require(sum == _story.monies(c).totalSupply(), Broken("supply", c, sum, _story.monies(c).totalSupply()));
            require(_story.monies(c).balanceOf(address(_netting)) == 0, Broken("owned", c, 1, 0));
        }
    }

    function holds_NET01_noMemberOwesMoreThanItsDebitCap() public view {
        require(_story.excess() == 0, Broken("excess", 0, _story.excess(), 0));
    }

    function holds_NET02_anItemWaitsSettlesOnceOrIsReleasedWhole() public {
        VM.warp(_story.clock());
        (uint256 waiting, uint256 arriving, ) = _netting.queueState();
        uint256 booked = _story.waitingByBook();
        require(waiting + arriving == booked, Broken("waiting", 0, waiting + arriving, booked));
        for (uint256 i = 0; i < _story.itemCount(); ++i) {
            (bool waits, uint256 sequence, bool settled) = _story.compare(i);
            require(waits == (sequence != 0), Broken("entry", i, sequence, waits ? 1 : 0));
            require(_story.settledAtEngine(i) == settled, Broken("settled", i, settled ? 0 : 1, settled ? 1 : 0));
        }
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and those that can be refused to be.
    function test_everythingHappens() external {
        bytes4[12] memory acts = [
            NettingActs.queue.selector,
            NettingActs.queue.selector,
            NettingActs.queue.selector,
            NettingActs.queue.selector,
            NettingActs.close.selector,
            NettingActs.pass.selector,
            NettingActs.unwind.selector,
            NettingActs.cap.selector,
            NettingActs.usurp.selector,
            NettingActs.freeze.selector,
            NettingActs.withdraw.selector,
            NettingActs.prioritize.selector
        ];
        for (uint256 i = 0; i < 800; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        }
        string[5] memory tried = ["queue", "prioritize", "withdraw", "close", "unwind"];
        for (uint256 a = 0; a < tried.length; ++a) {
            Acting.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 5 && tally.refused >= 5, Vacuous(tried[a], tally.done, tally.refused));
        }
        require(_story.tally("spoil").refused >= 5, Vacuous("spoil", 0, _story.tally("spoil").refused));
        bytes4[2] memory wrong = [
            IBridgeNetting.NettingUncovered.selector,
            IBridgeNetting.NettingDropUnfounded.selector
        ];
        for (uint256 w = 0; w < wrong.length; ++w) {
            require(_story.refusals(wrong[w]) != 0, Vacuous("wrong proposals", w, 0));
        }
        this.holds_BRG09_netPositionsSumToZeroAndAreWhatTheItemsComeTo();
        this.holds_NET01_noMemberOwesMoreThanItsDebitCap();
        this.holds_NET02_anItemWaitsSettlesOnceOrIsReleasedWhole();
    }
}
