// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {UseCase, UseCaseLimits} from "../../contracts/interop/IBilateralCorridor.sol";
import {ExchangeTerms, ILedgerExchange} from "../../contracts/interop/ILedgerExchange.sol";
import {BilateralActs} from "./handlers/BilateralActs.sol";
import {BetweenLedgers} from "./support/BetweenLedgers.sol";
import {ReachingBetween} from "./support/ReachingBetween.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract BilateralStory is BilateralActs {}

/// @dev What docs/invariants.md says of a corridor between two ledgers, after every act of a story.
contract BilateralInvariants {
    error Broken(string what, uint256 which, uint256 onChain, uint256 expected);
    error Vacuous(uint256 done, uint256 refused);

    uint256 private constant FUNDS = 1_000_000_000;
    uint256 private constant USE_CASES = 3;

    BilateralStory private _story;

    function setUp() external {
        _story = new BilateralStory();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_story);
    }

    function invariant_everySentenceHolds() external {
        holds_BIL02_aSideBindsItselfWithinItsLimitsAndNotWhileSuspended();
        holds_BIL01_aPaymentIsMadeOnItsOwnQuoteAndBothVerdicts();
        holds_BIL03_theAgentsSettleWhatWasCollectedLessWhatWasPaidOut();
    }

    function holds_BIL01_aPaymentIsMadeOnItsOwnQuoteAndBothVerdicts() public {
        uint256 payments = _story.paymentCount();
        for (uint256 e = 0; e < payments; ++e) {
            _checkDecision(e, _story.entry(e));
            ExchangeTerms memory terms = _story.terms(e);
            uint256 scaled = terms.decider.amount * 1e12;
            uint256 exact = terms.follower.amount * 915_000_000_000;
            _yes("rate, up", e, scaled >= exact && scaled - exact < 1e12);
            uint256 users = 0;
            for (uint256 other = 0; other < payments; ++other) {
                if (_story.quoteOf(other) == _story.quoteOf(e) && _story.entry(other).accepted) ++users;
            }
            _yes("one payment on a quote", e, users <= 1);
            _same("quote used", e, _story.corridor(e % 2).isQuoteUsed(_story.quoteOf(e)) ? 1 : 0, users);
        }
    }

    function holds_BIL02_aSideBindsItselfWithinItsLimitsAndNotWhileSuspended() public view {
        UseCaseLimits memory limits = _story.limits();
        for (uint256 side = 0; side < 2; ++side) {
            uint256 window = _story.count(side).window;
            for (uint256 u = 0; u < USE_CASES; ++u) {
                (uint256 day, uint256 inWindow) = _bound(side, UseCase(u), window);
                (uint256 dayOnChain, uint256 windowOnChain) = _story.corridor(side).passedOf(UseCase(u));
                _same("day", 3 * side + u, dayOnChain, day);
                _same("window", 3 * side + u, windowOnChain, inWindow);
                _yes("day's limit", 3 * side + u, day <= limits.day);
                _yes("window's limit", 3 * side + u, inWindow <= limits.window);
            }
        }
        _same("bound while suspended", 0, _story.boundWhileSuspended(), 0);
    }

    function holds_BIL03_theAgentsSettleWhatWasCollectedLessWhatWasPaidOut() public {
        // by bank on each ledger: what it has more or less than at first
        int256[2][2] memory change;
        for (uint256 e = 0; e < _story.paymentCount(); ++e) _addPayment(e, change);
        change[0][0] -= _story.net();
        change[0][1] += _story.net();
        for (uint256 side = 0; side < 2; ++side) {
            for (uint256 which = 0; which < 2; ++which) {
                uint256 expected = uint256(int256(FUNDS) + change[side][which]);
                _same("balance", 2 * side + which, _story.money(side).balanceOf(_story.bank(which)), expected);
            }
            BilateralActs.Count memory count = _story.count(side);
            (uint256 number, , uint256 collected, uint256 disbursed, ) = _story.corridor(side).currentWindow();
            _same("window", side, number, count.window);
            _same("collected", side, collected, count.collected);
            _same("paid out", side, disbursed, count.disbursed);
        }
        _yes("reported after it was settled", 0, _story.count(1).window <= _story.count(0).window);
    }

    function afterInvariant() external view {
        BetweenLedgers.Tally memory total = _story.total();
        require(total.done >= total.refused / 20, Vacuous(total.done, total.refused));
    }

    /// @dev Quotes four apart have one direction, so payer's and payee's side follow from the payment's number.
    function _addPayment(uint256 e, int256[2][2] memory change) private {
        (uint256 payer, uint256 payee) = (e % 2, 1 - (e % 2));
        ExchangeTerms memory terms = _story.terms(e);
        (, ILedgerExchange.Standing standing, , uint256 left) = _story.seen(e);
        if (_story.entry(e).captured) {
            change[payer][1 - payer] -= int256(terms.decider.amount);
            change[payer][payer] += int256(terms.decider.amount);
        }
        if (standing == ILedgerExchange.Standing.Captured && left == 0) {
            change[payee][payee] -= int256(terms.follower.amount);
            change[payee][1 - payee] += int256(terms.follower.amount);
        }
    }

    function _checkDecision(uint256 e, BilateralActs.Entry memory entry) private {
        (ILedgerExchange.Decision decision, ILedgerExchange.Standing standing, , ) = _story.seen(e);
        if (standing != ILedgerExchange.Standing.None) _yes("armed with a verdict", e, entry.approved[1 - (e % 2)]);
        bool captured = decision == ILedgerExchange.Decision.Captured;
        _same("decided", e, captured ? 1 : 0, entry.captured ? 1 : 0);
        if (!captured) return;
        _yes("decided on a quote", e, entry.accepted);
        _yes("decided with both verdicts", e, entry.approved[0] && entry.approved[1]);
    }

    function _bound(uint256 side, UseCase useCase, uint256 window) private view returns (uint256 day, uint256 sum) {
        for (uint256 e = 0; e < _story.paymentCount(); ++e) {
            BilateralActs.Bound memory bound = _story.entry(e).bound[side];
            if (!bound.counted || _story.useCaseOf(e) != useCase) continue;
            ExchangeTerms memory terms = _story.terms(e);
            uint256 amount = side == e % 2 ? terms.decider.amount : terms.follower.amount;
            if (bound.day == _story.today()) day += amount;
            if (bound.window == window) sum += amount;
        }
    }

    function _yes(string memory what, uint256 which, bool holds) private pure {
        require(holds, Broken(what, which, 0, 1));
    }

    function _same(string memory what, uint256 which, uint256 onChain, uint256 expected) private pure {
        require(onChain == expected, Broken(what, which, onChain, expected));
    }
}

