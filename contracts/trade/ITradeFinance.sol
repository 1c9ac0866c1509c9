// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a bank lends against a claim, as the exporter applies for it (EIP-712; the digest is the finance's id).
/// @param key Receivable.
/// @param claim Claim of the exporter's that is pledged, wholly or in part.
/// @param exporter Owner of the claim; is paid the principal and what proceeds leave over.
/// @param bankAccount Account of the bank; pays, and is repaid.
/// @param face Minor units of the claim's face that are pledged.
/// @param principal Minor units.
/// @param fee Minor units, due with the first repayment, before all else.
/// @param rate Interest in millionths a year, actual/360, simple, on what is outstanding.
/// @param overdueRate The same from the maturity's day on; no less.
/// @param maturity Unix seconds.
/// @param recourse Whether the exporter pays if the debtor does not.
/// @param salt Tells two finances on equal terms apart.
struct FinanceTerms {
    bytes32 key;
    uint256 claim;
    address exporter;
    address bankAccount;
    uint64 face;
    uint64 principal;
    uint64 fee;
    uint32 rate;
    uint32 overdueRate;
    uint48 maturity;
    bool recourse;
    bytes32 salt;
}

/// @notice How far a finance has come. Released, WrittenOff and Cancelled are for ever.
enum FinanceStatus {
    None,
    Applied,
    Approved,
    Disbursed,
    Overdue,
    Repaid,
    Released,
    WrittenOff,
    Cancelled
}

/// @notice What is known of a finance beside its terms.
/// @param bank Number of the bank; it alone approves, pays out, releases and writes off.
/// @param accruedDay Day (UTC+8) up to which `accrued` is counted.
/// @param maturity The present one.
/// @param since Unix seconds of the approval, later of the repayment.
/// @param payments How many payments there have been.
/// @param principal Not repaid yet; of a finance that was cancelled or written off, what it was.
/// @param fee Not paid yet.
/// @param claim What is pledged.
/// @param accrued Interest not paid yet, in parts of 360,000,000 of a minor unit.
/// @param received What the bank has been paid in all, minor units.
struct FinanceState {
    FinanceStatus status;
    uint16 bank;
    uint16 accruedDay;
    uint48 maturity;
    uint48 since;
    uint32 payments;
    uint64 principal;
    uint64 fee;
    uint256 claim;
    uint128 accrued;
    uint128 received;
}

/// @notice How a payment was divided, minor units, in the order of the waterfall.
/// @param remainder What is the exporter's.
/// @param parked What would have been the exporter's but could not be paid to it; the payer still has it, and the claim
///   still says so.
struct Waterfall {
    uint64 fee;
    uint64 interest;
    uint64 principal;
    uint64 remainder;
    uint64 parked;
}

/// @notice Finances of one bank in one currency at one status.
struct FinanceTotals {
    uint64 count;
    uint128 principal;
}

