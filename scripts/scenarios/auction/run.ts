import type { NetworkConnection } from "hardhat/types/network";
import { openSuite } from "../../../sdk/deploy/suite.js";
import {
  PRICE_RULE,
  auctionId,
  auctionTypedData,
  bidId,
  bidTypedData,
  bidGuaranteeHold,
  type AuctionTerms,
  type Bid,
} from "../../../sdk/eip712/auction.js";
import { holdTypedData } from "../../../sdk/eip712/ledger.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { allocate, type Allocation } from "../../../sdk/markets/auction.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { describe, reference } from "../../../sdk/operations/money.js";
import { Checks } from "../../../sdk/report.js";
import { largestRemainder } from "../../../sdk/rounding.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import { random } from "../random.js";
import { byHand } from "./expected.js";
import type { AuctionInput, OneAuction } from "./input.js";
import { book, openStage, partyOf, type Party, type Stage } from "./stage.js";

/** Bids a transaction, in ranking and in settling. */
const PAGE = 20;

interface PlacedBid {
  readonly party: Party;
  readonly bid: Bid;
  readonly id: string;
  readonly position: bigint;
  readonly mishap: OneAuction["bids"][number]["mishap"];
}

/** An auction as it goes. */
interface Running {
  readonly one: OneAuction;
  readonly terms: AuctionTerms;
  readonly id: string;
  readonly placed: readonly PlacedBid[];
}

/** Sells a note by auctions on a connection's chain, to the last guarantee. */
export async function runAuction(connection: NetworkConnection<"l1">, input: AuctionInput): Promise<Outcome> {
  const checks = new Checks("auction", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.note.issued);
  const stage = await openStage(await openSuite(connection), checks, clock, input);
  const tables: string[] = [];
  for (const one of input.auctions) tables.push(await sell(stage, one));
  await checkHoldings(stage);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
    ...tables,
  ].join("\n\n");
  return { checks, text };
}

async function sell(stage: Stage, one: OneAuction): Promise<string> {
  const running = await takeBids(stage, one);
  const shown = await showBids(stage, running);
  const right = await allot(stage, running, shown);
  await settleAll(stage, running, shown, right);
  await finish(stage, running, shown, right);
  return summary(running, shown, right);
}

// -------------------------------------------------------------------------- bids

/** The issuer announces; bidders sign their guarantees, and their banks carry the sealed bids. */
async function takeBids(stage: Stage, one: OneAuction): Promise<Running> {
  const { auctions, issuer, domain, journal, jurisdiction, clock } = stage;
  await clock.moveTo(one.day, 8);
  const terms = await termsOf(stage, one);
  const id = auctionId(domain, terms);
  const signed = one.underwriters.map(({ name }) => sign(partyOf(stage, name).signer, auctionTypedData(domain, terms)));
  await journal.note(
    { event: `${issuer.name} announces "${one.name}"`, legs: [`${one.lot} units held, still the issuer's`] },
    auctions.connect(issuer.signer).announce(terms, await Promise.all(signed)),
  );
  await clock.moveToTime(terms.opens);
  const placed = allBids(stage, one).map(({ bidder, units, price, mishap }, index): PlacedBid => {
    const party = partyOf(stage, bidder);
    const salt = reference(`${one.name}: salt of bid ${index + 1}`);
    const bid = { bidder: party.signer.address, units: BigInt(units), price: minor(price), salt };
    return { party, bid, id: bidId(domain, id, bid), position: BigInt(index) + 1n, mishap };
  });
  const money = await domainOf(jurisdiction.currency);
  await journal.noteAll(
    {
      event: `${placed.length} sealed bids for "${one.name}"`,
      legs: [`${describe(jurisdiction, terms.guarantee)} held for each`],
    },
    placed.map(({ party, id: bid }) => async () => {
      const signature = await sign(
        party.signer,
        holdTypedData(money, bidGuaranteeHold(domain, terms, party.signer.address, bid)),
      );
      return auctions.connect(party.bank.signer).placeBid(terms, party.signer, bid, signature);
    }),
  );
  return { one, terms, id, placed };
}

