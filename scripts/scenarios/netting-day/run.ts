import { id, type BaseContract, type ContractTransactionReceipt, type TypedDataDomain } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { planCycle, reasonName, waitingItems, type CycleProposal, type Reason } from "../../../sdk/bridge/netting.js";
import { issueOnBridge, verdictOf } from "../../../sdk/bridge/operations.js";
import { openBridge, purposeCode, type OpenBridge } from "../../../sdk/deploy/bridge.js";
import { BRIDGE_CODES, type BridgeCode } from "../../../sdk/deploy/bridgeParameters.js";
import { netItemId, type NetItem } from "../../../sdk/eip712/bridgeNetting.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { UserError } from "../../../sdk/errors.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { reference } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { parseRate } from "../../../sdk/rates.js";
import { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import type { DayItem, NettingDayInput } from "./input.js";
import { needsOf, type CodedPayment, type Need } from "./needs.js";

const PURPOSE = "GDDS";
const LIST = id("sanctions list in force");
const [FIRST_HOUR, END_HOUR] = [9, 18];
const DAY = 86_400n;

/** A cycle that is closed, in the words of the input. */
interface Closed {
  readonly settled: readonly string[];
  readonly leftOut: ReadonlyMap<string, Reason>;
}

/** What a run works with. */
interface Stage {
  readonly input: NettingDayInput;
  readonly bridge: OpenBridge;
  readonly domain: TypedDataDomain;
  readonly tokens: ReadonlyMap<BridgeCode, string>;
  readonly clock: ScenarioClock;
  readonly checks: Checks;
  readonly journal: Journal;
  readonly errors: BaseContract;
  /** What was queued, by its name in the input. */
  readonly items: Map<string, NetItem>;
  readonly rows: string[][];
}

/** Runs the day on a connection's chain. */
export async function runNettingDay(connection: NetworkConnection<"l1">, input: NettingDayInput): Promise<Outcome> {
  const checks = new Checks("netting-day", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.day);
  const bridge = await openBridge(connection);
  await clock.moveTo(input.day, FIRST_HOUR);
  const tokens = new Map<BridgeCode, string>();
  for (const code of BRIDGE_CODES) tokens.set(code, await bridge.members[code].currency.getAddress());
  const stage: Stage = {
    ...{ input, bridge, clock, checks, tokens, items: new Map(), rows: [] },
    domain: await domainOf(bridge.netting),
    journal: new Journal(checks, clock),
    errors: errorsOf(bridge.netting, bridge.engine, bridge.members.CNY.currency),
  };
  await prepare(stage);
  for (const place of input.cycles.keys()) await runCycle(stage, place);
  await endOfDay(stage);
  await checkEnd(stage);
  const head = ["cycle", "currency", "payments", "gross value", "needed one by one", "needed net", "saved"];
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
    "What the payments that settled would have needed one after the other, and what they needed together:",
    table(head, stage.rows),
  ].join("\n\n");
  return { checks, text };
}

/** Money at home, debit caps, and the reference rate of both central banks. */
async function prepare({ input, bridge, clock, journal, tokens }: Stage): Promise<void> {
  const until = await clock.deadline();
  for (const { bank: bic, amount } of input.issues) {
    const bank = bridge.bank(bic);
    const sum = minor(amount, bank.home);
    const sent = await issueOnBridge(bridge.members[bank.home], bank, sum, `morning of ${bic}`, until);
    const event = `${bank.name} is issued money by its own central bank`;
    await journal.noteAll(
      { event, legs: [formatMoney(sum, bank.home)] },
      sent.map((each) => () => Promise.resolve(each)),
    );
  }
  for (const { bank: bic, currency, amount } of input.caps) {
    const { title, offices } = bridge.members[currency];
    const bank = bridge.bank(bic);
    await journal.note(
      { event: `${title} lets ${bank.name} owe at most`, legs: [formatMoney(minor(amount, currency), currency)] },
      bridge.netting
        .connect(offices.governor)
        .setDebitCap(tokens.get(currency) ?? "", bank.account, minor(amount, currency)),
    );
  }
  const { base, counter, rate, width } = input.rate;
  const pair = [tokens.get(base) ?? "", tokens.get(counter) ?? ""] as const;
  for (const code of [base, counter]) {
    const { title, offices } = bridge.members[code];
    await journal.note(
      { event: `${title} publishes ${rate} ± ${width} ${counter} for one ${base}` },
      bridge.exchange
        .connect(offices.governor)
        .setReference(...pair, tokens.get(code) ?? "", parseRate(rate), parseRate(width), DAY),
    );
  }
}

