// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICurrencyAuthority} from "./ICurrencyAuthority.sol";

/// @title IBridgeGate
/// @notice Which contracts may move which currency across a border, and which of them is at it right now.
/// @dev Immutable, without owner. A venue opens the gate for the settlement engine it calls, and closes it afterwards,
/// within one transaction: the state is transient. A currency asks whether the gate is open *for whoever called it*, so
/// that what else happens in between (another token's code, a signer's contract) gets through nothing: only the engine
/// does, and that is locked while it settles.
/// Not protected: a venue decides what it has its engine settle. A central bank admits code that it knows and that
/// cannot change.
interface IBridgeGate is ICurrencyAuthority {
    /// @notice The venue may move the currency across borders from now on.
    event VenueAdmitted(address indexed currency, address indexed venue);
    /// @notice The venue no longer may.
    event VenueDismissed(address indexed currency, address indexed venue);

    /// @notice Only a contract can be a venue.
    error VenueInvalid(address venue);
    /// @notice The gate is open for this venue already.
    error GateAlreadyOpen(address venue);
    /// @notice The gate is open for another venue, or for none.
    error GateNotOpen(address venue, address caller);

    /// @notice Lets a venue move a currency across borders.
    /// @dev Caller: whoever the currency's own authority lets call this function. Reverts with
    /// {CurrencyAuthorityRequired}, {VenueInvalid}. Repeating changes nothing.
    function admitVenue(address currency, address venue) external;

    /// @notice Ends {admitVenue}, at once.
    /// @dev Caller: whoever the currency's own authority lets call this function. Reverts with
    /// {CurrencyAuthorityRequired}. Repeating changes nothing.
    function dismissVenue(address currency, address venue) external;

    /// @notice Opens the gate for what `mover` moves, in the caller's name, until {close} or the transaction's end.
    /// @dev Caller: anyone; the name of a caller that no currency has admitted opens nothing. Reverts with
    /// {GateAlreadyOpen}.
    /// @param mover The settlement engine that the caller is about to call.
    function open(address mover) external;

    /// @notice Closes it.
    /// @dev Caller: who opened. Reverts with {GateNotOpen}.
    function close() external;

    /// @notice Whether `mover` may move `currency` across a border now.
    function isOpen(address currency, address mover) external view returns (bool);

    /// @notice Whether the currency's central bank has admitted the venue.
    function isAdmitted(address currency, address venue) external view returns (bool);
}
