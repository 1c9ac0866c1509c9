import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { random, type Random } from "../../scripts/scenarios/random.js";
import { startOfDayNumber } from "../../sdk/calendar.js";
import {
  closingBalances,
  interestOf,
  quarterDays,
  wholeUnits,
  type Days,
  type RateChange,
} from "../../sdk/issuance/interest.js";
import { movementsOf } from "../../sdk/issuance/movements.js";
import { minor } from "../../sdk/money.js";
import { openChain } from "../support/chain.js";
import { fund } from "../support/currency.js";
import {
  DAYS,
  QUARTER,
  deployDeposits,
  pay,
  state,
  statementOf,
  toDay,
  type DepositStage,
} from "../support/deposits.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const QUARTERS = 25;
const SEED = 20_260_101;

async function deploy() {
  return deployDeposits(chain);
}

/** Balances as a clerk keeps them: what each wallet had when a day closed, by the calls that were made. */
class Clerk {
  readonly #now = new Map<string, bigint>();
  readonly #closed = new Map<string, bigint[]>();
  #day: number;

  constructor(
    private readonly wallets: readonly string[],
    { first }: Days,
  ) {
    this.#day = first;
    for (const wallet of wallets) this.#closed.set(wallet, []);
  }

  move(wallet: string, change: bigint): void {
    this.#now.set(wallet, (this.#now.get(wallet) ?? 0n) + change);
  }

  balance(wallet: string): bigint {
    return this.#now.get(wallet) ?? 0n;
  }

  /** Closes every day before `day`. */
  until(day: number): void {
    for (; this.#day < day; this.#day++) {
      for (const wallet of this.wallets) this.#closed.get(wallet)?.push(this.balance(wallet));
    }
  }

  /** Closing balances of the last so many days. */
  last(wallet: string, days: number): bigint[] {
    return this.#closed.get(wallet)?.slice(-days) ?? [];
  }
}

/** Fen, day by day, as the rule says it: yuan, times the rate in millionths, over 360; down, once. */
function byHand(closing: readonly bigint[], first: number, rates: readonly RateChange[]): bigint {
  let fenTimes360Million = 0n;
  closing.forEach((fen, index) => {
    let rate = 0n;
    for (const change of rates) if (change.fromDay <= first + index) rate = change.rate;
    fenTimes360Million += (fen - (fen % 100n)) * rate;
  });
  return (fenTimes360Million - (fenTimes360Million % 360_000_000n)) / 360_000_000n;
}

describe("InterestBook: paths", function () {
  this.timeout(180_000);

  it(`pays on ${8 * QUARTERS} random balance paths what product sums come to, to the fen (seed ${SEED})`, async function () {
    const f = await networkHelpers.loadFixture(deploy);
    const draw = random(SEED);
    const holders = [f.ann, f.bob, f.cai, f.dan, f.shop, f.company, f.hsbc, f.bochk];
    const wallets = holders.map(({ address }) => address);
    const clerk = new Clerk(wallets, DAYS);
    const rates = [...f.rates];
    await fund(f.mainland, f.icbc, minor("90000000.00"));
    const supply = await f.money.totalSupply();
    let [paths, bearing, expense] = [0, 0, 0n];

    for (let quarter = QUARTER; quarter < QUARTER + QUARTERS; quarter++) {
      const days = quarterDays(quarter);
      await live(f, clerk, days, holders, draw);
      const change = { fromDay: days.last + 30 + draw(60), rate: BigInt(draw(40) * 500 + 100) };
      await f.interest.connect(f.governor).setRate(change.fromDay, change.rate);
      rates.push(change);

      const movements = await movementsOf(f.money);
      const count = days.last - days.first + 1;
      const entries = [];
      for (const [index, wallet] of wallets.entries()) {
        const closing = closingBalances(movements, wallet, days);
        expect(closing, `closing balances of ${index} in ${quarter}`).to.deep.equal(clerk.last(wallet, count));
        const found = interestOf(wholeUnits(closing), days.first, rates);
        expect(found.interest).to.equal(byHand(closing, days.first, rates));
        expect(await f.interest.interestOf(quarter, wholeUnits(closing))).to.deep.equal([
          found.productSum,
          found.interest,
        ]);
        paths++;
        // the wallet of class IV bears none
        if (holders[index] === f.dan || found.interest === 0n) continue;
        entries.push({ wallet, ...found });
        bearing++;
      }
      const statement = await statementOf(f, entries, quarter);
      await state(f, statement, quarter);
      await pay(f, statement, quarter);
      for (const { wallet, interest } of entries) {
        clerk.move(wallet, interest);
        expect(await f.money.balanceOf(wallet)).to.equal(clerk.balance(wallet));
      }
      expect(await f.interest.expenseOf(f.bank, quarter)).to.equal(statement.interest);
      expense += statement.interest;
    }
    expect(paths).to.equal(200);
    expect(bearing).to.be.greaterThan(150);
    expect(await f.money.totalSupply()).to.equal(supply);
    expect(await f.money.heldOf(f.icbc)).to.equal(0n);
    const withCustomers = wallets.reduce((sum, wallet) => sum + clerk.balance(wallet), 0n);
    expect(await f.money.balanceOf(f.icbc)).to.equal(supply - withCustomers);
    expect(expense).to.be.greaterThan(0n);
  });
});

/** A quarter of payments at all hours, midnight among them. */
async function live(
  f: DepositStage,
  clerk: Clerk,
  { first, last }: Days,
  holders: readonly HardhatEthersSigner[],
  draw: Random,
): Promise<void> {
  const days = Array.from({ length: 24 }, () => first + 1 + draw(last - first)).toSorted((a, b) => a - b);
  for (const day of days) {
    clerk.until(day);
    const now = await networkHelpers.time.latest();
    const second = [0, 86_399, draw(86_400), draw(86_400)][draw(4)] ?? 0;
    const time = startOfDayNumber(day) + second;
    if (time > now) await networkHelpers.time.setNextBlockTimestamp(time);
    else await networkHelpers.time.setNextBlockTimestamp(now + 1);
    // two payments at 23:59:59 come on two days
    clerk.until(Math.floor((Math.max(time, now + 1) + 28_800) / 86_400));
    const [giver, taker] = [holders[draw(holders.length)] ?? f.ann, holders[draw(holders.length)] ?? f.bob];
    const has = clerk.balance(giver.address);
    if (has > 0n && draw(3) === 0) {
      const amount = 1n + (BigInt(draw(1_000_000)) * has) / 1_000_000n;
      // back to its bank: redemption, which no limit counts
      await f.money.connect(giver).transfer(f.icbc, amount > has ? has : amount);
      clerk.move(giver.address, -(amount > has ? has : amount));
      continue;
    }
    const amount = BigInt(draw(300_000) + 1);
    if (clerk.balance(taker.address) + amount > minor("9000.00")) continue;
    await f.money.connect(f.icbc).transfer(taker, amount);
    clerk.move(taker.address, amount);
  }
  await toDay(chain, last + 1, 1);
  clerk.until(last + 1);
}
