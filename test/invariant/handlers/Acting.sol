// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Stage} from "../support/Stage.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev {Telling} on the stage of the two currencies.
abstract contract Acting is Stage, Telling {
    function _rules() internal view override returns (address) {
        return address(_book);
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
}
