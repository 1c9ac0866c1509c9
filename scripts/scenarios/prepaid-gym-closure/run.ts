import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { SECONDS_PER_DAY, parseDay } from "../../../sdk/calendar.js";
import { openCards } from "../../../sdk/deploy/cards.js";
import { openSuite, type Suite } from "../../../sdk/deploy/suite.js";
import {
  CARD_STATUS,
  cardHold,
  cardId,
  cardPrice,
  type CardTemplate,
  type PrepaidCard,
} from "../../../sdk/eip712/prepaidCards.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, openWallet, reference, type MoneyDesk } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { minor } from "../../../sdk/money.js";
import { signConfirmation, signPurchase, type CardDomains } from "../../../sdk/payments/cards.js";
import { Checks } from "../../../sdk/report.js";
import { mulDiv } from "../../../sdk/rounding.js";
import { table } from "../../../sdk/table.js";
import type { PrepaidCards } from "../../../types/ethers-contracts/index.js";
import type { Outcome } from "../lib.js";
import type { GymInput, MemberInput } from "./input.js";

/** Everybody acts at this hour, UTC+8. */
const MORNING = 10;
/** A time that no confirmation reaches. */
const FAR = 2n ** 40n;
type Kind = MemberInput["card"];

/** A member with its card, and what the input makes of it. */
interface Member {
  readonly input: MemberInput;
  readonly signer: HardhatEthersSigner;
  readonly card: PrepaidCard;
  readonly id: string;
  /** Units confirmed by signature so far. */
  used: bigint;
}

/** What a run works with. */
interface Stage extends MoneyDesk {
  readonly input: GymInput;
  readonly checks: Checks;
  readonly suite: Suite;
  readonly cards: PrepaidCards;
  readonly domains: CardDomains;
  readonly templates: Readonly<Record<Kind, CardTemplate>>;
  readonly gym: HardhatEthersSigner;
  readonly arbiter: HardhatEthersSigner;
  readonly members: Member[];
}

/** Something that happens on a day. */
interface Happening {
  readonly day: string;
  readonly happens: () => Promise<void>;
}

/** Runs the life of a gym's prepaid cards on a connection's chain, to the closure and the refunds. */
export async function runGymClosure(connection: NetworkConnection<"l1">, input: GymInput): Promise<Outcome> {
  const checks = new Checks("prepaid-gym-closure", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.gym.opened);
  const suite = await openSuite(connection);
  const stage = await openGym(suite, checks, clock, input);
  for (const { day, happens } of happenings(stage)) {
    await clock.moveTo(day, MORNING);
    await happens();
  }
  await closeGym(stage);
  const claims = await checkEnd(stage);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
    `What members get of what was unused on ${input.gym.closed}`,
    comparison(stage, claims),
    `A creditor without security is assumed to get ${input.unsecured.dividendPercent} % of its claim, in the end.`,
  ].join("\n\n");
  return { checks, text };
}

// -------------------------------------------------------------------- opening

async function openGym(suite: Suite, checks: Checks, clock: ScenarioClock, input: GymInput): Promise<Stage> {
  const jurisdiction = suite.mainland;
  const { currency, authority, offices } = jurisdiction;
  const [bank, membersBank] = [jurisdiction.bank(input.gym.bank), jurisdiction.bank(input.membersBank)];
  const [gym, arbiter, ...people] = suite.customers;
  if (gym === undefined || arbiter === undefined) throw new RangeError("the suite has free accounts");
  const journal = new Journal(checks, clock);
  await clock.moveTo(input.gym.opened, MORNING - 1);
  const cards = await openCards({ deployer: suite.deployer, currency, authority, admin: offices.admin });
  const domains = { cards: await domainOf(cards), currency: await domainOf(currency) };
  const templates = templatesOf(input, gym.address, arbiter.address);
  const stage: Stage = {
    ...{ jurisdiction, journal, clock, input, checks, suite, cards, domains, templates, gym, arbiter },
    members: [],
  };

  await openWallet(stage, bank, gym, "corporate", input.gym.name);
  for (const kind of ["visits", "months"] as const) {
    const event = `${input.gym.name} offers cards of ${input.cards[kind].units} ${kind}, its bank admits them`;
    await journal.noteAll({ event, legs: [describe(jurisdiction, cardPrice(templates[kind]))] }, [
      () => cards.connect(gym).registerTemplate(templates[kind]),
      () => cards.connect(bank.signer).admitTemplate(templates[kind]),
    ]);
  }
  const prices = input.members.map(({ card }) => cardPrice(templates[card]));
  const total = prices.reduce((sum, price) => sum + price, 0n);
  await issueMoney(stage, membersBank, total, "for the members");
  for (const [index, member] of input.members.entries()) {
    const signer = people[index];
    if (signer === undefined) throw new RangeError("the suite leaves too few accounts");
    await openWallet(stage, membersBank, signer, "I", member.name);
    const template = templates[member.card];
    const notAfter = clock.at(member.bought, MORNING + 1);
    const card = { template, consumer: signer.address, notAfter, salt: reference(member.name) };
    stage.members.push({ input: member, signer, card, id: cardId(domains.cards, card), used: 0n });
  }
  await journal.noteAll(
    { event: `${membersBank.name} pays out to the members`, legs: [describe(jurisdiction, total)] },
    stage.members.map(
      ({ signer, card }) =>
        () =>
          currency.connect(membersBank.signer).transfer(signer, cardPrice(card.template)),
    ),
  );
  return stage;
}

