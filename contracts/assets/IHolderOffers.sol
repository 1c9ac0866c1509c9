// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";
import {CouponCut, IBond} from "./IBond.sol";

/// @title IHolderOffers
/// @notice Units that go back to their issuer before the end, because the terms give holders the right (put) or because
/// the issuer offers a price for some (tender).
/// @dev Prices are minor units of the bond's currency a unit, times Unix seconds. Immutable, without owner, never owns
/// anything.
///
/// Election. A holder places a hold on its units under the terms that {electionHold} gives: payee the issuer, executor
/// this contract, until {SETTLEMENT} after the payment time. It is recorded by {elect}, which anyone may call, for the
/// hold is the holder's word. The units stay the holder's, with their coupons, until they are paid for. A unit held for
/// something else cannot be offered, nor a unit offered be sold or pledged.
///
/// Tender. If more is offered than the issuer takes, each election is accepted in proportion, rounded down, and the
/// units missing go, one each, to the largest remainders, of equal ones to the election made first. The cut is proposed
/// and proved as a coupon's is ({ICorporateActions}): accepted units that sum to the maximum show that it is right.
/// Put: everything elected is accepted.
///
/// Settlement, by pages in the order of elections, by anyone. Whoever pays places a hold on the currency: payee zero,
/// executor this contract, reference {fundingRef}. In one step the holder is paid and its units come to the issuer's
/// account, where they stay part of the issue: Σ holdings = issued. They can be placed again, or are destroyed at the
/// maturity. What is not accepted is released. Who cannot be paid keeps its units, held, and its right on record until
/// the settlement ends ({claim}, or {withdraw} to give it up); it stops nobody else.
///
/// An offer that the bond's call overtakes ends ({OfferOvertaken}, {withdrawOffer}).
/// Not protected: an issuer that does not pay. Its holders' holds end {SETTLEMENT} after the payment time.
interface IHolderOffers {
    /// @notice Whose right it is.
    enum Kind {
        Put,
        Tender
    }

    /// @notice Nothing known; elections are taken; acceptance being measured; accepted and payable; every election paid,
    /// released or on record; ended without a payment.
    enum Phase {
        None,
        Open,
        Measuring,
        Payable,
        Settled,
        Withdrawn
    }

    /// @param from First moment of elections.
    /// @param until Elections end before it.
    /// @param paymentTime Paid from it on.
    /// @param price Of a unit, minor units; a put's is known once it is closed.
    /// @param maxUnits Most units that are taken.
    /// @param elected Units elected and not withdrawn.
    /// @param count Elections made, withdrawn ones included.
    /// @param cursor Elections that have been measured, or then settled.
    /// @param cutRemainder See {CouponCut}.
    /// @param cutPosition See {CouponCut}; elections count from 1.
    /// @param number Of the put.
    /// @param unpaid While measuring, units measured; then units accepted and not paid.
    struct Offer {
        IBond bond;
        Kind kind;
        Phase phase;
        uint48 from;
        uint48 until;
        uint48 paymentTime;
        uint64 price;
        uint64 maxUnits;
        uint64 elected;
        uint24 count;
        uint24 cursor;
        uint64 cutRemainder;
        uint24 cutPosition;
        uint16 number;
        uint64 unpaid;
    }

    /// @notice What somebody elected. Gone once it is paid, released or withdrawn.
    /// @param serial How many elections the holder had made in this offer before.
    struct Election {
        address holder;
        uint64 units;
        uint32 serial;
    }

