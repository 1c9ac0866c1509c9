// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {ClaimStatus, IInterestBook, WalletInterest} from "../../contracts/issuance/IInterestBook.sol";
import {IReserveFramework, ReservePosition} from "../../contracts/issuance/IReserveFramework.sol";
import {DepositActs} from "./handlers/DepositActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract DepositStory is DepositActs {}

/// @dev What docs/invariants.md says of interest and reserves, after every act of a story.
contract DepositInvariants is Campaign, Drawn {
    error Refuted(uint256 trueClaim, uint256 claimed);
    error NeverTold(string act, uint256 done, uint256 refused);

    uint16 private constant BANK_NUMBER = 1;
    uint16 private constant OTHER_NUMBER = 2;
    uint256 private constant WALLETS = 5;
    uint256 private constant BANK = 5;
    uint256 private constant CAST = 7;
    uint256 private constant SUPPLY = 40_000_000;
    /// @dev Quarters and claims that are looked at, the last ones.
    uint32 private constant RECENT = 2;

    DepositStory private _story;
    IDigitalCurrency private _money;
    IInterestBook private _interest;
    IReserveFramework private _reserves;

    function setUp() external {
        _story = new DepositStory();
        _told = _story;
        (_money, _interest, _reserves) = (_story.money(), _story.interest(), _story.reserves());
    }

    function invariant_everySentenceHolds() external view {
        holds_INT01_interestIsPaidOnceOutOfTheBanksOwnMoney();
        holds_INT02_whatMustBeHeldIsTheRatioOfTheWallets();
        holds_INT03_noTrueClaimIsRefutedAndArrearsAreWhatWasUpheld();
    }

    function holds_INT01_interestIsPaidOnceOutOfTheBanksOwnMoney() public view {
        (uint32 last, ) = _story.lastQuarter();
        for (uint32 quarter = last + 1 - RECENT; quarter <= last; ++quarter) {
            uint256 sum;
            for (uint256 i = 0; i < WALLETS; ++i) {
                WalletInterest memory record = _interest.walletOf(BANK_NUMBER, quarter, _story.person(i));
                _same("paid", i, _story.person(i), record.paid, _story.paid(quarter, i));
                sum += record.paid;
            }
            _same("expense", quarter, address(0), _interest.expenseOf(BANK_NUMBER, quarter), sum);
            _same("booked", quarter, address(0), sum, _story.sheetOf(quarter).expense);
        }
        _same("held", 0, _story.person(BANK), _money.heldOf(_story.person(BANK)), _story.held());
        uint256 all;
        for (uint256 i = 0; i < CAST; ++i) {
            uint256 balance = _money.balanceOf(_story.person(i));
            _same("balance", i, _story.person(i), balance, _story.balance(i));
            all += balance;
        }
        _same("sum", 0, address(0), all, SUPPLY);
        _same("supply", 0, address(0), _money.totalSupply(), SUPPLY);
        _same("owned", 0, address(_interest), _money.balanceOf(address(_interest)), 0);
    }

    function holds_INT02_whatMustBeHeldIsTheRatioOfTheWallets() public view {
        (uint256 day, uint256 shortfall) = _reserves.lastReport();
        _same("day", 0, address(0), day, _story.lastDay());
        _same("short", 0, address(0), shortfall, _story.lastShort());
        uint256 all;
        for (uint16 number = BANK_NUMBER; number <= OTHER_NUMBER; ++number) {
            (uint256 stoodOn, uint256 base, uint256 own, uint256 required, uint256 held) = _story.stood(number);
            (ReservePosition memory position, uint256 short) = _reserves.positionOf(number);
            _same("stood on", number, address(0), position.day, stoodOn);
            _same("base", number, address(0), position.base, base);
            _same("required", number, address(0), position.required, required);
            _same("held", number, address(0), position.held, held);
            _same("short of", number, address(0), short, required > held ? required - held : 0);
            if (number == OTHER_NUMBER) _same("margin", number, address(0), required, base);
            all += base + own;
        }
        if (day != 0) _same("rows", 0, address(0), all, SUPPLY);
        _same("migrated", 0, address(0), _reserves.migratedFrom(), _story.migratedFrom());
    }

    function holds_INT03_noTrueClaimIsRefutedAndArrearsAreWhatWasUpheld() public view {
        DepositActs.Claim[] memory claims = _story.claims();
        uint256 due;
        for (uint256 c = 0; c < claims.length; ++c) {
            DepositActs.Claim memory made = claims[c];
            due += made.due;
            // a day that is wrong by so little that the interest is the same is wrong all the same
            if (made.status == ClaimStatus.Refuted) require(made.lie != 0, Refuted(c, made.claimed));
            if (c + RECENT < claims.length) continue;
            WalletInterest memory record = _interest.walletOf(BANK_NUMBER, made.quarter, _story.person(made.who));
            _same("status", c, _story.person(made.who), uint256(record.status), uint256(made.status));
            _same("claimed", c, _story.person(made.who), record.claimed, made.claimed);
        }
        _same("arrears", 0, address(0), _interest.arrearsOf(BANK_NUMBER), due);
        _same("counted", 0, address(0), due, _story.arrears());
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[12] memory acts = [
            DepositActs.move.selector,
            DepositActs.move.selector,
            DepositActs.move.selector,
            DepositActs.setRate.selector,
            DepositActs.state.selector,
            DepositActs.pay.selector,
            DepositActs.claim.selector,
            DepositActs.refute.selector,
            DepositActs.uphold.selector,
            DepositActs.honour.selector,
            DepositActs.report.selector,
            DepositActs.migrate.selector
        ];
        for (uint256 i = 0; i < 900; ++i) _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        string[10] memory tried = [
            "move",
            "setRate",
            "state",
            "pay",
            "claim",
            "refute",
            "uphold",
            "honour",
            "report",
            "setRatio"
        ];
        for (uint256 a = 0; a < tried.length; ++a) {
            Telling.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 2 && tally.refused >= 2, NeverTold(tried[a], tally.done, tally.refused));
        }
        this.holds_INT01_interestIsPaidOnceOutOfTheBanksOwnMoney();
        this.holds_INT02_whatMustBeHeldIsTheRatioOfTheWallets();
        this.holds_INT03_noTrueClaimIsRefutedAndArrearsAreWhatWasUpheld();
    }
}
