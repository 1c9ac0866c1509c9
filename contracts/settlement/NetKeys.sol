// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlementEngine, NetKey} from "./ISettlementEngine.sol";

/// @title NetKeys
/// @notice The lines of a net settlement: whose position in which token each one is.
library NetKeys {
    /// @notice Requires every (token, account) to be one line, and the lines of a token to stand side by side.
    /// @dev Reverts with NetKeysUnsorted.
    function requireSorted(NetKey[] calldata keys) internal pure {
        for (uint256 i = 1; i < keys.length; ++i) {
            NetKey calldata before = keys[i - 1];
            NetKey calldata key = keys[i];
            require(
                before.token < key.token || (before.token == key.token && before.account < key.account),
                ISettlementEngine.NetKeysUnsorted(i)
            );
        }
    }

    /// @notice Whether line `key` of the table is this account's in this token.
    function isLine(
        NetKey[] calldata keys,
        uint256 key,
        address token,
        address account
    ) internal pure returns (bool matches) {
        assembly ("memory-safe") {
            // a line takes two words; what lies past the table is not looked at, whatever it says
            let line := add(keys.offset, shl(6, key))
            matches := and(
                lt(key, keys.length),
                and(eq(calldataload(line), token), eq(calldataload(add(line, 0x20)), account))
            )
        }
    }
}
