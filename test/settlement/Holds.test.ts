import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { NEVER, holdId, type Hold } from "../../sdk/eip712/ledger.js";
import { NO_HOLD, coverOf, instruct, payment } from "../../sdk/instructions.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import {
  OPENING_MONEY,
  TRADE,
  cny,
  deploySettlement,
  idOf,
  placeCover,
  settleSigned,
  signed,
  trade,
  units,
  type Settlement,
} from "../support/settlement.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

const NOT_AFTER = 4_000_003_600n;

async function deploy() {
  const f = await deploySettlement(chain);
  // nobody's allowance is needed for what a hold covers
  for (const dealer of f.dealers) {
    await f.mainland.currency.connect(dealer).approve(f.engine, 0n);
    await f.bond.connect(dealer).approve(f.engine, 0n);
  }
  return f;
}

describe("SettlementEngine: holds", function () {
  let f: Settlement;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("settle", function () {
    context("given both legs covered by holds that are bound to the instruction", function () {
      it("settles without signature, affirmation or allowance", async function () {
        const instruction = trade(f);
        const holds = [
          await placeCover(f, f.mainland.currency, f.icbc, instruction, 0),
          await placeCover(f, f.bond, f.boc, instruction, 1),
        ];
        const settlement = f.engine.connect(f.stranger).settle(instruction, [], holds);
        await expect(settlement).to.changeTokenBalances(ethers, f.mainland.currency, [f.icbc, f.boc], TRADE.cash);
        await expect(settlement).to.changeTokenBalances(ethers, f.bond, [f.icbc, f.boc], TRADE.units);
        expect(await f.mainland.currency.heldOf(f.icbc)).to.equal(0n);
        expect(await f.bond.heldOf(f.boc)).to.equal(0n);
      });

      it("takes a hold that names no payee", async function () {
        const instruction = trade(f);
        const open = { ...coverOf(f.domain, instruction, 0), payee: ZeroAddress };
        await f.mainland.currency.connect(f.icbc).placeHold(open);
        const holds = [open, await placeCover(f, f.bond, f.boc, instruction, 1)];
        await expect(f.engine.settle(instruction, [], holds)).to.emit(f.engine, "InstructionSettled");
      });
    });

    context("given one leg by hold and one by allowance", function () {
      it("asks for consent to the leg without hold only", async function () {
        const instruction = trade(f);
        await f.bond.connect(f.boc).approve(f.engine, 10n);
        const holds = [await placeCover(f, f.mainland.currency, f.icbc, instruction, 0), NO_HOLD];
        await expect(f.engine.connect(f.carrier).settle(instruction, [], holds))
          .to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing")
          .withArgs(idOf(f, instruction), f.boc.address);
        const { consents } = await signed(f, instruction, [f.boc]);
        await expect(f.engine.connect(f.carrier).settle(instruction, consents, holds)).to.emit(
          f.engine,
          "InstructionSettled",
        );
      });
    });

    context("given a token that lies about holds", function () {
      it("does not take its hold for consent to another token's leg", async function () {
        const liar = await ethers.deployContract("LyingTokenMock");
        const token = await liar.getAddress();
        await f.mainland.currency.connect(f.icbc).approve(f.engine, OPENING_MONEY);
        const instruction = instruct({ businessRef: 1n }, [
          { token, from: f.icbc.address, to: f.stranger.address, amount: 1n },
          { ...cny(f, f.icbc, "10000"), to: f.boc.address },
        ]);
        const holds = [coverOf(f.domain, instruction, 0), NO_HOLD];
        await expect(f.engine.connect(f.stranger).settle(instruction, [], holds))
          .to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing")
          .withArgs(idOf(f, instruction), f.icbc.address);
        const forged = [coverOf(f.domain, instruction, 0), coverOf(f.domain, instruction, 1)];
        await expect(f.engine.connect(f.stranger).settle(instruction, [], forged))
          .to.be.revertedWithCustomError(f.mainland.currency, "HoldNotActive")
          .withArgs(holdId(coverOf(f.domain, instruction, 1)));
      });
    });

    context("given a hold that is not the leg's", function () {
      const faults: Record<string, (hold: Hold, f: Settlement) => Partial<Hold>> = {
        "another executor": (_, { carrier }) => ({ executor: carrier.address }),
        "another reference": () => ({ businessRef: ref("another instruction") }),
        "another payer": (_, { hsbc }) => ({ payer: hsbc.address }),
        "another payee": (_, { hsbc }) => ({ payee: hsbc.address }),
        "one unit less": ({ amount }) => ({ amount: amount - 1n }),
        "one unit more": ({ amount }) => ({ amount: amount + 1n }),
      };
      for (const [name, fault] of Object.entries(faults)) {
        it(`reverts for ${name}`, async function () {
          const { instruction, consents } = await signed(f, trade(f));
          const good = coverOf(f.domain, instruction, 1);
          const hold = { ...good, ...fault(good, f) };
          await f.mainland.currency.connect(f.icbc).approve(f.engine, minor("1000"));
          await f.bond.connect(hold.payer === f.boc.address ? f.boc : f.hsbc).placeHold(hold);
          await expect(f.engine.settle(instruction, consents, [NO_HOLD, hold]))
            .to.be.revertedWithCustomError(f.engine, "InstructionHoldMismatch")
            .withArgs(idOf(f, instruction), 1n);
        });
      }

      it("reverts for terms that nobody has placed", async function () {
        const instruction = trade(f);
        const holds = [coverOf(f.domain, instruction, 0), coverOf(f.domain, instruction, 1)];
        await expect(f.engine.settle(instruction, [], holds))
          .to.be.revertedWithCustomError(f.mainland.currency, "HoldNotActive")
          .withArgs(holdId(coverOf(f.domain, instruction, 0)));
      });

      it("reverts when holds are not parallel to the legs", async function () {
        const { instruction, consents } = await signed(f, trade(f));
        for (const holds of [[NO_HOLD], [NO_HOLD, NO_HOLD, NO_HOLD]]) {
          await expect(f.engine.settle(instruction, consents, holds))
            .to.be.revertedWithCustomError(f.engine, "InstructionHoldsMismatch")
            .withArgs(idOf(f, instruction), BigInt(holds.length), 2n);
        }
      });
    });
  });

  describe("releaseBoundHold", function () {
    async function heldTrade(notAfter = NEVER) {
      const instruction = trade(f, { notAfter });
      const hold = await placeCover(f, f.bond, f.boc, instruction, 1);
      return { instruction, hold };
    }

    it("reverts while the instruction may settle, up to the last second of its window", async function () {
      const { instruction, hold } = await heldTrade(NOT_AFTER);
      await networkHelpers.time.setNextBlockTimestamp(NOT_AFTER);
      await expect(f.engine.releaseBoundHold(f.bond, instruction, hold))
        .to.be.revertedWithCustomError(f.engine, "InstructionNotEnded")
        .withArgs(idOf(f, instruction));
    });

    it("lets anyone free a hold whose instruction's window has closed", async function () {
      const { instruction, hold } = await heldTrade(NOT_AFTER);
      await networkHelpers.time.setNextBlockTimestamp(NOT_AFTER + 1n);
      await expect(f.engine.connect(f.stranger).releaseBoundHold(f.bond, instruction, hold))
        .to.emit(f.bond, "HoldReleased")
        .withArgs(holdId(hold), f.boc.address, 10n);
      expect(await f.bond.spendableOf(f.boc)).to.equal(1_000n);
    });

    it("lets anyone free a hold whose instruction was cancelled", async function () {
      const { instruction, hold } = await heldTrade();
      await f.engine.connect(f.icbc).cancel(instruction, "0x");
      expect(await f.engine.connect(f.stranger).releaseBoundHold.staticCall(f.bond, instruction, hold)).to.equal(10n);
      await expect(f.engine.connect(f.stranger).releaseBoundHold(f.bond, instruction, hold))
        .to.emit(f.bond, "HoldReleased")
        .withArgs(holdId(hold), f.boc.address, 10n);
    });

    it("lets anyone free a hold whose instruction settled by allowance", async function () {
      const { instruction, hold } = await heldTrade();
      await f.mainland.currency.connect(f.icbc).approve(f.engine, minor("1000"));
      await f.bond.connect(f.boc).approve(f.engine, 10n);
      await settleSigned(f, instruction);
      await f.engine.connect(f.stranger).releaseBoundHold(f.bond, instruction, hold);
      expect(await f.bond.heldOf(f.boc)).to.equal(0n);
    });

    it("frees nothing twice", async function () {
      const { instruction, hold } = await heldTrade();
      await f.engine.connect(f.icbc).cancel(instruction, "0x");
      await f.engine.releaseBoundHold(f.bond, instruction, hold);
      await expect(f.engine.releaseBoundHold(f.bond, instruction, hold))
        .to.be.revertedWithCustomError(f.bond, "HoldNotActive")
        .withArgs(holdId(hold));
    });

    it("reverts for a hold that is bound to something else", async function () {
      const { instruction } = await heldTrade();
      const other = payment({ businessRef: 9n }, units(f, f.boc, 1n), f.icbc.address);
      const hold = await placeCover(f, f.bond, f.boc, other, 0);
      await f.engine.connect(f.icbc).cancel(instruction, "0x");
      await expect(f.engine.releaseBoundHold(f.bond, instruction, hold))
        .to.be.revertedWithCustomError(f.engine, "InstructionHoldUnbound")
        .withArgs(idOf(f, instruction), idOf(f, other));
    });

    it("leaves a hold of another executor to that executor", async function () {
      const instruction = trade(f);
      const hold = { ...coverOf(f.domain, instruction, 1), executor: f.hsbc.address };
      await f.bond.connect(f.boc).placeHold(hold);
      await f.engine.connect(f.icbc).cancel(instruction, "0x");
      await expect(f.engine.releaseBoundHold(f.bond, instruction, hold))
        .to.be.revertedWithCustomError(f.bond, "HoldUnauthorized")
        .withArgs(holdId(hold), await f.engine.getAddress(), f.hsbc.address);
    });

    it("reverts without legs", async function () {
      const instruction = { ...trade(f), legs: [] };
      await expect(f.engine.releaseBoundHold(f.bond, instruction, NO_HOLD))
        .to.be.revertedWithCustomError(f.engine, "InstructionEmpty")
        .withArgs(idOf(f, instruction));
    });
  });
});
