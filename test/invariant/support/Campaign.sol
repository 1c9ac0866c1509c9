// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Telling} from "../handlers/Telling.sol";

/// @dev What the invariants of all stories have in common. Each act also is checked as it happens: the book says
/// beforehand whether it must succeed.
abstract contract Campaign {
    error Broken(string what, uint256 c, address who, uint256 onChain, uint256 expected);
    error Vacuous(uint256 done, uint256 refused);

    /// @dev A story whose artifact belongs to the test's own file: the runner calls no other.
    Telling internal _told;

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_told);
    }

    /// @dev A run in which next to nothing happened would prove nothing.
    function afterInvariant() external view {
        Telling.Tally memory total = _told.total();
        require(total.done >= total.refused / 10, Vacuous(total.done, total.refused));
    }

    function _same(string memory what, uint256 c, address who, uint256 onChain, uint256 expected) internal pure {
        require(onChain == expected, Broken(what, c, who, onChain, expected));
    }
}
