// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {IInterestBook} from "../../../contracts/issuance/IInterestBook.sol";
import {InstitutionKind, IReserveFramework} from "../../../contracts/issuance/IReserveFramework.sol";
import {Platform} from "./Platform.sol";
import {VM} from "./Vm.sol";

interface INotedDays {
    function note(uint256 day, address target, bytes32 slot, uint256 value) external;
}

/// @dev A bank with three identified customers and an anonymous one, a non-bank with one customer, and the framework of
/// 2026. What days ended with is noted instead of proven: proofs are for `test/issuance/DayEnds.test.ts`.
abstract contract DepositStage is Platform {
    /// @dev Bearing wallets come first.
    uint256 internal constant BEARING = 3;
    uint256 internal constant ANONYMOUS = 3;
    uint256 internal constant ELSEWHERE = 4;
    uint256 internal constant WALLETS = 5;
    uint256 internal constant BANK = 5;
    uint256 internal constant OTHER = 6;
    uint256 internal constant CAST = 7;
    uint256 internal constant STRANGER = 7;

    uint16 internal constant BANK_NUMBER = 1;
    uint16 internal constant OTHER_NUMBER = 2;
    uint256 internal constant FUNDS = 20_000_000;
    uint256 internal constant SUPPLY = 2 * FUNDS;

    IInterestBook public interest;
    IReserveFramework public reserves;
    INotedDays internal _days;

    constructor() {
        ClassLimits memory none = ClassLimits(type(uint64).max, type(uint64).max, 2 ** 40 - 1, 2 ** 40 - 1, true);
        _money.setClassLimits(4, none);
        _money.setClassLimits(6, none);
        _admit(BANK_NUMBER, "TESTAAAA000000000067", person(BANK));
        _admit(OTHER_NUMBER, "TESTICBC000000000048", person(OTHER));
        _money.openInstitutionWallet(person(BANK));
        _money.openInstitutionWallet(person(OTHER));
        for (uint256 i = 0; i < WALLETS; ++i) {
            VM.prank(person(i == ELSEWHERE ? OTHER : BANK));
            _money.openWallet(person(i), i == ANONYMOUS ? 4 : 1, bytes32(i + 1));
        }
        _days = INotedDays(_deploy("DayEndsMock", ""));
        reserves = IReserveFramework(_deploy("ReserveFramework", abi.encode(_money, _days)));
        interest = IInterestBook(_deploy("InterestBook", abi.encode(reserves)));
        reserves.setKind(BANK_NUMBER, InstitutionKind.Bank);
        reserves.setKind(OTHER_NUMBER, InstitutionKind.NonBank);
        for (uint256 i = BANK; i < CAST; ++i) {
            _money.issue(person(i), FUNDS, bytes32(i));
            VM.prank(person(i));
            _money.approve(address(interest), type(uint256).max);
        }
    }

    /// @dev Customers, the two institutions, and somebody without a part in it.
    function person(uint256 i) public pure returns (address) {
        return address(uint160(0xDE9051700 + i));
    }
}
