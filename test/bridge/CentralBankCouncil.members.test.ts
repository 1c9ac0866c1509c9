import { expect } from "chai";
import { PROPOSAL_STATE, VOTE } from "../../sdk/bridge.js";
import { execute, proposalIdOf, propose, stateBitmap } from "../../sdk/council.js";
import { decisionOf } from "../../sdk/council.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { Deciding, deployCouncil, own, type Council } from "../support/council.js";
import { fund } from "../support/currency.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const { time } = networkHelpers;

const INVITATION_PERIOD = 30n * 86_400n;

async function deploy() {
  return deployCouncil(chain);
}

/** The founders have invited a fourth. */
async function deployInvited() {
  const f = await deployCouncil(chain);
  const invitation = own(f, "inviteMember", f.cbuae.address);
  const invited = await new Deciding(chain, f.council).decide([f.pboc, f.hkma, f.bot], "invite", invitation);
  return { ...f, invited };
}

/** Only one member is left; its currency is admitted. */
async function deployAlone() {
  const f = await deployCouncil(chain);
  await f.council.connect(f.bot).resign();
  await f.council.connect(f.hkma).withdrawCurrency(f.ehkd);
  await f.council.connect(f.hkma).resign();
  return f;
}

describe("CentralBankCouncil: members and currencies", function () {
  let f: Council;
  let deciding: Deciding;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    deciding = new Deciding(chain, f.council);
  });

  const everybody = () => [f.pboc, f.hkma, f.bot];
  const resolution = (text: string) => own(f, "adoptResolution", ref(text));

  describe("inviteMember and join", function () {
    it("need everybody's vote and the invited one's own act", async function () {
      const deployed = await networkHelpers.loadFixture(deployInvited);
      f = deployed;
      const until = BigInt(await time.latest()) + INVITATION_PERIOD;
      await expect(deployed.invited).to.emit(f.council, "MemberInvited").withArgs(f.cbuae.address, until);
      expect(await f.council.isMember(f.cbuae)).to.equal(false);
      expect(await f.council.invitedUntil(f.cbuae)).to.equal(until);
      await expect(f.council.connect(f.cbuae).join()).to.emit(f.council, "MemberJoined").withArgs(f.cbuae.address, 4n);
      expect(await f.council.isMember(f.cbuae)).to.equal(true);
      expect(await f.council.invitedUntil(f.cbuae)).to.equal(0n);
      expect(await f.council.memberCountAt(await time.latest())).to.equal(4n);
      expect(await f.council.memberCountAt((await time.latest()) - 1)).to.equal(3n);
    });

    it("end with the period, and at once for whoever was not invited or has joined", async function () {
      f = await networkHelpers.loadFixture(deployInvited);
      const until = await f.council.invitedUntil(f.cbuae);
      const now = BigInt(await time.latest());
      await expect(f.council.connect(f.sama).join())
        .to.be.revertedWithCustomError(f.council, "CouncilNotInvited")
        .withArgs(f.sama.address, 0n, now + 1n);
      const late = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp(until + 1n);
      await expect(f.council.connect(f.cbuae).join())
        .to.be.revertedWithCustomError(f.council, "CouncilNotInvited")
        .withArgs(f.cbuae.address, until, until + 1n);
      await late.restore();
      await time.setNextBlockTimestamp(until);
      await f.council.connect(f.cbuae).join();
      await expect(f.council.connect(f.cbuae).join())
        .to.be.revertedWithCustomError(f.council, "CouncilNotInvited")
        .withArgs(f.cbuae.address, 0n, until + 1n);
    });

    it("are void when the members have changed since, also within one block", async function () {
      f = await networkHelpers.loadFixture(deployInvited);
      deciding = new Deciding(chain, f.council);
      const calls = [f.cbuae, f.sama].map(({ address }) => own(f, "inviteMember", address));
      await deciding.decide(everybody(), "invite both", ...calls);
      await f.council.connect(f.cbuae).join();
      expect(await f.council.invitedUntil(f.sama)).to.equal(0n);
      await expect(f.council.connect(f.sama).join())
        .to.be.revertedWithCustomError(f.council, "CouncilNotInvited")
        .withArgs(f.sama.address, 0n, BigInt(await time.latest()) + 1n);
      await deciding.decide([...everybody(), f.cbuae], "invite again", own(f, "inviteMember", f.sama.address));
      await f.council.connect(f.sama).join();
      expect(await f.council.members()).to.have.lengthOf(5);
    });

    it("are not for a member", async function () {
      const decision = await deciding.ready(everybody(), "again", own(f, "inviteMember", f.bot.address));
      await expect(execute(f.council, decision))
        .to.be.revertedWithCustomError(f.council, "CouncilMemberExists")
        .withArgs(f.bot.address);
    });

    it("give a vote in what is opened afterwards", async function () {
      f = await networkHelpers.loadFixture(deployInvited);
      deciding = new Deciding(chain, f.council);
      await f.council.connect(f.cbuae).join();
      const decision = await deciding.open(f.cbuae, "all four", own(f, "inviteMember", f.sama.address));
      expect(await f.council.requiredVotes(proposalIdOf(decision))).to.equal(4n);
      await deciding.approve(decision, everybody());
      await deciding.close(decision);
      expect(await deciding.stateOf(decision)).to.equal(PROPOSAL_STATE.defeated);
    });
  });

  describe("a change of members", function () {
    it("voids what was being voted on, decided and queued", async function () {
      const voting = await deciding.open(f.bot, "being voted on", resolution("a"));
      const decided = await deciding.open(f.bot, "decided", resolution("b"));
      await deciding.approve(decided, [f.pboc, f.hkma]);
      await deciding.close(decided);
      const queued = await deciding.ready([f.bot, f.pboc], "queued", resolution("c"));
      // the first two are over meanwhile, one of them without votes
      expect(await deciding.stateOf(voting)).to.equal(PROPOSAL_STATE.defeated);
      const open = await deciding.open(f.pboc, "open", resolution("d"));
      await f.council.connect(f.bot).resign();
      for (const [decision, state] of [
        [voting, PROPOSAL_STATE.defeated],
        [decided, PROPOSAL_STATE.expired],
        [queued, PROPOSAL_STATE.expired],
        [open, PROPOSAL_STATE.expired],
      ] as const) {
        expect(await deciding.stateOf(decision), decision.description).to.equal(state);
      }
      await expect(f.council.connect(f.pboc).castVote(proposalIdOf(open), VOTE.for))
        .to.be.revertedWithCustomError(f.council, "GovernorUnexpectedProposalState")
        .withArgs(proposalIdOf(open), PROPOSAL_STATE.expired, stateBitmap(PROPOSAL_STATE.active));
      await expect(execute(f.council, queued))
        .to.be.revertedWithCustomError(f.council, "GovernorUnexpectedProposalState")
        .withArgs(proposalIdOf(queued), PROPOSAL_STATE.expired, stateBitmap(PROPOSAL_STATE.queued));
    });

    it("leaves what is executed, and decides who votes on what is yet to open", async function () {
      const executed = await deciding.ready([f.bot, f.pboc], "executed", resolution("a"));
      await execute(f.council, executed);
      const pending = await decisionOf("pending", resolution("b"));
      await propose(f.council.connect(f.bot), pending);
      await f.council.connect(f.bot).resign();
      expect(await deciding.stateOf(executed)).to.equal(PROPOSAL_STATE.executed);
      expect(await deciding.stateOf(pending)).to.equal(PROPOSAL_STATE.pending);
      await time.increaseTo((await f.council.proposalSnapshot(proposalIdOf(pending))) + 1n);
      await expect(f.council.connect(f.bot).castVote(proposalIdOf(pending), VOTE.for))
        .to.be.revertedWithCustomError(f.council, "CouncilVoteMissing")
        .withArgs(proposalIdOf(pending), f.bot.address);
      await deciding.approve(pending, [f.pboc, f.hkma]);
      await deciding.close(pending);
      expect(await deciding.stateOf(pending)).to.equal(PROPOSAL_STATE.succeeded);
    });
  });

  describe("resign", function () {
    it("ends a membership, and with it the right to propose and to join again", async function () {
      await expect(f.council.connect(f.bot).resign()).to.emit(f.council, "MemberLeft").withArgs(f.bot.address, 2n);
      expect(await f.council.isMember(f.bot)).to.equal(false);
      await time.increase(1n);
      await expect(propose(f.council.connect(f.bot), await decisionOf("x", resolution("x"))))
        .to.be.revertedWithCustomError(f.council, "GovernorInsufficientProposerVotes")
        .withArgs(f.bot.address, 0n, 1n);
      await expect(f.council.connect(f.bot).resign())
        .to.be.revertedWithCustomError(f.council, "CouncilMemberUnknown")
        .withArgs(f.bot.address);
      await expect(f.council.connect(f.bot).join()).to.be.revertedWithCustomError(f.council, "CouncilNotInvited");
    });

    it("reverts while a currency of the member takes part", async function () {
      await expect(f.council.connect(f.hkma).resign())
        .to.be.revertedWithCustomError(f.council, "CouncilCurrenciesRemain")
        .withArgs(f.hkma.address, 1n);
    });

    it("leaves two who must both agree, about everything", async function () {
      await f.council.connect(f.bot).resign();
      for (const call of [resolution("a"), own(f, "setRulebook", ref("x")), own(f, "inviteMember", f.sama.address)]) {
        const decision = await deciding.open(f.pboc, "one of two", call);
        await deciding.approve(decision, [f.pboc]);
        await deciding.close(decision);
        expect(await deciding.stateOf(decision)).to.equal(PROPOSAL_STATE.defeated);
      }
      await deciding.decide([f.pboc, f.hkma], "both", own(f, "inviteMember", f.sama.address));
      await f.council.connect(f.sama).join();
    });

    it("may leave one, who decides alone and can found the council anew", async function () {
      f = await networkHelpers.loadFixture(deployAlone);
      deciding = new Deciding(chain, f.council);
      const abstained = await deciding.open(f.pboc, "nobody for it", resolution("a"));
      await deciding.close(abstained);
      expect(await deciding.stateOf(abstained)).to.equal(PROPOSAL_STATE.defeated);
      await deciding.decide([f.pboc], "alone", own(f, "inviteMember", f.hkma.address));
      await f.council.connect(f.hkma).join();
      expect(await f.council.members()).to.have.members([f.pboc.address, f.hkma.address]);
    });

    it("may leave nobody: then nothing can be proposed, and nothing decided is executed", async function () {
      f = await networkHelpers.loadFixture(deployAlone);
      deciding = new Deciding(chain, f.council);
      const last = await deciding.ready([f.pboc], "the last", own(f, "inviteMember", f.sama.address));
      await f.council.connect(f.pboc).withdrawCurrency(f.ecny);
      await expect(f.council.connect(f.pboc).resign()).to.emit(f.council, "MemberLeft").withArgs(f.pboc.address, 0n);
      await expect(execute(f.council, last)).to.be.revertedWithCustomError(
        f.council,
        "GovernorUnexpectedProposalState",
      );
      await expect(propose(f.council.connect(f.pboc), await decisionOf("x", resolution("x"))))
        .to.be.revertedWithCustomError(f.council, "GovernorInsufficientProposerVotes")
        .withArgs(f.pboc.address, 0n, 1n);
    });
  });

  describe("admitCurrency", function () {
    it("opens a member's currency by everybody's vote", async function () {
      const baht = await ethers.deployContract("LedgerHarness");
      const executed = deciding.decide(
        everybody(),
        "baht",
        own(f, "admitCurrency", await baht.getAddress(), f.bot.address),
      );
      await expect(executed)
        .to.emit(f.council, "CurrencyAdmitted")
        .withArgs(await baht.getAddress(), f.bot.address);
      expect(await f.council.isOpen(baht)).to.equal(true);
      await f.council.requireOpen(baht, f.ecny);
    });

    it("reverts for an issuer that is no member and for a currency that takes part", async function () {
      const ofStranger = await deciding.ready(
        everybody(),
        "x",
        own(f, "admitCurrency", f.cbuae.address, f.cbuae.address),
      );
      await expect(execute(f.council, ofStranger))
        .to.be.revertedWithCustomError(f.council, "CouncilMemberUnknown")
        .withArgs(f.cbuae.address);
      const again = await deciding.ready(everybody(), "y", own(f, "admitCurrency", f.ecny, f.bot.address));
      await expect(execute(f.council, again))
        .to.be.revertedWithCustomError(f.council, "CouncilCurrencyExists")
        .withArgs(f.ecny, f.pboc.address);
    });
  });

  describe("suspendCurrency and resumeCurrency", function () {
    it("are the own central bank's, alone and at once, by the office that its authority says", async function () {
      const { authority, officers } = f.mainland;
      const selectorOf = (name: "suspendCurrency" | "resumeCurrency") => f.council.interface.getFunction(name).selector;
      await authority.connect(officers.admin).setTargetFunctionRole(f.council, [selectorOf("suspendCurrency")], 2n);
      await authority.connect(officers.admin).setTargetFunctionRole(f.council, [selectorOf("resumeCurrency")], 3n);
      const others = [f.hkma, f.bot, f.hongkong.officers.halter, officers.resumer, officers.admin, f.stranger];
      for (const caller of others) {
        await expect(f.council.connect(caller).suspendCurrency(f.ecny))
          .to.be.revertedWithCustomError(f.council, "CurrencyAuthorityRequired")
          .withArgs(f.ecny, caller.address);
      }
      await expect(f.council.connect(officers.halter).suspendCurrency(f.ecny))
        .to.emit(f.council, "CurrencySuspended")
        .withArgs(f.ecny, officers.halter.address);
      await expect(f.council.connect(officers.halter).suspendCurrency(f.ecny)).not.to.emit(
        f.council,
        "CurrencySuspended",
      );
      expect([await f.council.isOpen(f.ecny), await f.council.isOpen(f.ehkd)]).to.deep.equal([false, true]);
      for (const pair of [
        [f.ecny, f.ehkd],
        [f.ehkd, f.ecny],
      ] as const) {
        await expect(f.council.requireOpen(...pair))
          .to.be.revertedWithCustomError(f.council, "CouncilCurrencyNotOpen")
          .withArgs(f.ecny);
      }
      await expect(f.council.connect(officers.halter).resumeCurrency(f.ecny))
        .to.be.revertedWithCustomError(f.council, "CurrencyAuthorityRequired")
        .withArgs(f.ecny, officers.halter.address);
      await expect(f.council.connect(officers.resumer).resumeCurrency(f.ecny))
        .to.emit(f.council, "CurrencyResumed")
        .withArgs(f.ecny, officers.resumer.address);
      await expect(f.council.connect(officers.resumer).resumeCurrency(f.ecny)).not.to.emit(
        f.council,
        "CurrencyResumed",
      );
      expect(await f.council.isOpen(f.ecny)).to.equal(true);
    });

    it("stand beside the halt of the currency itself, which is nobody else's either", async function () {
      const { currency, officers } = f.mainland;
      await expect(currency.connect(f.hkma).haltAll()).to.be.revertedWithCustomError(
        currency,
        "AccessManagedUnauthorized",
      );
      await currency.connect(officers.halter).haltAll();
      await f.council.connect(f.pboc).suspendCurrency(f.ecny);
      await currency.connect(officers.resumer).resumeAll();
      expect(await f.council.isOpen(f.ecny)).to.equal(false);
    });

    it("revert for a currency that takes no part", async function () {
      for (const call of [f.council.suspendCurrency, f.council.resumeCurrency, f.council.withdrawCurrency]) {
        await expect(call(f.cbuae.address))
          .to.be.revertedWithCustomError(f.council, "CouncilCurrencyUnknown")
          .withArgs(f.cbuae.address);
      }
      expect(await f.council.isOpen(f.cbuae)).to.equal(false);
    });
  });

  describe("withdrawCurrency", function () {
    it("waits until everything is redeemed", async function () {
      await fund(f.hongkong, f.hsbc, minor("0.01"));
      await expect(f.council.connect(f.hkma).withdrawCurrency(f.ehkd))
        .to.be.revertedWithCustomError(f.council, "CouncilCurrencyOutstanding")
        .withArgs(f.ehkd, 1n);
    });

    it("closes the currency, and may be followed by the exit", async function () {
      await expect(f.council.connect(f.hkma).withdrawCurrency(f.ehkd))
        .to.emit(f.council, "CurrencyWithdrawn")
        .withArgs(f.ehkd, f.hkma.address);
      expect(await f.council.isOpen(f.ehkd)).to.equal(false);
      expect(await f.council.issuerOf(f.ehkd)).to.equal("0x0000000000000000000000000000000000000000");
      expect(await f.council.currencies()).to.deep.equal([f.ecny]);
      await f.council.connect(f.hkma).resign();
      expect(await f.council.members()).to.have.members([f.pboc.address, f.bot.address]);
    });

    it("is the issuing member's", async function () {
      for (const caller of [f.pboc, f.bot, f.stranger]) {
        await expect(f.council.connect(caller).withdrawCurrency(f.ehkd))
          .to.be.revertedWithCustomError(f.council, "CouncilIssuerRequired")
          .withArgs(f.ehkd, f.hkma.address, caller.address);
      }
    });
  });
});
