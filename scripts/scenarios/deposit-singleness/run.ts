import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, ZeroAddress, type BaseContract, type TypedDataDomain } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { openSuite, type Suite } from "../../../sdk/deploy/suite.js";
import type { DepositOrder } from "../../../sdk/eip712/depositTransfers.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { signDepositOrder } from "../../../sdk/markets/deposits.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, openWallet, reference, type MoneyDesk } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { Checks } from "../../../sdk/report.js";
import { POWERS } from "../../../sdk/roles.js";
import { table } from "../../../sdk/table.js";
import { hoursOf, openDepositBanks, type DepositBank, type DepositBanks } from "../deposits.js";
import type { Outcome } from "../lib.js";
import { Book } from "./book.js";
import type { PaymentInput, SinglenessInput } from "./input.js";

interface Customer {
  readonly signer: HardhatEthersSigner;
  readonly at: DepositBank;
}

/** What a run works with. */
interface Stage extends MoneyDesk, DepositBanks {
  readonly input: SinglenessInput;
  readonly checks: Checks;
  readonly suite: Suite;
  readonly domain: TypedDataDomain;
  readonly customers: ReadonlyMap<string, Customer>;
  readonly errors: BaseContract;
  readonly book: Book;
}

/** Runs the payments on a connection's chain beside a book that knows no contract. */
export async function runSingleness(connection: NetworkConnection<"l1">, input: SinglenessInput): Promise<Outcome> {
  const checks = new Checks("deposit-singleness", connection.networkName);
  const [first] = input.payments;
  if (first === undefined) throw new RangeError("the input has payments");
  const clock = await ScenarioClock.open(connection, first.date);
  const stage = await openStage(await openSuite(connection), checks, clock, input);
  const opening = stage.book.banks();
  for (const [index, payment] of input.payments.entries()) {
    await clock.moveTo(payment.date, hoursOf(payment.time));
    await pay(stage, payment, index + 1);
  }
  await checkEnd(stage);
  const rows = stage.book.banks().map(({ bic, reserves, deposits }, index) => {
    const before = opening[index] ?? { reserves: 0n, deposits: 0n };
    const shown = (amount: bigint) => describe(stage.jurisdiction, amount);
    return [
      ...[bic, shown(before.reserves), shown(reserves), shown(before.deposits), shown(deposits)],
      shown(reserves - deposits - (before.reserves - before.deposits)),
    ];
  });
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
    "What the payments did to the banks: central bank money moves with the deposits, to the cent",
    table(["bank", "money before", "money after", "deposits before", "deposits after", "difference"], rows),
  ].join("\n\n");
  return { checks, text };
}

async function openStage(suite: Suite, checks: Checks, clock: ScenarioClock, input: SinglenessInput): Promise<Stage> {
  const jurisdiction = suite.hongkong;
  const journal = new Journal(checks, clock);
  const desk: MoneyDesk = { jurisdiction, journal, clock };
  const { transfers, banks } = await openDepositBanks(desk, suite, input.banks);
  const customers = new Map<string, Customer>();
  for (const [index, { name, bank: bic, loan, frozen }] of input.customers.entries()) {
    const [signer, at] = [suite.customers[index], banks.get(bic)];
    if (signer === undefined || at === undefined) throw new RangeError("the input was checked");
    await openWallet(desk, at.bank, signer, "corporate", name);
    await journal.noteAll(
      { event: `${name} has deposits at ${at.bank.name}`, legs: [describe(jurisdiction, minor(loan, "HKD"))] },
      [
        () => at.token.connect(at.bank.signer).openAccount(signer),
        () => at.token.connect(at.bank.signer).issue(signer, minor(loan, "HKD"), reference(`loan to ${name}`)),
        () => at.token.connect(signer).approve(transfers, MaxUint256),
        () => jurisdiction.currency.connect(signer).approve(transfers, MaxUint256),
      ],
    );
    if (frozen === true) await freeze(desk, at, signer, name);
    customers.set(name, { signer, at });
  }
  const tokens = [...banks.values()].map(({ token }) => token);
  const errors = errorsOf(transfers, jurisdiction.currency, suite.engine, jurisdiction.registry, ...tokens);
  const domain = await domainOf(transfers);
  const book = new Book(input);
  return { ...desk, transfers, banks, input, checks, suite, domain, customers, errors, book };
}

