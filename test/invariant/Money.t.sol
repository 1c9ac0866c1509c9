// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {IIssuanceDesk} from "../../contracts/issuance/IIssuanceDesk.sol";
import {ISettlementEngine, Instruction, InstructionStatus} from "../../contracts/settlement/ISettlementEngine.sol";
import {HoldActs} from "./handlers/HoldActs.sol";
import {SettlementActs} from "./handlers/SettlementActs.sol";
import {Facts} from "./support/Facts.sol";
import {LedgerBook} from "./support/LedgerBook.sol";
import {Stage} from "./support/Stage.sol";
import {VM} from "./support/Vm.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract MoneyStory is SettlementActs {}

/// @dev What docs/invariants.md says of supply, holds, consent and limits, after every act of a story.
contract MoneyInvariants is Facts {
    uint256 private constant ISSUER = 4;

    /// @dev What changes the chain comes last; nothing of it stays.
    function invariant_everySentenceHolds() external {
        holds_INV01_supplyIsIssuedLessRedeemedIsBalancesIsReserves();
        holds_INV02_supplyChangesAtTheOwnDeskOnly();
        holds_INV03_noContractOwnsValue();
        holds_INV04_heldIsWithinTheBalanceAndIsTheSumOfHolds();
        holds_HLD01_capturedReleasedAndRemainingAddUp();
        holds_INV06_valueIsGivenByConsentHoldOrOrderOnly();
        holds_INV10_nobodyLosesByAnothersAct();
        holds_INV07_classLimitsHoldOnEveryPath();
        holds_HLD02_onlyTheExecutorCapturesAndOnlyBeforeTheExpiry();
        holds_INV08_everythingHeldCanBeFreedWhileAllIsHalted();
    }

    function holds_INV01_supplyIsIssuedLessRedeemedIsBalancesIsReserves() public view {
        for (uint256 c = 0; c < 2; ++c) {
            uint256 supply = _places[c].money.totalSupply();
            uint256 balances;
            for (uint256 i = 0; i < CAST; ++i) balances += _places[c].money.balanceOf(_people[i]);
            _same("supply, balances", c, address(0), supply, balances);
            _same("supply, issued - redeemed", c, address(0), supply, _book.issued(c) - _book.redeemed(c));
            _same("supply, reserves", c, address(0), supply, uint256(_places[c].desk.totalReserves()));
        }
    }

    function holds_INV02_supplyChangesAtTheOwnDeskOnly() public view {
        for (uint256 c = 0; c < 2; ++c) {
            (IDigitalCurrency money, IIssuanceDesk desk) = (_places[c].money, _places[c].desk);
            uint256 issued;
            uint256 redeemed;
            for (uint16 number = 1; number <= 2; ++number) {
                IIssuanceDesk.Position memory position = desk.positionOf(number);
                issued += position.issued;
                redeemed += position.redeemed;
            }
            _same("desk issued - redeemed", c, address(desk), money.totalSupply(), issued - redeemed);
            require(money.hasPower(address(desk), ISSUER), Broken("desk issues", c, address(desk), 0, 1));
            _noIssuer(c, address(_places[1 - c].desk));
            for (uint256 i = 0; i < CAST; ++i) _noIssuer(c, _people[i]);
        }
    }

    function holds_INV03_noContractOwnsValue() public view {
        for (uint256 c = 0; c < 2; ++c) {
            IDigitalCurrency money = _places[c].money;
            _same("balance", c, address(_story.engine()), money.balanceOf(address(_story.engine())), 0);
            for (uint256 p = 0; p < 2; ++p) {
                Stage.Place memory there = _places[p];
                uint256 owned = money.balanceOf(address(there.money)) + money.balanceOf(address(there.desk));
                owned += money.balanceOf(address(there.registry)) + money.balanceOf(there.authority);
                _same("balance", c, address(there.money), owned + money.balanceOf(there.implementation), 0);
            }
        }
    }

    function holds_INV04_heldIsWithinTheBalanceAndIsTheSumOfHolds() public view {
        uint256[CAST][2] memory sums;
        uint256 count = _story.holdCount();
        for (uint256 h = 0; h < count; ++h) {
            HoldActs.Placed memory placed = _story.placedHold(h);
            (uint256 remaining, ) = _places[placed.c].money.holdState(placed.id);
            sums[placed.c][_indexOf(placed.terms.payer)] += remaining;
        }
        for (uint256 c = 0; c < 2; ++c) {
            for (uint256 i = 0; i < CAST; ++i) {
                uint256 held = _places[c].money.heldOf(_people[i]);
                _same("held, sum of holds", c, _people[i], held, sums[c][i]);
                uint256 balance = _places[c].money.balanceOf(_people[i]);
                require(held <= balance, Broken("held over balance", c, _people[i], held, balance));
            }
        }
    }

    function holds_INV08_everythingHeldCanBeFreedWhileAllIsHalted() public {
        for (uint256 c = 0; c < 2; ++c) {
            VM.prank(address(_story));
            _places[c].money.haltAll();
        }
        uint256 count = _story.holdCount();
        for (uint256 h = 0; h < count; ++h) _free(_story.placedHold(h));
        for (uint256 c = 0; c < 2; ++c) {
            for (uint256 i = 0; i < CAST; ++i) {
                _same("held in the end", c, _people[i], _places[c].money.heldOf(_people[i]), 0);
            }
        }
    }

    function holds_HLD01_capturedReleasedAndRemainingAddUp() public view {
        uint256 count = _story.holdCount();
        for (uint256 h = 0; h < count; ++h) {
            HoldActs.Placed memory placed = _story.placedHold(h);
            LedgerBook.Kept memory kept = _book.hold(placed.c, placed.id);
            (uint256 remaining, ) = _places[placed.c].money.holdState(placed.id);
            uint256 sum = kept.captured + kept.released + remaining;
            _same("parts of a hold", placed.c, placed.terms.payer, sum, placed.terms.amount);
        }
    }

    /// @dev Tried on what is held now: by a stranger, and by the executor once the hold has expired.
    function holds_HLD02_onlyTheExecutorCapturesAndOnlyBeforeTheExpiry() public {
        uint256 count = _story.holdCount();
        for (uint256 h = count > 8 ? count - 8 : 0; h < count; ++h) {
            HoldActs.Placed memory placed = _story.placedHold(h);
            if (_book.hold(placed.c, placed.id).remaining == 0) continue;
            VM.warp(placed.terms.expiry - 1);
            _requireNoCapture(placed, address(0xBAD));
            VM.warp(placed.terms.expiry);
            _requireNoCapture(placed, placed.terms.executor);
        }
    }

    function holds_INV06_valueIsGivenByConsentHoldOrOrderOnly() public view {
        for (uint256 c = 0; c < 2; ++c) {
            for (uint256 i = 0; i < CAST; ++i) {
                LedgerBook.Line memory line = _line(c, i);
                uint256 given = line.byConsent + line.byHold + line.byOrder;
                _same("received - given", c, _people[i], _balance(c, i), line.received - given);
            }
        }
    }

    function holds_INV10_nobodyLosesByAnothersAct() public view {
        for (uint256 c = 0; c < 2; ++c) {
            IDigitalCurrency money = _places[c].money;
            for (uint256 i = 0; i < CAST; ++i) {
                LedgerBook.Line memory line = _line(c, i);
                address who = _people[i];
                _same("balance", c, who, money.balanceOf(who), line.balance);
                _same("held", c, who, money.heldOf(who), line.held);
                _same("frozen", c, who, money.getFrozenTokens(who), line.frozen);
                _same("barred", c, who, money.isFrozen(who) ? 1 : 0, line.barred ? 1 : 0);
            }
        }
        uint256 count = _story.holdCount();
        for (uint256 h = 0; h < count; ++h) {
            HoldActs.Placed memory placed = _story.placedHold(h);
            (uint256 remaining, ) = _places[placed.c].money.holdState(placed.id);
            uint256 due = _book.hold(placed.c, placed.id).remaining;
            _same("payee's entitlement", placed.c, placed.terms.payee, remaining, due);
        }
    }

    function holds_INV07_classLimitsHoldOnEveryPath() public {
        VM.warp(_story.clock());
        uint256 today = _book.today();
        uint256 year = _book.yearOf(today);
        for (uint256 c = 0; c < 2; ++c) {
            for (uint256 i = 0; i < CAST; ++i) {
                _ownerOf(c, i);
                _withinLimits(c, _people[i], today, year);
            }
        }
    }

    // ---------------------------------------------------------------- internals

    function _begin() internal override returns (SettlementActs) {
        return new MoneyStory();
    }

    function _requireNoCapture(HoldActs.Placed memory placed, address who) private {
        address payee = placed.terms.payee == address(0) ? _people[0] : placed.terms.payee;
        if (payee == placed.terms.payer) payee = _people[1];
        VM.prank(who);
        try _places[placed.c].money.captureHold(placed.terms, payee, 0) {
            revert Broken("captured", placed.c, who, 1, 0);
        } catch {}
    }

    function _free(HoldActs.Placed memory placed) private {
        IDigitalCurrency money = _places[placed.c].money;
        (uint256 remaining, ) = money.holdState(placed.id);
        if (remaining == 0) return;
        uint256 expiry = placed.terms.expiry;
        if (expiry != type(uint48).max) {
            if (expiry > block.timestamp) VM.warp(expiry);
            money.releaseHold(placed.terms);
        } else if (placed.instruction.length == 0) {
            VM.prank(placed.terms.executor);
            money.releaseHold(placed.terms);
        } else {
            _freeCover(placed);
        }
    }

    /// @dev A cover without expiry: its giver ends the instruction, or time does.
    function _freeCover(HoldActs.Placed memory placed) private {
        ISettlementEngine engine = _story.engine();
        Instruction memory instruction = abi.decode(placed.instruction, (Instruction));
        address initiator = instruction.legs[0].from;
        if (engine.statusOf(initiator, instruction.businessRef) == InstructionStatus.Open) {
            if (instruction.notAfter != type(uint48).max) {
                if (instruction.notAfter >= block.timestamp) VM.warp(uint256(instruction.notAfter) + 1);
            } else {
                VM.prank(initiator);
                engine.cancel(instruction, "");
            }
        }
        engine.releaseBoundHold(address(_places[placed.c].money), instruction, placed.terms);
    }

    function _ownerOf(uint256 c, uint256 i) private view {
        (uint8 walletClass, uint16 sponsor, , ) = _places[c].money.walletOf(_people[i]);
        LedgerBook.Line memory line = _line(c, i);
        _same("class", c, _people[i], walletClass, line.class);
        _same("sponsor", c, _people[i], sponsor, line.sponsor);
        uint256 cap = _book.class(c, line.class).balance;
        _within("balance", c, _people[i], _balance(c, i), cap, line.grandfathered);
    }

    function _withinLimits(uint256 c, address who, uint256 today, uint256 year) private view {
        (, , uint256 dayOut, uint256 yearOut) = _places[c].money.walletOf(who);
        LedgerBook.Class memory limits = _book.class(c, _book.line(c, who).class);
        _same("day", c, who, dayOut, _book.outOnDay(c, who, today));
        _same("year", c, who, yearOut, _book.outInYear(c, who, year));
        _within("day", c, who, dayOut, limits.day, _book.excusedOnDay(c, who, today));
        _within("year", c, who, yearOut, limits.year, _book.excusedInYear(c, who, year));
    }

    function _noIssuer(uint256 c, address who) private view {
        require(!_places[c].money.hasPower(who, ISSUER), Broken("issues", c, who, 1, 0));
    }
}
