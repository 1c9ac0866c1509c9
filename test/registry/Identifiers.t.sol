// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Identifiers} from "../../contracts/registry/Identifiers.sol";

/// @dev Fuzzed against the definition read off the standard, one remainder per decimal digit.
contract IdentifiersTest {
    error Wrong(bytes20 lei, uint256 place, bytes1 character);

    bytes private constant ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    function testFuzz_isLei_AcceptsTheStemWithItsCheckDigitsAndNoOtherDigits(uint256 seed, uint8 other) external pure {
        (bytes memory lei, uint256 check) = _lei(seed);
        require(Identifiers.isLei(bytes20(lei)), Wrong(bytes20(lei), 20, 0));
        uint256 wrong = uint256(other) % 100;
        if (wrong == check) return;
        _write(lei, wrong);
        require(!Identifiers.isLei(bytes20(lei)), Wrong(bytes20(lei), 18, lei[18]));
    }

    function testFuzz_isLei_NoticesOneChangedLetterOrDigit(uint256 seed, uint8 place, uint8 shift) external pure {
        (bytes memory lei, ) = _lei(seed);
        uint256 i = uint256(place) % 20;
        uint256 value = _value(lei[i]);
        // another digit for a digit, another letter for a letter
        uint256 changed =
            value < 10 ? (value + 1 + (uint256(shift) % 9)) % 10 : 10 + ((value - 10 + 1 + (uint256(shift) % 25)) % 26);
        lei[i] = ALPHABET[changed];
        require(!Identifiers.isLei(bytes20(lei)), Wrong(bytes20(lei), i, lei[i]));
    }

    function testFuzz_isLei_NoticesTwoNeighboursSwapped(uint256 seed, uint8 place) external pure {
        (bytes memory lei, ) = _lei(seed);
        uint256 i = uint256(place) % 19;
        bool sameKind = (_value(lei[i]) < 10) == (_value(lei[i + 1]) < 10);
        if (!sameKind || lei[i] == lei[i + 1]) return;
        (lei[i], lei[i + 1]) = (lei[i + 1], lei[i]);
        require(!Identifiers.isLei(bytes20(lei)), Wrong(bytes20(lei), i, lei[i]));
    }

    function testFuzz_isLei_RefusesEveryOtherByte(uint256 seed, uint8 place, bytes1 character) external pure {
        if (_isAlphanumeric(character)) return;
        (bytes memory lei, ) = _lei(seed);
        uint256 i = uint256(place) % 20;
        lei[i] = character;
        require(!Identifiers.isLei(bytes20(lei)), Wrong(bytes20(lei), i, character));
    }

    function testFuzz_isBic_SaysTheFormOfTheStandard(bytes11 bic) external pure {
        require(Identifiers.isBic(bic) == _isBic(bic));
    }

    function testFuzz_isBic_SaysTheFormOfTheStandardNearValidOnes(
        uint256 seed,
        uint8 place,
        bytes1 character
    ) external pure {
        bytes memory bic = new bytes(11);
        for (uint256 i = 0; i < 11; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            bic[i] = i == 4 || i == 5 ? ALPHABET[10 + (draw % 26)] : ALPHABET[draw % 36];
        }
        if (seed % 2 == 0) (bic[8], bic[9], bic[10]) = (0, 0, 0);
        require(Identifiers.isBic(bytes11(bic)));
        bic[uint256(place) % 11] = character;
        require(Identifiers.isBic(bytes11(bic)) == _isBic(bytes11(bic)));
    }

    function testFuzz_isCountry_SaysTwoCapitals(bytes2 country) external pure {
        bool expected = country[0] >= "A" && country[0] <= "Z" && country[1] >= "A" && country[1] <= "Z";
        require(Identifiers.isCountry(country) == expected);
    }

    function _isBic(bytes11 bic) private pure returns (bool) {
        for (uint256 i = 0; i < 8; ++i) {
            bool letter = bic[i] >= "A" && bic[i] <= "Z";
            if (i == 4 || i == 5 ? !letter : !_isAlphanumeric(bic[i])) return false;
        }
        bool none = bic[8] == 0 && bic[9] == 0 && bic[10] == 0;
        return none || (_isAlphanumeric(bic[8]) && _isAlphanumeric(bic[9]) && _isAlphanumeric(bic[10]));
    }

    function _isAlphanumeric(bytes1 character) private pure returns (bool) {
        for (uint256 i = 0; i < ALPHABET.length; ++i) {
            if (ALPHABET[i] == character) return true;
        }
        return false;
    }

    /// @dev 18 characters and the check digits that the standard asks for.
    function _lei(uint256 seed) private pure returns (bytes memory lei, uint256 check) {
        lei = new bytes(20);
        uint256 remainder = 0;
        for (uint256 i = 0; i < 18; ++i) {
            uint256 value = uint256(keccak256(abi.encode(seed, i))) % 36;
            lei[i] = ALPHABET[value];
            remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
        }
        check = 98 - ((remainder * 100) % 97);
        _write(lei, check);
    }

    function _write(bytes memory lei, uint256 check) private pure {
        lei[18] = ALPHABET[check / 10];
        lei[19] = ALPHABET[check % 10];
    }

    function _value(bytes1 character) private pure returns (uint256) {
        return character <= "9" ? uint8(character) - 0x30 : uint8(character) - 0x41 + 10;
    }
}
