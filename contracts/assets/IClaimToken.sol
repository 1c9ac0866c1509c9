// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";

/// @title IClaimToken
/// @notice What deposits of a bank and units of a fund have in common: a claim on somebody, on the accounts that
/// institutions keep for their customers, created and destroyed by whoever owes it.
/// @dev Amounts are minor units. Payments, holds and the freeze are the ledger's ({ILedger}); each payment is between
/// open accounts. An issuer ({ILedgerEnforcement-appoint}, power 4) creates claims, and destroys only what their owner
/// has put on hold for it: no power destroys a claim without its owner's consent. Supply is what was created less what
/// was destroyed, and nothing else.
///
/// Not protected: what an issuer creates claims against; see the token.
interface IClaimToken {
    /// @notice Institution `keeper` keeps this account from now on.
    event ClaimAccountOpened(address indexed account, uint16 indexed keeper);
    /// @notice The account is closed.
    event ClaimAccountClosed(address indexed account, uint16 indexed keeper);
    /// @notice Claims were created for `account`.
    event ClaimsCreated(address indexed account, bytes32 indexed businessRef, uint256 amount);
    /// @notice Held claims of `account` were destroyed.
    event ClaimsDestroyed(address indexed account, bytes32 indexed businessRef, uint256 amount);
    /// @notice Nothing of this token moves.
    event ClaimTokenHalted(address indexed by);
    /// @notice Movements go on.
    event ClaimTokenResumed(address indexed by);

    /// @notice The account is zero, or belongs to whoever owes the claim or issues it.
    error ClaimAccountInvalid(address account);
    /// @notice The account is open already.
    error ClaimAccountOpen(address account, uint16 keeper);
    /// @notice The account is kept by `keeper` (0: nobody), not by the caller's institution.
    error ClaimAccountNotKept(address account, uint16 keeper, uint16 institution);
    /// @notice Only an empty account can be closed.
    error ClaimAccountNotEmpty(address account, uint256 balance);
    /// @notice All movements are halted; `account` cannot take part in one.
    error ClaimMovementHalted(address account);

    /// @notice Opens an account.
    /// @dev Caller: an active institution that may keep accounts of this token; see the token. Reverts with what refuses
    /// the caller, {ClaimAccountInvalid}, {ClaimAccountOpen}.
    function openAccount(address account) external;

    /// @notice Closes an empty account. What it is frozen for stays, should it be opened again.
    /// @dev Caller: the institution that keeps it. Reverts with what refuses the caller, {ClaimAccountNotKept},
    /// {ClaimAccountNotEmpty}.
    function closeAccount(address account) external;

    /// @notice Creates claims for an open account.
    /// @dev Caller: an issuer. Reverts with LedgerPowerMissing, ERC7943CannotReceive (not open or frozen),
    /// {ClaimMovementHalted}, LedgerBalanceOverflow.
    function issue(address to, uint256 amount, bytes32 businessRef) external;

    /// @notice Destroys `amount` of what the owner holds for the caller under `terms`, which name no payee.
    /// @dev Caller: an issuer that is the hold's executor. Reverts with LedgerPowerMissing, {ClaimMovementHalted} and
    /// like captureHold.
    function redeemHeld(Hold calldata terms, uint256 amount, bytes32 businessRef) external;

    /// @notice Halts every movement; releases of holds go on.
    /// @dev Restricted (halter). Halting again changes nothing.
    function haltAll() external;

    /// @notice Lets movements go on.
    /// @dev Restricted (resumer). Repeating changes nothing.
    function resumeAll() external;

    /// @notice Institution that keeps the account; 0: not open.
    function keeperOf(address account) external view returns (uint16);

    /// @notice Whether movements are halted.
    function isHalted() external view returns (bool);

    /// @notice Central bank money that the claim is stated in.
    // solhint-disable-next-line func-name-mixedcase
    function CURRENCY() external view returns (address);
}
