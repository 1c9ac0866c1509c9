// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ISettlementEngine, Instruction, Leg, NetKey, SettlementItem} from "../settlement/ISettlementEngine.sol";
import {NetKeys} from "../settlement/NetKeys.sol";
import {NetPositions} from "../settlement/NetPositions.sol";
import {IBridgeCurrency} from "./IBridgeCurrency.sol";
import {IBridgeGate} from "./IBridgeGate.sol";
import {CycleProposal, IBridgeNetting, NetItem, Reason, Timetable} from "./IBridgeNetting.sol";
import {BridgePayment} from "./IBridgePayments.sol";
import {ICentralBankCouncil} from "./ICentralBankCouncil.sol";
import {ICorridorPolicy} from "./ICorridorPolicy.sol";
import {NettingQueue} from "./NettingQueue.sol";

/// @title BridgeNetting
/// @notice See {IBridgeNetting}.
contract BridgeNetting is NettingQueue {
    using NetKeys for NetKey[];
    using NetPositions for int256;

    /// @dev A line of the proposal's table while a cycle is worked out.
    struct Account {
        int256 position;
        uint256 limit;
        uint256 single;
        // 1 + number of the last payment that it makes and that still goes
        uint256 last;
        // place of the first item of its that was dropped
        uint256 dropped;
        Reason short;
        bool pays;
        bool isPaid;
        bool barred;
        bool consents;
    }

    /// @dev A cycle while it is worked out. Payments are numbered through all items.
    struct Cycle {
        uint256 number;
        Account[] accounts;
        bytes32[] ids;
        Reason[] reasons;
        // number of each item's first payment, and of the one after all
        uint256[] starts;
        // of each payment: line of the payer and of the payee, the item, and 1 + the payer's payment before it
        uint256[] payers;
        uint256[] payees;
        uint256[] owners;
        uint256[] previous;
    }

    uint256 private constant INDEX_BYTES = 4;

    /// @dev Parameters as for {NettingQueue}.
    constructor(
        address engine,
        address council,
        address gate,
        address exchange,
        Timetable memory times,
        uint256 maxItems,
        uint256 maxOwnItems
    ) NettingQueue(engine, council, gate, exchange, times, maxItems, maxOwnItems) EIP712("BridgeNetting", "1") {}

    /// @inheritdoc IBridgeNetting
    function closeCycle(CycleProposal calldata proposal) external returns (bytes32 batchId) {
        _requireTime(OPENS, ENDS);
        Queue memory state = _rolled();
        require(state.closed < state.cycle, NettingCycleClosed(state.cycle));
        state.closed = state.cycle;
        Cycle memory cycle = _read(proposal, state);
        _assess(cycle, proposal.keys);
        _admit(cycle, proposal.items);
        for (uint256 i = 0; i < proposal.dropped.length; ++i)
            _drop(cycle, proposal.keys, proposal, proposal.dropped[i]);
        _requireSound(cycle, proposal.keys);

        uint256 settled = _dispose(cycle, proposal.items, state);
        _store(state);
        if (settled != 0) batchId = _settle(cycle, proposal, settled);
        emit CycleClosed(cycle.number, msg.sender, batchId, settled, proposal.items.length - settled);
    }

    /// @inheritdoc IBridgeNetting
    function reasonAgainst(NetItem calldata item) external view returns (Reason reason) {
        _requireQueued(item);
        reason = _ending(item.payments[0]);
        for (uint256 p = 0; p < item.payments.length && reason == Reason.None; ++p) {
            BridgePayment calldata payment = item.payments[p];
            Account memory payer;
            Account memory payee;
            (payer.pays, payee.isPaid) = (true, true);
            _look(payer, payment.currency, payment.payer);
            _look(payee, payment.currency, payment.payee);
            reason = _standing(payment, payer, payee);
        }
    }

    // ----------------------------------------------------- internals: the cycle

    /// @dev All items that wait, each once, in order, and their lines of the table.
    function _read(CycleProposal calldata proposal, Queue memory state) private view returns (Cycle memory cycle) {
        uint256 count = proposal.items.length;
        require(count == state.waiting, NettingItemsIncomplete(count, state.waiting));
        // the engine asks the same, but only of a batch that has something to settle; two lines of one bank would be two
        // debit caps
        proposal.keys.requireSorted();
        cycle.number = state.cycle;
        cycle.accounts = new Account[](proposal.keys.length);
        (cycle.ids, cycle.reasons, cycle.starts) = (
            new bytes32[](count),
            new Reason[](count),
            new uint256[](count + 1)
        );
        uint256 payments = proposal.indices.length / INDEX_BYTES;
        (cycle.payers, cycle.payees) = (new uint256[](payments), new uint256[](payments));
        (cycle.owners, cycle.previous) = (new uint256[](payments), new uint256[](payments));
        uint256 rank = 0;
        for (uint256 i = 0; i < count; ++i) {
            (bytes32 id, Entry storage entry) = _requireQueued(proposal.items[i]);
            require(entry.sequence <= state.boundary, NettingItemNotQueued(id));
            // higher priority first, then the earlier arrival; a sequence is no item's twice
            uint256 next = ((uint256(type(uint8).max) - entry.priority) << 32) | entry.sequence;
            require(next > rank, NettingOrderInvalid(i));
            (rank, cycle.ids[i]) = (next, id);
            cycle.starts[i + 1] = _readPayments(cycle, proposal, i, cycle.starts[i]);
        }
        require(
            proposal.indices.length == cycle.starts[count] * INDEX_BYTES,
            ISettlementEngine.NetIndicesMismatch(proposal.indices.length, cycle.starts[count] * INDEX_BYTES)
        );
    }

    function _readPayments(
        Cycle memory cycle,
        CycleProposal calldata proposal,
        uint256 i,
        uint256 start
    ) private pure returns (uint256) {
        BridgePayment[] calldata payments = proposal.items[i].payments;
        uint256 end = start + payments.length;
        require(
            end <= cycle.owners.length,
            ISettlementEngine.NetIndicesMismatch(proposal.indices.length, end * INDEX_BYTES)
        );
        for (uint256 p = 0; p < payments.length; ++p) _readPayment(cycle, proposal, i, p);
        return end;
    }

    function _readPayment(Cycle memory cycle, CycleProposal calldata proposal, uint256 i, uint256 p) private pure {
        BridgePayment calldata payment = proposal.items[i].payments[p];
        uint256 number = cycle.starts[i] + p;
        uint256 pair = uint32(bytes4(proposal.indices[number * INDEX_BYTES:]));
        (uint256 payer, uint256 payee) = (pair >> 16, pair & 0xffff);
        require(
            proposal.keys.isLine(payer, payment.currency, payment.payer),
            ISettlementEngine.NetKeyMismatch(cycle.ids[i], p, payer)
        );
        require(
            proposal.keys.isLine(payee, payment.currency, payment.payee),
            ISettlementEngine.NetKeyMismatch(cycle.ids[i], p, payee)
        );
        (cycle.payers[number], cycle.payees[number], cycle.owners[number]) = (payer, payee, i);
        cycle.accounts[payer].pays = true;
        cycle.accounts[payee].isPaid = true;
    }

    function _assess(Cycle memory cycle, NetKey[] calldata keys) private view {
        for (uint256 k = 0; k < keys.length; ++k) _look(cycle.accounts[k], keys[k].token, keys[k].account);
    }

    /// @dev Whether the bank may do in the currency what it is to do, lets this venue settle for it, and how much.
    function _look(Account memory account, address token, address member) private view {
        IBridgeCurrency currency = IBridgeCurrency(token);
        account.dropped = type(uint256).max;
        account.barred = account.isPaid && !currency.canReceive(member);
        if (!account.pays) return;
        account.barred = account.barred || !currency.canSend(member);
        account.consents = ISettlementEngine(ENGINE).isAgent(member, address(this));
        (account.limit, account.short, account.single) = _limits(token, member);
    }

    /// @dev Adds up the positions of the items that nothing but cover can keep from settling, and sets the others aside.
    function _admit(Cycle memory cycle, NetItem[] calldata items) private view {
        for (uint256 i = 0; i < items.length; ++i) {
            BridgePayment[] calldata payments = items[i].payments;
            uint256 start = cycle.starts[i];
            Reason reason = _ending(payments[0]);
            for (uint256 p = 0; p < payments.length && reason == Reason.None; ++p) {
                reason = _standing(
                    payments[p],
                    cycle.accounts[cycle.payers[start + p]],
                    cycle.accounts[cycle.payees[start + p]]
                );
            }
            cycle.reasons[i] = reason;
            if (reason != Reason.None) continue;
            for (uint256 p = 0; p < payments.length; ++p) {
                Account memory payer = cycle.accounts[cycle.payers[start + p]];
                Account memory payee = cycle.accounts[cycle.payees[start + p]];
                payer.position = payer.position.give(payments[p].amount);
                payee.position = payee.position.receiveAmount(payments[p].amount);
                (cycle.previous[start + p], payer.last) = (payer.last, start + p + 1);
            }
        }
    }

    /// @dev Reasons for which it does not settle now, whatever the cover.
    function _standing(
        BridgePayment calldata payment,
        Account memory payer,
        Account memory payee
    ) private view returns (Reason) {
        if (!ICentralBankCouncil(COUNCIL).isOpen(payment.currency)) return Reason.CurrencyNotOpen;
        try ICorridorPolicy(payment.currency).requirePurpose(payment.payer, payment.payee, payment.purpose) {} catch {
            return Reason.PurposeNotAllowed;
        }
        if (payer.barred || payee.barred) return Reason.PartyBarred;
        if (!payer.consents) return Reason.ConsentWithdrawn;
        return payment.amount > payer.single ? Reason.SingleLimit : Reason.None;
    }

    function _drop(Cycle memory cycle, NetKey[] calldata keys, CycleProposal calldata proposal, uint256 i) private {
        require(i < cycle.reasons.length && cycle.reasons[i] == Reason.None, NettingDropInvalid(i));
        (uint256 start, uint256 end) = (cycle.starts[i], cycle.starts[i + 1]);
        Reason reason = Reason.None;
        for (uint256 number = start; number < end; ++number) {
            uint256 k = cycle.payers[number];
            Account memory payer = cycle.accounts[k];
            if (payer.dropped < i && reason == Reason.None) reason = Reason.Behind;
            if (!_isShort(payer) || cycle.owners[_last(cycle, payer) - 1] != i) continue;
            reason = payer.short;
            if (payer.dropped == type(uint256).max) {
                emit MemberExcluded(cycle.number, keys[k].token, keys[k].account, reason, payer.position, payer.limit);
            }
        }
        require(reason != Reason.None, NettingDropUnfounded(cycle.ids[i], i));
        cycle.reasons[i] = reason;
        for (uint256 number = start; number < end; ++number) {
            Account memory payer = cycle.accounts[cycle.payers[number]];
            Account memory payee = cycle.accounts[cycle.payees[number]];
            uint256 amount = proposal.items[i].payments[number - start].amount;
            payer.position = payer.position.receiveAmount(amount);
            payee.position = payee.position.give(amount);
            if (i < payer.dropped) payer.dropped = i;
        }
    }

    /// @dev 1 + number of the bank's last payment that still goes. A bank that owes makes one.
    function _last(Cycle memory cycle, Account memory payer) private pure returns (uint256 last) {
        last = payer.last;
        while (cycle.reasons[cycle.owners[last - 1]] != Reason.None) last = cycle.previous[last - 1];
        payer.last = last;
    }

    function _isShort(Account memory account) private pure returns (bool) {
        // a limit is at most the cap, below 2^128
        return account.position < -int256(account.limit);
    }

    function _requireSound(Cycle memory cycle, NetKey[] calldata keys) private pure {
        for (uint256 k = 0; k < keys.length; ++k) {
            Account memory account = cycle.accounts[k];
            require(
                !_isShort(account),
                NettingUncovered(keys[k].token, keys[k].account, account.position, account.limit)
            );
        }
        for (uint256 number = 0; number < cycle.owners.length; ++number) {
            uint256 i = cycle.owners[number];
            require(
                cycle.reasons[i] != Reason.None || i < cycle.accounts[cycle.payers[number]].dropped,
                NettingOvertakes(cycle.ids[i], i)
            );
        }
    }

    /// @dev Writes down what becomes of every item. Returns how many settle.
    function _dispose(
        Cycle memory cycle,
        NetItem[] calldata items,
        Queue memory state
    ) private returns (uint256 settled) {
        for (uint256 i = 0; i < items.length; ++i) {
            BridgePayment calldata first = items[i].payments[0];
            (bytes32 id, Reason reason) = (cycle.ids[i], cycle.reasons[i]);
            if (reason == Reason.Ended || reason == Reason.Expired) {
                _release(state, id, first, reason);
            } else if (reason != Reason.None) {
                emit ItemLeftOut(cycle.number, id, first.payer, reason);
            } else {
                ++settled;
                _remove(state, first);
                emit ItemSettled(cycle.number, id, first.payer, first.businessRef);
            }
        }
    }

    function _settle(
        Cycle memory cycle,
        CycleProposal calldata proposal,
        uint256 count
    ) private returns (bytes32 batchId) {
        SettlementItem[] memory batch = new SettlementItem[](count);
        bytes memory indices = "";
        uint256 next = 0;
        for (uint256 i = 0; i < proposal.items.length; ++i) {
            if (cycle.reasons[i] != Reason.None) continue;
            batch[next++].instruction = _instruction(proposal.items[i].payments);
            (uint256 from, uint256 to) = (cycle.starts[i] * INDEX_BYTES, cycle.starts[i + 1] * INDEX_BYTES);
            indices = bytes.concat(indices, proposal.indices[from:to]);
        }
        IBridgeGate(GATE).open(ENGINE);
        batchId = ISettlementEngine(ENGINE).settleNet(batch, proposal.keys, indices);
        IBridgeGate(GATE).close();
    }

    /// @dev Payments in their order: the initiator gives first. That it is in time has been checked.
    function _instruction(BridgePayment[] calldata payments) private pure returns (Instruction memory) {
        Leg[] memory legs = new Leg[](payments.length);
        for (uint256 p = 0; p < legs.length; ++p) {
            BridgePayment calldata payment = payments[p];
            legs[p] = Leg(payment.currency, payment.payer, payment.payee, payment.amount);
        }
        return
            Instruction({
                businessRef: payments[0].businessRef,
                notBefore: 0,
                notAfter: payments[0].notAfter,
                nettable: true,
                legs: legs
            });
    }
}
