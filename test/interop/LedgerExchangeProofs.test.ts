import { expect } from "chai";
import { ExchangeRelayer, proveExchangeEvent } from "../../sdk/interop/exchange.js";
import { carryHeaderOf } from "../../sdk/interop/events.js";
import { proveLog } from "../../sdk/interop/proofs.js";
import { blockAt, receiptsOf } from "../../sdk/interop/rpc.js";
import { openChain, ref } from "../support/chain.js";
import { AMOUNT, ExchangeUnderTest, deployExchangePair, votesOf } from "../support/exchange.js";
import { pairFixture } from "./lanes.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployExchangePair(chains));

const STANDING = { none: 0n, armed: 1n, captured: 2n, released: 3n } as const;

async function open() {
  const pair = await load();
  return { ...pair, pair, it: await ExchangeUnderTest.open(pair) };
}

describe("LedgerExchange, what it believes", () => {
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
