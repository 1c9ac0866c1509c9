// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IAuthorizations
/// @notice What ERC-2612 and ERC-3009 leave out: signatures of any length (ERC-1271 contracts), and errors by name.
/// @dev Amounts are minor units, times Unix seconds. An authorization moves value by the payer's consent and obeys
/// every rule that a transfer obeys. Anyone may carry it; who carries it gains nothing.
interface IAuthorizations {
    /// @notice The signature is not `signer`'s over this.
    error AuthorizationSignatureInvalid(address signer);
    /// @notice The nonce was used or cancelled before.
    error AuthorizationAlreadyUsed(address authorizer, bytes32 nonce);
    /// @notice It is valid only after `validAfter`.
    error AuthorizationNotYetValid(address signer, uint256 validAfter, uint256 time);
    /// @notice It was valid only before `validBefore` (a permit: until and including it).
    error AuthorizationExpired(address signer, uint256 validBefore, uint256 time);
    /// @notice Only the payee may carry a receive authorization.
    error AuthorizationPayeeNotCaller(address caller, address payee);

    /// @notice {IERC20Permit-permit} for any signer.
    /// @dev Caller: anyone. Reverts with {AuthorizationExpired}, {AuthorizationSignatureInvalid}.
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes calldata signature) external;

    /// @notice ERC-3009 transfer for any signer.
    /// @dev Caller: anyone, strictly after `validAfter` and before `validBefore`. Reverts with
    /// {AuthorizationNotYetValid}, {AuthorizationExpired}, {AuthorizationSignatureInvalid},
    /// {AuthorizationAlreadyUsed}, and with whatever refuses the payment.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice ERC-3009 transfer that only the payee can carry.
    /// @dev Caller: the payee, else {AuthorizationPayeeNotCaller}. Otherwise as {transferWithAuthorization}.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Makes an unused nonce unusable.
    /// @dev Caller: anyone with the authorizer's signature. Reverts with {AuthorizationSignatureInvalid},
    /// {AuthorizationAlreadyUsed}.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external;
}
