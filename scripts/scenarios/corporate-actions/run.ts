import { parseUnits } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { ASSET_STATUS } from "../../../sdk/bonds.js";
import { dayNumber, parseDate } from "../../../sdk/calendar.js";
import { openSuite } from "../../../sdk/deploy/suite.js";
import { decimal, formatMoney } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { redeemBond } from "../../../sdk/operations/corporateActions.js";
import { reference } from "../../../sdk/operations/money.js";
import { Checks } from "../../../sdk/report.js";
import { MEETING_PHASE, VOTE, fixingIndex, meetingId } from "../../../sdk/structured.js";
import { table } from "../../../sdk/table.js";
import { CODES, jurisdictionOf, provide } from "../green-bond/parties.js";
import type { Outcome } from "../lib.js";
import { couponEvents } from "./coupons.js";
import { dayBefore, earlyAmount, note, recordDate, type Event, type Flows } from "./events.js";
import type { CorporateActionsInput } from "./input.js";
import { putEvents, tenderEvents } from "./offers.js";
import { HOUR, named, openNote, type NoteStage } from "./stage.js";

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

function flowTable({ investors }: NoteStage, flows: Flows): string {
  const names = investors.map(({ name }) => name);
  const rows = [...flows].map(([title, amounts]) => [title, ...names.map((name) => amounts.get(name) ?? "")]);
  return table(["event", ...names], rows);
}
