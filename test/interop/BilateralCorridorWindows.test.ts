import { expect } from "chai";
import { AbiCoder, ZeroHash, keccak256, toBeHex } from "ethers";
import { USE_CASE } from "../../sdk/eip712/corridor.js";
import { instructionId } from "../../sdk/eip712/settlement.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { openChain } from "../support/chain.js";
import {
  PaymentUnderTest,
  WINDOW,
  corridorPurses,
  deployCorridors,
  proveCorridorEvent,
  type CorridorPair,
} from "../support/bilateral.js";
import { pairFixture } from "./lanes.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployCorridors(chains));
const OPEN_END = 2n ** 48n - 1n;

const pass = async (seconds: bigint) => {
  for (const { networkHelpers } of Object.values(chains)) await networkHelpers.time.increase(seconds);
};

const settle = ({ mainland }: CorridorPair) => mainland.corridor.connect(mainland.carrier).settleWindow();

const report = async ({ mainland, hongkong }: CorridorPair, number: bigint) => {
  const proof = await proveCorridorEvent(mainland, hongkong, "WindowSettled", toBeHex(number, 32));
  return hongkong.corridor.connect(hongkong.carrier).reportWindow(proof);
};

/** Of a window's only instruction. */
async function netId({ mainland, engine }: CorridorPair, from: string, to: string, amount: bigint, window = 0n) {
  const coder = AbiCoder.defaultAbiCoder();
  return instructionId(await domainOf(engine), {
    businessRef: keccak256(coder.encode(["address", "uint256"], [mainland.place.corridor, window])),
    notBefore: 0n,
    notAfter: OPEN_END,
    nettable: false,
    legs: [{ token: mainland.place.currency, from, to, amount }],
  });
}

/** 695.86 collected on the mainland for the shop in Hong Kong, and `back` paid out there for Hong Kong's payer. */
async function traded(back?: string) {
  const pair = await load();
  await (await PaymentUnderTest.open(pair)).paid();
  if (back !== undefined) {
    await (await PaymentUnderTest.open(pair, { from: "hongkong", amount: minor(back), useCase: "trade" })).paid();
  }
  return pair;
}

