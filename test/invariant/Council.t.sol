// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {DecisionKind, ICentralBankCouncil} from "../../contracts/bridge/ICentralBankCouncil.sol";
import {CouncilActs} from "./handlers/CouncilActs.sol";
import {Drawn} from "./support/Drawn.sol";
import {VM} from "./support/Vm.sol";

/// @dev A story whose artifact belongs to this file: the runner calls no other.
contract CouncilStory is CouncilActs {}

/// @dev What docs/invariants.md says of the council, after every act of a story.
contract CouncilInvariants is Drawn {
    error Broken(string what, uint256 which, uint256 actual, uint256 expected);
    error NeverDone(string act, uint256 done, uint256 refused);

    CouncilStory private _story;
    ICentralBankCouncil private _council;

    function setUp() external {
        _story = new CouncilStory();
        _council = _story.council();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_story);
    }

    function invariant_everySentenceHolds() external view {
        holds_CNL01_aMemberHasOneVoteInADecision();
        holds_CNL02_aDecisionIsExecutedOnceAndOnlyWithItsKindsVotes();
        holds_CNL03_membersChangeByEverybodysInvitationOrOwnExitOnly();
        holds_CNL04_aCurrencyIsOpenedByAllAndSuspendedByItsOwnCentralBankOnly();
    }

    function holds_CNL01_aMemberHasOneVoteInADecision() public view {
        for (uint256 p = 0; p < _story.proposalCount(); ++p) {
            CouncilActs.Proposal memory made = _story.proposal(p);
            uint256[3] memory ballots = _story.ballots(p);
            (uint256 against, uint256 votesFor, uint256 abstained) = GovernorCountingSimple(payable(address(_council)))
                .proposalVotes(made.id);
            _same("against", p, against, ballots[0]);
            _same("for", p, votesFor, ballots[1]);
            _same("abstained", p, abstained, ballots[2]);
            uint256 cast = against + votesFor + abstained;
            uint256 members = _council.memberCountAt(made.opens);
            require(cast <= members, Broken("votes", p, cast, members));
        }
    }

    function holds_CNL02_aDecisionIsExecutedOnceAndOnlyWithItsKindsVotes() public view {
        uint256 rulebooks = 1;
        for (uint256 p = 0; p < _story.proposalCount(); ++p) {
            CouncilActs.Proposal memory made = _story.proposal(p);
            _same("kind", p, uint256(_council.kindOf(made.id)), uint256(made.kind));
            IGovernor.ProposalState state = IGovernor(payable(address(_council))).state(made.id);
            bool executed = state == IGovernor.ProposalState.Executed;
            _same("executed", p, executed ? 1 : 0, made.executions);
            if (!executed) continue;
            if (made.kind == DecisionKind.Technical) ++rulebooks;
            _same("members", p, _council.memberCountAt(made.opens), made.members);
            uint256 weight =
                made.kind == DecisionKind.Admission
                    ? 6
                    : made.kind == DecisionKind.Technical
                        ? 4
                        : 3;
            uint256 needed = made.members * weight;
            bool enough = made.kind == DecisionKind.Ordinary ? made.votesFor * 6 > needed : made.votesFor * 6 >= needed;
            require(enough && made.votesFor != 0, Broken("votes", p, made.votesFor, made.members));
        }
        (uint256 version, ) = _council.rulebook();
        _same("rulebook", 0, version, rulebooks);
    }

    function holds_CNL03_membersChangeByEverybodysInvitationOrOwnExitOnly() public view {
        for (uint256 b = 0; b < _story.BANKS(); ++b) {
            _same("member", b, _council.isMember(_story.banks(b)) ? 1 : 0, _story.isSeated(b) ? 1 : 0);
        }
        _same("members", 0, _council.members().length, _story.seats());
        _same("members now", 0, _council.memberCountAt(_story.clock()), _story.seats());
    }

    function holds_CNL04_aCurrencyIsOpenedByAllAndSuspendedByItsOwnCentralBankOnly() public view {
        for (uint256 c = 0; c < _story.BANKS(); ++c) {
            _same("open", c, _council.isOpen(address(_story.currencies(c))) ? 1 : 0, _story.isOpen(c) ? 1 : 0);
        }
    }

    /// @dev One long story from a fixed seed: every act comes to be done and to be refused.
    function test_everythingHappens() external {
        bytes4[14] memory acts = [
            CouncilActs.propose.selector,
            CouncilActs.convene.selector,
            CouncilActs.vote.selector,
            CouncilActs.vote.selector,
            CouncilActs.vote.selector,
            CouncilActs.vote.selector,
            CouncilActs.queue.selector,
            CouncilActs.execute.selector,
            CouncilActs.join.selector,
            CouncilActs.resign.selector,
            CouncilActs.supply.selector,
            CouncilActs.withdraw.selector,
            CouncilActs.suspend.selector,
            CouncilActs.pass.selector
        ];
        for (uint256 i = 0; i < 2_000; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        }
        string[8] memory names = ["propose", "vote", "queue", "execute", "join", "resign", "withdraw", "suspend"];
        for (uint256 n = 0; n < names.length; ++n) {
            (uint256 done, uint256 refused) = (_story.done(names[n]), _story.refused(names[n]));
            require(done >= 3 && refused >= 3, NeverDone(names[n], done, refused));
        }
        VM.warp(_story.clock());
        this.holds_CNL01_aMemberHasOneVoteInADecision();
        this.holds_CNL02_aDecisionIsExecutedOnceAndOnlyWithItsKindsVotes();
        this.holds_CNL03_membersChangeByEverybodysInvitationOrOwnExitOnly();
        this.holds_CNL04_aCurrencyIsOpenedByAllAndSuspendedByItsOwnCentralBankOnly();
    }

    function _same(string memory what, uint256 which, uint256 actual, uint256 expected) private pure {
        require(actual == expected, Broken(what, which, actual, expected));
    }
}
