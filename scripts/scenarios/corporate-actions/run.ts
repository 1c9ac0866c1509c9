import { ZeroAddress, parseUnits } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { ASSET_STATUS, couponRef } from "../../../sdk/bonds.js";
import { dayNumber, formatDay, parseDate, parseDay } from "../../../sdk/calendar.js";
import { openSuite } from "../../../sdk/deploy/suite.js";
import { NEVER, type Hold } from "../../../sdk/eip712/ledger.js";
import { decimal, formatMoney, minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { payCoupon, redeemBond } from "../../../sdk/operations/corporateActions.js";
import { reference } from "../../../sdk/operations/money.js";
import { Checks } from "../../../sdk/report.js";
import {
  MEETING_PHASE,
  VOTE,
  electionHold,
  fixingIndex,
  meetingId,
  offerFundingRef,
  optionRef,
  putId,
  tenderCut,
  tenderId,
} from "../../../sdk/structured.js";
import { table } from "../../../sdk/table.js";
import { CODES, jurisdictionOf, provide, type Party } from "../green-bond/parties.js";
import type { Outcome } from "../lib.js";
import { nearest, paidRate, perUnit, sharedOut, type Fraction } from "./book.js";
import type { CorporateActionsInput } from "./input.js";
import { HOUR, NO_CUT, TENDER, named, openNote, type NoteStage } from "./stage.js";

interface Event {
  readonly date: string;
  readonly hour: number;
  run(): Promise<void>;
}

/** What holders got, by event and name, as the banker's table shows it. */
type Flows = Map<string, Map<string, string>>;

const SCALE = 10n ** 8n;

/** Runs the note's life on a connection's chain, from its issue to the call that ends it. */
export async function runCorporateActions(
  connection: NetworkConnection<"l1">,
  input: CorporateActionsInput,
): Promise<Outcome> {
  const checks = new Checks("corporate-actions", connection.networkName);
  const first = dayBefore(input.fixings[0]?.date ?? input.note.issueDate, 1);
  const clock = await ScenarioClock.open(connection, first);
  await clock.moveTo(first, HOUR.notice);
  const stage = await openNote(await openSuite(connection), checks, clock, input);
  const flows: Flows = new Map();
  const events = [
    ...fixingEvents(stage),
    ...couponEvents(stage, flows),
    ...meetingEvents(stage),
    ...tenderEvents(stage, flows),
    ...putEvents(stage, flows),
    ...callEvents(stage, flows),
  ].sort((a, b) => parseDate(a.date) - parseDate(b.date) || a.hour - b.hour);
  for (const [index, event] of events.entries()) {
    await clock.moveTo(event.date, event.hour);
    await event.run();
    await checkBooks(stage, `after event ${index + 1}, ${event.date} ${event.hour}:00`);
  }
  await checkEnd(stage);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
    "What each holder was paid, by the scenario's own calculation, which the chain was checked against",
    flowTable(stage, flows),
  ].join("\n\n");
  return { checks, text };
}

// --------------------------------------------------------------------- fixings

function fixingEvents({ input, fixings, fixer, journal, clock }: NoteStage): Event[] {
  const publish = (name: string, date: string, value: bigint, shown: string): Event => ({
    ...{ date, hour: HOUR.fixing },
    run: async () => {
      const day = dayNumber(clock.at(date));
      const sent = fixings.connect(fixer).publish(fixingIndex(name), day, value);
      await journal.note({ event: `${name} is fixed at ${shown}` }, sent);
    },
  });
  const { note, choices } = input;
  const days = new Map(choices.map(({ coupon, price }) => [recordDate(input, coupon), price]));
  return [
    ...input.fixings.map(({ date, rate }) => publish(note.index, date, parseUnits(rate, 6), `${rate} %`)),
    ...[...days].map(([date, price]) => publish(note.priceIndex, date, parseUnits(price, 8), price)),
  ];
}

// --------------------------------------------------------------------- coupons

