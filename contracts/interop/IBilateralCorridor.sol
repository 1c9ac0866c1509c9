// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LogProof} from "./IForeignLedger.sol";
import {ExchangeTerms, ILedgerExchange} from "./ILedgerExchange.sol";

/// @notice What a payment is for. Each use case has its own limits and switch on each side.
enum UseCase {
    Consumption,
    Trade,
    Investment
}

/// @notice How a side's compliance office has judged a payment.
enum VerdictStatus {
    None,
    Approved,
    Refused
}

/// @notice Most that a side lets through, minor units of its own currency.
/// @param payment In one payment.
/// @param day On one day, UTC+8.
/// @param window From one net settlement to the next.
struct UseCaseLimits {
    uint64 payment;
    uint64 day;
    uint64 window;
}

/// @notice A firm offer of the liquidity bank on the payer's ledger, which it signs (EIP-712) for one payer and one payment.
/// @param payer Who may accept.
/// @param base The payee's currency, on the other ledger.
/// @param counter The payer's currency, on the ledger of the corridor that the offer is made in.
/// @param rate Minor units of counter for one minor unit of base, times 10^12.
/// @param minimum Least that the payee gets, minor units of base.
/// @param maximum Most that the payee gets, minor units of base.
/// @param notAfter Unix seconds, inclusive; the payment's deadline is not later either.
/// @param nonce Chosen by the bank; used once.
struct CorridorQuote {
    address payer;
    address base;
    address counter;
    uint104 rate;
    uint96 minimum;
    uint96 maximum;
    uint48 notAfter;
    uint256 nonce;
}

/// @notice What a payment says besides who gives what to whom. Its EIP-712 struct hash is the salt of the exchange, so the
/// payer's and the partner's holds consent to it too.
/// @param quoteId The offer that was accepted.
/// @param purpose Purpose code (ISO 20022, four letters).
/// @param travelRule Hash of what the two banks tell each other about payer and payee.
struct CorridorOrder {
    bytes32 quoteId;
    UseCase useCase;
    bytes4 purpose;
    bytes32 travelRule;
}

/// @notice The judgement of one side's compliance office on a payment, which its officer signs (EIP-712).
/// @param id Of the exchange.
/// @param sanctionsList Hash of the version of the list that was searched.
/// @param notAfter Last second at which it may be recorded, Unix seconds.
struct ComplianceVerdict {
    bytes32 id;
    bool approved;
    bytes32 sanctionsList;
    uint48 notAfter;
}

/// @title IBilateralCorridor
/// @notice Payments between two monetary authorities' ledgers: a payer pays in its currency, a payee is paid in its own, and
/// the two authorities' agents settle net, once a window.
/// @dev One stands on each ledger, under that ledger's authority alone; each is the other's peer. A payment is an exchange
/// ({ILedgerExchange}) whose decider is the payer's ledger, between these parties: the payer gives to the agent here, the
/// agent there (the partner) gives to the payee. The corridor is the exchange of both, so no payment passes it by.
///
/// 1. The agent here signs a quote for the payer. The payer places the decider's hold; anyone calls {accept} before the
///    quote ends: the quote is used up whatever comes of the payment.
/// 2. The compliance office of each side signs its verdict; anyone records it on that side's corridor ({recordVerdict}).
/// 3. The partner places the follower's hold; anyone calls {ILedgerExchange-arm}. It asks for the verdict there, for the use case's
///    switch and limits there.
/// 4. Anyone calls {ILedgerExchange-decide} with the proof. It asks for the acceptance, the verdict here, for the switch and
///    limits here; that both verdicts were recorded before follows from the proof, for the peer is such a corridor. Or
///    {ILedgerExchange-callOff} at the deadline: both are given back.
/// 5. Anyone calls {ILedgerExchange-follow}: the payee is paid.
/// 6. What the agent here has collected less what it has paid out is what it owes the other agent, in this currency. On one
///    of the two ledgers, stated by the agreement, anyone calls {settleWindow} once a window is over: the net amount moves by
///    one instruction of the settlement engine. {reportWindow} brings the proof of it to the other ledger, so that both
///    authorities have the report of both. As long as a window is not settled, its limits go on.
///
/// A side that suspends a use case binds nothing more: as the payer's side it decides no payment, as the payee's it arms
/// none. What the payee's side has armed before may still be decided; what has been decided is carried out.
/// Assumed: that each agent has a wallet in this currency, and has given the engine an allowance and authorised this
/// contract as its agent there if settlement is here.
/// Not protected: an agent without cover (settlement is refused, and payments end when the window's limits are reached);
/// the other ledger's authority, for its own rules on its side; who pays whom how much is public on the two ledgers.
interface IBilateralCorridor is ILedgerExchange {
    /// @notice This side lets that much through.
    event UseCaseLimited(UseCase indexed useCase, uint256 payment, uint256 day, uint256 window);
    /// @notice This side stops these use cases: bit 0 consumption, 1 trade, 2 investment.
    event UseCasesSuspended(uint256 useCases, address indexed by);
    /// @notice This side lets them go on.
    event UseCasesResumed(uint256 useCases, address indexed by);
    /// @notice The payer has accepted; its money is held.
    event PaymentAccepted(bytes32 indexed id, bytes32 indexed quoteId, address indexed payer, UseCase useCase);
    /// @notice This side's compliance office has judged the payment.
    event VerdictRecorded(
        bytes32 indexed id,
        address indexed officer,
        UseCase indexed useCase,
        bool approved,
        bytes4 purpose,
        bytes32 travelRule,
        bytes32 sanctionsList
    );
    /// @notice The agents have settled what this ledger's agent collected and paid out in the window, in this currency.
    /// @dev `instructionId` is zero if there was nothing to pay.
    event WindowSettled(
        uint256 indexed window,
        uint256 collected,
        uint256 disbursed,
        uint256 payments,
        bytes32 instructionId
    );
    /// @notice The agents have settled on the other ledger, which reports `foreign…`; and what was counted here meanwhile.
    event WindowReported(
        uint256 indexed window,
        uint256 foreignCollected,
        uint256 foreignDisbursed,
        uint256 collected,
        uint256 disbursed,
        uint256 payments
    );

