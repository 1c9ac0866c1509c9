// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {NetKey} from "../settlement/ISettlementEngine.sol";
import {BridgePayment, Verdict} from "./IBridgePayments.sol";
import {ICurrencyAuthority} from "./ICurrencyAuthority.sol";

/// @notice When the venue works, seconds from midnight UTC+8.
/// @param opens From here on payments are taken and cycles closed.
/// @param closes From here on no payments are taken.
/// @param ends From here on no cycle is closed, and what still waits is released.
/// @param cycle Length of a cycle, seconds; a day is a whole number of cycles.
struct Timetable {
    uint32 opens;
    uint32 closes;
    uint32 ends;
    uint32 cycle;
}

/// @notice What settles together or not at all: one payment, or two that exchange two currencies between two banks.
/// @param payments The payer of the first is the *initiator*; the first payment's reference is the item's, in the
///   settlement engine's sense: each of the initiator's references ends once.
struct NetItem {
    BridgePayment[] payments;
}

/// @notice How a cycle is to end, worked out by anyone, off chain.
/// @param items Every item that the cycle takes in: higher priority first, then the earlier arrival.
/// @param keys Every (currency, bank) of the items, strictly ascending.
/// @param indices Four bytes for each payment, in order: line of the payer, line of the payee, 16 bits each.
/// @param dropped Places in `items` of those left out for want of cover, in the order in which they are dropped.
struct CycleProposal {
    NetItem[] items;
    NetKey[] keys;
    bytes indices;
    uint16[] dropped;
}

/// @notice Why an item does not settle, or no longer waits.
/// @dev Ended: the engine has ended the reference. Expired: a verdict, the payment or the item's day is over. Withdrawn:
/// by a bank of the item. These three end the item's waiting; for all others it goes on. CurrencyNotOpen,
/// PurposeNotAllowed: council and corridors. PartyBarred: payer or payee is frozen, halted or suspended.
/// ConsentWithdrawn: a payer no longer lets the venue settle for it. SingleLimit: one payment is above the cap for one.
/// DebitCap, Liquidity: the payer would owe more than its cap, or than it can pay. Behind: an earlier payment of the
/// same payer is left out for want of cover.
enum Reason {
    None,
    Ended,
    Expired,
    Withdrawn,
    CurrencyNotOpen,
    PurposeNotAllowed,
    PartyBarred,
    ConsentWithdrawn,
    SingleLimit,
    DebitCap,
    Liquidity,
    Behind
}

/// @title IBridgeNetting
/// @notice Payments between banks of the shared ledger that need not settle one by one: they wait, and at the end of a
/// cycle all that can settle settles at once, each bank moving only what it owes in sum in each currency.
/// @dev Immutable, without owner, never the owner of any value. A venue of the {IBridgeGate}, and the *agent* of banks
/// that have authorised it at the settlement engine (`authorizeAgent`) and gave the engine an allowance. Nothing is
/// held or reserved while a payment waits.
///
/// **Consent.** The initiator calls {queue}. The verdict that each bank signs (as in {IBridgePayments}, in this venue's
/// domain and over the item's id) is, if it pays, its consent to the whole item too. Until a cycle takes the item any
/// of its banks may {withdraw} it. The instruction is a nettable one that nobody else can settle.
///
/// **Cycles.** A day (UTC+8) has cycles of equal length. In each cycle the venue can be closed once, by anyone: it then
/// takes in everything that had arrived when the cycle began. What arrives later waits for the next, so that nobody
/// spoils a proposal by adding to it.
///
/// **Who goes, who stays.** Items are ordered by priority, then by arrival. Those that cannot settle whatever the cover
/// are set aside, each for a {Reason}; then the positions of all the others are added up. A bank may owe in a currency
/// at most the least of: its *debit cap* (set by that currency's central bank; none set: nothing), what it can spend
/// and has allowed the engine, and what its wallet's limits leave it (one payment, day, year). A bank that would owe
/// more is excluded with its last item in the currency, then the next to last, and so on, until it owes no more than
/// that; an item never goes if an earlier one of the same bank and currency was left out so. The result does not
/// depend on the order of exclusions (Bech and Soramäki). Left-out items keep their place and wait for the next cycle.
/// What others pay to an excluded bank goes on.
///
/// **Verified, not trusted.** Who closes a cycle says which items are dropped, in which order. Each drop must be founded
/// when its turn comes ({NettingDropUnfounded}), and in the end nobody may owe too much ({NettingUncovered}) and no
/// item overtake ({NettingOvertakes}); all waiting items must be there ({NettingItemsIncomplete}), in order
/// ({NettingOrderInvalid}). So there is one proposal's result that is accepted, and a wrong one is refused by name.
///
/// **All or nothing.** What goes settles in one call of `settleNet`: finally, or the whole cycle reverts. Positions sum
/// to zero for each currency.
///
/// **End of day.** An item waits on the day it was queued, and no longer: after that anyone releases it ({unwind}). It
/// has moved and held nothing; the payer may pay it gross, or queue it anew.
///
/// **Exchanges.** An item of two payments is an exchange of two currencies between two banks, at a rate inside both
/// central banks' band when it is queued (see {IForeignExchange}).
///
/// Not protected: limits that bind the *receiver* or a corridor (balance cap, holdings, flow) are the currencies' own
/// and are asked of the net movements alone: where one refuses, the cycle is refused as a whole, until that currency's
/// central bank lets it pass, takes caps back or suspends its currency here, which sets the items aside. A bank that
/// changes its own cover between proposal and cycle makes a proposal wrong, and another has to be made. Who closes a
/// cycle chooses the moment within it.
interface IBridgeNetting is ICurrencyAuthority {
    /// @notice The item waits; the whole of it, so that the queue can be rebuilt from events.
    event ItemQueued(
        bytes32 indexed id,
        address indexed initiator,
        bytes32 indexed businessRef,
        uint256 sequence,
        uint8 priority,
        NetItem item
    );
    /// @notice The item waits with another priority.
    event ItemPrioritized(bytes32 indexed id, address indexed initiator, uint8 previous, uint8 current);
    /// @notice The item has settled, finally.
    event ItemSettled(uint256 indexed cycle, bytes32 indexed id, address indexed initiator, bytes32 businessRef);
    /// @notice The cycle went on without the item, which waits for the next.
    event ItemLeftOut(uint256 indexed cycle, bytes32 indexed id, address indexed initiator, Reason reason);
    /// @notice The item no longer waits, and has not settled here.
    event ItemReleased(bytes32 indexed id, address indexed initiator, Reason reason, address by);
    /// @notice The bank cannot cover all that it was to pay: its last payments in the currency drop back.
    /// @param position What it would receive less what it would pay, when the first of them is dropped.
    /// @param limit The most that it may owe; `reason` says what sets it.
    event MemberExcluded(
        uint256 indexed cycle,
        address indexed currency,
        address indexed member,
        Reason reason,
        int256 position,
        uint256 limit
    );
    /// @notice The cycle is closed. `batchId` is the engine's; zero if nothing settled.
    event CycleClosed(
        uint256 indexed cycle,
        address indexed proposer,
        bytes32 batchId,
        uint256 settled,
        uint256 leftOut
    );
    /// @notice The most that the member may owe in the currency in one cycle.
    event DebitCapSet(address indexed currency, address indexed member, uint256 previous, uint256 current);

