import { AbiCoder, keccak256, type TypedDataDomain } from "ethers";
import type { Hold } from "./ledger.js";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** What a payee is paid for. See `IProjectFunds`. */
export const PAYEE_PURPOSE = { none: 0n, wages: 1n, labour: 2n, material: 3n, equipment: 4n, service: 5n } as const;
/** How far a project has come. */
export const PROJECT_STATUS = { none: 0n, open: 1n, closed: 2n } as const;
/** How far a contract of the tree has come. */
export const CONTRACT_STATUS = { none: 0n, active: 1n, completed: 2n } as const;
/** How far an application for payment has come. */
export const APPLICATION_STATUS = { none: 0n, applied: 1n, approved: 2n, settled: 3n, rejected: 4n } as const;
/** How far a payroll has come. */
export const PAYROLL_STATUS = { none: 0n, open: 1n, settled: 2n } as const;
/** What a batch is of. See `IMaterials`. */
export const MATERIAL_KIND = { steel: 0n, tree: 1n } as const;
/** How far a batch has come. */
export const BATCH_STATUS = { none: 0n, registered: 1n, passed: 2n, failed: 3n, rejected: 4n, used: 5n } as const;
/** Why a worker on a roster got nothing from it. */
export const WAGE_SKIP = { notEnrolled: 0n, monthPaid: 1n } as const;
/** Shares are parts of so many. */
export const SHARE_WHOLE = 10_000n;

/** The terms of a project, as the contracts take them. */
export interface ProjectTerms {
  /** The contract that holds the money. */
  readonly funds: string;
  readonly owner: string;
  readonly supervisor: string;
  /** The contract that pays wages. */
  readonly payroll: string;
  /** The contract that traces material, or the zero address. */
  readonly materials: string;
  /** Attests workers and rosters. */
  readonly attestor: string;
  /** Accredits inspectors; zero where no material is traced. */
  readonly accreditor: string;
  /** Unix seconds. */
  readonly expires: bigint;
  /** 32 bytes. */
  readonly documentHash: string;
  /** Budget of each line, minor units. */
  readonly lines: bigint[];
  readonly funding: { readonly funder: string; readonly amount: bigint }[];
  readonly levels: { readonly threshold: bigint; readonly approvers: string[] }[];
}

/** A contract of the tree. */
export interface ContractTerms {
  readonly project: string;
  /** Id of the contract it is let under, or 32 zero bytes. */
  readonly parent: string;
  readonly contractor: string;
  /** Line of the budget, from 0. */
  readonly line: bigint;
  /** Least share of wages, parts of 10,000. */
  readonly wageShare: bigint;
  /** Kept of what is not wages, parts of 10,000. */
  readonly retention: bigint;
  /** Seconds. */
  readonly defectsPeriod: bigint;
  /** Minor units. */
  readonly amount: bigint;
  readonly documentHash: string;
}

/** A change of a contract's amount. */
export interface ChangeOrder {
  readonly contractId: string;
  /** Changes before it. */
  readonly number: bigint;
  /** The new amount, minor units. */
  readonly amount: bigint;
  readonly documentHash: string;
}

/** Progress of the works. */
export interface Certificate {
  readonly contractId: string;
  /** Certificates before it. */
  readonly number: bigint;
  /** Whether the works are complete with it. */
  readonly last: boolean;
  /** Minor units. */
  readonly amount: bigint;
  /** Part of it that only workers get. */
  readonly wages: bigint;
  readonly evidence: string;
  readonly batches: string[];
}

/** What a contractor wants paid. */
export interface PaymentApplication {
  readonly certificate: string;
  /** One of {@link PAYEE_PURPOSE}. */
  readonly purpose: bigint;
  /** Minor units. */
  readonly amount: bigint;
  readonly businessRef: string;
  /** Hash of each page of payees; of wages, the id of the roster. */
  readonly pages: string[];
}

/** Who has earned how much in a month. */
export interface Roster {
  readonly project: string;
  readonly certificate: string;
  /** Year and month in digits: 202608. */
  readonly month: bigint;
  /** Minor units. */
  readonly amount: bigint;
  readonly pages: string[];
}

/** Workers that an attestor gives places. */
export interface Enrolment {
  readonly project: string;
  /** Workers before them. */
  readonly first: bigint;
  readonly workers: string[];
}

/** A batch of material. */
export interface Batch {
  readonly project: string;
  readonly supplier: string;
  /** One of {@link MATERIAL_KIND}. */
  readonly kind: bigint;
  /** Kilograms of steel, pieces of trees. */
  readonly quantity: bigint;
  readonly origin: string;
  readonly specification: string;
  readonly businessRef: string;
}

/** What an inspector found. */
export interface Inspection {
  readonly batch: string;
  readonly inspector: string;
  /** Inspections before it. */
  readonly number: bigint;
  readonly passed: boolean;
  readonly report: string;
}

const PROJECT =
  "tuple(address funds,address owner,address supervisor,address payroll,address materials,address attestor," +
  "address accreditor,uint40 expires,bytes32 documentHash,uint64[] lines,tuple(address funder,uint64 amount)[] funding," +
  "tuple(uint8 threshold,address[] approvers)[] levels)";
