import { expect } from "chai";
import { ZeroHash, keccak256 } from "ethers";
import { sentenceOf } from "../../sdk/errors.js";
import { dayHeaders, lastBlockOf, slotProof } from "../../sdk/issuance/dayEnds.js";
import { headerRlp } from "../../sdk/interop/headers.js";
import { blockAt } from "../../sdk/interop/rpc.js";
import { minor } from "../../sdk/money.js";
import { openChain } from "../support/chain.js";
import { fund } from "../support/currency.js";
import { DAYS, REACH, deployDeposits, pin, proveAt, toDay, type DepositStage } from "../support/deposits.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const DAY = DAYS.first;

async function deploy() {
  return deployDeposits(chain);
}

/** ann has 10.00 at the end of the quarter's first day, and 25.00 the day after. */
async function twoDays() {
  const f = await networkHelpers.loadFixture(deploy);
  await toDay(chain, DAY, 12);
  await fund(f.mainland, f.ann, minor("10.00"));
  await toDay(chain, DAY + 1, 9);
  await fund(f.mainland, f.ann, minor("15.00"));
  return f;
}

async function header(f: DepositStage, number: bigint) {
  return headerRlp(await blockAt(f.endpoint, number));
}

describe("DayEnds", function () {
  describe("pin", function () {
    it("keeps the state root of a day's last block", async function () {
      const f = await networkHelpers.loadFixture(twoDays);
      const last = await blockAt(f.endpoint, await lastBlockOf(f.endpoint, DAY));
      await expect(pin(f, DAY)).to.emit(f.dayEnds, "DayPinned").withArgs(DAY, BigInt(last.number), last.stateRoot);
      expect(await f.dayEnds.stateRootOf(DAY)).to.equal(last.stateRoot);
      expect(await f.dayEnds.stateRootOf(DAY + 1)).to.equal(ZeroHash);
    });

    it("gives a day without blocks the end of the one before", async function () {
      const f = await networkHelpers.loadFixture(twoDays);
      await toDay(chain, DAY + 4, 1);
      await pin(f, DAY + 1);
      await pin(f, DAY + 3);
      expect(await f.dayEnds.stateRootOf(DAY + 3)).to.equal(await f.dayEnds.stateRootOf(DAY + 1));
    });

    it("follows headers from a recent block back to an older day", async function () {
      const f = await networkHelpers.loadFixture(twoDays);
      // one by one: blocks that are mined together have no parents here
      for (let block = 0; block < 300; block++) await networkHelpers.mine();
      const headers = await dayHeaders(f.endpoint, DAY, REACH);
      expect(headers).to.have.length.greaterThan(40);
      await f.dayEnds.pin(DAY, headers);
      const last = await blockAt(f.endpoint, await lastBlockOf(f.endpoint, DAY));
      expect(await f.dayEnds.stateRootOf(DAY)).to.equal(last.stateRoot);
    });

    it("pins a day once", async function () {
      const f = await networkHelpers.loadFixture(twoDays);
      await pin(f, DAY);
      await expect(pin(f, DAY)).to.be.revertedWithCustomError(f.dayEnds, "DayAlreadyPinned").withArgs(DAY);
    });

    it("needs the header of the successor, too", async function () {
      const f = await networkHelpers.loadFixture(twoDays);
      const [, last = ""] = await dayHeaders(f.endpoint, DAY, REACH);
      await expect(f.dayEnds.pin(DAY, [last]))
        .to.be.revertedWithCustomError(f.dayEnds, "DayHeadersMissing")
        .withArgs(1n);
    });

    it("refuses a header that this chain does not have", async function () {
      const f = await networkHelpers.loadFixture(twoDays);
      const [next = "", last = ""] = await dayHeaders(f.endpoint, DAY, REACH);
      // another state root in the same form
      const { stateRoot } = await blockAt(f.endpoint, (await lastBlockOf(f.endpoint, DAY)) + 1n);
      const forged = next.replace(stateRoot.slice(2), ZeroHash.slice(2));
      expect(forged).to.not.equal(next);
      await expect(f.dayEnds.pin(DAY, [forged, last]))
        .to.be.revertedWithCustomError(f.dayEnds, "DayHeaderUnknown")
        .withArgs(keccak256(forged));
    });

    it("refuses headers that are not parents of each other", async function () {
      const f = await networkHelpers.loadFixture(twoDays);
      const last = await lastBlockOf(f.endpoint, DAY);
      await expect(f.dayEnds.pin(DAY, [await header(f, last + 1n), await header(f, last - 1n)]))
        .to.be.revertedWithCustomError(f.dayEnds, "DayHeadersBroken")
        .withArgs(1n);
    });

    it("refuses blocks that lie within the day, and those of another", async function () {
      const f = await networkHelpers.loadFixture(twoDays);
      const last = await lastBlockOf(f.endpoint, DAY);
      await expect(f.dayEnds.pin(DAY, [await header(f, last), await header(f, last - 1n)]))
        .to.be.revertedWithCustomError(f.dayEnds, "DayEndsElsewhere")
        .withArgs(DAY, DAY, DAY);
      await expect(f.dayEnds.pin(DAY - 1, [await header(f, last + 1n), await header(f, last)]))
        .to.be.revertedWithCustomError(f.dayEnds, "DayEndsElsewhere")
        .withArgs(DAY - 1, DAY, DAY + 1);
      await expect(f.dayEnds.pin(DAY + 1, [await header(f, last + 1n), await header(f, last)]))
        .to.be.revertedWithCustomError(f.dayEnds, "DayEndsElsewhere")
        .withArgs(DAY + 1, DAY, DAY + 1);
    });
  });

  describe("valueAt", function () {
    it("reads a wallet's word at the end of a day, whatever it is now", async function () {
      const f = await networkHelpers.loadFixture(twoDays);
      await pin(f, DAY);
      const slot = await f.interest.accountSlot(f.ann);
      const word = await f.dayEnds.valueAt(DAY, f.money, slot, await proveAt(f, DAY, slot));
      expect(word % 2n ** 64n).to.equal(minor("10.00"));
      expect(await f.money.balanceOf(f.ann)).to.equal(minor("25.00"));
    });

    it("reads 0 where nothing was ever written", async function () {
      const f = await networkHelpers.loadFixture(twoDays);
      await pin(f, DAY);
      const slot = await f.interest.accountSlot(f.stranger);
      expect(await f.dayEnds.valueAt(DAY, f.money, slot, await proveAt(f, DAY, slot))).to.equal(0n);
    });

    it("refuses a day that nobody has pinned", async function () {
      const f = await networkHelpers.loadFixture(twoDays);
      const slot = await f.interest.accountSlot(f.ann);
      await expect(f.dayEnds.valueAt(DAY, f.money, slot, await proveAt(f, DAY, slot)))
        .to.be.revertedWithCustomError(f.dayEnds, "DayNotPinned")
        .withArgs(DAY);
    });

    it("refuses the proof of another day", async function () {
      const f = await networkHelpers.loadFixture(twoDays);
      await toDay(chain, DAY + 2);
      await pin(f, DAY);
      const slot = await f.interest.accountSlot(f.ann);
      await expect(f.dayEnds.valueAt(DAY, f.money, slot, await proveAt(f, DAY + 1, slot)))
        .to.be.revertedWithCustomError(f.dayEnds, "TrieNodeInvalid")
        .withArgs(0n);
      const { account } = await proveAt(f, DAY, slot);
      await expect(f.dayEnds.valueAt(DAY, f.money, slot, { account, slot: [] }))
        .to.be.revertedWithCustomError(f.dayEnds, "TrieProofIncomplete")
        .withArgs(0n);
    });

    it("refuses a contract that was not there", async function () {
      const f = await networkHelpers.loadFixture(twoDays);
      await pin(f, DAY);
      const nobody = `0x${"77".repeat(20)}`;
      const proof = await slotProof(f.endpoint, nobody, ZeroHash, await lastBlockOf(f.endpoint, DAY));
      await expect(f.dayEnds.valueAt(DAY, nobody, ZeroHash, proof))
        .to.be.revertedWithCustomError(f.dayEnds, "DayAccountMissing")
        .withArgs(DAY, nobody);
    });
  });

  describe("lastBlockOf", function () {
    it("says in one sentence that a day is not over", async function () {
      const f = await networkHelpers.loadFixture(deploy);
      const sentence = await lastBlockOf(f.endpoint, DAY).then(String, sentenceOf);
      expect(sentence).to.equal(`the chain has no end of day ${DAY}: it is not over, or before the first block.`);
    });
  });
});
