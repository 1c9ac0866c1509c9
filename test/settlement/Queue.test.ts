import { expect } from "chai";
import { toBeHex } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { instruct } from "../../sdk/instructions.js";
import { minor } from "../../sdk/money.js";
import { bechSoramaki, maximumValueSubset, type Position } from "../../sdk/netting.js";
import { openChain } from "../support/chain.js";
import {
  STATUS,
  cny,
  deploySettlement,
  idOf,
  pay,
  readQueue,
  settleNetOf,
  settleSigned,
  signed,
  trade,
  units,
  type Settlement,
} from "../support/settlement.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

const NORMAL = 0;
const URGENT = 9;

async function deploy() {
  return deploySettlement(chain);
}

describe("SettlementEngine: queue", function () {
  let f: Settlement;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("queue", function () {
    it("records place and priority, and says the whole instruction", async function () {
      const { instruction, consents } = await signed(f, trade(f), [f.boc]);
      const id = idOf(f, instruction);
      const queueing = f.engine.connect(f.icbc).queue(instruction, consents, URGENT);
      await expect(queueing).to.emit(f.engine, "InstructionQueued");
      expect(await f.engine.queueEntry(id)).to.deep.equal([1n, BigInt(URGENT)]);
      const [event] = await f.engine.queryFilter(f.engine.filters.InstructionQueued(id));
      expect(event?.args.initiator).to.equal(f.icbc.address);
      expect([event?.args.sequence, event?.args.priority]).to.deep.equal([1n, BigInt(URGENT)]);
      expect(
        event?.args.instruction.legs.map(({ token, from, to, amount }) => ({ token, from, to, amount })),
      ).to.deep.equal(instruction.legs);
      expect(event?.args.instruction.notAfter).to.equal(instruction.notAfter);
    });

    it("remembers every consent as an affirmation, so that settling needs none", async function () {
      const { instruction, consents } = await signed(f, trade(f), [f.boc]);
      const id = idOf(f, instruction);
      const queueing = f.engine.connect(f.icbc).queue(instruction, consents, NORMAL);
      for (const giver of [f.icbc, f.boc]) {
        await expect(queueing).to.emit(f.engine, "InstructionAffirmed").withArgs(id, giver.address);
      }
      await expect(f.engine.connect(f.carrier).settle(instruction, [], [])).to.emit(f.engine, "InstructionSettled");
    });

    it("asks a giver of several legs once", async function () {
      const instruction = instruct({ businessRef: 1n }, [
        { ...cny(f, f.icbc, "1"), to: f.boc.address },
        { ...units(f, f.icbc, 1n), to: f.hsbc.address },
      ]);
      await expect(f.engine.connect(f.icbc).queue(instruction, [], NORMAL))
        .to.emit(f.engine, "InstructionAffirmed")
        .withArgs(idOf(f, instruction), f.icbc.address);
    });

    it("numbers arrivals", async function () {
      for (const businessRef of [1n, 2n, 3n]) {
        const instruction = pay(f, businessRef, f.icbc, f.boc, "1");
        await f.engine.connect(f.icbc).queue(instruction, [], NORMAL);
        expect(await f.engine.queueEntry(idOf(f, instruction))).to.deep.equal([businessRef, 0n]);
      }
    });

    it("reverts while it waits", async function () {
      const instruction = pay(f, 1n, f.icbc, f.boc, "1");
      await f.engine.connect(f.icbc).queue(instruction, [], NORMAL);
      await expect(f.engine.connect(f.icbc).queue(instruction, [], NORMAL))
        .to.be.revertedWithCustomError(f.engine, "InstructionAlreadyQueued")
        .withArgs(idOf(f, instruction));
    });

    it("reverts for a caller that gives nothing", async function () {
      const { instruction, consents } = await signed(f, pay(f, 1n, f.icbc, f.boc, "1"));
      await expect(f.engine.connect(f.boc).queue(instruction, consents, URGENT))
        .to.be.revertedWithCustomError(f.engine, "InstructionCallerNotGiver")
        .withArgs(idOf(f, instruction), f.boc.address);
    });

    it("reverts without every giver's consent, and with too many", async function () {
      const { instruction, consents } = await signed(f, trade(f));
      await expect(f.engine.connect(f.icbc).queue(instruction, [], NORMAL))
        .to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing")
        .withArgs(idOf(f, instruction), f.boc.address);
      await expect(f.engine.connect(f.icbc).queue(instruction, [...consents, "0x"], NORMAL))
        .to.be.revertedWithCustomError(f.engine, "InstructionConsentsExcessive")
        .withArgs(idOf(f, instruction), 3n, 2n);
    });

    it("reverts for what has ended", async function () {
      await settleSigned(f, trade(f));
      const { consents } = await signed(f, trade(f));
      await expect(f.engine.connect(f.icbc).queue(trade(f), consents, NORMAL))
        .to.be.revertedWithCustomError(f.engine, "InstructionAlreadyEnded")
        .withArgs(idOf(f, trade(f)), STATUS.settled);
    });

    it("takes an instruction in the last second of its window, and reverts after", async function () {
      const instruction = { ...pay(f, 1n, f.icbc, f.boc, "1"), notAfter: 4_000_000_000n };
      await networkHelpers.time.setNextBlockTimestamp(4_000_000_000n);
      await f.engine.connect(f.icbc).queue(instruction, [], NORMAL);
      const late = { ...instruction, businessRef: toBeHex(2n, 32) };
      await networkHelpers.time.setNextBlockTimestamp(4_000_000_001n);
      await expect(f.engine.connect(f.icbc).queue(late, [], NORMAL))
        .to.be.revertedWithCustomError(f.engine, "InstructionExpired")
        .withArgs(idOf(f, late), 4_000_000_000n, 4_000_000_001n);
    });

    it("reverts without legs", async function () {
      const instruction = { ...trade(f), legs: [] };
      await expect(f.engine.queue(instruction, [], NORMAL))
        .to.be.revertedWithCustomError(f.engine, "InstructionEmpty")
        .withArgs(idOf(f, instruction));
    });
  });

  describe("setPriority", function () {
    it("changes the priority and keeps the place, once", async function () {
      const { instruction, consents } = await signed(f, trade(f));
      const id = idOf(f, instruction);
      await f.engine.connect(f.icbc).queue(instruction, consents, NORMAL);
      await expect(f.engine.connect(f.boc).setPriority(instruction, URGENT))
        .to.emit(f.engine, "InstructionPrioritized")
        .withArgs(id, f.boc.address, NORMAL, URGENT);
      expect(await f.engine.queueEntry(id)).to.deep.equal([1n, BigInt(URGENT)]);
      await expect(f.engine.connect(f.icbc).setPriority(instruction, URGENT)).not.to.emit(
        f.engine,
        "InstructionPrioritized",
      );
    });

    it("reverts for a stranger and for what does not wait", async function () {
      const instruction = trade(f);
      await expect(f.engine.connect(f.stranger).setPriority(instruction, URGENT))
        .to.be.revertedWithCustomError(f.engine, "InstructionCallerNotGiver")
        .withArgs(idOf(f, instruction), f.stranger.address);
      await expect(f.engine.connect(f.icbc).setPriority(instruction, URGENT))
        .to.be.revertedWithCustomError(f.engine, "InstructionNotQueued")
        .withArgs(idOf(f, instruction));
    });
  });

  describe("dequeue", function () {
    it("ends the waiting and the caller's affirmation", async function () {
      const instruction = pay(f, 1n, f.icbc, f.boc, "1");
      const id = idOf(f, instruction);
      await f.engine.connect(f.icbc).queue(instruction, [], URGENT);
      const dequeueing = f.engine.connect(f.icbc).dequeue(instruction);
      await expect(dequeueing).to.emit(f.engine, "InstructionDequeued").withArgs(id, f.icbc.address);
      await expect(dequeueing).to.emit(f.engine, "InstructionRevoked").withArgs(id, f.icbc.address);
      expect(await f.engine.queueEntry(id)).to.deep.equal([0n, 0n]);
      await expect(f.engine.connect(f.carrier).settle(instruction, [], []))
        .to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing")
        .withArgs(id, f.icbc.address);
    });

    it("lets it come back at the end", async function () {
      const [first, second] = [pay(f, 1n, f.icbc, f.boc, "1"), pay(f, 2n, f.icbc, f.boc, "1")];
      for (const instruction of [first, second]) await f.engine.connect(f.icbc).queue(instruction, [], NORMAL);
      await f.engine.connect(f.icbc).dequeue(first);
      await f.engine.connect(f.icbc).queue(first, [], NORMAL);
      expect(await f.engine.queueEntry(idOf(f, first))).to.deep.equal([3n, 0n]);
    });

    it("reverts for a stranger and for what does not wait", async function () {
      const instruction = trade(f);
      await expect(f.engine.connect(f.stranger).dequeue(instruction))
        .to.be.revertedWithCustomError(f.engine, "InstructionCallerNotGiver")
        .withArgs(idOf(f, instruction), f.stranger.address);
      await expect(f.engine.connect(f.icbc).dequeue(instruction))
        .to.be.revertedWithCustomError(f.engine, "InstructionNotQueued")
        .withArgs(idOf(f, instruction));
    });
  });

  describe("published and computed vectors, from the queue's events to settlement", function () {
    type Bank = "A" | "B" | "C";
    type Amounts = Readonly<Record<Bank, string>>;
    /** Balances before; payments as `A>B 30`, in order of arrival; what each rule settles, and leaves. */
    interface Vector {
      readonly name: string;
      readonly before: Amounts;
      readonly payments: readonly string[];
      readonly fifo: { readonly settled: readonly string[]; readonly after: Amounts };
      readonly value: { readonly settled: readonly string[]; readonly after: Amounts };
    }
    const both = (settled: readonly string[], after: Amounts) => ({
      fifo: { settled, after },
      value: { settled, after },
    });
    const RING = ["A>B 30", "B>C 32", "C>A 28"];
    // A = Central, B = Comercial, C = Meridional
    const PUBLISHED = ["A>B 25", "A>C 7", "B>A 17", "B>C 9", "C>A 11", "C>B 14"];
    const VECTORS: readonly Vector[] = [
      {
        name: "G1 gridlock",
        before: { A: "3", B: "4", C: "2" },
        payments: RING,
        ...both(RING, { A: "1", B: "2", C: "6" }),
      },
      {
        name: "G2 deadlock",
        before: { A: "1", B: "4", C: "2" },
        payments: RING,
        ...both([], { A: "1", B: "4", C: "2" }),
      },
      {
        name: "G3 partial",
        before: { A: "3", B: "4", C: "2" },
        payments: [...RING, "A>C 50"],
        ...both(RING, { A: "1", B: "2", C: "6" }),
      },
      {
        name: "G4 published example of netting",
        before: { A: "4", B: "0", C: "9" },
        payments: PUBLISHED,
        ...both(PUBLISHED, { A: "0", B: "13", C: "0" }),
      },
      {
        name: "G5 order against value",
        before: { A: "3", B: "0", C: "9" },
        payments: PUBLISHED,
        fifo: { settled: [], after: { A: "3", B: "0", C: "9" } },
        value: { settled: ["A>C 7", "B>C 9", "C>A 11", "C>B 14"], after: { A: "7", B: "5", C: "0" } },
      },
    ];

    let bank: Record<Bank, HardhatEthersSigner>;

    async function deployEmptyBanks() {
      const empty = await deploySettlement(chain);
      const { currency } = empty.mainland;
      for (const account of [empty.icbc, empty.boc, empty.hsbc]) {
        await currency.connect(account).transfer(empty.bochk, await currency.balanceOf(account));
      }
      return empty;
    }

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployEmptyBanks);
      bank = { A: f.icbc, B: f.boc, C: f.hsbc };
    });

    const BANKS = ["A", "B", "C"] as const;
    const isBank = (text: string | undefined): text is Bank => BANKS.some((name) => name === text);
    const bankOf = (address: string) => BANKS.find((name) => bank[name].address === address) ?? "nobody";

    async function balances(): Promise<Position[]> {
      return Promise.all(
        BANKS.map(async (name) => ({
          participant: bank[name].address,
          token: f.ecny,
          amount: await f.mainland.currency.balanceOf(bank[name]),
        })),
      );
    }

    async function fill({ before, payments }: Vector) {
      for (const name of BANKS) {
        await f.mainland.currency.connect(f.bochk).transfer(bank[name], minor(before[name]));
      }
      for (const [order, text] of payments.entries()) {
        const [pair = "", amount = ""] = text.split(" ");
        const [from, to] = pair.split(">");
        if (!isBank(from) || !isBank(to)) throw new RangeError(`${text} is no payment`);
        const instruction = pay(f, BigInt(order), bank[from], bank[to], amount);
        await f.engine.connect(bank[from]).queue(instruction, [], NORMAL);
      }
    }

    for (const vector of VECTORS) {
      for (const [rule, solve] of [
        ["fifo", bechSoramaki],
        ["value", maximumValueSubset],
      ] as const) {
        it(`${vector.name}: ${vector[rule].settled.length} of ${vector.payments.length} by ${rule}`, async function () {
          await fill(vector);
          const chosen = solve(await balances(), await readQueue(f));
          const texts = chosen.map(({ instruction: { legs } }) =>
            legs.map(({ from, to, amount }) => `${bankOf(from)}>${bankOf(to)} ${amount / 100n}`).join(),
          );
          expect(texts).to.deep.equal(vector[rule].settled);

          const items = chosen.map(({ instruction }) => ({ instruction, consents: [], holds: [] }));
          if (items.length > 0) await settleNetOf(f, items);
          for (const name of BANKS) {
            expect(await f.mainland.currency.balanceOf(bank[name])).to.equal(minor(vector[rule].after[name]));
          }
          expect(await readQueue(f)).to.have.length(vector.payments.length - chosen.length);
        });
      }
    }

    it("G1: none of the three settles alone", async function () {
      const [vector] = VECTORS;
      if (vector === undefined) throw new RangeError("there is no vector");
      await fill(vector);
      for (const { instruction } of await readQueue(f)) {
        await expect(f.engine.settle(instruction, [], [])).to.be.revertedWithCustomError(
          f.mainland.currency,
          "ERC20InsufficientBalance",
        );
      }
    });

    it("G2: whatever subset anyone proposes, the contract refuses it", async function () {
      const vector = VECTORS.find(({ name }) => name.startsWith("G2"));
      if (vector === undefined) throw new RangeError("there is no vector");
      await fill(vector);
      const waiting = await readQueue(f);
      for (let mask = 1; mask < 1 << waiting.length; mask++) {
        const items = waiting
          .filter((_, position) => mask & (1 << position))
          .map(({ instruction }) => ({ instruction, consents: [], holds: [] }));
        await expect(settleNetOf(f, items)).to.be.revertedWithCustomError(
          f.mainland.currency,
          "ERC20InsufficientBalance",
        );
      }
    });

    it("G5: the contract takes the feasible set that overtakes: it does not enforce the order", async function () {
      const vector = VECTORS.find(({ name }) => name.startsWith("G5"));
      if (vector === undefined) throw new RangeError("there is no vector");
      await fill(vector);
      const waiting = await readQueue(f);
      const overtaking = waiting.filter((_, position) => [1, 3, 4, 5].includes(position));
      const items = overtaking.map(({ instruction }) => ({ instruction, consents: [], holds: [] }));
      await expect(settleNetOf(f, items)).to.emit(f.engine, "NetSettled");
    });
  });
});
