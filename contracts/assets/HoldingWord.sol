// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title HoldingWord
/// @notice The bond's 120 bits of an account word.
/// @dev From bit 136 (see {AccountWord} for the rest):
///
/// | bits    | field         | meaning                                                                        |
/// |---------|---------------|--------------------------------------------------------------------------------|
/// | 136–199 | recordBalance | units held at the last record date that the word has seen                      |
/// | 200–223 | position      | place in the bond's list of accounts, from 1; 0: never opened                  |
/// | 224–239 | custodian     | number of the institution that opened the account; 0: not open                 |
/// | 240–255 | seen          | how many record dates had passed when the balance last changed                 |
///
/// Functions state what the caller has checked; under that condition nothing else of the word changes.
library HoldingWord {
    uint256 internal constant MAX_POSITION = 2 ** 24 - 1;

    uint256 private constant RECORD_BALANCE_UNIT = 2 ** 136;
    uint256 private constant POSITION_UNIT = 2 ** 200;
    uint256 private constant CUSTODIAN_UNIT = 2 ** 224;
    uint256 private constant SEEN_UNIT = 2 ** 240;

    function recordBalance(uint256 word) internal pure returns (uint256) {
        return (word / RECORD_BALANCE_UNIT) % 2 ** 64;
    }

    function position(uint256 word) internal pure returns (uint256) {
        return (word / POSITION_UNIT) % 2 ** 24;
    }

    function custodian(uint256 word) internal pure returns (uint256) {
        return (word / CUSTODIAN_UNIT) % 2 ** 16;
    }

    function seen(uint256 word) internal pure returns (uint256) {
        return word / SEEN_UNIT;
    }

    /// @notice The snapshot is replaced.
    /// @dev The caller has checked recordBalance_ < 2^64 and seen_ < 2^16.
    function withRecord(uint256 word, uint256 recordBalance_, uint256 seen_) internal pure returns (uint256) {
        unchecked {
            uint256 middle = (word % SEEN_UNIT) / POSITION_UNIT;
            uint256 lower = word % RECORD_BALANCE_UNIT;
            return seen_ * SEEN_UNIT + middle * POSITION_UNIT + recordBalance_ * RECORD_BALANCE_UNIT + lower;
        }
    }

    /// @notice Place in the list and custodian are replaced.
    /// @dev The caller has checked position_ ≤ MAX_POSITION and custodian_ < 2^16.
    function withPlace(uint256 word, uint256 position_, uint256 custodian_) internal pure returns (uint256) {
        unchecked {
            uint256 upper = word / SEEN_UNIT;
            uint256 lower = word % POSITION_UNIT;
            return upper * SEEN_UNIT + custodian_ * CUSTODIAN_UNIT + position_ * POSITION_UNIT + lower;
        }
    }
}
