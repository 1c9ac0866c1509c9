// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IAccountLedger
/// @notice What every token of the suite has in common beyond ERC-20 and holds: payments with a reference, pay-outs to
/// many, and the freeze, which is in a hurry. All other orders, and who has which power: {ILedgerEnforcement}.
/// @dev Amounts are minor units. A legal basis is the hash of the document (order, statute, warrant) and never zero.
interface IAccountLedger {
    /// @notice The account may neither pay nor be paid, by order of `authority`.
    event AccountFrozen(address indexed account, address indexed authority, bytes32 indexed legalBasis);
    /// @notice A payment or pay-out carried an end-to-end reference (UETR or hash) for reconciliation.
    /// @dev `to` is zero for a pay-out to many. The ledger does not enforce that references differ.
    event PaymentReferenced(bytes32 indexed businessRef, address indexed from, address indexed to, uint256 amount);

    /// @notice The balance is enough, what is not held of it is not.
    error LedgerInsufficientSpendable(address account, uint256 spendable, uint256 amount);
    /// @notice The receiver's balance would pass 2^64 − 1 minor units.
    error LedgerBalanceOverflow(address account, uint256 balance, uint256 amount);
    /// @notice The caller lacks the power (see {AccountWord}).
    error LedgerPowerMissing(address caller, uint256 power);
    /// @notice A lawful order must name its legal basis.
    error LedgerLegalBasisMissing(address account);
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
}
