import { ZeroAddress, type BaseContract } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { issueOnBridge } from "../../../sdk/bridge/operations.js";
import { openBridge, type BridgeBank, type BridgeMember, type OpenBridge } from "../../../sdk/deploy/bridge.js";
import { MAKER_SIDE, quoteId, quoteTypedData, type Quote } from "../../../sdk/eip712/foreignExchange.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { reference } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { RATE_SCALE, counterAmountOf, crossRate, formatRate, parseRate } from "../../../sdk/rates.js";
import { Checks } from "../../../sdk/report.js";
import type { Outcome } from "../lib.js";
import type { FxPvpInput } from "./input.js";

const DAY = 86_400n;
const UNIT = 1n;

/** What a run works with. */
interface Stage {
  readonly input: FxPvpInput;
  readonly bridge: OpenBridge;
  readonly base: BridgeMember;
  readonly counter: BridgeMember;
  readonly maker: BridgeBank;
  readonly takers: readonly [BridgeBank, BridgeBank];
  readonly poor: BridgeBank;
  readonly clock: ScenarioClock;
  readonly checks: Checks;
  readonly journal: Journal;
  /** Knows what an exchange can be refused with. */
  readonly errors: BaseContract;
  /** CNY for one HKD by the euro rates. */
  readonly cross: bigint;
}

/** Runs the exchange scenario on a connection's chain. */
export async function runFxPvp(connection: NetworkConnection<"l1">, input: FxPvpInput): Promise<Outcome> {
  const checks = new Checks("fx-pvp", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.day);
  const bridge = await openBridge(connection);
  await clock.moveTo(input.day, 9);
  const [base, counter] = [bridge.members[input.base], bridge.members[input.counter]];
  const [first, second] = input.takers;
  const stage: Stage = {
    ...{ input, bridge, base, counter, clock, checks },
    maker: bridge.bank(input.maker),
    takers: [bridge.bank(first), bridge.bank(second)],
    poor: bridge.bank(input.poor),
    journal: new Journal(checks, clock),
    errors: errorsOf(bridge.exchange, bridge.engine, bridge.council, base.currency),
    cross: crossRate(input.perEuro[input.base] ?? "", input.perEuro[input.counter] ?? "", {
      base: input.base,
      counter: input.counter,
    }),
  };

  await fund(stage);
  await publishBands(stage);
  await dealAtThePublishedRate(stage);
  await useUp(stage);
  await cancelOffers(stage);
  await keepToTheBand(stage);
  await bothOrNeither(stage);
  await suspendAndResume(stage);
  await goStale(stage);
  await checkEnd(stage);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    `Cross rate: ${formatRate(stage.cross)} ${input.counter} for one ${input.base}.`,
    stage.journal.toTable(),
  ].join("\n\n");
  return { checks, text };
}

/** The maker is issued the base currency at home, the takers the counter currency. */
async function fund({ base, counter, maker, takers, journal, clock, input }: Stage): Promise<void> {
  const until = await clock.deadline();
  const orders = [
    { member: base, bank: maker, amount: minor(input.opening.maker, input.base) },
    ...takers.map((bank) => ({ member: counter, bank, amount: minor(input.opening.taker, input.counter) })),
  ];
  for (const { member, bank, amount } of orders) {
    const sent = await issueOnBridge(member, bank, amount, `opening of ${bank.bic}`, until);
    const event = `${bank.name} is issued money by its own central bank`;
    await journal.noteAll(
      { event, legs: [formatMoney(amount, member.code)] },
      sent.map((each) => () => Promise.resolve(each)),
    );
  }
}

