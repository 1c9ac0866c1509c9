// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TrieProof} from "@openzeppelin/contracts/utils/cryptography/TrieProof.sol";

/// @notice Where a log is, and the way to it from the receipts root of its block.
/// @param blockHash Hash of an accepted header.
/// @param transactionIndex Position of the transaction in the block, from 0.
/// @param logIndex Position of the log among those of its transaction, from 0 (not among those of the block).
/// @param nodes Nodes of the receipts trie from the root to the receipt, each as RLP, and nothing besides.
struct LogProof {
    bytes32 blockHash;
    uint256 transactionIndex;
    uint256 logIndex;
    bytes[] nodes;
}

/// @notice A log that a successful transaction of the other ledger left.
/// @param emitter Contract that emitted it, there.
/// @param topics Up to four, the event's signature first unless the event is anonymous.
/// @param data What is not indexed, ABI-encoded by the emitter.
/// @param blockNumber Number of its block.
/// @param timestamp Time of its block by the other ledger's clock, Unix seconds.
struct ProvenLog {
    address emitter;
    bytes32[] topics;
    bytes data;
    uint64 blockNumber;
    uint64 timestamp;
}

/// @title IForeignLedger
/// @notice What this ledger knows of another one: who its validators are, which of its block headers a quorum of them
/// signed, and hence which events happened there.
/// @dev One contract for each foreign ledger. Validators are registered by this ledger's authority in epochs, counted
/// from 1. A quorum is always at least two and more than half. On a rotation the former epoch's signatures stay good
/// for the grace period that the rotation states; those of earlier epochs are dead at once.
///
/// Always true: nothing is proven without a header that a quorum of distinct validators of one registered epoch signed
/// for this contract on this chain; epochs only rise; at no time are two headers of one number proven from.
/// Assumed: fewer than a quorum of the validators lie or lose their keys, and they sign only headers that are final.
/// What the transactions of a signed header did is not executed again here.
///
/// Two signed headers of one number show that the assumption does not hold. Whoever carries the second one closes the
/// ledger: no header is accepted and nothing is proven until the authority rotates, and what the epochs up to then
/// signed is proven from again only when the new validators have signed it too. They may sign either of the two.
/// Not protected: what was done on the strength of the first header before the second was carried; liveness, if the
/// validators stop signing (lanes and holds have their own ways out).
interface IForeignLedger {
    /// @param receiptsRoot Root of the trie of the block's receipts.
    /// @param number The block's number.
    /// @param timestamp The block's time by its own clock, Unix seconds.
    /// @param epoch The newest epoch whose quorum signed it; 0: not accepted.
    struct Header {
        bytes32 receiptsRoot;
        uint64 number;
        uint64 timestamp;
        uint64 epoch;
    }

    /// @notice `epoch` began; the one before it stays good until `formerGoodUntil` (Unix seconds, inclusive).
    event ValidatorsRotated(uint64 indexed epoch, address[] validators, uint256 quorum, uint256 formerGoodUntil);
    /// @notice A quorum of `epoch` signed the header.
    event HeaderAccepted(
        bytes32 indexed blockHash,
        uint64 indexed number,
        uint64 indexed epoch,
        bytes32 receiptsRoot,
        uint64 timestamp
    );
    /// @notice A quorum signed a second header of the same number. The ledger is closed.
    event EquivocationProven(
        uint64 indexed number,
        bytes32 indexed accepted,
        bytes32 indexed conflicting,
        uint64 acceptedEpoch,
        uint64 conflictingEpoch
    );

    /// @notice A ledger is foreign if its chain id is neither zero nor this chain's.
    error ForeignChainInvalid(uint256 chainId);
    /// @notice There are too few validators or too many.
    error ForeignValidatorCountInvalid(uint256 count, uint256 minimum, uint256 maximum);
    /// @notice Validators are listed by rising address, each once, none zero.
    error ForeignValidatorOrderInvalid(uint256 index, address previous, address validator);
    /// @notice A quorum is at least two, more than half of the validators and not more than all of them.
    error ForeignQuorumInvalid(uint256 quorum, uint256 count);
    /// @notice The grace period is too long.
    error ForeignGraceInvalid(uint256 grace, uint256 maximum);
    /// @notice Two headers of block `number` were signed; the authority has to rotate first.
    error ForeignLedgerClosed(uint64 number);
    /// @notice There is no such epoch yet.
    error ForeignEpochUnknown(uint256 epoch, uint64 current);
    /// @notice The epoch's signatures counted until `goodUntil`.
    error ForeignEpochExpired(uint256 epoch, uint256 goodUntil, uint256 time);
    /// @notice The epoch is one of those up to `distrusted`, during which validators signed two headers of a number.
    error ForeignEpochDistrusted(uint256 epoch, uint64 distrusted);
    /// @notice There are fewer signatures than the quorum.
    error ForeignQuorumMissing(uint256 count, uint256 quorum);
    /// @notice Nobody can have made this signature.
    error ForeignSignatureInvalid(uint256 index);
    /// @notice Signatures are ordered by rising signer, each signer once.
    error ForeignSignerOrderInvalid(uint256 index, address previous, address signer);
    /// @notice The signature is not one of the epoch's validators' over this header for this contract.
    error ForeignSignerUnknown(uint256 index, address signer, uint256 epoch);
    /// @notice A header with no receipts root proves nothing.
    error ForeignRootZero(bytes32 blockHash);
    /// @notice No header with this hash was accepted.
    error ForeignBlockUnknown(bytes32 blockHash);
    /// @notice A proof has at least one node.
    error ForeignProofEmpty(bytes32 blockHash);
    /// @notice The nodes do not lead from the block's receipts root to the transaction's receipt.
    error ForeignProofInvalid(bytes32 blockHash, uint256 transactionIndex, TrieProof.ProofError fault);
    /// @notice Receipts of this type of transaction (EIP-2718) are not known.
    error ForeignReceiptTypeUnknown(uint256 transactionIndex, uint8 transactionType);
    /// @notice A receipt has four fields.
    error ForeignReceiptMalformed(uint256 transactionIndex, uint256 fields);
    /// @notice The transaction did not succeed, or its receipt does not say whether it did.
    error ForeignTransactionFailed(uint256 transactionIndex);
    /// @notice The transaction left `count` logs.
    error ForeignLogMissing(uint256 logIndex, uint256 count);
    /// @notice A log is the emitter's address (20 bytes), up to four topics (32 bytes each) and data.
    error ForeignLogMalformed(uint256 logIndex);

