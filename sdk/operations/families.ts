import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { z } from "zod";
import { checkedBy, UserError } from "../errors.js";
import type { Bank, OpenJurisdiction } from "../deploy/suite.js";
import { UNLIMITED_COUNT } from "../limits.js";
import { minor } from "../money.js";
import { IRetailCurrency__factory, type IRetailCurrency } from "../../types/ethers-contracts/index.js";
import { describe, type MoneyDesk } from "./money.js";

const amount = checkedBy((text) => {
  if (minor(text) > UNLIMITED_COUNT) throw new UserError(`"${text}" is more than a grant can say; write less.`);
});

/** What a parent lets a sub-wallet pay, as an input file writes it: amounts in major units. */
export const grantSchema = z
  .strictObject({
    /** The most of one payment. */
    single: amount,
    /** The most of all payments of a calendar day, UTC+8. */
    day: amount,
    /** The most of all payments of a calendar year, UTC+8. */
    year: amount,
  })
  .refine(({ single, day, year }) => minor(single) <= minor(day) && minor(day) <= minor(year), {
    message: "a single limit is at most the day's, and a day's at most the year's",
  });

/** What a parent lets a sub-wallet pay. See `IWalletFamilies`. */
export interface SubWalletGrant {
  readonly single: bigint;
  readonly day: bigint;
  readonly year: bigint;
  /** Unix second from which on it pays nobody. */
  readonly expiry: bigint;
  /** Whether it pays named payees only. */
  readonly listedOnly: boolean;
}

/** A sub-wallet's account and name, and the parent that lets it pay. */
export interface SubWallet {
  readonly account: HardhatEthersSigner;
  readonly name: string;
  readonly parent: HardhatEthersSigner;
  readonly parentName: string;
}

/** The currency of a jurisdiction as the public has it. */
export function retailCurrency({ currency }: OpenJurisdiction): IRetailCurrency {
  return IRetailCurrency__factory.connect(currency.target as string, currency.runner);
}

/** The parent's institution opens a sub-wallet; the parent says what it may pay and, if only some, whom. */
export async function openSubWallet(
  { jurisdiction, journal }: MoneyDesk,
  bank: Bank,
  { account, name, parent, parentName }: SubWallet,
  grant: SubWalletGrant,
  payees: readonly HardhatEthersSigner[],
): Promise<void> {
  const currency = retailCurrency(jurisdiction);
  const event = `${bank.name} opens ${name}, a sub-wallet of ${parentName}, which grants it`;
  const legs = [`${describe(jurisdiction, grant.single)} a payment, ${describe(jurisdiction, grant.day)} a day`];
  await journal.noteAll({ event, legs }, [
    () => currency.connect(bank.signer).openSubWallet(account, parent),
    () => currency.connect(parent).setSubWalletGrant(account, grant),
    ...payees.map((payee) => () => currency.connect(parent).setSubWalletPayee(account, payee, true)),
  ]);
}
