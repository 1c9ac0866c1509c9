import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress } from "ethers";
import type { Bond } from "../../types/ethers-contracts/index.js";
import { couponCut, couponRef, holdingsOf, redemptionRef } from "../bonds.js";
import type { OpenJurisdiction, Suite } from "../deploy/suite.js";
import { NEVER, type Hold } from "../eip712/ledger.js";
import type { Journal } from "./journal.js";
import { describe } from "./money.js";

/** Holders a page: far below what one transaction may use (EIP-7825). */
export const PAGE = 500;

/** A bond whose issuer pays, and the currency it pays in. */
export interface PayingBond {
  readonly suite: Suite;
  readonly journal: Journal;
  readonly bond: Bond;
  readonly issuer: HardhatEthersSigner;
  readonly money: OpenJurisdiction;
  /** How the timeline calls the bond. */
  readonly name: string;
}

/** Every account of a bond in the order of its list, read page by page. */
export async function accountsOf(bond: Bond, page = PAGE): Promise<string[]> {
  const count = Number(await bond.accountCount());
  const accounts: string[] = [];
  for (let offset = 0; offset < count; offset += page) accounts.push(...(await bond.accounts(offset, page)));
  return accounts;
}

/**
 * The issuer commits the money of coupon `k`, proves the shares of every holder of the record date, and pays them,
 * page by page.
 * @returns the coupon's total, minor units.
 */
export async function payCoupon(paying: PayingBond, k: number): Promise<bigint> {
  const { suite, journal, bond, issuer, money, name } = paying;
  const actions = suite.corporateActions.connect(issuer);
  const total = await bond.couponTotal(k);
  const accounts = await accountsOf(bond);
  const holdings = holdingsOf(await bond.entitlements(k, accounts));
  const holders = accounts.filter((_, index) => holdings[index]?.units !== 0n);
  const cut = couponCut(
    await bond.couponPerUnit(k),
    total,
    holdings.filter(({ units }) => units !== 0n),
  );
  const funding = await fund(paying, total, couponRef(await bond.getAddress(), k));
  await journal.noteAll(
    { event: `${name}: coupon ${k + 1} to ${holders.length} holders`, legs: [describe(money, total)] },
    [
      () => money.currency.connect(issuer).placeHold(funding),
      () => actions.openCoupon(bond, k, cut),
      ...pages(holders).map((page) => () => actions.measureCoupon(bond, k, page)),
      ...pages(holders).map((page) => () => actions.payCoupon(bond, k, funding, page)),
    ],
  );
  return total;
}

/**
 * The issuer commits the nominal and redeems every holder's units against it, page by page.
 * @param price of a unit, minor units, where it is not the nominal.
 * @returns the nominal paid, minor units.
 */
export async function redeemBond(paying: PayingBond, price?: bigint): Promise<bigint> {
  const { suite, journal, bond, issuer, money, name } = paying;
  const actions = suite.corporateActions.connect(issuer);
  const nominal = (await bond.totalSupply()) * (price ?? (await bond.unitNominal()));
  const accounts = await accountsOf(bond);
  const units = await bond.redeemable(accounts);
  const holders = accounts.filter((_, index) => units[index] !== 0n);
  const funding = await fund(paying, nominal, redemptionRef(await bond.getAddress()));
  await journal.noteAll(
    { event: `${name}: redemption to ${holders.length} holders`, legs: [describe(money, nominal)] },
    [
      () => money.currency.connect(issuer).placeHold(funding),
      ...pages(holders).map((page) => () => actions.redeem(bond, funding, page)),
    ],
  );
  return nominal;
}

async function fund({ suite, issuer }: PayingBond, amount: bigint, businessRef: string): Promise<Hold> {
  return {
    payer: issuer.address,
    payee: ZeroAddress,
    executor: await suite.corporateActions.getAddress(),
    amount,
    expiry: NEVER,
    businessRef,
  };
}

function pages(holders: readonly string[]): string[][] {
  const result: string[][] = [];
  for (let start = 0; start < holders.length; start += PAGE) result.push(holders.slice(start, start + PAGE));
  return result;
}
