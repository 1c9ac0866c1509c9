// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAbroadBridgehead} from "../../contracts/interop/IAbroadBridgehead.sol";
import {IHomeBridgehead} from "../../contracts/interop/IHomeBridgehead.sol";
import {BridgeheadActs} from "./handlers/BridgeheadActs.sol";
import {BetweenLedgers} from "./support/BetweenLedgers.sol";
import {ReachingBetween} from "./support/ReachingBetween.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract BridgeheadStory is BridgeheadActs {}

/// @dev What docs/invariants.md says of a currency that goes abroad, after every act of a story.
contract BridgeheadInvariants {
    error Broken(string what, uint256 onChain, uint256 expected);
    error Vacuous(uint256 done, uint256 refused);

    uint256 private constant FUNDS = 2_000_000_000;

    BridgeheadStory private _story;

    function setUp() external {
        _story = new BridgeheadStory();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_story);
    }

    function invariant_everySentenceHolds() external view {
        holds_BRG01_heldAtHomeIsMintedAbroadAndInFlight();
        holds_BRG11_whatGoesAndComesBackIsTheSameToTheUnit();
    }

    function holds_BRG01_heldAtHomeIsMintedAbroadAndInFlight() public view {
        (IHomeBridgehead home, IAbroadBridgehead abroad) = _story.ends();
        _same("held", _story.heldForPassages(), home.locked());
        _same("locked", home.locked(), abroad.minted() + _story.inFlight());
        (uint256 balances, uint256 supply) = _story.balances(1);
        _same("supply abroad", supply, abroad.minted());
        _same("balances abroad", balances, supply);
    }

    function holds_BRG11_whatGoesAndComesBackIsTheSameToTheUnit() public view {
        (uint8 home, uint8 abroad) = _story.decimals();
        _same("decimals", abroad, home);
        (IHomeBridgehead bridgehead, ) = _story.ends();
        (uint256 sentOut, uint256 cameBack) = _story.flows();
        _same("locked", bridgehead.locked(), sentOut - cameBack);
        (uint256 balances, uint256 supply) = _story.balances(0);
        _same("supply at home", supply, FUNDS);
        _same("balances at home", balances, FUNDS);
    }

    /// @dev Everything under way arrives, and then what is held at home is abroad to the unit; and something has happened.
    function afterInvariant() external {
        BetweenLedgers.Tally memory total = _story.total();
        require(total.done >= total.refused / 10, Vacuous(total.done, total.refused));
        _story.finish();
        (IHomeBridgehead home, IAbroadBridgehead abroad) = _story.ends();
        _same("in flight in the end", _story.inFlight(), 0);
        _same("locked in the end", home.locked(), abroad.minted());
    }

    function _same(string memory what, uint256 onChain, uint256 expected) private pure {
        require(onChain == expected, Broken(what, onChain, expected));
    }
}

/// @dev Long stories from a fixed seed: every act comes to be done, and where it can be refused, refused.
contract BridgeheadReachTest is ReachingBetween {
    constructor() {
        _acts = [
            "placePassage",
            "lock",
            "mint",
            "decline",
            "release",
            "withdrawPassage",
            "placeHomecoming",
            "burn",
            "pay"
        ];
    }

    function test_everyActIsDoneAndRefusedSomewhere() external {
        _reach(90);
    }

    function _open() internal override returns (BetweenLedgers) {
        return new BridgeheadStory();
    }

    function _tell(BetweenLedgers told, uint256 seed) internal override {
        BridgeheadStory story = BridgeheadStory(address(told));
        uint256 act = seed % 20;
        seed /= 20;
        if (act < 5) return story.advance(seed);
        if (act == 5) return story.placePassage(seed);
        if (act == 6) return story.lock(seed);
        if (act == 7) return story.mint(seed);
        if (act == 8) return story.decline(seed);
        if (act == 9) return story.release(seed);
        if (act == 10) return story.withdrawPassage(seed);
        if (act == 11) return story.placeHomecoming(seed);
        if (act == 12) return story.burn(seed);
        if (act == 13) return story.pay(seed);
        if (act == 14) return story.deceive(seed);
        if (act == 15) return story.setCap(seed);
        if (act == 16) return story.stopOrResume(seed);
        if (act == 17) return story.wait(seed);
        if (act == 18) return seed % 2 == 0 ? story.freeze(seed / 2) : story.unfreeze(seed / 2);
        return seed % 2 == 0 ? story.halt(seed / 2) : story.resume(seed / 2);
    }
    function _end(BetweenLedgers) internal pure override {}
}
