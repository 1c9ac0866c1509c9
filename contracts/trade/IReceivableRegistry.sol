// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a receivable is proven by. Each kind has an attestor and an advance rate of its own.
enum DocumentKind {
    None,
    CustomsDeclaration,
    InsurancePolicy,
    TaxFiling
}

/// @notice How far a receivable has come. Failed, Linked, Closed and Defaulted end its financing for good.
/// Issued: submitted, no verdict yet. Confirmed: verified. Financed: finance is reserved or outstanding and nothing has
/// been collected. PartlyRepaid: a part has been collected. Linked: the document proves another receivable.
enum ReceivableStatus {
    None,
    Issued,
    Failed,
    Linked,
    Confirmed,
    Financed,
    PartlyRepaid,
    Closed,
    Disputed,
    Defaulted
}

/// @notice An exporter's consent to one bank, as it signs it (EIP-712).
/// @param bank Institution number.
/// @param key One document, or zero: every document of the exporter.
/// @param scope Bits: 1 the bank may have documents verified; 2 it may finance against them.
/// @param notAfter Unix seconds, inclusive.
/// @param nonce Tells two equal consents apart; each is recorded once.
struct TradeConsent {
    address exporter;
    uint16 bank;
    bytes32 key;
    uint8 scope;
    uint48 notAfter;
    bytes32 nonce;
}

/// @notice What an attestor says of a document (EIP-712).
/// @param key Keyed hash of the document's number.
/// @param documents Hash of what the bank submitted with it.
/// @param verified False: FAILED, for good; then nothing below is looked at.
/// @param exporter To whom the debtor owes; the first owner of the claim.
/// @param debtor Account that may confirm or dispute; zero: nobody has one.
/// @param currency One of the registry's currencies; all amounts of the receivable are in it.
/// @param value Minor units.
/// @param dueDate Unix seconds.
/// @param notAfter Unix seconds, inclusive: last moment of new finance, until a later verdict.
/// @param underlying Zero, or another document's key: both prove one receivable, which is financed by that key alone.
struct ReceivableVerdict {
    bytes32 key;
    DocumentKind kind;
    bytes32 documents;
    bool verified;
    address exporter;
    address debtor;
    address currency;
    uint64 value;
    uint48 dueDate;
    uint48 notAfter;
    bytes32 underlying;
}

/// @notice What is known of a receivable. Amounts in minor units.
/// @param confirmed The debtor has promised to pay.
/// @param disputed The debtor disputes, whatever else is true.
/// @param failed An attestor has said FAILED.
/// @param defaulted A bank has written off finance.
/// @param submittedBy Number of the bank that submitted it.
/// @param verifiedUntil Unix seconds, inclusive; zero: no verdict.
/// @param ceiling Most finance at all banks: value × advance rate when it was verified, rounded down.
/// @param outstanding Finance reserved or paid out and not repaid, at all banks.
/// @param collected Proceeds that the debtor's payments have come to.
struct Receivable {
    DocumentKind kind;
    bool confirmed;
    bool disputed;
    bool failed;
    bool defaulted;
    uint16 submittedBy;
    uint48 verifiedUntil;
    uint48 dueDate;
    uint64 value;
    uint64 ceiling;
    uint64 outstanding;
    uint64 collected;
    address currency;
    address debtor;
    bytes32 documents;
    bytes32 underlying;
    bytes32 terms;
}

/// @notice A part of a receivable's face that has one owner and at most one pledge.
/// @param amount Minor units of face not collected yet; zero: over.
/// @param finance Id of the finance that it is pledged for; zero: free.
struct Claim {
    bytes32 key;
    address owner;
    uint64 amount;
    bytes32 finance;
}

