// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";
import {DepositOrder} from "./IDepositTransfers.sol";

/// @notice Money for units, or units for money.
enum FundOrderKind {
    Subscription,
    Redemption
}

/// @notice How far an order has come. Dealt, Cancelled and Lapsed are for ever.
enum FundOrderStatus {
    None,
    Placed,
    Dealt,
    Cancelled,
    Lapsed
}

/// @notice An order of an investor, to be dealt at a price that nobody knows yet.
/// @param cash What the investor pays or is paid in: the currency, or a bank's deposit token.
/// @param amount Minor units: of money in a subscription, of units in a redemption.
/// @param day Dealing day, the number of the UTC+8 day since 1970-01-01.
/// @param salt Tells two orders of one investor on equal terms apart.
struct FundOrder {
    FundOrderKind kind;
    address investor;
    address cash;
    uint256 amount;
    uint32 day;
    bytes32 salt;
}

/// @notice What is fixed about a fund's dealing.
/// @param units The fund's units.
/// @param transfers What moves money, between banks where need be.
/// @param cash What the fund keeps its cash in: the currency, or its bank's deposit token.
/// @param account The fund's account, which receives subscriptions and pays redemptions.
/// @param cutOff Seconds after midnight, UTC+8, until which orders of a dealing day are taken; below 86,400.
/// @param weekdays Days of the week with dealing: bit 0 Monday … bit 6 Sunday.
/// @param patience Seconds from the cut-off in which a day is priced and dealt.
/// @param navBand Most that a NAV may differ from the one before, in 1/10,000 of that; below 10,000.
/// @param firstNav What the first NAV is compared with, in millionths of a currency unit per whole unit.
struct FundTerms {
    address units;
    address transfers;
    address cash;
    address account;
    uint32 cutOff;
    uint8 weekdays;
    uint32 patience;
    uint16 navBand;
    uint64 firstNav;
}

/// @notice What is known of a dealing day.
/// @param nav Millionths of a currency unit per whole unit; zero: not published.
/// @param published Unix seconds.
/// @param open Orders that wait.
struct FundDay {
    uint64 nav;
    uint48 published;
    uint32 open;
}

/// @title IFundDealing
/// @notice Subscriptions and redemptions of a money-market fund: taken until a day's cut-off, dealt at the price
/// published after it.
/// @dev Immutable; one for one fund. It owns nothing. Times are Unix seconds, days UTC+8. Money has two decimals,
/// units four; a NAV is in millionths of a currency unit per whole unit, so `units = money × 10^8 / nav`.
///
/// **Orders** are the investor's: it calls, or has signed the order (EIP-712, ECDSA or ERC-1271; the digest in the domain
/// "FundDealing", "1" is the order's id). What it gives is held in place on its own account until the order is dealt:
/// money by a {DepositOrder} that names this contract as agent ({paymentOf}), units by a hold for this contract
/// ({holdOf}). It is placed by the investor itself, by its signature, or by its allowance (for money to the
/// transfers contract, with this contract authorised as the investor's agent there; for units to this contract).
/// Until the cut-off of its day the investor may cancel; from then on the order is bound for {FundTerms-patience} seconds.
///
/// **Price.** The administrator publishes one NAV a dealing day, after its cut-off and in the order of days, within a
/// band around the one before. Whoever orders can therefore not know the price (forward pricing). A day without a
/// NAV, or an order that was not dealt in time, comes to nothing: anyone has it lapse, and what was held is free.
///
/// **Dealing**, by anyone, one by one or in pages; each order stands alone, so that one that cannot be dealt (a frozen
/// investor, a fund or bank without cash, a bank that does not accept) waits and blocks no other. Payment goes by
/// {IDepositTransfers}: between banks in central bank money, all or nothing with the units. Redemptions are paid by the
/// fund's account; what it lacks defers an order.
///
/// **Rounding** is against whoever orders, as ERC-4626 has it: units of a subscription and money of a redemption are
/// rounded down, so at one price no sequence of orders gains anything, and {previewSubscription}, {previewRedemption} are
/// exactly what is dealt.
///
/// Not protected: a NAV that is wrong within the band; the fund's assets, which are not on this ledger, so that nothing
/// here shows that they cover the units; the order in which redemptions are paid when cash is short, which whoever
/// deals chooses; an investor that refuses its own payout (a wallet filled to its cap) and so keeps its units until the
/// order lapses; a bank that withdraws what it has authorised once the price is known.
interface IFundDealing {
    /// @notice The day's price is known.
    event NavPublished(uint32 indexed day, address indexed administrator, uint64 nav);
    /// @notice `current` publishes NAVs from now on.
    event FundAdministratorSet(address indexed previous, address indexed current);
    /// @notice NAVs may differ from the one before by so many 1/10,000.
    event NavBandSet(uint16 previous, uint16 current);
    /// @notice The order is taken, and what it gives is held.
    event FundOrderPlaced(bytes32 indexed id, address indexed investor, uint32 indexed day, FundOrder order);
    /// @notice The investor cancelled in time.
    event FundOrderCancelled(bytes32 indexed id, address indexed investor, uint32 indexed day);
    /// @notice The order was dealt.
    event FundOrderDealt(
        bytes32 indexed id,
        address indexed investor,
        uint32 indexed day,
        FundOrderKind kind,
        uint256 money,
        uint256 units
    );
    /// @notice A page went on without this order. `reason` is what it reverted with.
    event FundOrderNotDealt(bytes32 indexed id, bytes reason);
    /// @notice The order was not dealt in time; what it held is free.
    event FundOrderLapsed(bytes32 indexed id, address indexed investor, uint32 indexed day);

