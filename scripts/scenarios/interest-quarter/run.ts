import type { NetworkConnection } from "hardhat/types/network";
import { SECONDS_PER_DAY, dayNumber, formatDay, parseDay } from "../../../sdk/calendar.js";
import { chainIdOf } from "../../../sdk/interop/rpc.js";
import type { SlotProof } from "../../../sdk/issuance/dayEnds.js";
import {
  buildStatement,
  closingBalances,
  interestOf,
  wholeUnits,
  type InterestEntry,
  type Movement,
} from "../../../sdk/issuance/interest.js";
import { movementsOf } from "../../../sdk/issuance/movements.js";
import { minor } from "../../../sdk/money.js";
import { describe } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import { daysOfQuarter, type InterestInput } from "./input.js";
import {
  accountOf,
  everyBalance,
  openQuarter,
  pinDay,
  tableOf,
  type Customer,
  type Institution,
  type Stage,
} from "./stage.js";

const FULL = 10_000n;
/** Wallets of these classes are anonymous. */
const ANONYMOUS = "IV";

/** Something that happens at an hour of a day. */
interface Happening {
  readonly day: string;
  readonly hour: number;
  readonly happens: () => Promise<void>;
}

/** Runs a quarter on a connection's chain: full cover, migration, payments, reserves, interest, claims. */
export async function runInterestQuarter(connection: NetworkConnection<"l1">, input: InterestInput): Promise<Outcome> {
  const stage = await openQuarter(connection, input);
  for (const { day, hour, happens } of happenings(stage)) {
    await stage.clock.moveTo(day, hour);
    await happens();
  }
  const text = await endQuarter(stage);
  return {
    checks: stage.checks,
    text: [
      input.title,
      `Dates are as in the input; the chain's clock is ${stage.clock.years} years ahead of them.`,
      stage.journal.toTable(),
      ...text,
    ].join("\n\n"),
  };
}

function happenings(stage: Stage): Happening[] {
  const { migration, payments } = stage.input;
  const after = (day: string) => formatDay(parseDay(day) + 1);
  let before: Awaited<ReturnType<typeof everything>>;
  const all: Happening[] = [
    { day: after(migration.reported), hour: 9, happens: () => reportCovered(stage) },
    { day: migration.decided, hour: 20, happens: () => migrate(stage) },
    {
      day: migration.decided,
      hour: 23,
      happens: async () => {
        before = await everything(stage);
      },
    },
    {
      day: migration.from,
      hour: 1,
      happens: async () => {
        const { checks } = stage;
        checks.equal(
          "migration: every balance, the supply and all reserves are what they were",
          before,
          await everything(stage),
        );
        checks.equal("migration: supply is the sum of reserves", before.supply, before.reserves);
      },
    },
  ];
  for (const payment of payments) all.push({ day: payment.date, hour: 12, happens: () => move(stage, payment) });
  return all.toSorted((a, b) => parseDay(a.day) - parseDay(b.day) || a.hour - b.hour);
}

async function move(stage: Stage, { from, to, amount }: InterestInput["payments"][number]): Promise<void> {
  const { journal, jurisdiction } = stage;
  await journal.note(
    { event: `${from} pays ${to}`, legs: [describe(jurisdiction, minor(amount))] },
    jurisdiction.currency.connect(accountOf(stage, from)).transfer(accountOf(stage, to), minor(amount)),
  );
}

// ------------------------------------------------------------------ migration

/** Supply, Σ reserves of the desk, and every balance. */
async function everything(stage: Stage) {
  const { currency, desk } = stage.jurisdiction;
  const { folded, read } = await everyBalance(stage);
  stage.checks.equal(
    `balances are what the log says, ${folded.size} accounts, at ${await stage.clock.now()}`,
    folded,
    read,
  );
  return { supply: await currency.totalSupply(), reserves: await desk.totalReserves(), read };
}