/// @title IReceivableRegistry
/// @notice Export receivables of one platform: who may have which document verified, what it is worth, how much of that may
/// still be financed by all banks together, and who owns and pledges which part.
/// @dev Immutable. Amounts are minor units, times Unix seconds. Owns nothing and moves nothing.
///
/// **Key.** A document is registered once under a keyed hash of its number. The key of the hash is the attestors' secret, kept by
/// the verification service off chain; a bank that has the exporter's consent gives the number to the service and is
/// told the keyed hash. Without the secret nobody can try numbers against the chain; with it, one can.
///
/// **Verdict.** The attestor of the document's kind signs what the document is worth, for whom, and until when that may be relied
/// on. FAILED is for good. A later verdict renews the time and changes nothing else. The bank's submission says nothing
/// about exporter or value, so a bank that submits another's document gains nothing. Two documents of one receivable (a
/// declaration and the insurance policy on it) are linked by the attestor's word: one of them is financed.
///
/// **Remaining amount** over all banks: ceiling − finance reserved or outstanding at all banks − collected, never below
/// zero. It is all that a bank needs to know of other banks' business.
///
/// **Claims.** Face is divided into claims; all claims and what was collected come to the face, always. A free claim may be
/// split, merged, assigned; a pledged one waits for its bank. A part of a claim is split off when it is pledged, so two banks
/// may finance parts.
///
/// **Debtor.** Confirms by a signature over this one receivable, which no other can use, or disputes, as long as it has not
/// confirmed: nothing new is financed then, and what is paid goes on as agreed.
///
/// **What can be seen.** By everybody: keyed hashes, amounts, statuses, the accounts of exporters, debtors and banks, and
/// through the ledger's own payments who was paid by whom. By nobody: numbers, names, goods. So whoever reads the chain links an
/// account with the receivables that it had financed; a bank that was told a number by its own customer recognises that
/// customer's other finance on it. Another bank's customers it cannot name: accounts are pseudonyms, and numbers
/// cannot be tried. An exporter that wants its receivables apart uses an account for each.
///
/// Not protected: what an attestor signs; two documents of one shipment that no attestor links; an attestor's secret
/// that leaks; the dispute of a debtor that never withdraws it.
interface IReceivableRegistry {
    /// @notice A bank may do for the exporter what `scope` says, for one document (`key`) or all (zero).
    event ConsentGiven(
        bytes32 indexed id,
        address indexed exporter,
        uint16 indexed bank,
        bytes32 key,
        uint8 scope,
        uint48 notAfter
    );
    /// @notice No longer.
    event ConsentRevoked(bytes32 indexed id, address indexed exporter, uint16 indexed bank, bytes32 key);
    /// @notice A document was registered and waits for its verdict.
    event ReceivableSubmitted(bytes32 indexed key, uint16 indexed bank, DocumentKind kind, bytes32 documents);
    /// @notice The document is genuine; `claim` is the whole of its face.
    event ReceivableVerified(
        bytes32 indexed key,
        address indexed currency,
        uint256 claim,
        uint256 value,
        uint256 ceiling,
        uint256 notAfter
    );
    /// @notice The verdict holds for longer.
    event VerdictRenewed(bytes32 indexed key, uint256 notAfter);
    /// @notice The document is not what it was said to be; nothing is financed on it any more.
    event ReceivableFailed(bytes32 indexed key, address indexed attestor);
    /// @notice The document proves the same receivable as another one.
    event ReceivableLinked(bytes32 indexed key, bytes32 indexed underlying);
    /// @notice The debtor has promised to pay the face at the due date.
    event ReceivableConfirmed(bytes32 indexed key, address indexed debtor);
    /// @notice The debtor disputes that it owes.
    event ReceivableDisputed(bytes32 indexed key, address indexed debtor, bytes32 evidence);
    /// @notice It does no longer.
    event DisputeWithdrawn(bytes32 indexed key, address indexed debtor);
    /// @notice A claim has another owner.
    event ClaimAssigned(uint256 indexed claim, address indexed from, address indexed to);
    /// @notice `amount` of a claim's face is a claim of its own.
    event ClaimSplit(uint256 indexed claim, uint256 indexed part, uint256 amount);
    /// @notice `from` is a part of `into` now.
    event ClaimsMerged(uint256 indexed into, uint256 indexed from, uint256 amount);
    /// @notice A bank has reserved `principal` against a claim.
    event ClaimPledged(uint256 indexed claim, bytes32 indexed finance, uint16 indexed bank, uint256 principal);
    /// @notice The claim is its owner's alone again.
    event ClaimReleased(uint256 indexed claim, bytes32 indexed finance);
    /// @notice Finance was repaid by `principal`, and the debtor has paid `proceeds` of the claim's face.
    event ClaimReduced(uint256 indexed claim, bytes32 indexed finance, uint256 principal, uint256 proceeds);
    /// @notice The finance was written off; the claim is its bank's.
    event ClaimForfeited(uint256 indexed claim, bytes32 indexed finance, address indexed to, uint256 principal);
    /// @notice Who attests documents of a kind from now on.
    event AttestorSet(DocumentKind indexed kind, address indexed previous, address indexed current);
    /// @notice Which part of what is verified from now on may be financed, in basis points.
    event AdvanceRateSet(DocumentKind indexed kind, uint256 previous, uint256 current);
    /// @notice The contract that finances, for good.
    event FinanceAppointed(address indexed finance);

