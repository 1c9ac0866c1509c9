// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title OpenZeppelinErc20
/// @notice A peer of the gas benchmark: OpenZeppelin's ERC-20 as it is, with payments by signature and an owner who
/// issues. It checks no limit, no freeze and no halt.
contract OpenZeppelinErc20 is ERC20, ERC3009, Ownable {
    constructor() ERC20("Peer", "PEER") EIP712("Peer", "1") Ownable(msg.sender) {}

    /// @notice Issues by the owner's word, without quota or attestation.
    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }

    /// @notice Pays many in one transaction, in the plainest way there is.
    function payOut(address[] calldata payees, uint256[] calldata amounts) external {
        for (uint256 i = 0; i < payees.length; ++i) {
            _transfer(msg.sender, payees[i], amounts[i]);
        }
    }
}