/// @dev Stories from fixed seeds: every act comes to be done, and where it can be refused, refused.
contract BilateralReachTest is ReachingBetween {
    constructor() {
        _acts = [
            "placeDecider",
            "placeFollower",
            "accept",
            "judge",
            "arm",
            "decide",
            "callOff",
            "follow",
            "complete",
            "settle",
            "report"
        ];
    }

    function test_everyActIsDoneAndRefusedSomewhere() external {
        _reach(120);
    }

    function _open() internal override returns (BetweenLedgers) {
        return new BilateralStory();
    }

    function _tell(BetweenLedgers told, uint256 seed) internal override {
        BilateralStory story = BilateralStory(address(told));
        uint256 act = seed % 24;
        seed /= 24;
        if (act < 6) return story.advance(seed);
        if (act == 6) return story.placeDecider(seed);
        if (act == 7) return story.placeFollower(seed);
        if (act == 8) return story.accept(seed);
        if (act == 9) return story.judge(seed);
        if (act == 10) return story.arm(seed);
        if (act == 11) return story.decide(seed);
        if (act == 12) return story.callOff(seed);
        if (act == 13 || act == 14) return story.follow(seed);
        if (act == 15) return story.complete(seed);
        if (act == 16) return story.suspend(seed);
        if (act == 17) return story.reopen(seed);
        if (act == 18) return story.settle();
        if (act == 19) return story.report(seed);
        if (act == 20) return story.freeze(seed);
        if (act == 21) return story.unfreeze(seed);
        if (act == 22) return story.wait(seed);
        if (seed % 3 == 0) return story.squeeze(seed);
        story.unfreeze(seed);
    }
    function _end(BetweenLedgers) internal pure override {}
}
