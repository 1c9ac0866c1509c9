import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { instructionTypedData } from "../../sdk/eip712/settlement.js";
import { sign } from "../../sdk/eip712/typedData.js";
import { openChain } from "../support/chain.js";
import {
  STATUS,
  deploySettlement,
  idOf,
  pay,
  settleSigned,
  signed,
  trade,
  type Settlement,
} from "../support/settlement.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

async function deploy() {
  return deploySettlement(chain);
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
});
