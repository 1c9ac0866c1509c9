import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { BaseContract } from "ethers";
import { minor } from "../../../sdk/money.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { buildBatch, type BuiltBatch } from "../../../sdk/qr/batch.js";
import type { QrPayment } from "../../../sdk/qr/payment.js";
import { openStoryChain, ref, type Chain } from "../../support/chain.js";
import { OPENING, deployQr, kinds, payment, type Qr } from "../../support/qr.js";
import { Tale } from "../tale.js";
import { entryAt, type Place, type QrRules, type QrState, type Window } from "./state.js";

const PAYMENTS = 6;
const HOUR = 3_600n;

/** Gateway and settlement on a chain. */
export interface QrWorld {
  readonly chain: Chain;
  readonly f: Qr;
  readonly errors: BaseContract;
  /** What is asked for, in the order of the model's payments. */
  readonly asked: readonly QrPayment[];
}

/** The model of payments by QR code beside the chain. */
export class QrTale extends Tale<QrWorld, QrState, QrRules> {}

export async function openQrWorld(): Promise<{ world: QrWorld; initial: QrState }> {
  const chain = await openStoryChain("mainland");
  const f = await deployQr(chain);
  const now = BigInt(await chain.networkHelpers.time.latest());
  const four = kinds(f);
  const planned = Array.from({ length: PAYMENTS }, (_, place) => {
    const kind = place % four.length;
    const { change, asks, answers, wallet, acquirer } = four[kind] ?? failed();
    const notAfter = now + BigInt(4 + 4 * place) * HOUR;
    const asked = payment(f, { ...change, businessRef: ref(`payment ${place}`), notAfter });
    const amount = asked.direction === 0n ? asked.merchantAmount : asked.payerAmount;
    const sides = { asks: asks.address, answers: answers.address, wallet: wallet.address, acquirer: acquirer.address };
    return { asked, payment: { kind, ...sides, amount, notAfter, status: "none" as const, refunded: 0n, ends: 0 } };
  });
  const world = {
    ...{ chain, f, errors: errorsOf(f.gateway, f.settlement, f.engine, f.mainland.currency) },
    asked: planned.map(({ asked }) => asked),
  };
  const initial: QrState = {
    now,
    admitted: new Set(f.participants.map(({ address }) => address)),
    closed: new Set(),
    payments: planned.map((each) => each.payment),
    log: [],
    windows: [],
    balances: new Map(f.participants.map(({ address }) => [address, OPENING])),
  };
  return { world, initial };
}

/** A window of the model as the operator's file makes it. */
export function built({ f }: QrWorld, state: QrState, number: number, window: Pick<Window, "entries" | "corrections">) {
  return buildBatch({
    domain: f.domain,
    window: BigInt(number + 1),
    entries: window.entries,
    corrections: window.corrections.map((place) => ({
      ...{ window: BigInt(place.window + 1), index: place.index, entry: entryAt(state, place) },
    })),
  });
}

export function builtAt(world: QrWorld, state: QrState, number: number): BuiltBatch {
  return built(world, state, number, state.windows[number] ?? failed());
}

export function inclusionOf(world: QrWorld, state: QrState, { window, index }: Place) {
  return builtAt(world, state, window).inclusion(index);
}

export function bankOf({ f }: QrWorld, address: string): HardhatEthersSigner {
  return f.participants.find((bank) => bank.address === address) ?? failed();
}

/** The largest amount of an entry: a bank that owes two or three of them lacks cover. */
export const MOST = minor("4000");

function failed(): never {
  throw new RangeError("the model and its world have the same parts");
}
