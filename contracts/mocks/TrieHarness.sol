// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TrieValue} from "../issuance/TrieValue.sol";

/// @title TrieHarness
/// @notice {TrieValue} by itself.
contract TrieHarness {
    function get(bytes32 root, bytes32 key, bytes[] calldata proof) external pure returns (bytes memory) {
        return TrieValue.get(root, key, proof);
    }
}
