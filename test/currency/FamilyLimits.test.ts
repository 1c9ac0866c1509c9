import { expect } from "chai";
import { SECONDS_PER_DAY } from "../../sdk/calendar.js";
import { collectConsents, netTable, payment } from "../../sdk/instructions.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { WALLET_CLASSES } from "../../sdk/limits.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, UNLIMITED, fund, loadLimits } from "../support/currency.js";
import { deployFamilies, openMore } from "../support/families.js";
import { entry } from "../support/holds.js";
import { LEAD, MIDNIGHT, NEW_YEAR, SMALL, approach, havingPaid, nextMidnight } from "../support/limits.js";
import { PAYING_PATHS } from "../support/paths.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const limitsOf = await loadLimits("mainland");

/** Of each customer's class a second wallet of the same person, with money on it. */
async function deploy() {
  const f = await deployFamilies(chain);
  const [second] = f.spare;
  return { ...f, second };
}

describe("limits of a person with two wallets", function () {
  let f: Awaited<ReturnType<typeof deploy>>;

  const countersOf = async (account: { readonly address: string }) => {
    const { dayOut, yearOut } = await f.currency.walletOf(account.address);
    return { dayOut, yearOut };
  };

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  for (const name of WALLET_CLASSES) {
    const { single, day, year } = limitsOf[name];
    if (day === UNLIMITED.counted && year === UNLIMITED.counted) continue;

    context(`given class ${name}`, function () {
      const second = async () => {
        await openMore(f, f.at.holder[name], CLASS[name], [f.second]);
        await fund(f.at, f.second, 3n * SMALL);
        return f.second;
      };
      const pay = (payer: typeof f.second, amount: bigint) => f.currency.connect(payer).transfer(f.company, amount);

      for (const path of PAYING_PATHS) {
        const prepare = async (payer: typeof f.second, amount: bigint) => {
          const { currency } = f.at;
          return path.prepare(chain, { currency, payer, payee: f.company, amount, helper: f.carrier });
        };

        /** Both wallets are refused in the last two seconds before `boundary`; the other one goes on in its first. */
        const stopsUntil = async (
          boundary: number,
          [first, other]: readonly [payer: typeof f.second, payer: typeof f.second],
          [error, limit]: readonly [name: string, limit: bigint],
        ) => {
          const { time } = networkHelpers;
          const more = await prepare(other, 1n);
          await time.setNextBlockTimestamp(boundary - 2);
          await expect(more()).to.be.revertedWithCustomError(f.currency, error).withArgs(other, 1n, limit, limit);
          await time.setNextBlockTimestamp(boundary - 1);
          await expect(pay(first, 1n))
            .to.be.revertedWithCustomError(f.currency, error)
            .withArgs(first, 1n, limit, limit);
          await time.setNextBlockTimestamp(boundary);
          await more();
        };

        it(`${path.name} fills the day that the first wallet began, stops both, and goes on at midnight`, async function () {
          const midnight = await approach(chain, MIDNIGHT, LEAD);
          const first = await havingPaid(f.at, name, day - SMALL, SMALL, f.company);
          const other = await second();
          await (
            await prepare(other, SMALL)
          )();
          await stopsUntil(midnight, [first, other], ["WalletDayLimitExceeded", day]);
          expect((await countersOf(first)).dayOut).to.equal(1n);
        });

        if (year < UNLIMITED.counted) {
          it(`${path.name} fills the year that the first wallet began, stops both, and goes on at new year`, async function () {
            const newYear = await approach(chain, NEW_YEAR, 2 * SECONDS_PER_DAY);
            const first = await havingPaid(f.at, name, year - SMALL, SMALL, f.company);
            const other = await second();
            await networkHelpers.time.setNextBlockTimestamp((await nextMidnight(chain)) + 1);
            await (
              await prepare(other, SMALL)
            )();
            await stopsUntil(newYear, [first, other], ["WalletYearLimitExceeded", year]);
            expect(await countersOf(first)).to.deep.equal({ dayOut: 1n, yearOut: 1n });
          });
        }
      }

      it("leaves each wallet the class's single payment", async function () {
        await fund(f.at, await second(), single);
        await expect(pay(f.second, single + 1n))
          .to.be.revertedWithCustomError(f.currency, "WalletSingleLimitExceeded")
          .withArgs(f.second, single + 1n, single);
        await pay(f.second, single);
      });

      it("canTransfer knows what the other wallet has paid", async function () {
        const first = await havingPaid(f.at, name, day - SMALL, 2n * SMALL, f.company);
        const other = await second();
        for (const payer of [first, other]) {
          expect(await f.currency.canTransfer(payer, f.company, SMALL)).to.equal(true);
          expect(await f.currency.canTransfer(payer, f.company, SMALL + 1n)).to.equal(false);
        }
      });

      it("counts no redemption", async function () {
        await havingPaid(f.at, name, day, 0n, f.company);
        const other = await second();
        await f.currency.connect(other).transfer(f.icbc, SMALL);
        expect(await countersOf(other)).to.deep.equal({ dayOut: day, yearOut: day });
      });

      it("counts a pay-out entry by entry", async function () {
        const first = await havingPaid(f.at, name, day - SMALL, 0n, f.company);
        const other = await second();
        const half = SMALL / 2n;
        await expect(
          f.currency.connect(other).payOut([entry(f.company, SMALL), entry(f.shop, 1n)], ref("one fen past it")),
        )
          .to.be.revertedWithCustomError(f.currency, "WalletDayLimitExceeded")
          .withArgs(other, 1n, day, day);
        await f.currency
          .connect(other)
          .payOut([entry(f.company, half), entry(first, SMALL), entry(f.shop, half)], ref("x"));
        expect((await countersOf(first)).dayOut).to.equal(day);
      });

      for (const net of [false, true]) {
        it(`the settlement engine fills the day and stops there, ${net ? "net" : "gross"}`, async function () {
          await havingPaid(f.at, name, day - SMALL, 0n, f.company);
          const other = await second();
          const engine = await ethers.deployContract("SettlementEngine");
          await f.currency.connect(other).approve(engine, 2n * SMALL);
          const domain = await domainOf(engine);
          const token = await f.currency.getAddress();
          const settle = async (businessRef: bigint, amount: bigint) => {
            const give = { token, from: other.address, amount };
            const instruction = payment({ businessRef, nettable: true }, give, f.company.address);
            const consents = await collectConsents(domain, instruction, [other]);
            const { keys, indices } = netTable([instruction]);
            return net
              ? engine.settleNet([{ instruction, consents, holds: [] }], keys, indices)
              : engine.settle(instruction, consents, []);
          };
          await expect(settle(1n, SMALL + 1n))
            .to.be.revertedWithCustomError(f.currency, "WalletDayLimitExceeded")
            .withArgs(other, SMALL + 1n, day - SMALL, day);
          await settle(2n, SMALL);
          expect((await countersOf(f.at.holder[name])).dayOut).to.equal(day);
        });
      }
    });
  }

  it("binds a wallet that the person was given at the weakest class, by what the strong one paid", async function () {
    await openMore(f, f.bob, CLASS.IV, [f.second]);
    await fund(f.at, f.bob, minor("50000"));
    await fund(f.at, f.second, minor("1"));
    await f.currency.connect(f.bob).transfer(f.company, minor("50000"));
    await expect(f.currency.connect(f.second).transfer(f.company, 1n))
      .to.be.revertedWithCustomError(f.currency, "WalletDayLimitExceeded")
      .withArgs(f.second, 1n, minor("50000"), minor("5000"));
  });
});
