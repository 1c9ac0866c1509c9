// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice One payment, or refund, of a batch: who owes whom.
/// @param paymentId Id at the gateway ({IQrGateway.paymentId}), or whatever else both sides know it by.
/// @param debtor The wallet's side of a payment; the acquirer of a refund.
/// @param creditor The other side.
/// @param amount Minor units of the currency.
struct QrEntry {
    bytes32 paymentId;
    address debtor;
    address creditor;
    uint64 amount;
}

/// @notice What all entries of a batch together mean for an institution: positive is due to it, negative it owes.
struct QrPosition {
    address institution;
    int128 net;
}

/// @notice An entry of an earlier window that was disputed with success and is given back in this one.
struct QrReturn {
    uint64 window;
    uint32 index;
    QrEntry entry;
}

/// @notice The payments of a window.
/// @param window Its number, from 1 without gaps.
/// @param count Entries.
/// @param total Sum of their amounts, minor units.
/// @param root Root of the Merkle tree of the entries' leaves.
/// @param dataHash keccak256 of the file with all entries, which the operator gives to every institution of the batch.
/// @param positions By rising address; sum zero. Without the corrections.
/// @param corrections Entries of earlier windows that are given back; strictly rising by window and index.
struct QrBatch {
    uint64 window;
    uint32 count;
    uint128 total;
    bytes32 root;
    bytes32 dataHash;
    QrPosition[] positions;
    QrReturn[] corrections;
}

/// @notice An entry and the proof that it is the `index`-th of a window.
struct QrInclusion {
    uint64 window;
    uint32 index;
    QrEntry entry;
    bytes32[] proof;
}

/// @notice How far a window has come. Settled and Withdrawn are for ever.
enum QrWindowStatus {
    None,
    Committed,
    Settled,
    Withdrawn
}

/// @notice How far a dispute about an entry has come. Returned is for ever.
enum QrDisputeStatus {
    None,
    Open,
    Answered,
    Upheld,
    Returned
}

/// @title IQrSettlement
/// @notice Settles retail payments in batches: the payments of a window are one Merkle root, and what they come to
/// between institutions moves in central bank money, in one instruction of the settlement engine.
/// @dev Immutable, never the owner of any value, and without a way to reach any but as *agent* of the institutions at
/// the engine (`ISettlementEngine.authorizeAgent`, and an allowance to the engine). What binds an institution is here:
/// it gives what a batch says that it has consented to, by signature over the batch (EIP-712, ECDSA or ERC-1271), by
/// {affirm}, or by settling itself; and nothing else.
///
/// **Windows** are numbered and come one at a time. The operator commits one; each institution looks at its own entries,
/// computes the root and its position, and consents; anyone settles. The operator may withdraw what is not settled, for
/// instance to leave out an institution that does not consent, whose payments go into a later window.
///
/// **Leaf.** keccak256(keccak256(domain separator, window, count, index, entry)): hashed twice, so that no inner node
/// is a leaf; bound to chain, contract, window and place, so that a proof is good nowhere else. A place at or past the
/// count is refused.
///
/// **Disputes.** The debtor of an entry that says it did not authorise it proves the inclusion within {DISPUTE_PERIOD}
/// of the settlement. The creditor has {ANSWER_PERIOD} to show the debtor's signature over that very entry, which
/// anyone may carry. Without it the entry is upheld. Whoever proves one entry in two places has the later one upheld at
/// once, signature or not. What is upheld is given back in the next window that both sides take part in: a batch with
/// lines for both that leaves it out is refused.
///
/// What the chain checks: that positions sum to zero, that each institution consented, that exactly the positions with
/// the corrections have moved, that an entry is in the root. **What it cannot check:** that positions, count and total
/// follow from the entries, and that the entries are available to anybody. Neither is on chain: only root and hash
/// are. Therefore every institution of a batch must consent, also one that only receives, and must not without having
/// the file and having computed both (`sdk/qr`). A consent is the statement that it has done so. Who loses the file
/// afterwards can prove nothing any more; it keeps its money and loses the remedy.
/// Not protected: a payment that the operator leaves out (its creditor does not consent, or has it entered in the next
/// window); an operator and a debtor that enter a payment to somebody without a line and have it upheld (who is named
/// gives nothing without its own consent, but is kept out of windows together with that debtor); an institution without cover or consent (the batch does not settle, and is withdrawn); payments of one
/// entry under two different references (the debtor disputes one).
interface IQrSettlement {
    /// @notice A window's payments are fixed. The whole batch, so that its consent can be given from the log.
    event QrWindowCommitted(uint64 indexed window, bytes32 indexed batchId, QrBatch batch);
    /// @notice An institution has consented to the batch.
    event QrBatchAffirmed(bytes32 indexed batchId, address indexed institution);
    /// @notice Central bank money has moved, finally. `instructionId` is zero if nothing was left to move.
    event QrWindowSettled(
        uint64 indexed window,
        bytes32 indexed batchId,
        bytes32 indexed instructionId,
        uint256 moved,
        uint256 disputableUntil
    );
    /// @notice The window has ended without settlement.
    event QrWindowWithdrawn(uint64 indexed window, bytes32 indexed batchId, bytes32 reason);
    /// @notice The debtor says that it did not authorise an entry.
    event QrEntryDisputed(
        uint64 indexed window,
        uint32 indexed index,
        address indexed debtor,
        QrEntry entry,
        bytes32 reason,
        uint256 answerUntil
    );
    /// @notice The debtor's signature was shown; the entry stands.
    event QrDisputeAnswered(uint64 indexed window, uint32 indexed index);
    /// @notice The entry is to be given back: there was no answer, or it was there twice.
    event QrEntryUpheld(uint64 indexed window, uint32 indexed index, address indexed creditor, bool twice);
    /// @notice The entry has been given back in window `inWindow`.
    event QrEntryReturned(uint64 indexed window, uint32 indexed index, uint64 indexed inWindow);

