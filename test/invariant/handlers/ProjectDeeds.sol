// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchStatus} from "../../../contracts/projects/IMaterials.sol";
import {ApplicationStatus, Purpose} from "../../../contracts/projects/IProjectFunds.sol";
import {Certificate} from "../../../contracts/projects/IProjectWorks.sol";
import {ProjectBook} from "../support/ProjectBook.sol";
import {VM} from "../support/Vm.sol";

/// @dev What is done in a project, by the book first: the book says whether it must succeed.
abstract contract ProjectDeeds is ProjectBook {
    uint256 private _oldMonths;
    mapping(bytes32 contractId => uint32) internal _changes;
    mapping(bytes32 payroll => bool) internal _rosters;

    function _certify(uint256 c, uint256 amount, uint256 earned, uint256 lot, bool last) internal {
        if (amount > type(uint64).max || earned > type(uint64).max) return;
        uint256 least = c == 0 ? 0 : (amount * WAGE_SHARE + 9_999) / 10_000;
        bool allowed = amount != 0 && amount <= _free(c) && earned >= least && earned <= amount;
        allowed = allowed && (lot == 0 || _lots[lot - 1].status == BatchStatus.Passed);
        Certificate memory said = Certificate({
            contractId: _works[c].id,
            number: _works[c].certificates,
            last: last,
            amount: uint64(amount),
            wages: uint64(earned),
            evidence: BASIS,
            batches: new bytes32[](lot == 0 ? 0 : 1)
        });
        if (lot != 0) said.batches[0] = _lots[lot - 1].id;
        bytes memory data = abi.encodeCall(works.certify, (_terms(), said, "", ""));
        (bool done, bytes memory answer) = _as(person(STRANGER), address(works), data);
        _tell("certify", done, allowed, answer);
        if (!allowed) return;
        _certified(c, abi.decode(answer, (bytes32)), amount, earned);
        if (lot != 0) _lots[lot - 1].status = BatchStatus.Used;
    }

    function _certified(uint256 c, bytes32 id, uint256 amount, uint256 earned) internal {
        Works storage w = _works[c];
        uint256 retained = ((amount - earned) * RETENTION) / 10_000;
        _certs.push(Cert(c, id, earned, amount - earned - retained, 0, 0, 0));
        (w.certified, w.retained, w.certificates) = (w.certified + amount, w.retained + retained, w.certificates + 1);
    }

    function _applyFor(
        uint256 i,
        bool isWages,
        uint256 amount,
        uint32 month,
        uint256 seed
    ) internal returns (uint256 a) {
        Cert storage cert = _certs[i];
        uint256 left = isWages ? cert.wages - cert.wagesApplied : cert.others - cert.othersApplied;
        bool allowed = amount != 0 && amount <= left;
        a = _apps.length;
        _apps.push();
        App storage app = _apps[a];
        (app.cert, app.isWages, app.amount, app.month) = (i, isWages, amount, month);
        uint256 rest = amount;
        for (uint256 k = 0; k < (isWages ? WORKERS : SUPPLIERS); ++k) {
            uint256 part = rest / (1 + ((seed >> (8 * k)) % 3));
            app.amounts.push(part);
            rest -= part;
        }
        bytes memory data = abi.encodeCall(funds.applyForPayment, (_terms(), _application(a)));
        app.id = funds.applicationId(_application(a));
        _do("applyFor", notary(cert.c == 0 ? GENERAL : SUB), address(funds), data, allowed);
        if (!allowed) {
            _apps.pop();
            return a;
        }
        app.status = ApplicationStatus.Applied;
        if (isWages) cert.wagesApplied += amount;
        else cert.othersApplied += amount;
    }

    /// @dev Four approvers, of whom the last is the second level, and a stranger.
    function _approve(uint256 a, uint256 who) internal {
        App storage app = _apps[a];
        uint256 bits = app.approvals;
        bool first = (bits & 1) + ((bits >> 1) & 1) + ((bits >> 2) & 1) < 2;
        bool allowed =
            app.status == ApplicationStatus.Applied && (first ? who < 3 && (bits >> who) & 1 == 0 : who == 3);
        bytes memory data = abi.encodeCall(funds.approvePayment, (_terms(), app.id));
        _do("approve", person(APPROVER + who), address(funds), data, allowed);
        if (!allowed) return;
        app.approvals = bits | (1 << who);
        if (who == 3) app.status = ApplicationStatus.Approved;
    }

    function _reject(uint256 a, uint256 who) internal {
        App storage app = _apps[a];
        bool alive = app.status == ApplicationStatus.Applied || app.status == ApplicationStatus.Approved;
        bytes memory data = abi.encodeCall(funds.rejectPayment, (_terms(), app.id));
        _do("reject", person(APPROVER + who), address(funds), data, alive && who < 4);
        if (!alive || who > 3) return;
        _giveBack(a);
        app.status = ApplicationStatus.Rejected;
    }

    function _settle(uint256 a) internal {
        App storage app = _apps[a];
        Cert storage cert = _certs[app.cert];
        bool allowed = app.status == ApplicationStatus.Approved && !app.isWages && cert.wages == cert.wagesSettled;
        bytes memory data = abi.encodeCall(funds.settlePage, (_terms(), _application(a), 0, _entries(a, 0, SUPPLIERS)));
        _do("settle", person(STRANGER), address(funds), data, allowed);
        if (!allowed) return;
        for (uint256 k = 0; k < SUPPLIERS; ++k) {
            _due(a, SUPPLIER + k, app.amounts[k], listed[person(SUPPLIER + k)] == Purpose.Material);
            app.settled += app.amounts[k];
        }
        _giveBack(a);
        app.status = ApplicationStatus.Settled;
    }

    function _payWages(uint256 a) internal {
        App storage app = _apps[a];
        if (!app.isWages) return;
        if (!app.opened) {
            bytes memory open = abi.encodeCall(wages.openPayroll, (_terms(), _roster(a), bytes32(a), ""));
            // two applications may have the same roster
            bytes32 payroll = wages.payrollId(_roster(a));
            _do("openPayroll", person(STRANGER), address(wages), open, !_rosters[payroll]);
            app.opened = !_rosters[payroll];
            _rosters[payroll] = true;
            return;
        }
        bool allowed = app.status == ApplicationStatus.Approved && app.page < 2;
        uint256[] memory entries = _entries(a, app.page == 0 ? 0 : 2, 2);
        bytes memory data = abi.encodeCall(wages.payPage, (_terms(), _roster(a), entries));
        _do("payPage", person(STRANGER), address(wages), data, allowed);
        if (!allowed) return;
        for (uint256 k = 2 * app.page; k < 2 * app.page + 2; ++k) {
            bytes32 identity = identityOf(WORKER + k);
            // once a person and month, whatever the wallet, the roster or the certificate
            if (wagesOf[project][app.month][identity]++ != 0) continue;
            _due(a, WORKER + k, app.amounts[k], isRealName(WORKER + k));
            app.settled += app.amounts[k];
            _certs[app.cert].wagesSettled += app.amounts[k];
        }
        if (++app.page != 2) return;
        _giveBack(a);
        app.status = ApplicationStatus.Settled;
    }

    function _claim(uint256 a, uint256 who) internal {
        App storage app = _apps[a];
        who = app.isWages ? WORKER + (who % WORKERS) : SUPPLIER + (who % SUPPLIERS);
        uint256 amount = claims[_apps[a].id][_keyOf(a, who)];
        bool due = app.isWages ? isRealName(who) : listed[person(who)] == Purpose.Material;
        bool allowed = amount != 0 && due && !frozen[person(who)];
        bytes memory data =
            app.isWages
                ? abi.encodeCall(wages.claimWage, (_terms(), app.id, person(who)))
                : abi.encodeCall(funds.payClaim, (_terms(), app.id, person(who)));
        _do("claim", person(STRANGER), app.isWages ? address(wages) : address(funds), data, allowed);
        if (!allowed) return;
        delete claims[_apps[a].id][_keyOf(a, who)];
        _received(person(who), amount);
    }

    function _freeze(uint256 who, bool on) internal {
        address account = person(who);
        if (frozen[account] == on) return;
        frozen[account] = on;
        VM.prank(_enforcer());
        if (on) _money.freeze(account, BASIS);
        else _money.unfreeze(account, BASIS);
    }

    /// @dev All claims are paid, both contracts completed, every certificate is paid out and what was kept is released.
    function _bringToItsEnd() internal {
        if (_free(0) == 0 || _free(1) == 0) return;
        _identify(true);
        for (uint256 i = SUPPLIER; i < BANK; ++i) _freeze(i, false);
        for (uint256 i = 0; i < SUPPLIERS; ++i) _list(person(SUPPLIER + i), Purpose.Material);
        for (uint256 a = 0; a < _apps.length; ++a) {
            if (_apps[a].status < ApplicationStatus.Settled) _reject(a, 0);
            for (uint256 k = 0; k < WORKERS; ++k) if (claims[_apps[a].id][_keyOf(a, _whoOf(a, k))] != 0) _claim(a, k);
        }
        _certify(1, 1, 1, 0, true);
        _certify(0, 1, 1, 0, true);
        for (uint256 i = 0; i < _certs.length; ++i) {
            _payOut(i, true, _certs[i].wages - _certs[i].wagesApplied);
            _payOut(i, false, _certs[i].others - _certs[i].othersApplied);
        }
        VM.warp(_clock += DEFECTS);
        for (uint256 c = 0; c < 2; ++c) {
            bytes memory data = abi.encodeCall(funds.releaseRetention, (_terms(), _works[c].id));
            _do("release", person(STRANGER), address(funds), data, true);
            _received(notary(c == 0 ? GENERAL : SUB), _works[c].retained);
        }
    }

    /// @dev All of it to the first of the payees, out of a month that nobody was paid for.
    function _payOut(uint256 i, bool isWages, uint256 amount) internal {
        if (amount == 0) return;
        uint256 k = ++_oldMonths;
        uint256 a = _applyFor(i, isWages, amount, uint32((2000 + ((k / 12) % 20)) * 100 + (k % 12) + 1), 0);
        _approve(a, 0);
        _approve(a, 2);
        _approve(a, 3);
        if (!isWages) _settle(a);
        else for (uint256 step = 0; step < 3; ++step) _payWages(a);
    }

    function _whoOf(uint256 a, uint256 k) internal view returns (uint256) {
        return _apps[a].isWages ? WORKER + k : SUPPLIER + (k % SUPPLIERS);
    }

    function _pickApp(uint256 seed) internal view returns (uint256) {
        uint256 recent = _apps.length < 4 ? _apps.length : 4;
        return _apps.length - 1 - (seed % recent);
    }

    /// @dev What the runner gives is often zero, or small.
    function _mix(uint256 seed) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }
}
