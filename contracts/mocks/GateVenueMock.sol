// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IBridgeGate} from "../bridge/IBridgeGate.sol";

/// @title GateVenueMock
/// @notice A venue for tests that lets its engine do whatever it is told.
contract GateVenueMock {
    IBridgeGate private immutable GATE;
    address private immutable ENGINE;

    constructor(IBridgeGate gate_, address engine) {
        GATE = gate_;
        ENGINE = engine;
    }

    /// @notice Opens the gate for the engine, calls `target` and closes it.
    function run(address target, bytes calldata data) external returns (bytes memory result) {
        GATE.open(ENGINE);
        result = Address.functionCall(target, data);
        GATE.close();
    }
}
