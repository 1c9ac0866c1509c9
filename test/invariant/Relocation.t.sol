// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {
    IRelocation,
    RelocationFile,
    RelocationProjectState,
    RelocationStatus
} from "../../contracts/projects/IRelocation.sol";
import {RelocationActs} from "./handlers/RelocationActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract RelocationStory is RelocationActs {}

/// @dev What docs/invariants.md says of relocation, after every act of a story.
contract RelocationInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant HOUSEHOLDS = 3;
    uint256 private constant LEVELS = 2;
    uint256 private constant PUBLICITY = 7 days;
    uint256 private constant BUDGET = 400_000;

    RelocationStory private _story;
    IRelocation private _relocation;
    IDigitalCurrency private _money;

    function setUp() external {
        _story = new RelocationStory();
        _told = _story;
        (_relocation, _money) = (_story.relocation(), _story.money());
    }

    function invariant_RLC01_RLC02_RLC03_RLC04_eachEntitlementIsPaidOnceInOrderAndWithinTheBudget() external view {
        uint256[HOUSEHOLDS] memory due;
        uint256 owed;
        for (uint256 e = 0; e < _story.ENTITLEMENTS(); ++e) {
            RelocationActs.Kept memory kept = _story.keptAt(e);
            RelocationFile memory file = _relocation.fileStateOf(_story.fileOf(e));
            address household = _story.person(kept.household);
            bool granted = kept.stage >= RelocationActs.Stage.Approved;
            // RLC-02: nothing is owed without both sides' agreement, its publicity, and every level
            if (granted) {
                _same("approvals", e, household, file.approvals, LEVELS);
                _same("agreed at", e, household, file.agreedAt, kept.agreedAt);
                _same("public", e, household, kept.approvedAt >= file.agreedAt + PUBLICITY ? 1 : 0, 1);
                owed += kept.amount;
            }
            _same("amount", e, household, file.amount, kept.amount);
            _same("paid", e, household, _is(file, RelocationStatus.Paid), _at(kept, RelocationActs.Stage.Paid));
            _same("parked", e, household, _is(file, RelocationStatus.Parked), _at(kept, RelocationActs.Stage.Parked));
            if (kept.stage == RelocationActs.Stage.Paid) due[kept.household] += file.amount;
            _archives(e, kept, file);
        }
        // RLC-01: what a household has is the compensation of its paid files, each once
        for (uint256 h = 0; h < HOUSEHOLDS; ++h) {
            address household = _story.person(h);
            _same("received", h, household, _money.balanceOf(household), due[h]);
            _same("by the book", h, household, _money.balanceOf(household), _story.received(h));
        }
        // RLC-03: paid up to approved, approved up to the budget, and the rest still held for the households
        RelocationProjectState memory state = _relocation.projectStateOf(_story.project());
        _same("approved", 0, address(0), state.approved, owed);
        _same("sum paid", 0, address(0), state.paid, _story.paid());
        _same("in order", 0, address(0), state.paid <= state.approved && state.approved <= BUDGET ? 1 : 0, 1);
        _same("owned", 0, address(_relocation), _money.balanceOf(address(_relocation)), 0);
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[16] memory acts = [
            RelocationActs.openFile.selector,
            RelocationActs.openFile.selector,
            RelocationActs.appendArchive.selector,
            RelocationActs.agree.selector,
            RelocationActs.agree.selector,
            RelocationActs.agree.selector,
            RelocationActs.withdraw.selector,
            RelocationActs.raiseObjection.selector,
            RelocationActs.approve.selector,
            RelocationActs.approve.selector,
            RelocationActs.payNext.selector,
            RelocationActs.payNext.selector,
            RelocationActs.payParked.selector,
            RelocationActs.freeze.selector,
            RelocationActs.raid.selector,
            RelocationActs.pass.selector
        ];
        for (uint256 i = 0; i < 800; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        }
        string[8] memory tried = [
            "openFile",
            "appendArchive",
            "agree",
            "withdraw",
            "object",
            "approve",
            "payNext",
            "payParked"
        ];
        for (uint256 a = 0; a < tried.length; ++a) {
            Telling.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 1 && tally.refused >= 3, NeverTold(tried[a], tally.done, tally.refused));
        }
        this.invariant_RLC01_RLC02_RLC03_RLC04_eachEntitlementIsPaidOnceInOrderAndWithinTheBudget();
    }

    /// @dev RLC-04: no version of an archive is ever another.
    function _archives(uint256 e, RelocationActs.Kept memory kept, RelocationFile memory file) private view {
        bytes32 id = _story.fileOf(e);
        _same("archives", e, address(0), file.archives, kept.archives);
        for (uint256 version = 1; version <= kept.archives; ++version) {
            bytes32 filed = _story.archive(id, version);
            _same("archive", e, address(0), uint256(_relocation.archiveOf(id, version)), uint256(filed));
        }
    }

    function _is(RelocationFile memory file, RelocationStatus status) private pure returns (uint256) {
        return file.status == status ? 1 : 0;
    }

    function _at(RelocationActs.Kept memory kept, RelocationActs.Stage stage) private pure returns (uint256) {
        return kept.stage == stage ? 1 : 0;
    }
}
