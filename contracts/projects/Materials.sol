// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {Batch, BatchState, BatchStatus, IMaterials, Inspection} from "./IMaterials.sol";
import {IProjectFunds, ProjectTerms, Purpose} from "./IProjectFunds.sol";
import {ProjectRules} from "./ProjectRules.sol";

/// @title Materials
/// @notice See {IMaterials}.
contract Materials is IMaterials, EIP712 {
    bytes32 private constant INSPECTION_TYPEHASH = keccak256(
        "Inspection(bytes32 batch,address inspector,uint32 number,bool passed,bytes32 report)"
    );

    /// @inheritdoc IMaterials
    uint256 public constant REINSPECTION_WAIT = 1 days;
    /// @inheritdoc IMaterials
    uint256 public constant MAXIMUM_FAILURES = 3;
    /// @inheritdoc IMaterials
    address public immutable FUNDS;
    /// @inheritdoc IMaterials
    address public immutable WORKS;

    mapping(bytes32 batch => BatchState) private _batches;
    mapping(bytes32 project => mapping(address inspector => uint256 until)) private _accredited;

    constructor(IProjectFunds funds) EIP712("Materials", "1") {
        (FUNDS, WORKS) = (address(funds), funds.WORKS());
    }

    /// @inheritdoc IMaterials
    function accredit(ProjectTerms calldata terms, address inspector, uint40 until, bytes32 evidence) external {
        bytes32 project = ProjectRules.idOf(terms);
        _requireCaller(project, terms.accreditor);
        require(evidence != 0, MaterialsEvidenceMissing(project));
        _accredited[project][inspector] = until;
        emit InspectorAccredited(project, inspector, until, evidence);
    }

    /// @inheritdoc IMaterials
    function registerBatch(Batch calldata batch) external returns (bytes32 id) {
        id = batchId(batch);
        _requireCaller(id, batch.supplier);
        BatchState storage state = _batches[id];
        require(state.status == BatchStatus.None, MaterialsBatchStatusInvalid(id, state.status));
        require(
            batch.quantity != 0 &&
                batch.origin != 0 &&
                batch.specification != 0 &&
                IProjectFunds(FUNDS).purposeOf(batch.project, batch.supplier) == Purpose.Material,
            MaterialsBatchInvalid(id)
        );
        (state.project, state.status, state.holder) = (batch.project, BatchStatus.Registered, batch.supplier);
        emit BatchRegistered(id, batch.project, batch.supplier, batch);
    }

    /// @inheritdoc IMaterials
    function offerBatch(bytes32 batch, address receiver, bytes32 evidence) external {
        BatchState storage state = _requireAlive(batch);
        _requireCaller(batch, state.holder);
        require(evidence != 0, MaterialsEvidenceMissing(batch));
        state.receiver = receiver;
        emit BatchOffered(batch, msg.sender, receiver, evidence);
    }

    /// @inheritdoc IMaterials
    function takeOverBatch(bytes32 batch, bytes32 evidence) external {
        BatchState storage state = _requireAlive(batch);
        _requireCaller(batch, state.receiver);
        require(evidence != 0, MaterialsEvidenceMissing(batch));
        emit BatchTakenOver(batch, state.holder, msg.sender, evidence);
        (state.holder, state.receiver) = (msg.sender, address(0));
    }

    /// @inheritdoc IMaterials
    function inspectBatch(Inspection calldata inspection, bytes calldata signature) external {
        (bytes32 batch, address inspector) = (inspection.batch, inspection.inspector);
        BatchState storage state = _requireAlive(batch);
        require(inspection.report != 0, MaterialsEvidenceMissing(batch));
        require(
            inspection.number == state.inspections,
            MaterialsInspectionNumberInvalid(batch, inspection.number, state.inspections)
        );
        uint256 until = _accredited[state.project][inspector];
        require(block.timestamp < until, MaterialsInspectorInvalid(state.project, inspector, until));
        if (state.status == BatchStatus.Failed) {
            uint256 from = state.failedAt + REINSPECTION_WAIT;
            require(
                inspector != state.inspector && block.timestamp >= from,
                MaterialsReinspectionInvalid(batch, inspector, from, block.timestamp)
            );
        }
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(INSPECTION_TYPEHASH, inspection)));
        require(Signatures.isValid(inspector, digest, signature), MaterialsSignatureInvalid(batch, inspector));

        ++state.inspections;
        if (inspection.passed) state.status = BatchStatus.Passed;
        else {
            uint8 failures = state.failures + 1;
            state.status = failures == MAXIMUM_FAILURES ? BatchStatus.Rejected : BatchStatus.Failed;
            (state.failures, state.inspector, state.failedAt) = (failures, inspector, uint40(block.timestamp));
        }
        emit BatchInspected(batch, inspector, inspection.number, inspection.passed, inspection.report, state.status);
    }

    /// @inheritdoc IMaterials
    function useBatches(bytes32 project, address contractor, bytes32 certificate, bytes32[] calldata batches) external {
        _requireCaller(certificate, WORKS);
        for (uint256 i = 0; i < batches.length; ++i) {
            bytes32 batch = batches[i];
            BatchState storage state = _batches[batch];
            require(state.status == BatchStatus.Passed, MaterialsBatchStatusInvalid(batch, state.status));
            require(state.project == project, MaterialsProjectMismatch(batch, state.project));
            require(state.holder == contractor, MaterialsHolderMismatch(batch, state.holder, contractor));
            state.status = BatchStatus.Used;
            emit BatchUsed(batch, certificate);
        }
    }

    /// @inheritdoc IMaterials
    function batchId(Batch calldata batch) public pure returns (bytes32) {
        return keccak256(abi.encode(batch));
    }

    /// @inheritdoc IMaterials
    function batchOf(bytes32 batch) external view returns (BatchState memory) {
        return _batches[batch];
    }

    /// @inheritdoc IMaterials
    function accreditedUntil(bytes32 project, address inspector) external view returns (uint256) {
        return _accredited[project][inspector];
    }

    function _requireAlive(bytes32 batch) private view returns (BatchState storage state) {
        state = _batches[batch];
        BatchStatus status = state.status;
        require(
            status == BatchStatus.Registered || status == BatchStatus.Passed || status == BatchStatus.Failed,
            MaterialsBatchStatusInvalid(batch, status)
        );
    }

    function _requireCaller(bytes32 subject, address expected) private view {
        require(msg.sender == expected, MaterialsCallerInvalid(subject, msg.sender, expected));
    }
}
