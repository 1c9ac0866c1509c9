import { encodeBytes32String, id } from "ethers";
import { parseDate, parseDay } from "../../sdk/calendar.js";
import { isinWithCheckDigit } from "../../sdk/identifiers.js";
import { minor } from "../../sdk/money.js";
import type { Bond, CorporateActions } from "../../types/ethers-contracts/index.js";
import { sendAll } from "./measure.js";
import { WALLETS, payOutAll, type Suite } from "./suite.js";

const ISSUER = 4n;
const ACT_ACT_ICMA = 1;
const ISIN = isinWithCheckDigit("CND10000001");
const UNITS_OF_BANK = 1_000n;

/** A bond that has been placed, and what pays its coupons. */
export interface PlacedBond {
  readonly bond: Bond;
  readonly actions: CorporateActions;
  /** Units by holder, in the order of the bond's list. The issuer, whose account comes first, has placed them all. */
  readonly units: ReadonlyMap<string, bigint>;
  /** Unix seconds; the only coupon is paid from it on. */
  readonly paymentTime: number;
}

/** Issues a bond of the company to two banks and as many wallets as make 10,000 holders. */
export async function placeBond(suite: Suite): Promise<PlacedBond> {
  const { chain, authority, registry, currency, admin, company } = suite;
  const units = holdings(suite);
  const size = [...units.values()].reduce((sum, held) => sum + held, 0n);
  const paymentTime = parseDate("2026-07-02");
  const register = await chain.ethers.deployContract("AssetRegistry", [registry, authority]);
  await register.listCurrency(currency);
  const terms = {
    isin: encodeBytes32String(ISIN).slice(0, 26),
    name: "Company 3.15% 2026",
    symbol: "COMPANY26",
    currency,
    issuer: company.address,
    units: size,
    unitNominal: minor("100.00"),
    couponRate: 3_150_000n,
    dayCount: ACT_ACT_ICMA,
    frequency: 2n,
    issueDate: parseDate("2026-01-01"),
    maturity: parseDate("2026-07-02"),
  };
  const accrual = { accrualStart: parseDay("2026-01-01"), accrualEnd: parseDay("2026-07-01") };
  const coupon = {
    ...accrual,
    referenceStart: accrual.accrualStart,
    referenceEnd: accrual.accrualEnd,
    recordTime: parseDate("2026-06-30"),
    paymentTime,
  };
  const bond = await chain.ethers.deployContract("Bond", [terms, [coupon], register, authority]);
  await register.announce(terms.isin, company, admin, await bond.termsHash());
  await register.attachToken(terms.isin, bond);
  const actions = await chain.ethers.deployContract("CorporateActions", [register]);
  await bond.appoint(actions, ISSUER, id("terms of the bond"));
  await openAccounts(suite, bond, [company.address, ...units.keys()]);
  await bond.issue();
  await payOutAll(bond.connect(company), [...units.keys()], (index) => [...units.values()][index] ?? 0n);
  return { bond, actions, units, paymentTime };
}

function holdings({ banks, holders }: Suite): Map<string, bigint> {
  const institutions = banks.slice(0, 2).map(({ account }) => account.address);
  const wallets = holders.slice(0, WALLETS - institutions.length);
  return new Map([
    ...institutions.map((bank): [string, bigint] => [bank, UNITS_OF_BANK]),
    ...wallets.map((wallet, index): [string, bigint] => [wallet, BigInt(1 + (index % 97))]),
  ]);
}

/** Accounts of a bond at the first bank. */
export async function openAccounts({ chain, banks }: Suite, bond: Bond, accounts: readonly string[]): Promise<void> {
  const to = await bond.getAddress();
  const calls = accounts.map((account) => ({
    to,
    data: bond.interface.encodeFunctionData("openAccount", [account]),
  }));
  await sendAll(chain, banks[0].account.address, calls);
}
