// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerExchange} from "../../contracts/interop/ILedgerExchange.sol";
import {LedgerExchangeActs} from "./handlers/LedgerExchangeActs.sol";
import {BetweenLedgers} from "./support/BetweenLedgers.sol";
import {ReachingBetween} from "./support/ReachingBetween.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract LedgerExchangeStory is LedgerExchangeActs {}

/// @dev What docs/invariants.md says of exchanges between two ledgers, after every act of a story.
contract LedgerExchangeInvariants {
    error Broken(string what, uint256 which, uint256 onChain, uint256 expected);
    error Vacuous(uint256 done, uint256 refused);

    uint256 private constant FUNDS = 1_000_000_000;

    LedgerExchangeStory private _story;

    function setUp() external {
        _story = new LedgerExchangeStory();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_story);
    }

    function invariant_EXC01_bothSidesOfAnExchangeArePaidOrNeither() external {
        // what each bank should have on each ledger by what is decided: giving, the leg; taking, the leg
        uint256[2][2] memory given;
        uint256[2][2] memory taken;
        uint256[2][2] memory held;
        for (uint256 e = 0; e < _story.exchangeCount(); ++e) {
            LedgerExchangeActs.View memory seen = _story.exchange(e);
            bool captured = seen.decision == ILedgerExchange.Decision.Captured;
            bool paid = seen.standing == ILedgerExchange.Standing.Captured && seen.followerLeft == 0;
            if (captured) {
                given[seen.deciderAt][0] += seen.decider.amount;
                taken[seen.deciderAt][1] += seen.decider.amount;
                // the other side is paid, or held for nobody but the taker
                _same("follower's side", e, paid ? seen.follower.amount : seen.followerLeft, seen.follower.amount);
                require(seen.standing != ILedgerExchange.Standing.Released, Broken("released", e, 1, 0));
            } else {
                require(seen.standing != ILedgerExchange.Standing.Captured, Broken("captured", e, 1, 0));
            }
            if (seen.standing == ILedgerExchange.Standing.Released) {
                _same("released", e, uint256(seen.decision), uint256(ILedgerExchange.Decision.Released));
                _same("given back", e, seen.followerLeft, 0);
            }
            if (paid) {
                given[seen.followerAt][1] += seen.follower.amount;
                taken[seen.followerAt][0] += seen.follower.amount;
            }
            held[seen.deciderAt][0] += seen.deciderLeft;
            held[seen.followerAt][1] += seen.followerLeft;
        }
        for (uint256 side = 0; side < 2; ++side) {
            for (uint256 which = 0; which < 2; ++which) {
                address bank = _story.bank(which);
                uint256 expected = FUNDS + taken[side][which] - given[side][which];
                _same("balance", 2 * side + which, _story.money(side).balanceOf(bank), expected);
                _same("held", 2 * side + which, _story.money(side).heldOf(bank), held[side][which]);
            }
        }
    }

    /// @dev Nothing stays held, whatever a run has left behind; and something has happened in it.
    function afterInvariant() external {
        BetweenLedgers.Tally memory total = _story.total();
        require(total.done >= total.refused / 10, Vacuous(total.done, total.refused));
        _story.finish();
        for (uint256 side = 0; side < 2; ++side) {
            for (uint256 which = 0; which < 2; ++which) {
                _same("held in the end", 2 * side + which, _story.money(side).heldOf(_story.bank(which)), 0);
            }
        }
    }

    function _same(string memory what, uint256 which, uint256 onChain, uint256 expected) private pure {
        require(onChain == expected, Broken(what, which, onChain, expected));
    }
}

/// @dev One long story from a fixed seed: every act comes to be done, and where it can be refused, refused.
contract LedgerExchangeReachTest is ReachingBetween {
    error Deceived();

    constructor() {
        _acts = [
            "placeFollower",
            "placeDecider",
            "arm",
            "decide",
            "callOff",
            "follow",
            "complete",
            "withdraw",
            "releaseByTime"
        ];
    }

    function test_everyActIsDoneAndRefusedSomewhere() external {
        _reach(90);
    }

    function _open() internal override returns (BetweenLedgers) {
        return new LedgerExchangeStory();
    }

    function _tell(BetweenLedgers told, uint256 seed) internal override {
        LedgerExchangeStory story = LedgerExchangeStory(address(told));
        uint256 act = seed % 18;
        seed /= 18;
        if (act < 3) return story.advance(seed);
        if (act == 3) return story.placeFollower(seed);
        if (act == 4) return story.placeDecider(seed);
        if (act == 5) return story.arm(seed);
        if (act == 6) return story.decide(seed);
        if (act == 7) return story.follow(seed);
        if (act == 8) return story.complete(seed);
        if (act == 9) return story.withdraw(seed);
        if (act == 10) return story.releaseByTime(seed);
        if (act == 11) return story.deceive(seed);
        if (act == 12) return story.freeze(seed);
        if (act == 13) return story.unfreeze(seed);
        if (act == 14) return story.halt(seed);
        if (act == 15) return story.resume(seed);
        if (act == 16) return story.wait(seed);
        if (seed % 4 == 0) return story.callOff(seed / 4);
        return story.squeeze(seed);
    }
    function _end(BetweenLedgers story) internal override {
        require(story.tally("deceive").done == 0, Deceived());
        LedgerExchangeStory(address(story)).finish();
    }
}