async function reportCovered(stage: Stage): Promise<void> {
  const { input, clock, checks, institutions, reserves } = stage;
  const day = dayNumber(clock.at(input.migration.reported));
  await report(stage, day, FULL, false);
  for (const { bank, number } of institutions) {
    const { position, shortfall } = await reserves.positionOf(number);
    checks.equal(`${bank.name}: covers its customers in full before the migration`, position.base, position.required);
    checks.equal(`${bank.name}: is short of nothing before the migration`, 0n, shortfall);
  }
}

/** The end of a day, proven and reported; answers with what proves more of it. */
async function report(stage: Stage, day: number, ratio: bigint, short: boolean) {
  const { reserves, jurisdiction, journal, clock } = stage;
  const prove = await pinDay(stage, day);
  const rows = await tableOf(stage, ratio, short);
  const proof = await prove(await reserves.supplySlot());
  const published = formatDay(dayNumber(clock.published(BigInt(day * SECONDS_PER_DAY))));
  const sum = rows.reduce((all, { wallets, own }) => all + wallets + own, 0n);
  await journal.note(
    {
      event: `what institutions hold for ${published} is reported`,
      legs: [`${describe(jurisdiction, sum)} in all rows`],
    },
    reserves.connect(jurisdiction.offices.registrar).report(day, rows, proof),
  );
  return { prove, rows };
}

async function migrate(stage: Stage): Promise<void> {
  const { input, clock, reserves, interest, jurisdiction, journal, rates } = stage;
  const { from, ratioBasisPoints, insuranceLimit } = input.migration;
  const governor = jurisdiction.offices.governor;
  const firstDay = dayNumber(clock.at(from));
  await journal.noteAll(
    { event: `from ${from} wallets at banks are deposits`, legs: [`ratio ${ratioBasisPoints} bp`] },
    [
      () => reserves.connect(governor).migrate(firstDay, ratioBasisPoints),
      () => reserves.connect(governor).setInsuranceLimit(minor(insuranceLimit)),
      ...rates.map(
        ({ fromDay, rate }) =>
          () =>
            interest.connect(governor).setRate(fromDay, rate),
      ),
    ],
  );
}

// ----------------------------------------------------------- end of the quarter

/** A customer with what its balances come to. */
interface Account extends InterestEntry {
  readonly customer: Customer;
  readonly closing: bigint[];
  readonly bears: boolean;
}

async function endQuarter(stage: Stage): Promise<string[]> {
  const { clock, days, input, jurisdiction } = stage;
  await clock.moveTo(formatDay(daysOfQuarter(input).last + 1), 9);
  const ratio = BigInt(input.migration.ratioBasisPoints);
  const { prove } = await report(stage, days.last, ratio, true);
  const accounts = await accountsOf(stage, await movementsOf(jurisdiction.currency));
  const before = await everything(stage);

  const falseClaimant = accounts.find(({ customer }) => customer.input.name === input.falseClaim);
  const slot = await stage.interest.accountSlot(accountOf(stage, input.falseClaim));
  const proof = await prove(slot);
  for (const institution of stage.institutions) await payInterest(stage, institution, accounts);
  if (falseClaimant !== undefined) await refuteFalseClaim(stage, falseClaimant, proof);
  for (const account of accounts) if (account.customer.input.name === input.leftOut) await claim(stage, account);
  await checkEnd(stage, accounts, before);
  return [
    `What institutions hold for their customers' wallets at the end of ${formatDay(daysOfQuarter(input).last)}`,
    await reserveTable(stage, accounts),
    "Interest of the quarter",
    await interestTable(stage, accounts),
  ];
}

/** From the log, and what the contract makes of the same balances. */
async function accountsOf(stage: Stage, movements: readonly Movement[]): Promise<Account[]> {
  const { customers, days, rates, interest, quarter, checks } = stage;
  const accounts: Account[] = [];
  for (const customer of customers) {
    const wallet = customer.signer.address;
    const closing = wholeUnits(closingBalances(movements, wallet, days));
    const found = interestOf(closing, days.first, rates);
    const onChain = await interest.interestOf(quarter, closing);
    checks.equal(
      `${customer.input.name}: product sum and interest are the contract's`,
      [found.productSum, found.interest],
      [onChain.productSum, onChain.interest],
    );
    const bears = customer.at.input.kind === "bank" && customer.input.class !== ANONYMOUS;
    accounts.push({ customer, wallet, closing, bears, ...found });
  }
  return accounts;
}

