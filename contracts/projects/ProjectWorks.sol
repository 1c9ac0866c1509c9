// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {IMaterials} from "./IMaterials.sol";
import {IProjectFunds, ProjectStatus, ProjectTerms} from "./IProjectFunds.sol";
import {
    Certificate,
    CertificateState,
    ChangeOrder,
    ContractState,
    ContractStatus,
    ContractTerms,
    IProjectWorks,
    LineState
} from "./IProjectWorks.sol";
import {ProjectRules} from "./ProjectRules.sol";

/// @title ProjectWorks
/// @notice See {IProjectWorks}.
/// @dev Terms come with each call and are recognised by their hash; they name the contract that knows whether the project
/// is open.
contract ProjectWorks is IProjectWorks, EIP712 {
    bytes32 private constant CONTRACT_TYPEHASH = keccak256(
        "ContractTerms(bytes32 project,bytes32 parent,address contractor,uint8 line,uint16 wageShare,uint16 retention,"
        "uint32 defectsPeriod,uint64 amount,bytes32 documentHash)"
    );
    bytes32 private constant CHANGE_TYPEHASH = keccak256(
        "ChangeOrder(bytes32 contractId,uint32 number,uint64 amount,bytes32 documentHash)"
    );
    bytes32 private constant CERTIFICATE_TYPEHASH = keccak256(
        "Certificate(bytes32 contractId,uint32 number,bool last,uint64 amount,uint64 wages,bytes32 evidence,bytes32[] batches)"
    );

    mapping(bytes32 project => mapping(uint256 line => LineState)) private _lines;
    mapping(bytes32 contractId => ContractState) private _contracts;
    mapping(bytes32 certificate => CertificateState) private _certificates;

    constructor() EIP712("ProjectWorks", "1") {}

    /// @inheritdoc IProjectWorks
    function signContract(
        ProjectTerms calldata terms,
        ContractTerms calldata contractTerms,
        bytes calldata giverSignature,
        bytes calldata contractorSignature
    ) external returns (bytes32 contractId) {
        bytes32 project = _requireOpen(terms);
        contractId = _contractId(contractTerms);
        ContractState storage state = _contracts[contractId];
        require(state.status == ContractStatus.None, ContractStatusInvalid(contractId, state.status));
        (bytes32 parent, uint8 line) = (contractTerms.parent, contractTerms.line);
        bool sound =
            contractTerms.project == project &&
                contractTerms.contractor != address(0) &&
                contractTerms.amount != 0 &&
                contractTerms.wageShare <= ProjectRules.WHOLE &&
                contractTerms.retention <= ProjectRules.WHOLE &&
                line < terms.lines.length;
        // a parent's project is this one: its id binds its terms, and they were checked when it was signed
        if (parent != 0) sound = sound && _contracts[parent].project == project && _contracts[parent].line == line;
        require(sound, ContractTermsInvalid(contractId));
        if (parent != 0) _requireContract(parent, ContractStatus.Active);

        (state.project, state.parent, state.contractor) = (project, parent, contractTerms.contractor);
        (state.status, state.line, state.amount) = (ContractStatus.Active, line, contractTerms.amount);
        (state.wageShare, state.retention) = (contractTerms.wageShare, contractTerms.retention);
        state.defectsPeriod = contractTerms.defectsPeriod;
        _let(terms, contractId, 0, contractTerms.amount);
        emit ContractSigned(contractId, project, contractTerms.contractor, contractTerms);
        _requireBoth(
            contractId,
            _giverOf(terms, parent),
            giverSignature,
            contractTerms.contractor,
            contractorSignature
        );
    }

    /// @inheritdoc IProjectWorks
    function changeContract(
        ProjectTerms calldata terms,
        ChangeOrder calldata order,
        bytes calldata giverSignature,
        bytes calldata contractorSignature
    ) external {
        bytes32 contractId = order.contractId;
        ContractState storage state = _requireActive(_requireOpen(terms), contractId);
        require(order.number == state.changes, ContractNumberInvalid(contractId, order.number, state.changes));
        uint256 used = uint256(state.sublet) + state.certified;
        (uint64 previous, uint64 amount) = (state.amount, order.amount);
        require(amount >= used && amount != 0, ContractAmountTooLow(contractId, amount, used));
        (state.amount, state.changes) = (amount, state.changes + 1);
        _let(terms, contractId, previous, amount);
        emit ContractChanged(contractId, previous, amount, order.documentHash);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(CHANGE_TYPEHASH, contractId, order.number, amount, order.documentHash))
        );
        _requireBoth(digest, _giverOf(terms, state.parent), giverSignature, state.contractor, contractorSignature);
    }

    /// @inheritdoc IProjectWorks
    function certify(
        ProjectTerms calldata terms,
        Certificate calldata certificate,
        bytes calldata supervisorSignature,
        bytes calldata ownerSignature
    ) external returns (bytes32 id) {
        bytes32 project = _requireOpen(terms);
        id = _certificateId(certificate);
        bytes32 contractId = certificate.contractId;
        ContractState storage state = _requireActive(project, contractId);
        require(
            certificate.number == state.certificates,
            ContractNumberInvalid(contractId, certificate.number, state.certificates)
        );
        require(
            certificate.amount != 0 &&
                certificate.evidence != 0 &&
                (certificate.batches.length == 0 || terms.materials != address(0)),
            CertificateInvalid(id)
        );
        _count(id, state, certificate);
        _lines[project][state.line].certified += certificate.amount;
        emit WorksCertified(id, contractId, certificate);
        _requireBoth(id, terms.supervisor, supervisorSignature, terms.owner, ownerSignature);
        if (certificate.batches.length != 0) {
            IMaterials(terms.materials).useBatches(project, state.contractor, id, certificate.batches);
        }
    }

    /// @inheritdoc IProjectWorks
    function lineOf(bytes32 project, uint256 line) external view returns (LineState memory) {
        return _lines[project][line];
    }

    /// @inheritdoc IProjectWorks
    function contractOf(bytes32 contractId) external view returns (ContractState memory) {
        return _contracts[contractId];
    }

    /// @inheritdoc IProjectWorks
    function certificateOf(bytes32 certificate) external view returns (CertificateState memory) {
        return _certificates[certificate];
    }

    /// @dev Takes what a contract's amount grows by out of its parent or its line, or gives back what it shrinks by.
    function _let(ProjectTerms calldata terms, bytes32 contractId, uint64 previous, uint64 amount) private {
        ContractState storage state = _contracts[contractId];
        if (state.parent == 0) {
            LineState storage line = _lines[state.project][state.line];
            uint256 limit = terms.lines[state.line] - (line.contracted - previous);
            require(amount <= limit, ContractAmountExceeded(contractId, amount, limit));
            line.contracted = line.contracted - previous + amount;
        } else {
            ContractState storage parent = _contracts[state.parent];
            uint256 limit = parent.amount - parent.certified - (parent.sublet - previous);
            require(amount <= limit, ContractAmountExceeded(contractId, amount, limit));
            parent.sublet = parent.sublet - previous + amount;
        }
    }

    function _count(bytes32 id, ContractState storage state, Certificate calldata certificate) private {
        (uint64 amount, uint64 wages) = (certificate.amount, certificate.wages);
        uint256 limit = state.amount - state.sublet - state.certified;
        require(amount <= limit, CertificateAmountExceeded(id, amount, limit));
        // the workers' favour
        uint256 least = (uint256(amount) * state.wageShare + ProjectRules.WHOLE - 1) / ProjectRules.WHOLE;
        require(wages >= least && wages <= amount, CertificateWagesInvalid(id, wages, least));
        // a share of less than the certificate
        uint64 retained = uint64((uint256(amount - wages) * state.retention) / ProjectRules.WHOLE);
        (state.certificates, state.certified) = (state.certificates + 1, state.certified + amount);
        state.retained += retained;
        if (certificate.last) {
            (state.status, state.completed) = (ContractStatus.Completed, uint40(block.timestamp));
        }
        CertificateState storage entry = _certificates[id];
        (entry.project, entry.contractId, entry.contractor) = (state.project, certificate.contractId, state.contractor);
        (entry.line, entry.amount) = (state.line, amount);
        (entry.wages, entry.others) = (wages, amount - wages - retained);
    }

    function _requireOpen(ProjectTerms calldata terms) private view returns (bytes32 project) {
        project = ProjectRules.idOf(terms);
        require(
            IProjectFunds(terms.funds).projectStatusOf(project) == ProjectStatus.Open,
            WorksProjectNotOpen(project)
        );
    }

    function _requireContract(
        bytes32 contractId,
        ContractStatus needed
    ) private view returns (ContractState storage state) {
        state = _contracts[contractId];
        require(state.status == needed, ContractStatusInvalid(contractId, state.status));
    }

    function _requireActive(bytes32 project, bytes32 contractId) private view returns (ContractState storage state) {
        state = _requireContract(contractId, ContractStatus.Active);
        require(state.project == project, ContractTermsInvalid(contractId));
    }

    function _requireBoth(
        bytes32 digest,
        address one,
        bytes calldata signatureOfOne,
        address other,
        bytes calldata signatureOfOther
    ) private view {
        require(Signatures.isValid(one, digest, signatureOfOne), WorksSignatureInvalid(digest, one));
        require(Signatures.isValid(other, digest, signatureOfOther), WorksSignatureInvalid(digest, other));
    }

    function _giverOf(ProjectTerms calldata terms, bytes32 parent) private view returns (address) {
        return parent == 0 ? terms.owner : _contracts[parent].contractor;
    }

    function _contractId(ContractTerms calldata terms) private view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(CONTRACT_TYPEHASH, terms)));
    }

    function _certificateId(Certificate calldata c) private view returns (bytes32) {
        bytes32 batches = keccak256(abi.encodePacked(c.batches));
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        CERTIFICATE_TYPEHASH,
                        c.contractId,
                        c.number,
                        c.last,
                        c.amount,
                        c.wages,
                        c.evidence,
                        batches
                    )
                )
            );
    }
}
