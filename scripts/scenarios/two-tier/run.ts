import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { formatDay, parseDay } from "../../../sdk/calendar.js";
import { openSuite, type Bank } from "../../../sdk/deploy/suite.js";
import { CLASS_NUMBERS, UNLIMITED_AMOUNT, UNLIMITED_COUNT, type ClassLimits } from "../../../sdk/limits.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, openWallet, redeemMoney, type MoneyDesk } from "../../../sdk/operations/money.js";
import { refusalOf } from "../../../sdk/operations/refusal.js";
import { Checks } from "../../../sdk/report.js";
import { least } from "../../../sdk/rounding.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import type { CustomerClass, TwoTierInput } from "./input.js";

/** What a wallet without limits is given, and what everybody pays everybody. */
const PLENTY = minor("1000000");
const SMALL = minor("1");
/** What a wallet keeps to pay the others from. */
const KEPT = minor("100");
const FEN = 1n;

/** A wallet that is tried, with its class's limits. */
interface Customer {
  readonly name: CustomerClass;
  readonly signer: HardhatEthersSigner;
  readonly limits: ClassLimits;
}

/** What a run works with. */
interface Stage extends MoneyDesk {
  readonly checks: Checks;
  readonly bank: Bank;
  readonly shop: HardhatEthersSigner;
  readonly customers: readonly Customer[];
  /** Number of the scenario's day, from the input's first day. */
  today: number;
  readonly input: TwoTierInput;
}

/** Runs the two tiers on a connection's chain: issue, distribute, pay to each limit and past it, redeem. */
export async function runTwoTier(connection: NetworkConnection<"l1">, input: TwoTierInput): Promise<Outcome> {
  const checks = new Checks("two-tier", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.firstDay);
  const suite = await openSuite(connection);
  const jurisdiction = suite.mainland;
  const [bank, otherBank] = [jurisdiction.bank(input.bank), jurisdiction.bank(input.otherBank)];
  const [shop, ...free] = suite.customers;
  if (shop === undefined) throw new RangeError("the suite has free accounts");
  const customers = input.classes.map((name, index): Customer => {
    const signer = free[index];
    if (signer === undefined) throw new RangeError("five classes need five accounts");
    return { name, signer, limits: jurisdiction.plan.limits[name] };
  });
  const journal = new Journal(checks, clock);
  await clock.moveTo(input.firstDay, 9);
  const stage: Stage = { jurisdiction, journal, clock, checks, bank, shop, customers, today: 0, input };

  await openWallet(stage, otherBank, shop, "corporate", "the shop");
  for (const { name, signer } of customers) await openWallet(stage, bank, signer, name, `a customer of class ${name}`);
  await issueMoney(
    stage,
    bank,
    customers.reduce((sum, customer) => sum + purse(customer) * 16n, 0n),
    "first issue",
  );
  await checkPublished(stage);
  for (const customer of customers) {
    await fill(stage, customer);
    await trySingle(stage, customer);
    await tryDay(stage, customer);
    await tryYear(stage, customer);
  }
  await payEachOther(stage);
  await giveBack(stage, otherBank);
  const rows = customers.map(({ name, limits }) => [
    name,
    shown(limits.balance, UNLIMITED_AMOUNT),
    shown(limits.single, UNLIMITED_AMOUNT),
    shown(limits.day, UNLIMITED_COUNT),
    shown(limits.year, UNLIMITED_COUNT),
  ]);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    journal.toTable(),
    "Limits tried, each at the limit and one fen past it",
    table(["class", "balance", "single", "day", "year"], rows),
  ].join("\n\n");
  return { checks, text };
}

/** What a customer's wallet is filled with: its cap, or plenty. */
function purse({ limits }: Customer): bigint {
  return limits.balance === UNLIMITED_AMOUNT ? PLENTY : limits.balance;
}

function shown(limit: bigint, none: bigint): string {
  return limit === none ? "none" : formatMoney(limit, "CNY");
}

