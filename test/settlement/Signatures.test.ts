import { expect } from "chai";
import { concat, getBytes, type TypedDataDomain } from "ethers";
import { holdTypedData } from "../../sdk/eip712/ledger.js";
import { instructionTypedData, type Instruction, type Leg } from "../../sdk/eip712/settlement.js";
import { sign } from "../../sdk/eip712/typedData.js";
import { coverOf, instruct } from "../../sdk/instructions.js";
import type { Erc1271WalletMock } from "../../types/ethers-contracts/index.js";
import { openChain, ref } from "../support/chain.js";
import { compact, highS, ofLength, withV } from "../support/signing.js";
import {
  STATUS,
  cny,
  deploySettlement,
  idOf,
  settleSigned,
  signed,
  trade,
  units,
  type Settlement,
} from "../support/settlement.js";

const chain = await openChain("mainland");
const otherChain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;

const ANSWER = { ownerOnly: 0, wrongMagic: 1, revert: 2, megabyte: 3, consumeAllGas: 4 } as const;

async function deploy() {
  return deploySettlement(chain);
}

async function deployOther() {
  return deploySettlement(otherChain);
}

describe("SettlementEngine: signatures", function () {
  let f: Settlement;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  /** Settles the trade with icbc's good signature and what is given for boc's. */
  async function settleWith(signature: string, instruction = trade(f)) {
    const good = await sign(f.icbc, instructionTypedData(f.domain, instruction));
    return f.engine.connect(f.carrier).settle(instruction, [good, signature], []);
  }

  async function expectRefused(signature: string) {
    await expect(settleWith(signature))
      .to.be.revertedWithCustomError(f.engine, "InstructionSignatureInvalid")
      .withArgs(idOf(f, trade(f)), f.boc.address);
  }

  const good = () => sign(f.boc, instructionTypedData(f.domain, trade(f)));

  context("given the giver's signature", function () {
    it("settles", async function () {
      await expect(settleWith(await good())).to.emit(f.engine, "InstructionSettled");
    });

    it("does not count as another giver's", async function () {
      const { instruction, consents } = await signed(f, trade(f));
      await expect(f.engine.settle(instruction, consents.toReversed(), []))
        .to.be.revertedWithCustomError(f.engine, "InstructionSignatureInvalid")
        .withArgs(idOf(f, instruction), f.icbc.address);
    });

    it("is worth nothing once the reference has ended", async function () {
      const signature = await good();
      await f.engine.connect(f.icbc).cancel(trade(f), "0x");
      await expect(settleWith(signature))
        .to.be.revertedWithCustomError(f.engine, "InstructionAlreadyEnded")
        .withArgs(idOf(f, trade(f)), STATUS.cancelled);
    });

    it("stays good after the tokens were halted and resumed", async function () {
      const signature = await good();
      const { currency, officers } = f.mainland;
      await currency.connect(officers.halter).haltAll();
      await currency.connect(officers.resumer).resumeAll();
      await expect(settleWith(signature)).to.emit(f.engine, "InstructionSettled");
    });

    it("is asked for even when the giver calls itself and gives a wrong one", async function () {
      const signature = await sign(f.hsbc, instructionTypedData(f.domain, trade(f)));
      const first = await sign(f.icbc, instructionTypedData(f.domain, trade(f)));
      await expect(f.engine.connect(f.boc).settle(trade(f), [first, signature], []))
        .to.be.revertedWithCustomError(f.engine, "InstructionSignatureInvalid")
        .withArgs(idOf(f, trade(f)), f.boc.address);
    });
  });

  context("given a signature of something else", function () {
    it("reverts for another signer", async function () {
      await expectRefused(await sign(f.hsbc, instructionTypedData(f.domain, trade(f))));
    });

    const domains: Record<string, (f: Settlement) => Partial<TypedDataDomain>> = {
      "chain id": () => ({ chainId: 85_201n }),
      contract: ({ bond }) => ({ verifyingContract: bond.target as string }),
      name: () => ({ name: "SettlementEngine " }),
      version: () => ({ version: "2" }),
    };
    for (const [field, change] of Object.entries(domains)) {
      it(`reverts for another ${field} of the domain`, async function () {
        await expectRefused(await sign(f.boc, instructionTypedData({ ...f.domain, ...change(f) }, trade(f))));
      });
    }

    it("reverts for another type in the same domain", async function () {
      await expectRefused(await sign(f.boc, holdTypedData(f.domain, coverOf(f.domain, trade(f), 1))));
    });

    it("reverts for the id signed as a message", async function () {
      await expectRefused(await f.boc.signMessage(getBytes(idOf(f, trade(f)))));
    });

    const withLeg = (instruction: Instruction, position: number, change: Partial<Leg>) => ({
      ...instruction,
      legs: instruction.legs.map((leg, at) => (at === position ? { ...leg, ...change } : leg)),
    });
    const alterations: Record<string, (instruction: Instruction, f: Settlement) => Instruction> = {
      businessRef: (instruction) => ({ ...instruction, businessRef: ref("another") }),
      notBefore: (instruction) => ({ ...instruction, notBefore: instruction.notBefore + 1n }),
      notAfter: (instruction) => ({ ...instruction, notAfter: instruction.notAfter - 1n }),
      nettable: (instruction) => ({ ...instruction, nettable: !instruction.nettable }),
      "token of the first leg": (instruction, { ehkd }) => withLeg(instruction, 0, { token: ehkd }),
      "giver of the first leg": (instruction, { hsbc }) => withLeg(instruction, 0, { from: hsbc.address }),
      "receiver of the first leg": (instruction, { hsbc }) => withLeg(instruction, 0, { to: hsbc.address }),
      "amount of the first leg": (instruction) => withLeg(instruction, 0, { amount: 1n }),
      "amount of the last leg": (instruction) => withLeg(instruction, 1, { amount: 11n }),
      "order of the legs": (instruction) => ({ ...instruction, legs: instruction.legs.toReversed() }),
      "number of legs, one less": (instruction) => ({ ...instruction, legs: instruction.legs.slice(0, 1) }),
      "number of legs, one more": (instruction, { icbc, hsbc, ecny }) => ({
        ...instruction,
        legs: [...instruction.legs, { token: ecny, from: icbc.address, to: hsbc.address, amount: 1n }],
      }),
    };
    for (const [field, alter] of Object.entries(alterations)) {
      it(`reverts when after signing another ${field} is put in`, async function () {
        const { consents } = await signed(f, trade(f));
        const altered = alter(trade(f), f);
        await expect(f.engine.settle(altered, consents.slice(0, altered.legs.length), []))
          .to.be.revertedWithCustomError(f.engine, "InstructionSignatureInvalid")
          .withArgs(idOf(f, altered), altered.legs[0]?.from);
      });
    }
  });

  context("given another form of the giver's signature", function () {
    const forms: Record<string, (signature: string) => string> = {
      "v of 0": (signature) => withV(signature, 0),
      "v of 1": (signature) => withV(signature, 1),
      "s above half the order": highS,
      "r and s of zero": () => concat([new Uint8Array(64), "0x1b"]),
      "64 bytes (EIP-2098)": compact,
      "one byte cut off": (signature) => ofLength(signature, 64),
      "one byte more": (signature) => ofLength(signature, 66),
      "one byte": () => "0x1b",
    };
    for (const [form, change] of Object.entries(forms)) {
      it(`reverts for ${form}`, async function () {
        await expectRefused(change(await good()));
      });
    }

    it("takes no signature for no signature", async function () {
      await expect(settleWith("0x"))
        .to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing")
        .withArgs(idOf(f, trade(f)), f.boc.address);
    });
  });

  context("given a giver that is a contract wallet (ERC-1271)", function () {
    let wallet: Erc1271WalletMock;
    let instruction: Instruction;

    beforeEach(async function () {
      wallet = await ethers.deployContract("Erc1271WalletMock", [f.boc]);
      const address = await wallet.getAddress();
      await f.bond.mint(wallet, 10n);
      const approval = f.bond.interface.encodeFunctionData("approve", [await f.engine.getAddress(), 10n]);
      await wallet.execute(f.bond, approval);
      // the receiver of the money is not the wallet, which no institution has opened an account for
      instruction = instruct({ businessRef: 1n }, [
        { ...cny(f, f.icbc, "1"), to: f.boc.address },
        { ...units(f, { address }, 10n), to: f.icbc.address },
      ]);
    });

    const ownerSigns = () => sign(f.boc, instructionTypedData(f.domain, instruction));

    it("settles with what the wallet accepts", async function () {
      await expect(settleWith(await ownerSigns(), instruction)).to.emit(f.engine, "InstructionSettled");
    });

    it("settles when the right answer is followed by a megabyte", async function () {
      await wallet.setAnswer(ANSWER.megabyte);
      await expect(settleWith(await ownerSigns(), instruction)).to.emit(f.engine, "InstructionSettled");
    });

    it("reverts for what the wallet does not accept", async function () {
      const signature = await sign(f.hsbc, instructionTypedData(f.domain, instruction));
      await expect(settleWith(signature, instruction))
        .to.be.revertedWithCustomError(f.engine, "InstructionSignatureInvalid")
        .withArgs(idOf(f, instruction), await wallet.getAddress());
    });

    for (const answer of ["wrongMagic", "revert", "consumeAllGas"] as const) {
      it(`reverts for the answer ${answer}`, async function () {
        await wallet.setAnswer(ANSWER[answer]);
        await expect(settleWith(await ownerSigns(), instruction))
          .to.be.revertedWithCustomError(f.engine, "InstructionSignatureInvalid")
          .withArgs(idOf(f, instruction), await wallet.getAddress());
      });
    }

    it("takes the key's signature of an account that has been given code (EIP-7702)", async function () {
      await networkHelpers.setCode(f.boc.address, concat(["0xef0100", await wallet.getAddress()]));
      await expect(settleWith(await good())).to.emit(f.engine, "InstructionSettled");
    });

    it("takes what that account's code accepts", async function () {
      const delegate = await ethers.deployContract("Erc1271WalletMock", [f.hsbc]);
      await networkHelpers.setCode(f.boc.address, concat(["0xef0100", await delegate.getAddress()]));
      const signature = await sign(f.hsbc, instructionTypedData(f.domain, trade(f)));
      await expect(settleWith(signature)).to.emit(f.engine, "InstructionSettled");
    });
  });

  context("given two chains with the same addresses", function () {
    it("does not take one chain's signatures on the other", async function () {
      const other = await otherChain.networkHelpers.loadFixture(deployOther);
      expect(other.engine.target).to.equal(f.engine.target);
      expect([other.ecny, other.security, other.boc.address]).to.deep.equal([f.ecny, f.security, f.boc.address]);
      expect(idOf(other, trade(other))).not.to.equal(idOf(f, trade(f)));

      const { instruction, consents } = await signed(f, trade(f));
      await expect(other.engine.settle(instruction, consents, []))
        .to.be.revertedWithCustomError(other.engine, "InstructionSignatureInvalid")
        .withArgs(idOf(other, instruction), other.icbc.address);
      await expect(f.engine.settle(instruction, consents, [])).to.emit(f.engine, "InstructionSettled");
      await expect(settleSigned(other, trade(other))).to.emit(other.engine, "InstructionSettled");
    });
  });
});
