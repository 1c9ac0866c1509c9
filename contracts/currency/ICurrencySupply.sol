// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";

/// @title ICurrencySupply
/// @notice Creation and destruction of money, by the central bank's desk alone.
/// @dev Amounts are minor units (fen, cents).
interface ICurrencySupply {
    /// @notice Money was created for an institution against a reserve.
    event Issued(address indexed account, bytes32 indexed businessRef, uint256 amount);
    /// @notice Held money was destroyed against a reserve credit.
    event Redeemed(address indexed account, bytes32 indexed businessRef, uint256 amount);

    /// @notice Creates money for an institution's account.
    /// @dev Only an issuer (the central bank's desk). Reverts with LedgerPowerMissing and with whatever refuses the
    /// receiver.
    function issue(address to, uint256 amount, bytes32 businessRef) external;

    /// @notice Destroys `amount` of what the payer holds for the caller under `terms`, which name no payee.
    /// @dev Only an issuer that is the hold's executor. Reverts with LedgerPowerMissing and like captureHold.
    function redeemHeld(Hold calldata terms, uint256 amount, bytes32 businessRef) external;
}