/** The limits that the chain has are the published ones. */
async function checkPublished({ jurisdiction, checks, input }: Stage): Promise<void> {
  for (const [name, published] of Object.entries(input.published)) {
    const limits = await jurisdiction.currency.classLimits(CLASS_NUMBERS[name as CustomerClass]);
    for (const kind of ["balance", "single", "day", "year"] as const) {
      checks.equal(`class ${name}: ${kind} limit as published`, minor(published[kind]), limits[kind]);
    }
  }
}

/** The bank fills the wallet to its cap; one fen more is refused. */
async function fill(stage: Stage, customer: Customer): Promise<void> {
  const { jurisdiction, journal, bank, checks } = stage;
  const { name, signer, limits } = customer;
  const { currency } = jurisdiction;
  const missing = purse(customer) - (await currency.balanceOf(signer));
  if (missing > 0n) {
    await journal.note(
      { event: `the bank pays into the wallet of class ${name}`, legs: [describe(jurisdiction, missing)] },
      currency.connect(bank.signer).transfer(signer, missing),
    );
  }
  if (limits.balance === UNLIMITED_AMOUNT || checks.report().checks.some((check) => check.name === balanceCheck(name)))
    return;
  const refusal = await refusalOf(currency, currency.connect(bank.signer).transfer.staticCall(signer, FEN));
  checks.equal(balanceCheck(name), "WalletBalanceLimitExceeded", refusal);
}

function balanceCheck(name: CustomerClass): string {
  return `class ${name}: one fen past the balance cap`;
}

/** One payment at the single limit passes, one fen more is refused. */
async function trySingle(stage: Stage, { name, signer, limits }: Customer): Promise<void> {
  if (limits.single === UNLIMITED_AMOUNT) return;
  const { jurisdiction, checks, shop } = stage;
  const { currency } = jurisdiction;
  const refusal = await refusalOf(currency, currency.connect(signer).transfer.staticCall(shop, limits.single + FEN));
  checks.equal(`class ${name}: one fen past the single limit`, "WalletSingleLimitExceeded", refusal);
  const before = await currency.balanceOf(shop);
  await pay(stage, name, signer, limits.single);
  const received = (await currency.balanceOf(shop)) - before;
  checks.equal(`class ${name}: a payment at the single limit arrives`, limits.single, received);
}

/** The day is used up to the fen; one fen more is refused; the next day it passes again. */
async function tryDay(stage: Stage, customer: Customer): Promise<void> {
  const { name, signer, limits } = customer;
  if (limits.day === UNLIMITED_COUNT) return;
  const { currency } = stage.jurisdiction;
  await useUpDay(stage, customer);
  const wallet = await currency.walletOf(signer);
  stage.checks.equal(`class ${name}: the day is used up to the fen`, limits.day, wallet.dayOut);
  const refusal = await refusalOf(currency, currency.connect(signer).transfer.staticCall(stage.shop, FEN));
  stage.checks.equal(`class ${name}: one fen past the day's limit`, "WalletDayLimitExceeded", refusal);
  await nextDay(stage);
  await pay(stage, name, signer, FEN);
  stage.checks.equal(`class ${name}: the next day counts from zero`, FEN, (await currency.walletOf(signer)).dayOut);
}

/** Days are used up until the year is; one fen more is refused; redemption to the own bank passes; a new year begins. */
async function tryYear(stage: Stage, customer: Customer): Promise<void> {
  const { name, signer, limits } = customer;
  if (limits.year === UNLIMITED_COUNT) return;
  const { jurisdiction, checks, shop, bank } = stage;
  const { currency } = jurisdiction;
  while ((await currency.walletOf(signer)).yearOut < limits.year) {
    await useUpDay(stage, customer);
    await nextDay(stage);
  }
  await fill(stage, customer);
  checks.equal(`class ${name}: the year is used up to the fen`, limits.year, (await currency.walletOf(signer)).yearOut);
  const refusal = await refusalOf(currency, currency.connect(signer).transfer.staticCall(shop, FEN));
  checks.equal(`class ${name}: one fen past the year's limit`, "WalletYearLimitExceeded", refusal);
  const balance = await currency.balanceOf(signer);
  await stage.journal.note(
    { event: `class ${name} redeems at its own bank, past every limit`, legs: [describe(jurisdiction, balance)] },
    currency.connect(signer).transfer(bank.account, balance),
  );
  checks.equal(`class ${name}: redemption does not count`, limits.year, (await currency.walletOf(signer)).yearOut);
  await fill(stage, customer);
  await nextYear(stage);
  await pay(stage, name, signer, FEN);
  checks.equal(`class ${name}: the new year counts from zero`, FEN, (await currency.walletOf(signer)).yearOut);
}