describe("BilateralCorridor, windows", () => {
  describe("settleWindow", () => {
    for (const { title, back, net } of [
      { title: "the agent's debt for what it collected", back: undefined, net: minor("695.86") },
      { title: "the agent's debt less what it paid out", back: "200.00", net: minor("495.86") },
      { title: "the other agent's debt for what was paid out for it", back: "900.00", net: -minor("204.14") },
    ]) {
      it(`pays ${title}`, async () => {
        const pair = await traded(back);
        const { mainland } = pair;
        const { agent, foreignAgent, corridor } = mainland;
        const before = await corridorPurses(pair);
        await pass(WINDOW);
        const id =
          net > 0n
            ? await netId(pair, agent.address, foreignAgent.address, net)
            : await netId(pair, foreignAgent.address, agent.address, -net);
        await expect(settle(pair))
          .to.emit(corridor, "WindowSettled")
          .withArgs(0n, minor("695.86"), minor(back ?? "0.00"), back === undefined ? 1n : 2n, id);
        const after = await corridorPurses(pair);
        expect(after.mainland.agent).to.equal(before.mainland.agent - net);
        expect(after.mainland.foreignAgent).to.equal(before.mainland.foreignAgent + net);
        expect(after.hongkong).to.deep.equal(before.hongkong);
      });
    }

    it("pays nothing if the agents are even", async () => {
      const pair = await traded("695.86");
      const before = await corridorPurses(pair);
      await pass(WINDOW);
      await expect(settle(pair))
        .to.emit(pair.mainland.corridor, "WindowSettled")
        .withArgs(0n, minor("695.86"), minor("695.86"), 2n, ZeroHash);
      expect(await corridorPurses(pair)).to.deep.equal(before);
    });

    it("opens the next window, whose limits are whole again", async () => {
      const pair = await traded();
      const { corridor, chain } = pair.mainland;
      expect((await corridor.passedOf(USE_CASE.consumption)).window).to.equal(minor("695.86"));
      await pass(WINDOW);
      await settle(pair);
      const opened = BigInt(await chain.networkHelpers.time.latest());
      expect(await corridor.currentWindow()).to.deep.equal([1n, opened, 0n, 0n, 0n]);
      expect((await corridor.passedOf(USE_CASE.consumption)).window).to.equal(0n);
    });

    it("settles when the window is over and not a second before", async () => {
      const pair = await traded();
      const { corridor, chain } = pair.mainland;
      const due = (await corridor.currentWindow()).opened + WINDOW;
      await chain.networkHelpers.time.setNextBlockTimestamp(due - 1n);
      await expect(settle(pair))
        .to.be.revertedWithCustomError(corridor, "CorridorWindowOpen")
        .withArgs(0n, due, due - 1n);
      await chain.networkHelpers.time.setNextBlockTimestamp(due);
      await expect(settle(pair)).to.emit(corridor, "WindowSettled");
    });

    it("leaves the window open if the agent cannot pay", async () => {
      const pair = await traded();
      const { corridor, agent, money, ann } = pair.mainland;
      await money.connect(agent).transfer(ann, await money.balanceOf(agent));
      await pass(WINDOW);
      await expect(settle(pair)).to.be.revertedWithCustomError(money, "ERC20InsufficientBalance");
      expect((await corridor.currentWindow()).slice(0, 1)).to.deep.equal([0n]);
      expect((await corridor.passedOf(USE_CASE.consumption)).window).to.equal(minor("695.86"));
      await money.connect(ann).transfer(agent, minor("695.86"));
      await expect(settle(pair)).to.emit(corridor, "WindowSettled");
    });

    it("refuses on the ledger where nothing is settled", async () => {
      const { hongkong } = await load();
      await expect(hongkong.corridor.settleWindow())
        .to.be.revertedWithCustomError(hongkong.corridor, "CorridorSettlementElsewhere")
        .withArgs(0n);
      await expect(hongkong.corridor.restateSettlement())
        .to.be.revertedWithCustomError(hongkong.corridor, "CorridorSettlementElsewhere")
        .withArgs(0n);
    });
  });

  describe("reportWindow", () => {
    it("reports to the other authority what was settled, and opens the next window there", async () => {
      const pair = await traded("200.00");
      await pass(WINDOW);
      await settle(pair);
      const { corridor, chain } = pair.hongkong;
      await expect(report(pair, 0n))
        .to.emit(corridor, "WindowReported")
        .withArgs(0n, minor("695.86"), minor("200.00"), minor("218.50"), minor("760.50"), 2n);
      const opened = BigInt(await chain.networkHelpers.time.latest());
      expect(await corridor.currentWindow()).to.deep.equal([1n, opened, 0n, 0n, 0n]);
      expect((await corridor.passedOf(USE_CASE.consumption)).window).to.equal(0n);
    });

    it("refuses the same window again", async () => {
      const pair = await traded();
      await pass(WINDOW);
      await settle(pair);
      await report(pair, 0n);
      await expect(report(pair, 0n))
        .to.be.revertedWithCustomError(pair.hongkong.corridor, "PeerSubjectMismatch")
        .withArgs(toBeHex(1n, 32), toBeHex(0n, 32));
    });

    it("refuses on the ledger of settlement", async () => {
      const pair = await traded();
      const { mainland } = pair;
      const proof = { blockHash: ZeroHash, transactionIndex: 0n, logIndex: 0n, nodes: [] };
      await expect(mainland.corridor.reportWindow(proof))
        .to.be.revertedWithCustomError(mainland.corridor, "CorridorSettlementElsewhere")
        .withArgs(0n);
    });
  });

  describe("restateSettlement", () => {
    it("says again what was settled last, and proves the same", async () => {
      const pair = await traded("200.00");
      const { mainland, hongkong } = pair;
      await pass(WINDOW);
      await settle(pair);
      const id = await netId(pair, mainland.agent.address, mainland.foreignAgent.address, minor("495.86"));
      await expect(mainland.corridor.restateSettlement())
        .to.emit(mainland.corridor, "WindowSettled")
        .withArgs(0n, minor("695.86"), minor("200.00"), 2n, id);
      await expect(report(pair, 0n)).to.emit(hongkong.corridor, "WindowReported");
    });

    it("has nothing to say in the first window", async () => {
      const { mainland } = await load();
      const { opened } = await mainland.corridor.currentWindow();
      const { time } = mainland.chain.networkHelpers;
      await time.setNextBlockTimestamp(opened + 5000n);
      await expect(mainland.corridor.restateSettlement())
        .to.be.revertedWithCustomError(mainland.corridor, "CorridorWindowOpen")
        .withArgs(0n, opened + WINDOW, opened + 5000n);
    });
  });

  context("given a payment that was decided in one window and followed in the next", () => {
    it("counts on each ledger in the window in which it happened there", async () => {
      const pair = await load();
      const { mainland, hongkong } = pair;
      const payment = await PaymentUnderTest.open(pair);
      await payment.accepted();
      await payment.decide(await payment.reserved());
      await pass(WINDOW);
      await settle(pair);
      await expect(report(pair, 0n))
        .to.emit(hongkong.corridor, "WindowReported")
        .withArgs(0n, minor("695.86"), 0n, 0n, 0n, 0n);
      await payment.followed();
      expect((await hongkong.corridor.currentWindow()).slice(2)).to.deep.equal([0n, minor("760.50"), 1n]);
      expect((await mainland.corridor.currentWindow()).slice(2)).to.deep.equal([0n, 0n, 0n]);
    });
  });
});
