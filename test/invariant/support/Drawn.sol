// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Acts told from a fixed seed.
abstract contract Drawn {
    /// @dev Which of `count` acts comes in `round`. Drawn apart: what an act chooses must not hang on which act it is.
    function _pick(uint256 count, uint256 round) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(round, "act"))) % count;
    }

    /// @dev Tells `story` an act, its choices drawn by `round`. More words than an act has parameters do no harm.
    function _tellDrawn(address story, bytes4 act, uint256 round) internal {
        uint256[5] memory seeds;
        for (uint256 s = 0; s < seeds.length; ++s) seeds[s] = uint256(keccak256(abi.encode(round, s)));
        (bool told, bytes memory reason) = story.call(abi.encodePacked(act, abi.encode(seeds)));
        if (told) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }
}
