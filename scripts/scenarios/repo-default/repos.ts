import { parseDay } from "../../../sdk/calendar.js";
import { REPO_STATUS, repoId, type RepoTerms } from "../../../sdk/eip712/repo.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { signRepo, signSubstitution } from "../../../sdk/markets/repo.js";
import { minor } from "../../../sdk/money.js";
import { describe, reference } from "../../../sdk/operations/money.js";
import type { RepoInput } from "./input.js";
import { HOUR, TRADED, WHOLE, scaled, type Happening, type Note, type Stage } from "./stage.js";

const DAY = 24n * HOUR;

/** What the input alone makes of a repo: cash outstanding and bonds, day by day. */
interface Deal {
  readonly name: string;
  readonly terms: RepoTerms;
  readonly opened: string;
  note: Note;
  units: bigint;
}

/** Margin is called and met, called again and missed; the buyer keeps the bonds and pays what they are worth more. */
export function defaulting(stage: Stage, paid: { surplus: bigint }): Happening[] {
  const { input, repo, journal, checks, seller, buyer, jurisdiction } = stage;
  const { defaulted, fixings } = input;
  const deal = agree(stage, "the repo that defaults", defaulted);
  const within = fixings.filter(({ day }) => isBetween(day, defaulted.opened, defaulted.declared));
  const marks = within.map(({ day }) => ({ day, happens: () => mark(stage, deal, day) }));
  return [
    { day: defaulted.opened, happens: () => open(stage, deal) },
    ...marks,
    {
      day: defaulted.met.day,
      happens: async () => {
        const given = BigInt(defaulted.met.units);
        await journal.note(
          { event: `${seller.name} meets the call in kind`, legs: [`${given} units to ${buyer.name}`] },
          repo.connect(seller.signer).meetCall(deal.terms, given, 0n),
        );
        deal.units += given;
        checks.equal<bigint>(`${deal.name}: the call is met`, REPO_STATUS.open, await statusOf(stage, deal));
      },
    },
    {
      day: defaulted.declared,
      happens: async () => {
        checks.equal<bigint>(`${deal.name}: a call is open`, REPO_STATUS.called, await statusOf(stage, deal));
        await journal.note(
          { event: `${buyer.name} declares that the call was missed` },
          repo.connect(buyer.signer).declareDefault(deal.terms),
        );
      },
    },
    {
      day: defaulted.closedOut,
      happens: async () => {
        const claim = deal.terms.cash + interestOf(deal, input, defaulted.declared);
        const value = valueOf(input, deal, defaulted.closedOut);
        paid.surplus = value - claim;
        const before = await jurisdiction.currency.balanceOf(seller.account);
        await journal.note(
          {
            event: `${buyer.name} keeps the bonds at the day's price`,
            legs: [`${describe(jurisdiction, paid.surplus)} of surplus to ${seller.name}`],
          },
          repo.connect(stage.suite.deployer).closeOut(deal.terms),
        );
        const surplus = (await jurisdiction.currency.balanceOf(seller.account)) - before;
        checks.equal(`${deal.name}: the surplus goes back to the minor unit`, paid.surplus, surplus);
        checks.equal<bigint>(`${deal.name}: closed out`, REPO_STATUS.closedOut, await statusOf(stage, deal));
      },
    },
  ];
}

/** An open repo that the buyer calls back before its last day. */
export function calledBack(stage: Stage, paid: { repaid: bigint }): Happening[] {
  const { input, repo, journal, buyer, clock } = stage;
  const { noticed, noticeDays } = input.calledBack;
  const deal = agree(stage, "the repo that is called back", input.calledBack, BigInt(noticeDays) * DAY);
  const returned = dayAfter(noticed, noticeDays);
  return [
    { day: deal.opened, happens: () => open(stage, deal) },
    {
      day: noticed,
      happens: async () => {
        await journal.note(
          { event: `${buyer.name} gives ${noticeDays} days' notice` },
          repo.connect(buyer.signer).giveNotice(deal.terms),
        );
        const { closing } = await repo.stateOf(await repo.repoId(deal.terms));
        await clock.moveToTime(closing);
        await close(stage, deal, returned, paid);
      },
    },
  ];
}

/** A term repo whose bonds are exchanged for those of the other note. */
export function substituted(stage: Stage, paid: { repaid: bigint }): Happening[] {
  const { input, repo, journal, seller, buyer, notes, checks, clock } = stage;
  const { day, by, closing } = input.substituted;
  const deal = agree(stage, "the repo with other bonds", input.substituted);
  return [
    { day: deal.opened, happens: () => open(stage, deal) },
    {
      day,
      happens: async () => {
        const [, other] = notes;
        const domain = await domainOf(repo);
        const { sequence } = await repo.stateOf(repoId(domain, deal.terms));
        const notAfter = await clock.deadline();
        const said = { repo: repoId(domain, deal.terms), sequence, bond: other.address, units: BigInt(by), notAfter };
        const consent = await signSubstitution(buyer.signer, domain, said);
        const [before, had] = [await deal.note.bond.balanceOf(seller.account), deal.units];
        await journal.note(
          {
            event: `${seller.name} puts other bonds in the place of these`,
            legs: [`${by} units of ${other.input.name} for ${had} of ${deal.note.input.name}`],
          },
          repo.connect(seller.signer).substitute(deal.terms, said.bond, said.units, notAfter, "0x", consent),
        );
        checks.equal(
          `${deal.name}: the first bonds are back`,
          before + had,
          await deal.note.bond.balanceOf(seller.account),
        );
        [deal.note, deal.units] = [other, said.units];
      },
    },
    { day: closing, happens: () => close(stage, deal, closing, paid) },
  ];
}

