// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ProjectTerms} from "./IProjectFunds.sol";

/// @notice A contract of the tree, as its giver and its contractor sign it.
/// @param parent Id of the contract it is let under; zero: let by the owner out of a line.
/// @param line Line of the budget; a child's is its parent's.
/// @param wageShare Least share of wages in a certificate, parts of 10,000.
/// @param retention Share of what is not wages that is kept until the defects period is over, parts of 10,000.
/// @param defectsPeriod Seconds after completion.
/// @param amount Minor units.
/// @param documentHash Hash of the contract's text.
struct ContractTerms {
    bytes32 project;
    bytes32 parent;
    address contractor;
    uint8 line;
    uint16 wageShare;
    uint16 retention;
    uint32 defectsPeriod;
    uint64 amount;
    bytes32 documentHash;
}

/// @notice A change of a contract's amount, as its giver and its contractor sign it.
/// @param number Changes of this contract before it.
/// @param amount The new amount, minor units.
struct ChangeOrder {
    bytes32 contractId;
    uint32 number;
    uint64 amount;
    bytes32 documentHash;
}

/// @notice Progress of the works, as supervisor and owner sign it.
/// @param number Certificates of this contract before it.
/// @param last Whether the works are complete with it.
/// @param amount Minor units.
/// @param wages Part of it that only workers get, minor units.
/// @param evidence Hash of measurements, photographs and minutes.
/// @param batches Batches of material that are built in.
struct Certificate {
    bytes32 contractId;
    uint32 number;
    bool last;
    uint64 amount;
    uint64 wages;
    bytes32 evidence;
    bytes32[] batches;
}

/// @notice Completed: the last certificate is signed.
enum ContractStatus {
    None,
    Active,
    Completed
}

/// @notice Sums of a budget line, minor units: certified ≤ contracted ≤ budget.
/// @param contracted Amounts of the contracts that the owner has let out of it.
struct LineState {
    uint64 contracted;
    uint64 certified;
}

/// @notice How far a contract has come, minor units: certified + sublet ≤ amount.
/// @param sublet Amounts of its child contracts.
/// @param retained Of what is certified, kept until the defects period is over.
/// @param completed Unix seconds of the last certificate.
/// @param certificates Certificates so far.
/// @param changes Change orders so far.
struct ContractState {
    bytes32 project;
    bytes32 parent;
    address contractor;
    ContractStatus status;
    uint8 line;
    uint16 wageShare;
    uint16 retention;
    uint40 completed;
    uint64 amount;
    uint64 sublet;
    uint64 certified;
    uint64 retained;
    uint32 defectsPeriod;
    uint32 certificates;
    uint32 changes;
}

/// @notice What a certificate says, minor units. `amount` = wages + others + what is retained.
/// @param contractId Zero: there is no such certificate.
/// @param others Neither wages nor retained.
struct CertificateState {
    bytes32 project;
    bytes32 contractId;
    address contractor;
    uint8 line;
    uint64 amount;
    uint64 wages;
    uint64 others;
}

/// @title IProjectWorks
/// @notice Who builds what for how much in a construction project, and how much of it is done: the tree of contracts and
/// the certificates under it.
/// @dev Immutable, without owner or office; moves no value: {IProjectFunds} pays. Amounts are minor units; times Unix seconds.
///
/// **Tree.** The owner lets contracts out of budget lines, a contractor lets parts of its contract to others, to any depth.
/// Both sides sign each contract (EIP-712; EOA or ERC-1271), and each change of its amount. What a contract lets on and
/// what is certified under it never pass its amount, nor a line's contracts its budget: with what {IProjectFunds} pays,
/// paid + retained ≤ certified ≤ contract ≤ budget at every knot.
///
/// **Certificates** are of the contractor's own part of the works, what it has not let on. Supervisor and owner sign both.
/// A certificate that names batches of material needs them to have passed inspection ({IMaterials}).
///
/// Not protected: what supervisor and owner agree on against the truth; the evidence's hash binds them to it.
interface IProjectWorks {
    /// @notice Both sides have signed a contract.
    event ContractSigned(
        bytes32 indexed contractId,
        bytes32 indexed project,
        address indexed contractor,
        ContractTerms terms
    );
    /// @notice Both sides have signed a change of the amount.
    event ContractChanged(bytes32 indexed contractId, uint256 previous, uint256 current, bytes32 documentHash);
    /// @notice Supervisor and owner have certified works.
    event WorksCertified(bytes32 indexed certificate, bytes32 indexed contractId, Certificate terms);

