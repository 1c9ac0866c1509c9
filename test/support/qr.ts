import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, encodeBytes32String, type TypedDataDomain } from "ethers";
import { governQr } from "../../sdk/deploy/qr.js";
import { qrBatchTypedData, type QrBatch, type QrEntry, type QrReturn } from "../../sdk/eip712/qr.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { buildBatch, type BuiltBatch } from "../../sdk/qr/batch.js";
import { QR_DIRECTION as DIRECTION, QR_MODE as MODE, schemeOf, type QrPayment } from "../../sdk/qr/payment.js";
import type { QrGateway, QrSettlement, SettlementEngine } from "../../types/ethers-contracts/index.js";
import { officers, ref, type Chain } from "./chain.js";
import { deployMoney, fund, type Money } from "./currency.js";

export { QR_DIRECTION as DIRECTION, QR_MODE as MODE } from "../../sdk/qr/payment.js";
/** Numbers of the contracts' enumerations. */
export const QR_STATUS = { none: 0n, requested: 1n, authorized: 2n, completed: 3n, reversed: 4n } as const;
export const WINDOW = { none: 0n, committed: 1n, settled: 2n, withdrawn: 3n } as const;
export const DISPUTE = { none: 0n, open: 1n, answered: 2n, upheld: 3n, returned: 4n } as const;

export const CNY = 156n;
export const HKD = 344n;
/** Seconds: how long a settled entry may be disputed, and a dispute answered. */
export const DISPUTE_PERIOD = 3n * 86_400n;
export const ANSWER_PERIOD = 86_400n;
/** What every bank has at the beginning. */
export const OPENING = minor("10000");

/** The schemes that are routed, by who serves them. */
export const SCHEME = {
  union: schemeOf("A000000333010101"),
  hkqr: schemeOf("hk.com.hkicl"),
  unknown: schemeOf("none"),
};

/** Gateway and settlement in e-CNY; four institutions that take part, have funds and let the settlement speak for them. */
export interface Qr extends Money {
  readonly engine: SettlementEngine;
  readonly gateway: QrGateway;
  readonly settlement: QrSettlement;
  readonly domain: TypedDataDomain;
  readonly operator: HardhatEthersSigner;
  readonly participants: readonly HardhatEthersSigner[];
  /** Unix seconds when all stood. */
  readonly now: bigint;
}

/** Call it inside a fixture: `async function deploy() { return deployQr(chain); }`. */
export async function deployQr(chain: Chain): Promise<Qr> {
  const { ethers, networkHelpers } = chain;
  const money = await deployMoney(chain);
  const { mainland, icbc, boc, hsbc, bochk } = money;
  const { operator } = await officers(chain, "gateway", "operator");
  const engine = await ethers.deployContract("SettlementEngine");
  const gateway = await ethers.deployContract("QrGateway", [mainland.authority, CNY]);
  const settlement = await ethers.deployContract("QrSettlement", [
    ...([mainland.authority, mainland.currency, engine, gateway, DISPUTE_PERIOD, ANSWER_PERIOD] as const),
  ]);
  const { admin, registrar } = mainland.officers;
  await governQr({ authority: mainland.authority, admin }, { gateway, settlement }, operator);
  const participants = [icbc, boc, hsbc, bochk];
  for (const bank of participants) {
    await gateway.connect(registrar).admit(bank);
    await fund(mainland, bank, OPENING);
    await mainland.currency.connect(bank).approve(engine, MaxUint256);
    await engine.connect(bank).authorizeAgent(settlement, true);
  }
  // merchants at home are icbc's; merchants abroad, and wallets from abroad, are bochk's; wallets of home are boc's
  for (const [name, direction, mode, served] of [
    [SCHEME.union, DIRECTION.inbound, MODE.merchant, icbc],
    [SCHEME.hkqr, DIRECTION.outbound, MODE.merchant, bochk],
    [SCHEME.hkqr, DIRECTION.inbound, MODE.consumer, bochk],
    [SCHEME.union, DIRECTION.outbound, MODE.consumer, boc],
  ] as const) {
    await gateway.connect(registrar).setRoute(name, direction, mode, served);
  }
  const now = BigInt(await networkHelpers.time.latest());
  return { ...money, engine, gateway, settlement, operator, participants, now, domain: await domainOf(settlement) };
}

