// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";

/// @title LyingTokenMock
/// @notice A token that says yes to everything and moves nothing.
contract LyingTokenMock {
    /// @notice Claims to have moved.
    function transferFrom(address, address, uint256) external pure returns (bool) {
        return true;
    }

    /// @notice Claims to have captured a hold that nobody has placed.
    // solhint-disable-next-line no-empty-blocks
    function captureHold(Hold calldata, address, uint256) external pure {}

    /// @notice Claims to have released a hold that nobody has placed.
    function releaseHold(Hold calldata terms) external pure returns (uint256) {
        return terms.amount;
    }
}
