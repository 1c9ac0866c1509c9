import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { RECOVERY_STATUS } from "../../sdk/eip712/walletRecovery.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, identityOf } from "../support/currency.js";
import {
  DELAY,
  PURSES,
  approved,
  deployRecovery,
  due,
  propose,
  recover,
  type Recovering,
} from "../support/recovery.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return deployRecovery(chain);
}

describe("WalletRecovery", function () {
  let f: Recovering;
  let icbc: bigint;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    icbc = f.mainland.banks[0].number;
  });

  const refuses = (sent: Promise<unknown>, error: string, ...args: unknown[]) =>
    expect(sent)
      .to.be.revertedWithCustomError(f.recovery, error)
      .withArgs(...args);
  const statusOf = async (wallet = f.ann) => (await f.recovery.recoveryOf(wallet)).status;
  const suspend = () =>
    f.mainland.registry.connect(f.mainland.officers.registrar).setStatus(icbc, 3n, ref("suspension"));

  describe("recover", function () {
    it("moves what is free to the new wallet when the delay is over, and not a second earlier", async function () {
      const moment = await approved(f);
      await networkHelpers.time.setNextBlockTimestamp(moment - 1n);
      await refuses(recover(f, f.ann), "RecoveryNotDue", f.ann.address, moment, moment - 1n);
      await networkHelpers.time.setNextBlockTimestamp(moment);
      const sent = recover(f, f.ann);
      await expect(sent).to.emit(f.recovery, "WalletRecovered").withArgs(f.ann.address, f.annNew.address, PURSES.ann);
      await expect(sent).to.changeTokenBalances(
        ethers,
        f.money,
        [f.ann, f.annNew, f.recovery, f.icbc, f.stranger],
        [-PURSES.ann, PURSES.ann, 0n, 0n, 0n],
      );
      expect(await statusOf()).to.equal(RECOVERY_STATUS.effective);
    });

    it("needs both keys first", async function () {
      await refuses(recover(f, f.ann), "RecoveryStatusInvalid", f.ann.address, RECOVERY_STATUS.none);
      await propose(f);
      await networkHelpers.time.increase(2n * DELAY);
      await refuses(recover(f, f.ann), "RecoveryStatusInvalid", f.ann.address, RECOVERY_STATUS.proposed);
    });

    it("leaves what is held, and moves what comes back of it", async function () {
      const terms = {
        ...{ payer: f.ann.address, payee: f.shop.address, executor: f.company.address, amount: 500_000n },
        ...{ expiry: 2n ** 40n, businessRef: ref("order") },
      };
      await f.money.connect(f.ann).placeHold(terms);
      await due(f);
      await recover(f, f.ann);
      expect(await f.money.balanceOf(f.annNew)).to.equal(PURSES.ann - 500_000n);
      expect(await f.money.heldOf(f.ann)).to.equal(500_000n);
      const [, room] = await f.recovery.movable(f.ann);
      await refuses(recover(f, f.ann), "RecoveryNothingMovable", f.ann.address, 0n, room);
      await f.money.connect(f.company).captureHold(terms, f.shop, 200_000n);
      await f.money.connect(f.company).releaseHold(terms);
      await recover(f, f.ann);
      expect(await f.money.balanceOf(f.annNew)).to.equal(PURSES.ann - 200_000n);
      expect(await f.money.balanceOf(f.ann)).to.equal(0n);
    });

    it("cannot go around a freeze, whole or in part", async function () {
      const enforcer = f.money.connect(f.mainland.officers.enforcer);
      await due(f);
      await enforcer.freeze(f.ann, ref("order"));
      await expect(recover(f, f.ann))
        .to.be.revertedWithCustomError(f.money, "ERC7943CannotSend")
        .withArgs(f.ann.address);
      await enforcer.unfreeze(f.ann, ref("order"));
      await enforcer["setFrozenTokens(address,uint256,bytes32)"](f.ann, 1_999_000n, ref("order"));
      await recover(f, f.ann);
      expect(await f.money.balanceOf(f.annNew)).to.equal(1_000n);
      expect(await f.money.balanceOf(f.ann)).to.equal(1_999_000n);
    });

    it("stops with everything else while payments are halted", async function () {
      await due(f);
      await f.money.connect(f.mainland.officers.halter).haltAll();
      await expect(recover(f, f.ann))
        .to.be.revertedWithCustomError(f.money, "WalletHalted")
        .withArgs(f.ann.address, BigInt(CLASS.I));
    });

    it("moves everything at once, also past the limits: between wallets of one person nothing is paid", async function () {
      const { single } = f.mainland.limits.IV;
      expect(PURSES.dan).to.be.greaterThan(single);
      await due(f, f.dan, f.danNew);
      await recover(f, f.dan);
      expect(await f.money.balanceOf(f.danNew)).to.equal(PURSES.dan);
      for (const wallet of [f.dan, f.danNew]) {
        const { dayOut, yearOut } = await f.money.walletOf(wallet);
        expect([dayOut, yearOut]).to.deep.equal([0n, 0n]);
      }
    });

    it("shakes no limit off: the new wallet goes on where the old one stood, to the fen", async function () {
      const { single, day } = f.mainland.limits.IV;
      await due(f, f.dan, f.danNew);
      for (let i = 0; i < 2; ++i) await f.money.connect(f.dan).transfer(f.shop, single);
      await recover(f, f.dan);
      const { dayOut, yearOut } = await f.money.walletOf(f.danNew);
      expect([dayOut, yearOut]).to.deep.equal([2n * single, 2n * single]);
      const left = day - 2n * single;
      await expect(f.money.connect(f.danNew).transfer(f.shop, left + 1n))
        .to.be.revertedWithCustomError(f.money, "WalletDayLimitExceeded")
        .withArgs(f.danNew.address, left + 1n, 2n * single, day);
      await f.money.connect(f.danNew).transfer(f.shop, left);
      await expect(f.money.connect(f.danNew).transfer(f.shop, 1n)).to.be.revertedWithCustomError(
        f.money,
        "WalletDayLimitExceeded",
      );
    });

    it("fills the new wallet up to its cap, and goes on when there is room", async function () {
      const cap = f.mainland.limits.IV.balance;
      await f.money.connect(f.ann).transfer(f.danNew, cap - 1_000n);
      await due(f, f.dan, f.danNew);
      await recover(f, f.dan);
      expect(await f.money.balanceOf(f.danNew)).to.equal(cap);
      await refuses(recover(f, f.dan), "RecoveryNothingMovable", f.dan.address, PURSES.dan - 1_000n, 0n);
      await f.money.connect(f.danNew).transfer(f.shop, 2_000n);
      await recover(f, f.dan);
      expect(await f.money.balanceOf(f.danNew)).to.equal(cap);
    });

    it("moves nothing to a wallet that is above a cap lowered since", async function () {
      const { limits, officers } = f.mainland;
      await f.money.connect(f.ann).transfer(f.danNew, 5_000n);
      await due(f, f.dan, f.danNew);
      await f.money.connect(officers.governor).setClassLimits(CLASS.IV, { ...limits.IV, balance: 4_999n });
      await refuses(recover(f, f.dan), "RecoveryNothingMovable", f.dan.address, PURSES.dan, 0n);
    });

    it("pays no sub-wallet, whose key may be somebody else's, but carries one's money home", async function () {
      const families = await ethers.getContractAt("IRetailCurrency", await f.money.getAddress());
      await families.connect(f.icbc).openSubWallet(f.stranger, f.ann);
      await refuses(propose(f, f.ann, f.stranger), "RecoverySuccessorInvalid", f.ann.address, f.stranger.address);
      await f.money.connect(f.ann).transfer(f.stranger, 7_000n);
      await f.money.connect(f.stranger).approve(f.recovery, MaxUint256);
      await due(f, f.stranger, f.annNew);
      await f.recovery.recover(f.stranger);
      expect(await f.money.balanceOf(f.annNew)).to.equal(7_000n);
    });

    it("ends at once when the old key takes its consent back", async function () {
      await due(f);
      await f.money.connect(f.ann).approve(f.recovery, 0n);
      await refuses(recover(f, f.ann), "RecoveryConsentMissing", f.ann.address);
    });

    it("pays nobody when the new wallet was closed, or opened for somebody else, meanwhile", async function () {
      await due(f);
      await f.money.connect(f.icbc).closeWallet(f.annNew);
      await refuses(recover(f, f.ann), "RecoverySuccessorInvalid", f.ann.address, f.annNew.address);
      await f.money.connect(f.icbc).openWallet(f.annNew, CLASS.I, ref("somebody else"));
      await refuses(recover(f, f.ann), "RecoverySuccessorInvalid", f.ann.address, f.annNew.address);
      await f.money.connect(f.icbc).closeWallet(f.annNew);
      await f.money.connect(f.boc).openWallet(f.annNew, CLASS.I, identityOf(f.ann));
      await refuses(recover(f, f.ann), "RecoverySuccessorInvalid", f.ann.address, f.annNew.address);
    });

    it("goes on for an institution that was suspended after its approval", async function () {
      await due(f);
      await suspend();
      await recover(f, f.ann);
      expect(await f.money.balanceOf(f.annNew)).to.equal(PURSES.ann);
    });

    it("may be followed by another recovery, when the new key is lost as well", async function () {
      await due(f);
      await recover(f, f.ann);
      await f.money.connect(f.icbc).openWallet(f.stranger, CLASS.I, identityOf(f.ann));
      await f.money.connect(f.annNew).approve(f.recovery, MaxUint256);
      await due(f, f.annNew, f.stranger);
      await recover(f, f.annNew);
      expect(await f.money.balanceOf(f.stranger)).to.equal(PURSES.ann);
      await propose(f, f.ann, f.stranger);
      expect((await f.recovery.recoveryOf(f.ann)).round).to.equal(2n);
    });
  });
});
