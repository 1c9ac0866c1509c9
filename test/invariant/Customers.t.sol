// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {DisclosureState, DisclosureStatus, IDisclosure} from "../../contracts/payments/IDisclosure.sol";
import {IWalletRecovery, Recovery, RecoveryStatus} from "../../contracts/payments/IWalletRecovery.sol";
import {DisclosureActs} from "./handlers/DisclosureActs.sol";
import {RecoveryActs} from "./handlers/RecoveryActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";
import {VM} from "./support/Vm.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract CustomerStory is RecoveryActs {}

/// @dev What docs/invariants.md says of disclosure and recovery, after every act of a story.
contract CustomerInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant CUSTOMERS = 2;
    uint256 private constant SHOP = 4;
    uint256 private constant CAST = 10;
    /// @dev Requests that are looked at, the last ones made.
    uint256 private constant RECENT = 8;

    CustomerStory private _story;
    IDisclosure private _disclosure;
    IWalletRecovery private _recovery;
    IDigitalCurrency private _money;

    function setUp() external {
        _story = new CustomerStory();
        _told = _story;
        (_disclosure, _recovery, _money) = (_story.disclosure(), _story.recovery(), _story.money());
    }

    function invariant_everySentenceHolds() external {
        holds_DSC01_anAnswerComesOnceAndAfterEachEarlierStep();
        holds_REC01_whatIsRecoveredIsTheSamePersonsAndWasFree();
        holds_REC02_anObjectionInTimeAlwaysWins();
    }

    function holds_DSC01_anAnswerComesOnceAndAfterEachEarlierStep() public view {
        uint256 count = _story.requests();
        for (uint256 r = count > RECENT ? count - RECENT : 0; r < count; ++r) {
            DisclosureActs.Asked memory asked = _story.askedAt(r);
            DisclosureState memory state = _disclosure.stateOf(_disclosure.requestId(asked.terms));
            address wallet = asked.terms.wallet;
            _same("requested", r, wallet, state.requested, asked.requested);
            _same("approved", r, wallet, state.approved, asked.approved);
            _same("ended", r, wallet, state.ended, asked.ended);
            bool granted = state.status == DisclosureStatus.Granted;
            _same("answers", r, wallet, granted ? 1 : 0, asked.answers);
            if (!granted) continue;
            bool inOrder =
                state.requested != 0 &&
                    state.requested <= state.approved &&
                    state.approved <= state.ended &&
                    state.ended <= asked.terms.expiry;
            _same("in order and in time", r, wallet, inOrder ? 1 : 0, 1);
        }
    }

    function holds_REC01_whatIsRecoveredIsTheSamePersonsAndWasFree() public view {
        uint256 sum;
        for (uint256 i = 0; i < CAST; ++i) sum += _money.balanceOf(_story.person(i));
        _same("sum", 0, address(0), sum, _money.totalSupply());
        _same("owned", 0, address(_recovery), _money.balanceOf(address(_recovery)), 0);
        for (uint256 c = 0; c < CUSTOMERS; ++c) {
            RecoveryActs.Purse memory purse = _story.purseOf(c);
            (address old, address next) = (_story.person(c), _story.person(CUSTOMERS + c));
            _same("free", c, old, _money.spendableOf(old), purse.free);
            _same("held", c, old, _money.heldOf(old), purse.held);
            _same("recovered", c, next, _money.balanceOf(next), purse.recovered);
        }
        // nobody else's: beside the shop, which is paid, everybody has nothing
        _same("spent", SHOP, _story.person(SHOP), _money.balanceOf(_story.person(SHOP)), _story.spent());
        for (uint256 i = SHOP + 1; i < CAST; ++i) {
            address person = _story.person(i);
            _same("a third party's", i, person, _money.balanceOf(person), 0);
        }
    }

    /// @dev Tried: whatever is cancelled is carried by a stranger, and moves nothing.
    function holds_REC02_anObjectionInTimeAlwaysWins() public {
        VM.warp(_story.clock());
        for (uint256 c = 0; c < CUSTOMERS; ++c) {
            RecoveryActs.Purse memory purse = _story.purseOf(c);
            address old = _story.person(c);
            Recovery memory state = _recovery.recoveryOf(old);
            _same("standing", c, old, uint256(state.status), uint256(purse.standing));
            if (state.status != RecoveryStatus.Cancelled) continue;
            VM.prank(address(0xBAD));
            (bool moved, ) = address(_recovery).call(abi.encodeCall(_recovery.recover, (old)));
            _same("moved", c, old, moved ? 1 : 0, 0);
            address next = _story.person(CUSTOMERS + c);
            _same("since the objection", c, next, _money.balanceOf(next) + purse.used, purse.atCancel);
        }
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[20] memory acts = [
            DisclosureActs.ask.selector,
            DisclosureActs.ask.selector,
            DisclosureActs.approveRequest.selector,
            DisclosureActs.approveRequest.selector,
            DisclosureActs.answer.selector,
            DisclosureActs.answer.selector,
            DisclosureActs.refuse.selector,
            DisclosureActs.withdraw.selector,
            DisclosureActs.expire.selector,
            DisclosureActs.lapse.selector,
            RecoveryActs.propose.selector,
            RecoveryActs.propose.selector,
            RecoveryActs.approveRecovery.selector,
            RecoveryActs.withdrawRecovery.selector,
            RecoveryActs.object.selector,
            RecoveryActs.recover.selector,
            RecoveryActs.recover.selector,
            RecoveryActs.pay.selector,
            RecoveryActs.hold.selector,
            RecoveryActs.earn.selector
        ];
        bytes4[3] memory seldom = [
            RecoveryActs.consent.selector,
            RecoveryActs.freeze.selector,
            RecoveryActs.pass.selector
        ];
        for (uint256 i = 0; i < 3_000; ++i) {
            bytes4 act = i % 10 == 0 ? seldom[(i / 10) % 3] : acts[_pick(acts.length, i)];
            _tellDrawn(address(_story), act, i);
        }
        string[12] memory tried = [
            "request",
            "approve",
            "answer",
            "refuse",
            "withdraw",
            "expire",
            "propose",
            "agree",
            "withdrawn",
            "object",
            "recover",
            "pay"
        ];
        for (uint256 a = 0; a < tried.length; ++a) {
            Telling.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 2 && tally.refused >= 2, NeverTold(tried[a], tally.done, tally.refused));
        }
        this.holds_DSC01_anAnswerComesOnceAndAfterEachEarlierStep();
        this.holds_REC01_whatIsRecoveredIsTheSamePersonsAndWasFree();
        this.holds_REC02_anObjectionInTimeAlwaysWins();
    }
}
