// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";
import {CouponCut, IBond} from "./IBond.sol";

/// @title ICorporateActions
/// @notice Pays the coupons and the redemption of bonds out of money that the payer holds for it, page by page, exact
/// to the minor unit.
/// @dev Amounts are minor units of the bond's currency. Immutable, without owner, never owns anything: the money stays
/// the payer's until it reaches the holders.
///
/// Funding. Whoever pays (issuer, paying agent, guarantor) places a hold on the currency: payee zero, executor this
/// contract, reference {couponRef} or {redemptionRef}. Nothing is stored here for it; a hold that expired is replaced
/// by another with the same reference. No page is paid from a hold that could not pay everybody still unpaid.
///
/// Coupon. What is due in all is the exact coupon of the whole issue, half up. Each holder gets the exact coupon of its
/// units rounded down; what is then missing to the total goes, one minor unit each, to the largest remainders, of equal
/// ones to the account listed first. The cut (remainder and position of the last one that gets more) is proposed when
/// the run is opened and proved by the measure: units that sum to the issue show that no holder was left out, and
/// shares that sum to the total that the cut is right. Payment then goes by pages, in any order, by anyone; each holder
/// is paid once. The payer's own units are settled without a payment to itself.
///
/// One holder never blocks others: who cannot be paid now (wallet frozen, full, missing) has a claim on record, which
/// {claimCoupon} pays later. Coupons are paid in the order of their record dates.
///
/// Redemption. A page pays the nominal of units that are neither held nor frozen, and destroys exactly the units it
/// paid. Others are redeemed by a later page, once their hold ended or their freeze was lifted.
///
/// Not protected: a bond is trusted to know its holders. Another bond's faults stay its own, because a hold's reference
/// names the bond it is for.
interface ICorporateActions {
    /// @notice Nothing known; shares being measured; shares proved and payable; every holder paid or on record.
    enum Phase {
        None,
        Measuring,
        Payable,
        Settled
    }

    /// @param cutRemainder See {CouponCut}.
    /// @param cutPosition See {CouponCut}.
    /// @param lastPosition Last place measured; counts while measuring.
    /// @param pending While measuring, units measured; then minor units of holders who are neither paid nor on record.
    /// @param unpaid While measuring, minor units measured; then what is not paid, claims on record included.
    struct CouponRun {
        uint64 cutRemainder;
        uint24 cutPosition;
        uint24 lastPosition;
        uint64 pending;
        uint64 unpaid;
        Phase phase;
    }

    /// @notice A coupon run was opened, or opened again with another cut.
    event CouponOpened(
        address indexed bond,
        uint256 indexed k,
        uint256 total,
        uint256 cutRemainder,
        uint256 cutPosition
    );
    /// @notice Every share is known and they sum to the total.
    event CouponMeasured(address indexed bond, uint256 indexed k, uint256 total);
    /// @notice A page of holders was paid `amount` in all by `payer`. The currency logs each payment.
    event CouponPagePaid(address indexed bond, uint256 indexed k, address indexed payer, uint256 amount);
    /// @notice `holder` is owed `amount` and could not be paid in its page.
    event CouponClaimRecorded(address indexed bond, uint256 indexed k, address indexed holder, uint256 amount);
    /// @notice A claim on record was paid.
    event CouponClaimPaid(address indexed bond, uint256 indexed k, address indexed holder, uint256 amount);
    /// @notice The payer's own share was settled without a payment.
    event CouponRetained(address indexed bond, uint256 indexed k, address indexed payer, uint256 amount);
    /// @notice Every holder is paid or has its claim on record.
    event CouponSettled(address indexed bond, uint256 indexed k, uint256 unpaidClaims);
    /// @notice A page of holders was redeemed: `units` destroyed for `amount`. `units` can be more than what was paid
    /// for: the payer's own units are destroyed without a payment.
    event RedemptionPagePaid(address indexed bond, address indexed payer, uint256 units, uint256 amount);
    /// @notice `holder` could not be paid in its page and keeps its units.
    event RedemptionDeferred(address indexed bond, address indexed holder, uint256 units);
    /// @notice What was left of a hold went back to its payer.
    event FundingReleased(address indexed bond, address indexed payer, bytes32 indexed fundingRef, uint256 amount);

