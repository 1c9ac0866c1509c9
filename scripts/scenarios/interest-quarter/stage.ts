import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { dayNumber, formatDay } from "../../../sdk/calendar.js";
import { openDeposits, type Deposits } from "../../../sdk/deploy/deposits.js";
import { openSuite, type Bank, type Suite } from "../../../sdk/deploy/suite.js";
import { UserError } from "../../../sdk/errors.js";
import type { Endpoint } from "../../../sdk/interop/rpc.js";
import { dayHeaders, endpointOf, lastBlockOf, slotProof } from "../../../sdk/issuance/dayEnds.js";
import { quarterDays, quarterOf, type Days, type RateChange } from "../../../sdk/issuance/interest.js";
import { movementsOf } from "../../../sdk/issuance/movements.js";
import { balancesOf, requirement, reserveRows, type ReserveRow } from "../../../sdk/issuance/reserves.js";
import { INSTITUTION_KIND } from "../../../sdk/issuance/roles.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, openWallet, type MoneyDesk } from "../../../sdk/operations/money.js";
import { Checks } from "../../../sdk/report.js";
import { daysOfQuarter, type InterestInput } from "./input.js";

/** How far back a simulated chain knows hashes of blocks. */
const REACH = 256n;

/** An institution of the input. */
export interface Institution {
  readonly input: InterestInput["institutions"][number];
  readonly bank: Bank;
  readonly number: bigint;
}

/** A customer of the input. */
export interface Customer {
  readonly input: InterestInput["customers"][number];
  readonly signer: HardhatEthersSigner;
  readonly at: Institution;
}

/** What a run works with. */
export interface Stage extends MoneyDesk, Deposits {
  readonly input: InterestInput;
  readonly checks: Checks;
  readonly suite: Suite;
  readonly endpoint: Endpoint;
  readonly institutions: readonly Institution[];
  readonly customers: readonly Customer[];
  /** Number and days of the quarter, and rates, on the chain's clock. */
  readonly quarter: number;
  readonly days: Days;
  readonly rates: readonly RateChange[];
}

/** The suite with the framework, everybody's wallets, and the openings paid out. */
export async function openQuarter(connection: NetworkConnection<"l1">, input: InterestInput): Promise<Stage> {
  const checks = new Checks("interest-quarter", connection.networkName);
  const published = daysOfQuarter(input);
  const clock = await ScenarioClock.open(connection, formatDay(published.first));
  const suite = await openSuite(connection);
  const jurisdiction = suite.mainland;
  const { currency, authority, offices, banks } = jurisdiction;
  const journal = new Journal(checks, clock);
  await clock.moveTo(formatDay(published.first), 8);
  const deposits = await openDeposits({ deployer: suite.deployer, currency, authority, admin: offices.admin });
  const institutions = input.institutions.map((own): Institution => {
    const bank = jurisdiction.bank(own.bic);
    return { input: own, bank, number: BigInt(bank.number) };
  });
  const customers = input.customers.map((own, index): Customer => {
    const signer = suite.customers[index];
    const at = institutions.find(({ input: { bic } }) => bic === own.bank);
    if (signer === undefined || at === undefined) throw new RangeError("the input was checked against the suite");
    return { input: own, signer, at };
  });
  const quarter = quarterOf(input.quarter.year + clock.years, input.quarter.lastMonth);
  const rates = input.rates.map(({ from, millionths }) => ({
    fromDay: dayNumber(clock.at(from)),
    rate: BigInt(millionths),
  }));
  const stage: Stage = {
    ...{ jurisdiction, journal, clock, input, checks, suite, institutions, customers, quarter, rates, ...deposits },
    ...{ days: quarterDays(quarter), endpoint: endpointOf(connection.provider, connection.networkName) },
  };
  checks.equal(
    "the suite knows every institution",
    input.institutions.length,
    institutions.filter(({ bank }) => banks.includes(bank)).length,
  );
  for (const institution of institutions) await openInstitution(stage, institution);
  return stage;
}

