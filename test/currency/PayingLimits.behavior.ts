import { expect } from "chai";
import { SECONDS_PER_DAY } from "../../sdk/calendar.js";
import { WALLET_CLASSES, type WalletClass } from "../../sdk/limits.js";
import type { Chain } from "../support/chain.js";
import { UNLIMITED, type Jurisdiction, type Money } from "../support/currency.js";
import { LEAD, MIDNIGHTS, NEW_YEAR, SMALL, approach, havingPaid } from "../support/limits.js";
import type { Path } from "../support/paths.js";

/** The parties of both jurisdictions, and the one whose limits are tested. */
export type Limited = Money & { readonly at: Jurisdiction };

/** What a class of a profile lets a wallet pay. */
type PayingLimits = Jurisdiction["limits"][WalletClass];

/**
 * The limits of paying, for every class and every path: at the limit, one minor unit past it, in the last second of a
 * UTC+8 day and in the first of the next.
 * @param fixture what the suite under it has deployed.
 */
export function limitsOfPaying(
  chain: Chain,
  limitsOf: Jurisdiction["limits"],
  paths: readonly Path[],
  fixture: () => Limited,
): void {
  for (const name of WALLET_CLASSES) {
    context(`given a wallet of class ${name}`, function () {
      for (const path of paths) limitsOfPath(chain, name, limitsOf[name], path, fixture);
    });
  }
}

function limitsOfPath(
  chain: Chain,
  name: WalletClass,
  { single, day, year }: PayingLimits,
  path: Path,
  fixture: () => Limited,
): void {
  const { time } = chain.networkHelpers;
  const prepare = async (amount: bigint) => {
    const { at, company, carrier } = fixture();
    return path.prepare(chain, {
      ...{ currency: at.currency, payer: at.holder[name], payee: company },
      ...{ amount, helper: carrier },
    });
  };
  const pay = async (amount: bigint) => {
    const act = await prepare(amount);
    await act();
  };
  const countersOf = async () => {
    const { at } = fixture();
    const { dayOut, yearOut } = await at.currency.walletOf(at.holder[name]);
    return { dayOut, yearOut };
  };

  if (single < UNLIMITED.amount) {
    it(`${path.name} pays the single limit and not one unit more`, async function () {
      const { at, company } = fixture();
      const payer = await havingPaid(at, name, 0n, 2n * single, company);
      await expect((await prepare(single + 1n))())
        .to.be.revertedWithCustomError(at.currency, "WalletSingleLimitExceeded")
        .withArgs(payer, single + 1n, single);
      await pay(single);
      expect(await countersOf()).to.deep.equal({ dayOut: single, yearOut: single });
    });
  }

  for (const midnight of day < UNLIMITED.counted ? MIDNIGHTS : []) {
    it(`${path.name} fills the day's limit, stops there, and goes on ${midnight.name} UTC+8`, async function () {
      const { at, company } = fixture();
      const next = await approach(chain, midnight, LEAD);
      const payer = await havingPaid(at, name, day - SMALL, 2n * SMALL, company);
      await pay(SMALL);
      const more = await prepare(1n);
      await time.setNextBlockTimestamp(next - 1);
      await expect(more())
        .to.be.revertedWithCustomError(at.currency, "WalletDayLimitExceeded")
        .withArgs(payer, 1n, day, day);
      await time.setNextBlockTimestamp(next);
      await more();
      expect((await countersOf()).dayOut).to.equal(1n);
    });
  }

  if (year < UNLIMITED.counted) {
    it(`${path.name} fills the year's limit, stops there, and goes on at new year UTC+8`, async function () {
      const { at, company } = fixture();
      const newYear = await approach(chain, NEW_YEAR, 2 * SECONDS_PER_DAY);
      const payer = await havingPaid(at, name, year - SMALL, 2n * SMALL, company);
      await time.increaseTo(newYear - LEAD);
      await pay(SMALL);
      const more = await prepare(1n);
      await time.setNextBlockTimestamp(newYear - 1);
      await expect(more())
        .to.be.revertedWithCustomError(at.currency, "WalletYearLimitExceeded")
        .withArgs(payer, 1n, year, year);
      await time.setNextBlockTimestamp(newYear);
      await more();
      expect(await countersOf()).to.deep.equal({ dayOut: 1n, yearOut: 1n });
    });
  }

  if (day >= UNLIMITED.counted && year >= UNLIMITED.counted) {
    it(`${path.name} pays any amount and counts nothing`, async function () {
      const { at, company } = fixture();
      await havingPaid(at, name, 0n, UNLIMITED.counted * 4n, company);
      await pay(UNLIMITED.counted * 2n);
      expect(await countersOf()).to.deep.equal({ dayOut: 0n, yearOut: 0n });
    });
  }
}
