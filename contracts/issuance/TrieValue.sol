// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";

/// @title TrieValue
/// @notice What a Merkle-Patricia trie with hashed keys (Ethereum's state and storage tries) has under a key, or that it
/// has nothing there.
/// @dev OpenZeppelin's TrieProof proves presence only. Here absence matters as much: a slot that was zero is not in the
/// trie. Keys have 32 bytes, so no value stands in a branch. Compared with an independent trie in
/// `test/issuance/TrieValue.test.ts`.
library TrieValue {
    using Memory for *;
    using RLP for *;

    /// @notice The node is not the one that its parent, or the root, names.
    error TrieNodeInvalid(uint256 position);
    /// @notice The nodes end before the key's place is reached.
    error TrieProofIncomplete(uint256 nodes);

    uint256 private constant BRANCH_ITEMS = 17;
    uint256 private constant NIBBLES = 64;
    // an RLP item of 32 bytes is one longer
    uint256 private constant HASH_ITEM = 33;
    bytes32 private constant EMPTY_ITEM = bytes32(bytes1(0x80));

    /// @notice The value under `key`; empty if the trie has none.
    /// @dev Reverts with {TrieNodeInvalid}, {TrieProofIncomplete}, and with RLP's errors for a node that is none.
    /// @param proof Nodes from the root down. Nodes below 32 bytes stand in their parent and not in the list.
    function get(bytes32 root, bytes32 key, bytes[] calldata proof) internal pure returns (bytes memory) {
        bytes32 expected = root;
        uint256 depth = 0;
        for (uint256 i = 0; i < proof.length; ++i) {
            bytes memory node = proof[i];
            require(keccak256(node) == expected, TrieNodeInvalid(i));
            Memory.Slice next = node.asSlice();
            do {
                Memory.Slice[] memory items = next.readList();
                if (items.length == BRANCH_ITEMS) {
                    require(depth < NIBBLES, TrieNodeInvalid(i));
                    next = items[_nibble(key, depth++)];
                } else {
                    (bool isLeaf, bool onTheWay, uint256 length) = _follow(items[0].readBytes(), key, depth);
                    // another key is where this one would be
                    if (!onTheWay) return "";
                    if (isLeaf) return items[1].readBytes();
                    depth += length;
                    next = items[1];
                }
                if (next.length() == 1 && next.load(0) == EMPTY_ITEM) return "";
            } while (next.length() < HASH_ITEM);
            expected = next.readBytes32();
        }
        revert TrieProofIncomplete(proof.length);
    }

    /// @dev Reads a compact path: the first nibble says leaf (2) and odd (1).
    function _follow(
        bytes memory path,
        bytes32 key,
        uint256 depth
    ) private pure returns (bool isLeaf, bool onTheWay, uint256 length) {
        uint256 flags = uint8(path[0]) >> 4;
        isLeaf = flags & 2 != 0;
        uint256 first = flags & 1 != 0 ? 1 : 2;
        length = 2 * path.length - first;
        if (depth + length > NIBBLES) return (isLeaf, false, length);
        for (uint256 n = 0; n < length; ++n) {
            uint256 pair = uint8(path[(first + n) / 2]);
            uint256 nibble = (first + n) % 2 == 0 ? pair >> 4 : pair & 15;
            if (nibble != _nibble(key, depth + n)) return (isLeaf, false, length);
        }
        // a leaf that ends above the key's end is another key's
        onTheWay = !isLeaf || depth + length == NIBBLES;
    }

    function _nibble(bytes32 key, uint256 position) private pure returns (uint256) {
        uint256 pair = uint8(key[position / 2]);
        return position % 2 == 0 ? pair >> 4 : pair & 15;
    }
}