function templatesOf(input: GymInput, merchant: string, arbiter: string): Stage["templates"] {
  const days = (count: number) => BigInt(count) * BigInt(SECONDS_PER_DAY);
  const of = (kind: Kind, period: bigint): CardTemplate => ({
    ...{ merchant, unitPrice: minor(input.cards[kind].unitPrice), units: BigInt(input.cards[kind].units), period },
    ...{ coolingOff: days(input.coolingOffDays), validity: days(input.validityDays) },
    ...{ arbiter, arbitrationPeriod: days(input.arbitrationDays), awardLimit: BigInt(input.awardLimit) },
    contractHash: reference(`${input.gym.name}: contract for ${kind}`),
  });
  return { visits: of("visits", 0n), months: of("months", days(input.cards.months.periodDays)) };
}

// ---------------------------------------------------------- until the closure

/** Everything of the input in the order of its days; on one day, as written here. */
function happenings(stage: Stage): Happening[] {
  const all: Happening[] = [];
  for (const member of stage.members) {
    const { bought, visits, coolsOff, dispute } = member.input;
    all.push({ day: bought, happens: () => sell(stage, member) });
    for (const day of visits) all.push({ day, happens: () => train(stage, member) });
    if (coolsOff !== undefined) all.push({ day: coolsOff, happens: () => coolOff(stage, member) });
    if (dispute === undefined) continue;
    all.push({ day: dispute.opened, happens: () => openDispute(stage, member) });
    const { ruled, award } = dispute;
    if (ruled !== undefined) all.push({ day: ruled, happens: () => decide(stage, member, award ?? 0) });
  }
  for (const day of stage.input.collections) all.push({ day, happens: () => collect(stage) });
  return all.toSorted((a, b) => parseDay(a.day) - parseDay(b.day));
}

/** The member signs, the gym carries. */
async function sell({ cards, domains, journal, gym, jurisdiction }: Stage, { card, signer, input }: Member) {
  const { consent, holdSignature } = await signPurchase(signer, domains, card);
  await journal.note(
    {
      event: `${input.name} buys a card of ${card.template.units} ${input.card}`,
      legs: [`${describe(jurisdiction, cardPrice(card.template))} held, still the member's`],
    },
    cards.connect(gym).buy(card, consent, holdSignature),
  );
}

async function train({ cards, domains, journal, gym, jurisdiction }: Stage, member: Member) {
  const { card, signer, input } = member;
  const stated = { used: member.used, units: 1n, notAfter: FAR };
  const { confirmation, signature } = await signConfirmation(signer, domains.cards, card, stated);
  await journal.note(
    {
      event: `${input.name} trains and confirms`,
      legs: [`${describe(jurisdiction, card.template.unitPrice)} to the gym`],
    },
    cards.connect(gym).confirmWithSignature(card, confirmation, signature),
  );
  member.used += 1n;
}

async function coolOff({ cards, journal, jurisdiction, checks }: Stage, { card, signer, input, id }: Member) {
  const { used } = await cards.cardStateOf(id);
  const unused = (card.template.units - used) * card.template.unitPrice;
  const before = await jurisdiction.currency.spendableOf(signer);
  await journal.note(
    { event: `${input.name} cools off`, legs: [`${describe(jurisdiction, unused)} free again`] },
    cards.connect(signer).refund(card),
  );
  const freed = (await jurisdiction.currency.spendableOf(signer)) - before;
  checks.equal(`${input.name} cools off: all that is unused is free`, unused, freed);
}

