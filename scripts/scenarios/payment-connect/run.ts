import type { ContractTransactionReceipt } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { CONNECT_KIND, CONNECT_STATUS, connectReturn } from "../../../sdk/eip712/connect.js";
import { instructionTypedData } from "../../../sdk/eip712/settlement.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { foldConnect } from "../../../sdk/payments/connectEvents.js";
import { PUBLISHED_QUOTAS } from "../../../sdk/payments/connect.js";
import { Checks } from "../../../sdk/report.js";
import { largestRemainder } from "../../../sdk/rounding.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import { random, type Random } from "../random.js";
import type { ConnectInput } from "./input.js";
import { runMessages } from "./messages.js";
import {
  complete,
  customer,
  enter,
  letQuote,
  offer,
  openLinkStage,
  pay,
  submit,
  type LinkStage,
  type Resident,
  type SignedPayment,
} from "./stage.js";

/** ISO 20022 reason of a return: the payee's customer asked for it. */
const CUSTOMER_REQUEST = "0x43555354";

/** Which way money goes. */
type Way = "northbound" | "southbound";

/** A run under way. */
interface Day extends LinkStage {
  readonly input: ConnectInput;
  readonly people: readonly Resident[];
  readonly draw: Random;
  /** Fen, payment by payment. */
  readonly amounts: Readonly<Record<Way, readonly bigint[]>>;
}

/** What a direction came to. */
interface Flow {
  readonly count: number;
  readonly renminbi: bigint;
  readonly gas: bigint;
  readonly transactions: number;
}

/**
 * Tells the link's first day on a connection's chain.
 * @param out folder for the answers to messages, emptied first.
 */
