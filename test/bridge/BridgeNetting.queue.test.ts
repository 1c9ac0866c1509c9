import { expect } from "chai";
import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { ZeroAddress, ZeroHash } from "ethers";
import type { BridgePayment } from "../../sdk/eip712/bridgePayments.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { FAR, cross } from "../support/corridors.js";
import {
  HOUR,
  REASON,
  deployNetting,
  enqueue,
  exchangeOf,
  idOf,
  item,
  moveTo,
  netVerdict,
  nextAt,
  nextCycle,
  paymentOf,
  publishBand,
  setCap,
  type Netting,
} from "../support/netting.js";

const chain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;
const HOURS = { opens: 9n * HOUR, closes: 17n * HOUR, ends: 18n * HOUR, cycle: HOUR } as const;

async function deploy(): Promise<Netting> {
  return deployNetting(chain);
}

describe("BridgeNetting, its queue", function () {
  let f: Netting;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  const refOf = ([first]: BridgePayment[]) => first?.businessRef ?? "";

  async function deployVenue(times: Readonly<Record<keyof typeof HOURS, bigint>>, limits: readonly [bigint, bigint]) {
    const { engine, council, gate, exchange } = f;
    return ethers.deployContract("BridgeNetting", [engine, council, gate, exchange, times, ...limits]);
  }

  it("says what it stands on, and when it works", async function () {
    for (const name of ["engine", "council", "gate", "exchange"] as const) {
      const getter = { engine: "ENGINE", council: "COUNCIL", gate: "GATE", exchange: "EXCHANGE" } as const;
      expect(await f.netting[getter[name]]()).to.equal(await f[name].getAddress());
    }
    expect([...(await f.netting.timetable())]).to.deep.equal(Object.values(HOURS));
    expect([await f.netting.MAX_ITEMS(), await f.netting.MAX_OWN_ITEMS()]).to.deep.equal([100n, 25n]);
    expect(await f.netting.cycleAt(16n * HOUR - 1n)).to.equal(23n);
    expect(await f.netting.cycleAt(16n * HOUR)).to.equal(24n);
  });

  describe("constructor", function () {
    for (const [what, changed] of [
      ["closes before it opens", { opens: HOURS.closes }],
      ["ends as it closes", { ends: HOURS.closes }],
      ["ends after midnight", { ends: 86_401n }],
      ["has cycles of no length", { cycle: 0n }],
      ["has no whole number of cycles", { cycle: 7_000n }],
    ] as const) {
      it(`refuses a day that ${what}`, async function () {
        const times = { ...HOURS, ...changed };
        await expect(deployVenue(times, [10n, 10n]))
          .to.be.revertedWithCustomError(f.netting, "NettingTimetableInvalid")
          .withArgs(Object.values(times));
      });
    }
  });

  describe("queue", function () {
    it("has an item wait, with both verdicts on record, and moves nothing", async function () {
      const waiting = item(f, f.icbc, f.hsbc, "100");
      const id = idOf(f, waiting);
      expect(await f.netting.itemId(waiting)).to.equal(id);
      const sent = enqueue(f, waiting, { priority: 7 });
      await expect(sent)
        .to.emit(f.netting, "ItemQueued")
        .withArgs(id, f.icbc.account, refOf(waiting.payments), 1n, 7n, anyValue);
      const list = ref("list of 1 August");
      await expect(sent).to.emit(f.netting, "VerdictRecorded").withArgs(id, f.icbc.account, true, list);
      await expect(sent).to.emit(f.netting, "VerdictRecorded").withArgs(id, f.hsbc.account, true, list);
      await expect(sent).to.changeTokenBalances(ethers, f.cny.currency, [f.icbc.account, f.netting], [0n, 0n]);
      const [priority, sequence, , validUntil] = await f.netting.entryOf(f.icbc.account, refOf(waiting.payments));
      expect([priority, sequence, validUntil]).to.deep.equal([7n, 1n, FAR - 1n]);
      expect(await f.netting.queueState()).to.deep.equal([0n, 1n, 0n]);
      await nextCycle(f);
      expect(await f.netting.queueState()).to.deep.equal([1n, 0n, 0n]);
    });

    it("waits no longer than the shortest of verdicts and payments", async function () {
      const soon = BigInt(await networkHelpers.time.latest()) + 100n;
      const byVerdict = item(f, f.icbc, f.hsbc, "1");
      await enqueue(f, byVerdict, { payee: await netVerdict(f, byVerdict, f.hsbc, { validUntil: soon }) });
      const byPayment = { payments: [paymentOf(f, { notAfter: soon + 1n })] };
      await enqueue(f, byPayment);
      for (const [waiting, validUntil] of [
        [byVerdict, soon],
        [byPayment, soon + 1n],
      ] as const) {
        expect((await f.netting.entryOf(f.icbc.account, refOf(waiting.payments))).validUntil).to.equal(validUntil);
      }
    });

    it("takes items from the opening to the closing hour", async function () {
      await moveTo(f, 1n, 0n);
      for (const [second, taken] of [
        [HOURS.opens - 1n, false],
        [HOURS.opens, true],
        [HOURS.closes - 1n, true],
        [HOURS.closes, false],
      ] as const) {
        await nextAt(f, 0n, second);
        const sent = enqueue(f, item(f, f.icbc, f.hsbc, "1"));
        if (taken) await expect(sent).to.emit(f.netting, "ItemQueued");
        else {
          await expect(sent)
            .to.be.revertedWithCustomError(f.netting, "NettingTimeInvalid")
            .withArgs(second, HOURS.opens, HOURS.closes);
        }
      }
    });

    const twoOf128 = 2n ** 128n;
    for (const [what, make] of [
      ["no payment", () => []],
      ["three payments", () => [paymentOf(f), paymentOf(f), paymentOf(f)]],
      ["no travel-rule data", () => [paymentOf(f, { dataHash: ZeroHash })]],
      ["a payment to oneself", () => [paymentOf(f, { payee: f.icbc.account })]],
      ["a payment of nothing", () => [paymentOf(f, { amount: 0n })]],
      ["an amount too large to be netted", () => [paymentOf(f, { amount: twoOf128 })]],
      [
        "two payments in one currency",
        () => [paymentOf(f), paymentOf(f, { payer: f.hsbc.account, payee: f.icbc.account })],
      ],
      ["two payments one way", () => [paymentOf(f), paymentOf(f, { currency: f.tokens.HKD })]],
      [
        "two payments to another bank",
        () => [paymentOf(f), paymentOf(f, { currency: f.tokens.HKD, payer: f.hsbc.account, payee: f.boc.account })],
      ],
    ] as const) {
      it(`refuses ${what}`, async function () {
        const waiting = { payments: [...make()] };
        const verdict = await netVerdict(f, waiting, f.icbc);
        await expect(f.netting.connect(f.icbc.signer).queue(waiting, verdict, verdict, 0))
          .to.be.revertedWithCustomError(f.netting, "NettingItemInvalid")
          .withArgs(idOf(f, waiting));
      });
    }

    it("refuses another caller than the initiator", async function () {
      const waiting = item(f, f.icbc, f.hsbc, "1");
      const verdicts = [await netVerdict(f, waiting, f.icbc), await netVerdict(f, waiting, f.hsbc)] as const;
      await expect(f.netting.connect(f.hsbc.signer).queue(waiting, ...verdicts, 0))
        .to.be.revertedWithCustomError(f.netting, "NettingCallerInvalid")
        .withArgs(idOf(f, waiting), f.hsbc.account);
    });

    it("refuses a verdict against it, one too old, one on another item, and one for the gross venue", async function () {
      const waiting = item(f, f.icbc, f.hsbc, "1");
      const id = idOf(f, waiting);
      const against = await netVerdict(f, waiting, f.hsbc, { approved: false });
      await expect(enqueue(f, waiting, { payee: against }))
        .to.be.revertedWithCustomError(f.netting, "BridgePaymentVerdictMismatch")
        .withArgs(id, f.hsbc.account, false);
      const old = await netVerdict(f, waiting, f.icbc, { validUntil: 1n });
      await expect(enqueue(f, waiting, { payer: old }))
        .to.be.revertedWithCustomError(f.netting, "BridgePaymentVerdictExpired")
        .withArgs(id, f.icbc.account, 1n, anyValue);
      const other = await netVerdict(f, item(f, f.icbc, f.hsbc, "2"), f.hsbc);
      const gross = await netVerdict({ ...f, domain: { ...f.domain, name: "BridgePayments" } }, waiting, f.hsbc);
      for (const payee of [other, gross]) {
        await expect(enqueue(f, waiting, { payee }))
          .to.be.revertedWithCustomError(f.netting, "BridgePaymentSignatureInvalid")
          .withArgs(id, f.hsbc.account);
      }
    });

    it("asks council and corridors, as gross payments do", async function () {
      await f.council.connect(f.cny.offices.halter).suspendCurrency(f.tokens.CNY);
      await expect(enqueue(f, item(f, f.icbc, f.hsbc, "1")))
        .to.be.revertedWithCustomError(f.council, "CouncilCurrencyNotOpen")
        .withArgs(f.tokens.CNY);
      await f.council.connect(f.cny.offices.resumer).resumeCurrency(f.tokens.CNY);
      const gift = { payments: [paymentOf(f, { purpose: "0x47494654" })] };
      await expect(enqueue(f, gift)).to.be.revertedWithCustomError(f.cny.currency, "CorridorPurposeNotAllowed");
    });

    it("takes a reference once: while it waits, after it has ended, after the payee has withdrawn it", async function () {
      const waiting = item(f, f.icbc, f.hsbc, "1");
      const businessRef = refOf(waiting.payments);
      await enqueue(f, waiting);
      const another = { payments: [paymentOf(f, { businessRef })] };
      const refused = async (twice: typeof another) => {
        await expect(enqueue(f, twice))
          .to.be.revertedWithCustomError(f.netting, "NettingReferenceUsed")
          .withArgs(idOf(f, twice), businessRef);
      };
      await refused(waiting);
      await refused(another);
      await f.netting.connect(f.hsbc.signer).withdraw(waiting);
      await refused(another);
      const gross = paymentOf(f, { businessRef: ref("paid gross") });
      const side = { token: f.tokens.CNY, from: f.icbc.account, to: f.boc.account, amount: 1n };
      const paid = { businessRef: gross.businessRef, notBefore: 0n, notAfter: FAR, nettable: false, legs: [side] };
      await f.engine.connect(f.icbc.signer).settle(paid, [], []);
      await expect(enqueue(f, { payments: [gross] }))
        .to.be.revertedWithCustomError(f.netting, "NettingReferenceUsed")
        .withArgs(anyValue, gross.businessRef);
    });

    it("takes as many items as one transaction settles, and as many of one bank as is fair", async function () {
      const small = await deployVenue(HOURS, [3n, 2n]);
      const venue = { ...f, netting: small, domain: { ...f.domain, verifyingContract: await small.getAddress() } };
      await enqueue(venue, item(f, f.icbc, f.hsbc, "1"));
      await enqueue(venue, item(f, f.icbc, f.hsbc, "2"));
      await expect(enqueue(venue, item(f, f.icbc, f.hsbc, "3")))
        .to.be.revertedWithCustomError(small, "NettingMemberQueueFull")
        .withArgs(f.icbc.account, 2n, 2n);
      await enqueue(venue, item(f, f.boc, f.hsbc, "1"));
      await nextCycle(f);
      await expect(enqueue(venue, item(f, f.boc, f.hsbc, "2")))
        .to.be.revertedWithCustomError(small, "NettingQueueFull")
        .withArgs(3n, 3n);
    });

    context("given an exchange of two currencies", function () {
      it("takes it at a rate inside both bands, whichever way round it is written", async function () {
        await publishBand(f);
        await expect(enqueue(f, exchangeOf(f, "91.50", "100"))).to.emit(f.netting, "ItemQueued");
        const back = exchangeOf(f, "91.50", "100");
        const [cny, hkd] = back.payments;
        if (cny === undefined || hkd === undefined) throw new RangeError("an exchange has two payments");
        await expect(enqueue(f, { payments: [hkd, cny] })).to.emit(f.netting, "ItemQueued");
      });

      it("takes either end of the band and not a minor unit more", async function () {
        await publishBand(f);
        for (const [give, taken] of [
          ["90.50", true],
          ["90.49", false],
          ["92.50", true],
          ["92.51", false],
        ] as const) {
          const waiting = exchangeOf(f, give, "100");
          const sent = enqueue(f, waiting);
          if (taken) await expect(sent).to.emit(f.netting, "ItemQueued");
          else {
            const { low, high } = await f.exchange.bandOf(f.tokens.HKD, f.tokens.CNY);
            await expect(sent)
              .to.be.revertedWithCustomError(f.netting, "NettingRateOutsideBand")
              .withArgs(idOf(f, waiting), minor("100"), minor(give), low, high);
          }
        }
      });

      it("refuses it without both central banks' bands", async function () {
        await expect(enqueue(f, exchangeOf(f, "91.50", "100")))
          .to.be.revertedWithCustomError(f.netting, "ReferenceStale")
          .withArgs(f.tokens.CNY, f.tokens.HKD, 0n, anyValue);
      });
    });
  });

  describe("setPriority", function () {
    it("changes the priority and keeps the place of arrival", async function () {
      const waiting = item(f, f.icbc, f.hsbc, "1");
      await enqueue(f, waiting, { priority: 3 });
      const netting = f.netting.connect(f.icbc.signer);
      await expect(netting.setPriority(waiting, 9))
        .to.emit(netting, "ItemPrioritized")
        .withArgs(idOf(f, waiting), f.icbc.account, 3n, 9n);
      const { priority, sequence } = await netting.entryOf(f.icbc.account, refOf(waiting.payments));
      expect([priority, sequence]).to.deep.equal([9n, 1n]);
      await expect(netting.setPriority(waiting, 9)).not.to.emit(netting, "ItemPrioritized");
    });

    it("is the initiator's", async function () {
      const waiting = item(f, f.icbc, f.hsbc, "1");
      await enqueue(f, waiting);
      await expect(f.netting.connect(f.hsbc.signer).setPriority(waiting, 9))
        .to.be.revertedWithCustomError(f.netting, "NettingCallerInvalid")
        .withArgs(idOf(f, waiting), f.hsbc.account);
    });
  });

  describe("withdraw", function () {
    it("takes an item back, which the initiator may queue again", async function () {
      const waiting = item(f, f.icbc, f.hsbc, "1");
      await enqueue(f, waiting);
      await expect(f.netting.connect(f.icbc.signer).withdraw(waiting))
        .to.emit(f.netting, "ItemReleased")
        .withArgs(idOf(f, waiting), f.icbc.account, REASON.withdrawn, f.icbc.account);
      expect(await f.netting.queueState()).to.deep.equal([0n, 0n, 0n]);
      await expect(enqueue(f, waiting)).to.emit(f.netting, "ItemQueued");
      await nextCycle(f);
      await f.netting.connect(f.icbc.signer).withdraw(waiting);
      expect(await f.netting.queueState()).to.deep.equal([0n, 0n, 0n]);
    });

    it("refuses what does not wait, and who is no bank of it", async function () {
      const waiting = item(f, f.icbc, f.hsbc, "1");
      for (const unknown of [waiting, { payments: [] }]) {
        await expect(f.netting.connect(f.icbc.signer).withdraw(unknown))
          .to.be.revertedWithCustomError(f.netting, "NettingItemNotQueued")
          .withArgs(idOf(f, unknown));
      }
      await enqueue(f, waiting);
      await expect(f.netting.connect(f.boc.signer).withdraw(waiting))
        .to.be.revertedWithCustomError(f.netting, "NettingCallerInvalid")
        .withArgs(idOf(f, waiting), f.boc.account);
    });
  });

  describe("unwind", function () {
    it("releases the day's items from the end of the day on, and earlier days' at any time", async function () {
      const [one, other] = [item(f, f.icbc, f.hsbc, "1"), item(f, f.hsbc, f.icbc, "1")];
      await enqueue(f, one);
      await enqueue(f, other);
      await nextAt(f, 0n, HOURS.ends - 1n);
      const { day } = await f.netting.entryOf(f.icbc.account, refOf(one.payments));
      await expect(f.netting.connect(f.outsider).unwind([one, other]))
        .to.be.revertedWithCustomError(f.netting, "NettingDayNotOver")
        .withArgs(idOf(f, one), day);
      await nextAt(f, 0n, HOURS.ends);
      await expect(f.netting.connect(f.outsider).unwind([one]))
        .to.emit(f.netting, "ItemReleased")
        .withArgs(idOf(f, one), f.icbc.account, REASON.expired, f.outsider.address);
      await moveTo(f, 1n, HOURS.opens);
      await f.netting.connect(f.outsider).unwind([other]);
      expect(await f.netting.queueState()).to.deep.equal([0n, 0n, 0n]);
      await expect(f.netting.unwind([other])).to.be.revertedWithCustomError(f.netting, "NettingItemNotQueued");
    });
  });

  describe("setDebitCap", function () {
    it("is the currency's own central bank's", async function () {
      await expect(setCap(f, f.cny, f.hsbc, "5"))
        .to.emit(f.netting, "DebitCapSet")
        .withArgs(f.tokens.CNY, f.hsbc.account, 0n, minor("5"));
      expect(await f.netting.debitCapOf(f.tokens.CNY, f.hsbc.account)).to.equal(minor("5"));
      await expect(setCap(f, f.cny, f.hsbc, "5")).not.to.emit(f.netting, "DebitCapSet");
      const usurper = f.hkd.offices.governor;
      await expect(f.netting.connect(usurper).setDebitCap(f.tokens.CNY, f.hsbc.account, 1n))
        .to.be.revertedWithCustomError(f.netting, "CurrencyAuthorityRequired")
        .withArgs(f.tokens.CNY, usurper.address);
      await expect(f.netting.setDebitCap(ZeroAddress, f.hsbc.account, 1n))
        .to.be.revertedWithCustomError(f.netting, "NettingCurrencyInvalid")
        .withArgs(ZeroAddress);
    });
  });

  describe("debitLimitOf", function () {
    const limitOf = async (bank: { readonly account: string }) =>
      [...(await f.netting.debitLimitOf(f.tokens.CNY, bank.account))] as const;

    it("is the cap, or what can be spent, or what was allowed, whichever is least", async function () {
      expect(await limitOf(f.icbc)).to.deep.equal([0n, REASON.debitCap]);
      await setCap(f, f.cny, f.icbc, "60000001");
      expect(await limitOf(f.icbc)).to.deep.equal([minor("60000000"), REASON.liquidity]);
      await f.cny.currency.connect(f.icbc.signer).approve(f.engine, 5n);
      expect(await limitOf(f.icbc)).to.deep.equal([5n, REASON.liquidity]);
    });

    it("is no more than a corridor's limits leave a bank abroad for a payment and a day", async function () {
      await setCap(f, f.cny, f.hsbc, "60000000");
      for (let n = 0; n < 3; ++n) await cross(f, f.cny.currency, f.icbc, f.hsbc, "5000000");
      // the cap for one payment, then what is left of the day's, then nothing of either
      expect(await limitOf(f.hsbc)).to.deep.equal([minor("5000000"), REASON.liquidity]);
      for (const amount of ["5000000", "2000000"]) await cross(f, f.cny.currency, f.hsbc, f.icbc, amount);
      expect(await limitOf(f.hsbc)).to.deep.equal([minor("3000000"), REASON.liquidity]);
      const limits = await f.cny.currency.classLimits(9);
      const { balance, single, year, open } = limits;
      await f.cny.currency.setClassLimits(9, { balance, single, day: minor("6000000"), year, open });
      expect(await limitOf(f.hsbc)).to.deep.equal([0n, REASON.liquidity]);
    });
  });
});
