import type { NetworkConnection } from "hardhat/types/network";
import { ASSET_STATUS, RATE_SCALE, holdingsOf } from "../../../sdk/bonds.js";
import { parseDate, parseDay } from "../../../sdk/calendar.js";
import { act365f, actActIcma, thirty360, type YearFraction } from "../../../sdk/daycount.js";
import { openSuite } from "../../../sdk/deploy/suite.js";
import { decimal, formatMoney, minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { accountsOf } from "../../../sdk/operations/corporateActions.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { Checks } from "../../../sdk/report.js";
import { largestRemainder, mulDiv } from "../../../sdk/rounding.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import type { GreenBondInput, NoteInput } from "./input.js";
import { Note } from "./note.js";
import { CODES, jurisdictionOf, openParties, returnMoney, type Stage } from "./parties.js";

/** Runs the life of the input's notes on a connection's chain, from the money's issue to its redemption. */
export async function runGreenBond(connection: NetworkConnection<"l1">, input: GreenBondInput): Promise<Outcome> {
  const checks = new Checks("green-bond", connection.networkName);
  const inOrder = input.notes.toSorted((a, b) => parseDate(a.tradeDate) - parseDate(b.tradeDate));
  const clock = await ScenarioClock.open(connection, inOrder[0]?.tradeDate ?? "");
  const suite = await openSuite(connection);
  const journal = new Journal(checks, clock);
  await clock.moveTo(inOrder[0]?.tradeDate ?? "", 8);
  const stage = await openParties(suite, clock, journal, input);

  const notes: Note[] = [];
  const agenda: { readonly date: string; readonly hour: number; run(): Promise<void> }[] = [];
  for (const [order, each] of inOrder.entries()) {
    agenda.push({
      date: each.tradeDate,
      hour: 9,
      run: async () => {
        const note = await Note.announce(stage, each, order);
        notes.push(note);
        const trades = input.trades.filter(({ isin }) => isin === each.isin);
        agenda.push(...bookCoupons(note, note.events(trades), checks));
      },
    });
  }
  // events are added while the agenda is worked off, so the earliest is looked up each time
  for (let next = takeEarliest(agenda); next !== undefined; next = takeEarliest(agenda)) {
    await clock.moveTo(next.date, next.hour);
    await next.run();
    await checkMoney(stage, checks, `${next.date} ${next.hour}:00, event ${checks.report().checks.length}`);
  }

  for (const note of notes) await checkNote(note, checks);
  const balances = await closingBalances(stage, checks);
  await checkNothingOwned(stage, notes, checks);
  await returnMoney(stage);
  await checkReturned(stage, checks);
  const text = [
    input.title,
    `Dates are as published; the chain's clock is ${clock.years} years ahead of them.`,
    journal.toTable(),
    "Closing balances, before the money goes back to reserves",
    balances,
  ].join("\n\n");
  return { checks, text };
}

function takeEarliest<T extends { readonly date: string; readonly hour: number }>(agenda: T[]): T | undefined {
  agenda.sort((a, b) => parseDate(a.date) - parseDate(b.date) || a.hour - b.hour);
  return agenda.shift();
}

/** Before each coupon's payment, books what every holder should get, by a calculation of its own. */
function bookCoupons(note: Note, events: ReturnType<Note["events"]>, checks: Checks): ReturnType<Note["events"]> {
  const { input, bond, stage, terms } = note;
  let k = 0;
  return events.map((event) => {
    if (!input.couponDates.includes(event.date) || event.hour !== 11) return event;
    const index = k++;
    return {
      ...event,
      run: async () => {
        const expected = expectedCoupon(note, index);
        checks.equal(`${input.name}: coupon ${index + 1}`, expected, await bond.couponTotal(index));
        const accounts = await accountsOf(bond);
        const units = holdingsOf(await bond.entitlements(index, accounts)).map((holding) => holding.units);
        const shares = largestRemainder(expected, units);
        await event.run();
        for (const [position, account] of accounts.entries()) {
          const party = [stage.issuer, ...stage.investors].find(({ signer }) => signer.address === account);
          if (party !== undefined) party.expected[note.code] += shares[position] ?? 0n;
        }
        if (event.date !== input.maturity) return;
        for (const [position, account] of accounts.entries()) {
          const party = stage.investors.find(({ signer }) => signer.address === account);
          if (party !== undefined) party.expected[note.code] += (units[position] ?? 0n) * terms.unitNominal;
        }
      },
    };
  });
}

/** Nominal × rate × share of the year, from the published dates, to the nearest minor unit. */
function expectedCoupon({ input, terms }: Note, k: number): bigint {
  const days = [input.issueDate, ...input.couponDates].map(parseDay);
  const { num, den } = yearFraction(input, days[k] ?? 0, days[k + 1] ?? 0);
  return mulDiv(minor(input.size) * terms.couponRate, num, RATE_SCALE * den, "half-up");
}

function yearFraction({ dayCount, frequency }: NoteInput, start: number, end: number): YearFraction {
  if (dayCount === "ACT/365F") return act365f(start, end);
  return dayCount === "30/360" ? thirty360(start, end) : actActIcma(start, end, { start, end, frequency });
}

/** INV-01 on the chain as it stands: supply is reserves, in both currencies. */
async function checkMoney({ suite }: Stage, checks: Checks, when: string): Promise<void> {
  for (const code of CODES) {
    const { currency, desk } = jurisdictionOf(suite, code);
    checks.equal(`${when}: e-${code} supply is reserves`, await desk.totalReserves(), await currency.totalSupply());
  }
}

async function checkNote({ input, terms, bond, stage }: Note, checks: Checks): Promise<void> {
  const coupons = await Promise.all(input.couponDates.map((_, k) => bond.couponTotal(k)));
  const paid = coupons.reduce((sum, amount) => sum + amount, 0n);
  if (input.published !== undefined) {
    checks.equal(`${input.name}: coupons as published`, minor(input.published.coupons), paid);
    checks.equal(
      `${input.name}: redemption with coupon as published`,
      minor(input.published.redemption),
      terms.units * terms.unitNominal + paid,
    );
  }
  checks.equal(`${input.name}: units left`, 0n, await bond.totalSupply());
  const { status } = await stage.suite.assets.asset(terms.isin);
  checks.equal<bigint>(`${input.name}: redeemed on the register`, ASSET_STATUS.redeemed, status);
  for (let k = 0; k < input.couponDates.length; ++k) {
    const run = await stage.suite.corporateActions.couponRun(bond, k);
    checks.equal(`${input.name}: coupon ${k + 1} has nobody unpaid`, 0n, run.unpaid);
  }
}

async function closingBalances({ suite, issuer, investors }: Stage, checks: Checks): Promise<string> {
  const rows: string[][] = [];
  for (const { name, signer, expected } of [issuer, ...investors]) {
    const row = [name];
    for (const code of CODES) {
      const balance = await jurisdictionOf(suite, code).currency.balanceOf(signer);
      checks.equal(`closing balance of ${name}, ${code}`, decimal(expected[code], code), decimal(balance, code));
      row.push(formatMoney(balance, code));
    }
    rows.push(row);
  }
  return table(["account", "e-HKD", "e-CNY"], rows);
}

/** INV-03: no contract of the suite owns value. */
async function checkNothingOwned({ suite }: Stage, notes: readonly Note[], checks: Checks): Promise<void> {
  const { engine, assets, corporateActions, mainland, hongkong } = suite;
  const contracts = { engine, assets, corporateActions };
  const tokens = { "e-CNY": mainland.currency, "e-HKD": hongkong.currency };
  const desks = { "e-CNY desk": mainland.desk, "e-HKD desk": hongkong.desk, registry: hongkong.registry };
  const bonds = Object.fromEntries(notes.map(({ input, bond }) => [input.name, bond]));
  for (const [holder, contract] of Object.entries({ ...contracts, ...desks, ...tokens, ...bonds })) {
    let owned = 0n;
    for (const token of [...Object.values(tokens), ...Object.values(bonds)]) owned += await token.balanceOf(contract);
    checks.equal(`value owned by the contract ${holder}`, 0n, owned);
  }
}

async function checkReturned({ suite }: Stage, checks: Checks): Promise<void> {
  for (const code of CODES) {
    const { currency, desk } = jurisdictionOf(suite, code);
    checks.equal(`e-${code} in circulation at the end`, 0n, await currency.totalSupply());
    checks.equal(`e-${code} reserves at the end`, 0n, await desk.totalReserves());
  }
}