/// @title ITradeFinance
/// @notice Finance against export receivables: application, approval, disbursement, proceeds, repayment, release or
/// write-off. Banks lend their own money; every payment is an instruction of the settlement engine.
/// @dev Immutable, without owner and office, and owns nothing. Amounts are minor units, times Unix seconds, days UTC+8.
/// Terms come with each call and are recognised by their hash.
///
/// **Consent to pay.** Whoever pays through this contract (a bank that disburses, a debtor or exporter that repays) calls it
/// itself, has authorised it at the engine (`ISettlementEngine.authorizeAgent`) and given the engine an allowance. One
/// payment is not the payer's call: recourse, which the exporter has signed in the terms. It reaches an exporter that
/// has authorised this contract, after the maturity, up to what is due.
///
/// **Waterfall** of what the debtor pays: fee, interest, principal, all to the bank; the remainder to the claim's owner.
/// Interest is kept in fractions and paid in whole minor units, rounded down: the fraction that is left at the end falls to
/// the claim's owner with the remainder. A bank therefore never has more than principal, fee and agreed interest (TRF-06).
/// The bank's part settles first and alone: an owner that cannot be paid (frozen, full) never keeps the bank from its
/// money. Its part then stays with the payer, uncollected, and is paid by another call.
///
/// **Exposure.** Approval reserves the principal at the registry, over all banks; repayment, cancelling and write-off give it
/// back. A reservation that is not paid out lapses after {RESERVATION}.
///
/// **End.** After repayment the bank releases the claim; from {RELEASE_PERIOD} on anyone may. After a write-off the claim is
/// the bank's, and what comes in later is paid to it.
///
/// **Supervision** reads {totalsOf} by currency, bank and status, and the events; it sees no more than everybody, and asks
/// the bank for names.
///
/// Not protected: a bank that is paid outside and does not say so; an exporter that withdraws its authorisation (recourse then
/// needs a court); proceeds that the debtor pays elsewhere; money that a debtor pays to a claim that is disputed.
interface ITradeFinance {
    /// @notice The exporter has applied.
    event FinanceApplied(bytes32 indexed id, bytes32 indexed key, uint16 indexed bank, FinanceTerms terms);
    /// @notice The bank will pay; `claim` is pledged.
    event FinanceApproved(bytes32 indexed id, uint16 indexed bank, uint256 claim);
    /// @notice It will not be paid.
    event FinanceCancelled(bytes32 indexed id, address indexed by);
    /// @notice The exporter has the principal.
    event FinanceDisbursed(bytes32 indexed id, uint256 principal, bytes32 instructionId);
    /// @notice The debtor's payment was divided.
    event ProceedsCollected(bytes32 indexed id, address indexed payer, Waterfall paid);
    /// @notice A claim without pledge was paid to its owner.
    event ClaimCollected(uint256 indexed claim, address indexed payer, uint256 amount);
    /// @notice The exporter or another has repaid from its own money.
    event FinanceRepaid(bytes32 indexed id, address indexed payer, Waterfall paid);
    /// @notice The bank has taken recourse to the exporter.
    event RecourseTaken(bytes32 indexed id, address indexed exporter, Waterfall paid);
    /// @notice The maturity is past and something outstanding.
    event FinanceOverdue(bytes32 indexed id, uint256 principal);
    /// @notice Bank and exporter have agreed on another maturity.
    event FinanceRolledOver(bytes32 indexed id, uint256 previous, uint256 maturity);
    /// @notice The claim is its owner's again.
    event FinanceReleased(bytes32 indexed id, address indexed by);
    /// @notice The bank has given up on it; the claim is the bank's.
    event FinanceWrittenOff(bytes32 indexed id, uint256 principal, bytes32 basis);

    /// @notice Registry or engine is no contract.
    error FinanceSetupInvalid(address registry, address engine);
    /// @notice The terms contradict each other or the claim.
    error FinanceTermsInvalid(bytes32 id);
    /// @notice The signature is not the exporter's.
    error FinanceSignatureInvalid(bytes32 id, address exporter);
    /// @notice The finance is not at a step that allows this.
    error FinanceStatusInvalid(bytes32 id, FinanceStatus status);
    /// @notice Only the bank that finances may do this, or whom the text names.
    error FinanceCallerInvalid(bytes32 id, address caller, uint16 bank);
    /// @notice The maturity is past, or no later than the one before.
    error FinanceMaturityInvalid(bytes32 id, uint256 maturity, uint256 after_);
    /// @notice The reservation has lapsed.
    error FinanceReservationLapsed(bytes32 id, uint256 until, uint256 time);
    /// @notice Nothing, or more than is due or left.
    error FinanceAmountInvalid(bytes32 id, uint256 amount, uint256 limit);
    /// @notice The maturity is not past.
    error FinanceNotOverdue(bytes32 id, uint256 maturity, uint256 time);
    /// @notice The bank has taken the debtor's risk.
    error FinanceWithoutRecourse(bytes32 id);
    /// @notice The claim is pledged; what is paid goes through the finance.
    error FinanceClaimPledged(uint256 claim, bytes32 id);

    /// @notice Applies for finance.
    /// @dev Caller: the exporter, or anyone with its signature over the terms. Reverts with {FinanceStatusInvalid},
    /// {FinanceSignatureInvalid}, {FinanceTermsInvalid} (no face or principal, an overdue rate below the rate or above
    /// 100 %, a claim of another receivable), {FinanceMaturityInvalid}, and with the institutions' InstitutionUnknown and
    /// InstitutionNotActive.
    function applyFor(FinanceTerms calldata terms, bytes calldata signature) external returns (bytes32 id);

    /// @notice Approves, reserves and pledges.
    /// @dev Caller: an account of the bank, which is active. Reverts with {FinanceStatusInvalid}, {FinanceCallerInvalid}, and
    /// with whatever the registry refuses ({IReceivableRegistry-pledge}).
    /// @return claim What is pledged.
    function approve(FinanceTerms calldata terms) external returns (uint256 claim);

    /// @notice Ends what is not paid out, and gives back its reservation.
    /// @dev Caller: exporter or bank; anyone once a reservation has lapsed. Reverts with {FinanceStatusInvalid},
    /// {FinanceCallerInvalid}.
    function cancel(FinanceTerms calldata terms) external;

