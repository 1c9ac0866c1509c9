// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title MemberWord
/// @notice What the account word of a family's wallet says where {WalletWord} has the counters, which a family keeps for
/// all its wallets together.
/// @dev From bit 136 of the account word:
///
/// | bits    | field   | meaning                                                        |
/// |---------|---------|----------------------------------------------------------------|
/// | 136–142 | class   | wallet class; 0 once the wallet is closed                      |
/// | 143     | member  | 1: what follows is laid out as here                            |
/// | 144–159 | sponsor | as in {WalletWord}                                             |
/// | 160–207 | family  | number of the family                                           |
/// | 208–255 | grant   | number of the grant that a sub-wallet lives on, 0 if it is none |
///
/// No class has limits at 128 and above, so that a payment learns by the limits it reads anyway, which are none, that
/// its payer is a member.
library MemberWord {
    uint256 private constant MEMBER = 2 ** 143;
    uint256 private constant FAMILY_UNIT = 2 ** 160;
    uint256 private constant GRANT_UNIT = 2 ** 208;

    function isMember(uint256 word) internal pure returns (bool) {
        return (word / MEMBER) % 2 == 1;
    }

    /// @dev Of a member.
    function family(uint256 word) internal pure returns (uint256) {
        return (word / FAMILY_UNIT) % 2 ** 48;
    }

    /// @dev Of a member.
    function grant(uint256 word) internal pure returns (uint256) {
        return word / GRANT_UNIT;
    }

    /// @notice The word, of a member or not, as a member of `family_` with grant `grant_`.
    /// @dev The caller has checked that both are below 2^48.
    function joined(uint256 word, uint256 family_, uint256 grant_) internal pure returns (uint256) {
        uint256 own = isMember(word) ? 0 : MEMBER;
        unchecked {
            // the bit is known to be 0 when it is added
            return grant_ * GRANT_UNIT + family_ * FAMILY_UNIT + (word % FAMILY_UNIT) + own;
        }
    }

    /// @notice A member's word as one that is no member and has the counters of `record`.
    function plain(uint256 word, uint256 record) internal pure returns (uint256) {
        unchecked {
            // a member's bit is known to be 1
            return countersOf(record) + (word % FAMILY_UNIT) - MEMBER;
        }
    }

    /// @notice Day and counters, in their place.
    function countersOf(uint256 word) internal pure returns (uint256) {
        unchecked {
            return (word / FAMILY_UNIT) * FAMILY_UNIT;
        }
    }
}
