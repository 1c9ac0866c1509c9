import { expect } from "chai";
import { PROPOSAL_STATE, VOTE } from "../../sdk/bridge.js";
import { decisionOf, execute, proposalIdOf, propose, queue, stateBitmap } from "../../sdk/council.js";
import { TIMING } from "../support/bridge.js";
import { openChain, ref } from "../support/chain.js";
import { Deciding, deployCouncil, own, type Council } from "../support/council.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const { time } = networkHelpers;

const EXECUTION_PERIOD = 14n * 86_400n;

async function deploy() {
  return deployCouncil(chain);
}

describe("CentralBankCouncil: votes", function () {
  let f: Council;
  let deciding: Deciding;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    deciding = new Deciding(chain, f.council);
  });

  const rulebook = (text: string) => own(f, "setRulebook", ref(text));
  const resolution = (text: string) => own(f, "adoptResolution", ref(text));

  describe("voting", function () {
    it("is one vote each, once", async function () {
      const decision = await deciding.open(f.bot, "a resolution", resolution("a"));
      const id = proposalIdOf(decision);
      await expect(f.council.connect(f.bot).castVoteWithReason(id, VOTE.for, "agreed"))
        .to.emit(f.council, "VoteCast")
        .withArgs(f.bot.address, id, VOTE.for, 1n, "agreed");
      await expect(f.council.connect(f.bot).castVote(id, VOTE.against))
        .to.be.revertedWithCustomError(f.council, "GovernorAlreadyCastVote")
        .withArgs(f.bot.address);
      await expect(f.council.connect(f.pboc).castVoteWithReasonAndParams(id, VOTE.for, "", "0x01"))
        .to.emit(f.council, "VoteCastWithParams")
        .withArgs(f.pboc.address, id, VOTE.for, 1n, "", "0x01");
      expect(await f.council.hasVoted(id, f.bot)).to.equal(true);
      expect([...(await f.council.proposalVotes(id))]).to.deep.equal([0n, 2n, 0n]);
    });

    it("is about a proposal that exists", async function () {
      await expect(f.council.connect(f.bot).castVote(1n, VOTE.for))
        .to.be.revertedWithCustomError(f.council, "GovernorNonexistentProposal")
        .withArgs(1n);
    });

    it("is for members alone, and for one of three answers", async function () {
      const decision = await deciding.open(f.bot, "a resolution", resolution("a"));
      const id = proposalIdOf(decision);
      await expect(f.council.connect(f.stranger).castVote(id, VOTE.for))
        .to.be.revertedWithCustomError(f.council, "CouncilVoteMissing")
        .withArgs(id, f.stranger.address);
      await expect(f.council.connect(f.bot).castVote(id, 3)).to.be.revertedWithCustomError(
        f.council,
        "GovernorInvalidVoteType",
      );
    });

    it("may be by signature", async function () {
      const founders = [f.ann.address, f.bob.address];
      const council = await ethers.deployContract("CentralBankCouncil", [founders, [], ref("rulebook"), TIMING]);
      const decision = await new Deciding(chain, council).open(
        f.ann,
        "a resolution",
        own({ council }, "adoptResolution", ref("a")),
      );
      const proposalId = proposalIdOf(decision);
      const { name, version, chainId, verifyingContract } = await council.eip712Domain();
      const Ballot = [
        { name: "proposalId", type: "uint256" },
        { name: "support", type: "uint8" },
        { name: "voter", type: "address" },
        { name: "nonce", type: "uint256" },
      ];
      const ballot = { proposalId, support: VOTE.for, voter: f.bob.address, nonce: 0n };
      const domain = { name, version, chainId, verifyingContract };
      const signature = await f.bob.signTypedData(domain, { Ballot }, ballot);
      await expect(council.connect(f.stranger).castVoteBySig(proposalId, VOTE.against, f.bob, signature))
        .to.be.revertedWithCustomError(council, "GovernorInvalidSignature")
        .withArgs(f.bob.address);
      await expect(council.connect(f.stranger).castVoteBySig(proposalId, VOTE.for, f.bob, signature))
        .to.emit(council, "VoteCast")
        .withArgs(f.bob.address, proposalId, VOTE.for, 1n, "");
    });

    it("begins after the delay and ends with the period", async function () {
      const decision = await decisionOf("a resolution", resolution("a"));
      const id = proposalIdOf(decision);
      await propose(f.council.connect(f.bot), decision);
      const proposed = BigInt(await time.latest());
      expect(await f.council.proposalSnapshot(id)).to.equal(proposed + TIMING.votingDelay);
      await time.setNextBlockTimestamp(proposed + TIMING.votingDelay);
      await expect(f.council.connect(f.bot).castVote(id, VOTE.for))
        .to.be.revertedWithCustomError(f.council, "GovernorUnexpectedProposalState")
        .withArgs(id, PROPOSAL_STATE.pending, stateBitmap(PROPOSAL_STATE.active));
      await time.setNextBlockTimestamp(proposed + TIMING.votingDelay + 1n);
      await f.council.connect(f.bot).castVote(id, VOTE.for);
      await time.setNextBlockTimestamp(proposed + TIMING.votingDelay + TIMING.votingPeriod);
      await f.council.connect(f.pboc).castVote(id, VOTE.for);
      await expect(f.council.connect(f.hkma).castVote(id, VOTE.for))
        .to.be.revertedWithCustomError(f.council, "GovernorUnexpectedProposalState")
        .withArgs(id, PROPOSAL_STATE.succeeded, stateBitmap(PROPOSAL_STATE.active));
    });
  });

  describe("proposing", function () {
    it("is for members alone", async function () {
      await expect(propose(f.council.connect(f.stranger), await decisionOf("a resolution", resolution("a"))))
        .to.be.revertedWithCustomError(f.council, "GovernorInsufficientProposerVotes")
        .withArgs(f.stranger.address, 0n, 1n);
    });

    it("needs at least one call, and the same lengths", async function () {
      await expect(f.council.connect(f.bot).propose([], [], [], ""))
        .to.be.revertedWithCustomError(f.council, "GovernorInvalidProposalLength")
        .withArgs(0n, 0n, 0n);
    });

    it("may be kept to one member by the description, and is once for the same words", async function () {
      const text = `a resolution #proposer=${f.bot.address}`;
      const decision = await decisionOf(text, resolution("a"));
      await expect(propose(f.council.connect(f.pboc), decision))
        .to.be.revertedWithCustomError(f.council, "GovernorRestrictedProposer")
        .withArgs(f.pboc.address);
      await expect(propose(f.council.connect(f.bot), decision)).to.emit(f.council, "ProposalCreated");
      await expect(propose(f.council.connect(f.bot), decision)).to.be.revertedWithCustomError(
        f.council,
        "GovernorUnexpectedProposalState",
      );
    });

    it("may be taken back by the proposer until the vote opens", async function () {
      const { targets, values, calldatas, description } = await decisionOf("a resolution", resolution("a"));
      const id = proposalIdOf({ targets, values, calldatas, description });
      await f.council.connect(f.bot).propose(targets, values, calldatas, description);
      await expect(f.council.connect(f.pboc).cancel(targets, values, calldatas, ref(description)))
        .to.be.revertedWithCustomError(f.council, "GovernorUnableToCancel")
        .withArgs(id, f.pboc.address);
      await expect(f.council.connect(f.bot).cancel(targets, values, calldatas, ref(description)))
        .to.emit(f.council, "ProposalCanceled")
        .withArgs(id);
      expect(await f.council.state(id)).to.equal(PROPOSAL_STATE.canceled);
    });
  });

  describe("execution", function () {
    it("comes after the time lock, by anyone, once", async function () {
      const decision = await deciding.open(f.bot, "rulebook 2", rulebook("rulebook 2"));
      const id = proposalIdOf(decision);
      await deciding.approve(decision, [f.bot, f.pboc]);
      await deciding.close(decision);
      await expect(execute(f.council, decision)).to.be.revertedWithCustomError(
        f.council,
        "GovernorUnexpectedProposalState",
      );
      await expect(queue(f.council.connect(f.stranger), decision)).to.emit(f.council, "ProposalQueued");
      const eta = BigInt(await time.latest()) + TIMING.timeLock;
      expect(await f.council.proposalEta(id)).to.equal(eta);
      await time.setNextBlockTimestamp(eta - 1n);
      await expect(execute(f.council, decision))
        .to.be.revertedWithCustomError(f.council, "CouncilTimeLocked")
        .withArgs(id, eta, eta - 1n);
      await time.setNextBlockTimestamp(eta);
      const executed = execute(f.council.connect(f.stranger), decision);
      await expect(executed).to.emit(f.council, "RulebookSet").withArgs(2n, ref("rulebook 1"), ref("rulebook 2"));
      await expect(executed).to.emit(f.council, "ProposalExecuted").withArgs(id);
      for (const repeated of [execute(f.council, decision), queue(f.council, decision)]) {
        await expect(repeated).to.be.revertedWithCustomError(f.council, "GovernorUnexpectedProposalState");
      }
      expect([...(await f.council.rulebook())]).to.deep.equal([2n, ref("rulebook 2")]);
    });

    it("lapses: a decision not queued, and one not executed, in time", async function () {
      const decision = await deciding.open(f.bot, "a resolution", resolution("a"));
      await deciding.approve(decision, [f.bot, f.pboc]);
      const late = await networkHelpers.takeSnapshot();
      const deadline = await f.council.proposalDeadline(proposalIdOf(decision));
      await time.increaseTo(deadline + EXECUTION_PERIOD);
      expect(await deciding.stateOf(decision)).to.equal(PROPOSAL_STATE.succeeded);
      await time.increase(1n);
      expect(await deciding.stateOf(decision)).to.equal(PROPOSAL_STATE.expired);
      await expect(queue(f.council, decision)).to.be.revertedWithCustomError(
        f.council,
        "GovernorUnexpectedProposalState",
      );
      await late.restore();
      await deciding.close(decision);
      await deciding.lock(decision);
      const eta = await f.council.proposalEta(proposalIdOf(decision));
      await time.increaseTo(eta + EXECUTION_PERIOD);
      expect(await deciding.stateOf(decision)).to.equal(PROPOSAL_STATE.queued);
      await time.increase(1n);
      expect(await deciding.stateOf(decision)).to.equal(PROPOSAL_STATE.expired);
      await expect(execute(f.council, decision)).to.be.revertedWithCustomError(
        f.council,
        "GovernorUnexpectedProposalState",
      );
    });

    it("makes all calls or none, also those to other contracts", async function () {
      const { registry, authority, officers } = f.mainland;
      const status = { target: registry, name: "setStatus", args: [f.mainland.banks[0].number, 3, ref("decided")] };
      const decision = await deciding.ready([f.bot, f.pboc], "both", rulebook("rulebook 2"), status);
      await expect(execute(f.council, decision)).to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized");
      expect((await f.council.rulebook())[0]).to.equal(1n);
      await authority.connect(officers.admin).grantRole(5n, f.council, 0n);
      await expect(execute(f.council, decision)).to.emit(registry, "InstitutionStatusChanged");
      expect((await f.council.rulebook())[0]).to.equal(2n);
    });

    it("keeps the vote and the lock of what was decided before the timing changed", async function () {
      const pending = await deciding.open(f.bot, "a resolution", resolution("a"));
      const before = await f.council.proposalDeadline(proposalIdOf(pending));
      const quick = { votingDelay: 0n, votingPeriod: 3_600n, timeLock: 3_600n };
      await deciding.decide([f.bot, f.pboc], "quicker", own(f, "setTiming", quick));
      expect(await f.council.proposalDeadline(proposalIdOf(pending))).to.equal(before);
      expect([...(await f.council.timing())]).to.deep.equal(Object.values(quick));
      await expect(deciding.decide([f.bot, f.pboc], "another", resolution("b")))
        .to.emit(f.council, "ResolutionAdopted")
        .withArgs(ref("b"));
    });
  });
});