/** Every class pays every other, whatever its limits. */
async function payEachOther(stage: Stage): Promise<void> {
  const { jurisdiction, journal, customers, bank } = stage;
  const { currency } = jurisdiction;
  await nextDay(stage);
  // room for what the others will pay, where a wallet is full
  const full = [];
  for (const { signer } of customers) {
    const balance = await currency.balanceOf(signer);
    if (balance > KEPT) full.push(() => currency.connect(signer).transfer(bank.account, balance - KEPT));
  }
  await journal.noteAll({ event: "everybody redeems all but a little at the own bank" }, full);
  for (const { name, signer } of customers) {
    await journal.noteAll(
      { event: `class ${name} pays every other class`, legs: [describe(jurisdiction, SMALL)] },
      customers
        .filter((other) => other.signer.address !== signer.address)
        .map((other) => () => currency.connect(signer).transfer(other.signer, SMALL)),
    );
  }
  for (const { name, signer } of customers) {
    const { dayOut } = await jurisdiction.currency.walletOf(signer);
    const counted = customers.find((customer) => customer.name === name)?.limits.day !== UNLIMITED_COUNT;
    const expected = counted ? SMALL * BigInt(customers.length - 1) : 0n;
    stage.checks.equal(`class ${name}: what it paid the others is counted`, expected, dayOut);
  }
}

/** Customers hand everything back, the banks redeem everything. */
async function giveBack(stage: Stage, otherBank: Bank): Promise<void> {
  const { jurisdiction, journal, customers, shop, bank, checks } = stage;
  const { currency, desk } = jurisdiction;
  const holders = [...customers.map(({ signer }) => ({ signer, home: bank })), { signer: shop, home: otherBank }];
  await journal.noteAll(
    { event: "everybody hands all money back to the own bank" },
    await Promise.all(
      holders.map(async ({ signer, home }) => {
        const balance = await currency.balanceOf(signer);
        return () => currency.connect(signer).transfer(home.account, balance);
      }),
    ),
  );
  checks.equal("supply is reserves before redemption", await desk.totalReserves(), await currency.totalSupply());
  for (const each of [bank, otherBank])
    await redeemMoney(stage, each, await currency.balanceOf(each.account), "last return");
  checks.equal("e-CNY in circulation at the end", 0n, await currency.totalSupply());
  checks.equal("reserves at the end", 0n, await desk.totalReserves());
}

async function useUpDay(stage: Stage, customer: Customer): Promise<void> {
  const { name, signer, limits } = customer;
  const { currency } = stage.jurisdiction;
  for (;;) {
    const { dayOut, yearOut } = await currency.walletOf(signer);
    const left = least(limits.day - dayOut, limits.year - yearOut);
    if (left === 0n) return;
    await fill(stage, customer);
    await pay(stage, name, signer, least(left, limits.single, await currency.balanceOf(signer)));
  }
}

async function pay({ jurisdiction, journal, shop }: Stage, name: string, signer: HardhatEthersSigner, amount: bigint) {
  await journal.note(
    { event: `class ${name} pays the shop`, legs: [describe(jurisdiction, amount)] },
    jurisdiction.currency.connect(signer).transfer(shop, amount),
  );
}

async function nextDay(stage: Stage): Promise<void> {
  stage.today += 1;
  await stage.clock.moveTo(formatDay(parseDay(stage.input.firstDay) + stage.today), 9);
}

async function nextYear(stage: Stage): Promise<void> {
  const year = formatDay(parseDay(stage.input.firstDay) + stage.today).slice(0, 4);
  stage.today = parseDay(`${Number(year) + 1}-01-01`) - parseDay(stage.input.firstDay);
  await stage.clock.moveTo(formatDay(parseDay(stage.input.firstDay) + stage.today), 0);
}