    /// @notice No such timetable: times in order and within a day, which is a whole number of cycles.
    error NettingTimetableInvalid(Timetable timetable);
    /// @notice Not at this time of the day, seconds from midnight UTC+8.
    error NettingTimeInvalid(uint256 time, uint256 from, uint256 until);
    /// @notice An item is one payment, or two that exchange two currencies between two banks; each moves something, can
    /// be netted, and names its travel-rule data.
    error NettingItemInvalid(bytes32 id);
    /// @notice The rate of the exchange is outside the central banks' band.
    error NettingRateOutsideBand(bytes32 id, uint256 baseAmount, uint256 counterAmount, uint256 low, uint256 high);
    /// @notice Only the initiator, or for a withdrawal only a bank of the item, does this.
    error NettingCallerInvalid(bytes32 id, address caller);
    /// @notice The initiator's reference has ended at the engine, waits here already, or was withdrawn by the other bank.
    error NettingReferenceUsed(bytes32 id, bytes32 businessRef);
    /// @notice As many items wait as can be settled in one transaction.
    error NettingQueueFull(uint256 items, uint256 limit);
    /// @notice The initiator has as many items waiting as one may.
    error NettingMemberQueueFull(address initiator, uint256 items, uint256 limit);
    /// @notice The item does not wait, or arrived after the cycle began.
    error NettingItemNotQueued(bytes32 id);
    /// @notice The item's day is not over.
    error NettingDayNotOver(bytes32 id, uint256 day);
    /// @notice The cycle has been closed.
    error NettingCycleClosed(uint256 cycle);
    /// @notice The proposal does not have all items that the cycle takes in.
    error NettingItemsIncomplete(uint256 items, uint256 waiting);
    /// @notice The item does not come after the one before it, by priority and arrival.
    error NettingOrderInvalid(uint256 place);
    /// @notice There is no item at this place that could be dropped, or it was set aside or dropped before.
    error NettingDropInvalid(uint256 place);
    /// @notice None of the item's payers owes too much in a currency in which it is the last, or has an earlier one
    /// dropped.
    error NettingDropUnfounded(bytes32 id, uint256 place);
    /// @notice With what is left the member would owe more than it may.
    error NettingUncovered(address currency, address member, int256 position, uint256 limit);
    /// @notice The item goes although an earlier one of the same payer and currency was dropped.
    error NettingOvertakes(bytes32 id, uint256 place);
    /// @notice The council has not admitted the currency.
    error NettingCurrencyInvalid(address currency);

