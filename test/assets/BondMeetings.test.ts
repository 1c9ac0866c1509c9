import { expect } from "chai";
import { ZeroHash } from "ethers";
import { MEETING_PHASE, VOTE, meetingId } from "../../sdk/structured.js";
import { couponOf, deployBond, noteCoupons, noteTerms, openChainAt, passTo, place } from "../support/assets.js";
import { ref } from "../support/chain.js";
import { deployFloatingNote } from "../support/structured.js";

const chain = await openChainAt("2026-02-20");
const { networkHelpers } = chain;
const RESOLUTION = ref("extend the maturity");

async function deployPlaced() {
  const f = await deployFloatingNote(chain);
  await place(f, [
    [f.ann, 1_000n],
    [f.bob, 500n],
    [f.company, 500n],
    [f.shop, 2_000n],
  ]);
  const { recordTime, paymentTime } = couponOf(f, 0);
  return { ...f, id: meetingId(f.address, 0n, RESOLUTION), recordTime, paymentTime };
}

async function convene() {
  const f = await networkHelpers.loadFixture(deployPlaced);
  await f.meetings.connect(f.issuer).convene(f.bond, 0n, RESOLUTION, f.paymentTime);
  return f;
}

async function openVote() {
  const f = await networkHelpers.loadFixture(convene);
  await passTo(chain, f.recordTime);
  return f;
}

