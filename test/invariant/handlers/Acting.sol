// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Stage} from "../support/Stage.sol";
import {VM} from "../support/Vm.sol";

/// @dev How an act is done: first by the book, then by the contracts; both go through or both refuse.
abstract contract Acting is Stage {
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

    /// @dev Whether the rules of the book allow it; if so it is done there.
    function _booked(bytes memory entry) internal returns (bool allowed) {
        (allowed, ) = address(_book).call(entry);
    }

    /// @dev Does it for real and insists on what the book said.
    function _do(string memory act, address who, address target, bytes memory data, bool expected) internal {
        VM.prank(who);
        (bool done, bytes memory reason) = target.call(data);
        require(done == expected, Diverged(act, expected, reason));
        if (done) ++_tallies[act].done;
        else ++_tallies[act].refused;
        if (done) ++_total.done;
        else ++_total.refused;
        if (!done) ++refusals[bytes4(reason)];
    }

    function _newRef() internal returns (bytes32) {
        return bytes32(++_references);
    }

    function _signature(uint256 who, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(KEYS + who, digest);
        return abi.encodePacked(r, s, v);
    }

    function _typed(bytes32 domain, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function _someone(uint256 seed) internal pure returns (uint256) {
        return seed % CAST;
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
