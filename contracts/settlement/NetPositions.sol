// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title NetPositions
/// @notice Arithmetic of net positions: what an account receives less what it gives, in one token.
/// @dev Imports nothing, so that the solver can be put on it alone; its properties are proved by `npm run prove`.
library NetPositions {
    /// @notice Largest amount of one leg that can be netted.
    uint256 internal constant MAX_AMOUNT = 2 ** 128 - 1;

    /// @notice The position after giving `amount`.
    /// @dev The caller has checked amount ≤ MAX_AMOUNT; a position is then below 2^128 times the number of legs, and a
    /// transaction has fewer than 2^32.
    function give(int256 position, uint256 amount) internal pure returns (int256) {
        unchecked {
            return position - int256(amount);
        }
    }

    /// @notice The position after receiving `amount`.
    /// @dev Bound as {give}.
    function receiveAmount(int256 position, uint256 amount) internal pure returns (int256) {
        unchecked {
            return position + int256(amount);
        }
    }

    /// @notice What a net payer pays a net receiver: the smaller of what one owes and the other is due, so that at
    /// least one of the two is done.
    /// @dev The caller has checked payer < 0 < receiver; both are far from the ends of the type (see {give}).
    /// @return amount Paid, more than zero.
    /// @return payerLeft ≤ 0.
    /// @return receiverLeft ≥ 0.
    function offset(
        int256 payer,
        int256 receiver
    ) internal pure returns (uint256 amount, int256 payerLeft, int256 receiverLeft) {
        unchecked {
            int256 paid = -payer < receiver ? -payer : receiver;
            return (uint256(paid), payer + paid, receiver - paid);
        }
    }
}
