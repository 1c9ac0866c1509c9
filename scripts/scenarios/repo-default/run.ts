import type { NetworkConnection } from "hardhat/types/network";
import { parseDay } from "../../../sdk/calendar.js";
import { openSuite } from "../../../sdk/deploy/suite.js";
import { PLEDGE_STATUS, scheduleHash, type PledgeTerms } from "../../../sdk/eip712/collateral.js";
import { PRICE_SCALE, REPO_STATUS, repoId, type RepoTerms } from "../../../sdk/eip712/repo.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { inOrder, selectCollateral, signPledge } from "../../../sdk/markets/collateral.js";
import { signRepo, signSubstitution } from "../../../sdk/markets/repo.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { describe, reference } from "../../../sdk/operations/money.js";
import { Checks } from "../../../sdk/report.js";
import type { Outcome } from "../lib.js";
import type { RepoInput } from "./input.js";
import { PRICED, TRADED, openStage, publish, scaled, type Note, type Stage } from "./stage.js";

const HOUR = 3_600n;
const DAY = 24n * HOUR;
/** What a per cent of everything is. */
const WHOLE = 10n ** 8n;

/** What the input alone makes of a repo: cash outstanding and bonds, day by day. */
interface Deal {
  readonly name: string;
  readonly terms: RepoTerms;
  readonly opened: string;
  note: Note;
  units: bigint;
}

/** Something that happens on a day. */
interface Happening {
  readonly day: string;
  readonly happens: () => Promise<void>;
}

/** Runs three repos and a pledge on a connection's chain, each to its end. */
export async function runRepoDefault(connection: NetworkConnection<"l1">, input: RepoInput): Promise<Outcome> {
  const checks = new Checks("repo-default", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.firstDay);
  const suite = await openSuite(connection);
  const stage = await openStage(suite, clock, checks, input);
  const paid = { repaid: 0n, surplus: 0n };
  const all = [
    ...input.fixings.map(({ day, percent }) => ({
      day,
      hour: PRICED,
      happens: async () => publish(stage, percent, await clock.now()),
    })),
    ...[...defaulting(stage, paid), ...calledBack(stage, paid), ...substituted(stage, paid), ...pledged(stage)].map(
      (happening) => ({ ...happening, hour: TRADED }),
    ),
  ].toSorted((a, b) => parseDay(a.day) - parseDay(b.day) || a.hour - b.hour);
  for (const { day, hour, happens } of all) {
    await clock.moveTo(day, hour);
    await happens();
  }
  await checkEnd(stage, paid);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
  ].join("\n\n");
  return { checks, text };
}

// ---------------------------------------------------------------- three repos

