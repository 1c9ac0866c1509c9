// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Calls another contract in a transaction whose receipt it makes as long as it likes.
contract LongLogExchangeMock {
    event Padding(bytes data);

    function call(address target, bytes calldata data, uint256 padding) external {
        emit Padding(new bytes(padding));
        (bool success, bytes memory reason) = target.call(data);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }
}
