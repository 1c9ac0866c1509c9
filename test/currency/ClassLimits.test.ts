import { expect } from "chai";
import { WALLET_CLASSES } from "../../sdk/limits.js";
import { minor } from "../../sdk/money.js";
import { openChain } from "../support/chain.js";
import { CLASS, UNLIMITED, deployMoney, fund, loadLimits } from "../support/currency.js";
import { changes } from "../support/frame.js";
import { SIDES } from "../support/subjects.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

const CLASSES = Array.from({ length: 16 }, (_, walletClass) => walletClass);
const LIMITS = { balance: minor("700"), single: minor("100"), day: minor("200"), year: minor("900"), open: true };

async function deploy() {
  const money = await deployMoney(chain);
  const { currency, officers } = money.mainland;
  return { ...money, currency, officers, governor: currency.connect(officers.governor) };
}

describe("DigitalCurrency class limits", function () {
  let f: Awaited<ReturnType<typeof deploy>>;

  const inForce = async (walletClass: number) => {
    const { balance, single, day, year, open } = await f.currency.classLimits(walletClass);
    return { balance, single, day, year, open };
  };

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  for (const side of SIDES) {
    it(`are those of the profile on the ${side}`, async function () {
      const expected = await loadLimits(side);
      for (const name of WALLET_CLASSES) {
        const { balance, single, day, year, open } = await f[side].currency.classLimits(CLASS[name]);
        expect({ balance, single, day, year, open }).to.deep.equal(expected[name]);
      }
    });
  }

  it("are zero and closed for a class that nobody has set", async function () {
    expect(await inForce(15)).to.deep.equal({ balance: 0n, single: 0n, day: 0n, year: 0n, open: false });
  });

  describe("setClassLimits", function () {
    it("replaces one class's limits and no other's", async function () {
      for (const walletClass of CLASSES) {
        const before = await Promise.all(CLASSES.map(inForce));
        await f.governor.setClassLimits(walletClass, { ...LIMITS, balance: BigInt(walletClass) });
        before[walletClass] = { ...LIMITS, balance: BigInt(walletClass) };
        expect(await Promise.all(CLASSES.map(inForce))).to.deep.equal(before);
      }
    });

    it("touches no account", async function () {
      const { ann, dan, icbc } = f;
      await fund(f.mainland, dan, minor("50"));
      await f.currency.connect(dan).transfer(f.shop, minor("10"));
      expect(
        await changes(f.currency, { ann, dan, icbc }, () => f.governor.setClassLimits(CLASS.IV, LIMITS)),
      ).to.deep.equal({});
    });

    it("logs the limits before and after", async function () {
      const { balance, single, day, year, open } = f.mainland.limits.IV;
      await expect(f.governor.setClassLimits(CLASS.IV, LIMITS))
        .to.emit(f.currency, "ClassLimitsSet")
        .withArgs(CLASS.IV, [balance, single, day, year, open], Object.values(LIMITS));
    });

    it("takes every field at its largest and at zero", async function () {
      const largest = {
        balance: UNLIMITED.amount,
        single: UNLIMITED.amount,
        day: UNLIMITED.counted,
        year: UNLIMITED.counted,
        open: true,
      };
      await f.governor.setClassLimits(9, largest);
      expect(await inForce(9)).to.deep.equal(largest);
      const none = { balance: 0n, single: 0n, day: 0n, year: 0n, open: false };
      await f.governor.setClassLimits(9, none);
      expect(await inForce(9)).to.deep.equal(none);
    });

    it("refuses a field one unit past its width", async function () {
      for (const wide of [
        { balance: 2n ** 64n },
        { single: 2n ** 64n },
        { day: 2n ** 40n, year: 2n ** 40n },
        { year: 2n ** 40n },
      ]) {
        const limits = { balance: 1n, single: 1n, day: 1n, year: 1n, ...wide };
        const words = [9n, limits.balance, limits.single, limits.day, limits.year, 1n];
        const data = f.currency.interface.getFunction("setClassLimits").selector + words.map(word).join("");
        await expect(f.officers.governor.sendTransaction({ to: f.currency, data })).to.be.revert(ethers);
      }
      expect(await inForce(9)).to.deep.equal({ balance: 0n, single: 0n, day: 0n, year: 0n, open: false });
    });

    it("takes a day as large as the year, and reverts one unit past it", async function () {
      await f.governor.setClassLimits(9, { ...LIMITS, day: LIMITS.year });
      await expect(f.governor.setClassLimits(9, { ...LIMITS, day: LIMITS.year + 1n }))
        .to.be.revertedWithCustomError(f.currency, "ClassLimitsInvalid")
        .withArgs(9);
    });

    it("takes a year without a limit of the day", async function () {
      await f.governor.setClassLimits(9, { ...LIMITS, day: UNLIMITED.counted });
      expect((await inForce(9)).day).to.equal(UNLIMITED.counted);
    });

    it("reverts for a class from 16 on", async function () {
      for (const walletClass of [16, 255]) {
        await expect(f.governor.setClassLimits(walletClass, LIMITS))
          .to.be.revertedWithCustomError(f.currency, "WalletClassInvalid")
          .withArgs(walletClass);
      }
    });

    it("keeps a class halted that was halted", async function () {
      await f.currency.connect(f.officers.halter).haltClass(CLASS.IV);
      await f.currency.connect(f.officers.halter).haltAll();
      await f.governor.setClassLimits(CLASS.IV, LIMITS);
      expect(await f.currency.haltState(CLASS.IV)).to.deep.equal([true, true]);
    });

    it("is the governor's alone", async function () {
      const { admin, halter, resumer, upgrader, issuer } = f.officers;
      for (const caller of [admin, halter, resumer, upgrader, issuer, f.icbc, f.stranger]) {
        await expect(f.currency.connect(caller).setClassLimits(CLASS.IV, LIMITS))
          .to.be.revertedWithCustomError(f.currency, "AccessManagedUnauthorized")
          .withArgs(caller);
      }
    });
  });

  describe("a class limited by the year alone", function () {
    it("counts, and stops at the year's limit", async function () {
      await f.governor.setClassLimits(CLASS.corporate, { ...LIMITS, day: UNLIMITED.counted, single: minor("900") });
      await fund(f.mainland, f.company, minor("700"));
      await f.currency.connect(f.company).transfer(f.treasury, minor("700"));
      await fund(f.mainland, f.company, minor("700"));
      await expect(f.currency.connect(f.company).transfer(f.treasury, minor("200.01")))
        .to.be.revertedWithCustomError(f.currency, "WalletYearLimitExceeded")
        .withArgs(f.company, minor("200.01"), minor("700"), minor("900"));
      await f.currency.connect(f.company).transfer(f.treasury, minor("200"));
    });

    it("names the year even where the payment is past what a counter of the day can hold", async function () {
      const unlimited = { ...LIMITS, single: UNLIMITED.amount, balance: UNLIMITED.amount, day: UNLIMITED.counted };
      await f.governor.setClassLimits(CLASS.corporate, unlimited);
      const amount = BigInt(UNLIMITED.counted) + 1n;
      await fund(f.mainland, f.company, amount);
      await expect(f.currency.connect(f.company).transfer(f.treasury, amount))
        .to.be.revertedWithCustomError(f.currency, "WalletYearLimitExceeded")
        .withArgs(f.company, amount, 0n, unlimited.year);
    });
  });

  describe("a class limited by the payment alone", function () {
    it("counts nothing", async function () {
      const counts = { day: UNLIMITED.counted, year: UNLIMITED.counted };
      await f.governor.setClassLimits(CLASS.corporate, { ...LIMITS, ...counts });
      await fund(f.mainland, f.company, minor("700"));
      await expect(f.currency.connect(f.company).transfer(f.treasury, minor("100.01")))
        .to.be.revertedWithCustomError(f.currency, "WalletSingleLimitExceeded")
        .withArgs(f.company, minor("100.01"), minor("100"));
      const { company } = f;
      const moved = await changes(f.currency, { company }, () =>
        f.currency.connect(company).transfer(f.treasury, minor("100")),
      );
      expect(moved).to.deep.equal({ "company.balance": -minor("100") });
    });
  });

  describe("the limits of several payments at once", function () {
    it("count every payee of a pay-out against the day", async function () {
      await fund(f.mainland, f.dan, minor("6000"));
      const entries = [f.shop, f.company, f.treasury].map(({ address }) => (BigInt(address) << 96n) | minor("2000"));
      await expect(f.currency.connect(f.dan).payOut(entries, ethers.ZeroHash))
        .to.be.revertedWithCustomError(f.currency, "WalletDayLimitExceeded")
        .withArgs(f.dan, minor("2000"), minor("4000"), minor("5000"));
      await f.currency.connect(f.dan).payOut(entries.slice(0, 2), ethers.ZeroHash);
      expect((await f.currency.walletOf(f.dan)).dayOut).to.equal(minor("4000"));
    });

    it("count nothing of a payee that is the own bank", async function () {
      await fund(f.mainland, f.dan, minor("6000"));
      const entries = [f.icbc, f.shop].map(({ address }) => (BigInt(address) << 96n) | minor("2000"));
      await f.currency.connect(f.dan).payOut(entries, ethers.ZeroHash);
      expect((await f.currency.walletOf(f.dan)).dayOut).to.equal(minor("2000"));
    });
  });
});

function word(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}
