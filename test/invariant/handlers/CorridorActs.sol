// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBridgeCurrency} from "../../../contracts/bridge/IBridgeCurrency.sol";
import {IBridgeGate} from "../../../contracts/bridge/IBridgeGate.sol";
import {CorridorPolicy} from "../../../contracts/bridge/ICorridorPolicy.sol";
import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {GateVenueMock} from "../../../contracts/mocks/GateVenueMock.sol";
import {IInstitutionRegistry} from "../../../contracts/registry/IInstitutionRegistry.sol";
import {Instruction, Leg} from "../../../contracts/settlement/ISettlementEngine.sol";
import {VM} from "../support/Vm.sol";
import {Acting} from "./Acting.sol";

/// @dev The mainland's currency on a shared ledger: two banks at home, two in each of two corridors. The rules of
/// corridors are written a second time here, plainly; every act is decided by them first.
abstract contract CorridorActs is Acting {
    struct Corridor {
        uint256 holdings;
        uint256 atStart;
        uint256 window;
        uint256 holdingLimit;
        uint256 outflowLimit;
        uint256 inflowLimit;
        bool halted;
    }

    uint256 internal constant HOLDERS = 6;
    uint256 internal constant CORRIDORS = 2;
    uint256 internal constant FIRST_CLASS = 8;
    uint256 internal constant WINDOW_DAYS = 2;

    IBridgeCurrency public money;
    IBridgeGate public gate;
    GateVenueMock public venue;
    /// @dev What each holder has by the book.
    uint256[HOLDERS] public due;
    uint256 public issued;
    uint256 public redeemed;
    /// @dev The most by which a payment, not an order, has ever passed a limit; zero for ever.
    uint256 public excess;

    IInstitutionRegistry[3] private _registries;
    Corridor[CORRIDORS] private _corridors;
    bool[HOLDERS] private _suspended;
    bool private _admitted;

    constructor() {
        Place storage home = _places[MAINLAND];
        gate = IBridgeGate(_deploy("BridgeGate", ""));
        venue = GateVenueMock(_deploy("GateVenueMock", abi.encode(gate, _engine)));
        _registries[0] = home.registry;
        _registries[1] = _places[HONGKONG].registry;
        _registries[2] = IInstitutionRegistry(_deploy("InstitutionRegistry", abi.encode(home.authority)));
        bytes memory args = abi.encode("CNY", "CNY", "CNY", home.registry, home.authority, gate);
        bytes memory initialize = abi.encodeCall(money.initialize, (home.authority));
        money = IBridgeCurrency(_deploy("ERC1967Proxy", abi.encode(_deploy("BridgeCurrency", args), initialize)));
        money.appoint(address(this), 4, BASIS);
        money.appoint(_enforcer(), 8, BASIS);
        _enter(0, "TESTBBLT000000000032");
        _enter(1, "TESTKASI000000000054");
        _openClass(6);
        for (uint256 c = 0; c < CORRIDORS; ++c) {
            _openClass(FIRST_CLASS + c);
            _corridors[c].holdingLimit = 3_000;
            _corridors[c].outflowLimit = 2_000;
            _corridors[c].inflowLimit = 1_500;
            money.openCorridor(uint8(FIRST_CLASS + c), address(_registries[c + 1]), _policy(c));
        }
        for (uint256 i = 0; i < HOLDERS; ++i) {
            if (i < 2) money.openInstitutionWallet(_people[i]);
            else money.openNonResidentWallet(_people[i], uint8(_class(i)));
            VM.prank(_people[i]);
            money.approve(address(_engine), type(uint256).max);
        }
        _setAdmitted(true);
        for (uint256 i = 0; i < 2; ++i) {
            money.issue(_people[i], 10_000, "opening");
            due[i] = 10_000;
            issued += 10_000;
        }
    }

    // -------------------------------------------------------------------- acts

    function cross(uint256 from, uint256 to, uint256 amount) external now_ {
        (from, to, amount) = _parties(from, to, amount);
        Leg[] memory legs = new Leg[](1);
        legs[0] = Leg(address(money), _people[from], _people[to], amount);
        Instruction memory instruction = Instruction(_newRef(), 0, type(uint48).max, false, legs);
        bytes32 id = _engine.instructionId(instruction);
        VM.prank(_people[from]);
        _engine.affirm(id);
        bytes memory settle = abi.encodeCall(_engine.settle, (instruction, new bytes[](0), new Hold[](0)));
        bool allowed = _allows(from, to, amount, _admitted);
        _do("cross", address(this), address(venue), abi.encodeCall(venue.run, (address(_engine), settle)), allowed);
        if (allowed) _move(from, to, amount, true);
    }

    function transfer(uint256 from, uint256 to, uint256 amount) external now_ {
        (from, to, amount) = _parties(from, to, amount);
        bool allowed = _allows(from, to, amount, false);
        bytes memory data = abi.encodeCall(money.transfer, (_people[to], amount));
        _do("transfer", _people[from], address(money), data, allowed);
        if (allowed) _move(from, to, amount, true);
    }

    function order(uint256 from, uint256 to, uint256 amount) external now_ {
        (from, to, amount) = _parties(from, to, amount);
        bool allowed = amount <= due[from] && !_halted(to);
        bytes memory data = abi.encodeWithSignature(
            "forcedTransfer(address,address,uint256,bytes32)",
            _people[from],
            _people[to],
            amount,
            BASIS
        );
        _do("order", _enforcer(), address(money), data, allowed);
        if (allowed) _move(from, to, amount, false);
    }

    function issue(uint256 to, uint256 amount) external now_ {
        (to, amount) = (to % HOLDERS, (amount % 900) + 1);
        bool allowed = to < 2 && !_suspended[to];
        bytes memory data = abi.encodeCall(money.issue, (_people[to], amount, "issue"));
        _do("issue", address(this), address(money), data, allowed);
        if (!allowed) return;
        due[to] += amount;
        issued += amount;
    }

    function redeem(uint256 from, uint256 amount) external now_ {
        (from, amount) = (from % HOLDERS, (amount % 900) + 1);
        Hold memory terms = Hold(_people[from], address(0), address(this), amount, _clock + 1 days, _newRef());
        bool held = amount <= due[from] && !_halted(from);
        _do("hold", _people[from], address(money), abi.encodeCall(money.placeHold, (terms)), held);
        if (!held) return;
        bool allowed = from < 2;
        bytes memory data = abi.encodeCall(money.redeemHeld, (terms, amount, "redemption"));
        _do("redeem", address(this), address(money), data, allowed);
        if (!allowed) {
            _do("release", address(this), address(money), abi.encodeCall(money.releaseHold, (terms)), true);
            return;
        }
        due[from] -= amount;
        redeemed += amount;
    }

    // ----------------------------------------------------------------- offices

    function limit(uint256 c, uint256 holding, uint256 outflow, uint256 inflow) external now_ {
        Corridor storage corridor = _corridors[c % CORRIDORS];
        (corridor.holdingLimit, corridor.outflowLimit) = (_cap(holding), _cap(outflow));
        corridor.inflowLimit = _cap(inflow);
        money.setCorridorPolicy(uint8(FIRST_CLASS + (c % CORRIDORS)), _policy(c % CORRIDORS));
    }

    /// @dev Offices put things in order more often than out of it.
    function suspend(uint256 who, uint256 chance) external now_ {
        who %= HOLDERS;
        bool suspends = chance % 4 == 0;
        if (_suspended[who] == suspends) return;
        _suspended[who] = suspends;
        IInstitutionRegistry.Status status =
            suspends ? IInstitutionRegistry.Status.Suspended : IInstitutionRegistry.Status.Active;
        _registries[who / 2].setStatus(uint16((who % 2) + 1), status, BASIS);
    }

    function halt(uint256 c, uint256 chance) external now_ {
        c %= CORRIDORS;
        _corridors[c].halted = chance % 4 == 0;
        if (_corridors[c].halted) money.haltClass(uint8(FIRST_CLASS + c));
        else money.resumeClass(uint8(FIRST_CLASS + c));
    }

    function admit(uint256 chance) external now_ {
        _setAdmitted(chance % 4 != 0);
    }

    function pass(uint256 time) external {
        _clock += time % 30 hours;
    }

    // -------------------------------------------------------------- looking on

    /// @dev A corridor by the book, its window as of now.
    function corridorByBook(uint256 c) external view returns (uint256 holdings, int256 netOutflow) {
        Corridor storage corridor = _corridors[c];
        uint256 atStart = corridor.window == _window() ? corridor.atStart : corridor.holdings;
        return (corridor.holdings, int256(corridor.holdings) - int256(atStart));
    }

    // --------------------------------------------------------------- the rules

    function _allows(uint256 from, uint256 to, uint256 amount, bool venueRuns) private view returns (bool) {
        if (amount > due[from] || _suspended[from] || _suspended[to] || _halted(from) || _halted(to)) return false;
        if (_class(from) == _class(to)) return true;
        if (!venueRuns) return false;
        if (from >= 2 && _flowAfter(from, -int256(amount)) < -int256(_corridors[from / 2 - 1].inflowLimit))
            return false;
        if (to < 2) return true;
        Corridor storage corridor = _corridors[to / 2 - 1];
        return
            corridor.holdings + amount <= corridor.holdingLimit &&
            _flowAfter(to, int256(amount)) <= int256(corridor.outflowLimit);
    }

    function _move(uint256 from, uint256 to, uint256 amount, bool limited) private {
        due[from] -= amount;
        due[to] += amount;
        if (_class(from) == _class(to)) return;
        if (from >= 2) _count(from / 2 - 1, -int256(amount), limited);
        if (to >= 2) _count(to / 2 - 1, int256(amount), limited);
    }

    function _count(uint256 c, int256 amount, bool limited) private {
        Corridor storage corridor = _corridors[c];
        if (corridor.window != _window()) (corridor.window, corridor.atStart) = (_window(), corridor.holdings);
        corridor.holdings = uint256(int256(corridor.holdings) + amount);
        if (!limited) return;
        // measured on the chain, not in the book
        (, CorridorPolicy memory policy, uint256 holdings, int256 flow) = money.corridorOf(uint8(FIRST_CLASS + c));
        if (amount > 0 && holdings > policy.holdingLimit) excess = holdings - policy.holdingLimit;
        if (amount > 0 && flow > int256(uint256(policy.outflowLimit))) excess = uint256(flow) - policy.outflowLimit;
        if (amount < 0 && -flow > int256(uint256(policy.inflowLimit))) excess = uint256(-flow) - policy.inflowLimit;
    }

    function _flowAfter(uint256 who, int256 amount) private view returns (int256) {
        Corridor storage corridor = _corridors[who / 2 - 1];
        if (corridor.window != _window()) return amount;
        return int256(corridor.holdings) + amount - int256(corridor.atStart);
    }

    /// @dev Pairs of days from 1 January 1970 on, UTC+8.
    function _window() private view returns (uint256) {
        return (_clock + 8 hours) / (WINDOW_DAYS * 1 days);
    }

    function _halted(uint256 who) private view returns (bool) {
        return who >= 2 && _corridors[who / 2 - 1].halted;
    }

    function _class(uint256 who) private pure returns (uint256) {
        return who < 2 ? 6 : FIRST_CLASS + who / 2 - 1;
    }

    // ----------------------------------------------------------------- helpers

    function _parties(uint256 from, uint256 to, uint256 amount) private pure returns (uint256, uint256, uint256) {
        unchecked {
            (from, to) = (from % HOLDERS, to % HOLDERS);
            if (from == to) to = (to + 1) % HOLDERS;
            return (from, to, (amount % 900) + 1);
        }
    }

    function _cap(uint256 seed) private pure returns (uint256) {
        return seed % 8 == 0 ? type(uint64).max : 500 + (seed % 4_000);
    }

    function _policy(uint256 c) private view returns (CorridorPolicy memory) {
        Corridor storage corridor = _corridors[c];
        return
            CorridorPolicy({
                holdingLimit: uint64(corridor.holdingLimit),
                outflowLimit: uint64(corridor.outflowLimit),
                inflowLimit: uint64(corridor.inflowLimit),
                windowDays: uint8(WINDOW_DAYS)
            });
    }

    function _setAdmitted(bool admitted) private {
        _admitted = admitted;
        if (admitted) gate.admitVenue(address(money), address(venue));
        else gate.dismissVenue(address(money), address(venue));
    }

    function _openClass(uint256 class) private {
        ClassLimits memory limits = ClassLimits(
            type(uint64).max,
            type(uint64).max,
            uint40(UNCOUNTED),
            uint40(UNCOUNTED),
            true
        );
        money.setClassLimits(uint8(class), limits);
    }

    function _enter(uint256 which, string memory lei) private {
        IInstitutionRegistry.Tier tier = IInstitutionRegistry.Tier.Operating;
        uint16 number = uint16(which + 1);
        _registries[2].register(number, bytes20(bytes(lei)), "TESTTHT0", "TH", tier, 0, _people[4 + which], "name");
        _registries[2].setStatus(number, IInstitutionRegistry.Status.Active, "admitted");
    }
}
