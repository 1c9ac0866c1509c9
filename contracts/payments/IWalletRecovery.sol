// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice How far the recovery of a wallet has come. A cancelled or finished one may be followed by another.
enum RecoveryStatus {
    None,
    Proposed,
    Approved,
    Effective,
    Cancelled
}

/// @notice The latest recovery of a wallet.
/// @param successor The wallet of the same person that is paid.
/// @param due Unix seconds from which money moves, if the old key has not objected; zero until approved.
/// @param round Which recovery of the wallet this is, from 1 on: an objection is signed for one.
/// @param proposer The officer key that proposed; another must approve.
/// @param institution Number of the institution of both wallets.
struct Recovery {
    address successor;
    uint48 due;
    RecoveryStatus status;
    address proposer;
    uint16 institution;
    uint32 round;
}

/// @notice What an old key signs that is not lost.
/// @param wallet The wallet that is to be recovered.
/// @param round The recovery that is objected to.
struct RecoveryObjection {
    address wallet;
    uint32 round;
}

/// @title IWalletRecovery
/// @notice A customer that has lost the key of a wallet gets its money in a new wallet of its own: the institution proposes
/// and approves with two keys, the old key may object until the money moves, nobody else is ever paid.
/// @dev Immutable, without an office and without a power; one contract for one currency of wallet families. It owns
/// nothing. Amounts are minor units, times Unix seconds.
///
/// **Consent.** Given when the wallet is opened, while the key is there: an allowance without bound for this contract
/// (`approve` or a signed `permit` of 2^256 − 1). Without it there is no recovery here, only a court's order (ERC-7943
/// `forcedTransfer`, by the enforcer). Taking the allowance back ends every recovery, at any time.
///
/// **Steps.** One account of the institution that keeps both wallets proposes; another approves; {DELAY} later anybody may
/// carry the money over, as often as there is something to move. Until the first movement the old key's objection, by a
/// call or by signature, cancels; so does the institution's own withdrawal.
///
/// **Receiver.** Another wallet of the same person: same identity commitment, same institution, same family, and no
/// sub-wallet, whose key may be somebody else's. Looked at again at every movement; so a wallet that is closed, opened for
/// somebody else, or moved to another institution meanwhile is not paid.
///
/// **Limits.** What a person has paid is counted in one place for all of its wallets ({IWalletFamilies}), so a new wallet
/// starts with what the old one had used up, and recovering shakes nothing off. The movement itself is no payment and
/// counts nothing; the successor's balance cap binds, and what does not fit waits.
///
/// **What stays.** Holds of the old wallet are untouched; what they give back, and whatever else arrives there later, is
/// moved by the next {recover}. A wallet that is frozen pays nothing here either, and what is frozen of it stays.
///
/// Not protected: a customer whose institution's two keys are false and who does not look at its wallet for {DELAY}; a
/// thief of the key who objects (have the wallet frozen, and go to court). Wallets opened before the currency knew
/// families have to be enrolled first ({IWalletFamilies-enrolWallet}, by anyone).
interface IWalletRecovery {
    /// @notice The institution wants the wallet's money moved to `successor`.
    event RecoveryProposed(
        address indexed wallet,
        address indexed successor,
        uint16 indexed institution,
        address by,
        uint256 round,
        bytes32 evidence
    );
    /// @notice A second key agrees; money moves from `due` on.
    event RecoveryApproved(address indexed wallet, address indexed by, uint256 due);
    /// @notice The old key is there: nothing moves.
    event RecoveryObjected(address indexed wallet, uint256 round);
    /// @notice The institution no longer wants it: nothing moves.
    event RecoveryWithdrawn(address indexed wallet, address indexed by);
    /// @notice Money of the wallet is its owner's new wallet's.
    event WalletRecovered(address indexed wallet, address indexed successor, uint256 amount);