describe("BondMeetings", function () {
  describe("convene", function () {
    let f: Awaited<ReturnType<typeof deployPlaced>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployPlaced);
    });

    const meetingsOf = () => f.meetings.connect(f.issuer);

    it("calls the holders at a coupon's record date", async function () {
      await expect(meetingsOf().convene(f.bond, 0n, RESOLUTION, f.paymentTime))
        .to.emit(f.meetings, "MeetingConvened")
        .withArgs(f.id, f.address, 0n, RESOLUTION, f.recordTime, f.paymentTime);
      expect(await f.meetings.meetingId(f.bond, 0n, RESOLUTION)).to.equal(f.id);
      expect(await f.meetings.assetRegistry()).to.equal(await f.register.getAddress());
      await expect(meetingsOf().convene(f.bond, 0n, RESOLUTION, f.paymentTime))
        .to.be.revertedWithCustomError(f.meetings, "MeetingKnown")
        .withArgs(f.id);
    });

    it("keeps the notice of the terms to the second", async function () {
      const [, , notice] = await f.structure.meetingRules();
      await networkHelpers.time.setNextBlockTimestamp(f.recordTime - notice);
      await expect(meetingsOf().convene(f.bond, 0n, RESOLUTION, f.paymentTime))
        .to.be.revertedWithCustomError(f.meetings, "MeetingNoticeTooShort")
        .withArgs(f.id, f.recordTime, notice, f.recordTime - notice);
    });

    it("takes notice a second earlier", async function () {
      const [, , notice] = await f.structure.meetingRules();
      await networkHelpers.time.setNextBlockTimestamp(f.recordTime - notice - 1n);
      await meetingsOf().convene(f.bond, 0n, RESOLUTION, f.recordTime + 1n);
    });

    it("ends voting after the record date and by the payment time", async function () {
      for (const until of [f.recordTime, f.paymentTime + 1n]) {
        await expect(meetingsOf().convene(f.bond, 0n, RESOLUTION, until))
          .to.be.revertedWithCustomError(f.meetings, "MeetingEndInvalid")
          .withArgs(f.id, until, f.recordTime, f.paymentTime);
      }
    });

    it("refuses who does not act for the issuer, and a coupon that does not exist", async function () {
      await expect(f.meetings.connect(f.ann).convene(f.bond, 0n, RESOLUTION, f.paymentTime))
        .to.be.revertedWithCustomError(f.meetings, "CorporateActionCallerInvalid")
        .withArgs(f.address, f.ann.address);
      await expect(meetingsOf().convene(f.bond, 4n, RESOLUTION, f.paymentTime)).to.be.revertedWithCustomError(
        f.bond,
        "BondCouponUnknown",
      );
      await f.bond.connect(f.operator).setPayingAgent(f.hsbc);
      await f.meetings.connect(f.hsbc).convene(f.bond, 0n, RESOLUTION, f.paymentTime);
    });

    it("refuses a record date that a call has overtaken", async function () {
      const [, call] = f.structureTerms.calls;
      await passTo(chain, call?.from ?? 0n);
      await f.structured.connect(f.issuer).callBond(1n);
      const { recordTime, paymentTime } = couponOf(f, 2);
      await expect(meetingsOf().convene(f.bond, 2n, RESOLUTION, paymentTime))
        .to.be.revertedWithCustomError(f.meetings, "MeetingOvertaken")
        .withArgs(meetingId(f.address, 2n, RESOLUTION), recordTime, call?.time);
    });

    it("refuses a plain bond, and a token that is not on the register", async function () {
      const terms = await noteTerms(f, { isin: "0x" + Buffer.from("HK0000063609").toString("hex") });
      const plain = await deployBond(chain, f, terms, noteCoupons());
      await expect(meetingsOf().convene(plain.bond, 0n, RESOLUTION, f.paymentTime))
        .to.be.revertedWithCustomError(f.meetings, "MeetingBondNotStructured")
        .withArgs(plain.address);
      await expect(meetingsOf().convene(f.stranger.address, 0n, RESOLUTION, f.paymentTime))
        .to.be.revertedWithCustomError(f.register, "AssetTokenUnknown")
        .withArgs(f.stranger.address);
    });
  });

  describe("cancelMeeting", function () {
    it("is possible until the record date, for whoever convened it", async function () {
      const f = await networkHelpers.loadFixture(convene);
      await expect(f.meetings.connect(f.ann).cancelMeeting(f.id, RESOLUTION))
        .to.be.revertedWithCustomError(f.meetings, "CorporateActionCallerInvalid")
        .withArgs(f.address, f.ann.address);
      await networkHelpers.time.setNextBlockTimestamp(f.recordTime - 1n);
      await expect(f.meetings.connect(f.issuer).cancelMeeting(f.id, RESOLUTION))
        .to.emit(f.meetings, "MeetingCancelled")
        .withArgs(f.id, RESOLUTION);
      expect((await f.meetings.meetingOf(f.id)).phase).to.equal(MEETING_PHASE.cancelled);
      await expect(f.meetings.connect(f.ann).castVote(f.id, VOTE.for))
        .to.be.revertedWithCustomError(f.meetings, "MeetingPhaseInvalid")
        .withArgs(f.id, MEETING_PHASE.cancelled, MEETING_PHASE.convened);
    });

    it("is too late from the record date on", async function () {
      const f = await networkHelpers.loadFixture(convene);
      await networkHelpers.time.setNextBlockTimestamp(f.recordTime);
      await expect(f.meetings.connect(f.issuer).cancelMeeting(f.id, RESOLUTION))
        .to.be.revertedWithCustomError(f.meetings, "MeetingTimeInvalid")
        .withArgs(f.id, 0n, f.recordTime, f.recordTime);
    });
  });

  describe("castVote", function () {
    let f: Awaited<ReturnType<typeof openVote>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(openVote);
    });

    it("counts the units held at the record date, wherever they are now", async function () {
      await f.bond.connect(f.ann).transfer(f.bob, 1_000n);
      await expect(f.meetings.connect(f.ann).castVote(f.id, VOTE.for))
        .to.emit(f.meetings, "VoteCast")
        .withArgs(f.id, f.ann.address, VOTE.for, 1_000n);
      await f.meetings.connect(f.bob).castVote(f.id, VOTE.against);
      const meeting = await f.meetings.meetingOf(f.id);
      expect([meeting.inFavour, meeting.against, meeting.outstanding]).to.deep.equal([1_000n, 500n, 4_000n]);
      expect(await f.meetings.hasVoted(f.id, f.ann)).to.equal(true);
      expect(await f.meetings.hasVoted(f.id, f.company)).to.equal(false);
    });

    it("refuses a second vote, the issuer's, and who held nothing", async function () {
      await f.meetings.connect(f.ann).castVote(f.id, VOTE.for);
      await expect(f.meetings.connect(f.ann).castVote(f.id, VOTE.for))
        .to.be.revertedWithCustomError(f.meetings, "VoteKnown")
        .withArgs(f.id, f.ann.address);
      await expect(f.meetings.connect(f.issuer).castVote(f.id, VOTE.for))
        .to.be.revertedWithCustomError(f.meetings, "VoteOfIssuer")
        .withArgs(f.id, f.issuer.address);
      await expect(f.meetings.connect(f.stranger).castVote(f.id, VOTE.for))
        .to.be.revertedWithCustomError(f.meetings, "VoteWithoutUnits")
        .withArgs(f.id, f.stranger.address);
    });

    it("is possible before voting ends and not when it does, nor before the record date", async function () {
      await networkHelpers.time.setNextBlockTimestamp(f.paymentTime - 1n);
      await f.meetings.connect(f.ann).castVote(f.id, VOTE.for);
      await networkHelpers.time.setNextBlockTimestamp(f.paymentTime);
      await expect(f.meetings.connect(f.bob).castVote(f.id, VOTE.for))
        .to.be.revertedWithCustomError(f.meetings, "MeetingTimeInvalid")
        .withArgs(f.id, f.recordTime, f.paymentTime, f.paymentTime);
      const early = await networkHelpers.loadFixture(convene);
      await networkHelpers.time.setNextBlockTimestamp(early.recordTime - 1n);
      await expect(early.meetings.connect(early.ann).castVote(early.id, VOTE.for))
        .to.be.revertedWithCustomError(early.meetings, "MeetingTimeInvalid")
        .withArgs(early.id, early.recordTime, early.paymentTime, early.recordTime - 1n);
    });
  });

  describe("endMeeting", function () {
    let f: Awaited<ReturnType<typeof openVote>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(openVote);
    });

    const end = async () => {
      await passTo(chain, f.paymentTime);
      await f.meetings.endMeeting(f.id);
      return (await f.meetings.meetingOf(f.id)).phase;
    };

    // 4,000 units are outstanding: the quorum is 1,000, the majority 66.67 %
    it("carries at the quorum with everything for", async function () {
      await f.meetings.connect(f.ann).castVote(f.id, VOTE.for);
      await passTo(chain, f.paymentTime);
      await expect(f.meetings.endMeeting(f.id))
        .to.emit(f.meetings, "MeetingEnded")
        .withArgs(f.id, MEETING_PHASE.carried, 1_000n, 0n, 0n, 4_000n);
      await expect(f.meetings.endMeeting(f.id)).to.be.revertedWithCustomError(f.meetings, "MeetingPhaseInvalid");
    });

    it("loses just below the majority: 66.66… % are not 66.67 %", async function () {
      await f.meetings.connect(f.ann).castVote(f.id, VOTE.for);
      await f.meetings.connect(f.bob).castVote(f.id, VOTE.against);
      expect(await end()).to.equal(MEETING_PHASE.lost);
    });

    it("carries above it, abstentions aside", async function () {
      await f.meetings.connect(f.shop).castVote(f.id, VOTE.for);
      await f.meetings.connect(f.bob).castVote(f.id, VOTE.against);
      await f.meetings.connect(f.company).castVote(f.id, VOTE.abstain);
      expect(await end()).to.equal(MEETING_PHASE.carried);
    });

    it("is inquorate below the quorum, and without a vote", async function () {
      await f.meetings.connect(f.bob).castVote(f.id, VOTE.for);
      expect(await end()).to.equal(MEETING_PHASE.inquorate);
      const silent = await networkHelpers.loadFixture(openVote);
      await passTo(chain, silent.paymentTime);
      await silent.meetings.connect(silent.stranger).endMeeting(silent.id);
      expect((await silent.meetings.meetingOf(silent.id)).phase).to.equal(MEETING_PHASE.inquorate);
    });

    it("loses when all that vote abstain", async function () {
      await f.meetings.connect(f.ann).castVote(f.id, VOTE.abstain);
      expect(await end()).to.equal(MEETING_PHASE.lost);
    });

    it("refuses before voting has ended, and what is no meeting", async function () {
      await networkHelpers.time.setNextBlockTimestamp(f.paymentTime - 1n);
      await expect(f.meetings.endMeeting(f.id))
        .to.be.revertedWithCustomError(f.meetings, "MeetingTimeInvalid")
        .withArgs(f.id, f.paymentTime, 2n ** 256n - 1n, f.paymentTime - 1n);
      await expect(f.meetings.endMeeting(ZeroHash))
        .to.be.revertedWithCustomError(f.meetings, "MeetingPhaseInvalid")
        .withArgs(ZeroHash, MEETING_PHASE.none, MEETING_PHASE.convened);
    });
  });
});