function couponEvents(stage: NoteStage, flows: Flows): Event[] {
  const { input, actions, bond, journal, investors, suite } = stage;
  const { offices, currency } = suite.hongkong;
  const called = parseDate(input.note.calls[input.call.number - 1]?.date ?? "");
  const coupons = input.note.couponDates
    .map((date, k) => ({ date, k, record: recordDate(input, k + 1) }))
    .filter(({ record }) => parseDate(record) <= called);
  return coupons.flatMap(({ date, k, record }) => {
    const of = <T extends { readonly coupon: number }>(list: readonly T[]) =>
      list.filter(({ coupon }) => coupon === k + 1);
    return [
      ...of(input.choices).map(({ investor }): Event => ({
        ...{ date: dayBefore(record, 1), hour: HOUR.notice },
        run: async () => {
          const chosen = actions.connect(named(investors, investor).signer).chooseCurrency(bond, k, true);
          await journal.note({ event: `${investor} chooses e-CNY for coupon ${k + 1}` }, chosen);
        },
      })),
      ...of(input.frozen).flatMap(({ investor, lifted }): Event[] => [
        {
          ...{ date: record, hour: HOUR.record },
          run: async () => {
            const frozen = currency
              .connect(offices.enforcer)
              .freeze(named(investors, investor).signer, reference("order"));
            await journal.note({ event: `a court freezes the e-HKD wallet of ${investor}` }, frozen);
          },
        },
        { date: lifted, hour: HOUR.notice, run: () => payClaim(stage, k, named(investors, investor), flows) },
      ]),
      { date, hour: HOUR.fixing, run: () => payOneCoupon(stage, k, flows) },
    ];
  });
}

/** The note's coupon of one unit, computed from the input alone. */
function unitCoupon({ input, coupons, terms }: NoteStage, k: number): Fraction {
  const { note, fixings } = input;
  const coupon = coupons[k];
  if (coupon === undefined) throw new RangeError(`there is no coupon ${k}`);
  const before = note.instalments.slice(0, k).reduce((sum, text) => sum + minor(text, "HKD"), 0n);
  const fixing = parseUnits(fixings.find((one) => one.coupon === k + 1)?.rate ?? "0", 6);
  return perUnit({
    ...{ start: coupon.accrualStart, end: coupon.accrualEnd, nominal: terms.unitNominal - before },
    rate: paidRate(fixing, parseUnits(note.spread, 6), parseUnits(note.highestRate, 6)),
    principal: minor(note.instalments[k] ?? "0", "HKD"),
  });
}

function couponShares(stage: NoteStage, k: number, holders = stage.book.holders()): Map<string, bigint> {
  const unit = unitCoupon(stage, k);
  const total = nearest({ num: unit.num * stage.terms.units, den: unit.den });
  return sharedOut(total, unit, holders);
}

/** The claims that a coupon leaves, by holder. */
const claims = new WeakMap<NoteStage, Map<string, { readonly amount: bigint; readonly funding: Hold }>>();

async function payOneCoupon(stage: NoteStage, k: number, flows: Flows): Promise<void> {
  const { input, bond, paying, checks, investors, issuer, actions, journal, suite } = stage;
  const shares = couponShares(stage, k);
  const total = [...shares.values()].reduce((sum, share) => sum + share, 0n);
  checks.equal(`coupon ${k + 1}`, total, await bond.couponTotal(k));
  const title = `coupon ${k + 1}`;
  const inCny = new Map(input.choices.filter(({ coupon }) => coupon === k + 1).map((one) => [one.investor, one.price]));
  const parked = new Set(input.frozen.filter(({ coupon }) => coupon === k + 1).map(({ investor }) => investor));
  await payCoupon(paying, k);
  const funding = await fundingOf(stage, total, couponRef(await bond.getAddress(), k));
  const claimed = new Map<string, { readonly amount: bigint; readonly funding: Hold }>();
  claims.set(stage, claimed);
  for (const [name, share] of shares) {
    if (name === issuer.name || inCny.has(name)) continue;
    if (parked.has(name)) {
      claimed.set(name, { amount: share, funding });
      note(flows, title, name, "parked");
      continue;
    }
    named(investors, name).expected.HKD += share;
    issuer.expected.HKD -= share;
    note(flows, title, name, formatMoney(share, "HKD"));
  }
  for (const [name, price] of inCny) {
    const amount = nearest({ num: (shares.get(name) ?? 0n) * parseUnits(price, 8), den: SCALE });
    await provide(stage, issuer, "CNY", amount, `coupon ${k + 1} of ${name}`);
    const option = await fundingOf(stage, amount, optionRef(await bond.getAddress(), k));
    await journal.noteAll(
      { event: `coupon ${k + 1} of ${name} is paid in e-CNY`, legs: [formatMoney(amount, "CNY")] },
      [
        () => suite.mainland.currency.connect(issuer.signer).placeHold(option),
        () => actions.payCouponInOption(bond, k, option, [named(investors, name).signer.address]),
      ],
    );
    named(investors, name).expected.CNY += amount;
    issuer.expected.CNY -= amount;
    note(flows, title, name, formatMoney(amount, "CNY"));
  }
  const { unpaid } = await actions.couponRun(bond, k);
  const owed = [...claimed.values()].reduce((sum, { amount }) => sum + amount, 0n);
  checks.equal(`coupon ${k + 1}: only claims are unpaid`, owed, unpaid);
  // with claims it goes back once they are paid
  if (owed === 0n && inCny.size !== 0) {
    const rest = actions.releaseCouponFunding(bond, k, funding);
    await journal.note({ event: "what is left of the coupon's money goes back to the issuer" }, rest);
  }
}

