import { ref, type Chain } from "../../support/chain.js";
import { cross } from "../../support/corridors.js";
import { deployNetting, publishBand, setCap, type Netting } from "../../support/netting.js";
import { minor } from "../../../sdk/money.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import type { NetItem } from "../../../sdk/eip712/bridgeNetting.js";
import type { BridgeBank, BridgeMember } from "../../../sdk/deploy/bridge.js";
import type { Scenery, Tale } from "../tale.js";
import { BANKS, CODES, account, type BankName, type Code, type Rules, type State } from "./state.js";

/** The venue on a chain, by the model's names. */
export interface World extends Scenery {
  readonly chain: Chain;
  readonly f: Netting;
  readonly banks: Readonly<Record<BankName, BridgeBank>>;
  readonly members: Readonly<Record<Code, BridgeMember>>;
  /** What the model knows by its index. */
  readonly items: Map<number, NetItem>;
}

export type Story = Tale<World, State, Rules>;

const FIRST_CAP = "500";

export async function deployWorld(chain: Chain): Promise<World> {
  const f = await deployNetting(chain);
  const { icbc, boc, hsbc, bochk, cny, hkd } = f;
  // abroad the banks have little, so that liquidity binds there and the caps at home
  await cross(f, cny.currency, icbc, hsbc, "300");
  await cross(f, hkd.currency, hsbc, boc, "200");
  const banks = { icbc, boc, hsbc, bochk };
  for (const member of [cny, hkd]) for (const bank of Object.values(banks)) await setCap(f, member, bank, FIRST_CAP);
  await publishBand(f);
  const errors = errorsOf(f.netting, f.engine, f.council, f.exchange, cny.currency);
  return { chain, f, banks, members: { CNY: cny, HKD: hkd }, errors, items: new Map() };
}

export async function openState({ f, banks, members, chain }: World): Promise<State> {
  const balances = new Map<string, bigint>();
  for (const code of CODES) {
    for (const bank of BANKS) {
      balances.set(account(code, bank), await members[code].currency.balanceOf(banks[bank].account));
    }
  }
  const references = new Map<Code, bigint>();
  const { CNY, HKD } = f.tokens;
  for (const code of CODES) {
    references.set(code, (await f.exchange.referenceOf(HKD, CNY, f.tokens[code])).validUntil);
  }
  return {
    now: BigInt(await chain.networkHelpers.time.latest()),
    balances,
    caps: new Map([...balances.keys()].map((key) => [key, minor(FIRST_CAP)])),
    frozen: new Set(),
    authorized: new Set(BANKS),
    suspended: new Set(),
    references,
    items: [],
    arrivals: 0,
    closed: 0n,
    positions: [],
  };
}

export { ref };
