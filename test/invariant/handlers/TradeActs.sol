// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {
    BuyInOffer,
    Fault,
    Movement,
    Payment,
    TradeInstruction,
    TradeState,
    TradeStatus
} from "../../../contracts/markets/ITradeMatching.sol";
import {TradeStage} from "../support/TradeStage.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev Two dealers trade, fail, recover and are bought in. The rules of trades are written a second time here, plainly;
/// every act is decided by them first. Some hours pass with every act.
abstract contract TradeActs is TradeStage, Telling {
    error SettledOtherwise(bytes32 trade, bool expected);

    /// @dev A trade by the book. `held`: of its guarantee. `owed`: what is still claimed, by the deliverer or not.
    struct Kept {
        TradeInstruction delivery;
        TradeInstruction receipt;
        bytes32 id;
        uint256 giver;
        TradeState state;
        uint256 held;
        uint256 owed;
        bool owedByGiver;
    }

    uint256 private constant STEP = 9 hours;
    /// @dev Acts are about the trades made last, so that each has a life.
    uint256 private constant RECENT = 5;

    /// @dev What each person has by the book: units, and money that no guarantee holds.
    uint256[BANK] public units;
    uint256[BANK] public free;
    bool[DEALERS] public frozen;

    Kept[] private _kept;
    /// @dev What is picked when there is nothing to pick.
    Kept private _nobodys;

    modifier then_() {
        VM.warp(_clock);
        _;
        _clock += STEP;
    }

    constructor() {
        for (uint256 i = 0; i < BANK; ++i) (units[i], free[i]) = (UNITS, PURSE);
    }

    function count() external view returns (uint256) {
        return _kept.length;
    }

    function keptAt(uint256 t) external view returns (Kept memory) {
        return _kept[t];
    }

    // -------------------------------------------------------------------- acts

    function instruct(uint256 who, uint256 size, uint256 mode) external then_ {
        _instruct(_mix(who), _mix(size), _mix(mode));
    }

    function settle(uint256 t) external then_ {
        t = _mix(t);
        (bool found, Kept storage kept) = _pick(t, true);
        if (!found) return _instruct(t, t >> 32, t >> 64);
        _settle(kept, kept.delivery.quantity - kept.state.settled, false);
    }

    function settlePart(uint256 t, uint256 size) external then_ {
        (t, size) = (_mix(t), _mix(size));
        (bool found, Kept storage kept) = _pick(t, true);
        if (!found) return _instruct(t, t >> 32, t >> 64);
        uint256 left = kept.delivery.quantity - kept.state.settled;
        // the whole is tried first
        if (size % 4 != 0) _settle(kept, left, false);
        if (_isOpen(kept)) _settle(kept, size % 8 < 6 && left > 1 ? 1 + ((size >> 8) % (left - 1)) : left, true);
    }

    function hold(uint256 t, uint256 side) external then_ {
        (t, side) = (_mix(t), _mix(side));
        (bool found, Kept storage kept) = _pick(t, true);
        if (!found) return _instruct(t, t >> 32, t >> 64);
        uint256 who = side % 8 == 7 ? STRANGER : side % DEALERS;
        bool giver = who == kept.giver;
        bool onHold = !(giver ? kept.state.delivererHolds : kept.state.receiverHolds);
        bool allowed = _isOpen(kept) && who != STRANGER;
        bytes memory data = abi.encodeCall(matching.setTradeHold, (kept.delivery, kept.receipt, onHold));
        _do("hold", person(who), address(matching), data, allowed);
        if (!allowed) return;
        if (giver) kept.state.delivererHolds = onHold;
        else kept.state.receiverHolds = onHold;
    }

    function agreeCancel(uint256 t, uint256 side) external then_ {
        (t, side) = (_mix(t), _mix(side));
        (bool found, Kept storage kept) = _pick(t, true);
        if (!found) return _instruct(t, t >> 32, t >> 64);
        uint256 who = side % 8 == 7 ? STRANGER : side % DEALERS;
        bool agreed = side % 16 < 12;
        bool allowed = _isOpen(kept) && who != STRANGER;
        bytes memory data = abi.encodeCall(matching.agreeCancel, (kept.delivery, kept.receipt, agreed));
        _do("agreeCancel", person(who), address(matching), data, allowed);
        if (!allowed) return;
        if (who == kept.giver) kept.state.delivererCancels = agreed;
        else kept.state.receiverCancels = agreed;
        if (!kept.state.delivererCancels || !kept.state.receiverCancels) return;
        kept.state.status = TradeStatus.Cancelled;
        _giveBack(kept);
    }

    function lapse(uint256 t, uint256 late) external then_ {
        (t, late) = (_mix(t), _mix(late));
        (bool found, Kept storage kept) = _pick(t, true);
        if (!found) return _instruct(t, t >> 32, t >> 64);
        uint256 last = kept.delivery.settlementDay + RECYCLE;
        if (late % 2 == 0 && _today() <= last) {
            _clock = (last + 1 + (late % 3)) * 1 days;
            VM.warp(_clock);
        }
        bool allowed = _isOpen(kept) && _today() > last;
        bytes memory data = abi.encodeCall(matching.lapse, (kept.delivery, kept.receipt));
        _do("lapse", person(STRANGER), address(matching), data, allowed);
        if (!allowed) return;
        _accrue(kept, last + 1);
        (, uint256 fee, Fault feeOf) = _cost(kept, kept.delivery.quantity - kept.state.settled);
        kept.state.status = TradeStatus.Lapsed;
        _collect(kept, feeOf == Fault.Deliverer ? fee : 0);
        if (feeOf == Fault.Receiver) (kept.owed, kept.owedByGiver) = (fee, false);
    }

    function buyIn(uint256 t, uint256 price, uint256 mode) external then_ {
        (t, price, mode) = (_mix(t), _mix(price), _mix(mode));
        (bool found, Kept storage kept) = _pick(t, true);
        if (!found) return _instruct(t, t >> 32, t >> 64);
        uint256 left = kept.delivery.quantity - kept.state.settled;
        // a failure today is what it takes
        if (mode % 8 != 0) _settle(kept, left, false);
        uint256 receiver = 1 - kept.giver;
        BuyInOffer memory offer = BuyInOffer({
            trade: kept.id,
            agent: person(AGENT),
            quantity: uint64(mode % 16 == 1 ? left + 1 : left),
            price: uint64((price % 3_000) + 1),
            notAfter: uint48(_clock),
            businessRef: _newRef()
        });
        bool allowed = _isOpen(kept) && _isBuyable(kept, receiver, left, offer);
        bytes memory signature = _signed(AGENT, matching.offerId(offer));
        bytes memory data = abi.encodeCall(matching.buyIn, (kept.delivery, kept.receipt, offer, signature));
        _do("buyIn", person(receiver), address(matching), data, allowed);
        if (!allowed) return;
        _accrue(kept, _today());
        uint256 owed = _owed(kept, left, offer.price);
        kept.state.status = TradeStatus.BoughtIn;
        _collect(kept, owed);
        units[AGENT] -= left;
        units[receiver] += left;
        free[receiver] -= offer.price;
        free[AGENT] += offer.price;
    }

    function payClaim(uint256 t, uint256 side) external then_ {
        (t, side) = (_mix(t), _mix(side));
        (bool found, Kept storage kept) = _pick(t, false);
        if (!found) return _instruct(t, t >> 32, t >> 64);
        uint256 debtor = kept.owedByGiver ? kept.giver : 1 - kept.giver;
        uint256 who = side % 6 == 0 ? STRANGER : debtor;
        bool allowed = kept.owed != 0 && who == debtor && !frozen[0] && !frozen[1] && free[debtor] >= kept.owed;
        bytes memory data = abi.encodeCall(matching.payClaim, (kept.delivery, kept.receipt));
        _do("payClaim", person(who), address(matching), data, allowed);
        if (!allowed) return;
        free[debtor] -= kept.owed;
        free[1 - debtor] += kept.owed;
        (kept.owed, kept.owedByGiver) = (0, false);
    }

    /// @dev A dealer comes to have little, or enough again.
    function shift(uint256 who, uint256 what) external then_ {
        (who, what) = (_mix(who), _mix(what));
        uint256 dealer = who % DEALERS;
        if (what % 2 == 0) {
            uint256 wanted = (what >> 8) % 3 == 0 ? (what >> 16) % 8 : UNITS;
            _carry(address(bond), dealer, units[dealer], wanted);
            units[dealer] = wanted;
        } else if (!frozen[dealer]) {
            uint256 wanted = (what >> 8) % 3 == 0 ? (what >> 16) % 800 : PURSE;
            _carry(address(_money), dealer, free[dealer], wanted);
            free[dealer] = wanted;
        }
        uint256 agents = units[AGENT];
        if (agents < UNITS) _carry(address(bond), AGENT, agents, UNITS);
        if (agents < UNITS) units[AGENT] = UNITS;
    }

    function freeze(uint256 who, uint256 chance) external then_ {
        (who, chance) = (_mix(who), _mix(chance));
        uint256 dealer = who % DEALERS;
        if (!frozen[dealer] && chance % 3 != 0) return;
        VM.prank(_enforcer());
        if (frozen[dealer]) _money.unfreeze(person(dealer), BASIS);
        else _money.freeze(person(dealer), BASIS);
        frozen[dealer] = !frozen[dealer];
    }

    function pass(uint256 time) external then_ {
        _clock += (_mix(time) % 3) * 1 days;
    }

    // ---------------------------------------------------------- the rules again

    function _rules() internal view override returns (address) {
        return address(this);
    }

    /// @dev Also what happens where an act finds no trade that it could be about.
    function _instruct(uint256 who, uint256 size, uint256 mode) private {
        uint256 giver = who % DEALERS;
        uint256 guarantee = mode % 3 == 0 ? 0 : (size >> 32) % 500;
        if (frozen[giver] || free[giver] < guarantee) guarantee = 0;
        Kept storage kept = _kept.push();
        TradeInstruction memory delivery = TradeInstruction({
            movement: Movement.Delivers,
            payment: Payment.AgainstPayment,
            isin: ISIN,
            tradeDay: uint16(_today()),
            settlementDay: uint16(_today() + ((mode >> 8) % 2)),
            quantity: uint64(1 + (size % 20)),
            deliverer: person(giver),
            receiver: person(1 - giver),
            currency: address(_money),
            amount: uint64(1 + ((size >> 64) % 2_000)),
            minimumPart: uint64(mode % 5 == 0 ? 0 : 1),
            guarantee: uint64(guarantee),
            additional: 0,
            commonRef: 0,
            businessRef: _newRef()
        });
        (kept.delivery, kept.receipt, kept.giver) = (delivery, delivery, giver);
        kept.receipt.movement = Movement.Receives;
        kept.id = matching.tradeId(kept.delivery, kept.receipt);
        if (guarantee != 0) {
            Hold memory terms = matching.guaranteeHoldOf(kept.delivery);
            VM.prank(person(giver));
            _money.placeHold(terms);
            free[giver] -= guarantee;
            kept.held = guarantee;
        }
        _enter(kept.delivery, giver);
        // sometimes it waits for the other side in vain
        bool both = mode % 8 != 0;
        if (both) _enter(kept.receipt, 1 - giver);
        bytes memory data = abi.encodeCall(matching.matchTrade, (kept.delivery, kept.receipt));
        _do("match", person(STRANGER), address(matching), data, both);
        if (both) {
            kept.state.status = TradeStatus.Matched;
            return;
        }
        data = abi.encodeCall(matching.cancel, (kept.delivery));
        _do("cancel", person(giver), address(matching), data, true);
        _giveBack(kept);
        _kept.pop();
    }

    function _enter(TradeInstruction storage instruction, uint256 who) private {
        _do("enter", person(who), address(matching), abi.encodeCall(matching.enter, (instruction, "")), true);
    }

    function _settle(Kept storage kept, uint256 quantity, bool part) private {
        uint256 today = _today();
        bool allowed =
            _isOpen(kept) &&
                today >= kept.delivery.settlementDay &&
                today <= kept.delivery.settlementDay + RECYCLE &&
                (!part || _isPart(kept, quantity, today));
        bytes memory data =
            part
                ? abi.encodeCall(matching.settlePart, (kept.delivery, kept.receipt, uint64(quantity)))
                : abi.encodeCall(matching.settle, (kept.delivery, kept.receipt));
        string memory act = part ? "settlePart" : "settle";
        if (!allowed) return _do(act, person(STRANGER), address(matching), data, false);
        _accrue(kept, today);
        (bool giverReady, bool receiverReady) = _ready(kept, quantity);
        _try(kept.id, act, data, giverReady && receiverReady);
        if (giverReady && receiverReady) return _move(kept, quantity);
        kept.state.fault =
            giverReady == receiverReady
                ? Fault.Nobody
                : giverReady
                    ? Fault.Receiver
                    : Fault.Deliverer;
        (kept.state.status, kept.state.failedDay) = (TradeStatus.Failing, uint16(today));
    }

    /// @dev The call goes through in any case; whether it settles is what it answers.
    function _try(bytes32 trade, string memory act, bytes memory data, bool expected) private {
        (bool done, bytes memory answer) = _as(person(STRANGER), address(matching), data);
        require(done && abi.decode(answer, (bool)) == expected, SettledOtherwise(trade, expected));
        if (expected) ++_tallies[act].done;
        else ++_tallies[act].refused;
        ++_total.done;
    }

    /// @dev Who pays nothing, and is paid nothing, is looked at by no currency.
    function _ready(Kept storage kept, uint256 quantity) private view returns (bool giver, bool receiver) {
        (uint256 money, uint256 fee, Fault feeOf) = _cost(kept, quantity);
        uint256 other = 1 - kept.giver;
        giver = !kept.state.delivererHolds && units[kept.giver] >= quantity && (money == 0 || !frozen[kept.giver]);
        if (feeOf == Fault.Receiver) money += fee;
        receiver = !kept.state.receiverHolds && (money == 0 || (free[other] >= money && !frozen[other]));
    }

    function _move(Kept storage kept, uint256 quantity) private {
        (uint256 money, uint256 fee, Fault feeOf) = _cost(kept, quantity);
        uint256 receiver = 1 - kept.giver;
        units[kept.giver] -= quantity;
        units[receiver] += quantity;
        kept.state.settled += uint64(quantity);
        kept.state.paid += uint64(money);
        if (feeOf == Fault.Receiver) money += fee;
        if (feeOf == Fault.Deliverer) money -= fee;
        free[receiver] -= money;
        free[kept.giver] += money;
        if (kept.state.settled < kept.delivery.quantity) return;
        kept.state.status = TradeStatus.Settled;
        _giveBack(kept);
    }

    function _isPart(Kept storage kept, uint256 quantity, uint256 today) private view returns (bool) {
        return
            kept.delivery.minimumPart != 0 &&
            quantity < kept.delivery.quantity - kept.state.settled &&
            kept.state.status == TradeStatus.Failing &&
            kept.state.failedDay == today;
    }

    function _isBuyable(
        Kept storage kept,
        uint256 receiver,
        uint256 left,
        BuyInOffer memory offer
    ) private view returns (bool) {
        uint256 paidFirst = frozen[receiver] ? 0 : _least(_owed(kept, left, offer.price), kept.held);
        return
            kept.state.status == TradeStatus.Failing &&
            kept.state.failedDay == _today() &&
            kept.state.fault == Fault.Deliverer &&
            kept.state.delivererDays >= EXTENSION &&
            offer.quantity == left &&
            units[AGENT] >= left &&
            !frozen[receiver] &&
            free[receiver] + paidFirst >= offer.price;
    }

    function _accrue(Kept storage kept, uint256 day) private {
        TradeState storage state = kept.state;
        if (state.status != TradeStatus.Failing || day < state.failedDay) return;
        for (; state.failedDay < day; ++state.failedDay) {
            if (state.fault == Fault.Deliverer) ++state.delivererDays;
            if (state.fault == Fault.Receiver) ++state.receiverDays;
        }
    }

    function _cost(Kept storage kept, uint256 quantity) private view returns (uint256 money, uint256 fee, Fault feeOf) {
        TradeState storage state = kept.state;
        money = (uint256(kept.delivery.amount) * (state.settled + quantity)) / kept.delivery.quantity - state.paid;
        bool giver = state.delivererDays > state.receiverDays;
        uint256 late = giver ? state.delivererDays - state.receiverDays : state.receiverDays - state.delivererDays;
        fee = (money * _least(late * FEE_RATE, FEE_CAP) + SCALE / 2) / SCALE;
        feeOf =
            fee == 0
                ? Fault.Nobody
                : giver
                    ? Fault.Deliverer
                    : Fault.Receiver;
    }

    function _owed(Kept storage kept, uint256 left, uint256 price) private view returns (uint256 owed) {
        (uint256 money, uint256 fee, Fault feeOf) = _cost(kept, left);
        owed = price > money ? price - money : 0;
        if (feeOf == Fault.Deliverer) return owed + fee;
        return owed - _least(owed, fee);
    }

    function _collect(Kept storage kept, uint256 owed) private {
        uint256 receiver = 1 - kept.giver;
        uint256 taken = frozen[receiver] ? 0 : _least(owed, kept.held);
        kept.held -= taken;
        free[receiver] += taken;
        _giveBack(kept);
        if (owed > taken) (kept.owed, kept.owedByGiver) = (owed - taken, true);
    }

    function _giveBack(Kept storage kept) private {
        free[kept.giver] += kept.held;
        kept.held = 0;
    }

    // ----------------------------------------------------------------- helpers

    function _isOpen(Kept storage kept) private view returns (bool) {
        return kept.state.status == TradeStatus.Matched || kept.state.status == TradeStatus.Failing;
    }

    /// @dev Mostly one that the act is meant for, sometimes any.
    function _pick(uint256 t, bool open) private view returns (bool found, Kept storage kept) {
        uint256 recent = _kept.length < RECENT ? _kept.length : RECENT;
        kept = _nobodys;
        for (uint256 i = 0; i < recent; ++i) {
            kept = _kept[_kept.length - 1 - (((t % recent) + i) % recent)];
            if (t % 16 == 0 || (open ? _isOpen(kept) : kept.owed != 0)) return (true, kept);
        }
    }

    function _carry(address token, uint256 who, uint256 has, uint256 wanted) private {
        if (has == wanted) return;
        VM.prank(person(has > wanted ? who : BANK));
        IERC20(token).transfer(person(has > wanted ? BANK : who), has > wanted ? has - wanted : wanted - has);
    }

    /// @dev A runner likes round numbers, whose remainders are all alike.
    function _mix(uint256 seed) private view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, _clock)));
    }

    function _least(uint256 one, uint256 other) private pure returns (uint256) {
        return one < other ? one : other;
    }
}
