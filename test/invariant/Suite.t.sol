// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IIssuanceDesk} from "../../contracts/issuance/IIssuanceDesk.sol";
import {IHoldLedger} from "../../contracts/ledger/IHoldLedger.sol";
import {ISettlementEngine, Instruction, InstructionStatus} from "../../contracts/settlement/ISettlementEngine.sol";
import {Acting} from "./handlers/Acting.sol";
import {HoldActs} from "./handlers/HoldActs.sol";
import {SettlementActs} from "./handlers/SettlementActs.sol";
import {Book} from "./support/Book.sol";
import {IMoney} from "./support/IMoney.sol";
import {IssuanceBook} from "./support/IssuanceBook.sol";
import {LedgerBook} from "./support/LedgerBook.sol";
import {SettlementBook} from "./support/SettlementBook.sol";
import {Stage} from "./support/Stage.sol";
import {VM} from "./support/Vm.sol";

/// @dev All acts in one contract: what the runner calls in any order. It stands here because the runner calls only
/// contracts whose artifact belongs to the test's own file.
contract Story is SettlementActs {}

/// @dev The sentences of docs/invariants.md after every act of a {Story}. Each act also is checked as it happens: the
/// book says beforehand whether it must succeed.
contract SuiteInvariants {
    error Broken(string what, uint256 c, address who, uint256 onChain, uint256 expected);
    error Vacuous(uint256 done, uint256 refused);

    uint256 private constant CAST = 12;
    uint256 private constant UNCOUNTED = 2 ** 40 - 1;
    uint256 private constant ISSUER = 4;

    Story private _story;
    Book private _book;
    address[CAST] private _people;
    Stage.Place[2] private _places;

    function setUp() external {
        _story = new Story();
        _book = _story.book();
        _people = _story.people();
        for (uint256 c = 0; c < 2; ++c) _places[c] = _story.place(c);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_story);
    }

    /// @dev A run in which next to nothing happened would prove nothing.
    function afterInvariant() external view {
        Acting.Tally memory total = _story.total();
        require(3 * total.done >= total.refused, Vacuous(total.done, total.refused));
    }

    // ------------------------------------------------------------------- supply

    function invariant_INV01_supplyIsIssuedLessRedeemedIsBalancesIsReserves() external view {
        for (uint256 c = 0; c < 2; ++c) {
            uint256 supply = _places[c].money.totalSupply();
            uint256 balances;
            for (uint256 i = 0; i < CAST; ++i) balances += _places[c].money.balanceOf(_people[i]);
            _same("supply, balances", c, address(0), supply, balances);
            _same("supply, issued - redeemed", c, address(0), supply, _book.issued(c) - _book.redeemed(c));
            _same("supply, reserves", c, address(0), supply, uint256(_places[c].desk.totalReserves()));
        }
    }

    function invariant_INV02_supplyChangesAtTheOwnDeskOnly() external view {
        for (uint256 c = 0; c < 2; ++c) {
            (IMoney money, IIssuanceDesk desk) = (_places[c].money, _places[c].desk);
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

    function invariant_INV03_noContractOwnsValue() external view {
        for (uint256 c = 0; c < 2; ++c) {
            IMoney money = _places[c].money;
            _same("balance", c, address(_story.engine()), money.balanceOf(address(_story.engine())), 0);
            for (uint256 p = 0; p < 2; ++p) {
                Stage.Place memory there = _places[p];
                uint256 owned = money.balanceOf(address(there.money)) + money.balanceOf(address(there.desk));
                owned += money.balanceOf(address(there.registry)) + money.balanceOf(there.authority);
                _same("balance", c, address(there.money), owned + money.balanceOf(there.implementation), 0);
            }
        }
    }

    // -------------------------------------------------------------------- holds

    function invariant_INV04_heldIsWithinTheBalanceAndIsTheSumOfHolds() external view {
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

    function invariant_INV08_everythingHeldCanBeFreedWhileAllIsHalted() external {
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

    function invariant_HLD01_capturedReleasedAndRemainingAddUp() external view {
        uint256 count = _story.holdCount();
        for (uint256 h = 0; h < count; ++h) {
            HoldActs.Placed memory placed = _story.placedHold(h);
            LedgerBook.Kept memory kept = _book.hold(placed.c, placed.id);
            (uint256 remaining, ) = _places[placed.c].money.holdState(placed.id);
            uint256 sum = kept.captured + kept.released + remaining;
            _same("parts of a hold", placed.c, placed.terms.payer, sum, placed.terms.amount);
        }
    }

    // --------------------------------------------------------------- settlement

    function invariant_INV05_anInstructionEndsOnceWithAllItsLegs() external view {
        (uint256 gross, uint256 net) = _story.proposalCount();
        for (uint256 i = 0; i < gross + net; ++i) {
            (, Instruction memory instruction) = _story.proposed(i >= gross, i >= gross ? i - gross : i);
            address initiator = instruction.legs[0].from;
            SettlementBook.End end = _book.ended(initiator, instruction.businessRef);
            InstructionStatus status = _story.engine().statusOf(initiator, instruction.businessRef);
            _same("status", 0, initiator, uint256(status), uint256(end));
        }
        // the book moves all legs or none: any leg too few or too many shows in somebody's balance
        for (uint256 i = 0; i < CAST; ++i) {
            for (uint256 c = 0; c < 2; ++c) _same("moved", c, _people[i], _balance(c, i), _line(c, i).balance);
        }
    }

    function invariant_STL01_anAffirmationIsAsItsGiverLastSaid() external view {
        (uint256 gross, ) = _story.proposalCount();
        for (uint256 i = 0; i < gross; ++i) {
            (bytes32 id, Instruction memory instruction) = _story.proposed(false, i);
            for (uint256 l = 0; l < 2; ++l) {
                address giver = instruction.legs[l].from;
                require(
                    _story.engine().isAffirmed(id, giver) == _book.affirmed(id, giver),
                    Broken("affirmed", l, giver, 0, 0)
                );
            }
        }
    }

    // ------------------------------------------------------------- whose consent

    function invariant_INV06_valueIsGivenByConsentHoldOrOrderOnly() external view {
        for (uint256 c = 0; c < 2; ++c) {
            for (uint256 i = 0; i < CAST; ++i) {
                LedgerBook.Line memory line = _line(c, i);
                uint256 given = line.byConsent + line.byHold + line.byOrder;
                _same("received - given", c, _people[i], _balance(c, i), line.received - given);
            }
        }
    }

    function invariant_INV10_nobodyLosesByAnothersAct() external view {
        for (uint256 c = 0; c < 2; ++c) {
            IMoney money = _places[c].money;
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

    // ------------------------------------------------------------------- limits

    function invariant_INV07_classLimitsHoldOnEveryPath() external {
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

    // ------------------------------------------------------------------ business

    function invariant_INV09_noBusinessIdIsUsedTwice() external view {
        uint256 holds = _story.holdCount();
        for (uint256 h = 0; h < holds; ++h) {
            HoldActs.Placed memory placed = _story.placedHold(h);
            (, bool used) = _places[placed.c].money.holdState(placed.id);
            require(used, Broken("hold id free again", placed.c, placed.terms.payer, 0, 1));
        }
        uint256 authorizations = _story.authorizationCount();
        for (uint256 a = 0; a < authorizations; ++a) {
            (uint256 c, address from, bytes32 nonce) = _story.authorization(a);
            require(_places[c].money.authorizationState(from, nonce), Broken("nonce free again", c, from, 0, 1));
        }
        (uint256 issues, uint256 redemptions) = _story.requestCount();
        for (uint256 r = 0; r < issues + redemptions; ++r) {
            (uint256 c, bytes32 id) = _story.asked(r >= issues, r >= issues ? r - issues : r);
            IIssuanceDesk.Status status = _places[c].desk.requestOf(id).status;
            require(status != IIssuanceDesk.Status.None, Broken("request id free again", c, address(0), 0, 1));
        }
        _requireEndsKept();
    }

    function invariant_ISS01_pendingIsTheSumOfOpenRequests() external view {
        (uint256 issues, ) = _story.requestCount();
        uint256[3][2] memory open;
        for (uint256 r = 0; r < issues; ++r) {
            (uint256 c, bytes32 id) = _story.asked(false, r);
            IIssuanceDesk.Request memory request = _places[c].desk.requestOf(id);
            if (request.status == IIssuanceDesk.Status.Requested) open[c][request.institution] += request.amount;
        }
        for (uint256 c = 0; c < 2; ++c) {
            for (uint16 number = 1; number <= 2; ++number) {
                uint256 pending = _places[c].desk.positionOf(number).pending;
                _same("pending", c, address(uint160(number)), pending, open[c][number]);
            }
        }
    }

    function invariant_ISS02_aRequestEndsOnceAndAsItsPartiesDecided() external view {
        (uint256 issues, uint256 redemptions) = _story.requestCount();
        for (uint256 r = 0; r < issues + redemptions; ++r) {
            (uint256 c, bytes32 id) = _story.asked(r >= issues, r >= issues ? r - issues : r);
            uint256 status = uint256(_places[c].desk.requestOf(id).status);
            _same("request", c, address(0), status, uint256(_book.request(c, id).stand));
        }
    }

    function invariant_ISS03_outstandingNeverPassesTheQuotaItWasIssuedUnder() external view {
        for (uint256 c = 0; c < 2; ++c) {
            for (uint16 number = 1; number <= 2; ++number) {
                IIssuanceDesk.Position memory position = _places[c].desk.positionOf(number);
                uint256 ceiling = _story.largestQuota(c, number) + position.redeemed;
                address who = address(uint160(number));
                require(position.issued <= ceiling, Broken("issued", c, who, position.issued, ceiling));
            }
        }
    }

    // ---------------------------------------------------------------- internals

    function _free(HoldActs.Placed memory placed) private {
        IMoney money = _places[placed.c].money;
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

    function _requireEndsKept() private view {
        (uint256 gross, ) = _story.proposalCount();
        for (uint256 i = 0; i < gross; ++i) {
            (, Instruction memory instruction) = _story.proposed(false, i);
            address initiator = instruction.legs[0].from;
            if (_book.ended(initiator, instruction.businessRef) == SettlementBook.End.Open) continue;
            InstructionStatus status = _story.engine().statusOf(initiator, instruction.businessRef);
            require(status != InstructionStatus.Open, Broken("reference free again", 0, initiator, 0, 1));
        }
    }

    function _line(uint256 c, uint256 i) private view returns (LedgerBook.Line memory) {
        return _book.line(c, _people[i]);
    }

    function _balance(uint256 c, uint256 i) private view returns (uint256) {
        return _places[c].money.balanceOf(_people[i]);
    }

    function _indexOf(address who) private view returns (uint256 i) {
        while (_people[i] != who) ++i;
    }

    function _noIssuer(uint256 c, address who) private view {
        require(!_places[c].money.hasPower(who, ISSUER), Broken("issues", c, who, 1, 0));
    }

    /// @dev `excused` is what it was when the class last changed.
    function _within(
        string memory what,
        uint256 c,
        address who,
        uint256 actual,
        uint256 limit,
        uint256 excused
    ) private pure {
        uint256 most = excused > limit ? excused : limit;
        require(actual <= most, Broken(string.concat(what, " limit"), c, who, actual, most));
    }

    function _same(string memory what, uint256 c, address who, uint256 onChain, uint256 expected) private pure {
        require(onChain == expected, Broken(what, c, who, onChain, expected));
    }
}
