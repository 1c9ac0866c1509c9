import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { parseUnits } from "ethers";
import { Bond__factory, CorporateActions__factory } from "../../../types/ethers-contracts/index.js";
import type { Bond, BondStructure, StructuredBond } from "../../../types/ethers-contracts/index.js";
import { BondStructure__factory } from "../../../types/ethers-contracts/index.js";
import { DAY_COUNT, isinBytes, type BondTerms, type Coupon } from "../../../sdk/bonds.js";
import { dayNumber } from "../../../sdk/calendar.js";
import { governBond } from "../../../sdk/deploy/bonds.js";
import { deployStructuredBond, openBondServices, type BondServices } from "../../../sdk/deploy/structured.js";
import type { Suite } from "../../../sdk/deploy/suite.js";
import { exchange } from "../../../sdk/instructions.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import type { ScenarioClock } from "../../../sdk/operations/clock.js";
import type { PayingBond } from "../../../sdk/operations/corporateActions.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { reference } from "../../../sdk/operations/money.js";
import { approveEngine, settle, signAll } from "../../../sdk/operations/settlement.js";
import type { Checks } from "../../../sdk/report.js";
import { fixingIndex, structuredTermsHash, type BondStructureTerms, type EarlyDate } from "../../../sdk/structured.js";
import { openParties, provide, type Party, type Stage } from "../green-bond/parties.js";
import { UnitsBook } from "./book.js";
import type { CorporateActionsInput } from "./input.js";

/** Hours of the day, UTC+8, at which things happen. */
export const HOUR = { notice: 10, fixing: 11, payment: 12, record: 14, vote: 15 } as const;
const DAY = 86_400n;

/** The note on the chain, with everybody and everything that its life needs. */
export interface NoteStage extends Stage, BondServices {
  readonly input: CorporateActionsInput;
  readonly checks: Checks;
  readonly terms: BondTerms;
  readonly coupons: readonly Coupon[];
  readonly structureTerms: BondStructureTerms;
  readonly structured: StructuredBond;
  readonly structure: BondStructure;
  /** The same token, as a bond like any other. */
  readonly bond: Bond;
  readonly paying: PayingBond;
  readonly fixer: HardhatEthersSigner;
  readonly book: UnitsBook;
}

/** Opens everybody's accounts, deploys the note with what it needs, and places it at par against payment. */
export async function openNote(
  suite: Suite,
  checks: Checks,
  clock: ScenarioClock,
  input: CorporateActionsInput,
): Promise<NoteStage> {
  const journal = new Journal(checks, clock);
  const stage = await openParties(suite, clock, journal, input);
  const { assets: register, hongkong, deployer } = suite;
  const { authority, offices } = hongkong;
  const services = await openBondServices({ deployer, register, authority, admin: offices.admin });
  const fixer = hongkong.bank(input.fixingAgent).signer;
  await journal.noteAll(
    { event: `${hongkong.bank(input.fixingAgent).name} is named to publish both fixings` },
    [input.note.index, input.note.priceIndex].map(
      (name) => () => services.fixings.connect(offices.governor).nameAgent(fixingIndex(name), fixer),
    ),
  );
  const terms = await termsOf(stage, input);
  const coupons = couponsOf(clock, input);
  const structureTerms = await structureOf(stage, services, input);
  const structured = await deployStructuredBond({ assets: register, authority }, deployer, {
    ...{ terms, coupons },
    structure: structureTerms,
  });
  const bond = Bond__factory.connect(await structured.getAddress(), deployer);
  await journal.noteAll({ event: `${input.note.name} is announced as ${input.note.isin}, its token attached` }, [
    () =>
      register
        .connect(offices.registrar)
        .announce(terms.isin, terms.issuer, offices.registrar, structuredTermsHash(terms, coupons, structureTerms)),
    () => register.connect(offices.registrar).attachToken(terms.isin, structured),
  ]);
  const mandates = {
    payment: reference(`paying agency agreement of ${input.note.isin}`),
    enforcement: hongkong.plan.mandates.enforcement,
  };
  const { admin, governor, enforcer } = offices;
  await governBond({ corporateActions: services.actions, hongkong }, bond, { admin, governor, enforcer, mandates });
  const names = stage.investors.map(({ name }) => name);
  // the suite's operations for coupons work with whichever contract pays
  const corporateActions = CorporateActions__factory.connect(await services.actions.getAddress(), deployer);
  const note: NoteStage = {
    ...{ ...stage, ...services, input, checks, terms, coupons, structureTerms, structured, bond, fixer },
    structure: BondStructure__factory.connect(await structured.structure(), deployer),
    paying: {
      ...{ suite: { ...suite, corporateActions }, journal, bond, money: hongkong, name: input.note.name },
      issuer: stage.issuer.signer,
    },
    book: new UnitsBook(stage.issuer.name, terms.units, names),
  };
  await place(note);
  return note;
}