const APPLICATION = "tuple(bytes32 certificate,uint8 purpose,uint64 amount,bytes32 businessRef,bytes32[] pages)";
const BATCH =
  "tuple(bytes32 project,address supplier,uint8 kind,uint64 quantity,bytes32 origin,bytes32 specification,bytes32 businessRef)";

const TYPES = {
  ContractTerms: [
    { name: "project", type: "bytes32" },
    { name: "parent", type: "bytes32" },
    { name: "contractor", type: "address" },
    { name: "line", type: "uint8" },
    { name: "wageShare", type: "uint16" },
    { name: "retention", type: "uint16" },
    { name: "defectsPeriod", type: "uint32" },
    { name: "amount", type: "uint64" },
    { name: "documentHash", type: "bytes32" },
  ],
  ChangeOrder: [
    { name: "contractId", type: "bytes32" },
    { name: "number", type: "uint32" },
    { name: "amount", type: "uint64" },
    { name: "documentHash", type: "bytes32" },
  ],
  Certificate: [
    { name: "contractId", type: "bytes32" },
    { name: "number", type: "uint32" },
    { name: "last", type: "bool" },
    { name: "amount", type: "uint64" },
    { name: "wages", type: "uint64" },
    { name: "evidence", type: "bytes32" },
    { name: "batches", type: "bytes32[]" },
  ],
  Roster: [
    { name: "project", type: "bytes32" },
    { name: "certificate", type: "bytes32" },
    { name: "month", type: "uint32" },
    { name: "amount", type: "uint64" },
    { name: "pages", type: "bytes32[]" },
  ],
  Enrolment: [
    { name: "project", type: "bytes32" },
    { name: "first", type: "uint256" },
    { name: "workers", type: "address[]" },
  ],
  Inspection: [
    { name: "batch", type: "bytes32" },
    { name: "inspector", type: "address" },
    { name: "number", type: "uint32" },
    { name: "passed", type: "bool" },
    { name: "report", type: "bytes32" },
  ],
} as const satisfies Types;

function typed<Message extends object>(
  name: keyof typeof TYPES,
  domain: TypedDataDomain,
  message: Message,
): TypedData<Message> {
  return { domain, primaryType: name, types: { [name]: [...TYPES[name]] }, message };
}

/** Id of a project: the hash of its terms. */
export function projectId(terms: ProjectTerms): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode([PROJECT], [terms]));
}

/** Id of an application: the hash of its terms. */
export function applicationId(application: PaymentApplication): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode([APPLICATION], [application]));
}

/** Id of a batch: the hash of its terms. */
export function batchId(batch: Batch): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode([BATCH], [batch]));
}

/** What giver and contractor sign, whose digest is the contract's id; `domain` is the works contract's. */
export function contractTypedData(domain: TypedDataDomain, terms: ContractTerms): TypedData<ContractTerms> {
  return typed("ContractTerms", domain, terms);
}

/** What giver and contractor sign to change an amount; `domain` is the works contract's. */
export function changeTypedData(domain: TypedDataDomain, order: ChangeOrder): TypedData<ChangeOrder> {
  return typed("ChangeOrder", domain, order);
}

/** What supervisor and owner sign, whose digest is the certificate's id; `domain` is the works contract's. */
export function certificateTypedData(domain: TypedDataDomain, certificate: Certificate): TypedData<Certificate> {
  return typed("Certificate", domain, certificate);
}

/** What the attestor signs, whose digest is the payroll's id; `domain` is the payroll contract's. */
export function rosterTypedData(domain: TypedDataDomain, roster: Roster): TypedData<Roster> {
  return typed("Roster", domain, roster);
}

/** What the attestor signs to give workers places; `domain` is the payroll contract's. */
export function enrolmentTypedData(domain: TypedDataDomain, enrolment: Enrolment): TypedData<Enrolment> {
  return typed("Enrolment", domain, enrolment);
}

/** What an inspector signs; `domain` is the materials contract's. */
export function inspectionTypedData(domain: TypedDataDomain, inspection: Inspection): TypedData<Inspection> {
  return typed("Inspection", domain, inspection);
}

/** Id of a contract. */
export function contractId(domain: TypedDataDomain, terms: ContractTerms): string {
  return digestOf(contractTypedData(domain, terms));
}

/** Id of a certificate. */
export function certificateId(domain: TypedDataDomain, certificate: Certificate): string {
  return digestOf(certificateTypedData(domain, certificate));
}

/** Id of a roster and of its payroll. */
export function payrollId(domain: TypedDataDomain, roster: Roster): string {
  return digestOf(rosterTypedData(domain, roster));
}

/** The hold on a funder's account that its part of a project is. */
export function fundingHold(terms: ProjectTerms, index: number): Hold {
  const part = terms.funding[index];
  if (part === undefined) throw new RangeError(`the project has no funder ${index}`);
  return {
    payer: part.funder,
    payee: `0x${"00".repeat(20)}`,
    executor: terms.funds,
    amount: part.amount,
    expiry: terms.expires,
    businessRef: projectId(terms),
  };
}
