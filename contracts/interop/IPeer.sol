// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IPeer
/// @notice A contract that believes one contract of another ledger, its peer, by proof of that one's events.
/// @dev The first indexed argument of every event that is proven is the id of what it is about.
interface IPeer {
    /// @notice The deployment names no foreign ledger or no peer.
    error PeerInvalid(address foreignLedger, address peer);
    /// @notice The proven event is not the peer's.
    error PeerEmitterMismatch(bytes32 id, address emitter, address peer);
    /// @notice The proven event is another one.
    error PeerEventMismatch(bytes32 id, bytes32 topic, bytes32 expected);
    /// @notice The proven event is about something else.
    error PeerSubjectMismatch(bytes32 id, bytes32 proven);

    /// @notice Light client of the other ledger.
    function foreignLedger() external view returns (address);

    /// @notice The contract on the other ledger.
    function peer() external view returns (address);
}
