// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title WalletWord
/// @notice What a currency keeps in the 120 bits that the ledger leaves to it: whose wallet it is and what it has paid.
/// @dev From bit 136 of the account word:
///
/// | bits    | field   | meaning                                                             |
/// |---------|---------|---------------------------------------------------------------------|
/// | 136–143 | class   | wallet class; 0 is an address that nobody has opened a wallet for   |
/// | 144–159 | sponsor | number of the institution whose customer it is, or which it is      |
/// | 160–175 | day     | UTC+8 day of the last counted payment                               |
/// | 176–215 | dayOut  | counted out on that day, minor units                                |
/// | 216–255 | yearOut | counted out in that day's year, minor units                         |
library WalletWord {
    uint256 internal constant MAX_COUNTED = 2 ** 40 - 1;

    uint256 private constant CLASS_UNIT = 2 ** 136;
    uint256 private constant SPONSOR_UNIT = 2 ** 144;
    uint256 private constant DAY_UNIT = 2 ** 160;
    uint256 private constant DAY_OUT_UNIT = 2 ** 176;
    uint256 private constant YEAR_OUT_UNIT = 2 ** 216;

    function class(uint256 word) internal pure returns (uint256) {
        return (word / CLASS_UNIT) % 2 ** 8;
    }

    function sponsor(uint256 word) internal pure returns (uint256) {
        return (word / SPONSOR_UNIT) % 2 ** 16;
    }

    function day(uint256 word) internal pure returns (uint256) {
        return (word / DAY_UNIT) % 2 ** 16;
    }

    function dayOut(uint256 word) internal pure returns (uint256) {
        return (word / DAY_OUT_UNIT) % 2 ** 40;
    }

    function yearOut(uint256 word) internal pure returns (uint256) {
        return word / YEAR_OUT_UNIT;
    }

    /// @notice Class and sponsor are replaced, counters and the ledger's part kept.
    /// @dev The caller has checked class < 2^8 and sponsor < 2^16.
    function withOwner(uint256 word, uint256 class_, uint256 sponsor_) internal pure returns (uint256) {
        unchecked {
            uint256 upper = word / DAY_UNIT;
            return upper * DAY_UNIT + sponsor_ * SPONSOR_UNIT + class_ * CLASS_UNIT + (word % CLASS_UNIT);
        }
    }

    /// @notice Both counters grow by `amount`.
    /// @dev The caller has checked that both sums stay ≤ MAX_COUNTED, so nothing carries into a neighbour.
    function count(uint256 word, uint256 amount) internal pure returns (uint256) {
        unchecked {
            return word + amount * (DAY_OUT_UNIT + YEAR_OUT_UNIT);
        }
    }

    /// @notice The counters are replaced, everything else kept.
    /// @dev The caller has checked day < 2^16 and both sums ≤ MAX_COUNTED.
    function withCounters(
        uint256 word,
        uint256 day_,
        uint256 dayOut_,
        uint256 yearOut_
    ) internal pure returns (uint256) {
        unchecked {
            return yearOut_ * YEAR_OUT_UNIT + dayOut_ * DAY_OUT_UNIT + day_ * DAY_UNIT + (word % DAY_UNIT);
        }
    }
}
