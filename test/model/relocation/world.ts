import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { NEVER, type Hold } from "../../../sdk/eip712/ledger.js";
import { relocationFileId, type RelocationAgreement } from "../../../sdk/eip712/relocation.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { relocationFund } from "../../../sdk/projects/relocation.js";
import { ref, type Chain } from "../../support/chain.js";
import { deployRelocation, type Relocations } from "../../support/relocation.js";
import * as tale from "../tale.js";
import { BUDGET, FUND, type FileModel, type Person, type Rules, type State } from "./state.js";

/** A relocation project on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: Relocations;
  readonly signers: Readonly<Record<Person, HardhatEthersSigner>>;
  readonly funds: readonly Hold[];
}

/** Relocation: the model beside the chain. */
export class RelocationTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<RelocationTale, World, State, Rules>;

const FUNDS = 5;

/** A project with a smaller budget than the usual, its formula published, and five funds. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const usual = await deployRelocation(chain);
  const { ann: zhang, hsbc: li, cai: wang, authority, approvers, carrier, relocation, money, domain } = usual;
  const [first, second] = approvers;
  const rules = { ...usual.rules, budget: BUDGET, salt: ref("project of the model") };
  await relocation.connect(authority).openProject(rules);
  await relocation.connect(authority).publishFormula(rules, usual.formula);
  const funds = Array.from({ length: FUNDS }, (_, index) => relocationFund(domain, rules, FUND, NEVER - BigInt(index)));
  for (const fund of funds) await money.connect(authority).placeHold(fund);
  const f: Relocations = { ...usual, rules, project: await relocation.projectId(rules) };
  const now = BigInt(await chain.networkHelpers.time.latest());
  const initial: State = {
    ...{ now, files: new Map(), payable: [], cursor: 0, approved: 0n, paid: 0n },
    ...{ balances: new Map(), frozen: new Set(), funds: funds.map(() => FUND) },
  };
  const signers = { zhang, li, wang, authority, first, second, carrier };
  return { world: { chain, errors: errorsOf(relocation, money), f, signers, funds }, initial };
}

/** Keyed hash of an entitlement. */
export function entitlementOf(entitlement: number): string {
  return ref(`entitlement ${entitlement}`);
}

/** Id of an entitlement's file. */
export function idOf({ f }: World, entitlement: number): string {
  return relocationFileId(f.authority.address, entitlementOf(entitlement));
}

/** Hash of the archive's version that says `text`. */
export function archiveHash(entitlement: number, text: string): string {
  return ref(`archive ${entitlement}: ${text}`);
}

/** Hash of the report of a survey. */
export function reportOf(entitlement: number, revision: bigint): string {
  return ref(`survey ${entitlement}, ${revision}`);
}

/** What both sides sign of a file that has been surveyed. */
export function termsOf(
  world: World,
  file: Pick<FileModel, "entitlement" | "household" | "surveys">,
  { round, amount, notAfter }: { round: bigint; amount: bigint; notAfter: bigint },
): RelocationAgreement {
  return {
    ...{ file: idOf(world, file.entitlement), round, household: world.signers[file.household].address },
    ...{ survey: reportOf(file.entitlement, file.surveys), formula: world.f.formula, notAfter },
    compensation: { property: amount - amount / 5n, resettlement: 0n, business: 0n, reward: amount / 5n },
    document: ref(`agreement ${file.entitlement}`),
  };
}
