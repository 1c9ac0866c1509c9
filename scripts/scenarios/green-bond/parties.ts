import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Bank, OpenJurisdiction, Suite } from "../../../sdk/deploy/suite.js";
import { UserError } from "../../../sdk/errors.js";
import type { ScenarioClock } from "../../../sdk/operations/clock.js";
import type { Journal } from "../../../sdk/operations/journal.js";
import { issueMoney, openWallet, redeemMoney, reference, type MoneyDesk } from "../../../sdk/operations/money.js";
import { approveEngine } from "../../../sdk/operations/settlement.js";
import { describe } from "../../../sdk/operations/money.js";
import type { GreenBondInput, PartyInput } from "./input.js";

/** ISO 4217 codes of the two currencies. */
export const CODES = ["HKD", "CNY"] as const;
/** One of them. */
export type Code = (typeof CODES)[number];

/** The issuer or an investor: an account, its custodian, and a bank and an expected balance in each currency. */
export interface Party {
  readonly name: string;
  readonly signer: HardhatEthersSigner;
  readonly custodian: Bank;
  readonly banks: Readonly<Record<Code, Bank>>;
  /** What the wallet should hold by the scenario's own book-keeping, minor units. */
  readonly expected: Record<Code, bigint>;
}

/** What every step of the scenario works with. */
export interface Stage {
  readonly suite: Suite;
  readonly clock: ScenarioClock;
  readonly journal: Journal;
  readonly issuer: Party;
  readonly investors: readonly Party[];
}

/** The jurisdiction that issues a currency. */
export function jurisdictionOf({ mainland, hongkong }: Suite, code: Code): OpenJurisdiction {
  return code === "CNY" ? mainland : hongkong;
}

/** The desk of a currency with what it needs. */
export function deskOf({ suite, journal, clock }: Stage, code: Code): MoneyDesk {
  return { jurisdiction: jurisdictionOf(suite, code), journal, clock };
}

/** The investor of a name; the input file has been checked to name only known ones. */
export function investorOf({ investors }: Stage, name: string): Party {
  const found = investors.find((party) => party.name === name);
  if (found === undefined) throw new RangeError(`there is no investor ${name}`);
  return found;
}

/** Gives everybody an account and a wallet in both currencies, and lets the engine move what they will sign for. */
export async function openParties(
  suite: Suite,
  clock: ScenarioClock,
  journal: Journal,
  input: Pick<GreenBondInput, "issuer" | "investors">,
): Promise<Stage> {
  const [issuerAccount, ...accounts] = suite.customers;
  const seat = (party: PartyInput, signer: HardhatEthersSigner | undefined): Party => {
    if (signer === undefined) {
      throw new UserError(
        `The network has ${accounts.length} free accounts and the file names more investors; name fewer.`,
      );
    }
    return {
      name: party.name,
      signer,
      custodian: suite.hongkong.bank(party.custodian),
      banks: { HKD: suite.hongkong.bank(party.hkdBank), CNY: suite.mainland.bank(party.cnyBank) },
      expected: { HKD: 0n, CNY: 0n },
    };
  };
  const issuer = seat(input.issuer, issuerAccount);
  const investors = input.investors.map((party, index) => seat(party, accounts[index]));
  const stage: Stage = { suite, clock, journal, issuer, investors };
  for (const code of CODES) {
    const desk = deskOf(stage, code);
    await openWallet(desk, issuer.banks[code], issuer.signer, "government", issuer.name);
    for (const { banks, signer, name } of investors) await openWallet(desk, banks[code], signer, "corporate", name);
  }
  const currencies = CODES.map((code) => jurisdictionOf(suite, code).currency);
  for (const { name, signer } of [issuer, ...investors]) {
    await journal.noteAll(
      { event: `${name} lets the engine move what it signs for` },
      await approveEngine(suite.engine, signer, ...currencies),
    );
  }
  return stage;
}

/** New money reaches a party: its bank is issued it against reserves and pays it into the wallet, one to one. */
export async function provide(stage: Stage, party: Party, code: Code, amount: bigint, why: string): Promise<void> {
  if (amount === 0n) return;
  const desk = deskOf(stage, code);
  const bank = party.banks[code];
  const rtgs = `${code} ${why} for ${party.name}`;
  await issueMoney(desk, bank, amount, rtgs);
  await stage.journal.note(
    { event: `${bank.name} pays it into the wallet of ${party.name}`, legs: [describe(desk.jurisdiction, amount)] },
    desk.jurisdiction.currency
      .connect(bank.signer)
      .transferWithReference(party.signer.address, amount, reference(rtgs)),
  );
  party.expected[code] += amount;
}

/** Everybody hands all money back to the own bank, and every bank redeems all it has. */
export async function returnMoney(stage: Stage): Promise<void> {
  for (const code of CODES) {
    const desk = deskOf(stage, code);
    const { currency } = desk.jurisdiction;
    for (const { name, signer, banks } of [stage.issuer, ...stage.investors]) {
      const balance = await currency.balanceOf(signer);
      if (balance === 0n) continue;
      await stage.journal.note(
        { event: `${name} hands money back to ${banks[code].name}`, legs: [describe(desk.jurisdiction, balance)] },
        currency.connect(signer).transfer(banks[code].account, balance),
      );
    }
    for (const bank of desk.jurisdiction.banks) {
      const balance = await currency.balanceOf(bank.account);
      if (balance !== 0n) await redeemMoney(desk, bank, balance, `${code} return of ${bank.bicText}`);
    }
  }
}