async function payInterest(stage: Stage, institution: Institution, accounts: readonly Account[]): Promise<void> {
  const { interest, quarter, journal, jurisdiction, suite, input, checks, endpoint } = stage;
  const { bank, number } = institution;
  const entries = accounts
    .filter(({ customer, bears }) => customer.at === institution && bears && customer.input.name !== input.leftOut)
    .map(({ wallet, productSum, interest: due }) => ({ wallet, productSum, interest: due }));
  const book = interest.connect(bank.signer);
  if (institution.input.kind !== "bank") {
    const attempt = book.state.staticCall(number, quarter, `0x${"11".repeat(32)}`, 1n, 1n, `0x${"11".repeat(32)}`);
    checks.equal(
      `${bank.name}: is no bank and states no interest`,
      "InterestInstitutionNotBank",
      await refusalOf(interest, attempt),
    );
    return;
  }
  const place = { chainId: await chainIdOf(endpoint), book: await interest.getAddress(), institution: number, quarter };
  const { root, wallets, interest: sum, dataHash, proofs } = buildStatement(place, entries);
  await journal.noteAll(
    { event: `${bank.name} states and pays interest to ${wallets} wallets`, legs: [describe(jurisdiction, sum)] },
    [
      () => book.state(number, quarter, root, wallets, sum, dataHash),
      () => interest.connect(suite.deployer).pay(number, quarter, entries, proofs),
    ],
  );
  const again = interest.connect(suite.deployer).pay.staticCall(number, quarter, entries, proofs);
  checks.equal(`${bank.name}: paying again pays nothing`, 0n, await again);
}

async function refuteFalseClaim(stage: Stage, account: Account, proof: SlotProof): Promise<void> {
  const { interest, quarter, journal, checks } = stage;
  const { customer, wallet, closing } = account;
  const { name } = customer.input;
  const { bank, number } = customer.at;
  const claimed = closing.map((units) => units + 10_000n);
  await journal.note(
    { event: `${name} claims interest on what it did not have` },
    interest.connect(customer.signer).claim(number, quarter, claimed),
  );
  await journal.note(
    { event: `${bank.name} proves the last day from the chain's state`, legs: ["the claim is refuted"] },
    interest.connect(bank.signer).refute(number, quarter, wallet, claimed, closing.length - 1, proof),
  );
  checks.equal(`${name}: gets nothing for a false claim`, 0n, (await interest.walletOf(number, quarter, wallet)).paid);
}

async function claim(stage: Stage, account: Account): Promise<void> {
  const { interest, quarter, journal, jurisdiction, clock, checks, suite } = stage;
  const { customer, wallet, closing, interest: due } = account;
  const { bank, number } = customer.at;
  await journal.note(
    { event: `${customer.input.name} was left out and claims`, legs: [describe(jurisdiction, due)] },
    interest.connect(customer.signer).claim(number, quarter, closing),
  );
  await clock.moveToTime((await clock.now()) + (await interest.ANSWER_PERIOD()) + 1n);
  await journal.note(
    { event: "nobody has refuted the claim: it is due" },
    interest.connect(suite.deployer).uphold(number, quarter, wallet),
  );
  checks.equal(`${bank.name}: what is due is on record`, due, await interest.arrearsOf(number));
  await journal.note(
    { event: `${bank.name} pays what was missing`, legs: [describe(jurisdiction, due)] },
    interest.connect(bank.signer).honour(number, quarter, wallet),
  );
  checks.equal(`${bank.name}: nothing is due any more`, 0n, await interest.arrearsOf(number));
}

// ---------------------------------------------------------------------- checks