async function openDispute({ cards, journal }: Stage, { card, signer, input }: Member) {
  await journal.note(
    { event: `${input.name} disputes the card`, legs: ["nothing is released until the arbiter has ruled"] },
    cards.connect(signer).dispute(card, reference(`${input.name}'s evidence`)),
  );
}

async function decide({ cards, journal, arbiter, jurisdiction, checks }: Stage, member: Member, award: number) {
  const { card, input } = member;
  const errors = errorsOf(cards);
  const past = card.template.awardLimit + 1n;
  const refusal = await refusalOf(errors, cards.connect(arbiter).rule.staticCall(card, past, reference("reasons")));
  checks.equal(`${input.name}: an award above the limit`, "PrepaidUnitsInvalid", refusal);
  await journal.note(
    {
      event: `the arbiter rules on ${input.name}'s card`,
      legs: [`${describe(jurisdiction, BigInt(award) * card.template.unitPrice)} to the gym, the rest free`],
    },
    cards.connect(arbiter).rule(card, award, reference("reasons")),
  );
}

/** The gym collects what time has made due on the cards by the month. */
async function collect({ cards, journal, jurisdiction, gym, members, checks, clock }: Stage) {
  const before = await jurisdiction.currency.balanceOf(gym);
  const sends = [];
  let expected = 0n;
  for (const { card, id } of members.filter(({ input }) => input.card === "months")) {
    const { status, bought, used } = await cards.cardStateOf(id);
    if (status !== CARD_STATUS.active) continue;
    const due = ((await clock.now()) - bought) / card.template.period - used;
    if (due <= 0n) continue;
    expected += due * card.template.unitPrice;
    sends.push(() => cards.connect(gym).releaseDue(card));
  }
  await journal.noteAll({ event: "the gym collects what is due by the month" }, sends);
  const collected = (await jurisdiction.currency.balanceOf(gym)) - before;
  checks.equal(`collected at ${clock.published(await clock.now())}: what time has made due`, expected, collected);
}

// ---------------------------------------------------------------- the closure

async function closeGym(stage: Stage): Promise<void> {
  const { cards, journal, jurisdiction, clock, input, gym, members, checks, suite } = stage;
  await clock.moveTo(input.gym.closed, MORNING);
  const running = await runningCards(stage);
  const [first] = running;
  checks.holds("cards are running when the gym closes", first !== undefined);
  if (first !== undefined) await tryToDivert(stage, first);
  const paid = await jurisdiction.currency.balanceOf(gym);
  await journal.note(
    { event: `${input.gym.name} is declared insolvent`, legs: ["no card pays it any more"] },
    cards.connect(jurisdiction.offices.halter).declareInsolvent(gym, reference("order of the court")),
  );
  for (const { card, input: member, id } of running) {
    const { used } = await cards.cardStateOf(id);
    const unused = (card.template.units - used) * card.template.unitPrice;
    await journal.note(
      { event: `${member.name}'s card is refunded`, legs: [`${describe(jurisdiction, unused)} free again`] },
      // anyone may carry it: nobody waits for the member, the gym or a receiver
      cards.connect(suite.deployer).refund(card),
    );
  }
  for (const { card, signer, input: member } of members) {
    const call = cards.connect(signer).confirm.staticCall(card, 1n);
    checks.holds(`${member.name}: nothing more is released`, (await refusalOf(errorsOf(cards), call)) !== "none");
  }
  checks.equal("the gym gets nothing from its closure on", paid, await jurisdiction.currency.balanceOf(gym));
}

async function runningCards({ members, cards }: Stage): Promise<Member[]> {
  const states = await Promise.all(members.map(async (member) => (await cards.cardStateOf(member.id)).status));
  return members.filter((_, index) => states[index] === CARD_STATUS.active || states[index] === CARD_STATUS.disputed);
}

/** The gym's bank tries what an operator must not be able to do. */
async function tryToDivert({ cards, jurisdiction, input, checks, domains }: Stage, { card }: Member): Promise<void> {
  const bank = jurisdiction.bank(input.gym.bank);
  const errors = errorsOf(cards, jurisdiction.currency);
  const diverted = { ...card, template: { ...card.template, merchant: bank.account } };
  const hold = cardHold(domains.cards, card);
  const attempts = {
    "the operator confirms for the member": cards.connect(bank.signer).confirm.staticCall(card, 1n),
    "the operator names itself as merchant": cards.connect(bank.signer).refund.staticCall(diverted),
    "the operator captures the hold": jurisdiction.currency
      .connect(bank.signer)
      .captureHold.staticCall(hold, bank.account, 1n),
    "the operator releases the hold": jurisdiction.currency.connect(bank.signer).releaseHold.staticCall(hold),
  };
  const expected: Readonly<Record<string, string>> = {
    "the operator confirms for the member": "PrepaidCallerInvalid",
    "the operator names itself as merchant": "PrepaidCardStatusInvalid",
    "the operator captures the hold": "HoldPayeeMismatch",
    "the operator releases the hold": "HoldUnauthorized",
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    checks.equal<string | undefined>(name, expected[name], await refusalOf(errors, attempt));
  }
}

