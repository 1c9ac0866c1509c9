import type { ContractTransactionResponse, TypedDataDomain } from "ethers";
import type { BridgeBank } from "../../../sdk/deploy/bridge.js";
import { verdictOf, type SignedVerdict } from "../../../sdk/bridge/operations.js";
import { readerKeys, seal, sealedHash, type ReaderKeys, type TravelRuleData } from "../../../sdk/bridge/travelRule.js";
import type { BridgePayment } from "../../../sdk/eip712/bridgePayments.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { ref, type Chain } from "../../support/chain.js";
import { deployNetting, paymentOf, type Netting } from "../../support/netting.js";
import { found, type Scenery, type Tale } from "../tale.js";
import { BANKS, CENTRAL_BANKS, CODES, RULES, account, readersOf, referenceKey } from "./state.js";
import type { BankName, ModelPayment, Reader, Rules, State } from "./state.js";

/** A payment with its travel-rule data, in clear and as it travels. */
export interface Sent {
  readonly payment: BridgePayment;
  readonly sealed: string;
  readonly data: TravelRuleData;
}

/** The shared ledger on a chain, by the model's names. */
export interface World extends Scenery {
  readonly chain: Chain;
  readonly f: Netting;
  readonly domain: TypedDataDomain;
  readonly banks: Readonly<Record<BankName, BridgeBank>>;
  readonly keys: ReadonlyMap<Reader, ReaderKeys>;
  /** What the model knows by its index. */
  readonly sent: Map<number, Sent>;
  /** Transactions of this story that ended a payment, by its index. */
  readonly endings: Map<number, ContractTransactionResponse>;
}

export type Story = Tale<World, State, Rules>;

export const LIST = ref("list of 1 August");

export async function deployWorld(chain: Chain): Promise<World> {
  const f = await deployNetting(chain);
  const { icbc, boc, hsbc, bochk, bangkok } = f;
  return {
    ...{ chain, f, banks: { icbc, boc, hsbc, bochk, bangkok }, domain: await domainOf(f.payments) },
    errors: errorsOf(f.payments, f.engine, f.cny.currency),
    keys: new Map([...BANKS, ...CENTRAL_BANKS].map((reader) => [reader, readerKeys()])),
    sent: new Map(),
    endings: new Map(),
  };
}

export async function openState({ f, banks, chain }: World): Promise<State> {
  const balances = new Map<string, bigint>();
  for (const code of CODES) {
    const { currency } = f.members[code];
    for (const bank of BANKS) balances.set(account(code, bank), await currency.balanceOf(banks[bank].account));
  }
  const now = BigInt(await chain.networkHelpers.time.latest());
  return { now, balances, payments: [], used: new Set() };
}

/** The payment of the model as its banks exchange it. */
export function send({ f, banks, keys, sent }: World, index: number, model: ModelPayment): void {
  const terms = paymentOf(f, {
    ...{ currency: f.tokens[model.code], amount: model.amount, notAfter: model.notAfter },
    ...{ payer: banks[model.payer].account, payee: banks[model.payee].account },
    businessRef: ref(`payment ${referenceKey(model)}`),
  });
  const data = customersOf(index);
  const sealed = sealFor(keys, [...readersOf(model, RULES)], data, terms);
  sent.set(index, { data, sealed, payment: { ...terms, dataHash: sealedHash(sealed) } });
}

/** Seals for readers by name. */
export function sealFor(
  keys: World["keys"],
  readers: readonly Reader[],
  data: TravelRuleData,
  terms: BridgePayment,
): string {
  const publicKeys = readers.map((reader) => found(keys.get(reader), `key of ${reader}`).publicKey);
  return seal(data, terms, publicKeys);
}

export function sentAt({ sent }: Pick<World, "sent">, index: number): Sent {
  return found(sent.get(index), `payment ${index}`);
}

/** What both banks have signed of a payment. */
export async function approvals(world: World, index: number, { payer, payee, validUntil }: ModelPayment) {
  return Promise.all([
    verdict(world, index, payer, { approved: true, validUntil: validUntil.payer }),
    verdict(world, index, payee, { approved: true, validUntil: validUntil.payee }),
  ]);
}

export function verdict(
  world: World,
  index: number,
  bank: BankName,
  screening: { readonly approved: boolean; readonly validUntil: bigint },
): Promise<SignedVerdict> {
  const { payment } = sentAt(world, index);
  return verdictOf(world.domain, payment, world.banks[bank], { listVersion: LIST, ...screening });
}

export function customersOf(index: number): TravelRuleData {
  const person = (name: string) => ({
    ...{ name: `${name} ${index}`, account: `62220212345678 ${name}` },
    ...{ address: `${name} Lane 88, Pudong`, identification: `310115198001011234 ${name}` },
  });
  return {
    originator: person("Zhang Wei Trading"),
    beneficiary: person("Lee Hong Electronics"),
    remittance: `Invoice 2022-0815 for ${index} speakers`,
  };
}
