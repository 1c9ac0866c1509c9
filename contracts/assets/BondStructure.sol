// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Calendar} from "../currency/Calendar.sol";
import {AccountWord} from "../ledger/AccountWord.sol";
import {DayCount, DayCountConvention} from "./DayCount.sol";
import {BondTerms, Coupon, IBond} from "./IBond.sol";
import {BondStructureTerms, EarlyDate, IBondStructure, Instalment} from "./IBondStructure.sol";
import {IFixings} from "./IFixings.sol";
import {Rounding} from "./Rounding.sol";

/// @title BondStructure
/// @notice See {IBondStructure}.
/// @dev A contract of its own because a bond has no room for it. A bond makes its own in its constructor.
contract BondStructure is IBondStructure {
    /// @param nominal Nominal of a unit that the coupon accrues on.
    struct Period {
        uint64 nominal;
        uint64 principal;
        uint24 fixingDay;
    }

    /// @param k Coupon that accrues on that day.
    struct Early {
        uint48 from;
        uint48 until;
        uint48 time;
        uint64 price;
        uint16 k;
    }

    uint256 private constant SCALE = 1e8;
    uint256 private constant WHOLE = 10_000;

    IBond private immutable BOND;
    bytes12 private immutable ISIN;
    uint256 private immutable RATE;
    uint256 private immutable FREQUENCY;
    DayCountConvention private immutable DAY_COUNT;
    IFixings private immutable FIXINGS;
    bytes32 private immutable INDEX;
    int256 private immutable SPREAD;
    address private immutable OPTION_CURRENCY;
    bytes32 private immutable OPTION_INDEX;
    uint256 private immutable QUORUM;
    uint256 private immutable MAJORITY;
    uint256 private immutable MEETING_NOTICE;

    // One a coupon, and one for what is left after the last.
    Period[] private _periods;
    Early[] private _calls;
    Early[] private _puts;

    constructor(BondTerms memory terms, Coupon[] memory coupons, BondStructureTerms memory structure) {
        bool floats = structure.index != 0;
        bool offers = structure.optionCurrency != address(0);
        require(
            (structure.fixings != address(0)) == (floats || offers) &&
                (structure.optionIndex != 0) == offers &&
                structure.optionCurrency != terms.currency &&
                (floats || structure.spread == 0) &&
                structure.quorum <= WHOLE &&
                structure.majority > WHOLE / 2 &&
                structure.majority <= WHOLE,
            BondStructureInvalid(terms.isin)
        );
        BOND = IBond(msg.sender);
        ISIN = terms.isin;
        RATE = terms.couponRate;
        FREQUENCY = terms.frequency;
        DAY_COUNT = terms.dayCount;
        FIXINGS = IFixings(structure.fixings);
        INDEX = structure.index;
        SPREAD = structure.spread;
        OPTION_CURRENCY = structure.optionCurrency;
        OPTION_INDEX = structure.optionIndex;
        QUORUM = structure.quorum;
        MAJORITY = structure.majority;
        MEETING_NOTICE = structure.meetingNotice;
        _enterPeriods(terms, coupons, structure.instalments, floats);
        _enterDates(_calls, terms, coupons, structure.calls);
        _enterDates(_puts, terms, coupons, structure.puts);
    }

    // ----------------------------------------------------------------- coupons

    /// @inheritdoc IBondStructure
    function couponPerUnit(uint256 k) external view returns (uint256 numerator, uint256 denominator) {
        Coupon memory coupon = BOND.coupon(k);
        Period memory period = _periods[k];
        (numerator, denominator) = _interest(coupon, coupon.accrualEnd, period, _rateOf(period));
        return (numerator + period.principal * denominator, denominator);
    }

    /// @inheritdoc IBondStructure
    function rateOf(uint256 k) external view returns (uint256) {
        _requireCoupon(k, _periods.length - 1);
        return _rateOf(_periods[k]);
    }

    /// @inheritdoc IBondStructure
    function nominalOf(uint256 k) external view returns (uint256) {
        _requireCoupon(k, _periods.length);
        return _periods[k].nominal;
    }

    /// @inheritdoc IBondStructure
    function instalmentOf(uint256 k) external view returns (Instalment memory) {
        _requireCoupon(k, _periods.length - 1);
        return Instalment({fixingDay: _periods[k].fixingDay, principal: _periods[k].principal});
    }

    // -------------------------------------------------------------- early dates

    /// @inheritdoc IBondStructure
    function callDate(uint256 i) external view returns (EarlyDate memory) {
        return _dateOf(_calls, i);
    }

    /// @inheritdoc IBondStructure
    function putDate(uint256 i) external view returns (EarlyDate memory) {
        return _dateOf(_puts, i);
    }

    /// @inheritdoc IBondStructure
    function callAmount(uint256 i) external view returns (uint256) {
        return _amountOf(_calls, i);
    }

    /// @inheritdoc IBondStructure
    function putAmount(uint256 i) external view returns (uint256) {
        return _amountOf(_puts, i);
    }

    // -------------------------------------------------------------------- rules

    /// @inheritdoc IBondStructure
    function optionCurrency() external view returns (address) {
        return OPTION_CURRENCY;
    }

    /// @inheritdoc IBondStructure
    function optionPrice(uint256 k) external view returns (uint256) {
        require(OPTION_CURRENCY != address(0), BondOptionMissing(ISIN));
        int256 price = FIXINGS.fixing(OPTION_INDEX, Calendar.dayOf(BOND.coupon(k).recordTime));
        require(price > 0, BondOptionPriceInvalid(k, price));
        return uint256(price);
    }

    /// @inheritdoc IBondStructure
    function meetingRules() external view returns (uint256 quorum, uint256 majority, uint256 notice) {
        return (QUORUM, MAJORITY, MEETING_NOTICE);
    }

    /// @inheritdoc IBondStructure
    function floating() external view returns (bytes32 index, int256 spread) {
        return (INDEX, SPREAD);
    }

    /// @inheritdoc IBondStructure
    function fixings() external view returns (address) {
        return address(FIXINGS);
    }

    /// @inheritdoc IBondStructure
    function bond() external view returns (address) {
        return address(BOND);
    }

    // --------------------------------------------------------------- internals

    function _enterPeriods(
        BondTerms memory terms,
        Coupon[] memory coupons,
        Instalment[] memory instalments,
        bool floats
    ) private {
        uint256 count = coupons.length;
        require(instalments.length == count, BondInstalmentInvalid(count));
        uint64 nominal = terms.unitNominal;
        for (uint256 k = 0; k < count; ++k) {
            Instalment memory entry = instalments[k];
            require(
                (entry.fixingDay != 0) == floats &&
                    entry.principal < nominal &&
                    _mostInterest(terms, coupons[k], nominal) + uint256(terms.units) * entry.principal <=
                        AccountWord.MAX_AMOUNT,
                BondInstalmentInvalid(k)
            );
            _periods.push(Period({nominal: nominal, principal: entry.principal, fixingDay: entry.fixingDay}));
            nominal -= entry.principal;
        }
        _periods.push(Period({nominal: nominal, principal: 0, fixingDay: 0}));
    }

    function _enterDates(
        Early[] storage list,
        BondTerms memory terms,
        Coupon[] memory coupons,
        EarlyDate[] memory dates
    ) private {
        uint256 last = terms.issueDate;
        for (uint256 i = 0; i < dates.length; ++i) {
            EarlyDate memory date = dates[i];
            uint256 day = Calendar.dayOf(date.time);
            uint256 k = 0;
            while (k < coupons.length && coupons[k].recordTime <= date.time) ++k;
            // half a minor unit a unit is the most that rounding adds
            uint256 most = uint256(terms.units) * (uint256(date.price) + 1);
            if (k != coupons.length) most += _mostInterest(terms, coupons[k], _periods[k].nominal);
            require(
                date.from < date.until &&
                    date.until <= date.time &&
                    date.time > last &&
                    date.time < terms.maturity &&
                    // whoever was entitled to a coupon has earned it whole, and the next accrues to its end at most
                    (k == 0 || coupons[k - 1].accrualEnd <= day) &&
                    (k == coupons.length || day <= coupons[k].accrualEnd) &&
                    date.price != 0 &&
                    most <= AccountWord.MAX_AMOUNT,
                BondEarlyDateInvalid(date.time)
            );
            last = date.time;
            list.push(
                // k ≤ coupons.length ≤ 65,535
                Early({from: date.from, until: date.until, time: date.time, price: date.price, k: uint16(k)})
            );
        }
    }

    function _dateOf(Early[] storage list, uint256 i) private view returns (EarlyDate memory) {
        Early memory early = _earlyOf(list, i);
        return EarlyDate({from: early.from, until: early.until, time: early.time, price: early.price});
    }

    function _amountOf(Early[] storage list, uint256 i) private view returns (uint256) {
        Early memory early = _earlyOf(list, i);
        if (early.k == _periods.length - 1) return early.price;
        Coupon memory coupon = BOND.coupon(early.k);
        uint256 day = Calendar.dayOf(early.time);
        if (day <= coupon.accrualStart) return early.price;
        Period memory period = _periods[early.k];
        (uint256 numerator, uint256 denominator) = _interest(coupon, day, period, _rateOf(period));
        return early.price + Rounding.halfUp(numerator, denominator);
    }

    function _earlyOf(Early[] storage list, uint256 i) private view returns (Early memory) {
        require(i < list.length, BondEarlyDateUnknown(i, list.length));
        return list[i];
    }

    /// @dev Interest of one unit from the coupon's first day until `end`.
    function _interest(
        Coupon memory coupon,
        uint256 end,
        Period memory period,
        uint256 rate
    ) private view returns (uint256 numerator, uint256 denominator) {
        (numerator, denominator) = _yearFraction(DAY_COUNT, FREQUENCY, coupon, end);
        return (period.nominal * rate * numerator, SCALE * denominator);
    }

    function _rateOf(Period memory period) private view returns (uint256) {
        if (INDEX == 0) return RATE;
        int256 rate = FIXINGS.fixing(INDEX, period.fixingDay) + SPREAD;
        if (rate <= 0) return 0;
        return uint256(rate) < RATE ? uint256(rate) : RATE;
    }

    /// @dev Interest of the whole issue at the highest rate, minor units.
    function _mostInterest(
        BondTerms memory terms,
        Coupon memory coupon,
        uint256 nominal
    ) private pure returns (uint256) {
        (uint256 numerator, uint256 denominator) = _yearFraction(
            terms.dayCount,
            terms.frequency,
            coupon,
            coupon.accrualEnd
        );
        return Rounding.halfUp(uint256(terms.units) * nominal * terms.couponRate * numerator, denominator * SCALE);
    }

    function _yearFraction(
        DayCountConvention convention,
        uint256 frequency,
        Coupon memory coupon,
        uint256 end
    ) private pure returns (uint256 numerator, uint256 denominator) {
        return
            DayCount.fraction(
                convention,
                coupon.accrualStart,
                end,
                coupon.referenceStart,
                coupon.referenceEnd,
                frequency
            );
    }

    function _requireCoupon(uint256 k, uint256 count) private pure {
        require(k < count, IBond.BondCouponUnknown(k, count));
    }
}
