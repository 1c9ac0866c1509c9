// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DayCountConvention} from "./DayCount.sol";
import {IAssetToken} from "./IAssetRegistry.sol";

/// @notice What a bond promises. The hash of terms and coupons is what the register holds.
/// @param isin ISO 6166.
/// @param name Name of the token and of its EIP-712 domain, 31 bytes at most.
/// @param symbol 31 bytes at most.
/// @param currency Central-bank money that coupons and redemption are paid in.
/// @param issuer Account that receives the whole issue and places it.
/// @param units Size of the issue, in units.
/// @param unitNominal Nominal of a unit, minor units of the currency.
/// @param couponRate A year, scaled by 1e8: 4.05 % is 4_050_000.
/// @param dayCount How accruals become shares of a year.
/// @param frequency Regular coupon periods in a year: 1, 2, 4 or 12; 0 for a bond without coupons.
/// @param issueDate Unix seconds; units can be created from it on.
/// @param maturity Unix seconds; from it on units no longer trade and can be redeemed.
struct BondTerms {
    bytes12 isin;
    string name;
    string symbol;
    address currency;
    address issuer;
    uint64 units;
    uint64 unitNominal;
    uint32 couponRate;
    DayCountConvention dayCount;
    uint8 frequency;
    uint48 issueDate;
    uint48 maturity;
}

/// @notice A coupon. Days are numbers since 1970-01-01, UTC+8; the first counts, the last does not.
/// @param accrualStart First day that interest accrues for.
/// @param accrualEnd Day that it no longer accrues for.
/// @param referenceStart First day of the regular period that the accrual lies in; accrualStart where it is regular.
/// @param referenceEnd First day of the next regular period; accrualEnd where it is regular.
/// @param recordTime Unix seconds; who holds units at the close before it is entitled.
/// @param paymentTime Unix seconds; paid from it on.
struct Coupon {
    uint24 accrualStart;
    uint24 accrualEnd;
    uint24 referenceStart;
    uint24 referenceEnd;
    uint48 recordTime;
    uint48 paymentTime;
}

/// @notice The last share of a coupon that is rounded up; see {Rounding}.
/// @param remainder Of units × couponPerUnit numerator, divided by its denominator.
/// @param position Place of its holder in the bond's list of accounts.
struct CouponCut {
    uint64 remainder;
    uint24 position;
}

/// @title IBond
/// @notice The units of one bond: who holds them, who held them at each record date, and what each coupon amounts to.
/// @dev Units have no decimals. Money is minor units of the bond's currency. Times are Unix seconds, days are numbers
/// since 1970-01-01 (UTC+8). The whole issue is created once, for the issuer; it is placed and traded like any token of
/// the suite (settlement engine), pledged by placing a hold, and paid by {ICorporateActions}.
///
/// Accounts are opened by custodians, institutions that are active in the platform's registry; other addresses cannot
/// receive units (ERC7943CannotReceive). A payment to someone who never held units thus changes a word that exists.
///
/// Record dates cost a transfer one storage read: an account's word keeps what it held at the last record date it has
/// seen, and only what the next change would overwrite while a coupon still needs it is kept elsewhere. A hold does not
/// change who is entitled: the coupon is the owner's.
///
/// From the maturity on there are no payments and no new holds ({BondMatured}); holds that exist can be captured and
/// released, and lawful orders executed. Powers (see {ILedgerEnforcement}): the issuer's power is given to the contract
/// that pays corporate actions; it can destroy units after maturity and declare coupons paid, nothing else.
/// Not protected: a freeze of units does not stop their coupon; an order against the money does.
interface IBond is IAssetToken {
    /// @notice The whole issue was created for the issuer.
    event BondIssued(bytes12 indexed isin, address indexed issuer, uint256 units);
    /// @notice A custodian opened an account. `position` is its place in the list of accounts, from 1.
    event BondAccountOpened(address indexed account, uint16 indexed custodian, uint256 position);
    /// @notice An empty account was closed; it keeps its place in the list.
    event BondAccountClosed(address indexed account, uint16 indexed custodian);
    /// @notice `current` runs the bond's corporate actions beside the issuer from now on.
    event BondPayingAgentSet(address indexed previous, address indexed current);
    /// @notice Nobody needs the holdings of record date `k` any longer.
    event BondRecordSettled(uint256 indexed k);
    /// @notice No units move until resumed.
    event BondHalted(address indexed by);
    /// @notice Units move again.
    event BondResumed(address indexed by);

