// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ProjectTerms} from "./IProjectFunds.sol";

/// @notice A batch of material, as its supplier enters it. Its hash is its id.
/// @param origin Hash of the certificate of origin: heat and mill of steel, nursery and stand of trees.
/// @param specification Hash of what was ordered.
/// @param quantity Kilograms of steel, pieces of trees.
/// @param businessRef The supplier's number for it; equal batches differ in it.
struct Batch {
    bytes32 project;
    address supplier;
    MaterialKind kind;
    uint64 quantity;
    bytes32 origin;
    bytes32 specification;
    bytes32 businessRef;
}

enum MaterialKind {
    Steel,
    Tree
}

/// @notice Failed may be inspected again; Rejected is for ever, as is Used.
enum BatchStatus {
    None,
    Registered,
    Passed,
    Failed,
    Rejected,
    Used
}

/// @notice What an inspector signs.
/// @param number Inspections of this batch before it.
/// @param report Hash of the report.
struct Inspection {
    bytes32 batch;
    address inspector;
    uint32 number;
    bool passed;
    bytes32 report;
}

/// @notice How far a batch has come.
/// @param holder In whose hands it is.
/// @param receiver To whom it is offered; zero: to nobody.
/// @param inspector Who failed it last.
/// @param inspections So far, and how many of them failed it.
/// @param failedAt Unix seconds of the last failure.
struct BatchState {
    bytes32 project;
    BatchStatus status;
    address holder;
    address receiver;
    address inspector;
    uint32 inspections;
    uint8 failures;
    uint40 failedAt;
}

/// @title IMaterials
/// @notice Batches of steel beams and trees, from their origin through every pair of hands and every inspection into the
/// works: what is not found fit cannot be certified, and nothing is certified twice.
/// @dev Immutable, without owner or office; moves no value. Times are Unix seconds.
///
/// A batch is entered by a supplier on the project's list for material. Custody passes in two steps: the holder offers,
/// the receiver takes over, each naming its evidence. Inspectors are accredited project by project by the accreditor
/// that the project's terms name, until a time; each signs what it found (EIP-712; EOA or ERC-1271).
///
/// **Inspection.** Pass and fail count until the batch is used: a later inspection may fail what an earlier one passed.
/// After a failure: another inspector than the one that failed it, and not before {REINSPECTION_WAIT}. The third failure
/// rejects a batch for ever.
///
/// **Use.** {IProjectWorks} uses up the batches that a certificate names: each has passed, is the project's, and is in
/// the hands of the contractor that the certificate is for. Another state, and the certificate is refused.
///
/// Not protected: what an accredited inspector signs against the truth; withdrawing the accreditation stops its next
/// inspections and leaves those before.
interface IMaterials {
    /// @notice An inspector is accredited for a project until a time, or (a time that has passed) no longer.
    event InspectorAccredited(bytes32 indexed project, address indexed inspector, uint256 until, bytes32 evidence);
    /// @notice A supplier has entered a batch.
    event BatchRegistered(bytes32 indexed batch, bytes32 indexed project, address indexed supplier, Batch terms);
    /// @notice The holder offers the batch, or (zero) offers it no longer.
    event BatchOffered(bytes32 indexed batch, address indexed holder, address indexed receiver, bytes32 evidence);
    /// @notice The batch is in the receiver's hands.
    event BatchTakenOver(bytes32 indexed batch, address indexed previous, address indexed current, bytes32 evidence);
    /// @notice An inspector has inspected the batch, which is in `status` then.
    event BatchInspected(
        bytes32 indexed batch,
        address indexed inspector,
        uint256 number,
        bool passed,
        bytes32 report,
        BatchStatus status
    );
    /// @notice The batch is built in, as a certificate says.
    event BatchUsed(bytes32 indexed batch, bytes32 indexed certificate);

