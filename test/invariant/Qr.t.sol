// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    IQrGateway,
    QrDirection,
    QrMode,
    QrRecord,
    QrStatistics,
    QrStatus
} from "../../contracts/payments/IQrGateway.sol";
import {IQrSettlement, QrBatch, QrDisputeStatus, QrWindowStatus} from "../../contracts/payments/IQrSettlement.sol";
import {LedgerHarness} from "../../contracts/mocks/LedgerHarness.sol";
import {QrActs} from "./handlers/QrActs.sol";
import {QrBatchActs} from "./handlers/QrBatchActs.sol";
import {Drawn} from "./support/Drawn.sol";
import {VM} from "./support/Vm.sol";

/// @dev A story whose artifact belongs to this file: the runner calls no other.
contract QrStory is QrBatchActs {}

/// @dev What docs/invariants.md says of payments by QR code, after every act of a story.
contract QrInvariants is Drawn {
    error Broken(string what, uint256 which, uint256 actual, uint256 expected);
    error NeverDone(string act, uint256 done, uint256 refused);

    uint256 private constant ENTRIES = 2;

    QrStory private _story;
    IQrGateway private _gateway;
    IQrSettlement private _settlement;
    LedgerHarness private _money;

    function setUp() external {
        _story = new QrStory();
        (_gateway, _settlement, _money) = (_story.gateway(), _story.settlement(), _story.money());
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_story);
    }

    function invariant_everySentenceHolds() external view {
        holds_QRG01_aPaymentEndsOnceCompletedOrReversed();
        holds_QRG02_refundsNeverExceedACompletedPayment();
        holds_QRG03_statisticsAreTheSumOfTheLog();
        holds_QRS01_aSettledWindowMovesItsPositionsWhichSumToZero();
        holds_QRS02_aPaymentIsGivenBackOnceAndOnlyWhenUpheld();
        holds_QRS03_gatewayAndSettlementOwnNothing();
    }

    function holds_QRG01_aPaymentEndsOnceCompletedOrReversed() public view {
        for (uint256 p = 0; p < _story.PAYMENTS(); ++p) {
            QrActs.Asked memory asked = _story.asked(p);
            QrStatus status = _gateway.recordOf(_gateway.paymentId(_story.payment(p))).status;
            _same("status", p, uint256(status), uint256(asked.status));
            bool over = status == QrStatus.Completed || status == QrStatus.Reversed;
            _same("ends", p, over ? 1 : 0, asked.ends);
        }
        for (uint256 e = 0; e < _story.endedCount(); ++e) {
            QrActs.Ended memory was = _story.ended(e);
            _same("ended", e, uint256(_gateway.recordOf(was.id).status), uint256(was.status));
        }
    }

    function holds_QRG02_refundsNeverExceedACompletedPayment() public view {
        for (uint256 p = 0; p < _story.PAYMENTS(); ++p) {
            QrRecord memory record = _gateway.recordOf(_gateway.paymentId(_story.payment(p)));
            _same("refunded", p, record.refunded, _story.asked(p).refunded);
            uint256 most = record.status == QrStatus.Completed ? _story.amountOf(p) : 0;
            require(record.refunded <= most, Broken("refunds", p, record.refunded, most));
        }
        for (uint256 e = 0; e < _story.endedCount(); ++e) {
            QrActs.Ended memory was = _story.ended(e);
            _same("refunded and over", e, _gateway.recordOf(was.id).refunded, was.refunded);
            require(was.refunded <= was.amount, Broken("refunds", e, was.refunded, was.amount));
        }
    }

    function holds_QRG03_statisticsAreTheSumOfTheLog() public view {
        for (uint256 k = 0; k < _story.KINDS(); ++k) {
            QrDirection direction = k < 2 ? QrDirection.Inbound : QrDirection.Outbound;
            QrMode mode = k % 2 == 0 ? QrMode.MerchantPresented : QrMode.ConsumerPresented;
            QrStatistics memory found = _gateway.statisticsOf(direction, mode);
            QrActs.Sums memory sums = _story.sums(k);
            _same("requested", k, found.requested, sums.counts[0]);
            _same("authorized", k, found.authorized, sums.counts[1]);
            _same("completed", k, found.completed, sums.counts[2]);
            _same("reversed", k, found.reversed, sums.counts[3]);
            _same("refunds", k, found.refunds, sums.counts[4]);
            _same("completed amount", k, found.completedAmount, sums.completed);
            _same("refunded amount", k, found.refundedAmount, sums.refunded);
        }
    }

    function holds_QRS01_aSettledWindowMovesItsPositionsWhichSumToZero() public view {
        int256 sum = 0;
        for (uint256 b = 0; b < _story.BANKS(); ++b) {
            _same("balance", b, _money.balanceOf(_story.banks(b)), uint256(_story.balances(b)));
            sum += _story.balances(b);
        }
        _same("sum", 0, uint256(sum), _story.BANKS() * _story.FUNDS());
        uint256 windows = _story.windows();
        _same("windows", 0, _settlement.lastWindow(), windows);
        if (windows == 0) return;
        QrBatch memory last = _story.batch(windows);
        int256 net = 0;
        for (uint256 b = 0; b < last.positions.length; ++b) net += last.positions[b].net;
        _same("positions", windows, net == 0 ? 0 : 1, 0);
        (, , , QrWindowStatus status, ) = _settlement.windowOf(uint64(windows));
        _same("window", windows, uint256(status), uint256(_story.statuses(windows)));
    }

    function holds_QRS02_aPaymentIsGivenBackOnceAndOnlyWhenUpheld() public view {
        uint256 windows = _story.windows();
        for (uint256 w = windows < 4 ? 1 : windows - 3; w <= windows; ++w) {
            for (uint256 i = 0; i < ENTRIES; ++i) {
                QrBatchActs.Dispute memory expected = _story.disputeAt(w, i);
                (QrDisputeStatus status, ) = _settlement.disputeOf(uint64(w), uint32(i));
                _same("dispute", w, uint256(status), uint256(expected.status));
                _same("returns", w, expected.returns_, status == QrDisputeStatus.Returned ? 1 : 0);
            }
        }
        for (uint256 c = 0; c < _story.BANKS(); ++c) {
            for (uint256 d = 0; d < _story.BANKS(); ++d) {
                (address creditor, address debtor) = (_story.banks(c), _story.banks(d));
                _same("owed", c, _settlement.outstandingOf(creditor, debtor), _story.owed(creditor, debtor));
            }
        }
    }

    function holds_QRS03_gatewayAndSettlementOwnNothing() public view {
        address[2] memory contracts = [address(_gateway), address(_settlement)];
        for (uint256 c = 0; c < 2; ++c) {
            _same("balance", c, _money.balanceOf(contracts[c]), 0);
            for (uint256 b = 0; b < _story.BANKS(); ++b) {
                _same("allowance", c, _money.allowance(_story.banks(b), contracts[c]), 0);
            }
        }
    }

    /// @dev One long story from a fixed seed: every act comes to be done and to be refused.
    function test_everythingHappens() external {
        bytes4[21] memory acts = [
            QrActs.request.selector,
            QrActs.authorize.selector,
            QrActs.complete.selector,
            QrActs.reverse.selector,
            QrActs.refund.selector,
            QrActs.refund.selector,
            QrActs.advance.selector,
            QrActs.participate.selector,
            QrActs.participate.selector,
            QrActs.switchRoute.selector,
            QrActs.pass.selector,
            QrBatchActs.commit.selector,
            QrBatchActs.settle.selector,
            QrBatchActs.withdraw.selector,
            QrBatchActs.dispute.selector,
            QrBatchActs.dispute.selector,
            QrBatchActs.answer.selector,
            QrBatchActs.uphold.selector,
            QrBatchActs.uphold.selector,
            QrBatchActs.proveTwice.selector,
            QrBatchActs.trade.selector
        ];
        for (uint256 i = 0; i < 2_000; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        }
        string[12] memory names = [
            "request",
            "authorize",
            "complete",
            "reverse",
            "refund",
            "commit",
            "settle",
            "withdraw",
            "dispute",
            "answer",
            "uphold",
            "proveTwice"
        ];
        for (uint256 n = 0; n < names.length; ++n) {
            (uint256 done, uint256 refused) = (_story.done(names[n]), _story.refused(names[n]));
            require(done >= 3 && refused >= 3, NeverDone(names[n], done, refused));
        }
        VM.warp(_story.clock());
        this.holds_QRG01_aPaymentEndsOnceCompletedOrReversed();
        this.holds_QRG02_refundsNeverExceedACompletedPayment();
        this.holds_QRG03_statisticsAreTheSumOfTheLog();
        this.holds_QRS01_aSettledWindowMovesItsPositionsWhichSumToZero();
        this.holds_QRS02_aPaymentIsGivenBackOnceAndOnlyWhenUpheld();
        this.holds_QRS03_gatewayAndSettlementOwnNothing();
    }

    function _same(string memory what, uint256 which, uint256 actual, uint256 expected) private pure {
        require(actual == expected, Broken(what, which, actual, expected));
    }
}
