// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MessageKind} from "./IMessageGateway.sol";

/// @title IMessageSender
/// @notice What a contract offers that wants to hear how its messages ended.
interface IMessageSender {
    /// @notice The message `id` that this contract sent has ended.
    /// @dev Caller: the gateway, once for each message that ended, with at most 500,000 gas; whoever else calls is to
    /// be refused by the contract. A revert stops nothing: the message stays ended and anyone may notify again.
    /// @param kind ReceiptSuccess, ReceiptFailure (the recipient refused, nothing happened there) or ReceiptRollback
    /// (the time was over, nothing happened there).
    function onReceipt(bytes32 id, MessageKind kind) external;
}
