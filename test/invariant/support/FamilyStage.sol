// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {IRetailCurrency} from "../../../contracts/currency/IRetailCurrency.sol";
import {Platform} from "./Platform.sol";
import {VM} from "./Vm.sol";

/// @dev Two banks, two persons that each of them may know, five accounts for their wallets, and a shop that is paid.
abstract contract FamilyStage is Platform {
    uint256 internal constant ACCOUNTS = 5;
    uint256 internal constant BANKS = 2;
    uint256 internal constant FIRST_BANK = 5;
    uint256 internal constant SHOP = 7;
    uint256 internal constant EXECUTOR = 8;
    uint256 internal constant CAST = 9;
    uint256 internal constant KEYS = 0xFA71;

    uint8 internal constant STORY_CLASS = 2;
    uint256 internal constant SINGLE = 400;
    uint256 internal constant DAY = 600;
    uint256 internal constant YEAR = 1_000;

    IRetailCurrency public retail;

    constructor() {
        retail = IRetailCurrency(address(_money));
        _money.setClassLimits(
            STORY_CLASS,
            ClassLimits(type(uint64).max, uint64(SINGLE), uint40(DAY), uint40(YEAR), true)
        );
        _money.setClassLimits(6, ClassLimits(type(uint64).max, type(uint64).max, 2 ** 40 - 1, 2 ** 40 - 1, true));
        _admit(1, "TESTAAAA000000000067", person(FIRST_BANK));
        _admit(2, "TESTBBBB000000000007", person(FIRST_BANK + 1));
        for (uint256 b = FIRST_BANK; b < FIRST_BANK + BANKS; ++b) {
            _money.openInstitutionWallet(person(b));
            _money.issue(person(b), 2 ** 40, bytes32(b));
        }
        VM.prank(person(FIRST_BANK));
        _money.openWallet(person(SHOP), 1, "the shop");
    }

    /// @dev Accounts, banks, the shop, and whoever executes holds.
    function person(uint256 i) public pure returns (address) {
        return VM.addr(KEYS + i);
    }
}