    /// @notice The currency is not the authority's, or the agents are not two.
    error CorridorSetupInvalid(address currency, address agent, address foreignAgent);
    /// @notice There are three use cases, and at least one is to be named.
    error CorridorUseCasesInvalid(uint256 useCases);
    /// @notice This side has suspended the use case.
    error CorridorSuspended(bytes32 id, UseCase useCase);
    /// @notice The payment is larger than this side lets through.
    error CorridorPaymentLimitExceeded(bytes32 id, UseCase useCase, uint256 amount, uint256 limit);
    /// @notice More would pass today than this side lets through.
    error CorridorDayLimitExceeded(bytes32 id, UseCase useCase, uint256 amount, uint256 passed, uint256 limit);
    /// @notice More would pass before the next net settlement than this side lets through.
    error CorridorWindowLimitExceeded(bytes32 id, UseCase useCase, uint256 amount, uint256 passed, uint256 limit);
    /// @notice The exchange's salt is not the hash of the order.
    error CorridorOrderMismatch(bytes32 id, bytes32 salt, bytes32 orderHash);
    /// @notice The corridor has two currencies, each on its ledger.
    error CorridorCurrencyMismatch(bytes32 id, address decider, address follower);
    /// @notice On each ledger it is the agent who collects from payers and pays payees.
    error CorridorAgentMismatch(bytes32 id, address account, address agent);
    /// @notice The payment is in order for one that is not this quote's payer, or names another quote.
    error CorridorQuoteMismatch(bytes32 id, bytes32 quoteId, address payer);
    /// @notice The quote is over, or would be before the payment's deadline.
    error CorridorQuoteExpired(bytes32 quoteId, uint256 notAfter, uint256 time);
    /// @notice A payment with this quote was accepted before.
    error CorridorQuoteUsed(bytes32 quoteId, uint256 nonce);
    /// @notice The signature is not the agent's over this quote.
    error CorridorQuoteSignatureInvalid(bytes32 quoteId, address agent);
    /// @notice The payee's amount is outside the quote's range.
    error CorridorAmountOutOfRange(bytes32 quoteId, uint256 amount, uint256 minimum, uint256 maximum);
    /// @notice The payer's amount is not the payee's at the quote's rate.
    error CorridorRateMismatch(bytes32 quoteId, uint256 amount, uint256 expected);
    /// @notice No quote was accepted for this payment.
    error CorridorNotAccepted(bytes32 id);
    /// @notice This side's compliance office has not approved.
    error CorridorVerdictMissing(bytes32 id, VerdictStatus status);
    /// @notice The verdict is about another payment.
    error CorridorVerdictMismatch(bytes32 id, bytes32 judged);
    /// @notice This side's compliance office has judged this payment.
    error CorridorVerdictKnown(bytes32 id, VerdictStatus status);
    /// @notice The verdict is too old.
    error CorridorVerdictExpired(bytes32 id, uint256 notAfter, uint256 time);
    /// @notice The signature is not the officer's over this verdict.
    error CorridorVerdictSignatureInvalid(bytes32 id, address officer);
    /// @notice The authority lets this account record no verdicts.
    error CorridorOfficerUnauthorized(bytes32 id, address officer);
    /// @notice Net settlement takes place on the other ledger (or, for a report, on this one).
    error CorridorSettlementElsewhere(uint256 window);
    /// @notice The window ends at `due`.
    error CorridorWindowOpen(uint256 window, uint256 due, uint256 time);

    /// @notice Sets what this side lets through; nothing until it does.
    /// @dev Restricted (this side's authority). Below what has passed already, nothing more passes. Reverts with
    /// AccessManagedUnauthorized.
    function setLimits(UseCase useCase, UseCaseLimits calldata limits) external;

