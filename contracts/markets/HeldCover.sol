// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";

/// @title HeldCover
/// @notice Holds in place whose reference is an order's id: whether they are there, and how they come to be.
library HeldCover {
    /// @notice Whether the hold is in place.
    /// @dev Only its executor could have taken a part of it.
    function isInPlace(IHoldLedger ledger, Hold memory hold) internal view returns (bool) {
        (uint256 remaining, ) = ledger.holdState(ledger.holdId(hold));
        return remaining != 0;
    }

    /// @notice Places it by the payer's signature over it or, without one, by the payer's allowance to the caller.
    function place(IHoldLedger ledger, Hold memory hold, bytes calldata signature) internal {
        if (signature.length != 0) ledger.placeHoldWithSignature(hold, signature);
        else ledger.placeHoldFrom(hold);
    }
}
