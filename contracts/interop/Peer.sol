// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IForeignLedger, LogProof, ProvenLog} from "./IForeignLedger.sol";
import {IPeer} from "./IPeer.sol";

/// @title Peer
/// @notice See {IPeer}.
abstract contract Peer is IPeer {
    uint256 internal immutable FOREIGN_CHAIN;
    address internal immutable PEER;
    IForeignLedger private immutable FOREIGN_LEDGER;

    /// @param peer_ Address of the contract on the other ledger, which may not exist yet.
    constructor(IForeignLedger foreignLedger_, address peer_) {
        require(
            address(foreignLedger_).code.length != 0 && peer_ != address(0),
            PeerInvalid(address(foreignLedger_), peer_)
        );
        FOREIGN_LEDGER = foreignLedger_;
        FOREIGN_CHAIN = foreignLedger_.foreignChainId();
        PEER = peer_;
    }

    /// @inheritdoc IPeer
    function foreignLedger() external view returns (address) {
        return address(FOREIGN_LEDGER);
    }

    /// @inheritdoc IPeer
    function peer() external view returns (address) {
        return PEER;
    }

    /// @dev What the peer logged about `id` with the event `topic`, ABI-encoded.
    function _requireProven(
        bytes32 id,
        LogProof calldata proof,
        bytes32 topic
    ) internal view returns (bytes memory data) {
        ProvenLog memory proven = FOREIGN_LEDGER.provenLog(proof);
        require(proven.emitter == PEER, PeerEmitterMismatch(id, proven.emitter, PEER));
        // the peer's events all have an indexed argument
        require(proven.topics[0] == topic, PeerEventMismatch(id, proven.topics[0], topic));
        require(proven.topics[1] == id, PeerSubjectMismatch(id, proven.topics[1]));
        return proven.data;
    }
}