/** Items are queued in one hour and taken in by the cycle of the next. */
async function runCycle(stage: Stage, place: number): Promise<void> {
  const { input, clock, checks, bridge } = stage;
  const cycle = input.cycles[place];
  if (cycle === undefined) throw new RangeError(`the day has no cycle ${place}`);
  for (const item of cycle.items) await queue(stage, item);
  await clock.moveTo(input.day, FIRST_HOUR + place + 1);
  const name = `cycle ${place + 1}`;

  const { proposal, waiting } = await planCycle(bridge.netting);
  checks.equal(`${name}: takes in everything that waits`, (await waitingItems(bridge.netting)).length, waiting.length);
  await refuseWrong(stage, name, proposal);
  const before = await balances(stage);
  const receipt = await stage.journal.note(
    { event: `Cycle ${place + 1} is closed: ${cycle.title}` },
    bridge.netting.connect(bridge.deployer).closeCycle(proposal),
  );
  const after = await balances(stage);
  const closed = outcomeOf(stage, receipt);
  checks.equal(`${name}: left out, and why`, cycle.leftOut, Object.fromEntries([...closed.leftOut].toSorted()));
  checks.equal(
    `${name}: what goes and what stays is all there was`,
    waiting.length,
    closed.settled.length + closed.leftOut.size,
  );

  const needs = needsOf(closed.settled.flatMap((each) => paymentsOf(stage, each)));
  for (const need of needs) {
    checks.equal(`${name}: ${need.currency} positions sum to zero`, 0n, sumOf(before, after, need.currency));
    checks.equal(
      `${name}: ${need.currency} that moved is what was needed net`,
      need.net,
      debitsOf(before, after, need.currency),
    );
    stage.rows.push(rowOf(place, need));
  }
  if (cycle.published !== undefined) {
    const { currency, gross, net } = cycle.published;
    const found = needs.find((need) => need.currency === currency);
    checks.equal(`${name}: gross as published`, minor(gross, currency), found?.gross ?? 0n);
    checks.equal(`${name}: net as published`, minor(net, currency), found?.net ?? 0n);
    checks.holds(`${name}: one by one takes more`, (found?.oneByOne ?? 0n) > (found?.net ?? 0n));
  }
  const again = bridge.netting.connect(bridge.deployer).closeCycle.staticCall(proposal);
  checks.equal(`${name}: closed once`, "NettingCycleClosed", await refusalOf(stage.errors, again));
}

/** Whoever proposes is not trusted: each wrong proposal is refused by name. */
async function refuseWrong({ bridge, errors, checks }: Stage, name: string, proposal: CycleProposal): Promise<void> {
  const { items, dropped } = proposal;
  const refused = async (changed: Partial<CycleProposal>) =>
    refusalOf(errors, bridge.netting.connect(bridge.deployer).closeCycle.staticCall({ ...proposal, ...changed }));
  checks.equal(`${name}: an item missing`, "NettingItemsIncomplete", await refused({ items: items.slice(1) }));
  if (dropped.length === 0) {
    checks.equal(`${name}: an item dropped that is covered`, "NettingDropUnfounded", await refused({ dropped: [0] }));
  } else {
    checks.equal(`${name}: nobody excluded`, "NettingUncovered", await refused({ dropped: [] }));
  }
}

/** What could not go is released, whole, when the day is over, and no sooner. */
async function endOfDay(stage: Stage): Promise<void> {
  const { input, bridge, clock, checks, errors, journal } = stage;
  const left = await waitingItems(bridge.netting);
  const items = left.map(({ item }) => item);
  const early = bridge.netting.unwind.staticCall(items);
  checks.equal("before the end of the day", "NettingDayNotOver", await refusalOf(errors, early));
  await clock.moveTo(input.day, END_HOUR);
  const before = await balances(stage);
  const receipt = await journal.note(
    { event: "The day is over: what still waits is released" },
    bridge.netting.connect(bridge.deployer).unwind(items),
  );
  const released = eventsOf(stage, receipt, "ItemReleased").map(({ args }) => nameOf(stage, String(args["id"])));
  checks.equal("released at the end of the day", [...input.unwound].toSorted(), released.toSorted());
  checks.equal("releasing moves nothing", before, await balances(stage));
  const { waiting, arriving } = await bridge.netting.queueState();
  checks.equal("nothing waits any more", [0n, 0n], [waiting, arriving]);
}

/** Nothing was created, nothing is held, the venue owns nothing. */
async function checkEnd({ input, bridge, checks }: Stage): Promise<void> {
  for (const code of BRIDGE_CODES) {
    const { currency } = bridge.members[code];
    const issued = input.issues.filter(({ bank }) => bridge.bank(bank).home === code);
    const sum = issued.reduce((total, { amount }) => total + minor(amount, code), 0n);
    checks.equal(`supply of ${code}`, sum, await currency.totalSupply());
    checks.equal(`${code} that the venue owns`, 0n, await currency.balanceOf(bridge.netting));
  }
}

