// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IHoldLedger} from "../../../contracts/ledger/IHoldLedger.sol";
import {BatchStatus, Inspection} from "../../../contracts/projects/IMaterials.sol";
import {Purpose} from "../../../contracts/projects/IProjectFunds.sol";
import {ChangeOrder} from "../../../contracts/projects/IProjectWorks.sol";
import {ProjectDeeds} from "./ProjectDeeds.sol";
import {VM} from "../support/Vm.sol";

/// @dev Every act is decided by the book first. Hours pass with every act; when a project is closed, the next one opens.
abstract contract ProjectActs is ProjectDeeds {
    error Taken(address by);

    uint256 private constant MOST_CERTS = 6;
    uint256 private constant MOST_APPS = 12;
    uint32 private constant MONTH = 202_611;
    modifier then_() {
        VM.warp(_clock);
        _;
        _clock += STEP;
    }

    // -------------------------------------------------------------------- acts

    function certify(uint256 c, uint256 amount, uint256 share, uint256 mode) external then_ {
        (c, amount, share, mode) = (_mix(c) % 2, _mix(amount), _mix(share), _mix(mode));
        if (_certs.length == MOST_CERTS) return;
        uint256 lot = mode % 4 == 0 && c == 0 ? 1 + ((mode >> 8) % BATCHES) : 0;
        amount = _some(amount, _free(c) / 2);
        uint256 least = c == 0 ? 0 : (amount * WAGE_SHARE + 9_999) / 10_000;
        uint256 earned = share % 8 == 0 ? (share >> 8) % (amount + 2) : least + (amount - least) / (2 + (share % 5));
        _certify(c, amount, earned, lot, false);
    }

    function change(uint256 c, uint256 amount) external then_ {
        (c, amount) = (_mix(c) % 2, _mix(amount));
        Works storage w = _works[c];
        uint256 most = c == 0 ? LINE : _free(0) + w.amount;
        // mostly drawn; sometimes what is used, or a minor unit less or more
        uint256 near = w.sublet + w.certified + ((amount >> 8) % 3);
        amount = amount % 3 == 0 && near != 0 ? near - 1 : _some(amount >> 8, most);
        if (amount > type(uint64).max) return;
        bool allowed = amount != 0 && amount >= w.sublet + w.certified && amount <= most;
        ChangeOrder memory order = ChangeOrder(w.id, _changes[w.id], uint64(amount), BASIS);
        _do(
            "change",
            person(STRANGER),
            address(works),
            abi.encodeCall(works.changeContract, (_terms(), order, "", "")),
            allowed
        );
        if (!allowed) return;
        ++_changes[w.id];
        if (c == 1) _works[0].sublet = _works[0].sublet - w.amount + amount;
        w.amount = amount;
    }

    function applyFor(uint256 i, uint256 amount, uint256 mode) external then_ {
        (i, amount, mode) = (_mix(i), _mix(amount), _mix(mode));
        if (_certs.length == 0 || _apps.length == MOST_APPS) return;
        Cert storage cert = _certs[i % _certs.length];
        bool isWages = mode % 2 == 0;
        uint256 left = isWages ? cert.wages - cert.wagesApplied : cert.others - cert.othersApplied;
        amount = _some(amount, left);
        if (amount > type(uint64).max || (left == 0 && (mode >> 16) % 8 != 0)) return;
        _applyFor(i % _certs.length, isWages, amount, MONTH - uint32((mode >> 8) % 2), mode >> 24);
    }

    function approve(uint256 a, uint256 who) external then_ {
        (a, who) = (_mix(a), _mix(who));
        if (_apps.length == 0) return;
        a = _pickApp(a);
        uint256 bits = _apps[a].approvals;
        // mostly somebody whose turn it is
        if (who % 4 == 0) who = (who >> 8) % 5;
        else
            who =
                bits & 1 == 0
                    ? 0
                    : bits & 4 == 0
                        ? 2
                        : 3;
        _approve(a, who);
    }

    function reject(uint256 a, uint256 who) external then_ {
        (a, who) = (_mix(a), _mix(who));
        if (_apps.length == 0 || who % 4 != 0) return;
        _reject(_pickApp(a), (who >> 8) % 5);
    }

    function settle(uint256 a) external then_ {
        a = _mix(a);
        if (_apps.length != 0) _settle(_pickApp(a));
    }

    function payWages(uint256 a) external then_ {
        a = _mix(a);
        if (_apps.length != 0) _payWages(_pickApp(a));
    }

    function claim(uint256 a, uint256 who) external then_ {
        (a, who) = (_mix(a), _mix(who));
        if (_apps.length == 0) return;
        // mostly where there is something to claim
        for (uint256 i = 0; i < 4 * _apps.length && who % 4 != 0; ++i) {
            uint256 other = (a >> 1) % _apps.length;
            if (claims[_apps[other].id][_keyOf(other, _whoOf(other, i % 4))] != 0) return _claim(other, i % 4);
            a = _mix(a);
        }
        _claim(a % _apps.length, who >> 8);
    }

    function list(uint256 who, uint256 chance) external then_ {
        uint256 drawn = _mix(chance) % 6;
        Purpose purpose =
            drawn == 0
                ? Purpose.None
                : drawn == 1
                    ? Purpose.Equipment
                    : Purpose.Material;
        _list(person(SUPPLIER + (_mix(who) % SUPPLIERS)), purpose);
    }

    function freeze(uint256 who, uint256 chance) external then_ {
        _freeze(SUPPLIER + (_mix(who) % (SUPPLIERS + WORKERS)), _mix(chance) % 3 == 0);
    }

    function inspect(uint256 b, uint256 who, uint256 verdict) external then_ {
        (b, who, verdict) = (_mix(b) % BATCHES, _mix(who) % 7, _mix(verdict));
        who = INSPECTOR + (who == 6 ? 2 : who % 2);
        Lot storage lot = _lots[b];
        BatchStatus s = lot.status;
        bool waits = s == BatchStatus.Failed && (lot.inspector == who || _clock < lot.failedAt + 1 days);
        bool ended = s == BatchStatus.Rejected || s == BatchStatus.Used;
        bool allowed = who != INSPECTOR + 2 && !ended && !waits;
        bool passed = verdict % 3 != 0;
        Inspection memory said = Inspection(lot.id, notary(who), lot.inspections, passed, BASIS);
        _do(
            "inspect",
            person(STRANGER),
            address(materials),
            abi.encodeCall(materials.inspectBatch, (said, "")),
            allowed
        );
        if (!allowed) return;
        ++lot.inspections;
        if (passed) lot.status = BatchStatus.Passed;
        else {
            lot.status = ++lot.failures == 3 ? BatchStatus.Rejected : BatchStatus.Failed;
            (lot.inspector, lot.failedAt) = (who, _clock);
        }
    }

    /// @dev Past the contracts, at the ledger and at the payroll's door: nobody takes from a funder.
    function raid(uint256 who, uint256 i) external then_ {
        address caller = person(_mix(who) % CAST);
        i = _mix(i) % FUNDERS;
        bytes memory capture = abi.encodeCall(IHoldLedger.captureHold, (_hold(round, i), person(STRANGER), 1));
        bytes memory release = abi.encodeCall(IHoldLedger.releaseHold, (_hold(round, i)));
        bytes memory disburse = abi.encodeCall(funds.disburseWages, (_terms(), BASIS, new uint256[](0), 0, 0, true));
        (bool taken, ) = _as(caller, address(_money), capture);
        (bool freed, ) = _as(caller, address(_money), release);
        (bool drawn, ) = _as(caller, address(funds), disburse);
        require(!taken && !freed && !drawn, Taken(caller));
    }

    /// @dev Closing is refused while something is unpaid; seldom, everything is brought to its end first.
    function close(uint256 chance) external then_ {
        chance = _mix(chance) % 12;
        if (chance == 0) _bringToItsEnd();
        bool allowed = paid == certified();
        if (allowed && chance != 0) return;
        bytes memory data = abi.encodeCall(funds.closeProject, (_terms()));
        uint256[FUNDERS] memory before;
        for (uint256 i = 0; i < FUNDERS; ++i) before[i] = _money.heldOf(person(i));
        _do("close", notary(OWNER), address(funds), data, allowed);
        if (!allowed) return;
        for (uint256 i = 0; i < FUNDERS; ++i) returned[i] = before[i] - _money.heldOf(person(i));
        delete _certs;
        delete _apps;
        paid = 0;
        ++round;
        _identify(false);
        _openProject();
    }
}