// --------------------------------------------------------------------- the end

/** A member's card after the closure. */
interface Claim {
  readonly name: string;
  readonly price: bigint;
  readonly consumed: bigint;
  /** What was unused when the gym closed. */
  readonly claim: bigint;
  /** What the member has, read from the chain. */
  readonly back: bigint;
}

/** Units that the input says were consumed: what the chain must agree with. */
function consumedByInput({ input, clock }: Stage, member: MemberInput): bigint {
  const { card, visits, dispute, bought, coolsOff } = member;
  if (card === "visits") return BigInt(visits.length + (dispute?.award ?? 0));
  if (coolsOff !== undefined) return 0n;
  const period = BigInt(input.cards.months.periodDays * SECONDS_PER_DAY);
  const counted = input.collections
    .filter((day) => dispute === undefined || parseDay(day) < parseDay(dispute.opened))
    .map((day) => (clock.at(day, MORNING) - clock.at(bought, MORNING)) / period)
    .map((months) => (months > input.cards.months.units ? BigInt(input.cards.months.units) : months));
  return counted.reduce((most, count) => (count > most ? count : most), 0n);
}

/** Everybody has what the input makes it, to the fen; answers with those who had a claim at the closure. */
async function checkEnd(stage: Stage): Promise<Claim[]> {
  const { jurisdiction, members, checks, cards, gym, input } = stage;
  const { currency } = jurisdiction;
  const claims: Claim[] = [];
  let earned = 0n;
  for (const { card, signer, input: member, id } of members) {
    const { name, coolsOff, dispute } = member;
    const [price, consumed] = [cardPrice(card.template), consumedByInput(stage, member)];
    const paid = consumed * card.template.unitPrice;
    const back = await currency.spendableOf(signer);
    earned += paid;
    checks.equal(`${name}: released is what was consumed`, consumed, (await cards.cardStateOf(id)).used);
    checks.equal(`${name}: has the unused part to the fen`, price - paid, back);
    checks.equal(`${name}: nothing is held`, 0n, await currency.heldOf(signer));
    if (coolsOff !== undefined || dispute?.ruled !== undefined) continue;
    claims.push({ name, price, consumed, claim: price - paid, back });
  }
  checks.equal("the gym has what was consumed and nothing else", earned, await currency.balanceOf(gym));
  checks.equal("the card contract owns nothing", 0n, await currency.balanceOf(cards));
  const recovered = mulDiv(sumOf(claims, "back"), 100n, sumOf(claims, "claim"), "floor");
  checks.holds(
    `recovered is at least the published ${input.publishedRecoveryPercent} %`,
    recovered >= BigInt(input.publishedRecoveryPercent),
  );
  return claims;
}

/** Here, and as a creditor without security. */
function comparison({ input, jurisdiction }: Stage, claims: readonly Claim[]): string {
  const shown = (amount: bigint) => describe(jurisdiction, amount);
  const unsecured = claims.map(({ claim }) => mulDiv(claim, BigInt(input.unsecured.dividendPercent), 100n, "floor"));
  const line = (name: string, { price, consumed, claim, back }: Omit<Claim, "name">, dividend: bigint) => [
    ...[name, shown(price), consumed, shown(claim), shown(back), shown(dividend), shown(back - dividend)],
  ];
  const rows = claims.map((claim, index) => line(claim.name, claim, unsecured[index] ?? 0n));
  const together = {
    ...{ price: sumOf(claims, "price"), consumed: sumOf(claims, "consumed") },
    ...{ claim: sumOf(claims, "claim"), back: sumOf(claims, "back") },
  };
  rows.push(
    line(
      "together",
      together,
      unsecured.reduce((sum, dividend) => sum + dividend, 0n),
    ),
  );
  return table(["member", "prepaid", "units used", "unused", "back here", "unsecured", "loss avoided"], rows);
}

function sumOf(claims: readonly Claim[], what: Exclude<keyof Claim, "name">): bigint {
  return claims.reduce((sum, claim) => sum + claim[what], 0n);
}
