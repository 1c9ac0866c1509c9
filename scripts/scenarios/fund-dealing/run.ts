import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, formatUnits, type BaseContract } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { isinBytes } from "../../../sdk/bonds.js";
import { dayNumber } from "../../../sdk/calendar.js";
import { openFund, type Fund } from "../../../sdk/deploy/fund.js";
import { openSuite, type Suite } from "../../../sdk/deploy/suite.js";
import { FUND_ORDER_KIND, FUND_ORDER_STATUS, fundOrderId, type FundOrder } from "../../../sdk/eip712/fundDealing.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { FUND_DECIMALS } from "../../../sdk/markets/fund.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, openWallet, reference, type MoneyDesk } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";
import type { DepositToken, IDigitalCurrency } from "../../../types/ethers-contracts/index.js";
import { hoursOf, openDepositBanks, type DepositBank, type DepositBanks } from "../deposits.js";
import type { Outcome } from "../lib.js";
import { Register, type Entry } from "./book.js";
import { navOf, unitsOf, type DayInput, type FundInput, type OrderInput } from "./input.js";

const EVERY_DAY = 0b1111111n;
const HOUR = 3_600n;

interface Investor {
  readonly signer: HardhatEthersSigner;
  readonly cash: DepositToken | IDigitalCurrency;
}

/** An order on the chain beside its entry in the register. */
interface Pending {
  readonly order: FundOrder;
  readonly entry: Entry;
}

/** What a run works with. */
interface Stage extends MoneyDesk, DepositBanks, Fund {
  readonly input: FundInput;
  readonly checks: Checks;
  readonly suite: Suite;
  readonly house: DepositBank;
  /** The fund's account, who prices it, and whom it invests with. */
  readonly account: HardhatEthersSigner;
  readonly administrator: HardhatEthersSigner;
  readonly manager: HardhatEthersSigner;
  readonly investors: ReadonlyMap<string, Investor>;
  readonly register: Register;
  readonly errors: BaseContract;
  /** Orders so far, for their salts. */
  count: number;
}

/** Runs the fund's days on a connection's chain beside a register that knows no contract. */
export async function runFundDealing(connection: NetworkConnection<"l1">, input: FundInput): Promise<Outcome> {
  const checks = new Checks("fund-dealing", connection.networkName);
  const [first] = input.days;
  if (first === undefined) throw new RangeError("the input has days");
  const clock = await ScenarioClock.open(connection, first.date);
  const stage = await openStage(await openSuite(connection), checks, clock, input);
  for (const day of input.days) await live(stage, day);
  await checkEnd(stage);
  const shown = (amount: bigint) => describe(stage.jurisdiction, amount);
  const rows = stage.register.entries.map(({ investor, kind, amount, ended, got }) => {
    const money = kind === "subscription" ? amount : got;
    const units = kind === "subscription" ? got : amount;
    return [investor, kind, ended ?? "waits", shown(money), formatUnits(units, FUND_DECIMALS.units)];
  });
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
    "What became of the orders",
    table(["investor", "order", "end", "money", "units"], rows),
  ].join("\n\n");
  return { checks, text };
}

// -------------------------------------------------------------------- opening

