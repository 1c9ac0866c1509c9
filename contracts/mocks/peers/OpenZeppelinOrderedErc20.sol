// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20TransferAuthorization} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20TransferAuthorization.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title OpenZeppelinOrderedErc20
/// @notice A peer of the gas benchmark: OpenZeppelin's ERC-20 with payments by signature under sequential nonces.
contract OpenZeppelinOrderedErc20 is ERC20, ERC20TransferAuthorization {
    constructor(uint256 supply) ERC20("Peer", "PEER") EIP712("Peer", "1") {
        _mint(msg.sender, supply);
    }
}
