// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";

/// @title ReentrantToken
/// @notice A token that makes calls of its choice while it is asked to move, and remembers how they went.
contract ReentrantToken {
    /// @notice How a call made from inside went.
    struct Outcome {
        bool done;
        bytes result;
    }

    address private _target;
    bytes[] private _calls;
    Outcome[] private _outcomes;

    /// @notice Sets the calls to make, at every movement from now on.
    function arm(address target, bytes[] calldata calls) external {
        _target = target;
        delete _calls;
        for (uint256 i = 0; i < calls.length; ++i) _calls.push(calls[i]);
    }

    /// @notice Attacks, then claims to have moved.
    function transferFrom(address, address, uint256) external returns (bool) {
        _attack();
        return true;
    }

    /// @notice Attacks, then claims to have captured.
    function captureHold(Hold calldata, address, uint256) external {
        _attack();
    }

    /// @notice Attacks, then claims to have released.
    function releaseHold(Hold calldata terms) external returns (uint256) {
        _attack();
        return terms.amount;
    }

    /// @notice Attacks, then claims to have granted.
    function permit(address, address, uint256, uint256, uint8, bytes32, bytes32) external {
        _attack();
    }

    /// @notice How every call made so far went.
    function outcomes() external view returns (Outcome[] memory) {
        return _outcomes;
    }

    function _attack() private {
        for (uint256 i = 0; i < _calls.length; ++i) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool done, bytes memory result) = _target.call(_calls[i]);
            _outcomes.push(Outcome(done, result));
        }
    }
}
