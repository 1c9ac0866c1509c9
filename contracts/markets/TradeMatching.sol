// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {Leg} from "../settlement/ISettlementEngine.sol";
import {
    BuyInOffer,
    Fault,
    ITradeMatching,
    Payment,
    TradeClaim,
    TradeInstruction,
    TradeRules,
    TradeState,
    TradeStatus
} from "./ITradeMatching.sol";
import {TradeBook} from "./TradeBook.sol";
import {TradeSettlement} from "./TradeSettlement.sol";

/// @title TradeMatching
/// @notice See {ITradeMatching}. Here: how a trade that fails for good ends.
contract TradeMatching is TradeSettlement {
    bytes32 private constant CLAIM_REF = "claim";

    mapping(bytes32 trade => TradeClaim) private _claims;

    constructor(
        address authority_,
        address register,
        address engine,
        TradeRules memory rules_
    ) TradeBook(authority_, register, engine, rules_) {}

    /// @inheritdoc ITradeMatching
    function lapse(TradeInstruction calldata delivery, TradeInstruction calldata receipt) external {
        bytes32 trade = tradeId(delivery, receipt);
        _requireOpen(trade);
        (uint256 lastDay, uint256 today) = (_lastDayOf(delivery), _today());
        require(today > lastDay, TradeRecycling(trade, lastDay, today));

        // late until the end of the last day, however late this is noticed
        TradeState memory state = _accrued(trade, lastDay + 1);
        state.status = TradeStatus.Lapsed;
        _trades[trade] = state;
        uint256 left = delivery.quantity - state.settled;
        emit TradeLapsed(trade, left);
        (, uint256 fee, Fault feeOf) = _cost(state, delivery, left);
        _collect(trade, delivery, feeOf == Fault.Deliverer ? fee : 0);
        if (feeOf == Fault.Receiver) _claim(trade, delivery, false, fee);
    }

    /// @inheritdoc ITradeMatching
    function buyIn(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt,
        BuyInOffer calldata offer,
        bytes calldata signature
    ) external returns (bytes32 id) {
        bytes32 trade = tradeId(delivery, receipt);
        _requireOpen(trade);
        require(msg.sender == delivery.receiver, TradeCallerInvalid(trade, msg.sender));
        require(delivery.payment == Payment.AgainstPayment, TradeBuyInFree(trade));
        TradeState memory state = _requireFailing(trade);
        _requireOffer(trade, delivery, offer, delivery.quantity - state.settled, signature);

        uint256 owed = _owedOf(state, delivery, offer);
        state.status = TradeStatus.BoughtIn;
        _trades[trade] = state;
        // first, so that the receiver can pay the agent with it
        uint256 collected = _collect(trade, delivery, owed);
        Leg[] memory legs = new Leg[](2);
        legs[0] = Leg(_tokenOf(delivery.isin), offer.agent, delivery.receiver, offer.quantity);
        legs[1] = Leg(delivery.currency, delivery.receiver, offer.agent, offer.price);
        id = _move(offerId(offer), legs);
        emit TradeBoughtIn(trade, offer.agent, id, offer.quantity, offer.price, owed, collected);
    }

    /// @inheritdoc ITradeMatching
    function payClaim(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt
    ) external returns (bytes32) {
        bytes32 trade = tradeId(delivery, receipt);
        TradeClaim memory claim = _claims[trade];
        (address debtor, address creditor) = _sidesOf(delivery, claim.owedByDeliverer);
        require(claim.amount != 0 && msg.sender == debtor, TradeClaimInvalid(trade, msg.sender));
        delete _claims[trade];
        emit TradeClaimPaid(trade, debtor, creditor, claim.amount);
        Leg[] memory legs = new Leg[](1);
        legs[0] = Leg(delivery.currency, debtor, creditor, claim.amount);
        return _move(keccak256(abi.encode(trade, CLAIM_REF)), legs);
    }

    /// @inheritdoc ITradeMatching
    function claimOf(bytes32 trade) external view returns (TradeClaim memory) {
        return _claims[trade];
    }

    // ------------------------------------------------------------------ buy-in

    function _requireFailing(bytes32 trade) private view returns (TradeState memory state) {
        // as the last attempt left it: that has to be today's
        uint16 failedDay = _trades[trade].failedDay;
        state = _accrued(trade, _today());
        require(
            failedDay == _today() && state.fault == Fault.Deliverer && state.delivererDays >= EXTENSION_DAYS,
            TradeBuyInUntimely(trade, state.fault, failedDay, state.delivererDays)
        );
    }

    function _requireOffer(
        bytes32 trade,
        TradeInstruction calldata delivery,
        BuyInOffer calldata offer,
        uint256 left,
        bytes calldata signature
    ) private view {
        bytes32 id = offerId(offer);
        address agent = offer.agent;
        require(
            offer.trade == trade &&
                offer.quantity == left &&
                offer.price != 0 &&
                _buyInAgents[agent] &&
                agent != delivery.deliverer &&
                agent != delivery.receiver,
            TradeOfferInvalid(id)
        );
        require(block.timestamp <= offer.notAfter, TradeOfferExpired(id, offer.notAfter, block.timestamp));
        require(Signatures.isValid(agent, id, signature), TradeOfferSignatureInvalid(id, agent));
    }

    /// @dev What the offer costs more than the rest of the trade, and the late fee; less one that the receiver owes.
    function _owedOf(
        TradeState memory state,
        TradeInstruction calldata delivery,
        BuyInOffer calldata offer
    ) private view returns (uint256 owed) {
        (uint256 money, uint256 fee, Fault feeOf) = _cost(state, delivery, offer.quantity);
        owed = offer.price > money ? offer.price - money : 0;
        if (feeOf == Fault.Deliverer) return owed + fee;
        return owed > fee ? owed - fee : 0;
    }

    // ------------------------------------------------------------------- claims

    /// @dev Takes what the deliverer owes from its guarantee and gives back the rest. What that does not cover, or what the
    /// receiver cannot be paid now, becomes a claim: neither side's trouble may keep the trade from ending.
    function _collect(
        bytes32 trade,
        TradeInstruction calldata delivery,
        uint256 owed
    ) private returns (uint256 collected) {
        bytes32 id = instructionId(delivery);
        uint256 held = _guaranteeLeft(id, delivery);
        uint256 due = owed < held ? owed : held;
        if (due != 0) {
            Hold memory hold = _guaranteeHold(id, delivery);
            try IHoldLedger(delivery.currency).captureHold(hold, delivery.receiver, due) {
                collected = due;
            } catch {}
        }
        if (collected < held) _releaseGuarantee(id, delivery);
        _claim(trade, delivery, true, owed - collected);
    }

    function _claim(bytes32 trade, TradeInstruction calldata delivery, bool owedByDeliverer, uint256 amount) private {
        if (amount == 0) return;
        _claims[trade] = TradeClaim(owedByDeliverer, uint128(amount));
        (address debtor, address creditor) = _sidesOf(delivery, owedByDeliverer);
        emit TradeClaimRecorded(trade, debtor, creditor, amount);
    }

    function _sidesOf(
        TradeInstruction calldata delivery,
        bool byDeliverer
    ) private pure returns (address debtor, address creditor) {
        return byDeliverer ? (delivery.deliverer, delivery.receiver) : (delivery.receiver, delivery.deliverer);
    }
}
