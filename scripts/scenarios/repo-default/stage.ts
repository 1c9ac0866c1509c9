import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { DAY_COUNT, isinBytes, regularCoupons, termsHash, type BondTerms } from "../../../sdk/bonds.js";
import { dayNumber } from "../../../sdk/calendar.js";
import { openCollateral } from "../../../sdk/deploy/collateral.js";
import { deployBond, governBond } from "../../../sdk/deploy/bonds.js";
import { openRepo, type RepoContracts } from "../../../sdk/deploy/repo.js";
import type { Bank, Suite } from "../../../sdk/deploy/suite.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { signFixing } from "../../../sdk/markets/repo.js";
import { minor } from "../../../sdk/money.js";
import type { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { issueMoney, reference, type MoneyDesk } from "../../../sdk/operations/money.js";
import { approveEngine } from "../../../sdk/operations/settlement.js";
import type { Checks } from "../../../sdk/report.js";
import type { Bond, Collateral } from "../../../types/ethers-contracts/index.js";
import type { NoteInput, RepoInput } from "./input.js";

/** Prices are published at this hour, UTC+8; everything else happens an hour later. */
export const PRICED = 9;
export const TRADED = 10;
/** Seconds. */
export const HOUR = 3_600n;
/** What a per cent of everything is. */
export const WHOLE = 10n ** 8n;
const RECORD_DAYS = 5;

/** A note with what a unit of it is nominally, minor units. */
export interface Note {
  readonly bond: Bond;
  readonly address: string;
  readonly input: NoteInput;
  readonly nominal: bigint;
  /** Its place in the input. */
  readonly index: 0 | 1;
}

/** What a run works with. */
export interface Stage extends MoneyDesk, RepoContracts {
  readonly input: RepoInput;
  readonly checks: Checks;
  readonly suite: Suite;
  readonly collateral: Collateral;
  readonly notes: readonly [Note, Note];
  readonly seller: Bank;
  readonly buyer: Bank;
  /** Values the notes; sends no transaction itself. */
  readonly agent: HardhatEthersSigner;
  readonly currency: string;
}

/** Something that happens on a day. */
export interface Happening {
  readonly day: string;
  readonly happens: () => Promise<void>;
}

/** Per cent with two digits after the point, of 10^8. */
export function scaled(percent: string): bigint {
  return minor(percent) * 10_000n;
}

/** Two notes placed with seller and buyer, who have money and let repos and pledges speak for them at the engine. */
export async function openStage(suite: Suite, clock: ScenarioClock, checks: Checks, input: RepoInput): Promise<Stage> {
  const jurisdiction = suite.hongkong;
  const journal = new Journal(checks, clock);
  const [agent] = suite.customers;
  if (agent === undefined) throw new RangeError("the suite has free accounts");
  const [issuer, seller, buyer] = [input.issuer, input.seller, input.buyer].map((bic) => jurisdiction.bank(bic));
  if (issuer === undefined || seller === undefined || buyer === undefined)
    throw new RangeError("three names, three banks");
  const desk = { jurisdiction, journal, clock };
  await clock.moveTo(input.firstDay, PRICED - 1);
  for (const bank of [seller, buyer]) await issueMoney(desk, bank, minor(input.money), `money of ${bank.name}`);
  const at = { deployer: suite.deployer, engine: suite.engine, register: suite.assets };
  const { fixings, repo } = await openRepo(at);
  const collateral = await openCollateral({ ...at, fixings });
  const place = (index: Note["index"]) =>
    placeNote({ ...desk, suite }, { note: input.notes[index], index, issued: input.firstDay }, issuer, [seller, buyer]);
  const notes = [await place(0), await place(1)] as const;
  for (const { name, signer } of [seller, buyer]) {
    const { engine } = suite;
    const tokens = [jurisdiction.currency, notes[0].bond, notes[1].bond];
    await journal.noteAll({ event: `${name} lets repos and pledges speak for it at the engine` }, [
      ...(await approveEngine(engine, signer, ...tokens)),
      () => engine.connect(signer).authorizeAgent(repo, true),
      () => engine.connect(signer).authorizeAgent(collateral, true),
    ]);
  }
  const currency = await jurisdiction.currency.getAddress();
  return { ...desk, input, checks, suite, fixings, repo, collateral, notes, seller, buyer, agent, currency };
}

/** The agent signs the day's prices, somebody else publishes them. */
export async function publish(
  { fixings, journal, suite, agent, notes }: Stage,
  percents: readonly string[],
  now: bigint,
) {
  const domain = await domainOf(fixings);
  const day = BigInt(dayNumber(now));
  const sends = [];
  for (const [index, { address, nominal }] of notes.entries()) {
    const price = nominal * scaled(percents[index] ?? "0.00");
    const signature = await signFixing(agent, domain, { agent: agent.address, asset: address, day, price });
    sends.push(() => fixings.connect(suite.deployer).publishWithSignature(agent, address, day, price, signature));
  }
  const legs = notes.map(({ input }, index) => `${input.name} at ${percents[index] ?? ""} %`);
  await journal.noteAll({ event: "the valuation agent's prices are published", legs }, sends);
}

async function placeNote(
  { suite, jurisdiction, journal, clock }: MoneyDesk & { readonly suite: Suite },
  { note: input, index, issued }: { readonly note: NoteInput; readonly index: Note["index"]; readonly issued: string },
  issuer: Bank,
  holders: readonly Bank[],
): Promise<Note> {
  const { admin, governor, enforcer, registrar } = jurisdiction.offices;
  // interest days are those of the published dates, times those of the chain's clock
  const coupons = regularCoupons([issued, ...input.couponDates], RECORD_DAYS).map((coupon) => ({
    ...coupon,
    recordTime: coupon.recordTime + clock.shift,
    paymentTime: coupon.paymentTime + clock.shift,
  }));
  const nominal = minor(input.denomination);
  const terms: BondTerms = {
    isin: isinBytes(input.isin),
    name: input.name,
    symbol: input.symbol,
    currency: await jurisdiction.currency.getAddress(),
    issuer: issuer.account,
    units: BigInt(input.placed * holders.length),
    unitNominal: nominal,
    couponRate: scaled(input.couponPercent),
    dayCount: DAY_COUNT.act365f,
    frequency: 2n,
    issueDate: clock.at(issued),
    maturity: clock.at(input.couponDates.at(-1) ?? issued),
  };
  const announced = suite.assets
    .connect(registrar)
    .announce(terms.isin, terms.issuer, registrar, termsHash(terms, coupons));
  await journal.note({ event: `${input.name} is announced as ${input.isin}` }, announced);
  const bond = await deployBond(suite, suite.deployer, terms, coupons);
  const mandates = { payment: reference("paying agency"), enforcement: jurisdiction.plan.mandates.enforcement };
  await journal.note(
    { event: `${input.name} is registered` },
    suite.assets.connect(registrar).attachToken(terms.isin, bond),
  );
  await governBond(suite, bond, { admin, governor, enforcer, mandates });
  await journal.noteAll({ event: `${input.name} is issued and placed`, legs: [`${terms.units} units`] }, [
    ...[issuer, ...holders].map(
      ({ account }) =>
        () =>
          bond.connect(issuer.signer).openAccount(account),
    ),
    () => bond.connect(registrar).issue(),
    ...holders.map(
      ({ account }) =>
        () =>
          bond.connect(issuer.signer).transfer(account, input.placed),
    ),
  ]);
  return { bond, address: await bond.getAddress(), input, nominal, index };
}
