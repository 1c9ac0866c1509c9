import { ZeroHash, id as hashOf, type AddressLike, type Signer, type TypedDataDomain } from "ethers";
import type { ProjectContracts } from "../deploy/projects.js";
import { holdTypedData } from "../eip712/ledger.js";
import {
  PAYEE_PURPOSE,
  applicationId,
  batchId,
  certificateId,
  certificateTypedData,
  changeTypedData,
  contractId,
  contractTypedData,
  enrolmentTypedData,
  fundingHold,
  inspectionTypedData,
  payrollId,
  projectId,
  rosterTypedData,
  type Batch,
  type Certificate,
  type ChangeOrder,
  type ContractTerms,
  type Inspection,
  type PaymentApplication,
  type ProjectTerms,
  type Roster,
} from "../eip712/projects.js";
import { domainOf, sign, type TypedDataSigner } from "../eip712/typedData.js";
import { payeePage, payeePages, sumOf, type Payee, type PayeePage } from "./pages.js";

/** Whoever signs on paper and sends transactions. */
export type Party = Signer & TypedDataSigner;

/** What the contracts of a platform sign in. */
export interface ProjectDomains {
  readonly works: TypedDataDomain;
  readonly wages: TypedDataDomain;
  readonly materials: TypedDataDomain;
  readonly currency: TypedDataDomain;
}

/** The domains, read from the contracts themselves. */
export async function projectDomains(
  { works, wages, materials }: ProjectContracts,
  currency: Parameters<typeof domainOf>[0],
): Promise<ProjectDomains> {
  return {
    works: await domainOf(works),
    wages: await domainOf(wages),
    materials: await domainOf(materials),
    currency: await domainOf(currency),
  };
}

/** A contract that stands in the tree. */
export interface SignedContract {
  readonly id: string;
  readonly terms: ContractTerms;
  readonly giver: Party;
  readonly contractor: Party;
}

/** A certificate. */
export interface SignedCertificate {
  readonly id: string;
  readonly terms: Certificate;
  readonly contract: SignedContract;
}

/** An application with the pages behind its hashes. */
export interface Applied {
  readonly id: string;
  readonly terms: PaymentApplication;
  readonly pages: readonly PayeePage[];
}

/** An application of wages, with its roster. */
export interface AppliedWages extends Applied {
  readonly roster: Roster;
  readonly payroll: string;
}

/** What parties of one project do with its contracts: signs for those who sign, sends for those who send. */
export class ProjectSite {
  readonly id: string;

  constructor(
    readonly contracts: ProjectContracts,
    readonly domains: ProjectDomains,
    readonly terms: ProjectTerms,
    /** Signers of owner, supervisor and attestor. */
    readonly people: Readonly<Record<"owner" | "supervisor" | "attestor", Party>>,
    /** Sends what anyone may send. */
    readonly carrier: Signer,
  ) {
    this.id = projectId(terms);
  }

  /** Opens the project: each funder signs its hold. */
  async open(funders: readonly TypedDataSigner[]) {
    const signatures = await Promise.all(
      funders.map((funder, i) => sign(funder, holdTypedData(this.domains.currency, fundingHold(this.terms, i)))),
    );
    return this.contracts.funds.connect(this.people.owner).openProject(this.terms, signatures);
  }

  /** Puts a payee on the list. */
  list(payee: AddressLike, purpose: bigint, evidence = hashOf("payee file")) {
    return this.contracts.funds.connect(this.people.owner).setPayee(this.terms, payee, purpose, evidence);
  }

  /** A contract, signed by both sides, not entered yet. */
  async draft(
    giver: Party,
    contractor: Party,
    terms: Pick<ContractTerms, "amount"> & Partial<ContractTerms>,
  ): Promise<SignedContract & { readonly signatures: readonly [string, string] }> {
    const full: ContractTerms = {
      ...{ project: this.id, parent: ZeroHash, contractor: await contractor.getAddress(), line: 0n, wageShare: 0n },
      ...{ retention: 0n, defectsPeriod: 0n, documentHash: hashOf("contract"), ...terms },
    };
    const data = contractTypedData(this.domains.works, full);
    const signatures = [await sign(giver, data), await sign(contractor, data)] as const;
    return { id: contractId(this.domains.works, full), terms: full, giver, contractor, signatures };
  }

  /** A contract, signed by both sides and entered. */
  async contract(...args: Parameters<ProjectSite["draft"]>): Promise<SignedContract> {
    const { signatures, ...signed } = await this.draft(...args);
    await this.contracts.works.connect(this.carrier).signContract(this.terms, signed.terms, ...signatures);
    return signed;
  }

  /** A change of a contract's amount, signed by both sides and entered. */
  async change({ id, giver, contractor }: SignedContract, amount: bigint, number = 0n) {
    const order: ChangeOrder = { contractId: id, number, amount, documentHash: hashOf(`change ${number}`) };
    const data = changeTypedData(this.domains.works, order);
    const signatures = [await sign(giver, data), await sign(contractor, data)] as const;
    return this.contracts.works.connect(this.carrier).changeContract(this.terms, order, ...signatures);
  }

  /** A certificate that supervisor and owner have signed, not entered yet. */
  async measure(contract: SignedContract, terms: Pick<Certificate, "amount"> & Partial<Certificate>) {
    const full: Certificate = {
      ...{ contractId: contract.id, number: 0n, last: false, wages: 0n, evidence: hashOf("evidence") },
      ...{ batches: [], ...terms },
    };
    const data = certificateTypedData(this.domains.works, full);
    const signatures = [await sign(this.people.supervisor, data), await sign(this.people.owner, data)] as const;
    return { id: certificateId(this.domains.works, full), terms: full, contract, signatures };
  }

