// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title ForeignSlotMock
/// @notice Code that claims to keep its implementation in another slot than ERC-1967's.
contract ForeignSlotMock {
    function proxiableUUID() external pure returns (bytes32) {
        return keccak256("another slot");
    }
}
