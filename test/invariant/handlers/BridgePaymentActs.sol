// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBridgeGate} from "../../../contracts/bridge/IBridgeGate.sol";
import {BridgePayment, IBridgePayments, PaymentStatus, Verdict} from "../../../contracts/bridge/IBridgePayments.sol";
import {Instruction, Leg} from "../../../contracts/settlement/ISettlementEngine.sol";
import {VM} from "../support/Vm.sol";
import {NettingActs} from "./NettingActs.sol";

/// @dev Cheat codes that tell what a call has left behind; Hardhat and forge both have them.
interface IWitness {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory logs);
    function record() external;
    function accesses(address target) external returns (bytes32[] memory reads, bytes32[] memory writes);
    function load(address target, bytes32 slot) external view returns (bytes32 word);
}

IWitness constant WITNESS = IWitness(address(VM));

/// @dev The banks of {NettingActs} pay each other at once: payments settled and refused, presented again, altered, late.
/// Every word that a transaction leaves in a log, or in the storage of {BridgePayments}, is held against the terms that
/// may be public. Whether an act goes through is decided before it is tried.
abstract contract BridgePaymentActs is NettingActs {
    struct Entry {
        BridgePayment payment;
        uint256 from;
        uint256 to;
        uint256 c;
        // until when payer's and payee's approvals may be used
        uint48[2] validUntil;
        PaymentStatus status;
        // of the bank whose refusal ended it
        uint256 by;
    }

    /// @dev How often the chain has said it of a payment, and the hash it has named as the payment's data.
    struct Said {
        uint256 settled;
        uint256 refused;
        uint256[MEMBERS] verdicts;
        bytes32 dataHash;
    }

    IBridgePayments public payments;
    /// @dev Words that a payment left on the chain and that are none of its public terms; zero for ever.
    uint256 public strays;

    Entry[] private _entries;
    mapping(bytes32 id => Said) private _said;
    mapping(address payer => mapping(bytes32 businessRef => bool)) private _used;
    bytes32[2] private _domains;

    constructor() {
        payments = IBridgePayments(_deploy("BridgePayments", abi.encode(_engine, netting.COUNCIL(), netting.GATE())));
        for (uint256 c = 0; c < 2; ++c) IBridgeGate(netting.GATE()).admitVenue(address(monies[c]), address(payments));
        for (uint256 m = 0; m < MEMBERS; ++m) {
            VM.prank(_people[m]);
            _engine.authorizeAgent(address(payments), true);
        }
        _domains = [_domainOf("BridgePayments", address(payments)), _domainOf("BridgeNetting", address(netting))];
        WITNESS.recordLogs();
    }

    // -------------------------------------------------------------------- acts

    /// @dev Payer and payee agree off chain; now and then on a reference that the payer has used.
    function agree(uint256 from, uint256 to, uint256 terms, uint256 amount) external now_ {
        (from, to) = (from % MEMBERS, to % MEMBERS);
        uint256 n = _entries.length;
        bool isNew = n == 0 || (terms >> 8) % 4 != 0;
        uint256 former = isNew ? 0 : _lately(terms >> 16);
        bytes32 businessRef = isNew ? _newRef() : _entries[former].payment.businessRef;
        if (!isNew) from = _entries[former].from;
        if (from == to) to = (to + 1) % MEMBERS;
        Entry storage entry = _entries.push();
        (entry.from, entry.to, entry.c) = (from, to, terms % 2);
        entry.validUntil[0] = uint48(_clock + ((terms >> 32) % 20 hours));
        entry.validUntil[1] = uint48(_clock + ((terms >> 64) % 20 hours));
        entry.payment = BridgePayment({
            businessRef: businessRef,
            currency: address(monies[entry.c]),
            payer: _people[from],
            payee: _people[to],
            amount: 1 + (amount % 600),
            purpose: "GDDS",
            dataHash: _sealed(n, entry, 5),
            notAfter: uint48(_clock + ((terms >> 128) % 20 hours))
        });
    }

    function pay(uint256 which) external now_ {
        if (_entries.length == 0) return;
        uint256 i = _lately(which);
        // what has ended has an act of its own
        for (uint256 n = 0; n < 4 && _entries[i].status != PaymentStatus.Open; ++n) i = _lately((which % 4) + n);
        Entry storage entry = _entries[i];
        bytes32 id = payments.paymentId(entry.payment);
        bool expected =
            entry.status == PaymentStatus.Open &&
                _clock <= entry.validUntil[0] &&
                _clock <= entry.validUntil[1] &&
                _clock <= entry.payment.notAfter &&
                !_used[entry.payment.payer][entry.payment.businessRef] &&
                entry.payment.amount <= due[entry.c][entry.from];
        _listen();
        _do("pay", entry.payment.payer, address(payments), _paying(i, id), expected);
        if (!expected) return;
        entry.status = PaymentStatus.Settled;
        _used[entry.payment.payer][entry.payment.businessRef] = true;
        due[entry.c][entry.from] -= entry.payment.amount;
        due[entry.c][entry.to] += entry.payment.amount;
        _look(entry, id);
    }

    /// @dev By one of the two mostly; sometimes by a third, or when it is too late.
    function refuse(uint256 which, uint256 who, uint256 late) external now_ {
        if (_entries.length == 0) return;
        Entry storage entry = _entries[_lately(which)];
        who = who % 8 == 0 ? (who >> 8) % MEMBERS : (who % 2 == 0 ? entry.from : entry.to);
        uint256 until = late % 2 == 0 ? _clock - 1 : _clock + (late % 3);
        bytes32 id = payments.paymentId(entry.payment);
        bool expected = entry.status == PaymentStatus.Open && (who == entry.from || who == entry.to) && _clock <= until;
        Verdict memory verdict = _finding(0, id, who, false, uint48(until));
        bytes memory data = abi.encodeCall(IBridgePayments.refuse, (entry.payment, _people[who], verdict));
        _listen();
        _do("refuse", _carrier(), address(payments), data, expected);
        if (!expected) return;
        (entry.status, entry.by) = (PaymentStatus.Refused, who);
        _look(entry, id);
    }

    /// @dev Whatever has ended is presented again, to be paid and to be refused.
    function again(uint256 which) external now_ {
        if (_entries.length == 0) return;
        uint256 i = _lately(which);
        Entry storage entry = _entries[i];
        if (entry.status == PaymentStatus.Open) return;
        bytes32 id = payments.paymentId(entry.payment);
        _do("again", entry.payment.payer, address(payments), _paying(i, id), false);
        Verdict memory verdict = _finding(0, id, entry.to, false, type(uint48).max);
        bytes memory data = abi.encodeCall(IBridgePayments.refuse, (entry.payment, entry.payment.payee, verdict));
        _do("again", _carrier(), address(payments), data, false);
    }

    /// @dev What was signed, with one thing about it changed.
    function alter(uint256 which, uint256 how) external now_ {
        if (_entries.length == 0) return;
        uint256 i = _lately(which);
        Entry storage entry = _entries[i];
        BridgePayment memory payment = entry.payment;
        bytes32 id = payments.paymentId(payment);
        uint48 until = type(uint48).max;
        Verdict[2] memory verdicts = [_finding(0, id, entry.from, true, until), _finding(0, id, entry.to, true, until)];
        uint256 side = (how >> 8) % 2;
        address caller = payment.payer;
        how %= 9;
        // another reader, a reader less, other customers: another hash
        if (how == 0) payment.dataHash = _sealed(i, entry, 6);
        if (how == 1) payment.dataHash = _sealed(i, entry, 4);
        if (how == 2) payment.dataHash = _sealed(i + 1, entry, 5);
        if (how == 3) ++payment.amount;
        if (how == 4) verdicts[side].listVersion = "another list";
        if (how == 5) --verdicts[side].validUntil;
        if (how == 6) verdicts[side] = _finding(1, id, side == 0 ? entry.from : entry.to, true, until);
        if (how == 7) verdicts[side].signature = verdicts[1 - side].signature;
        if (how == 8) caller = payment.payee;
        bytes memory data = abi.encodeCall(IBridgePayments.pay, (payment, verdicts[0], verdicts[1]));
        _do("alter", caller, address(payments), data, false);
    }

    // -------------------------------------------------------------- looking on

    function entryCount() external view returns (uint256) {
        return _entries.length;
    }

    /// @dev A payment by the book, and what the chain has said of it.
    function entryAt(uint256 i) external view returns (Entry memory entry, bytes32 id, Said memory said) {
        entry = _entries[i];
        id = payments.paymentId(entry.payment);
        return (entry, id, _said[id]);
    }

    /// @dev Whether one with the same payer and reference has settled by the book, and whether one has at the engine.
    function settledTwofold(uint256 i) external view returns (bool booked, bool atEngine) {
        BridgePayment storage payment = _entries[i].payment;
        booked = _used[payment.payer][payment.businessRef];
        atEngine = uint256(_engine.statusOf(payment.payer, payment.businessRef)) == 1;
    }

    // --------------------------------------------------------------- the rules

    /// @dev Forgets what was said before: logs of refused calls are recorded, too.
    function _listen() private {
        WITNESS.record();
        WITNESS.getRecordedLogs();
    }

    /// @dev Every word that the last call has left, in logs of whichever contract and in the payments' storage.
    function _look(Entry storage entry, bytes32 id) private {
        IWitness.Log[] memory logs = WITNESS.getRecordedLogs();
        bytes32[12] memory terms = _publicTerms(entry, id);
        for (uint256 n = 0; n < logs.length; ++n) {
            IWitness.Log memory log = logs[n];
            for (uint256 t = 1; t < log.topics.length; ++t) _weigh(log.topics[t], terms);
            if (log.data.length % 32 != 0) ++strays;
            for (uint256 end = 32; end <= log.data.length; end += 32) {
                bytes32 word;
                bytes memory data = log.data;
                assembly ("memory-safe") {
                    word := mload(add(data, end))
                }
                _weigh(word, terms);
            }
            if (log.emitter == address(payments)) _hear(log);
        }
        // nothing is kept but how it ended
        (, bytes32[] memory slots) = WITNESS.accesses(address(payments));
        if (slots.length != 1 || uint256(WITNESS.load(address(payments), slots[0])) != uint256(entry.status)) ++strays;
    }

    /// @dev What a payment may tell everybody.
    function _publicTerms(Entry storage entry, bytes32 id) private view returns (bytes32[12] memory terms) {
        BridgePayment storage payment = entry.payment;
        return
            [
                id,
                _instructionId(payment),
                payment.businessRef,
                bytes32(uint256(uint160(payment.currency))),
                bytes32(uint256(uint160(payment.payer))),
                bytes32(uint256(uint160(payment.payee))),
                bytes32(payment.amount),
                bytes32(payment.purpose),
                payment.dataHash,
                // list of the verdicts, and whether they approve
                BASIS,
                bytes32(uint256(0)),
                bytes32(uint256(1))
            ];
    }

    function _weigh(bytes32 word, bytes32[12] memory terms) private {
        for (uint256 t = 0; t < terms.length; ++t) if (terms[t] == word) return;
        ++strays;
    }

    function _hear(IWitness.Log memory log) private {
        Said storage said = _said[log.topics[1]];
        if (log.topics[0] == IBridgePayments.BridgePaymentSettled.selector) {
            ++said.settled;
            (, said.dataHash) = abi.decode(log.data, (bytes4, bytes32));
        } else if (log.topics[0] == IBridgePayments.BridgePaymentRefused.selector) {
            ++said.refused;
        } else if (log.topics[0] == IBridgePayments.VerdictRecorded.selector) {
            uint256 m = 0;
            while (_people[m] != address(uint160(uint256(log.topics[2])))) ++m;
            ++said.verdicts[m];
        } else {
            ++strays;
        }
    }

    // ----------------------------------------------------------------- helpers

    /// @dev Hash of what customers are, encrypted, and of those it is encrypted for: the banks, their central banks and
    /// the issuer, without the last or with somebody else.
    function _sealed(uint256 n, Entry storage entry, uint256 count) private view returns (bytes32) {
        address[] memory readers = new address[](count);
        for (uint256 r = 0; r < count; ++r) {
            if (r < 2) readers[r] = _people[r == 0 ? entry.from : entry.to];
            else if (r < 4) readers[r] = _places[(r == 2 ? entry.from : entry.to) / 2].authority;
            else readers[r] = r == 4 ? address(monies[entry.c]) : _carrier();
        }
        bytes32 customers = keccak256(abi.encode("customers", n));
        bytes32 key = keccak256(abi.encode("key", n));
        return keccak256(abi.encode(customers ^ key, readers));
    }

    function _paying(uint256 i, bytes32 id) private view returns (bytes memory) {
        Entry storage entry = _entries[i];
        Verdict memory payers = _finding(0, id, entry.from, true, entry.validUntil[0]);
        Verdict memory payees = _finding(0, id, entry.to, true, entry.validUntil[1]);
        return abi.encodeCall(IBridgePayments.pay, (entry.payment, payers, payees));
    }

    /// @dev Signed for the payments' own domain or, one that counts for nothing there, for the netting's.
    function _finding(
        uint256 venue,
        bytes32 id,
        uint256 who,
        bool approved,
        uint48 until
    ) private view returns (Verdict memory verdict) {
        verdict = Verdict(approved, BASIS, until, "");
        bytes32 typehash = keccak256(
            "Verdict(bytes32 payment,address bank,bool approved,bytes32 listVersion,uint48 validUntil)"
        );
        bytes32 hash = keccak256(abi.encode(typehash, id, _people[who], approved, BASIS, until));
        verdict.signature = _signature(who, _typed(_domains[venue], hash));
    }

    function _instructionId(BridgePayment storage payment) private view returns (bytes32) {
        Leg[] memory legs = new Leg[](1);
        legs[0] = Leg(payment.currency, payment.payer, payment.payee, payment.amount);
        return _engine.instructionId(Instruction(payment.businessRef, 0, payment.notAfter, false, legs));
    }

    function _domainOf(string memory name, address venue) private view returns (bytes32) {
        bytes32 typehash = keccak256(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
        );
        return keccak256(abi.encode(typehash, keccak256(bytes(name)), keccak256("1"), block.chainid, venue));
    }

    /// @dev One of the last.
    function _lately(uint256 which) private view returns (uint256) {
        return _entries.length - 1 - ((which % 4) % _entries.length);
    }
}
