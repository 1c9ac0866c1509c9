import { toBeHex, type ContractTransactionResponse } from "ethers";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import {
  corridorPayment,
  corridorQuoteId,
  corridorQuoteTypedData,
  useCaseBits,
  verdictTypedData,
  type CorridorPayment,
  type CorridorQuote,
} from "../../../sdk/eip712/corridor.js";
import { exchangeHolds } from "../../../sdk/eip712/exchange.js";
import { sign } from "../../../sdk/eip712/typedData.js";
import { carryHeaderOf, proveEvent } from "../../../sdk/interop/events.js";
import { ExchangeRelayer, type Step } from "../../../sdk/interop/exchange.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { reference } from "../../../sdk/operations/money.js";
import { refusalOf } from "../../../sdk/operations/refusal.js";
import { parseRate } from "../../../sdk/rates.js";
import { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import type { BilateralInput, CorridorInput, PaymentInput, SideName } from "./input.js";
import { of, openSides, type OpenCorridor, type Side } from "./sides.js";

/** For which a quote is firm, seconds; the payment's deadline is its end. */
const QUOTED_FOR = 900n;
const DAY = 86_400n;
/** More steps than any payment takes. */
const MOST_STEPS = 6;

/** A payment under way. */
interface Underway extends CorridorPayment {
  readonly title: string;
  readonly input: PaymentInput;
  readonly payer: Side;
  readonly payee: Side;
  readonly quote: CorridorQuote;
}

/** What the scenario itself has counted of a corridor, e-CNY in minor units. */
interface Book {
  collected: bigint;
  disbursed: bigint;
  payments: bigint;
}

/** Runs every corridor of the input on two ledgers of its own: payments both ways, what goes wrong, net settlement. */
export async function runBilateralPurchase(input: BilateralInput): Promise<Outcome> {
  const checks = new Checks("bilateral-purchase", "mainland, partner");
  const texts: string[] = [input.title];
  for (const [index, corridor] of input.corridors.entries()) {
    texts.push(await runCorridor(input, corridor, BigInt(index), checks));
  }
  return { checks, text: texts.join("\n\n") };
}

async function runCorridor(input: BilateralInput, corridor: CorridorInput, series: bigint, checks: Checks) {
  const connections = { mainland: await open(), partner: await open(corridor.chainId) };
  const sides = await openSides(connections, checks, input, corridor);
  const book: Book = { collected: 0n, disbursed: 0n, payments: 0n };
  const rows: string[][] = [];
  for (const [index, payment] of corridor.payments.entries()) {
    const underway = await begin(sides, corridor, payment, series * 1_000n + BigInt(index));
    rows.push(await play(sides, underway, book, checks));
  }
  await settle(sides, corridor, book, checks);
  const text = [
    `${corridor.title}: e-CNY and ${corridor.currency.symbol}, chains ${sides.mainland.chainId} and ${sides.partner.chainId}`,
    table(["payment", "use case", "payer pays", "payee gets", "incident", "steps", "outcome"], rows),
    sides.mainland.title,
    sides.mainland.journal.toTable(),
    sides.partner.title,
    sides.partner.journal.toTable(),
  ].join("\n\n");
  for (const connection of Object.values(connections)) await connection.close();
  return text;
}

function open(chainId?: number): Promise<NetworkConnection<"l1">> {
  return chainId === undefined
    ? network.create({ network: "mainland", chainType: "l1" })
    : network.create({ network: "hongkong", chainType: "l1", override: { chainId } });
}

/** The agent on the payer's side quotes; what is to be signed and held follows from the quote. */
async function begin(
  sides: OpenCorridor,
  { title, rates }: CorridorInput,
  input: PaymentInput,
  nonce: bigint,
): Promise<Underway> {
  const other = { mainland: "partner", partner: "mainland" } as const satisfies Record<SideName, SideName>;
  const [payer, payee] = [sides[input.from], sides[other[input.from]]];
  const notAfter = (await payer.clock.now()) + QUOTED_FOR;
  const amount = minor(input.amount);
  const quote = {
    payer: of(payer.parties, input.payer).address,
    ...{ base: payee.place.currency, counter: payer.place.currency },
    rate: parseRate(rates[input.from], { base: payee.code, counter: payer.code }),
    ...{ minimum: amount, maximum: amount, notAfter, nonce },
  };
  const payment = corridorPayment({
    ...{ from: payer.place, to: payee.place, quote, quoteId: corridorQuoteId(payer.domain, quote) },
    payee: of(payee.parties, input.payee).address,
    ...{ amount, useCase: input.useCase, purpose: input.purpose, deadline: notAfter },
    travelRule: reference(`travel rule data of ${title}, ${input.name}`),
  });
  return { ...payment, title: `${title}, ${input.name}`, input, payer, payee, quote };
}

/** From the acceptance to the end, with the payment's incident in the middle; a row of the table. */
async function play(sides: OpenCorridor, underway: Underway, book: Book, checks: Checks): Promise<string[]> {
  const { title, input, payer, payee, terms } = underway;
  const before = await purses(underway);
  await accept(underway);
  await judge(underway, payer, true);
  await judge(underway, payee, input.incident !== "refused by compliance");
  const steps = input.incident === "none" ? await carry(sides, underway) : await fail(sides, underway, checks);
  const settled = input.outcome === "settled";
  const [paid, received] = settled ? [terms.decider.amount, terms.follower.amount] : [0n, 0n];
  const after = await purses(underway);
  checks.equal(`${title}: the payer paid`, paid, before.payer - after.payer);
  checks.equal(`${title}: the agent on the payer's side collected`, paid, after.collector - before.collector);
  checks.equal(`${title}: the agent on the payee's side paid out`, received, before.disburser - after.disburser);
  checks.equal(`${title}: the payee was paid`, received, after.payee - before.payee);
  checks.equal(`${title}: nothing is held any more`, 0n, after.held);
  checks.holds(`${title}: the quote is used up`, await payer.corridor.isQuoteUsed(underway.quote.nonce));
  await checkReuse(underway, checks);
  if (settled) {
    book.payments += 1n;
    if (input.from === "mainland") book.collected += paid;
    else book.disbursed += received;
  }
  const { decider, follower } = terms;
  return [
    input.name,
    input.useCase,
    formatMoney(decider.amount, payer.code),
    formatMoney(follower.amount, payee.code),
    input.incident,
    steps.join(", "),
    input.outcome,
  ];
}

/** The payer holds its money, and its quote is bound to the payment. */
async function accept({ title, input, payer, payee, quote, terms, order }: Underway): Promise<void> {
  const { decider, follower } = terms;
  const legs = [`${formatMoney(decider.amount, payer.code)} for ${formatMoney(follower.amount, payee.code)}`];
  const signature = await sign(payer.agent, corridorQuoteTypedData(payer.domain, quote));
  const signer = of(payer.parties, input.payer);
  await payer.journal.noteAll({ event: `${title}: ${input.payer} accepts the quote and holds the money`, legs }, [
    () => payer.currency.connect(signer).placeHold(exchangeHolds(terms).decider),
    () => payer.corridor.connect(payer.carrier).accept(terms, order, quote, signature),
  ]);
}

async function judge({ title, id, terms, order }: Underway, side: Side, approved: boolean): Promise<void> {
  const notAfter = (await side.clock.now()) + QUOTED_FOR;
  const verdict = { id, approved, sanctionsList: reference("sanctions list of the day"), notAfter };
  const signature = await sign(side.officer, verdictTypedData(side.domain, verdict));
  await side.journal.note(
    { event: `${title}: the compliance office ${approved ? "approves" : "refuses"}` },
    side.corridor.connect(side.carrier).recordVerdict(terms, order, verdict, side.officer, signature),
  );
}

async function reserve({ title, payee, terms }: Underway): Promise<void> {
  await payee.journal.note(
    { event: `${title}: the partner reserves`, legs: [formatMoney(terms.follower.amount, payee.code)] },
    payee.currency.connect(payee.agent).placeHold(exchangeHolds(terms).follower),
  );
}

/** The partner reserves and a relayer carries the payment to its end. */
async function carry(sides: OpenCorridor, underway: Underway): Promise<Step[]> {
  await reserve(underway);
  const steps: Step[] = [];
  while (steps.at(-1) !== "ended") {
    if (steps.length === MOST_STEPS) throw new RangeError(`${underway.title} does not end: ${steps.join(", ")}`);
    steps.push(await advance(sides, underway));
  }
  return steps;
}

function advance({ votes }: OpenCorridor, { title, payer, payee, terms }: Underway): Promise<Step> {
  const relayer = new ExchangeRelayer(payer, payee, votes);
  return relayer.advance(terms, async (transaction: ContractTransactionResponse) => {
    const { journal } = transaction.chainId === payer.chainId ? payer : payee;
    await journal.note({ event: `${title}: a relayer carries the next step` }, Promise.resolve(transaction));
  });
}

/** What goes wrong, and that it ends with both sides given back. */
async function fail(sides: OpenCorridor, underway: Underway, checks: Checks): Promise<Step[]> {
  const { title, input, payer, payee, terms } = underway;
  const steps: Step[] = [];
  const { incident } = input;
  const useCases = useCaseBits(input.useCase);
  if (incident === "suspended by the payer's side") {
    await reserve(underway);
    steps.push(await advance(sides, underway));
    await suspended(payer, useCases, `${title}: the payer's side suspends`, async () => {
      checks.equal<Step>(`${title}: not committed while suspended`, "refused", await advance(sides, underway));
    });
  } else if (incident === "partner silent") {
    checks.equal<Step>(`${title}: nothing to carry`, "waiting", await advance(sides, underway));
  } else {
    await reserve(underway);
    const arm = () => refusalOf(payee.corridor, payee.corridor.connect(payee.carrier).arm.staticCall(terms));
    if (incident === "refused by compliance") {
      checks.equal(`${title}: not armed without a verdict`, "CorridorVerdictMissing", await arm());
    } else {
      await suspended(payee, useCases, `${title}: the payee's side suspends`, async () => {
        checks.equal(`${title}: not armed while suspended`, "CorridorSuspended", await arm());
      });
    }
  }
  await callOff(underway);
  if (steps.length !== 0) {
    steps.push(await advance(sides, underway));
  } else if (incident !== "partner silent") {
    await payee.journal.note(
      { event: `${title}: the partner takes its reserve back` },
      payee.corridor.connect(payee.agent).withdraw(payee.currency, exchangeHolds(terms).follower),
    );
  }
  return steps;
}

async function suspended(side: Side, useCases: bigint, event: string, meanwhile: () => Promise<void>): Promise<void> {
  const { corridor, officers, journal } = side;
  await journal.note({ event }, corridor.connect(officers.halter).suspend(useCases));
  await meanwhile();
  await journal.note({ event: `${event}, and resumes` }, corridor.connect(officers.resumer).resume(useCases));
}

async function callOff({ title, payer, terms }: Underway): Promise<void> {
  await payer.clock.moveToTime(terms.deadline);
  await payer.journal.note(
    { event: `${title}: the time is over` },
    payer.corridor.connect(payer.carrier).callOff(terms),
  );
}

/** The same quote is good for no other payment. */
async function checkReuse({ title, payer, terms, order, quote }: Underway, checks: Checks): Promise<void> {
  const signature = await sign(payer.agent, corridorQuoteTypedData(payer.domain, quote));
  const again = payer.corridor.connect(payer.carrier).accept.staticCall(terms, order, quote, signature);
  const refusal = await refusalOf(payer.corridor, again);
  // when its time is over it is refused for that
  const late = (await payer.clock.now()) > quote.notAfter - 1n;
  checks.equal(
    `${title}: the quote cannot be used again`,
    late ? "CorridorQuoteExpired" : "CorridorQuoteUsed",
    refusal ?? "",
  );
}

/** The window ends: the agents settle net on the mainland, and the partner's authority is told by proof. */
async function settle(
  { mainland, partner, votes }: OpenCorridor,
  { title }: CorridorInput,
  book: Book,
  checks: Checks,
): Promise<void> {
  const window = await mainland.corridor.currentWindow();
  checks.equal(`${title}: collected in e-CNY`, book.collected, window.collected);
  checks.equal(`${title}: paid out in e-CNY`, book.disbursed, window.disbursed);
  checks.equal(`${title}: payments`, book.payments, window.payments);
  checks.equal(`${title}: payments counted by the partner`, book.payments, (await partner.corridor.currentWindow())[4]);
  await mainland.clock.moveToTime(window.opened + DAY);
  const [own, other] = await agentsOf(mainland, partner);
  await mainland.journal.note(
    { event: `${title}: the agents settle net` },
    mainland.corridor.connect(mainland.carrier).settleWindow(),
  );
  const [ownAfter, otherAfter] = await agentsOf(mainland, partner);
  const net = book.collected - book.disbursed;
  checks.equal(`${title}: net paid by the mainland's agent`, net, own - ownAfter);
  checks.equal(`${title}: net received by the partner's agent`, net, otherAfter - other);
  const found = await proveEvent(
    { endpoint: mainland.endpoint, contract: mainland.corridor },
    "WindowSettled",
    toBeHex(window.number, 32),
  );
  await carryHeaderOf(partner.foreignLedger, partner.carrier, found, votes);
  const receipt = await partner.journal.note(
    { event: `${title}: the partner's authority is told` },
    partner.corridor.connect(partner.carrier).reportWindow(found.proof),
  );
  const [report] = await partner.corridor.queryFilter(partner.corridor.filters.WindowReported(), receipt.blockNumber);
  checks.equal(`${title}: collected, as reported to the partner`, book.collected, report?.args.foreignCollected ?? -1n);
  checks.equal(`${title}: paid out, as reported to the partner`, book.disbursed, report?.args.foreignDisbursed ?? -1n);
  for (const { title: where, corridor } of [mainland, partner]) {
    checks.equal(`${title}, ${where}: the next window is empty`, [1n, 0n, 0n], await emptiness(corridor));
  }
}

async function emptiness(corridor: Side["corridor"]): Promise<bigint[]> {
  const { number, collected, disbursed } = await corridor.currentWindow();
  return [number, collected, disbursed];
}

async function agentsOf({ currency, place }: Side, partner: Side): Promise<[own: bigint, other: bigint]> {
  return [await currency.balanceOf(place.agent), await currency.balanceOf(partner.place.agent)];
}

async function purses({ input, payer, payee }: Underway) {
  const [from, to] = [of(payer.parties, input.payer), of(payee.parties, input.payee)];
  return {
    payer: await payer.currency.balanceOf(from),
    collector: await payer.currency.balanceOf(payer.agent),
    disburser: await payee.currency.balanceOf(payee.agent),
    payee: await payee.currency.balanceOf(to),
    held: (await payer.currency.heldOf(from)) + (await payee.currency.heldOf(payee.agent)),
  };
}