    /// @notice Registers the validators of the next epoch and reopens a closed ledger.
    /// @dev Restricted (central bank). Reverts with AccessManagedUnauthorized, {ForeignValidatorCountInvalid},
    /// {ForeignValidatorOrderInvalid}, {ForeignQuorumInvalid}, {ForeignGraceInvalid}.
    /// @param validators Rising, distinct addresses, 2 to 64.
    /// @param quorum Signatures that a header needs.
    /// @param grace Seconds for which the present epoch's signatures stay good; 0: until the end of this second, for
    /// keys that are lost. After an equivocation they are dead whatever it says.
    /// @return epoch The one that begins.
    function rotate(address[] calldata validators, uint256 quorum, uint256 grace) external returns (uint64 epoch);

    /// @notice Accepts a header that a quorum of `epoch` signed, or closes the ledger if another one of its number was
    /// accepted before.
    /// @dev Caller: anyone. Validators sign (EIP-712, this contract's domain)
    /// `Header(uint256 chainId,uint256 epoch,bytes32 blockHash)`. An accepted header again changes nothing. Reverts
    /// with {ForeignLedgerClosed}, {ForeignEpochUnknown}, {ForeignEpochExpired}, {ForeignEpochDistrusted},
    /// {ForeignQuorumMissing}, {ForeignSignatureInvalid}, {ForeignSignerOrderInvalid}, {ForeignSignerUnknown},
    /// {ForeignRootZero}, and with the RLP library's errors if the signed bytes are no header.
    /// @param headerRlp The header as its chain hashes it.
    /// @param signatures 65 bytes each, by rising signer, at least the quorum, none invalid.
    /// @return blockHash The header's hash.
    function acceptHeader(
        bytes calldata headerRlp,
        uint256 epoch,
        bytes[] calldata signatures
    ) external returns (bytes32 blockHash);

    /// @notice The log that `proof` leads to.
    /// @dev Reverts with {ForeignLedgerClosed}, {ForeignBlockUnknown}, {ForeignEpochDistrusted}, {ForeignProofEmpty},
    /// {ForeignProofInvalid}, {ForeignReceiptTypeUnknown}, {ForeignReceiptMalformed}, {ForeignTransactionFailed},
    /// {ForeignLogMissing}, {ForeignLogMalformed}, and with the RLP library's error if a node is no RLP. Emitter and
    /// topics are the caller's to compare.
    function provenLog(LogProof calldata proof) external view returns (ProvenLog memory log);

    /// @notice Chain id of the ledger that this contract knows.
    function foreignChainId() external view returns (uint256);

    /// @notice The epoch that began last.
    function currentEpoch() external view returns (uint64);

    /// @notice Epochs up to this one signed two headers of a number, or preceded one that did; 0: none.
    function distrustedEpoch() external view returns (uint64);

    /// @notice Number of the block whose second header closed the ledger.
    /// @return closed Whether it is closed.
    /// @return number The block's number; 0 while it is open.
    function closure() external view returns (bool closed, uint64 number);

    /// @notice Validators and quorum of an epoch, and the last second at which its signatures count (the greatest
    /// number for the current one; 0 for an epoch that does not exist).
    function epochOf(
        uint256 epoch
    ) external view returns (address[] memory validators, uint256 quorum, uint256 goodUntil);

    /// @notice What is kept of an accepted header; all zero if there is none.
    function headerOf(bytes32 blockHash) external view returns (Header memory);

    /// @notice Hash of the header of that number that was accepted last; 0 if none was.
    function blockHashOf(uint64 number) external view returns (bytes32);
}
