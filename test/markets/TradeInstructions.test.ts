import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { isinBytes } from "../../sdk/bonds.js";
import {
  ENTRY_STATUS,
  MATCH_FIELD,
  MOVEMENT,
  PAYMENT,
  TRADE_STATUS,
  tradeInstructionId,
  type TradeInstruction,
} from "../../sdk/eip712/trades.js";
import { signTrade } from "../../sdk/markets/trades.js";
import { minor } from "../../sdk/money.js";
import { deployBond, openChainAt } from "../support/assets.js";
import { ref } from "../support/chain.js";
import { DEAL, RULES, TradeUnderTest, deployMarket, type Market } from "../support/trades.js";

const chain = await openChainAt("2026-02-20");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return deployMarket(chain);
}

describe("TradeMatching: instructions", function () {
  let f: Market;
  let trade: TradeUnderTest;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    trade = new TradeUnderTest(f);
  });

  const entry = async (id: string) => [...(await f.matching.entryOf(id))];

  describe("constructor", function () {
    const deployWith = async (changed: Partial<typeof RULES>) =>
      ethers.deployContract("TradeMatching", [f.hongkong.authority, f.register, f.engine, { ...RULES, ...changed }]);

    it("keeps figures, register and engine", async function () {
      expect(await f.matching.rules()).to.deep.equal(Object.values(RULES));
      expect([await f.matching.REGISTER(), await f.matching.ENGINE()]).to.deep.equal([
        await f.register.getAddress(),
        await f.engine.getAddress(),
      ]);
      expect(await f.matching.GUARANTEE_GRACE()).to.equal(30n * 86_400n);
    });

    it("takes a cap of the whole and an extension of one day less than the recycling", async function () {
      const matching = await deployWith({ feeCap: 100_000_000n, extensionDays: RULES.recycleDays - 1n });
      expect((await matching.rules()).feeCap).to.equal(100_000_000n);
    });

    for (const [what, changed] of [
      ["no day of recycling", { recycleDays: 0n }],
      ["no extension", { extensionDays: 0n }],
      ["an extension as long as the recycling", { extensionDays: RULES.recycleDays }],
      ["a cap over the whole", { feeCap: 100_000_001n }],
    ] as const) {
      it(`refuses ${what}`, async function () {
        await expect(deployWith(changed)).to.be.revertedWithCustomError(f.matching, "TradeRulesInvalid");
      });
    }
  });

  describe("enter", function () {
    it("takes an instruction from its side, once", async function () {
      await expect(f.matching.connect(f.seller).enter(trade.delivery, "0x"))
        .to.emit(f.matching, "TradeInstructionEntered")
        .withArgs(trade.ids.delivery, f.seller.address, Object.values(orderedOf(trade.delivery)));
      expect(await entry(trade.ids.delivery)).to.deep.equal([ENTRY_STATUS.entered, false]);
      expect(await f.matching.instructionId(trade.delivery)).to.equal(trade.ids.delivery);
      await expect(f.matching.connect(f.seller).enter(trade.delivery, "0x"))
        .to.be.revertedWithCustomError(f.matching, "TradeInstructionStatusInvalid")
        .withArgs(trade.ids.delivery, ENTRY_STATUS.entered);
    });

    it("takes it from anyone with the side's signature, and not without", async function () {
      const enter = f.matching.connect(f.carrier);
      await expect(enter.enter(trade.receipt, await signTrade(f.seller, f.domain, trade.receipt)))
        .to.be.revertedWithCustomError(f.matching, "TradeSignatureInvalid")
        .withArgs(trade.ids.receipt, f.buyer.address);
      await enter.enter(trade.receipt, await signTrade(f.buyer, f.domain, trade.receipt));
      expect(await entry(trade.ids.receipt)).to.deep.equal([ENTRY_STATUS.entered, false]);
    });

    it("takes one free of payment", async function () {
      const { delivery, ids } = new TradeUnderTest(f, { free: true });
      await f.matching.connect(f.seller).enter(delivery, "0x");
      expect(await entry(ids.delivery)).to.deep.equal([ENTRY_STATUS.entered, false]);
    });

    for (const [what, changed] of [
      ["nothing to deliver", { quantity: 0n }],
      ["a part larger than the whole", { minimumPart: DEAL.quantity + 1n }],
      ["a settlement before the trade", { tradeDay: 60_000n, settlementDay: 59_999n }],
      ["no receiver", { receiver: ZeroAddress }],
      ["a payment of nothing", { amount: 0n }],
      ["a payment in nothing", { currency: ZeroAddress }],
      ["a free delivery that is paid", { payment: PAYMENT.free, currency: ZeroAddress }],
      ["a free delivery in a currency", { payment: PAYMENT.free, amount: 0n }],
      ["a guarantee without a currency", { payment: PAYMENT.free, amount: 0n, currency: ZeroAddress, guarantee: 1n }],
    ] as const satisfies readonly (readonly [string, Partial<TradeInstruction>])[]) {
      it(`refuses ${what}`, async function () {
        const { delivery, ids } = new TradeUnderTest(f, {}, { delivery: changed });
        await expect(f.matching.connect(f.seller).enter(delivery, "0x"))
          .to.be.revertedWithCustomError(f.matching, "TradeInstructionInvalid")
          .withArgs(ids.delivery);
      });
    }

    it("refuses a trade of somebody with itself, and one that nobody delivers", async function () {
      const alone = new TradeUnderTest(f, {}, { delivery: { receiver: f.seller.address } });
      await expect(f.matching.connect(f.seller).enter(alone.delivery, "0x"))
        .to.be.revertedWithCustomError(f.matching, "TradeInstructionInvalid")
        .withArgs(alone.ids.delivery);
      const nobodys = new TradeUnderTest(f, {}, { receipt: { deliverer: ZeroAddress } });
      await expect(f.matching.connect(f.buyer).enter(nobodys.receipt, "0x"))
        .to.be.revertedWithCustomError(f.matching, "TradeInstructionInvalid")
        .withArgs(nobodys.ids.receipt);
    });

    it("refuses an asset without a token, and a currency that is not listed", async function () {
      const isin = "0x484b30303030303030303030";
      const unknown = new TradeUnderTest(f, { isin });
      await expect(f.matching.connect(f.seller).enter(unknown.delivery, "0x"))
        .to.be.revertedWithCustomError(f.matching, "TradeAssetUnknown")
        .withArgs(isin);
      const unlisted = new TradeUnderTest(f, { money: { currency: f.address, amount: 1n } });
      await expect(f.matching.connect(f.seller).enter(unlisted.delivery, "0x"))
        .to.be.revertedWithCustomError(f.register, "AssetCurrencyUnlisted")
        .withArgs(f.address);
    });
  });

  describe("cancel", function () {
    it("ends one that has not matched, and gives its guarantee back", async function () {
      trade = new TradeUnderTest(f, { guarantee: DEAL.guarantee });
      await trade.enter();
      expect(await f.money.heldOf(f.seller)).to.equal(DEAL.guarantee);
      await expect(f.matching.connect(f.seller).cancel(trade.delivery))
        .to.emit(f.matching, "TradeInstructionCancelled")
        .withArgs(trade.ids.delivery, f.seller.address);
      expect(await f.money.heldOf(f.seller)).to.equal(0n);
      await expect(trade.match())
        .to.be.revertedWithCustomError(f.matching, "TradeInstructionStatusInvalid")
        .withArgs(trade.ids.delivery, ENTRY_STATUS.cancelled);
    });

    it("ends one that was signed and not entered", async function () {
      const signature = await signTrade(f.buyer, f.domain, trade.receipt);
      await f.matching.connect(f.buyer).cancel(trade.receipt);
      await expect(f.matching.connect(f.carrier).enter(trade.receipt, signature))
        .to.be.revertedWithCustomError(f.matching, "TradeInstructionStatusInvalid")
        .withArgs(trade.ids.receipt, ENTRY_STATUS.cancelled);
    });

    it("is the side's alone", async function () {
      await trade.enter();
      await expect(f.matching.connect(f.buyer).cancel(trade.delivery))
        .to.be.revertedWithCustomError(f.matching, "TradeInstructionCallerInvalid")
        .withArgs(trade.ids.delivery, f.buyer.address, f.seller.address);
    });

    it("is refused once it has matched", async function () {
      await trade.matched();
      await expect(f.matching.connect(f.seller).cancel(trade.delivery))
        .to.be.revertedWithCustomError(f.matching, "TradeInstructionStatusInvalid")
        .withArgs(trade.ids.delivery, ENTRY_STATUS.matched);
    });
  });

  describe("setHold", function () {
    it("holds the trade that the instruction becomes", async function () {
      await trade.enter();
      await expect(f.matching.connect(f.buyer).setHold(trade.receipt, true))
        .to.emit(f.matching, "TradeInstructionHeld")
        .withArgs(trade.ids.receipt, f.buyer.address, true);
      expect(await entry(trade.ids.receipt)).to.deep.equal([ENTRY_STATUS.entered, true]);
      await trade.match();
      const { delivererHolds, receiverHolds } = await trade.state();
      expect([delivererHolds, receiverHolds]).to.deep.equal([false, true]);
      await expect(f.matching.connect(f.buyer).setHold(trade.receipt, false))
        .to.be.revertedWithCustomError(f.matching, "TradeInstructionStatusInvalid")
        .withArgs(trade.ids.receipt, ENTRY_STATUS.matched);
    });
  });

  describe("matchTrade", function () {
    it("makes a trade of two instructions, carried by anyone, once", async function () {
      await trade.enter();
      await expect(trade.match())
        .to.emit(f.matching, "TradeMatched")
        .withArgs(trade.id, trade.ids.delivery, trade.ids.receipt);
      expect((await trade.state()).status).to.equal(TRADE_STATUS.matched);
      expect(await f.matching.tradeId(trade.delivery, trade.receipt)).to.equal(trade.id);
      await expect(trade.match())
        .to.be.revertedWithCustomError(f.matching, "TradeInstructionStatusInvalid")
        .withArgs(trade.ids.delivery, ENTRY_STATUS.matched);
    });

    it("names the instruction that is missing", async function () {
      await f.matching.connect(f.seller).enter(trade.delivery, "0x");
      await expect(trade.match())
        .to.be.revertedWithCustomError(f.matching, "TradeInstructionStatusInvalid")
        .withArgs(trade.ids.receipt, ENTRY_STATUS.none);
    });

    for (const [field, changed] of [
      ["payment", () => ({ payment: PAYMENT.free, currency: ZeroAddress, amount: 0n })],
      ["tradeDay", (it: TradeInstruction) => ({ tradeDay: it.tradeDay - 1n })],
      ["settlementDay", (it: TradeInstruction) => ({ settlementDay: it.settlementDay + 1n })],
      ["quantity", (it: TradeInstruction) => ({ quantity: it.quantity + 1n })],
      ["deliverer", () => ({ deliverer: f.agent.address })],
      ["amount", (it: TradeInstruction) => ({ amount: it.amount + 1n })],
      ["additional", () => ({ additional: ref("cum coupon") })],
      ["commonRef", () => ({ commonRef: ref("another trade") })],
      ["guarantee", () => ({ guarantee: 1n })],
    ] as const satisfies readonly (readonly [
      keyof typeof MATCH_FIELD,
      (it: TradeInstruction) => Partial<TradeInstruction>,
    ])[]) {
      it(`names ${field} when it differs`, async function () {
        const common = { commonRef: ref("the trade") };
        const agreed = new TradeUnderTest(f, common);
        const other = new TradeUnderTest(f, common, { receipt: changed(agreed.receipt) });
        await other.enter();
        await expect(other.match())
          .to.be.revertedWithCustomError(f.matching, "TradeMismatch")
          .withArgs(other.ids.delivery, other.ids.receipt, MATCH_FIELD[field]);
      });
    }

    it("names movement, receiver, asset and currency when they differ", async function () {
      await trade.enter();
      const pairs = [
        [trade.receipt, trade.delivery, "movement"],
        [trade.delivery, trade.delivery, "movement"],
      ] as const;
      for (const [first, second, field] of pairs) {
        const ids = [first, second].map((each) => tradeInstructionId(f.domain, each));
        await expect(f.matching.matchTrade(first, second))
          .to.be.revertedWithCustomError(f.matching, "TradeMismatch")
          .withArgs(...ids, MATCH_FIELD[field]);
      }
      const receiver = new TradeUnderTest(f, {}, { receipt: { receiver: f.agent.address } });
      await f.matching.connect(f.agent).enter(receiver.receipt, "0x");
      await expect(receiver.match())
        .to.be.revertedWithCustomError(f.matching, "TradeMismatch")
        .withArgs(receiver.ids.delivery, receiver.ids.receipt, MATCH_FIELD.receiver);
      const isin = isinBytes("HK0388045442");
      await deployBond(chain, f, { ...f.terms, isin }, f.coupons);
      const asset = new TradeUnderTest(f, {}, { receipt: { isin } });
      await f.matching.connect(f.buyer).enter(asset.receipt, "0x");
      await expect(asset.match())
        .to.be.revertedWithCustomError(f.matching, "TradeMismatch")
        .withArgs(asset.ids.delivery, asset.ids.receipt, MATCH_FIELD.isin);
      const currency = new TradeUnderTest(f, {}, { receipt: { currency: await f.mainland.currency.getAddress() } });
      await f.matching.connect(f.buyer).enter(currency.receipt, "0x");
      await expect(currency.match())
        .to.be.revertedWithCustomError(f.matching, "TradeMismatch")
        .withArgs(currency.ids.delivery, currency.ids.receipt, MATCH_FIELD.currency);
    });

    it("compares the common reference only when both sides give one", async function () {
      const one = new TradeUnderTest(f, {}, { receipt: { commonRef: ref("the trade") } });
      await one.matched();
      expect((await one.state()).status).to.equal(TRADE_STATUS.matched);
      expect(one.delivery.commonRef).to.equal(ZeroHash);
    });

    it("takes more guarantee than the receiver asks for, once all of it is held", async function () {
      const guarded = new TradeUnderTest(f, {}, { delivery: { guarantee: 5n }, receipt: { guarantee: 4n } });
      await f.matching.connect(f.seller).enter(guarded.delivery, "0x");
      await f.matching.connect(f.buyer).enter(guarded.receipt, "0x");
      await expect(guarded.match())
        .to.be.revertedWithCustomError(f.matching, "TradeGuaranteeMissing")
        .withArgs(guarded.ids.delivery, 0n, 5n);
      await guarded.guarantee();
      await guarded.match();
      const hold = await f.matching.guaranteeHoldOf(guarded.delivery);
      expect([...hold]).to.deep.equal(Object.values(guarded.hold));
    });

    it("matches until the last day of recycling", async function () {
      await trade.enter();
      const lastDay = trade.delivery.settlementDay + RULES.recycleDays;
      await trade.onDay(lastDay + 1n);
      await expect(trade.match())
        .to.be.revertedWithCustomError(f.matching, "TradeRecyclingOver")
        .withArgs(trade.id, lastDay, lastDay + 1n);
      const late = new TradeUnderTest(f, { settlementDay: trade.delivery.settlementDay + 1n }, {}, "a day later");
      await late.matched();
      expect((await late.state()).status).to.equal(TRADE_STATUS.matched);
    });
  });

  describe("setTolerance", function () {
    const BOUNDARY = minor("100000.00", "HKD");
    const [SMALL, LARGE] = [minor("2.00", "HKD"), minor("25.00", "HKD")];

    it("lets amounts differ by one figure up to the boundary and by another beyond; the deliverer's is the trade's", async function () {
      const { currency } = f.terms;
      await expect(
        f.matching.connect(f.governor).setTolerance(currency, { boundary: BOUNDARY, small: SMALL, large: LARGE }),
      )
        .to.emit(f.matching, "ToleranceSet")
        .withArgs(currency, BOUNDARY, SMALL, LARGE);
      expect(await f.matching.toleranceOf(currency)).to.deep.equal([BOUNDARY, SMALL, LARGE]);
      for (const [amount, tolerance] of [
        [BOUNDARY, SMALL],
        [BOUNDARY + 1n, LARGE],
      ] as const) {
        for (const way of [1n, -1n]) {
          const tried = (far: bigint) =>
            new TradeUnderTest(
              f,
              { money: { currency, amount } },
              { receipt: { amount: amount + way * far } },
              `${amount} ${way} ${far}`,
            ).enter();
          const past = await tried(tolerance + 1n);
          await expect(past.match())
            .to.be.revertedWithCustomError(f.matching, "TradeMismatch")
            .withArgs(past.ids.delivery, past.ids.receipt, MATCH_FIELD.amount);
          const at = await tried(tolerance);
          await at.match();
          const [money] = await f.matching.costOf(at.delivery, at.receipt, DEAL.quantity, f.today);
          expect(money).to.equal(amount);
        }
      }
    });
  });
});

/** The fields in the order of the contract's struct. */
function orderedOf(instruction: TradeInstruction) {
  const { movement, payment, isin, tradeDay, settlementDay, quantity, deliverer, receiver } = instruction;
  const { currency, amount, minimumPart, guarantee, additional, commonRef, businessRef } = instruction;
  expect(movement).to.equal(MOVEMENT.delivers);
  return {
    ...{ movement, payment, isin, tradeDay, settlementDay, quantity, deliverer, receiver },
    ...{ currency, amount, minimumPart, guarantee, additional, commonRef, businessRef },
  };
}
