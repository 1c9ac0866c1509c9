// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {IMessageAttributes, IMessageGateway} from "./IMessageGateway.sol";

/// @title Messages
/// @notice How the service platform's two ends send: to a contract of an EVM chain, by a time, with as much gas as its
/// receiver needs.
library Messages {
    /// @notice Sends `payload` through `gateway` and returns the message's id.
    /// @dev Reverts with what {IMessageGateway} refuses.
    /// @param chainId EIP-155 id of the receiver's chain.
    /// @param deadline Unix seconds, the last second in which the other ledger takes it.
    /// @param gas What the receiver is given at least.
    function sendTo(
        IMessageGateway gateway,
        uint256 chainId,
        address receiver,
        bytes memory payload,
        uint64 deadline,
        uint32 gas
    ) internal returns (bytes32) {
        bytes[] memory attributes = new bytes[](2);
        attributes[0] = abi.encodeCall(IMessageAttributes.deadline, (deadline));
        attributes[1] = abi.encodeCall(IMessageAttributes.gasLimit, (gas));
        return gateway.sendMessage(InteroperableAddress.formatEvmV1(chainId, receiver), payload, attributes);
    }
}
