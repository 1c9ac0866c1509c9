// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {
    IRelocation,
    RelocationAgreement,
    RelocationProject,
    RelocationSurvey
} from "../../../contracts/projects/IRelocation.sol";
import {Platform} from "./Platform.sol";
import {VM} from "./Vm.sol";

/// @dev A project of one authority with two levels of approval, and three households of one institution.
abstract contract RelocationStage is Platform {
    uint256 internal constant KEYS = 0xA0BE;
    uint256 internal constant CAST = 9;
    uint256 internal constant HOUSEHOLDS = 3;
    uint256 internal constant AUTHORITY = 3;
    uint256 internal constant FIRST = 4;
    uint256 internal constant SECOND = 5;
    uint256 internal constant SURVEYOR = 6;
    uint256 internal constant REVIEWER = 7;
    uint256 internal constant STRANGER = 8;
    uint256 internal constant LEVELS = 2;

    uint256 internal constant PUBLICITY = 7 days;
    uint256 internal constant REVIEW = 3 days;
    uint64 internal constant BUDGET = 400_000;
    bytes32 internal constant FORMULA = "formula";

    IRelocation public relocation;
    bytes32 public project;

    constructor() {
        address bank = VM.addr(KEYS + CAST);
        _admit(1, "TESTAAAA000000000067", bank);
        _money.openInstitutionWallet(bank);
        _money.appoint(_enforcer(), 8, BASIS);
        _money.setClassLimits(7, ClassLimits(type(uint64).max, type(uint64).max, 2 ** 40 - 1, 2 ** 40 - 1, true));
        for (uint256 i = 0; i < HOUSEHOLDS; ++i) {
            VM.prank(bank);
            _money.openWallet(person(i), 1, bytes32(i + 1));
        }
        VM.prank(bank);
        _money.openWallet(person(AUTHORITY), 7, "authority");
        relocation = IRelocation(_deploy("Relocation", abi.encode(_money)));
        project = relocation.projectId(_project());
        VM.prank(person(AUTHORITY));
        relocation.openProject(_project());
        VM.prank(person(AUTHORITY));
        relocation.publishFormula(_project(), FORMULA);
    }

    /// @dev Households, then the authority, two approvers, surveyor, reviewer, and somebody without a part in it.
    function person(uint256 i) public pure returns (address) {
        return VM.addr(KEYS + i);
    }

    function _enforcer() internal pure returns (address) {
        return VM.addr(KEYS + CAST + 1);
    }

    function _project() internal pure returns (RelocationProject memory) {
        address[] memory approvers = new address[](LEVELS);
        (approvers[0], approvers[1]) = (person(FIRST), person(SECOND));
        return
            RelocationProject({
                authority: person(AUTHORITY),
                surveyor: person(SURVEYOR),
                reviewer: person(REVIEWER),
                budget: BUDGET,
                publicity: uint32(PUBLICITY),
                review: uint32(REVIEW),
                approvers: approvers,
                salt: "project"
            });
    }

    function _fundOf(uint256 number, uint256 amount) internal view returns (Hold memory) {
        return Hold(person(AUTHORITY), address(0), address(relocation), amount, NEVER - number, project);
    }

    function _surveySigned(uint256 by, RelocationSurvey memory survey) internal view returns (bytes memory) {
        bytes32 typehash = keccak256("RelocationSurvey(bytes32 file,uint16 revision,uint16 archive,bytes32 report)");
        return _signed(by, keccak256(abi.encodePacked(hex"1901", _domain(), keccak256(abi.encode(typehash, survey)))));
    }

    function _agreementSigned(uint256 by, RelocationAgreement memory terms) internal view returns (bytes memory) {
        return _signed(by, relocation.agreementId(terms));
    }

    function _signed(uint256 who, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(KEYS + who, digest);
        return abi.encodePacked(r, s, v);
    }

    function _domain() private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak256("Relocation"),
                    keccak256("1"),
                    block.chainid,
                    relocation
                )
            );
    }
}
