// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IIndustryOrders, OrderStatus} from "../../contracts/interop/IIndustryOrders.sol";
import {IPaymentService, PaymentOutcome} from "../../contracts/interop/IPaymentService.sol";
import {IndustryActs} from "./handlers/IndustryActs.sol";
import {BetweenLedgers} from "./support/BetweenLedgers.sol";
import {ReachingBetween} from "./support/ReachingBetween.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract IndustryStory is IndustryActs {}

/// @dev What docs/invariants.md says of the payment of an industry chain's orders, after every act of a story.
contract IndustryInvariants {
    error Broken(string what, uint256 order, uint256 onChain, uint256 expected);
    error Vacuous(uint256 done, uint256 refused);

    uint256 private constant BANKS = 2;

    IndustryStory private _story;

    function setUp() external {
        _story = new IndustryStory();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_story);
    }

    function invariant_everySentenceHolds() external view {
        holds_BSP01_anOrderIsPaidOnceAtMostAndOnlyByItsPayersHold();
        holds_BSP02_anOrderIsPaidOnItsChainOnlyIfItsMoneyHasMoved();
        holds_BSP03_anOrderIsAskedForOnceAndStaysAsItEnded();
        holds_BSP04_theServicePaysWithinAnApplicationsLimitsAndOwnsNothing();
    }

    function holds_BSP01_anOrderIsPaidOnceAtMostAndOnlyByItsPayersHold() public view {
        (uint256 orders, uint256 all) = _story.counts();
        for (uint256 i = 0; i < all; ++i) {
            (uint256 payments, bool covered) = _story.paymentsOf(i);
            require(payments <= (covered ? 1 : 0), Broken("payments", i, payments, covered ? 1 : 0));
        }
        (uint256 first, ) = _story.paymentsOf(orders);
        (uint256 second, ) = _story.paymentsOf(orders + 1);
        require(first + second <= 1, Broken("one order at two prices", orders, first + second, 1));
        for (uint256 which = 0; which < BANKS; ++which) {
            (uint256 onChain, uint256 expected) = _story.balanceOf(which);
            _same("balance", which, onChain, expected);
        }
    }

    function holds_BSP02_anOrderIsPaidOnItsChainOnlyIfItsMoneyHasMoved() public view {
        (IPaymentService service, ) = _story.parts();
        (uint256 orders, ) = _story.counts();
        for (uint256 i = 0; i < orders; ++i) {
            (IIndustryOrders.Order memory order, bytes32 paymentRef) = _story.orderOf(i);
            (uint256 payments, ) = _story.paymentsOf(i);
            if (order.status == OrderStatus.Paid) {
                _same("paid", i, payments, 1);
                require(order.paymentRef == paymentRef, Broken("reference", i, 0, 1));
            }
            if (payments == 0) continue;
            bool told = order.status == OrderStatus.Paid || order.status == OrderStatus.PaymentRequested;
            require(told, Broken("moved and not told", i, uint256(order.status), uint256(OrderStatus.Paid)));
            uint256 outcome = uint256(service.answerOf(order.request).outcome);
            _same("answer", i, outcome, uint256(PaymentOutcome.Paid));
        }
    }

    function holds_BSP03_anOrderIsAskedForOnceAndStaysAsItEnded() public view {
        (uint256 orders, ) = _story.counts();
        for (uint256 i = 0; i < orders; ++i) {
            (IIndustryOrders.Order memory order, ) = _story.orderOf(i);
            (uint256 requests, OrderStatus end) = _story.courseOf(i);
            require(requests <= 1, Broken("requests", i, requests, 1));
            if (end != OrderStatus.None) _same("end", i, uint256(order.status), uint256(end));
            bool asked = order.status >= OrderStatus.PaymentRequested && order.status != OrderStatus.Cancelled;
            _same("asked", i, requests, asked ? 1 : 0);
        }
    }

    function holds_BSP04_theServicePaysWithinAnApplicationsLimitsAndOwnsNothing() public view {
        _same("payments past a limit or while suspended", 0, _story.breaches(), 0);
        _same("owned", 0, _story.ownedByContracts(), 0);
    }

    /// @dev Everything under way arrives, and then both ledgers say the same; and something has happened.
    function afterInvariant() external {
        BetweenLedgers.Tally memory total = _story.total();
        require(total.done >= total.refused / 10, Vacuous(total.done, total.refused));
        _story.finish();
        (uint256 orders, ) = _story.counts();
        for (uint256 i = 0; i < orders; ++i) {
            (IIndustryOrders.Order memory order, ) = _story.orderOf(i);
            (uint256 payments, ) = _story.paymentsOf(i);
            _same("paid in the end", i, order.status == OrderStatus.Paid ? 1 : 0, payments);
            require(order.status != OrderStatus.PaymentRequested, Broken("still waiting", i, 0, 1));
        }
    }

    function _same(string memory what, uint256 i, uint256 onChain, uint256 expected) private pure {
        require(onChain == expected, Broken(what, i, onChain, expected));
    }
}

