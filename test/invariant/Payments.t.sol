// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBridgePayments, PaymentStatus} from "../../contracts/bridge/IBridgePayments.sol";
import {ISettlementEngine} from "../../contracts/settlement/ISettlementEngine.sol";
import {Acting} from "./handlers/Acting.sol";
import {BridgePaymentActs} from "./handlers/BridgePaymentActs.sol";
import {NettingActs} from "./handlers/NettingActs.sol";
import {Drawn} from "./support/Drawn.sol";

/// @dev A story whose artifact belongs to this file: the runner calls no other.
contract BridgePaymentStory is BridgePaymentActs {}

/// @dev What docs/invariants.md says of payments on the shared ledger, after every act of a story.
contract BridgePaymentInvariants is Drawn {
    /// @dev As the runner asks for it.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    error Broken(string what, uint256 subject, uint256 actual, uint256 expected);
    error Vacuous(string act, uint256 done, uint256 refused);

    uint256 private constant MEMBERS = 4;

    BridgePaymentStory private _story;
    IBridgePayments private _payments;
    address[12] private _people;

    function setUp() external {
        _story = new BridgePaymentStory();
        _payments = _story.payments();
        _people = _story.people();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_story);
    }

    /// @dev The stage is the net cycles'; their acts are told in a story of their own.
    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_story), _acts());
    }

    function afterInvariant() external view {
        Acting.Tally memory total = _story.total();
        require(total.done + total.refused > 0, Vacuous("any", total.done, total.refused));
    }

    function invariant_everySentenceHolds() external view {
        holds_BRG15_ofItsCustomersAPaymentLeavesOneHashThatBothBanksSigned();
        holds_BRG16_aPaymentEndsOnceWhateverIsPresentedAgain();
    }

    function holds_BRG15_ofItsCustomersAPaymentLeavesOneHashThatBothBanksSigned() public view {
        require(_story.strays() == 0, Broken("stray words", 0, _story.strays(), 0));
        for (uint256 i = 0; i < _story.entryCount(); ++i) {
            (BridgePaymentActs.Entry memory entry, , BridgePaymentActs.Said memory said) = _story.entryAt(i);
            bytes32 expected = entry.status == PaymentStatus.Settled ? entry.payment.dataHash : bytes32(0);
            require(said.dataHash == expected, Broken("hash", i, uint256(said.dataHash), uint256(expected)));
        }
    }

    function holds_BRG16_aPaymentEndsOnceWhateverIsPresentedAgain() public view {
        for (uint256 i = 0; i < _story.entryCount(); ++i) {
            (BridgePaymentActs.Entry memory entry, bytes32 id, BridgePaymentActs.Said memory said) = _story.entryAt(i);
            (uint256 status, uint256 booked) = (uint256(_payments.statusOf(id)), uint256(entry.status));
            require(status == booked, Broken("status", i, status, booked));
            bool settled = entry.status == PaymentStatus.Settled;
            bool refused = entry.status == PaymentStatus.Refused;
            require(said.settled == (settled ? 1 : 0), Broken("settled", i, said.settled, settled ? 1 : 0));
            require(said.refused == (refused ? 1 : 0), Broken("refused", i, said.refused, refused ? 1 : 0));
            for (uint256 m = 0; m < MEMBERS; ++m) {
                bool counted = settled ? m == entry.from || m == entry.to : refused && m == entry.by;
                require(said.verdicts[m] == (counted ? 1 : 0), Broken("verdicts", i, said.verdicts[m], m));
            }
            (bool byTheBook, bool atEngine) = _story.settledTwofold(i);
            require(byTheBook == atEngine, Broken("reference", i, atEngine ? 1 : 0, byTheBook ? 1 : 0));
        }
        for (uint256 c = 0; c < 2; ++c) {
            for (uint256 m = 0; m < MEMBERS; ++m) {
                uint256 balance = _story.monies(c).balanceOf(_people[m]);
                require(balance == _story.due(c, m), Broken("balance", m, balance, _story.due(c, m)));
            }
            require(_story.monies(c).balanceOf(address(_payments)) == 0, Broken("owned", c, 1, 0));
        }
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and those that can be refused to be.
    function test_everythingHappens() external {
        bytes4[] memory acts = _acts();
        for (uint256 i = 0; i < 800; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        }
        string[4] memory tried = ["pay", "refuse", "again", "alter"];
        for (uint256 a = 0; a < tried.length; ++a) {
            Acting.Tally memory tally = _story.tally(tried[a]);
            bool honest = a < 2;
            require(
                honest ? tally.done >= 5 && tally.refused >= 5 : tally.done == 0 && tally.refused >= 20,
                Vacuous(tried[a], tally.done, tally.refused)
            );
        }
        bytes4[8] memory reasons = [
            IBridgePayments.BridgePaymentCallerInvalid.selector,
            IBridgePayments.BridgePaymentAlreadyEnded.selector,
            IBridgePayments.BridgePaymentBankInvalid.selector,
            IBridgePayments.BridgePaymentVerdictExpired.selector,
            IBridgePayments.BridgePaymentSignatureInvalid.selector,
            ISettlementEngine.InstructionAlreadyEnded.selector,
            ISettlementEngine.InstructionExpired.selector,
            bytes4(keccak256("ERC20InsufficientBalance(address,uint256,uint256)"))
        ];
        for (uint256 r = 0; r < reasons.length; ++r) {
            require(_story.refusals(reasons[r]) != 0, Vacuous("reason", r, 0));
        }
        this.holds_BRG15_ofItsCustomersAPaymentLeavesOneHashThatBothBanksSigned();
        this.holds_BRG16_aPaymentEndsOnceWhateverIsPresentedAgain();
    }

    function _acts() private pure returns (bytes4[] memory acts) {
        acts = new bytes4[](6);
        acts[0] = BridgePaymentActs.agree.selector;
        acts[1] = BridgePaymentActs.pay.selector;
        acts[2] = BridgePaymentActs.refuse.selector;
        acts[3] = BridgePaymentActs.again.selector;
        acts[4] = BridgePaymentActs.alter.selector;
        acts[5] = NettingActs.pass.selector;
    }
}
