// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Rounding} from "../../contracts/assets/Rounding.sol";

/// @title RoundingProof
/// @notice What is true of every fraction and every cut. Proved by `npm run prove`, not run.
contract RoundingProof {
    function splitLosesNothing(uint256 numerator, uint256 denominator) external pure {
        require(denominator > 0);
        (uint256 quotient, uint256 remainder) = Rounding.split(numerator, denominator);
        assert(quotient * denominator + remainder == numerator);
        assert(remainder < denominator);
    }

    function halfUpIsAtMostOneAboveTheQuotient(uint256 numerator, uint256 denominator) external pure {
        require(denominator > 0 && numerator < 2 ** 255);
        (uint256 quotient, uint256 remainder) = Rounding.split(numerator, denominator);
        uint256 rounded = Rounding.halfUp(numerator, denominator);
        assert(rounded == quotient || rounded == quotient + 1);
        assert(rounded != quotient + 1 || remainder >= denominator - remainder);
        assert(rounded != quotient || remainder < denominator - remainder);
    }

    function aShareIsAtMostOneAboveTheQuotient(
        uint256 numerator,
        uint256 denominator,
        uint256 position,
        uint256 cutRemainder,
        uint256 cutPosition
    ) external pure {
        require(denominator > 0 && numerator < 2 ** 255);
        (uint256 quotient, uint256 remainder) = Rounding.split(numerator, denominator);
        uint256 part = Rounding.share(numerator, denominator, position, cutRemainder, cutPosition);
        assert(part == quotient || part == quotient + 1);
        assert(part == quotient || remainder > 0);
        assert(part == quotient || remainder >= cutRemainder);
    }
}
