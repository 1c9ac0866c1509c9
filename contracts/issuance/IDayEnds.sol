// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The way from a block's state root to one storage slot, as `eth_getProof` gives it.
/// @param account Nodes of the state trie, from the root to the contract's account.
/// @param slot Nodes of the account's storage trie, from its root to the slot, or to where it would be.
struct SlotProof {
    bytes[] account;
    bytes[] slot;
}

/// @title IDayEnds
/// @notice What any contract of this chain had in its storage at the end of a UTC+8 day, proven afterwards.
/// @dev A ledger word has no history, and keeping one would cost every payment. The chain keeps it for nothing: each
/// block's header names the root of all storage after it. Once a day somebody says which block was the day's last
/// ({pin}, about 160,000 gas, most of it for two headers, for all contracts and wallets together); from then on each slot of that moment can be proven
/// for ever.
///
/// Immutable, without owner; nobody is trusted: headers are recognised by the chain's own block hashes (BLOCKHASH, and
/// EIP-2935 for up to 8,191 blocks back), the last block by its successor's parent hash and time.
/// Not protected: a day that nobody pins in time. Headers up to the next recent block may then be strung together,
/// at the cost of each. A proof needs a node that still has the state of that block; who wants to prove something later asks
/// for the proof in time and keeps it. A hard fork that replaces state trie or header form ends new proofs.
interface IDayEnds {
    /// @notice The state at the end of `day` is known from now on.
    event DayPinned(uint256 indexed day, uint256 indexed blockNumber, bytes32 stateRoot);

    /// @notice The end of the day is known already.
    error DayAlreadyPinned(uint256 day);
    /// @notice Nobody has said how the day ended.
    error DayNotPinned(uint256 day);
    /// @notice Two headers at least: the day's last block's and its successor's.
    error DayHeadersMissing(uint256 headers);
    /// @notice The first header is not that of a recent block of this chain.
    error DayHeaderUnknown(bytes32 blockHash);
    /// @notice The header is not that of the parent of the block before it in the list.
    error DayHeadersBroken(uint256 position);
    /// @notice The day ends elsewhere: the blocks lie in `lastDay` and `nextDay`.
    error DayEndsElsewhere(uint256 day, uint256 lastDay, uint256 nextDay);
    /// @notice The state has no such contract.
    error DayAccountMissing(uint256 day, address target);

    /// @notice Says which block was the last of a day: no later than it, with a successor after it.
    /// @dev Caller: anyone; once for each day. A day without blocks ends as the one before. Reverts with
    /// {DayAlreadyPinned}, {DayHeadersMissing}, {DayHeaderUnknown}, {DayHeadersBroken}, {DayEndsElsewhere}.
    /// @param day Number of the UTC+8 day since 1970-01-01.
    /// @param headers RLP of headers from a recent block back to the last block of the day, each the parent of the one
    /// before it; two are enough if the successor is recent.
    function pin(uint256 day, bytes[] calldata headers) external;

    /// @notice What `target` had in `slot` at the end of `day`; 0 if the slot was never written or was cleared.
    /// @dev Reverts with {DayNotPinned}, {DayAccountMissing}, and with TrieValue's TrieNodeInvalid and
    /// TrieProofIncomplete.
    function valueAt(
        uint256 day,
        address target,
        bytes32 slot,
        SlotProof calldata proof
    ) external view returns (uint256);

    /// @notice Root of all state at the end of `day`; 0 while unknown.
    function stateRootOf(uint256 day) external view returns (bytes32);
}
