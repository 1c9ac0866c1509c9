// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {
    Claim,
    DocumentKind,
    IReceivableRegistry,
    Receivable,
    ReceivableStatus,
    ReceivableVerdict,
    TradeConsent
} from "./IReceivableRegistry.sol";

/// @title ReceivableRegistry
/// @notice See {IReceivableRegistry}.
/// @dev A status is not stored: it follows from what is, so the two cannot disagree.
contract ReceivableRegistry is IReceivableRegistry, AccessManaged, EIP712 {
    struct Grant {
        uint8 scope;
        uint48 notAfter;
    }

    bytes32 private constant CONSENT_TYPEHASH = keccak256(
        "TradeConsent(address exporter,uint16 bank,bytes32 key,uint8 scope,uint48 notAfter,bytes32 nonce)"
    );
    bytes32 private constant VERDICT_TYPEHASH = keccak256(
        "ReceivableVerdict(bytes32 key,uint8 kind,bytes32 documents,bool verified,address exporter,address debtor,"
        "address currency,uint64 value,uint48 dueDate,uint48 notAfter,bytes32 underlying)"
    );
    bytes32 private constant CONFIRMATION_TYPEHASH = keccak256(
        "DebtorConfirmation(bytes32 key,address debtor,address currency,uint64 value,uint48 dueDate)"
    );
    uint256 private constant WHOLE = 10_000;
    uint8 private constant VERIFY = 1;
    uint8 private constant FINANCE = 2;

    /// @inheritdoc IReceivableRegistry
    address public immutable INSTITUTIONS;

    /// @inheritdoc IReceivableRegistry
    uint256 public claims;
    /// @inheritdoc IReceivableRegistry
    address public financeContract;

    mapping(address currency => bool) private _currencies;
    mapping(DocumentKind kind => address) private _attestors;
    mapping(DocumentKind kind => uint256) private _advanceRates;
    mapping(bytes32 id => bool) private _consentsUsed;
    mapping(address exporter => mapping(uint16 bank => mapping(bytes32 key => Grant))) private _grants;
    mapping(bytes32 key => Receivable) private _receivables;
    mapping(uint256 claim => Claim) private _claims;

    /// @param institutions The banks'.
    /// @param authority_ Names attestors and rates.
    /// @param currencies What receivables may be in.
    constructor(
        IInstitutionRegistry institutions,
        address authority_,
        address[] memory currencies
    ) AccessManaged(authority_) EIP712("ReceivableRegistry", "1") {
        require(
            address(institutions).code.length != 0 && authority_.code.length != 0 && currencies.length != 0,
            RegistrySetupInvalid()
        );
        INSTITUTIONS = address(institutions);
        for (uint256 i = 0; i < currencies.length; ++i) {
            require(currencies[i].code.length != 0, RegistrySetupInvalid());
            _currencies[currencies[i]] = true;
        }
    }

    modifier onlyFinance() {
        require(msg.sender == financeContract, RegistryCallerInvalid(msg.sender, financeContract));
        _;
    }

    modifier onlyKind(DocumentKind kind) {
        require(kind != DocumentKind.None, ReceivableKindInvalid(0, kind));
        _;
    }

    // ------------------------------------------------------------------ consent

    /// @inheritdoc IReceivableRegistry
    function giveConsent(TradeConsent calldata consent, bytes calldata signature) external returns (bytes32 id) {
        id = consentId(consent);
        (address exporter, uint8 scope) = (consent.exporter, consent.scope);
        require(
            scope != 0 && scope <= (VERIFY | FINANCE) && block.timestamp <= consent.notAfter,
            ReceivableConsentInvalid(id, scope, consent.notAfter)
        );
        require(!_consentsUsed[id], ReceivableConsentUsed(id));
        require(
            msg.sender == exporter || Signatures.isValid(exporter, id, signature),
            ReceivableConsentSignatureInvalid(id, exporter)
        );
        _consentsUsed[id] = true;
        _grants[exporter][consent.bank][consent.key] = Grant(scope, consent.notAfter);
        emit ConsentGiven(id, exporter, consent.bank, consent.key, scope, consent.notAfter);
    }

    /// @inheritdoc IReceivableRegistry
    function revokeConsent(TradeConsent calldata consent) external returns (bytes32 id) {
        id = consentId(consent);
        address exporter = consent.exporter;
        require(msg.sender == exporter, ReceivableConsentCallerInvalid(id, msg.sender, exporter));
        _consentsUsed[id] = true;
        delete _grants[exporter][consent.bank][consent.key];
        emit ConsentRevoked(id, exporter, consent.bank, consent.key);
    }

    // ---------------------------------------------------------------- documents

    /// @inheritdoc IReceivableRegistry
    function submit(bytes32 key, DocumentKind kind, address exporter, bytes32 documents) external {
        uint16 bank = IInstitutionRegistry(INSTITUTIONS).requireActive(msg.sender);
        require(_attestors[kind] != address(0), ReceivableKindInvalid(key, kind));
        _requireConsent(exporter, bank, key, VERIFY);
        Receivable storage record = _receivables[key];
        require(record.kind == DocumentKind.None, ReceivableAlreadyRegistered(key, record.submittedBy));
        (record.kind, record.submittedBy, record.documents) = (kind, bank, documents);
        emit ReceivableSubmitted(key, bank, kind, documents);
    }

    /// @inheritdoc IReceivableRegistry
    function recordVerdict(ReceivableVerdict calldata verdict, bytes calldata signature) external {
        bytes32 key = verdict.key;
        Receivable storage record = _receivables[key];
        ReceivableStatus status = _status(record);
        require(
            status == ReceivableStatus.Issued || status == ReceivableStatus.Disputed || _isRunning(status),
            ReceivableStatusInvalid(key, status)
        );
        require(verdict.kind == record.kind && verdict.documents == record.documents, ReceivableVerdictInvalid(key));
        address attestor = _attestors[record.kind];
        require(
            Signatures.isValid(attestor, verdictId(verdict), signature),
            ReceivableVerdictSignatureInvalid(key, attestor)
        );
        require(!record.failed, ReceivableStatusInvalid(key, ReceivableStatus.Failed));
        if (!verdict.verified) {
            record.failed = true;
            emit ReceivableFailed(key, attestor);
            return;
        }
        uint256 notAfter = verdict.notAfter;
        require(block.timestamp <= notAfter, ReceivableVerdictExpired(key, notAfter, block.timestamp));
        if (record.terms != 0) _renew(key, record, verdict);
        else if (verdict.underlying != 0) _link(key, record, verdict.underlying);
        else _verify(key, record, verdict);
    }

    // ------------------------------------------------------------------- debtor

    /// @inheritdoc IReceivableRegistry
    function confirm(bytes32 key, bytes calldata signature) external {
        Receivable storage record = _requireRunning(key);
        require(!record.confirmed, ReceivableAlreadyConfirmed(key));
        address debtor = record.debtor;
        require(
            msg.sender == debtor || Signatures.isValid(debtor, confirmationId(key), signature),
            ReceivableConfirmationInvalid(key, debtor)
        );
        record.confirmed = true;
        emit ReceivableConfirmed(key, debtor);
    }

    /// @inheritdoc IReceivableRegistry
    function dispute(bytes32 key, bytes32 evidence) external {
        _requireDebtor(key);
        Receivable storage record = _requireRunning(key);
        require(!record.confirmed, ReceivableAlreadyConfirmed(key));
        record.disputed = true;
        emit ReceivableDisputed(key, msg.sender, evidence);
    }

    /// @inheritdoc IReceivableRegistry
    function withdrawDispute(bytes32 key) external {
        _requireDebtor(key);
        Receivable storage record = _receivables[key];
        ReceivableStatus status = _status(record);
        require(status == ReceivableStatus.Disputed, ReceivableStatusInvalid(key, status));
        record.disputed = false;
        emit DisputeWithdrawn(key, msg.sender);
    }

    // ------------------------------------------------------------------- claims

    /// @inheritdoc IReceivableRegistry
    function assign(uint256 claim, address to) external {
        Claim storage entry = _requireFree(claim, msg.sender);
        require(to != address(0) && to != msg.sender, ClaimAssignmentInvalid(claim, to));
        entry.owner = to;
        emit ClaimAssigned(claim, msg.sender, to);
    }

    /// @inheritdoc IReceivableRegistry
    function split(uint256 claim, uint64 amount) external returns (uint256 part) {
        Claim storage entry = _requireFree(claim, msg.sender);
        require(amount != 0 && amount < entry.amount, ClaimAmountInvalid(claim, amount, entry.amount));
        return _split(claim, entry, amount);
    }

    /// @inheritdoc IReceivableRegistry
    function merge(uint256 into, uint256 from) external {
        Claim storage target = _requireFree(into, msg.sender);
        Claim storage source = _requireFree(from, msg.sender);
        require(into != from && target.key == source.key, ClaimMergeInvalid(into, from));
        uint64 amount = source.amount;
        source.amount = 0;
        target.amount += amount;
        emit ClaimsMerged(into, from, amount);
    }

    // --------------------------------------------------------------- governance

    /// @inheritdoc IReceivableRegistry
    function setAttestor(DocumentKind kind, address attestor) external restricted onlyKind(kind) {
        address previous = _attestors[kind];
        if (previous == attestor) return;
        _attestors[kind] = attestor;
        emit AttestorSet(kind, previous, attestor);
    }

    /// @inheritdoc IReceivableRegistry
    function setAdvanceRate(DocumentKind kind, uint16 rate) external restricted onlyKind(kind) {
        require(rate <= WHOLE, ReceivableAdvanceRateInvalid(kind, rate));
        emit AdvanceRateSet(kind, _advanceRates[kind], rate);
        _advanceRates[kind] = rate;
    }

    /// @inheritdoc IReceivableRegistry
    function appointFinance(address finance) external restricted {
        // another one would not know what is outstanding
        require(
            financeContract == address(0) && finance.code.length != 0,
            RegistryFinanceInvalid(finance, financeContract)
        );
        financeContract = finance;
        emit FinanceAppointed(finance);
    }

    // ------------------------------------------------------------------ finance

    /// @inheritdoc IReceivableRegistry
    function pledge(
        uint256 claim,
        address owner,
        bytes32 finance,
        uint16 bank,
        uint64 face,
        uint64 principal,
        bool recourse
    ) external onlyFinance returns (uint256 pledged) {
        Claim storage entry = _requireFree(claim, owner);
        bytes32 key = entry.key;
        requireFinanceable(key);
        Receivable storage record = _receivables[key];
        require(face != 0 && face <= entry.amount, ClaimAmountInvalid(claim, face, entry.amount));
        _requireConsent(owner, bank, key, FINANCE);
        // a bank that cannot go back to the exporter has to have the debtor's word
        require(recourse || record.confirmed, ReceivableConfirmationMissing(key));
        uint256 limit = (uint256(face) * record.ceiling) / record.value;
        require(principal <= limit, ClaimAdvanceExceeded(claim, principal, limit));
        uint256 remaining = _remaining(record);
        require(principal <= remaining, ReceivableRemainingExceeded(key, principal, remaining));

        record.outstanding += principal;
        pledged = face == entry.amount ? claim : _split(claim, entry, face);
        _claims[pledged].finance = finance;
        emit ClaimPledged(pledged, finance, bank, principal);
    }

    /// @inheritdoc IReceivableRegistry
    function release(uint256 claim, uint64 principal) external onlyFinance {
        Claim storage entry = _claims[claim];
        _receivables[entry.key].outstanding -= principal;
        emit ClaimReleased(claim, entry.finance);
        entry.finance = 0;
    }

    /// @inheritdoc IReceivableRegistry
    function reduce(uint256 claim, uint64 principal, uint64 proceeds) external onlyFinance {
        Claim storage entry = _claims[claim];
        require(proceeds <= entry.amount, ClaimAmountInvalid(claim, proceeds, entry.amount));
        Receivable storage record = _receivables[entry.key];
        record.outstanding -= principal;
        record.collected += proceeds;
        entry.amount -= proceeds;
        emit ClaimReduced(claim, entry.finance, principal, proceeds);
    }

    /// @inheritdoc IReceivableRegistry
    function forfeit(uint256 claim, address to, uint64 principal) external onlyFinance {
        Claim storage entry = _claims[claim];
        Receivable storage record = _receivables[entry.key];
        record.outstanding -= principal;
        record.defaulted = true;
        emit ClaimForfeited(claim, entry.finance, to, principal);
        (entry.owner, entry.finance) = (to, 0);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IReceivableRegistry
    function requireFinanceable(bytes32 key) public view {
        Receivable storage record = _requireRunning(key);
        require(!record.failed, ReceivableStatusInvalid(key, ReceivableStatus.Failed));
        require(
            block.timestamp <= record.verifiedUntil,
            ReceivableVerdictExpired(key, record.verifiedUntil, block.timestamp)
        );
    }

    /// @inheritdoc IReceivableRegistry
    function remainingOf(bytes32 key) external view returns (uint256) {
        Receivable storage record = _receivables[key];
        bool open = _isRunning(_status(record)) && !record.failed && block.timestamp <= record.verifiedUntil;
        return open ? _remaining(record) : 0;
    }

    /// @inheritdoc IReceivableRegistry
    function statusOf(bytes32 key) external view returns (ReceivableStatus) {
        return _status(_receivables[key]);
    }

    /// @inheritdoc IReceivableRegistry
    function receivableOf(bytes32 key) external view returns (Receivable memory) {
        return _receivables[key];
    }

    /// @inheritdoc IReceivableRegistry
    function claimOf(uint256 claim) external view returns (Claim memory) {
        return _claims[claim];
    }

    /// @inheritdoc IReceivableRegistry
    function consentOf(address exporter, uint16 bank, bytes32 key) public view returns (uint8 scope) {
        Grant memory one = _grants[exporter][bank][key];
        Grant memory all = _grants[exporter][bank][0];
        if (block.timestamp <= one.notAfter) scope = one.scope;
        if (block.timestamp <= all.notAfter) scope |= all.scope;
    }

    /// @inheritdoc IReceivableRegistry
    function attestorOf(DocumentKind kind) external view returns (address) {
        return _attestors[kind];
    }

    /// @inheritdoc IReceivableRegistry
    function advanceRateOf(DocumentKind kind) external view returns (uint256) {
        return _advanceRates[kind];
    }

    /// @inheritdoc IReceivableRegistry
    function isCurrency(address currency) external view returns (bool) {
        return _currencies[currency];
    }

    /// @inheritdoc IReceivableRegistry
    function consentId(TradeConsent calldata consent) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(CONSENT_TYPEHASH, consent)));
    }

    /// @inheritdoc IReceivableRegistry
    function verdictId(ReceivableVerdict calldata verdict) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(VERDICT_TYPEHASH, verdict)));
    }

    /// @inheritdoc IReceivableRegistry
    function confirmationId(bytes32 key) public view returns (bytes32) {
        Receivable storage record = _receivables[key];
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(CONFIRMATION_TYPEHASH, key, record.debtor, record.currency, record.value, record.dueDate)
                )
            );
    }

    // ------------------------------------------------------- internals: verdicts

    function _verify(bytes32 key, Receivable storage record, ReceivableVerdict calldata verdict) private {
        require(
            verdict.value != 0 &&
                verdict.exporter != address(0) &&
                verdict.exporter != verdict.debtor &&
                _currencies[verdict.currency],
            ReceivableVerdictInvalid(key)
        );
        uint64 value = verdict.value;
        uint64 ceiling = uint64((uint256(value) * _advanceRates[record.kind]) / WHOLE);
        (record.value, record.ceiling, record.currency, record.debtor) = (
            value,
            ceiling,
            verdict.currency,
            verdict.debtor
        );
        (record.dueDate, record.verifiedUntil, record.terms) = (verdict.dueDate, verdict.notAfter, _termsOf(verdict));
        uint256 claim = _mint(Claim(key, verdict.exporter, value, 0));
        emit ReceivableVerified(key, verdict.currency, claim, value, ceiling, verdict.notAfter);
    }

    function _renew(bytes32 key, Receivable storage record, ReceivableVerdict calldata verdict) private {
        require(_termsOf(verdict) == record.terms, ReceivableVerdictInvalid(key));
        uint256 recorded = record.verifiedUntil;
        require(verdict.notAfter > recorded, ReceivableVerdictStale(key, verdict.notAfter, recorded));
        record.verifiedUntil = verdict.notAfter;
        emit VerdictRenewed(key, verdict.notAfter);
    }

    function _link(bytes32 key, Receivable storage record, bytes32 underlying) private {
        Receivable storage other = _receivables[underlying];
        // never to itself, and never in a chain: what is financed is one step away
        require(
            underlying != key && other.kind != DocumentKind.None && other.underlying == 0,
            ReceivableVerdictInvalid(key)
        );
        record.underlying = underlying;
        emit ReceivableLinked(key, underlying);
    }

    /// @dev What a later verdict has to repeat.
    function _termsOf(ReceivableVerdict calldata verdict) private pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    verdict.exporter,
                    verdict.debtor,
                    verdict.currency,
                    verdict.value,
                    verdict.dueDate,
                    verdict.underlying
                )
            );
    }

    // --------------------------------------------------------- internals: claims

    function _mint(Claim memory entry) private returns (uint256 claim) {
        claim = ++claims;
        _claims[claim] = entry;
    }

    function _split(uint256 claim, Claim storage entry, uint64 amount) private returns (uint256 part) {
        entry.amount -= amount;
        part = _mint(Claim(entry.key, entry.owner, amount, 0));
        emit ClaimSplit(claim, part, amount);
    }

    function _requireFree(uint256 claim, address account) private view returns (Claim storage entry) {
        entry = _claims[claim];
        require(entry.owner == account, ClaimOwnerInvalid(claim, account, entry.owner));
        require(entry.finance == 0, ClaimAlreadyPledged(claim, entry.finance));
    }

    // --------------------------------------------------------- internals: status

    function _status(Receivable storage record) private view returns (ReceivableStatus) {
        if (record.kind == DocumentKind.None) return ReceivableStatus.None;
        if (record.underlying != 0) return ReceivableStatus.Linked;
        (uint256 value, uint256 collected) = (record.value, record.collected);
        if (value != 0 && collected == value) return ReceivableStatus.Closed;
        if (record.defaulted) return ReceivableStatus.Defaulted;
        if (record.failed && record.outstanding == 0) return ReceivableStatus.Failed;
        if (record.disputed) return ReceivableStatus.Disputed;
        if (value == 0) return ReceivableStatus.Issued;
        if (collected != 0) return ReceivableStatus.PartlyRepaid;
        return record.outstanding == 0 ? ReceivableStatus.Confirmed : ReceivableStatus.Financed;
    }

    function _isRunning(ReceivableStatus status) private pure returns (bool) {
        return
            status == ReceivableStatus.Confirmed ||
            status == ReceivableStatus.Financed ||
            status == ReceivableStatus.PartlyRepaid;
    }

    function _remaining(Receivable storage record) private view returns (uint256) {
        uint256 used = uint256(record.outstanding) + record.collected;
        return used < record.ceiling ? record.ceiling - used : 0;
    }

    // --------------------------------------------------------- internals: checks

    function _requireRunning(bytes32 key) private view returns (Receivable storage record) {
        record = _receivables[key];
        ReceivableStatus status = _status(record);
        require(_isRunning(status), ReceivableStatusInvalid(key, status));
    }

    function _requireDebtor(bytes32 key) private view {
        address debtor = _receivables[key].debtor;
        require(msg.sender == debtor, ReceivableCallerInvalid(key, msg.sender, debtor));
    }

    function _requireConsent(address exporter, uint16 bank, bytes32 key, uint8 scope) private view {
        require(consentOf(exporter, bank, key) & scope != 0, ReceivableConsentMissing(key, exporter, bank, scope));
    }
}
