import { everyone, may, only, type Table } from "./row.js";

const NOT_ITS_OWN = "RelocationCallerInvalid";
const NOT_SIGNED = "RelocationSignatureInvalid";

/** The holder is the authority, the agent surveys, the participating institution reviews, the operating one approves. */
export const RELOCATION_ROWS = {
  openProject: only("holder", NOT_ITS_OWN),
  publishFormula: only("holder", NOT_ITS_OWN),
  openFile: only("holder", NOT_ITS_OWN),
  appendArchive: only("holder", NOT_ITS_OWN),
  recordSurvey: everyone,
  "recordSurvey: signed by the caller": only("agent", NOT_SIGNED),
  agree: everyone,
  "agree: without the authority's signature": only("holder", NOT_SIGNED),
  withdrawAgreement: only("holder", NOT_ITS_OWN),
  raiseObjection: may(["operating", "participating", "suspended", "holder", "frozen"], "RelocationObjectorUnknown"),
  decideObjection: only("participating", NOT_ITS_OWN),
  approveFiles: only("operating", NOT_ITS_OWN),
  rejectFile: only("operating", NOT_ITS_OWN),
  payNext: everyone,
  payParked: everyone,
  releaseFund: only("holder", NOT_ITS_OWN),
} satisfies Table;
