// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {DayCountConvention} from "../../../contracts/assets/DayCount.sol";
import {BondTerms, Coupon, IBond} from "../../../contracts/assets/IBond.sol";
import {ICurrencyOffice} from "../../../contracts/currency/ICurrencyOffice.sol";
import {IIssuanceDesk} from "../../../contracts/issuance/IIssuanceDesk.sol";
import {IInstitutionRegistry} from "../../../contracts/registry/IInstitutionRegistry.sol";
import {IUnits} from "../support/IUnits.sol";
import {Platform} from "../support/Platform.sol";
import {RegistryBook} from "../support/RegistryBook.sol";
import {Telling} from "./Telling.sol";

/// @dev Institutions are entered, change their standing and their accounts; they and those who are not let in try to
/// start business in money, at the desk and in a bond; customers go on paying and delivering.
abstract contract RegistryActs is Platform, Telling {
    uint256 internal constant NUMBERS = 6;
    uint256 internal constant ACCOUNTS = 16;
    uint256 internal constant CUSTOMERS = 12;
    uint256 private constant SERVED = 4;
    uint256 private constant FUNDS = 1_000;
    uint64 private constant UNITS = 400;

    RegistryBook internal _book;
    IIssuanceDesk internal _desk;
    IUnits internal _units;
    string[NUMBERS] private _leis = [
        "TESTAAAA000000000067",
        "TESTBBBB000000000007",
        "TESTCCCC000000000044",
        "TESTDDDD000000000081",
        "TESTEEEE000000000021",
        "TESTFFFF000000000058"
    ];

    constructor() {
        _book = new RegistryBook();
        _desk = IIssuanceDesk(_deploy("IssuanceDesk", abi.encode(_money, _registry, _authority, address(this))));
        for (uint16 number = 1; number <= 2; ++number) {
            Identity memory who = _identity(_leis[number - 1], IInstitutionRegistry.Tier.Operating);
            _admit(number, _leis[number - 1], accountAt(number - 1));
            _book.enter(number, _entry(who, accountAt(number - 1)), true);
            _book.setStanding(number, RegistryBook.Standing.Active);
        }
        _issueUnits();
        for (uint256 i = 0; i < SERVED; ++i) _serve(customerAt(i), accountAt(i % 2));
    }

    function book() external view returns (RegistryBook) {
        return _book;
    }

    function desk() external view returns (IIssuanceDesk) {
        return _desk;
    }

    function units() external view returns (IUnits) {
        return _units;
    }

    function accountAt(uint256 i) public pure returns (address) {
        return i == ACCOUNTS ? address(0) : address(uint160(0xACC0 + i));
    }

    function customerAt(uint256 i) public pure returns (address) {
        return address(uint160(0xC057 + i));
    }

    // -------------------------------------------------------- the central bank's

    function enter(uint256 number, uint256 which, uint256 flaw, uint256 account, uint256 tier) external now_ {
        number = number % 8 == 0 ? _someNumber(number / 8) : _book.numbers().length + 1;
        account = account % 4 == 0 ? account % (ACCOUNTS + 1) : _freeAccount();
        IInstitutionRegistry.Tier of_ = IInstitutionRegistry.Tier(tier % 4);
        // the next identity that nobody has, or any
        Identity memory who = _identity(_leis[(which % 8 == 0 ? which : _book.numbers().length) % NUMBERS], of_);
        bool formed = _spoil(who, flaw % 8);
        RegistryBook.Entry memory entry = _entry(who, accountAt(account));
        bool expected = _booked(abi.encodeCall(RegistryBook.enter, (number, entry, formed)));
        bytes memory data = abi.encodeCall(
            IInstitutionRegistry.register,
            (uint16(number), who.lei, who.bic, who.country, who.tier, QUOTA, accountAt(account), "name")
        );
        _do("register", address(this), address(_registry), data, expected);
    }

    function setStanding(uint256 number, uint256 status) external now_ {
        number = _someNumber(number);
        // mostly the other of the two; an end is for good, so it comes seldom
        bool active = _book.entryOf(number).standing == RegistryBook.Standing.Active;
        if (status % 4 != 0) status = active ? 3 : 2;
        else status = status % 12 == 0 ? 4 : (status / 12) % 4;
        bytes memory entry = abi.encodeCall(RegistryBook.setStanding, (number, RegistryBook.Standing(status)));
        bytes memory data = abi.encodeCall(
            IInstitutionRegistry.setStatus,
            (uint16(number), IInstitutionRegistry.Status(status), "reason")
        );
        _do("setStatus", address(this), address(_registry), data, _booked(entry));
    }

    function setQuota(uint256 number, uint256 quota) external now_ {
        number = _someNumber(number);
        quota = quota % 4 == 0 ? 0 : quota % (2 * QUOTA);
        bool expected = _booked(abi.encodeCall(RegistryBook.setQuota, (number, quota)));
        bytes memory data = abi.encodeCall(IInstitutionRegistry.setQuota, (uint16(number), uint64(quota)));
        _do("setQuota", address(this), address(_registry), data, expected);
    }

    function addAccount(uint256 number, uint256 account) external now_ {
        number = _someNumber(number);
        address added = accountAt(account % 2 == 0 ? (account / 2) % (ACCOUNTS + 1) : _freeAccount());
        bool expected = _booked(abi.encodeCall(RegistryBook.addAccount, (number, added)));
        bytes memory data = abi.encodeCall(IInstitutionRegistry.addAccount, (uint16(number), added));
        _do("addAccount", address(this), address(_registry), data, expected);
    }

    function removeAccount(uint256 number, uint256 account) external now_ {
        address removed = _bank(account);
        number = _mostlyOwner(number, removed);
        bool expected = _booked(abi.encodeCall(RegistryBook.removeAccount, (number, removed)));
        bytes memory data = abi.encodeCall(IInstitutionRegistry.removeAccount, (uint16(number), removed));
        _do("removeAccount", address(this), address(_registry), data, expected);
    }

    function setSettlementAccount(uint256 number, uint256 account) external now_ {
        address chosen = account % 16 == 0 ? address(0) : _bank(account / 16);
        number = _mostlyOwner(number, chosen);
        bool expected = _booked(abi.encodeCall(RegistryBook.settleAt, (number, chosen)));
        bytes memory data = abi.encodeCall(IInstitutionRegistry.setSettlementAccount, (uint16(number), chosen));
        _do("setSettlementAccount", address(this), address(_registry), data, expected);
    }

    /// @dev What only the central bank may do, tried by an institution's account for itself.
    function usurp(uint256 account, uint256 number, uint256 kind) external now_ {
        address who = accountAt(account % ACCOUNTS);
        _do("usurp", who, address(_registry), _usurpation(who, uint16(number % NUMBERS), kind % 6), false);
    }

    // ------------------------------------------------------------ business begun

    function openWallet(uint256 by, uint256 whom) external now_ {
        (address bank, address who) = (_bank(by), customerAt(whom % CUSTOMERS));
        bool expected = _booked(abi.encodeCall(RegistryBook.openWallet, (bank, who)));
        bytes memory data = abi.encodeCall(ICurrencyOffice.openWallet, (who, 1, bytes32(whom | 1)));
        _do("openWallet", bank, address(_money), data, expected);
    }

    function openAccount(uint256 by, uint256 whom) external now_ {
        (address bank, address who) = (_bank(by), customerAt(whom % CUSTOMERS));
        bool expected = _booked(abi.encodeCall(RegistryBook.openAccount, (bank, who)));
        _do("openAccount", bank, address(_units), abi.encodeCall(IBond.openAccount, (who)), expected);
    }

    function requestIssue(uint256 by, uint256 amount) external now_ {
        address bank = _bank(by);
        amount = _some(amount, QUOTA / 4) % 2 ** 64;
        bool expected = _booked(abi.encodeCall(RegistryBook.requestIssue, (bank, amount)));
        bytes memory data = abi.encodeCall(
            IIssuanceDesk.requestIssue,
            (uint64(amount), _newRef(), uint48(_clock + 1 days))
        );
        _do("requestIssue", bank, address(_desk), data, expected);
    }

    // ---------------------------------------------------------- business going on

    function pay(uint256 from, uint256 to, uint256 amount) external now_ {
        (address giver, address receiver) = (_client(from), _client(to));
        amount = _some(amount, _book.customer(giver).money);
        bool expected = _booked(abi.encodeCall(RegistryBook.pay, (giver, receiver, amount)));
        _do("pay", giver, address(_money), abi.encodeCall(IERC20.transfer, (receiver, amount)), expected);
    }

    function deliver(uint256 from, uint256 to, uint256 amount) external now_ {
        (address giver, address receiver) = (_client(from), _client(to));
        amount = _some(amount, _book.customer(giver).units);
        bool expected = _booked(abi.encodeCall(RegistryBook.deliver, (giver, receiver, amount)));
        _do("deliver", giver, address(_units), abi.encodeCall(IERC20.transfer, (receiver, amount)), expected);
    }

    // --------------------------------------------------------------- internals

    function _rules() internal view override returns (address) {
        return address(_book);
    }

    /// @dev The issuer is this contract; customers get the whole issue.
    function _issueUnits() private {
        BondTerms memory terms = BondTerms({
            isin: "HK0000069689",
            name: "Note",
            symbol: "N",
            currency: address(_money),
            issuer: address(this),
            units: UNITS,
            unitNominal: 100_000,
            couponRate: 0,
            dayCount: DayCountConvention.Act365Fixed,
            frequency: 0,
            issueDate: uint48(OPENING),
            maturity: uint48(OPENING + 365 days)
        });
        _units = _announce(terms, new Coupon[](0));
        _register.attachToken(terms.isin, address(_units));
        // this contract is the second institution's, for as long as it takes
        _registry.addAccount(2, address(this));
        _units.openAccount(address(this));
        _registry.removeAccount(2, address(this));
        _units.issue();
    }

    function _serve(address who, address bank) private {
        (bool opened, ) = _as(bank, address(_money), abi.encodeCall(ICurrencyOffice.openWallet, (who, 1, "identity")));
        (bool kept, ) = _as(bank, address(_units), abi.encodeCall(IBond.openAccount, (who)));
        assert(opened && kept);
        _book.openWallet(bank, who);
        _book.openAccount(bank, who);
        _money.issue(who, FUNDS, BASIS);
        _units.transfer(who, UNITS / SERVED);
        _book.give(who, FUNDS, UNITS / SERVED);
    }

    function _entry(Identity memory who, address account) private pure returns (RegistryBook.Entry memory) {
        return
            RegistryBook.Entry({
                lei: who.lei,
                bic: who.bic,
                country: who.country,
                tier: uint256(who.tier),
                standing: RegistryBook.Standing.Applied,
                quota: QUOTA,
                pending: 0,
                settlement: account
            });
    }

    /// @dev Mostly leaves it as it is.
    function _spoil(Identity memory who, uint256 flaw) private pure returns (bool formed) {
        if (flaw == 0) who.lei = bytes20(uint160(who.lei) ^ 1);
        else if (flaw == 1) who.bic = "TESTH1T0";
        else if (flaw == 2) who.country = "hk";
        return flaw > 2;
    }

    /// @dev Mostly one that was entered.
    function _someNumber(uint256 seed) private view returns (uint256) {
        if (seed % 8 == 0) return (seed / 8) % (2 * NUMBERS);
        uint256[] memory numbers = _book.numbers();
        return numbers[(seed / 8) % numbers.length];
    }

    /// @dev Mostly an account that acts for somebody.
    function _bank(uint256 seed) private view returns (address account) {
        account = accountAt((seed / 4) % ACCOUNTS);
        if (seed % 4 != 0 && _book.actsFor(account) == 0) account = accountAt((seed / 64) % 2);
    }

    /// @dev Mostly a customer who was served from the beginning.
    function _client(uint256 seed) private pure returns (address) {
        return customerAt((seed / 8) % (seed % 8 == 0 ? CUSTOMERS : SERVED));
    }

    function _freeAccount() private view returns (uint256 i) {
        while (i < ACCOUNTS && _book.actsFor(accountAt(i)) != 0) ++i;
    }

    function _mostlyOwner(uint256 seed, address account) private view returns (uint256) {
        return seed % 8 == 0 ? (seed / 8) % (NUMBERS + 1) : _book.actsFor(account);
    }

    function _usurpation(address who, uint16 number, uint256 kind) private view returns (bytes memory) {
        if (kind == 0) return abi.encodeCall(IInstitutionRegistry.setStatus, (number, _active(), "mine"));
        if (kind == 1) return abi.encodeCall(IInstitutionRegistry.setQuota, (number, type(uint64).max));
        if (kind == 2) return abi.encodeCall(IInstitutionRegistry.addAccount, (number, who));
        if (kind == 3) return abi.encodeCall(IInstitutionRegistry.removeAccount, (number, who));
        if (kind == 4) return abi.encodeCall(IInstitutionRegistry.setSettlementAccount, (number, who));
        return
            abi.encodeCall(
                IInstitutionRegistry.register,
                (77, bytes20(bytes(_leis[5])), "TESTHKT0", "HK", IInstitutionRegistry.Tier.Operating, 1, who, "name")
            );
    }

    function _active() private pure returns (IInstitutionRegistry.Status) {
        return IInstitutionRegistry.Status.Active;
    }
}
