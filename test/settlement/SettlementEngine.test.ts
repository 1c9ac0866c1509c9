import { expect } from "chai";
import { ZeroAddress, toBeHex } from "ethers";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { instruct, payment } from "../../sdk/instructions.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import {
  OPENING_MONEY,
  STATUS,
  TRADE,
  cny,
  deploySettlement,
  hkd,
  idOf,
  pay,
  settleSigned,
  signed,
  trade,
  units,
  type Settlement,
} from "../support/settlement.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return deploySettlement(chain);
}

describe("SettlementEngine", function () {
  let f: Settlement;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("instructionId", function () {
    it("is the EIP-712 digest in the engine's domain, whatever the number of legs", async function () {
      const side = cny(f, f.icbc, "1");
      for (const count of [0, 1, 2, 7]) {
        const legs = Array.from({ length: count }, () => ({ ...side, to: f.boc.address }));
        const instruction = {
          businessRef: ref("any"),
          notBefore: 2n ** 47n,
          notAfter: 2n ** 48n - 1n,
          nettable: true,
          legs,
        };
        expect(await f.engine.instructionId(instruction)).to.equal(idOf(f, instruction));
      }
    });

    it("stands in a domain that the engine says itself", async function () {
      expect(await domainOf(f.engine)).to.deep.equal({
        name: "SettlementEngine",
        version: "1",
        chainId: 86_001n,
        verifyingContract: await f.engine.getAddress(),
      });
    });
  });

  describe("settle", function () {
    context("given the signatures of both givers", function () {
      it("moves both legs and records the end", async function () {
        const instruction = trade(f);
        const settlement = settleSigned(f, instruction);
        await expect(settlement).to.changeTokenBalances(ethers, f.mainland.currency, [f.icbc, f.boc], TRADE.cash);
        await expect(settlement).to.changeTokenBalances(ethers, f.bond, [f.icbc, f.boc], TRADE.units);
        await expect(settlement)
          .to.emit(f.engine, "InstructionSettled")
          .withArgs(idOf(f, instruction), f.icbc.address, instruction.businessRef);
        expect(await f.engine.statusOf(f.icbc, instruction.businessRef)).to.equal(STATUS.settled);
      });

      it("settles delivery against two currencies in three legs", async function () {
        const instruction = instruct({ businessRef: 7n }, [
          { ...units(f, f.boc, 10n), to: f.icbc.address },
          { ...cny(f, f.icbc, "600"), to: f.boc.address },
          { ...hkd(f, f.icbc, "430"), to: f.boc.address },
        ]);
        const settlement = settleSigned(f, instruction);
        await expect(settlement).to.changeTokenBalances(ethers, f.bond, [f.boc, f.icbc], [-10n, 10n]);
        const { currency } = f.hongkong;
        await expect(settlement).to.changeTokenBalances(ethers, currency, [f.icbc, f.boc], [-43_000n, 43_000n]);
      });

      it("settles once, for ever", async function () {
        const instruction = trade(f);
        await settleSigned(f, instruction);
        await expect(settleSigned(f, instruction))
          .to.be.revertedWithCustomError(f.engine, "InstructionAlreadyEnded")
          .withArgs(idOf(f, instruction), STATUS.settled);
      });

      it("ends the initiator's reference for every instruction that carries it", async function () {
        const replacement = { ...trade(f), legs: trade(f).legs.map((leg) => ({ ...leg, amount: leg.amount + 1n })) };
        await settleSigned(f, replacement);
        await expect(settleSigned(f, trade(f)))
          .to.be.revertedWithCustomError(f.engine, "InstructionAlreadyEnded")
          .withArgs(idOf(f, trade(f)), STATUS.settled);
      });
    });

    context("given references that share a word or not", function () {
      for (const [first, second] of [
        [0n, 1n],
        [126n, 127n],
        [127n, 128n],
        [0n, 1n << 255n],
      ] as const) {
        it(`keeps ${first} and ${second} apart`, async function () {
          await settleSigned(f, pay(f, first, f.icbc, f.boc, "1"));
          expect(await f.engine.statusOf(f.icbc, toBeHex(second, 32))).to.equal(STATUS.open);
          await settleSigned(f, pay(f, second, f.icbc, f.boc, "1"));
          expect(await f.engine.statusOf(f.icbc, toBeHex(first, 32))).to.equal(STATUS.settled);
        });
      }

      it("keeps the same reference of two initiators apart", async function () {
        await settleSigned(f, pay(f, 5n, f.icbc, f.boc, "1"));
        await expect(settleSigned(f, pay(f, 5n, f.boc, f.icbc, "1"))).to.emit(f.engine, "InstructionSettled");
      });
    });

    context("given a leg that cannot move", function () {
      it("moves nothing and passes the token's error on", async function () {
        const instruction = instruct({ businessRef: 2n }, [
          { ...cny(f, f.icbc, "1000"), to: f.boc.address },
          { ...units(f, f.boc, 1_001n), to: f.icbc.address },
        ]);
        await expect(settleSigned(f, instruction))
          .to.be.revertedWithCustomError(f.bond, "ERC20InsufficientBalance")
          .withArgs(f.boc.address, 1_000n, 1_001n);
        expect(await f.mainland.currency.balanceOf(f.boc)).to.equal(OPENING_MONEY);
        expect(await f.engine.statusOf(f.icbc, instruction.businessRef)).to.equal(STATUS.open);
      });

      it("reverts when the allowance has been withdrawn", async function () {
        await f.bond.connect(f.boc).approve(f.engine, 9n);
        await expect(settleSigned(f, trade(f)))
          .to.be.revertedWithCustomError(f.bond, "ERC20InsufficientAllowance")
          .withArgs(await f.engine.getAddress(), 9n, 10n);
      });

      it("reverts when the token has no code", async function () {
        const token = f.stranger.address;
        const instruction = payment({ businessRef: 2n }, { token, from: f.icbc.address, amount: 1n }, f.boc.address);
        await expect(settleSigned(f, instruction))
          .to.be.revertedWithCustomError(f.engine, "SafeERC20FailedOperation")
          .withArgs(token);
      });
    });

    context("given a window", function () {
      const NOT_BEFORE = 4_000_000_000n;
      const NOT_AFTER = 4_000_003_600n;
      const window = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER };

      for (const time of [NOT_BEFORE, NOT_AFTER]) {
        it(`settles at ${time}, inside`, async function () {
          await networkHelpers.time.setNextBlockTimestamp(time);
          await expect(settleSigned(f, trade(f, window))).to.emit(f.engine, "InstructionSettled");
        });
      }

      it("reverts one second before it", async function () {
        const instruction = trade(f, window);
        await networkHelpers.time.setNextBlockTimestamp(NOT_BEFORE - 1n);
        await expect(settleSigned(f, instruction))
          .to.be.revertedWithCustomError(f.engine, "InstructionNotYetValid")
          .withArgs(idOf(f, instruction), NOT_BEFORE, NOT_BEFORE - 1n);
      });

      it("reverts one second after it", async function () {
        const instruction = trade(f, window);
        await networkHelpers.time.setNextBlockTimestamp(NOT_AFTER + 1n);
        await expect(settleSigned(f, instruction))
          .to.be.revertedWithCustomError(f.engine, "InstructionExpired")
          .withArgs(idOf(f, instruction), NOT_AFTER, NOT_AFTER + 1n);
      });
    });

    context("given an instruction that says nothing", function () {
      it("reverts without legs", async function () {
        const instruction = { ...trade(f), legs: [] };
        await expect(f.engine.settle(instruction, [], []))
          .to.be.revertedWithCustomError(f.engine, "InstructionEmpty")
          .withArgs(idOf(f, instruction));
      });

      it("reverts for a leg that moves nothing, one that stays where it is, and one from nobody", async function () {
        const [first, second] = trade(f).legs;
        if (first === undefined || second === undefined) throw new RangeError("the trade has two legs");
        for (const fault of [{ amount: 0n }, { to: second.from }, { from: ZeroAddress }]) {
          const instruction = { ...trade(f), legs: [first, { ...second, ...fault }] };
          await expect(settleSigned(f, instruction))
            .to.be.revertedWithCustomError(f.engine, "InstructionLegInvalid")
            .withArgs(idOf(f, instruction), 1n);
        }
      });
    });

    context("given consents", function () {
      it("takes a giver's own call for its consent", async function () {
        const { instruction, consents } = await signed(f, trade(f), [f.icbc]);
        await expect(f.engine.connect(f.boc).settle(instruction, consents, [])).to.emit(f.engine, "InstructionSettled");
      });

      it("takes affirmations, with no consents given", async function () {
        const instruction = trade(f);
        for (const giver of [f.icbc, f.boc]) await f.engine.connect(giver).affirm(idOf(f, instruction));
        await expect(f.engine.connect(f.carrier).settle(instruction, [], [])).to.emit(f.engine, "InstructionSettled");
      });

      it("asks each giver once, at its first leg", async function () {
        const instruction = instruct({ businessRef: 3n }, [
          { ...cny(f, f.icbc, "1"), to: f.boc.address },
          { ...hkd(f, f.icbc, "1"), to: f.boc.address },
          { ...units(f, f.boc, 1n), to: f.icbc.address },
          { ...units(f, f.icbc, 2n), to: f.hsbc.address },
        ]);
        const { consents } = await signed(f, instruction);
        expect(consents).to.have.length(2);
        await expect(f.engine.settle(instruction, consents, [])).to.emit(f.engine, "InstructionSettled");
      });

      it("names the giver that has not consented", async function () {
        const { instruction, consents } = await signed(f, trade(f), [f.icbc]);
        for (const given of [consents, consents.slice(0, 1)]) {
          await expect(f.engine.connect(f.carrier).settle(instruction, given, []))
            .to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing")
            .withArgs(idOf(f, instruction), f.boc.address);
        }
      });

      it("does not take the receiver's call for the giver's consent", async function () {
        const instruction = pay(f, 3n, f.icbc, f.boc, "1");
        await expect(f.engine.connect(f.boc).settle(instruction, [], []))
          .to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing")
          .withArgs(idOf(f, instruction), f.icbc.address);
      });

      it("reverts when more are given than there are givers", async function () {
        const { instruction, consents } = await signed(f, trade(f));
        await expect(f.engine.settle(instruction, [...consents, "0x"], []))
          .to.be.revertedWithCustomError(f.engine, "InstructionConsentsExcessive")
          .withArgs(idOf(f, instruction), 3n, 2n);
      });
    });
  });

  describe("settleMany", function () {
    it("settles in order, each on what the one before brought", async function () {
      const items = [
        await signed(f, pay(f, 1n, f.icbc, f.boc, "10000")),
        await signed(f, pay(f, 1n, f.boc, f.hsbc, "20000")),
      ];
      const ids = items.map(({ instruction }) => idOf(f, instruction));
      expect(await f.engine.connect(f.carrier).settleMany.staticCall(items)).to.deep.equal(ids);
      await expect(f.engine.connect(f.carrier).settleMany(items)).to.changeTokenBalances(
        ethers,
        f.mainland.currency,
        [f.icbc, f.boc, f.hsbc],
        [-minor("10000"), -minor("10000"), minor("20000")],
      );
    });

    it("settles none when one is refused", async function () {
      const items = [
        await signed(f, pay(f, 1n, f.icbc, f.boc, "1")),
        await signed(f, pay(f, 1n, f.boc, f.hsbc, "10001.01")),
      ];
      await expect(f.engine.settleMany(items))
        .to.be.revertedWithCustomError(f.mainland.currency, "ERC20InsufficientBalance")
        .withArgs(f.boc.address, minor("10001"), minor("10001.01"));
      expect(await f.engine.statusOf(f.icbc, toBeHex(1n, 32))).to.equal(STATUS.open);
    });
  });

  describe("trySettleMany", function () {
    it("settles the others and says why one failed", async function () {
      const poor = pay(f, 1n, f.boc, f.hsbc, "10000.01");
      const items = [
        await signed(f, pay(f, 1n, f.hsbc, f.bochk, "1")),
        await signed(f, poor),
        await signed(f, pay(f, 1n, f.icbc, f.hsbc, "2")),
      ];
      expect(await f.engine.trySettleMany.staticCall(items)).to.deep.equal([true, false, true]);
      const reason = f.mainland.currency.interface.encodeErrorResult("ERC20InsufficientBalance", [
        f.boc.address,
        OPENING_MONEY,
        minor("10000.01"),
      ]);
      const settlement = f.engine.connect(f.carrier).trySettleMany(items);
      await expect(settlement).to.emit(f.engine, "InstructionFailed").withArgs(idOf(f, poor), reason);
      await expect(settlement).to.changeTokenBalances(
        ethers,
        f.mainland.currency,
        [f.icbc, f.boc, f.hsbc, f.bochk],
        [-minor("2"), 0n, minor("1"), minor("1")],
      );
      expect(await f.engine.statusOf(f.boc, poor.businessRef)).to.equal(STATUS.open);
    });

    it("leaves what failed open, to settle later", async function () {
      const item = await signed(f, pay(f, 1n, f.boc, f.hsbc, "10000.01"));
      await f.engine.trySettleMany([item]);
      await settleSigned(f, pay(f, 1n, f.icbc, f.boc, "0.01"));
      expect(await f.engine.trySettleMany.staticCall([item])).to.deep.equal([true]);
    });

    it("takes a giver's own call for its consent", async function () {
      const item = { instruction: pay(f, 1n, f.icbc, f.boc, "1"), consents: [], holds: [] };
      expect(await f.engine.connect(f.icbc).trySettleMany.staticCall([item])).to.deep.equal([true]);
      expect(await f.engine.connect(f.boc).trySettleMany.staticCall([item])).to.deep.equal([false]);
    });
  });
});