async function payClaim(stage: NoteStage, k: number, holder: Party, flows: Flows): Promise<void> {
  const { actions, bond, journal, suite, checks, issuer } = stage;
  const claim = claims.get(stage)?.get(holder.name);
  if (claim === undefined) throw new RangeError(`${holder.name} has no claim`);
  const { offices, currency } = suite.hongkong;
  await journal.noteAll(
    { event: `the order is lifted, and ${holder.name} is paid its claim`, legs: [formatMoney(claim.amount, "HKD")] },
    [
      () => currency.connect(offices.enforcer).unfreeze(holder.signer, reference("order lifted")),
      () => actions.claimCoupon(bond, k, claim.funding, holder.signer),
    ],
  );
  holder.expected.HKD += claim.amount;
  issuer.expected.HKD -= claim.amount;
  note(flows, `claim of coupon ${k + 1}`, holder.name, formatMoney(claim.amount, "HKD"));
  checks.equal(`coupon ${k + 1}: nobody is unpaid`, 0n, (await actions.couponRun(bond, k)).unpaid);
  await journal.note(
    { event: "what is left of the coupon's money goes back to the issuer" },
    actions.releaseCouponFunding(bond, k, claim.funding),
  );
}

// --------------------------------------------------------------------- meeting

function meetingEvents(stage: NoteStage): Event[] {
  const { input, meetings, bond, journal, investors, issuer, coupons, checks, book } = stage;
  const { coupon, convened, resolution, votes, result } = input.meeting;
  const [k, subject] = [coupon - 1, reference(resolution)];
  const idOf = async () => meetingId(await bond.getAddress(), k, subject);
  const until = coupons[k]?.paymentTime ?? 0n;
  const date = input.note.couponDates[k] ?? "";
  return [
    {
      ...{ date: convened, hour: HOUR.notice },
      run: async () => {
        const sent = meetings.connect(issuer.signer).convene(bond, k, subject, until);
        await journal.note({ event: `holders are called to vote: ${resolution}` }, sent);
      },
    },
    {
      ...{ date: recordDate(input, coupon), hour: HOUR.vote },
      run: async () => {
        for (const { investor, vote } of votes) {
          const sent = meetings.connect(named(investors, investor).signer).castVote(await idOf(), VOTE[vote]);
          await journal.note({ event: `${investor} votes ${vote}`, legs: [`${book.of(investor)} votes`] }, sent);
        }
      },
    },
    {
      ...{ date, hour: HOUR.notice },
      run: async () => {
        await journal.note({ event: `the vote ends: ${result}` }, meetings.endMeeting(await idOf()));
        const { phase, inFavour, against, abstained } = await meetings.meetingOf(await idOf());
        checks.equal<bigint>("the meeting's result", MEETING_PHASE[result], phase);
        const cast = (what: string) =>
          votes.filter(({ vote }) => vote === what).reduce((sum, { investor }) => sum + book.of(investor), 0n);
        checks.equal("votes", [cast("for"), cast("against"), cast("abstain")], [inFavour, against, abstained]);
      },
    },
  ];
}

// ---------------------------------------------------------------------- offers

function tenderEvents(stage: NoteStage, flows: Flows): Event[] {
  const { input, offers, bond, journal, issuer, clock } = stage;
  const { opened, until, payment, most, price, elections } = input.tender;
  const idOf = async () => tenderId(await bond.getAddress(), TENDER);
  const wanted = elections.map(({ investor, units }): [string, bigint] => [investor, BigInt(units)]);
  const elected = wanted.reduce((sum, [, units]) => sum + units, 0n);
  const taken = elected < BigInt(most) ? elected : BigInt(most);
  return [
    {
      ...{ date: opened, hour: HOUR.notice },
      run: async () => {
        const args = [TENDER, BigInt(most), minor(price, "HKD"), clock.at(until), clock.at(payment)] as const;
        await journal.note(
          { event: `the issuer offers to buy ${most} units`, legs: [`at ${formatMoney(minor(price, "HKD"), "HKD")}`] },
          offers.connect(issuer.signer).openTender(bond, ...args),
        );
        await electAll(stage, await idOf(), wanted);
      },
    },
    {
      ...{ date: until, hour: HOUR.notice },
      run: async () => {
        const positions = wanted.map(([, units], index) => ({ position: BigInt(index) + 1n, units }));
        await journal.noteAll(
          { event: "the tender is closed and acceptance proved", legs: [`${taken} of ${elected}`] },
          [
            async () => offers.connect(issuer.signer).close(await idOf(), tenderCut(BigInt(most), positions)),
            ...(elected > taken ? [async () => offers.measure(await idOf(), 100n)] : []),
          ],
        );
      },
    },
    {
      ...{ date: payment, hour: HOUR.payment },
      run: async () => {
        const accepted = sharedOut(taken, { num: taken, den: elected }, wanted);
        await payOffer(stage, await idOf(), accepted, minor(price, "HKD"), "tender", flows);
      },
    },
  ];
}