async function checkEnd(stage: Stage, accounts: readonly Account[], before: Awaited<ReturnType<typeof everything>>) {
  const { checks, interest, reserves, dayEnds, quarter, institutions, jurisdiction, input, clock } = stage;
  const { currency } = jurisdiction;
  const after = await everything(stage);
  for (const { customer, wallet, bears, interest: due } of accounts) {
    const got = (after.read.get(wallet) ?? 0n) - (before.read.get(wallet) ?? 0n);
    checks.equal(`${customer.input.name}: gets its interest to the fen`, bears ? due : 0n, got);
  }
  for (const institution of institutions) {
    const { bank, number, input: own } = institution;
    const due = accounts
      .filter(({ customer, bears }) => customer.at === institution && bears)
      .reduce((sum, account) => sum + account.interest, 0n);
    checks.equal(
      `${bank.name}: interest of its customers is its expense`,
      due,
      await interest.expenseOf(number, quarter),
    );
    const paid = (before.read.get(bank.account) ?? 0n) - (after.read.get(bank.account) ?? 0n);
    checks.equal(`${bank.name}: its own money became less by that`, due, paid);
    checks.equal(`${bank.name}: nothing is held any more`, 0n, await currency.heldOf(bank.signer));
    const { position, shortfall } = await reserves.positionOf(number);
    checks.equal(`${bank.name}: is short of what the input says`, minor(own.shortAtEnd), shortfall);
    const ratio = own.kind === "bank" ? BigInt(input.migration.ratioBasisPoints) : FULL;
    checks.equal(
      `${bank.name}: has to hold its ratio of its base`,
      (position.base * ratio + 9_999n) / FULL,
      position.required,
    );
  }
  checks.equal("interest: the supply is what it was", before.supply, after.supply);
  checks.equal("interest: supply is the sum of reserves", after.supply, after.reserves);
  for (const contract of [interest, reserves, dayEnds]) {
    checks.equal(`${await contract.getAddress()} owns nothing`, 0n, await currency.balanceOf(contract));
  }
  const early = interest.connect(accounts[0]?.customer.signer ?? stage.suite.deployer);
  const [account] = accounts;
  if (account === undefined) return;
  const again = early.claim.staticCall(account.customer.at.number, quarter, account.closing);
  checks.equal(
    `${account.customer.input.name}: has nothing more to claim, at ${clock.years} years`,
    "InterestNothingMissing",
    await refusalOf(errorsOf(interest, currency), again),
  );
}

async function reserveTable(
  { institutions, reserves, jurisdiction, interest, quarter }: Stage,
  accounts: readonly Account[],
) {
  const shown = (amount: bigint) => describe(jurisdiction, amount);
  const rows = await Promise.all(
    institutions.map(async ({ bank, number, input }) => {
      const { position, shortfall } = await reserves.positionOf(number);
      const { base, required, held } = position;
      return [
        ...[bank.name, input.kind === "bank" ? "bank" : "non-bank", shown(base), shown(required), shown(held)],
        ...[shown(shortfall), shown(base - required), shown(await interest.expenseOf(number, quarter))],
      ];
    }),
  );
  const together = accounts.reduce((sum, { closing }) => sum + (closing.at(-1) ?? 0n), 0n);
  return [
    table(["institution", "is", "customers have", "must hold", "holds", "short", "freed", "interest paid"], rows),
    `Customers together: ${together.toLocaleString("en-US")} whole yuan at the end of the quarter.`,
  ].join("\n");
}

async function interestTable({ jurisdiction, reserves }: Stage, accounts: readonly Account[]) {
  const shown = (amount: bigint) => describe(jurisdiction, amount);
  const rows = await Promise.all(
    accounts.map(async ({ customer, productSum, interest, bears, wallet }) => {
      const { total, insured } = await reserves.insuredOf(customer.at.number, [wallet]);
      return [
        ...[customer.input.name, customer.at.bank.name, customer.input.class, productSum.toLocaleString("en-US")],
        ...[shown(bears ? interest : 0n), shown(total), shown(insured)],
      ];
    }),
  );
  return table(["customer", "at", "class", "product sum", "interest", "has now", "insured"], rows);
}
