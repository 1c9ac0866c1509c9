import { expect } from "chai";
import { MaxUint256, ZeroHash } from "ethers";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { RECOVERY_STATUS } from "../../sdk/eip712/walletRecovery.js";
import { signRecoveryConsent } from "../../sdk/payments/recovery.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, identityOf } from "../support/currency.js";
import {
  DELAY,
  PURSES,
  approved,
  deployRecovery,
  due,
  objection,
  propose,
  recover,
  type Recovering,
} from "../support/recovery.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

async function deploy() {
  return deployRecovery(chain);
}

describe("WalletRecovery", function () {
  let f: Recovering;
  let icbc: bigint;
  let boc: bigint;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    [icbc, boc] = [f.mainland.banks[0].number, f.mainland.banks[1].number];
  });

  const refuses = (sent: Promise<unknown>, error: string, ...args: unknown[]) =>
    expect(sent)
      .to.be.revertedWithCustomError(f.recovery, error)
      .withArgs(...args);
  const statusOf = async (wallet = f.ann) => (await f.recovery.recoveryOf(wallet)).status;
  const suspend = () =>
    f.mainland.registry.connect(f.mainland.officers.registrar).setStatus(icbc, 3n, ref("suspension"));

  describe("propose", function () {
    it("is the institution's, for the same person's other wallet there", async function () {
      await expect(f.recovery.connect(f.icbc).propose(f.ann, f.annNew, ref("application")))
        .to.emit(f.recovery, "RecoveryProposed")
        .withArgs(f.ann.address, f.annNew.address, icbc, f.icbc.address, 1n, ref("application"));
      const proposed = [f.annNew.address, 0n, RECOVERY_STATUS.proposed, f.icbc.address, icbc, 1n];
      expect([...(await f.recovery.recoveryOf(f.ann))]).to.deep.equal(proposed);
    });

    it("refuses another institution, and whoever is none", async function () {
      await refuses(propose(f, f.ann, f.annNew, f.boc), "RecoveryNotSponsored", f.ann.address, icbc, boc);
      for (const other of [f.ann, f.annNew, f.stranger, f.mainland.officers.admin]) {
        await expect(propose(f, f.ann, f.annNew, other))
          .to.be.revertedWithCustomError(f.mainland.registry, "InstitutionUnknown")
          .withArgs(0n);
      }
    });

    it("refuses a suspended institution", async function () {
      await suspend();
      await expect(propose(f))
        .to.be.revertedWithCustomError(f.mainland.registry, "InstitutionNotActive")
        .withArgs(icbc, 3n);
    });

    it("never names anybody else as receiver: not another customer, the bank, the wallet itself, or nobody", async function () {
      for (const other of [f.bob, f.danNew, f.icbc, f.second, f.stranger, f.ann]) {
        await refuses(propose(f, f.ann, other), "RecoverySuccessorInvalid", f.ann.address, other.address);
      }
    });

    it("refuses the same identity at another institution", async function () {
      await f.money.connect(f.boc).openWallet(f.stranger, CLASS.I, identityOf(f.ann));
      await refuses(propose(f, f.ann, f.stranger), "RecoverySuccessorInvalid", f.ann.address, f.stranger.address);
    });

    it("is not for institutions' own wallets, which are nobody's identity", async function () {
      await refuses(propose(f, f.icbc, f.second), "RecoveryNotSponsored", f.icbc.address, icbc, icbc);
    });

    it("needs the consent given at opening, without bound", async function () {
      for (const allowance of [0n, MaxUint256 - 1n]) {
        await f.money.connect(f.ann).approve(f.recovery, allowance);
        await refuses(propose(f), "RecoveryConsentMissing", f.ann.address);
      }
    });

    it("takes a consent that was signed when the wallet was opened", async function () {
      await f.money.connect(f.ann).approve(f.recovery, 0n);
      const terms = {
        ...{ owner: f.ann.address, spender: await f.recovery.getAddress() },
        ...{ nonce: await f.money.nonces(f.ann), deadline: 2n ** 40n },
      };
      const { permit, signature } = await signRecoveryConsent(f.ann, await domainOf(f.money), terms);
      const { owner, spender, value, deadline } = permit;
      await f.money
        .connect(f.carrier)
        .getFunction("permit(address,address,uint256,uint256,bytes)")
        .send(owner, spender, value, deadline, signature);
      await propose(f);
      expect(await statusOf()).to.equal(RECOVERY_STATUS.proposed);
    });

    it("needs evidence, and waits while another is open", async function () {
      const silent = f.recovery.connect(f.icbc).propose(f.ann, f.annNew, ZeroHash);
      await refuses(silent, "RecoveryEvidenceMissing", f.ann.address);
      await propose(f);
      await refuses(propose(f), "RecoveryStatusInvalid", f.ann.address, RECOVERY_STATUS.proposed);
      await f.recovery.connect(f.second).approve(f.ann);
      await refuses(propose(f), "RecoveryStatusInvalid", f.ann.address, RECOVERY_STATUS.approved);
    });
  });

  describe("approve", function () {
    it("is the other key's, and starts the delay", async function () {
      await propose(f);
      await refuses(
        f.recovery.connect(f.icbc).approve(f.ann),
        "RecoverySecondKeyMissing",
        f.ann.address,
        f.icbc.address,
      );
      const sent = f.recovery.connect(f.second).approve(f.ann);
      await sent;
      const moment = BigInt(await networkHelpers.time.latest()) + DELAY;
      await expect(sent).to.emit(f.recovery, "RecoveryApproved").withArgs(f.ann.address, f.second.address, moment);
      expect((await f.recovery.recoveryOf(f.ann)).due).to.equal(moment);
    });

    it("refuses another institution, a suspended one, and whoever is none", async function () {
      await propose(f);
      const by = (who: typeof f.boc) => f.recovery.connect(who).approve(f.ann);
      await refuses(by(f.boc), "RecoveryNotSponsored", f.ann.address, icbc, boc);
      await expect(by(f.annNew)).to.be.revertedWithCustomError(f.mainland.registry, "InstitutionUnknown");
      await suspend();
      await expect(by(f.second)).to.be.revertedWithCustomError(f.mainland.registry, "InstitutionNotActive");
    });

    it("follows a proposal, once", async function () {
      const by = f.recovery.connect(f.second);
      await refuses(by.approve(f.ann), "RecoveryStatusInvalid", f.ann.address, RECOVERY_STATUS.none);
      await approved(f);
      await refuses(by.approve(f.ann), "RecoveryStatusInvalid", f.ann.address, RECOVERY_STATUS.approved);
    });
  });

  describe("withdraw", function () {
    it("is either key's of the institution, suspended or not, until money has moved", async function () {
      await propose(f);
      await expect(f.recovery.connect(f.second).withdraw(f.ann))
        .to.emit(f.recovery, "RecoveryWithdrawn")
        .withArgs(f.ann.address, f.second.address);
      await approved(f);
      await suspend();
      await f.recovery.connect(f.icbc).withdraw(f.ann);
      expect(await statusOf()).to.equal(RECOVERY_STATUS.cancelled);
      const again = f.recovery.connect(f.icbc).withdraw(f.ann);
      await refuses(again, "RecoveryStatusInvalid", f.ann.address, RECOVERY_STATUS.cancelled);
    });

    it("is nobody else's, also where nothing was proposed", async function () {
      const nothing = f.recovery.connect(f.stranger).withdraw(f.ann);
      await refuses(nothing, "RecoveryStatusInvalid", f.ann.address, RECOVERY_STATUS.none);
      await propose(f);
      for (const [other, institution] of [
        [f.boc, boc],
        [f.stranger, 0n],
      ] as const) {
        const sent = f.recovery.connect(other).withdraw(f.ann);
        await refuses(sent, "RecoveryNotSponsored", f.ann.address, icbc, institution);
      }
    });
  });

  describe("object", function () {
    for (const step of ["proposed", "approved", "due"] as const) {
      it(`cancels a recovery that is ${step}, by the old key's call`, async function () {
        await { proposed: propose, approved, due }[step](f);
        await expect(f.recovery.connect(f.ann).object())
          .to.emit(f.recovery, "RecoveryObjected")
          .withArgs(f.ann.address, 1n);
        await networkHelpers.time.increase(2n * DELAY);
        await refuses(recover(f, f.ann), "RecoveryStatusInvalid", f.ann.address, RECOVERY_STATUS.cancelled);
        expect(await f.money.balanceOf(f.ann)).to.equal(PURSES.ann);
      });
    }

    it("is the wallet's own: nobody else's call touches it", async function () {
      await approved(f);
      for (const other of [f.annNew, f.icbc, f.stranger]) {
        const sent = f.recovery.connect(other).object();
        await refuses(sent, "RecoveryStatusInvalid", other.address, RECOVERY_STATUS.none);
      }
      expect(await statusOf()).to.equal(RECOVERY_STATUS.approved);
    });

    it("is late after the first movement", async function () {
      await due(f);
      await recover(f, f.ann);
      const late = f.recovery.connect(f.ann).object();
      await refuses(late, "RecoveryStatusInvalid", f.ann.address, RECOVERY_STATUS.effective);
    });
  });

  describe("objectWithSignature", function () {
    it("cancels for whoever carries it", async function () {
      await approved(f);
      const { terms, signature } = await objection(f, f.ann);
      await expect(f.recovery.connect(f.stranger).objectWithSignature(terms, signature))
        .to.emit(f.recovery, "RecoveryObjected")
        .withArgs(f.ann.address, 1n);
      expect(await statusOf()).to.equal(RECOVERY_STATUS.cancelled);
    });

    it("refuses another's signature, and another recovery's", async function () {
      await approved(f);
      for (const [signer, round] of [
        [f.annNew, 1n],
        [f.ann, 2n],
      ] as const) {
        const { terms, signature } = await objection(f, signer, f.ann.address, round);
        const sent = f.recovery.connect(f.stranger).objectWithSignature(terms, signature);
        await refuses(sent, "RecoveryObjectionInvalid", f.ann.address, round);
      }
    });

    it("counts for one recovery", async function () {
      await propose(f);
      const { terms, signature } = await objection(f, f.ann);
      await f.recovery.objectWithSignature(terms, signature);
      await propose(f);
      await refuses(f.recovery.objectWithSignature(terms, signature), "RecoveryObjectionInvalid", f.ann.address, 1n);
      expect((await f.recovery.recoveryOf(f.ann)).round).to.equal(2n);
    });
  });

  it("is about its currency, holds nothing of it, and has no power in it", async function () {
    expect(await f.recovery.CURRENCY()).to.equal(await f.money.getAddress());
    expect(await f.recovery.DELAY()).to.equal(DELAY);
    expect(await f.money.balanceOf(f.recovery)).to.equal(0n);
    for (const power of [4n, 8n]) expect(await f.money.hasPower(f.recovery, power)).to.equal(false);
  });
});
