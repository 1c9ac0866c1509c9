import { expect } from "chai";
import { MaxUint256, dataLength, toBeHex } from "ethers";
import type { Instruction } from "../../sdk/eip712/settlement.js";
import { coverOf, exchange, instruct, netTable, payment } from "../../sdk/instructions.js";
import { minor } from "../../sdk/money.js";
import type { ReentrantToken } from "../../types/ethers-contracts/index.js";
import { openChain } from "../support/chain.js";
import {
  STATUS,
  TRADE,
  cny,
  deploySettlement,
  idOf,
  pay,
  placeCover,
  settleSigned,
  signed,
  type Settlement,
} from "../support/settlement.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

async function deploy() {
  const f = await deploySettlement(chain);
  const evil = await ethers.deployContract("ReentrantToken");
  return { ...f, evil, evilToken: await evil.getAddress() };
}

describe("SettlementEngine: re-entrancy", function () {
  let f: Settlement & { evil: ReentrantToken; evilToken: string };

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  /** icbc pays 1,000.00 for a unit of the attacker's token. */
  const trap = (): Instruction =>
    exchange({ businessRef: 1n, nettable: true }, cny(f, f.icbc, "1000"), {
      token: f.evilToken,
      from: f.boc.address,
      amount: 1n,
    });
  /** Another payment with all its signatures, and one with its hold, that the attacker would like to slip in. */
  const other = () => pay(f, 2n, f.icbc, f.boc, "70");
  const locked = () => f.engine.interface.encodeErrorResult("ReentrancyGuardReentrantCall");

  async function callsInto(instruction: Instruction) {
    const { interface: abi } = f.engine;
    const item = await signed(f, instruction);
    const { keys, indices } = netTable([instruction]);
    const settle = abi.encodeFunctionData("settle", [instruction, item.consents, []]);
    return {
      locking: [
        settle,
        abi.encodeFunctionData("settleMany", [[item]]),
        abi.encodeFunctionData("settleNet", [[item], keys, indices]),
        abi.encodeFunctionData("multicall", [[settle]]),
        abi.encodeFunctionData("cancel", [instruction, item.consents[0] ?? "0x"]),
        abi.encodeFunctionData("releaseBoundHold", [f.ecny, instruction, coverOf(f.domain, instruction, 0)]),
      ],
      trying: abi.encodeFunctionData("trySettleMany", [[item]]),
    };
  }

  async function expectLocked(count: number) {
    const outcomes = await f.evil.outcomes();
    expect(outcomes.map(({ done, result }) => ({ done, result }))).to.deep.equal(
      Array.from({ length: count }, () => ({ done: false, result: locked() })),
    );
  }

  context("given a token that calls back while a leg moves", function () {
    for (const [name, target] of [
      ["the instruction that is being settled", trap],
      ["another instruction", other],
    ] as const) {
      it(`cannot settle, cancel or release ${name}`, async function () {
        const { locking } = await callsInto(target());
        await f.evil.arm(f.engine, locking);
        const settlement = settleSigned(f, trap());
        await expect(settlement).to.changeTokenBalances(ethers, f.mainland.currency, [f.icbc, f.boc], TRADE.cash);
        await expectLocked(locking.length);
        expect(await f.engine.statusOf(f.icbc, other().businessRef)).to.equal(STATUS.open);
      });
    }

    it("is told that nothing settled when it tries", async function () {
      const { trying } = await callsInto(other());
      await f.evil.arm(f.engine, [trying]);
      await expect(settleSigned(f, trap())).to.emit(f.engine, "InstructionFailed").withArgs(idOf(f, other()), locked());
      const [outcome] = await f.evil.outcomes();
      expect(outcome?.result).to.equal(f.engine.interface.encodeFunctionResult("trySettleMany", [[false]]));
      await expect(settleSigned(f, other())).to.emit(f.engine, "InstructionSettled");
    });

    it("sees the instruction as settled, and the status of others as it is", async function () {
      const { interface: abi } = f.engine;
      await f.evil.arm(f.engine, [
        abi.encodeFunctionData("statusOf", [f.icbc.address, trap().businessRef]),
        abi.encodeFunctionData("statusOf", [f.icbc.address, other().businessRef]),
      ]);
      await settleSigned(f, trap());
      const seen = (await f.evil.outcomes()).map(({ result }) => BigInt(result));
      expect(seen).to.deep.equal([STATUS.settled, STATUS.open]);
    });

    it("gains nothing by revoking, affirming or queueing in between", async function () {
      const { interface: abi } = f.engine;
      await f.evil.arm(f.engine, [
        abi.encodeFunctionData("affirm", [idOf(f, other())]),
        abi.encodeFunctionData("revoke", [idOf(f, trap())]),
      ]);
      await settleSigned(f, trap());
      await expect(f.engine.connect(f.carrier).settle(other(), [], []))
        .to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing")
        .withArgs(idOf(f, other()), f.icbc.address);
    });

    it("cannot settle twice through a batch", async function () {
      const { locking } = await callsInto(trap());
      await f.evil.arm(f.engine, locking);
      const item = await signed(f, trap());
      expect(await f.engine.trySettleMany.staticCall([item, item])).to.deep.equal([true, false]);
      await expect(f.engine.trySettleMany([item, item])).to.changeTokenBalances(
        ethers,
        f.mainland.currency,
        [f.icbc, f.boc],
        TRADE.cash,
      );
    });

    it("is locked out of a net settlement, too", async function () {
      const { locking } = await callsInto(other());
      await f.evil.arm(f.engine, locking);
      const { keys, indices } = netTable([trap()]);
      const settlement = f.engine.settleNet([await signed(f, trap())], keys, indices);
      await expect(settlement).to.changeTokenBalances(ethers, f.mainland.currency, [f.icbc, f.boc], TRADE.cash);
      await expectLocked(locking.length);
    });
  });

  context("given a token that calls back while a hold is captured or released", function () {
    it("cannot free the hold of the leg that comes next", async function () {
      const instruction = instruct({ businessRef: 1n }, [
        { token: f.evilToken, from: f.boc.address, to: f.icbc.address, amount: 1n },
        { ...cny(f, f.icbc, "1000"), to: f.boc.address },
      ]);
      const cash = await placeCover(f, f.mainland.currency, f.icbc, instruction, 1);
      await f.evil.arm(f.engine, [
        f.engine.interface.encodeFunctionData("releaseBoundHold", [f.ecny, instruction, cash]),
      ]);
      const holds = [coverOf(f.domain, instruction, 0), cash];
      const settlement = f.engine.connect(f.carrier).settle(instruction, [], holds);
      await expect(settlement).to.changeTokenBalances(ethers, f.mainland.currency, [f.icbc, f.boc], TRADE.cash);
      await expectLocked(1);
    });

    it("cannot settle while it releases", async function () {
      const { locking } = await callsInto(other());
      await f.engine.connect(f.icbc).cancel(trap(), "0x");
      await f.evil.arm(f.engine, locking);
      await f.engine.releaseBoundHold(f.evil, trap(), coverOf(f.domain, trap(), 1));
      await expectLocked(locking.length);
    });
  });

  context("given a token that calls back while it is handed a permit", function () {
    it("does no more than anyone may do at any time", async function () {
      const { instruction, consents } = await signed(f, other());
      const call = f.engine.interface.encodeFunctionData("settle", [instruction, consents, []]);
      await f.evil.arm(f.engine, [call, call]);
      const zero = toBeHex(0, 32);
      const permit = f.engine.tryPermit(f.evil, f.icbc, 0n, MaxUint256, 27, zero, zero);
      await expect(permit).to.changeTokenBalance(ethers, f.mainland.currency, f.icbc, -minor("70"));
      expect((await f.evil.outcomes()).map(({ done }) => done)).to.deep.equal([true, false]);
    });
  });

  context("given a contract wallet that calls back while its signature is verified", function () {
    it("changes nothing from there", async function () {
      const wallet = await ethers.deployContract("ReentrantWalletMock");
      const address = await wallet.getAddress();
      await f.bond.mint(wallet, 10n);
      const approval = f.bond.interface.encodeFunctionData("approve", [f.engine.target, 10n]);
      await wallet.execute(f.bond, approval);
      const slipped = await signed(f, other());
      await wallet.arm(f.engine, f.engine.interface.encodeFunctionData("settle", [other(), slipped.consents, []]));

      const instruction = payment(
        { businessRef: 1n },
        { token: f.security, from: address, amount: 10n },
        f.icbc.address,
      );
      const settlement = f.engine.connect(f.carrier).settle(instruction, ["0x01"], []);
      await expect(settlement).to.changeTokenBalances(ethers, f.bond, [address, f.icbc], [-10n, 10n]);
      expect(await f.engine.statusOf(f.icbc, other().businessRef)).to.equal(STATUS.open);
    });
  });

  context("given a token that refuses at length", function () {
    for (const [size, kept] of [
      [0, 0],
      [1_024, 1_024],
      [1_025, 1_024],
      [100_000, 1_024],
    ] as const) {
      it(`logs ${kept} of ${size} bytes`, async function () {
        const bomb = await ethers.deployContract("BombTokenMock", [size]);
        const side = { token: await bomb.getAddress(), from: f.icbc.address, amount: 1n };
        const item = await signed(f, payment({ businessRef: 1n }, side, f.boc.address));
        await f.engine.trySettleMany([item, await signed(f, other())]);
        const [failure] = await f.engine.queryFilter(f.engine.filters.InstructionFailed());
        expect(dataLength(failure?.args.reason ?? "0x00")).to.equal(kept);
        expect(await f.engine.statusOf(f.icbc, other().businessRef)).to.equal(STATUS.settled);
      });
    }
  });
});
