// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {MessageKind} from "./IMessageGateway.sol";
import {IMessageSender} from "./IMessageSender.sol";

/// @notice What an application of another ledger asks for. The message's payload is this, ABI-encoded.
/// @param order The application's id of what is paid for; it is paid once.
/// @param payer Who pays, an account of this ledger.
/// @param payee Who is paid, an account of this ledger.
/// @param amount Minor units.
/// @param currency ISO 4217 code.
/// @param purpose Purpose code (ISO 20022, four letters).
/// @param expiry Expiry of the payer's hold, Unix seconds.
struct PaymentRequest {
    bytes32 order;
    address payer;
    address payee;
    uint256 amount;
    bytes3 currency;
    bytes4 purpose;
    uint48 expiry;
}

/// @notice What has become of a request. Everything but None and Paid is a reason not to pay.
enum PaymentOutcome {
    None,
    Paid,
    ApplicationSuspended,
    CurrencyUnknown,
    PurposeNotAllowed,
    OrderDecided,
    PaymentLimitExceeded,
    DayLimitExceeded,
    PayerNotEligible,
    PayeeNotEligible,
    NotCovered,
    CurrencyRefused
}

/// @notice What the application is told. The answer's payload is this, ABI-encoded.
/// @param request Id of the message that asked.
/// @param order The application's id of what was to be paid.
/// @param outcome Paid, or why not.
/// @param refusal Selector of the currency's error if it refused.
/// @param paymentRef Id of the hold that was captured: the payment's reference on this ledger. Zero if nothing was paid.
struct PaymentAnswer {
    bytes32 request;
    bytes32 order;
    PaymentOutcome outcome;
    bytes4 refusal;
    bytes32 paymentRef;
}

/// @notice Most that is paid for an application, minor units.
/// @param payment In one payment.
/// @param day On one day, UTC+8.
struct ApplicationLimits {
    uint64 payment;
    uint64 day;
}

/// @title IPaymentService
/// @notice The payment service for other ledgers' applications: on its ledger it pays, in the currency it was built for,
/// what an application of another ledger asks for by message, and answers by message what has become of it.
/// @dev The platform's operator admits applications, each by its ledger and address there, with limits and purposes. The
/// payer consents by a hold in place: executor this contract, payee and amount as asked, `businessRef` the mandate, which
/// is the EIP-712 struct hash of everything in the request and of who may ask for it ({mandateHold}). A payer may place it,
/// or sign it for anybody to place.
///
/// A request is decided when it is delivered, once and for good: paid by capture of the hold, or refused for the first of
/// the reasons that applies, in the order of {PaymentOutcome}; what the payer holds for a refused request is given back
/// at once. The answer goes through the lane by which the request came. One that was not heard (its time was over, or the
/// application refused it) is said again, until it is heard.
///
/// Always true: at most one payment for an order of an application; every delivered request of an admitted application has one
/// outcome and every answer says that; a payment is of the amount, from the payer and to the payee that the mandate names;
/// this contract owns nothing.
/// Assumed: what the gateway assumes; that the clocks of the two ledgers differ by less than the seven days that an answer
/// lives; that an application is code known to the operator that admits it.
/// Not protected: what was refused is not tried again, whether or not the reason passes (halts and freezes included); an
/// application that gives its request too little gas (nothing happens, it hears of a failure); orders and amounts are public
/// on both ledgers. A hold is firm until its expiry, also where the order is given up before it is asked for.
interface IPaymentService is IERC7786Recipient, IMessageSender {
    /// @param admitted Whether the operator has admitted it.
    /// @param suspended Whether nothing is paid for it at present.
    /// @param limits What is paid for it at most.
    struct Application {
        bool admitted;
        bool suspended;
        ApplicationLimits limits;
    }

    /// @notice An application of another ledger may ask for payments.
    event ApplicationAdmitted(uint256 indexed chainId, address indexed application, address indexed by);
    /// @notice At most so much is paid for it.
    event ApplicationLimited(uint256 indexed chainId, address indexed application, uint256 payment, uint256 day);
    /// @notice It may, or may no longer, ask for payments with this purpose.
    event PurposeSet(uint256 indexed chainId, address indexed application, bytes4 indexed purpose, bool allowed);
    /// @notice Nothing is paid for it until resumed.
    event ApplicationSuspended(uint256 indexed chainId, address indexed application, address indexed by);
    /// @notice It may ask for payments again.
    event ApplicationResumed(uint256 indexed chainId, address indexed application, address indexed by);
    /// @notice A request was decided. What it asked for is in the message.
    event PaymentDecided(
        bytes32 indexed request,
        bytes32 indexed order,
        address indexed application,
        uint256 chainId,
        PaymentOutcome outcome,
        bytes4 refusal,
        bytes32 paymentRef
    );
    /// @notice The answer to a request was sent; more than once only if it was not heard.
    event AnswerSent(bytes32 indexed request, bytes32 indexed answer);
    /// @notice The application has heard the answer.
    event AnswerHeard(bytes32 indexed request, bytes32 indexed answer);
    /// @notice A payer took back a hold without end.
    event HoldWithdrawn(bytes32 indexed holdId, address indexed payer);

