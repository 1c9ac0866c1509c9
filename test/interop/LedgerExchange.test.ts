import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { ExchangeRelayer, proveExchangeEvent } from "../../sdk/interop/exchange.js";
import { carryHeaderOf } from "../../sdk/interop/events.js";
import { proveLog } from "../../sdk/interop/proofs.js";
import { blockAt, receiptsOf } from "../../sdk/interop/rpc.js";
import { openChain, ref } from "../support/chain.js";
import { AMOUNT, ExchangeUnderTest, deployExchangePair, exchangeTerms, purses, votesOf } from "../support/exchange.js";
import { pairFixture } from "./lanes.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployExchangePair(chains));

const STANDING = { none: 0n, armed: 1n, captured: 2n, released: 3n } as const;
const DECISION = { open: 0n, captured: 1n, released: 2n } as const;

async function open() {
  const pair = await load();
  return { ...pair, pair, it: await ExchangeUnderTest.open(pair) };
}

describe("LedgerExchange", () => {
  describe("constructor", () => {
    it("keeps what it was built with", async () => {
      const { mainland, hongkong } = await load();
      expect(await mainland.exchange.foreignLedger()).to.equal(await mainland.foreignLedger.getAddress());
      expect(await mainland.exchange.peer()).to.equal(await hongkong.exchange.getAddress());
      expect(await hongkong.exchange.peer()).to.equal(await mainland.exchange.getAddress());
      expect(await mainland.exchange.authorities()).to.deep.equal([
        await mainland.mainland.authority.getAddress(),
        await mainland.hongkong.authority.getAddress(),
      ]);
      expect(await mainland.exchange.RULING_DELAY()).to.equal(30n * 86_400n);
    });

    it("refuses a missing ledger, peer or authority, and one authority twice", async () => {
      const { mainland } = await load();
      const [ledger, peer] = [await mainland.foreignLedger.getAddress(), await mainland.exchange.peer()];
      const [own, foreign] = await mainland.exchange.authorities();
      const [nobody] = [mainland.stranger.address];
      for (const [first, second] of [
        [nobody, peer],
        [ledger, ZeroAddress],
      ] as const) {
        await expect(chains.mainland.ethers.deployContract("LedgerExchange", [first, second, own, foreign]))
          .to.be.revertedWithCustomError(mainland.exchange, "PeerInvalid")
          .withArgs(first, second);
      }
      for (const [first, second] of [
        [nobody, foreign],
        [own, nobody],
        [own, own],
      ] as const) {
        await expect(chains.mainland.ethers.deployContract("LedgerExchange", [ledger, peer, first, second]))
          .to.be.revertedWithCustomError(mainland.exchange, "ExchangeAuthorityInvalid")
          .withArgs(first, second);
      }
    });
  });

  describe("exchangeId, holdsOf", () => {
    it("agree with the library's", async () => {
      const { mainland, hongkong, it: exchange } = await open();
      for (const side of [mainland, hongkong]) {
        expect(await side.exchange.exchangeId(exchange.terms)).to.equal(exchange.id);
        const { decider, follower } = await side.exchange.holdsOf(exchange.terms);
        expect(decider).to.deep.equal(Object.values(exchange.holds.decider));
        expect(follower).to.deep.equal(Object.values(exchange.holds.follower));
      }
    });
  });

  describe("arm", () => {
    it("binds the follower's hold to the decision", async () => {
      const { hongkong, it: exchange } = await open();
      await exchange.placeFollower();
      await expect(exchange.arm())
        .to.emit(hongkong.exchange, "Armed")
        .withArgs(
          exchange.id,
          exchange.terms.follower.token,
          hongkong.treasury.address,
          hongkong.company.address,
          AMOUNT.hongkong,
          await hongkong.money.holdId(exchange.holds.follower),
        );
      expect(await hongkong.exchange.standingOf(exchange.terms)).to.equal(STANDING.armed);
    });

    it("refuses to be asked twice", async () => {
      const { hongkong, it: exchange } = await open();
      await exchange.placeFollower();
      await exchange.arm();
      await expect(exchange.arm())
        .to.be.revertedWithCustomError(hongkong.exchange, "ExchangeAlreadyArmed")
        .withArgs(exchange.id, STANDING.armed);
    });

    it("refuses without the hold, and with one of other terms", async () => {
      const { hongkong, it: exchange } = await open();
      const holdId = await hongkong.money.holdId(exchange.holds.follower);
      await hongkong.money.connect(hongkong.treasury).placeHold({ ...exchange.holds.follower, expiry: 2n ** 40n });
      await expect(exchange.arm())
        .to.be.revertedWithCustomError(hongkong.exchange, "ExchangeHoldMissing")
        .withArgs(exchange.id, holdId, 0n, AMOUNT.hongkong);
    });

    it("refuses an exchange of nothing", async () => {
      const { pair, hongkong } = await open();
      const terms = await exchangeTerms(pair);
      const empty = { ...terms, follower: { ...terms.follower, amount: 0n } };
      const exchange = new ExchangeUnderTest(pair, empty);
      await expect(exchange.arm())
        .to.be.revertedWithCustomError(hongkong.exchange, "ExchangeHoldMissing")
        .withArgs(exchange.id, await hongkong.money.holdId(exchange.holds.follower), 0n, 0n);
    });

    it("refuses a half that lies elsewhere", async () => {
      const { pair, mainland, hongkong } = await open();
      const terms = await exchangeTerms(pair);
      for (const follower of [
        { ...terms.follower, chainId: 1n },
        { ...terms.follower, exchange: hongkong.stranger.address },
      ]) {
        const exchange = new ExchangeUnderTest(pair, { ...terms, follower });
        await expect(exchange.arm())
          .to.be.revertedWithCustomError(hongkong.exchange, "ExchangeElsewhere")
          .withArgs(exchange.id, follower.chainId, follower.exchange);
      }
      await expect(mainland.exchange.arm(terms))
        .to.be.revertedWithCustomError(mainland.exchange, "ExchangeElsewhere")
        .withArgs(await mainland.exchange.exchangeId(terms), terms.follower.chainId, terms.follower.exchange);
    });

    it("refuses another half that is not the peer's", async () => {
      const { pair, hongkong } = await open();
      const terms = await exchangeTerms(pair);
      for (const decider of [
        { ...terms.decider, chainId: 1n },
        { ...terms.decider, exchange: hongkong.stranger.address },
      ]) {
        const exchange = new ExchangeUnderTest(pair, { ...terms, decider });
        await expect(exchange.arm())
          .to.be.revertedWithCustomError(hongkong.exchange, "ExchangePeerMismatch")
          .withArgs(exchange.id, decider.chainId, decider.exchange);
      }
    });
  });

  describe("decide", () => {
    it("pays the decider's taker, and that is the decision", async () => {
      const { pair, mainland, it: exchange } = await open();
      const before = await purses(pair);
      const proof = await exchange.ready();
      await expect(exchange.decide(proof)).to.emit(mainland.exchange, "Decided").withArgs(exchange.id, true);
      expect(await mainland.exchange.decisionOf(exchange.id)).to.equal(DECISION.captured);
      const after = await purses(pair);
      expect(after.cny.treasury - before.cny.treasury).to.equal(AMOUNT.mainland);
      expect(after.cny.company - before.cny.company).to.equal(-AMOUNT.mainland);
      expect(after.hkd).to.deep.equal(before.hkd);
    });

    it("refuses to decide again", async () => {
      const { mainland, it: exchange } = await open();
      const proof = await exchange.ready();
      await exchange.decide(proof);
      await expect(exchange.decide(proof))
        .to.be.revertedWithCustomError(mainland.exchange, "ExchangeAlreadyDecided")
        .withArgs(exchange.id, DECISION.captured);
    });

    it("captures in the last second before the deadline and not at it", async () => {
      const { mainland, it: exchange } = await open();
      const proof = await exchange.ready();
      const { time } = chains.mainland.networkHelpers;
      await time.setNextBlockTimestamp(exchange.terms.deadline);
      await expect(exchange.decide(proof))
        .to.be.revertedWithCustomError(mainland.money, "HoldExpired")
        .withArgs(
          await mainland.money.holdId(exchange.holds.decider),
          exchange.terms.deadline,
          exchange.terms.deadline,
        );
      const again = await open();
      const earlier = await again.it.ready();
      await time.setNextBlockTimestamp(again.it.terms.deadline - 1n);
      await expect(again.it.decide(earlier)).to.emit(mainland.exchange, "Decided");
    });

    it("refuses without the decider's hold", async () => {
      const { mainland, it: exchange } = await open();
      await exchange.placeFollower();
      await exchange.arm();
      await expect(exchange.decide(await exchange.proveArmed()))
        .to.be.revertedWithCustomError(mainland.money, "HoldNotActive")
        .withArgs(await mainland.money.holdId(exchange.holds.decider));
    });

    it("refuses on the follower's ledger", async () => {
      const { hongkong, it: exchange } = await open();
      const proof = await exchange.ready();
      await expect(hongkong.exchange.decide(exchange.terms, proof))
        .to.be.revertedWithCustomError(hongkong.exchange, "ExchangeElsewhere")
        .withArgs(exchange.id, exchange.terms.decider.chainId, exchange.terms.decider.exchange);
    });
  });

  describe("callOff", () => {
    it("gives the decider's hold back, by anyone from the deadline on", async () => {
      const { pair, mainland, it: exchange } = await open();
      await exchange.ready();
      const before = await purses(pair);
      const stranger = mainland.exchange.connect(mainland.stranger);
      const { deadline } = exchange.terms;
      await chains.mainland.networkHelpers.time.setNextBlockTimestamp(deadline - 1n);
      await expect(stranger.callOff(exchange.terms))
        .to.be.revertedWithCustomError(mainland.exchange, "ExchangeNotDue")
        .withArgs(exchange.id, deadline, deadline - 1n);
      await chains.mainland.networkHelpers.time.setNextBlockTimestamp(deadline);
      await expect(stranger.callOff(exchange.terms)).to.emit(mainland.exchange, "Decided").withArgs(exchange.id, false);
      expect(await mainland.exchange.decisionOf(exchange.id)).to.equal(DECISION.released);
      expect(await mainland.money.heldOf(mainland.company)).to.equal(0n);
      expect(await purses(pair)).to.deep.equal(before);
    });

    for (const party of ["company", "treasury"] as const) {
      it(`lets the decider's ${party === "company" ? "giver" : "taker"} do so before the deadline`, async () => {
        const { mainland, it: exchange } = await open();
        await exchange.ready();
        await expect(mainland.exchange.connect(mainland[party]).callOff(exchange.terms))
          .to.emit(mainland.exchange, "Decided")
          .withArgs(exchange.id, false);
      });
    }

    it("needs no hold, whether it was never placed or time has freed it", async () => {
      const { mainland, it: exchange } = await open();
      await exchange.placeDecider();
      await exchange.passDeadline();
      await mainland.money.connect(mainland.stranger).releaseHold(exchange.holds.decider);
      await expect(mainland.exchange.callOff(exchange.terms)).to.emit(mainland.exchange, "Decided");
      const other = await ExchangeUnderTest.open(exchange.pair, { salt: ref("another"), deadline: 1n });
      await expect(mainland.exchange.callOff(other.terms))
        .to.emit(mainland.exchange, "Decided")
        .withArgs(other.id, false);
    });

    it("is final", async () => {
      const { mainland, it: exchange } = await open();
      const proof = await exchange.ready();
      await mainland.exchange.connect(mainland.company).callOff(exchange.terms);
      await expect(exchange.decide(proof))
        .to.be.revertedWithCustomError(mainland.exchange, "ExchangeAlreadyDecided")
        .withArgs(exchange.id, DECISION.released);
    });
  });

  describe("follow", () => {
    it("pays the follower's taker after a capture", async () => {
      const { pair, hongkong, it: exchange } = await open();
      const before = await purses(pair);
      const following = exchange.follow(await exchange.captured());
      await expect(following).to.emit(hongkong.exchange, "Followed").withArgs(exchange.id, true);
      await expect(following).to.emit(hongkong.exchange, "Completed").withArgs(exchange.id);
      expect(await hongkong.exchange.standingOf(exchange.terms)).to.equal(STANDING.captured);
      const after = await purses(pair);
      expect(after.hkd.company - before.hkd.company).to.equal(AMOUNT.hongkong);
      expect(after.cny.treasury - before.cny.treasury).to.equal(AMOUNT.mainland);
    });

    it("gives the follower's giver back what was called off", async () => {
      const { pair, hongkong, it: exchange } = await open();
      const before = await purses(pair);
      await expect(exchange.follow(await exchange.calledOff()))
        .to.emit(hongkong.exchange, "Followed")
        .withArgs(exchange.id, false);
      expect(await hongkong.exchange.standingOf(exchange.terms)).to.equal(STANDING.released);
      expect(await hongkong.money.heldOf(hongkong.treasury)).to.equal(0n);
      expect(await purses(pair)).to.deep.equal(before);
    });

    it("refuses a proof that comes again", async () => {
      const { hongkong, it: exchange } = await open();
      const proof = await exchange.captured();
      await exchange.follow(proof);
      await expect(exchange.follow(proof))
        .to.be.revertedWithCustomError(hongkong.exchange, "ExchangeNotArmed")
        .withArgs(exchange.id, STANDING.captured);
    });

    it("refuses what was never armed", async () => {
      const { hongkong, mainland, it: exchange } = await open();
      await exchange.placeFollower();
      await mainland.exchange.connect(mainland.company).callOff(exchange.terms);
      await expect(exchange.follow(await exchange.proveDecided()))
        .to.be.revertedWithCustomError(hongkong.exchange, "ExchangeNotArmed")
        .withArgs(exchange.id, STANDING.none);
    });
  });

  describe("proofs", () => {
    it("refuses the proof of a block whose header nobody carried", async () => {
      const { mainland, hongkong, it: exchange } = await open();
      await exchange.placeFollower();
      await exchange.arm();
      await exchange.placeDecider();
      const { proof, block } = await proveExchangeEvent(hongkong, "Armed", exchange.terms);
      await expect(exchange.decide(proof))
        .to.be.revertedWithCustomError(mainland.foreignLedger, "ForeignBlockUnknown")
        .withArgs(block.hash);
    });

    it("refuses an event of another contract", async () => {
      const { mainland, hongkong, it: exchange } = await open();
      await exchange.ready();
      const placed = await proofOfLog(
        hongkong,
        mainland,
        async () => hongkong.money.connect(hongkong.treasury).approve(hongkong.company, 1n),
        0,
      );
      await expect(exchange.decide(placed))
        .to.be.revertedWithCustomError(mainland.exchange, "PeerEmitterMismatch")
        .withArgs(exchange.id, await hongkong.money.getAddress(), await hongkong.exchange.getAddress());
    });

    it("refuses another event of the peer", async () => {
      const { mainland, hongkong, it: exchange } = await open();
      await exchange.ready();
      const armed = hongkong.exchange.interface.getEvent("Armed").topicHash;
      const other = await ExchangeUnderTest.open(exchange.pair, { salt: ref("another") });
      await other.placeFollower();
      const withdrawn = await proofOfLog(
        hongkong,
        mainland,
        () => hongkong.exchange.connect(hongkong.treasury).withdraw(hongkong.money, other.holds.follower),
        0,
      );
      await expect(exchange.decide(withdrawn))
        .to.be.revertedWithCustomError(mainland.exchange, "PeerEventMismatch")
        .withArgs(exchange.id, hongkong.exchange.interface.getEvent("HoldWithdrawn").topicHash, armed);
    });

    it("refuses the same event of another exchange", async () => {
      const { mainland, it: exchange } = await open();
      await exchange.ready();
      const other = await ExchangeUnderTest.open(exchange.pair, { salt: ref("another") });
      const proof = await other.ready();
      await expect(exchange.decide(proof))
        .to.be.revertedWithCustomError(mainland.exchange, "PeerSubjectMismatch")
        .withArgs(exchange.id, other.id);
    });

    it("refuses a decision that was taken on another exchange", async () => {
      const { hongkong, it: exchange } = await open();
      await exchange.ready();
      const other = await ExchangeUnderTest.open(exchange.pair, { salt: ref("another") });
      const proof = await other.captured();
      await expect(exchange.follow(proof))
        .to.be.revertedWithCustomError(hongkong.exchange, "PeerSubjectMismatch")
        .withArgs(exchange.id, other.id);
    });
  });

  describe("withdraw", () => {
    it("gives back a hold that nothing has bound", async () => {
      const { hongkong, it: exchange } = await open();
      await exchange.placeFollower();
      const holdId = await hongkong.money.holdId(exchange.holds.follower);
      await expect(hongkong.exchange.connect(hongkong.treasury).withdraw(hongkong.money, exchange.holds.follower))
        .to.emit(hongkong.exchange, "HoldWithdrawn")
        .withArgs(holdId, await hongkong.money.getAddress(), hongkong.treasury.address);
      expect(await hongkong.money.heldOf(hongkong.treasury)).to.equal(0n);
      await expect(exchange.arm()).to.be.revertedWithCustomError(hongkong.exchange, "ExchangeHoldMissing");
    });

    it("gives back a hold whose terms were a mistake", async () => {
      const { hongkong, it: exchange } = await open();
      await exchange.ready();
      const mistaken = { ...exchange.holds.follower, amount: AMOUNT.hongkong + 1n };
      await hongkong.money.connect(hongkong.treasury).placeHold(mistaken);
      await hongkong.exchange.connect(hongkong.treasury).withdraw(hongkong.money, mistaken);
      expect(await hongkong.money.heldOf(hongkong.treasury)).to.equal(AMOUNT.hongkong);
    });

    it("refuses what is armed", async () => {
      const { hongkong, it: exchange } = await open();
      await exchange.ready();
      await expect(hongkong.exchange.connect(hongkong.treasury).withdraw(hongkong.money, exchange.holds.follower))
        .to.be.revertedWithCustomError(hongkong.exchange, "ExchangeHoldBound")
        .withArgs(await hongkong.money.holdId(exchange.holds.follower), STANDING.armed);
    });

    it("refuses anyone but the payer", async () => {
      const { hongkong, it: exchange } = await open();
      await exchange.placeFollower();
      await expect(hongkong.exchange.connect(hongkong.company).withdraw(hongkong.money, exchange.holds.follower))
        .to.be.revertedWithCustomError(hongkong.exchange, "ExchangePayerMismatch")
        .withArgs(
          await hongkong.money.holdId(exchange.holds.follower),
          hongkong.company.address,
          hongkong.treasury.address,
        );
    });
  });

  describe("restateArming, restateDecision", () => {
    it("say again what stands", async () => {
      const { mainland, hongkong, it: exchange } = await open();
      const proof = await exchange.ready();
      await expect(hongkong.exchange.restateArming(exchange.terms))
        .to.emit(hongkong.exchange, "Armed")
        .withArgs(
          exchange.id,
          exchange.terms.follower.token,
          hongkong.treasury.address,
          hongkong.company.address,
          AMOUNT.hongkong,
          await hongkong.money.holdId(exchange.holds.follower),
        );
      await exchange.decide(proof);
      await expect(mainland.exchange.restateDecision(exchange.id))
        .to.emit(mainland.exchange, "Decided")
        .withArgs(exchange.id, true);
    });

    it("refuse what does not", async () => {
      const { mainland, hongkong, it: exchange } = await open();
      await expect(hongkong.exchange.restateArming(exchange.terms))
        .to.be.revertedWithCustomError(hongkong.exchange, "ExchangeNotArmed")
        .withArgs(exchange.id, STANDING.none);
      await expect(mainland.exchange.restateDecision(exchange.id))
        .to.be.revertedWithCustomError(mainland.exchange, "ExchangeUndecided")
        .withArgs(exchange.id);
    });
  });

  describe("the relayer", () => {
    it("has an event said again whose transaction was made too long to be proven", async () => {
      const { pair, mainland, hongkong, it: exchange } = await open();
      await exchange.placeFollower();
      await exchange.placeDecider();
      const long = await chains.hongkong.ethers.deployContract("LongLogExchangeMock");
      const data = hongkong.exchange.interface.encodeFunctionData("arm", [exchange.terms]);
      await long.call(hongkong.exchange, data, 100_000n);
      const relayer = new ExchangeRelayer(mainland, hongkong, pair.votes);
      const steps: string[] = [];
      const advance = async () =>
        steps.push(await relayer.advance(exchange.terms, async (sent) => void (await sent.wait())));
      await advance();
      await exchange.passDeadline();
      const longer = await chains.mainland.ethers.deployContract("LongLogExchangeMock");
      await longer.call(
        mainland.exchange,
        mainland.exchange.interface.encodeFunctionData("callOff", [exchange.terms]),
        100_000n,
      );
      for (let round = 0; round < 3; ++round) await advance();
      expect(steps).to.deep.equal(["said again", "said again", "followed", "ended"]);
      expect(await hongkong.money.heldOf(hongkong.treasury)).to.equal(0n);
    });

    it("takes an exchange to its end, one step a call, each time a new one", async () => {
      const { pair, mainland, hongkong, it: exchange } = await open();
      await exchange.placeFollower();
      await exchange.placeDecider();
      const steps: string[] = [];
      for (let round = 0; round < 5; ++round) {
        const relayer = new ExchangeRelayer(mainland, hongkong, pair.votes);
        steps.push(await relayer.advance(exchange.terms, async (sent) => void (await sent.wait())));
      }
      expect(steps).to.deep.equal(["armed", "captured", "followed", "ended", "ended"]);
    });
  });
});

/** Does something on one ledger and carries its header to the other: the proof of one of its logs. */
async function proofOfLog(
  from: Awaited<ReturnType<typeof load>>["mainland"],
  to: Awaited<ReturnType<typeof load>>["mainland"],
  act: () => Promise<{ readonly hash: string }>,
  logIndex: number,
) {
  await act();
  const block = await blockAt(from.endpoint, BigInt(await from.chain.ethers.provider.getBlockNumber()));
  const proof = await proveLog(block, await receiptsOf(from.endpoint, block), 0, logIndex);
  await carryHeaderOf(to.foreignLedger, to.carrier, { block, proof }, votesOf);
  return proof;
}