async function termsOf({ issuer, bond, jurisdiction, clock, ...stage }: Stage, one: OneAuction): Promise<AuctionTerms> {
  return {
    ...{ issuer: issuer.signer.address, security: await bond.getAddress() },
    ...{ currency: await jurisdiction.currency.getAddress(), documentHash: reference(one.name) },
    ...{ lot: BigInt(one.lot), minimumPrice: minor(one.minimumPrice), maximumPrice: minor(one.maximumPrice) },
    ...{ tick: minor(one.tick), minimumUnits: 1n, maximumUnits: BigInt(one.lot), guarantee: minor(one.guarantee) },
    ...{ bids: 1_000n, bidsPerBidder: 250n, priceRule: PRICE_RULE[one.rule] },
    ...{ opens: clock.at(one.day, 9), reveals: clock.at(one.day, 12), closes: clock.at(one.day, 15) },
    ...{ settlesFrom: clock.at(one.settlesFrom, 10), settlesUntil: clock.at(one.settlesUntil, 18) },
    underwriters: one.underwriters.map(({ name, share }) => ({
      ...{ account: stage.bidders.get(name)?.signer.address ?? "", share: BigInt(share) },
    })),
  };
}

/** The bids of the file, then those drawn from its seed. */
function allBids({ input }: Stage, one: OneAuction): OneAuction["bids"] {
  const next = random(one.drawn.seed);
  const steps = Number((minor(one.drawn.highest) - minor(one.minimumPrice)) / minor(one.tick));
  const drawn = Array.from({ length: one.drawn.count }, () => {
    const bidder = input.bidders[next(input.bidders.length)]?.name ?? "";
    const price = minor(one.minimumPrice) + BigInt(next(steps + 1)) * minor(one.tick);
    return { bidder, units: 5 + next(16), price: `${price / 100n}.${String(price % 100n).padStart(2, "0")}` };
  });
  return [...one.bids, ...drawn];
}

/** Banks carry the signed bids, but for those that are not shown. */
async function showBids(stage: Stage, { one, terms, id, placed }: Running): Promise<PlacedBid[]> {
  const { auctions, domain, journal, clock } = stage;
  await clock.moveToTime(terms.reveals);
  const shown = placed.filter(({ mishap }) => mishap !== "not shown");
  await journal.noteAll(
    { event: `${shown.length} bids for "${one.name}" are shown` },
    shown.map(({ party, bid }) => async () => {
      const signature = await sign(party.signer, bidTypedData(domain, id, bid));
      return auctions.connect(party.bank.signer).revealBid(terms, bid, signature);
    }),
  );
  return shown;
}

// -------------------------------------------------------------------- allocation

/** Anyone proves the allocation page by page; it has to be what the book says, by another calculation. */
async function allot(stage: Stage, running: Running, shown: readonly PlacedBid[]): Promise<Allocation> {
  const { auctions, suite, journal, clock, checks } = stage;
  const { one, terms, id, placed } = running;
  await clock.moveToTime(terms.closes);
  const right = allocate(
    terms,
    shown.map((lot) => ({ ...lot.bid, id: lot.id, position: lot.position })),
  );
  const bids = right.allotments.map(({ bid }) => bid);
  const prover = auctions.connect(suite.deployer);
  const pages = Array.from({ length: Math.ceil(bids.length / PAGE) }, (_, at) =>
    bids.slice(at * PAGE, (at + 1) * PAGE),
  );
  await journal.noteAll(
    {
      event: `the allocation of "${one.name}" is proved`,
      legs: [`${right.allotted} of ${one.lot} units, to ${formatMoney(right.cut.price, "HKD")}`],
    },
    [() => prover.propose(terms, right.cut), ...pages.map((page) => () => prover.rank(terms, page))],
  );
  const own = byHand(
    terms.lot,
    placed.map(({ bid, mishap }) => ({ ...bid, shown: mishap !== "not shown" })),
  );
  const onChain = await Promise.all(shown.map(async ({ bid }) => (await auctions.allotmentOf(terms, bid)).units));
  checks.equal(
    `${one.name}: units of every bid`,
    shown.map(({ position }) => own.units[Number(position) - 1] ?? 0n),
    onChain,
  );
  const proved = await auctions.allocationOf(id);
  checks.equal(`${one.name}: marginal price`, own.marginal, proved.cut.price);
  checks.equal(`${one.name}: the root of bids and allotments`, right.bidRoot, proved.bidRoot);
  return right;
}

// -------------------------------------------------------------------- settlement

