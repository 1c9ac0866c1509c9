// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBond} from "../../contracts/assets/IBond.sol";
import {ICurrencyOffice} from "../../contracts/currency/ICurrencyOffice.sol";
import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {IIssuanceDesk} from "../../contracts/issuance/IIssuanceDesk.sol";
import {IInstitutionRegistry} from "../../contracts/registry/IInstitutionRegistry.sol";
import {RegistryActs} from "./handlers/RegistryActs.sol";
import {Campaign} from "./support/Campaign.sol";
import {IUnits} from "./support/IUnits.sol";
import {RegistryBook} from "./support/RegistryBook.sol";
import {VM} from "./support/Vm.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract RegistryStory is RegistryActs {}

/// @dev What docs/invariants.md says of institutions, after every act of a story.
contract RegistryInvariants is Campaign {
    uint256 private constant ACCOUNTS = 16;
    uint256 private constant CUSTOMERS = 12;

    RegistryStory private _story;
    RegistryBook private _book;
    IInstitutionRegistry private _registry;

    function setUp() external {
        _story = new RegistryStory();
        _told = _story;
        (_book, _registry) = (_story.book(), _story.registry());
    }

    function invariant_everySentenceHolds() external {
        holds_REG03_anAccountActsForOneInstitutionAtMost();
        holds_REG04_noNumberAndNoLeiStandsForTwo();
        holds_REG01_aStandingFollowsTheTableAndAnEndIsForGood();
        holds_REG02_onlyAnActiveInstitutionStartsAnythingAndNoCustomerLoses();
    }

    function holds_REG01_aStandingFollowsTheTableAndAnEndIsForGood() public {
        uint256[] memory numbers = _book.numbers();
        for (uint256 i = 0; i < numbers.length; ++i) {
            uint16 number = uint16(numbers[i]);
            uint256 standing = uint256(_book.entryOf(number).standing);
            _same("standing", number, address(0), uint256(_registry.institution(number).status), standing);
            if (standing != uint256(RegistryBook.Standing.Gone)) continue;
            for (uint8 next = 1; next < 5; ++next) {
                VM.prank(address(_story));
                try _registry.setStatus(number, IInstitutionRegistry.Status(next), "again") {
                    revert Broken("standing after the end", number, address(0), next, 4);
                } catch {}
            }
        }
    }

    /// @dev Tried on every account whose institution is not active, or that has none; customers have what they had.
    function holds_REG02_onlyAnActiveInstitutionStartsAnythingAndNoCustomerLoses() public {
        address fresh = address(0xF5E5);
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            address account = _story.accountAt(i);
            if (_book.entryOf(_book.actsFor(account)).standing == RegistryBook.Standing.Active) continue;
            bytes memory wallet = abi.encodeCall(ICurrencyOffice.openWallet, (fresh, 1, "identity"));
            _requireRefused("opens a wallet", account, address(_story.money()), wallet);
            bytes memory kept = abi.encodeCall(IBond.openAccount, (fresh));
            _requireRefused("opens an account", account, address(_story.units()), kept);
            bytes memory asked = abi.encodeCall(IIssuanceDesk.requestIssue, (1, "fresh", type(uint48).max));
            _requireRefused("asks for money", account, address(_story.desk()), asked);
        }
        (IDigitalCurrency money, IUnits units) = (_story.money(), _story.units());
        for (uint256 i = 0; i < CUSTOMERS; ++i) {
            address who = _story.customerAt(i);
            RegistryBook.Customer memory customer = _book.customer(who);
            (, uint16 sponsor, , ) = money.walletOf(who);
            (, uint16 keeper) = units.accountOf(who);
            _same("money", sponsor, who, money.balanceOf(who), customer.money);
            _same("units", keeper, who, units.balanceOf(who), customer.units);
            _same("sponsor", 0, who, sponsor, customer.sponsor);
            _same("keeper", 0, who, keeper, customer.keeper);
        }
    }

    function holds_REG03_anAccountActsForOneInstitutionAtMost() public view {
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            address account = _story.accountAt(i);
            _same("acts for", 0, account, _registry.institutionOf(account), _book.actsFor(account));
        }
        uint256[] memory numbers = _book.numbers();
        for (uint256 i = 0; i < numbers.length; ++i) {
            address account = _registry.institution(uint16(numbers[i])).settlementAccount;
            _same("settles at", 0, account, uint160(account), uint160(_book.entryOf(numbers[i]).settlement));
            _same("settlement account's", 0, account, _registry.institutionOf(account), numbers[i]);
        }
    }

    function holds_REG04_noNumberAndNoLeiStandsForTwo() public view {
        uint256[] memory numbers = _book.numbers();
        uint16[] memory listed = _registry.numbers(0, type(uint256).max);
        _same("entered", 0, address(0), listed.length, numbers.length);
        for (uint256 i = 0; i < numbers.length; ++i) {
            _same("number", i, address(0), listed[i], numbers[i]);
            IInstitutionRegistry.Institution memory record = _registry.institution(listed[i]);
            RegistryBook.Entry memory entry = _book.entryOf(numbers[i]);
            _same("LEI", listed[i], address(0), uint160(record.lei), uint160(entry.lei));
            _same("BIC", listed[i], address(0), uint88(record.bic), uint88(entry.bic));
            _same("country", listed[i], address(0), uint16(record.country), uint16(entry.country));
            _same("tier", listed[i], address(0), uint256(record.tier), entry.tier);
            _same("quota", listed[i], address(0), record.quota, entry.quota);
            for (uint256 j = 0; j < i; ++j) {
                bytes20 other = _registry.institution(listed[j]).lei;
                require(other != record.lei && listed[j] != listed[i], Broken("twice", listed[i], address(0), j, i));
            }
        }
    }

    // ---------------------------------------------------------------- internals

    function _requireRefused(string memory what, address who, address target, bytes memory data) private {
        VM.prank(who);
        (bool done, ) = target.call(data);
        require(!done, Broken(what, 0, who, 1, 0));
    }
}
