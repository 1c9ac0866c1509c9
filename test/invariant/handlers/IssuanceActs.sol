// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IIssuanceDesk} from "../../../contracts/issuance/IIssuanceDesk.sol";
import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {IssuanceBook} from "../support/IssuanceBook.sol";
import {VM} from "../support/Vm.sol";
import {OfficerActs} from "./OfficerActs.sol";

/// @dev Money's beginning and end at the desks, with attestations of the settlement-system operator.
abstract contract IssuanceActs is OfficerActs {
    struct Asked {
        uint256 c;
        uint16 number;
        bytes32 id;
        bytes32 rtgsRef;
        uint256 amount;
        // of a redemption
        Hold terms;
    }

    bytes32 private constant ATTESTATION = keccak256(
        "ReserveAttestation(uint8 kind,uint16 institution,uint256 amount,bytes32 rtgsRef,uint256 validUntil)"
    );
    uint256 private constant FUNDS = 1_000_000;

    Asked[] internal _issues;
    Asked[] internal _redemptions;

    constructor() {
        for (uint256 c = 0; c < 2; ++c) {
            for (uint256 which = 0; which < 2; ++which) {
                _requestIssue(c, uint16(which + 1), FUNDS, _clock + 1 days);
                _issue(_issues[_issues.length - 1], OPERATOR_KEY);
                for (uint256 i = 0; i < STRANGER; ++i) {
                    if (!_isHomeBank(c, i)) _fund(c, which, i);
                }
            }
        }
    }

    function requestIssue(uint256 c, uint256 which, uint256 amount, uint256 lifetime) external now_ {
        (c, which) = (c % 2, which % 2);
        IssuanceBook.Institution memory bank = _book.institution(c, which + 1);
        uint256 taken = bank.issued + bank.pending;
        uint256 room = bank.quota + bank.redeemed;
        amount = _some(amount, room > taken ? (room - taken) / 2 : 0) % 2 ** 64;
        _requestIssue(c, uint16(which + 1), amount, _clock + (lifetime % 4 days));
    }

    function issue(uint256 which, uint256 key) external now_ {
        _issue(_latest(_issues, which), key % 4 == 0 ? KEYS : OPERATOR_KEY);
    }

    function endIssue(uint256 which, uint256 kind) external now_ {
        Asked storage one = _latest(_issues, which);
        bool reject = kind % 2 == 0;
        bool expected = _booked(abi.encodeCall(IssuanceBook.endRequest, (one.c, one.id, reject)));
        bytes memory data =
            reject
                ? abi.encodeCall(IIssuanceDesk.rejectIssue, (one.number, one.rtgsRef, "reason"))
                : abi.encodeCall(IIssuanceDesk.expireIssue, (one.number, one.rtgsRef));
        address who = reject ? VM.addr(OPERATOR_KEY) : _carrier();
        _do(reject ? "rejectIssue" : "expireIssue", who, address(_places[one.c].desk), data, expected);
    }

    function requestRedemption(uint256 c, uint256 which, uint256 amount, uint256 lifetime) external now_ {
        (c, which) = (c % 2, which % 2);
        bytes32 rtgsRef = _newRef();
        bytes32 id = keccak256(abi.encode(IIssuanceDesk.Kind.Redemption, which + 1, rtgsRef));
        address payer = _bank(c, which);
        Hold memory terms = Hold({
            payer: payer,
            payee: address(0),
            executor: address(_places[c].desk),
            amount: _some(amount, _payable(c, payer)),
            expiry: _clock + (lifetime % 4 days),
            businessRef: id
        });
        bytes32 hold = _places[c].money.holdId(terms);
        if (lifetime % 2 == 0) {
            _placeBy(0, c, 2 * c + which, hold, terms);
            bytes memory data = abi.encodeCall(IIssuanceDesk.requestRedemption, (terms, rtgsRef));
            _askRedemption(c, which, hold, terms, rtgsRef, data, true);
        } else {
            bool held = _bookHold(c, hold, terms);
            bytes memory signature = _signature(2 * c + which, _typed(_places[c].money.DOMAIN_SEPARATOR(), hold));
            bytes memory data = abi.encodeCall(
                IIssuanceDesk.requestRedemptionWithSignature,
                (terms, rtgsRef, signature)
            );
            if (held) _remember(c, hold, terms, "");
            _askRedemption(c, which, hold, terms, rtgsRef, data, held);
        }
    }

    function redeem(uint256 which, uint256 key) external now_ {
        if (_redemptions.length == 0) return;
        Asked storage one = _latest(_redemptions, which);
        bool honest = key % 4 != 0;
        (uint256 validUntil, bytes memory signature) = _attestation(
            IIssuanceDesk.Kind.Redemption,
            one,
            honest ? OPERATOR_KEY : KEYS
        );
        bool expected = honest && _booked(abi.encodeCall(IssuanceBook.redeem, (one.c, one.id)));
        bytes memory data = abi.encodeCall(IIssuanceDesk.redeem, (one.terms, one.rtgsRef, validUntil, signature));
        _do("redeem", _carrier(), address(_places[one.c].desk), data, expected);
    }

    function endRedemption(uint256 which, uint256 kind) external now_ {
        if (_redemptions.length == 0) return;
        Asked storage one = _latest(_redemptions, which);
        bool reject = kind % 2 == 0;
        bool expected = _booked(abi.encodeCall(IssuanceBook.endRequest, (one.c, one.id, reject)));
        bytes memory data =
            reject
                ? abi.encodeCall(IIssuanceDesk.rejectRedemption, (one.terms, "reason"))
                : abi.encodeCall(IIssuanceDesk.expireRedemption, (one.terms));
        address who = reject ? VM.addr(OPERATOR_KEY) : _carrier();
        _do(reject ? "rejectRedemption" : "expireRedemption", who, address(_places[one.c].desk), data, expected);
    }

    function requestCount() external view returns (uint256 issues, uint256 redemptions) {
        return (_issues.length, _redemptions.length);
    }

    function asked(bool redemption, uint256 i) external view returns (uint256 c, bytes32 id) {
        Asked storage one = redemption ? _redemptions[i] : _issues[i];
        return (one.c, one.id);
    }

    // --------------------------------------------------------------- internals

    function _requestIssue(uint256 c, uint16 number, uint256 amount, uint256 expiry) private {
        bytes32 rtgsRef = _newRef();
        bytes32 id = keccak256(abi.encode(IIssuanceDesk.Kind.Issue, number, rtgsRef));
        bool expected = _booked(abi.encodeCall(IssuanceBook.requestIssue, (c, id, number, amount, expiry)));
        bytes memory data = abi.encodeCall(IIssuanceDesk.requestIssue, (uint64(amount), rtgsRef, uint48(expiry)));
        _do("requestIssue", _bank(c, number - 1), address(_places[c].desk), data, expected);
        Hold memory none;
        if (expected) _issues.push(Asked(c, number, id, rtgsRef, amount, none));
    }

    function _issue(Asked storage one, uint256 key) private {
        (uint256 validUntil, bytes memory signature) = _attestation(IIssuanceDesk.Kind.Issue, one, key);
        bool expected = key == OPERATOR_KEY && _booked(abi.encodeCall(IssuanceBook.issue, (one.c, one.id)));
        bytes memory data = abi.encodeCall(IIssuanceDesk.issue, (one.number, one.rtgsRef, validUntil, signature));
        _do("issue", _carrier(), address(_places[one.c].desk), data, expected);
    }

    function _askRedemption(
        uint256 c,
        uint256 which,
        bytes32 hold,
        Hold memory terms,
        bytes32 rtgsRef,
        bytes memory data,
        bool held
    ) private {
        bytes32 id = terms.businessRef;
        bytes memory entry = abi.encodeCall(IssuanceBook.requestRedemption, (c, id, which + 1, hold));
        bool expected = held && _booked(entry);
        _do("requestRedemption", _carrier(), address(_places[c].desk), data, expected);
        if (expected) _redemptions.push(Asked(c, uint16(which + 1), id, rtgsRef, terms.amount, terms));
    }

    function _attestation(
        IIssuanceDesk.Kind kind,
        Asked storage one,
        uint256 key
    ) private view returns (uint256 validUntil, bytes memory signature) {
        validUntil = _clock + 1;
        bytes32 structHash = keccak256(abi.encode(ATTESTATION, kind, one.number, one.amount, one.rtgsRef, validUntil));
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, _typed(_deskDomain(one.c), structHash));
        signature = abi.encodePacked(r, s, v);
    }

    function _deskDomain(uint256 c) private view returns (bytes32) {
        bytes32 domain = keccak256(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
        );
        bytes32 name = keccak256("IssuanceDesk");
        return keccak256(abi.encode(domain, name, keccak256("1"), block.chainid, _places[c].desk));
    }

    /// @dev The most recent requests are the ones most likely still open.
    function _latest(Asked[] storage list, uint256 which) private view returns (Asked storage) {
        uint256 back = which % 4;
        return list[list.length - 1 - (back < list.length ? back : 0)];
    }

    function _fund(uint256 c, uint256 which, uint256 i) private {
        VM.prank(_bank(c, which));
        _places[c].money.transfer(_people[i], 2_500);
        _book.pay(c, _bank(c, which), _people[i], 2_500);
    }
}
