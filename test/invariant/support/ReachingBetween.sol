// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BetweenLedgers} from "./BetweenLedgers.sol";

/// @dev Stories of two ledgers from fixed seeds: every act must come to be done, and where it can be refused, refused.
abstract contract ReachingBetween {
    error NeverDone(string act);
    error NeverRefused(string act);

    uint256 private constant STORIES = 12;

    string[] internal _acts;

    function _open() internal virtual returns (BetweenLedgers);

    /// @dev One act, drawn by the seed.
    function _tell(BetweenLedgers story, uint256 seed) internal virtual;

    /// @dev After its last act.
    function _end(BetweenLedgers story) internal virtual;

    function _reach(uint256 length) internal {
        uint256[] memory done = new uint256[](_acts.length);
        uint256[] memory refused = new uint256[](_acts.length);
        for (uint256 s = 0; s < STORIES; ++s) {
            BetweenLedgers story = _open();
            for (uint256 i = 0; i < length; ++i) _tell(story, uint256(keccak256(abi.encode(s, i))));
            for (uint256 a = 0; a < _acts.length; ++a) {
                BetweenLedgers.Tally memory tally = story.tally(_acts[a]);
                (done[a], refused[a]) = (done[a] + tally.done, refused[a] + tally.refused);
            }
            _end(story);
        }
        for (uint256 a = 0; a < _acts.length; ++a) {
            require(done[a] != 0, NeverDone(_acts[a]));
            require(refused[a] != 0, NeverRefused(_acts[a]));
        }
    }
}
