// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";

/// @notice Which side of a trade an instruction is.
enum Movement {
    Delivers,
    Receives
}

/// @notice Whether money is paid for what is delivered. ISO 20022: APMT, FREE.
enum Payment {
    AgainstPayment,
    Free
}

/// @notice What one side instructs. The first ten fields have to match the other side's, the amount within a tolerance.
/// @param movement Which side instructs: the deliverer or the receiver.
/// @param payment Whether money is paid.
/// @param isin The asset, on the register.
/// @param tradeDay UTC+8 day on which the trade was agreed.
/// @param settlementDay UTC+8 day from which on it settles.
/// @param quantity Units, more than zero.
/// @param deliverer Account that gives the units and is paid.
/// @param receiver Account that gets the units and pays.
/// @param currency Listed on the register; zero when free of payment.
/// @param amount Minor units for the whole quantity; zero when free of payment.
/// @param minimumPart Fewest units that this side accepts as a part; zero: the whole or nothing.
/// @param guarantee Minor units: what the deliverer has held, or what the receiver asks to be held, until the trade ends.
/// @param additional Hash of additional matching fields: equal on both sides, zero included.
/// @param commonRef Reference of both; compared when both sides give one.
/// @param businessRef This side's own reference: equal instructions differ in it.
struct TradeInstruction {
    Movement movement;
    Payment payment;
    bytes12 isin;
    uint16 tradeDay;
    uint16 settlementDay;
    uint64 quantity;
    address deliverer;
    address receiver;
    address currency;
    uint64 amount;
    uint64 minimumPart;
    uint64 guarantee;
    bytes32 additional;
    bytes32 commonRef;
    bytes32 businessRef;
}

/// @notice Which field of two instructions does not match.
enum MatchField {
    None,
    Payment,
    Movement,
    Isin,
    TradeDay,
    SettlementDay,
    Quantity,
    Deliverer,
    Receiver,
    Currency,
    Amount,
    Additional,
    CommonRef,
    Guarantee
}

/// @notice How far an instruction has come. Matched and Cancelled are for ever: what follows is the trade's.
enum EntryStatus {
    None,
    Entered,
    Matched,
    Cancelled
}

/// @notice How far a trade has come. The last four absorb.
/// @dev In ISO 20022: Matched is pending, Failing failing (sese.024), Settled a confirmation (sese.025), Cancelled CANI,
/// Lapsed CANS.
enum TradeStatus {
    None,
    Matched,
    Failing,
    Settled,
    Cancelled,
    Lapsed,
    BoughtIn
}

/// @notice Who was not ready when a settlement was tried: one side, or nobody (also when both were not).
enum Fault {
    Nobody,
    Deliverer,
    Receiver
}

/// @notice A trade.
/// @param fault Whom the days from `failedDay` on are counted for.
/// @param failedDay UTC+8 day of the last failure.
/// @param delivererDays Days that the deliverer was late before `failedDay`; `receiverDays` likewise.
/// @param reason Selector of the error that the last failure was.
/// @param settled Units delivered.
/// @param paid Minor units paid for them, without late fees.
struct TradeState {
    TradeStatus status;
    Fault fault;
    bool delivererHolds;
    bool receiverHolds;
    bool delivererCancels;
    bool receiverCancels;
    uint16 failedDay;
    uint16 delivererDays;
    uint16 receiverDays;
    bytes4 reason;
    uint64 settled;
    uint64 paid;
}

/// @notice What one side owes the other of a trade that has ended.
struct TradeClaim {
    bool owedByDeliverer;
    uint128 amount;
}

/// @notice An agent's offer to deliver in the place of a deliverer that fails.
/// @param trade Id of the trade.
/// @param agent Admitted; party to nothing else of the trade.
/// @param quantity Units: all that is left.
/// @param price Minor units for all of it.
/// @param notAfter Unix seconds, inclusive.
/// @param businessRef The agent's reference.
struct BuyInOffer {
    bytes32 trade;
    address agent;
    uint64 quantity;
    uint64 price;
    uint48 notAfter;
    bytes32 businessRef;
}

/// @notice How far two amounts may differ, minor units: by `small` up to and including `boundary`, beyond it by `large`.
struct Tolerance {
    uint64 boundary;
    uint64 small;
    uint64 large;
}

/// @notice Figures that are the same for all trades.
/// @param recycleDays Days after the settlement day on which settlement is still tried.
/// @param extensionDays Days that a deliverer has to be late before it is bought in.
/// @param feeRate Late fee a calendar day, parts of 1e8 of the money (10,000 is one basis point).
/// @param feeCap Late fee at most, parts of 1e8 of the money; at most 1e8.
struct TradeRules {
    uint16 recycleDays;
    uint16 extensionDays;
    uint32 feeRate;
    uint32 feeCap;
}

