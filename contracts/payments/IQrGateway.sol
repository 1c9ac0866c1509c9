// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Inbound: a wallet from abroad pays a merchant at home. Outbound: a wallet of home pays a merchant abroad.
enum QrDirection {
    Inbound,
    Outbound
}

/// @notice Who shows the code: the merchant (the payer's side scans it and asks) or the consumer (the merchant's side
/// scans it and asks).
enum QrMode {
    MerchantPresented,
    ConsumerPresented
}

/// @notice How far a payment has come. Completed and Reversed are for ever.
enum QrStatus {
    None,
    Requested,
    Authorized,
    Completed,
    Reversed
}

/// @notice A payment, as it is asked for.
/// @param businessRef Reference of the requester; with the other fields it makes the id.
/// @param requester Whose user scanned the code: the wallet's side if the merchant presents, else the acquirer.
/// @param direction Into the country or out of it.
/// @param mode Who presents the code.
/// @param scheme keccak256 of the code scheme's identifier (GUID or application identifier) in UTF-8.
/// @param categoryCode Merchant category code, ISO 18245.
/// @param country The merchant's, ISO 3166-1 alpha-2.
/// @param merchantCurrency ISO 4217 numeric; the home currency if inbound.
/// @param merchantAmount What the merchant asks for, minor units of its currency.
/// @param payerCurrency ISO 4217 numeric; the home currency if outbound.
/// @param payerAmount What the payer is charged, minor units of its currency. The rate is the quotient of the two.
/// @param payloadHash keccak256 of the code's text in UTF-8.
/// @param notAfter Unix seconds; authorised and completed up to and including it.
struct QrPayment {
    bytes32 businessRef;
    address requester;
    QrDirection direction;
    QrMode mode;
    bytes32 scheme;
    uint16 categoryCode;
    bytes2 country;
    uint16 merchantCurrency;
    uint64 merchantAmount;
    uint16 payerCurrency;
    uint64 payerAmount;
    bytes32 payloadHash;
    uint48 notAfter;
}

/// @notice What a payment has come to.
/// @param responder Whom the route led to when it was requested.
/// @param status How far it has come.
/// @param refunded Minor units of the home currency given back since it was completed.
struct QrRecord {
    address responder;
    QrStatus status;
    uint64 refunded;
}

/// @notice The sum of the log for one direction and mode. Amounts are minor units of the home currency.
struct QrStatistics {
    uint48 requested;
    uint48 authorized;
    uint48 completed;
    uint48 reversed;
    uint48 refunds;
    uint128 completedAmount;
    uint128 refundedAmount;
}

/// @title IQrGateway
/// @notice One interface for payments by QR code across the border: it routes a payment between institutions and
/// records what they say of it. It has no money, no allowance and no function that moves any.
/// @dev Participants are admitted by the authority. A route says which participant serves a code scheme in a direction
/// and mode, and has a switch of its own: whoever joins has one connection instead of one with everybody.
///
///     request ──▶ authorize ──▶ complete ──▶ refund, refund …
///        │            │
///        └─ reverse ◀─┘   by either side; by anyone once the time is over
///
/// The *requester* is the side whose user scans: the wallet's side if the merchant presents, else the acquirer. The
/// *responder* is where the route leads. In either case the wallet's side completes, because it is the one that then
/// owes the amount; and the acquirer refunds.
///
/// **Id.** Hash of all that is asked for, with this contract and chain: nothing about a payment changes later.
/// **Once.** Each id ends once, completed or reversed. What is refunded of it never exceeds it, and a refund says what
/// was refunded before, so that a message sent twice counts once.
/// **Statistics** are sums of the log, kept because supervisors read them here; both say the same after every call.
/// **In flight.** A closed route or a dismissed participant asks for nothing new; what is requested goes on to its end.
///
/// A completed payment is a claim between two institutions. It is settled elsewhere ({IQrSettlement}).
/// Not protected: that a code is well-formed and its checksum right (only its hash is here: the sides check the text,
/// `sdk/qr`); that the sides tell the truth about their customers; the rate. Visible to everybody: institutions,
/// amounts, country and category; of the payer nothing.
interface IQrGateway {
    /// @notice The participant may ask for payments and be routed to.
    event QrParticipantAdmitted(address indexed participant);
    /// @notice The participant takes no part in new payments.
    event QrParticipantDismissed(address indexed participant);
    /// @notice Payments of the scheme go to `participant` from now on, and the route is open.
    event QrRouteSet(
        bytes32 indexed scheme,
        QrDirection indexed direction,
        QrMode indexed mode,
        address previous,
        address participant
    );
    /// @notice The route takes nothing new.
    event QrRouteClosed(bytes32 indexed scheme, QrDirection indexed direction, QrMode indexed mode);
    /// @notice The route is open again.
    event QrRouteOpened(bytes32 indexed scheme, QrDirection indexed direction, QrMode indexed mode);
    /// @notice A payment was asked for and routed.
    event QrPaymentRequested(
        bytes32 indexed id,
        address indexed requester,
        address indexed responder,
        QrPayment payment
    );
    /// @notice The other side agrees.
    event QrPaymentAuthorized(bytes32 indexed id, address indexed responder);
    /// @notice The payer has been charged; the wallet's side owes the acquirer `amount`.
    event QrPaymentCompleted(bytes32 indexed id, address indexed wallet, address indexed acquirer, uint256 amount);
    /// @notice The payment has ended without effect.
    event QrPaymentReversed(bytes32 indexed id, address indexed by, bytes32 reason);
    /// @notice The acquirer owes `amount` back; `refunded` is the sum so far.
    event QrPaymentRefunded(bytes32 indexed id, address indexed acquirer, uint256 amount, uint256 refunded);