/** Both banks have checked it; the payer queues it. */
async function queue(stage: Stage, item: DayItem): Promise<void> {
  const { bridge, clock, domain, journal, tokens } = stage;
  const [from, to] = [bridge.bank(item.from), bridge.bank(item.to)];
  const notAfter = await clock.deadline();
  const payment = (code: BridgeCode, payer: string, payee: string, amount: string) => ({
    ...{ businessRef: reference(`${item.name} of ${payer}`), currency: tokens.get(code) ?? "", payer, payee },
    ...{ amount: minor(amount, code), purpose: purposeCode(PURPOSE), dataHash: id(`sealed ${item.name}`), notAfter },
  });
  const payments = [payment(item.currency, from.account, to.account, item.amount)];
  const legs = [formatMoney(minor(item.amount, item.currency), item.currency)];
  if (item.against !== undefined) {
    const { currency, amount } = item.against;
    payments.push(payment(currency, to.account, from.account, amount));
    legs.push(formatMoney(minor(amount, currency), currency));
  }
  const waiting = { payments };
  stage.items.set(item.name, waiting);
  const itemId = netItemId(domain, waiting);
  const screening = { approved: true, listVersion: LIST, validUntil: notAfter };
  const verdicts = [
    await verdictOf(domain, itemId, from, screening),
    await verdictOf(domain, itemId, to, screening),
  ] as const;
  await journal.note(
    { event: `${item.name}: ${from.name} queues a payment to ${to.name}`, legs },
    bridge.netting.connect(from.signer).queue(waiting, ...verdicts, item.priority),
  );
}

function outcomeOf(stage: Stage, receipt: ContractTransactionReceipt): Closed {
  const named = (event: string) => eventsOf(stage, receipt, event);
  return {
    settled: named("ItemSettled").map(({ args }) => nameOf(stage, String(args["id"]))),
    leftOut: new Map(
      named("ItemLeftOut").map(({ args }) => [
        nameOf(stage, String(args["id"])),
        reasonName(BigInt(String(args["reason"]))),
      ]),
    ),
  };
}

function eventsOf({ bridge }: Stage, { logs }: ContractTransactionReceipt, name: string) {
  return logs.flatMap((log) => {
    const parsed = bridge.netting.interface.parseLog(log);
    return parsed?.name === name ? [parsed] : [];
  });
}

function nameOf({ items, domain }: Stage, itemId: string): string {
  for (const [name, item] of items) if (netItemId(domain, item) === itemId) return name;
  throw new UserError(`The ledger knows an item ${itemId} that this run has not queued: start the node anew.`);
}

/** An item's payments with the currencies' codes. */
function paymentsOf({ items, tokens }: Stage, name: string): CodedPayment[] {
  const payments = items.get(name)?.payments ?? [];
  return payments.map(({ currency, payer, payee, amount }, order) => {
    const [code] = [...tokens].find(([, token]) => token === currency) ?? [];
    if (code === undefined) throw new RangeError(`${currency} is no currency of the shared ledger`);
    return { id: `${name} ${order}`, order, token: code, from: payer, to: payee, amount };
  });
}

/** Balances of every bank, by currency. */
type Balances = ReadonlyMap<string, readonly bigint[]>;

async function balances({ bridge }: Stage): Promise<Balances> {
  const banks = BRIDGE_CODES.flatMap((code) => bridge.members[code].banks);
  const all = new Map<string, bigint[]>();
  for (const code of BRIDGE_CODES) {
    const { currency } = bridge.members[code];
    all.set(code, await Promise.all(banks.map(({ account }) => currency.balanceOf(account))));
  }
  return all;
}

function changes(before: Balances, after: Balances, code: string): bigint[] {
  return (after.get(code) ?? []).map((balance, place) => balance - (before.get(code)?.[place] ?? 0n));
}

function sumOf(before: Balances, after: Balances, code: string): bigint {
  return changes(before, after, code).reduce((sum, change) => sum + change, 0n);
}

function debitsOf(before: Balances, after: Balances, code: string): bigint {
  return changes(before, after, code).reduce((sum, change) => sum + (change < 0n ? -change : 0n), 0n);
}

function rowOf(place: number, { currency, payments, gross, oneByOne, net }: Need): string[] {
  const saved = oneByOne === 0n ? 0n : (100n * (oneByOne - net)) / oneByOne;
  return [
    ...[`${place + 1}`, currency, `${payments}`],
    ...[gross, oneByOne, net].map((amount) => formatMoney(amount, currency)),
    `${saved} %`,
  ];
}
