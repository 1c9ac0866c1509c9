// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";

/// @notice A payment at par between two forms of the same money: central bank money, or deposits of a bank.
/// @param from Who pays.
/// @param to Who is paid; may be `from`, which then converts.
/// @param fromToken What the payer gives: the currency, or a deposit token that the authority has admitted.
/// @param toToken What the payee gets: as `fromToken`.
/// @param amount Minor units, given and got.
/// @param notAfter Unix seconds, inclusive.
/// @param agent Who alone may have the order carried out, or withdraw it; zero: anyone, and the payer.
/// @param businessRef The payer's; two orders with otherwise equal terms differ in it.
struct DepositOrder {
    address from;
    address to;
    address fromToken;
    address toToken;
    uint256 amount;
    uint48 notAfter;
    address agent;
    bytes32 businessRef;
}

/// @notice What a bank has authorised, minor units. Zero allows nothing.
/// @param outSingle Most central bank money that one order may pay out of the bank's account.
/// @param outDay Most of it in a UTC+8 day.
/// @param inSingle Most that one order may create as deposits of the bank.
struct BankRules {
    uint64 outSingle;
    uint64 outDay;
    uint64 inSingle;
}

/// @title IDepositTransfers
/// @notice Singleness of money: a deposit of any bank, and central bank money, change into each other at par, at any
/// hour, all together or not at all.
/// @dev Immutable; one for one currency. It owns nothing. Amounts are minor units, times Unix seconds.
///
/// **What an order does**, in one transaction:
/// - between banks: the payer's deposits at A are destroyed, A's central bank money moves to B by the settlement
///   engine, deposits at B are created for the payee;
/// - into deposits: the payer's central bank money goes to B, deposits at B are created;
/// - out of deposits: deposits at A are destroyed, A's central bank money goes to the payee by the engine;
/// - within one form of money: the payer's hold is paid to the payee.
/// So central bank money less deposits in circulation is, for each bank, the same before and after every order.
///
/// **The payer's consent** is a hold of the whole amount on its own account: executor this contract, no payee, reference
/// the order's id (the EIP-712 digest of the order in the domain "DepositTransfers", "1"), expiry one second after
/// `notAfter`. Its terms bind every term of the order, and as the ledger takes each id once, an order is carried out
/// once. The hold is there already; or is placed by the payer's signature over it; or by the payer's
/// allowance to this contract if the payer calls, has signed the order (ECDSA or ERC-1271), or has authorised the caller
/// as its agent ({authorizeAgent}).
///
/// **Bank A's consent**: it has appointed this contract issuer of its token (so that deposits held for an order can be
/// destroyed), authorised it as agent at the engine, allowed the engine its central bank money, and set limits here
/// ({setRules}). They bound what leaves its account through this contract; they are no limit to what it owes.
/// **Bank B's consent**: it has appointed this contract issuer, it is active, keeps an account for the payee, and accepts
/// orders of that size.
///
/// **Refusals** leave everything as it was: A without central bank money is ERC20InsufficientBalance or
/// LedgerInsufficientSpendable of its account, a payee that is not B's customer or is frozen ERC7943CannotReceive, a
/// frozen payer ERC7943CannotSend, a halted token ClaimMovementHalted, a halted currency WalletHalted, a payer or payee
/// whose wallet has a limit the limit's own error.
///
/// Not protected: a bank that sets no rules, or has no central bank money, keeps its customers in; its deposits are then
/// worth what it is. A payer that names an agent trusts it not to wait longer than `notAfter`.
interface IDepositTransfers {
    /// @notice A bank's deposit token takes part.
    event DepositTokenAdmitted(address indexed token, uint16 indexed bank);
    /// @notice The bank has replaced what it authorises.
    event BankRulesSet(uint16 indexed bank, address indexed by, BankRules rules);
    /// @notice `agent` may have orders of `payer` carried out that name it, or no longer.
    event DepositAgentAuthorized(address indexed payer, address indexed agent, bool authorized);
    /// @notice The order's amount is held for it.
    event DepositOrderPlaced(bytes32 indexed id, address indexed from, address indexed to, DepositOrder order);
    /// @notice The order was carried out.
    event DepositOrderExecuted(
        bytes32 indexed id,
        address indexed from,
        address indexed to,
        address fromToken,
        address toToken,
        uint256 amount
    );
    /// @notice The order was given up; `released` is the payer's again.
    event DepositOrderWithdrawn(bytes32 indexed id, address indexed by, uint256 released);