    /// @notice The account is zero.
    error QrParticipantInvalid(address participant);
    /// @notice The account is not admitted.
    error QrParticipantUnknown(address participant);
    /// @notice The scheme has no route in this direction and mode.
    error QrRouteUnknown(bytes32 scheme, QrDirection direction, QrMode mode);
    /// @notice The route is closed.
    error QrRouteIsClosed(bytes32 scheme, QrDirection direction, QrMode mode);
    /// @notice The route leads back to the requester.
    error QrRouteToSelf(bytes32 id, address participant);
    /// @notice The side of the payment that is at home has another currency.
    error QrCurrencyMismatch(bytes32 id, uint16 currency, uint16 home);
    /// @notice One of the amounts is nothing.
    error QrAmountMissing(bytes32 id);
    /// @notice The country is not two letters A–Z.
    error QrCountryInvalid(bytes32 id, bytes2 country);
    /// @notice The payment ends before now, or further away than {MAX_LIFETIME}.
    error QrDeadlineInvalid(bytes32 id, uint256 notAfter, uint256 time);
    /// @notice The caller is not the one whose word this is.
    error QrCallerInvalid(bytes32 id, address caller, address expected);
    /// @notice The payment is not where this step begins.
    error QrStatusInvalid(bytes32 id, QrStatus status);
    /// @notice The payment's time is over.
    error QrPaymentExpired(bytes32 id, uint256 notAfter, uint256 time);
    /// @notice The caller is neither side, and the payment's time is not over.
    error QrReversalNotDue(bytes32 id, address caller, uint256 notAfter, uint256 time);
    /// @notice Another sum has been refunded before than the refund says: it was sent twice, or one is missing.
    error QrRefundOutOfSequence(bytes32 id, uint256 refunded, uint256 stated);
    /// @notice The refund is nothing, or more than is left of the payment.
    error QrRefundInvalid(bytes32 id, uint256 amount, uint256 left);

    /// @notice Lets `participant` take part.
    /// @dev Only the authority. Reverts with {QrParticipantInvalid}. Repeating changes nothing.
    function admit(address participant) external;

    /// @notice Takes `participant` out of new payments.
    /// @dev Only the authority. Repeating changes nothing.
    function dismiss(address participant) external;

    /// @notice Routes a scheme to a participant and opens the route.
    /// @dev Only the authority. Reverts with {QrParticipantUnknown}. The present open route again changes nothing.
    function setRoute(bytes32 scheme, QrDirection direction, QrMode mode, address participant) external;

    /// @notice Closes a route for new payments.
    /// @dev Only the authority. Reverts with {QrRouteUnknown}. Repeating changes nothing.
    function closeRoute(bytes32 scheme, QrDirection direction, QrMode mode) external;

    /// @notice Opens a route again.
    /// @dev Only the authority. Reverts with {QrRouteUnknown}. Repeating changes nothing.
    function openRoute(bytes32 scheme, QrDirection direction, QrMode mode) external;

    /// @notice Asks for a payment and routes it.
    /// @dev Caller: its requester, admitted. Reverts with {QrCallerInvalid}, {QrParticipantUnknown} (either side),
    /// {QrRouteUnknown}, {QrRouteIsClosed}, {QrRouteToSelf}, {QrCurrencyMismatch}, {QrAmountMissing},
    /// {QrCountryInvalid}, {QrDeadlineInvalid}, {QrStatusInvalid} (asked for before).
    function request(QrPayment calldata payment) external returns (bytes32 id);

    /// @notice Agrees to a requested payment.
    /// @dev Caller: the responder. Reverts with {QrCallerInvalid}, {QrStatusInvalid}, {QrPaymentExpired}.
    function authorize(QrPayment calldata payment) external returns (bytes32 id);

    /// @notice Says that the payer has been charged.
    /// @dev Caller: the wallet's side. Reverts with {QrCallerInvalid}, {QrStatusInvalid}, {QrPaymentExpired}.
    function complete(QrPayment calldata payment) external returns (bytes32 id);

    /// @notice Ends a payment that is not completed.
    /// @dev Caller: either side; from after `notAfter` on anyone. Reverts with {QrStatusInvalid}, {QrReversalNotDue}.
    /// @param reason Code or hash of what the caller has to say about it.
    function reverse(QrPayment calldata payment, bytes32 reason) external returns (bytes32 id);

    /// @notice Says that the acquirer gives back `amount` of a completed payment.
    /// @dev Caller: the acquirer. Reverts with {QrCallerInvalid}, {QrStatusInvalid}, {QrRefundOutOfSequence},
    /// {QrRefundInvalid}.
    /// @param refunded Sum of the refunds before this one.
    /// @param amount Minor units of the home currency.
    function refund(QrPayment calldata payment, uint64 refunded, uint64 amount) external returns (bytes32 id);

    /// @notice Id of a payment.
    function paymentId(QrPayment calldata payment) external view returns (bytes32);

    /// @notice What a payment has come to. All zero when it was not asked for.
    function recordOf(bytes32 id) external view returns (QrRecord memory);

    /// @notice Sums of the log.
    function statisticsOf(QrDirection direction, QrMode mode) external view returns (QrStatistics memory);

    /// @notice Where a scheme leads, and whether it is open. Zero: nowhere.
    function routeOf(
        bytes32 scheme,
        QrDirection direction,
        QrMode mode
    ) external view returns (address participant, bool open);

    /// @notice Whether the account takes part in new payments.
    function isAdmitted(address participant) external view returns (bool);

    /// @notice Numeric code (ISO 4217) of the currency that statistics are kept in.
    function HOME_CURRENCY() external view returns (uint16);

    /// @notice How far away the end of a payment may be, seconds.
    function MAX_LIFETIME() external view returns (uint48);
}
