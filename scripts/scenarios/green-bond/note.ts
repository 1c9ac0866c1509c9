import { minor } from "../../../sdk/money.js";
import { DAY_COUNT, RATE_SCALE, isinBytes, termsHash, type BondTerms, type Coupon } from "../../../sdk/bonds.js";
import { parseDay } from "../../../sdk/calendar.js";
import { deployBond, governBond } from "../../../sdk/deploy/bonds.js";
import { exchange, instruct } from "../../../sdk/instructions.js";
import { formatMoney } from "../../../sdk/money.js";
import { payCoupon, redeemBond, type PayingBond } from "../../../sdk/operations/corporateActions.js";
import { reference } from "../../../sdk/operations/money.js";
import { approveEngine, settle, signAll, type Signed } from "../../../sdk/operations/settlement.js";
import { mulDiv } from "../../../sdk/rounding.js";
import type { Bond } from "../../../types/ethers-contracts/index.js";
import type { NoteInput, TradeInput } from "./input.js";
import { investorOf, jurisdictionOf, provide, type Code, type Party, type Stage } from "./parties.js";

const DAY_COUNTS = { "ACT/365F": DAY_COUNT.act365f, "ACT/ACT": DAY_COUNT.actActIcma, "30/360": DAY_COUNT.thirty360 };
/** Prices are per cent with four digits after the point. */
const PRICE_SCALE = 1_000_000n;
/** Rates of exchange have six. */
const FX_SCALE = 1_000_000n;
/** Hours of the day, UTC+8, at which things happen. */
const HOUR = { morning: 9, settlement: 11, evening: 17 } as const;

/** A note on the chain with its terms and the primary instructions waiting for their day. */
export class Note {
  #primary: { readonly investor: Party; readonly units: bigint; readonly amount: bigint; readonly signed: Signed }[] =
    [];
  #trades = 0n;

  private constructor(
    readonly stage: Stage,
    readonly input: NoteInput,
    readonly bond: Bond,
    readonly terms: BondTerms,
  ) {}

  /** Announces, deploys and opens accounts on the trade date. */
  static async announce(stage: Stage, input: NoteInput, order: number): Promise<Note> {
    const { suite, journal, clock, issuer, investors } = stage;
    const { offices } = suite.hongkong;
    const terms = await termsOf(stage, input);
    const coupons = couponsOf(stage, input);
    await journal.note(
      { event: `${input.name} is announced as ${input.isin}` },
      suite.assets
        .connect(offices.registrar)
        .announce(terms.isin, terms.issuer, offices.registrar, termsHash(terms, coupons)),
    );
    const bond = await deployBond(suite, suite.deployer, terms, coupons);
    await journal.note(
      { event: `${input.name}: the register takes its token`, legs: [await bond.symbol()] },
      suite.assets.connect(offices.registrar).attachToken(terms.isin, bond),
    );
    const { admin, governor, enforcer } = offices;
    const mandates = {
      payment: reference(`paying agency agreement of ${input.isin}`),
      enforcement: suite.hongkong.plan.mandates.enforcement,
    };
    await governBond(suite, bond, { admin, governor, enforcer, mandates });
    const holders = [issuer, ...investors];
    await journal.noteAll(
      { event: `${input.name}: custodians open accounts` },
      holders.map(
        ({ custodian, signer }) =>
          () =>
            bond.connect(custodian.signer).openAccount(signer),
      ),
    );
    for (const { name, signer } of holders) {
      await journal.noteAll(
        { event: `${name} lets the engine move what it signs for` },
        await approveEngine(suite.engine, signer, bond),
      );
    }
    const note = new Note(stage, input, bond, terms);
    await note.#allot(BigInt(order) * 1_000n, clock.at(input.issueDate, HOUR.morning));
    return note;
  }

  get code(): Code {
    return this.input.currency;
  }

  get paying(): PayingBond {
    const { stage, bond, input } = this;
    const money = jurisdictionOf(stage.suite, this.code);
    return { suite: stage.suite, journal: stage.journal, bond, issuer: stage.issuer.signer, money, name: input.name };
  }

