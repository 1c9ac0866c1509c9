// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICollateral, PledgeState, PledgeStatus, Position} from "../../contracts/markets/ICollateral.sol";
import {IRepo, RepoState, RepoStatus} from "../../contracts/markets/IRepo.sol";
import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {LendingActs} from "./handlers/LendingActs.sol";
import {PledgeActs} from "./handlers/PledgeActs.sol";
import {RepoActs} from "./handlers/RepoActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";
import {IUnits} from "./support/IUnits.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract LendingStory is PledgeActs {}

/// @dev What docs/invariants.md says of repos and pledges, after every act of a story.
contract LendingInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant DEALERS = 3;
    /// @dev Repos and pledges that are looked at, the latest ones; balances and sums are of all.
    uint256 private constant RECENT = 6;

    LendingStory private _story;
    IRepo private _repo;
    ICollateral private _collateral;
    IDigitalCurrency private _money;
    IUnits private _bond;

    function setUp() external {
        _story = new LendingStory();
        _told = _story;
        (_repo, _collateral, _money, _bond) = (_story.repo(), _story.collateral(), _story.money(), _story.bond());
    }

    function invariant_everySentenceHolds() external view {
        holds_REP01_moneyAndBondsMoveOnlyAsTheTermsSay();
        holds_REP02_whatARepoOwesIsWhatItsHistoryMakesIt();
        holds_REP03_valuePaidAndOwedAddUpToTheClaim();
        holds_COL01_noUnitIsPledgedTwice();
        holds_COL02_aPledgeTakesWhatIsOwedAndNoMore();
        holds_COL03_repoAndRegisterOwnNothing();
    }

    function holds_REP01_moneyAndBondsMoveOnlyAsTheTermsSay() public view {
        for (uint256 i = 0; i < DEALERS; ++i) {
            address dealer = _story.person(i);
            _same("money", i, dealer, _money.balanceOf(dealer), _story.cash(i));
            _same("units", i, dealer, _bond.balanceOf(dealer), _story.units(i));
        }
    }

    function holds_REP02_whatARepoOwesIsWhatItsHistoryMakesIt() public view {
        uint256 count = _story.deals();
        for (uint256 d = _from(count); d < count; ++d) {
            RepoActs.Deal memory deal = _story.dealAt(d);
            RepoState memory state = _repo.stateOf(deal.id);
            _same("status", d, deal.terms.seller, uint256(state.status), uint256(deal.status));
            _same("units", d, deal.terms.seller, state.units, deal.units);
            _same("principal", d, deal.terms.seller, state.principal, deal.principal);
        }
    }

    /// @dev In sign as in amount: what the seller owes is positive.
    function holds_REP03_valuePaidAndOwedAddUpToTheClaim() public view {
        uint256 count = _story.deals();
        for (uint256 d = _from(count); d < count; ++d) {
            RepoActs.Deal memory deal = _story.dealAt(d);
            if (deal.status != RepoStatus.ClosedOut) continue;
            RepoState memory state = _repo.stateOf(deal.id);
            int256 owed = state.sellerOwes ? int256(uint256(state.claim)) : -int256(uint256(state.claim));
            int256 sum = int256(deal.value) + deal.settled + owed;
            _same("claim", d, deal.terms.seller, uint256(sum), _story.claimOf(d, deal.defaultDay));
        }
    }

    function holds_COL01_noUnitIsPledgedTwice() public view {
        uint256[DEALERS] memory sums;
        uint256 count = _story.pledges();
        for (uint256 p = 0; p < count; ++p) {
            PledgeActs.Pledge memory kept = _story.pledgeAt(p);
            Position[] memory positions = _collateral.positionsOf(kept.id);
            for (uint256 i = 0; i < positions.length; ++i) sums[kept.pledgor] += positions[i].units;
        }
        for (uint256 i = 0; i < DEALERS; ++i) {
            address dealer = _story.person(i);
            _same("held", i, dealer, _bond.heldOf(dealer), sums[i]);
            _same("pledged", i, dealer, _story.pledged(i), sums[i]);
            _same("within", i, dealer, sums[i] <= _bond.balanceOf(dealer) ? 1 : 0, 1);
        }
    }

    function holds_COL02_aPledgeTakesWhatIsOwedAndNoMore() public view {
        uint256 count = _story.pledges();
        for (uint256 p = _from(count); p < count; ++p) {
            PledgeActs.Pledge memory kept = _story.pledgeAt(p);
            PledgeState memory state = _collateral.stateOf(kept.id);
            _same("status", p, kept.terms.pledgor, uint256(state.status), uint256(kept.status));
            _same("outstanding", p, kept.terms.pledgor, state.outstanding, kept.outstanding);
            Position[] memory positions = _collateral.positionsOf(kept.id);
            _same("positions", p, kept.terms.pledgor, positions.length, kept.positions.length);
            if (kept.status != PledgeStatus.Enforced) _same("taken", p, kept.terms.pledgee, kept.taken, 0);
        }
    }

    function holds_COL03_repoAndRegisterOwnNothing() public view {
        address[2] memory contracts = [address(_repo), address(_collateral)];
        for (uint256 i = 0; i < contracts.length; ++i) {
            _same("money of a contract", i, contracts[i], _money.balanceOf(contracts[i]), 0);
            _same("units of a contract", i, contracts[i], _bond.balanceOf(contracts[i]), 0);
        }
        uint256 sum;
        for (uint256 i = 0; i < DEALERS; ++i) sum += _bond.balanceOf(_story.person(i));
        _same("units, issued", 0, address(0), sum, _bond.totalSupply());
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[22] memory acts = [
            RepoActs.open.selector,
            RepoActs.open.selector,
            RepoActs.mark.selector,
            RepoActs.mark.selector,
            RepoActs.meetCall.selector,
            RepoActs.meetCall.selector,
            RepoActs.close.selector,
            RepoActs.close.selector,
            RepoActs.declareDefault.selector,
            RepoActs.closeOut.selector,
            RepoActs.collect.selector,
            PledgeActs.pledge.selector,
            PledgeActs.rearrange.selector,
            PledgeActs.markPledge.selector,
            PledgeActs.markPledge.selector,
            PledgeActs.pay.selector,
            PledgeActs.declarePledge.selector,
            PledgeActs.enforce.selector,
            LendingActs.fix.selector,
            LendingActs.fix.selector,
            LendingActs.bar.selector,
            LendingActs.raid.selector
        ];
        for (uint256 i = 0; i < 1_200; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
            if (i % 64 == 0) this.invariant_everySentenceHolds();
        }
        string[12] memory tried = [
            "open",
            "mark",
            "meetCall",
            "close",
            "declareDefault",
            "closeOut",
            "collect",
            "pledge",
            "rearrange",
            "markPledge",
            "declarePledge",
            "enforce"
        ];
        for (uint256 a = 0; a < tried.length; ++a) {
            Telling.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 2 && tally.refused >= 2, NeverTold(tried[a], tally.done, tally.refused));
        }
        this.invariant_everySentenceHolds();
    }

    function _from(uint256 count) private pure returns (uint256) {
        return count > RECENT ? count - RECENT : 0;
    }
}
