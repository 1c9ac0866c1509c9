import { ZeroAddress, type BaseContract } from "ethers";
import { VOTE } from "../../../sdk/bridge.js";
import { decisionOf, type Decision } from "../../../sdk/council.js";
import { MAKER_SIDE, type Quote } from "../../../sdk/eip712/foreignExchange.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import type { CentralBankCouncil, CurrencyMock } from "../../../types/ethers-contracts/index.js";
import { MAX_VALIDITY, REFERENCE, accepted, deployBridge, publish, type Bridge } from "../../support/bridge.js";
import { officers, ref, type Actors, type Chain } from "../../support/chain.js";
import { own } from "../../support/council.js";
import type { Jurisdiction } from "../../support/currency.js";
import { found } from "../state.js";
import { BANKS, TIMES, type Answer, type BankName, type CouncilState, type Matter } from "./council.js";
import { COINS, DEALERS, type Coin, type Dealer, type ExchangeState, type Offer } from "./exchange.js";

/** Sent with every transaction, so that none is tried out beforehand. */
const OVERRIDES = { gasLimit: 6_000_000n } as const;

/** The bridge on a chain, addressed by the model's names: an exchange, and a council of its own with five banks. */
export interface World {
  readonly chain: Chain;
  readonly bridge: Bridge;
  readonly places: Readonly<Record<Coin, Jurisdiction>>;
  readonly banks: Actors<BankName>;
  readonly council: CentralBankCouncil;
  readonly currencies: ReadonlyMap<BankName, CurrencyMock>;
  /** Knows every error that can come. */
  readonly errors: BaseContract;
}

export async function deployWorld(chain: Chain): Promise<World> {
  const { ethers } = chain;
  const bridge = await deployBridge(chain);
  for (const place of [bridge.mainland, bridge.hongkong]) {
    await publish(bridge, place, { ...REFERENCE, validFor: MAX_VALIDITY });
  }
  const banks = await officers(chain, "council", ...BANKS);
  const currencies = new Map<BankName, CurrencyMock>();
  for (const bank of BANKS) {
    const authority = await ethers.deployContract("AccessManager", [banks[bank]]);
    currencies.set(bank, await ethers.deployContract("CurrencyMock", [authority]));
  }
  const founders: BankName[] = ["pboc", "hkma", "bot"];
  const issued = await Promise.all(
    founders.slice(0, 2).map(async (bank) => ({
      currency: await found(currencies.get(bank), "currency").getAddress(),
      issuer: banks[bank].address,
    })),
  );
  const council = await ethers.deployContract("CentralBankCouncil", [
    founders.map((bank) => banks[bank].address),
    issued,
    ref("rulebook 1"),
    { votingDelay: TIMES.delay, votingPeriod: TIMES.period, timeLock: TIMES.lock },
  ]);
  const { exchange, engine, mainland, hongkong } = bridge;
  const errors = errorsOf(exchange, engine, council, mainland.currency);
  return { chain, bridge, places: { cny: mainland, hkd: hongkong }, banks, council, currencies, errors };
}

export async function openExchange({ bridge, places, chain }: World): Promise<ExchangeState> {
  const balancesOf = async (coin: Coin) =>
    new Map(
      await Promise.all(
        DEALERS.map(async (dealer) => [dealer, await places[coin].currency.balanceOf(bridge[dealer])] as const),
      ),
    );
  const referenceOf = async (coin: Coin) => {
    const band = await bridge.exchange.referenceOf(bridge.ehkd, bridge.ecny, places[coin].currency);
    const width = (band.high - band.low) / 2n;
    return { rate: band.low + width, width, validUntil: band.validUntil };
  };
  return {
    now: BigInt(await chain.networkHelpers.time.latest()),
    balances: { hkd: await balancesOf("hkd"), cny: await balancesOf("cny") },
    references: { hkd: await referenceOf("hkd"), cny: await referenceOf("cny") },
    suspended: new Set(),
    authorized: new Set(DEALERS),
    offers: [],
    filled: new Map(),
    owners: new Map(),
    cancelled: new Set(),
    over: new Set(),
    deals: [],
  };
}

