// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {
    Compensation,
    IRelocation,
    ObjectionStatus,
    RelocationAgreement,
    RelocationFile,
    RelocationProject,
    RelocationProjectState,
    RelocationStatus,
    RelocationSurvey
} from "./IRelocation.sol";

/// @title Relocation
/// @notice See {IRelocation}.
/// @dev A file's state is one word; a project's rules come with each call and are recognised by their hash.
contract Relocation is IRelocation, EIP712 {
    /// @dev What a file is about: written once, or once a round.
    struct Parties {
        bytes32 project;
        address household;
        bytes32 survey;
    }

    bytes32 private constant PROJECT_TYPEHASH = keccak256(
        "RelocationProject(address authority,address surveyor,address reviewer,uint64 budget,uint32 publicity,uint32 review,address[] approvers,bytes32 salt)"
    );
    bytes32 private constant SURVEY_TYPEHASH = keccak256(
        "RelocationSurvey(bytes32 file,uint16 revision,uint16 archive,bytes32 report)"
    );
    bytes32 private constant COMPENSATION_TYPEHASH = keccak256(
        "Compensation(uint64 property,uint64 resettlement,uint64 business,uint64 reward)"
    );
    bytes32 private constant AGREEMENT_TYPEHASH = keccak256(
        "RelocationAgreement(bytes32 file,uint16 round,address household,bytes32 survey,bytes32 formula,Compensation compensation,bytes32 document,uint48 notAfter)"
        "Compensation(uint64 property,uint64 resettlement,uint64 business,uint64 reward)"
    );
    uint256 private constant GOVERNMENT_CLASS = 7;
    uint256 private constant ENTRY_ADDRESS_SHIFT = 96;

    /// @inheritdoc IRelocation
    uint256 public constant MINIMUM_PUBLICITY = 7 days;
    /// @inheritdoc IRelocation
    uint256 public constant MAXIMUM_PAGE = 100;
    /// @inheritdoc IRelocation
    uint256 public constant MAXIMUM_LEVELS = 8;

    /// @inheritdoc IRelocation
    address public immutable CURRENCY;
    IDigitalCurrency private immutable MONEY;

    mapping(bytes32 project => RelocationProjectState) private _projects;
    mapping(bytes32 project => mapping(uint256 version => bytes32)) private _formulas;
    mapping(bytes32 project => mapping(uint256 position => bytes32 file)) private _payable;
    mapping(bytes32 file => RelocationFile) private _files;
    mapping(bytes32 file => Parties) private _parties;
    mapping(bytes32 file => mapping(uint256 version => bytes32)) private _archives;
    mapping(bytes32 file => mapping(uint256 round => mapping(address objector => ObjectionStatus))) private _objections;

    constructor(IDigitalCurrency currency_) EIP712("Relocation", "1") {
        CURRENCY = address(currency_);
        MONEY = currency_;
    }

    // ------------------------------------------------------------------ project

    /// @inheritdoc IRelocation
    function openProject(RelocationProject calldata rules) external returns (bytes32 project) {
        project = projectId(rules);
        _requireCaller(project, rules.authority);
        require(!_projects[project].opened, RelocationProjectExists(project));
        (uint8 walletClass, , , ) = MONEY.walletOf(rules.authority);
        require(walletClass == GOVERNMENT_CLASS, RelocationAuthorityInvalid(rules.authority, walletClass));
        require(_isSound(rules), RelocationProjectInvalid(project));
        _projects[project].opened = true;
        emit RelocationProjectOpened(project, rules.authority, rules);
    }

    /// @inheritdoc IRelocation
    function publishFormula(RelocationProject calldata rules, bytes32 formula) external returns (uint256 version) {
        bytes32 project = _requireAuthority(rules);
        _requireHash(project, formula);
        version = ++_projects[project].formulas;
        _formulas[project][version] = formula;
        emit CompensationFormulaPublished(project, version, formula);
    }

    // --------------------------------------------------------------------- file

    /// @inheritdoc IRelocation
    function openFile(
        RelocationProject calldata rules,
        bytes32 entitlement,
        bytes32 archive
    ) external returns (bytes32 file) {
        bytes32 project = _requireAuthority(rules);
        file = fileId(rules.authority, entitlement);
        require(_files[file].status == RelocationStatus.None, RelocationEntitlementUsed(file, entitlement));
        _requireHash(file, entitlement);
        _files[file].status = RelocationStatus.Opened;
        _parties[file].project = project;
        emit RelocationFileOpened(file, project, entitlement);
        _append(file, 1, archive);
    }

    /// @inheritdoc IRelocation
    function appendArchive(RelocationProject calldata rules, bytes32 file, uint16 version, bytes32 archive) external {
        _requireFile(rules, file);
        _requireCaller(file, rules.authority);
        _append(file, version, archive);
    }

    /// @inheritdoc IRelocation
    function recordSurvey(
        RelocationProject calldata rules,
        RelocationSurvey calldata survey,
        bytes calldata signature
    ) external {
        bytes32 file = survey.file;
        _requireFile(rules, file);
        RelocationFile memory state = _files[file];
        require(
            state.status == RelocationStatus.Opened || state.status == RelocationStatus.Surveyed,
            RelocationStatusInvalid(file, state.status)
        );
        _requireHash(file, survey.report);
        require(
            survey.revision == uint256(state.surveys) + 1 && survey.archive == state.archives,
            RelocationSurveyStale(file, survey.revision, survey.archive)
        );
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(SURVEY_TYPEHASH, survey)));
        require(
            Signatures.isValid(rules.surveyor, digest, signature),
            RelocationSignatureInvalid(digest, rules.surveyor)
        );
        (state.status, state.surveys) = (RelocationStatus.Surveyed, survey.revision);
        _files[file] = state;
        _parties[file].survey = survey.report;
        emit SurveyRecorded(file, survey.revision, survey.archive, survey.report);
    }

    // ---------------------------------------------------------------- agreement

    /// @inheritdoc IRelocation
    function agree(
        RelocationProject calldata rules,
        RelocationAgreement calldata terms,
        bytes calldata householdSignature,
        bytes calldata authoritySignature
    ) external returns (bytes32 agreement) {
        bytes32 file = terms.file;
        bytes32 project = _requireFile(rules, file);
        RelocationFile memory state = _requireStatus(file, RelocationStatus.Surveyed);
        _requireCurrent(project, terms, state.round);
        state.amount = _requireAmount(file, terms.compensation);
        _requireOutsider(file, rules, terms.household);
        agreement = agreementId(terms);
        _requireSigned(agreement, terms.household, householdSignature);
        _requireSigned(agreement, rules.authority, authoritySignature);

        (state.status, state.agreedAt) = (RelocationStatus.Agreed, uint48(block.timestamp));
        _files[file] = state;
        _parties[file].household = terms.household;
        uint256 publicUntil = _publicUntil(rules, state);
        emit RelocationAgreed(file, terms.household, agreement, terms.compensation, publicUntil);
    }

    /// @inheritdoc IRelocation
    function withdrawAgreement(RelocationProject calldata rules, bytes32 file) external {
        _requireFile(rules, file);
        RelocationFile memory state = _requireStatus(file, RelocationStatus.Agreed);
        if (msg.sender != _parties[file].household) _requireCaller(file, rules.authority);
        emit AgreementWithdrawn(file, state.round, msg.sender);
        _fall(file, state);
    }

    /// @inheritdoc IRelocation
    function raiseObjection(RelocationProject calldata rules, bytes32 file, bytes32 evidence) external {
        _requireFile(rules, file);
        RelocationFile memory state = _requireStatus(file, RelocationStatus.Agreed);
        uint256 until = _publicUntil(rules, state);
        require(block.timestamp < until, RelocationPublicityOver(file, until, block.timestamp));
        (uint8 walletClass, , , ) = MONEY.walletOf(msg.sender);
        require(walletClass != 0, RelocationObjectorUnknown(file, msg.sender));
        _requireHash(file, evidence);
        _moveObjection(file, state.round, msg.sender, ObjectionStatus.None, ObjectionStatus.Open);
        _files[file].objections = state.objections + 1;
        emit ObjectionRaised(file, state.round, msg.sender, evidence);
    }

    /// @inheritdoc IRelocation
    function decideObjection(
        RelocationProject calldata rules,
        bytes32 file,
        address objector,
        bool upheld,
        bytes32 reason
    ) external {
        _requireFile(rules, file);
        RelocationFile memory state = _requireStatus(file, RelocationStatus.Agreed);
        _requireCaller(file, rules.reviewer);
        ObjectionStatus decided = upheld ? ObjectionStatus.Upheld : ObjectionStatus.Dismissed;
        _moveObjection(file, state.round, objector, ObjectionStatus.Open, decided);
        emit ObjectionDecided(file, state.round, objector, upheld, reason);
        if (upheld) _fall(file, state);
        else _files[file].objections = state.objections - 1;
    }

    // ----------------------------------------------------------------- approval

    /// @inheritdoc IRelocation
    function approveFiles(RelocationProject calldata rules, bytes32[] calldata files) external {
        _requirePage(files.length);
        for (uint256 i = 0; i < files.length; ++i) _approve(rules, files[i]);
    }

    /// @inheritdoc IRelocation
    function rejectFile(RelocationProject calldata rules, bytes32 file, bytes32 reason) external {
        _requireFile(rules, file);
        RelocationFile memory state = _requireStatus(file, RelocationStatus.Agreed);
        _requireCaller(file, rules.approvers[state.approvals]);
        emit AgreementRejected(file, state.round, msg.sender, reason);
        _fall(file, state);
    }

    // ------------------------------------------------------------------ payment

    /// @inheritdoc IRelocation
    function payNext(
        RelocationProject calldata rules,
        Hold calldata fund,
        uint256 size
    ) external returns (uint256 handled) {
        _requirePage(size);
        bytes32 project = projectId(rules);
        RelocationProjectState memory state = _projects[project];
        uint256 remaining = _requireFund(project, rules.authority, fund);
        (bytes32[] memory files, uint256[] memory entries) = _nextPage(project, state, remaining, size);
        handled = files.length;

        // effects before the currency is called; skipped files are corrected afterwards, when nothing else can run
        uint256 total;
        for (uint256 i = 0; i < handled; ++i) {
            _files[files[i]].status = RelocationStatus.Paid;
            total += uint96(entries[i]);
        }
        state.cursor += uint32(handled);
        state.paid += uint64(total);
        _projects[project] = state;
        (uint256 captured, uint256[] memory skipped) = MONEY.captureHoldToMany(fund, entries);
        if (skipped.length != 0) {
            for (uint256 s = 0; s < skipped.length; ++s) {
                _files[files[skipped[s]]].status = RelocationStatus.Parked;
            }
            _projects[project].paid = state.paid - uint64(total - captured);
        }
        _announce(files, entries, skipped);
    }

    /// @inheritdoc IRelocation
    function payParked(RelocationProject calldata rules, Hold calldata fund, bytes32 file) external {
        bytes32 project = _requireFile(rules, file);
        RelocationFile memory state = _requireStatus(file, RelocationStatus.Parked);
        _requireFund(project, rules.authority, fund);
        _files[file].status = RelocationStatus.Paid;
        _projects[project].paid += state.amount;
        address household = _parties[file].household;
        emit RelocationPaid(file, household, state.amount);
        MONEY.captureHold(fund, household, state.amount);
    }

    /// @inheritdoc IRelocation
    function releaseFund(RelocationProject calldata rules, Hold calldata fund) external returns (uint256 released) {
        bytes32 project = _requireAuthority(rules);
        RelocationProjectState memory state = _projects[project];
        require(state.approved == state.paid, RelocationFundOwed(project, state.approved - state.paid));
        _requireFund(project, rules.authority, fund);
        released = MONEY.releaseHold(fund);
        emit RelocationFundReleased(project, released);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IRelocation
    function projectId(RelocationProject calldata rules) public pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    PROJECT_TYPEHASH,
                    rules.authority,
                    rules.surveyor,
                    rules.reviewer,
                    rules.budget,
                    rules.publicity,
                    rules.review,
                    keccak256(abi.encodePacked(rules.approvers)),
                    rules.salt
                )
            );
    }

    /// @inheritdoc IRelocation
    function fileId(address authority, bytes32 entitlement) public pure returns (bytes32) {
        return keccak256(abi.encode(authority, entitlement));
    }

    /// @inheritdoc IRelocation
    function agreementId(RelocationAgreement calldata terms) public view returns (bytes32) {
        bytes32 compensation = keccak256(abi.encode(COMPENSATION_TYPEHASH, terms.compensation));
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        AGREEMENT_TYPEHASH,
                        terms.file,
                        terms.round,
                        terms.household,
                        terms.survey,
                        terms.formula,
                        compensation,
                        terms.document,
                        terms.notAfter
                    )
                )
            );
    }

    /// @inheritdoc IRelocation
    function projectStateOf(bytes32 project) external view returns (RelocationProjectState memory) {
        return _projects[project];
    }

    /// @inheritdoc IRelocation
    function formulaOf(bytes32 project, uint256 version) external view returns (bytes32) {
        return _formulas[project][version];
    }

    /// @inheritdoc IRelocation
    function fileStateOf(bytes32 file) external view returns (RelocationFile memory) {
        return _files[file];
    }

    /// @inheritdoc IRelocation
    function partiesOf(bytes32 file) external view returns (bytes32 project, address household, bytes32 survey) {
        Parties storage parties = _parties[file];
        return (parties.project, parties.household, parties.survey);
    }

    /// @inheritdoc IRelocation
    function archiveOf(bytes32 file, uint256 version) external view returns (bytes32) {
        return _archives[file][version];
    }

    /// @inheritdoc IRelocation
    function payableAt(bytes32 project, uint256 position) external view returns (bytes32) {
        return _payable[project][position];
    }

    /// @inheritdoc IRelocation
    function objectionOf(bytes32 file, uint256 round, address objector) external view returns (ObjectionStatus) {
        return _objections[file][round][objector];
    }

    // ---------------------------------------------------------------- internals

    function _append(bytes32 file, uint16 version, bytes32 archive) private {
        _requireHash(file, archive);
        uint256 expected = uint256(_files[file].archives) + 1;
        require(version == expected, RelocationVersionInvalid(file, version, expected));
        _files[file].archives = version;
        _archives[file][version] = archive;
        emit ArchiveAppended(file, version, archive);
    }

    /// @dev The one place that ends an agreement. The next has another round, which no signature of this one fits.
    function _fall(bytes32 file, RelocationFile memory state) private {
        state.status = RelocationStatus.Surveyed;
        ++state.round;
        (state.approvals, state.objections, state.agreedAt, state.amount) = (0, 0, 0, 0);
        _files[file] = state;
        delete _parties[file].household;
    }

    function _moveObjection(
        bytes32 file,
        uint256 round,
        address objector,
        ObjectionStatus needed,
        ObjectionStatus next
    ) private {
        ObjectionStatus status = _objections[file][round][objector];
        require(status == needed, RelocationObjectionInvalid(file, objector, status));
        _objections[file][round][objector] = next;
    }

    function _approve(RelocationProject calldata rules, bytes32 file) private {
        bytes32 project = _requireFile(rules, file);
        RelocationFile memory state = _requireStatus(file, RelocationStatus.Agreed);
        uint256 until = _publicUntil(rules, state);
        if (state.objections != 0) until += rules.review;
        require(block.timestamp >= until, RelocationPublicityRunning(file, until, block.timestamp));
        _requireCaller(file, rules.approvers[state.approvals]);

        emit RelocationApproved(file, msg.sender, state.approvals);
        ++state.approvals;
        if (state.approvals == rules.approvers.length) {
            state.status = RelocationStatus.Approved;
            _grant(project, rules.budget, file, state.amount);
        }
        _files[file] = state;
    }

    /// @dev The one place that makes a sum owed.
    function _grant(bytes32 project, uint256 budget, bytes32 file, uint64 amount) private {
        RelocationProjectState memory state = _projects[project];
        uint256 approved = uint256(state.approved) + amount;
        require(approved <= budget, RelocationBudgetExceeded(project, approved, budget));
        emit RelocationGranted(file, project, amount, state.payable_);
        _payable[project][state.payable_] = file;
        state.approved = uint64(approved);
        ++state.payable_;
        _projects[project] = state;
    }

    /// @dev Files from the cursor on, as far as `remaining` covers them.
    function _nextPage(
        bytes32 project,
        RelocationProjectState memory state,
        uint256 remaining,
        uint256 size
    ) private view returns (bytes32[] memory files, uint256[] memory entries) {
        uint256 left = state.payable_ - state.cursor;
        require(left != 0, RelocationNothingPayable(project, state.cursor));
        if (size > left) size = left;
        (files, entries) = (new bytes32[](size), new uint256[](size));
        uint256 count;
        for (; count < size; ++count) {
            bytes32 file = _payable[project][state.cursor + count];
            uint256 amount = _files[file].amount;
            if (amount > remaining) {
                require(count != 0, RelocationFundExhausted(project, remaining, amount));
                break;
            }
            remaining -= amount;
            files[count] = file;
            entries[count] = (uint256(uint160(_parties[file].household)) << ENTRY_ADDRESS_SHIFT) | amount;
        }
        assembly ("memory-safe") {
            // no more than were allocated
            mstore(files, count)
            mstore(entries, count)
        }
    }

    function _announce(bytes32[] memory files, uint256[] memory entries, uint256[] memory skipped) private {
        uint256 s;
        for (uint256 i = 0; i < files.length; ++i) {
            address household = address(uint160(entries[i] >> ENTRY_ADDRESS_SHIFT));
            if (s < skipped.length && skipped[s] == i) {
                ++s;
                emit RelocationParked(files[i], household, uint96(entries[i]));
            } else {
                emit RelocationPaid(files[i], household, uint96(entries[i]));
            }
        }
    }

    function _publicUntil(
        RelocationProject calldata rules,
        RelocationFile memory state
    ) private pure returns (uint256) {
        return uint256(state.agreedAt) + rules.publicity;
    }

    /// @dev What rules have to be, whoever opens the project.
    function _isSound(RelocationProject calldata rules) private pure returns (bool) {
        address[] calldata approvers = rules.approvers;
        if (approvers.length == 0 || approvers.length > MAXIMUM_LEVELS) return false;
        for (uint256 i = 0; i < approvers.length; ++i) {
            if (approvers[i] == address(0) || _isOffice(rules, approvers[i])) return false;
            for (uint256 j = 0; j < i; ++j) if (approvers[i] == approvers[j]) return false;
        }
        return
            rules.budget != 0 &&
            rules.publicity >= MINIMUM_PUBLICITY &&
            rules.review != 0 &&
            rules.surveyor != address(0) &&
            rules.reviewer != address(0) &&
            rules.surveyor != rules.authority &&
            rules.reviewer != rules.authority;
    }

    function _isOffice(RelocationProject calldata rules, address account) private pure returns (bool) {
        return account == rules.authority || account == rules.surveyor || account == rules.reviewer;
    }

    // ------------------------------------------------------------------- checks

    function _requireAuthority(RelocationProject calldata rules) private view returns (bytes32 project) {
        project = projectId(rules);
        _requireCaller(project, rules.authority);
        require(_projects[project].opened, RelocationProjectUnknown(project));
    }

    /// @dev A file's project is on record, or it would have no file.
    function _requireFile(RelocationProject calldata rules, bytes32 file) private view returns (bytes32 project) {
        project = projectId(rules);
        require(_parties[file].project == project, RelocationFileForeign(file, project));
    }

    function _requireStatus(bytes32 file, RelocationStatus needed) private view returns (RelocationFile memory state) {
        state = _files[file];
        require(state.status == needed, RelocationStatusInvalid(file, state.status));
    }

    /// @dev Whether the agreement is about what is in force, and may still be put on record.
    function _requireCurrent(bytes32 project, RelocationAgreement calldata terms, uint256 round) private view {
        bytes32 file = terms.file;
        (bytes32 survey, bytes32 formula) = (_parties[file].survey, _formulas[project][_projects[project].formulas]);
        require(
            terms.round == round && terms.survey == survey && terms.formula == formula && formula != 0,
            RelocationAgreementStale(file, round, survey, formula)
        );
        require(block.timestamp <= terms.notAfter, RelocationAgreementExpired(file, terms.notAfter, block.timestamp));
        _requireHash(file, terms.document);
    }

    function _requireAmount(bytes32 file, Compensation calldata heads) private pure returns (uint64) {
        uint256 amount = uint256(heads.property) + heads.resettlement + heads.business + heads.reward;
        require(amount != 0 && amount <= type(uint64).max, RelocationAmountInvalid(file, amount));
        return uint64(amount);
    }

    /// @dev Nobody who decides about a file is paid by it.
    function _requireOutsider(bytes32 file, RelocationProject calldata rules, address household) private pure {
        bool inside = household == address(0) || _isOffice(rules, household);
        for (uint256 i = 0; i < rules.approvers.length && !inside; ++i) inside = rules.approvers[i] == household;
        require(!inside, RelocationHouseholdInvalid(file, household));
    }

    function _requireFund(
        bytes32 project,
        address authority,
        Hold calldata fund
    ) private view returns (uint256 remaining) {
        bytes32 id = MONEY.holdId(fund);
        require(
            _projects[project].opened &&
                fund.payer == authority &&
                fund.payee == address(0) &&
                fund.executor == address(this) &&
                fund.businessRef == project,
            RelocationFundInvalid(project, id)
        );
        (remaining, ) = MONEY.holdState(id);
    }

    function _requireSigned(bytes32 subject, address signer, bytes calldata signature) private view {
        require(
            msg.sender == signer || Signatures.isValid(signer, subject, signature),
            RelocationSignatureInvalid(subject, signer)
        );
    }

    function _requireCaller(bytes32 subject, address expected) private view {
        require(msg.sender == expected, RelocationCallerInvalid(subject, msg.sender, expected));
    }

    function _requireHash(bytes32 subject, bytes32 hash) private pure {
        require(hash != 0, RelocationHashMissing(subject));
    }

    function _requirePage(uint256 size) private pure {
        require(size != 0 && size <= MAXIMUM_PAGE, RelocationPageInvalid(size, MAXIMUM_PAGE));
    }
}