/** Without both central banks there is no band; with both, what they have in common binds. */
async function publishBands(stage: Stage): Promise<void> {
  const { base, counter, checks, bridge, cross } = stage;
  const quote = await offer(stage, { rate: cross, nonce: 0n });
  const amount = minor(stage.input.quote.minimum, stage.input.base);
  checks.equal("without references", "ReferenceStale", await refusal(stage, quote, amount));
  await publish(stage, base);
  checks.equal("with one central bank's reference alone", "ReferenceStale", await refusal(stage, quote, amount));
  await publish(stage, counter);
  const pair = await pairOf(stage);
  const { low, high } = await bridge.exchange.bandOf(...pair);
  const [one, other] = [bandOf(stage, base), bandOf(stage, counter)];
  checks.equal("the band begins where both do", one.low > other.low ? one.low : other.low, low);
  checks.equal("the band ends where both do", one.high < other.high ? one.high : other.high, high);
  const usurped = bridge.exchange
    .connect(base.offices.governor)
    .setReference.staticCall(...pair, counter.currency, cross, 1n, 60n);
  checks.equal("nobody publishes another's side", "CurrencyAuthorityRequired", await refusalOf(stage.errors, usurped));
}

/** The published amount at the published rate, to the fen. */
async function dealAtThePublishedRate(stage: Stage): Promise<void> {
  const { input, checks, takers, cross } = stage;
  const { baseAmount, counterAmount } = input.published;
  const amount = minor(baseAmount, input.base);
  const quote = await offer(stage, { rate: cross, nonce: 0n, divisible: false, minimum: 1n, maximum: amount });
  const paid = await deal(stage, quote, amount, takers[0]);
  checks.equal(`${input.base} ${baseAmount} at the cross rate`, minor(counterAmount, input.counter), paid);
  checks.equal("a quote that is not divided is used once", "QuoteAlreadyUsed", await refusal(stage, quote, amount));
}

/** Parts by two takers, until nothing is left. */
async function useUp(stage: Stage): Promise<void> {
  const { input, bridge, checks, takers } = stage;
  const quote = await offer(stage, { nonce: 1n });
  let left = quote.maximum;
  for (const [index, text] of input.quote.parts.entries()) {
    const amount = minor(text, input.base);
    checks.equal(
      `part ${index + 1}: more than is left`,
      "QuoteAmountOutOfRange",
      await refusal(stage, quote, left + UNIT),
    );
    await deal(stage, quote, amount, takers[index % 2] ?? takers[0]);
    left -= amount;
    checks.equal(`part ${index + 1}: what is left`, left, await bridge.exchange.remainingOf(quote));
  }
  checks.equal("used up", "QuoteAlreadyUsed", await refusal(stage, quote, quote.minimum));
  checks.equal(
    "less than the minimum",
    "QuoteAmountOutOfRange",
    await refusal(stage, await offer(stage, { nonce: 2n }), quote.minimum - UNIT),
  );
}

/** One offer accepted in part is cancelled, then a whole word of nonces. */
async function cancelOffers(stage: Stage): Promise<void> {
  const { bridge, maker, journal, checks, takers } = stage;
  const partly = await offer(stage, { nonce: 3n });
  await deal(stage, partly, partly.minimum, takers[1]);
  const exchange = bridge.exchange.connect(maker.signer);
  await journal.note({ event: `${maker.name} cancels what is left of an offer` }, exchange.cancelQuote(partly.nonce));
  checks.equal("cancelled after a part", "QuoteAlreadyCancelled", await refusal(stage, partly, partly.minimum));
  await journal.note({ event: `${maker.name} cancels 128 offers at once` }, exchange.cancelQuotes(1n));
  for (const nonce of [128n, 255n]) {
    const quote = await offer(stage, { nonce });
    checks.equal(
      `cancelled together: offer ${nonce}`,
      "QuoteAlreadyCancelled",
      await refusal(stage, quote, quote.minimum),
    );
  }
  const next = await offer(stage, { nonce: 256n });
  checks.equal("the next word is untouched", "none", await refusal(stage, next, next.minimum));
}

/** At either end of the band, and one step outside. */
async function keepToTheBand(stage: Stage): Promise<void> {
  const { bridge, checks } = stage;
  const { low, high } = await bridge.exchange.bandOf(...(await pairOf(stage)));
  for (const [name, rate, expected] of [
    ["at the lower end", low, "none"],
    ["below the lower end", low - 1n, "QuoteRateOutsideBand"],
    ["at the upper end", high, "none"],
    ["above the upper end", high + 1n, "QuoteRateOutsideBand"],
  ] as const) {
    const quote = await offer(stage, { rate, nonce: 257n });
    checks.equal<string>(`a rate ${name}`, expected, await refusal(stage, quote, quote.minimum));
  }
}

