import { expect } from "chai";
import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { ZeroHash } from "ethers";
import { planCycle } from "../../sdk/bridge/netting.js";
import type { BridgeBank } from "../../sdk/deploy/bridge.js";
import type { NetItem } from "../../sdk/eip712/bridgeNetting.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { FAR, cross } from "../support/corridors.js";
import {
  HOUR,
  REASON,
  closeCycle,
  deployNetting,
  enqueue,
  enqueueAll,
  exchangeOf,
  idOf,
  item,
  moveTo,
  netVerdict,
  nextAt,
  nextCycle,
  paymentOf,
  publishBand,
  ring,
  setCap,
  type Netting,
} from "../support/netting.js";

const chain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;

async function deploy(): Promise<Netting> {
  const f = await deployNetting(chain);
  for (const bank of [f.icbc, f.boc]) await setCap(f, f.cny, bank, "1000");
  return f;
}

describe("BridgeNetting, its cycles", function () {
  let f: Netting;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  const moved = [() => f.icbc, () => f.boc, () => f.hsbc] as const;
  const balances = async () => Promise.all(moved.map(async (bank) => f.cny.currency.balanceOf(bank().account)));
  const present = async () => f.netting.cycleAt(await networkHelpers.time.latest());

  async function expectLeftOut(waiting: NetItem, reason: bigint) {
    expect(await f.netting.reasonAgainst(waiting)).to.equal(reason);
    await expect(closeCycle(f))
      .to.emit(f.netting, "ItemLeftOut")
      .withArgs(anyValue, idOf(f, waiting), f.icbc.account, reason);
    expect(await f.netting.queueState()).to.deep.equal([1n, 0n, await present()]);
  }

  it("moves what each bank owes in sum, in one settlement of the engine, and owns nothing", async function () {
    const { going } = ring(f);
    await enqueueAll(f, ...going);
    const closed = closeCycle(f);
    await expect(closed).to.changeTokenBalances(
      ethers,
      f.cny.currency,
      [f.icbc.account, f.boc.account, f.hsbc.account, f.netting],
      [-minor("50"), 0n, minor("50"), 0n],
    );
    await expect(closed).to.emit(f.engine, "NetSettled").withArgs(anyValue, f.netting, 3n, 1n);
    await expect(closed)
      .to.emit(f.netting, "CycleClosed")
      .withArgs(await present(), f.outsider.address, anyValue, 3n, 0n);
    for (const each of going) {
      const [{ businessRef, payer } = paymentOf(f)] = each.payments;
      await expect(closed)
        .to.emit(f.netting, "ItemSettled")
        .withArgs(await present(), idOf(f, each), payer, businessRef);
      expect(await f.engine.statusOf(payer, businessRef)).to.equal(1n);
      expect(await f.netting.entryOf(payer, businessRef)).to.deep.equal([0n, 0n, 0n, 0n]);
    }
    expect(await f.netting.queueState()).to.deep.equal([0n, 0n, await present()]);
  });

  it("excludes who cannot pay with its last item, and lets the others go", async function () {
    const { going, poor } = ring(f);
    await enqueueAll(f, ...going, poor);
    const closed = closeCycle(f);
    await expect(closed)
      .to.emit(f.netting, "MemberExcluded")
      .withArgs(await present(), f.tokens.CNY, f.icbc.account, REASON.debitCap, -minor("1150"), minor("1000"));
    await expect(closed)
      .to.emit(f.netting, "ItemLeftOut")
      .withArgs(await present(), idOf(f, poor), f.icbc.account, REASON.debitCap);
    await expect(closed).to.emit(f.netting, "CycleClosed").withArgs(anyValue, anyValue, anyValue, 3n, 1n);
    expect((await f.netting.queueState()).waiting).to.equal(1n);
  });

  it("lets priority decide which of two payments goes, and arrival between equals", async function () {
    const [first, second, third] = ["700", "600", "500"].map((amount) => item(f, f.icbc, f.boc, amount));
    if (first === undefined || second === undefined || third === undefined) throw new RangeError("three items");
    await enqueue(f, first);
    await enqueue(f, second, { priority: 1 });
    await enqueue(f, third, { priority: 1 });
    await nextCycle(f);
    const closed = closeCycle(f);
    await expect(closed).to.emit(f.netting, "ItemSettled").withArgs(anyValue, idOf(f, second), anyValue, anyValue);
    for (const waiting of [first, third]) {
      await expect(closed).to.emit(f.netting, "ItemLeftOut").withArgs(anyValue, idOf(f, waiting), anyValue, 9n);
    }
    await nextCycle(f);
    await expect(closeCycle(f))
      .to.emit(f.netting, "ItemSettled")
      .withArgs(anyValue, idOf(f, third), anyValue, anyValue);
  });

  it("lets a bank owe exactly its cap, and not a minor unit more", async function () {
    await enqueueAll(f, item(f, f.icbc, f.boc, "1000"), item(f, f.boc, f.hsbc, "2000.01"));
    const closed = closeCycle(f);
    await expect(closed).to.changeTokenBalances(
      ethers,
      f.cny.currency,
      [f.icbc.account, f.hsbc.account],
      [-minor("1000"), 0n],
    );
  });

  it("holds a bank to what it has where the cap is higher", async function () {
    await setCap(f, f.cny, f.hsbc, "1000");
    await cross(f, f.cny.currency, f.icbc, f.hsbc, "10");
    await enqueueAll(f, item(f, f.hsbc, f.boc, "10.01"));
    await expect(closeCycle(f))
      .to.emit(f.netting, "MemberExcluded")
      .withArgs(await present(), f.tokens.CNY, f.hsbc.account, REASON.liquidity, -minor("10.01"), minor("10"));
  });

  it("settles exchanges with payments, both currencies or neither", async function () {
    await publishBand(f);
    await setCap(f, f.hkd, f.hsbc, "500");
    const [small, large] = [exchangeOf(f, "91.50", "100"), exchangeOf(f, "457.50", "500")];
    const behind = item(f, f.icbc, f.boc, "1");
    await enqueueAll(f, small, large, behind);
    const closed = closeCycle(f);
    await expect(closed).to.changeTokenBalances(
      ethers,
      f.hkd.currency,
      [f.icbc.account, f.hsbc.account],
      [minor("100"), -minor("100")],
    );
    await expect(closed)
      .to.emit(f.netting, "ItemLeftOut")
      .withArgs(anyValue, idOf(f, large), f.icbc.account, REASON.debitCap);
    // icbc's own next payment would overtake the exchange, whose e-CNY it gives too
    await expect(closed)
      .to.emit(f.netting, "ItemLeftOut")
      .withArgs(anyValue, idOf(f, behind), f.icbc.account, REASON.behind);
    expect(await f.cny.currency.balanceOf(f.hsbc.account)).to.equal(minor("91.50"));
  });

  describe("what is set aside", function () {
    let waiting: NetItem;

    beforeEach(async function () {
      waiting = item(f, f.icbc, f.hsbc, "100");
      await enqueueAll(f, waiting);
    });

    it("is a payment in a suspended currency", async function () {
      await f.council.connect(f.cny.offices.halter).suspendCurrency(f.tokens.CNY);
      await expectLeftOut(waiting, REASON.currencyNotOpen);
    });

    it("is a payment for a purpose that is no longer allowed", async function () {
      await f.cny.currency.setCorridorPurpose(9, "0x47444453", false);
      await expectLeftOut(waiting, REASON.purposeNotAllowed);
    });

    for (const [side, bank] of [
      ["payer", () => f.icbc],
      ["payee", () => f.hsbc],
    ] as const) {
      it(`is a payment whose ${side} is frozen, until it is not`, async function () {
        const { currency, offices } = f.cny;
        await currency.connect(offices.enforcer).freeze(bank().account, ref("order"));
        await expectLeftOut(waiting, REASON.partyBarred);
        await currency.connect(offices.enforcer).unfreeze(bank().account, ref("order"));
        await nextCycle(f);
        await expect(closeCycle(f)).to.emit(f.netting, "ItemSettled");
      });

      it(`is a payment whose ${side} its own central bank has suspended`, async function () {
        const { number, home } = bank();
        await f.members[home].registry.setStatus(number, 3, ref("suspended"));
        await expectLeftOut(waiting, REASON.partyBarred);
      });
    }

    it("is a payment through a halted corridor", async function () {
      await f.cny.currency.connect(f.cny.offices.halter).haltClass(9);
      await expectLeftOut(waiting, REASON.partyBarred);
    });

    it("is a payment whose payer no longer lets the venue settle for it", async function () {
      await f.engine.connect(f.icbc.signer).authorizeAgent(f.netting, false);
      await expectLeftOut(waiting, REASON.consentWithdrawn);
    });

    it("is a payment above its payer's cap for one, though its net would be below", async function () {
      const large = item(f, f.hsbc, f.icbc, "5000000.01");
      const back = item(f, f.icbc, f.hsbc, "5000000.01");
      await setCap(f, f.cny, f.icbc, "6000000");
      await enqueueAll(f, large, back);
      const closed = closeCycle(f);
      await expect(closed)
        .to.emit(f.netting, "ItemLeftOut")
        .withArgs(anyValue, idOf(f, large), f.hsbc.account, REASON.singleLimit);
    });

    it("waits no longer once its verdicts have expired", async function () {
      const validUntil = BigInt(await networkHelpers.time.latest()) + HOUR;
      const short = item(f, f.icbc, f.hsbc, "1");
      await enqueue(f, short, { payee: await netVerdict(f, short, f.hsbc, { validUntil }) });
      await networkHelpers.time.increaseTo(validUntil + 1n);
      expect(await f.netting.reasonAgainst(short)).to.equal(REASON.expired);
      await expect(closeCycle(f))
        .to.emit(f.netting, "ItemReleased")
        .withArgs(idOf(f, short), f.icbc.account, REASON.expired, f.outsider.address);
    });

    it("waits no longer on another day", async function () {
      await moveTo(f, 1n, 9n * HOUR);
      await expect(closeCycle(f))
        .to.emit(f.netting, "ItemReleased")
        .withArgs(idOf(f, waiting), f.icbc.account, REASON.expired, f.outsider.address);
      expect((await f.netting.queueState()).waiting).to.equal(0n);
    });

    it("waits no longer once its reference has ended at the engine", async function () {
      const [{ businessRef } = paymentOf(f)] = waiting.payments;
      const leg = { token: f.tokens.CNY, from: f.icbc.account, to: f.boc.account, amount: 1n };
      const gross = { businessRef, notBefore: 0n, notAfter: FAR, nettable: false, legs: [leg] };
      await f.engine.connect(f.icbc.signer).settle(gross, [], []);
      await expect(closeCycle(f))
        .to.emit(f.netting, "ItemReleased")
        .withArgs(idOf(f, waiting), f.icbc.account, REASON.ended, f.outsider.address);
    });

    it("has a reason only as long as it waits", async function () {
      const unknown = item(f, f.icbc, f.hsbc, "2");
      await expect(f.netting.reasonAgainst(unknown))
        .to.be.revertedWithCustomError(f.netting, "NettingItemNotQueued")
        .withArgs(idOf(f, unknown));
    });
  });

  describe("closeCycle, when", function () {
    it("closes a cycle once, and a new one in the next", async function () {
      await enqueueAll(f, item(f, f.icbc, f.boc, "1"));
      await closeCycle(f);
      await enqueue(f, item(f, f.icbc, f.boc, "2"));
      await expect(closeCycle(f))
        .to.be.revertedWithCustomError(f.netting, "NettingCycleClosed")
        .withArgs(await present());
      await nextCycle(f);
      await expect(closeCycle(f)).to.emit(f.netting, "ItemSettled");
    });

    it("closes from the opening to the end of the day", async function () {
      const empty = { items: [], keys: [], indices: "0x", dropped: [] };
      await moveTo(f, 1n, 0n);
      for (const [second, open] of [
        [9n * HOUR - 1n, false],
        [9n * HOUR, true],
        [18n * HOUR - 1n, true],
        [18n * HOUR, false],
      ] as const) {
        await nextAt(f, 0n, second);
        const closed = f.netting.closeCycle(empty);
        if (open) await expect(closed).to.emit(f.netting, "CycleClosed").withArgs(anyValue, anyValue, ZeroHash, 0n, 0n);
        else {
          await expect(closed)
            .to.be.revertedWithCustomError(f.netting, "NettingTimeInvalid")
            .withArgs(second, 9n * HOUR, 18n * HOUR);
        }
      }
    });

    it("takes in what had arrived when the cycle began, and nothing that came since", async function () {
      const [early, late] = [item(f, f.icbc, f.boc, "1"), item(f, f.boc, f.icbc, "2")];
      await enqueueAll(f, early);
      const { proposal } = await planCycle(f.netting);
      await enqueue(f, late);
      await expect(closeCycle(f, { items: [late] }))
        .to.be.revertedWithCustomError(f.netting, "NettingItemNotQueued")
        .withArgs(idOf(f, late));
      await f.netting.closeCycle(proposal);
      expect(await f.netting.queueState()).to.deep.equal([0n, 1n, await present()]);
    });

    it("reverts as a whole where a currency refuses a net movement", async function () {
      await f.cny.currency.setCorridorPolicy(9, {
        ...{ holdingLimit: minor("99"), outflowLimit: 2n ** 64n - 1n, inflowLimit: 2n ** 64n - 1n, windowDays: 1n },
      });
      await enqueueAll(f, item(f, f.icbc, f.hsbc, "100"), item(f, f.icbc, f.boc, "1"));
      const before = await balances();
      await expect(closeCycle(f)).to.be.revertedWithCustomError(f.cny.currency, "CorridorHoldingLimitExceeded");
      expect(await balances()).to.deep.equal(before);
      expect((await f.netting.queueState()).waiting).to.equal(2n);
      // the central bank takes the cap back, and what is covered by itself goes
      await setCap(f, f.cny, f.icbc, "0");
      await expect(closeCycle(f)).to.emit(f.netting, "CycleClosed").withArgs(anyValue, anyValue, ZeroHash, 0n, 2n);
    });
  });

  it("keeps the place of what is left out, and settles it once there is cover", async function () {
    const { going, poor } = ring(f);
    await enqueueAll(f, ...going, poor);
    await closeCycle(f);
    await setCap(f, f.cny, f.icbc, "1100");
    await nextCycle(f);
    const closed = closeCycle(f);
    const pair: readonly BridgeBank[] = [f.icbc, f.boc];
    await expect(closed).to.changeTokenBalances(
      ethers,
      f.cny.currency,
      pair.map(({ account }) => account),
      [-minor("1100"), minor("1100")],
    );
  });
});