    /// @notice The project is not open.
    error WorksProjectNotOpen(bytes32 project);
    /// @notice The signature is not the signer's over this.
    error WorksSignatureInvalid(bytes32 digest, address signer);
    /// @notice The contract's terms do not fit the project, or its parent.
    error ContractTermsInvalid(bytes32 contractId);
    /// @notice The contract is in another state.
    error ContractStatusInvalid(bytes32 contractId, ContractStatus status);
    /// @notice More than is left of what it is let out of: the line, or the parent.
    error ContractAmountExceeded(bytes32 contractId, uint256 amount, uint256 limit);
    /// @notice Nothing, or less than what is let on and certified already.
    error ContractAmountTooLow(bytes32 contractId, uint256 amount, uint256 used);
    /// @notice It is not the next change, or certificate, of this contract.
    error ContractNumberInvalid(bytes32 contractId, uint256 number, uint256 expected);
    /// @notice More is certified than is left of the contract.
    error CertificateAmountExceeded(bytes32 certificate, uint256 amount, uint256 limit);
    /// @notice The wages are more than the certificate, or less than the contract's share.
    error CertificateWagesInvalid(bytes32 certificate, uint256 wages, uint256 least);
    /// @notice Nothing is certified, no evidence is named, or batches without a contract that traces them.
    error CertificateInvalid(bytes32 certificate);

    /// @notice Enters a contract that giver (the owner, or the parent's contractor) and contractor have signed.
    /// @dev Caller: anyone. Reverts with {WorksProjectNotOpen}, {ContractStatusInvalid}, {ContractTermsInvalid},
    /// {ContractAmountExceeded}, {WorksSignatureInvalid}.
    function signContract(
        ProjectTerms calldata terms,
        ContractTerms calldata contractTerms,
        bytes calldata giverSignature,
        bytes calldata contractorSignature
    ) external returns (bytes32 contractId);

    /// @notice Enters a change of a contract's amount that giver and contractor have signed.
    /// @dev Caller: anyone. Reverts with {WorksProjectNotOpen}, {ContractStatusInvalid}, {ContractTermsInvalid},
    /// {ContractNumberInvalid}, {ContractAmountExceeded}, {ContractAmountTooLow}, {WorksSignatureInvalid}.
    function changeContract(
        ProjectTerms calldata terms,
        ChangeOrder calldata order,
        bytes calldata giverSignature,
        bytes calldata contractorSignature
    ) external;

    /// @notice Enters a certificate that supervisor and owner have signed.
    /// @dev Caller: anyone. What is retained is the contract's share of what is not wages, rounded down. Batches become
    /// used: each has passed its inspection and is in the contractor's hands ({IMaterials}). Reverts with
    /// {WorksProjectNotOpen}, {ContractStatusInvalid}, {ContractTermsInvalid}, {ContractNumberInvalid},
    /// {CertificateInvalid}, {CertificateAmountExceeded}, {CertificateWagesInvalid}, {WorksSignatureInvalid}, and with
    /// whatever {IMaterials} refuses.
    function certify(
        ProjectTerms calldata terms,
        Certificate calldata certificate,
        bytes calldata supervisorSignature,
        bytes calldata ownerSignature
    ) external returns (bytes32 id);

    /// @notice Sums of a project's line.
    function lineOf(bytes32 project, uint256 line) external view returns (LineState memory);

    /// @notice How far a contract has come.
    function contractOf(bytes32 contractId) external view returns (ContractState memory);

    /// @notice What a certificate says.
    function certificateOf(bytes32 certificate) external view returns (CertificateState memory);
}
