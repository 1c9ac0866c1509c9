// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LogProof} from "./IForeignLedger.sol";
import {Homecoming, IBridgehead, Passage} from "./IBridgehead.sol";

/// @title IHomeBridgehead
/// @notice The end on the currency's own ledger: executor of the holds that back what is abroad.
/// @dev Owns nothing. A bank places a hold that time never ends (no payee, expiry 2^48 − 1, `businessRef` the passage's id),
/// anyone calls {lock}; what comes home is captured from it by proof, what was declined abroad is released by proof.
/// Locking needs an active institution; coming home needs nothing but the proof, also where the payer was frozen or
/// suspended afterwards. A payee that cannot be paid (frozen, full, halted) is paid later by the same proof.
/// Not protected here: the other ledger's quorum of validators. What it could take with false proofs is at most the cap.
interface IHomeBridgehead is IBridgehead {
    /// @notice A hold backs money abroad from now on.
    event Locked(
        bytes32 indexed id,
        address indexed payer,
        uint256 amount,
        uint8 decimals,
        bytes32 currencyCode,
        bytes32 holdId
    );
    /// @notice Money came home.
    event HomecomingPaid(bytes32 indexed id, bytes32 indexed passage, address indexed payee, uint256 amount);
    /// @notice A passage was declined abroad; its payer has its money free again.
    event PassageReleased(bytes32 indexed id, address indexed payer, uint256 amount);

    /// @notice The passage was locked before.
    error PassageAlreadyLocked(bytes32 id);
    /// @notice The passage is not locked, or nothing of it is left.
    error PassageNotLocked(bytes32 id);
    /// @notice The homecoming has been paid.
    error HomecomingAlreadyPaid(bytes32 id);

    /// @notice Locks the hold that the passage describes in full.
    /// @dev Caller: anyone. Reverts with {BridgeheadMismatch}, {BridgeheadStopped}, {BridgeheadCapExceeded},
    /// {PassageAlreadyLocked}, {BridgeheadHoldMissing}, and with the registry's InstitutionUnknown, InstitutionNotActive
    /// for the payer.
    function lock(Passage calldata passage) external returns (bytes32 id);

    /// @notice Pays what was burned abroad out of the passage's hold; releases it where the whole goes back to its payer.
    /// @dev Caller: anyone. Reverts with {BridgeheadMismatch}, {HomecomingPassageMismatch}, {HomecomingAlreadyPaid},
    /// {PeerEmitterMismatch}, {PeerEventMismatch}, {PeerSubjectMismatch}, with the foreign ledger's errors, and with
    /// whatever refuses the payee.
    /// @param proof Of {IAbroadBridgehead-Burned}.
    function pay(Passage calldata passage, Homecoming calldata homecoming, LogProof calldata proof) external;

    /// @notice Releases the hold of a passage that was declined abroad.
    /// @dev Caller: anyone; works while halted and stopped. Reverts with {BridgeheadMismatch}, {PassageNotLocked},
    /// {PeerEmitterMismatch}, {PeerEventMismatch}, {PeerSubjectMismatch}, and with the foreign ledger's errors.
    /// @param proof Of {IAbroadBridgehead-Declined}.
    function release(Passage calldata passage, LogProof calldata proof) external;

    /// @notice Emits {Locked} again: a receipt with much else in it may be too long to be proven.
    /// @dev Caller: anyone. Reverts with {BridgeheadMismatch}, {BridgeheadNothingToRestate}.
    function restateLock(Passage calldata passage) external;

    /// @notice What is held for money abroad or in flight, minor units.
    function locked() external view returns (uint256);

    /// @notice Whether the passage was locked, and what of it backs money abroad or in flight, minor units.
    function lockOf(bytes32 id) external view returns (bool known, uint256 remaining);

    /// @notice Whether the homecoming has been paid.
    function isPaid(bytes32 id) external view returns (bool);
}
