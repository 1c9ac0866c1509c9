// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {VoucherKind} from "../../contracts/payments/IPurposeBoundMoney.sol";
import {PurposeRules} from "../../contracts/payments/PurposeRules.sol";

/// @dev Every input, drawn.
contract PurposeRulesTest {
    error Unequal(string what, uint256 found, uint256 expected);

    /// @dev The price is cut in three; each part bears its share of a refund of any size.
    function testFuzz_SharesSumToTheRefundAndStayWithinTheirParts(
        uint64 own,
        uint64 first,
        uint64 second,
        uint256 refund
    ) external pure {
        uint256[4] memory ends = [0, uint256(own), uint256(own) + first, uint256(own) + first + second];
        uint256 price = ends[3];
        if (price == 0) return;
        refund %= price + 1;
        uint256 sum;
        for (uint256 i = 0; i < 3; ++i) {
            uint256 part = ends[i + 1] - ends[i];
            uint256 share = PurposeRules.share(ends[i], ends[i + 1], refund, price);
            _holds("within its part", share <= part);
            _holds("all of it in whole", refund != price || share == part);
            // off by less than one: |share × price − part × refund| < price
            (uint256 fair, uint256 got) = (part * refund, share * price);
            _holds("fair", (fair > got ? fair - got : got - fair) < price);
            sum += share;
        }
        _same("sum", sum, refund);
    }

    function testFuzz_AVoucherPaysNoMoreThanItsWorthAndWhatIsLeft(
        uint8 kind,
        uint16 rate,
        uint64 price,
        uint64 worth,
        uint64 left
    ) external pure {
        rate %= 10_001;
        uint256 pays = PurposeRules.discount(VoucherKind(kind % 3), rate, price, worth, left);
        _holds("worth", pays <= worth);
        _holds("left", pays <= left);
        if (kind % 3 == uint8(VoucherKind.Percentage)) _holds("rate", pays * 10_000 <= uint256(price) * rate);
        else _same("whole", pays, worth < left ? worth : left);
    }

    /// @dev A place lies in its own county, prefecture and province, and in those of no other.
    function testFuzz_APlaceLiesInItsOwnRegions(uint24 place, uint24 other) external pure {
        place = 110_101 + (place % 800_000);
        other = 110_101 + (other % 800_000);
        if (!PurposeRules.isRegion(place) || place % 100 == 0) return;
        _holds("county", PurposeRules.isWithin(place, place));
        _holds("prefecture", PurposeRules.isWithin(place, (place / 100) * 100));
        _holds("province", PurposeRules.isWithin(place, (place / 10_000) * 10_000));
        bool sameProvince = place / 10_000 == other / 10_000;
        bool samePrefecture = place / 100 == other / 100;
        if (other % 100 != 0) _holds("other county", PurposeRules.isWithin(place, other) == (place == other));
        else if (other % 10_000 != 0) _holds("other prefecture", PurposeRules.isWithin(place, other) == samePrefecture);
        else _holds("other province", PurposeRules.isWithin(place, other) == sameProvince);
    }

    function _holds(string memory what, bool condition) private pure {
        require(condition, Unequal(what, 0, 1));
    }

    function _same(string memory what, uint256 found, uint256 expected) private pure {
        require(found == expected, Unequal(what, found, expected));
    }
}
