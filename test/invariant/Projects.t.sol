// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {BatchState, BatchStatus} from "../../contracts/projects/IMaterials.sol";
import {IProjectFunds, ProjectStatus} from "../../contracts/projects/IProjectFunds.sol";
import {LineState} from "../../contracts/projects/IProjectWorks.sol";
import {ProjectActs} from "./handlers/ProjectActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";
import {ProjectBook} from "./support/ProjectBook.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract ProjectStory is ProjectActs {}

/// @dev What docs/invariants.md says of construction projects, after every act of a story.
contract ProjectInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant BUDGET = 12_000;
    uint256 private constant FUNDED = 15_000;
    uint256 private constant SUPPLIER = 2;
    uint256 private constant WORKER = 4;
    uint256 private constant BANK = 8;
    uint256 private constant LOTS = 3;
    uint32 private constant MONTH = 202_611;

    ProjectStory private _story;
    IProjectFunds private _funds;
    IDigitalCurrency private _money;

    function setUp() external {
        _story = new ProjectStory();
        _told = _story;
        (_funds, _money) = (_story.funds(), _story.money());
    }

    function invariant_PFM01_PFM02_PFM03_PFM04_aProjectsMoneyReachesWhoIsDueAndWhatIsLeftItsFunders() external view {
        bytes32 project = _story.project();
        uint256 paid = _funds.paidOf(project, 0);
        LineState memory line = _story.works().lineOf(project, 0);
        _same("PFM-01 paid", 0, address(0), paid, _story.paid());
        _same("PFM-01 certified", 0, address(0), line.certified, _story.certified());
        bool ordered = paid <= line.certified && line.certified <= line.contracted && line.contracted <= BUDGET;
        _same("PFM-01 order", 0, address(0), ordered ? 1 : 0, 1);
        for (uint256 a = 0; a < _story.apps(); ++a) {
            ProjectBook.App memory app = _story.appAt(a);
            _same("PFM-01 settled", a, address(0), _funds.applicationOf(app.id).settled, app.settled);
            (uint256 first, uint256 second) = _story.approvalsAt(a);
            bool approved = first == 2 && second == 1;
            _same("PFM-01 approved", a, address(0), app.settled == 0 || approved ? 1 : 0, 1);
        }
        // funded = disbursed + retained for what is certified + refundable
        uint256 held = _money.heldOf(_story.person(0)) + _money.heldOf(_story.person(1));
        _same("PFM-02 held", 0, address(0), held, (line.certified - paid) + (FUNDED - line.certified));
        _closed();
        _same("PFM-04 owned", 0, address(_funds), _money.balanceOf(address(_funds)), 0);
        for (uint256 i = SUPPLIER; i < BANK; ++i) {
            address payee = _story.person(i);
            _same("PFM-04 received", i, payee, _money.balanceOf(payee), _story.received(payee));
        }
        for (uint256 i = 0; i < 4; ++i) {
            address party = _story.notary(i);
            _same("PFM-04 between", i, party, _money.balanceOf(party), _story.received(party));
        }
    }

    function invariant_WAG01_MAT01_aMonthIsPaidOnceAndNothingUnfitIsBuiltIn() external view {
        bytes32 project = _story.project();
        for (uint256 k = 0; k < 3; ++k) {
            bytes32 identity = _story.identityOf(WORKER + k);
            for (uint256 m = 0; m < 2; ++m) {
                bool booked = _story.wagesOf(project, MONTH - m, identity) != 0;
                bool onChain = _story.wages().isPaid(project, MONTH - m, identity);
                _same("WAG-01 paid", k, _story.person(WORKER + k), onChain ? 1 : 0, booked ? 1 : 0);
            }
        }
        for (uint256 a = 0; a < _story.apps(); ++a) {
            ProjectBook.App memory app = _story.appAt(a);
            for (uint256 k = WORKER; app.isWages && k < WORKER + 3; ++k) {
                bytes32 identity = _story.identityOf(k);
                _same(
                    "WAG-01 claim",
                    a,
                    _story.person(k),
                    _funds.claimOf(app.id, identity),
                    _story.claims(app.id, identity)
                );
            }
        }
        for (uint256 b = 0; b < LOTS; ++b) {
            ProjectBook.Lot memory lot = _story.lotAt(b);
            BatchState memory state = _story.materials().batchOf(lot.id);
            _same("MAT-01 status", b, address(0), uint256(state.status), uint256(lot.status));
            _same("MAT-01 inspections", b, address(0), state.inspections, lot.inspections);
            bool unfit = state.status == BatchStatus.Used && state.inspections == state.failures;
            _same("MAT-01 unfit", b, address(0), unfit ? 1 : 0, 0);
        }
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[18] memory acts = [
            ProjectActs.certify.selector,
            ProjectActs.certify.selector,
            ProjectActs.change.selector,
            ProjectActs.applyFor.selector,
            ProjectActs.applyFor.selector,
            ProjectActs.approve.selector,
            ProjectActs.approve.selector,
            ProjectActs.approve.selector,
            ProjectActs.approve.selector,
            ProjectActs.reject.selector,
            ProjectActs.settle.selector,
            ProjectActs.payWages.selector,
            ProjectActs.claim.selector,
            ProjectActs.list.selector,
            ProjectActs.freeze.selector,
            ProjectActs.inspect.selector,
            ProjectActs.raid.selector,
            ProjectActs.close.selector
        ];
        for (uint256 i = 0; i < 1_200; ++i) _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        string[10] memory tried = [
            "certify",
            "change",
            "applyFor",
            "approve",
            "reject",
            "settle",
            "payPage",
            "claim",
            "inspect",
            "close"
        ];
        for (uint256 a = 0; a < tried.length; ++a) {
            Telling.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 2 && tally.refused >= 2, NeverTold(tried[a], tally.done, tally.refused));
        }
        this.invariant_PFM01_PFM02_PFM03_PFM04_aProjectsMoneyReachesWhoIsDueAndWhatIsLeftItsFunders();
        this.invariant_WAG01_MAT01_aMonthIsPaidOnceAndNothingUnfitIsBuiltIn();
    }

    /// @dev The project before: nothing is held for it, and its funders, two to one, share what is left.
    function _closed() private view {
        if (_story.round() == 0) return;
        bytes32 previous = _story.previous();
        bool over = _funds.projectStatusOf(previous) == ProjectStatus.Closed;
        _same("PFM-03 closed", 0, address(0), over ? 1 : 0, 1);
        (uint256 first, uint256 second) = (_story.returned(0), _story.returned(1));
        _same("PFM-03 returned", 0, address(0), first + second, FUNDED - _funds.paidOf(previous, 0));
        uint256 off =
            3 * first > 2 * (first + second) ? 3 * first - 2 * (first + second) : 2 * (first + second) - 3 * first;
        // within a minor unit of two thirds
        _same("PFM-03 shared", 0, address(0), off < 3 ? 1 : 0, 1);
    }
}