/** A taker without money: neither currency moves. */
async function bothOrNeither(stage: Stage): Promise<void> {
  const { base, counter, maker, poor, checks, bridge } = stage;
  const quote = await offer(stage, { nonce: 258n });
  const balances = async () =>
    Promise.all(
      [base, counter].flatMap(({ currency }) => [maker, poor].map(({ account }) => currency.balanceOf(account))),
    );
  const before = await balances();
  checks.equal("a taker without cover", "ERC20InsufficientBalance", await refusal(stage, quote, quote.minimum, poor));
  checks.equal("neither currency has moved", before, await balances());
  checks.equal("the offer is as it was", quote.maximum, await bridge.exchange.remainingOf(quote));
  const signed = await acceptance(stage, { ...quote, rate: quote.rate - 1n }, quote.minimum);
  const forged = bridge.exchange.connect(poor.signer).take.staticCall({ ...signed, quote });
  checks.equal("a price that was not signed", "QuoteSignatureInvalid", await refusalOf(stage.errors, forged));
}

/** Either central bank stops its own currency at once, and nobody else's. */
async function suspendAndResume(stage: Stage): Promise<void> {
  const { base, counter, bridge, journal, checks } = stage;
  const quote = await offer(stage, { nonce: 259n });
  const { council } = bridge;
  const other = council.connect(counter.offices.halter).suspendCurrency.staticCall(base.currency);
  checks.equal("nobody suspends another's", "CurrencyAuthorityRequired", await refusalOf(stage.errors, other));
  await journal.note(
    { event: `${base.title} suspends its currency` },
    council.connect(base.offices.halter).suspendCurrency(base.currency),
  );
  checks.equal("while suspended", "CouncilCurrencyNotOpen", await refusal(stage, quote, quote.minimum));
  await journal.note(
    { event: `${base.title} resumes its currency` },
    council.connect(base.offices.resumer).resumeCurrency(base.currency),
  );
  await deal(stage, quote, quote.minimum, stage.takers[0]);
}

/** References grow old, the shorter-lived first; published anew, the exchange goes on. */
async function goStale(stage: Stage): Promise<void> {
  const { input, base, counter, clock, checks } = stage;
  const quote = await offer(stage, { nonce: 260n });
  const hours = Math.min(
    ...[input.bands[input.base], input.bands[input.counter]].map((band) => band?.validHours ?? 24),
  );
  await clock.moveTo(input.day, 9 + hours + 1);
  checks.equal("after the shorter validity", "ReferenceStale", await refusal(stage, quote, quote.minimum));
  await publish(stage, base);
  await publish(stage, counter);
  await deal(stage, quote, quote.minimum, stage.takers[1]);
}

/** What the deals add up to, by the contract's own record. */
async function checkEnd(stage: Stage): Promise<void> {
  const { bridge, base, counter, maker, takers, checks, input } = stage;
  const deals = await bridge.exchange.queryFilter(bridge.exchange.filters.QuoteTaken());
  const sum = (of: "baseAmount" | "counterAmount") => deals.reduce((total, { args }) => total + args[of], 0n);
  const opening = { maker: minor(input.opening.maker, input.base), taker: minor(input.opening.taker, input.counter) };
  checks.equal(
    "what the maker has sold",
    opening.maker - sum("baseAmount"),
    await base.currency.balanceOf(maker.account),
  );
  checks.equal("what the maker was paid", sum("counterAmount"), await counter.currency.balanceOf(maker.account));
  const paid = await Promise.all(takers.map(({ account }) => counter.currency.balanceOf(account)));
  checks.equal(
    "what the takers have left",
    2n * opening.taker - sum("counterAmount"),
    paid.reduce((total, each) => total + each, 0n),
  );
  checks.equal(`supply of ${input.base}`, opening.maker, await base.currency.totalSupply());
  checks.equal(`supply of ${input.counter}`, 2n * opening.taker, await counter.currency.totalSupply());
  for (const { currency, code } of [base, counter]) {
    checks.equal(`${code} that the exchange owns`, 0n, await currency.balanceOf(bridge.exchange));
  }
}