export async function runPaymentConnect(
  connection: NetworkConnection<"l1">,
  input: ConnectInput,
  out = "reports/payment-connect",
): Promise<Outcome> {
  const checks = new Checks("payment-connect", connection.networkName);
  const setting = { ...input, openingHour: input.hours.from - 1 };
  const day = await openDay(await openLinkStage(connection, setting, checks), input);
  const flows = { northbound: none(), southbound: none() };
  const { from, to } = input.hours;
  for (let hour = from; hour < to; ++hour) {
    await day.clock.moveTo(input.day, hour);
    const share = { part: hour - from, of: to - from };
    flows.northbound = plus(flows.northbound, await northbound(day, share));
    flows.southbound = plus(flows.southbound, await southbound(day, share));
  }
  for (const way of ["northbound", "southbound"] as const) await checkFlow(day, way, flows[way]);
  await day.clock.moveTo(input.day, to);
  await lateAndBack(day);
  await pastTheQuota(day);
  const messages = await runMessages(day, input, day.people, out);
  await checkFold(day);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${day.clock.years} years ahead of them.`,
    day.journal.toTable(),
    `One payment in ${input.scale}, and what it stands for`,
    flowTable(input, flows),
    "Messages",
    messages,
    `Statuses: ${out}`,
  ].join("\n\n");
  return { checks, text };
}

// -------------------------------------------------------------------- opening

async function openDay(stage: LinkStage, input: ConnectInput): Promise<Day> {
  const people: Resident[] = [];
  for (const [index, person] of input.people.entries()) {
    people.push(await enter(stage, customer(stage, index), { ...person, walletClass: "I" }));
  }
  const [host = ""] = input.participants.mainland;
  const banks = new Map(people.filter(({ side }) => side === "hongkong").map(({ bank }) => [bank.bicText, bank]));
  const total = (way: Way) => totalOf(input, way);
  for (const bank of banks.values())
    await letQuote(stage, bank, 2n * (total("northbound") + total("southbound")) + minor("100000"), host);
  for (const { side, bank, signer, name } of people) {
    const living = people.filter((each) => each.side === side).length;
    const purse = 2n * (total(side === "mainland" ? "southbound" : "northbound") / BigInt(living)) + minor("20000");
    await pay(stage, side, bank, signer, purse, `opening balance of ${name}`);
  }
  const draw = random(input.seed);
  const amounts = {
    northbound: amountsOf(input, draw, "northbound"),
    southbound: amountsOf(input, draw, "southbound"),
  };
  return { ...stage, input, people, draw, amounts };
}

/** Fen of a direction in this run: the published count and average, one payment in so many. */
function totalOf({ published, scale }: ConnectInput, way: Way): bigint {
  return BigInt(published[way].count / scale) * minor(published[way].average);
}

// -------------------------------------------------------------------- the day

/** Amounts of all payments of a direction, uneven, that sum to the total exactly. */
function amountsOf(input: ConnectInput, draw: Random, way: Way): bigint[] {
  const count = input.published[way].count / input.scale;
  const weights = Array.from({ length: count }, () => BigInt(50 + draw(101)));
  return largestRemainder(totalOf(input, way), weights);
}

function shareOf(amounts: readonly bigint[], { part, of }: { readonly part: number; readonly of: number }): bigint[] {
  const at = (index: number) => Math.floor((amounts.length * index) / of);
  return amounts.slice(at(part), at(part + 1));
}

/** Everyone's turn in order: payers of one side, payees of the other. */
function pairs({ people, draw }: Day, from: "mainland" | "hongkong", count: number): [Resident, Resident][] {
  const payers = people.filter(({ side }) => side === from);
  const payees = people.filter(({ side }) => side !== from);
  const start = draw(payers.length);
  return Array.from({ length: count }, (_, index) => {
    const [payer, payee] = [payers[(start + index) % payers.length], payees[draw(payees.length)]];
    if (payer === undefined || payee === undefined) throw new RangeError("there are people on both sides");
    return [payer, payee];
  });
}

/** One by one: submitted by the payer's bank, answered by the payee's. */
async function northbound(day: Day, share: { readonly part: number; readonly of: number }): Promise<Flow> {
  const amounts = shareOf(day.amounts.northbound, share);
  const sends = pairs(day, "hongkong", amounts.length).flatMap(([payer, payee], index) => {
    const made = once(() => offer(day, payer, payee, amounts[index] ?? 0n));
    return [async () => submit(day, await made()), async () => complete(day, await made())];
  });
  const sum = amounts.reduce((total, amount) => total + amount, 0n);
  const legs = [`${formatMoney(sum, "CNY")} received, one payment after the other`];
  const receipts = await day.journal.noteAll({ event: `${amounts.length} payments northbound`, legs }, sends);
  return flowOf(amounts, receipts);
}

/** In bundles, sorted by the banks that submit and answer. */
async function southbound(day: Day, share: { readonly part: number; readonly of: number }): Promise<Flow> {
  const amounts = shareOf(day.amounts.southbound, share);
  const offers: SignedPayment[] = [];
  for (const [index, [payer, payee]] of pairs(day, "mainland", amounts.length).entries()) {
    offers.push(await offer(day, payer, payee, amounts[index] ?? 0n));
  }
  const { link, input } = day;
  const encode = (it: SignedPayment, name: "submit" | "complete") =>
    name === "submit"
      ? link.interface.encodeFunctionData("submit", [it.payment, it.quoteSignature, it.holdSignature])
      : link.interface.encodeFunctionData("complete", [it.payment]);
  const sends = (["submit", "complete"] as const).flatMap((name) =>
    [...groupBy(offers, (it) => (name === "submit" ? it.from : it.at).bicText).values()].flatMap((group) =>
      chunks(group, input.bundle).map((chunk) => {
        const [first] = chunk;
        if (first === undefined) throw new RangeError("a bundle has a payment");
        const { signer } = name === "submit" ? first.from : first.at;
        return () => link.connect(signer).multicall(chunk.map((it) => encode(it, name)));
      }),
    ),
  );
  const sum = amounts.reduce((total, amount) => total + amount, 0n);
  const legs = [`${formatMoney(sum, "CNY")} sent, up to ${input.bundle} payments a transaction`];
  const receipts = await day.journal.noteAll({ event: `${amounts.length} payments southbound`, legs }, sends);
  return flowOf(amounts, receipts);
}

// ------------------------------------------------------------ what goes wrong

/** One payment gets no answer in time, is in between, and is completed late; then it is sent back. */
async function lateAndBack(day: Day): Promise<void> {
  const { link, checks, journal, clock, suite } = day;
  const [[payer, payee] = []] = pairs(day, "hongkong", 1);
  if (payer === undefined || payee === undefined) throw new RangeError("there are people on both sides");
  const it = await offer(day, payer, payee, minor("100.00"));
  const before = await usedToday(day, payer);
  await journal.note({ event: `${payer.name} pays ${payee.name}; no answer comes` }, submit(day, it));
  await clock.moveToTime(it.payment.answerBy + 1n);
  await journal.note(
    { event: "the time-out is put on record" },
    link.connect(suite.deployer).reportTimeout(it.payment),
  );
  checks.equal<bigint>("late: in between", CONNECT_STATUS.timedOut, (await link.recordOf(it.id)).status);
  const counted = it.payment.quote.sendAmount;
  checks.equal("late: the quota stays used", before + counted, await usedToday(day, payer));
  await journal.note({ event: `${it.at.name} resolves it: paid` }, complete(day, it));
  checks.equal<bigint>("late: completed", CONNECT_STATUS.completed, (await link.recordOf(it.id)).status);
  const { currency } = suite.mainland;
  const consent = await sign(
    payee.signer,
    instructionTypedData(await domainOf(suite.engine), connectReturn(day.domains.link, it.payment)),
  );
  await journal.noteAll({ event: `${payee.name} sends it back` }, [
    () => currency.connect(payee.signer).approve(suite.engine, it.payment.quote.receiveAmount),
    () => link.connect(it.at.signer).returnPayment(it.payment, CUSTOMER_REQUEST, consent),
  ]);
  checks.equal<bigint>("returned: for ever", CONNECT_STATUS.returned, (await link.recordOf(it.id)).status);
  checks.equal("returned: the quota is given back", before, await usedToday(day, payer));
}

/** Whoever has used up the day's quota to the cent gets nothing more, however small. */
async function pastTheQuota(day: Day): Promise<void> {
  const { checks, link, directory, suite, journal } = day;
  const errors = errorsOf(link, directory, suite.mainland.currency, suite.hongkong.currency);
  const [[payer, payee] = []] = pairs(day, "hongkong", 1);
  if (payer === undefined || payee === undefined) throw new RangeError("there are people on both sides");
  const left = PUBLISHED_QUOTAS.northbound.day - (await usedToday(day, payer));
  // the most in renminbi whose price, rounded up, is not more than what is left
  const most = (left * 10n ** 12n) / day.rates.hkd;
  const past = await offer(day, payer, payee, most + 1n);
  const { quoteSignature, holdSignature, payment, from } = past;
  const attempt = link.connect(from.signer).submit.staticCall(payment, quoteSignature, holdSignature);
  checks.equal("one fen past the day's quota", "ConnectDayQuotaExceeded", await refusalOf(errors, attempt));
  const last = await offer(day, payer, payee, most);
  await journal.noteAll({ event: `${payer.name} uses up the day's quota` }, [
    () => submit(day, last),
    () => complete(day, last),
  ]);
  checks.holds(
    "the day's quota is used up to less than a fen's worth",
    (await usedToday(day, payer)) + 2n > PUBLISHED_QUOTAS.northbound.day,
  );
}

