import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { openChain, ref } from "../support/chain.js";
import { AMOUNT, ExchangeUnderTest, deployExchangePair, exchangeTerms, purses } from "../support/exchange.js";
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
});
