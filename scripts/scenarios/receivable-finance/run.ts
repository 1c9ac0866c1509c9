import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { parseDay } from "../../../sdk/calendar.js";
import {
  FINANCE_STATUS,
  RECEIVABLE_STATUS,
  financeId,
  type FinanceTerms,
  type ReceivableVerdict,
} from "../../../sdk/eip712/trade.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { describe, reference } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";
import { signConfirmation, signFinance } from "../../../sdk/trade/receivables.js";
import type { Outcome } from "../lib.js";
import { Book } from "./expected.js";
import type { FinanceName, TradeInput } from "./input.js";
import { MORNING, documentOf, giveConsents, openStage, verify, type Stage } from "./stage.js";

/** A finance of the input, with the banker's book of it. */
interface Loan {
  readonly name: FinanceName;
  readonly terms: FinanceTerms;
  readonly id: string;
  readonly bank: Stage["banks"]["first"];
  readonly book: Book;
}

/** What each party has more or less than before, by the books. */
type Expected = Map<string, bigint>;

/** Runs the life of an exporter's receivables on a connection's chain, to the last release. */
export async function runReceivableFinance(connection: NetworkConnection<"l1">, input: TradeInput): Promise<Outcome> {
  const checks = new Checks("receivable-finance", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.opens);
  const stage = await openStage(connection, checks, clock, input);
  await clock.moveTo(input.opens, MORNING);
  await giveConsents(stage);
  const declaration = await documentOf(stage, "customsDeclaration", input.declaration);
  await verify(stage, stage.banks.first, declaration, "a customs declaration");
  await tryTwice(stage, declaration);
  await tryForged(stage);
  await tryDoubleFinance(stage, declaration);

  const expected: Expected = new Map();
  const loans = new Map<FinanceName, Loan>();
  for (const name of ["first", "second"] as const) await lend(stage, loans, expected, name, declaration, true);
  await checkExhausted(stage, declaration);
  await live(stage, loans, expected, declaration);
  await checkEnd(stage, loans, expected, declaration);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
    "What supervision reads on the chain, by bank and status",
    await supervision(stage),
  ].join("\n\n");
  return { checks, text };
}

// -------------------------------------------------------------- what is refused

async function tryTwice({ receivables, banks, exporter, checks }: Stage, declaration: ReceivableVerdict) {
  const { key, kind, documents } = declaration;
  const again = receivables.connect(banks.second.signer).submit.staticCall(key, kind, exporter, documents);
  checks.equal(
    "the same declaration at the second bank",
    "ReceivableAlreadyRegistered",
    await refusalOf(receivables, again),
  );
  const { ceiling } = await receivables.receivableOf(key);
  checks.equal("the second bank sees the remaining amount", ceiling, await receivables.remainingOf(key));
}

async function tryForged(stage: Stage): Promise<void> {
  const { input, banks, receivables, finance, exporter, checks } = stage;
  const forged = { ...input.forged, due: input.declaration.due };
  const verdict = { ...(await documentOf(stage, "customsDeclaration", forged)), verified: false };
  await verify(stage, banks.second, verdict, "a declaration that the customs do not know");
  checks.equal("a FAILED declaration has nothing to finance", 0n, await receivables.remainingOf(verdict.key));
  const terms = termsOf(stage, "second", verdict.key, 1n);
  const call = finance.connect(exporter).applyFor.staticCall(terms, "0x");
  checks.equal("an application on a FAILED declaration", "FinanceTermsInvalid", await refusalOf(finance, call));
}

