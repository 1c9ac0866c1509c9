import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { PAYEE_PURPOSE, fundingHold, payrollId, type ProjectTerms, type Roster } from "../../../sdk/eip712/projects.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { payeePage, type PayeePage } from "../../../sdk/projects/pages.js";
import { ProjectSite, type Applied, type AppliedWages, type SignedContract } from "../../../sdk/projects/site.js";
import { ref, type Chain } from "../../support/chain.js";
import { CLASS, identityOf } from "../../support/currency.js";
import { deploySite, type Site } from "../../support/projects.js";
import * as tale from "../tale.js";
import {
  BATCHES,
  SUPPLIERS,
  TERMS,
  type ApplicationModel,
  type Approver,
  type Inspector,
  type Payee,
  type Rules,
  type State,
} from "./state.js";

/** A project on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: Site;
  readonly site: ProjectSite;
  readonly works: SignedContract;
  readonly batches: readonly string[];
  readonly signers: Readonly<Record<Payee | Approver | Inspector, HardhatEthersSigner>>;
  /** Ids of certificates, as their transactions gave them. */
  readonly certificates: string[];
}

/** A project: the model beside the chain. */
export class ProjectTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<ProjectTale, World, State, Rules>;

/** A small project: one contract, four wallets of three workers, two suppliers, two batches in the contractor's hands. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deploySite(chain);
  const { ann, dan, bob, stranger, supplier, hire, inspector, second, supervisor, office, general } = f;
  await f.money.connect(f.icbc).openWallet(stranger, CLASS.II, identityOf(bob));
  const terms: ProjectTerms = {
    ...{ ...f.terms, lines: [TERMS.budget], documentHash: ref("the model's project") },
    funding: [
      { funder: f.city.address, amount: TERMS.first },
      { funder: f.district.address, amount: TERMS.second },
    ],
  };
  const people = { owner: f.owner, supervisor, attestor: f.attestor };
  const site = new ProjectSite(f.site.contracts, f.site.domains, terms, people, f.carrier);
  await f.money.connect(f.city).placeHold(fundingHold(terms, 0));
  await f.money.connect(f.district).placeHold(fundingHold(terms, 1));
  await f.funds.connect(f.owner).openProject(terms, ["0x", "0x"]);
  for (const one of SUPPLIERS) await site.list(f[one], PAYEE_PURPOSE.material);
  const works = await site.contract(f.owner, general, { amount: TERMS.amount, retention: 1_000n });
  await site.enrol([ann.address, dan.address, bob.address]);
  const batches: string[] = [];
  for (let b = 0; b < BATCHES; b++) {
    const batch = await site.batch(supplier, { businessRef: ref(`batch ${b}`) });
    await site.passOn(batch, supplier, general);
    batches.push(batch);
  }
  for (const one of [inspector, second]) {
    await f.materials.connect(office.accreditor).accredit(terms, one, 2n ** 40n - 1n, ref("accreditation"));
  }
  const { engineer, cashier, auditor, director, deputy } = office;
  const signers = {
    ...{ ann, dan, bob, bobs: stranger, supplier, hire, inspector, second, supervisor },
    ...{ engineer, cashier, auditor, director, deputy, stranger: f.carrier },
  };
  const batch = { status: "registered", failures: 0, inspections: 0, inspector: undefined, failedAt: 0n } as const;
  const initial: State = {
    ...{
      now: BigInt(await chain.networkHelpers.time.latest()),
      expires: terms.expires,
      names: 0,
      closed: false,
      amount: TERMS.amount,
    },
    ...{ changes: 0, certified: 0n, kept: 0n, paid: 0n, certificates: [], applications: [], received: new Map() },
    batches: Array.from({ length: BATCHES }, () => ({ ...batch })),
    ...{ listed: new Set(SUPPLIERS), frozen: new Set(), months: new Set(), rosters: new Set() },
  };
  const errors = errorsOf(f.funds, f.works, f.wages, f.materials, f.money);
  return { world: { chain, errors, f, site, works, batches, signers, certificates: [] }, initial };
}

/** An application as the contracts take it. */
export function appliedOf(
  world: World,
  application: ApplicationModel,
): Applied & Pick<AppliedWages, "roster" | "payroll"> {
  const { site, signers, certificates } = world;
  const certificate = { id: certificates[application.certificate] ?? ref("no certificate") };
  const payees = application.payees.map(({ payee, amount }) => ({ account: signers[payee].address, amount }));
  const pages: PayeePage[] = application.wages
    ? [payeePage(payees.slice(0, 2)), payeePage(payees.slice(2))]
    : [payeePage(payees)];
  const { amount, month } = application;
  const hashes = pages.map(({ hash }) => hash);
  const roster: Roster = { project: site.id, certificate: certificate.id, month, amount, pages: hashes };
  const payroll = payrollId(site.domains.wages, roster);
  const purpose = application.wages ? PAYEE_PURPOSE.wages : PAYEE_PURPOSE.material;
  const named = application.wages ? [{ entries: [], hash: payroll }] : pages;
  const businessRef = ref(application.name);
  return { ...site.application(certificate, purpose, named, { amount, businessRef }), pages, roster, payroll };
}
