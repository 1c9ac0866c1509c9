// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The terms of a hold. Its id is the hash of the terms (EIP-712 struct hash), so terms can never change.
/// @param payer Owner of the value; keeps it, with its interest or coupon, until a capture.
/// @param payee Who is paid at capture; zero: the executor names the payee then.
/// @param executor Who may capture, and may release at any time.
/// @param amount Minor units committed, 1 … 2^64 − 1.
/// @param expiry Unix seconds; capture is possible strictly before it, release by anyone from it on.
///   `type(uint48).max` means that time alone never ends the hold.
/// @param businessRef Business reference; two holds with otherwise equal terms differ in it.
struct Hold {
    address payer;
    address payee;
    address executor;
    uint256 amount;
    uint256 expiry;
    bytes32 businessRef;
}

/// @title IHoldLedger
/// @notice Value that stays where it is and is yet committed: the payer keeps the balance, part of it is held for a
/// named executor under stated terms.
/// @dev Amounts are minor units; times are Unix seconds.
///
/// A hold takes the payer's spendable balance and counts against the payer's limits when it is placed, whoever the payee
/// (given back on release within the same day and year, UTC+8). A capture can therefore not fail for the payer's cover or limits, nor
/// because the payer was frozen afterwards. It can fail for the payee: frozen, closed, over its cap, or halted.
/// Not protected here: what the executor does. Its powers end at the terms: it can pay the agreed payee or give back.
interface IHoldLedger {
    /// @notice A hold was placed.
    event HoldPlaced(
        bytes32 indexed id,
        address indexed payer,
        address indexed executor,
        address payee,
        uint256 amount,
        uint256 expiry,
        bytes32 businessRef
    );
    /// @notice Part or all of a hold was paid. `payee` is zero when the value was destroyed in a redemption.
    event HoldCaptured(bytes32 indexed id, address indexed payee, uint256 amount, uint256 remaining);
    /// @notice The rest of a hold went back to its payer's spendable balance.
    event HoldReleased(bytes32 indexed id, address indexed payer, uint256 amount);
    /// @notice The payer withdrew terms that had been signed but not placed.
    event HoldVoided(bytes32 indexed id, address indexed payer);

    /// @notice The same terms were placed or voided before.
    error HoldAlreadyUsed(bytes32 id);
    /// @notice There is nothing held under these terms (never placed, fully captured, or released).
    error HoldNotActive(bytes32 id);
    /// @notice The expiry is not in the future, or past what 48 bits can say.
    error HoldExpiryInvalid(bytes32 id, uint256 expiry, uint256 time);
    /// @notice The hold has expired; it can only be released.
    error HoldExpired(bytes32 id, uint256 expiry, uint256 time);
    /// @notice Only the executor may do this (releasing: anyone, from the expiry on).
    error HoldUnauthorized(bytes32 id, address caller, address executor);
    /// @notice The terms name no executor, no amount, or the payer as payee.
    error HoldTermsInvalid(bytes32 id);
    /// @notice The terms name another payee.
    error HoldPayeeMismatch(bytes32 id, address payee, address agreed);
    /// @notice More was to be captured than is left.
    error HoldAmountExceeded(bytes32 id, uint256 amount, uint256 remaining);
    /// @notice The caller is not the payer that the terms name.
    error HoldPayerMismatch(bytes32 id, address caller, address payer);
    /// @notice The signature is not the payer's over these terms.
    error HoldSignatureInvalid(bytes32 id, address payer);

    /// @notice Places a hold on the caller's own value.
    /// @dev Caller: the payer. Reverts with {HoldPayerMismatch}, {HoldTermsInvalid}, {HoldExpiryInvalid},
    /// {HoldAlreadyUsed}, and with whatever would refuse a payment of that amount.
    /// @return id Hash of the terms.
    function placeHold(Hold calldata terms) external returns (bytes32 id);

    /// @notice Places a hold on the payer's value, with the payer's allowance to the caller.
    /// @dev Caller: a spender. The allowance is used up by the amount. Reverts like {placeHold}, and with
    /// ERC20InsufficientAllowance.
    function placeHoldFrom(Hold calldata terms) external returns (bytes32 id);

    /// @notice Places a hold that the payer has signed (EIP-712; EOA or ERC-1271).
    /// @dev Caller: anyone. Single use, because terms are. Reverts like {placeHold}, and with {HoldSignatureInvalid}.
    function placeHoldWithSignature(Hold calldata terms, bytes calldata signature) external returns (bytes32 id);

    /// @notice Withdraws terms that the caller signed and nobody has placed yet.
    /// @dev Caller: the payer. Reverts with {HoldPayerMismatch}, {HoldAlreadyUsed}.
    function voidHold(Hold calldata terms) external returns (bytes32 id);

    /// @notice Pays `amount` of the hold to `payee`.
    /// @dev Caller: the executor, before the expiry. Reverts with {HoldUnauthorized}, {HoldNotActive}, {HoldExpired},
    /// {HoldPayeeMismatch}, {HoldAmountExceeded}, and with whatever refuses the payee.
    function captureHold(Hold calldata terms, address payee, uint256 amount) external;

    /// @notice Pays many payees out of one hold whose terms name no payee; the payer is debited once.
    /// @dev Caller: the executor, before the expiry. A payee that cannot be paid now is skipped, its amount stays
    /// held, and its position is returned, so that one payee never blocks the rest. Reverts like {captureHold}.
    /// @param entries One word a payee: address in the upper 160 bits, amount in the lower 96.
    /// @return captured Sum paid, minor units.
    /// @return skipped Positions in `entries` that were not paid.
    function captureHoldToMany(
        Hold calldata terms,
        uint256[] calldata entries
    ) external returns (uint256 captured, uint256[] memory skipped);

    /// @notice Gives what is left of the hold back to the payer's spendable balance.
    /// @dev Caller: the executor at any time; anyone from the expiry on; works while halted and whoever is frozen.
    /// Reverts with {HoldNotActive}, {HoldUnauthorized}.
    /// @return released Minor units given back.
    function releaseHold(Hold calldata terms) external returns (uint256 released);

    /// @notice Id of the terms: their EIP-712 struct hash.
    function holdId(Hold calldata terms) external pure returns (bytes32);

    /// @notice What is left under `id`, minor units, and whether the id has been used at all.
    function holdState(bytes32 id) external view returns (uint256 remaining, bool used);

    /// @notice Sum of what is left of all holds on `account`'s value, minor units.
    function heldOf(address account) external view returns (uint256);
}