async function openInstitution(stage: Stage, institution: Institution): Promise<void> {
  const { jurisdiction, journal, reserves, interest, customers } = stage;
  const { currency, offices } = jurisdiction;
  const { input, bank, number } = institution;
  const issued = minor(input.issued);
  await issueMoney(stage, bank, issued, `opening of ${bank.name}`);
  await journal.noteAll({ event: `${bank.name} is a ${input.kind === "bank" ? "bank" : "non-bank institution"}` }, [
    () => reserves.connect(offices.registrar).setKind(number, INSTITUTION_KIND[input.kind]),
    () => currency.connect(bank.signer).approve(interest, MaxUint256),
  ]);
  const own = customers.filter(({ at }) => at === institution);
  const openings = own.reduce((sum, { input: { opening } }) => sum + minor(opening), 0n);
  if (openings > issued) {
    throw new UserError(`${bank.name} pays out more than it is issued; raise issued or lower its customers' openings.`);
  }
  for (const { signer, input: customer } of own) {
    await openWallet(stage, bank, signer, customer.class, customer.name);
  }
  await journal.noteAll(
    { event: `${bank.name} pays out to its customers`, legs: [describe(jurisdiction, openings)] },
    own.map(
      ({ signer, input: { opening } }) =>
        () =>
          currency.connect(bank.signer).transfer(signer, minor(opening)),
    ),
  );
}

/** The account that a name of the input stands for. */
export function accountOf({ institutions, customers }: Stage, name: string): HardhatEthersSigner {
  const customer = customers.find(({ input }) => input.name === name)?.signer;
  const found = customer ?? institutions.find(({ input }) => input.bic === name)?.bank.signer;
  if (found === undefined) throw new RangeError(`the input was checked: ${name}`);
  return found;
}

/** Every balance there is, from the log, and read from the chain. */
export async function everyBalance({ jurisdiction: { currency } }: Stage) {
  const folded = balancesOf(await movementsOf(currency));
  folded.delete(ZeroAddress);
  const read = new Map<string, bigint>();
  for (const account of folded.keys()) read.set(account, await currency.balanceOf(account));
  return { folded, read };
}

/** Somebody says how a day ended; answers with what proves slots of that moment. */
export async function pinDay({ dayEnds, suite, endpoint, journal, clock, jurisdiction }: Stage, day: number) {
  const headers = await dayHeaders(endpoint, day, REACH);
  const published = formatDay(dayNumber(clock.published(BigInt(day) * 86_400n)));
  await journal.note({ event: `the end of ${published} is pinned` }, dayEnds.connect(suite.deployer).pin(day, headers));
  const block = await lastBlockOf(endpoint, day);
  const currency = await jurisdiction.currency.getAddress();
  return (slot: string) => slotProof(endpoint, currency, slot, block);
}

/** Whose money is where, and what everybody holds for it at the central bank. */
export async function tableOf(stage: Stage, ratio: bigint, short: boolean): Promise<ReserveRow[]> {
  const { institutions, customers } = stage;
  const { folded } = await everyBalance(stage);
  const holder = (account: string) => {
    const own = institutions.find(({ bank }) => bank.account === account);
    if (own !== undefined) return { institution: own.number, own: true };
    return { institution: customers.find(({ signer }) => signer.address === account)?.at.number ?? 0n, own: false };
  };
  const bare = reserveRows(folded, holder, new Map(institutions.map(({ number }) => [number, 0n])));
  return bare.map((row) => {
    const found = institutions.find(({ number }) => number === row.institution);
    if (found === undefined) return row;
    const required = requirement(row.wallets, found.input.kind === "bank" ? ratio : 10_000n);
    return { ...row, held: required - (short ? minor(found.input.shortAtEnd) : 0n) };
  });
}
