// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "solady/src/auth/Ownable.sol";
import {ERC20} from "solady/src/tokens/ERC20.sol";

/// @title SoladyErc20
/// @notice A peer of the gas benchmark: solady's ERC-20 as it is, with an owner who issues. It checks no limit, no
/// freeze and no halt.
contract SoladyErc20 is ERC20, Ownable {
    constructor() {
        _initializeOwner(msg.sender);
    }

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

    /// @inheritdoc ERC20
    function name() public pure override returns (string memory) {
        return "Peer";
    }

    /// @inheritdoc ERC20
    function symbol() public pure override returns (string memory) {
        return "PEER";
    }
}
