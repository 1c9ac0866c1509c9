// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice A payment from one bank to another on the shared ledger.
/// @param businessRef Reference of the payer, in the settlement engine's sense: each of its references ends once. A UETR
///   (ISO 20022) fits in the first 16 bytes.
/// @param currency A currency of the council.
/// @param payer Account of the bank that pays.
/// @param payee Account of the bank that is paid.
/// @param amount Minor units.
/// @param purpose Four letters of an ISO 20022 external purpose code.
/// @param dataHash keccak256 of the travel-rule data as it was sent: encrypted for those who may read it.
/// @param notAfter Unix seconds, inclusive.
struct BridgePayment {
    bytes32 businessRef;
    address currency;
    address payer;
    address payee;
    uint256 amount;
    bytes4 purpose;
    bytes32 dataHash;
    uint48 notAfter;
}

/// @notice What one of the two banks has found in its own checks of a payment.
/// @param approved Whether it lets the payment go on.
/// @param listVersion Hash or number of the sanctions list that it screened against.
/// @param validUntil Unix seconds, inclusive: how long the finding may be used.
/// @param signature The bank's account's (ECDSA or ERC-1271), over `Verdict(bytes32 payment,address bank,bool
///   approved,bytes32 listVersion,uint48 validUntil)` in this contract's EIP-712 domain.
struct Verdict {
    bool approved;
    bytes32 listVersion;
    uint48 validUntil;
    bytes signature;
}

/// @notice How far a payment has come. Settled and Refused are for ever.
enum PaymentStatus {
    Open,
    Settled,
    Refused
}

/// @title IBridgePayments
/// @notice Payments between banks on the shared ledger: settled when both banks have signed that their checks of exactly
/// this payment found nothing against it, and not otherwise.
/// @dev Immutable, without owner, never the owner of any value. A venue of the {IBridgeGate}, and the *agent* of payers
/// that have authorised it at the settlement engine (`authorizeAgent`) and gave the engine an allowance: what a payer
/// gives through it is what it calls for itself, and has signed an approval of.
///
/// **Order of events.** Payer and payee agree on the payment and exchange the travel-rule data off chain; each checks,
/// and signs its verdict; the payer calls {pay}. A refusal can be put on record by anyone ({refuse}). Both verdicts are
/// recorded before value moves, in the same transaction. There is no reversal: what is sent back is a new payment.
///
/// **Once.** A payment's id (its EIP-712 digest here) ends once; the payer's reference settles once in the engine,
/// whichever payment carries it.
///
/// **What is hidden, and what is not.** Names, addresses, documents and whatever else the travel-rule data says of
/// customers are in no calldata, state or event: only the hash of their ciphertext is. Only holders of the keys it was
/// encrypted for can read it (`sdk/bridge/travelRule.ts`: payer's and payee's bank, their central banks and the issuing
/// central bank); that somebody receives it at all is arranged off chain. **Visible** to whoever reads the ledger: the
/// banks' accounts (pseudonyms, that their registries resolve), currency, amount, purpose, time, the reference, the
/// versions of the lists, and that the verdicts were what they were. A reference must therefore say nothing about a
/// customer: random, as a UETR is.
/// Not protected: a bank that approves what it should not have; a ciphertext that was never sent, or decrypts to
/// something else than the banks checked (the payee's signature over its hash says that it has it).
interface IBridgePayments {
    /// @notice One of the banks has found for, or against, the payment.
    event VerdictRecorded(bytes32 indexed id, address indexed bank, bool approved, bytes32 listVersion);
    /// @notice The payment has settled, finally, as `instructionId` at the engine.
    event BridgePaymentSettled(
        bytes32 indexed id,
        address indexed currency,
        bytes32 indexed instructionId,
        bytes4 purpose,
        bytes32 dataHash
    );
    /// @notice The payment will never settle.
    event BridgePaymentRefused(bytes32 indexed id, address indexed currency, address indexed by);

    /// @notice Only the payer pays.
    error BridgePaymentCallerInvalid(bytes32 id, address caller, address payer);
    /// @notice The payment has been settled or refused.
    error BridgePaymentAlreadyEnded(bytes32 id, PaymentStatus status);
    /// @notice Payments name their travel-rule data.
    error BridgePaymentDataMissing(bytes32 id);
    /// @notice The bank is neither payer nor payee.
    error BridgePaymentBankInvalid(bytes32 id, address bank);
    /// @notice The bank's verdict is not the one that this needs.
    error BridgePaymentVerdictMismatch(bytes32 id, address bank, bool approved);
    /// @notice The bank's verdict may not be used any more.
    error BridgePaymentVerdictExpired(bytes32 id, address bank, uint256 validUntil, uint256 time);
    /// @notice The signature is not the bank's over this verdict on this payment.
    error BridgePaymentSignatureInvalid(bytes32 id, address bank);

    /// @notice Pays, finally.
    /// @dev Caller: the payer, which has authorised this contract at the engine. Reverts with
    /// {BridgePaymentCallerInvalid}, {BridgePaymentAlreadyEnded}, {BridgePaymentDataMissing}, CouncilCurrencyNotOpen,
    /// CorridorPurposeNotAllowed, {BridgePaymentVerdictMismatch}, {BridgePaymentVerdictExpired},
    /// {BridgePaymentSignatureInvalid}, and with whatever gate, engine (InstructionExpired, …) and currency refuse.
    /// @return instructionId Id at the engine; the payer is its initiator.
    function pay(
        BridgePayment calldata payment,
        Verdict calldata payerVerdict,
        Verdict calldata payeeVerdict
    ) external returns (bytes32 instructionId);

    /// @notice Puts a refusal on record: the payment ends.
    /// @dev Caller: anyone with the refusing bank's signature. Reverts with {BridgePaymentBankInvalid},
    /// {BridgePaymentAlreadyEnded}, {BridgePaymentVerdictMismatch}, {BridgePaymentVerdictExpired},
    /// {BridgePaymentSignatureInvalid}.
    /// @param bank Payer or payee.
    function refuse(BridgePayment calldata payment, address bank, Verdict calldata verdict) external;

    /// @notice Id of a payment: its EIP-712 digest in this contract's domain.
    function paymentId(BridgePayment calldata payment) external view returns (bytes32);

    /// @notice How far a payment has come.
    function statusOf(bytes32 id) external view returns (PaymentStatus);

    /// @notice The engine that settles.
    function ENGINE() external view returns (address);

    /// @notice The council that says which currencies are open.
    function COUNCIL() external view returns (address);

    /// @notice The gate that this venue opens.
    function GATE() external view returns (address);
}