async function openStage(suite: Suite, checks: Checks, clock: ScenarioClock, input: FundInput): Promise<Stage> {
  const jurisdiction = suite.hongkong;
  const { currency, authority, offices, registry } = jurisdiction;
  const journal = new Journal(checks, clock);
  const desk: MoneyDesk = { jurisdiction, journal, clock };
  const { transfers, banks } = await openDepositBanks(desk, suite, input.banks);
  const [account, administrator, manager, ...people] = suite.customers;
  const house = banks.get(input.fund.bank);
  if (account === undefined || administrator === undefined || manager === undefined || house === undefined) {
    throw new RangeError("the suite has free accounts and the input was checked");
  }
  const { units, dealing } = await openFund({
    ...{ authority, admin: offices.admin, deployer: suite.deployer, governor: offices.governor, currency },
    ...{ isin: isinBytes(input.fund.isin), name: input.fund.name, symbol: input.fund.symbol },
    terms: {
      ...{ transfers, cash: house.token, account, weekdays: EVERY_DAY },
      cutOff: BigInt(Math.round(hoursOf(input.fund.cutOff) * 3_600)),
      patience: BigInt(input.fund.patienceHours) * HOUR,
      ...{ navBand: BigInt(input.fund.navBand), firstNav: navOf(input.fund.firstNav) },
    },
    ...{ administrator, mandate: reference(`${input.fund.name}: documents`) },
  });
  await journal.noteAll({ event: `${input.fund.name} keeps its cash at ${house.bank.name}` }, [
    () => house.token.connect(house.bank.signer).openAccount(account),
    () => house.token.connect(house.bank.signer).openAccount(manager),
    () => house.token.connect(account).approve(transfers, MaxUint256),
    () => transfers.connect(account).authorizeAgent(dealing, true),
  ]);
  const tokens = [...banks.values()].map(({ token }) => token);
  const errors = errorsOf(dealing, transfers, currency, suite.engine, registry, units, ...tokens);
  const register = new Register(input.investors.map(({ name, has }) => ({ name, has: minor(has, "HKD") })));
  const investors = new Map<string, Investor>();
  const stage: Stage = {
    ...desk,
    ...{ transfers, banks, units, dealing, input, checks, suite, house, account, administrator, manager },
    ...{ investors, register, errors, count: 0 },
  };
  for (const [index, investor] of input.investors.entries()) {
    investors.set(investor.name, await openInvestor(stage, investor, people[index]));
  }
  return stage;
}

/** An investor with cash that it is ready to invest. */
async function openInvestor(
  stage: Stage,
  { name, bank: bic, cash, has }: FundInput["investors"][number],
  signer: HardhatEthersSigner | undefined,
): Promise<Investor> {
  const { banks, jurisdiction, journal, units, dealing, transfers } = stage;
  const at = banks.get(bic);
  if (signer === undefined || at === undefined) throw new RangeError("the suite has free accounts");
  const { bank, token } = at;
  const amount = minor(has, "HKD");
  await openWallet(stage, bank, signer, "corporate", name);
  await journal.noteAll({ event: `${name} has cash to invest`, legs: [describe(jurisdiction, amount)] }, [
    () => units.connect(bank.signer).openAccount(signer),
    () => token.connect(bank.signer).openAccount(signer),
    cash === "deposit"
      ? () => token.connect(bank.signer).issue(signer, amount, reference(`loan to ${name}`))
      : () => jurisdiction.currency.connect(bank.signer).transfer(signer, amount),
    () => token.connect(signer).approve(transfers, MaxUint256),
    () => jurisdiction.currency.connect(signer).approve(transfers, MaxUint256),
    () => units.connect(signer).approve(dealing, MaxUint256),
    () => transfers.connect(signer).authorizeAgent(dealing, true),
  ]);
  return { signer, cash: cash === "deposit" ? token : jurisdiction.currency };
}

// ----------------------------------------------------------------------- a day

