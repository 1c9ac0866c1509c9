// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CurrencyAuthority} from "./CurrencyAuthority.sol";
import {IBridgeGate} from "./IBridgeGate.sol";

/// @title BridgeGate
/// @notice See {IBridgeGate}.
contract BridgeGate is IBridgeGate, CurrencyAuthority {
    mapping(address currency => mapping(address venue => bool)) private _admitted;
    address private transient _venue;
    address private transient _mover;

    /// @inheritdoc IBridgeGate
    function admitVenue(address currency, address venue) external {
        _requireAuthorityOf(currency);
        require(venue.code.length != 0, VenueInvalid(venue));
        if (_admitted[currency][venue]) return;
        _admitted[currency][venue] = true;
        emit VenueAdmitted(currency, venue);
    }

    /// @inheritdoc IBridgeGate
    function dismissVenue(address currency, address venue) external {
        _requireAuthorityOf(currency);
        if (!_admitted[currency][venue]) return;
        _admitted[currency][venue] = false;
        emit VenueDismissed(currency, venue);
    }

    /// @inheritdoc IBridgeGate
    function open(address mover) external {
        require(_venue == address(0), GateAlreadyOpen(_venue));
        (_venue, _mover) = (msg.sender, mover);
    }

    /// @inheritdoc IBridgeGate
    function close() external {
        require(_venue == msg.sender, GateNotOpen(_venue, msg.sender));
        (_venue, _mover) = (address(0), address(0));
    }

    /// @inheritdoc IBridgeGate
    function isOpen(address currency, address mover) external view returns (bool) {
        return _mover == mover && _admitted[currency][_venue];
    }

    /// @inheritdoc IBridgeGate
    function isAdmitted(address currency, address venue) external view returns (bool) {
        return _admitted[currency][venue];
    }
}