/// @title ITradeMatching
/// @notice The secondary market's settlement: each side instructs on its own, what matches is settled, delivery versus
/// payment, and what fails is tried again, costs its failing side money, and is bought in at last.
/// @dev Amounts are minor units, days are calendar days in UTC+8 (`Calendar`). Instructions come with each call and are
/// recognised by their EIP-712 digest in the domain ("TradeMatching", "1"), which is what a side signs.
///
/// **Consent.** This contract is its parties' agent in the settlement engine (form (e) there) and moves nothing but
/// what a party has instructed: its own matched instruction, the late fee of these rules, a claim it pays itself; for a
/// buy-in the agent's signed offer and the receiver's call. It owns nothing. The amount of a trade is the deliverer's.
///
/// **Parts.** Allowed when both sides give a minimum, on a day on which the whole has failed. A part is at least both minima and
/// leaves at least as much. After `settled` of `quantity` units `amount × settled / quantity`, rounded down, has been
/// paid, so that what a part costs is less than one minor unit from its exact price, and all parts sum to the amount.
///
/// **Failures.** A failed attempt keeps the selector of what refused it, and whom it is counted for: who was not ready.
/// A side is ready if its instruction is not held, this contract is its agent, it may pay and be paid, and has and allows what
/// it gives. The last attempt of a day counts, until the day of the next attempt. If both sides or neither are at
/// fault, the day costs nothing.
///
/// **Late fee.** Days of one side less days of the other, times the rate, at most the cap, of the money of what settles,
/// half up to the minor unit; a leg of the same instruction. What is left when the trade lapses, or is bought in, is
/// charged then; if both cancel, nothing is.
///
/// **Guarantee.** A hold on the deliverer's money for the receiver, of this contract alone, placed before the trade
/// matches. It ends with the trade: what the deliverer owes then is taken from it, the rest goes back. What it does not cover is
/// recorded as a claim ({payClaim}). A hold ends {GUARANTEE_GRACE} after the last day of recycling in any case.
///
/// Not protected: a failure that nobody tries to settle is not recorded; limits of a payer's wallet count as nobody's
/// fault; the price of a buy-in, which the authority answers for by whom it admits; a claim that its debtor does not pay.
interface ITradeMatching {
    /// @notice A side has instructed.
    event TradeInstructionEntered(bytes32 indexed id, address indexed party, TradeInstruction instruction);
    /// @notice The side has taken its instruction back before it matched.
    event TradeInstructionCancelled(bytes32 indexed id, address indexed party);
    /// @notice The side holds its unmatched instruction, or releases it.
    event TradeInstructionHeld(bytes32 indexed id, address indexed party, bool onHold);
    /// @notice Two instructions are a trade from now on.
    event TradeMatched(bytes32 indexed trade, bytes32 indexed delivery, bytes32 indexed receipt);
    /// @notice A side holds the trade, or releases it.
    event TradeHeld(bytes32 indexed trade, address indexed party, bool onHold);
    /// @notice A side agrees that the trade be cancelled, or no longer.
    event TradeCancellationAgreed(bytes32 indexed trade, address indexed party, bool agreed);
    /// @notice Both sides have agreed; what has not settled never will.
    event TradeCancelled(bytes32 indexed trade);
    /// @notice Units were delivered and paid. `left` units are still to come.
    event TradeSettled(
        bytes32 indexed trade,
        bytes32 indexed instructionId,
        uint256 quantity,
        uint256 money,
        uint256 fee,
        Fault feeOf,
        uint256 left
    );
    /// @notice A settlement was tried in vain. `reason` is what it reverted with, 1,024 bytes at most.
    event TradeFailed(bytes32 indexed trade, Fault fault, uint256 day, bytes reason);
    /// @notice The days of recycling are over.
    event TradeLapsed(bytes32 indexed trade, uint256 left);
    /// @notice The agent delivered what was left. The deliverer owed `owed`, of which its guarantee paid `collected`.
    event TradeBoughtIn(
        bytes32 indexed trade,
        address indexed agent,
        bytes32 instructionId,
        uint256 quantity,
        uint256 price,
        uint256 owed,
        uint256 collected
    );
    /// @notice `debtor` owes `creditor` what no guarantee covered.
    event TradeClaimRecorded(bytes32 indexed trade, address indexed debtor, address indexed creditor, uint256 amount);
    /// @notice The debtor has paid.
    event TradeClaimPaid(bytes32 indexed trade, address indexed debtor, address indexed creditor, uint256 amount);
    /// @notice Amounts in `currency` may differ so far from now on.
    event ToleranceSet(address indexed currency, uint256 boundary, uint256 small, uint256 large);
    /// @notice The account may deliver in buy-ins from now on, or no longer.
    event BuyInAgentSet(address indexed agent, bool admitted);

