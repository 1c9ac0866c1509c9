// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {NetPositions} from "../../contracts/settlement/NetPositions.sol";

/// @title NetPositionsProof
/// @notice What is true of every net position. Proved by `npm run prove`, not run.
contract NetPositionsProof {
    using NetPositions for int256;

    /// @dev A position after up to 2^32 legs.
    int256 private constant FAR = 2 ** 160;

    function givingAndReceivingCancelOut(int256 giver, int256 receiver, uint256 amount) external pure {
        require(-FAR < giver && giver < FAR && -FAR < receiver && receiver < FAR);
        require(amount <= NetPositions.MAX_AMOUNT);
        assert(giver.give(amount) + receiver.receiveAmount(amount) == giver + receiver);
        assert(giver.give(amount).receiveAmount(amount) == giver);
        assert(giver.give(amount) <= giver);
        assert(receiver.receiveAmount(amount) >= receiver);
    }

    function offsetMovesNoMoreThanEitherSideHas(int256 payer, int256 receiver) external pure {
        require(-FAR < payer && payer < 0 && 0 < receiver && receiver < FAR);
        (uint256 amount, int256 payerLeft, int256 receiverLeft) = NetPositions.offset(payer, receiver);
        assert(amount > 0);
        assert(payerLeft <= 0);
        assert(receiverLeft >= 0);
        assert(payerLeft == payer + int256(amount));
        assert(receiverLeft == receiver - int256(amount));
        assert(payerLeft == 0 || receiverLeft == 0);
        assert(payerLeft + receiverLeft == payer + receiver);
    }
}
