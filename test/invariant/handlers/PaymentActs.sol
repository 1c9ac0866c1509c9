// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IAccountLedger} from "../../../contracts/ledger/IAccountLedger.sol";
import {LedgerBook} from "../support/LedgerBook.sol";
import {VM} from "../support/Vm.sol";
import {Acting} from "./Acting.sol";

/// @dev Payments on every path that the owner itself opens.
abstract contract PaymentActs is Acting {
    struct Signed {
        uint256 c;
        address from;
        bytes32 nonce;
        bytes call;
    }

    bytes32 private constant AUTHORIZATION = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );

    Signed[] internal _authorizations;

    function pay(uint256 c, uint256 from, uint256 to, uint256 amount, uint256 path) external now_ {
        (c, from, to) = (c % 2, _someone(from), _someone(to));
        _payBy(path, c, from, to, _some(amount, _payable(c, _people[from])));
    }

    /// @dev A limited wallet spends all it may, one payment after the other, and then a minor unit more.
    function spree(uint256 c, uint256 from, uint256 to, uint256 path) external now_ {
        (c, from, to) = (c % 2, BOB + (from % 4), _someone(to));
        for (uint256 i = 0; i < 3; ++i) {
            uint256 most = _payable(c, _people[from]);
            _payBy(path >> (2 * i), c, from, to, i == 2 ? most + 1 : most);
        }
    }

    function payOut(uint256 c, uint256 from, uint256 first, uint256 second, uint256 amount) external now_ {
        (c, from) = (c % 2, _someone(from));
        address[] memory to = new address[](3);
        uint256[] memory amounts = new uint256[](3);
        uint256[] memory entries = new uint256[](3);
        uint256 most = _payable(c, _people[from]) / 3;
        for (uint256 i = 0; i < 3; ++i) {
            to[i] = _people[
                _someone(
                    i == 0
                        ? first
                        : i == 1
                            ? second
                            : first / 16
                )
            ];
            amounts[i] = _some(amount >> (32 * i), most);
            entries[i] = (uint256(uint160(to[i])) << 96) | amounts[i];
        }
        bool expected = _booked(abi.encodeCall(LedgerBook.payOut, (c, _people[from], to, amounts)));
        bytes memory data = abi.encodeCall(IAccountLedger.payOut, (entries, "wages"));
        _do("payOut", _people[from], address(_places[c].money), data, expected);
    }

    /// @dev An authorization that was used is carried again.
    function replayAuthorization(uint256 which) external now_ {
        if (_authorizations.length == 0) return;
        Signed storage old = _authorizations[which % _authorizations.length];
        _do("replayAuthorization", _carrier(), address(_places[old.c].money), old.call, false);
    }

    function authorizationCount() external view returns (uint256) {
        return _authorizations.length;
    }

    function authorization(uint256 i) external view returns (uint256 c, address from, bytes32 nonce) {
        return (_authorizations[i].c, _authorizations[i].from, _authorizations[i].nonce);
    }

    // --------------------------------------------------------------- internals

    function _payBy(uint256 path, uint256 c, uint256 from, uint256 to, uint256 amount) private {
        if (path % 4 == 0) _payByAllowance(c, from, to, amount);
        else if (path % 4 == 1) _payBySignature(c, from, to, amount);
        else if (path % 4 == 2) _pay("transferWithReference", c, from, to, amount);
        else _pay("transfer", c, from, to, amount);
    }

    function _pay(string memory act, uint256 c, uint256 from, uint256 to, uint256 amount) private {
        bool expected = _booked(abi.encodeCall(LedgerBook.pay, (c, _people[from], _people[to], amount)));
        bytes memory data =
            bytes(act).length == 8
                ? abi.encodeCall(IERC20.transfer, (_people[to], amount))
                : abi.encodeCall(IAccountLedger.transferWithReference, (_people[to], amount, _newRef()));
        _do(act, _people[from], address(_places[c].money), data, expected);
    }

    function _payByAllowance(uint256 c, uint256 from, uint256 to, uint256 amount) private {
        address spender = _people[(from + 1) % CAST];
        VM.prank(_people[from]);
        _places[c].money.approve(spender, amount);
        bytes memory data = abi.encodeCall(IERC20.transferFrom, (_people[from], _people[to], amount + 1));
        _do("transferFrom past the allowance", spender, address(_places[c].money), data, false);
        bool expected = _booked(abi.encodeCall(LedgerBook.pay, (c, _people[from], _people[to], amount)));
        data = abi.encodeCall(IERC20.transferFrom, (_people[from], _people[to], amount));
        _do("transferFrom", spender, address(_places[c].money), data, expected);
        VM.prank(_people[from]);
        _places[c].money.approve(spender, 0);
    }

    function _payBySignature(uint256 c, uint256 from, uint256 to, uint256 amount) private {
        bytes32 nonce = _newRef();
        bytes memory data = _authorizationCall(c, from, _people[to], amount, nonce);
        bool expected = _booked(abi.encodeCall(LedgerBook.pay, (c, _people[from], _people[to], amount)));
        _do("transferWithAuthorization", _carrier(), address(_places[c].money), data, expected);
        if (expected) _authorizations.push(Signed(c, _people[from], nonce, data));
    }

    function _authorizationCall(
        uint256 c,
        uint256 from,
        address to,
        uint256 amount,
        bytes32 nonce
    ) private view returns (bytes memory) {
        uint256 end = _clock + 1;
        bytes32 structHash = keccak256(abi.encode(AUTHORIZATION, _people[from], to, amount, 0, end, nonce));
        bytes32 digest = _typed(_places[c].money.DOMAIN_SEPARATOR(), structHash);
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(KEYS + from, digest);
        return abi.encodeCall(IERC3009.transferWithAuthorization, (_people[from], to, amount, 0, end, nonce, v, r, s));
    }

    /// @dev About what the account may pay, so that most attempts succeed; the book decides.
    function _payable(uint256 c, address from) internal view returns (uint256 most) {
        LedgerBook.Line memory giver = _book.line(c, from);
        LedgerBook.Class memory limits = _book.class(c, giver.class);
        uint256 taken = giver.held + giver.frozen;
        most = giver.balance > taken ? giver.balance - taken : 0;
        if (most > limits.single) most = limits.single;
        uint256 day = _book.today();
        most = _atMost(most, limits.day, _book.outOnDay(c, from, day));
        if (limits.year != UNCOUNTED) most = _atMost(most, limits.year, _book.outInYear(c, from, _book.yearOf(day)));
    }

    function _atMost(uint256 amount, uint256 limit, uint256 used) private pure returns (uint256) {
        uint256 left = limit > used ? limit - used : 0;
        return amount < left ? amount : left;
    }
}