function agree(
  { input, seller, buyer, agent, notes, currency, clock }: Stage,
  name: string,
  deal: { readonly units: number; readonly cash: string; readonly opened: string; readonly closing: string },
  notice = 0n,
): Deal {
  const { haircutPercent, ratePercent, dayBasis, threshold, callHours, graceHours, maxAgeDays } = input.terms;
  const [note] = notes;
  const terms: RepoTerms = {
    ...{ seller: seller.account, buyer: buyer.account, bond: note.address, currency, valuationAgent: agent.address },
    ...{ units: BigInt(deal.units), cash: minor(deal.cash), threshold: minor(threshold) },
    ...{ haircut: scaled(haircutPercent), rate: scaled(ratePercent), dayBasis: BigInt(dayBasis) },
    ...{ maxAge: BigInt(maxAgeDays), opensAt: clock.at(deal.opened), opensBy: clock.at(deal.opened, 23) },
    ...{ closing: clock.at(deal.closing, TRADED), notice, callPeriod: BigInt(callHours) * HOUR },
    ...{ grace: BigInt(graceHours) * HOUR, businessRef: reference(name) },
  };
  return { name, terms, opened: deal.opened, note, units: terms.units };
}

async function open({ repo, journal, seller, buyer, suite, jurisdiction, checks }: Stage, deal: Deal): Promise<void> {
  const { terms, name, note } = deal;
  const domain = await domainOf(repo);
  const consents = [await signRepo(seller.signer, domain, terms), await signRepo(buyer.signer, domain, terms)] as const;
  const before = await jurisdiction.currency.balanceOf(seller.account);
  await journal.note(
    {
      event: `${name} opens`,
      legs: [
        `${terms.units} units of ${note.input.name} to ${buyer.name}`,
        `${describe(jurisdiction, terms.cash)} to ${seller.name}`,
      ],
    },
    repo.connect(suite.deployer).open(terms, ...consents),
  );
  const lent = (await jurisdiction.currency.balanceOf(seller.account)) - before;
  checks.equal(`${name}: the seller has the cash`, terms.cash, lent);
}

/** Exposure as the contract says it, and as the input makes it. */
async function mark({ repo, journal, suite, input, checks, jurisdiction }: Stage, deal: Deal, day: string) {
  const claim = deal.terms.cash + interestOf(deal, input, day);
  const cover = (valueOf(input, deal, day) * (WHOLE - deal.terms.haircut)) / WHOLE;
  const exposure = await repo.mark.staticCall(deal.terms);
  const called = claim - cover > deal.terms.threshold;
  const shown = `claim ${describe(jurisdiction, claim)}, cover ${describe(jurisdiction, cover)}`;
  await journal.note(
    { event: `${deal.name} is marked${called ? ", margin is called" : ""}`, legs: [shown] },
    repo.connect(suite.deployer).mark(deal.terms),
  );
  checks.equal(`${deal.name}: exposure on ${day}`, claim - cover, exposure);
  const { status } = await repo.stateOf(await repo.repoId(deal.terms));
  const expected = called ? REPO_STATUS.called : REPO_STATUS.open;
  checks.equal<bigint>(`${deal.name}: status after the mark of ${day}`, expected, status);
}

async function close(stage: Stage, deal: Deal, day: string, paid: { repaid: bigint }): Promise<void> {
  const { repo, journal, jurisdiction, seller, buyer, suite, input, checks } = stage;
  const price = deal.terms.cash + interestOf(deal, input, day);
  const [cash, bonds] = [
    await jurisdiction.currency.balanceOf(buyer.account),
    await deal.note.bond.balanceOf(seller.account),
  ];
  await journal.note(
    {
      event: `${deal.name} closes`,
      legs: [
        `${deal.units} units of ${deal.note.input.name} to ${seller.name}`,
        `${describe(jurisdiction, price)} to ${buyer.name}`,
      ],
    },
    repo.connect(suite.deployer).close(deal.terms),
  );
  const received = (await jurisdiction.currency.balanceOf(buyer.account)) - cash;
  checks.equal(`${deal.name}: price and interest to the minor unit`, price, received);
  const back = (await deal.note.bond.balanceOf(seller.account)) - bonds;
  checks.equal(`${deal.name}: the bonds are back`, deal.units, back);
  paid.repaid += price;
}

async function statusOf({ repo }: Stage, { terms }: Deal): Promise<bigint> {
  return (await repo.stateOf(await repo.repoId(terms))).status;
}
/**
 * Interest from the opening to a day, by the calendar of the input: each day's share is booked on its own, as a fraction of a
 * minor unit over the basis, and the sum is rounded to the nearest.
 */
function interestOf({ terms, opened }: Deal, input: RepoInput, until: string): bigint {
  const fractions = BigInt(input.terms.dayBasis) * WHOLE;
  const daily = terms.cash * terms.rate;
  let [whole, rest] = [0n, 0n];
  for (let day = parseDay(opened); day < parseDay(until); day++) {
    rest += daily;
    whole += rest / fractions;
    rest %= fractions;
  }
  return 2n * rest >= fractions ? whole + 1n : whole;
}

/** Minor units that a repo's bonds are worth by the prices in the input. */
function valueOf({ fixings }: RepoInput, { note, units }: Deal, day: string): bigint {
  const percents = fixings.find((fixing) => fixing.day === day)?.percent ?? ["0.00", "0.00"];
  return (units * note.nominal * minor(percents[note.index])) / 10_000n;
}

function isBetween(day: string, first: string, last: string): boolean {
  return parseDay(day) > parseDay(first) && parseDay(day) < parseDay(last);
}

function dayAfter(day: string, days: number): string {
  return new Date((parseDay(day) + days) * 86_400_000).toISOString().slice(0, 10);
}
