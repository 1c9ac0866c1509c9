// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title PlainSwap
/// @notice A peer of the gas benchmark: the least that exchanges two tokens in one transaction. Its operator decides
/// alone; nobody signs, nothing is recorded, and the same exchange can be made again.
contract PlainSwap {
    /// @notice Only the operator swaps.
    error SwapUnauthorized(address caller);

    address private immutable OPERATOR;

    constructor() {
        OPERATOR = msg.sender;
    }

    /// @notice Moves both amounts by allowance.
    function swap(
        IERC20 paid,
        address buyer,
        uint256 price,
        IERC20 delivered,
        address seller,
        uint256 amount
    ) external {
        require(msg.sender == OPERATOR, SwapUnauthorized(msg.sender));
        SafeERC20.safeTransferFrom(paid, buyer, seller, price);
        SafeERC20.safeTransferFrom(delivered, seller, buyer, amount);
    }
}
