import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, ZeroHash } from "ethers";
import { campaignId, purchaseId, type CampaignTerms, type Purchase } from "../../../sdk/eip712/purpose.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { VoucherList } from "../../../sdk/payments/purpose.js";
import { ref, type Chain } from "../../support/chain.js";
import { fund, identityOf } from "../../support/currency.js";
import { LAYER, deployPurpose, secondWallet, type Purpose } from "../../support/purpose.js";
import * as tale from "../tale.js";
import {
  CAMPAIGNS,
  DAYS,
  KINDS,
  LINES,
  PARTIES,
  type Kind,
  type Person,
  type PurchaseModel,
  type Rules,
  type State,
} from "./state.js";

/** Vouchers on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: Purpose;
  readonly signers: Readonly<Record<Person, HardhatEthersSigner>>;
  readonly terms: Readonly<Record<Kind, CampaignTerms>>;
  readonly list: VoucherList;
}

/** Vouchers: the model beside the chain. */
export class PurposeTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<PurposeTale, World, State, Rules>;

/** Three campaigns that are open, a person with two wallets and one with one. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deployPurpose(chain);
  const { ann, bob, city, restaurant, takeaway, carrier, stranger } = f;
  const anns = await secondWallet(f, stranger);
  const signers = { ann, anns, bob, city, restaurant, takeaway, carrier };
  await fund(f.mainland, anns, 30_000n);
  await f.money.connect(anns).approve(f.purpose, MaxUint256);
  const list = new VoucherList(
    LINES.map((owner) => ({ identity: identityOf(signers[owner]), amount: CAMPAIGNS.tenth.value })),
  );
  const opens = BigInt(await chain.networkHelpers.time.latest());
  const of = (terms: CampaignTerms, kind: Kind): CampaignTerms => ({
    ...terms,
    ...{ documentHash: ref(`${kind} of the model`), claimRoot: kind === "tenth" ? list.root : ZeroHash, opens },
    ...{ budget: CAMPAIGNS[kind].budget, value: CAMPAIGNS[kind].value, perPerson: CAMPAIGNS[kind].perPerson },
    ...{ minimumSpend: CAMPAIGNS[kind].minimum, layer: LAYER.city },
    ...{ claimsUntil: opens + DAYS.claims * tale.DAY, expires: opens + DAYS.length * tale.DAY },
  });
  const terms = {
    dining: of(f.dining, "dining"),
    subsidy: of(f.subsidy, "subsidy"),
    tenth: of(f.tenth, "tenth"),
  };
  for (const kind of KINDS) await f.purpose.connect(city).openCampaign(terms[kind], "0x");
  const free: State["free"] = new Map();
  for (const party of PARTIES) free.set(party, await f.money.spendableOf(signers[party]));
  const nothing = { granted: 0n, lapsed: 0n, outstanding: 0n, spent: 0n, restored: 0n, closed: false };
  const initial: State = {
    ...{ now: BigInt(await chain.networkHelpers.time.latest()), opens, free, names: 0, purchases: [] },
    order: KINDS.toSorted((a, b) => (campaignId(terms[a]) < campaignId(terms[b]) ? -1 : 1)),
    campaigns: new Map(KINDS.map((kind) => [kind, { ...nothing }])),
    ...{ given: new Map(), left: new Map(), lastDay: new Map(), claimed: new Set(), suspended: new Set() },
  };
  const errors = errorsOf(f.purpose, f.merchants, f.money);
  return { world: { chain, errors, f, signers, terms, list }, initial };
}

/** A purchase as the contract takes it. */
export function purchaseOf(world: World, state: State, purchase: PurchaseModel): Purchase {
  const { signers, terms } = world;
  const { who, shop, price, notAfter, name, uses } = purchase;
  return {
    ...{ beneficiary: signers[who].address, merchant: signers[shop].address, price, notAfter, businessRef: ref(name) },
    vouchers: uses.map(({ kind, amount, refunded }) => ({
      ...{ campaign: campaignId(terms[kind]), amount },
      refunded: refunded === undefined ? ZeroHash : idOf(world, state, refunded),
    })),
  };
}

/** The terms that go with a purchase. */
export function termsOf({ terms }: World, { uses }: PurchaseModel): CampaignTerms[] {
  return uses.map(({ kind }) => terms[kind]);
}

/** Id of a purchase that was paid. */
export function idOf(world: World, state: State, index: number): string {
  const purchase = tale.found(state.purchases[index], "purchase");
  return purchaseId(world.f.domains.purpose, purchaseOf(world, state, purchase));
}