    /// @notice Units no longer trade.
    error BondMatured(uint256 maturity, uint256 time);
    /// @notice Redemption begins at the maturity.
    error BondNotMatured(uint256 maturity, uint256 time);
    /// @notice No units may move until resumed.
    error BondIsHalted(address account);
    /// @notice The issue has been created already.
    error BondAlreadyIssued(bytes12 isin);
    /// @notice Units can be created from the issue date until the first record date (or the maturity).
    error BondIssueTimeInvalid(uint256 time, uint256 from, uint256 until);
    /// @notice Only the asset's registrar may do this.
    error BondCallerNotRegistrar(address caller, address registrar);
    /// @notice The account is open already.
    error BondAccountOpen(address account, uint16 custodian);
    /// @notice The account is zero or holds a power.
    error BondAccountInvalid(address account);
    /// @notice The account is not open, or at another custodian.
    error BondAccountNotKept(address account, uint16 custodian, uint16 caller);
    /// @notice The account still holds units.
    error BondAccountNotEmpty(address account, uint256 units);
    /// @notice Accounts must be given by their place in the list, rising and each once; 0 is not on the list.
    error BondAccountsUnordered(address account, uint256 position, uint256 last);
    /// @notice No more accounts can be listed.
    error BondAccountsExhausted(uint256 limit);
    /// @notice There is no such coupon.
    error BondCouponUnknown(uint256 k, uint256 coupons);
    /// @notice The record date is still to come.
    error BondRecordPending(uint256 k, uint256 recordTime, uint256 time);
    /// @notice The coupon is paid and what the account held at its record date was not kept.
    error BondRecordNotKept(uint256 k, address account);
    /// @notice Record dates are settled in order.
    error BondRecordOutOfOrder(uint256 k, uint256 expected);
    /// @notice More units were to be redeemed than can be now: the rest is held or frozen.
    error BondRedemptionExceeded(address account, uint256 units, uint256 redeemable);
    /// @notice Terms that no bond can have: a size, nominal, frequency or date is zero, too large or out of order.
    error BondTermsInvalid(bytes12 isin);
    /// @notice Coupon `k` overlaps another, lies outside its reference period, or its dates are out of order.
    error BondCouponInvalid(uint256 k);

    /// @notice Creates the whole issue for the issuer, once, and reports it to the register.
    /// @dev Caller: the asset's registrar. The issuer's account must be open. Reverts with {BondCallerNotRegistrar},
    /// {BondAlreadyIssued}, {BondIssueTimeInvalid}, ERC7943CannotReceive, {BondIsHalted}, and the register's errors.
    function issue() external;

    /// @notice Opens an account for a customer of the caller's institution.
    /// @dev Caller: an account of an active institution. Reverts with the institution registry's InstitutionUnknown
    /// and InstitutionNotActive, {BondAccountInvalid}, {BondAccountOpen}, {BondAccountsExhausted}.
    function openAccount(address account) external;

    /// @notice Closes an empty account. What it held at record dates stays known.
    /// @dev Caller: an account of the active institution that keeps it. Reverts with the registry's errors,
    /// {BondAccountNotKept}, {BondAccountNotEmpty}.
    function closeAccount(address account) external;

    /// @notice Replaces the account that runs corporate actions beside the issuer; zero for none.
    /// @dev Restricted (authority).
    function setPayingAgent(address agent) external;

    /// @notice Destroys units that have been paid. Reports the bond as matured and, with the last unit, as redeemed.
    /// @dev Caller: a holder of the issuer's power. Reverts with LedgerPowerMissing, {BondNotMatured},
    /// {BondIsHalted}, {BondRedemptionExceeded}.
    /// @param entries One word an account: address in the upper 160 bits, units in the lower 96.
    function redeem(uint256[] calldata entries) external;

    /// @notice Declares that every holder's coupon `k` is paid or recorded as a claim.
    /// @dev Caller: a holder of the issuer's power. Reverts with LedgerPowerMissing, {BondRecordOutOfOrder},
    /// {BondRecordPending}.
    function settleRecord(uint256 k) external;

    /// @notice Stops all movements of units. Releases of holds, freezing and role changes go on.
    /// @dev Restricted (halting officer). Halting again changes nothing.
    function haltAll() external;

