import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, type TypedDataDomain } from "ethers";
import { DAY_COUNT, isinBytes, regularCoupons, termsHash, type BondTerms } from "../../../sdk/bonds.js";
import { openAuctions } from "../../../sdk/deploy/auction.js";
import { deployBond, governBond } from "../../../sdk/deploy/bonds.js";
import type { Bank, Suite } from "../../../sdk/deploy/suite.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { UserError } from "../../../sdk/errors.js";
import { minor } from "../../../sdk/money.js";
import type { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, openWallet, reference, type MoneyDesk } from "../../../sdk/operations/money.js";
import type { Checks } from "../../../sdk/report.js";
import type { Bond, BondAuction } from "../../../types/ethers-contracts/index.js";
import type { AuctionInput } from "./input.js";

/** The issuer or a bidder. */
export interface Party {
  readonly name: string;
  readonly signer: HardhatEthersSigner;
  readonly bank: Bank;
}

/** What a run works with. */
export interface Stage extends MoneyDesk {
  readonly input: AuctionInput;
  readonly checks: Checks;
  readonly suite: Suite;
  readonly issuer: Party;
  readonly bidders: ReadonlyMap<string, Party>;
  readonly bond: Bond;
  readonly auctions: BondAuction;
  readonly domain: TypedDataDomain;
  /** Units and money of everybody by the scenario's own book, minor units. */
  readonly expected: { readonly units: Map<string, bigint>; readonly money: Map<string, bigint> };
}

/** The note stands whole with its issuer; bidders have wallets, accounts and money, and have authorised the contract. */
export async function openStage(
  suite: Suite,
  checks: Checks,
  clock: ScenarioClock,
  input: AuctionInput,
): Promise<Stage> {
  const jurisdiction = suite.hongkong;
  const journal = new Journal(checks, clock);
  const desk = { jurisdiction, journal, clock };
  const accounts = [...suite.customers];
  const seat = (name: string, bank: string): Party => {
    const signer = accounts.shift();
    if (signer === undefined)
      throw new UserError("The file names more parties than the network has accounts; name fewer.");
    return { name, signer, bank: jurisdiction.bank(bank) };
  };
  const issuer = seat(input.issuer.name, input.issuer.bank);
  const bidders = new Map(input.bidders.map(({ name, bank }) => [name, seat(name, bank)]));
  await openWallet(desk, issuer.bank, issuer.signer, "government", issuer.name);
  for (const { bank, signer, name } of bidders.values()) await openWallet(desk, bank, signer, "corporate", name);
  const bond = await issueNote(suite, desk, input, issuer);
  const auctions = await openAuctions({ deployer: suite.deployer, engine: suite.engine, assets: suite.assets });
  const stage: Stage = {
    ...{ ...desk, input, checks, suite, issuer, bidders, bond, auctions, domain: await domainOf(auctions) },
    expected: { units: new Map([[issuer.name, BigInt(input.note.units)]]), money: new Map([[issuer.name, 0n]]) },
  };
  await authorise(stage);
  await fund(stage);
  return stage;
}

/** The bidder of a name; the input has been checked to name only known ones. */
export function partyOf({ bidders }: Stage, name: string): Party {
  const found = bidders.get(name);
  if (found === undefined) throw new RangeError(`there is no bidder ${name}`);
  return found;
}

/** Adds to what somebody must have. */
export function book(of: Map<string, bigint>, name: string, amount: bigint): void {
  of.set(name, (of.get(name) ?? 0n) + amount);
}

async function issueNote(
  suite: Suite,
  { journal, clock }: MoneyDesk,
  input: AuctionInput,
  issuer: Party,
): Promise<Bond> {
  const { note } = input;
  const { offices, currency, plan } = suite.hongkong;
  await clock.moveTo(note.issued, 9);
  const dates = [note.issued, ...note.couponDates];
  // dates of the file, on the chain's clock
  const coupons = regularCoupons(dates, note.recordDays).map((coupon) => ({
    ...coupon,
    ...{ recordTime: coupon.recordTime + clock.shift, paymentTime: coupon.paymentTime + clock.shift },
    ...{ accrualStart: shifted(coupon.accrualStart, clock), accrualEnd: shifted(coupon.accrualEnd, clock) },
    ...{ referenceStart: shifted(coupon.referenceStart, clock), referenceEnd: shifted(coupon.referenceEnd, clock) },
  }));
  const terms: BondTerms = {
    ...{ isin: isinBytes(note.isin), name: note.name, symbol: note.symbol, currency: await currency.getAddress() },
    ...{ issuer: issuer.signer.address, units: BigInt(note.units), unitNominal: minor(note.unitNominal) },
    ...{ couponRate: BigInt(note.couponRate), dayCount: DAY_COUNT.act365f, frequency: 2n },
    ...{ issueDate: clock.at(note.issued), maturity: clock.at(note.couponDates.at(-1) ?? note.issued) },
  };
  const registrar = suite.assets.connect(offices.registrar);
  const bond = await deployBond(suite, suite.deployer, terms, coupons);
  const { admin, governor, enforcer } = offices;
  const mandates = {
    payment: reference(`paying agency agreement of ${note.isin}`),
    enforcement: plan.mandates.enforcement,
  };
  await journal.noteAll({ event: `${note.name} is registered as ${note.isin}` }, [
    () => registrar.announce(terms.isin, terms.issuer, offices.registrar, termsHash(terms, coupons)),
    () => registrar.attachToken(terms.isin, bond),
  ]);
  await governBond(suite, bond, { admin, governor, enforcer, mandates });
  await journal.noteAll({ event: `the whole issue is created for ${issuer.name}`, legs: [`${note.units} units`] }, [
    () => bond.connect(issuer.bank.signer).openAccount(issuer.signer),
    () => bond.connect(offices.registrar).issue(),
  ]);
  return bond;
}

function shifted(day: number, clock: ScenarioClock): number {
  return day + Number(clock.shift / 86_400n);
}

/** Accounts in the note; the engine may move, and the auction contract may hold, what its rules say. */
async function authorise({ suite, bond, auctions, issuer, bidders, jurisdiction, journal }: Stage): Promise<void> {
  const { engine } = suite;
  const { currency } = jurisdiction;
  await journal.noteAll(
    { event: `custodians open accounts for ${bidders.size} bidders, who authorise the auctions` },
    [...bidders.values()].flatMap(({ bank, signer }) => [
      () => bond.connect(bank.signer).openAccount(signer),
      () => currency.connect(signer).approve(engine, MaxUint256),
      () => currency.connect(signer).approve(auctions, MaxUint256),
      () => engine.connect(signer).authorizeAgent(auctions, true),
    ]),
  );
  await journal.noteAll({ event: `${issuer.name} authorises the auctions` }, [
    () => bond.connect(issuer.signer).approve(engine, MaxUint256),
    () => bond.connect(issuer.signer).approve(auctions, MaxUint256),
    () => engine.connect(issuer.signer).authorizeAgent(auctions, true),
  ]);
}

async function fund(stage: Stage): Promise<void> {
  const { input, jurisdiction, journal, expected } = stage;
  for (const { name, funds } of input.bidders) {
    const { bank, signer } = partyOf(stage, name);
    const amount = minor(funds);
    await issueMoney(stage, bank, amount, `funds of ${name}`);
    await journal.note(
      { event: `${bank.name} pays it into the wallet of ${name}`, legs: [describe(jurisdiction, amount)] },
      jurisdiction.currency.connect(bank.signer).transfer(signer, amount),
    );
    book(expected.money, name, amount);
    book(expected.units, name, 0n);
  }
}
