import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256 } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { DAY_COUNT, isinBytes, termsHash, type BondTerms } from "../../../sdk/bonds.js";
import { deployBond } from "../../../sdk/deploy/bonds.js";
import type { Suite } from "../../../sdk/deploy/suite.js";
import { UserError } from "../../../sdk/errors.js";
import { minor } from "../../../sdk/money.js";
import type { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, reference } from "../../../sdk/operations/money.js";
import type { Checks } from "../../../sdk/report.js";
import type { Bond, IDigitalCurrency } from "../../../types/ethers-contracts/index.js";
import type { DeliveryInput } from "./input.js";

/** A dealer with its account. */
export interface Dealer {
  readonly name: string;
  readonly signer: HardhatEthersSigner;
}

/** What both parts of the scenario work with. */
export interface Stage {
  readonly connection: NetworkConnection<"l1">;
  readonly input: DeliveryInput;
  readonly checks: Checks;
  readonly suite: Suite;
  readonly clock: ScenarioClock;
  readonly journal: Journal;
  readonly bond: Bond;
  readonly money: IDigitalCurrency;
  readonly dealers: readonly Dealer[];
}

/** What every dealer has, in the order of the dealers. */
export interface Holdings {
  readonly units: readonly bigint[];
  readonly money: readonly bigint[];
}

/** The note is issued, the dealers have units and money, and let the engine move what they will agree to. */
export async function openStage(
  connection: NetworkConnection<"l1">,
  suite: Suite,
  checks: Checks,
  clock: ScenarioClock,
  input: DeliveryInput,
): Promise<Stage> {
  const { hongkong, engine } = suite;
  const journal = new Journal(checks, clock);
  await clock.moveTo(input.day, 8);
  const dealers = input.dealers.map(({ name, bic }) => ({ name, signer: hongkong.bank(bic).signer }));
  const money = hongkong.currency;
  const bond = await issueNote(suite, journal, clock, input);
  const lender = hongkong.banks.find(({ signer }) => signer === dealers[1]?.signer);
  const issuer = suite.customers[0];
  if (lender === undefined || issuer === undefined) throw new RangeError("the suite leaves too few accounts");
  const total = input.dealers.reduce((sum, dealer) => sum + minor(dealer.money, "HKD"), 0n);
  await issueMoney({ jurisdiction: hongkong, journal, clock }, lender, total, "the dealers' money");
  await journal.noteAll(
    { event: `${lender.name} pays the other dealers`, legs: [describe(hongkong, total)] },
    input.dealers.flatMap((dealer, place) => {
      const to = dealers[place]?.signer ?? issuer;
      return to === lender.signer ? [] : [() => money.connect(lender.signer).transfer(to, minor(dealer.money, "HKD"))];
    }),
  );
  await journal.noteAll(
    { event: "The dealers get their units and let the engine move what they will agree to" },
    input.dealers.flatMap((dealer, place) => {
      const { signer } = dealers[place] ?? { signer: issuer };
      return [
        () => bond.connect(signer).openAccount(signer),
        () => bond.connect(issuer).transfer(signer, BigInt(dealer.units)),
        () => bond.connect(signer).approve(engine, MaxUint256),
        () => money.connect(signer).approve(engine, MaxUint256),
      ];
    }),
  );
  return { connection, input, checks, suite, clock, journal, bond, money, dealers };
}

/** A dealer by its name, which was checked. */
export function dealerOf({ dealers }: Pick<Stage, "dealers">, name: string): Dealer {
  const dealer = dealers.find((each) => each.name === name);
  if (dealer === undefined) throw new RangeError(`no dealer is called ${name}`);
  return dealer;
}

/** What every dealer has now. */
export async function holdingsOf({ dealers, bond, money }: Stage): Promise<Holdings> {
  return {
    units: await Promise.all(dealers.map(({ signer }) => bond.balanceOf(signer))),
    money: await Promise.all(dealers.map(({ signer }) => money.balanceOf(signer))),
  };
}

/** What every dealer has more, or less. */
export function changeOf(before: Holdings, after: Holdings): Holdings {
  const less = (to: readonly bigint[], from: readonly bigint[]) => to.map((each, place) => each - (from[place] ?? 0n));
  return { units: less(after.units, before.units), money: less(after.money, before.money) };
}

/**
 * Tells something and takes it back, so that the next telling begins where this one began.
 * @throws UserError when the network cannot take back what happened.
 */
export async function fromHere<T>({ connection }: Pick<Stage, "connection">, tell: () => Promise<T>): Promise<T> {
  const { provider, networkName } = connection;
  const undone = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    try {
      return await provider.request({ method, params: [...params] });
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new UserError(`The network ${networkName} cannot go back (${cause}): use a development node.`);
    }
  };
  const here = await undone("evm_snapshot", []);
  const told = await tell();
  await undone("evm_revert", [here]);
  return told;
}

/** Announced, attached and issued by the registrar; the issuer has all of it. */
async function issueNote(suite: Suite, journal: Journal, clock: ScenarioClock, input: DeliveryInput): Promise<Bond> {
  const { hongkong, assets, deployer } = suite;
  const { registrar } = hongkong.offices;
  const custodian = hongkong.bank(input.dealers[1]?.bic ?? "");
  const issuer = suite.customers[0];
  if (issuer === undefined) throw new RangeError("the suite leaves too few accounts");
  const { isin, name, symbol, units, nominal } = input.note;
  const terms: BondTerms = {
    ...{ isin: isinBytes(isin), name, symbol, currency: await hongkong.currency.getAddress() },
    ...{ issuer: issuer.address, units: BigInt(units), unitNominal: minor(nominal, "HKD") },
    ...{ couponRate: 0n, dayCount: DAY_COUNT.act365f, frequency: 0n },
    ...{ issueDate: clock.at(input.day), maturity: clock.at(input.day) + 364n * 86_400n },
  };
  const bond = await deployBond(suite, deployer, terms, []);
  const register = assets.connect(registrar);
  await journal.noteAll({ event: `${name} is announced and issued`, legs: [`${units} units`] }, [
    () => register.announce(terms.isin, issuer, registrar, termsHash(terms, [])),
    () => register.attachToken(terms.isin, bond),
    () => bond.connect(custodian.signer).openAccount(issuer),
    () => bond.connect(registrar).issue(),
  ]);
  return bond;
}

/** A reference of the scenario's own. */
export function refOf(text: string): string {
  return reference(`delivery models: ${text}`);
}
