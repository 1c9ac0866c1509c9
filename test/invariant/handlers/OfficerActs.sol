// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ClassLimits, ICurrencyOffice} from "../../../contracts/currency/ICurrencyOffice.sol";
import {ICurrencySupply} from "../../../contracts/currency/ICurrencySupply.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IDigitalCurrency} from "../../../contracts/currency/IDigitalCurrency.sol";
import {IIssuanceDesk} from "../../../contracts/issuance/IIssuanceDesk.sol";
import {IAccountLedger} from "../../../contracts/ledger/IAccountLedger.sol";
import {ILedgerEnforcement} from "../../../contracts/ledger/ILedgerEnforcement.sol";
import {IInstitutionRegistry} from "../../../contracts/registry/IInstitutionRegistry.sol";
import {LedgerBook} from "../support/LedgerBook.sol";
import {HoldActs} from "./HoldActs.sol";

/// @dev What enforcers, halting officers, registrars and account managers do, the passing of time, and what those who
/// hold no office attempt.
abstract contract OfficerActs is HoldActs {
    mapping(uint256 c => mapping(uint256 number => uint256)) private _largestQuota;

    function passTime(uint256 kind, uint256 amount) external now_ {
        if (kind % 16 < 9) _clock += amount % 2 hours;
        else if (kind % 16 < 12) _clock += amount % 3 days;
        else if (kind % 16 < 15) _clock = _midnightAfter(_clock) - (amount % 2);
        else _clock += amount % 40 days;
        ++_tallies["passTime"].done;
    }

    function freeze(uint256 c, uint256 whom, uint256 kind) external now_ {
        (c, whom) = (c % 2, _someone(whom));
        bool on = kind % 8 == 0;
        _booked(abi.encodeCall(LedgerBook.bar, (c, _people[whom], on)));
        bytes memory data =
            on
                ? abi.encodeCall(IAccountLedger.freeze, (_people[whom], BASIS))
                : abi.encodeCall(ILedgerEnforcement.unfreeze, (_people[whom], BASIS));
        _do(on ? "freeze" : "unfreeze", _enforcer(), address(_places[c].money), data, true);
    }

    function freezeAmount(uint256 c, uint256 whom, uint256 amount) external now_ {
        (c, whom) = (c % 2, _someone(whom));
        amount = amount % 4 != 0 ? 0 : _some(amount / 4, _book.line(c, _people[whom]).balance);
        _booked(abi.encodeCall(LedgerBook.freezeAmount, (c, _people[whom], amount)));
        bytes memory data = abi.encodeWithSignature("setFrozenTokens(address,uint256)", _people[whom], amount);
        _do("setFrozenTokens", _enforcer(), address(_places[c].money), data, true);
    }

    function forceTransfer(uint256 c, uint256 from, uint256 to, uint256 amount) external now_ {
        (c, from, to) = (c % 2, _someone(from), _someone(to));
        LedgerBook.Line memory giver = _book.line(c, _people[from]);
        amount = _some(amount, giver.balance - giver.held);
        bool expected = _booked(abi.encodeCall(LedgerBook.order, (c, _people[from], _people[to], amount)));
        bytes memory data = abi.encodeWithSignature(
            "forcedTransfer(address,address,uint256,bytes32)",
            _people[from],
            _people[to],
            amount,
            BASIS
        );
        _do("forcedTransfer", _enforcer(), address(_places[c].money), data, expected);
    }

    function halt(uint256 c, uint256 walletClass, uint256 kind) external now_ {
        (c, walletClass) = (c % 2, walletClass % 8);
        IDigitalCurrency money = _places[c].money;
        bool on = kind % 8 == 0;
        if ((kind / 8) % 2 == 0) {
            _book.halt(c, walletClass, on);
            if (on) money.haltClass(uint8(walletClass));
            else money.resumeClass(uint8(walletClass));
        } else {
            _book.haltAll(c, on);
            if (on) money.haltAll();
            else money.resumeAll();
        }
        ++_tallies[on ? "halt" : "resume"].done;
    }

    function setStanding(uint256 c, uint256 which, uint256 kind) external now_ {
        (c, which) = (c % 2, which % 2);
        uint16 number = uint16(which + 1);
        IInstitutionRegistry registry = _places[c].registry;
        bool active = _book.institution(c, number).active;
        if (kind % 4 == 3) {
            uint64 quota = uint64(kind % (2 * QUOTA));
            registry.setQuota(number, quota);
            _book.setQuota(c, number, quota);
            if (quota > largestQuota(c, number)) _largestQuota[c][number] = quota;
        } else if (!active || kind % 4 == 0) {
            IInstitutionRegistry.Status next =
                active ? IInstitutionRegistry.Status.Suspended : IInstitutionRegistry.Status.Active;
            registry.setStatus(number, next, "reason");
            _book.setActive(c, number, !active);
        }
        ++_tallies["setStanding"].done;
    }

    function changeWallet(uint256 c, uint256 whom, uint256 which, uint256 walletClass) external now_ {
        (c, whom, which) = (c % 2, whom % CAST, which % 2);
        address account = _people[whom];
        bool active = _book.institution(c, which + 1).active;
        uint256 class = 1 + (walletClass % 5);
        bytes memory entry;
        bytes memory data;
        string memory act;
        if (_book.line(c, account).class == 0) {
            (act, entry) = ("openWallet", abi.encodeCall(LedgerBook.open, (c, account, class, which + 1)));
            data = abi.encodeCall(ICurrencyOffice.openWallet, (account, uint8(class), bytes32(whom + 1)));
        } else if (walletClass % 7 == 0) {
            (act, entry) = ("closeWallet", abi.encodeCall(LedgerBook.close, (c, account, which + 1)));
            data = abi.encodeCall(ICurrencyOffice.closeWallet, (account));
        } else {
            (act, entry) = ("reclassifyWallet", abi.encodeCall(LedgerBook.reclassify, (c, account, class, which + 1)));
            data = abi.encodeCall(ICurrencyOffice.reclassifyWallet, (account, uint8(class), "evidence"));
        }
        _do(act, _bank(c, which), address(_places[c].money), data, active && _booked(entry));
    }

    /// @dev What nobody without the office may do, tried by somebody at every account's expense.
    function usurp(uint256 c, uint256 who, uint256 whom, uint256 kind) external now_ {
        (c, who, whom) = (c % 2, _someone(who), _someone(whom));
        address victim = _people[whom];
        address money = address(_places[c].money);
        _do("usurp", _people[who], _usurped(c, kind), _usurpation(kind % 14, victim, money), false);
    }

    function largestQuota(uint256 c, uint256 number) public view returns (uint256) {
        return _largestQuota[c][number] > QUOTA ? _largestQuota[c][number] : QUOTA;
    }

    // --------------------------------------------------------------- internals

    function _usurped(uint256 c, uint256 kind) private view returns (address) {
        if (kind % 14 == 12) return address(_places[c].registry);
        return kind % 14 == 13 ? address(_places[c].desk) : address(_places[c].money);
    }

    function _usurpation(uint256 kind, address victim, address money) private pure returns (bytes memory) {
        if (kind == 0) return abi.encodeCall(ICurrencySupply.issue, (victim, 1, "ref"));
        if (kind == 1) return abi.encodeWithSignature("forcedTransfer(address,address,uint256)", victim, money, 0);
        if (kind == 2) return abi.encodeCall(IAccountLedger.freeze, (victim, BASIS));
        if (kind == 3) return abi.encodeWithSignature("setFrozenTokens(address,uint256)", victim, 1);
        if (kind == 4) return abi.encodeCall(ILedgerEnforcement.appoint, (victim, 4, BASIS));
        if (kind == 5) return abi.encodeCall(ILedgerEnforcement.dismiss, (victim, 4));
        if (kind == 6) return abi.encodeCall(ICurrencyOffice.haltAll, ());
        if (kind == 7) return abi.encodeCall(ICurrencyOffice.resumeAll, ());
        if (kind == 8) return abi.encodeCall(UUPSUpgradeable.upgradeToAndCall, (victim, ""));
        if (kind == 9) {
            return abi.encodeCall(ICurrencyOffice.setClassLimits, (4, ClassLimits(0, 0, 0, 0, true)));
        }
        if (kind == 10) return abi.encodeWithSignature("initialize(address)", money);
        if (kind == 11) return abi.encodeCall(ILedgerEnforcement.unfreeze, (victim, BASIS));
        if (kind == 12) {
            return abi.encodeCall(IInstitutionRegistry.setStatus, (1, IInstitutionRegistry.Status.Suspended, 0));
        }
        return abi.encodeCall(IIssuanceDesk.setSettlementOperator, (victim));
    }

    function _midnightAfter(uint256 time) private pure returns (uint256) {
        return ((time + 8 hours) / 1 days + 1) * 1 days - 8 hours;
    }
}
