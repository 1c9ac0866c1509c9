// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {Batch, IMaterials, MaterialKind} from "../../../contracts/projects/IMaterials.sol";
import {ApprovalLevel, Funding, IProjectFunds, ProjectTerms} from "../../../contracts/projects/IProjectFunds.sol";
import {ContractTerms, IProjectWorks} from "../../../contracts/projects/IProjectWorks.sol";
import {IWages} from "../../../contracts/projects/IWages.sol";
import {Platform} from "./Platform.sol";
import {VM} from "./Vm.sol";

/// @dev Signs whatever it is asked for (ERC-1271): what signatures are worth is another test's.
contract Notary {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return Notary.isValidSignature.selector;
    }
}

/// @dev Projects one after the other, each of two funders (two to one), two lines, a contract and a part of it that is let
/// on, two suppliers, four wallets of three workers, and three batches in the contractor's hands.
abstract contract ProjectStage is Platform {
    uint256 internal constant FUNDERS = 2;
    uint256 internal constant SUPPLIERS = 2;
    uint256 internal constant WORKERS = 4;
    uint256 internal constant SUPPLIER = 2;
    uint256 internal constant WORKER = 4;
    uint256 internal constant BANK = 8;
    uint256 internal constant APPROVER = 9;
    uint256 internal constant STRANGER = 13;
    uint256 internal constant CAST = 14;
    uint256 internal constant KEYS = 0xF0AD;

    /// @dev Those who sign.
    uint256 internal constant OWNER = 0;
    uint256 internal constant SUPERVISOR = 1;
    uint256 internal constant GENERAL = 2;
    uint256 internal constant SUB = 3;
    uint256 internal constant INSPECTOR = 4;
    uint256 internal constant NOTARIES = 7;

    uint256 internal constant LINE = 12_000;
    uint256 internal constant OTHER_LINE = 3_000;
    uint256 internal constant FUNDED = LINE + OTHER_LINE;
    uint256 internal constant MAIN = 10_000;
    uint256 internal constant PART = 4_000;
    uint256 internal constant WAGE_SHARE = 2_000;
    uint256 internal constant RETENTION = 1_000;
    uint256 internal constant DEFECTS = 1 days;
    uint256 internal constant BATCHES = 3;

    IProjectWorks public works;
    IProjectFunds public funds;
    IWages public wages;
    IMaterials public materials;

    bool private _identified;
    address[CAST] private _people;
    address[NOTARIES] private _notaries;

    constructor() {
        for (uint256 i = 0; i < CAST; ++i) _people[i] = VM.addr(KEYS + i);
        for (uint256 i = 0; i < NOTARIES; ++i) _notaries[i] = address(new Notary());
        _admit(1, "TESTAAAA000000000067", person(BANK));
        _money.openInstitutionWallet(person(BANK));
        _money.appoint(_enforcer(), 8, BASIS);
        _money.setClassLimits(4, ClassLimits(type(uint64).max, type(uint64).max, 2 ** 40 - 1, 2 ** 40 - 1, true));
        works = IProjectWorks(_deploy("ProjectWorks", ""));
        funds = IProjectFunds(_deploy("ProjectFunds", abi.encode(_money, works)));
        wages = IWages(_deploy("Wages", abi.encode(funds)));
        materials = IMaterials(_deploy("Materials", abi.encode(funds)));
        for (uint256 i = 0; i < BANK; ++i) _openWallet(person(i), isRealName(i) ? 1 : 4, identityOf(i));
        for (uint256 i = GENERAL; i <= SUB; ++i) _openWallet(notary(i), 1, bytes32(100 + i));
    }

    /// @dev Two funders, two suppliers, four wallets of workers, the bank, four approvers, and a stranger.
    function person(uint256 i) public view returns (address) {
        return _people[i];
    }

    /// @dev Owner, supervisor, both contractors, three inspectors, of whom two are accredited.
    function notary(uint256 i) public view returns (address) {
        return _notaries[i];
    }

    /// @dev The last two wallets are one worker's.
    function identityOf(uint256 i) public pure returns (bytes32) {
        return bytes32(i == WORKER + 3 ? WORKER + 3 : i + 1);
    }

    /// @dev The second worker's wallet has no checked identity behind it, but at the end of a project.
    function isRealName(uint256 i) public view returns (bool) {
        return i != WORKER + 1 || _identified;
    }

    function _identify(bool checked) internal {
        if (_identified == checked) return;
        _identified = checked;
        VM.prank(person(BANK));
        _money.reclassifyWallet(person(WORKER + 1), checked ? 1 : 4, BASIS);
    }

    function _openWallet(address account, uint8 walletClass, bytes32 identity) private {
        VM.prank(person(BANK));
        _money.openWallet(account, walletClass, identity);
    }

    function _enforcer() internal pure returns (address) {
        return VM.addr(KEYS + CAST);
    }

    /// @dev The `round`-th project.
    function _project(uint256 round) internal view returns (ProjectTerms memory terms) {
        (terms.funds, terms.payroll, terms.materials) = (address(funds), address(wages), address(materials));
        (terms.owner, terms.supervisor) = (notary(OWNER), notary(SUPERVISOR));
        (terms.attestor, terms.accreditor) = (notary(OWNER), notary(SUPERVISOR));
        (terms.expires, terms.documentHash) = (type(uint40).max, bytes32(round + 1));
        terms.lines = new uint64[](2);
        (terms.lines[0], terms.lines[1]) = (uint64(LINE), uint64(OTHER_LINE));
        terms.funding = new Funding[](FUNDERS);
        terms.funding[0] = Funding(person(0), uint64((FUNDED * 2) / 3));
        terms.funding[1] = Funding(person(1), uint64(FUNDED / 3));
        terms.levels = new ApprovalLevel[](2);
        terms.levels[0] = ApprovalLevel(2, new address[](3));
        for (uint256 i = 0; i < 3; ++i) terms.levels[0].approvers[i] = person(APPROVER + i);
        terms.levels[1] = ApprovalLevel(1, new address[](1));
        terms.levels[1].approvers[0] = person(APPROVER + 3);
    }

    function _hold(uint256 round, uint256 i) internal view returns (Hold memory) {
        ProjectTerms memory terms = _project(round);
        return
            Hold(
                terms.funding[i].funder,
                address(0),
                address(funds),
                terms.funding[i].amount,
                terms.expires,
                funds.projectId(terms)
            );
    }

    function _contract(bytes32 project, bytes32 parent) internal view returns (ContractTerms memory) {
        bool isMain = parent == 0;
        return
            ContractTerms({
                project: project,
                parent: parent,
                contractor: notary(isMain ? GENERAL : SUB),
                line: 0,
                wageShare: uint16(isMain ? 0 : WAGE_SHARE),
                retention: uint16(RETENTION),
                defectsPeriod: uint32(DEFECTS),
                amount: uint64(isMain ? MAIN : PART),
                documentHash: BASIS
            });
    }

    function _batch(bytes32 project, uint256 b) internal view returns (Batch memory) {
        return Batch(project, person(SUPPLIER), MaterialKind.Steel, 1, BASIS, BASIS, bytes32(b));
    }
}