async function settleAll(
  stage: Stage,
  running: Running,
  shown: readonly PlacedBid[],
  right: Allocation,
): Promise<void> {
  const { auctions, suite, journal, clock, checks, jurisdiction } = stage;
  const { one, terms, id } = running;
  const { currency, offices } = jurisdiction;
  const enforcer = currency.connect(offices.enforcer);
  const won = winners(shown, right);
  const [frozen, withheld] = (["frozen", "withheld"] as const).map((what) =>
    won.filter(({ mishap }) => mishap === what),
  );
  for (const { party } of frozen ?? []) {
    await journal.note(
      { event: `${party.name} is frozen by a court's order` },
      enforcer.freeze(party.signer, reference("order")),
    );
  }
  for (const { party } of withheld ?? []) {
    await journal.note(
      { event: `${party.name} takes its authority back` },
      suite.engine.connect(party.signer).authorizeAgent(auctions, false),
    );
  }
  await clock.moveToTime(terms.settlesFrom);
  const before = await currency.balanceOf(stage.issuer.signer);
  const carried = auctions.connect(suite.deployer);
  const pages = Array.from({ length: Math.ceil(won.length / PAGE) }, (_, at) => won.slice(at * PAGE, (at + 1) * PAGE));
  await journal.noteAll(
    { event: `"${one.name}" is settled, ${won.length} winning bids`, legs: ["units against money, each on its own"] },
    pages.map(
      (page) => () =>
        carried.settle(
          terms,
          page.map(({ bid }) => bid),
        ),
    ),
  );
  const stopped = new Set(won.filter(({ party }) => isStopped(won, party)).map(({ id: bid }) => bid));
  const failed = await auctions.queryFilter(auctions.filters.BidFailed(id));
  checks.equal(
    `${one.name}: who could not be settled at first`,
    [...stopped].sort(),
    failed.map(({ args }) => args.bid).sort(),
  );
  const paid = sumOf(won.filter(({ id: bid }) => !stopped.has(bid)).map((lot) => costOf(lot, right)));
  checks.equal(`${one.name}: paid on the first day`, paid, (await currency.balanceOf(stage.issuer.signer)) - before);
  await retry(stage, running, won, right);
}

/** Whoever is not frozen any more is tried again; the others stay in default. */
async function retry(
  stage: Stage,
  { one, terms }: Running,
  won: readonly PlacedBid[],
  right: Allocation,
): Promise<void> {
  const { auctions, suite, journal, jurisdiction, expected, issuer } = stage;
  const { currency, offices } = jurisdiction;
  const thawed = new Set(won.filter(({ mishap }) => mishap === "frozen").map(({ party }) => party));
  for (const party of thawed) {
    await journal.note(
      { event: `the order against ${party.name} is lifted` },
      currency.connect(offices.enforcer).unfreeze(party.signer, reference("order lifted")),
    );
  }
  const again = won.filter(({ party }) => thawed.has(party));
  if (again.length > 0) {
    await journal.note(
      { event: `"${one.name}": ${again.length} bids are settled at the second attempt` },
      auctions.connect(suite.deployer).settle(
        terms,
        again.map(({ bid }) => bid),
      ),
    );
  }
  for (const lot of won) {
    if (isWithheld(won, lot.party)) continue;
    const [units, cost] = [unitsOf(lot, right), costOf(lot, right)];
    book(expected.units, lot.party.name, units);
    book(expected.units, issuer.name, -units);
    book(expected.money, lot.party.name, -cost);
    book(expected.money, issuer.name, cost);
  }
}

// --------------------------------------------------------------------------- end