    /// @notice The terms contradict themselves.
    error FundTermsInvalid();
    /// @notice The band is not 1 … 9,999.
    error FundBandInvalid(uint256 band);
    /// @notice Only the administrator publishes NAVs.
    error FundCallerNotAdministrator(address caller, address administrator);
    /// @notice There is no dealing on this day.
    error FundDayInvalid(uint256 day);
    /// @notice A NAV of this day or a later one was published before.
    error NavOutOfOrder(uint256 day, uint256 last);
    /// @notice A day's NAV is published from its cut-off until its end.
    error NavTimeInvalid(uint256 day, uint256 from, uint256 until, uint256 time);
    /// @notice The NAV is too far from the one before.
    error NavOutOfBand(uint256 nav, uint256 low, uint256 high);
    /// @notice The day has no NAV.
    error NavMissing(uint256 day);
    /// @notice Orders of a day are taken until its cut-off, {MAX_AHEAD} days ahead at most.
    error FundOrderTimeInvalid(bytes32 id, uint256 cutOff, uint256 time);
    /// @notice The investor has not consented.
    error FundConsentInvalid(bytes32 id, address investor);
    /// @notice The investor's account cannot receive units.
    error FundInvestorInvalid(address investor);
    /// @notice The order's state does not allow this.
    error FundOrderStatusInvalid(bytes32 id, FundOrderStatus status);
    /// @notice Only the investor may do this.
    error FundOrderCallerInvalid(bytes32 id, address caller, address investor);
    /// @notice The day's time for dealing is over; the order lapses.
    error FundDealingOver(bytes32 id, uint256 deadline, uint256 time);
    /// @notice The order may still be dealt.
    error FundDealingNotOver(bytes32 id, uint256 deadline, uint256 time);
    /// @notice At the day's price the order comes to nothing.
    error FundOrderWorthless(bytes32 id, uint256 amount, uint256 nav);
    /// @notice A page is too long.
    error FundPageExceeded(uint256 length, uint256 limit);

    /// @notice Publishes the NAV of a dealing day.
    /// @dev Caller: the administrator. Reverts with {FundCallerNotAdministrator}, {FundDayInvalid}, {NavOutOfOrder},
    /// {NavTimeInvalid}, {NavOutOfBand}.
    function publishNav(uint32 day, uint64 nav) external;

    /// @notice Replaces the administrator.
    /// @dev Restricted (governor).
    function setAdministrator(address administrator_) external;

