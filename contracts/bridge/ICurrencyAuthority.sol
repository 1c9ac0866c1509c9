// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title ICurrencyAuthority
/// @notice Functions about one currency are its own central bank's: whoever the currency's authority
/// (`authority()`, an AccessManager) lets call the function on this contract, at once.
/// @dev There is no owner over all currencies. A caller whose role has a delay goes through the authority's `schedule`
/// and `execute`; the authority itself then calls.
interface ICurrencyAuthority {
    /// @notice The currency's own authority does not let the caller do this.
    error CurrencyAuthorityRequired(address currency, address caller);
}