async function usedToday({ link }: Day, { bank, person }: Resident): Promise<bigint> {
  return (await link.usedOf(CONNECT_KIND.northbound, bank.number, person)).day;
}

// --------------------------------------------------------------------- checks

async function checkFlow(day: Day, way: Way, flow: Flow): Promise<void> {
  const { checks, input, link } = day;
  const { count, average } = input.published[way];
  checks.equal(`${way}: count, scaled up, is the published one`, count, flow.count * input.scale);
  const sum = flow.renminbi * BigInt(input.scale);
  checks.equal(`${way}: sum, scaled up, is count times average`, BigInt(count) * minor(average), sum);
  const { submitted, completed, completedAmount } = await link.statisticsOf(CONNECT_KIND[way]);
  checks.equal(`${way}: the link's count`, [BigInt(flow.count), BigInt(flow.count)], [submitted, completed]);
  checks.equal(`${way}: the link's sum`, flow.renminbi, completedAmount);
}

/** What the link counts is what its events add up to, for every kind and every person. */
async function checkFold(day: Day): Promise<void> {
  const { link, checks, connection, suite, clock } = day;
  const { provider } = connection.ethers;
  const logs = await provider.getLogs({ address: await link.getAddress(), fromBlock: 0 });
  const times = new Map<number, number>();
  for (const { blockNumber } of logs) {
    if (!times.has(blockNumber)) times.set(blockNumber, (await provider.getBlock(blockNumber))?.timestamp ?? 0);
  }
  const { totals, uses } = foldConnect(link, logs, (block) => times.get(block) ?? 0);
  for (const [name, kind] of Object.entries(CONNECT_KIND)) {
    const { submitted, timedOut, completed, rejected, returned, completedAmount, returnedAmount } =
      await link.statisticsOf(kind);
    const counted = { submitted, timedOut, completed, rejected, returned, completedAmount, returnedAmount };
    checks.equal(`${name}: statistics are the fold of the events`, totals.get(kind), counted);
  }
  const today = Math.floor((Number(await clock.now()) + 8 * 3_600) / 86_400);
  let agree = true;
  for (const { kind, institution, person, days, years } of uses) {
    const { day: used, year } = await link.usedOf(kind, institution, person);
    const yearly = [...years.values()].reduce((sum, amount) => sum + amount, 0n);
    agree &&= used === (days.get(today) ?? 0n) && year === yearly;
  }
  checks.holds(`quotas of ${uses.length} persons and institutions are the fold of the events`, agree);
  for (const [name, { currency }] of [["e-CNY", suite.mainland] as const, ["e-HKD", suite.hongkong] as const]) {
    checks.equal(`the link owns no ${name}`, 0n, await currency.balanceOf(link));
  }
}

