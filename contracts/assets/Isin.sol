// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Isin
/// @notice The form and check digit of an International Securities Identification Number (ISO 6166).
/// @dev Upper case only, as the standard writes it.
library Isin {
    /// @notice Two letters, nine letters or digits, and the check digit of the modulus-10 double-add-double rule.
    function isValid(bytes12 isin) internal pure returns (bool) {
        uint256 sum = 0;
        // counted from the check digit: every second decimal digit is doubled, and a letter (A = 10 … Z = 35) is two
        bool doubled = false;
        for (uint256 i = 12; i > 0; --i) {
            uint256 character = uint8(isin[i - 1]);
            if (character >= 0x30 && character <= 0x39 && i > 2) {
                sum += _weighted(character - 0x30, doubled);
                doubled = !doubled;
            } else if (character >= 0x41 && character <= 0x5a && i < 12) {
                uint256 value = character - 0x41 + 10;
                sum += _weighted(value % 10, doubled) + _weighted(value / 10, !doubled);
            } else {
                return false;
            }
        }
        return sum % 10 == 0;
    }

    function _weighted(uint256 digit, bool doubled) private pure returns (uint256) {
        if (!doubled) return digit;
        return digit < 5 ? 2 * digit : 2 * digit - 9;
    }
}
