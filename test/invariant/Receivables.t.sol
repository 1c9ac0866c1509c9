// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {Claim, IReceivableRegistry, Receivable, ReceivableStatus} from "../../contracts/trade/IReceivableRegistry.sol";
import {FinanceState, ITradeFinance} from "../../contracts/trade/ITradeFinance.sol";
import {ReceivableActs} from "./handlers/ReceivableActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract ReceivableStory is ReceivableActs {}

/// @dev What docs/invariants.md says of receivables and their finance, after every act of a story.
contract ReceivableInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant BANKS = 2;
    uint256 private constant PARTIES = 4;
    uint256 private constant PURSE = 1_000_000_000;
    uint256 private constant PARTS = 360e6;
    /// @dev Finances that are looked at, the last ones applied for.
    uint256 private constant RECENT = 4;

    ReceivableStory private _story;
    IReceivableRegistry private _receivables;
    ITradeFinance private _finance;
    IDigitalCurrency private _money;

    function setUp() external {
        _story = new ReceivableStory();
        _told = _story;
        (_receivables, _finance, _money) = (_story.receivables(), _story.finance(), _story.money());
    }

    /// @dev Of the document that the last act was about: registered by its first bank with one face, which is its claims and
    /// what was collected; each claim as by the book, with one pledge at most; and lent on no more than once.
    function invariant_TRF01_TRF02_TRF03_noFaceIsFinancedTwice() external view {
        (uint256 documents, uint256 parts, ) = _story.counts();
        _same("claims", 0, address(0), _receivables.claims(), parts);
        if (documents == 0) return;
        uint256 d = _story.lastDocument();
        ReceivableActs.Document memory kept = _story.documentAt(d);
        Receivable memory record = _receivables.receivableOf(kept.key);
        _same("registered by", d, address(0), record.submittedBy, (d % BANKS) + 1);
        _same("face", d, address(0), record.value, kept.value);
        _same("outstanding", d, address(0), record.outstanding, kept.outstanding);
        _same("collected", d, address(0), record.collected, kept.collected);
        require(
            record.outstanding <= record.ceiling,
            Broken("ceiling", d, address(0), record.outstanding, record.ceiling)
        );
        uint256 open;
        for (uint256 i = 0; i < kept.claims.length; ++i) open += _checkClaim(kept.claims[i]);
        _same("claims and collected", d, address(0), open + record.collected, kept.value);
    }

    /// @dev Everybody's money as by the book; statuses, received and promises of what came last.
    function invariant_TRF04_TRF05_TRF06_TRF07_banksGetWhatWasAgreedAndNoMore() external view {
        uint256 sum;
        for (uint256 i = 0; i < PARTIES; ++i) {
            address party = _story.person(i);
            uint256 balance = _money.balanceOf(party);
            _same("money", i, party, balance, _story.purse(i));
            sum += balance;
        }
        _same("sum", 0, address(0), sum, PARTIES * PURSE);
        (uint256 documents, , uint256 loans) = _story.counts();
        for (uint256 i = loans > RECENT ? loans - RECENT : 0; i < loans; ++i) _checkLoan(i);
        if (documents == 0) return;
        ReceivableActs.Document memory kept = _story.documentAt(_story.lastDocument());
        _same(
            "confirmed",
            0,
            address(0),
            _receivables.receivableOf(kept.key).confirmed ? 1 : 0,
            kept.confirmed ? 1 : 0
        );
        _same("status", 0, address(0), uint256(_receivables.statusOf(kept.key)), uint256(_statusOf(kept)));
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[16] memory acts = [
            ReceivableActs.lend.selector,
            ReceivableActs.lend.selector,
            ReceivableActs.lend.selector,
            ReceivableActs.lendAgain.selector,
            ReceivableActs.disburse.selector,
            ReceivableActs.disburse.selector,
            ReceivableActs.disburse.selector,
            ReceivableActs.cancel.selector,
            ReceivableActs.collect.selector,
            ReceivableActs.collectUnpledged.selector,
            ReceivableActs.repay.selector,
            ReceivableActs.reportOverdue.selector,
            ReceivableActs.release.selector,
            ReceivableActs.writeOff.selector,
            ReceivableActs.split.selector,
            ReceivableActs.confirm.selector
        ];
        for (uint256 i = 0; i < 1_200; ++i) _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        for (uint256 i = 0; i < 20; ++i) _tellDrawn(address(_story), ReceivableActs.resubmit.selector, i);
        string[9] memory tried = [
            "approve",
            "disburse",
            "cancel",
            "collect",
            "collectUnpledged",
            "reportOverdue",
            "release",
            "writeOff",
            "confirm"
        ];
        for (uint256 a = 0; a < tried.length; ++a) {
            Telling.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 2 && tally.refused >= 2, NeverTold(tried[a], tally.done, tally.refused));
        }
        require(_story.tally("takeRecourse").done >= 2, NeverTold("takeRecourse", 0, 0));
        require(_story.tally("repay").done >= 2, NeverTold("repay", 0, 0));
        this.invariant_TRF01_TRF02_TRF03_noFaceIsFinancedTwice();
        this.invariant_TRF04_TRF05_TRF06_TRF07_banksGetWhatWasAgreedAndNoMore();
    }

    function _checkClaim(uint256 c) private view returns (uint256) {
        ReceivableActs.Part memory part = _story.partAt(c);
        Claim memory claim = _receivables.claimOf(c + 1);
        _same("claim", c, claim.owner, claim.amount, part.amount);
        bytes32 pledge = part.finance == 0 ? bytes32(0) : _story.loanAt(part.finance - 1).id;
        _same("pledge", c, claim.owner, uint256(claim.finance), uint256(pledge));
        return claim.amount;
    }

    function _checkLoan(uint256 i) private view {
        ReceivableActs.Loan memory loan = _story.loanAt(i);
        FinanceState memory state = _finance.financeOf(loan.id);
        // the book begins where the contract has None
        _same("standing", i, address(0), uint256(state.status), uint256(loan.standing) + 1);
        _same("received", i, address(0), state.received, loan.received);
        _same("principal", i, address(0), state.principal, loan.principal);
        uint256 agreed = uint256(loan.terms.principal) + loan.terms.fee + loan.agreed / PARTS;
        require(state.received <= agreed, Broken("agreed", i, loan.terms.bankAccount, state.received, agreed));
    }

    function _statusOf(ReceivableActs.Document memory kept) private pure returns (ReceivableStatus) {
        if (kept.collected == kept.value) return ReceivableStatus.Closed;
        if (kept.defaulted) return ReceivableStatus.Defaulted;
        if (kept.collected != 0) return ReceivableStatus.PartlyRepaid;
        return kept.outstanding == 0 ? ReceivableStatus.Confirmed : ReceivableStatus.Financed;
    }
}
