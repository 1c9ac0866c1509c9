import { refused, to, type Cell, type Machine } from "./machine.js";

export type FileStage =
  "none" | "opened" | "surveyed" | "published" | "due" | "endorsed" | "approved" | "parked" | "paid";
export type FileAct =
  | "openFile"
  | "appendArchive"
  | "recordSurvey"
  | "agree"
  | "withdrawAgreement"
  | "raiseObjection"
  | "upholdObjection"
  | "rejectFile"
  | "approveFiles"
  | "payNext"
  | "payParked";

const STATUS = refused("RelocationStatusInvalid");
const FOREIGN = refused("RelocationFileForeign");
const TAKEN = refused("RelocationEntitlementUsed");
const NOTHING = refused("RelocationNothingPayable");

/** What is refused of a file on record, whatever is not said otherwise. */
const OTHERWISE: Record<FileAct, Cell<FileStage>> = {
  openFile: TAKEN,
  appendArchive: STATUS,
  recordSurvey: STATUS,
  agree: STATUS,
  withdrawAgreement: STATUS,
  raiseObjection: STATUS,
  upholdObjection: STATUS,
  rejectFile: STATUS,
  approveFiles: STATUS,
  payNext: NOTHING,
  payParked: STATUS,
};

/** The life of a household's file, with two levels of approval. */
export const RELOCATION_FILE: Machine<FileStage, FileAct> = {
  title: "A household's file",
  contract: "Relocation",
  states: {
    none: "The entitlement has no file.",
    opened: "The archive has its first version.",
    surveyed: "A survey is in force.",
    published: "Household and authority have agreed; the publicity period runs.",
    due: "The publicity period is over.",
    endorsed: "The first of two levels has approved.",
    approved: "Every level has approved; the household is owed its compensation.",
    parked: "The household could not be paid; its claim stays.",
    paid: "The household is paid.",
  },
  acts: {
    openFile: "authority: `openFile`",
    appendArchive: "authority: `appendArchive`",
    recordSurvey: "anyone, signed by the surveyor: `recordSurvey`",
    agree: "anyone, signed by household and authority: `agree`",
    withdrawAgreement: "household or authority: `withdrawAgreement`",
    raiseObjection: "whoever has a wallet: `raiseObjection`",
    upholdObjection: "reviewer: `decideObjection`",
    rejectFile: "approver of the next level: `rejectFile`",
    approveFiles: "approver of the next level: `approveFiles`",
    payNext: "anyone: `payNext`",
    payParked: "anyone: `payParked`",
  },
  cells: {
    none: {
      openFile: to("opened"),
      appendArchive: FOREIGN,
      recordSurvey: FOREIGN,
      agree: FOREIGN,
      withdrawAgreement: FOREIGN,
      raiseObjection: FOREIGN,
      upholdObjection: FOREIGN,
      rejectFile: FOREIGN,
      approveFiles: FOREIGN,
      payNext: NOTHING,
      payParked: FOREIGN,
    },
    opened: { ...OTHERWISE, appendArchive: to("opened"), recordSurvey: to("surveyed") },
    surveyed: {
      ...OTHERWISE,
      appendArchive: to("surveyed"),
      recordSurvey: to("surveyed"),
      agree: to("published"),
    },
    published: {
      ...OTHERWISE,
      appendArchive: to("published"),
      withdrawAgreement: to("surveyed"),
      raiseObjection: to("published"),
      upholdObjection: refused("RelocationObjectionInvalid", "nobody has objected"),
      rejectFile: to("surveyed"),
      approveFiles: refused("RelocationPublicityRunning"),
    },
    due: {
      ...OTHERWISE,
      appendArchive: to("due"),
      withdrawAgreement: to("surveyed"),
      raiseObjection: refused("RelocationPublicityOver"),
      upholdObjection: refused("RelocationObjectionInvalid", "nobody has objected"),
      rejectFile: to("surveyed"),
      approveFiles: to("endorsed"),
    },
    endorsed: {
      ...OTHERWISE,
      appendArchive: to("endorsed"),
      withdrawAgreement: to("surveyed"),
      raiseObjection: refused("RelocationPublicityOver"),
      upholdObjection: refused("RelocationObjectionInvalid", "nobody has objected"),
      rejectFile: to("surveyed"),
      approveFiles: to("approved"),
    },
    approved: { ...OTHERWISE, appendArchive: to("approved"), payNext: to("paid") },
    parked: { ...OTHERWISE, appendArchive: to("parked"), payParked: to("paid") },
    paid: { ...OTHERWISE, appendArchive: to("paid") },
  },
};