    /// @notice Windows come one after the other, and one ends before the next.
    error QrWindowOutOfSequence(uint64 window, uint64 last, QrWindowStatus lastStatus);
    /// @notice The batch has no entry, no amount or no root.
    error QrBatchEmpty(uint64 window);
    /// @notice The line is not above the one before.
    error QrPositionsUnsorted(uint256 line);
    /// @notice The positions do not sum to zero.
    error QrPositionsUnbalanced(int256 sum);
    /// @notice The returns are not strictly rising at this line.
    error QrReturnsUnsorted(uint256 line);
    /// @notice The entry is not upheld, was given back before, or is another one.
    error QrReturnNotDue(uint64 window, uint32 index);
    /// @notice The institution has no line in the batch.
    error QrInstitutionMissing(address institution);
    /// @notice The batch has lines for both and leaves out entries that the one has to give back to the other.
    error QrReturnsOutstanding(address creditor, address debtor, uint256 outstanding);
    /// @notice The window is not where this step begins.
    error QrWindowStatusInvalid(uint64 window, QrWindowStatus status);
    /// @notice Another batch was committed.
    error QrBatchMismatch(bytes32 batchId, bytes32 committed);
    /// @notice There are more consents than lines.
    error QrConsentsExcessive(uint256 consents, uint256 lines);
    /// @notice The institution has not consented.
    error QrConsentMissing(bytes32 batchId, address institution);
    /// @notice The signature is not the institution's over this batch.
    error QrSignatureInvalid(bytes32 batchId, address institution);
    /// @notice The entry is not at this place of the window.
    error QrInclusionInvalid(uint64 window, uint32 index);
    /// @notice Only the debtor disputes an entry.
    error QrDebtorRequired(uint64 window, uint32 index, address debtor);
    /// @notice The time for disputes about the window is over.
    error QrDisputePeriodOver(uint64 window, uint256 until, uint256 time);
    /// @notice The entry's dispute is not where this step begins.
    error QrDisputeStatusInvalid(uint64 window, uint32 index, QrDisputeStatus status);
    /// @notice The dispute is about another entry.
    error QrDisputeMismatch(uint64 window, uint32 index);
    /// @notice The time for the answer is over.
    error QrAnswerPeriodOver(uint64 window, uint32 index, uint256 until, uint256 time);
    /// @notice There may still be an answer.
    error QrAnswerPending(uint64 window, uint32 index, uint256 until, uint256 time);
    /// @notice The signature is not the debtor's over this entry.
    error QrAnswerInvalid(uint64 window, uint32 index, address debtor);
    /// @notice The two are different entries, or the second is not the later one.
    error QrNotTwice(uint64 window, uint32 index);

    /// @notice Fixes the payments of the next window.
    /// @dev Only the authority's operator. Reverts with {QrWindowOutOfSequence}, {QrBatchEmpty}, {QrPositionsUnsorted},
    /// {QrPositionsUnbalanced}, {QrReturnsUnsorted}, {QrReturnNotDue}, {QrInstitutionMissing} (debtor or creditor of a
    /// return), {QrReturnsOutstanding}, and {IQrGateway.QrParticipantUnknown} for a line of somebody not admitted.
    function commit(QrBatch calldata batch) external returns (bytes32 batchId);

