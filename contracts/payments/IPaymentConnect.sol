// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICurrencyAuthority} from "../bridge/ICurrencyAuthority.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {Instruction} from "../settlement/ISettlementEngine.sol";
import {ConnectSide} from "./IConnectDirectory.sol";

/// @notice What a payment is, and so which quota it counts against.
/// @dev Northbound: a Hong Kong resident pays anybody on the mainland; Hong Kong dollars (cents), a day and a year, for each
/// person and participating institution. SameName: the same way, to a wallet of one's own; renminbi (fen), a day, for each
/// person. Southbound: a mainland resident pays anybody in Hong Kong; US dollars (cents), a year, for each person.
enum ConnectKind {
    Northbound,
    SameName,
    Southbound
}

/// @notice How far a payment has come. Rejected and Returned are for ever; Completed may still be returned.
enum ConnectStatus {
    None,
    Submitted,
    TimedOut,
    Completed,
    Rejected,
    Returned
}

/// @notice What is paid for what. Where the two currencies differ it is the firm offer of a bank, which signs it (EIP-712).
/// @param bank Takes what is sent and gives what is received; zero where both are one currency.
/// @param payer Gives `sendAmount` of `sends`, minor units.
/// @param receives Currency of the payee, who is given `receiveAmount`, minor units.
/// @param notAfter Unix seconds, inclusive: last moment to submit.
/// @param returnBy Unix seconds, inclusive: until then the bank takes the same amounts back if the payment is returned.
/// @param nonce Tells two offers on equal terms apart. An offer is used once, whatever comes of the payment.
struct ConnectQuote {
    address bank;
    address payer;
    address sends;
    address receives;
    uint64 sendAmount;
    uint64 receiveAmount;
    uint48 notAfter;
    uint48 returnBy;
    bytes32 nonce;
}

/// @notice A payment over the link. Its id is its EIP-712 digest in the link's domain, and the reference of the payer's hold:
/// who signs the hold has consented to all of this.
/// @param proxy What the payee was addressed by; zero: its account.
/// @param payeeName Hash of the masked name that the payer has confirmed.
/// @param purpose Purpose code (ISO 20022, four letters).
/// @param messageRef Hash of the payment's identification off chain (UETR or end-to-end identification).
/// @param answerBy Unix seconds, inclusive: until then the payee's institution answers.
/// @param resolveBy Unix seconds, inclusive: until then a payment that has timed out may be resolved.
struct ConnectPayment {
    ConnectKind kind;
    address payee;
    bytes32 proxy;
    bytes32 payeeName;
    bytes4 purpose;
    bytes32 messageRef;
    uint48 answerBy;
    uint48 resolveBy;
    ConnectQuote quote;
}

/// @notice Most that a person may pay, minor units of the quota's currency. 2^64 − 1 is no limit.
struct ConnectLimits {
    uint64 day;
    uint64 year;
}

/// @notice What is used of a quota: by what has settled and by what is not resolved. Days and years are UTC+8.
struct ConnectUsage {
    uint16 day;
    uint64 dayUsed;
    uint16 year;
    uint64 yearUsed;
}

/// @notice The fold of the events of a kind. Unresolved are `submitted` − `completed` − `rejected`; `returned` were completed.
/// @param timedOut How many had no answer in time, whatever came of them.
/// @param completedAmount Fen: what was received in renminbi or, southbound, sent.
struct ConnectStatistics {
    uint48 submitted;
    uint48 timedOut;
    uint48 completed;
    uint48 rejected;
    uint48 returned;
    uint128 completedAmount;
    uint128 returnedAmount;
}

