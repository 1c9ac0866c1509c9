// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {WalletWord} from "../../contracts/currency/WalletWord.sol";

/// @dev Fields are read here by shifts and casts, not by the library. A revert is a finding.
contract WalletWordTest {
    using WalletWord for uint256;

    uint256 private constant LEDGER_BITS = 2 ** 136 - 1;

    error Differs(uint256 found, uint256 expected);

    function testFuzz_ReadersReadTheirBits(uint256 word) external pure {
        _equal(word.class(), uint8(word >> 136));
        _equal(word.sponsor(), uint16(word >> 144));
        _equal(word.day(), uint16(word >> 160));
        _equal(word.dayOut(), uint40(word >> 176));
        _equal(word.yearOut(), uint40(word >> 216));
    }

    function testFuzz_OwnerIsReplacedAlone(uint256 word, uint8 class, uint16 sponsor) external pure {
        uint256 kept = word & ~(uint256(2 ** 24 - 1) << 136);
        _equal(word.withOwner(class, sponsor), kept | (uint256(class) << 136) | (uint256(sponsor) << 144));
    }

    function testFuzz_CountersAreReplacedAlone(uint256 word, uint16 day, uint40 dayOut, uint40 yearOut) external pure {
        uint256 kept = word & (2 ** 160 - 1);
        _equal(
            word.withCounters(day, dayOut, yearOut),
            kept | (uint256(day) << 160) | (uint256(dayOut) << 176) | (uint256(yearOut) << 216)
        );
    }

    function testFuzz_TheLedgersPartIsNeverTouched(
        uint256 word,
        uint8 class,
        uint16 sponsor,
        uint16 day,
        uint40 dayOut,
        uint40 yearOut
    ) external pure {
        uint256 next = word.withOwner(class, sponsor).withCounters(day, dayOut, yearOut);
        _equal(next & LEDGER_BITS, word & LEDGER_BITS);
    }

    function _equal(uint256 found, uint256 expected) private pure {
        require(found == expected, Differs(found, expected));
    }
}
