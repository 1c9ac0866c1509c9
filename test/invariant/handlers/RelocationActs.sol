// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {
    Compensation,
    IRelocation,
    RelocationAgreement,
    RelocationSurvey
} from "../../../contracts/projects/IRelocation.sol";
import {RelocationStage} from "../support/RelocationStage.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev A dozen entitlements of three households, which everybody tries to be paid for more than once. The rules of
/// relocation are written a second time here, plainly; every act is decided by them first.
abstract contract RelocationActs is RelocationStage, Telling {
    enum Stage {
        None,
        Opened,
        Agreed,
        Approved,
        Parked,
        Paid
    }

    /// @dev A file by the book, minor units and Unix seconds. `surveys` and `archives` go on when agreements fall.
    struct Kept {
        Stage stage;
        uint256 household;
        uint256 archives;
        uint256 surveys;
        uint256 round;
        uint256 approvals;
        uint256 objections;
        uint256 agreedAt;
        uint256 approvedAt;
        uint256 amount;
        RelocationAgreement last;
    }

    uint256 public constant ENTITLEMENTS = 12;
    uint256 private constant STEP = 8 hours;
    /// @dev How long a freeze lasts.
    uint256 private constant TROUBLE = 5 days;
    uint256 private constant FUND = 90_000;

    /// @dev What each household has been paid by the book.
    uint256[HOUSEHOLDS] public received;
    uint256 public approved;
    uint256 public paid;
    mapping(bytes32 file => mapping(uint256 version => bytes32)) public archive;

    mapping(uint256 entitlement => Kept) internal _kept;
    uint256[] private _payable;
    uint256 private _cursor;
    /// @dev What is left of each fund.
    uint256[] private _funds;
    mapping(uint256 entitlement => mapping(uint256 round => mapping(uint256 objector => bool))) private _objected;
    // until when, Unix seconds
    uint256[HOUSEHOLDS] private _frozen;

    modifier then_() {
        VM.warp(_clock);
        _calm();
        _;
        _clock += STEP;
    }

    /// @dev A story begins with a file that is open, so that something can happen from the first act on.
    constructor() {
        _fund();
        VM.warp(_clock);
        _openFile(0, AUTHORITY);
    }

    // -------------------------------------------------------------------- acts

    function openFile(uint256 e, uint256 who) external then_ {
        _openFile(_mix(e) % ENTITLEMENTS, _mix(who) % 8 == 0 ? SURVEYOR : AUTHORITY);
    }

    /// @dev The next version, or one that would take the place of another.
    function appendArchive(uint256 e, uint256 version) external then_ {
        (e, version) = (_pick(_mix(e), Stage.Opened), _mix(version));
        Kept storage kept = _kept[e];
        uint256 next = version % 4 == 0 ? kept.archives : kept.archives + 1;
        bool allowed = kept.stage != Stage.None && next == kept.archives + 1;
        bytes memory data = abi.encodeCall(
            IRelocation.appendArchive,
            (_project(), fileOf(e), uint16(next), _archive(e, version))
        );
        _do("appendArchive", person(AUTHORITY), address(relocation), data, allowed);
        if (!allowed) return;
        kept.archives = next;
        archive[fileOf(e)][next] = _archive(e, version);
    }

    /// @dev Surveyed, then signed; sometimes one signature is another's, or the terms are those of an earlier round.
    function agree(uint256 e, uint256 amount, uint256 mode) external then_ {
        (e, amount, mode) = (_pick(_mix(e), Stage.Opened), _mix(amount) % 40_000, _mix(mode) % 10);
        Kept storage kept = _kept[e];
        if (kept.stage == Stage.Opened) _survey(e, kept);
        bool replayed = mode == 0 && kept.last.document != 0;
        RelocationAgreement memory terms = replayed ? kept.last : _terms(e, kept, amount);
        bool allowed = kept.stage == Stage.Opened && !replayed && (mode == 0 || mode > 2) && amount != 0;
        bytes memory data = abi.encodeCall(
            IRelocation.agree,
            (
                _project(),
                terms,
                _agreementSigned(mode == 1 ? STRANGER : kept.household, terms),
                _agreementSigned(mode == 2 ? STRANGER : AUTHORITY, terms)
            )
        );
        _do("agree", person(STRANGER), address(relocation), data, allowed);
        if (!allowed) return;
        (kept.stage, kept.agreedAt, kept.amount) = (Stage.Agreed, _clock, amount + amount / 3);
        kept.last = terms;
    }

    function withdraw(uint256 e, uint256 who) external then_ {
        (e, who) = (_pick(_mix(e), Stage.Agreed), _mix(who) % 12);
        Kept storage kept = _kept[e];
        // mostly left alone, so that files come to their end
        if (who > 4) return;
        uint256 by =
            who == 0
                ? STRANGER
                : who < 3
                    ? kept.household
                    : AUTHORITY;
        bool allowed = kept.stage == Stage.Agreed && by != STRANGER;
        bytes memory data = abi.encodeCall(IRelocation.withdrawAgreement, (_project(), fileOf(e)));
        _do("withdraw", person(by), address(relocation), data, allowed);
        if (allowed) _fall(kept);
    }

    function raiseObjection(uint256 e, uint256 who) external then_ {
        (e, who) = (_pick(_mix(e), Stage.Agreed), _mix(who) % (HOUSEHOLDS + 1));
        Kept storage kept = _kept[e];
        uint256 by = who == HOUSEHOLDS ? STRANGER : who;
        bool allowed =
            kept.stage == Stage.Agreed &&
                by != STRANGER &&
                !_objected[e][kept.round][by] &&
                _clock < kept.agreedAt + PUBLICITY;
        bytes memory data = abi.encodeCall(IRelocation.raiseObjection, (_project(), fileOf(e), bytes32("evidence")));
        _do("object", person(by), address(relocation), data, allowed);
        if (!allowed) return;
        _objected[e][kept.round][by] = true;
        ++kept.objections;
    }

    function approve(uint256 e, uint256 who) external then_ {
        (e, who) = (_pick(_mix(e), Stage.Agreed), _mix(who) % 8);
        Kept storage kept = _kept[e];
        uint256 due = kept.agreedAt + PUBLICITY + (kept.objections == 0 ? 0 : REVIEW);
        // too early only now and then
        if (kept.stage == Stage.Agreed && _clock < due && who > 2) {
            _clock = due;
            VM.warp(_clock);
            _calm();
        }
        uint256 by = who == 0 ? AUTHORITY : FIRST + (kept.approvals % LEVELS);
        bool last = kept.approvals + 1 == LEVELS;
        bool allowed =
            kept.stage == Stage.Agreed &&
                by != AUTHORITY &&
                _clock >= due &&
                (!last || approved + kept.amount <= BUDGET);
        bytes32[] memory files = new bytes32[](1);
        files[0] = fileOf(e);
        bytes memory data = abi.encodeCall(IRelocation.approveFiles, (_project(), files));
        _do("approve", person(by), address(relocation), data, allowed);
        if (!allowed) return;
        ++kept.approvals;
        if (!last) return;
        (kept.stage, kept.approvedAt) = (Stage.Approved, _clock);
        approved += kept.amount;
        _payable.push(e);
    }

    function payNext(uint256 f, uint256 size, uint256 who) external then_ {
        (f, size, who) = (_mix(f) % _funds.length, (_mix(size) % 4) + 1, _mix(who) % CAST);
        uint256 left = _funds[f];
        bool allowed = _cursor < _payable.length && _kept[_payable[_cursor]].amount <= left;
        bytes memory data = abi.encodeCall(IRelocation.payNext, (_project(), _fundOf(f, FUND), size));
        _do("payNext", person(who), address(relocation), data, allowed);
        if (!allowed) return;
        for (uint256 i = 0; i < size && _cursor < _payable.length; ++i) {
            Kept storage kept = _kept[_payable[_cursor]];
            if (kept.amount > left) break;
            left -= kept.amount;
            ++_cursor;
            if (_frozen[kept.household] != 0) kept.stage = Stage.Parked;
            else _pay(f, kept);
        }
        if (_funds[f] < 40_000) _fund();
    }

    function payParked(uint256 e, uint256 f) external then_ {
        (e, f) = (_pick(_mix(e), Stage.Parked), _mix(f) % _funds.length);
        Kept storage kept = _kept[e];
        bool allowed = kept.stage == Stage.Parked && _frozen[kept.household] == 0 && kept.amount <= _funds[f];
        bytes memory data = abi.encodeCall(IRelocation.payParked, (_project(), _fundOf(f, FUND), fileOf(e)));
        _do("payParked", person(STRANGER), address(relocation), data, allowed);
        if (allowed) _pay(f, kept);
    }

    /// @dev Past the contract: nobody but it is the executor of a fund.
    function raid(uint256 f, uint256 who, uint256 amount) external then_ {
        (f, who, amount) = (_mix(f) % _funds.length, _mix(who) % CAST, (_mix(amount) % FUND) + 1);
        Hold memory fund = _fundOf(f, FUND);
        bytes memory take = abi.encodeCall(_money.captureHold, (fund, person(who), amount));
        _do("raid", person(who), address(_money), take, false);
        if (approved == paid) return;
        bytes memory back = abi.encodeCall(IRelocation.releaseFund, (_project(), fund));
        _do("raid", person(AUTHORITY), address(relocation), back, false);
    }

    function freeze(uint256 h) external then_ {
        h = _mix(h) % HOUSEHOLDS;
        _frozen[h] = _clock + TROUBLE;
        VM.prank(_enforcer());
        _money.freeze(person(h), BASIS);
    }

    function pass(uint256 time) external {
        _clock += _mix(time) % 3 days;
    }

    // -------------------------------------------------------------- looking on

    function keptAt(uint256 e) external view returns (Kept memory) {
        return _kept[e];
    }

    function fileOf(uint256 e) public view returns (bytes32) {
        return relocation.fileId(person(AUTHORITY), _entitlement(e));
    }

    function payableCount() external view returns (uint256) {
        return _payable.length;
    }

    // --------------------------------------------------------------- the rules

    function _rules() internal view override returns (address) {
        return address(this);
    }

    function _calm() private {
        for (uint256 h = 0; h < HOUSEHOLDS; ++h) {
            if (_frozen[h] == 0 || _clock <= _frozen[h]) continue;
            _frozen[h] = 0;
            VM.prank(_enforcer());
            _money.unfreeze(person(h), BASIS);
        }
    }

    function _terms(uint256 e, Kept storage kept, uint256 amount) private view returns (RelocationAgreement memory) {
        return
            RelocationAgreement({
                file: fileOf(e),
                round: uint16(kept.round),
                household: person(kept.household),
                survey: _report(e, kept.surveys),
                formula: FORMULA,
                compensation: Compensation(uint64(amount), 0, 0, uint64(amount / 3)),
                document: "agreement",
                notAfter: uint48(_clock)
            });
    }

    function _survey(uint256 e, Kept storage kept) private {
        uint256 revision = kept.surveys + 1;
        RelocationSurvey memory survey = RelocationSurvey(
            fileOf(e),
            uint16(revision),
            uint16(kept.archives),
            _report(e, revision)
        );
        bytes memory signature = _surveySigned(SURVEYOR, survey);
        bytes memory data = abi.encodeCall(IRelocation.recordSurvey, (_project(), survey, signature));
        _do("recordSurvey", person(STRANGER), address(relocation), data, true);
        kept.surveys = revision;
    }

    function _fall(Kept storage kept) private {
        ++kept.round;
        kept.stage = Stage.Opened;
        (kept.approvals, kept.objections, kept.agreedAt, kept.amount) = (0, 0, 0, 0);
    }

    function _pay(uint256 f, Kept storage kept) private {
        kept.stage = Stage.Paid;
        _funds[f] -= kept.amount;
        paid += kept.amount;
        received[kept.household] += kept.amount;
    }

    function _openFile(uint256 e, uint256 who) private {
        Kept storage kept = _kept[e];
        bool allowed = kept.stage == Stage.None && who == AUTHORITY;
        bytes memory data = abi.encodeCall(IRelocation.openFile, (_project(), _entitlement(e), _archive(e, 1)));
        _do("openFile", person(who), address(relocation), data, allowed);
        if (!allowed) return;
        (kept.stage, kept.household, kept.archives) = (Stage.Opened, e % HOUSEHOLDS, 1);
        archive[fileOf(e)][1] = _archive(e, 1);
    }

    function _fund() private {
        Hold memory fund = _fundOf(_funds.length, FUND);
        _money.issue(person(AUTHORITY), FUND, bytes32(_funds.length));
        VM.prank(person(AUTHORITY));
        _money.placeHold(fund);
        _funds.push(FUND);
    }

    // ----------------------------------------------------------------- helpers

    /// @dev A runner likes round numbers, whose remainders are all alike.
    function _mix(uint256 seed) private view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, _clock)));
    }

    /// @dev Mostly an entitlement whose file is at the stage, sometimes any.
    function _pick(uint256 seed, Stage wanted) private view returns (uint256 e) {
        e = seed % ENTITLEMENTS;
        if (seed % 7 == 0) return e;
        for (uint256 i = 0; i < ENTITLEMENTS; ++i) {
            if (_kept[(e + i) % ENTITLEMENTS].stage == wanted) return (e + i) % ENTITLEMENTS;
        }
    }

    function _entitlement(uint256 e) private pure returns (bytes32) {
        return keccak256(abi.encode("entitlement", e));
    }

    function _archive(uint256 e, uint256 version) private pure returns (bytes32) {
        return keccak256(abi.encode("archive", e, version));
    }

    function _report(uint256 e, uint256 revision) private pure returns (bytes32) {
        return keccak256(abi.encode("report", e, revision));
    }
}
