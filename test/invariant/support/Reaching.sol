// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Telling} from "../handlers/Telling.sol";

/// @dev Long stories told from a fixed seed: every act must come to be done, and where it can be refused, refused.
/// Without this an act that never succeeds would leave the invariants true for want of anything happening.
abstract contract Reaching {
    error NeverDone(string act, uint256 done);
    error NeverRefused(string act);
    error NeverNamed(bytes4 refusal);

    uint256 internal constant LEAST = 5;

    /// @dev One after the other, each otherwise than the one before; what is done in any of them counts.
    Telling[] internal _told;
    bytes4[] internal _acts;

    function _tellAll(uint256 acts) internal {
        for (uint256 i = 0; i < acts * _told.length; ++i) {
            uint256[5] memory seeds;
            for (uint256 s = 0; s < 5; ++s) seeds[s] = uint256(keccak256(abi.encode(i, s)));
            // drawn apart: what the act chooses must not hang on which act it is
            _tell(_told[i / acts], _acts[uint256(keccak256(abi.encode(i, "act"))) % _acts.length], seeds);
        }
    }

    function _requireReached(string memory act, uint256 least) internal view {
        uint256 done;
        uint256 refused;
        for (uint256 i = 0; i < _told.length; ++i) {
            Telling.Tally memory tally = _told[i].tally(act);
            (done, refused) = (done + tally.done, refused + tally.refused);
        }
        require(done >= least, NeverDone(act, done));
        require(refused != 0, NeverRefused(act));
    }

    /// @dev Rules that never came to bind would not be tested, whatever the book says of them.
    function _requireNamed(bytes4 refusal) internal view {
        uint256 times;
        for (uint256 i = 0; i < _told.length; ++i) times += _told[i].refusals(refusal);
        require(times != 0, NeverNamed(refusal));
    }

    /// @dev More words than an act has parameters do no harm.
    function _tell(Telling story, bytes4 act, uint256[5] memory seeds) private {
        (bool told, bytes memory reason) = address(story).call(abi.encodePacked(act, abi.encode(seeds)));
        if (told) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }
}
