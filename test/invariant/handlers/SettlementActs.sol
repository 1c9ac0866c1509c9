// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold, IHoldLedger} from "../../../contracts/ledger/IHoldLedger.sol";
import {
    ISettlementEngine,
    Instruction,
    Leg,
    NetKey,
    SettlementItem
} from "../../../contracts/settlement/ISettlementEngine.sol";
import {LedgerBook} from "../support/LedgerBook.sol";
import {SettlementBook} from "../support/SettlementBook.sol";
import {VM} from "../support/Vm.sol";
import {IssuanceActs} from "./IssuanceActs.sol";

/// @dev Instructions: proposed, affirmed, covered, settled gross and net, cancelled, tried again.
abstract contract SettlementActs is IssuanceActs {
    struct Proposal {
        bytes32 id;
        bytes instruction;
        // index + 1 of the hold that covers each leg, in {_holds}; 0: none
        uint256[2] covers;
    }

    Proposal[] internal _proposals;
    Proposal[] internal _payments;

    // ------------------------------------------------------------------- gross

    /// @dev Two legs in two currencies; the second may be left uncovered, so that it must take the first back with it.
    function propose(uint256 first, uint256 second, uint256 amounts, uint256 time, uint256 kind) external now_ {
        (first, second) = (_someone(first), _someone(second));
        if (first == second) second = (second + 1) % CAST;
        Instruction memory instruction = Instruction({
            businessRef: _newRef(),
            notBefore: uint48(_clock + (time % 4 == 0 ? 1 days : 0)),
            notAfter: kind % 8 == 0 ? type(uint48).max : uint48(_clock + ((time >> 8) % 4 days)),
            nettable: false,
            legs: new Leg[](2)
        });
        (address one, address other) = (_people[first], _people[second]);
        instruction.legs[0] = Leg(_token(0), one, other, _legAmount(0, one, amounts));
        instruction.legs[1] = Leg(_token(1), other, one, _legAmount(1, other, amounts >> 128));
        Proposal memory proposal = Proposal(
            _engine.instructionId(instruction),
            abi.encode(instruction),
            [uint256(0), 0]
        );
        if (kind % 3 == 1) _affirmBy(first, proposal.id, true);
        if (kind % 3 == 2) proposal.covers[0] = _cover(instruction, proposal.id, first, 0);
        if ((kind >> 8) % 3 == 1) _affirmBy(second, proposal.id, true);
        if ((kind >> 8) % 3 == 2) proposal.covers[1] = _cover(instruction, proposal.id, second, 1);
        _proposals.push(proposal);
    }

    function affirm(uint256 which, uint256 who, uint256 on) external now_ {
        if (_proposals.length == 0) return;
        Proposal storage proposal = _pick(_proposals, which);
        _affirmBy(_someone(who), proposal.id, on % 2 == 0);
    }

    /// @dev Signatures are given by those who neither affirmed nor covered, unless `withheld` says otherwise.
    function settle(uint256 which, uint256 withheld) external now_ {
        if (_proposals.length == 0) return;
        Proposal storage proposal = _pick(_proposals, which);
        Instruction memory instruction = abi.decode(proposal.instruction, (Instruction));
        (SettlementItem memory item, bool consented) = _item(instruction, proposal, withheld % 8 == 0);
        SettlementBook.Move[] memory moves = _moves(instruction, proposal.covers);
        bool valid = consented && instruction.legs[0].amount != 0 && instruction.legs[1].amount != 0;
        bool expected = valid && _booked(abi.encodeCall(SettlementBook.settle, (_terms(instruction), moves)));
        bytes memory data = abi.encodeCall(ISettlementEngine.settle, (item.instruction, item.consents, item.holds));
        _do("settle", _carrier(), address(_engine), data, expected);
    }

    function cancel(uint256 which, uint256 who) external now_ {
        if (_proposals.length == 0) return;
        Proposal storage proposal = _pick(_proposals, which);
        Instruction memory instruction = abi.decode(proposal.instruction, (Instruction));
        address initiator = instruction.legs[0].from;
        address caller =
            who % 3 == 0
                ? initiator
                : who % 3 == 1
                    ? instruction.legs[1].from
                    : _people[STRANGER];
        bool giver = caller == instruction.legs[1].from;
        bool consented = caller == initiator || (giver && _book.affirmed(proposal.id, initiator));
        bytes memory entry = abi.encodeCall(SettlementBook.cancel, (initiator, instruction.businessRef));
        bytes memory data = abi.encodeCall(ISettlementEngine.cancel, (instruction, ""));
        _do("cancel", caller, address(_engine), data, consented && _booked(entry));
    }

    function releaseCover(uint256 which) external now_ {
        if (_holds.length == 0) return;
        Placed storage cover = _recentHold(which);
        if (cover.instruction.length == 0) return;
        Instruction memory instruction = abi.decode(cover.instruction, (Instruction));
        bytes memory entry = abi.encodeCall(LedgerBook.releaseHold, (cover.c, cover.id, true));
        bool over =
            _clock > instruction.notAfter ||
                _book.ended(instruction.legs[0].from, instruction.businessRef) != SettlementBook.End.Open;
        bytes memory data = abi.encodeCall(
            ISettlementEngine.releaseBoundHold,
            (_token(cover.c), instruction, cover.terms)
        );
        _do("releaseCover", _carrier(), address(_engine), data, over && _booked(entry));
    }

    // --------------------------------------------------------------------- net

    /// @dev One of three payments in a ring, so that most of it nets out.
    function proposePayment(uint256 from, uint256 amount, uint256 kind) external now_ {
        from = from % 3;
        Instruction memory instruction = Instruction({
            businessRef: _newRef(),
            notBefore: 0,
            notAfter: uint48(_clock + 3 days),
            nettable: kind % 16 != 0,
            legs: new Leg[](1)
        });
        address giver = _people[BOB + from];
        address receiver = _people[BOB + ((from + 1 + (kind % 2)) % 3)];
        instruction.legs[0] = Leg(_token(0), giver, receiver, _legAmount(0, giver, amount));
        Proposal memory proposal = Proposal(
            _engine.instructionId(instruction),
            abi.encode(instruction),
            [uint256(0), 0]
        );
        if (kind % 4 == 2) proposal.covers[0] = _cover(instruction, proposal.id, BOB + from, 0);
        _payments.push(proposal);
    }

    /// @dev The last payments together, `count` of them.
    function settleNet(uint256 count, uint256 withheld) external now_ {
        count = 1 + (count % 4);
        if (_payments.length < count) return;
        SettlementItem[] memory items = new SettlementItem[](count);
        SettlementBook.Order[] memory terms = new SettlementBook.Order[](count);
        SettlementBook.Move[] memory moves = new SettlementBook.Move[](count);
        bool valid = true;
        for (uint256 i = 0; i < count; ++i) {
            Proposal storage proposal = _payments[_payments.length - 1 - i];
            Instruction memory instruction = abi.decode(proposal.instruction, (Instruction));
            bool consented;
            (items[i], consented) = _item(instruction, proposal, withheld % 8 == i + 1);
            valid = valid && consented && instruction.nettable && instruction.legs[0].amount != 0;
            terms[i] = _terms(instruction);
            moves[i] = _moves(instruction, proposal.covers)[0];
        }
        _settleNet(items, terms, moves, valid);
    }

    function _settleNet(
        SettlementItem[] memory items,
        SettlementBook.Order[] memory terms,
        SettlementBook.Move[] memory moves,
        bool valid
    ) private {
        address[] memory parties = _ring();
        NetKey[] memory keys = new NetKey[](3);
        for (uint256 p = 0; p < 3; ++p) keys[p] = NetKey(_token(0), parties[p]);
        bytes memory indices;
        for (uint256 i = 0; i < moves.length; ++i) {
            indices = bytes.concat(indices, _lineOf(parties, moves[i].from), _lineOf(parties, moves[i].to));
        }
        bool expected = valid && _booked(abi.encodeCall(SettlementBook.settleNet, (terms, moves, parties)));
        bytes memory data = abi.encodeCall(ISettlementEngine.settleNet, (items, keys, indices));
        _do("settleNet", _carrier(), address(_engine), data, expected);
    }

    // ------------------------------------------------------------- looking on

    function proposalCount() external view returns (uint256 gross, uint256 net) {
        return (_proposals.length, _payments.length);
    }

    function proposed(bool net, uint256 i) external view returns (bytes32 id, Instruction memory instruction) {
        Proposal storage proposal = net ? _payments[i] : _proposals[i];
        return (proposal.id, abi.decode(proposal.instruction, (Instruction)));
    }

    // --------------------------------------------------------------- internals

    function _affirmBy(uint256 who, bytes32 id, bool on) private {
        _book.affirm(id, _people[who], on);
        bytes memory data =
            on ? abi.encodeCall(ISettlementEngine.affirm, (id)) : abi.encodeCall(ISettlementEngine.revoke, (id));
        _do(on ? "affirm" : "revoke", _people[who], address(_engine), data, true);
    }

    /// @return index + 1 of the hold, 0 when it could not be placed.
    function _cover(Instruction memory instruction, bytes32 id, uint256 who, uint256 leg) private returns (uint256) {
        Leg memory moved = instruction.legs[leg];
        Hold memory terms = Hold(moved.from, moved.to, address(_engine), moved.amount, type(uint48).max, id);
        uint256 c = moved.token == _token(0) ? 0 : 1;
        bytes32 hold = _places[c].money.holdId(terms);
        if (!_placeBy(0, c, who, hold, terms)) return 0;
        _holds[_holds.length - 1].instruction = abi.encode(instruction);
        return _holds.length;
    }

    function _item(
        Instruction memory instruction,
        Proposal storage proposal,
        bool withheld
    ) private view returns (SettlementItem memory item, bool consented) {
        uint256 legs = instruction.legs.length;
        item = SettlementItem(instruction, new bytes[](legs), new Hold[](legs));
        consented = true;
        for (uint256 i = 0; i < legs; ++i) {
            address giver = instruction.legs[i].from;
            if (proposal.covers[i] != 0) item.holds[i] = _holds[proposal.covers[i] - 1].terms;
            else if (_book.affirmed(proposal.id, giver)) continue;
            else if (withheld) consented = false;
            else item.consents[i] = _signature(_indexOf(giver), proposal.id);
        }
    }

    function _moves(
        Instruction memory instruction,
        uint256[2] storage covers
    ) private view returns (SettlementBook.Move[] memory moves) {
        moves = new SettlementBook.Move[](instruction.legs.length);
        for (uint256 i = 0; i < moves.length; ++i) {
            Leg memory leg = instruction.legs[i];
            bytes32 hold = covers[i] == 0 ? bytes32(0) : _holds[covers[i] - 1].id;
            moves[i] = SettlementBook.Move(leg.token == _token(0) ? 0 : 1, leg.from, leg.to, leg.amount, hold);
        }
    }

    function _terms(Instruction memory instruction) private pure returns (SettlementBook.Order memory) {
        address initiator = instruction.legs[0].from;
        return SettlementBook.Order(initiator, instruction.businessRef, instruction.notBefore, instruction.notAfter);
    }

    function _pick(Proposal[] storage list, uint256 which) private view returns (Proposal storage) {
        uint256 back = which % 3;
        return list[list.length - 1 - (back < list.length ? back : 0)];
    }

    function _legAmount(uint256 c, address giver, uint256 seed) private view returns (uint256) {
        uint256 most = _payable(c, giver);
        // small ones mostly, so that cover is still there when the instruction comes to be settled
        return seed % 4 == 0 ? _some(uint128(seed) / 4, most) : 1 + (uint128(seed) % (most / 8 + 1));
    }

    /// @dev The parties of the ring, ascending as the table of net positions wants them.
    function _ring() private view returns (address[] memory parties) {
        parties = new address[](3);
        for (uint256 i = 0; i < 3; ++i) parties[i] = _people[BOB + i];
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = 0; j < 2; ++j) {
                if (parties[j] > parties[j + 1]) (parties[j], parties[j + 1]) = (parties[j + 1], parties[j]);
            }
        }
    }

    function _lineOf(address[] memory parties, address who) private pure returns (bytes2) {
        for (uint256 p = 0; p < parties.length; ++p) {
            if (parties[p] == who) return bytes2(uint16(p));
        }
        return 0xffff;
    }

    function _indexOf(address who) private view returns (uint256 i) {
        while (_people[i] != who) ++i;
    }

    function _token(uint256 c) internal view returns (address) {
        return address(_places[c].money);
    }
}
