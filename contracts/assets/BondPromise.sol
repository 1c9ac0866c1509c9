// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountWord} from "../ledger/AccountWord.sol";
import {DayCount, DayCountConvention} from "./DayCount.sol";
import {IAssetToken} from "./IAssetRegistry.sol";
import {BondTerms, Coupon, IBond} from "./IBond.sol";
import {Rounding} from "./Rounding.sol";

/// @title BondPromise
/// @notice What a bond promises, checked once and fixed for good: terms, coupons, and what each coupon amounts to.
abstract contract BondPromise is IBond {
    uint256 private constant RATE_SCALE = 1e8;
    uint256 private constant MAX_COUPONS = type(uint16).max;
    /// @dev A time that no bond reaches.
    uint48 internal constant NEVER = type(uint48).max;

    bytes12 internal immutable ISIN;
    address internal immutable ISSUER;
    uint256 internal immutable UNITS;
    uint256 internal immutable ISSUE_DATE;
    uint256 internal immutable MATURITY;
    address private immutable CURRENCY;
    bytes32 private immutable TERMS_HASH;
    uint256 private immutable UNIT_NOMINAL;
    uint256 private immutable COUPON_RATE;
    uint256 private immutable FREQUENCY;
    DayCountConvention private immutable DAY_COUNT;

    Coupon[] private _coupons;

    constructor(BondTerms memory terms, Coupon[] memory coupons) {
        require(
            terms.issuer != address(0) &&
                terms.units != 0 &&
                terms.unitNominal != 0 &&
                uint256(terms.units) * terms.unitNominal <= AccountWord.MAX_AMOUNT &&
                terms.issueDate < terms.maturity &&
                terms.maturity < NEVER &&
                _isRegular(terms.frequency, coupons.length, terms.couponRate),
            BondTermsInvalid(terms.isin)
        );
        ISIN = terms.isin;
        ISSUER = terms.issuer;
        UNITS = terms.units;
        ISSUE_DATE = terms.issueDate;
        MATURITY = terms.maturity;
        CURRENCY = terms.currency;
        UNIT_NOMINAL = terms.unitNominal;
        COUPON_RATE = terms.couponRate;
        FREQUENCY = terms.frequency;
        DAY_COUNT = terms.dayCount;
        TERMS_HASH = keccak256(abi.encode(terms, coupons));
        _enterCoupons(terms, coupons);
    }

    // ----------------------------------------------------------------- coupons

    /// @inheritdoc IBond
    function coupon(uint256 k) public view returns (Coupon memory) {
        require(k < _coupons.length, BondCouponUnknown(k, _coupons.length));
        return _coupons[k];
    }

    /// @inheritdoc IBond
    function couponCount() external view returns (uint256) {
        return _coupons.length;
    }

    /// @inheritdoc IBond
    function couponPerUnit(uint256 k) public view virtual returns (uint256 numerator, uint256 denominator) {
        (numerator, denominator) = _yearFraction(coupon(k), DAY_COUNT, FREQUENCY);
        return (UNIT_NOMINAL * COUPON_RATE * numerator, RATE_SCALE * denominator);
    }

    /// @inheritdoc IBond
    function couponTotal(uint256 k) external view returns (uint256) {
        (uint256 numerator, uint256 denominator) = couponPerUnit(k);
        return Rounding.halfUp(UNITS * numerator, denominator);
    }

    // ------------------------------------------------------------------- terms

    /// @inheritdoc IAssetToken
    function isin() external view returns (bytes12) {
        return ISIN;
    }

    /// @inheritdoc IAssetToken
    /// @dev keccak256(abi.encode(terms, coupons)) of the constructor's arguments.
    function termsHash() external view virtual returns (bytes32) {
        return TERMS_HASH;
    }

    /// @inheritdoc IBond
    function currency() external view returns (address) {
        return CURRENCY;
    }

    /// @inheritdoc IBond
    function issuer() external view returns (address) {
        return ISSUER;
    }

    /// @inheritdoc IBond
    function issueSize() external view returns (uint256) {
        return UNITS;
    }

    /// @inheritdoc IBond
    function unitNominal() external view returns (uint256) {
        return UNIT_NOMINAL;
    }

    /// @inheritdoc IBond
    function couponRate() external view returns (uint256) {
        return COUPON_RATE;
    }

    /// @inheritdoc IBond
    function dayCount() external view returns (DayCountConvention) {
        return DAY_COUNT;
    }

    /// @inheritdoc IBond
    function frequency() external view returns (uint8) {
        return uint8(FREQUENCY);
    }

    /// @inheritdoc IBond
    function lifetime() external view returns (uint256 issueDate, uint256 maturity) {
        return (ISSUE_DATE, _maturity());
    }

    // --------------------------------------------------------------- internals

    /// @dev From when units are redeemed and no longer trade.
    function _maturity() internal view virtual returns (uint256) {
        return MATURITY;
    }

    /// @dev When record date `k` is; {NEVER} when there is no such coupon.
    function _recordTime(uint256 k) internal view returns (uint48) {
        return k < _coupons.length ? _coupons[k].recordTime : NEVER;
    }

    /// @dev How many record dates have passed, knowing that the first `passed` have.
    function _recordsPassedSince(uint256 passed) internal view returns (uint256) {
        uint256 high = _coupons.length;
        while (passed < high) {
            uint256 middle = (passed + high) / 2;
            if (_coupons[middle].recordTime <= block.timestamp) passed = middle + 1;
            else high = middle;
        }
        return passed;
    }

    function _enterCoupons(BondTerms memory terms, Coupon[] memory coupons) private {
        uint256 accruedUntil = 0;
        uint256 lastRecord = terms.issueDate;
        for (uint256 k = 0; k < coupons.length; ++k) {
            Coupon memory entry = coupons[k];
            require(
                entry.accrualStart >= accruedUntil &&
                    entry.accrualStart < entry.accrualEnd &&
                    entry.referenceStart <= entry.accrualStart &&
                    entry.accrualEnd <= entry.referenceEnd &&
                    entry.recordTime > lastRecord &&
                    entry.recordTime <= entry.paymentTime &&
                    entry.recordTime <= terms.maturity,
                BondCouponInvalid(k)
            );
            (uint256 numerator, uint256 denominator) = _yearFraction(entry, terms.dayCount, terms.frequency);
            numerator *= uint256(terms.units) * terms.unitNominal * terms.couponRate;
            require(
                Rounding.halfUp(numerator, denominator * RATE_SCALE) <= AccountWord.MAX_AMOUNT,
                BondCouponInvalid(k)
            );
            accruedUntil = entry.accrualEnd;
            lastRecord = entry.recordTime;
            _coupons.push(entry);
        }
    }

    /// @dev A bond has coupons, a rate and a frequency, or none of them.
    function _isRegular(uint8 frequency_, uint256 coupons, uint256 rate) private pure returns (bool) {
        if (coupons == 0) return rate == 0 && frequency_ == 0;
        bool known = frequency_ == 1 || frequency_ == 2 || frequency_ == 4 || frequency_ == 12;
        return known && rate != 0 && coupons <= MAX_COUPONS;
    }

    function _yearFraction(
        Coupon memory entry,
        DayCountConvention convention,
        uint256 periods
    ) private pure returns (uint256 numerator, uint256 denominator) {
        return
            DayCount.fraction(
                convention,
                entry.accrualStart,
                entry.accrualEnd,
                entry.referenceStart,
                entry.referenceEnd,
                periods
            );
    }
}
