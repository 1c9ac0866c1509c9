import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { openProjects, type ProjectContracts } from "../../sdk/deploy/projects.js";
import { PAYEE_PURPOSE, type ProjectTerms } from "../../sdk/eip712/projects.js";
import { minor } from "../../sdk/money.js";
import {
  ProjectSite,
  projectDomains,
  type Applied,
  type SignedCertificate,
  type SignedContract,
} from "../../sdk/projects/site.js";
import type { Payee } from "../../sdk/projects/pages.js";
import { officers, ref, type Actors, type Chain } from "./chain.js";
import { CLASS, deployMoney, fund, identityOf, type Money } from "./currency.js";

/** Seconds. */
export const DAY = 86_400n;

/** What this run compiled, and under coverage instrumented. */
const COMPILED = {
  ProjectWorks: (await artifacts.readArtifact("ProjectWorks")).bytecode,
  ProjectFunds: (await artifacts.readArtifact("ProjectFunds")).bytecode,
  Wages: (await artifacts.readArtifact("Wages")).bytecode,
  Materials: (await artifacts.readArtifact("Materials")).bytecode,
} as const;

/** They send and never sign: two levels of approvers, and who accredits inspectors. */
const OFFICES = ["engineer", "cashier", "auditor", "director", "deputy", "accreditor"] as const;

/** A road: the treasury and the district fund it two to one; the company builds it, the shop under it. */
export interface Site extends Money, ProjectContracts {
  readonly chain: Chain;
  readonly money: Money["mainland"]["currency"];
  readonly site: ProjectSite;
  readonly terms: ProjectTerms;
  readonly owner: HardhatEthersSigner;
  readonly supervisor: HardhatEthersSigner;
  readonly attestor: HardhatEthersSigner;
  readonly inspector: HardhatEthersSigner;
  readonly second: HardhatEthersSigner;
  /** Funders: government wallets. */
  readonly city: HardhatEthersSigner;
  readonly district: HardhatEthersSigner;
  /** General contractor and subcontractor: corporate wallets. */
  readonly general: HardhatEthersSigner;
  readonly sub: HardhatEthersSigner;
  /** On the list for material, for equipment. */
  readonly supplier: HardhatEthersSigner;
  readonly hire: HardhatEthersSigner;
  /** First level: two of engineer, cashier, auditor; second: director or deputy. */
  readonly office: Actors<(typeof OFFICES)[number]>;
}

/** Terms are agreed; nothing is held. */
export async function deploySite(chain: Chain): Promise<Site> {
  const money = await deployMoney(chain);
  const { currency } = money.mainland;
  const contracts = await openProjects({ deployer: money.deployer, currency, initCode: COMPILED });
  const spare = (await chain.ethers.getSigners()).slice(14);
  const [owner, supervisor, attestor, inspector, second, district] = spare;
  if (!owner || !supervisor || !attestor || !inspector || !second || !district) {
    throw new RangeError("the chain has too few accounts with a key");
  }
  const office = await officers(chain, "project", ...OFFICES);
  await currency.connect(money.icbc).openWallet(district, CLASS.government, identityOf(district));
  const { treasury: city, company: general, shop: sub, hsbc: supplier, bochk: hire } = money;
  await fund(money.mainland, city, minor("900000.00"));
  await fund(money.mainland, district, minor("450000.00"));
  const terms: ProjectTerms = {
    ...{ funds: await contracts.funds.getAddress(), owner: owner.address, supervisor: supervisor.address },
    ...{ payroll: await contracts.wages.getAddress(), materials: await contracts.materials.getAddress() },
    ...{ attestor: attestor.address, accreditor: office.accreditor.address, documentHash: ref("road") },
    expires: BigInt(await chain.networkHelpers.time.latest()) + 730n * DAY,
    lines: [minor("1000000.00"), minor("200000.00")],
    funding: [
      { funder: city.address, amount: minor("800000.00") },
      { funder: district.address, amount: minor("400000.00") },
    ],
    levels: [
      { threshold: 2n, approvers: [office.engineer.address, office.cashier.address, office.auditor.address] },
      { threshold: 1n, approvers: [office.director.address, office.deputy.address] },
    ],
  };
  const people = { owner, supervisor, attestor };
  const domains = await projectDomains(contracts, currency);
  return {
    ...{ ...money, ...contracts, chain, money: currency, terms, ...people, inspector, second, city, district },
    ...{ general, sub, supplier, hire, office },
    site: new ProjectSite(contracts, domains, terms, people, money.carrier),
  };
}

