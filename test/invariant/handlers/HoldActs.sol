// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold, IHoldLedger} from "../../../contracts/ledger/IHoldLedger.sol";
import {LedgerBook} from "../support/LedgerBook.sol";
import {VM} from "../support/Vm.sol";
import {PaymentActs} from "./PaymentActs.sol";

/// @dev Holds from their placement to their end.
abstract contract HoldActs is PaymentActs {
    struct Placed {
        uint256 c;
        bytes32 id;
        Hold terms;
        // the instruction a hold of the engine is bound to, encoded
        bytes instruction;
    }

    Placed[] internal _holds;

    function placeHold(uint256 c, uint256 payer, uint256 others, uint256 amount, uint256 path) external now_ {
        (c, payer) = (c % 2, _someone(payer));
        Hold memory terms = Hold({
            payer: _people[payer],
            payee: others % 3 == 0 ? address(0) : _people[_someone(others / 3)],
            executor: _people[_someone(others >> 64)],
            amount: _some(amount, _payable(c, _people[payer])),
            expiry: path % 8 == 0 ? type(uint48).max : _clock + ((path >> 8) % 9 days),
            businessRef: _newRef()
        });
        bytes32 id = _places[c].money.holdId(terms);
        if (path % 16 == 1) _voidHold(c, id, terms);
        _placeBy((path >> 64) % 3, c, payer, id, terms);
    }

    function placeAgain(uint256 which) external now_ {
        if (_holds.length == 0) return;
        Placed storage old = _holds[which % _holds.length];
        bytes memory data = abi.encodeCall(IHoldLedger.placeHold, (old.terms));
        _do("placeHold again", old.terms.payer, address(_places[old.c].money), data, false);
    }

    function captureHold(uint256 which, uint256 to, uint256 amount, uint256 caller) external now_ {
        if (_holds.length == 0) return;
        Placed storage placed = _recentHold(which);
        Hold memory terms = placed.terms;
        address payee = terms.payee == address(0) || to % 16 == 0 ? _people[_someone(to / 16)] : terms.payee;
        amount = _some(amount, _book.hold(placed.c, placed.id).remaining);
        address who = _byExecutor(caller, terms.executor);
        bool expected =
            who == terms.executor && _booked(abi.encodeCall(LedgerBook.capture, (placed.c, placed.id, payee, amount)));
        bytes memory data = abi.encodeCall(IHoldLedger.captureHold, (terms, payee, amount));
        _do("captureHold", who, address(_places[placed.c].money), data, expected);
    }

    function captureHoldToMany(uint256 which, uint256 first, uint256 second, uint256 amount) external now_ {
        if (_holds.length == 0) return;
        Placed storage placed = _recentHold(which);
        uint256 most = _book.hold(placed.c, placed.id).remaining / 2;
        address[] memory to = new address[](2);
        uint256[] memory amounts = new uint256[](2);
        uint256[] memory entries = new uint256[](2);
        for (uint256 i = 0; i < 2; ++i) {
            to[i] = _people[_someone(i == 0 ? first : second)];
            amounts[i] = _some(amount >> (96 * i), most) % 2 ** 96;
            entries[i] = (uint256(uint160(to[i])) << 96) | amounts[i];
        }
        address who = _byExecutor(first >> 8, placed.terms.executor);
        bytes memory entry = abi.encodeCall(LedgerBook.captureToMany, (placed.c, placed.id, to, amounts));
        bool expected = who == placed.terms.executor && _booked(entry);
        bytes memory data = abi.encodeCall(IHoldLedger.captureHoldToMany, (placed.terms, entries));
        _do("captureHoldToMany", who, address(_places[placed.c].money), data, expected);
    }

    function releaseHold(uint256 which, uint256 caller) external now_ {
        if (_holds.length == 0) return;
        Placed storage placed = _recentHold(which);
        address who = _byExecutor(caller, placed.terms.executor);
        bool byExecutor = who == placed.terms.executor;
        bool expected = _booked(abi.encodeCall(LedgerBook.releaseHold, (placed.c, placed.id, byExecutor)));
        bytes memory data = abi.encodeCall(IHoldLedger.releaseHold, (placed.terms));
        _do("releaseHold", who, address(_places[placed.c].money), data, expected);
    }

    function holdCount() external view returns (uint256) {
        return _holds.length;
    }

    function placedHold(uint256 i) external view returns (Placed memory) {
        return _holds[i];
    }

    // --------------------------------------------------------------- internals

    /// @dev Places it, by the payer, its signature or its allowance, and remembers it.
    function _placeBy(uint256 path, uint256 c, uint256 payer, bytes32 id, Hold memory terms) internal returns (bool) {
        bool expected = _bookHold(c, id, terms);
        address money = address(_places[c].money);
        if (path == 0) {
            _do("placeHold", terms.payer, money, abi.encodeCall(IHoldLedger.placeHold, (terms)), expected);
        } else if (path == 1) {
            bytes memory signature = _signature(payer, _typed(_places[c].money.DOMAIN_SEPARATOR(), id));
            bytes memory data = abi.encodeCall(IHoldLedger.placeHoldWithSignature, (terms, signature));
            _do("placeHoldWithSignature", _carrier(), money, data, expected);
        } else {
            address spender = _people[(payer + 1) % CAST];
            VM.prank(terms.payer);
            _places[c].money.approve(spender, terms.amount);
            _do("placeHoldFrom", spender, money, abi.encodeCall(IHoldLedger.placeHoldFrom, (terms)), expected);
            VM.prank(terms.payer);
            _places[c].money.approve(spender, 0);
        }
        if (expected) _remember(c, id, terms, "");
        return expected;
    }

    function _bookHold(uint256 c, bytes32 id, Hold memory terms) internal returns (bool) {
        address[2] memory parties = [terms.payer, terms.payee];
        return _booked(abi.encodeCall(LedgerBook.placeHold, (c, id, parties, terms.amount, terms.expiry)));
    }

    function _remember(uint256 c, bytes32 id, Hold memory terms, bytes memory instruction) internal {
        _holds.push(Placed(c, id, terms, instruction));
    }

    function _voidHold(uint256 c, bytes32 id, Hold memory terms) private {
        bool expected = _booked(abi.encodeCall(LedgerBook.voidHold, (c, id)));
        bytes memory data = abi.encodeCall(IHoldLedger.voidHold, (terms));
        _do("voidHold", terms.payer, address(_places[c].money), data, expected);
    }

    /// @dev One of the last eight: those most likely still active.
    function _recentHold(uint256 which) internal view returns (Placed storage) {
        uint256 back = which % 8;
        return _holds[_holds.length - 1 - (back < _holds.length ? back : 0)];
    }

    /// @dev Mostly the executor, where it is a person; else somebody.
    function _byExecutor(uint256 seed, address executor) private view returns (address) {
        bool contracted = executor == address(_engine) || executor == address(_places[0].desk);
        contracted = contracted || executor == address(_places[1].desk);
        return seed % 4 == 0 || contracted ? _people[_someone(seed / 4)] : executor;
    }
}
