import { ZeroAddress, id, type ContractTransactionResponse, type TypedDataDomain } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { formatDate } from "../../../sdk/calendar.js";
import { issueOnBridge, verdictOf } from "../../../sdk/bridge/operations.js";
import { bridgeReport, type Valuation } from "../../../sdk/bridge/report.js";
import { readerKeys, seal, sealedHash, type ReaderKeys, type TravelRuleData } from "../../../sdk/bridge/travelRule.js";
import { openBridge, purposeCode, type BridgeBank, type OpenBridge } from "../../../sdk/deploy/bridge.js";
import { BRIDGE_CODES, type BridgeCode } from "../../../sdk/deploy/bridgeParameters.js";
import { MAKER_SIDE, quoteTypedData } from "../../../sdk/eip712/foreignExchange.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { counterAmountOf } from "../../../sdk/rates.js";
import { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import type { PilotInput } from "./input.js";
import { drawLedger, type Deal } from "./ledger.js";
import { DayRates } from "./values.js";

const PURPOSE = "GDDS";
const LIST = id("sanctions list in force");
/** A reference rate binds to within a hundredth. */
const WIDTH = 100n;

/** What a run works with. */
interface Stage {
  readonly bridge: OpenBridge;
  readonly input: PilotInput;
  readonly clock: ScenarioClock;
  readonly checks: Checks;
  readonly domains: { readonly payments: TypedDataDomain; readonly exchange: TypedDataDomain };
  /** Keys by BIC of a bank, or by currency of a central bank. */
  readonly keys: ReadonlyMap<string, ReaderKeys>;
}

/** Runs the pilot on a connection's chain: every issue, payment and exchange of the drawn ledger, then the report. */
export async function runPilot(connection: NetworkConnection<"l1">, input: PilotInput): Promise<Outcome> {
  const checks = new Checks("mbridge-pilot", connection.networkName);
  const { rates, published } = input;
  const clock = await ScenarioClock.open(connection, rates[0]?.date ?? "");
  const bridge = await openBridge(connection);
  const banks = BRIDGE_CODES.filter((code) => code !== "SAR").flatMap((code) => bridge.members[code].banks);
  const { issues, deals } = drawLedger(input, banks);
  const keys = new Map([...banks.map(({ bic }) => bic), ...BRIDGE_CODES].map((name) => [name, readerKeys()]));
  const domains = { payments: await domainOf(bridge.payments), exchange: await domainOf(bridge.exchange) };
  const stage: Stage = { bridge, input, clock, checks, domains, keys };

  for (const [day, { date }] of rates.entries()) {
    await clock.moveTo(date, 9);
    for (const { bic, code, amount } of issues.filter((issue) => issue.day === day)) {
      const bank = bridge.bank(bic);
      const until = await clock.deadline();
      const sent = await issueOnBridge(bridge.members[code], bank, amount, `issue to ${bic}`, until);
      for (const transaction of sent) await note(stage, transaction);
    }
    const today = deals.filter((deal) => deal.day === day);
    await publishRates(stage, day, today);
    for (const deal of today) await settle(stage, deal, deals.indexOf(deal));
  }
  return reportOn(stage, deals, published);
}

/** Both central banks of each pair that is exchanged today publish the day's reference rate. */
async function publishRates({ bridge, input }: Stage, day: number, deals: readonly Deal[]): Promise<void> {
  const { exchange, members } = bridge;
  const validFor = BigInt(bridge.parameters.maxRateValidity);
  const pairs = new Map(deals.map(({ code, counter }) => [`${code}/${counter ?? ""}`, [code, counter] as const]));
  for (const [base, counter] of pairs.values()) {
    if (counter === undefined) continue;
    const rate = ratesOf(input, day).cross(base, counter);
    for (const code of [base, counter]) {
      const { currency, offices } = members[code];
      await exchange
        .connect(offices.governor)
        .setReference(members[base].currency, members[counter].currency, currency, rate, rate / WIDTH, validFor);
    }
  }
}

/** One transaction of the ledger, number `index`. */
async function settle(stage: Stage, deal: Deal, index: number): Promise<void> {
  const { counter, payer, payee } = deal;
  const [from, to] = [stage.bridge.bank(payer), stage.bridge.bank(payee)];
  const settled =
    counter === undefined
      ? await pay(stage, deal, from, to, index)
      : await exchange(stage, deal, counter, from, to, index);
  await note(stage, settled);
}

/** Adds a transaction to the result. Its gas differs by some bytes of calldata from run to run: seals are random. */
async function note({ checks }: Stage, sent: ContractTransactionResponse): Promise<void> {
  const receipt = await sent.wait();
  if (receipt === null) throw new RangeError(`transaction ${sent.hash} has no receipt`);
  checks.transaction(receipt);
}

async function pay(
  { bridge, clock, domains, keys }: Stage,
  deal: Deal,
  payer: BridgeBank,
  payee: BridgeBank,
  index: number,
): Promise<ContractTransactionResponse> {
  const notAfter = await clock.deadline();
  const terms = {
    businessRef: id(`payment ${index}`),
    currency: await bridge.members[deal.code].currency.getAddress(),
    payer: payer.account,
    payee: payee.account,
    amount: deal.amount,
  };
  const readers = new Set([payer.bic, payee.bic, payer.home, payee.home, deal.code]);
  const publicKeys = [...readers].map((name) => keys.get(name)?.publicKey ?? "");
  const dataHash = sealedHash(seal(customersOf(payer, payee, index), terms, publicKeys));
  const payment = { ...terms, purpose: purposeCode(PURPOSE), dataHash, notAfter };
  const screening = { approved: true, listVersion: LIST, validUntil: notAfter };
  const verdicts = [
    await verdictOf(domains.payments, payment, payer, screening),
    await verdictOf(domains.payments, payment, payee, screening),
  ] as const;
  return bridge.payments.connect(payer.signer).pay(payment, ...verdicts);
}

/** The payer sells at the day's rate; the payee accepts. */
async function exchange(
  { bridge, input, clock, domains }: Stage,
  deal: Deal,
  counter: BridgeCode,
  maker: BridgeBank,
  taker: BridgeBank,
  index: number,
): Promise<ContractTransactionResponse> {
  const { members } = bridge;
  const rate = ratesOf(input, deal.day).cross(deal.code, counter);
  const quote = {
    ...{ maker: maker.account, taker: taker.account },
    base: await members[deal.code].currency.getAddress(),
    counter: await members[counter].currency.getAddress(),
    ...{ side: MAKER_SIDE.sells, rate, minimum: deal.amount, maximum: deal.amount, divisible: false },
    ...{ notAfter: await clock.deadline(), nonce: BigInt(index) },
  };
  return bridge.exchange.connect(taker.signer).take({
    quote,
    signature: await sign(maker.signer, quoteTypedData(domains.exchange, quote)),
    amount: deal.amount,
    limit: counterAmountOf(quote, deal.amount),
    businessRef: id(`exchange ${index}`),
  });
}

/** What the contracts' events say, against what was published and what was drawn. */
async function reportOn(stage: Stage, deals: readonly Deal[], published: PilotInput["published"]): Promise<Outcome> {
  const { bridge, input, clock, checks } = stage;
  const days = new Map(input.rates.map(({ date }, day) => [date, day]));
  const worth: Valuation = (code, amount, time) =>
    ratesOf(input, days.get(formatDate(clock.published(time))) ?? -1).usd(code, amount);
  const report = await bridgeReport(bridge, worth);
  checks.equal("jurisdictions that took part", published.jurisdictions, report.jurisdictions.length);
  checks.equal("banks that took part", published.banks, report.banks.length);
  checks.equal("payments and exchanges", published.transactions, report.transactions);
  checks.equal("transactions in e-CNY", published.touchingCny, report.touching.CNY);
  checks.equal("e-CNY issued", minor(published.issuedCny), report.issued.CNY);
  checks.holds("issued, in US dollars", report.issuedWorth > minor(published.issuedUsd));
  checks.holds("settled, in US dollars", report.settledWorth > minor(published.settledUsd));
  checks.equal("exchanges as drawn", deals.filter(({ counter }) => counter !== undefined).length, report.exchanges);
  for (const code of BRIDGE_CODES) {
    const { currency, banks } = bridge.members[code];
    const everyone = BRIDGE_CODES.flatMap((each) => bridge.members[each].banks);
    const balances = await Promise.all(everyone.map(({ account }) => currency.balanceOf(account)));
    const total = balances.reduce((sum, balance) => sum + balance, 0n);
    checks.equal(
      `${code}: issued less redeemed is the supply`,
      await currency.totalSupply(),
      report.issued[code] - report.redeemed[code],
    );
    checks.equal(`${code}: the supply is the sum of all banks' balances`, await currency.totalSupply(), total);
    const resident = new Set(banks.map(({ account }) => account));
    const abroad = everyone.reduce(
      (sum, { account }, index) => sum + (resident.has(account) ? 0n : (balances[index] ?? 0n)),
      0n,
    );
    checks.equal(`${code}: what the corridors count is what banks abroad hold`, abroad, await heldAbroad(stage, code));
  }
  checks.equal("money owned by contracts", 0n, await ownedByContracts(bridge));

  const rows = BRIDGE_CODES.map((code) => [
    code,
    formatMoney(report.issued[code], code),
    report.touching[code],
    bridge.members[code].banks.filter(({ number }) => report.banks.includes(`${code}:${number}`)).length,
  ]);
  const text = [
    input.title,
    input.sources.join("\n"),
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    table(["currency", "issued", "transactions", "banks that took part"], rows),
    `${report.transactions} transactions (${report.payments} payments, ${report.exchanges} exchanges) of ` +
      `${report.banks.length} banks; issued ${formatMoney(report.issuedWorth, "USD")}, ` +
      `settled ${formatMoney(report.settledWorth, "USD")}.`,
  ].join("\n\n");
  return { checks, text };
}

async function heldAbroad({ bridge }: Stage, code: BridgeCode): Promise<bigint> {
  const { currency } = bridge.members[code];
  let sum = 0n;
  for (const { walletClass, code: other } of Object.values(bridge.members)) {
    if (other !== code) sum += (await currency.corridorOf(walletClass)).holdings;
  }
  return sum;
}

async function ownedByContracts({ members, engine, gate, payments, exchange, council }: OpenBridge): Promise<bigint> {
  let sum = 0n;
  for (const { currency, desk, registry, authority } of Object.values(members)) {
    for (const contract of [engine, gate, payments, exchange, council, desk, registry, authority, currency]) {
      sum += await currency.balanceOf(contract);
    }
    sum += await currency.balanceOf(ZeroAddress);
  }
  return sum;
}

function ratesOf({ rates, aedPerUsd }: PilotInput, day: number): DayRates {
  const found = rates[day];
  if (found === undefined) throw new RangeError(`the pilot has no day ${day}`);
  return new DayRates(found, aedPerUsd);
}

/** Customers that nobody has: the pilot's are not public. */
function customersOf(payer: BridgeBank, payee: BridgeBank, index: number): TravelRuleData {
  const party = (bank: BridgeBank, role: string) => ({
    name: `${role} ${index} of ${bank.name}`,
    account: `${bank.bic}-${index}`,
    address: `registered office, ${bank.country}`,
    identification: `customer ${index}`,
  });
  return {
    originator: party(payer, "importer"),
    beneficiary: party(payee, "exporter"),
    remittance: `delivery ${index}`,
  };
}
