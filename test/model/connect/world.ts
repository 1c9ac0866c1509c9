import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256 } from "ethers";
import { dayNumber } from "../../../sdk/calendar.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { NO_LIMIT } from "../../../sdk/payments/connect.js";
import { ref, type Chain } from "../../support/chain.js";
import { KIND, deployConnect, type Connect, type PaymentUnderTest } from "../../support/connect.js";
import * as tale from "../tale.js";
import { QUOTAS, type Payer, type Rules, type State } from "./state.js";

/** Accounts that proxies lead to, each with the bank that opened its wallet. */
export const OWNERS = {
  shop: { currency: "ecny", bank: "icbc" },
  meiAtBoc: { currency: "ecny", bank: "boc" },
  bob: { currency: "ehkd", bank: "hsbc" },
  annAtBochk: { currency: "ehkd", bank: "bochk" },
} as const;
export type Owner = keyof typeof OWNERS;

/** What an account has of each currency at the story's beginning. */
export type Opening = ReadonlyMap<string, bigint>;

/** The link on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: Connect;
  /** Payments as they were signed, by their name in the model. */
  readonly made: Map<number, PaymentUnderTest>;
  readonly opening: Opening;
}

/** The link: the model beside the chain. */
export class ConnectTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<ConnectTale, World, State, Rules>;

/** Quotas that bind soon, payees that let the engine take back what is returned. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deployConnect(chain);
  const { link, mainland, hongkong, engine, shop, ann, bob } = f;
  for (const [name, { day = NO_LIMIT, year = NO_LIMIT }] of Object.entries(QUOTAS)) {
    const { governor } = (name === "southbound" ? mainland : hongkong).officers;
    await link.connect(governor).setQuota(KIND[name as keyof typeof QUOTAS], { day, year });
  }
  for (const payee of [shop, ann]) await mainland.currency.connect(payee).approve(engine, MaxUint256);
  await hongkong.currency.connect(bob).approve(engine, MaxUint256);
  const opening = new Map<string, bigint>();
  for (const [key, { currency, account }] of tracked(f)) {
    opening.set(key, await currency.balanceOf(account));
  }
  const now = BigInt(await chain.networkHelpers.time.latest());
  const today = dayNumber(now);
  const initial: State = {
    ...{ now, payments: [], names: 0, rated: { northbound: today, southbound: today } },
    proxies: [1, 2].map(() => ({ owner: undefined, sequence: 0n })),
  };
  const errors = errorsOf(link, f.directory, engine, mainland.currency, mainland.registry);
  return { world: { chain, errors, f, made: new Map(), opening }, initial };
}

/** Everybody whose balance a payment moves, in each currency. */
export function tracked(f: Connect) {
  const people = { shop: f.shop, ann: f.ann, anns: f.anns, annAtBochk: f.annAtBochk, bob: f.bob };
  const all = { ...people, mei: f.mei, meiAtBoc: f.meiAtBoc, icbc: f.icbc, hsbc: f.hsbc };
  return Object.entries(all).flatMap(([name, account]) =>
    (["ecny", "ehkd"] as const).map((code) => {
      const { currency } = code === "ecny" ? f.mainland : f.hongkong;
      return [`${name} ${code}`, { currency, account }] as const;
    }),
  );
}

/** The account that pays. */
export function payerOf(f: Connect, payer: Payer): HardhatEthersSigner {
  return payer === "annInCny" ? f.ann : f[payer];
}

/** The key of the story's proxy. */
export function proxyOf(index: number): string {
  return ref(`proxy ${index}`);
}
