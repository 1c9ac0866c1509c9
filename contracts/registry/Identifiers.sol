// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Identifiers
/// @notice The form and check digits of the identifiers of an institution.
/// @dev Upper case only, as the standards write them.
library Identifiers {
    /// @notice ISO 17442: 18 characters A–Z, 0–9, then two check digits by ISO 7064 MOD 97-10.
    function isLei(bytes20 lei) internal pure returns (bool) {
        uint256 number = 0;
        for (uint256 i = 0; i < 20; ++i) {
            uint256 character = uint8(lei[i]);
            // 20 characters make at most 40 decimal digits, far from 2^256: one remainder at the end is enough
            unchecked {
                if (_isDigit(character)) number = number * 10 + (character - 0x30);
                else if (_isLetter(character) && i < 18) number = number * 100 + (character - 0x41 + 10);
                else return false;
            }
        }
        // 00, 01 and 99 satisfy the congruence too, but the standard's check digits are 02 to 98
        uint256 check = number % 100;
        return number % 97 == 1 && check >= 2 && check <= 98;
    }

    /// @notice ISO 9362: four letters or digits, two letters of the country, two letters or digits, and either three
    /// more (the branch) or three zero bytes.
    function isBic(bytes11 bic) internal pure returns (bool) {
        // a missing branch is missing as a whole
        uint256 length = bytes3(uint24(uint88(bic))) == 0 ? 8 : 11;
        for (uint256 i = 0; i < length; ++i) {
            uint256 character = uint8(bic[i]);
            bool letterOnly = i == 4 || i == 5;
            if (!_isLetter(character) && (letterOnly || !_isDigit(character))) return false;
        }
        return true;
    }

    /// @notice ISO 3166-1 alpha-2: two letters. Whether the code is assigned is not checked.
    function isCountry(bytes2 country) internal pure returns (bool) {
        return _isLetter(uint8(country[0])) && _isLetter(uint8(country[1]));
    }

    function _isDigit(uint256 character) private pure returns (bool) {
        return character >= 0x30 && character <= 0x39;
    }

    function _isLetter(uint256 character) private pure returns (bool) {
        return character >= 0x41 && character <= 0x5a;
    }
}