/** The exporter asks both banks for the whole; both approve in one block. */
async function tryDoubleFinance(stage: Stage, { key, value }: ReceivableVerdict): Promise<void> {
  const { journal, finance, receivables, exporter, banks, checks, input } = stage;
  const principal = minor(input.attempt.principal);
  const asked = (["first", "second"] as const).map((name) => ({
    bank: banks[name],
    terms: { ...termsOf(stage, name, key, 1n), face: value, principal, salt: reference(`attempt at the ${name} bank`) },
  }));
  await journal.noteAll(
    { event: `${input.exporter} asks both banks for finance on the whole declaration` },
    asked.map(
      ({ terms }) =>
        () =>
          finance.connect(exporter).applyFor(terms, "0x"),
    ),
  );
  const outcomes = await inOneBlock(
    stage,
    asked.map(
      ({ bank, terms }) =>
        () =>
          finance.connect(bank.signer).approve(terms, { gasLimit: 1_000_000n }),
    ),
  );
  checks.equal("two approvals in one block: one goes through", 1, outcomes.filter((ok) => ok).length);
  const { outstanding, ceiling } = await receivables.receivableOf(key);
  checks.equal("two approvals in one block: reserved once", principal, outstanding);
  checks.equal("two approvals in one block: what remains", ceiling - principal, await receivables.remainingOf(key));
  for (const [index, { bank, terms }] of asked.entries()) {
    if (outcomes[index] === true) continue;
    const retry = finance.connect(bank.signer).approve.staticCall(terms);
    const refusal = await refusalOf(errorsOf(finance, receivables), retry);
    checks.equal("the other bank tries again", "ClaimAlreadyPledged", refusal);
  }
  await journal.noteAll(
    { event: "both banks see it and cancel", legs: ["the reservation is given back"] },
    asked.map(
      ({ bank, terms }) =>
        () =>
          finance.connect(bank.signer).cancel(terms),
    ),
  );
  checks.equal("after the attempt everything may be financed", ceiling, await receivables.remainingOf(key));
}

/** Mines transactions together; says which went through. */
async function inOneBlock(
  { connection, checks }: Stage,
  sends: readonly (() => Promise<{ readonly hash: string }>)[],
): Promise<boolean[]> {
  const { provider, ethers } = connection;
  await provider.request({ method: "evm_setAutomine", params: [false] });
  const sent: string[] = [];
  try {
    for (const send of sends) sent.push((await send()).hash);
    await provider.request({ method: "evm_mine", params: [] });
  } finally {
    await provider.request({ method: "evm_setAutomine", params: [true] });
  }
  const receipts = await Promise.all(sent.map((hash) => ethers.provider.getTransactionReceipt(hash)));
  checks.equal("both approvals are in one block", 1, new Set(receipts.map((receipt) => receipt?.blockNumber)).size);
  for (const receipt of receipts) if (receipt !== null) checks.transaction(receipt);
  return receipts.map((receipt) => receipt?.status === 1);
}

async function checkExhausted(stage: Stage, { key }: ReceivableVerdict): Promise<void> {
  const { checks, receivables, input } = stage;
  const { ceiling, outstanding } = await receivables.receivableOf(key);
  const lent = minor(input.finances.first.principal) + minor(input.finances.second.principal);
  checks.equal("both banks' finance is what the declaration says is outstanding", lent, outstanding);
  checks.holds("both banks' finance is within value times advance rate", outstanding <= ceiling);
  checks.equal("what remains over both banks", ceiling - lent, await receivables.remainingOf(key));
}

// --------------------------------------------------------------------- finance

function termsOf(
  { input, clock, exporter, banks }: Stage,
  name: FinanceName,
  key: string,
  claim: bigint,
): FinanceTerms {
  const of = input.finances[name];
  const millionths = (percent: string) => BigInt(percent.replace(".", "")) * 100n;
  return {
    ...{ key, claim, exporter: exporter.address, bankAccount: banks[name === "second" ? "second" : "first"].account },
    ...{ face: minor(of.face), principal: minor(of.principal), fee: minor(of.fee), recourse: name !== "insured" },
    ...{ rate: millionths(of.ratePercent), overdueRate: millionths(of.overduePercent) },
    ...{ maturity: clock.at(of.maturity, MORNING), salt: reference(`${name} finance`) },
  };
}

/** Application by signature, approval and disbursement by the bank. */
async function lend(
  stage: Stage,
  loans: Map<FinanceName, Loan>,
  expected: Expected,
  name: FinanceName,
  { key }: ReceivableVerdict,
  inParts: boolean,
): Promise<void> {
  const { finance, receivables, journal, exporter, banks, clock, domains, jurisdiction, input, checks } = stage;
  await clock.moveTo(input.finances[name].paidOut, MORNING);
  const bank = banks[name === "second" ? "second" : "first"];
  const terms = termsOf(stage, name, key, inParts ? 1n : await receivables.claims());
  const signature = await signFinance(exporter, domains.finance, terms);
  const before = await jurisdiction.currency.balanceOf(exporter);
  await journal.noteAll(
    { event: `${bank.name} finances (${name})`, legs: [`${describe(jurisdiction, terms.principal)} to the exporter`] },
    [
      () => finance.connect(bank.signer).applyFor(terms, signature),
      () => finance.connect(bank.signer).approve(terms),
      () => finance.connect(bank.signer).disburse(terms),
    ],
  );
  const paid = (await jurisdiction.currency.balanceOf(exporter)) - before;
  checks.equal(`${name}: the exporter has the principal`, terms.principal, paid);
  note(expected, bank.account, -terms.principal);
  note(expected, exporter.address, terms.principal);
  const id = financeId(domains.finance, terms);
  loans.set(name, { name, terms, id, bank, book: new Book(input.finances[name]) });
}