    /// @notice The gateway is no contract.
    error PaymentGatewayInvalid(address gateway);
    /// @notice Only the gateway brings requests and receipts.
    error PaymentCallerInvalid(address caller, address gateway);
    /// @notice The operator has not admitted this application.
    error PaymentApplicationUnknown(uint256 chainId, address application);
    /// @notice The application has been admitted.
    error PaymentApplicationAdmitted(uint256 chainId, address application);
    /// @notice The application is the zero address or of this ledger.
    error PaymentApplicationInvalid(uint256 chainId, address application);
    /// @notice The payload is no request.
    error PaymentRequestMalformed(bytes32 request, uint256 length);
    /// @notice The hold ends by itself; until then it is its payer's word.
    error PaymentHoldBinding(bytes32 holdId, uint256 expiry);
    /// @notice The caller is not the hold's payer.
    error PaymentPayerMismatch(bytes32 holdId, address caller, address payer);

    // ------------------------------------------------------------ application

    /// @notice Decides a request and sends the answer.
    /// @dev Caller: the gateway. Reverts with {PaymentCallerInvalid}, MessageValueRefused, InteroperableAddressParsingError,
    /// {PaymentApplicationUnknown}, {PaymentRequestMalformed}: the application hears of a failure then, and nothing has happened here.
    /// @param receiveId Id of the message.
    /// @param sender The application (ERC-7930).
    /// @param payload A {PaymentRequest}.
    function receiveMessage(
        bytes32 receiveId,
        bytes calldata sender,
        bytes calldata payload
    ) external payable returns (bytes4);

    /// @notice Notes that an answer was heard, or sends it again.
    /// @dev Caller: the gateway. Reverts with {PaymentCallerInvalid}, and with the gateway's LaneIsHalted where it would have
    /// to be sent again: anyone notifies this contract once more when the lane goes on.
    function onReceipt(bytes32 id, MessageKind kind) external;

    // ------------------------------------------------------------------ payer

    /// @notice Gives back a hold that names this contract and that no time ends, so that it never waits for ever.
    /// @dev Caller: the payer. A hold with an end is firm: anyone releases it from then on. Reverts with {PaymentPayerMismatch}, {PaymentHoldBinding}, HoldUnauthorized, HoldNotActive.
    function withdraw(Hold calldata hold) external returns (uint256 released);

    // --------------------------------------------------------------- operator

    /// @notice Lets an application of another ledger ask for payments. No purpose is allowed yet.
    /// @dev Restricted (the platform's operator). Reverts with AccessManagedUnauthorized, {PaymentApplicationInvalid},
    /// {PaymentApplicationAdmitted}.
    function admit(uint256 chainId, address application, ApplicationLimits calldata limits) external;

    /// @notice Replaces an application's limits; what was paid today counts on.
    /// @dev Restricted (the platform's operator). Reverts with AccessManagedUnauthorized, {PaymentApplicationUnknown}.
    function setLimits(uint256 chainId, address application, ApplicationLimits calldata limits) external;

    /// @notice Allows an application a purpose, or no longer.
    /// @dev Restricted (the platform's operator). Reverts with AccessManagedUnauthorized, {PaymentApplicationUnknown}.
    function setPurpose(uint256 chainId, address application, bytes4 purpose, bool allowed) external;

    /// @notice Stops payments for an application. Answers go on.
    /// @dev Restricted (halting officer). Reverts with AccessManagedUnauthorized, {PaymentApplicationUnknown}. Again changes
    /// nothing.
    function suspend(uint256 chainId, address application) external;

    /// @notice Ends {suspend}.
    /// @dev Restricted (resuming officer). Reverts with AccessManagedUnauthorized, {PaymentApplicationUnknown}. Again changes
    /// nothing.
    function resume(uint256 chainId, address application) external;

    // ------------------------------------------------------------------ views

    /// @notice The application's standing; all zero if it is unknown.
    function applicationOf(uint256 chainId, address application) external view returns (Application memory);

    /// @notice Whether the application may ask for payments with this purpose.
    function isAllowed(uint256 chainId, address application, bytes4 purpose) external view returns (bool);

    /// @notice What was paid for the application today, minor units.
    function paidToday(uint256 chainId, address application) external view returns (uint256);

    /// @notice The answer to the request; outcome None if it is not decided.
    function answerOf(bytes32 request) external view returns (PaymentAnswer memory);

    /// @notice The message by which the order was decided; zero if it is not.
    function decidedBy(uint256 chainId, address application, bytes32 order) external view returns (bytes32 request);

    /// @notice The hold by which the payer consents to the request, if this application sends it.
    function mandateHold(
        uint256 chainId,
        address application,
        PaymentRequest calldata request
    ) external view returns (Hold memory);

    /// @notice The gateway that requests come by.
    function gateway() external view returns (address);

    /// @notice The currency that is paid in.
    function currency() external view returns (address);
}