    /// @notice No authority, registry of institutions or currency.
    error RegistrySetupInvalid();
    /// @notice The scope names nothing or something unknown, or the time is over.
    error ReceivableConsentInvalid(bytes32 id, uint256 scope, uint256 notAfter);
    /// @notice The consent was recorded or revoked before.
    error ReceivableConsentUsed(bytes32 id);
    /// @notice The signature is not the exporter's.
    error ReceivableConsentSignatureInvalid(bytes32 id, address exporter);
    /// @notice Only the exporter revokes.
    error ReceivableConsentCallerInvalid(bytes32 id, address caller, address exporter);
    /// @notice The exporter has not agreed that this bank does this, or no longer.
    error ReceivableConsentMissing(bytes32 key, address exporter, uint16 bank, uint256 scope);
    /// @notice There is no such kind of document, or no attestor for it.
    error ReceivableKindInvalid(bytes32 key, DocumentKind kind);
    /// @notice The document was registered before, by `bank`.
    error ReceivableAlreadyRegistered(bytes32 key, uint16 bank);
    /// @notice The receivable is not at a step that allows this.
    error ReceivableStatusInvalid(bytes32 key, ReceivableStatus status);
    /// @notice The verdict is about something else, contradicts itself or the verdict before.
    error ReceivableVerdictInvalid(bytes32 key);
    /// @notice The verdict's time is over.
    error ReceivableVerdictExpired(bytes32 key, uint256 notAfter, uint256 time);
    /// @notice The verdict ends no later than the one on record.
    error ReceivableVerdictStale(bytes32 key, uint256 notAfter, uint256 recorded);
    /// @notice The signature is not the attestor's over this verdict.
    error ReceivableVerdictSignatureInvalid(bytes32 key, address attestor);
    /// @notice The signature is not the debtor's over this receivable.
    error ReceivableConfirmationInvalid(bytes32 key, address debtor);
    /// @notice The debtor has promised to pay.
    error ReceivableAlreadyConfirmed(bytes32 key);
    /// @notice The bank takes the debtor's risk, and the debtor has not promised to pay.
    error ReceivableConfirmationMissing(bytes32 key);
    /// @notice Only the debtor may do this.
    error ReceivableCallerInvalid(bytes32 key, address caller, address debtor);
    /// @notice Only the claim's owner may do this, or in its name.
    error ClaimOwnerInvalid(uint256 claim, address account, address owner);
    /// @notice The claim is pledged.
    error ClaimAlreadyPledged(uint256 claim, bytes32 finance);
    /// @notice No amount, or more than the claim has for this.
    error ClaimAmountInvalid(uint256 claim, uint256 amount, uint256 limit);
    /// @notice The claim cannot go to this account.
    error ClaimAssignmentInvalid(uint256 claim, address to);
    /// @notice The claims are of two receivables or owners, or one and the same.
    error ClaimMergeInvalid(uint256 into, uint256 from);
    /// @notice More than the claim's face allows.
    error ClaimAdvanceExceeded(uint256 claim, uint256 principal, uint256 limit);
    /// @notice More than may still be financed by all banks.
    error ReceivableRemainingExceeded(bytes32 key, uint256 principal, uint256 remaining);
    /// @notice More than ten thousand basis points.
    error ReceivableAdvanceRateInvalid(DocumentKind kind, uint256 rate);
    /// @notice Only the appointed contract may do this.
    error RegistryCallerInvalid(address caller, address finance);
    /// @notice A contract has been appointed, or this is none.
    error RegistryFinanceInvalid(address finance, address appointed);

