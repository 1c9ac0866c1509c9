import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { currencyBytes } from "../../../sdk/deploy/industry.js";
import { purposeBytes } from "../../../sdk/eip712/corridor.js";
import {
  ORDER_STATUS,
  PAYMENT_OUTCOME,
  mandateHold,
  orderId,
  orderRequest,
  type OrderTerms,
  type PaymentOutcome,
} from "../../../sdk/eip712/industry.js";
import { holdId, type Hold } from "../../../sdk/eip712/ledger.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { reference } from "../../../sdk/operations/money.js";
import { refusalOf } from "../../../sdk/operations/refusal.js";
import { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import type { Incident, IndustryInput, OrderInput } from "./input.js";
import { companyOf, openStage, pass, type Connections, type Stage } from "./platform.js";

const DAY = 86_400n;
const HOUR = 3_600n;
/** From the end of the inspection to the expiry of the payer's hold. */
const GRACE = 3n * DAY;
/** Longer than an answer waits. */
const SILENCE = 8n * DAY;

const STATUS = {
  paid: ORDER_STATUS.paid,
  refused: ORDER_STATUS.refused,
  "timed out": ORDER_STATUS.timedOut,
  cancelled: ORDER_STATUS.cancelled,
} as const;

/** What the service answers, by incident. */
const ANSWERS: Readonly<Record<Incident, PaymentOutcome>> = {
  none: "paid",
  "silent buyer": "paid",
  "lane halted": "paid",
  "answer lost": "paid",
  "over the limit": "paymentLimitExceeded",
  "purpose not admitted": "purposeNotAllowed",
  "payee frozen": "payeeNotEligible",
  "no money": "notCovered",
  "delivered late": "none",
  "nobody carries": "none",
};

/** How the events of an order read. */
const STEPS: Readonly<Record<string, string>> = {
  OrderPlaced: "placed",
  OrderDelivered: "delivered",
  OrderPaymentRequested: "payment requested",
  OrderRequestHeard: "request heard",
  OrderPaid: "paid",
  OrderRefused: "refused",
  OrderTimedOut: "timed out",
  OrderCancelled: "cancelled",
};

/** An order in progress. */
interface Running {
  readonly input: OrderInput;
  readonly terms: OrderTerms;
  readonly id: string;
  readonly hold: Hold;
  readonly inspection: bigint;
}

/** Orders, delivers and pays what the input says, and checks after each order that both chains ended alike. */
export async function runIndustryChain(input: IndustryInput): Promise<Outcome> {
  const override = { chainId: input.industry.chainId };
  const connections: Connections = {
    money: await network.create({ network: "mainland", chainType: "l1" }),
    industry: await network.create({ network: "default", chainType: "l1", override }),
  };
  const checks = new Checks("industry-chain", `mainland, ${input.industry.title}`);
  const stage = await openStage(connections, checks, input);
  const book = new Map(input.parties.map(({ name, funds }) => [name, minor(funds)]));
  const rows: string[][] = [];
  for (const order of input.orders) {
    const running = await draft(stage, input, order);
    await play(stage, running, checks);
    if (order.outcome === "paid") enter(book, order);
    await checkEnd(stage, running, checks);
    await checkBook(stage, order, book, checks);
    const steps = (await stepsOf(stage, running)).join(" → ");
    const answer = ANSWERS[order.incident];
    const { name, amount, incident } = order;
    rows.push([name, order.goods, formatMoney(minor(amount), "CNY"), incident, steps, answer === "none" ? "" : answer]);
  }
  await checkWhole(stage, input, checks);
  const { money, industry } = stage;
  const text = [
    input.title,
    table(["order", "goods", "price", "incident", "status, by the industry chain's events", "answer"], rows),
    `${industry.title}, chain ${industry.chainId}`,
    industry.journal.toTable(),
    `${money.title}, chain ${money.chainId}`,
    money.journal.toTable(),
  ].join("\n\n");
  for (const connection of Object.values(connections) as NetworkConnection<"l1">[]) await connection.close();
  return { checks, text };
}

async function draft(stage: Stage, input: IndustryInput, order: OrderInput): Promise<Running> {
  const { money, industry } = stage;
  const [buyer, seller] = [companyOf(stage, order.buyer).address, companyOf(stage, order.seller).address];
  await pass(stage, HOUR);
  const inspection = BigInt(input.industry.inspectionDays) * DAY;
  const deliverBy = (await industry.clock.now()) + BigInt(order.deliverDays) * DAY;
  const terms = {
    ...{ buyer, seller, payer: buyer, payee: seller, amount: minor(order.amount), deliverBy },
    ...{ purpose: purposeBytes(order.purpose), goods: reference(order.goods), salt: reference(order.name) },
    payBy: deliverBy + inspection + GRACE,
  };
  const route = {
    ...{ chainId: industry.chainId, application: await industry.orders.getAddress() },
    service: await money.service.getAddress(),
  };
  const hold = mandateHold(route, orderRequest(terms, currencyBytes(money.at.plan.code)));
  return { input: order, terms, id: orderId(terms), hold, inspection };
}

/** From the order to its end, with what goes wrong. */
async function play(stage: Stage, running: Running, checks: Checks): Promise<void> {
  const { incident, name } = running.input;
  await placeAndCover(stage, running, checks);
  if (incident === "delivered late") return deliverLate(stage, running, checks);
  await pass(stage, running.terms.deliverBy - (await stage.industry.clock.now()) - HOUR);
  await deliver(stage, running);
  await ask(stage, running, checks);
  if (incident === "lane halted") await haltMeanwhile(stage, running, checks);
  if (incident === "answer lost") await loseAnswer(stage, running, checks);
  if (incident === "nobody carries") await pass(stage, running.terms.payBy - (await stage.money.clock.now()));
  await stage.relayer.run();
  if (incident === "nobody carries") await release(stage, running);
  if (incident === "payee frozen") await setFrozen(stage, running, false);
  checks.equal(`${name}: nothing is left to carry`, 0, (await stage.relayer.pass()).length);
}

async function placeAndCover(stage: Stage, { input, terms, hold }: Running, checks: Checks): Promise<void> {
  const { money, industry } = stage;
  const buyer = companyOf(stage, input.buyer);
  const { currency } = money.at;
  await industry.journal.note(
    { event: `${input.name}: ${buyer.name} orders ${input.goods}`, legs: [formatMoney(terms.amount, "CNY")] },
    industry.orders.connect(buyer.trader).place(terms),
  );
  const paying = currency.connect(buyer.wallet);
  if (input.incident === "no money") {
    const refusal = await refusalOf(currency, paying.placeHold.staticCall(hold));
    checks.equal(`${input.name}: the buyer cannot hold the price`, "ERC20InsufficientBalance", refusal);
    return;
  }
  await money.journal.note(
    { event: `${input.name}: ${buyer.name} holds the price for the order`, legs: [formatMoney(terms.amount, "CNY")] },
    paying.placeHold(hold),
  );
}

async function deliver(stage: Stage, { input, terms }: Running): Promise<void> {
  const seller = companyOf(stage, input.seller);
  const { journal, orders } = stage.industry;
  await journal.note(
    { event: `${input.name}: ${seller.name} delivers`, legs: [input.goods] },
    orders.connect(seller.trader).deliver(terms, reference(`delivery note of ${input.name}`)),
  );
}

async function deliverLate(stage: Stage, running: Running, checks: Checks): Promise<void> {
  const { input, terms } = running;
  const { journal, orders, clock } = stage.industry;
  await pass(stage, terms.deliverBy - (await clock.now()) + HOUR);
  const [buyer, seller] = [companyOf(stage, input.buyer), companyOf(stage, input.seller)];
  const late = orders.connect(seller.trader).deliver.staticCall(terms, reference("late"));
  checks.equal(`${input.name}: a late delivery is refused`, "OrderDeliveryLate", await refusalOf(orders, late));
  await journal.note(
    { event: `${input.name}: ${buyer.name} cancels, nothing came in time` },
    orders.connect(buyer.trader).cancel(terms),
  );
  await pass(stage, terms.payBy - (await stage.money.clock.now()));
  await release(stage, running);
}

/** Anybody gives the payer its money back once the hold has expired. */
async function release({ money }: Stage, { input, hold, terms }: Running): Promise<void> {
  await money.journal.note(
    { event: `${input.name}: the expired hold is released`, legs: [formatMoney(terms.amount, "CNY")] },
    money.at.currency.connect(money.carrier).releaseHold(hold),
  );
}

/** The buyer accepts, or its inspection passes and somebody else asks. */
async function ask(stage: Stage, running: Running, checks: Checks): Promise<void> {
  const { input, terms, inspection } = running;
  const { journal, orders, carrier } = stage.industry;
  if (input.incident === "payee frozen") await setFrozen(stage, running, true);
  if (input.incident !== "silent buyer") {
    const buyer = companyOf(stage, input.buyer);
    const event = `${input.name}: ${buyer.name} accepts, payment is asked for`;
    await journal.note({ event }, orders.connect(buyer.trader).requestPayment(terms));
    return;
  }
  const anybody = orders.connect(carrier);
  const early = await refusalOf(orders, anybody.requestPayment.staticCall(terms));
  checks.equal(`${input.name}: nobody else asks during the inspection`, "OrderInspectionOpen", early);
  await pass(stage, inspection + HOUR);
  await journal.note(
    { event: `${input.name}: the inspection is over, payment is asked for` },
    anybody.requestPayment(terms),
  );
}

/** The money's ledger delivers nothing for some hours. */
async function haltMeanwhile(stage: Stage, { input, id }: Running, checks: Checks): Promise<void> {
  const { money, industry } = stage;
  const { journal, gateway, halter, resumer } = money;
  const event = `${input.name}: the lane of the ${industry.title}`;
  await journal.note({ event: `${event} is halted` }, gateway.connect(halter).haltLane(industry.chainId));
  await stage.relayer.run();
  const { status } = await industry.orders.orderOf(id);
  checks.equal<bigint>(`${input.name}: undecided while halted`, ORDER_STATUS.paymentRequested, status);
  await pass(stage, 6n * HOUR);
  await journal.note({ event: `${event} goes on` }, gateway.connect(resumer).resumeLane(industry.chainId));
}

/** The answer's time ends at a halted lane; the service says it again. */
async function loseAnswer(stage: Stage, { input, id }: Running, checks: Checks): Promise<void> {
  const { money, industry } = stage;
  const { journal, gateway, halter, resumer } = industry;
  const event = `${input.name}: the lane of the money's ledger`;
  await journal.note({ event: `${event} is halted` }, gateway.connect(halter).haltLane(money.chainId));
  await stage.relayer.run();
  const { request, status } = await industry.orders.orderOf(id);
  const { outcome } = await money.service.answerOf(request);
  checks.equal<bigint>(`${input.name}: paid on the money's ledger`, PAYMENT_OUTCOME.paid, outcome);
  checks.equal<bigint>(`${input.name}: not known on the industry chain yet`, ORDER_STATUS.paymentRequested, status);
  await pass(stage, SILENCE);
  await stage.relayer.run();
  const said = await money.service.queryFilter(money.service.filters.AnswerSent(request));
  checks.equal(`${input.name}: the answer is said again`, 2, said.length);
  await journal.note({ event: `${event} goes on` }, gateway.connect(resumer).resumeLane(money.chainId));
}

async function setFrozen(stage: Stage, { input }: Running, frozen: boolean): Promise<void> {
  const { currency, offices } = stage.money.at;
  const { name, address } = companyOf(stage, input.seller);
  const enforcer = currency.connect(offices.enforcer);
  const order = reference(`order about ${name}${frozen ? "" : ", lifted"}`);
  await stage.money.journal.note(
    { event: `${input.name}: the wallet of ${name} is ${frozen ? "frozen" : "unfrozen"}` },
    frozen ? enforcer.freeze(address, order) : enforcer.unfreeze(address, order),
  );
}

function enter(book: Map<string, bigint>, { buyer, seller, amount }: OrderInput): void {
  book.set(buyer, (book.get(buyer) ?? 0n) - minor(amount));
  book.set(seller, (book.get(seller) ?? 0n) + minor(amount));
}

async function stepsOf({ industry: { orders, connection } }: Stage, { id }: Running): Promise<string[]> {
  const address = await orders.getAddress();
  const logs = await connection.ethers.provider.getLogs({ address, topics: [null, id], fromBlock: 0 });
  return logs.flatMap((log) => STEPS[orders.interface.parseLog(log)?.name ?? ""] ?? []);
}

/** The industry chain says what happened to the money, and the money's ledger says the same. */
async function checkEnd({ money, industry }: Stage, { input, id, hold }: Running, checks: Checks): Promise<void> {
  const { name, outcome, incident } = input;
  const order = await industry.orders.orderOf(id);
  const answer = await money.service.answerOf(order.request);
  const expected = PAYMENT_OUTCOME[ANSWERS[incident]];
  checks.equal<bigint>(`${name}: ended ${outcome}`, STATUS[outcome], order.status);
  checks.equal<bigint>(`${name}: what the service answered`, expected, answer.outcome);
  checks.equal<bigint>(`${name}: what the industry chain has heard`, expected, order.outcome);
  const paid = outcome === "paid";
  checks.equal(`${name}: reference of the payment`, paid ? holdId(hold) : `0x${"00".repeat(32)}`, order.paymentRef);
  const captured = await money.at.currency.queryFilter(money.at.currency.filters.HoldCaptured(holdId(hold)));
  checks.equal(`${name}: payments on the money's ledger`, paid ? 1 : 0, captured.length);
}

/** Every company has what the scenario's own book says, and nothing is held any more. */
async function checkBook(stage: Stage, { name }: OrderInput, book: ReadonlyMap<string, bigint>, checks: Checks) {
  const { currency } = stage.money.at;
  for (const [who, amount] of book) {
    const { address } = companyOf(stage, who);
    checks.equal(`${name}: e-CNY of ${who}`, amount, await currency.balanceOf(address));
    checks.equal(`${name}: held of ${who}`, 0n, await currency.heldOf(address));
  }
}

/** Both chains' events tell of the same payments, and no contract owns anything. */
async function checkWhole(
  { money, industry }: Stage,
  { orders: inputs }: IndustryInput,
  checks: Checks,
): Promise<void> {
  const { orders } = industry;
  const { service } = money;
  const told = (await orders.queryFilter(orders.filters.OrderPaid())).map(({ args }) => args.paymentRef);
  const decided = await service.queryFilter(service.filters.PaymentDecided());
  const moved = decided.filter(({ args }) => args.outcome === PAYMENT_OUTCOME.paid).map(({ args }) => args.paymentRef);
  checks.equal("payments that the industry chain knows are those that were made", [...moved].sort(), [...told].sort());
  const asked = inputs.filter(({ incident }) => !["delivered late", "nobody carries"].includes(incident));
  checks.equal("each request that arrived was decided once", asked.length, decided.length);
  let owned = 0n;
  for (const contract of [service, money.gateway, money.foreignLedger]) {
    owned += await money.at.currency.balanceOf(contract);
  }
  checks.equal("money of contracts", 0n, owned);
}
