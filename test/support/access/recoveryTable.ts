import { everyone, only, type Table } from "./row.js";

const OPERATING = [
  "operating",
  "InstitutionUnknown",
  { participating: "InstitutionTierInvalid", suspended: "InstitutionNotActive" },
] as const;

/** The holder's wallet is to be recovered; the operating institution keeps it and has a second key, which is nobody here. */
export const RECOVERY_ROWS = {
  propose: only(...OPERATING),
  approve: only(...OPERATING),
  withdraw: only("operating", "RecoveryNotSponsored"),
  object: only("holder", "RecoveryStatusInvalid"),
  objectWithSignature: everyone,
  "objectWithSignature: signed by the caller": only("holder", "RecoveryObjectionInvalid"),
  recover: everyone,
} satisfies Table;
