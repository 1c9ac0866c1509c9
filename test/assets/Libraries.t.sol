// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DayCount, DayCountConvention} from "../../contracts/assets/DayCount.sol";
import {HoldingWord} from "../../contracts/assets/HoldingWord.sol";
import {Isin} from "../../contracts/assets/Isin.sol";
import {Rounding} from "../../contracts/assets/Rounding.sol";

/// @notice The pure libraries of the asset platform, each against a formulation of its own.
contract AssetLibrariesTest {
    using HoldingWord for uint256;

    error FieldDiffers(bytes32 field, uint256 actual, uint256 expected);
    error RoundedWrongly(uint256 numerator, uint256 denominator, uint256 actual);
    error SharesDiffer(uint256 sum, uint256 total);
    error ShareTooFar(uint256 share, uint256 numerator, uint256 denominator);
    error DaysDiffer(uint256 start, uint256 end, uint256 actual, uint256 expected);
    error CheckDigitsValid(uint256 valid);

    uint256 private constant HOLDERS = 9;

    // --------------------------------------------------------------- HoldingWord

    function testFuzz_withRecordReplacesOnlyTheSnapshot(uint256 word, uint64 units, uint16 seen) public pure {
        uint256 changed = word.withRecord(units, seen);
        _equal("recordBalance", changed.recordBalance(), units);
        _equal("seen", changed.seen(), seen);
        _equal("position", changed.position(), word.position());
        _equal("custodian", changed.custodian(), word.custodian());
        _equal("ledger", changed % 2 ** 136, word % 2 ** 136);
    }

    function testFuzz_withPlaceReplacesOnlyPlaceAndCustodian(
        uint256 word,
        uint24 position,
        uint16 custodian
    ) public pure {
        uint256 changed = word.withPlace(position, custodian);
        _equal("position", changed.position(), position);
        _equal("custodian", changed.custodian(), custodian);
        _equal("recordBalance", changed.recordBalance(), word.recordBalance());
        _equal("seen", changed.seen(), word.seen());
        _equal("ledger", changed % 2 ** 136, word % 2 ** 136);
    }

    // ------------------------------------------------------------------ Rounding

    /// @dev |2 · result · denominator − 2 · numerator| ≤ denominator, and at the half the result is the upper one.
    function testFuzz_halfUpIsNearest(uint184 numerator, uint64 divisor) public pure {
        uint256 denominator = uint256(divisor) + 1;
        uint256 result = Rounding.halfUp(numerator, denominator);
        int256 twice = 2 * (int256(result * denominator) - int256(uint256(numerator)));
        require(
            twice > -int256(denominator) && twice <= int256(denominator),
            RoundedWrongly(numerator, denominator, result)
        );
    }

    /// @dev The cut found by sorting makes the shares sum to the total, each within one unit of the exact one.
    function testFuzz_sharesUnderTheRightCutSumToTheTotal(uint64[HOLDERS] memory units, uint32 rate) public pure {
        uint256 denominator = 36_500_000_007;
        uint256 exact = 0;
        for (uint256 i = 0; i < HOLDERS; ++i) exact += uint256(units[i]) * rate;
        uint256 total = Rounding.halfUp(exact, denominator);
        (uint256 cutRemainder, uint256 cutPosition) = _sortedCut(units, rate, denominator, total);
        uint256 sum = 0;
        for (uint256 i = 0; i < HOLDERS; ++i) {
            uint256 numerator = uint256(units[i]) * rate;
            uint256 share = Rounding.share(numerator, denominator, i + 1, cutRemainder, cutPosition);
            int256 error_ = int256(share * denominator) - int256(numerator);
            require(
                error_ > -int256(denominator) && error_ < int256(denominator),
                ShareTooFar(share, numerator, denominator)
            );
            sum += share;
        }
        require(sum == total, SharesDiffer(sum, total));
    }

    /// @dev Nothing is made out of nothing, whatever the cut.
    function testFuzz_anExactShareIsNeverRaised(
        uint64 whole,
        uint64 divisor,
        uint256 position,
        uint256 cutRemainder,
        uint256 cutPosition
    ) public pure {
        uint256 denominator = uint256(divisor) + 1;
        uint256 share = Rounding.share(whole * denominator, denominator, position, cutRemainder, cutPosition);
        _equal("share", share, whole);
    }

    // ------------------------------------------------------------------ DayCount

    /// @dev Month by month: 30 days each, whatever the calendar says.
    function testFuzz_thirty360CountsMonthsOfThirtyDays(uint16 startSeed, uint16 length) public pure {
        uint256 start = startSeed % 40_000;
        uint256 end = start + (length % 20_000);
        (uint256 actual, uint256 year) = DayCount.fraction(DayCountConvention.Thirty360, start, end, 0, 1, 1);
        (uint256 y1, uint256 m1, uint256 d1) = _date(start);
        (uint256 y2, uint256 m2, uint256 d2) = _date(end);
        if (d1 == 31) d1 = 30;
        if (d2 == 31 && d1 == 30) d2 = 30;
        uint256 expected = 0;
        for (; y1 != y2 || m1 != m2; expected += 30) {
            m1 = m1 == 12 ? 1 : m1 + 1;
            if (m1 == 1) ++y1;
        }
        expected = expected + d2 - d1;
        require(actual == expected && year == 360, DaysDiffer(start, end, actual, expected));
    }

    function testFuzz_actualDaysOverTheirYears(
        uint16 start,
        uint16 length,
        uint16 period,
        uint8 frequency
    ) public pure {
        uint256 end = uint256(start) + length;
        (uint256 days_, uint256 year) = DayCount.fraction(DayCountConvention.Act365Fixed, start, end, 0, 1, 1);
        _equal("365F days", days_, length);
        _equal("365F year", year, 365);
        (days_, year) = DayCount.fraction(
            DayCountConvention.ActActIcma,
            start,
            end,
            start,
            uint256(start) + period,
            frequency
        );
        _equal("ICMA days", days_, length);
        _equal("ICMA year", year, uint256(period) * frequency);
    }

    // ---------------------------------------------------------------------- Isin

    /// @dev Whatever eleven characters, exactly one of the ten digits checks.
    function testFuzz_exactlyOneCheckDigit(uint256 seed) public pure {
        bytes memory text = new bytes(12);
        for (uint256 i = 0; i < 11; ++i) {
            uint256 value = (seed >> (8 * i)) % (i < 2 ? 26 : 36);
            text[i] = bytes1(uint8(value < 26 ? 0x41 + value : 0x30 + value - 26));
        }
        uint256 valid = 0;
        for (uint8 digit = 0x30; digit < 0x3a; ++digit) {
            text[11] = bytes1(digit);
            if (Isin.isValid(bytes12(text))) ++valid;
        }
        require(valid == 1, CheckDigitsValid(valid));
    }

    // ------------------------------------------------------------------- helpers

    /// @dev Selection by repeated maximum: the remainder and place of the last of the `extra` largest.
    function _sortedCut(
        uint64[HOLDERS] memory units,
        uint256 rate,
        uint256 denominator,
        uint256 total
    ) private pure returns (uint256 cutRemainder, uint256 cutPosition) {
        uint256[HOLDERS] memory left;
        uint256 extra = total;
        for (uint256 i = 0; i < HOLDERS; ++i) {
            extra -= (units[i] * rate) / denominator;
            left[i] = (units[i] * rate) % denominator;
        }
        if (extra == 0) return (denominator, 0);
        for (; extra > 0; --extra) {
            uint256 largest = 0;
            for (uint256 i = 1; i < HOLDERS; ++i) if (left[i] > left[largest]) largest = i;
            (cutRemainder, cutPosition) = (left[largest], largest + 1);
            left[largest] = 0;
        }
    }

    /// @dev Year by year and month by month from 1970.
    function _date(uint256 day) private pure returns (uint256 year, uint256 month, uint256 dayOfMonth) {
        for (year = 1970; day >= _yearLength(year); ++year) day -= _yearLength(year);
        for (month = 1; day >= _monthLength(year, month); ++month) day -= _monthLength(year, month);
        return (year, month, day + 1);
    }

    function _yearLength(uint256 year) private pure returns (uint256) {
        return _monthLength(year, 2) + 337;
    }

    function _monthLength(uint256 year, uint256 month) private pure returns (uint256) {
        if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    function _equal(bytes32 field, uint256 actual, uint256 expected) private pure {
        require(actual == expected, FieldDiffers(field, actual, expected));
    }
}
