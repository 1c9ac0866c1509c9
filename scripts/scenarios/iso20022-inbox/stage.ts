import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { DAY_COUNT, RATE_SCALE, isinBytes, termsHash, type BondTerms, type Coupon } from "../../../sdk/bonds.js";
import { parseDay } from "../../../sdk/calendar.js";
import { deployBond, governBond } from "../../../sdk/deploy/bonds.js";
import { openSuite, type OpenJurisdiction, type Suite } from "../../../sdk/deploy/suite.js";
import { UserError } from "../../../sdk/errors.js";
import { accountName, type Directory } from "../../../sdk/iso20022.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, openWallet, reference } from "../../../sdk/operations/money.js";
import { approveEngine } from "../../../sdk/operations/settlement.js";
import type { Checks } from "../../../sdk/report.js";
import type { Bond } from "../../../types/ethers-contracts/index.js";
import type { AccountInput, InboxInput } from "./input.js";

/** Hour of the day, UTC+8, at which the security is issued and the inbox is opened. */
export const OPENING_HOUR = 9;

/** A holder of an account. */
export interface Holder extends AccountInput {
  readonly signer: HardhatEthersSigner;
}

/** What the inbox works with. */
export interface Stage {
  readonly connection: NetworkConnection<"l1">;
  readonly suite: Suite;
  readonly clock: ScenarioClock;
  readonly journal: Journal;
  readonly holders: readonly Holder[];
  readonly bond: Bond;
  readonly directory: Directory;
}

/** The jurisdiction of a currency. */
export function jurisdictionOf({ mainland, hongkong }: Suite, code: "CNY" | "HKD"): OpenJurisdiction {
  return code === "CNY" ? mainland : hongkong;
}

/** Wallets, money, a security, and the table that says which account of a message is which wallet. */
export async function openStage(
  connection: NetworkConnection<"l1">,
  input: InboxInput,
  checks: Checks,
): Promise<Stage> {
  const clock = await ScenarioClock.open(connection, input.day);
  const suite = await openSuite(connection);
  const journal = new Journal(checks, clock);
  await clock.moveTo(input.day, OPENING_HOUR - 1);
  const holders = input.accounts.map((account, index): Holder => {
    const signer = suite.customers[index];
    if (signer === undefined) {
      throw new UserError(`The network has ${suite.customers.length} free accounts and the file more; name fewer.`);
    }
    return { ...account, signer };
  });
  for (const holder of holders) await openAccount({ suite, clock, journal }, holder);
  for (const { bic, opening } of input.institutions) {
    const bank = suite.mainland.bank(bic);
    await journal.noteAll(
      { event: `${bank.name} lets the engine move what it signs for` },
      await approveEngine(suite.engine, bank.signer, suite.mainland.currency),
    );
    if (minor(opening) > 0n) {
      await issueMoney({ jurisdiction: suite.mainland, journal, clock }, bank, minor(opening), `own funds of ${bic}`);
    }
  }
  const bond = await issueSecurity({ suite, clock, journal }, input, holders);
  const directory = await directoryOf(suite, input, holders, await bond.getAddress());
  return { connection, suite, clock, journal, holders, bond, directory };
}

type Desk = Pick<Stage, "suite" | "clock" | "journal">;

async function openAccount({ suite, clock, journal }: Desk, holder: Holder): Promise<void> {
  const jurisdiction = jurisdictionOf(suite, holder.currency);
  const desk = { jurisdiction, journal, clock };
  const bank = jurisdiction.bank(holder.bank);
  const { signer, name } = holder;
  await openWallet(desk, bank, signer, holder.walletClass, name);
  const opening = minor(holder.opening);
  if (opening > 0n) {
    await issueMoney(desk, bank, opening, `opening balance of ${holder.account}`);
    await journal.note(
      { event: `${bank.name} pays it into the wallet of ${name}`, legs: [describe(jurisdiction, opening)] },
      jurisdiction.currency.connect(bank.signer).transfer(signer, opening),
    );
  }
  if (holder.safekeeping === undefined) return;
  await journal.noteAll(
    { event: `${name} lets the engine move what it signs for` },
    await approveEngine(suite.engine, signer, jurisdiction.currency),
  );
}