async function pairOf({ base, counter }: Stage): Promise<[base: string, counter: string]> {
  return [await base.currency.getAddress(), await counter.currency.getAddress()];
}

/** A central bank's band by the input. */
function bandOf({ input, cross }: Stage, { code }: BridgeMember) {
  const { shift, width, validHours } = input.bands[code] ?? { shift: "0.001", width: "0.001", validHours: 1 };
  const rate = shift.startsWith("-") ? cross - parseRate(shift.slice(1)) : cross + parseRate(shift);
  const wide = parseRate(width);
  return { rate, width: wide, low: rate - wide, high: rate + wide, validFor: BigInt(validHours) * 3_600n };
}

async function publish(stage: Stage, member: BridgeMember): Promise<void> {
  const { rate, width, validFor } = bandOf(stage, member);
  const pair = await pairOf(stage);
  const exchange = stage.bridge.exchange.connect(member.offices.governor);
  await stage.journal.note(
    { event: `${member.title} publishes ${formatRate(rate)} ± ${formatRate(width)}` },
    exchange.setReference(...pair, member.currency, rate, width, validFor),
  );
}

/** An offer of the maker at the middle of the band, unless the terms say otherwise. */
async function offer(stage: Stage, terms: Partial<Quote>): Promise<Quote> {
  const { input, maker, cross, clock } = stage;
  const [base, counter] = await pairOf(stage);
  return {
    ...{ maker: maker.account, taker: ZeroAddress, base, counter, side: MAKER_SIDE.sells, rate: cross },
    minimum: minor(input.quote.minimum, input.base),
    maximum: minor(input.quote.maximum, input.base),
    ...{ divisible: true, notAfter: clock.at(input.day) + 2n * DAY, nonce: 0n },
    ...terms,
  };
}

async function acceptance({ bridge, maker }: Stage, quote: Quote, amount: bigint) {
  const domain = await domainOf(bridge.exchange);
  return {
    quote,
    signature: await sign(maker.signer, quoteTypedData(domain, quote)),
    amount,
    limit: counterAmountOf(quote, amount),
    businessRef: reference(`${quoteId(domain, quote)} ${await bridge.exchange.remainingOf(quote)}`),
  };
}

/** What accepting would be refused with. */
async function refusal(stage: Stage, quote: Quote, amount: bigint, taker = stage.takers[0]): Promise<string> {
  const { bridge, errors } = stage;
  return refusalOf(
    errors,
    bridge.exchange.connect(taker.signer).take.staticCall(await acceptance(stage, quote, amount)),
  );
}

/** Accepts; checks what moved and how it was rounded. Returns what was paid. */
async function deal(stage: Stage, quote: Quote, amount: bigint, taker: BridgeBank): Promise<bigint> {
  const { bridge, base, counter, journal, checks, input, maker } = stage;
  const balances = async (account: string) =>
    Promise.all([base, counter].map(({ currency }) => currency.balanceOf(account)));
  const before = { maker: await balances(maker.account), taker: await balances(taker.account) };
  const expected = counterAmountOf(quote, amount);
  const accepted = await acceptance(stage, quote, amount);
  await journal.note(
    {
      event: `${taker.name} accepts an offer of ${maker.name} at ${formatRate(quote.rate)}`,
      legs: [formatMoney(expected, input.counter), formatMoney(amount, input.base)],
    },
    bridge.exchange.connect(taker.signer).take(accepted),
  );
  const after = { maker: await balances(maker.account), taker: await balances(taker.account) };
  const moved = (who: "maker" | "taker", coin: 0 | 1) => (after[who][coin] ?? 0n) - (before[who][coin] ?? 0n);
  const name = `offer ${quote.nonce}, ${amount}`;
  checks.equal(
    `${name}: both currencies, both ways`,
    [amount, -expected, -amount, expected],
    [moved("taker", 0), moved("taker", 1), moved("maker", 0), moved("maker", 1)],
  );
  const error = expected * RATE_SCALE - amount * quote.rate;
  checks.holds(`${name}: rounded for the maker by less than a minor unit`, error >= 0n && error < RATE_SCALE);
  return -moved("taker", 1);
}
