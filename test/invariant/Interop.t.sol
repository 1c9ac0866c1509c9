// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ForeignLedger} from "../../contracts/interop/ForeignLedger.sol";
import {IForeignLedger, LogProof} from "../../contracts/interop/IForeignLedger.sol";
import {IMessageGateway, Message, MessageKind, MessageStatus} from "../../contracts/interop/IMessageGateway.sol";
import {MessageGateway} from "../../contracts/interop/MessageGateway.sol";
import {InteropActs} from "./handlers/InteropActs.sol";
import {InteropStage} from "./support/InteropStage.sol";
import {VM} from "./support/Vm.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract InteropStory is InteropActs {
    error Stuck(uint256 from, uint256 message);

    /// @dev Brings everything to its end while both lanes are halted: time passes, messages are rejected or, where they
    /// have a result, acknowledged, all with proofs that anyone can carry.
    function finishHalted() external {
        for (uint256 s = 0; s < 2; ++s) {
            _places[s].halted = true;
            if (_places[s].closed) _reopen(s);
        }
        _clock += 1 days;
        VM.warp(_clock);
        for (uint256 s = 0; s < 2; ++s) {
            for (uint256 m = 0; m < _stories[s].length; ++m) {
                Story storage told = _stories[s][m];
                if (told.result == 0) {
                    _carryRightly(s, told.sentIn);
                    require(_end("reject", s, m, 0), Stuck(s, m));
                }
                if (told.closed) continue;
                _carryRightly(1 - s, told.receiptIn);
                (LogProof memory proof, ) = _proof(1 - s, told.receiptIn, 0);
                MessageKind kind = MessageKind(told.result);
                bytes memory call = abi.encodeCall(MessageGateway.acknowledge, (told.id, kind, proof));
                told.closed = _do("acknowledge", s, address(_places[s].gateway), call, true);
            }
        }
    }

    function _reopen(uint256 s) private {
        VM.chainId(_places[s].chainId);
        Epoch memory next = _newEpoch(4, 3);
        _places[s].known.rotate(_addresses(next), 3, 0);
        _epochs[s].push(next);
        _places[s].closed = false;
    }
}

