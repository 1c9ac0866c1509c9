// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AuthorityUtils} from "@openzeppelin/contracts/access/manager/AuthorityUtils.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ICurrencyAuthority} from "./ICurrencyAuthority.sol";

/// @title CurrencyAuthority
/// @notice See {ICurrencyAuthority}.
abstract contract CurrencyAuthority is ICurrencyAuthority {
    /// @dev The function asked about is the one that was called. The currency has code, as the caller has made sure.
    function _requireAuthorityOf(address currency) internal view {
        (bool immediate, ) = AuthorityUtils.canCallWithDelay(
            IAccessManaged(currency).authority(),
            msg.sender,
            address(this),
            msg.sig
        );
        require(immediate, CurrencyAuthorityRequired(currency, msg.sender));
    }
}