  /** A certificate, entered. */
  async certify(...args: Parameters<ProjectSite["measure"]>): Promise<SignedCertificate> {
    const { signatures, ...certificate } = await this.measure(...args);
    await this.contracts.works.connect(this.carrier).certify(this.terms, certificate.terms, ...signatures);
    return certificate;
  }

  /** An application that is not made yet. */
  application(
    certificate: Pick<SignedCertificate, "id">,
    purpose: bigint,
    pages: readonly PayeePage[],
    changed: Partial<PaymentApplication> & Pick<PaymentApplication, "amount">,
  ): Applied {
    const terms: PaymentApplication = {
      ...{ certificate: certificate.id, purpose, businessRef: hashOf("application") },
      ...{ pages: pages.map(({ hash }) => hash), ...changed },
    };
    return { id: applicationId(terms), terms, pages };
  }

  /** The contractor applies for what payees are to get. */
  async apply(
    certificate: SignedCertificate,
    purpose: bigint,
    payees: readonly (readonly Payee[])[],
    changed: Partial<PaymentApplication> = {},
  ): Promise<Applied> {
    const amount = payees.reduce((sum, page) => sum + sumOf(page), 0n);
    const applied = this.application(certificate, purpose, payees.map(payeePage), { amount, ...changed });
    await this.contracts.funds.connect(certificate.contract.contractor).applyForPayment(this.terms, applied.terms);
    return applied;
  }

  /** Approvers approve, in their order. */
  async approve({ id }: Pick<Applied, "id">, approvers: readonly Signer[]): Promise<void> {
    for (const approver of approvers) {
      await this.contracts.funds.connect(approver).approvePayment(this.terms, id);
    }
  }

  /** Somebody carries a page of payees. */
  settle({ terms, pages }: Applied, page = 0) {
    return this.contracts.funds.connect(this.carrier).settlePage(this.terms, terms, page, pages[page]?.entries ?? []);
  }

  /** The attestor gives workers places. */
  async enrol(workers: readonly string[], first = 0n) {
    const enrolment = { project: this.id, first, workers: [...workers] };
    const attestation = await sign(this.people.attestor, enrolmentTypedData(this.domains.wages, enrolment));
    return this.contracts.wages.connect(this.carrier).enrol(this.terms, first, enrolment.workers, attestation);
  }

  /** The contractor applies for a month's wages. */
  async applyForWages(
    certificate: SignedCertificate,
    month: bigint,
    workers: readonly Payee[],
    { size, amount = sumOf(workers) }: { readonly size?: number; readonly amount?: bigint } = {},
  ): Promise<AppliedWages> {
    const pages = payeePages(workers, size);
    const hashes = pages.map(({ hash }) => hash);
    const roster: Roster = { project: this.id, certificate: certificate.id, month, amount, pages: hashes };
    const payroll = payrollId(this.domains.wages, roster);
    const { id, terms } = this.application(certificate, PAYEE_PURPOSE.wages, [{ entries: [], hash: payroll }], {
      amount,
    });
    await this.contracts.funds.connect(certificate.contract.contractor).applyForPayment(this.terms, terms);
    return { id, terms, pages, roster, payroll };
  }

  /** The attestor signs the roster, and the payroll is opened. */
  async openPayroll({ roster, terms }: AppliedWages) {
    const attestation = await sign(this.people.attestor, rosterTypedData(this.domains.wages, roster));
    return this.contracts.wages.connect(this.carrier).openPayroll(this.terms, roster, terms.businessRef, attestation);
  }

  /** Somebody carries a page of a payroll. */
  payPage({ roster, pages }: AppliedWages, page: number) {
    return this.contracts.wages.connect(this.carrier).payPage(this.terms, roster, pages[page]?.entries ?? []);
  }

  /** A supplier enters a batch. */
  async batch(supplier: Signer, terms: Pick<Batch, "businessRef"> & Partial<Batch>): Promise<string> {
    const batch: Batch = {
      ...{ project: this.id, supplier: await supplier.getAddress(), kind: 0n, quantity: 1_000n },
      ...{ origin: hashOf("origin"), specification: hashOf("specification"), ...terms },
    };
    await this.contracts.materials.connect(supplier).registerBatch(batch);
    return batchId(batch);
  }

  /** A batch passes from hand to hand. */
  async passOn(batch: string, holder: Signer, receiver: Signer): Promise<void> {
    const note = hashOf("delivery note");
    await this.contracts.materials.connect(holder).offerBatch(batch, receiver, note);
    await this.contracts.materials.connect(receiver).takeOverBatch(batch, note);
  }

  /** An inspector signs what it found, and somebody carries it. */
  async inspect(batch: string, inspector: Party, passed: boolean, changed: Partial<Inspection> = {}) {
    const { inspections } = await this.contracts.materials.batchOf(batch);
    const inspection: Inspection = {
      ...{ batch, inspector: await inspector.getAddress(), number: inspections, passed },
      ...{ report: hashOf(`report ${inspections}`), ...changed },
    };
    const signature = await sign(inspector, inspectionTypedData(this.domains.materials, inspection));
    return this.contracts.materials.connect(this.carrier).inspectBatch(inspection, signature);
  }
}
