// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IIssuanceDesk} from "../../contracts/issuance/IIssuanceDesk.sol";
import {Instruction, InstructionStatus} from "../../contracts/settlement/ISettlementEngine.sol";
import {HoldActs} from "./handlers/HoldActs.sol";
import {SettlementActs} from "./handlers/SettlementActs.sol";
import {Facts} from "./support/Facts.sol";
import {SettlementBook} from "./support/SettlementBook.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract BusinessStory is SettlementActs {}

/// @dev What docs/invariants.md says of requests, instructions and ids, after every act of a story.
contract BusinessInvariants is Facts {
    function invariant_everySentenceHolds() external view {
        holds_INV05_anInstructionEndsOnceWithAllItsLegs();
        holds_STL01_anAffirmationIsAsItsGiverLastSaid();
        holds_INV09_noBusinessIdIsUsedTwice();
        holds_ISS01_pendingIsTheSumOfOpenRequests();
        holds_ISS02_aRequestEndsOnceAndAsItsPartiesDecided();
        holds_ISS03_outstandingNeverPassesTheQuotaItWasIssuedUnder();
    }

    function holds_INV05_anInstructionEndsOnceWithAllItsLegs() public view {
        (uint256 gross, uint256 net) = _story.proposalCount();
        for (uint256 i = 0; i < gross + net; ++i) {
            (, Instruction memory instruction) = _story.proposed(i >= gross, i >= gross ? i - gross : i);
            address initiator = instruction.legs[0].from;
            SettlementBook.End end = _book.ended(initiator, instruction.businessRef);
            InstructionStatus status = _story.engine().statusOf(initiator, instruction.businessRef);
            _same("status", 0, initiator, uint256(status), uint256(end));
        }
        // the book moves all legs or none: any leg too few or too many shows in somebody's balance
        for (uint256 i = 0; i < CAST; ++i) {
            for (uint256 c = 0; c < 2; ++c) _same("moved", c, _people[i], _balance(c, i), _line(c, i).balance);
        }
    }

    function holds_STL01_anAffirmationIsAsItsGiverLastSaid() public view {
        (uint256 gross, ) = _story.proposalCount();
        for (uint256 i = 0; i < gross; ++i) {
            (bytes32 id, Instruction memory instruction) = _story.proposed(false, i);
            for (uint256 l = 0; l < 2; ++l) {
                address giver = instruction.legs[l].from;
                require(
                    _story.engine().isAffirmed(id, giver) == _book.affirmed(id, giver),
                    Broken("affirmed", l, giver, 0, 0)
                );
            }
        }
    }

    function holds_INV09_noBusinessIdIsUsedTwice() public view {
        uint256 holds = _story.holdCount();
        for (uint256 h = 0; h < holds; ++h) {
            HoldActs.Placed memory placed = _story.placedHold(h);
            (, bool used) = _places[placed.c].money.holdState(placed.id);
            require(used, Broken("hold id free again", placed.c, placed.terms.payer, 0, 1));
        }
        uint256 authorizations = _story.authorizationCount();
        for (uint256 a = 0; a < authorizations; ++a) {
            (uint256 c, address from, bytes32 nonce) = _story.authorization(a);
            require(_places[c].money.authorizationState(from, nonce), Broken("nonce free again", c, from, 0, 1));
        }
        (uint256 issues, uint256 redemptions) = _story.requestCount();
        for (uint256 r = 0; r < issues + redemptions; ++r) {
            (uint256 c, bytes32 id) = _story.asked(r >= issues, r >= issues ? r - issues : r);
            IIssuanceDesk.Status status = _places[c].desk.requestOf(id).status;
            require(status != IIssuanceDesk.Status.None, Broken("request id free again", c, address(0), 0, 1));
        }
        _requireEndsKept();
    }

    function holds_ISS01_pendingIsTheSumOfOpenRequests() public view {
        (uint256 issues, ) = _story.requestCount();
        uint256[3][2] memory open;
        for (uint256 r = 0; r < issues; ++r) {
            (uint256 c, bytes32 id) = _story.asked(false, r);
            IIssuanceDesk.Request memory request = _places[c].desk.requestOf(id);
            if (request.status == IIssuanceDesk.Status.Requested) open[c][request.institution] += request.amount;
        }
        for (uint256 c = 0; c < 2; ++c) {
            for (uint16 number = 1; number <= 2; ++number) {
                uint256 pending = _places[c].desk.positionOf(number).pending;
                _same("pending", c, address(uint160(number)), pending, open[c][number]);
            }
        }
    }

    function holds_ISS02_aRequestEndsOnceAndAsItsPartiesDecided() public view {
        (uint256 issues, uint256 redemptions) = _story.requestCount();
        for (uint256 r = 0; r < issues + redemptions; ++r) {
            (uint256 c, bytes32 id) = _story.asked(r >= issues, r >= issues ? r - issues : r);
            uint256 status = uint256(_places[c].desk.requestOf(id).status);
            _same("request", c, address(0), status, uint256(_book.request(c, id).stand));
        }
    }

    function holds_ISS03_outstandingNeverPassesTheQuotaItWasIssuedUnder() public view {
        for (uint256 c = 0; c < 2; ++c) {
            for (uint16 number = 1; number <= 2; ++number) {
                IIssuanceDesk.Position memory position = _places[c].desk.positionOf(number);
                uint256 ceiling = _story.largestQuota(c, number) + position.redeemed;
                address who = address(uint160(number));
                require(position.issued <= ceiling, Broken("issued", c, who, position.issued, ceiling));
            }
        }
    }

    // ---------------------------------------------------------------- internals

    function _begin() internal override returns (SettlementActs) {
        return new BusinessStory();
    }

    function _requireEndsKept() private view {
        (uint256 gross, ) = _story.proposalCount();
        for (uint256 i = 0; i < gross; ++i) {
            (, Instruction memory instruction) = _story.proposed(false, i);
            address initiator = instruction.legs[0].from;
            if (_book.ended(initiator, instruction.businessRef) == SettlementBook.End.Open) continue;
            InstructionStatus status = _story.engine().statusOf(initiator, instruction.businessRef);
            require(status != InstructionStatus.Open, Broken("reference free again", 0, initiator, 0, 1));
        }
    }
}
