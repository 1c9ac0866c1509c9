// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Rounding
/// @notice How an exact fraction of money becomes whole minor units, and how shares are made to sum to their total.
/// @dev Largest-remainder rule: every share is the exact one rounded down, and the units left over go, one each, to the
/// largest remainders; of equal remainders, to the one that stands first. A contract that sees the shares page by page
/// cannot sort them, so the cut is stated in advance, as the remainder and position of the last share that gets a unit
/// more, and is right if and only if the shares sum to the total: (remainder, position) is a total order, and each cut
/// that lets one more share through adds exactly one unit.
library Rounding {
    /// @notice `numerator / denominator` to the nearest unit, halves up. The error is at most half a unit.
    /// @dev The caller has checked denominator > 0.
    function halfUp(uint256 numerator, uint256 denominator) internal pure returns (uint256) {
        (uint256 quotient, uint256 remainder) = split(numerator, denominator);
        // remainder ≥ denominator − remainder says 2 · remainder ≥ denominator without a product that could overflow
        return remainder >= denominator - remainder ? quotient + 1 : quotient;
    }

    /// @notice Whole units and what is left: numerator = quotient · denominator + remainder.
    /// @dev The caller has checked denominator > 0.
    function split(uint256 numerator, uint256 denominator) internal pure returns (uint256 quotient, uint256 remainder) {
        return (numerator / denominator, numerator % denominator);
    }

    /// @notice The share at `position`: rounded down, and one unit more if it is not exact and not behind the cut.
    /// @dev The caller has checked denominator > 0. The error is less than one unit wherever the cut is right.
    function share(
        uint256 numerator,
        uint256 denominator,
        uint256 position,
        uint256 cutRemainder,
        uint256 cutPosition
    ) internal pure returns (uint256) {
        (uint256 quotient, uint256 remainder) = split(numerator, denominator);
        if (remainder < cutRemainder) return quotient;
        if (remainder == cutRemainder && position > cutPosition) return quotient;
        // an exact share has nothing to round: the units left over are never more than the shares that are not exact
        return remainder == 0 ? quotient : quotient + 1;
    }
}