    /// @notice Ends {haltAll}.
    /// @dev Restricted (resuming officer, another role).
    function resumeAll() external;

    /// @notice Units that `account` held at the record date of coupon `k`, held (pledged) ones included.
    /// @dev Reverts with {BondCouponUnknown}, {BondRecordPending}; {BondRecordNotKept} is possible only once the
    /// coupon is settled.
    function entitlement(uint256 k, address account) external view returns (uint256 units);

    /// @notice {entitlement} of many, with their places in the list of accounts.
    /// @dev Reverts as {entitlement}.
    /// @return entries One word an account, in the order given: position from bit 64 on, units in the lower 64 bits.
    function entitlements(uint256 k, address[] calldata accounts_) external view returns (uint256[] memory entries);

    /// @notice What accounts get of coupon `k` under a cut, in the whole minor units that it makes of their shares.
    /// @dev Reverts as {entitlement}.
    /// @return entries One word an account, in the order given: address in the upper 160 bits, place in the list in the
    /// next 32, minor units in the lower 64.
    function couponShares(
        uint256 k,
        CouponCut calldata cut,
        address[] calldata accounts_
    ) external view returns (uint256[] memory entries);

    /// @notice Sums what accounts held at the record date of coupon `k` and what they get of it under a cut.
    /// @dev Reverts as {entitlement}, and with {BondAccountsUnordered}.
    /// @param last Place of the last account that was summed before; 0 to begin.
    /// @return units Sum of their entitlements.
    /// @return amount Sum of their shares, minor units.
    /// @return newLast Place of the last account summed.
    function measure(
        uint256 k,
        CouponCut calldata cut,
        uint256 last,
        address[] calldata accounts_
    ) external view returns (uint256 units, uint256 amount, uint256 newLast);

    /// @notice Units of each account that can be redeemed now: neither held nor frozen.
    function redeemable(address[] calldata accounts_) external view returns (uint256[] memory units);

    /// @notice Coupon `k`.
    /// @dev Reverts with {BondCouponUnknown}.
    function coupon(uint256 k) external view returns (Coupon memory);

    /// @notice How many coupons the bond has.
    function couponCount() external view returns (uint256);

    /// @notice Coupon `k` of one unit as an exact fraction of minor units.
    /// @dev Reverts with {BondCouponUnknown}.
    function couponPerUnit(uint256 k) external view returns (uint256 numerator, uint256 denominator);

    /// @notice Coupon `k` of the whole issue, minor units: nominal × rate × share of the year, half up.
    /// @dev Reverts with {BondCouponUnknown}.
    function couponTotal(uint256 k) external view returns (uint256);

    /// @notice How many record dates have passed.
    function recordsPassed() external view returns (uint256);

    /// @notice How many coupons are settled; the next to be paid has this number.
    function recordsSettled() external view returns (uint256);

    /// @notice Accounts opened so far, in order, `limit` at most from position `offset` on (counted from 0 here).
    function accounts(uint256 offset, uint256 limit) external view returns (address[] memory);

    /// @notice How many accounts have been opened.
    function accountCount() external view returns (uint256);

    /// @notice Place in the list (from 1; 0: never opened) and custodian (0: not open) of an account.
    function accountOf(address account) external view returns (uint256 position, uint16 custodian);

    /// @notice Money that coupons and redemption are paid in.
    function currency() external view returns (address);

    /// @notice Account that received the issue.
    function issuer() external view returns (address);

    /// @notice Account that runs corporate actions beside the issuer; zero when none.
    function payingAgent() external view returns (address);

    /// @notice Size of the issue, in units, whatever has been redeemed since.
    function issueSize() external view returns (uint256);

    /// @notice Nominal of one unit, minor units.
    function unitNominal() external view returns (uint256);

    /// @notice Coupon rate a year, scaled by 1e8.
    function couponRate() external view returns (uint256);

    /// @notice How accruals become shares of a year.
    function dayCount() external view returns (DayCountConvention);

    /// @notice Regular coupon periods in a year; 0 for a bond without coupons.
    function frequency() external view returns (uint8);

    /// @notice From when units can be created, and from when they are redeemed; Unix seconds.
    function lifetime() external view returns (uint256 issueDate, uint256 maturity);

    /// @notice Whether the issue has been created, its redemption has begun, and movements are halted.
    function state() external view returns (bool issued, bool matured, bool halted);
}
