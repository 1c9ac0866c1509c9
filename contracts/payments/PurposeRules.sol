// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {CampaignTerms, ClaimRule, VoucherKind} from "./IPurposeBoundMoney.sol";

/// @title PurposeRules
/// @notice What the terms of a campaign say of a price, a merchant and another campaign; see {IPurposeBoundMoney}.
library PurposeRules {
    /// @notice Rates are parts of so many.
    uint256 internal constant WHOLE = 10_000;
    /// @notice Categories, or regions, that one campaign may list.
    uint256 internal constant MAXIMUM_LISTED = 64;
    uint256 private constant LAYERS = 16;
    uint256 private constant LAST_CATEGORY = 9_999;
    // provinces count from 11
    uint256 private constant FIRST_REGION = 110_000;
    uint256 private constant LAST_REGION = 999_999;
    uint256 private constant IN_PROVINCE = 10_000;
    uint256 private constant IN_PREFECTURE = 100;

    /// @notice Whether it is a code of ISO 18245's form.
    function isCategory(uint256 category) internal pure returns (bool) {
        return category <= LAST_CATEGORY;
    }

    /// @notice Whether it is a code of GB/T 2260's form: six digits, and a county only within a prefecture.
    function isRegion(uint256 region) internal pure returns (bool) {
        bool countyOfNone = region % IN_PREFECTURE != 0 && (region % IN_PROVINCE) / IN_PREFECTURE == 0;
        return region >= FIRST_REGION && region <= LAST_REGION && !countyOfNone;
    }

    /// @notice Whether `place` lies in `region`: a code that ends in 0000 is a province, in 00 a prefecture.
    function isWithin(uint256 place, uint256 region) internal pure returns (bool) {
        if (region % IN_PROVINCE == 0) return place / IN_PROVINCE == region / IN_PROVINCE;
        if (region % IN_PREFECTURE == 0) return place / IN_PREFECTURE == region / IN_PREFECTURE;
        return place == region;
    }

    /// @notice Whether the campaign is for a merchant of this category in this place. An empty list is no condition.
    function isFor(CampaignTerms calldata terms, uint256 category, uint256 place) internal pure returns (bool) {
        bool listed = terms.categories.length == 0;
        for (uint256 i = 0; i < terms.categories.length && !listed; ++i) listed = terms.categories[i] == category;
        if (!listed) return false;
        listed = terms.regions.length == 0;
        for (uint256 i = 0; i < terms.regions.length && !listed; ++i) listed = isWithin(place, terms.regions[i]);
        return listed;
    }

    /// @notice Whether each of the two campaigns lets the other be used in the same purchase.
    function combine(CampaignTerms calldata a, CampaignTerms calldata b) internal pure returns (bool) {
        return (uint256(a.combines) >> b.layer) & 1 == 1 && (uint256(b.combines) >> a.layer) & 1 == 1;
    }

    /// @notice The most that one voucher worth `worth` pays of a `price` of which `left` is still to pay; rounded down.
    function discount(
        VoucherKind kind,
        uint256 rate,
        uint256 price,
        uint256 worth,
        uint256 left
    ) internal pure returns (uint256) {
        uint256 due = kind == VoucherKind.Percentage ? Math.min((price * rate) / WHOLE, worth) : worth;
        return Math.min(due, left);
    }

    /// @notice What the part from `start` to `end` of a price bears of a refund: adjoining parts sum to the whole, each
    /// bears at most itself, and is off by less than one minor unit.
    function share(uint256 start, uint256 end, uint256 refund, uint256 price) internal pure returns (uint256) {
        return (end * refund) / price - (start * refund) / price;
    }

    /// @notice Whether the terms agree with themselves and with the rules for all campaigns.
    function isSound(CampaignTerms calldata terms) internal pure returns (bool) {
        bool percentage = terms.kind == VoucherKind.Percentage;
        return
            terms.sponsor != address(0) &&
            terms.value != 0 &&
            terms.perPerson != 0 &&
            terms.perPerson % terms.value == 0 &&
            terms.perPerson <= terms.budget &&
            // sums of a campaign are kept in 56 bits
            terms.budget <= type(uint56).max &&
            (percentage ? terms.rate != 0 && terms.rate <= WHOLE : terms.rate == 0) &&
            (terms.kind != VoucherKind.Fixed || terms.minimumSpend >= terms.value) &&
            (terms.claim == ClaimRule.Listed) == (terms.claimRoot != 0) &&
            terms.stackLimit != 0 &&
            terms.layer < LAYERS &&
            terms.opens <= terms.claimsUntil &&
            terms.claimsUntil < terms.expires &&
            _areListed(terms);
    }

    /// @dev Ascending, so that equal conditions make equal terms.
    function _areListed(CampaignTerms calldata terms) private pure returns (bool) {
        uint256 categories = terms.categories.length;
        uint256 regions = terms.regions.length;
        if (categories > MAXIMUM_LISTED || regions > MAXIMUM_LISTED) return false;
        for (uint256 i = 0; i < categories; ++i) {
            if (!isCategory(terms.categories[i])) return false;
            if (i != 0 && terms.categories[i] <= terms.categories[i - 1]) return false;
        }
        for (uint256 i = 0; i < regions; ++i) {
            if (!isRegion(terms.regions[i])) return false;
            if (i != 0 && terms.regions[i] <= terms.regions[i - 1]) return false;
        }
        return true;
    }
}