  /** Everything that happens to the note after its announcement, by time. */
  events(trades: readonly TradeInput[]): { readonly date: string; readonly hour: number; run(): Promise<void> }[] {
    const { issueDate, couponDates, maturity } = this.input;
    return [
      { date: issueDate, hour: HOUR.settlement, run: () => this.#settlePrimary() },
      ...trades.map((trade) => ({ date: trade.date, hour: HOUR.settlement, run: () => this.#settleTrade(trade) })),
      ...couponDates.map((date, k) => ({ date, hour: HOUR.settlement, run: () => this.#payCoupon(k) })),
      { date: maturity, hour: HOUR.evening, run: () => this.#redeem() },
    ];
  }

  /** Issuer and each investor sign delivery against payment for the next day. */
  async #allot(firstReference: bigint, notBefore: bigint): Promise<void> {
    const { stage, input, terms, bond } = this;
    const token = await bond.getAddress();
    for (const [index, { investor, nominal }] of input.allotment.entries()) {
      const party = investorOf(stage, investor);
      const units = minor(nominal) / terms.unitNominal;
      const amount = priced(minor(nominal), input.issuePrice);
      const instruction = exchange(
        { businessRef: firstReference + BigInt(index), notBefore, notAfter: notBefore + 86_400n },
        { token, from: stage.issuer.signer.address, amount: units },
        { token: terms.currency, from: party.signer.address, amount },
      );
      const signed = await signAll(stage.suite.engine, instruction, [stage.issuer.signer, party.signer]);
      this.#primary.push({ investor: party, units, amount, signed });
    }
  }

  async #settlePrimary(): Promise<void> {
    const { stage, bond, input, code } = this;
    const { suite, journal, issuer } = stage;
    await journal.note(
      {
        event: `${input.name}: the whole issue is created for the issuer`,
        legs: [formatMoney(minor(input.size), code)],
      },
      bond.connect(suite.hongkong.offices.registrar).issue(),
    );
    for (const { investor, units, amount, signed } of this.#primary) {
      await provide(stage, investor, code, amount, `subscription to ${input.isin}`);
      const legs = [`${units} units to ${investor.name}`, `${formatMoney(amount, code)} to ${issuer.name}`];
      await journal.note(
        { event: `${input.name}: primary DvP, T+1`, legs },
        settle(suite.engine, suite.deployer, signed),
      );
      investor.expected[code] -= amount;
      issuer.expected[code] += amount;
    }
  }

  /** Units, the buyer's currency and the note's currency change hands in one instruction of three legs. */
  async #settleTrade(trade: TradeInput): Promise<void> {
    const { stage, bond, input, terms, code } = this;
    const { suite, journal } = stage;
    const [seller, buyer, dealer] = [trade.seller, trade.buyer, trade.dealer].map((name) => investorOf(stage, name));
    if (seller === undefined || buyer === undefined || dealer === undefined) throw new RangeError("three names");
    const units = minor(trade.nominal) / terms.unitNominal;
    const amount = priced(minor(trade.nominal), trade.price);
    // the buyer pays the dealer in full minor units: rounded up, by less than one
    const paid = mulDiv(amount, FX_SCALE, scaled(trade.unitsPerPaid, FX_SCALE), "ceil");
    await provide(stage, buyer, trade.paidIn, paid, `purchase of ${input.isin} on ${trade.date}`);
    await provide(stage, dealer, code, amount, `exchange for ${input.isin} on ${trade.date}`);
    const token = await bond.getAddress();
    const paidToken = await jurisdictionOf(suite, trade.paidIn).currency.getAddress();
    const conditions = {
      businessRef: reference(`${trade.isin} ${trade.date} ${this.#trades++}`),
      notAfter: await stage.clock.deadline(),
    };
    const instruction = instruct(conditions, [
      { token, from: seller.signer.address, to: buyer.signer.address, amount: units },
      { token: paidToken, from: buyer.signer.address, to: dealer.signer.address, amount: paid },
      { token: terms.currency, from: dealer.signer.address, to: seller.signer.address, amount },
    ]);
    const signed = await signAll(suite.engine, instruction, [seller.signer, buyer.signer, dealer.signer]);
    const legs = [
      `${units} units ${seller.name} → ${buyer.name}`,
      `${formatMoney(paid, trade.paidIn)} ${buyer.name} → ${dealer.name}`,
      `${formatMoney(amount, code)} ${dealer.name} → ${seller.name}`,
    ];
    await journal.note({ event: `${input.name}: secondary trade`, legs }, settle(suite.engine, suite.deployer, signed));
    buyer.expected[trade.paidIn] -= paid;
    dealer.expected[trade.paidIn] += paid;
    dealer.expected[code] -= amount;
    seller.expected[code] += amount;
  }

  async #payCoupon(k: number): Promise<void> {
    const { stage, bond, input, code } = this;
    const total = await bond.couponTotal(k);
    await provide(stage, stage.issuer, code, total, `coupon ${k + 1} of ${input.isin}`);
    await payCoupon(this.paying, k);
    stage.issuer.expected[code] -= total;
  }

  async #redeem(): Promise<void> {
    const { stage, code } = this;
    stage.issuer.expected[code] -= await redeemBond(this.paying);
  }
}

async function termsOf({ suite, clock, issuer }: Stage, input: NoteInput): Promise<BondTerms> {
  return {
    isin: isinBytes(input.isin),
    name: `HKSAR ${input.name}`,
    symbol: input.symbol,
    currency: await jurisdictionOf(suite, input.currency).currency.getAddress(),
    issuer: issuer.signer.address,
    units: minor(input.size) / minor(input.denomination),
    unitNominal: minor(input.denomination),
    couponRate: scaled(input.couponRate, RATE_SCALE / 100n),
    dayCount: DAY_COUNTS[input.dayCount],
    frequency: BigInt(input.frequency),
    issueDate: clock.at(input.issueDate, HOUR.morning),
    maturity: clock.at(input.maturity, HOUR.morning),
  };
}

/** Periods run from issue to maturity; day counts are those of the published dates. */
function couponsOf({ clock }: Stage, { issueDate, couponDates, recordDays }: NoteInput): Coupon[] {
  const days = [issueDate, ...couponDates].map(parseDay);
  return couponDates.map((date, k) => {
    const [start = 0, end = 0] = [days[k], days[k + 1]];
    return {
      accrualStart: start,
      accrualEnd: end,
      referenceStart: start,
      referenceEnd: end,
      recordTime: clock.at(date) - BigInt(recordDays * 86_400),
      paymentTime: clock.at(date, HOUR.morning),
    };
  });
}

/** A share of a nominal, per cent, rounded to the nearest minor unit. */
function priced(nominal: bigint, percent: string): bigint {
  return mulDiv(nominal, scaled(percent, PRICE_SCALE / 100n), PRICE_SCALE, "half-up");
}

/** A decimal as an integer of 1/`scale`. */
function scaled(text: string, scale: bigint): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole) * scale + (BigInt(fraction || "0") * scale) / 10n ** BigInt(fraction.length);
}