    /// @notice Pays the principal to the exporter.
    /// @dev Caller: an account of the bank, which is active. Reverts with {FinanceStatusInvalid}, {FinanceCallerInvalid},
    /// {FinanceReservationLapsed}, {FinanceMaturityInvalid}, with whatever the registry refuses
    /// ({IReceivableRegistry-requireFinanceable}), and whatever engine and currency refuse.
    function disburse(FinanceTerms calldata terms) external returns (bytes32 instructionId);

    /// @notice Pays proceeds of a pledged claim: the debtor's money, matched to the finance.
    /// @dev Caller: the payer. Reverts with {FinanceStatusInvalid} (not Disbursed, Overdue or Repaid),
    /// {FinanceAmountInvalid} (nothing, or more than the claim's face), and with whatever engine and currency refuse
    /// the bank's part. A leg from an account to itself is left out: who was paid outside says so.
    function collect(FinanceTerms calldata terms, uint64 amount) external returns (Waterfall memory paid);

    /// @notice Pays a claim that is not pledged to its owner.
    /// @dev Caller: the payer. Reverts with {FinanceClaimPledged}, the registry's ClaimAmountInvalid,
    /// {FinanceAmountInvalid} (nothing), and with whatever engine and currency refuse.
    function collectUnpledged(uint256 claim, uint64 amount) external;

    /// @notice Repays from the caller's own money; the claim's face stays.
    /// @dev Caller: the payer. Reverts with {FinanceStatusInvalid}, {FinanceAmountInvalid} (nothing, or more than is due), and
    /// with whatever engine and currency refuse.
    function repay(FinanceTerms calldata terms, uint64 amount) external returns (Waterfall memory paid);

    /// @notice Takes what is due from the exporter.
    /// @dev Caller: the bank. Reverts with {FinanceWithoutRecourse}, {FinanceCallerInvalid}, {FinanceStatusInvalid} (not
    /// Overdue), {FinanceAmountInvalid}, and with whatever engine and currency refuse.
    function takeRecourse(FinanceTerms calldata terms, uint64 amount) external returns (Waterfall memory paid);

    /// @notice Says that the maturity is past.
    /// @dev Caller: anyone. Reverts with {FinanceStatusInvalid}, {FinanceNotOverdue}.
    function reportOverdue(FinanceTerms calldata terms) external;

    /// @notice Gives the exporter more time.
    /// @dev Caller: an account of the bank, with the exporter's signature over finance, present and new maturity. Reverts with
    /// {FinanceStatusInvalid}, {FinanceCallerInvalid}, {FinanceMaturityInvalid}, {FinanceSignatureInvalid}.
    function rollOver(FinanceTerms calldata terms, uint48 maturity, bytes calldata signature) external;

    /// @notice Gives the claim back after repayment.
    /// @dev Caller: the bank; anyone from {RELEASE_PERIOD} after the repayment on. Reverts with {FinanceStatusInvalid},
    /// {FinanceCallerInvalid}.
    function release(FinanceTerms calldata terms) external;

    /// @notice Gives up on an overdue finance and takes the claim.
    /// @dev Caller: the bank. Reverts with {FinanceStatusInvalid}, {FinanceCallerInvalid}.
    /// @param basis Hash of the bank's decision.
    function writeOff(FinanceTerms calldata terms, bytes32 basis) external;

    /// @notice Id of terms: their EIP-712 digest, which the exporter signs.
    function financeId(FinanceTerms calldata terms) external view returns (bytes32);

    /// @notice What the exporter signs to roll over.
    function rollOverId(bytes32 id, uint48 previous, uint48 maturity) external view returns (bytes32);

    /// @notice What is known of a finance.
    function financeOf(bytes32 id) external view returns (FinanceState memory);

    /// @notice What the bank is due now; `remainder` and `parked` are zero.
    function dueOf(FinanceTerms calldata terms) external view returns (Waterfall memory);

    /// @notice Finances of a bank in a currency at a status, for supervision.
    function totalsOf(address currency, uint16 bank, FinanceStatus status) external view returns (FinanceTotals memory);

    /// @notice Registry of the receivables.
    function RECEIVABLES() external view returns (address);

    /// @notice Settlement engine.
    function ENGINE() external view returns (address);

    /// @notice Seconds after which a reservation that was not paid out may be cancelled by anyone.
    function RESERVATION() external view returns (uint256);

    /// @notice Seconds after the repayment from which anyone may release the claim.
    function RELEASE_PERIOD() external view returns (uint256);
}
