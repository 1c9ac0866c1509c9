import { expect } from "chai";
import { WALLET_CLASSES } from "../../sdk/limits.js";
import { openChain } from "../support/chain.js";
import { UNLIMITED, loadLimits } from "../support/currency.js";
import { SMALL, havingPaid, nextMidnight, nextNewYear } from "../support/limits.js";
import { PAYING_PATHS } from "../support/paths.js";
import { SIDES, moneyOf } from "../support/subjects.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

for (const side of SIDES) {
  const limitsOf = await loadLimits(side);

  describe(`limits of paying, ${side === "mainland" ? "ECNY" : "EHKD"}`, function () {
    let f: Awaited<ReturnType<typeof deploy>>;

    async function deploy() {
      return moneyOf(chain, side);
    }

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deploy);
    });

    for (const name of WALLET_CLASSES) {
      const { single, day, year } = limitsOf[name];
      const counted = day < UNLIMITED.counted || year < UNLIMITED.counted;

      context(`given a wallet of class ${name}`, function () {
        if (single < UNLIMITED.amount) {
          it("canTransfer knows the single limit", async function () {
            const { currency, holder } = f.at;
            expect(await currency.canTransfer(holder[name], f.company, single)).to.equal(true);
            expect(await currency.canTransfer(holder[name], f.company, single + 1n)).to.equal(false);
          });
        }

        for (const path of PAYING_PATHS) {
          const prepare = async (amount: bigint) => {
            const [currency, payer, payee, helper] = [f.at.currency, f.at.holder[name], f.company, f.carrier];
            return path.prepare(chain, { currency, payer, payee, amount, helper });
          };
          const countersOf = async () => {
            const { dayOut, yearOut } = await f.at.currency.walletOf(f.at.holder[name]);
            return { dayOut, yearOut };
          };

          if (single < UNLIMITED.amount) {
            it(`${path.name} pays the single limit and not one unit more`, async function () {
              const payer = await havingPaid(f.at, name, 0n, 2n * single, f.company);
              await expect((await prepare(single + 1n))())
                .to.be.revertedWithCustomError(f.at.currency, "WalletSingleLimitExceeded")
                .withArgs(payer, single + 1n, single);
              await (
                await prepare(single)
              )();
              expect(await countersOf()).to.deep.equal({ dayOut: single, yearOut: single });
            });
          }

          if (day < UNLIMITED.counted) {
            it(`${path.name} fills the day's limit, stops there, and goes on at midnight UTC+8`, async function () {
              const payer = await havingPaid(f.at, name, day - SMALL, 2n * SMALL, f.company);
              const midnight = await nextMidnight(chain);
              await (
                await prepare(SMALL)
              )();
              const more = await prepare(1n);
              await networkHelpers.time.setNextBlockTimestamp(midnight - 1);
              await expect(more())
                .to.be.revertedWithCustomError(f.at.currency, "WalletDayLimitExceeded")
                .withArgs(payer, 1n, day, day);
              await networkHelpers.time.setNextBlockTimestamp(midnight);
              await more();
              expect((await countersOf()).dayOut).to.equal(1n);
            });
          }

          if (year < UNLIMITED.counted) {
            it(`${path.name} fills the year's limit, stops there, and goes on at new year UTC+8`, async function () {
              const payer = await havingPaid(f.at, name, year - SMALL, 2n * SMALL, f.company);
              const newYear = await nextNewYear(chain);
              await networkHelpers.time.increaseTo(newYear - 1000);
              await (
                await prepare(SMALL)
              )();
              const more = await prepare(1n);
              await networkHelpers.time.setNextBlockTimestamp(newYear - 1);
              await expect(more())
                .to.be.revertedWithCustomError(f.at.currency, "WalletYearLimitExceeded")
                .withArgs(payer, 1n, year, year);
              await networkHelpers.time.setNextBlockTimestamp(newYear);
              await more();
              expect(await countersOf()).to.deep.equal({ dayOut: 1n, yearOut: 1n });
            });
          }

          if (!counted) {
            it(`${path.name} pays any amount and counts nothing`, async function () {
              await havingPaid(f.at, name, 0n, UNLIMITED.counted * 4n, f.company);
              await (
                await prepare(UNLIMITED.counted * 2n)
              )();
              expect(await countersOf()).to.deep.equal({ dayOut: 0n, yearOut: 0n });
            });
          }
        }
      });
    }
  });
}