/** The bank carries out an order against its customer. */
async function freeze({ journal }: MoneyDesk, { bank, token }: DepositBank, signer: HardhatEthersSigner, name: string) {
  await journal.noteAll({ event: `${name}'s deposits are frozen by an order` }, [
    () => token.connect(bank.signer).appoint(bank.signer, POWERS.enforcer, reference("articles")),
    () => token.connect(bank.signer).freeze(signer, reference("order of the court")),
  ]);
}

async function pay(stage: Stage, payment: PaymentInput, number: number): Promise<void> {
  const { transfers, checks, errors, book, suite, domain, journal, jurisdiction } = stage;
  const { from, to, time, signed, refused } = payment;
  const [payer, payee] = [customerOf(stage, from), customerOf(stage, to)];
  const currency = await jurisdiction.currency.getAddress();
  const order: DepositOrder = {
    from: payer.signer.address,
    to: payee.signer.address,
    fromToken: payment.gives === "money" ? currency : await payer.at.token.getAddress(),
    toToken: payment.gets === "money" ? currency : await payee.at.token.getAddress(),
    amount: minor(payment.amount, "HKD"),
    notAfter: await stage.clock.deadline(),
    agent: ZeroAddress,
    businessRef: reference(`payment ${number}`),
  };
  const consent = signed === true ? await signDepositOrder(payer.signer, domain, order) : "0x";
  const sender = transfers.connect(signed === true ? suite.deployer : payer.signer);
  const what = `${number}. ${from} pays ${to} ${payment.amount} at ${time}`;
  const before = await observed(stage);
  const refusal = await refusalOf(errors, sender.execute.staticCall(order, consent, "0x"));
  checks.equal(`${what}: refused by`, refused ?? "none", refusal);
  if (refusal !== "none") {
    checks.equal(`${what}: nothing moves`, before, await observed(stage));
    return;
  }
  const legs = [`${payment.gives} → ${payment.gets}`, describe(jurisdiction, order.amount)];
  await journal.note({ event: what, legs }, sender.execute(order, consent, "0x"));
  book.pay(payment);
  checks.equal(`${what}: everybody has what the book says`, book.all(), await observed(stage));
  const again = await refusalOf(errors, sender.execute.staticCall(order, consent, "0x"));
  checks.equal(`${what}: a second time`, "HoldAlreadyUsed", again);
}

/** What everybody has on the chain, in the book's words. */
async function observed({ customers, banks, jurisdiction: { currency } }: Stage): Promise<Record<string, bigint>> {
  const all: Record<string, bigint> = {};
  for (const [bic, { bank, token }] of banks) {
    all[`${bic} money`] = await currency.balanceOf(bank.account);
    all[`${bic} deposits`] = await token.totalSupply();
  }
  for (const [name, { signer, at }] of customers) {
    all[`${name} money`] = await currency.balanceOf(signer);
    all[`${name} deposit`] = await at.token.balanceOf(signer);
  }
  return all;
}

/** Singleness, at the end of everything. */
async function checkEnd(stage: Stage): Promise<void> {
  const { checks, banks, jurisdiction, transfers, input, customers } = stage;
  for (const { bic, reserves } of input.banks) {
    const at = banks.get(bic);
    if (at === undefined) throw new RangeError("the bank was opened");
    const lent = input.customers
      .filter(({ bank }) => bank === bic)
      .reduce((sum, { loan }) => sum + minor(loan, "HKD"), 0n);
    const net = (await jurisdiction.currency.balanceOf(at.bank.account)) - (await at.token.totalSupply());
    checks.equal(`${bic}: money less deposits is what it was`, minor(reserves, "HKD") - lent, net);
    const held = [...customers.values()].filter((customer) => customer.at === at);
    const balances = await Promise.all(held.map(({ signer }) => at.token.balanceOf(signer)));
    const sum = balances.reduce((total, balance) => total + balance, 0n);
    checks.equal(`${bic}: deposits are its customers' and nobody else's`, await at.token.totalSupply(), sum);
    checks.equal(`${bic}: the transfers contract owns no deposits`, 0n, await at.token.balanceOf(transfers));
  }
  checks.equal("the transfers contract owns no money", 0n, await jurisdiction.currency.balanceOf(transfers));
}

function customerOf({ customers }: Stage, name: string): Customer {
  const found = customers.get(name);
  if (found === undefined) throw new RangeError(`${name} is a customer`);
  return found;
}
