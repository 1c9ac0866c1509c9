import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { bothSides, tradeGuaranteeHold, tradeId, tradeInstructionId } from "../../../sdk/eip712/trades.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { ref, type Chain } from "../../support/chain.js";
import { RULES as FIGURES, deployMarket, type Market } from "../../support/trades.js";
import * as tale from "../tale.js";
import { OWNERS, receiverOf, type Person, type Rules, type Side, type State, type TradeModel } from "./state.js";

/** A market on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: Market;
  readonly signers: Readonly<Record<Person, HardhatEthersSigner>>;
}

/** Trades: the model beside the chain. */
export class TradeTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
/** What a story may go on with: one act, or several that come one after the other. */
export interface Plan {
  readonly label: string;
  readonly resolve: (told: TradeTale) => Act | Iterable<Act> | undefined;
}

/** Two dealers and an agent with units and money; nothing is traded yet. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deployMarket(chain);
  const signers = { north: f.seller, south: f.buyer, agent: f.agent, carrier: f.carrier };
  const units: State["units"] = new Map();
  const free: State["free"] = new Map();
  for (const owner of OWNERS) {
    units.set(owner, await f.bond.balanceOf(signers[owner]));
    free.set(owner, await f.money.balanceOf(signers[owner]));
  }
  const now = BigInt(await chain.networkHelpers.time.latest());
  const errors = errorsOf(f.matching, f.money, f.bond, f.engine);
  return { world: { chain, errors, f, signers }, initial: { now, units, free, frozen: new Set(), trades: [] } };
}

/** The two instructions of a trade, as the contract takes them. */
export function sidesOf({ f, signers }: World, trade: TradeModel) {
  const { name, quantity, amount, off, minimum, guarantee, traded, day } = trade;
  const agreed = {
    ...{ isin: f.isin, tradeDay: traded, settlementDay: day, quantity, minimumPart: minimum, guarantee },
    ...{ deliverer: signers[trade.giver].address, receiver: signers[receiverOf(trade)].address },
    money: { currency: f.terms.currency, amount },
  };
  const { delivery, receipt } = bothSides(agreed, ref(name));
  return { delivery, receipt: { ...receipt, amount: receipt.amount + off } };
}

export function pairOf(world: World, trade: TradeModel) {
  const { delivery, receipt } = sidesOf(world, trade);
  return [delivery, receipt] as const;
}

export function idOf(world: World, trade: TradeModel): string {
  return tradeId(world.f.domain, ...pairOf(world, trade));
}

export function entryIdOf(world: World, trade: TradeModel, side: Side): string {
  return tradeInstructionId(world.f.domain, sidesOf(world, trade)[side]);
}

/** The hold that a trade's guarantee is. */
export function holdOf(world: World, trade: TradeModel) {
  return tradeGuaranteeHold(world.f.domain, FIGURES, sidesOf(world, trade).delivery);
}