/// @title IPaymentConnect
/// @notice The fast-payment link: small payments of persons between the mainland and Hong Kong, in e-CNY and e-HKD, under the
/// published quotas of a person.
/// @dev **One ledger** carries both currencies, so that both move in one transaction, or neither; between two ledgers use
/// `interop/`. Immutable, without owner, never the owner of any value.
///
/// 1. The payer's bank shows the masked name and a quote. The payer signs one hold, in favour of this contract, whose
///    reference is the payment's id. The bank calls {submit}: who, name, quota, quote are checked, the quota is used, the
///    money is held.
/// 2. The payee's institution answers until `answerBy`: {complete} or {reject}.
/// 3. Without an answer anyone calls {reportTimeout}: the payment is in between, money and quota stay bound, until
///    `resolveBy` at most. The payee's institution resolves it by {complete} or {reject} as it finds.
/// 4. After `resolveBy` anyone calls {lapse}: rejected, the payer has its money (anyone could free the hold by then).
/// 5. A completed payment may be sent back in full, {returnPayment}, until `returnBy`.
///
/// **Payment versus payment.** {complete} captures the payer's hold for the quoting bank and in the same transaction settles
/// the bank's payment to the payee as an instruction of the settlement engine, whose agent for the bank this contract is
/// (`ISettlementEngine.authorizeAgent`): it never settles for a bank but what the bank has signed as a quote. A return is
/// one instruction with both legs. In one currency the payee is paid from the hold, and nobody is in between.
///
/// **Quotas** count when a payment is submitted, on that UTC+8 day and in its year, with the rate of that day; amounts are
/// converted upwards, by less than one minor unit, so rounding never widens a quota. A rejection, and a return (always of
/// the whole amount), give back what was counted, as far as its day, and its year, still run. Nothing else does: a
/// payment that is only late goes on counting. Rates are the central banks': Hong Kong's publishes Hong Kong dollars for
/// a renminbi, for renminbi sent northbound; the mainland's US dollars for a renminbi. One for a day at most; a rate serves
/// until there is another, for {MAX_RATE_AGE} days (holidays have none).
/// The wallets' own limits hold as well, on both sides: the payer's when the hold is placed, the payee's cap when it is paid.
///
/// Not protected: a quote far from the market (the payer sees it before it signs); a quoting bank without cover or that has
/// withdrawn its authorisation (the payment is not completed, and ends rejected); a payee that has spent what is to be
/// returned; an institution that submits for its customer what the customer signed, later than it wished (`notAfter`).
interface IPaymentConnect is ICurrencyAuthority {
    /// @notice The quota is used and the money held. `counted` is in the quota's currency, minor units.
    event PaymentSubmitted(
        bytes32 indexed id,
        bytes32 indexed person,
        bytes32 indexed messageRef,
        uint256 counted,
        uint16 payerInstitution,
        uint16 payeeInstitution,
        ConnectPayment payment
    );
    /// @notice There was no answer in time; money and quota stay bound.
    event PaymentTimedOut(bytes32 indexed id, address indexed by);
    /// @notice The payee is paid, finally. `instructionId` is the bank's payment; zero in one currency.
    event PaymentCompleted(bytes32 indexed id, address indexed by, bytes32 indexed instructionId);
    /// @notice The payer has its money again, and so much of its day's and its year's quota.
    event PaymentRejected(
        bytes32 indexed id,
        address indexed by,
        bytes4 indexed reason,
        uint256 dayReleased,
        uint256 yearReleased
    );
    /// @notice The payment was sent back, finally.
    event PaymentReturned(
        bytes32 indexed id,
        bytes4 indexed reason,
        bytes32 indexed instructionId,
        uint256 dayReleased,
        uint256 yearReleased
    );
    /// @notice A person may pay so much from now on.
    event QuotaSet(ConnectKind indexed kind, uint256 day, uint256 year);
    /// @notice The rate of the UTC+8 day: minor units of the quota's currency for one fen, times 10^12.
    event RatePublished(ConnectKind indexed kind, uint256 indexed day, uint256 rate);
    /// @notice The side lets nothing more be submitted.
    event LinkSuspended(ConnectSide indexed side, address indexed by);
    /// @notice The side lets payments be submitted again.
    event LinkResumed(ConnectSide indexed side, address indexed by);

