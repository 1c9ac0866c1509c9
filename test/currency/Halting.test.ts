import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { WALLET_CLASSES } from "../../sdk/limits.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, deployMoney, fund } from "../support/currency.js";
import { changes } from "../support/frame.js";
import { entry, holdTerms } from "../support/holds.js";
import { PAYING_PATHS } from "../support/paths.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

const AMOUNT = minor("100");

async function deploy() {
  const money = await deployMoney(chain);
  const { currency, officers, holder } = money.mainland;
  for (const name of WALLET_CLASSES) await fund(money.mainland, holder[name], minor("1000"));
  await fund(money.mainland, money.company, minor("1000"));
  return {
    ...money,
    ...{ currency, officers, holder },
    halter: currency.connect(officers.halter),
    resumer: currency.connect(officers.resumer),
    enforcer: currency.connect(officers.enforcer),
  };
}

describe("DigitalCurrency halting", function () {
  let f: Awaited<ReturnType<typeof deploy>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  const halted = (account: HardhatEthersSigner, walletClass: number, act: () => Promise<unknown>) =>
    expect(act()).to.be.revertedWithCustomError(f.currency, "WalletHalted").withArgs(account, walletClass);

  describe("haltClass", function () {
    for (const name of WALLET_CLASSES) {
      it(`stops class ${name} from paying and being paid, and no other class`, async function () {
        const wallet = f.holder[name];
        await f.halter.haltClass(CLASS[name]);
        await halted(wallet, CLASS[name], () => f.currency.connect(wallet).transfer(f.treasury, 1n));
        const payer = name === "IV" ? f.cai : f.dan;
        await halted(wallet, CLASS[name], () => f.currency.connect(payer).transfer(wallet, 1n));
        expect([await f.currency.canSend(wallet), await f.currency.canReceive(wallet)]).to.deep.equal([false, false]);
        expect(await f.currency.canTransfer(payer, wallet, 1n)).to.equal(false);
        expect(await f.currency.canTransfer(wallet, payer, 1n)).to.equal(false);
        await f.currency.connect(payer).transfer(name === "I" ? f.bob : f.ann, 1n);
      });
    }

    for (const path of PAYING_PATHS) {
      it(`stops ${path.name}`, async function () {
        const payment = { currency: f.currency, payer: f.dan, payee: f.company, amount: AMOUNT, helper: f.carrier };
        const act = await path.prepare(chain, payment);
        await f.halter.haltClass(CLASS.IV);
        await halted(f.dan, CLASS.IV, act);
      });
    }

    it("stops issue and forced transfers into the class", async function () {
      await f.halter.haltClass(CLASS.IV);
      await halted(f.dan, CLASS.IV, () => fund(f.mainland, f.dan, 1n));
      await halted(f.dan, CLASS.IV, () =>
        f.enforcer["forcedTransfer(address,address,uint256,bytes32)"](f.company, f.dan, 1n, ref("order")),
      );
    });

    it("lets a lawful order take money out of the class", async function () {
      await f.halter.haltClass(CLASS.IV);
      await f.enforcer["forcedTransfer(address,address,uint256,bytes32)"](f.dan, f.company, AMOUNT, ref("order"));
      expect(await f.currency.balanceOf(f.dan)).to.equal(minor("900"));
    });

    it("stops a wallet that is classed into it and frees one that leaves it", async function () {
      await f.halter.haltClass(CLASS.IV);
      await f.currency.connect(f.icbc).reclassifyWallet(f.dan, CLASS.III, ref("evidence"));
      await f.currency.connect(f.dan).transfer(f.company, 1n);
      await f.currency.connect(f.icbc).reclassifyWallet(f.dan, CLASS.IV, ref("evidence"));
      await halted(f.dan, CLASS.IV, () => f.currency.connect(f.dan).transfer(f.company, 1n));
    });

    it("logs the halt and who ordered it, once", async function () {
      await expect(f.halter.haltClass(CLASS.IV))
        .to.emit(f.currency, "ClassHalted")
        .withArgs(CLASS.IV, f.officers.halter);
      await expect(f.halter.haltClass(CLASS.IV)).not.to.emit(f.currency, "ClassHalted");
      expect(await f.currency.haltState(CLASS.IV)).to.deep.equal([true, false]);
    });

    it("touches no account", async function () {
      const { dan, company } = f;
      expect(await changes(f.currency, { dan, company }, () => f.halter.haltClass(CLASS.IV))).to.deep.equal({});
    });
  });

  describe("haltAll", function () {
    beforeEach(async function () {
      await f.halter.haltAll();
    });

    it("stops every class", async function () {
      for (const name of WALLET_CLASSES) {
        await halted(f.holder[name], CLASS[name], () => f.currency.connect(f.holder[name]).transfer(f.company, 1n));
        expect(await f.currency.haltState(CLASS[name])).to.deep.equal([false, true]);
      }
    });

    it("stops issue", async function () {
      await halted(f.icbc, CLASS.institution, () => fund(f.mainland, f.icbc, 1n));
    });

    it("does not stop freezing, limits, powers or wallets", async function () {
      await f.enforcer.freeze(f.dan, ref("order"));
      const governor = f.currency.connect(f.officers.governor);
      await governor.setClassLimits(CLASS.IV, f.mainland.limits.IV);
      await governor.appoint(f.stranger, 8n, ref("act"));
      await f.currency.connect(f.icbc).reclassifyWallet(f.ann, CLASS.II, ref("evidence"));
      await f.currency.connect(f.company).approve(f.carrier, 1n);
    });

    it("logs once, and its end once", async function () {
      await expect(f.halter.haltAll()).not.to.emit(f.currency, "Halted");
      await expect(f.resumer.resumeAll()).to.emit(f.currency, "Resumed").withArgs(f.officers.resumer);
      await expect(f.resumer.resumeAll()).not.to.emit(f.currency, "Resumed");
      await expect(f.halter.haltAll()).to.emit(f.currency, "Halted").withArgs(f.officers.halter);
    });

    it("ends without ending the halt of a class", async function () {
      await f.halter.haltClass(CLASS.IV);
      await f.resumer.resumeAll();
      expect(await f.currency.haltState(CLASS.IV)).to.deep.equal([true, false]);
      await f.currency.connect(f.ann).transfer(f.company, 1n);
      await halted(f.dan, CLASS.IV, () => f.currency.connect(f.dan).transfer(f.company, 1n));
    });
  });

  describe("resumeClass", function () {
    it("lets the class pay and be paid again", async function () {
      await f.halter.haltClass(CLASS.IV);
      await f.resumer.resumeClass(CLASS.IV);
      await f.currency.connect(f.dan).transfer(f.company, 1n);
      await f.currency.connect(f.company).transfer(f.dan, 1n);
    });

    it("logs the end once, and nothing for a class that was not halted", async function () {
      await expect(f.resumer.resumeClass(CLASS.IV)).not.to.emit(f.currency, "ClassResumed");
      await f.halter.haltClass(CLASS.IV);
      await expect(f.resumer.resumeClass(CLASS.IV))
        .to.emit(f.currency, "ClassResumed")
        .withArgs(CLASS.IV, f.officers.resumer);
    });

    it("does not end a halt of everything", async function () {
      await f.halter.haltAll();
      await f.halter.haltClass(CLASS.IV);
      await f.resumer.resumeClass(CLASS.IV);
      await halted(f.dan, CLASS.IV, () => f.currency.connect(f.dan).transfer(f.company, 1n));
    });
  });

  describe("holds in force when halted", function () {
    for (const [situation, halt] of [
      ["the payer's class is halted", () => f.halter.haltClass(CLASS.IV)],
      ["everything is halted", () => f.halter.haltAll()],
    ] as const) {
      it(`cannot be captured while ${situation}, and can afterwards`, async function () {
        const terms = await holdTerms(chain, f.dan, f.carrier, AMOUNT);
        await f.currency.connect(f.dan).placeHold(terms);
        await halt();
        const executor = f.currency.connect(f.carrier);
        await halted(f.dan, CLASS.IV, () => executor.captureHold(terms, f.company, AMOUNT));
        await halted(f.dan, CLASS.IV, () => executor.captureHoldToMany(terms, [entry(f.company, AMOUNT)]));
        await f.resumer.resumeAll();
        await f.resumer.resumeClass(CLASS.IV);
        await executor.captureHold(terms, f.company, AMOUNT);
      });

      it(`can be released while ${situation}, by the executor and after expiry by anybody`, async function () {
        const terms = await holdTerms(chain, f.dan, f.carrier, AMOUNT);
        const second = await holdTerms(chain, f.dan, f.carrier, AMOUNT);
        for (const hold of [terms, second]) await f.currency.connect(f.dan).placeHold(hold);
        await halt();
        await f.currency.connect(f.carrier).releaseHold(terms);
        await networkHelpers.time.increaseTo(second.expiry);
        await f.currency.connect(f.stranger).releaseHold(second);
        expect(await f.currency.heldOf(f.dan)).to.equal(0n);
      });
    }

    it("cannot be captured for a payee whose class is halted, and skip it among many", async function () {
      const terms = await holdTerms(chain, f.company, f.carrier, AMOUNT);
      await f.currency.connect(f.company).placeHold(terms);
      await f.halter.haltClass(CLASS.IV);
      const executor = f.currency.connect(f.carrier);
      await halted(f.dan, CLASS.IV, () => executor.captureHold(terms, f.dan, 1n));
      const entries = [entry(f.dan, 1n), entry(f.ann, 1n)];
      const { captured, skipped } = await executor.captureHoldToMany.staticCall(terms, entries);
      expect({ captured, skipped: [...skipped] }).to.deep.equal({ captured: 1n, skipped: [0n] });
    });
  });

  describe("who may halt and resume", function () {
    it("are different offices, and nobody else", async function () {
      const { admin, governor, halter, resumer } = f.officers;
      const refuses = async (caller: HardhatEthersSigner, act: () => Promise<unknown>) =>
        expect(act()).to.be.revertedWithCustomError(f.currency, "AccessManagedUnauthorized").withArgs(caller);
      for (const caller of [admin, governor, resumer, f.icbc, f.stranger]) {
        await refuses(caller, () => f.currency.connect(caller).haltClass(CLASS.IV));
        await refuses(caller, () => f.currency.connect(caller).haltAll());
      }
      for (const caller of [admin, governor, halter, f.icbc, f.stranger]) {
        await refuses(caller, () => f.currency.connect(caller).resumeClass(CLASS.IV));
        await refuses(caller, () => f.currency.connect(caller).resumeAll());
      }
    });

    it("know no class from 16 on", async function () {
      for (const act of [() => f.halter.haltClass(16), () => f.resumer.resumeClass(16)]) {
        await expect(act()).to.be.revertedWithCustomError(f.currency, "WalletClassInvalid").withArgs(16);
      }
    });
  });
});