export async function openCouncil({ chain, council }: World): Promise<CouncilState> {
  const founded = await council.deploymentTransaction()?.wait();
  const block = await founded?.getBlock();
  return {
    now: BigInt(await chain.networkHelpers.time.latest()),
    members: new Set(["pboc", "hkma", "bot"]),
    changedAt: BigInt(block?.timestamp ?? 0),
    changes: 3,
    invitations: new Map(),
    currencies: new Map([
      ["pboc", false],
      ["hkma", false],
    ]),
    supply: new Map(),
    motions: [],
    rulebooks: 1,
  };
}

// ------------------------------------------------------------------ exchange

export function quoteOf({ bridge }: World, offer: Offer): Quote {
  const { maker, taker, sells, rate, minimum, maximum, divisible, notAfter, nonce } = offer;
  return {
    maker: bridge[maker].address,
    taker: taker === undefined ? ZeroAddress : bridge[taker].address,
    base: bridge.ehkd,
    counter: bridge.ecny,
    side: sells ? MAKER_SIDE.sells : MAKER_SIDE.buys,
    ...{ rate, minimum, maximum, divisible, notAfter, nonce },
  };
}

export async function sendTake(world: World, offer: Offer, taker: Dealer, amount: bigint) {
  const { bridge } = world;
  const acceptance = await accepted(bridge, quoteOf(world, offer), amount);
  return bridge.exchange.connect(bridge[taker]).take(acceptance, OVERRIDES);
}

export function sendCancel({ bridge }: World, maker: Dealer, nonce: bigint) {
  return bridge.exchange.connect(bridge[maker]).cancelQuote(nonce, OVERRIDES);
}

export function sendAuthorization({ bridge }: World, dealer: Dealer, on: boolean) {
  return bridge.engine.connect(bridge[dealer]).authorizeAgent(bridge.exchange, on, OVERRIDES);
}

export function sendReference({ bridge, places }: World, coin: Coin, rate: bigint, width: bigint, validFor: bigint) {
  const { currency, officers: office } = places[coin];
  const exchange = bridge.exchange.connect(office.governor);
  return exchange.setReference(bridge.ehkd, bridge.ecny, currency, rate, width, validFor, OVERRIDES);
}

export function sendWithdrawal({ bridge, places }: World, coin: Coin) {
  const { currency, officers: office } = places[coin];
  return bridge.exchange.connect(office.halter).withdrawReference(bridge.ehkd, bridge.ecny, currency, OVERRIDES);
}

export function sendStop({ bridge, places }: World, coin: Coin, on: boolean) {
  const { currency, officers: office } = places[coin];
  return on
    ? bridge.council.connect(office.halter).suspendCurrency(currency, OVERRIDES)
    : bridge.council.connect(office.resumer).resumeCurrency(currency, OVERRIDES);
}

export { COINS };

// ------------------------------------------------------------------- council

/** The calls of a matter, told apart by the place in the story. */
export async function decisionFor(world: World, matter: Matter, place: number): Promise<Decision> {
  const { council, banks } = world;
  const call = (name: string, ...args: readonly unknown[]) => own({ council }, name, ...args);
  const calls = {
    invite: (bank: BankName) => [call("inviteMember", banks[bank].address)],
    disguised: (bank: BankName) => [
      call("adoptResolution", ref("a courtesy")),
      call("inviteMember", banks[bank].address),
    ],
    admit: (bank: BankName) => [call("admitCurrency", addressOf(world, bank), banks[bank].address)],
  };
  if ("bank" in matter) return decisionOf(`motion ${place}`, ...calls[matter.what](matter.bank));
  const plain = matter.what === "rulebook" ? call("setRulebook", ref("book")) : call("adoptResolution", ref("text"));
  return decisionOf(`motion ${place}`, plain);
}

export function addressOf({ currencies }: World, bank: BankName): string {
  return found(currencies.get(bank), "currency").target as string;
}

export const ANSWERS: Readonly<Record<Answer, number>> = VOTE;

export { OVERRIDES };
