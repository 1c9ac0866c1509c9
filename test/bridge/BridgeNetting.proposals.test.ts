import { expect } from "chai";
import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { dataSlice } from "ethers";
import { instructionOf, planCycle } from "../../sdk/bridge/netting.js";
import type { NetItem } from "../../sdk/eip712/bridgeNetting.js";
import { netTable } from "../../sdk/instructions.js";
import { minor } from "../../sdk/money.js";
import { openChain } from "../support/chain.js";
import {
  REASON,
  closeCycle,
  deployNetting,
  enqueueAll,
  exchangeOf,
  idOf,
  item,
  publishBand,
  ring,
  setCap,
  type Netting,
} from "../support/netting.js";

const chain = await openChain("hongkong");
const { networkHelpers } = chain;

async function deploy(): Promise<Netting> {
  const f = await deployNetting(chain);
  for (const bank of [f.icbc, f.boc]) await setCap(f, f.cny, bank, "1000");
  return f;
}

describe("BridgeNetting, what is proposed", function () {
  let f: Netting;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("closeCycle, given a wrong proposal", function () {
    let items: readonly NetItem[];

    beforeEach(async function () {
      const { going, poor } = ring(f);
      items = [...going, poor];
      await enqueueAll(f, ...items);
    });

    const idAt = (place: number) => idOf(f, items[place] ?? { payments: [] });

    it("misses an item that waits", async function () {
      await expect(closeCycle(f, { items: items.slice(1) }))
        .to.be.revertedWithCustomError(f.netting, "NettingItemsIncomplete")
        .withArgs(3n, 4n);
    });

    it("has an item twice, or in another order", async function () {
      const [first, second, third, fourth] = items as [NetItem, NetItem, NetItem, NetItem];
      for (const wrong of [
        [first, first, third, fourth],
        [second, first, third, fourth],
      ]) {
        await expect(closeCycle(f, { items: wrong, indices: netTable(wrong.map(instructionOf)).indices }))
          .to.be.revertedWithCustomError(f.netting, "NettingOrderInvalid")
          .withArgs(1n);
      }
    });

    it("has an item that does not wait", async function () {
      const foreign = item(f, f.icbc, f.boc, "5");
      await expect(closeCycle(f, { items: [foreign, ...items.slice(1)] }))
        .to.be.revertedWithCustomError(f.netting, "NettingItemNotQueued")
        .withArgs(idOf(f, foreign));
    });

    it("has a table that is not in order, or another than the payments'", async function () {
      const { proposal } = await planCycle(f.netting);
      await expect(closeCycle(f, { keys: proposal.keys.toReversed() }))
        .to.be.revertedWithCustomError(f.engine, "NetKeysUnsorted")
        .withArgs(1n);
      for (const [indices, key] of [
        ["0xffff0000", 0xffffn],
        [dataSlice(proposal.indices, 4, 8), BigInt(dataSlice(proposal.indices, 4, 6))],
        [`${dataSlice(proposal.indices, 0, 2)}ffff`, 0xffffn],
      ] as const) {
        await expect(closeCycle(f, { indices: indices + proposal.indices.slice(10) }))
          .to.be.revertedWithCustomError(f.engine, "NetKeyMismatch")
          .withArgs(idAt(0), 0n, key);
      }
    });

    it("has too few or too many indices", async function () {
      const { proposal } = await planCycle(f.netting);
      for (const [indices, length] of [
        [dataSlice(proposal.indices, 0, 12), 12n],
        [`${proposal.indices}00000000`, 20n],
        [`${proposal.indices}00`, 17n],
      ] as const) {
        await expect(closeCycle(f, { indices }))
          .to.be.revertedWithCustomError(f.engine, "NetIndicesMismatch")
          .withArgs(length, 16n);
      }
    });

    it("lets go what is not covered", async function () {
      await expect(closeCycle(f, { dropped: [] }))
        .to.be.revertedWithCustomError(f.netting, "NettingUncovered")
        .withArgs(f.tokens.CNY, f.icbc.account, -minor("1150"), minor("1000"));
    });

    it("drops what is covered, an earlier item before a later, or one more than must be", async function () {
      for (const [dropped, place] of [
        [[1], 1],
        [[0, 3], 0],
        [[3, 0], 0],
      ] as const) {
        await expect(closeCycle(f, { dropped: [...dropped] }))
          .to.be.revertedWithCustomError(f.netting, "NettingDropUnfounded")
          .withArgs(idAt(place), BigInt(place));
      }
    });

    it("drops one that is not there, twice, or that was set aside", async function () {
      for (const dropped of [[4], [3, 3]]) {
        await expect(closeCycle(f, { dropped }))
          .to.be.revertedWithCustomError(f.netting, "NettingDropInvalid")
          .withArgs(BigInt(dropped.at(-1) ?? 0));
      }
      await f.engine.connect(f.icbc.signer).authorizeAgent(f.netting, false);
      await expect(closeCycle(f, { dropped: [3] }))
        .to.be.revertedWithCustomError(f.netting, "NettingDropInvalid")
        .withArgs(3n);
    });

    it("lets an item overtake an earlier one of the same payer", async function () {
      await publishBand(f);
      await setCap(f, f.hkd, f.hsbc, "1000");
      await closeCycle(f);
      const [large, later] = [exchangeOf(f, "1830", "2000"), item(f, f.hsbc, f.bochk, "100", f.tokens.HKD)];
      await f.netting.connect(f.icbc.signer).withdraw(items[3] ?? { payments: [] });
      await setCap(f, f.hkd, f.hsbc, "5000");
      await enqueueAll(f, large, later);
      await expect(closeCycle(f, { dropped: [0] }))
        .to.be.revertedWithCustomError(f.netting, "NettingOvertakes")
        .withArgs(idOf(f, later), 1n);
      await expect(closeCycle(f, { dropped: [0, 1] }))
        .to.emit(f.netting, "ItemLeftOut")
        .withArgs(anyValue, idOf(f, later), f.hsbc.account, REASON.behind);
    });
  });
});