function putEvents(stage: NoteStage, flows: Flows): Event[] {
  const { input, offers, bond, journal, suite } = stage;
  const number = input.put.number - 1;
  const terms = input.note.puts[number];
  if (terms === undefined) throw new RangeError("the file has been checked to name a put that exists");
  const idOf = async () => putId(await bond.getAddress(), number);
  const wanted = input.put.elections.map(({ investor, units }): [string, bigint] => [investor, BigInt(units)]);
  return [
    {
      ...{ date: terms.from, hour: HOUR.notice },
      run: async () => {
        await journal.note({ event: "holders may put their units" }, offers.openPut(bond, number));
        await electAll(stage, await idOf(), wanted);
      },
    },
    {
      ...{ date: terms.until, hour: HOUR.notice },
      run: async () => {
        const closed = offers.connect(suite.deployer).close(await idOf(), NO_CUT);
        await journal.note({ event: "elections of the put are over" }, closed);
      },
    },
    {
      ...{ date: terms.date, hour: HOUR.payment },
      run: async () =>
        payOffer(stage, await idOf(), new Map(wanted), earlyAmount(stage, terms.date, terms.price), "put", flows),
    },
  ];
}

/** Every holder signs the hold of its units, and the issuer carries the elections. */
async function electAll(
  { offers, journal, investors, issuer, bond, checks }: NoteStage,
  id: string,
  wanted: readonly (readonly [string, bigint])[],
): Promise<void> {
  for (const [name, units] of wanted) {
    const { signer } = named(investors, name);
    const hold = await electionHold(offers, id, signer.address, units);
    await journal.noteAll({ event: `${name} elects ${units} units` }, [
      () => bond.connect(signer).placeHold(hold),
      () => offers.connect(issuer.signer).elect(id, signer, units, "0x"),
    ]);
    checks.equal(`${name} keeps the units it elected in ${id.slice(0, 10)}`, units, await bond.heldOf(signer));
  }
}

async function payOffer(
  stage: NoteStage,
  id: string,
  accepted: ReadonlyMap<string, bigint>,
  price: bigint,
  title: string,
  flows: Flows,
): Promise<void> {
  const { offers, journal, issuer, investors, suite, book, checks } = stage;
  const units = [...accepted.values()].reduce((sum, each) => sum + each, 0n);
  const hold = await fundingOf(stage, units * price, offerFundingRef(id), await offers.getAddress());
  await journal.noteAll(
    {
      event: `the ${title} is paid, the units come to the issuer`,
      legs: [`${units} units`, formatMoney(units * price, "HKD")],
    },
    [() => suite.hongkong.currency.connect(issuer.signer).placeHold(hold), () => offers.settle(id, hold, 100n)],
  );
  for (const [name, each] of accepted) {
    named(investors, name).expected.HKD += each * price;
    issuer.expected.HKD -= each * price;
    book.move(name, issuer.name, each);
    note(flows, title, name, formatMoney(each * price, "HKD"));
  }
  checks.equal(`${title}: nothing is unpaid`, 0n, (await offers.offerOf(id)).unpaid);
}

// ------------------------------------------------------------------------ call

