import { AbiCoder, keccak256, type TypedDataDomain } from "ethers";
import { digestOf, structHashOf, type TypedData, type Types } from "./typedData.js";

/** Rules of a relocation project. See `IRelocation`. */
export interface RelocationProject {
  /** Pays, and signs agreements. */
  readonly authority: string;
  readonly surveyor: string;
  /** Decides objections. */
  readonly reviewer: string;
  /** Minor units that may be approved in all. */
  readonly budget: bigint;
  /** Seconds for which an agreement is public before anybody approves it. */
  readonly publicity: bigint;
  /** Seconds after that in which objections are decided. */
  readonly review: bigint;
  /** One account a level, in their order. */
  readonly approvers: string[];
  /** 32 bytes; tells two projects with equal rules apart. */
  readonly salt: string;
}

/** What a surveyor signs. */
export interface RelocationSurvey {
  readonly file: string;
  /** One more than the surveys before it. */
  readonly revision: bigint;
  /** Version of the archive that it goes with. */
  readonly archive: bigint;
  /** Hash of the report, 32 bytes. */
  readonly report: string;
}

/** Minor units, by head. */
export interface Compensation {
  readonly property: bigint;
  readonly resettlement: bigint;
  readonly business: bigint;
  readonly reward: bigint;
}

/** What household and authority sign. */
export interface RelocationAgreement {
  readonly file: string;
  /** Agreements of the file that fell before. */
  readonly round: bigint;
  readonly household: string;
  /** Hash of the survey report in force. */
  readonly survey: string;
  /** Hash of the formula in force. */
  readonly formula: string;
  readonly compensation: Compensation;
  /** Hash of the text. */
  readonly document: string;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
}

/** How far a file has come. */
export const RELOCATION_STATUS = {
  none: 0n,
  opened: 1n,
  surveyed: 2n,
  agreed: 3n,
  approved: 4n,
  parked: 5n,
  paid: 6n,
} as const;
/** What became of an objection. */
export const OBJECTION_STATUS = { none: 0n, open: 1n, dismissed: 2n, upheld: 3n } as const;

const PROJECT_TYPES: Types = {
  RelocationProject: [
    { name: "authority", type: "address" },
    { name: "surveyor", type: "address" },
    { name: "reviewer", type: "address" },
    { name: "budget", type: "uint64" },
    { name: "publicity", type: "uint32" },
    { name: "review", type: "uint32" },
    { name: "approvers", type: "address[]" },
    { name: "salt", type: "bytes32" },
  ],
};
const SURVEY_TYPES: Types = {
  RelocationSurvey: [
    { name: "file", type: "bytes32" },
    { name: "revision", type: "uint16" },
    { name: "archive", type: "uint16" },
    { name: "report", type: "bytes32" },
  ],
};
const AGREEMENT_TYPES: Types = {
  RelocationAgreement: [
    { name: "file", type: "bytes32" },
    { name: "round", type: "uint16" },
    { name: "household", type: "address" },
    { name: "survey", type: "bytes32" },
    { name: "formula", type: "bytes32" },
    { name: "compensation", type: "Compensation" },
    { name: "document", type: "bytes32" },
    { name: "notAfter", type: "uint48" },
  ],
  Compensation: [
    { name: "property", type: "uint64" },
    { name: "resettlement", type: "uint64" },
    { name: "business", type: "uint64" },
    { name: "reward", type: "uint64" },
  ],
};

/** Id of a project. */
export function relocationProjectId(rules: RelocationProject): string {
  return structHashOf({ primaryType: "RelocationProject", types: PROJECT_TYPES, message: rules });
}

/** Id of the file of an entitlement. */
export function relocationFileId(authority: string, entitlement: string): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["address", "bytes32"], [authority, entitlement]));
}

/** What a surveyor signs; `domain` is the relocation contract's. */
export function relocationSurveyTypedData(
  domain: TypedDataDomain,
  survey: RelocationSurvey,
): TypedData<RelocationSurvey> {
  return { domain, primaryType: "RelocationSurvey", types: SURVEY_TYPES, message: survey };
}

/** What household and authority sign. */
export function relocationAgreementTypedData(
  domain: TypedDataDomain,
  agreement: RelocationAgreement,
): TypedData<RelocationAgreement> {
  return { domain, primaryType: "RelocationAgreement", types: AGREEMENT_TYPES, message: agreement };
}

/** The 32 bytes that household and authority sign. */
export function relocationAgreementId(domain: TypedDataDomain, agreement: RelocationAgreement): string {
  return digestOf(relocationAgreementTypedData(domain, agreement));
}

/** What a household is paid, minor units. */
export function compensationSum({ property, resettlement, business, reward }: Compensation): bigint {
  return property + resettlement + business + reward;
}