/** Everything that happens after the first pay-outs, by its day. */
async function live(stage: Stage, loans: Map<FinanceName, Loan>, expected: Expected, declaration: ReceivableVerdict) {
  const { input, clock } = stage;
  const happenings = [
    ...input.proceeds.map(({ day, finance, amount }) => ({
      day,
      happens: () => collect(stage, loanOf(loans, finance), expected, day, minor(amount)),
    })),
    ...input.recourse.map(({ day, finance, amount }) => ({
      day,
      happens: () => takeRecourse(stage, loanOf(loans, finance), expected, day, amount),
    })),
    {
      day: input.finances.insured.paidOut,
      happens: () => lendInsured(stage, loans, expected, declaration),
    },
  ];
  happenings.sort((a, b) => parseDay(a.day) - parseDay(b.day));
  for (const { day, happens } of happenings) {
    await clock.moveTo(day, MORNING);
    await happens();
  }
}

/** The policy's variant: verified by the insurer, promised by the buyer, financed without recourse. */
async function lendInsured(
  stage: Stage,
  loans: Map<FinanceName, Loan>,
  expected: Expected,
  declaration: ReceivableVerdict,
): Promise<void> {
  const { input, banks, receivables, buyer, domains, journal, checks, suite } = stage;
  const policy = await documentOf(stage, "insurancePolicy", input.policy);
  await verify(stage, banks.first, policy, "an export credit insurance policy");
  const { currency, value, dueDate, key } = declaration;
  const other = await signConfirmation(buyer, domains.receivables, {
    ...{ key, debtor: buyer.address, currency, value, dueDate },
  });
  const reused = receivables.connect(suite.deployer).confirm.staticCall(policy.key, other);
  checks.equal(
    "the buyer's signature over the declaration, used for the policy",
    "ReceivableConfirmationInvalid",
    await refusalOf(receivables, reused),
  );
  const promise = await signConfirmation(buyer, domains.receivables, {
    ...{
      key: policy.key,
      debtor: buyer.address,
      currency: policy.currency,
      value: policy.value,
      dueDate: policy.dueDate,
    },
  });
  await journal.note(
    { event: `${input.buyer} promises to pay the insured receivable` },
    receivables.connect(suite.deployer).confirm(policy.key, promise),
  );
  await lend(stage, loans, expected, "insured", policy, false);
}

// ------------------------------------------------------------------- repayment

async function collect(stage: Stage, loan: Loan, expected: Expected, day: string, amount: bigint): Promise<void> {
  const { finance, journal, buyer, exporter, jurisdiction, input } = stage;
  const { name, terms, bank, book } = loan;
  const due = book.pay(day, amount);
  const toBank = due.fee + due.interest + due.principal;
  await moves(stage, `${name} on ${day}`, [buyer, bank.signer, exporter], [-amount, toBank, due.toExporter], () =>
    journal.note(
      {
        event: `${input.buyer} pays (${name})`,
        legs: [
          `${describe(jurisdiction, due.fee)} fee, ${describe(jurisdiction, due.interest)} interest`,
          `${describe(jurisdiction, due.principal)} principal`,
          `${describe(jurisdiction, due.toExporter)} to the exporter`,
        ],
      },
      finance.connect(buyer).collect(terms, amount),
    ),
  );
  note(expected, buyer.address, -amount);
  note(expected, bank.account, toBank);
  note(expected, exporter.address, due.toExporter);
  await releaseIfRepaid(stage, loan, day);
}

async function takeRecourse(stage: Stage, loan: Loan, expected: Expected, day: string, asked: string): Promise<void> {
  const { finance, journal, exporter, jurisdiction, input, checks } = stage;
  const { name, id, terms, bank, book } = loan;
  if ((await finance.financeOf(id)).status === FINANCE_STATUS.disbursed) {
    await journal.note({ event: `${name} is overdue` }, finance.connect(exporter).reportOverdue(terms));
  }
  const due = book.due(day);
  const { fee, interest, principal } = await finance.dueOf(terms);
  checks.equal(`${name} on ${day}: what is due by the banker's book`, due, fee + interest + principal);
  const amount = asked === "all" ? due : minor(asked);
  book.pay(day, amount);
  await moves(stage, `${name} on ${day}: recourse`, [exporter, bank.signer], [-amount, amount], () =>
    journal.note(
      { event: `${bank.name} takes recourse to ${input.exporter}`, legs: [describe(jurisdiction, amount)] },
      finance.connect(bank.signer).takeRecourse(terms, amount),
    ),
  );
  note(expected, exporter.address, -amount);
  note(expected, bank.account, amount);
  await releaseIfRepaid(stage, loan, day);
}