    /// @notice Consents to a batch.
    /// @dev Caller: an institution of it. Whoever affirms without a line changes nothing. Repeating changes nothing.
    /// There is no way back but the operator's {withdraw}.
    function affirm(bytes32 batchId) external;

    /// @notice Moves what the batch says in central bank money, and ends its corrections.
    /// @dev Caller: anyone who has the consents of all lines. Reverts with
    /// {QrWindowStatusInvalid}, {QrBatchMismatch}, {QrConsentsExcessive}, {QrConsentMissing}, {QrSignatureInvalid}, and
    /// with what engine and currency refuse.
    /// @param consents Signatures in the order of the positions; empty or missing: has affirmed, or calls.
    /// @return instructionId At the engine; zero if nothing was left to move.
    function settle(QrBatch calldata batch, bytes[] calldata consents) external returns (bytes32 instructionId);

    /// @notice Ends a window that is not settled. Its corrections stay due.
    /// @dev Only the authority's operator. Reverts with {QrWindowStatusInvalid}.
    function withdraw(uint64 window, bytes32 reason) external;

    /// @notice Says that the caller did not authorise an entry of a settled window.
    /// @dev Caller: the entry's debtor. Once for each place. Reverts with {QrDebtorRequired}, {QrWindowStatusInvalid},
    /// {QrDisputePeriodOver}, {QrInclusionInvalid}, {QrDisputeStatusInvalid}.
    /// @param reason Code or hash of what the debtor has to say about it.
    function dispute(QrInclusion calldata inclusion, bytes32 reason) external;

    /// @notice Shows that the debtor did authorise the entry.
    /// @dev Caller: anyone who has the signature. Reverts with {QrDisputeStatusInvalid}, {QrDisputeMismatch},
    /// {QrAnswerPeriodOver}, {QrAnswerInvalid}.
    /// @param signature The debtor's over the entry ({entryId}).
    function answer(uint64 window, uint32 index, QrEntry calldata entry, bytes calldata signature) external;

    /// @notice Upholds a dispute that nobody has answered in time.
    /// @dev Caller: anyone. Reverts with {QrDisputeStatusInvalid}, {QrDisputeMismatch}, {QrAnswerPending}.
    function uphold(uint64 window, uint32 index, QrEntry calldata entry) external;

    /// @notice Proves that one entry was settled twice; the later is upheld.
    /// @dev Caller: anyone, within the dispute period of the later one. The earlier one must stand. Reverts with
    /// {QrNotTwice}, {QrWindowStatusInvalid}, {QrDisputePeriodOver}, {QrInclusionInvalid}, {QrDisputeStatusInvalid}.
    function proveTwice(QrInclusion calldata earlier, QrInclusion calldata later) external;

    /// @notice Id of a batch: what institutions sign (EIP-712).
    function batchId(QrBatch calldata batch) external view returns (bytes32);

    /// @notice Id of an entry: what its debtor signs (EIP-712).
    function entryId(QrEntry calldata entry) external view returns (bytes32);

    /// @notice Leaf of an entry.
    function leafOf(uint64 window, uint32 count, uint32 index, QrEntry calldata entry) external view returns (bytes32);

    /// @notice Whether the entry is at that place of a window that was committed and not withdrawn.
    function isIncluded(QrInclusion calldata inclusion) external view returns (bool);

    /// @notice A window's record. `settledAt` is zero until then.
    function windowOf(
        uint64 window
    ) external view returns (bytes32 id, bytes32 root, uint32 count, QrWindowStatus status, uint48 settledAt);

    /// @notice Number of the latest window; 0: none.
    function lastWindow() external view returns (uint64);

    /// @notice Whether an institution has affirmed a batch.
    function isAffirmed(bytes32 id, address institution) external view returns (bool);

    /// @notice How the dispute about a place stands, and until when it may be answered.
    function disputeOf(uint64 window, uint32 index) external view returns (QrDisputeStatus status, uint48 answerUntil);

    /// @notice How many entries `creditor` has to give back to `debtor`.
    function outstandingOf(address creditor, address debtor) external view returns (uint256);

    /// @notice The currency.
    function CURRENCY() external view returns (address);

    /// @notice The settlement engine.
    function ENGINE() external view returns (address);

    /// @notice The gateway whose participants take part.
    function GATEWAY() external view returns (address);

    /// @notice Seconds after settlement in which an entry may be disputed.
    function DISPUTE_PERIOD() external view returns (uint48);

    /// @notice Seconds after a dispute in which it may be answered.
    function ANSWER_PERIOD() external view returns (uint48);
}
