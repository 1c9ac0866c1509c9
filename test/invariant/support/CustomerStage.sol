// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {IDisclosure} from "../../../contracts/payments/IDisclosure.sol";
import {IWalletRecovery} from "../../../contracts/payments/IWalletRecovery.sol";
import {Platform} from "./Platform.sol";
import {VM} from "./Vm.sol";

/// @dev Two customers of one institution, each with an old wallet and a new one, and the limits of a person; the
/// institution's two keys, another institution, an authority with a warrant, and a shop.
abstract contract CustomerStage is Platform {
    uint256 internal constant CUSTOMERS = 2;
    /// @dev The old wallets come first, then the new ones in the same order.
    uint256 internal constant SHOP = 4;
    uint256 internal constant BANK = 5;
    uint256 internal constant SECOND = 6;
    uint256 internal constant OTHER = 7;
    uint256 internal constant COURT = 8;
    uint256 internal constant STRANGER = 9;
    uint256 internal constant CAST = 10;
    uint256 internal constant KEYS = 0xC057;

    uint256 internal constant SINGLE = 700;
    uint256 internal constant DAY_LIMIT = 1_000;
    uint256 internal constant DELAY = 7 days;
    uint64 internal constant WARRANT = 12;
    uint16 internal constant INSTITUTION = 1;

    IDisclosure public disclosure;
    IWalletRecovery public recovery;

    constructor() {
        _admit(INSTITUTION, "TESTAAAA000000000067", person(BANK));
        _admit(2, "TESTBBBB000000000007", person(OTHER));
        _registry.addAccount(INSTITUTION, person(SECOND));
        _money.appoint(_enforcer(), 8, BASIS);
        uint40 none = 2 ** 40 - 1;
        _money.setClassLimits(2, ClassLimits(type(uint64).max, uint64(SINGLE), uint40(DAY_LIMIT), none, true));
        for (uint256 i = 0; i < SHOP + 1; ++i) {
            VM.prank(person(BANK));
            _money.openWallet(
                person(i),
                i < CUSTOMERS ? 2 : 1,
                identity((i % CUSTOMERS) + (i == SHOP ? CUSTOMERS : 0))
            );
        }
        disclosure = IDisclosure(_deploy("Disclosure", abi.encode(_money)));
        recovery = IWalletRecovery(_deploy("WalletRecovery", abi.encode(_money)));
        bytes4[] memory asked = new bytes4[](1);
        asked[0] = disclosure.request.selector;
        IAccessManager(_authority).setTargetFunctionRole(address(disclosure), asked, WARRANT);
        IAccessManager(_authority).grantRole(WARRANT, person(COURT), 0);
    }

    /// @dev Two old wallets, their two new ones, the shop, the institution's keys, the other institution's, the court, and
    /// somebody without a part in it.
    function person(uint256 i) public pure returns (address) {
        return VM.addr(KEYS + i);
    }

    function leaves(uint256 customer) public pure returns (bytes32[4] memory four) {
        for (uint256 k = 0; k < 4; ++k) four[k] = keccak256(abi.encode(customer, k));
    }

    function identity(uint256 customer) public pure returns (bytes32) {
        return keccak256(abi.encode(leaves(customer)));
    }

    function _enforcer() internal pure returns (address) {
        return VM.addr(KEYS + CAST);
    }

    /// @dev The old key's over an objection to the `round`-th recovery of its wallet.
    function _objection(uint256 signer, address wallet, uint32 round) internal view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("WalletRecovery"),
                keccak256("1"),
                block.chainid,
                recovery
            )
        );
        bytes32 typehash = keccak256("RecoveryObjection(address wallet,uint32 round)");
        bytes32 said = keccak256(abi.encode(typehash, wallet, round));
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(KEYS + signer, keccak256(abi.encodePacked(hex"1901", domain, said)));
        return abi.encodePacked(r, s, v);
    }
}