/// @dev Long stories from a fixed seed: every act comes to be done, and where it can be refused, refused.
contract IndustryReachTest is ReachingBetween {
    error Never(string what);

    mapping(PaymentOutcome => bool) private _reached;
    mapping(OrderStatus => bool) private _ended;

    constructor() {
        _acts = [
            "place",
            "deliverGoods",
            "cancel",
            "ask",
            "cover",
            "release",
            "rogueAsks",
            "deliver",
            "reject",
            "acknowledge",
            "notify"
        ];
    }

    function test_everyActIsDoneAndRefusedSomewhere() external {
        _reach(100);
        for (uint256 status = uint256(OrderStatus.Paid); status <= uint256(OrderStatus.Cancelled); ++status) {
            require(_ended[OrderStatus(status)], Never("an end"));
        }
        PaymentOutcome[6] memory outcomes = [
            PaymentOutcome.Paid,
            PaymentOutcome.ApplicationSuspended,
            PaymentOutcome.PurposeNotAllowed,
            PaymentOutcome.PaymentLimitExceeded,
            PaymentOutcome.DayLimitExceeded,
            PaymentOutcome.NotCovered
        ];
        for (uint256 i = 0; i < outcomes.length; ++i) require(_reached[outcomes[i]], Never("an outcome"));
    }

    function _open() internal override returns (BetweenLedgers) {
        return new IndustryStory();
    }

    function _tell(BetweenLedgers told, uint256 seed) internal override {
        IndustryStory story = IndustryStory(address(told));
        uint256 act = seed % 24;
        seed /= 24;
        if (act < 6) return story.advance(seed);
        if (act == 6) return story.place(seed);
        if (act == 7) return story.deliverGoods(seed);
        if (act == 8) return story.cancel(seed);
        if (act == 9) return story.ask(seed);
        if (act == 10) return story.cover(seed);
        if (act == 11) return story.release(seed);
        if (act == 12) return story.withdraw(seed);
        if (act == 13) return story.rogueAsks(seed);
        if (act == 14) return story.deliver(seed);
        if (act == 15) return story.reject(seed);
        if (act == 16) return story.acknowledge(seed);
        if (act == 17) return story.notify(seed);
        if (act == 18) return seed % 2 == 0 ? story.haltLane(seed / 2) : story.resumeLane(seed / 2);
        if (act == 19) return story.limit(seed);
        if (act == 20) return story.suspend(seed);
        if (act == 21) return seed % 2 == 0 ? story.freeze(seed / 2) : story.unfreeze(seed / 2);
        if (act == 22) return seed % 2 == 0 ? story.halt(seed / 2) : story.resume(seed / 2);
        return seed % 5 == 0 ? story.sleep(seed / 5) : story.wait(seed / 5);
    }

    function _end(BetweenLedgers told) internal override {
        IndustryStory story = IndustryStory(address(told));
        story.finish();
        (uint256 orders, ) = story.counts();
        for (uint256 i = 0; i < orders; ++i) {
            (IIndustryOrders.Order memory order, ) = story.orderOf(i);
            _reached[order.outcome] = true;
            _ended[order.status] = true;
        }
    }
}
