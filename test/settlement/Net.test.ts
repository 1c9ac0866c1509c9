import { expect } from "chai";
import { MaxUint256, ZeroAddress, concat, keccak256, toBeHex } from "ethers";
import fc from "fast-check";
import { holdId } from "../../sdk/eip712/ledger.js";
import {
  NO_HOLD,
  coverOf,
  exchange,
  instruct,
  netTable,
  payment,
  type SettlementItem,
} from "../../sdk/instructions.js";
import { minor } from "../../sdk/money.js";
import { netPositions } from "../../sdk/netting.js";
import { openChain } from "../support/chain.js";
import { fund } from "../support/currency.js";
import {
  STATUS,
  cny,
  deploySettlement,
  hkd,
  idOf,
  pay,
  placeCover,
  settleNetOf,
  signed,
  units,
  type Settlement,
} from "../support/settlement.js";
import { expectGasWithin } from "../support/gas.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

const MAX_NETTED = 2n ** 128n - 1n;

async function deploy() {
  return deploySettlement(chain);
}

describe("SettlementEngine: settleNet", function () {
  let f: Settlement;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  /** A ring of three payments; icbc owes 2.00 in sum, boc is due 3.00, hsbc owes 1.00. */
  function ring() {
    return [pay(f, 1n, f.icbc, f.boc, "30"), pay(f, 1n, f.boc, f.hsbc, "27"), pay(f, 1n, f.hsbc, f.icbc, "28")];
  }
  const signedAll = (instructions: ReturnType<typeof ring>) => Promise.all(instructions.map((each) => signed(f, each)));

  context("given signed payments in a ring", function () {
    it("moves net amounts only, straight from payers to receivers", async function () {
      const settlement = settleNetOf(f, await signedAll(ring()));
      await expect(settlement).to.changeTokenBalances(
        ethers,
        f.mainland.currency,
        [f.icbc, f.boc, f.hsbc],
        [-minor("2"), minor("3"), -minor("1")],
      );
      const { currency } = f.mainland;
      await expect(settlement).to.emit(currency, "Transfer").withArgs(f.icbc.address, f.boc.address, minor("2"));
      await expect(settlement).to.emit(currency, "Transfer").withArgs(f.hsbc.address, f.boc.address, minor("1"));
    });

    it("records and tells each, and the batch", async function () {
      const ids = ring().map((instruction) => idOf(f, instruction));
      const settlement = settleNetOf(f, await signedAll(ring()));
      for (const [position, { businessRef }] of ring().entries()) {
        const initiator = [f.icbc, f.boc, f.hsbc][position] ?? f.stranger;
        await expect(settlement)
          .to.emit(f.engine, "InstructionSettled")
          .withArgs(ids[position], initiator.address, businessRef);
        expect(await f.engine.statusOf(initiator, businessRef)).to.equal(STATUS.settled);
      }
      await expect(settlement)
        .to.emit(f.engine, "NetSettled")
        .withArgs(keccak256(concat(ids)), f.carrier.address, 3n, 2n);
    });

    it("settles what cancels out without moving anything", async function () {
      const items = await signedAll([pay(f, 1n, f.icbc, f.boc, "50000"), pay(f, 1n, f.boc, f.icbc, "50000")]);
      await expect(settleNetOf(f, items)).not.to.emit(f.mainland.currency, "Transfer");
      expect(await f.engine.statusOf(f.icbc, toBeHex(1n, 32))).to.equal(STATUS.settled);
    });

    it("settles exactly what the net payer has, and not one fen more", async function () {
      const poor = (amount: string) => signedAll([pay(f, 1n, f.icbc, f.boc, amount), pay(f, 1n, f.boc, f.icbc, "5")]);
      await expect(settleNetOf(f, await poor("10005.01")))
        .to.be.revertedWithCustomError(f.mainland.currency, "ERC20InsufficientBalance")
        .withArgs(f.icbc.address, minor("10000"), minor("10000.01"));
      expect(await f.engine.statusOf(f.boc, toBeHex(1n, 32))).to.equal(STATUS.open);
      await settleNetOf(f, await poor("10005"));
      expect(await f.mainland.currency.balanceOf(f.icbc)).to.equal(0n);
    });

    it("settles each once", async function () {
      const items = await signedAll(ring());
      await settleNetOf(f, items);
      await expect(settleNetOf(f, items))
        .to.be.revertedWithCustomError(f.engine, "InstructionAlreadyEnded")
        .withArgs(idOf(f, items[0]?.instruction ?? pay(f, 1n, f.icbc, f.boc, "0.01")), STATUS.settled);
    });

    it("reverts for one that is in the batch twice", async function () {
      const [item] = await signedAll(ring());
      if (item === undefined) throw new RangeError("the ring is empty");
      await expect(settleNetOf(f, [item, item]))
        .to.be.revertedWithCustomError(f.engine, "InstructionAlreadyEnded")
        .withArgs(idOf(f, item.instruction), STATUS.settled);
    });
  });

  context("given 100 signed payments among ten accounts", function () {
    it("settles them within the gas of one transaction (EIP-7825)", async function () {
      const { icbc, boc, hsbc, bochk, ann, bob, cai, shop, company, treasury } = f;
      const accounts = [icbc, boc, hsbc, bochk, ann, bob, cai, shop, company, treasury];
      for (const account of accounts.slice(4)) {
        await fund(f.mainland, account, minor("100"));
        await f.mainland.currency.connect(account).approve(f.engine, MaxUint256);
      }
      const items: SettlementItem[] = [];
      for (let at = 0; at < 100; at++) {
        const round = Math.floor(at / 10);
        const [from, to] = [accounts[at % 10], accounts[(at + 1 + (round % 9)) % 10]];
        if (from === undefined || to === undefined) throw new RangeError("there are ten accounts");
        items.push(await signed(f, pay(f, BigInt(round), from, to, `${1 + (at % 7)}.00`), accounts));
      }
      const receipt = await (await settleNetOf(f, items)).wait();
      expectGasWithin(receipt?.gasUsed, 2n ** 24n);
      const [settled] = await f.engine.queryFilter(f.engine.filters.NetSettled());
      expect(settled?.args.instructions).to.equal(100n);
      expect(settled?.args.transfers).to.be.lessThan(10n);
    });
  });

  context("given trades in several tokens", function () {
    it("nets each token on its own", async function () {
      const terms = { businessRef: 1n, nettable: true };
      const items = await signedAll([
        exchange(terms, units(f, f.icbc, 10n), cny(f, f.boc, "500")),
        exchange(terms, units(f, f.boc, 7n), hkd(f, f.hsbc, "400")),
        exchange(terms, units(f, f.hsbc, 4n), cny(f, f.icbc, "210")),
      ]);
      const settlement = settleNetOf(f, items);
      const three = [f.icbc, f.boc, f.hsbc];
      await expect(settlement).to.changeTokenBalances(ethers, f.bond, three, [-6n, 3n, 3n]);
      await expect(settlement).to.changeTokenBalances(ethers, f.mainland.currency, three, [29_000n, -50_000n, 21_000n]);
      await expect(settlement).to.changeTokenBalances(ethers, f.hongkong.currency, three, [0n, 40_000n, -40_000n]);
    });
  });

  context("given any payments", function () {
    it("leaves every account with what it had, less given, plus received", async function () {
      const someone = fc.nat({ max: 3 });
      const leg = fc.record({
        from: someone,
        to: someone,
        bond: fc.boolean(),
        amount: fc.integer({ min: 1, max: 60 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(leg, { minLength: 1, maxLength: 12 }), async (drawn) => {
          f = await networkHelpers.loadFixture(deploy);
          const legs = drawn.map(({ from, to, bond, amount }) => ({
            token: bond ? f.security : f.ecny,
            from: f.dealers[from]?.address ?? "",
            to: f.dealers[from === to ? (to + 1) % 4 : to]?.address ?? "",
            amount: BigInt(amount),
          }));
          const instructions = legs.map((each, order) =>
            instruct({ businessRef: BigInt(order), nettable: true }, [each]),
          );
          const receipt = await (await settleNetOf(f, await signedAll(instructions))).wait();
          const positions = netPositions(legs.map((each, order) => ({ id: `${order}`, order, legs: [each] })));
          for (const { participant, token, amount } of positions) {
            const [ledger, opening] =
              token === f.security ? [f.bond, 1_000n] : ([f.mainland.currency, minor("10000")] as const);
            expect(await ledger.balanceOf(participant)).to.equal(opening + amount);
          }
          const transfers = (receipt?.logs.length ?? 0) - instructions.length - 1;
          expect(transfers).to.be.lessThan(positions.length);
        }),
        { numRuns: 25 },
      );
    });
  });

  context("given holds that are bound to the instructions", function () {
    it("frees the cover for the net amount", async function () {
      const [first, second] = [pay(f, 1n, f.icbc, f.boc, "10000"), pay(f, 1n, f.boc, f.icbc, "4000")];
      const hold = await placeCover(f, f.mainland.currency, f.icbc, first, 0);
      const items: SettlementItem[] = [
        { instruction: first, consents: [], holds: [hold] },
        { ...(await signed(f, second)), holds: [NO_HOLD] },
      ];
      const settlement = settleNetOf(f, items);
      await expect(settlement)
        .to.emit(f.mainland.currency, "HoldReleased")
        .withArgs(holdId(hold), f.icbc.address, minor("10000"));
      await expect(settlement).to.changeTokenBalance(ethers, f.mainland.currency, f.icbc, -minor("6000"));
    });

    it("frees cover of any amount when the giver has consented otherwise", async function () {
      const instruction = pay(f, 1n, f.icbc, f.boc, "10000");
      const guarantee = { ...coverOf(f.domain, instruction, 0), amount: minor("2500"), payee: ZeroAddress };
      await f.mainland.currency.connect(f.icbc).placeHold(guarantee);
      await settleNetOf(f, [{ ...(await signed(f, instruction)), holds: [guarantee] }]);
      expect(await f.mainland.currency.balanceOf(f.icbc)).to.equal(0n);
    });

    it("does not take a spender's hold of one fen for consent to more", async function () {
      const { currency } = f.mainland;
      const instruction = pay(f, 1n, f.icbc, f.boc, "10000");
      const hold = { ...coverOf(f.domain, instruction, 0), amount: 1n };
      await currency.connect(f.icbc).approve(f.stranger, 1n);
      await currency.connect(f.stranger).placeHoldFrom(hold);
      await expect(settleNetOf(f, [{ instruction, consents: [], holds: [hold] }]))
        .to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing")
        .withArgs(idOf(f, instruction), f.icbc.address);
    });

    it("reverts for a hold that is bound to another instruction", async function () {
      const [first, second] = [pay(f, 1n, f.icbc, f.boc, "10"), pay(f, 2n, f.icbc, f.boc, "10")];
      const hold = await placeCover(f, f.mainland.currency, f.icbc, second, 0);
      await expect(settleNetOf(f, [{ ...(await signed(f, first)), holds: [hold] }]))
        .to.be.revertedWithCustomError(f.engine, "InstructionHoldMismatch")
        .withArgs(idOf(f, first), 0n);
    });
  });

  context("given a batch or a table that is wrong", function () {
    it("reverts for an empty batch", async function () {
      await expect(f.engine.settleNet([], [], "0x"))
        .to.be.revertedWithCustomError(f.engine, "NetEmpty")
        .withArgs();
    });

    it("reverts when a giver has not agreed to netting", async function () {
      const instruction = payment({ businessRef: 1n }, cny(f, f.icbc, "1"), f.boc.address);
      await expect(settleNetOf(f, [await signed(f, instruction)]))
        .to.be.revertedWithCustomError(f.engine, "InstructionNotNettable")
        .withArgs(idOf(f, instruction));
    });

    it("reverts when one giver has not consented", async function () {
      const [first, second] = [pay(f, 1n, f.icbc, f.boc, "1"), pay(f, 1n, f.boc, f.icbc, "1")];
      await expect(settleNetOf(f, [await signed(f, first), await signed(f, second, [])]))
        .to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing")
        .withArgs(idOf(f, second), f.boc.address);
    });

    it("reverts when a window is closed", async function () {
      const instruction = payment(
        { businessRef: 1n, notAfter: 9n, nettable: true },
        cny(f, f.icbc, "1"),
        f.boc.address,
      );
      await networkHelpers.time.setNextBlockTimestamp(4_000_000_000n);
      await expect(settleNetOf(f, [await signed(f, instruction)]))
        .to.be.revertedWithCustomError(f.engine, "InstructionExpired")
        .withArgs(idOf(f, instruction), 9n, 4_000_000_000n);
    });

    it("reverts for lines out of order and for a line given twice", async function () {
      const items = await signedAll(ring());
      const { keys, indices } = netTable(ring());
      const [a, b, c] = keys;
      if (a === undefined || b === undefined || c === undefined) throw new RangeError("the ring has three lines");
      for (const [table, line] of [
        [[b, a, c], 1n],
        [[a, b, b, c], 2n],
        [[{ ...a, token: f.engine.target as string }, ...keys].sort((x, y) => (x.token < y.token ? 1 : -1)), 1n],
      ] as const) {
        await expect(f.engine.settleNet(items, [...table], indices))
          .to.be.revertedWithCustomError(f.engine, "NetKeysUnsorted")
          .withArgs(line);
      }
    });

    it("reverts when a line is not the leg's, or is not there", async function () {
      const instruction = pay(f, 1n, f.icbc, f.boc, "1");
      const items = [await signed(f, instruction)];
      const { keys, indices } = netTable([instruction]);
      const giver = BigInt(indices) >> 16n;
      const receiver = BigInt(indices) & 0xffffn;
      const cases = [
        { pair: [receiver, giver], wrong: receiver },
        { pair: [giver, giver], wrong: giver },
        { pair: [2n, receiver], wrong: 2n },
        { pair: [giver, 0xffffn], wrong: 0xffffn },
      ] as const;
      for (const { pair, wrong } of cases) {
        const given = concat(pair.map((line) => toBeHex(line, 2)));
        await expect(f.engine.settleNet(items, keys, given))
          .to.be.revertedWithCustomError(f.engine, "NetKeyMismatch")
          .withArgs(idOf(f, instruction), 0n, wrong);
      }
      const foreign = keys.map((key) => ({ ...key, token: f.ehkd }));
      await expect(f.engine.settleNet(items, foreign, indices))
        .to.be.revertedWithCustomError(f.engine, "NetKeyMismatch")
        .withArgs(idOf(f, instruction), 0n, giver);
    });

    it("reverts for indices too many", async function () {
      const items = await signedAll(ring());
      const { keys, indices } = netTable(ring());
      await expect(f.engine.settleNet(items, keys, `${indices}00`))
        .to.be.revertedWithCustomError(f.engine, "NetIndicesMismatch")
        .withArgs(13n, 12n);
    });

    it("nets amounts up to 2^128 − 1 and reverts one past it", async function () {
      const huge = (businessRef: bigint, from: { address: string }, to: { address: string }, amount: bigint) =>
        payment({ businessRef, nettable: true }, { token: f.ecny, from: from.address, amount }, to.address);
      const pair = (amount: bigint) => [huge(1n, f.icbc, f.boc, amount), huge(1n, f.boc, f.icbc, amount)];
      const [over] = pair(MAX_NETTED + 1n);
      if (over === undefined) throw new RangeError("no instruction");
      await expect(settleNetOf(f, await signedAll(pair(MAX_NETTED + 1n))))
        .to.be.revertedWithCustomError(f.engine, "NetAmountExceeded")
        .withArgs(idOf(f, over), 0n, MAX_NETTED + 1n, MAX_NETTED);
      await expect(settleNetOf(f, await signedAll(pair(MAX_NETTED)))).to.emit(f.engine, "NetSettled");
    });
  });
});