    /// @notice A side has suspended the link.
    error ConnectSuspended(ConnectSide side);
    /// @notice The payment is not at the step that this needs.
    error ConnectStatusInvalid(bytes32 id, ConnectStatus status);
    /// @notice Deadlines are now ≤ `answerBy` < `resolveBy` ≤ the latest possible.
    error ConnectTimesInvalid(bytes32 id, uint256 answerBy, uint256 resolveBy, uint256 latest);
    /// @notice Northbound is received in renminbi, southbound is sent in renminbi.
    error ConnectCurrencyPairInvalid(bytes32 id, address sends, address receives);
    /// @notice The payer is not an enrolled resident of the side it pays from.
    error ConnectPayerNotResident(bytes32 id, address payer);
    /// @notice The caller does not act for the institution that this is up to.
    error ConnectCallerInvalid(bytes32 id, address caller, uint16 institution);
    /// @notice The two wallets are not one person's.
    error ConnectNotSameName(bytes32 id, bytes32 payer, bytes32 payee);
    /// @notice In one currency nobody quotes and the amounts are equal.
    error ConnectQuoteInvalid(bytes32 id);
    /// @notice The quoting bank is neither the payer's institution nor the payee's.
    error ConnectQuoteBankInvalid(bytes32 id, address bank);
    /// @notice The quote is over.
    error ConnectQuoteExpired(bytes32 id, uint256 notAfter, uint256 time);
    /// @notice The quote was used before.
    error ConnectQuoteUsed(bytes32 id, bytes32 quoteId);
    /// @notice The signature is not the bank's over this quote.
    error ConnectQuoteSignatureInvalid(bytes32 id, address bank);
    /// @notice There is no rate, or it is too old. `day` is the UTC+8 day of the last one, 0: none.
    error ConnectRateStale(ConnectKind kind, uint256 day, uint256 today);
    /// @notice The day has its rate, a rate is not zero, and a same-name payment needs none.
    error ConnectRateInvalid(ConnectKind kind, uint256 rate, uint256 day);
    /// @notice The person would pay more today than its quota.
    error ConnectDayQuotaExceeded(bytes32 id, bytes32 person, uint256 counted, uint256 used, uint256 limit);
    /// @notice The person would pay more this year than its quota.
    error ConnectYearQuotaExceeded(bytes32 id, bytes32 person, uint256 counted, uint256 used, uint256 limit);
    /// @notice The answer came too late: report the time-out first, or the last moment is over too.
    error ConnectAnswerLate(bytes32 id, uint256 last, uint256 time);
    /// @notice The time is not up.
    error ConnectTimeNotUp(bytes32 id, uint256 last, uint256 time);
    /// @notice A reason is four letters or digits (ISO 20022).
    error ConnectReasonInvalid(bytes32 id, bytes4 reason);
    /// @notice A payment is returned until `returnBy`.
    error ConnectReturnLate(bytes32 id, uint256 returnBy, uint256 time);

    /// @notice Begins a payment: uses the quota and the quote, holds the money.
    /// @dev Caller: an account of the participant that serves the payer. Reverts with {ConnectStatusInvalid},
    /// {ConnectSuspended}, {ConnectTimesInvalid}, {ConnectCurrencyPairInvalid}, the directory's errors of
    /// `requireServed` and `requirePayee`, {ConnectPayerNotResident}, {ConnectCallerInvalid}, {ConnectNotSameName},
    /// {ConnectQuoteInvalid}, {ConnectQuoteBankInvalid}, {ConnectQuoteExpired}, {ConnectQuoteUsed},
    /// {ConnectQuoteSignatureInvalid}, {ConnectRateStale}, {ConnectDayQuotaExceeded}, {ConnectYearQuotaExceeded}, and
    /// with whatever refuses the hold.
    /// @param quoteSignature The bank's over {quoteId} (ECDSA or ERC-1271); not looked at in one currency.
    /// @param holdSignature The payer's over {holdOf}, in the domain of the currency that is sent; not looked at if the
    /// payer, or somebody with its signature, has placed the hold.
    /// @return id Of the payment.
    function submit(
        ConnectPayment calldata payment,
        bytes calldata quoteSignature,
        bytes calldata holdSignature
    ) external returns (bytes32 id);

    /// @notice Pays the payee: both currencies move, or neither.
    /// @dev Caller: an account of the payee's institution; suspension does not keep it from answering. Submitted until
    /// `answerBy`, timed out until `resolveBy`. Reverts with {ConnectStatusInvalid}, {ConnectCallerInvalid},
    /// {ConnectAnswerLate}, and with whatever hold, engine and currencies refuse.
    /// @return instructionId Of the bank's payment; zero in one currency.
    function complete(ConnectPayment calldata payment) external returns (bytes32 instructionId);

    /// @notice Refuses a payment that has not ended.
    /// @dev Caller: as {complete}, at any time. Reverts with {ConnectStatusInvalid}, {ConnectCallerInvalid},
    /// {ConnectReasonInvalid}.
    /// @param reason ISO 20022 status reason code.
    function reject(ConnectPayment calldata payment, bytes4 reason) external;