/// @dev What docs/invariants.md says of messages between ledgers and of what a ledger knows of another one.
contract InteropInvariants {
    error Broken(string what, uint256 where, uint256 which, uint256 onChain, uint256 expected);
    error Vacuous(uint256 done, uint256 refused);

    InteropStory private _story;

    function setUp() external {
        _story = new InteropStory();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_story);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](10);
        (selectors[0], selectors[1]) = (InteropActs.send.selector, InteropActs.carryHeader.selector);
        (selectors[2], selectors[3]) = (InteropActs.carryTwin.selector, InteropActs.deliver.selector);
        (selectors[4], selectors[5]) = (InteropActs.reject.selector, InteropActs.acknowledge.selector);
        (selectors[6], selectors[7]) = (InteropActs.haltLane.selector, InteropActs.resumeLane.selector);
        (selectors[8], selectors[9]) = (InteropActs.rotate.selector, InteropActs.jump.selector);
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_story), selectors);
    }

    /// @dev A run in which next to nothing happened would prove nothing.
    function afterInvariant() external view {
        InteropStage.Tally memory total = _story.total();
        require(total.done >= total.refused / 10, Vacuous(total.done, total.refused));
    }

    /// @dev What changes the chain comes last; nothing of it stays.
    function invariant_everySentenceHolds() external {
        holds_BRG02_aMessageIsExecutedAtMostOnceAndInOrder();
        holds_BRG03_onlyAQuorumOfOneEpochMakesAHeaderKnown();
        holds_BRG06_aQuorumIsAtLeastTwoAndMoreThanHalf();
        holds_BRG07_epochsOnlyRiseAndOldOnesEnd();
        holds_BRG14_lanesCountWhatHappened();
        holds_BRG04_nothingZeroOrUnsignedIsEverProvenFrom();
        holds_BRG05_aProofProvesItsOwnBlocksLogAndNothingElse();
        holds_BRG12_aHaltedLaneTakesAndDeliversNothing();
        holds_BRG10_whatIsInFlightCanBeEndedWhileEverythingIsHalted();
    }

    function holds_BRG02_aMessageIsExecutedAtMostOnceAndInOrder() public view {
        for (uint256 s = 0; s < 2; ++s) {
            InteropStage.Place memory there = _story.placeOf(1 - s);
            for (uint256 m = 0; m < _story.storyCount(s); ++m) {
                InteropStage.Story memory told = _story.storyOf(s, m);
                // refusing undoes the count: only what was accepted leaves one
                _same("executed", s, m, there.party.executed(told.id), told.result == 1 ? 1 : 0);
                bool inOrder = (told.result != 0) == (m < there.received);
                require(inOrder, Broken("order", s, m, told.result, there.received));
            }
        }
    }

    function holds_BRG03_onlyAQuorumOfOneEpochMakesAHeaderKnown() public view {
        for (uint256 s = 0; s < 2; ++s) {
            IForeignLedger known = _story.placeOf(1 - s).known;
            for (uint256 b = 0; b < _story.blockCount(s); ++b) {
                InteropStage.Block memory mined = _story.minedBlock(s, b);
                _same("signed by", s, b, known.headerOf(mined.hash).epoch, mined.signedBy);
            }
        }
    }

    function holds_BRG04_nothingZeroOrUnsignedIsEverProvenFrom() public {
        for (uint256 s = 0; s < 2; ++s) {
            InteropStage.Place memory there = _story.placeOf(s);
            VM.chainId(there.chainId);
            _same("zero hash", s, 0, there.known.headerOf(0).epoch, 0);
            LogProof memory proof = LogProof(0, 0, 0, new bytes[](0));
            try there.known.provenLog(proof) {
                revert Broken("zero proof", s, 0, 1, 0);
            } catch {}
            uint256 epoch = _story.epochCount(s);
            try there.known.acceptHeader(hex"c0", epoch, new bytes[](0)) {
                revert Broken("no signatures", s, 0, 1, 0);
            } catch {}
            for (uint256 b = 0; b < _story.blockCount(1 - s); ++b) {
                IForeignLedger.Header memory header = there.known.headerOf(_story.minedBlock(1 - s, b).hash);
                require(header.epoch == 0 || header.receiptsRoot != 0, Broken("zero root", s, b, 0, 1));
            }
        }
    }

    function holds_BRG05_aProofProvesItsOwnBlocksLogAndNothingElse() public {
        for (uint256 s = 0; s < 2; ++s) {
            InteropStage.Place memory there = _story.placeOf(1 - s);
            VM.chainId(there.chainId);
            uint256 count = _story.blockCount(s);
            for (uint256 b = 0; b < count; ++b) {
                InteropStage.Block memory mined = _story.minedBlock(s, b);
                bool provable = !there.closed && mined.signedBy > there.distrusted;
                _same("own leaf", s, b, _proves(there.known, mined.hash, mined.leaf, 0, 0) ? 1 : 0, provable ? 1 : 0);
                bytes memory other = _story.minedBlock(s, (b + 1) % count).leaf;
                bool same = keccak256(other) == keccak256(mined.leaf);
                require(same || !_proves(there.known, mined.hash, other, 0, 0), Broken("other leaf", s, b, 1, 0));
                require(!_proves(there.known, mined.hash, mined.leaf, 1, 0), Broken("other place", s, b, 1, 0));
                require(!_proves(there.known, mined.hash, mined.leaf, 0, 1), Broken("other log", s, b, 1, 0));
            }
        }
    }

    function holds_BRG06_aQuorumIsAtLeastTwoAndMoreThanHalf() public view {
        for (uint256 s = 0; s < 2; ++s) {
            IForeignLedger known = _story.placeOf(s).known;
            for (uint256 epoch = 1; epoch <= known.currentEpoch(); ++epoch) {
                (address[] memory validators, uint256 quorum, ) = known.epochOf(epoch);
                bool holds = quorum >= 2 && 2 * quorum > validators.length && quorum <= validators.length;
                require(holds, Broken("quorum", s, epoch, quorum, validators.length));
            }
        }
    }

    function holds_BRG07_epochsOnlyRiseAndOldOnesEnd() public view {
        for (uint256 s = 0; s < 2; ++s) {
            IForeignLedger known = _story.placeOf(s).known;
            InteropStage.Epoch[] memory epochs = _story.epochsOf(s);
            _same("epoch", s, 0, known.currentEpoch(), epochs.length - 1);
            _same("distrusted", s, 0, known.distrustedEpoch(), _story.placeOf(s).distrusted);
            for (uint256 epoch = 1; epoch < epochs.length; ++epoch) {
                (, uint256 quorum, uint256 goodUntil) = known.epochOf(epoch);
                _same("quorum", s, epoch, quorum, epochs[epoch].quorum);
                bool isLast = epoch == epochs.length - 1;
                _same("end", s, epoch, goodUntil, isLast ? type(uint64).max : epochs[epoch].goodUntil);
            }
        }
    }

    /// @dev At every eighth moment: it takes as long as the story.
    function holds_BRG10_whatIsInFlightCanBeEndedWhileEverythingIsHalted() public {
        InteropStage.Tally memory total = _story.total();
        if ((total.done + total.refused) % 8 != 0) return;
        for (uint256 s = 0; s < 2; ++s) {
            InteropStage.Place memory here = _story.placeOf(s);
            uint64 other = _story.placeOf(1 - s).chainId;
            VM.chainId(here.chainId);
            VM.prank(address(_story));
            here.gateway.haltLane(other);
        }
        _story.finishHalted();
        for (uint256 s = 0; s < 2; ++s) {
            InteropStage.Place memory here = _story.placeOf(s);
            for (uint256 m = 0; m < _story.storyCount(s); ++m) {
                bytes32 id = _story.storyOf(s, m).id;
                MessageStatus status = here.gateway.sentOf(id).status;
                require(status > MessageStatus.Sent, Broken("still in flight", s, m, uint256(status), 2));
                _same("told", s, m, here.party.heard(id), 1);
            }
        }
    }

    function holds_BRG12_aHaltedLaneTakesAndDeliversNothing() public {
        for (uint256 s = 0; s < 2; ++s) {
            InteropStage.Place memory here = _story.placeOf(s);
            uint64 other = _story.placeOf(1 - s).chainId;
            IMessageGateway.Lane memory lane = here.gateway.laneOf(other);
            require(lane.halted == here.halted, Broken("halted", s, 0, 0, 1));
            if (!lane.halted) continue;
            VM.chainId(here.chainId);
            Message memory message;
            (message.sourceChainId, message.destinationChainId) = (other, here.chainId);
            (message.sequence, message.deadline) = (lane.received + 1, type(uint64).max);
            try here.gateway.deliver(message, LogProof(0, 0, 0, new bytes[](0))) {
                revert Broken("delivered", s, 0, 1, 0);
            } catch (bytes memory reason) {
                require(bytes4(reason) == IMessageGateway.LaneIsHalted.selector, Broken("refusal", s, 0, 0, 1));
            }
        }
    }

    function holds_BRG14_lanesCountWhatHappened() public view {
        for (uint256 s = 0; s < 2; ++s) {
            InteropStage.Place memory here = _story.placeOf(s);
            IMessageGateway.Lane memory lane = here.gateway.laneOf(_story.placeOf(1 - s).chainId);
            _same("sent", s, 0, lane.sent, _story.storyCount(s));
            uint256 results = 0;
            for (uint256 m = 0; m < _story.storyCount(1 - s); ++m) {
                InteropStage.Story memory told = _story.storyOf(1 - s, m);
                if (told.result != 0) ++results;
                uint256 status = uint256(here.gateway.receivedOf(told.id).status);
                _same("result", s, m, status, told.result == 0 ? 0 : told.result + 1);
            }
            _same("received", s, 0, lane.received, results);
            for (uint256 m = 0; m < _story.storyCount(s); ++m) {
                InteropStage.Story memory told = _story.storyOf(s, m);
                uint256 status = uint256(here.gateway.sentOf(told.id).status);
                _same("status", s, m, status, told.closed ? told.result + 1 : 1);
            }
        }
    }

    function _proves(
        IForeignLedger known,
        bytes32 blockHash,
        bytes memory leaf,
        uint256 transactionIndex,
        uint256 logIndex
    ) private view returns (bool) {
        bytes[] memory nodes = new bytes[](1);
        nodes[0] = leaf;
        try known.provenLog(LogProof(blockHash, transactionIndex, logIndex, nodes)) {
            return true;
        } catch {
            return false;
        }
    }

    function _same(string memory what, uint256 s, uint256 i, uint256 onChain, uint256 expected) private pure {
        require(onChain == expected, Broken(what, s, i, onChain, expected));
    }
}

