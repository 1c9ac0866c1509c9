import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { TypedDataDomain } from "ethers";
import { openRelocation } from "../../sdk/deploy/relocation.js";
import { NEVER, type Hold } from "../../sdk/eip712/ledger.js";
import {
  compensationSum,
  relocationAgreementId,
  relocationFileId,
  relocationProjectId,
  type Compensation,
  type RelocationAgreement,
  type RelocationProject,
} from "../../sdk/eip712/relocation.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { relocationFund, signAgreement, signSurvey } from "../../sdk/projects/relocation.js";
import type { Relocation } from "../../types/ethers-contracts/index.js";
import { ref, type Chain } from "./chain.js";
import { deployMoney, fund, type Money } from "./currency.js";

const DAY = 86_400n;

/** What this run compiled, and under coverage instrumented. */
const { bytecode } = await artifacts.readArtifact("Relocation");

/** A project of the treasury's: the company surveys, the shop reviews, icbc and boc approve. */
export interface Relocations extends Money {
  readonly chain: Chain;
  readonly relocation: Relocation;
  readonly money: Money["mainland"]["currency"];
  readonly domain: TypedDataDomain;
  readonly authority: HardhatEthersSigner;
  readonly surveyor: HardhatEthersSigner;
  readonly reviewer: HardhatEthersSigner;
  readonly approvers: readonly [HardhatEthersSigner, HardhatEthersSigner];
  /** Two levels, ten days of publicity, five of review, a budget of 1,000,000.00. */
  readonly rules: RelocationProject;
  readonly project: string;
  readonly formula: string;
  /** 600,000.00 of the authority's, held for the project without end. */
  readonly fund: Hold;
}

/** The project is open, its formula published, its fund held. */
export async function deployRelocation(chain: Chain): Promise<Relocations> {
  const money = await deployMoney(chain);
  const { treasury: authority, company: surveyor, shop: reviewer, icbc, boc, deployer, mainland } = money;
  const { currency } = mainland;
  const relocation = await openRelocation({ deployer, currency, initCode: bytecode });
  const domain = await domainOf(relocation);
  const rules: RelocationProject = {
    authority: authority.address,
    surveyor: surveyor.address,
    reviewer: reviewer.address,
    budget: minor("1000000.00"),
    publicity: 10n * DAY,
    review: 5n * DAY,
    approvers: [icbc.address, boc.address],
    salt: ref("first project"),
  };
  const formula = ref("formula of 2026");
  const held = relocationFund(domain, rules, minor("600000.00"), NEVER);
  await fund(mainland, authority, minor("2000000.00"));
  await relocation.connect(authority).openProject(rules);
  await relocation.connect(authority).publishFormula(rules, formula);
  await currency.connect(authority).placeHold(held);
  return {
    ...money,
    ...{ chain, relocation, money: currency, domain, authority, surveyor, reviewer, rules, formula, fund: held },
    approvers: [icbc, boc],
    project: relocationProjectId(rules),
  };
}

/** 200,000.00 by head. */
export const HEADS: Compensation = {
  property: minor("170000.00"),
  resettlement: minor("12000.00"),
  business: minor("8000.00"),
  reward: minor("10000.00"),
};

/** The file of one entitlement, and what its sides do. */
export class HouseholdFile {
  readonly entitlement: string;
  readonly id: string;
  readonly amount: bigint;
  private readonly report: string;

  constructor(
    readonly f: Relocations,
    readonly name: string,
    readonly household: HardhatEthersSigner = f.ann,
    readonly heads: Compensation = HEADS,
  ) {
    this.entitlement = ref(`property of ${name}`);
    this.id = relocationFileId(f.authority.address, this.entitlement);
    this.amount = compensationSum(heads);
    this.report = ref(`survey of ${name}`);
  }

  open() {
    const { relocation, authority, rules } = this.f;
    return relocation.connect(authority).openFile(rules, this.entitlement, ref(`archive of ${this.name}`));
  }

  append(version = 2n) {
    const { relocation, authority, rules } = this.f;
    return relocation.connect(authority).appendArchive(rules, this.id, version, ref(`archive ${version}`));
  }

  async survey(signer = this.f.surveyor) {
    const { relocation, carrier, rules, domain } = this.f;
    const { surveys, archives } = await relocation.fileStateOf(this.id);
    const survey = { file: this.id, revision: surveys + 1n, archive: archives, report: this.report };
    return relocation.connect(carrier).recordSurvey(rules, survey, await signSurvey(signer, domain, survey));
  }

  /** What is signed next. */
  async terms(changed: Partial<RelocationAgreement> = {}): Promise<RelocationAgreement> {
    const { round } = await this.f.relocation.fileStateOf(this.id);
    const notAfter = BigInt(await this.f.chain.networkHelpers.time.latest()) + 3_600n;
    return {
      ...{ file: this.id, round, household: this.household.address, survey: this.report, formula: this.f.formula },
      ...{ compensation: this.heads, document: ref(`agreement with ${this.name}`), notAfter },
      ...changed,
    };
  }

  /** Both sign, the carrier sends. */
  async agree(changed: Partial<RelocationAgreement> = {}) {
    const { relocation, carrier, authority, rules, domain } = this.f;
    const terms = await this.terms(changed);
    const household = await signAgreement(this.household, domain, terms);
    return relocation.connect(carrier).agree(rules, terms, household, await signAgreement(authority, domain, terms));
  }

  async agreementId(): Promise<string> {
    return relocationAgreementId(this.f.domain, await this.terms());
  }

  withdraw(by = this.household) {
    return this.f.relocation.connect(by).withdrawAgreement(this.f.rules, this.id);
  }

  object(by = this.f.bob) {
    return this.f.relocation.connect(by).raiseObjection(this.f.rules, this.id, ref("evidence"));
  }

  decide(upheld: boolean, objector = this.f.bob) {
    const { relocation, reviewer, rules } = this.f;
    return relocation.connect(reviewer).decideObjection(rules, this.id, objector, upheld, ref("reasons"));
  }

  approve(level: 0 | 1) {
    return this.f.relocation.connect(this.f.approvers[level]).approveFiles(this.f.rules, [this.id]);
  }

  reject(level: 0 | 1) {
    return this.f.relocation.connect(this.f.approvers[level]).rejectFile(this.f.rules, this.id, ref("reasons"));
  }

  pay(size = 1n) {
    return this.f.relocation.connect(this.f.carrier).payNext(this.f.rules, this.f.fund, size);
  }

  payParked() {
    return this.f.relocation.connect(this.f.carrier).payParked(this.f.rules, this.f.fund, this.id);
  }

  /** Unix seconds at which the publicity period ends. */
  async publicUntil(): Promise<bigint> {
    return (await this.f.relocation.fileStateOf(this.id)).agreedAt + this.f.rules.publicity;
  }

  /** Agreed, and the publicity period is over. */
  async due(): Promise<this> {
    await this.open();
    await this.survey();
    await this.agree();
    await this.f.chain.networkHelpers.time.increaseTo(await this.publicUntil());
    return this;
  }

  /** Every level has approved. */
  async granted(): Promise<this> {
    await this.due();
    await this.approve(0);
    await this.approve(1);
    return this;
  }

  async state() {
    return this.f.relocation.fileStateOf(this.id);
  }
}
