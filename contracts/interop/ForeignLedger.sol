// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BlockHeader} from "@openzeppelin/contracts/utils/BlockHeader.sol";
import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {TrieProof} from "@openzeppelin/contracts/utils/cryptography/TrieProof.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {IForeignLedger, LogProof, ProvenLog} from "./IForeignLedger.sol";

/// @title ForeignLedger
/// @notice See {IForeignLedger}.
/// @dev Immutable. Two words a header, and one that says which header its number has.
contract ForeignLedger is IForeignLedger, AccessManaged, EIP712 {
    using BlockHeader for Memory.Slice[];
    using EnumerableSet for EnumerableSet.AddressSet;
    using Memory for *;
    using RLP for *;
    using SafeCast for uint256;

    struct Epoch {
        EnumerableSet.AddressSet validators;
        uint8 quorum;
        // last second at which its signatures count
        uint64 goodUntil;
    }

    bytes32 private constant HEADER_TYPEHASH = keccak256("Header(uint256 chainId,uint256 epoch,bytes32 blockHash)");
    uint256 private constant MIN_VALIDATORS = 2;
    uint256 private constant MAX_VALIDATORS = 64;
    uint256 private constant MIN_QUORUM = 2;
    uint256 private constant MAX_GRACE = 7 days;
    /// @dev Set code (EIP-7702): the last type whose receipt has the four fields that are read here.
    uint8 private constant LAST_TRANSACTION_TYPE = 4;
    uint256 private constant RECEIPT_FIELDS = 4;
    uint256 private constant LOG_FIELDS = 3;
    uint256 private constant MAX_TOPICS = 4;
    // an RLP item of 20 and of 32 bytes is one longer
    uint256 private constant ADDRESS_ITEM = 21;
    uint256 private constant TOPIC_ITEM = 33;

    uint256 private immutable FOREIGN_CHAIN_ID;

    mapping(uint256 epoch => Epoch) private _epochs;
    mapping(bytes32 blockHash => Header) private _headers;
    mapping(uint64 number => bytes32 blockHash) private _blockHashes;
    uint64 private _currentEpoch;
    uint64 private _distrustedEpoch;
    uint64 private _closedAt;
    bool private _closed;

    constructor(
        uint256 foreignChainId_,
        address authority_,
        address[] memory validators,
        uint256 quorum
    ) AccessManaged(authority_) EIP712("ForeignLedger", "1") {
        require(foreignChainId_ != 0 && foreignChainId_ != block.chainid, ForeignChainInvalid(foreignChainId_));
        FOREIGN_CHAIN_ID = foreignChainId_;
        _begin(validators, quorum, 0);
    }

    // ------------------------------------------------------------- validators

    /// @inheritdoc IForeignLedger
    function rotate(
        address[] calldata validators,
        uint256 quorum,
        uint256 grace
    ) external restricted returns (uint64 epoch) {
        require(grace <= MAX_GRACE, ForeignGraceInvalid(grace, MAX_GRACE));
        _closed = false;
        _closedAt = 0;
        return _begin(validators, quorum, block.timestamp + grace);
    }

    // ---------------------------------------------------------------- headers

    /// @inheritdoc IForeignLedger
    function acceptHeader(
        bytes calldata headerRlp,
        uint256 epoch,
        bytes[] calldata signatures
    ) external returns (bytes32 blockHash) {
        _requireOpen();
        blockHash = keccak256(headerRlp);
        _requireQuorum(blockHash, epoch, signatures);

        Header memory header = _parseHeader(headerRlp, blockHash, uint64(epoch));
        bytes32 known = _blockHashes[header.number];
        uint64 knownEpoch = _headers[known].epoch;
        if (knownEpoch > _distrustedEpoch) {
            // what the same or a newer epoch has said already
            if (known == blockHash && knownEpoch >= epoch) return blockHash;
            if (known != blockHash) {
                _close(header.number, known, blockHash, knownEpoch, uint64(epoch));
                return blockHash;
            }
        }
        _headers[blockHash] = header;
        _blockHashes[header.number] = blockHash;
        emit HeaderAccepted(blockHash, header.number, header.epoch, header.receiptsRoot, header.timestamp);
    }

    // ----------------------------------------------------------------- proofs

    /// @inheritdoc IForeignLedger
    function provenLog(LogProof calldata proof) external view returns (ProvenLog memory log) {
        _requireOpen();
        Header memory header = _headers[proof.blockHash];
        require(header.epoch != 0, ForeignBlockUnknown(proof.blockHash));
        require(header.epoch > _distrustedEpoch, ForeignEpochDistrusted(header.epoch, _distrustedEpoch));

        Memory.Slice[] memory logs = _logsOf(proof, header.receiptsRoot);
        uint256 index = proof.logIndex;
        require(index < logs.length, ForeignLogMissing(index, logs.length));
        (log.emitter, log.topics, log.data) = _parseLog(logs[index], index);
        log.blockNumber = header.number;
        log.timestamp = header.timestamp;
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IForeignLedger
    function foreignChainId() external view returns (uint256) {
        return FOREIGN_CHAIN_ID;
    }

    /// @inheritdoc IForeignLedger
    function currentEpoch() external view returns (uint64) {
        return _currentEpoch;
    }

    /// @inheritdoc IForeignLedger
    function distrustedEpoch() external view returns (uint64) {
        return _distrustedEpoch;
    }

    /// @inheritdoc IForeignLedger
    function closure() external view returns (bool closed, uint64 number) {
        return (_closed, _closedAt);
    }

    /// @inheritdoc IForeignLedger
    function epochOf(
        uint256 epoch
    ) external view returns (address[] memory validators, uint256 quorum, uint256 goodUntil) {
        Epoch storage entry = _epochs[epoch];
        return (entry.validators.values(), entry.quorum, entry.goodUntil);
    }

    /// @inheritdoc IForeignLedger
    function headerOf(bytes32 blockHash) external view returns (Header memory) {
        return _headers[blockHash];
    }

    /// @inheritdoc IForeignLedger
    function blockHashOf(uint64 number) external view returns (bytes32) {
        return _blockHashes[number];
    }

    // -------------------------------------------------------------- internals

    function _begin(
        address[] memory validators,
        uint256 quorum,
        uint256 formerGoodUntil
    ) private returns (uint64 epoch) {
        uint256 count = validators.length;
        require(
            count >= MIN_VALIDATORS && count <= MAX_VALIDATORS,
            ForeignValidatorCountInvalid(count, MIN_VALIDATORS, MAX_VALIDATORS)
        );
        require(quorum >= MIN_QUORUM && quorum > count / 2 && quorum <= count, ForeignQuorumInvalid(quorum, count));

        uint64 former = _currentEpoch;
        epoch = former + 1;
        _currentEpoch = epoch;
        _epochs[former].goodUntil = formerGoodUntil.toUint64();
        Epoch storage entry = _epochs[epoch];
        entry.quorum = uint8(quorum);
        entry.goodUntil = type(uint64).max;
        address previous = address(0);
        for (uint256 i = 0; i < count; ++i) {
            address validator = validators[i];
            require(validator > previous, ForeignValidatorOrderInvalid(i, previous, validator));
            entry.validators.add(validator);
            previous = validator;
        }
        emit ValidatorsRotated(epoch, validators, quorum, formerGoodUntil);
    }

    function _close(uint64 number, bytes32 known, bytes32 conflicting, uint64 knownEpoch, uint64 epoch) private {
        _closed = true;
        _closedAt = number;
        _distrustedEpoch = _currentEpoch;
        emit EquivocationProven(number, known, conflicting, knownEpoch, epoch);
    }

    function _requireOpen() private view {
        require(!_closed, ForeignLedgerClosed(_closedAt));
    }

    function _requireQuorum(bytes32 blockHash, uint256 epoch, bytes[] calldata signatures) private view {
        uint64 current = _currentEpoch;
        require(epoch != 0 && epoch <= current, ForeignEpochUnknown(epoch, current));
        require(epoch > _distrustedEpoch, ForeignEpochDistrusted(epoch, _distrustedEpoch));
        Epoch storage entry = _epochs[epoch];
        // of the former epochs only the last one has a grace period
        uint256 goodUntil = epoch + 1 < current ? 0 : entry.goodUntil;
        require(block.timestamp <= goodUntil, ForeignEpochExpired(epoch, goodUntil, block.timestamp));
        require(signatures.length >= entry.quorum, ForeignQuorumMissing(signatures.length, entry.quorum));

        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(HEADER_TYPEHASH, FOREIGN_CHAIN_ID, epoch, blockHash)));
        address previous = address(0);
        for (uint256 i = 0; i < signatures.length; ++i) {
            (address signer, ECDSA.RecoverError fault, ) = ECDSA.tryRecoverCalldata(digest, signatures[i]);
            require(fault == ECDSA.RecoverError.NoError, ForeignSignatureInvalid(i));
            require(entry.validators.contains(signer), ForeignSignerUnknown(i, signer, epoch));
            require(signer > previous, ForeignSignerOrderInvalid(i, previous, signer));
            previous = signer;
        }
    }

    function _parseHeader(
        bytes memory headerRlp,
        bytes32 blockHash,
        uint64 epoch
    ) private pure returns (Header memory header) {
        Memory.Slice[] memory fields = BlockHeader.parseHeader(headerRlp);
        header.receiptsRoot = fields.getReceiptsRoot();
        header.number = fields.getNumber().toUint64();
        header.timestamp = fields.getTimestamp().toUint64();
        header.epoch = epoch;
        require(header.receiptsRoot != 0, ForeignRootZero(blockHash));
    }

    function _logsOf(LogProof calldata proof, bytes32 root) private pure returns (Memory.Slice[] memory logs) {
        uint256 index = proof.transactionIndex;
        require(proof.nodes.length != 0, ForeignProofEmpty(proof.blockHash));
        (bytes memory receipt, TrieProof.ProofError fault) = TrieProof.tryTraverse(
            root,
            RLP.encode(index),
            proof.nodes
        );
        require(fault == TrieProof.ProofError.NO_ERROR, ForeignProofInvalid(proof.blockHash, index, fault));

        // EIP-2718: a list is its own first byte, any other receipt is preceded by the transaction's type
        uint8 first = uint8(receipt[0]);
        bool typed = first < RLP.LONG_OFFSET;
        require(!typed || (first != 0 && first <= LAST_TRANSACTION_TYPE), ForeignReceiptTypeUnknown(index, first));
        Memory.Slice[] memory fields = receipt.asSlice().slice(typed ? 1 : 0).readList();
        require(fields.length == RECEIPT_FIELDS, ForeignReceiptMalformed(index, fields.length));
        // receipts before Byzantium have a state root in the status's place
        require(fields[0].readUint256() == 1, ForeignTransactionFailed(index));
        return fields[RECEIPT_FIELDS - 1].readList();
    }

    function _parseLog(
        Memory.Slice item,
        uint256 index
    ) private pure returns (address emitter, bytes32[] memory topics, bytes memory data) {
        Memory.Slice[] memory fields = item.readList();
        require(fields.length == LOG_FIELDS && fields[0].length() == ADDRESS_ITEM, ForeignLogMalformed(index));
        emitter = fields[0].readAddress();
        Memory.Slice[] memory listed = fields[1].readList();
        require(listed.length <= MAX_TOPICS, ForeignLogMalformed(index));
        topics = new bytes32[](listed.length);
        for (uint256 i = 0; i < listed.length; ++i) {
            require(listed[i].length() == TOPIC_ITEM, ForeignLogMalformed(index));
            topics[i] = listed[i].readBytes32();
        }
        data = fields[2].readBytes();
    }
}