/** Each investor pays the nominal and is delivered its units, in one instruction. */
async function place({ suite, journal, clock, issuer, investors, bond, terms, input, book, ...rest }: NoteStage) {
  const { offices } = suite.hongkong;
  const holders = [issuer, ...investors];
  await journal.noteAll(
    { event: "custodians open accounts" },
    holders.map(
      ({ custodian, signer }) =>
        () =>
          bond.connect(custodian.signer).openAccount(signer),
    ),
  );
  for (const { signer } of holders) {
    await journal.noteAll({ event: "the engine may move units" }, await approveEngine(suite.engine, signer, bond));
  }
  await clock.moveTo(input.note.issueDate, HOUR.notice);
  await journal.note(
    { event: "the whole issue is created for the issuer", legs: [`${terms.units} units`] },
    bond.connect(offices.registrar).issue(),
  );
  const token = await bond.getAddress();
  for (const [index, { investor, units }] of input.allotment.entries()) {
    const party = named(investors, investor);
    const amount = BigInt(units) * terms.unitNominal;
    await provide({ suite, journal, clock, issuer, investors }, party, "HKD", amount, `subscription to ${terms.name}`);
    const instruction = exchange(
      { businessRef: BigInt(index), notAfter: await clock.deadline() },
      { token, from: issuer.signer.address, amount: BigInt(units) },
      { token: terms.currency, from: party.signer.address, amount },
    );
    const signed = await signAll(suite.engine, instruction, [issuer.signer, party.signer]);
    const legs = [`${units} units to ${investor}`, `${formatMoney(amount, "HKD")} to ${issuer.name}`];
    await journal.note(
      { event: "primary delivery against payment", legs },
      settle(suite.engine, suite.deployer, signed),
    );
    party.expected.HKD -= amount;
    issuer.expected.HKD += amount;
    book.move(issuer.name, investor, BigInt(units));
  }
  rest.checks.equal("the whole issue is placed", 0n, await bond.balanceOf(issuer.signer));
}

/** The party of a name; the input file has been checked to name only known ones. */
export function named(parties: readonly Party[], name: string): Party {
  const found = parties.find((party) => party.name === name);
  if (found === undefined) throw new RangeError(`there is no investor ${name}`);
  return found;
}

async function termsOf({ suite, issuer, clock }: Stage, { note }: CorporateActionsInput): Promise<BondTerms> {
  return {
    isin: isinBytes(note.isin),
    name: note.name,
    symbol: note.symbol,
    currency: await suite.hongkong.currency.getAddress(),
    issuer: issuer.signer.address,
    units: BigInt(note.units),
    unitNominal: minor(note.denomination, "HKD"),
    couponRate: parseUnits(note.highestRate, 6),
    dayCount: DAY_COUNT.act365f,
    frequency: 2n,
    issueDate: clock.at(note.issueDate),
    maturity: clock.at(note.couponDates.at(-1) ?? note.issueDate),
  };
}

function couponsOf(clock: ScenarioClock, { note }: CorporateActionsInput): Coupon[] {
  const days = [note.issueDate, ...note.couponDates].map((date) => dayNumber(clock.at(date)));
  return note.couponDates.map((date, k) => {
    const [start = 0, end = 0] = [days[k], days[k + 1]];
    return {
      ...{ accrualStart: start, accrualEnd: end, referenceStart: start, referenceEnd: end },
      // payment begins with the last accrual's end, so that the last coupon is recorded before the maturity
      recordTime: clock.at(date) - BigInt(note.recordDays) * DAY,
      paymentTime: clock.at(date, HOUR.notice),
    };
  });
}

async function structureOf(
  { suite, clock }: Stage,
  { fixings }: BondServices,
  { note, fixings: planned }: CorporateActionsInput,
): Promise<BondStructureTerms> {
  const early = (dates: CorporateActionsInput["note"]["puts"]): EarlyDate[] =>
    dates.map(({ from, until, date, price }) => ({
      ...{ from: clock.at(from), until: clock.at(until), time: clock.at(date) },
      price: minor(price, "HKD"),
    }));
  const dates = [note.issueDate, ...note.couponDates];
  return {
    fixings: await fixings.getAddress(),
    index: fixingIndex(note.index),
    spread: parseUnits(note.spread, 6),
    instalments: note.instalments.map((text, k) => {
      // a coupon whose fixing the file does not tell is fixed two days before it begins to accrue
      const date = planned.find(({ coupon }) => coupon === k + 1)?.date;
      const day = date === undefined ? dayNumber(clock.at(dates[k] ?? "")) - 2 : dayNumber(clock.at(date));
      return { fixingDay: day, principal: minor(text, "HKD") };
    }),
    ...{ calls: early(note.calls), puts: early(note.puts) },
    optionCurrency: await suite.mainland.currency.getAddress(),
    optionIndex: fixingIndex(note.priceIndex),
    quorum: parseUnits(note.quorum, 2),
    majority: parseUnits(note.majority, 2),
    meetingNotice: BigInt(note.meetingNoticeDays) * DAY,
  };
}

/** What tells the scenario's one tender apart. */
export const TENDER = reference("tender");
/** No cut: everything is accepted. */
export const NO_CUT = { remainder: 0n, position: 0n } as const;
