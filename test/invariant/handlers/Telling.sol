// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Setting} from "../support/Setting.sol";
import {VM} from "../support/Vm.sol";

/// @dev How an act is done: first by the book, then by the contracts; both go through or both refuse.
abstract contract Telling is Setting {
    struct Tally {
        uint256 done;
        uint256 refused;
    }

    error Diverged(string act, bool byTheBook, bytes reason);

    mapping(string act => Tally) internal _tallies;
    mapping(bytes4 error => uint256) public refusals;
    Tally internal _total;
    uint256 internal _references;

    /// @dev Every call comes at the story's own time, whatever the runner's clock says.
    modifier now_() {
        VM.warp(_clock);
        _;
    }

    function tally(string calldata act) external view returns (Tally memory) {
        return _tallies[act];
    }

    function total() external view returns (Tally memory) {
        return _total;
    }

    /// @dev Where the rules are written a second time.
    function _rules() internal view virtual returns (address);

    /// @dev Whether the rules of the book allow it; if so it is done there.
    function _booked(bytes memory entry) internal returns (bool allowed) {
        (allowed, ) = _rules().call(entry);
    }

    /// @dev Does it for real and insists on what the book said.
    function _do(string memory act, address who, address target, bytes memory data, bool expected) internal {
        (bool done, bytes memory reason) = _as(who, target, data);
        require(done == expected, Diverged(act, expected, reason));
        if (done) ++_tallies[act].done;
        else ++_tallies[act].refused;
        if (done) ++_total.done;
        else ++_total.refused;
        if (!done) ++refusals[bytes4(reason)];
    }

    function _as(address who, address target, bytes memory data) internal returns (bool done, bytes memory answer) {
        VM.prank(who);
        return target.call(data);
    }

    function _newRef() internal returns (bytes32) {
        return bytes32(++_references);
    }

    /// @dev Mostly what is possible, sometimes a minor unit more than all of it, sometimes far too much.
    function _some(uint256 seed, uint256 most) internal pure returns (uint256) {
        uint256 kind = seed % 16;
        uint256 pick = seed / 16;
        if (kind == 0) return most + 1;
        if (kind == 1) return most;
        if (kind == 2) return pick % 2 ** 65;
        if (kind < 8) return pick % (most / 8 + 2);
        return pick % (most + 1);
    }
}
