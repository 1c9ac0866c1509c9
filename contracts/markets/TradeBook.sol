// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAssetRegistry} from "../assets/IAssetRegistry.sol";
import {Calendar} from "../currency/Calendar.sol";
import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {
    BuyInOffer,
    EntryStatus,
    ITradeMatching,
    MatchField,
    Movement,
    Payment,
    Tolerance,
    TradeInstruction,
    TradeRules,
    TradeState,
    TradeStatus
} from "./ITradeMatching.sol";

/// @title TradeBook
/// @notice The two sides' instructions and how they become a trade.
/// @dev One word an instruction, one word a trade.
abstract contract TradeBook is ITradeMatching, AccessManaged, EIP712 {
    struct Entry {
        EntryStatus status;
        bool onHold;
    }

    bytes32 private constant INSTRUCTION_TYPEHASH = keccak256(
        "TradeInstruction(uint8 movement,uint8 payment,bytes12 isin,uint16 tradeDay,uint16 settlementDay,uint64 quantity,address deliverer,address receiver,address currency,uint64 amount,uint64 minimumPart,uint64 guarantee,bytes32 additional,bytes32 commonRef,bytes32 businessRef)"
    );
    bytes32 private constant OFFER_TYPEHASH = keccak256(
        "BuyInOffer(bytes32 trade,address agent,uint64 quantity,uint64 price,uint48 notAfter,bytes32 businessRef)"
    );
    uint256 internal constant RATE_SCALE = 1e8;

    /// @inheritdoc ITradeMatching
    uint256 public constant GUARANTEE_GRACE = 30 days;
    /// @inheritdoc ITradeMatching
    address public immutable REGISTER;
    /// @inheritdoc ITradeMatching
    address public immutable ENGINE;

    uint256 internal immutable RECYCLE_DAYS;
    uint256 internal immutable EXTENSION_DAYS;
    uint256 internal immutable FEE_RATE;
    uint256 internal immutable FEE_CAP;

    mapping(bytes32 trade => TradeState) internal _trades;
    mapping(address agent => bool) internal _buyInAgents;
    mapping(bytes32 id => Entry) private _entries;
    mapping(address currency => Tolerance) private _tolerances;

    constructor(
        address authority_,
        address register,
        address engine,
        TradeRules memory rules_
    ) AccessManaged(authority_) EIP712("TradeMatching", "1") {
        require(
            rules_.recycleDays != 0 &&
                rules_.extensionDays != 0 &&
                rules_.extensionDays < rules_.recycleDays &&
                rules_.feeCap <= RATE_SCALE,
            TradeRulesInvalid()
        );
        (REGISTER, ENGINE) = (register, engine);
        (RECYCLE_DAYS, EXTENSION_DAYS) = (rules_.recycleDays, rules_.extensionDays);
        (FEE_RATE, FEE_CAP) = (rules_.feeRate, rules_.feeCap);
    }

    // ------------------------------------------------------------- instructions

    /// @inheritdoc ITradeMatching
    function enter(TradeInstruction calldata instruction, bytes calldata signature) external returns (bytes32 id) {
        id = instructionId(instruction);
        address party = _partyOf(instruction);
        _requireEntry(id, EntryStatus.None);
        require(msg.sender == party || Signatures.isValid(party, id, signature), TradeSignatureInvalid(id, party));
        require(_isSound(instruction), TradeInstructionInvalid(id));
        _tokenOf(instruction.isin);
        if (instruction.payment == Payment.AgainstPayment) {
            IAssetRegistry(REGISTER).requireCurrency(instruction.currency);
        }
        _entries[id].status = EntryStatus.Entered;
        emit TradeInstructionEntered(id, party, instruction);
    }

    /// @inheritdoc ITradeMatching
    function cancel(TradeInstruction calldata instruction) external returns (bytes32 id) {
        id = _requireOwn(instruction);
        EntryStatus status = _entries[id].status;
        // one that was only signed must never be entered by whoever has the signature
        require(status == EntryStatus.Entered || status == EntryStatus.None, TradeInstructionStatusInvalid(id, status));
        _entries[id].status = EntryStatus.Cancelled;
        emit TradeInstructionCancelled(id, msg.sender);
        if (instruction.movement == Movement.Delivers) _releaseGuarantee(id, instruction);
    }

    /// @inheritdoc ITradeMatching
    function setHold(TradeInstruction calldata instruction, bool onHold) external {
        bytes32 id = _requireOwn(instruction);
        _requireEntry(id, EntryStatus.Entered);
        _entries[id].onHold = onHold;
        emit TradeInstructionHeld(id, msg.sender, onHold);
    }

    /// @inheritdoc ITradeMatching
    function matchTrade(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt
    ) external returns (bytes32 trade) {
        (bytes32 first, bytes32 second) = (instructionId(delivery), instructionId(receipt));
        _requireEntry(first, EntryStatus.Entered);
        _requireEntry(second, EntryStatus.Entered);
        MatchField field = _difference(delivery, receipt);
        require(field == MatchField.None, TradeMismatch(first, second, field));
        trade = _pairId(first, second);
        (uint256 lastDay, uint256 today) = (_lastDayOf(delivery), _today());
        require(today <= lastDay, TradeRecyclingOver(trade, lastDay, today));
        uint256 held = _guaranteeLeft(first, delivery);
        require(held == delivery.guarantee, TradeGuaranteeMissing(first, held, delivery.guarantee));

        TradeState storage state = _trades[trade];
        state.status = TradeStatus.Matched;
        (state.delivererHolds, state.receiverHolds) = (_entries[first].onHold, _entries[second].onHold);
        (_entries[first].status, _entries[second].status) = (EntryStatus.Matched, EntryStatus.Matched);
        emit TradeMatched(trade, first, second);
    }

    // -------------------------------------------------------------- governance

    /// @inheritdoc ITradeMatching
    function setTolerance(address currency, Tolerance calldata tolerance) external restricted {
        _tolerances[currency] = tolerance;
        emit ToleranceSet(currency, tolerance.boundary, tolerance.small, tolerance.large);
    }

    /// @inheritdoc ITradeMatching
    function setBuyInAgent(address agent, bool admitted) external restricted {
        _buyInAgents[agent] = admitted;
        emit BuyInAgentSet(agent, admitted);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc ITradeMatching
    function rules() external view returns (TradeRules memory) {
        return TradeRules(uint16(RECYCLE_DAYS), uint16(EXTENSION_DAYS), uint32(FEE_RATE), uint32(FEE_CAP));
    }

    /// @inheritdoc ITradeMatching
    function instructionId(TradeInstruction calldata instruction) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(INSTRUCTION_TYPEHASH, instruction)));
    }

    /// @inheritdoc ITradeMatching
    function tradeId(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt
    ) public view returns (bytes32) {
        return _pairId(instructionId(delivery), instructionId(receipt));
    }

    /// @inheritdoc ITradeMatching
    function offerId(BuyInOffer calldata offer) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(OFFER_TYPEHASH, offer)));
    }

    /// @inheritdoc ITradeMatching
    function entryOf(bytes32 id) external view returns (EntryStatus status, bool onHold) {
        Entry memory entry = _entries[id];
        return (entry.status, entry.onHold);
    }

    /// @inheritdoc ITradeMatching
    function tradeOf(bytes32 trade) external view returns (TradeState memory) {
        return _trades[trade];
    }

    /// @inheritdoc ITradeMatching
    function guaranteeHoldOf(TradeInstruction calldata delivery) external view returns (Hold memory) {
        return _guaranteeHold(instructionId(delivery), delivery);
    }

    /// @inheritdoc ITradeMatching
    function toleranceOf(address currency) external view returns (Tolerance memory) {
        return _tolerances[currency];
    }

    /// @inheritdoc ITradeMatching
    function isBuyInAgent(address agent) external view returns (bool) {
        return _buyInAgents[agent];
    }

    // ---------------------------------------------------------------- matching

    /// @dev In the order of the fields, so that the first difference is named.
    function _difference(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt
    ) private view returns (MatchField) {
        if (delivery.payment != receipt.payment) return MatchField.Payment;
        if (delivery.movement != Movement.Delivers || receipt.movement != Movement.Receives) return MatchField.Movement;
        if (delivery.isin != receipt.isin) return MatchField.Isin;
        if (delivery.tradeDay != receipt.tradeDay) return MatchField.TradeDay;
        if (delivery.settlementDay != receipt.settlementDay) return MatchField.SettlementDay;
        if (delivery.quantity != receipt.quantity) return MatchField.Quantity;
        if (delivery.deliverer != receipt.deliverer) return MatchField.Deliverer;
        if (delivery.receiver != receipt.receiver) return MatchField.Receiver;
        if (delivery.currency != receipt.currency) return MatchField.Currency;
        if (!_isWithinTolerance(delivery.currency, delivery.amount, receipt.amount)) return MatchField.Amount;
        if (delivery.additional != receipt.additional) return MatchField.Additional;
        if (
            delivery.commonRef != receipt.commonRef &&
            delivery.commonRef != bytes32(0) &&
            receipt.commonRef != bytes32(0)
        ) return MatchField.CommonRef;
        return delivery.guarantee < receipt.guarantee ? MatchField.Guarantee : MatchField.None;
    }

    function _isWithinTolerance(address currency, uint64 amount, uint64 other) private view returns (bool) {
        if (amount == other) return true;
        Tolerance memory tolerance = _tolerances[currency];
        uint256 difference = amount > other ? amount - other : other - amount;
        return difference <= (amount <= tolerance.boundary ? tolerance.small : tolerance.large);
    }

    function _isSound(TradeInstruction calldata instruction) private pure returns (bool) {
        bool paid = instruction.payment == Payment.AgainstPayment;
        return
            instruction.quantity != 0 &&
            instruction.minimumPart <= instruction.quantity &&
            instruction.settlementDay >= instruction.tradeDay &&
            instruction.deliverer != instruction.receiver &&
            instruction.deliverer != address(0) &&
            instruction.receiver != address(0) &&
            (instruction.amount != 0) == paid &&
            (instruction.currency != address(0)) == paid &&
            (paid || instruction.guarantee == 0);
    }

    // --------------------------------------------------------------- guarantees

    function _guaranteeHold(bytes32 id, TradeInstruction calldata delivery) internal view returns (Hold memory) {
        return
            Hold({
                payer: delivery.deliverer,
                payee: delivery.receiver,
                executor: address(this),
                amount: delivery.guarantee,
                expiry: (_lastDayOf(delivery) + 1) * 1 days - Calendar.OFFSET + GUARANTEE_GRACE,
                businessRef: id
            });
    }

    /// @dev What is still held; a guarantee that was never placed, or that anyone has freed after its end, is none.
    function _guaranteeLeft(bytes32 id, TradeInstruction calldata delivery) internal view returns (uint256 left) {
        if (delivery.guarantee == 0) return 0;
        IHoldLedger money = IHoldLedger(delivery.currency);
        (left, ) = money.holdState(money.holdId(_guaranteeHold(id, delivery)));
    }

    function _releaseGuarantee(bytes32 id, TradeInstruction calldata delivery) internal {
        if (_guaranteeLeft(id, delivery) == 0) return;
        IHoldLedger(delivery.currency).releaseHold(_guaranteeHold(id, delivery));
    }

    // ---------------------------------------------------------------- internals

    function _requireEntry(bytes32 id, EntryStatus wanted) private view {
        EntryStatus status = _entries[id].status;
        require(status == wanted, TradeInstructionStatusInvalid(id, status));
    }

    function _requireOwn(TradeInstruction calldata instruction) private view returns (bytes32 id) {
        id = instructionId(instruction);
        address party = _partyOf(instruction);
        require(msg.sender == party, TradeInstructionCallerInvalid(id, msg.sender, party));
    }

    function _tokenOf(bytes12 isin) internal view returns (address token) {
        token = IAssetRegistry(REGISTER).asset(isin).token;
        require(token != address(0), TradeAssetUnknown(isin));
    }

    function _partyOf(TradeInstruction calldata instruction) private pure returns (address) {
        return instruction.movement == Movement.Delivers ? instruction.deliverer : instruction.receiver;
    }

    function _lastDayOf(TradeInstruction calldata delivery) internal view returns (uint256) {
        return delivery.settlementDay + RECYCLE_DAYS;
    }

    function _today() internal view returns (uint256) {
        return Calendar.dayOf(block.timestamp);
    }

    function _pairId(bytes32 first, bytes32 second) private pure returns (bytes32) {
        return keccak256(abi.encode(first, second));
    }
}
