// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {BatchStatus} from "../../../contracts/projects/IMaterials.sol";
import {
    ApplicationStatus,
    PaymentApplication,
    ProjectTerms,
    Purpose
} from "../../../contracts/projects/IProjectFunds.sol";
import {ContractTerms} from "../../../contracts/projects/IProjectWorks.sol";
import {Roster} from "../../../contracts/projects/IWages.sol";
import {Telling} from "../handlers/Telling.sol";
import {ProjectStage} from "./ProjectStage.sol";
import {VM} from "./Vm.sol";

/// @dev What a project has come to by the rules, written a second time and plainly.
abstract contract ProjectBook is ProjectStage, Telling {
    struct Works {
        bytes32 id;
        uint256 amount;
        uint256 sublet;
        uint256 certified;
        uint256 retained;
        uint32 certificates;
    }

    struct Cert {
        uint256 c;
        bytes32 id;
        uint256 wages;
        uint256 others;
        uint256 wagesApplied;
        uint256 wagesSettled;
        uint256 othersApplied;
    }

    /// @dev Of material: a page of both suppliers; of wages: two pages of two wallets each.
    struct App {
        uint256 cert;
        bytes32 id;
        bool isWages;
        ApplicationStatus status;
        uint256 approvals;
        uint256 amount;
        uint256 settled;
        uint32 month;
        bool opened;
        uint256 page;
        uint256[] amounts;
    }

    struct Lot {
        bytes32 id;
        BatchStatus status;
        uint32 inspections;
        uint256 failures;
        uint256 inspector;
        uint256 failedAt;
    }

    uint256 internal constant STEP = 5 hours;

    uint256 public round;
    bytes32 public project;
    bytes32 public previous;
    Works[2] internal _works;
    Cert[] internal _certs;
    App[] internal _apps;
    Lot[BATCHES] internal _lots;

    /// @dev Since the story began.
    mapping(address account => uint256) public received;
    /// @dev In this project.
    uint256 public paid;
    mapping(address payee => Purpose) public listed;
    mapping(address account => bool) public frozen;
    mapping(bytes32 app => mapping(bytes32 key => uint256)) public claims;
    mapping(bytes32 project => mapping(uint256 month => mapping(bytes32 identity => uint256))) public wagesOf;
    /// @dev What each funder got back of the project that was closed last.
    uint256[FUNDERS] public returned;

    constructor() {
        _openProject();
    }

    // -------------------------------------------------------------- looking on

    function worksAt(uint256 c) external view returns (Works memory) {
        return _works[c];
    }

    function certs() external view returns (uint256) {
        return _certs.length;
    }

    function certAt(uint256 i) external view returns (Cert memory) {
        return _certs[i];
    }

    function apps() external view returns (uint256) {
        return _apps.length;
    }

    function appAt(uint256 i) external view returns (App memory) {
        return _apps[i];
    }

    function lotAt(uint256 i) external view returns (Lot memory) {
        return _lots[i];
    }

    /// @dev Distinct approvers of the two levels that have approved.
    function approvalsAt(uint256 i) external view returns (uint256 first, uint256 second) {
        uint256 bits = _apps[i].approvals;
        return ((bits & 1) + ((bits >> 1) & 1) + ((bits >> 2) & 1), bits >> 3);
    }

    function certified() public view returns (uint256) {
        return _works[0].certified + _works[1].certified;
    }

    // --------------------------------------------------------------- the rules

    function _rules() internal view override returns (address) {
        return address(this);
    }

    function _free(uint256 c) internal view returns (uint256) {
        return _works[c].amount - _works[c].sublet - _works[c].certified;
    }

    /// @dev Puts money where an application says it is due: at once, or as a claim.
    function _due(uint256 a, uint256 who, uint256 amount, bool payable_) internal {
        if (amount == 0) return;
        if (payable_ && !frozen[person(who)]) _received(person(who), amount);
        else claims[_apps[a].id][_keyOf(a, who)] += amount;
    }

    function _received(address who, uint256 amount) internal {
        received[who] += amount;
        paid += amount;
    }

    function _keyOf(uint256 a, uint256 who) internal view returns (bytes32) {
        return _apps[a].isWages ? identityOf(who) : bytes32(uint256(uint160(person(who))));
    }

    /// @dev {_do}, where what the call answers is of use.
    function _tell(string memory act, bool done, bool expected, bytes memory answer) internal {
        require(done == expected, Diverged(act, expected, answer));
        if (done) ++_tallies[act].done;
        else ++_tallies[act].refused;
        if (done) ++_total.done;
        else ++_total.refused;
        if (!done) ++refusals[bytes4(answer)];
    }

    function _giveBack(uint256 a) internal {
        App storage app = _apps[a];
        Cert storage cert = _certs[app.cert];
        if (app.isWages) cert.wagesApplied -= app.amount - app.settled;
        else cert.othersApplied -= app.amount - app.settled;
    }

    // ------------------------------------------------------- what goes on chain

    function _terms() internal view returns (ProjectTerms memory) {
        return _project(round);
    }

    function _entries(uint256 a, uint256 first, uint256 count) internal view returns (uint256[] memory entries) {
        entries = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 who = (_apps[a].isWages ? WORKER : SUPPLIER) + first + i;
            entries[i] = (uint256(uint160(person(who))) << 96) | _apps[a].amounts[first + i];
        }
    }

    function _application(uint256 a) internal view returns (PaymentApplication memory application) {
        App storage app = _apps[a];
        application.certificate = _certs[app.cert].id;
        application.purpose = app.isWages ? Purpose.Wages : Purpose.Material;
        (application.amount, application.businessRef) = (uint64(app.amount), bytes32(a));
        application.pages = new bytes32[](1);
        application.pages[0] =
            app.isWages ? wages.payrollId(_roster(a)) : keccak256(abi.encode(_entries(a, 0, SUPPLIERS)));
    }

    function _roster(uint256 a) internal view returns (Roster memory roster) {
        App storage app = _apps[a];
        (roster.project, roster.certificate) = (project, _certs[app.cert].id);
        (roster.month, roster.amount) = (app.month, uint64(app.amount));
        roster.pages = new bytes32[](2);
        roster.pages[0] = keccak256(abi.encode(_entries(a, 0, 2)));
        roster.pages[1] = keccak256(abi.encode(_entries(a, 2, 2)));
    }

    // ------------------------------------------------------------- a new project

    /// @dev Opens the next project, with both contracts, all workers but nobody twice, and the batches.
    function _openProject() internal {
        ProjectTerms memory terms = _terms();
        (previous, project) = (project, funds.projectId(terms));
        for (uint256 i = 0; i < FUNDERS; ++i) {
            uint256 missing = terms.funding[i].amount - _money.balanceOf(person(i));
            if (missing != 0) _money.issue(person(i), missing, _newRef());
            Hold memory hold = _hold(round, i);
            VM.prank(person(i));
            _money.placeHold(hold);
        }
        VM.prank(notary(OWNER));
        funds.openProject(terms, new bytes[](FUNDERS));
        for (uint256 i = 0; i < SUPPLIERS; ++i) _list(person(SUPPLIER + i), Purpose.Material);
        for (uint256 i = GENERAL; i <= SUB; ++i) _list(notary(i), Purpose.Labour);
        bytes32 parent;
        for (uint256 c = 0; c < 2; ++c) {
            ContractTerms memory signed = _contract(project, parent);
            parent = works.signContract(terms, signed, "", "");
            _works[c] = Works(parent, signed.amount, c == 0 ? PART : 0, 0, 0, 0);
        }
        address[] memory workers = new address[](WORKERS - 1);
        for (uint256 i = 0; i < workers.length; ++i) workers[i] = person(WORKER + i);
        wages.enrol(terms, 0, workers, "");
        for (uint256 i = 0; i < 2; ++i) {
            VM.prank(notary(SUPERVISOR));
            materials.accredit(terms, notary(INSPECTOR + i), type(uint40).max, BASIS);
        }
        for (uint256 b = 0; b < BATCHES; ++b) {
            VM.prank(person(SUPPLIER));
            bytes32 id = materials.registerBatch(_batch(project, b));
            VM.prank(person(SUPPLIER));
            materials.offerBatch(id, notary(GENERAL), BASIS);
            VM.prank(notary(GENERAL));
            materials.takeOverBatch(id, BASIS);
            _lots[b] = Lot(id, BatchStatus.Registered, 0, 0, 0, 0);
        }
    }

    function _list(address payee, Purpose purpose) internal {
        listed[payee] = purpose;
        VM.prank(notary(OWNER));
        funds.setPayee(_terms(), payee, purpose, BASIS);
    }
}
