// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {IRental, Lease, RentalTitle, UnitProtocol} from "../../../contracts/projects/IRental.sol";
import {ISettlementEngine} from "../../../contracts/settlement/ISettlementEngine.sol";
import {Platform} from "./Platform.sol";
import {VM} from "./Vm.sol";

/// @dev A landlord with two units, two tenants, and an arbiter. This contract is the governor and attests titles.
abstract contract RentalStage is Platform {
    uint256 internal constant KEYS = 0xF1A7;
    uint256 internal constant CAST = 6;
    uint256 internal constant TENANTS = 2;
    uint256 internal constant UNITS = 2;
    uint256 internal constant LANDLORD = 2;
    uint256 internal constant ARBITER = 3;
    uint256 internal constant ATTESTOR = 4;
    uint256 internal constant STRANGER = 5;

    uint64 internal constant RENT = 101;
    uint64 internal constant DEPOSIT = 503;
    uint256 internal constant PERIOD = 5 days;
    uint256 internal constant PERIODS = 3;
    uint256 internal constant INSPECTION = 4 days;
    uint256 internal constant ARBITRATION = 9 days;

    IRental public rental;
    ISettlementEngine internal _engine;

    constructor() {
        address bank = VM.addr(KEYS + CAST);
        _admit(1, "TESTAAAA000000000067", bank);
        _money.openInstitutionWallet(bank);
        _money.appoint(_enforcer(), 8, BASIS);
        _engine = ISettlementEngine(_deploy("SettlementEngine", ""));
        rental = IRental(_deploy("Rental", abi.encode(_money, _engine)));
        rental.setAttestor(person(ATTESTOR), true, BASIS);
        for (uint256 i = 0; i <= LANDLORD; ++i) {
            VM.prank(bank);
            _money.openWallet(person(i), 1, bytes32(i + 1));
            if (i == LANDLORD) continue;
            VM.prank(person(i));
            _money.approve(address(_engine), type(uint256).max);
            VM.prank(person(i));
            _money.approve(address(rental), type(uint256).max);
            VM.prank(person(i));
            _engine.authorizeAgent(address(rental), true);
        }
    }

    /// @dev Two tenants, the landlord, the arbiter, the attestor, and somebody without a part in it.
    function person(uint256 i) public pure returns (address) {
        return VM.addr(KEYS + i);
    }

    function unitOf(uint256 u) public pure returns (bytes32) {
        return keccak256(abi.encode("unit", u));
    }

    function _enforcer() internal pure returns (address) {
        return VM.addr(KEYS + CAST + 1);
    }

    function _attest(uint256 u, uint256 revision) internal {
        RentalTitle memory title = RentalTitle(
            unitOf(u),
            uint32(revision),
            person(LANDLORD),
            uint48(NEVER - 1),
            "extract"
        );
        bytes32 typehash = keccak256(
            "RentalTitle(bytes32 unit,uint32 revision,address owner,uint48 notAfter,bytes32 document)"
        );
        rental.attestTitle(title, person(ATTESTOR), _signed(ATTESTOR, _typed(keccak256(abi.encode(typehash, title)))));
    }

    function _protocolSigned(uint256 by, bytes32 lease, bool returned) internal view returns (bytes memory) {
        bytes32 typehash = keccak256("UnitProtocol(bytes32 lease,bool returned,bytes32 protocol)");
        UnitProtocol memory said = UnitProtocol(lease, returned, "protocol");
        return _signed(by, _typed(keccak256(abi.encode(typehash, said))));
    }

    function _signed(uint256 who, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(KEYS + who, digest);
        return abi.encodePacked(r, s, v);
    }

    function _typed(bytes32 structHash) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Rental"),
                keccak256("1"),
                block.chainid,
                rental
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function _lease(uint256 u, uint256 tenant, uint256 start, bytes32 salt) internal pure returns (Lease memory) {
        return
            Lease({
                unit: unitOf(u),
                landlord: person(LANDLORD),
                tenant: person(tenant),
                rent: RENT,
                deposit: DEPOSIT,
                start: uint48(start),
                period: uint32(PERIOD),
                periods: uint16(PERIODS),
                arrearsLimit: 2,
                arbiter: person(ARBITER),
                inspection: uint32(INSPECTION),
                arbitration: uint32(ARBITRATION),
                contractHash: "contract",
                notAfter: uint48(start),
                salt: salt
            });
    }

    function _depositOf(Lease memory lease) internal view returns (Hold memory) {
        return rental.depositOf(lease);
    }
}