/** A wallet of hsbc's pays RMB 100.50 to a merchant of icbc's, unless told otherwise. */
export function payment(f: Qr, change: Partial<QrPayment> = {}): QrPayment {
  return {
    businessRef: ref("payment 1"),
    requester: f.hsbc.address,
    direction: DIRECTION.inbound,
    mode: MODE.merchant,
    scheme: SCHEME.union,
    categoryCode: 5812n,
    country: "0x434e",
    merchantCurrency: CNY,
    merchantAmount: minor("100.50"),
    payerCurrency: HKD,
    payerAmount: minor("109.92", "HKD"),
    payloadHash: ref("the code's text"),
    notAfter: f.now + 3_600n,
    ...change,
  };
}

/** One payment of each direction and mode: who asks, who answers, which is the wallet's side and which the acquirer. */
export function kinds(f: Qr) {
  const { hsbc, icbc, boc, bochk } = f;
  const home = { payerCurrency: CNY, payerAmount: minor("80"), merchantCurrency: HKD, merchantAmount: minor("87.50") };
  return [
    { name: "inbound, merchant-presented", asks: hsbc, answers: icbc, change: {}, wallet: hsbc, acquirer: icbc },
    {
      ...{ name: "inbound, consumer-presented", asks: icbc, answers: bochk, wallet: bochk, acquirer: icbc },
      change: { requester: icbc.address, mode: MODE.consumer, scheme: SCHEME.hkqr },
    },
    {
      ...{ name: "outbound, merchant-presented", asks: boc, answers: bochk, wallet: boc, acquirer: bochk },
      change: {
        requester: boc.address,
        direction: DIRECTION.outbound,
        scheme: SCHEME.hkqr,
        country: "0x484b",
        ...home,
      },
    },
    {
      ...{ name: "outbound, consumer-presented", asks: hsbc, answers: boc, wallet: boc, acquirer: hsbc },
      change: {
        requester: hsbc.address,
        direction: DIRECTION.outbound,
        mode: MODE.consumer,
        country: "0x484b",
        ...home,
      },
    },
  ];
}

/** An entry of a batch: `debtor` owes `creditor`. */
export function entryOf(
  name: string,
  debtor: { readonly address: string },
  creditor: { readonly address: string },
  amount: string,
): QrEntry {
  return { paymentId: ref(name), debtor: debtor.address, creditor: creditor.address, amount: minor(amount) };
}

/** Four payments among three of the banks: hsbc owes 300.00 in sum, icbc is due 220.00 and boc 80.00. */
export function entriesOf({ hsbc, icbc, boc }: Qr): QrEntry[] {
  return [
    entryOf("a", hsbc, icbc, "100.50"),
    entryOf("b", hsbc, icbc, "149.50"),
    entryOf("c", icbc, boc, "30.00"),
    entryOf("d", hsbc, boc, "50.00"),
  ];
}

/** A window's batch, of {@link entriesOf} unless told otherwise. */
export function batchOf(
  f: Qr,
  { window = 1n, entries = entriesOf(f), corrections = [] as readonly QrReturn[] } = {},
): BuiltBatch {
  return buildBatch({ domain: f.domain, window, entries, corrections });
}

/** The lines' signatures over a batch, in order. */
export function consentsTo(f: Qr, batch: QrBatch): Promise<string[]> {
  const typedData = qrBatchTypedData(f.domain, batch);
  return Promise.all(
    batch.positions.map(({ institution }) => {
      const signer = f.participants.find(({ address }) => address === institution);
      if (signer === undefined) throw new RangeError(`${institution} is no participant`);
      return sign(signer, typedData);
    }),
  );
}

/** Commits a batch and settles it with every line's signature, carried by somebody without a part in it. */
export async function settleBatch(f: Qr, built: BuiltBatch) {
  await f.settlement.connect(f.operator).commit(built.batch);
  return f.settlement.connect(f.carrier).settle(built.batch, await consentsTo(f, built.batch));
}

/** Why something is done, in 32 bytes. */
export const REASON = encodeBytes32String("why");
