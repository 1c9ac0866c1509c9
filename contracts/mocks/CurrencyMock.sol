// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title CurrencyMock
/// @notice What the council looks at of a currency: its central bank's authority, and a supply that anybody sets.
contract CurrencyMock {
    /// @notice The authority (an AccessManager).
    address public immutable authority;
    /// @notice Minor units outstanding.
    uint256 public totalSupply;

    constructor(address authority_) {
        authority = authority_;
    }

    /// @notice Sets what is outstanding.
    function setSupply(uint256 supply) external {
        totalSupply = supply;
    }
}