/** Margin is called and met, called again and missed; the buyer keeps the bonds and pays what they are worth more. */
function defaulting(stage: Stage, paid: { surplus: bigint }): Happening[] {
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
function calledBack(stage: Stage, paid: { repaid: bigint }): Happening[] {
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
function substituted(stage: Stage, paid: { repaid: bigint }): Happening[] {
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

// ----------------------------------------------------------------- the pledge

/** A triparty agent's selection; part of the obligation is paid and excess freed, then the rest. */
function pledged(stage: Stage): Happening[] {
  const { input, collateral, notes, seller, buyer, agent, currency, clock, journal, checks } = stage;
  const { pledge } = input;
  const lines = notes.map(({ address }, index) => ({
    bond: address,
    haircut: scaled(pledge.haircutPercent[index] ?? "0.00"),
    limit: scaled(pledge.limitPercent[index] ?? "0.00"),
  }));
  const schedule = inOrder(lines);
  const obligation = minor(pledge.obligation);
  const terms: PledgeTerms = {
    ...{ pledgor: seller.account, pledgee: buyer.account, agent: agent.address, currency, obligation },
    ...{ valuationAgent: agent.address, schedule: scheduleHash(schedule), maxAge: BigInt(input.terms.maxAgeDays) },
    ...{ opensBy: clock.at(pledge.opened, 23), due: clock.at(pledge.due, TRADED) },
    ...{ callPeriod: BigInt(input.terms.callHours) * HOUR, grace: BigInt(input.terms.graceHours) * HOUR },
    businessRef: reference("pledge"),
  };
  const held = async () => [await notes[0].bond.heldOf(seller.account), await notes[1].bond.heldOf(seller.account)];
  const coverOn = (day: string, units: readonly bigint[], owed: bigint) =>
    lines.reduce((sum, { haircut, limit }, index) => {
      const value = ((units[index] ?? 0n) * priceOf(input, notes, index, day)) / PRICE_SCALE;
      const counted = (value * (WHOLE - haircut)) / WHOLE;
      const most = (owed * limit) / WHOLE;
      return sum + (counted < most ? counted : most);
    }, 0n);
  let selected: bigint[] = [];
  return [
    {
      day: pledge.opened,
      happens: async () => {
        const inventory = notes.map(({ address }, index) => ({
          bond: address,
          units: BigInt(pledge.inventory[index] ?? 0),
          price: priceOf(input, notes, index, pledge.opened),
        }));
        const selection = selectCollateral(obligation, schedule, inventory);
        selected = notes.map(({ address }) => selection.find(({ bond }) => bond === address)?.units ?? 0n);
        const domain = await domainOf(collateral);
        const consents = [
          await signPledge(seller.signer, domain, terms),
          await signPledge(buyer.signer, domain, terms),
        ] as const;
        await journal.noteAll(
          {
            event: `the triparty agent pledges ${seller.name}'s bonds`,
            legs: selected.map((units, index) => `${units} units of ${notes[index]?.input.name ?? ""} held`),
          },
          [
            ...notes.map(
              ({ bond }, index) =>
                () =>
                  bond.connect(seller.signer).approve(collateral, selected[index] ?? 0n),
            ),
            () => collateral.connect(agent).open(terms, schedule, selection, ...consents),
          ],
        );
        checks.equal("the pledge: held is what was selected", selected, await held());
        const cover = await collateral.mark.staticCall(terms, schedule);
        checks.equal("the pledge: cover when it opens", coverOn(pledge.opened, selected, obligation), cover);
        const [first] = selected;
        const fewer = selected.map((units, index) => (index === 1 ? units - 1n : units));
        checks.holds("the pledge: a unit fewer would not do", coverOn(pledge.opened, fewer, obligation) < obligation);
        checks.holds("the pledge: the first note is used up first", first === BigInt(pledge.inventory[0]));
      },
    },
    {
      day: pledge.part.day,
      happens: async () => {
        const part = minor(pledge.part.amount);
        await journal.note(
          { event: `${seller.name} pays part of what it owes`, legs: [describe(stage.jurisdiction, part)] },
          collateral.connect(seller.signer).pay(terms, part, reference("part of the obligation")),
        );
        const left = obligation - part;
        const cover = await collateral.mark.staticCall(terms, schedule);
        checks.equal("the pledge: cover after the part", coverOn(pledge.part.day, selected, left), cover);
        const place = (await collateral.positionsOf(await collateral.pledgeId(terms))).findIndex(
          ({ bond }) => bond === notes[1].address,
        );
        await journal.note(
          { event: "the triparty agent frees the excess", legs: [`all units of ${notes[1].input.name}`] },
          collateral.connect(agent).rearrange(terms, schedule, [place], []),
        );
        checks.equal("the pledge: the excess is free", [selected[0] ?? 0n, 0n], await held());
      },
    },
    {
      day: pledge.paid,
      happens: async () => {
        const rest = obligation - minor(pledge.part.amount);
        await journal.note(
          { event: `${seller.name} pays the rest`, legs: [describe(stage.jurisdiction, rest), "all bonds are free"] },
          collateral.connect(seller.signer).pay(terms, rest, reference("rest of the obligation")),
        );
        checks.equal("the pledge: nothing is held any more", [0n, 0n], await held());
        const { status } = await collateral.stateOf(await collateral.pledgeId(terms));
        checks.equal<bigint>("the pledge: discharged", PLEDGE_STATUS.discharged, status);
      },
    },
  ];
}

// --------------------------------------------------------------------- the end

/** Everybody has what the input makes it, and no contract anything. */
async function checkEnd(stage: Stage, { repaid, surplus }: { repaid: bigint; surplus: bigint }): Promise<void> {
  const { input, seller, buyer, jurisdiction, notes, checks, repo, collateral } = stage;
  const { defaulted, calledBack: back, substituted: exchanged, pledge } = input;
  const lent = minor(defaulted.cash) + minor(back.cash) + minor(exchanged.cash);
  const net = lent - repaid + surplus - minor(pledge.obligation);
  const money = jurisdiction.currency;
  checks.equal("the seller's money", minor(input.money) + net, await money.balanceOf(seller.account));
  checks.equal("the buyer's money", minor(input.money) - net, await money.balanceOf(buyer.account));
  const kept = BigInt(defaulted.units + defaulted.met.units);
  for (const [index, { bond, input: note }] of notes.entries()) {
    const moved = index === 0 ? kept : 0n;
    const placed = BigInt(note.placed);
    checks.equal(`the seller's units of ${note.name}`, placed - moved, await bond.balanceOf(seller.account));
    checks.equal(`the buyer's units of ${note.name}`, placed + moved, await bond.balanceOf(buyer.account));
    checks.equal(`${note.name}: units are the issue`, 2n * placed, await bond.totalSupply());
    for (const [name, contract] of Object.entries({ repo, collateral })) {
      checks.equal(`${name} owns nothing of ${note.name}`, 0n, await bond.balanceOf(contract));
    }
  }
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

/** Price of a unit, minor units scaled by {@link PRICE_SCALE}, on the last day with a fixing until then. */
function priceOf({ fixings }: RepoInput, notes: readonly Note[], index: number, day: string): bigint {
  const fixing = fixings.filter((each) => parseDay(each.day) <= parseDay(day)).at(-1);
  return (notes[index]?.nominal ?? 0n) * scaled(fixing?.percent[index] ?? "0.00");
}

function isBetween(day: string, first: string, last: string): boolean {
  return parseDay(day) > parseDay(first) && parseDay(day) < parseDay(last);
}

function dayAfter(day: string, days: number): string {
  return new Date((parseDay(day) + days) * 86_400_000).toISOString().slice(0, 10);
}