function callEvents(stage: NoteStage, flows: Flows): Event[] {
  const { input, structured, journal, issuer, paying, book, investors, checks, terms } = stage;
  const number = input.call.number - 1;
  const date = input.note.calls[number];
  if (date === undefined) throw new RangeError("the file has been checked to name a call that exists");
  return [
    {
      ...{ date: input.call.notice, hour: HOUR.notice },
      run: async () => {
        const sent = structured.connect(issuer.signer).callBond(number);
        await journal.note({ event: `the issuer calls the whole issue for ${date.date}` }, sent);
      },
    },
    {
      ...{ date: date.date, hour: HOUR.payment },
      run: async () => {
        const price = earlyAmount(stage, date.date, date.price);
        checks.equal("price of the call with accrued interest", price, await structured.redemptionPrice());
        const supply = book.total();
        const lacking = supply * price - (await stage.suite.hongkong.currency.spendableOf(issuer.signer));
        await provide(stage, issuer, "HKD", lacking > 0n ? lacking : 0n, `redemption of ${terms.name}`);
        await redeemBond(paying, price);
        for (const [name, units] of book.holders()) {
          if (name === issuer.name) continue;
          named(investors, name).expected.HKD += units * price;
          issuer.expected.HKD -= units * price;
          note(flows, "redemption by call", name, formatMoney(units * price, "HKD"));
        }
        book.redeemAll();
      },
    },
  ];
}

/** Price and accrued interest of one unit on an early date, computed from the input alone. */
function earlyAmount({ input, coupons, terms, clock }: NoteStage, date: string, price: string): bigint {
  const { note, fixings } = input;
  const day = dayNumber(clock.at(date));
  const k = coupons.findIndex(({ accrualStart, accrualEnd }) => accrualStart < day && day < accrualEnd);
  const coupon = coupons[k];
  if (coupon === undefined) return minor(price, "HKD");
  const before = note.instalments.slice(0, k).reduce((sum, text) => sum + minor(text, "HKD"), 0n);
  const fixing = parseUnits(fixings.find((one) => one.coupon === k + 1)?.rate ?? "0", 6);
  const accrued = perUnit({
    ...{ start: coupon.accrualStart, end: day, nominal: terms.unitNominal - before, principal: 0n },
    rate: paidRate(fixing, parseUnits(note.spread, 6), parseUnits(note.highestRate, 6)),
  });
  return minor(price, "HKD") + nearest(accrued);
}

// ---------------------------------------------------------------------- checks

/** Units and money of everybody are what the scenario's own books say, and the whole issue is somewhere. */
async function checkBooks(stage: NoteStage, when: string): Promise<void> {
  const { bond, issuer, investors, book, checks, structured, suite } = stage;
  let held = 0n;
  for (const { name, signer } of [issuer, ...investors]) {
    const units = await bond.balanceOf(signer);
    held += units;
    checks.equal(`${when}: units of ${name}`, book.of(name), units);
  }
  checks.equal(`${when}: holdings are the units that exist`, await bond.totalSupply(), held);
  checks.equal(`${when}: units that exist, by the book`, book.total(), held);
  for (const contract of [stage.actions, stage.offers, stage.meetings, stage.fixings, structured, stage.structure]) {
    const owned = (await bond.balanceOf(contract)) + (await suite.hongkong.currency.balanceOf(contract));
    if (owned !== 0n) checks.equal(`${when}: nothing is owned by a contract`, 0n, owned);
  }
  for (const code of CODES) {
    const { currency } = jurisdictionOf(suite, code);
    const found = await Promise.all([issuer, ...investors].map(({ signer }) => currency.balanceOf(signer)));
    const expected = [issuer, ...investors].map((party) => decimal(party.expected[code], code));
    checks.equal(
      `${when}: e-${code} of everybody`,
      expected,
      found.map((balance) => decimal(balance, code)),
    );
  }
}

async function checkEnd({ bond, checks, suite, terms }: NoteStage): Promise<void> {
  checks.equal("units left", 0n, await bond.totalSupply());
  const { status } = await suite.assets.asset(terms.isin);
  checks.equal<bigint>("redeemed on the register", ASSET_STATUS.redeemed, status);
}

// --------------------------------------------------------------------- helpers

async function fundingOf(
  { issuer, actions }: NoteStage,
  amount: bigint,
  businessRef: string,
  executor?: string,
): Promise<Hold> {
  return {
    ...{ payer: issuer.signer.address, payee: ZeroAddress, amount, expiry: NEVER, businessRef },
    executor: executor ?? (await actions.getAddress()),
  };
}

function recordDate({ note }: CorporateActionsInput, coupon: number): string {
  return dayBefore(note.couponDates[coupon - 1] ?? "", note.recordDays);
}

function dayBefore(date: string, days: number): string {
  return formatDay(parseDay(date) - days);
}

function note(flows: Flows, title: string, name: string, amount: string): void {
  flows.set(title, (flows.get(title) ?? new Map<string, string>()).set(name, amount));
}

function flowTable({ investors }: NoteStage, flows: Flows): string {
  const names = investors.map(({ name }) => name);
  const rows = [...flows].map(([title, amounts]) => [title, ...names.map((name) => amounts.get(name) ?? "")]);
  return table(["event", ...names], rows);
}
