// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title ReentrantWalletMock
/// @notice A contract wallet that accepts every signature and makes a call of its choice while it is asked.
contract ReentrantWalletMock {
    uint256 private constant CALL_GAS = 1_000_000;

    address private _target;
    bytes private _data;

    /// @notice Sets the call to make whenever a signature is verified.
    function arm(address target, bytes calldata data) external {
        _target = target;
        _data = data;
    }

    /// @notice Lets the wallet act as an account.
    function execute(address target, bytes calldata data) external returns (bool done) {
        // solhint-disable-next-line avoid-low-level-calls
        (done, ) = target.call(data);
    }

    /// @notice Calls, whether it may or not, and accepts.
    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        // asked without the right to change anything, the call fails and takes the gas it was given
        // solhint-disable-next-line avoid-low-level-calls
        (bool done, ) = _target.call{gas: CALL_GAS}(_data);
        return done ? bytes4(0) : IERC1271.isValidSignature.selector;
    }
}
