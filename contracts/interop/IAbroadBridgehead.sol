// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LogProof} from "./IForeignLedger.sol";
import {Homecoming, IBridgehead, Passage} from "./IBridgehead.sol";

/// @title IAbroadBridgehead
/// @notice The end on the other ledger: the one issuer of the currency there.
/// @dev Owns nothing. Its authority is the issuing central bank's on this ledger, which gives it the currency's power to
/// issue and gives it to nobody else: so supply here = minted − burned.
/// The one decision on a passage is taken here, before the deadline {mint}, otherwise {decline}; the receiver may decline
/// at any time. A receiver that cannot be paid (no wallet, frozen, full, halted) is minted later or declined.
/// To go home, a holder places a hold (no payee, executor this contract, expiry 2^48 − 1, `businessRef` the homecoming's
/// id) and anyone calls {burn}.
interface IAbroadBridgehead is IBridgehead {
    /// @notice What became of a passage here.
    enum Outcome {
        Open,
        Minted,
        Declined
    }

    /// @notice Money was created against the proof of its lock at home.
    event Minted(bytes32 indexed id, address indexed to, uint256 amount);
    /// @notice The passage will never be minted; the proof of this frees its hold.
    event Declined(bytes32 indexed id);
    /// @notice Money was destroyed; the proof of this pays at home.
    event Burned(bytes32 indexed id, bytes32 indexed passage, address indexed holder, address payee, uint256 amount);

    /// @notice The passage has ended here.
    error PassageEnded(bytes32 id, Outcome outcome);
    /// @notice The passage's time is over.
    error PassageExpired(bytes32 id, uint256 deadline, uint256 time);
    /// @notice Before the deadline only the receiver may decline.
    error PassageNotDue(bytes32 id, uint256 deadline, uint256 time);
    /// @notice The locked currency is another one, or counts in other units.
    error PassageCurrencyMismatch(bytes32 id, bytes32 currencyCode, uint8 decimals);
    /// @notice The homecoming was burned before.
    error HomecomingAlreadyBurned(bytes32 id);
    /// @notice Part of a passage cannot go back to its payer; name another of its accounts, or bring the whole home.
    error HomecomingPayeeInvalid(bytes32 id, address payee);
    /// @notice The passage does not back that much here.
    error HomecomingExceedsPassage(bytes32 id, uint256 amount, uint256 outstanding);

    /// @notice Mints what was locked at home.
    /// @dev Caller: anyone. Reverts with {BridgeheadMismatch}, {BridgeheadStopped}, {PassageEnded}, {PassageExpired},
    /// {BridgeheadCapExceeded}, {PassageCurrencyMismatch}, {PeerEmitterMismatch}, {PeerEventMismatch},
    /// {PeerSubjectMismatch}, with the foreign ledger's errors, and with whatever refuses the receiver.
    /// @param proof Of {IHomeBridgehead-Locked}.
    function mint(Passage calldata passage, LogProof calldata proof) external returns (bytes32 id);

    /// @notice Decides that the passage is never minted.
    /// @dev Caller: the receiver, or anyone from the deadline on. Reverts with {BridgeheadMismatch}, {PassageEnded},
    /// {PassageNotDue}.
    function decline(Passage calldata passage) external returns (bytes32 id);

    /// @notice Destroys what the holder holds for it and lets it be paid at home.
    /// @dev Caller: anyone; the hold's reference is the holder's consent. Works while stopped. Reverts with
    /// {BridgeheadMismatch}, {HomecomingPassageMismatch}, {HomecomingAlreadyBurned}, {HomecomingPayeeInvalid},
    /// {HomecomingExceedsPassage}, {BridgeheadHoldMissing}, and like redeemHeld.
    function burn(Passage calldata passage, Homecoming calldata homecoming) external returns (bytes32 id);

    /// @notice Emits {Declined} again.
    /// @dev Caller: anyone; see {IHomeBridgehead-restateLock}. Reverts with {BridgeheadNothingToRestate}.
    function restateDecline(bytes32 id) external;

    /// @notice Emits {Burned} again.
    /// @dev Caller: anyone. Reverts with {BridgeheadNothingToRestate}.
    function restateBurn(Homecoming calldata homecoming) external;

    /// @notice What is minted here and not burned, minor units: the currency's supply on this ledger.
    function minted() external view returns (uint256);

    /// @notice What became of a passage, and what of it is minted and not burned, minor units.
    function passageOf(bytes32 id) external view returns (Outcome outcome, uint256 outstanding);

    /// @notice Whether the homecoming has been burned.
    function isBurned(bytes32 id) external view returns (bool);
}