    /// @notice Puts on record that there was no answer in time.
    /// @dev Caller: anyone, after `answerBy`. Reverts with {ConnectStatusInvalid}, {ConnectTimeNotUp}.
    function reportTimeout(ConnectPayment calldata payment) external;

    /// @notice Ends a payment that nobody has resolved as rejected, with the reason AB05 (time-out at the payee's agent).
    /// @dev Caller: anyone, after `resolveBy`. Reverts with {ConnectStatusInvalid}, {ConnectTimeNotUp}.
    function lapse(ConnectPayment calldata payment) external;

    /// @notice Sends a completed payment back, in full and at the quoted amounts.
    /// @dev Caller: as {complete}. The payee consents to {returnInstructionOf} in any form of the engine and allows the
    /// engine the amount. Reverts with {ConnectStatusInvalid}, {ConnectCallerInvalid}, {ConnectReasonInvalid},
    /// {ConnectReturnLate}, and with whatever engine and currencies refuse.
    /// @param reason ISO 20022 return reason code.
    /// @param consent The payee's signature over the instruction; empty: another form.
    function returnPayment(
        ConnectPayment calldata payment,
        bytes4 reason,
        bytes calldata consent
    ) external returns (bytes32 instructionId);

    /// @notice Sets what a person may pay. Below what is used already, nothing more passes.
    /// @dev Caller: who the authority of the payers' side lets. Reverts with CurrencyAuthorityRequired.
    function setQuota(ConnectKind kind, ConnectLimits calldata limits) external;

    /// @notice Publishes today's rate: minor units of the quota's currency for one fen, times 10^12.
    /// @dev Caller: who the authority of the payers' side lets; once a day. Reverts with CurrencyAuthorityRequired,
    /// {ConnectRateInvalid}.
    function publishRate(ConnectKind kind, uint104 rate) external;

    /// @notice Lets nothing more be submitted, in either direction; what has begun goes on.
    /// @dev Caller: who the side's authority lets. Again changes nothing. Reverts with CurrencyAuthorityRequired.
    function suspend(ConnectSide side) external;

    /// @notice Ends {suspend} of this side.
    /// @dev As {suspend}.
    function resume(ConnectSide side) external;

    /// @notice Id of a payment.
    function paymentId(ConnectPayment calldata payment) external view returns (bytes32);

    /// @notice Id of a quote: what its bank signs.
    function quoteId(ConnectQuote calldata quote) external view returns (bytes32);

    /// @notice The hold that the payer signs, or places.
    function holdOf(ConnectPayment calldata payment) external view returns (Hold memory);

    /// @notice The instruction by which a payment is returned.
    function returnInstructionOf(ConnectPayment calldata payment) external view returns (Instruction memory);

    /// @notice How far a payment has come, what was counted for it and on which UTC+8 day.
    function recordOf(
        bytes32 id
    ) external view returns (ConnectStatus status, uint256 counted, uint256 day, uint16 payeeInstitution);

    /// @notice What a person has used of a quota, today and this year, minor units.
    /// @param institution Of Hong Kong, for {ConnectKind.Northbound}; else not looked at.
    function usedOf(
        ConnectKind kind,
        uint16 institution,
        bytes32 person
    ) external view returns (uint256 day, uint256 year);

    /// @notice What would be counted now for a payment, minor units of the quota's currency.
    /// @dev Reverts with {ConnectRateStale}.
    function countedAmountOf(ConnectKind kind, ConnectQuote calldata quote) external view returns (uint256);

    /// @notice What a person may pay.
    function quotaOf(ConnectKind kind) external view returns (ConnectLimits memory);

    /// @notice The last rate and its UTC+8 day.
    function rateOf(ConnectKind kind) external view returns (uint256 rate, uint256 day);

    /// @notice The fold of the events of a kind.
    function statisticsOf(ConnectKind kind) external view returns (ConnectStatistics memory);

    /// @notice Whether a side has suspended the link.
    function isSuspended(ConnectSide side) external view returns (bool);

    /// @notice UTC+8 days that a rate serves for after its own.
    function MAX_RATE_AGE() external view returns (uint256);

    /// @notice Seconds from submission within which a payment has to be resolved at the latest.
    function MAX_RESOLUTION() external view returns (uint256);

    /// @notice Who takes part, persons, names and proxies.
    function DIRECTORY() external view returns (address);

    /// @notice The engine that settles what banks pay.
    function ENGINE() external view returns (address);
}
