// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Telling} from "../handlers/Telling.sol";
import {Drawn} from "./Drawn.sol";

/// @dev Long stories told from a fixed seed: every act must come to be done, and where it can be refused, refused.
/// Without this an act that never succeeds would leave the invariants true for want of anything happening.
abstract contract Reaching is Drawn {
    error NeverDone(string act, uint256 done);
    error NeverRefused(string act);
    error NeverNamed(bytes4 refusal);

    uint256 internal constant LEAST = 5;

    /// @dev One after the other, each otherwise than the one before; what is done in any of them counts.
    Telling[] internal _told;
    bytes4[] internal _acts;

    function _tellAll(uint256 acts) internal {
        for (uint256 i = 0; i < acts * _told.length; ++i) {
            _tellDrawn(address(_told[i / acts]), _acts[_pick(_acts.length, i)], i);
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
}
