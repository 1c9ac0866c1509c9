import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { instructionTypedData, type Instruction } from "../../sdk/eip712/settlement.js";
import { sign } from "../../sdk/eip712/typedData.js";
import { NO_HOLD, netTable, type SettlementItem } from "../../sdk/instructions.js";
import type { Erc1271WalletMock } from "../../types/ethers-contracts/index.js";
import { openChain } from "../support/chain.js";
import {
  STATUS,
  TRADE,
  deploySettlement,
  idOf,
  pay,
  placeCover,
  settleSigned,
  signed,
  trade,
  type Settlement,
} from "../support/settlement.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return deploySettlement(chain);
}

/** With a contract that settles whatever it is told to. */
async function deployWithAgent() {
  const f = await deploySettlement(chain);
  return { ...f, agent: await ethers.deployContract("Erc1271WalletMock", [f.carrier]) };
}

describe("SettlementEngine: consent and cancellation", function () {
  let f: Settlement;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("affirm and revoke", function () {
    it("tell once, and change nothing when repeated", async function () {
      const id = idOf(f, trade(f));
      const { engine } = f;
      await expect(engine.connect(f.icbc).revoke(id)).not.to.emit(engine, "InstructionRevoked");
      await expect(engine.connect(f.icbc).affirm(id))
        .to.emit(engine, "InstructionAffirmed")
        .withArgs(id, f.icbc.address);
      await expect(engine.connect(f.icbc).affirm(id)).not.to.emit(engine, "InstructionAffirmed");
      expect(await engine.isAffirmed(id, f.icbc)).to.equal(true);
      expect(await engine.isAffirmed(id, f.boc)).to.equal(false);
      await expect(engine.connect(f.icbc).revoke(id))
        .to.emit(engine, "InstructionRevoked")
        .withArgs(id, f.icbc.address);
      expect(await engine.isAffirmed(id, f.icbc)).to.equal(false);
    });

    it("withdraw the consent until settlement", async function () {
      const { instruction, consents } = await signed(f, trade(f), [f.icbc]);
      const id = idOf(f, instruction);
      await f.engine.connect(f.boc).affirm(id);
      await f.engine.connect(f.boc).revoke(id);
      await expect(f.engine.connect(f.carrier).settle(instruction, consents, []))
        .to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing")
        .withArgs(id, f.boc.address);
    });
  });

  describe("cancel", function () {
    it("lets the initiator end its reference alone", async function () {
      const instruction = trade(f);
      await expect(f.engine.connect(f.icbc).cancel(instruction, "0x"))
        .to.emit(f.engine, "InstructionCancelled")
        .withArgs(idOf(f, instruction), f.icbc.address, instruction.businessRef, f.icbc.address);
      await expect(settleSigned(f, instruction))
        .to.be.revertedWithCustomError(f.engine, "InstructionAlreadyEnded")
        .withArgs(idOf(f, instruction), STATUS.cancelled);
    });

    it("lets another giver end it with the initiator's signature or affirmation", async function () {
      const instruction = trade(f);
      const { engine } = f;
      const signature = await sign(f.icbc, instructionTypedData(f.domain, instruction));
      await expect(engine.connect(f.boc).cancel.staticCall(instruction, "0x"))
        .to.be.revertedWithCustomError(engine, "InstructionConsentMissing")
        .withArgs(idOf(f, instruction), f.icbc.address);
      await expect(engine.connect(f.boc).cancel.staticCall(trade(f, { notAfter: 9n }), signature))
        .to.be.revertedWithCustomError(engine, "InstructionSignatureInvalid")
        .withArgs(idOf(f, trade(f, { notAfter: 9n })), f.icbc.address);
      expect(await engine.connect(f.boc).cancel.staticCall(instruction, signature)).to.equal(idOf(f, instruction));
      await engine.connect(f.icbc).affirm(idOf(f, instruction));
      await expect(engine.connect(f.boc).cancel(instruction, "0x"))
        .to.emit(engine, "InstructionCancelled")
        .withArgs(idOf(f, instruction), f.icbc.address, instruction.businessRef, f.boc.address);
    });

    it("reverts for a receiver and a stranger, whatever they carry", async function () {
      const instruction = pay(f, 1n, f.icbc, f.boc, "1");
      const signature = await sign(f.icbc, instructionTypedData(f.domain, instruction));
      for (const caller of [f.boc, f.stranger]) {
        await expect(f.engine.connect(caller).cancel(instruction, signature))
          .to.be.revertedWithCustomError(f.engine, "InstructionCallerNotGiver")
          .withArgs(idOf(f, instruction), caller.address);
      }
    });

    it("reverts once the reference has ended", async function () {
      const instruction = trade(f);
      await settleSigned(f, instruction);
      await expect(f.engine.connect(f.icbc).cancel(instruction, "0x"))
        .to.be.revertedWithCustomError(f.engine, "InstructionAlreadyEnded")
        .withArgs(idOf(f, instruction), STATUS.settled);
    });

    it("reverts without legs", async function () {
      const instruction = { ...trade(f), legs: [] };
      await expect(f.engine.cancel(instruction, "0x"))
        .to.be.revertedWithCustomError(f.engine, "InstructionEmpty")
        .withArgs(idOf(f, instruction));
      expect(await f.engine.statusOf(ZeroAddress, ZeroHash)).to.equal(STATUS.open);
    });
  });

  describe("authorizeAgent", function () {
    let agent: Erc1271WalletMock;

    beforeEach(async function () {
      const deployed = await networkHelpers.loadFixture(deployWithAgent);
      f = deployed;
      agent = deployed.agent;
    });

    /** What the agent calls the engine with. */
    function settling({ instruction, consents, holds }: SettlementItem) {
      return agent.execute(f.engine, f.engine.interface.encodeFunctionData("settle", [instruction, consents, holds]));
    }

    /** An instruction for which nobody has signed. */
    function unsigned(instruction: Instruction): SettlementItem {
      return { instruction, consents: [], holds: [] };
    }

    it("tells once, changes nothing when repeated, and speaks for its giver alone", async function () {
      const { engine } = f;
      await expect(engine.connect(f.icbc).authorizeAgent(agent, false)).not.to.emit(engine, "AgentAuthorized");
      await expect(engine.connect(f.icbc).authorizeAgent(agent, true))
        .to.emit(engine, "AgentAuthorized")
        .withArgs(f.icbc.address, await agent.getAddress(), true);
      await expect(engine.connect(f.icbc).authorizeAgent(agent, true)).not.to.emit(engine, "AgentAuthorized");
      expect(await engine.isAgent(f.icbc, agent)).to.equal(true);
      expect(await engine.isAgent(f.boc, agent)).to.equal(false);
      await expect(engine.connect(f.icbc).authorizeAgent(agent, false))
        .to.emit(engine, "AgentAuthorized")
        .withArgs(f.icbc.address, await agent.getAddress(), false);
      expect(await engine.isAgent(f.icbc, agent)).to.equal(false);
    });

    it("reverts for an account without code and for the caller; withdrawing does not", async function () {
      const { engine } = f;
      await expect(engine.connect(f.icbc).authorizeAgent(f.carrier, true))
        .to.be.revertedWithCustomError(engine, "InstructionAgentInvalid")
        .withArgs(f.carrier.address);
      const self = engine.interface.encodeFunctionData("authorizeAgent", [await agent.getAddress(), true]);
      await expect(agent.execute(engine, self))
        .to.be.revertedWithCustomError(engine, "InstructionAgentInvalid")
        .withArgs(await agent.getAddress());
      await expect(engine.connect(f.icbc).authorizeAgent(f.carrier, false)).not.to.emit(engine, "AgentAuthorized");
    });

    context("given an agent of both givers", function () {
      beforeEach(async function () {
        for (const giver of [f.icbc, f.boc]) await f.engine.connect(giver).authorizeAgent(agent, true);
      });

      it("lets it settle what they give, without signature or affirmation", async function () {
        const settlement = settling(unsigned(trade(f)));
        await expect(settlement).to.changeTokenBalances(ethers, f.mainland.currency, [f.icbc, f.boc], TRADE.cash);
        await expect(settlement).to.changeTokenBalances(ethers, f.bond, [f.icbc, f.boc], TRADE.units);
        expect(await f.engine.statusOf(f.icbc, trade(f).businessRef)).to.equal(STATUS.settled);
      });

      it("lets it settle together, each on its own, net, and within a multicall", async function () {
        const { engine } = f;
        const encode = engine.interface;
        const item = (businessRef: bigint) => unsigned(trade(f, { businessRef, nettable: true }));
        const net = item(3n);
        const { keys, indices } = netTable([net.instruction]);
        const calls = [
          encode.encodeFunctionData("settleMany", [[item(1n)]]),
          encode.encodeFunctionData("trySettleMany", [[item(2n)]]),
          encode.encodeFunctionData("settleNet", [[net], keys, indices]),
        ];
        for (const call of calls) await agent.execute(engine, call);
        const again = encode.encodeFunctionData("settle", [item(4n).instruction, [], []]);
        await agent.execute(engine, encode.encodeFunctionData("multicall", [[again]]));
        for (const ref of [1n, 2n, 3n, 4n]) {
          expect(await engine.statusOf(f.icbc, item(ref).instruction.businessRef), `${ref}`).to.equal(STATUS.settled);
        }
      });

      it("counts for nobody else's call, for no signature that is wrong, and not beyond an allowance", async function () {
        const instruction = trade(f);
        const id = idOf(f, instruction);
        await expect(f.engine.connect(f.carrier).settle(instruction, [], []))
          .to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing")
          .withArgs(id, f.icbc.address);
        const signature = await sign(f.boc, instructionTypedData(f.domain, instruction));
        await expect(settling({ ...unsigned(instruction), consents: [signature] }))
          .to.be.revertedWithCustomError(f.engine, "InstructionSignatureInvalid")
          .withArgs(id, f.icbc.address);
        await f.bond.connect(f.boc).approve(f.engine, 9n);
        await expect(settling(unsigned(instruction)))
          .to.be.revertedWithCustomError(f.bond, "ERC20InsufficientAllowance")
          .withArgs(await f.engine.getAddress(), 9n, 10n);
      });

      it("captures a hold of theirs that comes along", async function () {
        const instruction = trade(f);
        const hold = await placeCover(f, f.mainland.currency, f.icbc, instruction, 0);
        await f.mainland.currency.connect(f.icbc).approve(f.engine, 0n);
        await expect(settling({ ...unsigned(instruction), holds: [hold, NO_HOLD] })).to.changeTokenBalances(
          ethers,
          f.mainland.currency,
          [f.icbc, f.boc],
          TRADE.cash,
        );
      });

      it("neither cancels nor queues nor affirms", async function () {
        const { engine } = f;
        const instruction = trade(f);
        const id = idOf(f, instruction);
        const address = await agent.getAddress();
        const encode = engine.interface;
        for (const call of [
          encode.encodeFunctionData("cancel", [instruction, "0x"]),
          encode.encodeFunctionData("queue", [instruction, [], 1]),
        ]) {
          await expect(agent.execute(engine, call))
            .to.be.revertedWithCustomError(engine, "InstructionCallerNotGiver")
            .withArgs(id, address);
        }
        // neither for another giver that calls
        for (const refused of [
          engine.connect(f.boc).cancel(instruction, "0x"),
          engine.connect(f.boc).queue(instruction, [], 1),
        ]) {
          await expect(refused)
            .to.be.revertedWithCustomError(engine, "InstructionConsentMissing")
            .withArgs(id, f.icbc.address);
        }
        await agent.execute(engine, encode.encodeFunctionData("affirm", [id]));
        expect(await engine.isAffirmed(id, f.icbc)).to.equal(false);
      });

      it("ends at once for what is not settled", async function () {
        await f.engine.connect(f.boc).authorizeAgent(agent, false);
        await expect(settling(unsigned(trade(f))))
          .to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing")
          .withArgs(idOf(f, trade(f)), f.boc.address);
      });
    });

    it("joins with the other forms: one giver by agent, the other by signature", async function () {
      await f.engine.connect(f.icbc).authorizeAgent(agent, true);
      const settlement = settling(await signed(f, trade(f), [f.boc]));
      await expect(settlement).to.changeTokenBalances(ethers, f.mainland.currency, [f.icbc, f.boc], TRADE.cash);
    });
  });
});