/** Money is held, payees are listed, and both contracts signed. */
export interface Building extends Site {
  /** 600,000.00 out of the first line; a tenth is kept for a year. */
  readonly main: SignedContract;
  /** 200,000.00 of it; a fifth are wages at least, a twentieth is kept for half a year. */
  readonly part: SignedContract;
}

/** See {@link Building}. */
export async function deployBuilding(chain: Chain): Promise<Building> {
  const f = await deploySite(chain);
  await f.site.open([f.city, f.district]);
  await f.site.list(f.supplier, PAYEE_PURPOSE.material);
  await f.site.list(f.hire, PAYEE_PURPOSE.equipment);
  await f.site.list(f.sub, PAYEE_PURPOSE.labour);
  const main = await f.site.contract(f.owner, f.general, {
    ...{ amount: minor("600000.00"), retention: 1_000n, defectsPeriod: 365n * DAY },
  });
  const part = await f.site.contract(f.general, f.sub, {
    ...{ parent: main.id, amount: minor("200000.00"), wageShare: 2_000n, retention: 500n, defectsPeriod: 182n * DAY },
  });
  return { ...f, main, part };
}

/** What is certified under the part: 50,000.00, of it 10,000.00 wages, 2,000.00 kept, 38,000.00 for others. */
export const MEASURED = { amount: minor("50000.00"), wages: minor("10000.00"), others: minor("38000.00") } as const;

/** A first certificate under the part. */
export interface Certified extends Building {
  readonly certificate: SignedCertificate;
}

/** See {@link Certified}. */
export async function deployCertified(chain: Chain): Promise<Certified> {
  const f = await deployBuilding(chain);
  const { amount, wages } = MEASURED;
  return { ...f, certificate: await f.site.certify(f.part, { amount, wages }) };
}

/** Two of the first level, one of the second. */
export function approversOf({ office }: Site): HardhatEthersSigner[] {
  return [office.engineer, office.auditor, office.director];
}

/** A certificate under the part that is all for others: no wages, 5 % kept. */
export async function certifyOthers(f: Building, amount = minor("10000.00")): Promise<SignedCertificate> {
  const works = await f.site.contract(f.general, f.sub, {
    ...{ parent: f.main.id, amount, retention: 500n, defectsPeriod: DAY, documentHash: ref("others") },
  });
  return f.site.certify(works, { amount, last: true });
}

/** An application for material that is approved. */
export async function approvedFor(
  f: Building,
  certificate: SignedCertificate,
  payees: readonly (readonly Payee[])[],
  purpose: bigint = PAYEE_PURPOSE.material,
): Promise<Applied> {
  const applied = await f.site.apply(certificate, purpose, payees);
  await f.site.approve(applied, approversOf(f));
  return applied;
}

/** What is left of the funders' holds. */
export async function heldOf(f: Site): Promise<bigint> {
  return (await f.money.heldOf(f.city)) + (await f.money.heldOf(f.district));
}

/** A payee. */
export function payee({ address }: { readonly address: string }, amount: string): Payee {
  return { account: address, amount: minor(amount) };
}

/** A claim's key: the account in 32 bytes. */
export function keyOf({ address }: { readonly address: string }): string {
  return `0x${address.slice(2).toLowerCase().padStart(64, "0")}`;
}