    /// @notice Has an item wait for the next cycle.
    /// @dev Caller: the initiator, between the timetable's `opens` and `closes`. Reverts with {NettingTimeInvalid},
    /// {NettingItemInvalid}, {NettingCallerInvalid}, {NettingReferenceUsed}, {NettingQueueFull},
    /// {NettingMemberQueueFull}, CouncilCurrencyNotOpen, CorridorPurposeNotAllowed, ReferenceStale,
    /// {NettingRateOutsideBand}, BridgePaymentVerdictMismatch, BridgePaymentVerdictExpired and
    /// BridgePaymentSignatureInvalid.
    /// @param payerVerdict Of the first payment's payer, over `Verdict(…)` with the item's id.
    /// @param payeeVerdict Of the first payment's payee.
    /// @param priority The higher goes first.
    function queue(
        NetItem calldata item,
        Verdict calldata payerVerdict,
        Verdict calldata payeeVerdict,
        uint8 priority
    ) external returns (bytes32 id);

    /// @notice Gives a waiting item another priority; its place of arrival stays.
    /// @dev Caller: the initiator. Reverts with {NettingItemNotQueued}, {NettingCallerInvalid}. Repeating changes
    /// nothing.
    function setPriority(NetItem calldata item, uint8 priority) external;

    /// @notice Takes a waiting item back. What another bank than the initiator takes back cannot be queued again under
    /// its reference.
    /// @dev Caller: a bank of the item. Reverts with {NettingItemNotQueued}, {NettingCallerInvalid}.
    function withdraw(NetItem calldata item) external;

    /// @notice Closes the present cycle: settles what can settle of what had arrived when it began.
    /// @dev Caller: anyone, between the timetable's `opens` and `ends`, once a cycle. Reverts with {NettingTimeInvalid},
    /// {NettingCycleClosed}, {NettingItemsIncomplete}, {NettingItemNotQueued}, {NettingOrderInvalid}, the engine's
    /// NetKeysUnsorted, NetKeyMismatch and NetIndicesMismatch, {NettingDropInvalid}, {NettingDropUnfounded},
    /// {NettingUncovered}, {NettingOvertakes}, and with whatever the gate, the engine and the currencies refuse of the
    /// net movements.
    /// @return batchId The engine's; zero if nothing settled.
    function closeCycle(CycleProposal calldata proposal) external returns (bytes32 batchId);

    /// @notice Releases items whose day is over.
    /// @dev Caller: anyone, from the timetable's `ends` on for the day's items, at any time for earlier days'. Reverts
    /// with {NettingItemNotQueued}, {NettingDayNotOver}.
    function unwind(NetItem[] calldata items) external;

    /// @notice Sets the most that a member may owe in a currency in one cycle, minor units. Zero, as from the beginning:
    /// what it receives must cover what it pays.
    /// @dev Caller: whoever the currency's own authority lets call this function. Reverts with {NettingCurrencyInvalid},
    /// {CurrencyAuthorityRequired}. Repeating changes nothing.
    function setDebitCap(address currency, address member, uint128 cap) external;

    /// @notice Id of an item: its EIP-712 digest in this contract's domain.
    function itemId(NetItem calldata item) external view returns (bytes32);

    /// @notice What waits under an initiator's reference; all zero if nothing does.
    /// @return priority The higher goes first.
    /// @return sequence Place of arrival, from 1.
    /// @return day UTC+8 day on which it was queued.
    /// @return validUntil Unix seconds, inclusive: the end of the verdicts and payments.
    function entryOf(
        address initiator,
        bytes32 businessRef
    ) external view returns (uint8 priority, uint256 sequence, uint256 day, uint256 validUntil);

    /// @notice How many items wait now.
    /// @return waiting Items that had arrived when the present cycle began.
    /// @return arriving Items that have arrived since.
    /// @return lastClosed The cycle that was closed last.
    function queueState() external view returns (uint256 waiting, uint256 arriving, uint256 lastClosed);

    /// @notice Why a waiting item would be set aside now, whatever the cover; None if it would not.
    /// @dev Reverts with {NettingItemNotQueued}.
    function reasonAgainst(NetItem calldata item) external view returns (Reason);

    /// @notice The most that the member may owe in the currency now, and what sets it (DebitCap or Liquidity).
    /// @dev Whether it may pay at all is {reasonAgainst}'s to say.
    function debitLimitOf(address currency, address member) external view returns (uint256 limit, Reason reason);

    /// @notice The debit cap, minor units.
    function debitCapOf(address currency, address member) external view returns (uint256);

    /// @notice Number of the cycle that a Unix second is in; cycles are counted from 1 January 1970, 00:00 UTC+8.
    function cycleAt(uint256 time) external view returns (uint256);

    /// @notice When the venue works.
    function timetable() external view returns (Timetable memory);

    /// @notice Most items that may wait at a time.
    function MAX_ITEMS() external view returns (uint256);

    /// @notice Most items of one initiator that may wait at a time.
    function MAX_OWN_ITEMS() external view returns (uint256);

    /// @notice The engine that settles.
    function ENGINE() external view returns (address);

    /// @notice The council that says which currencies are open.
    function COUNCIL() external view returns (address);

    /// @notice The gate that this venue opens.
    function GATE() external view returns (address);

    /// @notice The exchange whose bands bind exchanges.
    function EXCHANGE() external view returns (address);
}
