// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LedgerBook} from "./LedgerBook.sol";

/// @dev Records of instructions and what settling them moves. See {Book}.
abstract contract SettlementBook is LedgerBook {
    enum End {
        Open,
        Settled,
        Cancelled
    }

    /// @dev A leg by currency; `hold` is zero where the leg moves by allowance.
    struct Move {
        uint256 c;
        address from;
        address to;
        uint256 amount;
        bytes32 hold;
    }

    struct Order {
        address initiator;
        bytes32 businessRef;
        uint256 notBefore;
        uint256 notAfter;
    }

    mapping(address initiator => mapping(bytes32 businessRef => End)) public ended;
    mapping(bytes32 id => mapping(address giver => bool)) public affirmed;

    function affirm(bytes32 id, address giver, bool on) external {
        affirmed[id][giver] = on;
    }

    function cancel(address initiator, bytes32 businessRef) external {
        _end(initiator, businessRef, End.Cancelled);
    }

    function settle(Order calldata terms, Move[] calldata moves) external {
        _begin(terms);
        for (uint256 i = 0; i < moves.length; ++i) {
            Move calldata move = moves[i];
            if (move.hold == 0) pay(move.c, move.from, move.to, move.amount);
            else capture(move.c, move.hold, move.to, move.amount);
        }
    }

    /// @dev All legs in one currency among `parties`, ascending. Covers by hold are given back before the net payments.
    function settleNet(Order[] calldata terms, Move[] calldata moves, address[] calldata parties) external {
        for (uint256 i = 0; i < terms.length; ++i) _begin(terms[i]);
        for (uint256 i = 0; i < moves.length; ++i) {
            if (moves[i].hold != 0) releaseHold(moves[i].c, moves[i].hold, true);
        }
        int256[] memory net = new int256[](parties.length);
        for (uint256 i = 0; i < moves.length; ++i) {
            for (uint256 p = 0; p < parties.length; ++p) {
                if (parties[p] == moves[i].from) net[p] -= int256(moves[i].amount);
                if (parties[p] == moves[i].to) net[p] += int256(moves[i].amount);
            }
        }
        _payNet(moves[0].c, parties, net);
    }

    // --------------------------------------------------------------- internals

    function _payNet(uint256 c, address[] calldata parties, int256[] memory net) private {
        for (uint256 payer = 0; payer < net.length; ++payer) {
            for (uint256 payee = 0; payee < net.length; ++payee) {
                if (net[payer] >= 0 || net[payee] <= 0) continue;
                int256 amount = -net[payer] < net[payee] ? -net[payer] : net[payee];
                net[payer] += amount;
                net[payee] -= amount;
                pay(c, parties[payer], parties[payee], uint256(amount));
            }
        }
    }

    function _begin(Order calldata terms) private {
        require(block.timestamp >= terms.notBefore, Refused("too early"));
        require(block.timestamp <= terms.notAfter, Refused("too late"));
        _end(terms.initiator, terms.businessRef, End.Settled);
    }

    function _end(address initiator, bytes32 businessRef, End end) private {
        require(ended[initiator][businessRef] == End.Open, Refused("ended"));
        ended[initiator][businessRef] = end;
    }
}