    /// @notice Only the bond's issuer or paying agent may do this.
    error CorporateActionCallerInvalid(address bond, address caller);
    /// @notice The coupon's run is not in the phase that this needs.
    error CouponPhaseInvalid(address bond, uint256 k, Phase current, Phase required);
    /// @notice Coupons are paid in order.
    error CouponOutOfOrder(address bond, uint256 k, uint256 expected);
    /// @notice The coupon is not due yet.
    error CouponNotDue(address bond, uint256 k, uint256 paymentTime, uint256 time);
    /// @notice The proposed cut is wrong: the shares do not sum to the total. Open the run again with another.
    error CouponCutWrong(address bond, uint256 k, uint256 sum, uint256 total);
    /// @notice The hold is for something else.
    error FundingReferenceInvalid(address bond, bytes32 fundingRef, bytes32 required);
    /// @notice The hold could not pay everybody who is still unpaid.
    error FundingInsufficient(address bond, uint256 available, uint256 required);
    /// @notice The hold still serves unpaid holders.
    error FundingInUse(address bond, uint256 unpaid);
    /// @notice The holder has no claim on record.
    error CouponClaimUnknown(address bond, uint256 k, address holder);
    /// @notice Redemption begins at the maturity.
    error RedemptionNotDue(address bond, uint256 maturity, uint256 time);

    /// @notice Opens the run of the bond's next coupon with a proposed cut, or starts its measure again with another.
    /// @dev Caller: the bond's issuer or paying agent, once the record date has passed and before shares are proved.
    /// Reverts with the register's AssetTokenUnknown, {CorporateActionCallerInvalid}, {CouponOutOfOrder},
    /// {CouponPhaseInvalid}, the bond's BondCouponUnknown and BondRecordPending.
    function openCoupon(IBond bond, uint256 k, CouponCut calldata cut) external;

    /// @notice Measures a page of holders; the page that completes the issue proves the cut.
    /// @dev Caller: the bond's issuer or paying agent. Accounts without units may be left out. Reverts with
    /// AssetTokenUnknown, {CorporateActionCallerInvalid}, {CouponPhaseInvalid}, {CouponCutWrong}, and the bond's
    /// BondAccountsUnordered.
    function measureCoupon(IBond bond, uint256 k, address[] calldata holders) external;

    /// @notice Pays a page of holders. Who is paid already or gets nothing is passed over.
    /// @dev Anyone, from the payment time on. Reverts with {CouponPhaseInvalid}, {CouponNotDue},
    /// {FundingReferenceInvalid}, {FundingInsufficient}, and the currency's errors of captureHoldToMany.
    /// @param funding Terms of the hold that pays.
    function payCoupon(IBond bond, uint256 k, Hold calldata funding, address[] calldata holders) external;

    /// @notice Pays a claim on record, always to the holder itself.
    /// @dev Anyone. Reverts with {CouponClaimUnknown}, {FundingReferenceInvalid}, and whatever refuses the capture.
    function claimCoupon(IBond bond, uint256 k, Hold calldata funding, address holder) external;

    /// @notice Pays a page of holders the nominal of their units, and destroys these units.
    /// @dev Anyone, from the maturity on. Accounts without redeemable units are passed over. Reverts with
    /// AssetTokenUnknown, {RedemptionNotDue}, {FundingReferenceInvalid}, {FundingInsufficient}, BondIsHalted,
    /// BondRedemptionExceeded (a holder named twice), and the currency's errors of captureHoldToMany.
    function redeem(IBond bond, Hold calldata funding, address[] calldata holders) external;

    /// @notice Gives back what is left of a hold: once nobody is unpaid, or while the bond is not issued.
    /// @dev Anyone. After its expiry a hold can also be released at the currency. Reverts with {CouponPhaseInvalid},
    /// {FundingInUse}, {FundingReferenceInvalid}, and the currency's errors of releaseHold.
    function releaseCouponFunding(IBond bond, uint256 k, Hold calldata funding) external;

    /// @notice {releaseCouponFunding} for the redemption: while there are no units, before the issue or after the last
    /// was redeemed.
    /// @dev Anyone. Reverts with AssetTokenUnknown, {FundingInUse}, {FundingReferenceInvalid}, and the currency's errors
    /// of releaseHold.
    function releaseRedemptionFunding(IBond bond, Hold calldata funding) external;

    /// @notice State of coupon `k`'s run.
    function couponRun(IBond bond, uint256 k) external view returns (CouponRun memory);

    /// @notice Whether `holder` has been paid coupon `k` or has its claim on record, and that claim, minor units.
    /// @dev Who gets nothing is not handled.
    function couponState(IBond bond, uint256 k, address holder) external view returns (bool handled, uint256 claim);

    /// @notice What `holder` gets of coupon `k` under the proved cut, minor units.
    /// @dev Reverts with {CouponPhaseInvalid} before it is proved, and with the bond's errors of entitlement.
    function couponShare(IBond bond, uint256 k, address holder) external view returns (uint256);

    /// @notice Reference of a hold that funds coupon `k`.
    function couponRef(IBond bond, uint256 k) external pure returns (bytes32);

    /// @notice Reference of a hold that funds the redemption.
    function redemptionRef(IBond bond) external pure returns (bytes32);

    /// @notice The register whose bonds this contract pays.
    function assetRegistry() external view returns (address);
}