function flowTable(input: ConnectInput, flows: Readonly<Record<Way, Flow>>): string {
  const rows = (["northbound", "southbound"] as const).map((way) => {
    const { count, renminbi, gas, transactions } = flows[way];
    return [
      ...[way, count, formatMoney(renminbi, "CNY")],
      ...[count * input.scale, formatMoney(renminbi * BigInt(input.scale), "CNY")],
      ...[transactions, (gas / BigInt(count)).toLocaleString("en-US")],
    ];
  });
  return table(["direction", "payments", "renminbi", "stands for", "renminbi", "transactions", "gas a payment"], rows);
}

// -------------------------------------------------------------------- helpers

/** Made when it is first asked for: a quote is good for a minute. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

function none(): Flow {
  return { count: 0, renminbi: 0n, gas: 0n, transactions: 0 };
}

function plus(a: Flow, b: Flow): Flow {
  return {
    count: a.count + b.count,
    renminbi: a.renminbi + b.renminbi,
    gas: a.gas + b.gas,
    transactions: a.transactions + b.transactions,
  };
}

function flowOf(amounts: readonly bigint[], receipts: readonly ContractTransactionReceipt[]): Flow {
  return {
    count: amounts.length,
    renminbi: amounts.reduce((sum, amount) => sum + amount, 0n),
    gas: receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n),
    transactions: receipts.length,
  };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