async function releaseIfRepaid(stage: Stage, { name, id, terms, bank }: Loan, day: string): Promise<void> {
  const { finance, receivables, journal, banks, checks } = stage;
  if ((await finance.financeOf(id)).status !== FINANCE_STATUS.repaid) return;
  const other = bank === banks.first ? banks.second : banks.first;
  const foreign = finance.connect(other.signer).release.staticCall(terms);
  checks.equal(`${name} on ${day}: another bank's release`, "FinanceCallerInvalid", await refusalOf(finance, foreign));
  await journal.note(
    { event: `${bank.name} releases the claim (${name})` },
    finance.connect(bank.signer).release(terms),
  );
  const { claim } = await finance.financeOf(id);
  checks.equal(`${name}: the claim is free`, 0n, BigInt((await receivables.claimOf(claim)).finance));
}

/** Does it, and holds everybody's money against what the book says. */
async function moves(
  { jurisdiction: { currency }, checks }: Stage,
  what: string,
  parties: readonly HardhatEthersSigner[],
  changes: readonly bigint[],
  act: () => Promise<unknown>,
): Promise<void> {
  const balances = () => Promise.all(parties.map((party) => currency.balanceOf(party)));
  const before = await balances();
  await act();
  const after = await balances();
  checks.equal(
    `${what}: to the fen as by the banker's book`,
    [...changes],
    after.map((balance, index) => balance - (before[index] ?? 0n)),
  );
}

// --------------------------------------------------------------------- the end

async function checkEnd(
  stage: Stage,
  loans: Map<FinanceName, Loan>,
  expected: Expected,
  { key, value }: ReceivableVerdict,
): Promise<void> {
  const { checks, jurisdiction, opening, finance, receivables, input } = stage;
  let sum = 0n;
  for (const [account, before] of opening) {
    const change = (await jurisdiction.currency.balanceOf(account)) - before;
    sum += change;
    checks.equal(`${account}: has what the books say`, expected.get(account) ?? 0n, change);
  }
  checks.equal("no money came or went", 0n, sum);
  checks.equal("the finance contract owns nothing", 0n, await jurisdiction.currency.balanceOf(finance));
  checks.equal("the registry owns nothing", 0n, await jurisdiction.currency.balanceOf(receivables));
  const { collected, outstanding } = await receivables.receivableOf(key);
  const claims = await Promise.all(
    Array.from({ length: Number(await receivables.claims()) }, (_, index) => receivables.claimOf(index + 1)),
  );
  const open = claims.filter((claim) => claim.key === key).reduce((all, { amount }) => all + amount, 0n);
  checks.equal("claims and what was collected come to the face", value, open + collected);
  checks.equal("nothing is outstanding on the declaration", 0n, outstanding);
  const insured = loanOf(loans, "insured");
  const paidInsured = input.proceeds.filter((entry) => entry.finance === "insured");
  const all = paidInsured.reduce((paid, { amount }) => paid + minor(amount), 0n) === insured.terms.face;
  checks.equal<bigint>(
    "the insured receivable is closed if it was paid",
    all ? RECEIVABLE_STATUS.closed : RECEIVABLE_STATUS.partlyRepaid,
    await receivables.statusOf(insured.terms.key),
  );
}

async function supervision({ finance, jurisdiction, banks }: Stage): Promise<string> {
  const rows = [];
  for (const bank of Object.values(banks)) {
    for (const [status, number] of Object.entries(FINANCE_STATUS)) {
      const { count, principal } = await finance.totalsOf(jurisdiction.currency, bank.number, number);
      if (count !== 0n) rows.push([bank.name, status, count, describe(jurisdiction, principal)]);
    }
  }
  return table(["bank", "status", "finances", "principal"], rows);
}

function note(expected: Expected, account: string, change: bigint): void {
  expected.set(account, (expected.get(account) ?? 0n) + change);
}

function loanOf(loans: ReadonlyMap<FinanceName, Loan>, name: FinanceName): Loan {
  const loan = loans.get(name);
  if (loan === undefined) throw new RangeError(`${name} is not paid out`);
  return loan;
}