    /// @notice Elections are taken.
    event OfferOpened(
        bytes32 indexed id,
        address indexed bond,
        Kind kind,
        uint256 maxUnits,
        uint256 price,
        uint256 until,
        uint256 paymentTime
    );
    /// @notice `holder` gives `units` back at the offer's terms. Its place is `position`, from 1.
    event OfferElected(bytes32 indexed id, address indexed holder, uint256 indexed position, uint256 units);
    /// @notice An election was taken back and its units released.
    event ElectionWithdrawn(bytes32 indexed id, address indexed holder, uint256 indexed position, uint256 units);
    /// @notice Elections have ended. `accepted` units of `elected` are bought at `price`.
    event OfferClosed(bytes32 indexed id, uint256 elected, uint256 accepted, uint256 price);
    /// @notice Every accepted number is known and they sum to the maximum.
    event OfferMeasured(bytes32 indexed id, uint256 accepted);
    /// @notice `units` of an election came to the issuer, paid with `amount`.
    event ElectionPaid(
        bytes32 indexed id,
        address indexed holder,
        uint256 indexed position,
        uint256 units,
        uint256 amount
    );
    /// @notice `holder` could not be paid in its page and keeps its units and its right.
    event ElectionParked(bytes32 indexed id, address indexed holder, uint256 indexed position, uint256 units);
    /// @notice Every election is paid, released or on record.
    event OfferSettled(bytes32 indexed id, uint256 parkedUnits);
    /// @notice The offer ended without a payment.
    event OfferWithdrawn(bytes32 indexed id);

    /// @notice The offer is not in the phase that this needs.
    error OfferPhaseInvalid(bytes32 id, Phase current, Phase required);
    /// @notice The offer exists.
    error OfferKnown(bytes32 id);
    /// @notice A size, price or time is zero, too large or out of order.
    error OfferTermsInvalid(bytes32 id);
    /// @notice The bond has no puts.
    error OfferBondNotStructured(address bond);
    /// @notice This is done in the offer's window, or after it.
    error OfferTimeInvalid(bytes32 id, uint256 from, uint256 until, uint256 time);
    /// @notice No units are elected.
    error OfferUnitsMissing(bytes32 id, address holder);
    /// @notice The holder has not placed the hold that the election needs.
    error OfferHoldMissing(bytes32 id, bytes32 holdId);
    /// @notice There is no such election (any more).
    error ElectionUnknown(bytes32 id, uint256 position);
    /// @notice Only the holder may take its election back.
    error ElectionCallerInvalid(bytes32 id, address caller, address holder);
    /// @notice The election binds its holder.
    error ElectionBinding(bytes32 id, uint256 position);
    /// @notice The election is no claim: it has not been tried yet.
    error ElectionNotParked(bytes32 id, uint256 position);
    /// @notice The proposed cut is wrong. Close the offer again with another.
    error OfferCutWrong(bytes32 id, uint256 sum, uint256 maxUnits);
    /// @notice The bond is redeemed before the offer would be paid.
    error OfferOvertaken(bytes32 id, uint256 maturity, uint256 paymentTime);
    /// @notice The bond is still there to be paid for.
    error OfferNotOvertaken(bytes32 id, uint256 maturity, uint256 paymentTime);
    /// @notice A page is no larger than this.
    error OfferPageTooLarge(uint256 size, uint256 limit);

    /// @notice Opens a put of the terms to the bond's holders.
    /// @dev Anyone, in the put's window. Reverts with AssetTokenUnknown, {OfferBondNotStructured},
    /// BondEarlyDateUnknown, {OfferKnown}, {OfferTimeInvalid}, {OfferOvertaken}.
    function openPut(IBond bond, uint256 number) external returns (bytes32 id);

    /// @notice Offers to buy units of a bond, plain or structured. Accrued interest is part of the price.
    /// @dev Caller: the bond's issuer or paying agent. Reverts with AssetTokenUnknown, CorporateActionCallerInvalid,
    /// {OfferKnown}, {OfferTermsInvalid}, {OfferOvertaken}.
    /// @param offerRef Tells tenders for one bond apart.
    function openTender(
        IBond bond,
        bytes32 offerRef,
        uint64 maxUnits,
        uint64 price,
        uint48 until,
        uint48 paymentTime
    ) external returns (bytes32 id);

    /// @notice Records an election for which the hold stands, or places the hold that the holder signed.
    /// @dev Anyone, in the window. Reverts with {OfferPhaseInvalid}, {OfferTimeInvalid}, {OfferUnitsMissing},
    /// {OfferHoldMissing}, and the bond's errors of placeHoldWithSignature.
    /// @param signature The holder's over {electionHold}; empty where the hold stands.
    /// @return position The election's place, from 1.
    function elect(
        bytes32 id,
        address holder,
        uint64 units,
        bytes calldata signature
    ) external returns (uint256 position);

