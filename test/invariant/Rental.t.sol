// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {IRental, LeaseState} from "../../contracts/projects/IRental.sol";
import {RentalActs} from "./handlers/RentalActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract RentalStory is RentalActs {}

/// @dev What docs/invariants.md says of rental, after every act of a story.
contract RentalInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant LANDLORD = 2;
    uint256 private constant UNITS = 2;
    uint256 private constant DEPOSIT = 503;
    /// @dev Leases that are looked at, the last ones signed; sums are of all.
    uint256 private constant RECENT = 6;

    RentalStory private _story;
    IRental private _rental;
    IDigitalCurrency private _money;

    function setUp() external {
        _story = new RentalStory();
        _told = _story;
        (_rental, _money) = (_story.rental(), _story.money());
    }

    function invariant_RNT01_RNT02_RNT03_aUnitIsLetOnceAtATimeAndDepositsAddUp() external view {
        uint256 count = _story.count();
        uint256 first = count > RECENT ? count - RECENT : 0;
        for (uint256 c = first; c < count; ++c) {
            RentalActs.Kept memory kept = _story.keptAt(c);
            LeaseState memory state = _rental.leaseStateOf(kept.id);
            _same("status", c, kept.terms.tenant, uint256(state.status), uint256(kept.stage));
            _same("rents", c, kept.terms.tenant, state.paid, kept.paid);
            // RNT-02: what is held, was deducted and came back is the deposit
            (uint256 locked, ) = _money.holdState(_money.holdId(kept.hold));
            _same("held", c, kept.terms.tenant, locked, kept.locked);
            _same("deposit", c, kept.terms.tenant, locked + kept.deducted + kept.returned, DEPOSIT);
            // RNT-01: nobody else's lease of the unit runs meanwhile
            for (uint256 d = first; d < c; ++d) _apart(c, kept, _story.keptAt(d));
        }
        for (uint256 u = 0; u < UNITS; ++u) {
            _same("let until", u, address(0), _rental.occupiedUntil(_story.unitOf(u)), _story.occupied(u));
        }
        // RNT-03: the landlord has rents and deductions, tenants the rest, the contract nothing
        _same("earned", 0, _story.person(LANDLORD), _money.balanceOf(_story.person(LANDLORD)), _story.earned());
        for (uint256 i = 0; i < LANDLORD; ++i) {
            _same("free", i, _story.person(i), _money.spendableOf(_story.person(i)), _story.free(i));
        }
        _same("owned", 0, address(_rental), _money.balanceOf(address(_rental)), 0);
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[20] memory acts = [
            RentalActs.list.selector,
            RentalActs.list.selector,
            RentalActs.list.selector,
            RentalActs.title.selector,
            RentalActs.sign.selector,
            RentalActs.sign.selector,
            RentalActs.sign.selector,
            RentalActs.moveIn.selector,
            RentalActs.moveIn.selector,
            RentalActs.payRent.selector,
            RentalActs.moveOut.selector,
            RentalActs.claim.selector,
            RentalActs.answer.selector,
            RentalActs.claim.selector,
            RentalActs.rule.selector,
            RentalActs.rule.selector,
            RentalActs.settle.selector,
            RentalActs.raid.selector,
            RentalActs.freeze.selector,
            RentalActs.pass.selector
        ];
        for (uint256 i = 0; i < 1_200; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        }
        string[9] memory tried = [
            "sign",
            "moveIn",
            "payRent",
            "moveOut",
            "claim",
            "accept",
            "dispute",
            "rule",
            "settle"
        ];
        for (uint256 a = 0; a < tried.length; ++a) {
            Telling.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 1 && tally.refused >= 1, NeverTold(tried[a], tally.done, tally.refused));
        }
        this.invariant_RNT01_RNT02_RNT03_aUnitIsLetOnceAtATimeAndDepositsAddUp();
    }

    function _apart(uint256 c, RentalActs.Kept memory kept, RentalActs.Kept memory other) private pure {
        if (kept.unit != other.unit) return;
        if (kept.stage == RentalActs.Stage.Rescinded || other.stage == RentalActs.Stage.Rescinded) return;
        bool apart = kept.terms.start >= other.until || other.terms.start >= kept.until;
        _same("apart", c, kept.terms.tenant, apart ? 1 : 0, 1);
    }
}