/// @dev A contract and the functions of it that the runner calls.
struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

/// @dev One long story told from a fixed seed: every act must come to be done, and where it can be refused, refused.
contract InteropReachTest {
    error Never(string act, uint256 done, uint256 refused);

    function test_everyActIsDoneAndRefused() external {
        InteropStory story = new InteropStory();
        for (uint256 i = 0; i < 1_000; ++i) {
            uint256[5] memory seeds;
            for (uint256 s = 0; s < 5; ++s) seeds[s] = uint256(keccak256(abi.encode(i, s)));
            _tell(story, seeds[4] % 12, seeds);
        }
        string[5] memory refusable = ["carryHeader", "deliver", "reject", "acknowledge", "rotate"];
        for (uint256 i = 0; i < refusable.length; ++i) _require(story, refusable[i], 10, 10);
        _require(story, "send", 10, 5);
        _require(story, "carryTwin", 2, 0);
        _require(story, "haltLane", 5, 0);
        _require(story, "resumeLane", 5, 0);
    }

    function _require(InteropStory story, string memory act, uint256 done, uint256 refused) private view {
        InteropStage.Tally memory tally = story.tally(act);
        require(tally.done >= done && tally.refused >= refused, Never(act, tally.done, tally.refused));
    }

    function _tell(InteropStory story, uint256 act, uint256[5] memory seeds) private {
        (uint256 a, uint256 b, uint256 c, uint256 d, ) = (seeds[0], seeds[1], seeds[2], seeds[3], seeds[4]);
        if (act == 0) story.send(a, b, c);
        else if (act < 4) story.carryHeader(a, b, c, d);
        else if (act == 4) story.carryTwin(a, b);
        else if (act == 5) story.deliver(a, b, c);
        else if (act == 6) story.reject(a, b, c);
        else if (act == 7) story.acknowledge(a, b, c);
        else if (act == 8) story.haltLane(a, b);
        else if (act == 9) story.resumeLane(a);
        else if (act == 10) story.rotate(a, b, c, d);
        else story.jump(a);
    }
}
