// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountWord} from "../../contracts/ledger/AccountWord.sol";

/// @dev Fields are read here by shifts and casts, not by the library. A revert is a finding.
contract AccountWordTest {
    using AccountWord for uint256;

    error Differs(uint256 found, uint256 expected);

    function testFuzz_ReadersReadTheirBits(uint64 balance, uint64 held, uint8 flags, uint120 child) external pure {
        uint256 word = _compose(balance, held, flags, child);
        _equal(word.balance(), balance);
        _equal(word.held(), held);
        _equal(word.has(255) ? 1 : 0, flags != 0 ? 1 : 0);
    }

    function testFuzz_CreditChangesTheBalanceAlone(
        uint64 balance,
        uint64 held,
        uint8 flags,
        uint120 child,
        uint64 amount
    ) external pure {
        amount = uint64(uint256(amount) % (uint256(type(uint64).max) - balance + 1));
        _equal(_compose(balance, held, flags, child).credit(amount), _compose(balance + amount, held, flags, child));
    }

    function testFuzz_DebitChangesTheBalanceAlone(
        uint64 balance,
        uint64 held,
        uint8 flags,
        uint120 child,
        uint64 amount
    ) external pure {
        amount = uint64(uint256(amount) % (uint256(balance) + 1));
        _equal(_compose(balance, held, flags, child).debit(amount), _compose(balance - amount, held, flags, child));
    }

    function testFuzz_HoldChangesTheHeldPartAlone(
        uint64 balance,
        uint64 held,
        uint8 flags,
        uint120 child,
        uint64 amount
    ) external pure {
        amount = uint64(uint256(amount) % (uint256(type(uint64).max) - held + 1));
        _equal(_compose(balance, held, flags, child).hold(amount), _compose(balance, held + amount, flags, child));
    }

    function testFuzz_ReleaseChangesTheHeldPartAlone(
        uint64 balance,
        uint64 held,
        uint8 flags,
        uint120 child,
        uint64 amount
    ) external pure {
        amount = uint64(uint256(amount) % (uint256(held) + 1));
        _equal(_compose(balance, held, flags, child).release(amount), _compose(balance, held - amount, flags, child));
    }

    function testFuzz_FlagIsSetAndClearedAlone(uint256 word, uint8 which, bool on) external pure {
        uint256 flag = 1 << (which % 8);
        uint256 bit = flag << 128;
        uint256 next = word.withFlag(flag, on);
        _equal(next, on ? word | bit : word & ~bit);
        _equal(next.has(flag) ? 1 : 0, on ? 1 : 0);
    }

    function testFuzz_HasAsksForAnyOfTheMask(uint256 word, uint8 mask) external pure {
        _equal(word.has(mask) ? 1 : 0, uint8(word >> 128) & mask != 0 ? 1 : 0);
    }

    function test_FlagsAreDistinctBits() external pure {
        _equal(
            AccountWord.FROZEN | AccountWord.PARTLY_FROZEN | AccountWord.ISSUER | AccountWord.ENFORCER,
            AccountWord.FROZEN + AccountWord.PARTLY_FROZEN + AccountWord.ISSUER + AccountWord.ENFORCER
        );
    }

    function _compose(uint64 balance, uint64 held, uint8 flags, uint120 child) private pure returns (uint256) {
        return uint256(balance) | (uint256(held) << 64) | (uint256(flags) << 128) | (uint256(child) << 136);
    }

    function _equal(uint256 found, uint256 expected) private pure {
        require(found == expected, Differs(found, expected));
    }
}
