// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IAccountLedger
/// @notice What every token of the suite has in common beyond ERC-20, holds and ERC-7943: freezing with a legal basis,
/// powers that live in the account word, payments with a reference and pay-outs to many.
/// @dev Amounts are minor units. A legal basis is the hash of the document (order, statute, warrant) and never zero.
///
/// Powers that are used often are bits of the holder's account word, so that using them costs one storage read. They
/// are given and taken by the token's authority ({appoint}, {dismiss}); what a power can do is stated where it is used.
/// Not protected here: a wrong order by an enforcer. It is logged with its basis and can be reversed by another order.
interface IAccountLedger {
    /// @notice `account` holds `power` from now on; `mandate` is the legal basis of the power itself.
    event PowerGranted(address indexed account, uint256 power, bytes32 mandate);
    /// @notice `account` no longer holds `power`.
    event PowerRevoked(address indexed account, uint256 power);
    /// @notice The account may neither pay nor be paid, by order of `authority`.
    event AccountFrozen(address indexed account, address indexed authority, bytes32 indexed legalBasis);
    /// @notice The order was lifted.
    event AccountUnfrozen(address indexed account, address indexed authority, bytes32 indexed legalBasis);
    /// @notice Names the basis of a `Frozen` or `ForcedTransfer` event (ERC-7943) of the same transaction.
    event EnforcementOrdered(address indexed account, address indexed authority, bytes32 indexed legalBasis);
    /// @notice A payment or pay-out carried an end-to-end reference (UETR or hash) for reconciliation.
    /// @dev `to` is zero for a pay-out to many. The ledger does not enforce that references differ.
    event PaymentReferenced(bytes32 indexed businessRef, address indexed from, address indexed to, uint256 amount);

    /// @notice The balance is enough, what is not held of it is not.
    error LedgerInsufficientSpendable(address account, uint256 spendable, uint256 amount);
    /// @notice The receiver's balance would pass 2^64 − 1 minor units.
    error LedgerBalanceOverflow(address account, uint256 balance, uint256 amount);
    /// @notice The caller lacks the power (see {AccountWord}).
    error LedgerPowerMissing(address caller, uint256 power);
    /// @notice No such power can be given.
    error LedgerPowerUnknown(uint256 power);
    /// @notice The account cannot hold a power: it holds value.
    error LedgerPowerHolderHasBalance(address account, uint256 balance);
    /// @notice A lawful order must name its legal basis.
    error LedgerLegalBasisMissing(address account);
    /// @notice A lawful order cannot reach what is held: a commitment is a commitment.
    error LedgerOrderExceedsUnheld(address account, uint256 amount, uint256 unheld);
    /// @notice A pay-out must not name its own payer.
    error LedgerPayOutToPayer(address payer, uint256 position);

    /// @notice Pays `to`, with an end-to-end reference.
    /// @dev Caller: the payer. Reverts with whatever refuses the payment.
    function transferWithReference(address to, uint256 amount, bytes32 businessRef) external returns (bool);

    /// @notice Pays many payees in one call: the payer's word is written once, every check is made for every payee,
    /// all are paid or none.
    /// @dev Caller: the payer. Reverts with {LedgerPayOutToPayer} and with whatever refuses a single payment.
    /// @param entries One word a payee: address in the upper 160 bits, amount in the lower 96.
    /// @return total Sum paid, minor units.
    function payOut(uint256[] calldata entries, bytes32 businessRef) external returns (uint256 total);

    /// @notice Freezes the whole account.
    /// @dev Caller: an enforcer. Freezing a frozen account changes nothing but logs the further basis. Value held for
    /// others stays committed to them; the balance stays the owner's. Reverts with {LedgerPowerMissing},
    /// {LedgerLegalBasisMissing}.
    function freeze(address account, bytes32 legalBasis) external;

    /// @notice Lifts {freeze}.
    /// @dev Caller and errors as {freeze}.
    function unfreeze(address account, bytes32 legalBasis) external;

    /// @notice Replaces the frozen amount of `account`. See ERC-7943.
    /// @dev Caller and errors as {freeze}.
    function setFrozenTokens(address account, uint256 amount, bytes32 legalBasis) external returns (bool);

    /// @notice Moves value by lawful order. Reaches what is frozen, never what is held.
    /// @dev Caller: an enforcer. A frozen amount that the rest no longer covers is lowered first (`Frozen`). The
    /// receiver must be able to be paid. Reverts with {LedgerPowerMissing}, {LedgerLegalBasisMissing},
    /// ERC7943CannotTransfer (to the account itself), {LedgerOrderExceedsUnheld}, ERC20InsufficientBalance, and with
    /// whatever refuses the receiver.
    function forcedTransfer(address from, address to, uint256 amount, bytes32 legalBasis) external returns (bool);

    /// @notice Gives `account` a power: 4 issuer, 8 enforcer.
    /// @dev Caller: the token's authority. Giving it again only renews the mandate. Reverts with
    /// {LedgerPowerUnknown}, {LedgerLegalBasisMissing}, {LedgerPowerHolderHasBalance} (issuers hold no value).
    function appoint(address account, uint256 power, bytes32 mandate) external;

    /// @notice Takes a power back, at once.
    /// @dev Caller: the token's authority. Reverts with {LedgerPowerUnknown}. Taking what is not held changes nothing.
    function dismiss(address account, uint256 power) external;

    /// @notice Whether `account` holds `power`.
    function hasPower(address account, uint256 power) external view returns (bool);

    /// @notice Legal basis of an enforcer's power, used when an order is given through ERC-7943's own functions.
    function mandateOf(address account) external view returns (bytes32);

    /// @notice Whether the whole account is frozen.
    function isFrozen(address account) external view returns (bool);

    /// @notice The account's storage word, laid out by {AccountWord} and the token.
    function accountWord(address account) external view returns (uint256);
}
