import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { openSuite, type Bank } from "../../../sdk/deploy/suite.js";
import { UNLIMITED_COUNT } from "../../../sdk/limits.js";
import { decimal, formatMoney, minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { openSubWallet, retailCurrency } from "../../../sdk/operations/families.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, openWallet, type MoneyDesk } from "../../../sdk/operations/money.js";
import { refusalOf } from "../../../sdk/operations/refusal.js";
import { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";
import type { IRetailCurrency } from "../../../types/ethers-contracts/index.js";
import type { Outcome } from "../lib.js";
import { secondsOf, type RetailInput } from "./input.js";
import { Judge, type JudgedWallet } from "./judge.js";

/** Wallets are opened from this hour on, UTC+8. */
const MORNING = 6;
/** A payment between members of families takes less; given so that a refused one is sent, at its second. */
const GAS = 400_000n;

/** A wallet on chain, and as it is judged. */
interface Wallet extends JudgedWallet {
  readonly signer: HardhatEthersSigner;
  readonly bank: Bank;
  /** As the table shows it. */
  readonly kind: string;
}

interface Stage extends MoneyDesk {
  readonly connection: NetworkConnection<"l1">;
  readonly input: RetailInput;
  readonly checks: Checks;
  readonly currency: IRetailCurrency;
  readonly judge: Judge;
  readonly wallets: Map<string, Wallet>;
  readonly accounts: HardhatEthersSigner[];
  readonly banks: Readonly<Record<"bank" | "otherBank", Bank>>;
  /** Rows of the day's table. */
  readonly rows: string[][];
  readonly refused: Map<string, number>;
}

/** Runs a day of a city's payments, midnight included, on a connection's chain. */
export async function runRetailDay(connection: NetworkConnection<"l1">, input: RetailInput): Promise<Outcome> {
  const checks = new Checks("retail-day", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.day);
  const suite = await openSuite(connection);
  const jurisdiction = suite.mainland;
  const stage: Stage = {
    ...{ connection, input, checks, clock, jurisdiction, journal: new Journal(checks, clock), judge: new Judge() },
    ...{ currency: retailCurrency(jurisdiction), wallets: new Map(), accounts: [...suite.customers] },
    banks: { bank: jurisdiction.bank(input.bank), otherBank: jurisdiction.bank(input.otherBank) },
    ...{ rows: [], refused: new Map() },
  };
  await clock.moveTo(input.day, MORNING);
  await openPeople(stage);
  await openCompanies(stage);
  await fundAll(stage);
  for (const [index, payment] of input.payments.entries()) await pay(stage, index, payment);
  await checkBooks(stage);
  checkSplitter(stage);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
    "Payments of the day",
    table(["time", "payer", "class", "payee", "CNY", "what for", "outcome"], stage.rows),
    "What each person has paid, all its wallets together",
    await personsTable(stage),
  ].join("\n\n");
  return { checks, text };
}

// -------------------------------------------------------------------- opening

async function openPeople(stage: Stage): Promise<void> {
  const { input, banks, jurisdiction, checks, currency } = stage;
  for (const person of input.people) {
    for (const { name, class: walletClass } of person.wallets) {
      const signer = nextAccount(stage);
      // one commitment a person: the second wallet shares the first one's limits without anybody's asking
      await openWallet(stage, banks.bank, signer, walletClass, person.name);
      const limits = jurisdiction.plan.limits[walletClass];
      const kind = person.kind === "resident" ? walletClass : `${walletClass}, ${person.kind}`;
      stage.wallets.set(name, { name, person: person.name, limits, signer, bank: banks.bank, kind });
    }
    const families = await Promise.all(
      person.wallets.map(({ name }) => currency.familyOf(walletOf(stage, name).signer)),
    );
    const [first = 0n] = families;
    checks.holds(
      `${person.name}: ${person.wallets.length === 1 ? "one wallet, no family" : "all wallets are one family"}`,
      families.every((family) => family === first) && (first !== 0n) === person.wallets.length > 1,
    );
  }
}

async function openCompanies(stage: Stage): Promise<void> {
  const { input, banks, jurisdiction, clock } = stage;
  const limits = jurisdiction.plan.limits.corporate;
  for (const company of input.companies) {
    const bank = banks[company.bank];
    const signer = nextAccount(stage);
    await openWallet(stage, bank, signer, "corporate", company.name);
    const own = { name: company.name, person: company.name, limits, signer, bank, kind: "corporate" };
    stage.wallets.set(company.name, own);
  }
  for (const company of input.companies) {
    const parent = walletOf(stage, company.name);
    for (const { name, grant, expires, payees } of company.subWallets) {
      const account = nextAccount(stage);
      const terms = {
        ...{ single: minor(grant.single), day: minor(grant.day), year: minor(grant.year) },
        ...{ expiry: BigInt(secondsOf(expires)) + clock.shift, listedOnly: payees !== undefined },
      };
      const listed = payees ?? [];
      await openSubWallet(
        stage,
        parent.bank,
        { account, name, parent: parent.signer, parentName: company.name },
        terms,
        listed.map((payee) => walletOf(stage, payee).signer),
      );
      const { person, bank } = parent;
      const judged = { name, person, limits, signer: account, bank, grant: { ...terms, payees: listed } };
      stage.wallets.set(name, { ...judged, kind: "corporate, sub-wallet" });
    }
  }
}

/** Customers get their money from their banks; a company gives it to its sub-wallets. */
async function fundAll(stage: Stage): Promise<void> {
  const { input, jurisdiction, journal, currency, judge, banks } = stage;
  const given = [
    ...input.people.flatMap(({ wallets }) => wallets),
    ...input.companies,
    ...input.companies.flatMap(({ subWallets }) => subWallets),
  ].map(({ name, funds }) => ({ wallet: walletOf(stage, name), funds: minor(funds) }));
  const parentOf = (name: string) => input.companies.find((each) => each.subWallets.some((sub) => sub.name === name));
  for (const bank of Object.values(banks)) {
    const own = given.filter(({ wallet }) => wallet.bank === bank);
    const total = own.reduce((sum, { funds }) => sum + funds, 0n);
    await issueMoney(stage, bank, total, `for the customers of ${bank.name}`);
    await journal.noteAll(
      { event: `${bank.name} pays out to its customers`, legs: [describe(jurisdiction, total)] },
      own.map(({ wallet, funds }) => {
        const parent = parentOf(wallet.name);
        const receiver = parent === undefined ? wallet : walletOf(stage, parent.name);
        return () => currency.connect(bank.signer).transfer(receiver.signer, funds);
      }),
    );
  }
  const subs = given.flatMap(({ wallet, funds }) => {
    const parent = parentOf(wallet.name);
    return parent === undefined ? [] : [{ wallet, funds, parent: walletOf(stage, parent.name) }];
  });
  await journal.noteAll(
    {
      event: "companies give money to their sub-wallets",
      legs: subs.map(({ funds }) => describe(jurisdiction, funds)),
    },
    subs.map(
      ({ wallet, funds, parent }) =>
        () =>
          currency.connect(parent.signer).transfer(wallet.signer, funds),
    ),
  );
  for (const { wallet, funds } of given) judge.open(wallet, funds);
}

// ------------------------------------------------------------------- payments

/** Sends a payment at its second, and compares what becomes of it with what the judge says. */
async function pay(stage: Stage, index: number, payment: RetailInput["payments"][number]): Promise<void> {
  const { connection, checks, clock, currency, judge, rows, refused } = stage;
  const from = walletOf(stage, payment.from);
  const to = payment.to === "the bank" ? undefined : walletOf(stage, payment.to);
  const amount = minor(payment.amount);
  const time = BigInt(secondsOf(payment.at)) + clock.shift;
  const expected = judge.judge(to === undefined ? { from, amount, time } : { from, to, amount, time });
  const payee = to?.signer ?? from.bank.signer;
  await connection.provider.request({ method: "evm_setNextBlockTimestamp", params: [Number(time)] });
  const send = async () => {
    const sent = await currency.connect(from.signer).transfer(payee, amount, { gasLimit: GAS });
    const receipt = await sent.wait();
    if (receipt === null) throw new RangeError(`transaction ${sent.hash} has no receipt`);
    checks.transaction(receipt);
  };
  const outcome = await refusalOf(currency, send());
  checks.equal(`payment ${index + 1}, ${payment.at}: ${payment.what}`, expected, outcome);
  if (outcome !== "none") refused.set(from.person, (refused.get(from.person) ?? 0) + 1);
  rows.push([
    ...[payment.at.slice(5), payment.from, from.kind, payment.to, decimal(amount), payment.what],
    outcome === "none" ? "final" : `refused: ${outcome}`,
  ]);
}

// ------------------------------------------------------------------- the books

/** Balances and counters are what the payments that were judged possible come to, and no money came or went. */
async function checkBooks({ checks, currency, judge, wallets, clock, banks }: Stage): Promise<void> {
  const now = await clock.now();
  let sum = 0n;
  for (const { name, person, signer, limits } of wallets.values()) {
    const balance = await currency.balanceOf(signer);
    sum += balance;
    checks.equal(`${name}: the balance is what the payments come to`, judge.balanceOf(name), balance);
    if (limits.day === UNLIMITED_COUNT && limits.year === UNLIMITED_COUNT) continue;
    const { dayOut, yearOut } = await currency.walletOf(signer);
    const paid = judge.paidBy(person, now);
    checks.equal(`${name}: counts what all wallets of ${person} have paid`, paid, { dayOut, yearOut });
  }
  for (const { signer } of Object.values(banks)) sum += await currency.balanceOf(signer);
  checks.equal("customers and banks have all the money that was issued", await currency.totalSupply(), sum);
}

/** What the person tried by several wallets came to what one wallet could have paid. */
function checkSplitter({ input, checks, rows, wallets, refused }: Stage): void {
  const own = [...wallets.values()].filter(({ person }) => person === input.splitter);
  const limit = own.reduce((most, { limits }) => (limits.day > most ? limits.day : most), 0n);
  const names = new Set(own.map(({ name }) => name));
  const ofDay = rows.filter(
    ([time = "", payer = "", , payee = ""]) =>
      time.startsWith(input.day.slice(5)) && names.has(payer) && !names.has(payee) && payee !== "the bank",
  );
  const total = (outcome: (text: string) => boolean) =>
    ofDay.filter((row) => outcome(row[6] ?? "")).reduce((sum, row) => sum + minor(row[4] ?? "0.00"), 0n);
  checks.equal(
    `${input.splitter}: all wallets together pay one wallet's day`,
    limit,
    total((text) => text === "final"),
  );
  checks.holds(`${input.splitter}: more was tried and refused`, total((text) => text !== "final") > 0n);
  checks.holds(`${input.splitter}: refusals were counted`, (refused.get(input.splitter) ?? 0) > 0);
}

async function personsTable({ input, currency, wallets, refused }: Stage): Promise<string> {
  const persons = [...new Set([...wallets.values()].map(({ person }) => person))];
  const rows = await Promise.all(
    persons.map(async (person) => {
      const own = [...wallets.values()].filter((wallet) => wallet.person === person);
      const [first] = own;
      if (first === undefined) throw new RangeError(`${person} has a wallet`);
      const { yearOut, dayOut } = await currency.walletOf(first.signer);
      const kind = input.people.find(({ name }) => name === person)?.kind ?? "company";
      const counted = first.limits.day < UNLIMITED_COUNT || first.limits.year < UNLIMITED_COUNT;
      return [
        ...[person, kind, String(own.length)],
        ...[
          counted ? formatMoney(dayOut, "CNY") : "not counted",
          counted ? formatMoney(yearOut, "CNY") : "not counted",
        ],
        String(refused.get(person) ?? 0),
      ];
    }),
  );
  return table(["person", "kind", "wallets", "counted this day", "counted this year", "refused"], rows);
}

function nextAccount({ accounts }: Stage): HardhatEthersSigner {
  const account = accounts.shift();
  if (account === undefined) throw new RangeError("the suite leaves too few accounts");
  return account;
}

function walletOf({ wallets }: Stage, name: string): Wallet {
  const wallet = wallets.get(name);
  if (wallet === undefined) throw new RangeError(`there is no wallet ${name}`);
  return wallet;
}
