// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title ILedgerEnforcement
/// @notice Lawful orders beyond the freeze, each with its legal basis, and the powers that give them.
/// @dev Amounts are minor units. A legal basis is the hash of the document (order, statute, warrant) and never zero.
///
/// Powers that are used often are bits of the holder's account word, so that using them costs one storage read. They
/// are given and taken by the token's authority ({appoint}, {dismiss}); what a power can do is stated where it is used.
/// Not protected here: a wrong order by an enforcer. It is logged with its basis and can be reversed by another order.
interface ILedgerEnforcement {
    /// @notice `account` holds `power` from now on; `mandate` is the legal basis of the power itself.
    event PowerGranted(address indexed account, uint256 power, bytes32 mandate);
    /// @notice `account` no longer holds `power`.
    event PowerRevoked(address indexed account, uint256 power);
    /// @notice The freeze was lifted.
    event AccountUnfrozen(address indexed account, address indexed authority, bytes32 indexed legalBasis);
    /// @notice Names the basis of a `Frozen` or `ForcedTransfer` event (ERC-7943) of the same transaction.
    event EnforcementOrdered(address indexed account, address indexed authority, bytes32 indexed legalBasis);

    /// @notice No such power can be given.
    error LedgerPowerUnknown(uint256 power);
    /// @notice The account cannot hold a power: it holds value.
    error LedgerPowerHolderHasBalance(address account, uint256 balance);
    /// @notice A lawful order cannot reach what is held: a commitment is a commitment.
    error LedgerOrderExceedsUnheld(address account, uint256 amount, uint256 unheld);

    /// @notice Lifts {IAccountLedger-freeze}.
    /// @dev Caller and errors as {IAccountLedger-freeze}.
    function unfreeze(address account, bytes32 legalBasis) external;

    /// @notice Replaces the frozen amount of `account`. See ERC-7943.
    /// @dev Caller and errors as {IAccountLedger-freeze}.
    function setFrozenTokens(address account, uint256 amount, bytes32 legalBasis) external returns (bool);

    /// @notice Moves value by lawful order. Reaches what is frozen, never what is held.
    /// @dev Caller: an enforcer. A frozen amount that the rest no longer covers is lowered first (`Frozen`). The
    /// receiver must be able to be paid. Reverts with {IAccountLedger-LedgerPowerMissing}, {IAccountLedger-LedgerLegalBasisMissing},
    /// ERC7943CannotTransfer (to the account itself), {LedgerOrderExceedsUnheld}, ERC20InsufficientBalance, and with
    /// whatever refuses the receiver.
    function forcedTransfer(address from, address to, uint256 amount, bytes32 legalBasis) external returns (bool);

    /// @notice Gives `account` a power: 4 issuer, 8 enforcer.
    /// @dev Caller: the token's authority. Giving it again only renews the mandate; an enforcer's is kept for {mandateOf},
    /// an issuer's is in the event alone. Reverts with
    /// {LedgerPowerUnknown}, {IAccountLedger-LedgerLegalBasisMissing}, {LedgerPowerHolderHasBalance} (issuers hold no value).
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

    /// @notice What `account` could pay now for all the ledger knows: balance − held − frozen, minor units.
    function spendableOf(address account) external view returns (uint256);

    /// @notice The account's storage word, laid out by {AccountWord} and the token.
    function accountWord(address account) external view returns (uint256);
}