    /// @notice Lets a bank have documents verified, or finance against them.
    /// @dev Caller: the exporter, or anyone with its signature (EIP-712; ECDSA or ERC-1271). Replaces what the bank had for the
    /// same key. Reverts with {ReceivableConsentInvalid}, {ReceivableConsentUsed}, {ReceivableConsentSignatureInvalid}.
    function giveConsent(TradeConsent calldata consent, bytes calldata signature) external returns (bytes32 id);

    /// @notice Withdraws a consent, recorded or only signed. Finance that is approved goes on.
    /// @dev Caller: the exporter, at any time, as often as it likes. Ends whatever the bank has for the same key. Reverts
    /// with {ReceivableConsentCallerInvalid}.
    function revokeConsent(TradeConsent calldata consent) external returns (bytes32 id);

    /// @notice Registers a document, to be verified.
    /// @dev Caller: an account of an active institution with the exporter's consent (scope 1). Reverts with the
    /// institutions' InstitutionUnknown and InstitutionNotActive, {ReceivableKindInvalid}, {ReceivableConsentMissing},
    /// {ReceivableAlreadyRegistered}.
    /// @param exporter Whose consent the bank has; not kept.
    /// @param documents Hash of contract, invoice and declaration as the bank has them.
    function submit(bytes32 key, DocumentKind kind, address exporter, bytes32 documents) external;

    /// @notice Records what the attestor says.
    /// @dev Caller: anyone. Reverts with {ReceivableStatusInvalid} (not registered, or over), {ReceivableVerdictInvalid},
    /// {ReceivableVerdictSignatureInvalid}, {ReceivableVerdictExpired}, {ReceivableVerdictStale}.
    function recordVerdict(ReceivableVerdict calldata verdict, bytes calldata signature) external;

    /// @notice The debtor promises to pay this receivable.
    /// @dev Caller: the debtor, or anyone with its signature over {confirmationId}. Reverts with
    /// {ReceivableStatusInvalid}, {ReceivableAlreadyConfirmed}, {ReceivableConfirmationInvalid}.
    function confirm(bytes32 key, bytes calldata signature) external;

    /// @notice The debtor disputes that it owes; nothing new is financed.
    /// @dev Caller: the debtor. Reverts with {ReceivableCallerInvalid}, {ReceivableStatusInvalid},
    /// {ReceivableAlreadyConfirmed}.
    /// @param evidence Hash of the reasons.
    function dispute(bytes32 key, bytes32 evidence) external;

    /// @notice The debtor no longer does.
    /// @dev Caller: the debtor. Reverts with {ReceivableCallerInvalid}, {ReceivableStatusInvalid}.
    function withdrawDispute(bytes32 key) external;

    /// @notice Gives a free claim to another owner.
    /// @dev Caller: its owner. Reverts with {ClaimOwnerInvalid}, {ClaimAlreadyPledged}, {ClaimAssignmentInvalid}.
    function assign(uint256 claim, address to) external;

    /// @notice Divides a free claim.
    /// @dev Caller: its owner. Reverts with {ClaimOwnerInvalid}, {ClaimAlreadyPledged}, {ClaimAmountInvalid} (nothing, or
    /// the whole).
    /// @return part The new claim.
    function split(uint256 claim, uint64 amount) external returns (uint256 part);

    /// @notice Makes one claim of two free ones of one receivable.
    /// @dev Caller: the owner of both. Reverts with {ClaimOwnerInvalid}, {ClaimAlreadyPledged}, {ClaimMergeInvalid}.
    function merge(uint256 into, uint256 from) external;

    /// @notice Names who attests documents of a kind; zero: nobody.
    /// @dev Caller: whom the authority lets. Reverts with {ReceivableKindInvalid}. The same again changes nothing.
    function setAttestor(DocumentKind kind, address attestor) external;

