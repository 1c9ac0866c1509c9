// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title AccountWord
/// @notice The layout of the one storage word that is an account, and the only code that reads or changes it.
/// @dev From the lowest bit:
///
/// | bits    | field   | meaning                                                        |
/// |---------|---------|----------------------------------------------------------------|
/// | 0–63    | balance | minor units, all of it the owner's, held parts included        |
/// | 64–127  | held    | part of the balance that holds have committed; held ≤ balance  |
/// | 128–135 | flags   | what the ledger itself knows: frozen, partly frozen, powers    |
/// | 136–255 | child   | 120 bits that the token built on the ledger lays out           |
///
/// 2^64 − 1 fen is about CNY 184 quadrillion. Written with division and remainder by powers of two (which the
/// compiler turns into shifts and masks) so that the solver can follow it. Functions state what the caller has checked;
/// that nothing else of the word changes under that condition is proved in `test/proofs/` by `npm run prove`.
library AccountWord {
    /// @notice Largest balance and largest held amount, minor units.
    uint256 internal constant MAX_AMOUNT = 2 ** 64 - 1;

    uint256 internal constant HELD_UNIT = 2 ** 64;
    uint256 internal constant FLAGS_UNIT = 2 ** 128;

    /// @notice The account may neither pay nor be paid.
    uint256 internal constant FROZEN = 1;
    /// @notice An amount of the account is frozen; how much stands outside the word.
    uint256 internal constant PARTLY_FROZEN = 2;
    /// @notice The account may create and destroy the token's supply.
    uint256 internal constant ISSUER = 4;
    /// @notice The account may freeze accounts and force transfers.
    uint256 internal constant ENFORCER = 8;

    /// @notice What the account owns, minor units.
    function balance(uint256 word) internal pure returns (uint256) {
        return word % HELD_UNIT;
    }

    /// @notice What holds have committed of it, minor units.
    function held(uint256 word) internal pure returns (uint256) {
        return (word / HELD_UNIT) % HELD_UNIT;
    }

    /// @notice Whether any of `mask`, a sum of the constants above, is set.
    function has(uint256 word, uint256 mask) internal pure returns (bool) {
        return (word / FLAGS_UNIT) & mask != 0;
    }

    /// @notice The balance grows by `amount`.
    /// @dev The caller has checked balance + amount ≤ MAX_AMOUNT, so nothing carries into `held`.
    function credit(uint256 word, uint256 amount) internal pure returns (uint256) {
        unchecked {
            return word + amount;
        }
    }

    /// @notice The balance shrinks by `amount`.
    /// @dev The caller has checked amount ≤ balance − held, so nothing borrows from `held`.
    function debit(uint256 word, uint256 amount) internal pure returns (uint256) {
        unchecked {
            return word - amount;
        }
    }

    /// @notice `amount` of the balance becomes held.
    /// @dev The caller has checked amount ≤ balance − held.
    function hold(uint256 word, uint256 amount) internal pure returns (uint256) {
        unchecked {
            return word + amount * HELD_UNIT;
        }
    }

    /// @notice `amount` stops being held and stays the owner's.
    function release(uint256 word, uint256 amount) internal pure returns (uint256) {
        unchecked {
            return word - amount * HELD_UNIT;
        }
    }

    /// @notice `flag` is set or cleared, everything else kept.
    function withFlag(uint256 word, uint256 flag, bool on) internal pure returns (uint256) {
        if (has(word, flag) == on) return word;
        unchecked {
            // the bit is known to be 0 when adding and 1 when subtracting, so no neighbour changes
            return on ? word + flag * FLAGS_UNIT : word - flag * FLAGS_UNIT;
        }
    }
}