    /// @notice A figure is out of range: no day of recycling, a cap over the whole, an extension past the recycling.
    error TradeRulesInvalid();
    /// @notice The instruction contradicts itself: see {TradeInstruction}.
    error TradeInstructionInvalid(bytes32 id);
    /// @notice The register has no token for the asset.
    error TradeAssetUnknown(bytes12 isin);
    /// @notice The signature is not the side's over this instruction.
    error TradeSignatureInvalid(bytes32 id, address party);
    /// @notice The instruction has not come so far, or further.
    error TradeInstructionStatusInvalid(bytes32 id, EntryStatus status);
    /// @notice Only the side that instructs may do this.
    error TradeInstructionCallerInvalid(bytes32 id, address caller, address party);
    /// @notice The instructions differ in `field`, the first of several.
    error TradeMismatch(bytes32 delivery, bytes32 receipt, MatchField field);
    /// @notice Less is held for the trade than its deliverer has instructed.
    error TradeGuaranteeMissing(bytes32 delivery, uint256 held, uint256 guarantee);
    /// @notice The trade does not allow this step, or there is none between these instructions.
    error TradeStatusInvalid(bytes32 trade, TradeStatus status);
    /// @notice Only a side of the trade may do this.
    error TradeCallerInvalid(bytes32 trade, address caller);
    /// @notice The settlement day is still to come.
    error TradeNotDue(bytes32 trade, uint256 settlementDay, uint256 today);
    /// @notice The last day of recycling has passed.
    error TradeRecyclingOver(bytes32 trade, uint256 lastDay, uint256 today);
    /// @notice The last day of recycling has not passed.
    error TradeRecycling(bytes32 trade, uint256 lastDay, uint256 today);
    /// @notice A side holds the trade.
    error TradeOnHold(bytes32 trade, bool byDeliverer, bool byReceiver);
    /// @notice Only this contract calls itself here.
    error TradeSelfOnly(address caller);
    /// @notice One side accepts no parts.
    error TradePartNotAgreed(bytes32 trade);
    /// @notice The part is smaller than `minimum`, or leaves less of `left`.
    error TradePartInvalid(bytes32 trade, uint256 quantity, uint256 minimum, uint256 left);
    /// @notice The whole has not failed today.
    error TradePartUntimely(bytes32 trade, uint256 failedDay, uint256 today);
    /// @notice The deliverer is not bought in: it was not found failing today, or has not been late for long enough.
    error TradeBuyInUntimely(bytes32 trade, Fault fault, uint256 failedDay, uint256 delivererDays);
    /// @notice A trade free of payment has no price that a buy-in could differ from.
    error TradeBuyInFree(bytes32 trade);
    /// @notice The offer is for another trade or quantity, has no price, or its agent is not admitted or is a side.
    error TradeOfferInvalid(bytes32 offer);
    /// @notice The offer has ended.
    error TradeOfferExpired(bytes32 offer, uint256 notAfter, uint256 time);
    /// @notice The signature is not the agent's over this offer.
    error TradeOfferSignatureInvalid(bytes32 offer, address agent);
    /// @notice Nothing is owed, or not by the caller.
    error TradeClaimInvalid(bytes32 trade, address caller);

    /// @notice Enters one side's instruction.
    /// @dev Caller: that side, or anyone with its signature. Single use. Reverts with {TradeInstructionStatusInvalid},
    /// {TradeSignatureInvalid}, {TradeInstructionInvalid}, {TradeAssetUnknown}, and the register's
    /// AssetCurrencyUnlisted.
    /// @param signature Empty when the side itself calls.
    function enter(TradeInstruction calldata instruction, bytes calldata signature) external returns (bytes32 id);

    /// @notice Ends an instruction that has not matched, for ever; also one that was signed and not entered. Its
    /// guarantee goes back.
    /// @dev Caller: the side. Reverts with {TradeInstructionCallerInvalid}, {TradeInstructionStatusInvalid}.
    function cancel(TradeInstruction calldata instruction) external returns (bytes32 id);

    /// @notice Holds or releases an instruction that has not matched. It matches nevertheless, and the trade is held.
    /// @dev Caller: the side. Reverts with {TradeInstructionCallerInvalid}, {TradeInstructionStatusInvalid}.
    function setHold(TradeInstruction calldata instruction, bool onHold) external;

    /// @notice Makes a trade of two instructions.
    /// @dev Caller: anyone. Reverts with {TradeInstructionStatusInvalid}, {TradeMismatch}, {TradeRecyclingOver},
    /// {TradeGuaranteeMissing}.
    function matchTrade(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt
    ) external returns (bytes32 trade);

    /// @notice Holds or releases a trade.
    /// @dev Caller: a side, for itself. Reverts with {TradeStatusInvalid}, {TradeCallerInvalid}.
    function setTradeHold(TradeInstruction calldata delivery, TradeInstruction calldata receipt, bool onHold) external;

