import { Wallet, ZeroAddress, concat, id, toBeHex, type TypedDataDomain } from "ethers";
import { attestationTypedData, REQUEST_KIND } from "../../sdk/eip712/issuance.js";
import type { Hold } from "../../sdk/eip712/ledger.js";
import type { Instruction } from "../../sdk/eip712/settlement.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import type { ClassLimits } from "../../sdk/limits.js";
import { errorsOf } from "../../sdk/operations/refusal.js";
import type { IDigitalCurrency, IssuanceDesk, SettlementEngine } from "../../types/ethers-contracts/index.js";
import { ref, type Chain } from "../support/chain.js";
import { POWER, UNLIMITED, deployMoney, type Jurisdiction, type Money } from "../support/currency.js";
import { CLASS_LIMITS, type Terms } from "./ledger.js";
import { RATE } from "./issuance.js";
import {
  CURRENCIES,
  PEOPLE,
  found,
  type Currency,
  type Executor,
  type InstructionState,
  type Limits,
  type Person,
} from "./state.js";
import type { Scenery } from "./tale.js";

/** What one institution may have outstanding at the beginning. */
export const QUOTA = 1_000_000n;
export { OVERRIDES } from "./overrides.js";

/** One jurisdiction on the chain. */
export interface Place extends Jurisdiction {
  readonly token: string;
  readonly domain: TypedDataDomain;
  readonly desk: IssuanceDesk;
  readonly deskAddress: string;
  readonly deskDomain: TypedDataDomain;
}

/** The suite on a chain, addressed by the model's names. */
export interface World extends Scenery {
  readonly people: Money;
  readonly places: Record<Currency, Place>;
  readonly engine: SettlementEngine;
  readonly engineAddress: string;
  readonly engineDomain: TypedDataDomain;
  readonly operator: Wallet;
}

/** Both currencies with their desks, the engine, and allowances to it; limits as the model has them. */
export async function deployWorld(chain: Chain): Promise<World> {
  const people = await deployMoney(chain);
  const { ethers, networkHelpers } = chain;
  const operator = new Wallet(id("settlement-system operator"), ethers.provider);
  await networkHelpers.setBalance(operator.address, 10n ** 20n);
  const engine = await ethers.deployContract("SettlementEngine");
  const places = {
    cny: await openPlace(chain, people.mainland, operator),
    hkd: await openPlace(chain, people.hongkong, operator),
  };
  const engineAddress = await engine.getAddress();
  for (const currency of CURRENCIES) {
    for (const person of PEOPLE) {
      await places[currency].currency.connect(people[person]).approve(engineAddress, 2n ** 256n - 1n);
    }
  }
  const { currency, desk, registry } = places.cny;
  return {
    chain,
    errors: errorsOf(currency, desk, registry, engine),
    people,
    places,
    engine,
    engineAddress,
    engineDomain: await domainOf(engine),
    operator,
  };
}

async function openPlace({ ethers }: Chain, jurisdiction: Jurisdiction, operator: Wallet): Promise<Place> {
  const { currency, registry, authority, officers } = jurisdiction;
  const desk = await ethers.deployContract("IssuanceDesk", [currency, registry, authority, operator]);
  // the administrator may do whatever no role was named for
  await desk.connect(officers.admin).setRateLimit(RATE.capacity, RATE.window);
  await currency.connect(officers.governor).appoint(desk, POWER.issuer, ref("issuance act"));
  await currency.connect(officers.governor).dismiss(officers.issuer, POWER.issuer);
  for (const { number } of jurisdiction.banks) await registry.connect(officers.registrar).setQuota(number, QUOTA);
  for (const [walletClass, limits] of CLASS_LIMITS) {
    await currency.connect(officers.governor).setClassLimits(walletClass, limitsOf(limits));
  }
  return {
    ...jurisdiction,
    token: await currency.getAddress(),
    domain: await domainOf(currency),
    desk,
    deskAddress: await desk.getAddress(),
    deskDomain: await domainOf(desk),
  };
}

/** Limits of an open class as the currency takes them. */
export function limitsOf({ balance, single, day, year }: Limits): ClassLimits {
  return {
    balance: balance ?? UNLIMITED.amount,
    single: single ?? UNLIMITED.amount,
    day: day ?? UNLIMITED.counted,
    year: year ?? UNLIMITED.counted,
    open: true,
  };
}

/** The currency as a person's own wallet sees it. */
export function moneyOf({ people, places }: World, currency: Currency, person: Person): IDigitalCurrency {
  return places[currency].currency.connect(people[person]);
}

export function addressOf(world: World, currency: Currency, who: Executor): string {
  if (who === "engine") return world.engineAddress;
  return who === "desk" ? world.places[currency].deskAddress : world.people[who].address;
}

export function termsOf(world: World, currency: Currency, terms: Terms): Hold {
  return {
    payer: addressOf(world, currency, terms.payer),
    payee: terms.payee === undefined ? ZeroAddress : addressOf(world, currency, terms.payee),
    executor: addressOf(world, currency, terms.executor),
    amount: terms.amount,
    expiry: terms.expiry,
    businessRef: terms.ref,
  };
}

export function instructionOf(world: World, instruction: InstructionState): Instruction {
  return {
    businessRef: toBeHex(instruction.ref, 32),
    notBefore: instruction.notBefore,
    notAfter: instruction.notAfter,
    nettable: instruction.nettable,
    legs: instruction.legs.map(({ currency, from, to, amount }) => ({
      token: world.places[currency].token,
      from: addressOf(world, currency, from),
      to: addressOf(world, currency, to),
      amount,
    })),
  };
}

/** Sorts as the engine sorts the table of net positions. */
export function rankOf(world: World, currency: Currency, person: Person): string {
  return concat([world.places[currency].token, world.people[person].address]).toLowerCase();
}

/** The operator's attestation, or somebody else's. */
export async function attest(
  world: World,
  currency: Currency,
  kind: keyof typeof REQUEST_KIND,
  request: { readonly bank: number; readonly amount: bigint; readonly ref: string },
  honest: boolean,
): Promise<{ validUntil: bigint; signature: string }> {
  const validUntil = 2n ** 48n - 1n;
  const typedData = attestationTypedData(world.places[currency].deskDomain, {
    kind: REQUEST_KIND[kind],
    institution: request.bank,
    amount: request.amount,
    rtgsRef: request.ref,
    validUntil,
  });
  return { validUntil, signature: await sign(honest ? world.operator : world.people.stranger, typedData) };
}

/** Number → account of the institutions of a currency. */
export function bankNumber(world: World, currency: Currency, which: number): number {
  return Number(found(world.places[currency].banks[which % 2], "bank").number);
}
