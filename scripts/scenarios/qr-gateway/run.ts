import { encodeBytes32String, type BaseContract } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import type { Bank } from "../../../sdk/deploy/suite.js";
import { qrBatchTypedData, qrEntryTypedData, type QrBatch, type QrReturn } from "../../../sdk/eip712/qr.js";
import { sign } from "../../../sdk/eip712/typedData.js";
import { UserError } from "../../../sdk/errors.js";
import { CURRENCIES, decimal, formatMoney, minor } from "../../../sdk/money.js";
import { reference } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { buildBatch, verifyBatch, type BuiltBatch } from "../../../sdk/qr/batch.js";
import { encodeMerchantCode, parseMerchantCode } from "../../../sdk/qr/emvco.js";
import { QR_DIRECTION, QR_MODE, paymentFor, type QrPayment } from "../../../sdk/qr/payment.js";
import { RATE_SCALE, parseRate } from "../../../sdk/rates.js";
import { mulDiv } from "../../../sdk/rounding.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import { Payments } from "./draw.js";
import type { QrInput } from "./input.js";
import { ANSWER_PERIOD, openStage, type Stage } from "./stage.js";

/** The batch's gas for one payment must be below. */
const BUDGET = 1_500n;
const REASON = encodeBytes32String("not authorised");

/** A window that was settled, and what it took. */
interface SettledWindow {
  readonly built: BuiltBatch;
  readonly gas: bigint;
  /** Minor units that have moved between institutions. */
  readonly moved: bigint;
}

/** Runs the gateway scenario on a connection's chain. */
export async function runQrGateway(connection: NetworkConnection<"l1">, input: QrInput): Promise<Outcome> {
  const stage = await openStage(connection, input);
  const { journal, clock, suite } = stage;
  const rows = await routeOneByOne(stage);
  const accounts = (bics: readonly string[]) => bics.map((bic) => suite.mainland.bank(bic).account);
  const payments = new Payments(input, { home: accounts(input.home), abroad: accounts(input.abroad) });
  const [small, middle, large] = input.windows;
  const first = await settleWindow(stage, 1n, { entries: payments.draw(small), twice: undefined });
  // the operator enters one payment of the first window again
  const again = first.built.entries[0];
  const second = await settleWindow(stage, 2n, { entries: payments.draw(middle - 1), twice: again });
  const corrections = await dispute(stage, first.built, second.built);
  const third = await settleWindow(stage, 3n, { entries: payments.draw(large), corrections });
  await checkReturned(stage, corrections);
  const windows = [first, second, third];
  const sample = extrapolate(stage, windows, again?.amount ?? 0n);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    journal.toTable(),
    "Routed one by one",
    table(["merchant", "payer is charged", "merchant gets", "status", "gas"], rows),
    "Settled in batches (commitment and settlement; the payments themselves are not on chain)",
    table(["window", "payments", "sum", "moved net", "gas", "gas a payment"], windows.map(windowRow)),
    sample,
  ].join("\n\n");
  return { checks: stage.checks, text };
}

