// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IERC7943Fungible
/// @notice The fungible interface of ERC-7943 (uRWA) in its final text. Interface id 0x3edbb4c4.
/// @dev Amounts are minor units. `Frozen` carries the absolute frozen amount, which may exceed the balance.
interface IERC7943Fungible {
    /// @notice Value was taken from one account and given to another by lawful order.
    event ForcedTransfer(address indexed from, address indexed to, uint256 amount);
    /// @notice The frozen amount of an account is now `amount`.
    event Frozen(address indexed account, uint256 amount);

    /// @notice The account may not pay: frozen, not opened, or its class halted.
    error ERC7943CannotSend(address account);
    /// @notice The account may not be paid: frozen, not opened, or its class halted.
    error ERC7943CannotReceive(address account);
    /// @notice The rules refuse this transfer: a lawful order from an account to itself moves nothing.
    error ERC7943CannotTransfer(address from, address to, uint256 amount);
    /// @notice The balance would do, but part of it is frozen.
    error ERC7943InsufficientUnfrozenBalance(address account, uint256 amount, uint256 unfrozen);

    /// @notice Moves value by lawful order, on the caller's standing mandate.
    function forcedTransfer(address from, address to, uint256 amount) external returns (bool result);

    /// @notice Replaces the frozen amount of `account`, on the caller's standing mandate.
    function setFrozenTokens(address account, uint256 amount) external returns (bool result);

    /// @notice Whether the account itself may pay.
    function canSend(address account) external view returns (bool allowed);

    /// @notice Whether the account itself may be paid.
    function canReceive(address account) external view returns (bool allowed);

    /// @notice Frozen amount, minor units; may exceed the balance.
    function getFrozenTokens(address account) external view returns (uint256 amount);

    /// @notice Whether the rules of the token (eligibility, freezing, limits) let a transfer of `amount` pass now.
    /// @dev Balance, allowance and what is held are not rules in the sense of the standard: see `spendableOf`.
    function canTransfer(address from, address to, uint256 amount) external view returns (bool allowed);
}