    /// @notice Replaces the band.
    /// @dev Restricted (governor). Reverts with {FundBandInvalid}.
    function setNavBand(uint16 band) external;

    /// @notice Takes an order and has what it gives held in place.
    /// @dev Caller: anyone with the investor's consent. Reverts with {FundOrderStatusInvalid}, {FundDayInvalid},
    /// {FundOrderTimeInvalid}, {FundConsentInvalid}, {FundInvestorInvalid}, and with whatever refuses the hold.
    /// @param consent The investor's signature over the order; not looked at when the investor calls.
    /// @param holdSignature The investor's signature over the hold of what it gives, or empty.
    function place(
        FundOrder calldata order,
        bytes calldata consent,
        bytes calldata holdSignature
    ) external returns (bytes32 id);

    /// @notice Cancels an order before its day's cut-off. What it held is free.
    /// @dev Caller: the investor. Reverts with {FundOrderCallerInvalid}, {FundOrderStatusInvalid},
    /// {FundOrderTimeInvalid}.
    function cancel(FundOrder calldata order) external;

    /// @notice Deals one order at its day's NAV, wholly or not at all.
    /// @dev Caller: anyone. Reverts with {FundOrderStatusInvalid}, {NavMissing}, {FundDealingOver},
    /// {FundOrderWorthless}, and with whatever refuses the money or the units.
    function deal(FundOrder calldata order) external;

    /// @notice Deals a page of orders, each on its own: one that cannot be dealt is logged and waits.
    /// @dev Caller: anyone. An order that has ended is logged as not dealt, so pages may overlap. Reverts with
    /// {FundPageExceeded}.
    /// @return dealt Parallel to `orders`.
    function dealMany(FundOrder[] calldata orders) external returns (bool[] memory dealt);

    /// @notice Ends an order that was not dealt in its day's time. What it held is free.
    /// @dev Caller: anyone. Reverts with {FundOrderStatusInvalid}, {FundDealingNotOver}.
    function lapse(FundOrder calldata order) external;

    /// @notice Units for `money` at a day's NAV.
    /// @dev Reverts with {NavMissing}.
    function previewSubscription(uint32 day, uint256 money) external view returns (uint256 units);

    /// @notice Money for `units` at a day's NAV.
    /// @dev Reverts with {NavMissing}.
    function previewRedemption(uint32 day, uint256 units) external view returns (uint256 money);

    /// @notice Id of an order: its EIP-712 digest.
    function orderId(FundOrder calldata order) external view returns (bytes32);

    /// @notice The payment that covers a subscription; its hold is what the investor signs or places.
    function paymentOf(FundOrder calldata order) external view returns (DepositOrder memory);

    /// @notice The hold of units that covers a redemption.
    function holdOf(FundOrder calldata order) external view returns (Hold memory);

    /// @notice How far an order has come.
    function statusOf(bytes32 id) external view returns (FundOrderStatus);

    /// @notice What is known of a day.
    function dayOf(uint32 day) external view returns (FundDay memory);

    /// @notice Whether there is dealing on a day.
    function isDealingDay(uint32 day) external view returns (bool);

    /// @notice The first dealing day whose cut-off has not come at `time`.
    function nextDealingDay(uint256 time) external view returns (uint32);

    /// @notice When orders of a day, from 1 on, are no longer taken, and when they can no longer be dealt.
    function timesOf(uint32 day) external view returns (uint256 cutOff, uint256 deadline);

    /// @notice Who publishes NAVs.
    function administrator() external view returns (address);

    /// @notice Last NAV published and its day, and the band for the next in 1/10,000.
    function lastNav() external view returns (uint64 nav, uint32 day, uint16 band);

    /// @notice What is fixed; `navBand` as at the beginning.
    function terms() external view returns (FundTerms memory);

    /// @notice Most orders of a page.
    // solhint-disable-next-line func-name-mixedcase
    function MAX_PAGE() external view returns (uint256);

    /// @notice How many days ahead orders are taken.
    // solhint-disable-next-line func-name-mixedcase
    function MAX_AHEAD() external view returns (uint256);
}