    /// @notice Not a deposit token of this currency, or its bank has one here already.
    error DepositTokenInvalid(address token);
    /// @notice The token is neither the currency nor admitted.
    error DepositTokenUnknown(address token);
    /// @notice The caller acts for no bank that takes part.
    error DepositBankUnknown(address caller, uint16 institution);
    /// @notice The agent is no contract, or the payer itself.
    error DepositAgentInvalid(address agent);
    /// @notice The order's last moment has passed.
    error DepositOrderExpired(bytes32 id, uint256 notAfter, uint256 time);
    /// @notice The payer has consented in no form.
    error DepositConsentMissing(bytes32 id, address payer);
    /// @notice Only `expected` may do this with the order.
    error DepositOrderCallerInvalid(bytes32 id, address caller, address expected);
    /// @notice The paying bank has not authorised orders of that size.
    error DepositSingleLimitExceeded(uint16 bank, uint256 amount, uint256 limit);
    /// @notice The paying bank has not authorised that much on one day.
    error DepositDayLimitExceeded(uint16 bank, uint256 amount, uint256 paid, uint256 limit);
    /// @notice The receiving bank does not accept orders of that size.
    error DepositNotAccepted(uint16 bank, uint256 amount, uint256 limit);

    /// @notice Admits a bank's deposit token, for good. One a bank.
    /// @dev Restricted (governor). Assumed: the authority has checked the token's code, which orders will call. Reverts
    /// with {DepositTokenInvalid}.
    function admit(address token) external;

    /// @notice Replaces what the caller's bank authorises, at once.
    /// @dev Caller: whoever acts for a bank that takes part, suspended or not. Reverts with {DepositBankUnknown}.
    function setRules(BankRules calldata rules) external;

    /// @notice Lets a contract have orders carried out for the caller that name it as agent, or no longer: its code then
    /// decides what the caller pays, as far as the caller's allowances to this contract reach.
    /// @dev Caller: a payer, for itself. Repeating changes nothing. Reverts with {DepositAgentInvalid}; withdrawing is
    /// always possible.
    function authorizeAgent(address agent, bool authorized) external;

    /// @notice Puts the order's hold in place, for later. One that is in place stays.
    /// @dev Caller: anyone who has the payer's consent. Reverts with {DepositOrderExpired}, {DepositTokenUnknown},
    /// {DepositConsentMissing}, and with whatever refuses the hold.
    /// @param consent The payer's signature over the order; not looked at where another form of consent is there.
    /// @param holdSignature The payer's signature over {holdOf} in the domain of `fromToken`, or empty.
    function place(
        DepositOrder calldata order,
        bytes calldata consent,
        bytes calldata holdSignature
    ) external returns (bytes32 id);

    /// @notice Carries the order out, putting its hold in place first where it is not.
    /// @dev Caller: anyone, or the order's agent alone. Reverts like {place}, and with {DepositOrderCallerInvalid},
    /// {DepositSingleLimitExceeded}, {DepositDayLimitExceeded}, {DepositNotAccepted}, InstitutionNotActive (receiving
    /// bank), HoldAlreadyUsed (carried out or withdrawn before), HoldPayeeMismatch (the payer's own account and form),
    /// and with whatever engine, currency and tokens refuse.
    function execute(
        DepositOrder calldata order,
        bytes calldata consent,
        bytes calldata holdSignature
    ) external returns (bytes32 id);

    /// @notice Gives up an order whose hold is in place, for good.
    /// @dev Caller: the order's agent or, without one, the payer. After `notAfter` anyone releases the hold at the ledger.
    /// Reverts with {DepositOrderCallerInvalid}, HoldNotActive.
    function withdraw(DepositOrder calldata order) external returns (uint256 released);

    /// @notice Id of an order: its EIP-712 digest.
    function orderId(DepositOrder calldata order) external view returns (bytes32);

    /// @notice The hold that an order is covered by.
    function holdOf(DepositOrder calldata order) external view returns (Hold memory);

    /// @notice The bank whose deposit token this is; 0: none that was admitted.
    function bankOf(address token) external view returns (uint16);

    /// @notice The deposit token of a bank; zero: none was admitted.
    function tokenOf(uint16 bank) external view returns (address);

    /// @notice What a bank authorises, and what has left its account through this contract today (UTC+8).
    function rulesOf(uint16 bank) external view returns (BankRules memory rules, uint256 paidToday);

    /// @notice Whether `agent` may have orders of `payer` carried out.
    function isAgent(address payer, address agent) external view returns (bool);

    /// @notice Central bank money of these orders.
    // solhint-disable-next-line func-name-mixedcase
    function CURRENCY() external view returns (address);

    /// @notice Engine that moves central bank money between banks.
    // solhint-disable-next-line func-name-mixedcase
    function ENGINE() external view returns (address);
}
