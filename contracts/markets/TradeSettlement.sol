// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {Rounding} from "../assets/Rounding.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {ISettlementEngine, Instruction, Leg} from "../settlement/ISettlementEngine.sol";
import {Fault, ITradeMatching, TradeInstruction, TradeState, TradeStatus} from "./ITradeMatching.sol";
import {TradeBook} from "./TradeBook.sol";

/// @title TradeSettlement
/// @notice Settles trades, whole or in parts, and keeps why not and whose fault it was.
abstract contract TradeSettlement is TradeBook {
    // a token must not be able to make the log dear
    uint256 private constant MAX_REASON = 1024;

    // -------------------------------------------------------------- settlement

    /// @inheritdoc ITradeMatching
    function settle(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt
    ) external returns (bool settled) {
        bytes32 trade = tradeId(delivery, receipt);
        TradeState memory state = _requireOpen(trade);
        return _try(trade, delivery, delivery.quantity - state.settled);
    }

    /// @inheritdoc ITradeMatching
    function settlePart(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt,
        uint64 quantity
    ) external returns (bool settled) {
        bytes32 trade = tradeId(delivery, receipt);
        TradeState memory state = _requireOpen(trade);
        uint256 minimum = delivery.minimumPart > receipt.minimumPart ? delivery.minimumPart : receipt.minimumPart;
        uint256 left = delivery.quantity - state.settled;
        require(delivery.minimumPart != 0 && receipt.minimumPart != 0, TradePartNotAgreed(trade));
        require(
            quantity >= minimum && uint256(quantity) + minimum <= left,
            TradePartInvalid(trade, quantity, minimum, left)
        );
        uint256 today = _today();
        require(
            state.status == TradeStatus.Failing && state.failedDay == today,
            TradePartUntimely(trade, state.failedDay, today)
        );
        return _try(trade, delivery, quantity);
    }

    /// @inheritdoc ITradeMatching
    function attempt(bytes32 trade, TradeInstruction calldata delivery, uint64 quantity) external {
        require(msg.sender == address(this), TradeSelfOnly(msg.sender));
        TradeState memory state = _accrued(trade, _today());
        require(
            !state.delivererHolds && !state.receiverHolds,
            TradeOnHold(trade, state.delivererHolds, state.receiverHolds)
        );
        (uint256 money, uint256 fee, Fault feeOf) = _cost(state, delivery, quantity);
        bytes32 businessRef = keccak256(abi.encode(trade, state.settled));
        // before anything moves
        state.settled += quantity;
        state.paid += uint64(money);
        uint256 left = delivery.quantity - state.settled;
        if (left == 0) state.status = TradeStatus.Settled;
        _trades[trade] = state;
        bytes32 id = _move(businessRef, _legs(delivery, quantity, money, fee, feeOf));
        emit TradeSettled(trade, id, quantity, money, fee, feeOf, left);
        if (left == 0) _releaseGuarantee(instructionId(delivery), delivery);
    }

    // -------------------------------------------------------------- both sides

    /// @inheritdoc ITradeMatching
    function setTradeHold(TradeInstruction calldata delivery, TradeInstruction calldata receipt, bool onHold) external {
        bytes32 trade = tradeId(delivery, receipt);
        _requireOpen(trade);
        if (_callerDelivers(trade, delivery)) _trades[trade].delivererHolds = onHold;
        else _trades[trade].receiverHolds = onHold;
        emit TradeHeld(trade, msg.sender, onHold);
    }

    /// @inheritdoc ITradeMatching
    function agreeCancel(TradeInstruction calldata delivery, TradeInstruction calldata receipt, bool agreed) external {
        bytes32 trade = tradeId(delivery, receipt);
        TradeState memory state = _requireOpen(trade);
        if (_callerDelivers(trade, delivery)) state.delivererCancels = agreed;
        else state.receiverCancels = agreed;
        bool both = state.delivererCancels && state.receiverCancels;
        if (both) state.status = TradeStatus.Cancelled;
        _trades[trade] = state;
        emit TradeCancellationAgreed(trade, msg.sender, agreed);
        if (!both) return;
        emit TradeCancelled(trade);
        _releaseGuarantee(instructionId(delivery), delivery);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc ITradeMatching
    function costOf(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt,
        uint64 quantity,
        uint256 day
    ) external view returns (uint256 money, uint256 fee, Fault feeOf) {
        return _cost(_accrued(tradeId(delivery, receipt), day), delivery, quantity);
    }

    // ----------------------------------------------------------------- attempts

    function _try(bytes32 trade, TradeInstruction calldata delivery, uint64 quantity) private returns (bool settled) {
        (uint256 today, uint256 lastDay) = (_today(), _lastDayOf(delivery));
        require(today >= delivery.settlementDay, TradeNotDue(trade, delivery.settlementDay, today));
        require(today <= lastDay, TradeRecyclingOver(trade, lastDay, today));
        settled = LowLevelCall.callNoReturn(
            address(this),
            abi.encodeCall(ITradeMatching.attempt, (trade, delivery, quantity))
        );
        if (!settled) _recordFailure(trade, delivery, quantity, _reason());
    }

    /// @dev Who is ready is asked after the attempt: whoever gave it too little gas has none left for the record.
    function _recordFailure(
        bytes32 trade,
        TradeInstruction calldata delivery,
        uint64 quantity,
        bytes memory reason
    ) private {
        uint256 today = _today();
        TradeState memory state = _accrued(trade, today);
        state.fault = _faultOf(state, delivery, quantity);
        (state.status, state.failedDay, state.reason) = (TradeStatus.Failing, uint16(today), bytes4(reason));
        _trades[trade] = state;
        emit TradeFailed(trade, state.fault, today, reason);
    }

    /// @dev Both or neither: nobody.
    function _faultOf(
        TradeState memory state,
        TradeInstruction calldata delivery,
        uint64 quantity
    ) private view returns (Fault) {
        (uint256 money, uint256 fee, Fault feeOf) = _cost(state, delivery, quantity);
        address units = _tokenOf(delivery.isin);
        (uint256 delivererFee, uint256 receiverFee) = feeOf == Fault.Deliverer ? (fee, uint256(0)) : (0, fee);
        bool delivererReady =
            !state.delivererHolds &&
                _canGive(units, delivery.deliverer, quantity) &&
                // out of what it is paid
                _canReceive(delivery.currency, delivery.deliverer, money) &&
                (delivererFee == 0 || _allowed(delivery.currency, delivery.deliverer) >= delivererFee);
        bool receiverReady =
            !state.receiverHolds &&
                _canGive(delivery.currency, delivery.receiver, money + receiverFee) &&
                _canReceive(units, delivery.receiver, quantity);
        if (delivererReady == receiverReady) return Fault.Nobody;
        return delivererReady ? Fault.Receiver : Fault.Deliverer;
    }

    function _canGive(address token, address account, uint256 amount) private view returns (bool) {
        if (!ISettlementEngine(ENGINE).isAgent(account, address(this))) return false;
        if (amount == 0) return true;
        return
            ILedger(token).canSend(account) &&
            ILedger(token).spendableOf(account) >= amount &&
            _allowed(token, account) >= amount;
    }

    function _canReceive(address token, address account, uint256 amount) private view returns (bool) {
        return amount == 0 || ILedger(token).canReceive(account);
    }

    function _allowed(address token, address account) private view returns (uint256) {
        return ILedger(token).allowance(account, ENGINE);
    }

    /// @dev What the last call reverted with, cut to {MAX_REASON}.
    function _reason() private pure returns (bytes memory reason) {
        uint256 length = LowLevelCall.returnDataSize();
        reason = new bytes(length < MAX_REASON ? length : MAX_REASON);
        assembly ("memory-safe") {
            returndatacopy(add(reason, 0x20), 0, mload(reason))
        }
    }

    // ------------------------------------------------------------ money and days

    /// @dev The trade with the days since its last failure counted, up to `day`.
    function _accrued(bytes32 trade, uint256 day) internal view returns (TradeState memory state) {
        state = _trades[trade];
        if (state.status != TradeStatus.Failing || day <= state.failedDay) return state;
        uint16 late = uint16(day - state.failedDay);
        if (state.fault == Fault.Deliverer) state.delivererDays += late;
        if (state.fault == Fault.Receiver) state.receiverDays += late;
        state.failedDay = uint16(day);
    }

    /// @dev Rounded down over all that has settled with it, so that the last part takes the exact rest.
    function _cost(
        TradeState memory state,
        TradeInstruction calldata delivery,
        uint256 quantity
    ) internal view returns (uint256 money, uint256 fee, Fault feeOf) {
        money = (uint256(delivery.amount) * (state.settled + quantity)) / delivery.quantity - state.paid;
        (uint256 late, uint256 other) = (state.delivererDays, state.receiverDays);
        feeOf = late > other ? Fault.Deliverer : Fault.Receiver;
        uint256 rate = FEE_RATE * (late > other ? late - other : other - late);
        fee = Rounding.halfUp(money * (rate < FEE_CAP ? rate : FEE_CAP), RATE_SCALE);
        if (fee == 0) feeOf = Fault.Nobody;
    }

    function _legs(
        TradeInstruction calldata delivery,
        uint256 quantity,
        uint256 money,
        uint256 fee,
        Fault feeOf
    ) private view returns (Leg[] memory legs) {
        (address deliverer, address receiver, address currency) = (
            delivery.deliverer,
            delivery.receiver,
            delivery.currency
        );
        // a small part may be worth less than a minor unit, and then carries no fee
        legs = new Leg[](
            money == 0
                ? 1
                : fee == 0
                    ? 2
                    : 3
        );
        legs[0] = Leg(_tokenOf(delivery.isin), deliverer, receiver, quantity);
        if (money != 0) legs[1] = Leg(currency, receiver, deliverer, money);
        if (fee == 0) return legs;
        legs[2] =
            feeOf == Fault.Deliverer
                ? Leg(currency, deliverer, receiver, fee)
                : Leg(currency, receiver, deliverer, fee);
    }

    function _move(bytes32 businessRef, Leg[] memory legs) internal returns (bytes32) {
        Instruction memory instruction = Instruction({
            businessRef: businessRef,
            notBefore: 0,
            notAfter: type(uint48).max,
            nettable: false,
            legs: legs
        });
        return ISettlementEngine(ENGINE).settle(instruction, new bytes[](0), new Hold[](0));
    }

    // ---------------------------------------------------------------- internals

    function _requireOpen(bytes32 trade) internal view returns (TradeState memory state) {
        state = _trades[trade];
        require(
            state.status == TradeStatus.Matched || state.status == TradeStatus.Failing,
            TradeStatusInvalid(trade, state.status)
        );
    }

    function _callerDelivers(bytes32 trade, TradeInstruction calldata delivery) private view returns (bool) {
        bool delivers = msg.sender == delivery.deliverer;
        require(delivers || msg.sender == delivery.receiver, TradeCallerInvalid(trade, msg.sender));
        return delivers;
    }
}
