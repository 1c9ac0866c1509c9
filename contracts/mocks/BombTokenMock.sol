// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title BombTokenMock
/// @notice A token that refuses with as many bytes of reason as it was told.
contract BombTokenMock {
    uint256 private immutable SIZE;

    constructor(uint256 size) {
        SIZE = size;
    }

    /// @notice Reverts.
    function transferFrom(address, address, uint256) external view returns (bool) {
        uint256 size = SIZE;
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, not(0))
            revert(start, size)
        }
    }
}
