// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Calendar} from "../currency/Calendar.sol";
import {ClassLimits} from "../currency/ICurrencyOffice.sol";
import {ISettlementEngine, InstructionStatus} from "../settlement/ISettlementEngine.sol";
import {NetPositions} from "../settlement/NetPositions.sol";
import {BridgeVerdicts} from "./BridgeVerdicts.sol";
import {CurrencyAuthority} from "./CurrencyAuthority.sol";
import {IBridgeCurrency} from "./IBridgeCurrency.sol";
import {IBridgeNetting, NetItem, Reason, Timetable} from "./IBridgeNetting.sol";
import {BridgePayment, Verdict} from "./IBridgePayments.sol";
import {ICentralBankCouncil} from "./ICentralBankCouncil.sol";
import {ICorridorPolicy} from "./ICorridorPolicy.sol";
import {Band, IForeignExchange} from "./IForeignExchange.sol";

/// @title NettingQueue
/// @notice What waits for a net cycle, for how long, and how much each member may owe: see {IBridgeNetting}.
abstract contract NettingQueue is IBridgeNetting, CurrencyAuthority, BridgeVerdicts {
    /// @dev One word. `tag` are bits of the item's id: no bank can find two items that share so many. Sequence 0 with a
    /// tag: withdrawn by another bank than the initiator, for ever.
    struct Entry {
        uint160 tag;
        uint40 validUntil;
        uint8 priority;
        uint32 sequence;
        uint16 day;
    }

    /// @dev One word. Items up to `boundary` had arrived when `cycle` began, which is that of the last change.
    struct Queue {
        uint32 sequence;
        uint32 boundary;
        uint32 waiting;
        uint32 arriving;
        uint48 cycle;
        uint48 closed;
    }

    bytes32 private constant ITEM_TYPEHASH = keccak256(
        "NetItem(BridgePayment[] payments)BridgePayment(bytes32 businessRef,address currency,address payer,address payee,uint256 amount,bytes4 purpose,bytes32 dataHash,uint48 notAfter)"
    );
    uint256 private constant RATE_SCALE = 1e12;
    uint8 private constant RESIDENT = 6;

    /// @inheritdoc IBridgeNetting
    address public immutable ENGINE;
    /// @inheritdoc IBridgeNetting
    address public immutable COUNCIL;
    /// @inheritdoc IBridgeNetting
    address public immutable GATE;
    /// @inheritdoc IBridgeNetting
    address public immutable EXCHANGE;
    /// @inheritdoc IBridgeNetting
    uint256 public immutable MAX_ITEMS;
    /// @inheritdoc IBridgeNetting
    uint256 public immutable MAX_OWN_ITEMS;

    uint256 internal immutable OPENS;
    uint256 private immutable CLOSES;
    uint256 internal immutable ENDS;
    uint256 private immutable CYCLE;

    Queue private _queue;
    mapping(address initiator => mapping(bytes32 businessRef => Entry)) private _entries;
    mapping(address initiator => uint256 items) private _own;
    mapping(address currency => mapping(address member => uint128 cap)) private _caps;

    /// @param maxItems Most items that may wait, so that a cycle fits a transaction.
    /// @param maxOwnItems Most of one initiator.
    constructor(
        address engine,
        address council,
        address gate,
        address exchange,
        Timetable memory times,
        uint256 maxItems,
        uint256 maxOwnItems
    ) {
        require(
            times.opens < times.closes &&
                times.closes < times.ends &&
                times.ends <= 1 days &&
                times.cycle != 0 &&
                1 days % times.cycle == 0,
            NettingTimetableInvalid(times)
        );
        (ENGINE, COUNCIL, GATE, EXCHANGE) = (engine, council, gate, exchange);
        (OPENS, CLOSES, ENDS, CYCLE) = (times.opens, times.closes, times.ends, times.cycle);
        (MAX_ITEMS, MAX_OWN_ITEMS) = (maxItems, maxOwnItems);
    }

    // ------------------------------------------------------------------- queue

    /// @inheritdoc IBridgeNetting
    function queue(
        NetItem calldata item,
        Verdict calldata payerVerdict,
        Verdict calldata payeeVerdict,
        uint8 priority
    ) external returns (bytes32 id) {
        _requireTime(OPENS, CLOSES);
        id = itemId(item);
        uint256 validUntil = _requireItem(id, item.payments);
        BridgePayment calldata first = item.payments[0];
        require(msg.sender == first.payer, NettingCallerInvalid(id, msg.sender));
        _record(id, first.payer, payerVerdict, true);
        _record(id, first.payee, payeeVerdict, true);
        validUntil = _least(validUntil, _least(payerVerdict.validUntil, payeeVerdict.validUntil));
        _enter(id, item, validUntil, priority);
    }

    /// @inheritdoc IBridgeNetting
    function setPriority(NetItem calldata item, uint8 priority) external {
        (bytes32 id, Entry storage entry) = _requireQueued(item);
        require(msg.sender == item.payments[0].payer, NettingCallerInvalid(id, msg.sender));
        uint8 previous = entry.priority;
        if (previous == priority) return;
        entry.priority = priority;
        emit ItemPrioritized(id, msg.sender, previous, priority);
    }

    /// @inheritdoc IBridgeNetting
    function withdraw(NetItem calldata item) external {
        (bytes32 id, Entry storage entry) = _requireQueued(item);
        BridgePayment calldata first = item.payments[0];
        require(msg.sender == first.payer || msg.sender == first.payee, NettingCallerInvalid(id, msg.sender));
        Queue memory state = _rolled();
        _release(state, id, first, Reason.Withdrawn);
        _store(state);
        // what is left of the entry keeps the initiator from queuing it again on a verdict that was taken back
        if (msg.sender != first.payer) entry.tag = _tag(id);
    }

    /// @inheritdoc IBridgeNetting
    function unwind(NetItem[] calldata items) external {
        Queue memory state = _rolled();
        uint256 today = Calendar.dayOf(block.timestamp);
        bool ended = _timeOfDay() >= ENDS;
        for (uint256 i = 0; i < items.length; ++i) {
            (bytes32 id, Entry storage entry) = _requireQueued(items[i]);
            uint256 day = entry.day;
            require(day < today || ended, NettingDayNotOver(id, day));
            _release(state, id, items[i].payments[0], Reason.Expired);
        }
        _store(state);
    }

    /// @inheritdoc IBridgeNetting
    function setDebitCap(address currency, address member, uint128 cap) external {
        require(ICentralBankCouncil(COUNCIL).issuerOf(currency) != address(0), NettingCurrencyInvalid(currency));
        _requireAuthorityOf(currency);
        uint128 previous = _caps[currency][member];
        if (previous == cap) return;
        _caps[currency][member] = cap;
        emit DebitCapSet(currency, member, previous, cap);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IBridgeNetting
    function itemId(NetItem calldata item) public view returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](item.payments.length);
        for (uint256 p = 0; p < hashes.length; ++p) hashes[p] = _hashPayment(item.payments[p]);
        return _hashTypedDataV4(keccak256(abi.encode(ITEM_TYPEHASH, keccak256(abi.encodePacked(hashes)))));
    }

    /// @inheritdoc IBridgeNetting
    function entryOf(
        address initiator,
        bytes32 businessRef
    ) external view returns (uint8 priority, uint256 sequence, uint256 day, uint256 validUntil) {
        Entry storage entry = _entries[initiator][businessRef];
        return (entry.priority, entry.sequence, entry.day, entry.validUntil);
    }

    /// @inheritdoc IBridgeNetting
    function queueState() external view returns (uint256 waiting, uint256 arriving, uint256 lastClosed) {
        Queue memory state = _rolled();
        return (state.waiting, state.arriving, state.closed);
    }

    /// @inheritdoc IBridgeNetting
    function debitLimitOf(address currency, address member) public view returns (uint256 limit, Reason reason) {
        (limit, reason, ) = _limits(currency, member);
    }

    /// @inheritdoc IBridgeNetting
    function debitCapOf(address currency, address member) external view returns (uint256) {
        return _caps[currency][member];
    }

    /// @inheritdoc IBridgeNetting
    function cycleAt(uint256 time) public view returns (uint256) {
        return (time + Calendar.OFFSET) / CYCLE;
    }

    /// @inheritdoc IBridgeNetting
    function timetable() external view returns (Timetable memory) {
        return Timetable(uint32(OPENS), uint32(CLOSES), uint32(ENDS), uint32(CYCLE));
    }

    // ----------------------------------------------------- internals: the queue

    /// @dev What is asked of a gross payment, and what the engine would refuse a batch for. Returns the last second.
    function _requireItem(bytes32 id, BridgePayment[] calldata payments) private view returns (uint256 validUntil) {
        require(payments.length == 1 || payments.length == 2, NettingItemInvalid(id));
        validUntil = type(uint40).max;
        for (uint256 p = 0; p < payments.length; ++p) {
            BridgePayment calldata payment = payments[p];
            require(
                payment.dataHash != 0 &&
                    payment.payer != payment.payee &&
                    payment.amount != 0 &&
                    payment.amount <= NetPositions.MAX_AMOUNT,
                NettingItemInvalid(id)
            );
            ICentralBankCouncil(COUNCIL).requireOpen(payment.currency, payment.currency);
            ICorridorPolicy(payment.currency).requirePurpose(payment.payer, payment.payee, payment.purpose);
            validUntil = _least(validUntil, payment.notAfter);
        }
        if (payments.length == 2) _requireExchange(id, payments[0], payments[1]);
    }

    function _requireExchange(bytes32 id, BridgePayment calldata one, BridgePayment calldata other) private view {
        require(
            one.currency != other.currency && one.payer == other.payee && one.payee == other.payer,
            NettingItemInvalid(id)
        );
        (uint256 baseAmount, uint256 counterAmount) = (one.amount, other.amount);
        Band memory band = IForeignExchange(EXCHANGE).bandOf(one.currency, other.currency);
        if (block.timestamp > band.validUntil) {
            // a pair is as its central banks publish it, one way round
            band = IForeignExchange(EXCHANGE).bandOf(other.currency, one.currency);
            (baseAmount, counterAmount) = (other.amount, one.amount);
        }
        require(
            block.timestamp <= band.validUntil,
            IForeignExchange.ReferenceStale(one.currency, other.currency, band.validUntil, block.timestamp)
        );
        // at either end less than a minor unit is lost to rounding; below 2^128 × 2^104
        uint256 scaled = counterAmount * RATE_SCALE;
        require(
            scaled + RATE_SCALE > baseAmount * band.low && scaled < baseAmount * band.high + RATE_SCALE,
            NettingRateOutsideBand(id, baseAmount, counterAmount, band.low, band.high)
        );
    }

    function _enter(bytes32 id, NetItem calldata item, uint256 validUntil, uint8 priority) private {
        (address initiator, bytes32 businessRef) = (msg.sender, item.payments[0].businessRef);
        Entry storage entry = _entries[initiator][businessRef];
        require(
            entry.tag == 0 && ISettlementEngine(ENGINE).statusOf(initiator, businessRef) == InstructionStatus.Open,
            NettingReferenceUsed(id, businessRef)
        );
        Queue memory state = _rolled();
        uint256 items = uint256(state.waiting) + state.arriving;
        require(items < MAX_ITEMS, NettingQueueFull(items, MAX_ITEMS));
        uint256 own = _own[initiator];
        require(own < MAX_OWN_ITEMS, NettingMemberQueueFull(initiator, own, MAX_OWN_ITEMS));
        _own[initiator] = own + 1;
        ++state.arriving;
        uint32 sequence = ++state.sequence;
        _store(state);
        _entries[initiator][businessRef] = Entry({
            tag: _tag(id),
            validUntil: uint40(validUntil),
            priority: priority,
            sequence: sequence,
            day: uint16(Calendar.dayOf(block.timestamp))
        });
        emit ItemQueued(id, initiator, businessRef, sequence, priority, item);
    }

    function _requireQueued(NetItem calldata item) internal view returns (bytes32 id, Entry storage entry) {
        id = itemId(item);
        require(item.payments.length != 0, NettingItemNotQueued(id));
        BridgePayment calldata first = item.payments[0];
        entry = _entries[first.payer][first.businessRef];
        require(entry.sequence != 0 && entry.tag == _tag(id), NettingItemNotQueued(id));
    }

    /// @dev The queue as of the present cycle: what had arrived before it waits.
    function _rolled() internal view returns (Queue memory state) {
        state = _queue;
        uint48 now_ = uint48(cycleAt(block.timestamp));
        if (state.cycle == now_) return state;
        (state.cycle, state.boundary) = (now_, state.sequence);
        (state.waiting, state.arriving) = (state.waiting + state.arriving, 0);
    }

    /// @dev Writes the queue back.
    function _store(Queue memory state) internal {
        _queue = state;
    }

    /// @dev The item waits no longer; the caller writes the queue back.
    function _remove(Queue memory state, BridgePayment calldata first) internal {
        (address initiator, bytes32 businessRef) = (first.payer, first.businessRef);
        if (_entries[initiator][businessRef].sequence <= state.boundary) --state.waiting;
        else --state.arriving;
        --_own[initiator];
        delete _entries[initiator][businessRef];
    }

    function _release(Queue memory state, bytes32 id, BridgePayment calldata first, Reason reason) internal {
        _remove(state, first);
        emit ItemReleased(id, first.payer, reason, msg.sender);
    }

    /// @dev Reasons for which an item waits no longer.
    function _ending(BridgePayment calldata first) internal view returns (Reason) {
        Entry storage entry = _entries[first.payer][first.businessRef];
        if (ISettlementEngine(ENGINE).statusOf(first.payer, first.businessRef) != InstructionStatus.Open)
            return Reason.Ended;
        if (block.timestamp > entry.validUntil || entry.day < Calendar.dayOf(block.timestamp)) return Reason.Expired;
        return Reason.None;
    }

    /// @dev The most that the bank may owe in sum, what sets it, and the most that it may pay at once.
    function _limits(
        address token,
        address member
    ) internal view returns (uint256 limit, Reason reason, uint256 single) {
        IBridgeCurrency currency = IBridgeCurrency(token);
        limit = _least(currency.spendableOf(member), currency.allowance(member, ENGINE));
        single = type(uint256).max;
        (uint8 class, , uint256 dayOut, uint256 yearOut) = currency.walletOf(member);
        if (class != RESIDENT) {
            ClassLimits memory limits = currency.classLimits(class);
            single = limits.single;
            limit = _least(limit, _least(single, _least(_left(limits.day, dayOut), _left(limits.year, yearOut))));
        }
        uint256 cap = _caps[token][member];
        return cap < limit ? (cap, Reason.DebitCap, single) : (limit, Reason.Liquidity, single);
    }

    function _left(uint256 limit, uint256 counted) private pure returns (uint256) {
        return limit > counted ? limit - counted : 0;
    }

    // ------------------------------------------------------ internals: the rest

    function _requireTime(uint256 from, uint256 until) internal view {
        uint256 time = _timeOfDay();
        require(time >= from && time < until, NettingTimeInvalid(time, from, until));
    }

    /// @dev Seconds since midnight UTC+8.
    function _timeOfDay() private view returns (uint256) {
        return (block.timestamp + Calendar.OFFSET) % 1 days;
    }

    function _tag(bytes32 id) private pure returns (uint160) {
        return uint160(uint256(id));
    }

    function _least(uint256 one, uint256 other) private pure returns (uint256) {
        return one < other ? one : other;
    }
}