    /// @notice Stops use cases on this side: bit 0 consumption, 1 trade, 2 investment.
    /// @dev Restricted (this side's halting officer). Again changes nothing. Reverts with AccessManagedUnauthorized,
    /// {CorridorUseCasesInvalid}.
    function suspend(uint256 useCases) external;

    /// @notice Lets use cases go on.
    /// @dev Restricted (this side's resuming officer). Reverts like {suspend}.
    function resume(uint256 useCases) external;

    /// @notice Binds a payment to the quote that its payer has accepted by its hold, and uses the quote up.
    /// @dev Caller: anyone, on the payer's ledger. The hold's reference is the exchange's id and so the payer's consent to all
    /// of it. Reverts with {ExchangeElsewhere}, {ExchangePeerMismatch}, {CorridorOrderMismatch},
    /// {CorridorCurrencyMismatch}, {CorridorAgentMismatch}, {CorridorQuoteMismatch}, {CorridorQuoteExpired},
    /// {CorridorAmountOutOfRange}, {CorridorRateMismatch}, {CorridorQuoteUsed}, {CorridorQuoteSignatureInvalid},
    /// {CorridorSuspended}, {CorridorPaymentLimitExceeded}, {ExchangeHoldMissing}.
    /// @return id Of the exchange.
    function accept(
        ExchangeTerms calldata terms,
        CorridorOrder calldata order,
        CorridorQuote calldata quote,
        bytes calldata signature
    ) external returns (bytes32 id);

    /// @notice Records the verdict of this side's compliance office; there is one, and it is final.
    /// @dev Caller: anyone, on either ledger with that side's verdict. Its officer is whoever the authority lets call this
    /// function without delay. Reverts with {ExchangeElsewhere}, {ExchangePeerMismatch}, {CorridorOrderMismatch},
    /// {CorridorCurrencyMismatch}, {CorridorAgentMismatch}, {CorridorVerdictMismatch}, {CorridorVerdictKnown},
    /// {CorridorVerdictExpired}, {CorridorOfficerUnauthorized}, {CorridorVerdictSignatureInvalid}.
    function recordVerdict(
        ExchangeTerms calldata terms,
        CorridorOrder calldata order,
        ComplianceVerdict calldata verdict,
        address officer,
        bytes calldata signature
    ) external returns (bytes32 id);

    /// @notice Settles the window between the agents and opens the next.
    /// @dev Caller: anyone, on the ledger of settlement, once the window is over. Reverts with
    /// {CorridorSettlementElsewhere}, {CorridorWindowOpen}, and with the engine's errors and the currency's if the agent
    /// that owes cannot pay.
    /// @return instructionId Of the payment; zero if nothing is owed.
    function settleWindow() external returns (bytes32 instructionId);

    /// @notice Takes note that the window was settled, and opens the next.
    /// @dev Caller: anyone, on the other ledger. Reverts with {CorridorSettlementElsewhere}, {PeerEmitterMismatch},
    /// {PeerEventMismatch}, {PeerSubjectMismatch}, and with the foreign ledger's errors.
    /// @param proof Of {WindowSettled}.
    function reportWindow(LogProof calldata proof) external;

    /// @notice Says {WindowSettled} of the window before this one again, with the counts that were settled.
    /// @dev Caller: anyone; see {ILedgerExchange-restateDecision}. Reverts with {CorridorSettlementElsewhere}, and with
    /// {CorridorWindowOpen} before the first settlement.
    function restateSettlement() external;

    /// @notice Id of a quote in this corridor's domain: what its agent signs.
    function quoteId(CorridorQuote calldata quote) external view returns (bytes32);

    /// @notice What the payer pays for `amount` of base, minor units, rounded up.
    function counterAmountOf(CorridorQuote calldata quote, uint256 amount) external pure returns (uint256);

    /// @notice The salt of an exchange with this order: its EIP-712 struct hash.
    function orderHash(CorridorOrder calldata order) external pure returns (bytes32);

    /// @notice Whether a quote with this nonce has been accepted.
    function isQuoteUsed(uint256 nonce) external view returns (bool);

    /// @notice Whether a quote was accepted for the payment, here, and how this side has judged it.
    function paymentOf(bytes32 id) external view returns (bool accepted, VerdictStatus verdict);

    /// @notice What this side lets through.
    function limitsOf(UseCase useCase) external view returns (UseCaseLimits memory);

    /// @notice What has passed on this side today and in this window, minor units.
    function passedOf(UseCase useCase) external view returns (uint256 day, uint256 window);

    /// @notice Use cases that this side has suspended.
    function suspended() external view returns (uint256 useCases);

    /// @notice This window: its number, from 0, when it opened, what the agent here has collected and paid out in it, minor
    /// units, and in how many payments.
    function currentWindow()
        external
        view
        returns (uint256 number, uint256 opened, uint256 collected, uint256 disbursed, uint256 payments);

    /// @notice What the constructor was given.
    function setup()
        external
        view
        returns (
            address currency,
            address foreignCurrency,
            address agent,
            address foreignAgent,
            address engine,
            uint256 windowLength
        );
}
