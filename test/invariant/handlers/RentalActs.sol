// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {IRental, Lease} from "../../../contracts/projects/IRental.sol";
import {RentalStage} from "../support/RentalStage.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev Two units that are listed, let, left and fought over. The rules of letting are written a second time here,
/// plainly; every act is decided by them first.
abstract contract RentalActs is RentalStage, Telling {
    enum Stage {
        None,
        Signed,
        Running,
        Returned,
        Claimed,
        Disputed,
        Settled,
        Rescinded
    }

    error Taken(address by, bytes32 lease);

    /// @dev A lease by the book, minor units and Unix seconds.
    struct Kept {
        Lease terms;
        bytes32 id;
        Hold hold;
        Stage stage;
        uint256 unit;
        uint256 tenant;
        uint256 paid;
        uint256 deadline;
        uint256 claimed;
        uint256 locked;
        uint256 deducted;
        uint256 returned;
        uint256 until;
    }

    uint256 private constant PURSE = 5_000;
    uint256 private constant STEP = 4 hours;
    /// @dev How long a freeze lasts.
    uint256 private constant TROUBLE = 20 hours;
    /// @dev Acts are about the leases signed last, so that each has a life.
    uint256 private constant RECENT = 5;

    uint256 public earned;
    uint256[TENANTS] public free;
    uint256[UNITS] public occupied;

    Kept[] private _kept;
    /// @dev What is picked when there is nothing to pick.
    Kept private _nobodys;
    bool[UNITS] private _valid;
    bool[UNITS] private _listed;
    uint256 private _revisions;
    // until when, Unix seconds
    uint256 private _frozen;

    modifier then_() {
        VM.warp(_clock);
        if (_frozen != 0 && _clock > _frozen) {
            _frozen = 0;
            VM.prank(_enforcer());
            _money.unfreeze(person(LANDLORD), BASIS);
        }
        _;
        _clock += STEP;
    }

    constructor() {
        for (uint256 i = 0; i < TENANTS; ++i) {
            _money.issue(person(i), PURSE, bytes32(i));
            free[i] = PURSE;
        }
        for (uint256 u = 0; u < UNITS; ++u) {
            _attest(u, ++_revisions);
            _valid[u] = true;
        }
    }

    // -------------------------------------------------------------------- acts

    function list(uint256 u) external then_ {
        u = _mix(u) % UNITS;
        bytes memory data = abi.encodeCall(IRental.listUnit, (unitOf(u), RENT, DEPOSIT, bytes32("details")));
        _do("list", person(LANDLORD), address(rental), data, _valid[u]);
        if (_valid[u]) _listed[u] = true;
    }

    /// @dev Now and then revoked; attested anew where it was.
    function title(uint256 u, uint256 chance) external then_ {
        (u, chance) = (_mix(u) % UNITS, _mix(chance));
        if (!_valid[u]) {
            _attest(u, ++_revisions);
            (_valid[u], _listed[u]) = (true, false);
            return;
        }
        if (chance % 8 != 0) return;
        VM.prank(person(ATTESTOR));
        rental.revokeTitle(unitOf(u), BASIS);
        (_valid[u], _listed[u]) = (false, false);
    }

    /// @dev From now on, or from where the last lease ends, or a second before.
    function sign(uint256 u, uint256 who, uint256 from, uint256 mode) external then_ {
        (u, who, from, mode) = (_mix(u) % UNITS, _mix(who) % TENANTS, _mix(from), _mix(mode) % 8);
        uint256 start = from % 3 == 0 ? _clock : _clock + (from % 5 days);
        if (from % 4 != 0 && occupied[u] > start) start = from % 16 == 1 ? occupied[u] - 1 : occupied[u];
        if (free[who] < DEPOSIT && mode > 2) {
            _money.issue(person(who), PURSE, _newRef());
            free[who] += PURSE;
        }
        Lease memory terms = _lease(u, who, start, _newRef());
        bytes32 id = rental.leaseId(terms);
        bool allowed = _valid[u] && _listed[u] && start >= occupied[u] && free[who] >= DEPOSIT && mode != 0;
        bytes memory data = abi.encodeCall(
            IRental.signLease,
            (terms, _signed(LANDLORD, id), _signed(mode == 0 ? STRANGER : who, id), "")
        );
        _do("sign", person(STRANGER), address(rental), data, allowed);
        if (!allowed) return;
        _listed[u] = false;
        occupied[u] = start + PERIOD * PERIODS;
        free[who] -= DEPOSIT;
        Kept storage kept = _kept.push();
        (kept.terms, kept.id, kept.hold, kept.stage) = (terms, id, _depositOf(terms), Stage.Signed);
        (kept.unit, kept.tenant, kept.locked, kept.until) = (u, who, DEPOSIT, occupied[u]);
    }

    function moveIn(uint256 c, uint256 mode) external then_ {
        (bool found, Kept storage kept) = _pick(_mix(c), Stage.Signed);
        if (!found) return;
        mode = _mix(mode) % 12;
        if (mode > 9) {
            // the unit was not handed over
            bool landlord = mode == 11;
            bool ends = kept.stage == Stage.Signed && (landlord || _clock >= uint256(kept.terms.start) + 7 days);
            address by = landlord ? person(LANDLORD) : kept.terms.tenant;
            _do("rescind", by, address(rental), abi.encodeCall(IRental.rescind, (kept.terms)), ends);
            if (!ends) return;
            kept.stage = Stage.Rescinded;
            _vacate(kept);
            return _giveBack(kept);
        }
        bool allowed = kept.stage == Stage.Signed && mode != 0;
        bytes memory signature = _protocolSigned(mode == 0 ? STRANGER : kept.tenant, kept.id, false);
        bytes memory data = abi.encodeCall(IRental.handOver, (kept.terms, "protocol", signature));
        _do("moveIn", person(LANDLORD), address(rental), data, allowed);
        if (allowed) kept.stage = Stage.Running;
    }

    function payRent(uint256 c, uint256 who) external then_ {
        (bool found, Kept storage kept) = _pick(_mix(c), Stage.Running);
        if (!found) return;
        bool own = _mix(who) % 3 == 0;
        bool allowed =
            kept.stage == Stage.Running &&
                kept.paid < PERIODS &&
                (own || _clock >= uint256(kept.terms.start) + kept.paid * PERIOD) &&
                free[kept.tenant] >= RENT &&
                _frozen == 0;
        bytes memory data = abi.encodeCall(IRental.payRent, (kept.terms, bytes32("salt"), ""));
        _do("payRent", own ? kept.terms.tenant : person(STRANGER), address(rental), data, allowed);
        if (!allowed) return;
        ++kept.paid;
        free[kept.tenant] -= RENT;
        earned += RENT;
    }

    function moveOut(uint256 c, uint256 mode) external then_ {
        (bool found, Kept storage kept) = _pick(_mix(c), Stage.Running);
        if (!found) return;
        mode = _mix(mode) % 4;
        uint256 end = uint256(kept.terms.start) + PERIOD * PERIODS;
        // to the end, mostly
        if (mode < 2 && kept.stage == Stage.Running && _clock < end) {
            _clock = end;
            VM.warp(_clock);
        }
        bool agreed = mode == 3;
        bool allowed = kept.stage == Stage.Running && (agreed || _clock >= end);
        bytes memory signature = agreed ? _protocolSigned(kept.tenant, kept.id, true) : bytes("");
        address by = agreed ? person(LANDLORD) : kept.terms.tenant;
        bytes memory data = abi.encodeCall(IRental.returnUnit, (kept.terms, "protocol", signature));
        _do("moveOut", by, address(rental), data, allowed);
        if (!allowed) return;
        (kept.stage, kept.deadline) = (Stage.Returned, _clock + INSPECTION);
        _vacate(kept);
    }

    function claim(uint256 c, uint256 amount) external then_ {
        (bool found, Kept storage kept) = _pick(_mix(c), Stage.Returned);
        if (!found) return;
        amount = _mix(amount) % (DEPOSIT + 20);
        bool allowed =
            kept.stage == Stage.Returned &&
                _clock < kept.deadline &&
                _clock < kept.hold.expiry - INSPECTION - ARBITRATION &&
                amount != 0 &&
                amount <= DEPOSIT;
        bytes memory data = abi.encodeCall(IRental.claimDeduction, (kept.terms, uint64(amount), bytes32("evidence")));
        _do("claim", person(LANDLORD), address(rental), data, allowed);
        if (allowed) (kept.stage, kept.deadline, kept.claimed) = (Stage.Claimed, _clock + INSPECTION, amount);
    }

    function answer(uint256 c, uint256 mode) external then_ {
        (bool found, Kept storage kept) = _pick(_mix(c), Stage.Claimed);
        if (!found) return;
        mode = _mix(mode) % 5;
        if (mode < 2) {
            address by = mode == 0 ? kept.terms.tenant : person(STRANGER);
            bool allowed =
                mode == 0 && (kept.stage == Stage.Claimed || kept.stage == Stage.Disputed) && _clock < kept.hold.expiry;
            _do("accept", by, address(rental), abi.encodeCall(IRental.acceptDeduction, (kept.terms)), allowed);
            if (allowed) _close(kept, kept.claimed);
            return;
        }
        bool open = kept.stage == Stage.Claimed && _clock < kept.deadline;
        address side = mode == 2 ? person(LANDLORD) : kept.terms.tenant;
        bytes memory data = abi.encodeCall(IRental.disputeDeduction, (kept.terms, bytes32("evidence")));
        _do("dispute", side, address(rental), data, open);
        if (open) (kept.stage, kept.deadline) = (Stage.Disputed, _clock + ARBITRATION);
    }

    function rule(uint256 c, uint256 amount, uint256 chance) external then_ {
        (bool found, Kept storage kept) = _pick(_mix(c), Stage.Disputed);
        if (!found) return;
        (amount, chance) = (_mix(amount) % (kept.claimed + 30), _mix(chance) % 8);
        bool allowed = kept.stage == Stage.Disputed && _clock < kept.deadline && amount <= kept.claimed && chance != 0;
        address by = person(chance == 0 ? LANDLORD : ARBITER);
        bytes memory data = abi.encodeCall(IRental.ruleDeduction, (kept.terms, uint64(amount), bytes32("reasons")));
        _do("rule", by, address(rental), data, allowed);
        if (allowed) _close(kept, amount);
    }

    function settle(uint256 c, uint256 mode) external then_ {
        mode = _mix(mode);
        (bool found, Kept storage kept) = _pick(_mix(c), Stage(3 + (mode % 3)));
        if (!found) return;
        uint256 from = kept.stage == Stage.Running ? kept.hold.expiry : kept.deadline;
        bool open =
            kept.stage == Stage.Running ||
                kept.stage == Stage.Returned ||
                kept.stage == Stage.Claimed ||
                kept.stage == Stage.Disputed;
        if (mode % 5 < 2 && open && kept.stage != Stage.Running && _clock < from) {
            _clock = from;
            VM.warp(_clock);
        }
        bool allowed = open && _clock >= (from < kept.hold.expiry ? from : kept.hold.expiry);
        _do("settle", person(STRANGER), address(rental), abi.encodeCall(IRental.settleDeposit, (kept.terms)), allowed);
        if (!allowed) return;
        if (kept.stage == Stage.Running) _vacate(kept);
        _close(kept, 0);
    }

    /// @dev Past the contract: nobody but it is the executor.
    function raid(uint256 c, uint256 who) external then_ {
        (bool found, Kept storage kept) = _pick(_mix(c), Stage.Running);
        if (!found) return;
        address by = person(_mix(who) % CAST);
        (bool taken, ) = _as(by, address(_money), abi.encodeCall(_money.captureHold, (kept.hold, by, 1)));
        require(!taken, Taken(by, kept.id));
    }

    function freeze() external then_ {
        _frozen = _clock + TROUBLE;
        VM.prank(_enforcer());
        _money.freeze(person(LANDLORD), BASIS);
    }

    function pass(uint256 time) external {
        _clock += _mix(time) % 2 days;
    }

    // -------------------------------------------------------------- looking on

    function count() external view returns (uint256) {
        return _kept.length;
    }

    function keptAt(uint256 c) external view returns (Kept memory) {
        return _kept[c];
    }

    // --------------------------------------------------------------- the rules

    function _rules() internal view override returns (address) {
        return address(this);
    }

    /// @dev What the landlord cannot be paid is not kept from the tenant.
    function _close(Kept storage kept, uint256 deduction) private {
        kept.stage = Stage.Settled;
        if (deduction != 0 && _frozen == 0) {
            kept.deducted = deduction;
            kept.locked -= deduction;
            earned += deduction;
        }
        _giveBack(kept);
    }

    function _giveBack(Kept storage kept) private {
        free[kept.tenant] += kept.locked;
        kept.returned += kept.locked;
        kept.locked = 0;
    }

    function _vacate(Kept storage kept) private {
        uint256 start = kept.terms.start;
        uint256 end = start + PERIOD * PERIODS;
        uint256 left = _clock > start ? _clock : start;
        if (left < kept.until) kept.until = left;
        if (_clock < end && occupied[kept.unit] == end) occupied[kept.unit] = left;
    }

    // ----------------------------------------------------------------- helpers

    /// @dev A runner likes round numbers, whose remainders are all alike.
    function _mix(uint256 seed) private view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, _clock)));
    }

    /// @dev Mostly one that the act is meant for, sometimes any.
    function _pick(uint256 c, Stage wanted) private view returns (bool found, Kept storage kept) {
        uint256 recent = _kept.length < RECENT ? _kept.length : RECENT;
        kept = _nobodys;
        for (uint256 i = 0; i < recent && !found; ++i) {
            kept = _kept[_kept.length - 1 - (((c % recent) + i) % recent)];
            found = c % 8 == 0 || kept.stage == wanted;
        }
    }
}