    /// @notice The wallet is not the institution's.
    error RecoveryNotSponsored(address wallet, uint16 sponsor, uint16 institution);
    /// @notice The successor is not another wallet of the same person at the same institution, or is a sub-wallet.
    error RecoverySuccessorInvalid(address wallet, address successor);
    /// @notice The wallet has not consented, or no longer does.
    error RecoveryConsentMissing(address wallet);
    /// @notice The recovery is not at the step that this needs.
    error RecoveryStatusInvalid(address wallet, RecoveryStatus status);
    /// @notice Who proposes does not approve.
    error RecoverySecondKeyMissing(address wallet, address proposer);
    /// @notice Only the wallet's own key may do this.
    error RecoveryObjectionInvalid(address wallet, uint256 round);
    /// @notice The old key may still object.
    error RecoveryNotDue(address wallet, uint256 due, uint256 time);
    /// @notice The wallet has nothing free, or the successor's balance cap leaves no room now.
    error RecoveryNothingMovable(address wallet, uint256 spendable, uint256 room);
    /// @notice Evidence is missing.
    error RecoveryEvidenceMissing(address wallet);

    /// @notice Proposes to move the money of `wallet` to `successor`.
    /// @dev Caller: an account of the active operating institution that keeps both wallets. Reverts with the registry's
    /// InstitutionUnknown, InstitutionNotActive and InstitutionTierInvalid, {RecoveryStatusInvalid} (one is open),
    /// {RecoveryNotSponsored}, {RecoverySuccessorInvalid}, {RecoveryConsentMissing}, {RecoveryEvidenceMissing}.
    /// @param evidence Hash of the customer's application and of how it was identified.
    function propose(address wallet, address successor, bytes32 evidence) external;

    /// @notice Agrees with a proposal; the delay begins.
    /// @dev Caller: another account of the same institution, still active and operating. Reverts with the registry's errors,
    /// {RecoveryStatusInvalid}, {RecoveryNotSponsored} (of another institution), {RecoverySecondKeyMissing}.
    function approve(address wallet) external;

    /// @notice Ends a recovery that has moved nothing yet.
    /// @dev Caller: an account of the institution that proposed, whatever its standing. Reverts with
    /// {RecoveryStatusInvalid}, {RecoveryNotSponsored}.
    function withdraw(address wallet) external;

    /// @notice Says that the caller's key is not lost: its recovery is cancelled.
    /// @dev Caller: the wallet, until the first movement. Reverts with {RecoveryStatusInvalid}.
    function object() external;

    /// @notice The same by the wallet's signature.
    /// @dev Caller: anyone. Reverts with {RecoveryStatusInvalid}, {RecoveryObjectionInvalid} (for another recovery, or
    /// not the wallet's).
    /// @param signature The wallet's over the objection (EIP-712; ECDSA or ERC-1271).
    function objectWithSignature(RecoveryObjection calldata objection, bytes calldata signature) external;

    /// @notice Moves what is free to the successor.
    /// @dev Caller: anyone, from `due` on, again and again. The first movement ends the time for objections. Reverts with
    /// {RecoveryStatusInvalid}, {RecoveryNotDue}, {RecoveryNotSponsored}, {RecoverySuccessorInvalid},
    /// {RecoveryConsentMissing}, {RecoveryNothingMovable}, and with whatever refuses payer or payee: frozen, halted.
    /// @return amount Minor units moved: what is spendable, or the successor's room if that is less.
    function recover(address wallet) external returns (uint256 amount);

    /// @notice The latest recovery of a wallet.
    function recoveryOf(address wallet) external view returns (Recovery memory);

    /// @notice What {recover} would move now if it were due.
    /// @return spendable What the old wallet has free.
    /// @return room What the successor's balance cap leaves.
    function movable(address wallet) external view returns (uint256 spendable, uint256 room);

    /// @notice The currency whose wallets are recovered.
    function CURRENCY() external view returns (address);

    /// @notice How long the old key has for its objection, at least, seconds.
    function DELAY() external view returns (uint256);
}
