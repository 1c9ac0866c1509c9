// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {IOfflineWallets, OfflineTerms, P256Signature} from "../../../contracts/payments/IOfflineWallets.sol";
import {Platform} from "./Platform.sol";
import {VM} from "./Vm.sol";

/// @dev Four customers of one bank, each with a device; the bank answers for all of them.
abstract contract OfflineStage is Platform {
    uint256 internal constant HOLDERS = 4;
    uint256 internal constant BANK = 4;
    uint256 internal constant STRANGER = 5;
    uint256 internal constant CAST = 6;
    uint256 internal constant KEYS = 0x0FF11;

    uint64 internal constant MAX_PAYMENT = 100;
    uint64 internal constant MAX_LOADED = 400;
    uint32 internal constant MAX_AGE = 3 days;
    uint32 internal constant MAX_TERM = 4 days;
    uint32 internal constant GRACE = 1 days;
    uint64 internal constant PLEDGE = 600;

    uint256 private constant ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551;

    IOfflineWallets public offline;
    // worked out once: curves are slow
    address[CAST] private _people;
    bytes32[HOLDERS] private _ids;

    constructor() {
        for (uint256 i = 0; i < CAST; ++i) _people[i] = VM.addr(KEYS + i);
        _admit(1, "TESTAAAA000000000067", person(BANK));
        _money.setClassLimits(6, ClassLimits(type(uint64).max, type(uint64).max, 2 ** 40 - 1, 2 ** 40 - 1, true));
        _money.openInstitutionWallet(person(BANK));
        OfflineTerms memory terms = OfflineTerms(MAX_PAYMENT, MAX_LOADED, MAX_AGE, MAX_TERM, GRACE);
        offline = IOfflineWallets(_deploy("OfflineWallets", abi.encode(_money, terms)));
        for (uint256 i = 0; i <= BANK; ++i) {
            if (i < HOLDERS) {
                VM.prank(person(BANK));
                _money.openWallet(person(i), 1, bytes32(i + 1));
            }
            VM.prank(person(i));
            _money.approve(address(offline), type(uint256).max);
        }
        _money.issue(person(BANK), PLEDGE, BASIS);
        VM.prank(person(BANK));
        offline.pledge(PLEDGE, uint48(NEVER - 1));
        for (uint256 i = 0; i < HOLDERS; ++i) {
            (uint256 x, uint256 y) = VM.publicKeyP256(KEYS + i);
            P256Signature memory proof = _signed(i, _keyDigest(person(i)));
            VM.prank(person(BANK));
            _ids[i] = offline.registerDevice(person(i), bytes32(x), bytes32(y), proof);
        }
    }

    /// @dev The holders, their bank, and somebody without a part in it.
    function person(uint256 i) public view returns (address) {
        return _people[i];
    }

    function deviceId(uint256 i) public view returns (bytes32) {
        return _ids[i];
    }

    /// @dev As a device signs: SHA-256 of the digest, `s` in the lower half.
    function _signed(uint256 who, bytes32 digest) internal pure returns (P256Signature memory) {
        (bytes32 r, bytes32 s) = VM.signP256(KEYS + who, sha256(abi.encode(digest)));
        return P256Signature(r, uint256(s) > ORDER / 2 ? bytes32(ORDER - uint256(s)) : s);
    }

    function _keyDigest(address owner) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("OfflineWallets"),
                keccak256("1"),
                block.chainid,
                offline
            )
        );
        bytes32 key = keccak256(abi.encode(keccak256("DeviceKey(address owner)"), owner));
        return keccak256(abi.encodePacked(hex"1901", domain, key));
    }
}