    /// @notice Only `expected` may do this.
    error MaterialsCallerInvalid(bytes32 subject, address caller, address expected);
    /// @notice No project, no quantity, origin or specification, or a supplier that is not on the list for material.
    error MaterialsBatchInvalid(bytes32 batch);
    /// @notice The batch is in another state.
    error MaterialsBatchStatusInvalid(bytes32 batch, BatchStatus status);
    /// @notice A step needs its evidence.
    error MaterialsEvidenceMissing(bytes32 subject);
    /// @notice It is not the next inspection of this batch.
    error MaterialsInspectionNumberInvalid(bytes32 batch, uint256 number, uint256 expected);
    /// @notice The inspector is not accredited now.
    error MaterialsInspectorInvalid(bytes32 project, address inspector, uint256 until);
    /// @notice After a failure another inspector inspects, and not before `from`.
    error MaterialsReinspectionInvalid(bytes32 batch, address inspector, uint256 from, uint256 time);
    /// @notice The signature is not the inspector's over this inspection.
    error MaterialsSignatureInvalid(bytes32 batch, address inspector);
    /// @notice The batch is another project's.
    error MaterialsProjectMismatch(bytes32 batch, bytes32 project);
    /// @notice The batch is in other hands than the contractor's.
    error MaterialsHolderMismatch(bytes32 batch, address holder, address contractor);

    /// @notice Accredits an inspector for a project until a time, or ends it.
    /// @dev Caller: the project's accreditor. Reverts with {MaterialsCallerInvalid}, {MaterialsEvidenceMissing}.
    function accredit(ProjectTerms calldata terms, address inspector, uint40 until, bytes32 evidence) external;

    /// @notice Enters a batch; it is in the supplier's hands.
    /// @dev Caller: the supplier, on the project's list for material. Reverts with {MaterialsCallerInvalid},
    /// {MaterialsBatchStatusInvalid}, {MaterialsBatchInvalid}.
    function registerBatch(Batch calldata batch) external returns (bytes32 id);

    /// @notice Offers a batch to who is to have it next; zero takes the offer back.
    /// @dev Caller: the holder. Reverts with {MaterialsCallerInvalid}, {MaterialsEvidenceMissing},
    /// {MaterialsBatchStatusInvalid} (used or rejected).
    function offerBatch(bytes32 batch, address receiver, bytes32 evidence) external;

    /// @notice Takes over a batch that is offered.
    /// @dev Caller: the receiver. Reverts as {offerBatch}.
    function takeOverBatch(bytes32 batch, bytes32 evidence) external;

    /// @notice Enters what an inspector found.
    /// @dev Caller: anyone who has its signature. Reverts with {MaterialsBatchStatusInvalid}, {MaterialsEvidenceMissing},
    /// {MaterialsInspectionNumberInvalid}, {MaterialsInspectorInvalid}, {MaterialsReinspectionInvalid},
    /// {MaterialsSignatureInvalid}.
    function inspectBatch(Inspection calldata inspection, bytes calldata signature) external;

    /// @notice Uses up the batches that a certificate names.
    /// @dev Caller: {WORKS}. A batch named twice is refused as used. Reverts with {MaterialsCallerInvalid},
    /// {MaterialsBatchStatusInvalid}, {MaterialsProjectMismatch}, {MaterialsHolderMismatch}.
    function useBatches(bytes32 project, address contractor, bytes32 certificate, bytes32[] calldata batches) external;

    /// @notice Id of a batch: the hash of its terms.
    function batchId(Batch calldata batch) external pure returns (bytes32);

    /// @notice How far a batch has come.
    function batchOf(bytes32 batch) external view returns (BatchState memory);

    /// @notice Until when an inspector is accredited for a project, Unix seconds.
    function accreditedUntil(bytes32 project, address inspector) external view returns (uint256);

    /// @notice The projects' money ({IProjectFunds}).
    // solhint-disable-next-line func-name-mixedcase
    function FUNDS() external view returns (address);

    /// @notice Their certificates ({IProjectWorks}).
    // solhint-disable-next-line func-name-mixedcase
    function WORKS() external view returns (address);

    /// @notice Seconds between a failure and the next inspection.
    // solhint-disable-next-line func-name-mixedcase
    function REINSPECTION_WAIT() external view returns (uint256);

    /// @notice Failures that reject a batch.
    // solhint-disable-next-line func-name-mixedcase
    function MAXIMUM_FAILURES() external view returns (uint256);
}