/** Each code is scanned, asked for, agreed and paid; the first is refunded in part, the last one is scanned once more and reversed. */
async function routeOneByOne(stage: Stage): Promise<string[][]> {
  const { input, gateway, checks } = stage;
  const rows: string[][] = [];
  const asked: QrPayment[] = [];
  for (const [index, scanned] of input.codes.entries()) {
    const payment = await scan(stage, scanned, `scan ${index}`);
    asked.push(payment);
    rows.push(await pay(stage, scanned, payment, false));
  }
  const [first, last] = [asked[0], input.codes.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError("the input has codes");
  rows.push(await pay(stage, last, await scan(stage, last, "scan again"), true));
  await refund(stage, first);
  for (const [direction, number] of Object.entries(QR_DIRECTION)) {
    const folded = await fold(stage, number);
    checks.equal(
      `${direction}: statistics are the sum of the log`,
      folded,
      [...(await gateway.statisticsOf(number, QR_MODE.merchant))].map(String),
    );
  }
  const errors = errorsOf(gateway);
  const repeated = gateway.connect(bankAt(stage, first.requester).signer).request.staticCall(first);
  checks.equal("a payment is asked for once", "QrStatusInvalid", await refusalOf(errors, repeated));
  return rows;
}

type Scanned = QrInput["codes"][number];

async function scan(stage: Stage, { code, direction, wallet, payer }: Scanned, name: string): Promise<QrPayment> {
  const { checks, clock, suite } = stage;
  const text = encodeMerchantCode(code);
  if (name !== "scan again") {
    checks.equal<unknown>(`${code.name}: the code is read as it was written`, code, parseMerchantCode(text));
  }
  const [{ guid: network } = { guid: "" }] = code.accounts;
  return paymentFor(text, {
    businessRef: reference(`${stage.input.day}: ${name} of ${code.name}`),
    requester: suite.mainland.bank(wallet).account,
    ...{ direction, network, payerCurrency: payer.currency },
    charge: (amount) => mulDiv(amount, parseRate(payer.rate), RATE_SCALE, "ceil"),
    notAfter: (await clock.now()) + 3_600n,
  });
}

async function pay(stage: Stage, scanned: Scanned, payment: QrPayment, reverses: boolean): Promise<string[]> {
  const { gateway, journal, suite } = stage;
  const [wallet, acquirer] = [suite.mainland.bank(scanned.wallet), suite.mainland.bank(scanned.acquirer)];
  const [asks, answers] = [gateway.connect(wallet.signer), gateway.connect(acquirer.signer)];
  const receipts = await journal.noteAll(
    { event: `${scanned.code.name}: scanned, asked for, agreed, ${reverses ? "reversed" : "paid"}` },
    [
      () => asks.request(payment),
      () => answers.authorize(payment),
      () => (reverses ? asks.reverse(payment, REASON) : asks.complete(payment)),
    ],
  );
  const gas = receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
  const merchant = Object.entries(CURRENCIES).find(([, { numeric }]) => numeric === scanned.code.currency)?.[0] ?? "";
  return [
    scanned.code.name,
    formatMoney(payment.payerAmount, scanned.payer.currency),
    `${merchant} ${scanned.code.amount}`,
    reverses ? "reversed" : "completed",
    gas.toLocaleString("en-US"),
  ];
}

async function refund(stage: Stage, payment: QrPayment): Promise<void> {
  const { gateway, journal, checks } = stage;
  const { responder } = await gateway.recordOf(await gateway.paymentId(payment));
  const acquirer = gateway.connect(bankAt(stage, responder).signer);
  const [whole, part] = [payment.merchantAmount, payment.merchantAmount / 2n];
  await journal.note({ event: "the merchant gives half of it back" }, acquirer.refund(payment, 0n, part));
  const errors = errorsOf(gateway);
  const twice = acquirer.refund.staticCall(payment, 0n, part);
  checks.equal("the same refund a second time", "QrRefundOutOfSequence", await refusalOf(errors, twice));
  const over = acquirer.refund.staticCall(payment, part, whole - part + 1n);
  checks.equal("a fen more than was paid", "QrRefundInvalid", await refusalOf(errors, over));
}

/** Requested, authorised, completed, reversed, refunds, and the two sums, from events alone. */
async function fold({ gateway }: Stage, direction: bigint): Promise<string[]> {
  const { filters } = gateway;
  const requested = (await gateway.queryFilter(filters.QrPaymentRequested())).filter(
    ({ args }) => args.payment.direction === direction,
  );
  const ids = new Set(requested.map(({ args }) => args.id));
  const own = <E extends { args: { id: string } }>(events: E[]) => events.filter(({ args }) => ids.has(args.id));
  const authorized = own(await gateway.queryFilter(filters.QrPaymentAuthorized()));
  const completed = own(await gateway.queryFilter(filters.QrPaymentCompleted()));
  const reversed = own(await gateway.queryFilter(filters.QrPaymentReversed()));
  const refunded = own(await gateway.queryFilter(filters.QrPaymentRefunded()));
  const sum = (events: { args: { amount: bigint } }[]) => events.reduce((all, { args }) => all + args.amount, 0n);
  const counts = [requested, authorized, completed, reversed, refunded].map(({ length }) => length);
  return [...counts, sum(completed), sum(refunded)].map(String);
}

interface WindowPlan {
  readonly entries: BuiltBatch["entries"];
  readonly corrections?: readonly QrReturn[];
  /** A payment of an earlier window that is entered again. */
  readonly twice?: BuiltBatch["entries"][number] | undefined;
}

/** The operator commits, an institution verifies the file, all sign, a carrier settles. */
async function settleWindow(stage: Stage, window: bigint, plan: WindowPlan): Promise<SettledWindow> {
  const { domain, settlement, operator, carrier, journal, checks, suite } = stage;
  const { corrections = [], twice } = plan;
  const entries = twice === undefined ? plan.entries : [...plan.entries, twice];
  const built = buildBatch({ domain, window, entries, corrections });
  const { batch, file } = built;
  const event = `window ${window}: ${batch.count.toLocaleString("en-US")} payments are committed`;
  const legs = [formatMoney(batch.total, "CNY")];
  const commit = await journal.note({ event, legs }, settlement.connect(operator).commit(batch));
  checks.equal(
    `window ${window}: an institution finds the batch in its file`,
    batch.root,
    verifyBatch(domain, batch, file).batch.root,
  );
  if (window === 1n) tryOtherFile(stage, built);
  const before = await balances(stage);
  const consents = await signAll(stage, batch);
  const receipt = await journal.note(
    { event: `window ${window}: settled net in central bank money` },
    settlement.connect(carrier).settle(batch, consents),
  );
  const after = await balances(stage);
  const expected = settledPositions(batch);
  for (const [index, { account, name }] of stage.banks.entries()) {
    const change = (after[index] ?? 0n) - (before[index] ?? 0n);
    checks.equal(`window ${window}: ${name} has its position`, expected.get(account) ?? 0n, change);
  }
  const gas = commit.gasUsed + receipt.gasUsed;
  if (window === 3n) {
    checks.holds(`window ${window}: a payment costs less than ${BUDGET} gas`, gas < BUDGET * BigInt(batch.count));
  }
  checks.equal(`window ${window}: the contracts have no money`, [0n, 0n], await owned(stage));
  const moved = [...expected.values()].reduce((sum, net) => sum + (net > 0n ? net : 0n), 0n);
  const [logged] = await settlement.queryFilter(settlement.filters.QrWindowSettled(window));
  checks.equal(`window ${window}: what has moved`, moved, logged?.args.moved ?? 0n);
  checks.equal(`window ${window}: supply`, await suite.mainland.currency.totalSupply(), sumOf(after));
  return { built, gas, moved };
}

/** An institution that has another file does not consent. */
function tryOtherFile({ checks, domain }: Stage, { batch, file }: BuiltBatch): void {
  let found = "none";
  try {
    verifyBatch(domain, batch, file.replace(/,(\d+)\n$/, ",1\n"));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    found = error.message;
  }
  checks.equal(
    "an institution with another file",
    "Window 1: the data hash of the batch is not what its file gives; do not consent to it.",
    found,
  );
}

/**
 * Forged inclusions are refused; of two disputes one is answered with the payer's signature; a payment settled twice is
 * proved. What is upheld is given back in the next window.
 */
async function dispute(stage: Stage, first: BuiltBatch, second: BuiltBatch): Promise<QrReturn[]> {
  const { settlement, checks, journal, clock, domain } = stage;
  const errors: BaseContract = errorsOf(settlement);
  const [claimed, answered] = [second.inclusion(0), second.inclusion(1)];
  const debtor = (entry: { readonly debtor: string }) => settlement.connect(bankAt(stage, entry.debtor).signer);
  for (const [what, forged] of [
    ["with another amount", { ...claimed, entry: { ...claimed.entry, amount: claimed.entry.amount + 1n } }],
    ["at another place", { ...claimed, index: claimed.index + 1 }],
    ["past the last place", { ...claimed, index: second.batch.count }],
    ["in another window", { ...claimed, window: 1n }],
    ["with a proof cut short", { ...claimed, proof: claimed.proof.slice(1) }],
  ] as const) {
    const attempt = debtor(claimed.entry).dispute.staticCall(forged, REASON);
    checks.equal(`an inclusion ${what}`, "QrInclusionInvalid", await refusalOf(errors, attempt));
  }
  for (const inclusion of [claimed, answered]) {
    const { name } = bankAt(stage, inclusion.entry.debtor);
    await journal.note(
      { event: `${name} says it did not authorise a payment`, legs: [formatMoney(inclusion.entry.amount, "CNY")] },
      debtor(inclusion.entry).dispute(inclusion, REASON),
    );
  }
  const authorization = await sign(
    bankAt(stage, answered.entry.debtor).signer,
    qrEntryTypedData(domain, answered.entry),
  );
  await journal.note(
    { event: "one dispute is answered with the payer's signature" },
    settlement.connect(stage.carrier).answer(answered.window, answered.index, answered.entry, authorization),
  );
  const twice = second.inclusion(second.batch.count - 1);
  await journal.note(
    {
      event: "a payment of window 1 is proved to be in window 2 again",
      legs: [formatMoney(twice.entry.amount, "CNY")],
    },
    settlement.connect(stage.carrier).proveTwice(first.inclusion(0), twice),
  );
  await clock.moveToTime((await clock.now()) + ANSWER_PERIOD + 1n);
  await journal.note(
    { event: "the other is upheld after a day without an answer" },
    settlement.connect(stage.carrier).uphold(claimed.window, claimed.index, claimed.entry),
  );
  const corrections = [claimed, twice].map(({ window, index, entry }) => ({ window, index, entry }));
  const { batch } = buildBatch({ domain, window: 3n, entries: second.entries.slice(0, 200) });
  const without = settlement.connect(stage.operator).commit.staticCall(batch);
  checks.equal("a window that leaves it out", "QrReturnsOutstanding", await refusalOf(errors, without));
  return corrections;
}

async function checkReturned({ settlement, checks }: Stage, corrections: readonly QrReturn[]): Promise<void> {
  for (const { window, index } of corrections) {
    const { status } = await settlement.disputeOf(window, index);
    checks.equal(`window ${window}, payment ${index}: given back`, 4n, status);
  }
}

/** The sample's sum, scaled to the published number of payments. */
function extrapolate({ input, checks }: Stage, windows: readonly SettledWindow[], twice: bigint): string {
  const { payments, amount, mean } = input.published;
  const published = minor(amount);
  checks.equal("published mean", minor(mean), mulDiv(published, 1n, BigInt(payments), "half-up"));
  // what was entered twice is no payment
  const count = BigInt(windows.reduce((sum, { built }) => sum + built.batch.count, 0)) - 1n;
  const sum = windows.reduce((all, { built }) => all + built.batch.total, 0n) - twice;
  const scaled = mulDiv(sum, BigInt(payments), count, "half-up");
  const apart = scaled > published ? scaled - published : published - scaled;
  checks.holds(
    `the sample, extrapolated, is within ${input.tolerancePercent} % of the published amount`,
    apart * 100n <= published * BigInt(input.tolerancePercent),
  );
  const factor = decimal(mulDiv(BigInt(payments), 100n, count, "half-up"));
  return [
    `Extrapolation of a sample, not a measurement: ${count.toLocaleString("en-US")} payments drawn from seed ${input.seed}`,
    `sum to ${formatMoney(sum, "CNY")} (mean ${formatMoney(mulDiv(sum, 1n, count, "half-up"), "CNY")}). Times ${factor}, to the`,
    `published ${payments.toLocaleString("en-US")} payments, they come to ${formatMoney(scaled, "CNY")}; published are ${formatMoney(published, "CNY")}.`,
  ].join("\n");
}

function windowRow({ built: { batch }, gas, moved }: SettledWindow): (string | bigint)[] {
  return [
    batch.window,
    batch.count.toLocaleString("en-US"),
    formatMoney(batch.total, "CNY"),
    formatMoney(moved, "CNY"),
    gas.toLocaleString("en-US"),
    (gas / BigInt(batch.count)).toLocaleString("en-US"),
  ];
}

/** Positions with the corrections, computed apart from the contract. */
function settledPositions({ positions, corrections }: QrBatch): Map<string, bigint> {
  const nets = new Map(positions.map(({ institution, net }) => [institution, net]));
  const add = (institution: string, amount: bigint) => nets.set(institution, (nets.get(institution) ?? 0n) + amount);
  for (const { entry } of corrections) {
    add(entry.debtor, entry.amount);
    add(entry.creditor, -entry.amount);
  }
  return nets;
}

function signAll(stage: Stage, batch: QrBatch): Promise<string[]> {
  const typedData = qrBatchTypedData(stage.domain, batch);
  return Promise.all(batch.positions.map(({ institution }) => sign(bankAt(stage, institution).signer, typedData)));
}

function bankAt({ banks }: Stage, account: string): Bank {
  const found = banks.find((bank) => bank.account === account);
  if (found === undefined) throw new RangeError(`${account} is no institution of the scenario`);
  return found;
}

function balances({ banks, suite }: Stage): Promise<bigint[]> {
  return Promise.all(banks.map(({ account }) => suite.mainland.currency.balanceOf(account)));
}

function owned({ suite, gateway, settlement }: Stage): Promise<bigint[]> {
  return Promise.all([gateway, settlement].map((contract) => suite.mainland.currency.balanceOf(contract)));
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}
