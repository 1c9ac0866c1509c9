import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Hold } from "../../../sdk/eip712/ledger.js";
import { ref, type Chain } from "../../support/chain.js";
import { CLASS, UNLIMITED, fund } from "../../support/currency.js";
import { deployFamilies, type Families } from "../../support/families.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import * as tale from "../tale.js";
import { ACCOUNTS, LIMITS, type HoldModel, type Party, type Person, type Rules, type State } from "./state.js";

/** The class that all wallets of the story have. */
export const STORY_CLASS = CLASS.IV;
/** What each bank has to give away, fen. */
const PURSE = 1_000_000n;
const FAR = 2n ** 40n;

/** A currency on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: Families;
  readonly signers: Readonly<Record<Party | "carrier", HardhatEthersSigner>>;
}

/** Families: the model beside the chain. */
export class FamilyTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<FamilyTale, World, State, Rules>;

/** Five accounts without a wallet, two banks with money, a shop and a market. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deployFamilies(chain);
  const [ann, bob, cai, dan] = f.spare;
  const { stranger: eve, icbc, boc, shop, company: market, carrier } = f;
  const limits = { ...LIMITS, balance: UNLIMITED.amount, open: true };
  await f.currency.connect(f.at.officers.governor).setClassLimits(STORY_CLASS, limits);
  for (const bank of [icbc, boc]) await fund(f.at, bank, PURSE);
  const now = BigInt(await chain.networkHelpers.time.latest());
  const wallets: State["wallets"] = new Map(
    ACCOUNTS.map((account) => [
      account,
      {
        ...{ open: undefined, list: account, parent: undefined, grant: undefined, spent: [], payees: new Set<Party>() },
        ...{ balance: 0n, held: 0n },
      },
    ]),
  );
  const initial: State = { now, wallets, lists: new Map(), persons: new Map(), holds: [], names: 0 };
  const signers = { ann, bob, cai, dan, eve, icbc, boc, shop, market, carrier };
  return { world: { chain, errors: errorsOf(f.currency), f, signers }, initial };
}

/** A person's commitment, the same at each bank. */
export function commitmentOf(person: Person): string {
  return ref(`identity of ${person}`);
}

/** A hold's terms; the carrier executes all. */
export function termsOf({ signers }: World, { payer, payee, amount, salt }: Omit<HoldModel, "left" | "counted">): Hold {
  return {
    ...{ payer: signers[payer].address, payee: signers[payee].address, executor: signers.carrier.address },
    ...{ amount, expiry: FAR, businessRef: ref(salt) },
  };
}
