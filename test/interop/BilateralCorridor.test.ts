import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { USE_CASE, corridorOrderHash, corridorPrice, useCaseBits } from "../../sdk/eip712/corridor.js";
import { minor } from "../../sdk/money.js";
import { openChain } from "../support/chain.js";
import {
  LIMITS,
  PaymentUnderTest,
  WINDOW,
  corridorPurses,
  deployCorridors,
  type PaymentWish,
} from "../support/bilateral.js";
import { pairFixture } from "./lanes.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployCorridors(chains));
const DAY = 86_400n;

async function open(wish: PaymentWish = {}) {
  const pair = await load();
  return { pair, ...pair, payment: await PaymentUnderTest.open(pair, wish) };
}

/** The next second of the first hour of a UTC+8 day that nobody has paid on, on both chains. */
async function nextDay(): Promise<void> {
  const latest = await Promise.all(Object.values(chains).map(({ networkHelpers }) => networkHelpers.time.latest()));
  const day = (BigInt(Math.max(...latest)) + 28_800n) / DAY + 1n;
  for (const { networkHelpers } of Object.values(chains))
    await networkHelpers.time.increaseTo(day * DAY - 28_800n + 1n);
}

describe("BilateralCorridor", () => {
  describe("constructor", () => {
    it("keeps what the two authorities agreed", async () => {
      const { mainland, hongkong, engine } = await open();
      expect(await mainland.corridor.setup()).to.deep.equal([
        mainland.place.currency,
        hongkong.place.currency,
        mainland.agent.address,
        mainland.foreignAgent.address,
        await engine.getAddress(),
        WINDOW,
      ]);
      expect(await hongkong.corridor.peer()).to.equal(mainland.place.corridor);
      expect((await hongkong.corridor.setup())[4]).to.equal(ZeroAddress);
      expect(await mainland.corridor.limitsOf(USE_CASE.trade)).to.deep.equal(Object.values(LIMITS));
    });

    it("refuses another authority's currency, one agent, and none", async () => {
      const { mainland, hongkong } = await open();
      const [one, other] = [mainland.icbc.address, mainland.hsbc.address];
      for (const [currency, agent, foreignAgent] of [
        [mainland.hongkong.currency, one, other],
        [mainland.money, one, one],
        [mainland.money, ZeroAddress, other],
        [mainland.money, one, ZeroAddress],
      ] as const) {
        const setup = { currency, foreignCurrency: hongkong.place.currency, agent, foreignAgent };
        const args = [
          ...[mainland.foreignLedger, hongkong.place.corridor, mainland.at.authority, mainland.hongkong.authority],
          { ...setup, engine: ZeroAddress, windowLength: WINDOW },
        ] as const;
        await expect(chains.mainland.ethers.deployContract("BilateralCorridor", [...args]))
          .to.be.revertedWithCustomError(mainland.corridor, "CorridorSetupInvalid")
          .withArgs(currency, agent, foreignAgent);
      }
    });
  });

  describe("a payment", () => {
    for (const from of ["mainland", "hongkong"] as const) {
      context(`given a payer of ${from}`, () => {
        it("pays the agent there and the payee here, at the quoted rate", async () => {
          const { pair, payment } = await open({ from });
          const before = await corridorPurses(pair);
          await payment.paid();
          const after = await corridorPurses(pair);
          const to = from === "mainland" ? "hongkong" : "mainland";
          const paid = corridorPrice(payment.quote, minor("760.50"));
          expect(paid).to.equal(from === "mainland" ? minor("695.86") : minor("830.85"));
          expect(after[from].payer).to.equal(before[from].payer - paid);
          expect(after[from].agent).to.equal(before[from].agent + paid);
          expect(after[to].agent).to.equal(before[to].agent - minor("760.50"));
          expect(after[to].payee).to.equal(before[to].payee + minor("760.50"));
        });

        it("counts it on both sides, each in its own currency", async () => {
          const { payment } = await open({ from, useCase: "trade" });
          await payment.paid();
          const { payerSide, payeeSide, terms } = payment;
          const { decider, follower } = terms;
          expect((await payerSide.corridor.currentWindow()).slice(2)).to.deep.equal([decider.amount, 0n, 1n]);
          expect((await payeeSide.corridor.currentWindow()).slice(2)).to.deep.equal([0n, follower.amount, 1n]);
          for (const [{ corridor }, amount] of [
            [payerSide, decider.amount],
            [payeeSide, follower.amount],
          ] as const) {
            expect(await corridor.passedOf(USE_CASE.trade)).to.deep.equal([amount, amount]);
            expect(await corridor.passedOf(USE_CASE.consumption)).to.deep.equal([0n, 0n]);
          }
        });
      });
    }

    context("given the time is over before the commitment", () => {
      it("gives both sides back, and the payee's side its limits", async () => {
        const { pair, payment } = await open();
        const before = await corridorPurses(pair);
        await payment.accepted();
        await payment.reserved();
        const { payeeSide, payerSide, id } = payment;
        expect((await payeeSide.corridor.passedOf(USE_CASE.consumption)).day).to.equal(minor("760.50"));
        await payment.timedOut();
        await expect(payment.followed()).to.emit(payeeSide.corridor, "Followed").withArgs(id, false);
        expect(await corridorPurses(pair)).to.deep.equal(before);
        expect(await payerSide.money.heldOf(payerSide.ann)).to.equal(0n);
        expect(await payeeSide.money.heldOf(payeeSide.agent)).to.equal(0n);
        for (const { corridor } of [payeeSide, payerSide]) {
          expect(await corridor.passedOf(USE_CASE.consumption)).to.deep.equal([0n, 0n]);
          expect((await corridor.currentWindow()).payments).to.equal(0n);
        }
      });
    });

    context("given nobody has accepted a quote", () => {
      it("is not decided, though it is approved and reserved", async () => {
        const { payment } = await open();
        await payment.place();
        await payment.judge(payment.payerSide);
        await expect(payment.decide(await payment.reserved()))
          .to.be.revertedWithCustomError(payment.payerSide.corridor, "CorridorNotAccepted")
          .withArgs(payment.id);
      });
    });
  });

  describe("setLimits", () => {
    it("is the authority's, for its own side and use case", async () => {
      const { mainland, hongkong } = await open();
      const limits = { payment: 1n, day: 2n, window: 3n };
      const { governor } = mainland.at.officers;
      await expect(mainland.corridor.connect(governor).setLimits(USE_CASE.trade, limits))
        .to.emit(mainland.corridor, "UseCaseLimited")
        .withArgs(USE_CASE.trade, 1n, 2n, 3n);
      expect(await mainland.corridor.limitsOf(USE_CASE.trade)).to.deep.equal([1n, 2n, 3n]);
      expect(await mainland.corridor.limitsOf(USE_CASE.investment)).to.deep.equal(Object.values(LIMITS));
      expect(await hongkong.corridor.limitsOf(USE_CASE.trade)).to.deep.equal(Object.values(LIMITS));
    });

    it("refuses the other authority's officers", async () => {
      const { mainland } = await open();
      const { governor } = mainland.hongkong.officers;
      await expect(mainland.corridor.connect(governor).setLimits(USE_CASE.trade, LIMITS))
        .to.be.revertedWithCustomError(mainland.corridor, "AccessManagedUnauthorized")
        .withArgs(governor.address);
    });

    for (const at of ["payer", "payee"] as const) {
      const side = `${at}Side` as const;
      const bind = async (payment: PaymentUnderTest) => {
        await payment.accepted();
        if (at === "payer") return payment.decide(await payment.reserved());
        await payment.judge(payment.payeeSide);
        await payment.reserve();
        return payment.arm();
      };
      const amountAt = ({ terms }: PaymentUnderTest) => (at === "payer" ? terms.decider : terms.follower).amount;

      it(`lets the ${at}'s side bind a day's limit and not a fen more`, async () => {
        const { pair, payment } = await open();
        await payment.paid();
        const second = await PaymentUnderTest.open(pair);
        const { corridor, at: jurisdiction } = second[side];
        const { governor } = jurisdiction.officers;
        const passed = amountAt(payment);
        const day = passed + amountAt(second);
        await corridor.connect(governor).setLimits(USE_CASE.consumption, { ...LIMITS, day: day - 1n });
        await expect(bind(second))
          .to.be.revertedWithCustomError(corridor, "CorridorDayLimitExceeded")
          .withArgs(second.id, USE_CASE.consumption, amountAt(second), passed, day - 1n);
        await corridor.connect(governor).setLimits(USE_CASE.consumption, { ...LIMITS, day });
        if (at === "payer") await second.decide(await second.prove(second.payeeSide, second.payerSide, "Armed"));
        else await second.arm();
        expect((await corridor.passedOf(USE_CASE.consumption)).day).to.equal(day);
      });

      it(`lets the ${at}'s side bind a window's limit and not a fen more, whatever the day`, async () => {
        const { pair, payment } = await open();
        await payment.paid();
        await nextDay();
        const second = await PaymentUnderTest.open(pair);
        const { corridor, at: jurisdiction } = second[side];
        const { governor } = jurisdiction.officers;
        const passed = amountAt(payment);
        const window = passed + amountAt(second);
        await corridor.connect(governor).setLimits(USE_CASE.consumption, { ...LIMITS, window: window - 1n });
        await expect(bind(second))
          .to.be.revertedWithCustomError(corridor, "CorridorWindowLimitExceeded")
          .withArgs(second.id, USE_CASE.consumption, amountAt(second), passed, window - 1n);
        await corridor.connect(governor).setLimits(USE_CASE.consumption, { ...LIMITS, window });
        if (at === "payer") await second.decide(await second.prove(second.payeeSide, second.payerSide, "Armed"));
        else await second.arm();
        expect(await corridor.passedOf(USE_CASE.consumption)).to.deep.equal([amountAt(second), window]);
      });
    }

    it("lets the payee's side bind the limit of one payment and not a fen more", async () => {
      const { payment } = await open();
      const { corridor, at } = payment.payeeSide;
      const { amount } = payment.terms.follower;
      const set = (limit: bigint) =>
        corridor.connect(at.officers.governor).setLimits(USE_CASE.consumption, { ...LIMITS, payment: limit });
      await set(amount - 1n);
      await payment.accepted();
      await payment.judge(payment.payeeSide);
      await payment.reserve();
      await expect(payment.arm())
        .to.be.revertedWithCustomError(corridor, "CorridorPaymentLimitExceeded")
        .withArgs(payment.id, USE_CASE.consumption, amount, amount - 1n);
      await set(amount);
      await expect(payment.arm()).to.emit(corridor, "Armed");
    });
  });

  describe("suspend", () => {
    it("stops the named use cases on its side until they are resumed", async () => {
      const { mainland, hongkong } = await open();
      const { halter, resumer } = mainland.at.officers;
      await expect(mainland.corridor.connect(halter).suspend(useCaseBits("consumption", "trade")))
        .to.emit(mainland.corridor, "UseCasesSuspended")
        .withArgs(3n, halter.address);
      await expect(mainland.corridor.connect(halter).suspend(useCaseBits("trade", "investment")))
        .to.emit(mainland.corridor, "UseCasesSuspended")
        .withArgs(4n, halter.address);
      await expect(mainland.corridor.connect(resumer).resume(useCaseBits("trade")))
        .to.emit(mainland.corridor, "UseCasesResumed")
        .withArgs(2n, resumer.address);
      expect(await mainland.corridor.suspended()).to.equal(useCaseBits("consumption", "investment"));
      expect(await hongkong.corridor.suspended()).to.equal(0n);
    });

    it("changes nothing a second time", async () => {
      const { mainland } = await open();
      const { halter, resumer } = mainland.at.officers;
      await expect(mainland.corridor.connect(resumer).resume(7n)).not.to.emit(mainland.corridor, "UseCasesResumed");
      await mainland.corridor.connect(halter).suspend(7n);
      await expect(mainland.corridor.connect(halter).suspend(7n)).not.to.emit(mainland.corridor, "UseCasesSuspended");
    });

    for (const useCases of [0n, 8n]) {
      it(`refuses the set ${useCases}`, async () => {
        const { mainland } = await open();
        const { halter, resumer } = mainland.at.officers;
        for (const call of [
          mainland.corridor.connect(halter).suspend(useCases),
          mainland.corridor.connect(resumer).resume(useCases),
        ]) {
          await expect(call)
            .to.be.revertedWithCustomError(mainland.corridor, "CorridorUseCasesInvalid")
            .withArgs(useCases);
        }
      });
    }

    it("refuses the other authority's officers", async () => {
      const { mainland } = await open();
      const { halter } = mainland.hongkong.officers;
      await expect(mainland.corridor.connect(halter).suspend(7n))
        .to.be.revertedWithCustomError(mainland.corridor, "AccessManagedUnauthorized")
        .withArgs(halter.address);
    });

    context("given the payee's side has suspended", () => {
      it("arms nothing more, and the payer gets its money back", async () => {
        const { pair, payment } = await open();
        const before = await corridorPurses(pair);
        const { payeeSide, payerSide, id } = payment;
        await payment.accepted();
        await payment.judge(payeeSide);
        await payment.reserve();
        await payeeSide.corridor.connect(payeeSide.at.officers.halter).suspend(useCaseBits("consumption"));
        await expect(payment.arm())
          .to.be.revertedWithCustomError(payeeSide.corridor, "CorridorSuspended")
          .withArgs(id, USE_CASE.consumption);
        await payment.timedOut();
        await payeeSide.corridor.connect(payeeSide.agent).withdraw(payeeSide.money, payment.holds.follower);
        expect(await corridorPurses(pair)).to.deep.equal(before);
        expect(await payerSide.money.heldOf(payerSide.ann)).to.equal(0n);
      });
    });

    context("given the payer's side has suspended", () => {
      it("decides nothing more", async () => {
        const { payment } = await open();
        const { payerSide, id } = payment;
        await payment.accepted();
        const proof = await payment.reserved();
        await payerSide.corridor.connect(payerSide.at.officers.halter).suspend(useCaseBits("consumption"));
        await expect(payment.decide(proof))
          .to.be.revertedWithCustomError(payerSide.corridor, "CorridorSuspended")
          .withArgs(id, USE_CASE.consumption);
      });

      it("goes on with the other use cases", async () => {
        const { payment } = await open({ useCase: "investment" });
        const { payerSide } = payment;
        await payerSide.corridor.connect(payerSide.at.officers.halter).suspend(useCaseBits("consumption", "trade"));
        await payment.paid();
        expect((await payerSide.corridor.currentWindow()).payments).to.equal(1n);
      });
    });

    context("given it was decided before", () => {
      it("pays the payee though both sides have suspended everything", async () => {
        const { payment } = await open();
        const { payeeSide, payerSide } = payment;
        await payment.accepted();
        await payment.decide(await payment.reserved());
        for (const { corridor, at } of [payeeSide, payerSide]) await corridor.connect(at.officers.halter).suspend(7n);
        const before = await payeeSide.money.balanceOf(payeeSide.shop);
        await payment.followed();
        expect(await payeeSide.money.balanceOf(payeeSide.shop)).to.equal(before + payment.terms.follower.amount);
      });
    });
  });

  describe("orderHash, counterAmountOf", () => {
    it("come to what the SDK computes", async () => {
      const { mainland, payment } = await open();
      expect(await mainland.corridor.orderHash(payment.order)).to.equal(corridorOrderHash(payment.order));
      for (const amount of [1n, 7n, minor("760.50")]) {
        expect(await mainland.corridor.counterAmountOf(payment.quote, amount)).to.equal(
          corridorPrice(payment.quote, amount),
        );
      }
    });
  });
});