async function live(stage: Stage, day: DayInput): Promise<void> {
  const { clock, checks, dealing, errors, administrator, journal, input } = stage;
  const number = BigInt(dayNumber(clock.at(day.date)));
  const pending: Pending[] = [];
  const happenings = day.orders.flatMap((order) => [{ at: order.time, order }]);
  for (const { at, order } of happenings.toSorted((a, b) => hoursOf(a.at) - hoursOf(b.at))) {
    await clock.moveTo(day.date, hoursOf(at));
    const placed = await place(stage, day.date, number, order);
    if (placed !== undefined) pending.push(placed);
    if (placed !== undefined && order.cancelled !== undefined) await cancel(stage, day.date, order.cancelled, placed);
  }
  await clock.moveTo(day.date, hoursOf(input.fund.cutOff));
  await moveCash(stage, day.invested, day.recalled);
  await clock.moveTo(day.date, hoursOf(day.pricedAt));
  if (day.nav === undefined) {
    await lapse(stage, day.date, number, pending);
    return;
  }
  const nav = navOf(day.nav);
  const { nav: last, band } = await dealing.lastNav();
  const tooHigh = last + (last * band) / 10_000n + 1n;
  const refusal = await refusalOf(errors, dealing.connect(administrator).publishNav.staticCall(number, tooHigh));
  checks.equal(`${day.date}: a NAV out of the band`, "NavOutOfBand", refusal);
  await journal.note(
    { event: `the NAV of ${day.date} is ${day.nav}` },
    dealing.connect(administrator).publishNav(number, nav),
  );
  await clock.moveTo(day.date, hoursOf(day.dealtAt));
  await deal(stage, `${day.date} at ${day.dealtAt}`, nav, pending);
  if (day.late !== undefined) {
    await moveCash(stage, undefined, day.late.recalled);
    await clock.moveTo(day.date, hoursOf(day.late.dealtAt));
    await deal(stage, `${day.date} at ${day.late.dealtAt}`, nav, pending);
  }
  const left = pending.filter(({ entry }) => entry.ended === undefined);
  checks.equal(`${day.date}: orders that wait`, BigInt(left.length), (await dealing.dayOf(number)).open);
  if (left.length > 0) await lapse(stage, day.date, number, left);
}

async function place(stage: Stage, date: string, day: bigint, input: OrderInput): Promise<Pending | undefined> {
  const { dealing, errors, checks, register, journal, jurisdiction } = stage;
  const { investor, kind, time, refused } = input;
  const { signer, cash } = investorOf(stage, investor);
  const amount = kind === "subscription" ? minor(input.amount, "HKD") : unitsOf(input.amount);
  stage.count += 1;
  const order: FundOrder = {
    ...{ kind: FUND_ORDER_KIND[kind], investor: signer.address, cash: await cash.getAddress() },
    ...{ amount, day, salt: reference(`order ${stage.count}`) },
  };
  const call = dealing.connect(signer);
  const refusal = await refusalOf(errors, call.place.staticCall(order, "0x", "0x"));
  checks.equal(`${date} ${time} ${investor}'s ${kind}: refused by`, refused ?? "none", refusal);
  if (refusal !== "none") return undefined;
  const legs = [kind === "subscription" ? describe(jurisdiction, amount) : `${input.amount} units`, "held in place"];
  await journal.note({ event: `${investor}'s ${kind} for ${date} at ${time}`, legs }, call.place(order, "0x", "0x"));
  return { order, entry: register.enter({ investor, kind, amount }) };
}

async function cancel(stage: Stage, date: string, time: string, { order, entry }: Pending): Promise<void> {
  const { clock, dealing, journal, register } = stage;
  await clock.moveTo(date, hoursOf(time));
  const { signer } = investorOf(stage, entry.investor);
  await journal.note({ event: `${entry.investor} cancels at ${time}` }, dealing.connect(signer).cancel(order));
  register.end(entry, "cancelled");
}

/** What the fund does with its cash is its own: payments within its bank. */
async function moveCash(stage: Stage, invested?: string, recalled?: string): Promise<void> {
  const { house, account, manager, journal, jurisdiction, register } = stage;
  for (const [amount, from, to, what] of [
    [invested, account, manager, "the fund invests cash"],
    [recalled, manager, account, "the fund gets cash back"],
  ] as const) {
    if (amount === undefined) continue;
    const value = minor(amount, "HKD");
    const paid = house.token.connect(from).transfer(to, value);
    await journal.note({ event: what, legs: [describe(jurisdiction, value)] }, paid);
    register.fundCash += from === account ? -value : value;
  }
}

