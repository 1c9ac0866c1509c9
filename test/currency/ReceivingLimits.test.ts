import { expect } from "chai";
import { WALLET_CLASSES } from "../../sdk/limits.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, UNLIMITED, fund, loadLimits } from "../support/currency.js";
import { entry, holdTerms } from "../support/holds.js";
import { SMALL } from "../support/limits.js";
import { RECEIVING_PATHS } from "../support/paths.js";
import { SIDES, moneyOf } from "../support/subjects.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

const FORCE = "forcedTransfer(address,address,uint256,bytes32)";

for (const side of SIDES) {
  const limitsOf = await loadLimits(side);
  const capped = WALLET_CLASSES.filter((name) => limitsOf[name].balance < UNLIMITED.amount);

  describe(`limits of being paid, ${side === "mainland" ? "ECNY" : "EHKD"}`, function () {
    let f: Awaited<ReturnType<typeof deploy>>;

    async function deploy() {
      const money = await moneyOf(chain, side);
      await fund(money.at, money.company, minor("1000000"));
      return money;
    }

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deploy);
    });

    for (const name of capped) {
      const cap = limitsOf[name].balance;

      context(`given a wallet of class ${name} that is ${SMALL} short of its cap`, function () {
        beforeEach(async function () {
          await fund(f.at, f.at.holder[name], cap - SMALL);
        });

        for (const path of RECEIVING_PATHS) {
          it(`${path.name} fills it and not one unit more`, async function () {
            const { currency } = f.at;
            const payee = f.at.holder[name];
            const prepare = (amount: bigint) =>
              path.prepare(chain, { currency, payer: f.company, payee, amount, helper: f.carrier });
            await expect((await prepare(SMALL + 1n))())
              .to.be.revertedWithCustomError(currency, "WalletBalanceLimitExceeded")
              .withArgs(payee, SMALL + 1n, cap - SMALL, cap);
            await (
              await prepare(SMALL)
            )();
            expect(await currency.balanceOf(payee)).to.equal(cap);
          });
        }

        it("issue fills it and not one unit more", async function () {
          const payee = f.at.holder[name];
          await expect(fund(f.at, payee, SMALL + 1n))
            .to.be.revertedWithCustomError(f.at.currency, "WalletBalanceLimitExceeded")
            .withArgs(payee, SMALL + 1n, cap - SMALL, cap);
          await fund(f.at, payee, SMALL);
        });

        it("forcedTransfer fills it and not one unit more", async function () {
          const payee = f.at.holder[name];
          const enforcer = f.at.currency.connect(f.at.officers.enforcer);
          const force = (amount: bigint) => enforcer[FORCE](f.company, payee, amount, ref("order"));
          await expect(force(SMALL + 1n))
            .to.be.revertedWithCustomError(f.at.currency, "WalletBalanceLimitExceeded")
            .withArgs(payee, SMALL + 1n, cap - SMALL, cap);
          await force(SMALL);
        });

        it("captureHoldToMany skips it one unit past the cap, and pays it up to it", async function () {
          const payee = f.at.holder[name];
          const currency = f.at.currency.connect(f.carrier);
          const terms = await holdTerms(chain, f.company, f.carrier, 4n * SMALL);
          await f.at.currency.connect(f.company).placeHold(terms);
          const entries = [entry(payee, SMALL + 1n), entry(payee, SMALL), entry(payee, 1n), entry(f.shop, 1n)];
          const { captured, skipped } = await currency.captureHoldToMany.staticCall(terms, entries);
          expect({ captured, skipped: [...skipped] }).to.deep.equal({ captured: SMALL + 1n, skipped: [0n, 2n] });
          await currency.captureHoldToMany(terms, entries);
          expect(await f.at.currency.balanceOf(payee)).to.equal(cap);
        });

        it("canTransfer knows", async function () {
          const payee = f.at.holder[name];
          expect(await f.at.currency.canTransfer(f.company, payee, SMALL)).to.equal(true);
          expect(await f.at.currency.canTransfer(f.company, payee, SMALL + 1n)).to.equal(false);
        });
      });

      it(`lets a full wallet of class ${name} pay itself`, async function () {
        const payee = f.at.holder[name];
        await fund(f.at, payee, cap);
        await f.at.currency.connect(payee).transfer(payee, SMALL);
        expect(await f.at.currency.balanceOf(payee)).to.equal(cap);
      });
    }

    context("given a wallet without a cap", function () {
      it("fills it up to 2^64 − 1 and not one unit more", async function () {
        const full = UNLIMITED.amount;
        await fund(f.at, f.treasury, full);
        await expect(f.at.currency.connect(f.company).transfer(f.treasury, 1n))
          .to.be.revertedWithCustomError(f.at.currency, "WalletBalanceLimitExceeded")
          .withArgs(f.treasury, 1n, full, full);
        expect(await f.at.currency.heldOf(f.treasury)).to.equal(0n);
      });

      for (const amount of [2n ** 64n, 2n ** 128n, 2n ** 256n - 1n]) {
        it(`issues no ${amount} into it`, async function () {
          await expect(fund(f.at, f.treasury, amount))
            .to.be.revertedWithCustomError(f.at.currency, "WalletBalanceLimitExceeded")
            .withArgs(f.treasury, amount, 0n, UNLIMITED.amount);
        });
      }
    });

    context("given a class that is closed", function () {
      it("neither pays nor is paid, and opens again with its limits", async function () {
        const { currency, officers, limits, holder } = f.at;
        await fund(f.at, holder.III, SMALL);
        await currency.connect(officers.governor).setClassLimits(CLASS.III, { ...limits.III, open: false });
        await expect(currency.connect(holder.III).transfer(f.company, 1n))
          .to.be.revertedWithCustomError(currency, "ERC7943CannotSend")
          .withArgs(holder.III);
        await expect(currency.connect(f.company).transfer(holder.III, 1n))
          .to.be.revertedWithCustomError(currency, "ERC7943CannotReceive")
          .withArgs(holder.III);
        await currency.connect(officers.governor).setClassLimits(CLASS.III, limits.III);
        await currency.connect(holder.III).transfer(f.company, SMALL);
      });
    });
  });
}