/** Underwriters take the rest; guarantees go back or are forfeited; the lot's rest is the issuer's again. */
async function finish(stage: Stage, running: Running, shown: readonly PlacedBid[], right: Allocation): Promise<void> {
  const { auctions, suite, journal, clock, checks, expected, issuer, jurisdiction } = stage;
  const { one, terms, id, placed } = running;
  const carried = auctions.connect(suite.deployer);
  const won = winners(shown, right);
  const lost = shown.filter((lot) => unitsOf(lot, right) === 0n);
  await journal.noteAll(
    { event: `"${one.name}": guarantees of ${lost.length} bids without units go back` },
    Array.from({ length: Math.ceil(lost.length / PAGE) }, (_, at) => lost.slice(at * PAGE, (at + 1) * PAGE)).map(
      (page) => () =>
        carried.release(
          terms,
          page.map(({ bid }) => bid),
        ),
    ),
  );
  const parts =
    one.underwriters.length === 0
      ? []
      : largestRemainder(
          terms.lot - right.allotted,
          terms.underwriters.map(({ share }) => share),
        );
  for (const [index, { name }] of one.underwriters.entries()) {
    const units = parts[index] ?? 0n;
    if (units === 0n) continue;
    const cost = units * terms.minimumPrice;
    await journal.note(
      { event: `${name} takes its part of the unsold`, legs: [`${units} units`, describe(jurisdiction, cost)] },
      carried.settleUnderwriting(terms, index),
    );
    book(expected.units, name, units);
    book(expected.units, issuer.name, -units);
    book(expected.money, name, -cost);
    book(expected.money, issuer.name, cost);
  }
  await clock.moveToTime(terms.settlesUntil + 1n);
  const due = [
    ...placed.filter(({ mishap }) => mishap === "not shown"),
    ...won.filter(({ party }) => isWithheld(won, party)),
  ];
  await journal.noteAll(
    { event: `"${one.name}": ${due.length} guarantees are forfeited` },
    due.map(
      ({ party, id: bid }) =>
        () =>
          carried.forfeit(terms, party.signer, bid),
    ),
  );
  for (const { party } of due) {
    book(expected.money, party.name, -terms.guarantee);
    book(expected.money, issuer.name, terms.guarantee);
  }
  await journal.note({ event: `"${one.name}" is closed` }, carried.close(terms));
  const [closed] = await auctions.queryFilter(auctions.filters.AuctionClosed(id));
  const unsold =
    terms.lot -
    sumOf(won.filter(({ party }) => !isWithheld(won, party)).map((lot) => unitsOf(lot, right))) -
    sumOf(parts);
  checks.equal<bigint | undefined>(`${one.name}: units that stay with the issuer`, unsold, closed?.args.unsold);
  // who took its authority back gives it again, for the next auction
  for (const party of new Set(won.filter(({ mishap }) => mishap === "withheld").map(({ party: one_ }) => one_))) {
    await suite.engine.connect(party.signer).authorizeAgent(auctions, true);
  }
}

/** Everybody has, to the cent and the unit, what the book says, and nothing is held any more. */
async function checkHoldings({
  checks,
  bond,
  jurisdiction,
  bidders,
  issuer,
  expected,
  auctions,
  input,
}: Stage): Promise<void> {
  const { currency } = jurisdiction;
  for (const { name, signer } of [issuer, ...bidders.values()]) {
    const actual = [await bond.balanceOf(signer), await currency.balanceOf(signer), await currency.heldOf(signer)];
    checks.equal(`${name}: units, money, held`, [expected.units.get(name), expected.money.get(name), 0n], actual);
  }
  checks.equal("nothing of the issue is held", 0n, await bond.heldOf(issuer.signer));
  checks.equal("the issue is whole", BigInt(input.note.units), sumOf([...expected.units.values()]));
  checks.equal(
    "the contract owns nothing",
    [0n, 0n],
    [await bond.balanceOf(auctions), await currency.balanceOf(auctions)],
  );
}

function summary({ one, placed }: Running, shown: readonly PlacedBid[], right: Allocation): string {
  const named = placed.slice(0, one.bids.length);
  const rows = named.map((lot) => {
    const isShown = shown.includes(lot);
    const units = isShown ? unitsOf(lot, right) : 0n;
    const price = units === 0n ? "" : formatMoney(costOf(lot, right) / units, "HKD");
    return [lot.party.name, lot.bid.units, formatMoney(lot.bid.price, "HKD"), units, price, lot.mishap ?? ""];
  });
  const others = placed.length - named.length;
  return [
    `${one.name} (${one.rule} price): ${right.allotted} of ${one.lot} units, marginal price ${formatMoney(right.cut.price, "HKD")}`,
    table(["Bidder", "Units bid", "At", "Allotted", "Pays", "Mishap"], rows),
    `and ${others} bids drawn from the file's seed.`,
  ].join("\n");
}

// ------------------------------------------------------------------------- helpers

function winners(shown: readonly PlacedBid[], right: Allocation): PlacedBid[] {
  return shown.filter((lot) => unitsOf(lot, right) !== 0n);
}

function unitsOf({ id }: PlacedBid, { allotments }: Allocation): bigint {
  return allotments.find(({ bid }) => bid.id === id)?.units ?? 0n;
}

function costOf({ id }: PlacedBid, { allotments }: Allocation): bigint {
  const found = allotments.find(({ bid }) => bid.id === id);
  return found === undefined ? 0n : found.units * found.price;
}

/** A party's mishap meets all its bids. */
function isWithheld(won: readonly PlacedBid[], party: Party): boolean {
  return won.some((lot) => lot.party === party && lot.mishap === "withheld");
}

function isStopped(won: readonly PlacedBid[], party: Party): boolean {
  return won.some((lot) => lot.party === party && (lot.mishap === "withheld" || lot.mishap === "frozen"));
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}