async function issueSecurity({ suite, clock, journal }: Desk, input: InboxInput, holders: readonly Holder[]) {
  const { security, day } = input;
  const { admin, governor, enforcer, registrar } = suite.hongkong.offices;
  const issuer = holders.find(({ account }) => account === security.issuer);
  if (issuer === undefined) throw new RangeError("the input names the issuer among its accounts");
  const terms: BondTerms = {
    isin: isinBytes(security.isin),
    name: security.name,
    symbol: security.symbol,
    currency: await jurisdictionOf(suite, security.currency).currency.getAddress(),
    issuer: issuer.signer.address,
    units: minor(security.size) / minor(security.denomination),
    unitNominal: minor(security.denomination),
    // per cent with two decimals
    couponRate: (minor(security.couponRate) * RATE_SCALE) / 10_000n,
    dayCount: DAY_COUNT.act365f,
    frequency: 1n,
    issueDate: clock.at(day, OPENING_HOUR),
    maturity: clock.at(security.maturity, OPENING_HOUR),
  };
  const coupons = [couponOf(clock, day, security.maturity)];
  await journal.note(
    { event: `${security.name} is announced as ${security.isin}` },
    suite.assets.connect(registrar).announce(terms.isin, terms.issuer, registrar, termsHash(terms, coupons)),
  );
  const bond = await deployBond(suite, suite.deployer, terms, coupons);
  await journal.note(
    { event: `${security.name}: the register takes its token` },
    suite.assets.connect(registrar).attachToken(terms.isin, bond),
  );
  const mandates = {
    payment: reference(`paying agency agreement of ${security.isin}`),
    enforcement: suite.hongkong.plan.mandates.enforcement,
  };
  await governBond(suite, bond, { admin, governor, enforcer, mandates });
  for (const { signer, bank, name, safekeeping } of holders) {
    if (safekeeping === undefined) continue;
    const custodian = suite.hongkong.bank(bank);
    await journal.noteAll({ event: `${custodian.name} opens ${safekeeping} for ${name}` }, [
      () => bond.connect(custodian.signer).openAccount(signer),
      ...(await approveEngine(suite.engine, signer, bond)),
    ]);
  }
  await clock.moveTo(day, OPENING_HOUR);
  await journal.note(
    { event: `${security.name}: the whole issue is created for the issuer` },
    bond.connect(registrar).issue(),
  );
  return bond;
}

function couponOf(clock: ScenarioClock, from: string, until: string): Coupon {
  const [start, end] = [parseDay(from), parseDay(until)];
  return {
    ...{ accrualStart: start, accrualEnd: end, referenceStart: start, referenceEnd: end },
    recordTime: clock.at(until) - 86_400n,
    paymentTime: clock.at(until, OPENING_HOUR),
  };
}

/** What a bank keeps: which account of a message is which address. */
async function directoryOf(
  suite: Suite,
  { security }: InboxInput,
  holders: readonly Holder[],
  token: string,
): Promise<Directory> {
  const currencies = new Map([
    ["CNY", await suite.mainland.currency.getAddress()],
    ["HKD", await suite.hongkong.currency.getAddress()],
  ]);
  const wallets = new Map(holders.map(({ account, signer }) => [account, signer.address]));
  const safes = new Map(
    holders.flatMap(({ safekeeping, signer }) => (safekeeping ? [[safekeeping, signer.address]] : [])),
  );
  const banks = new Map([...suite.mainland.banks, ...suite.hongkong.banks].map((bank) => [bank.bicText, bank.account]));
  const { isin, denomination, currency } = security;
  return {
    account: (account) => wallets.get(accountName(account)),
    institution: ({ FinInstnId: { BICFI } }) => (BICFI === undefined ? undefined : banks.get(BICFI)),
    currency: (code) => currencies.get(code),
    security: (name) => (name === isin ? { token, unitNominal: minor(denomination), currency } : undefined),
    safekeeping: (account) => safes.get(account),
  };
}
