import { everyone, may, nobody, only, type Table } from "./row.js";

const NOT_ITS_OWN = "ProjectCallerInvalid";
const NOT_THE_STEP = "MaterialsCallerInvalid";

/** Whoever carries what others have signed. */
export const PROJECT_WORKS_ROWS = {
  signContract: everyone,
  changeContract: everyone,
  certify: everyone,
} satisfies Table;

/** The holder owns and builds, the agent approves; where an account pays wages, it is the agent, too. */
export const PROJECT_FUNDS_ROWS = {
  openProject: only("holder", NOT_ITS_OWN),
  setPayee: only("holder", NOT_ITS_OWN),
  applyForPayment: only("holder", NOT_ITS_OWN),
  approvePayment: only("agent", "ApplicationApproverInvalid"),
  rejectPayment: may(["agent", "holder"], "ApplicationApproverInvalid"),
  settlePage: everyone,
  disburseWages: only("agent", NOT_ITS_OWN),
  payClaim: everyone,
  payWageClaim: only("agent", NOT_ITS_OWN),
  releaseRetention: everyone,
  closeProject: only("holder", NOT_ITS_OWN),
  "closeProject: after the expiry": everyone,
} satisfies Table;

export const WAGES_ROWS = {
  enrol: everyone,
  openPayroll: everyone,
  payPage: everyone,
  claimWage: everyone,
} satisfies Table;

/** The agent accredits; the holder supplies, and gets the batch back. */
export const MATERIALS_ROWS = {
  accredit: only("agent", NOT_THE_STEP),
  registerBatch: only("holder", NOT_THE_STEP),
  offerBatch: only("holder", NOT_THE_STEP),
  takeOverBatch: only("holder", NOT_THE_STEP),
  inspectBatch: everyone,
  useBatches: nobody(NOT_THE_STEP),
} satisfies Table;