/** A page of everything that has not ended; the register says beforehand what is dealt. */
async function deal(stage: Stage, when: string, nav: bigint, pending: readonly Pending[]): Promise<void> {
  const { dealing, register, checks, journal, suite, errors } = stage;
  const waiting = pending.filter(({ entry }) => entry.ended === undefined);
  const page = waiting.map(({ order }) => order);
  const [first] = waiting;
  if (first !== undefined) {
    const { signer } = investorOf(stage, first.entry.investor);
    const late = await refusalOf(errors, dealing.connect(signer).cancel.staticCall(first.order));
    checks.equal(`${when}: nobody cancels once the price is known`, "FundOrderTimeInvalid", late);
  }
  register.deal(
    waiting.map(({ entry }) => entry),
    nav,
  );
  const expected = waiting.map(({ entry }) => entry.ended === "dealt");
  checks.equal(`${when}: dealt`, expected, [...(await dealing.dealMany.staticCall(page))]);
  const count = expected.filter(Boolean).length;
  await journal.note(
    { event: `${when}: a page is dealt`, legs: [`${count} dealt, ${expected.length - count} deferred`] },
    dealing.connect(suite.deployer).dealMany(page),
  );
  await checkAccounts(stage, when);
}

/** Past the day's end, everything that waits is free again. */
async function lapse(stage: Stage, date: string, day: bigint, pending: readonly Pending[]): Promise<void> {
  const { clock, dealing, journal, suite, register } = stage;
  const { deadline } = await dealing.timesOf(day);
  await clock.moveToTime(deadline);
  for (const { order, entry } of pending) {
    if (entry.ended !== undefined) continue;
    await journal.note(
      { event: `${entry.investor}'s ${entry.kind} of ${date} lapses` },
      // anyone may: nobody waits for the fund
      dealing.connect(suite.deployer).lapse(order),
    );
    register.end(entry, "lapsed");
  }
  await checkAccounts(stage, `${date}, after its end`);
}

// ---------------------------------------------------------------------- checks

/** Everybody has to the cent what the register says. */
async function checkAccounts(stage: Stage, when: string): Promise<void> {
  const { checks, investors, register, units, house, account } = stage;
  const onChain: Record<string, [bigint, bigint]> = {};
  const onPaper: Record<string, [bigint, bigint]> = {};
  for (const [name, { signer, cash }] of investors) {
    onChain[name] = [await cash.spendableOf(signer), await units.spendableOf(signer)];
    onPaper[name] = [register.cash.get(name) ?? 0n, register.units.get(name) ?? 0n];
  }
  checks.equal(`${when}: investors' free cash and units`, onPaper, onChain);
  checks.equal(`${when}: the fund's cash`, register.fundCash, await house.token.balanceOf(account));
  checks.equal(`${when}: units there are`, register.supply(), await units.totalSupply());
}

async function checkEnd(stage: Stage): Promise<void> {
  const { checks, dealing, units, transfers, house, register, jurisdiction } = stage;
  const domain = await domainOf(dealing);
  const id = (order: FundOrder) => fundOrderId(domain, order);
  const events = await dealing.queryFilter(dealing.filters.FundOrderPlaced());
  const statuses = await Promise.all(
    events.map(async ({ args: { order } }) => {
      const { kind, investor, cash, amount, day, salt } = order;
      return dealing.statusOf(id({ kind, investor, cash, amount, day, salt }));
    }),
  );
  const expected: bigint[] = register.entries.map(({ ended }) => (ended === undefined ? 0n : FUND_ORDER_STATUS[ended]));
  checks.equal("every order has ended as the register says", expected, statuses);
  for (const [name, token] of [
    ["units", units],
    ["deposits", house.token],
    ["money", jurisdiction.currency],
  ] as const) {
    const owned = (await token.balanceOf(dealing)) + (await token.balanceOf(transfers));
    checks.equal(`no contract owns ${name}`, 0n, owned);
  }
}

function investorOf({ investors }: Stage, name: string): Investor {
  const found = investors.get(name);
  if (found === undefined) throw new RangeError(`${name} is an investor`);
  return found;
}