    /// @notice Takes an election back and releases its units: in the window, once the offer was withdrawn, or as a claim.
    /// @dev Caller: the holder. Reverts with {ElectionUnknown}, {ElectionCallerInvalid}, {ElectionBinding}, and
    /// HoldNotActive where the hold has ended already.
    function withdraw(bytes32 id, uint256 position) external;

    /// @notice Ends an offer without a payment: its maker's in the window, or one that the bond's call has overtaken.
    /// @dev Caller: of a tender in its window the bond's issuer or paying agent; of an overtaken offer anyone. Reverts
    /// with {OfferPhaseInvalid}, CorporateActionCallerInvalid, {OfferNotOvertaken}.
    function withdrawOffer(bytes32 id) external;

    /// @notice Ends the elections. What is offered in excess is to be measured with the proposed cut; else it is all
    /// accepted. While it is measured, begins again with another cut.
    /// @dev Caller: the bond's issuer or paying agent; of a put anyone. Reverts with {OfferPhaseInvalid},
    /// {OfferTimeInvalid}, CorporateActionCallerInvalid, {OfferOvertaken}, the fixings' errors (put).
    function close(bytes32 id, CouponCut calldata cut) external;

    /// @notice Measures the next `limit` elections; the page that completes them proves the cut.
    /// @dev Anyone. Reverts with {OfferPhaseInvalid}, {OfferPageTooLarge}, {OfferCutWrong}.
    function measure(bytes32 id, uint256 limit) external;

    /// @notice Pays the next `limit` elections and brings their units to the issuer.
    /// @dev Anyone, from the payment time until the settlement ends. Reverts with {OfferPhaseInvalid},
    /// {OfferPageTooLarge}, {OfferOvertaken}, {OfferTimeInvalid}, FundingReferenceInvalid, FundingInsufficient, the
    /// currency's errors of captureHoldToMany, and whatever refuses the issuer its units.
    function settle(bytes32 id, Hold calldata funding, uint256 limit) external;

    /// @notice Pays an election that could not be paid in its page.
    /// @dev Anyone, until the settlement ends. Reverts with {ElectionUnknown}, {ElectionNotParked}, {OfferTimeInvalid},
    /// FundingReferenceInvalid, and whatever refuses the capture.
    function claim(bytes32 id, Hold calldata funding, uint256 position) external;

    /// @notice Gives back what is left of a hold: once nobody is unpaid, or the offer or its settlement has ended.
    /// @dev Anyone. Reverts with FundingInUse, FundingReferenceInvalid, and the currency's errors of releaseHold.
    function releaseFunding(bytes32 id, Hold calldata funding) external;

    /// @notice The offer; all zero when unknown.
    function offerOf(bytes32 id) external view returns (Offer memory);

    /// @notice An election and whether it is a claim; all zero once it is paid, released or withdrawn.
    function electionOf(bytes32 id, uint256 position) external view returns (Election memory election, bool parked);

    /// @notice Units of an election that are accepted under the cut.
    /// @dev Meaningful from the measure on.
    function acceptedOf(bytes32 id, uint256 position) external view returns (uint256);

    /// @notice Terms of the hold that the holder's next election needs.
    function electionHold(bytes32 id, address holder, uint256 units) external view returns (Hold memory);

    /// @notice Reference of a hold that pays an offer.
    function fundingRef(bytes32 id) external pure returns (bytes32);

    /// @notice Id of put `number` of a bond.
    function putId(IBond bond, uint256 number) external pure returns (bytes32);

    /// @notice Id of a tender.
    function tenderId(IBond bond, bytes32 offerRef) external pure returns (bytes32);

    /// @notice How long after the payment time an offer can be settled, seconds.
    function SETTLEMENT() external view returns (uint256);

    /// @notice Most elections of a page.
    function MAX_PAGE() external view returns (uint256);

    /// @notice The register whose bonds these are.
    function assetRegistry() external view returns (address);
}