    /// @notice Sets which part of what is verified from now on may be financed.
    /// @dev Caller: whom the authority lets. Reverts with {ReceivableKindInvalid}, {ReceivableAdvanceRateInvalid}.
    /// @param rate Basis points.
    function setAdvanceRate(DocumentKind kind, uint16 rate) external;

    /// @notice Names the contract that finances, once and for good.
    /// @dev Caller: whom the authority lets. Reverts with {RegistryFinanceInvalid}.
    function appointFinance(address finance) external;

    /// @notice Reserves `principal` and pledges `face` of a claim for it.
    /// @dev Caller: the appointed contract. Reverts with {RegistryCallerInvalid}, {ClaimOwnerInvalid},
    /// {ClaimAlreadyPledged}, {ClaimAmountInvalid}, {ReceivableConsentMissing}, {ReceivableConfirmationMissing},
    /// {ClaimAdvanceExceeded}, {ReceivableRemainingExceeded}, and like {requireFinanceable}.
    /// @param recourse Whether the exporter pays if the debtor does not.
    /// @return pledged The claim itself, or the part of it.
    function pledge(
        uint256 claim,
        address owner,
        bytes32 finance,
        uint16 bank,
        uint64 face,
        uint64 principal,
        bool recourse
    ) external returns (uint256 pledged);

    /// @notice Ends a pledge, and gives back `principal` that was reserved and not paid out.
    /// @dev Caller: the appointed contract. Reverts with {RegistryCallerInvalid}.
    function release(uint256 claim, uint64 principal) external;

    /// @notice Finance was repaid by `principal`, and the debtor has paid `proceeds` of the face.
    /// @dev Caller: the appointed contract. Reverts with {RegistryCallerInvalid}, {ClaimAmountInvalid}.
    function reduce(uint256 claim, uint64 principal, uint64 proceeds) external;

    /// @notice Finance is written off; the claim goes to its bank.
    /// @dev Caller: the appointed contract. Reverts with {RegistryCallerInvalid}.
    function forfeit(uint256 claim, address to, uint64 principal) external;

    /// @notice Reverts if nothing new may be financed on the receivable now.
    /// @dev {ReceivableStatusInvalid} (not Confirmed, Financed or PartlyRepaid, or FAILED since),
    /// {ReceivableVerdictExpired}.
    function requireFinanceable(bytes32 key) external view;

    /// @notice What all banks together may still finance, minor units; zero while nothing new may be financed.
    function remainingOf(bytes32 key) external view returns (uint256);

    /// @notice How far the receivable has come.
    function statusOf(bytes32 key) external view returns (ReceivableStatus);

    /// @notice What is known of the receivable; zero of one that is not registered.
    function receivableOf(bytes32 key) external view returns (Receivable memory);

    /// @notice A claim; zero of one that never was.
    function claimOf(uint256 claim) external view returns (Claim memory);

    /// @notice How many claims there have been; they are numbered from 1.
    function claims() external view returns (uint256);

    /// @notice What the bank may do now for the exporter with this document, by either kind of consent.
    function consentOf(address exporter, uint16 bank, bytes32 key) external view returns (uint8 scope);

    /// @notice Who attests documents of the kind.
    function attestorOf(DocumentKind kind) external view returns (address);

    /// @notice Which part of the value may be financed, basis points.
    function advanceRateOf(DocumentKind kind) external view returns (uint256);

    /// @notice Whether receivables may be in this currency.
    function isCurrency(address currency) external view returns (bool);

    /// @notice The contract that finances; zero until it is appointed.
    function financeContract() external view returns (address);

    /// @notice Registry of the banks.
    function INSTITUTIONS() external view returns (address);

    /// @notice Id of a consent: its EIP-712 digest, which the exporter signs.
    function consentId(TradeConsent calldata consent) external view returns (bytes32);

    /// @notice Id of a verdict: its EIP-712 digest, which the attestor signs.
    function verdictId(ReceivableVerdict calldata verdict) external view returns (bytes32);

    /// @notice What the debtor of a registered receivable signs to confirm it: key, currency, face and due date.
    function confirmationId(bytes32 key) external view returns (bytes32);
}