    /// @notice Agrees to cancel what has not settled, or no longer; the second to agree cancels.
    /// @dev Caller: a side. Reverts with {TradeStatusInvalid}, {TradeCallerInvalid}.
    function agreeCancel(TradeInstruction calldata delivery, TradeInstruction calldata receipt, bool agreed) external;

    /// @notice Settles all that is left, delivery versus payment, or records why not.
    /// @dev Caller: anyone. Reverts with {TradeStatusInvalid}, {TradeNotDue}, {TradeRecyclingOver}.
    /// @return settled False: it failed and is tried again.
    function settle(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt
    ) external returns (bool settled);

    /// @notice Settles a part, or records why not.
    /// @dev Caller: anyone. Reverts as {settle}, and with {TradePartNotAgreed}, {TradePartInvalid},
    /// {TradePartUntimely}.
    function settlePart(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt,
        uint64 quantity
    ) external returns (bool settled);

    /// @notice One attempt, whole or nothing.
    /// @dev Caller: this contract, so that what refuses it can be kept. Reverts with {TradeSelfOnly}, {TradeOnHold}, and
    /// with whatever the engine and the tokens refuse.
    function attempt(bytes32 trade, TradeInstruction calldata delivery, uint64 quantity) external;

    /// @notice Ends a trade whose days of recycling are over.
    /// @dev Caller: anyone. Reverts with {TradeStatusInvalid}, {TradeRecycling}.
    function lapse(TradeInstruction calldata delivery, TradeInstruction calldata receipt) external;

    /// @notice Gets what is left from an admitted agent in the deliverer's place, at its price. What that costs more, and the
    /// late fee, the deliverer owes. What it costs less stays the receiver's.
    /// @dev Caller: the receiver. Reverts with {TradeStatusInvalid}, {TradeCallerInvalid}, {TradeBuyInFree},
    /// {TradeBuyInUntimely}, {TradeOfferInvalid}, {TradeOfferExpired}, {TradeOfferSignatureInvalid}, and with whatever
    /// the engine and the tokens refuse.
    function buyIn(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt,
        BuyInOffer calldata offer,
        bytes calldata signature
    ) external returns (bytes32 instructionId);

    /// @notice Pays what is owed of a trade, whole, through the engine.
    /// @dev Caller: the debtor. Reverts with {TradeClaimInvalid}, and with whatever the engine and the currency refuse.
    function payClaim(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt
    ) external returns (bytes32 instructionId);

    /// @notice Replaces the tolerance of a currency. None is set at first: amounts are equal.
    /// @dev Restricted (governor).
    function setTolerance(address currency, Tolerance calldata tolerance) external;

    /// @notice Lets an account deliver in buy-ins, or no longer.
    /// @dev Restricted (governor).
    function setBuyInAgent(address agent, bool admitted) external;

    /// @notice The register of assets and currencies.
    function REGISTER() external view returns (address);

    /// @notice The settlement engine.
    function ENGINE() external view returns (address);

    /// @notice Seconds from the end of the last day of recycling to the end of a guarantee's hold.
    function GUARANTEE_GRACE() external view returns (uint256);

    /// @notice The figures of this market.
    function rules() external view returns (TradeRules memory);

    /// @notice Id of an instruction: what its side signs.
    function instructionId(TradeInstruction calldata instruction) external view returns (bytes32);

    /// @notice Id of the trade between two instructions.
    function tradeId(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt
    ) external view returns (bytes32);

    /// @notice Id of an offer: what its agent signs.
    function offerId(BuyInOffer calldata offer) external view returns (bytes32);

    /// @notice How far an instruction has come, and whether it is held.
    function entryOf(bytes32 id) external view returns (EntryStatus status, bool onHold);

    /// @notice A trade.
    function tradeOf(bytes32 trade) external view returns (TradeState memory);

    /// @notice What is owed of a trade that has ended.
    function claimOf(bytes32 trade) external view returns (TradeClaim memory);

    /// @notice What `quantity` more units cost if they settle on UTC+8 day `day`: money, late fee, and who owes that.
    function costOf(
        TradeInstruction calldata delivery,
        TradeInstruction calldata receipt,
        uint64 quantity,
        uint256 day
    ) external view returns (uint256 money, uint256 fee, Fault feeOf);

    /// @notice The hold that a delivery's guarantee is.
    function guaranteeHoldOf(TradeInstruction calldata delivery) external view returns (Hold memory);

    /// @notice Tolerance of a currency.
    function toleranceOf(address currency) external view returns (Tolerance memory);

    /// @notice Whether an account may deliver in buy-ins.
    function isBuyInAgent(address agent) external view returns (bool);
}
