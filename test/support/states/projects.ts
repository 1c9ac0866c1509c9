import { refused, to, type Machine } from "./machine.js";

const NOT_OPEN = refused("ProjectStatusInvalid");
const NO_WORKS = refused("WorksProjectNotOpen");

type ProjectStep = "none" | "open" | "closed";
type ProjectAct = "open" | "list" | "let" | "close" | "closeUnpaid" | "closeLate";

/** The life of a project. */
export const PROJECT_MACHINE: Machine<ProjectStep, ProjectAct> = {
  title: "A project's money",
  contract: "ProjectFunds",
  states: {
    none: "not opened; nothing is held for it",
    open: "every funder's part is held for it",
    closed: "over; what was left is the funders' again",
  },
  acts: {
    open: "the owner, with the funders' signatures: `openProject`",
    list: "the owner: `setPayee`",
    let: "anyone, with both sides' signatures: `signContract` (ProjectWorks)",
    close: "the owner, all that is certified being paid: `closeProject`",
    closeUnpaid: "the owner, something certified not being paid: `closeProject`",
    closeLate: "anyone, from the expiry on: `closeProject`",
  },
  cells: {
    none: {
      open: to("open"),
      list: NOT_OPEN,
      let: NO_WORKS,
      close: NOT_OPEN,
      closeUnpaid: NOT_OPEN,
      closeLate: NOT_OPEN,
    },
    open: {
      ...{ open: NOT_OPEN, list: to("open"), let: to("open"), close: to("closed") },
      ...{ closeUnpaid: refused("ProjectUnpaid"), closeLate: to("closed") },
    },
    closed: {
      ...{ open: NOT_OPEN, list: NOT_OPEN, let: NO_WORKS, close: NOT_OPEN, closeUnpaid: NOT_OPEN, closeLate: NOT_OPEN },
    },
  },
};

const WRONG_CONTRACT = refused("ContractStatusInvalid");
const NOT_COMPLETE = refused("RetentionUnknown");

type ContractStep = "none" | "active" | "completed";
type ContractAct = "sign" | "change" | "certify" | "certifyLast" | "release" | "releaseEarly";

/** The life of a contract of the tree. */
export const CONTRACT_MACHINE: Machine<ContractStep, ContractAct> = {
  title: "A contract of a project",
  contract: "ProjectWorks",
  states: {
    none: "not signed by both sides",
    active: "in force: parts of it are let on and certified",
    completed: "its last certificate is signed; what was kept waits for the end of the defects period",
  },
  acts: {
    sign: "anyone, with both sides' signatures: `signContract`",
    change: "anyone, with both sides' signatures: `changeContract`",
    certify: "anyone, with supervisor's and owner's signatures: `certify`",
    certifyLast: "the same, for the last time: `certify`",
    release: "anyone, when the defects period is over: `releaseRetention` (ProjectFunds), once",
    releaseEarly: "anyone, before: `releaseRetention` (ProjectFunds)",
  },
  cells: {
    none: {
      ...{ sign: to("active"), change: WRONG_CONTRACT, certify: WRONG_CONTRACT, certifyLast: WRONG_CONTRACT },
      ...{ release: NOT_COMPLETE, releaseEarly: NOT_COMPLETE },
    },
    active: {
      ...{ sign: WRONG_CONTRACT, change: to("active"), certify: to("active"), certifyLast: to("completed") },
      ...{ release: NOT_COMPLETE, releaseEarly: NOT_COMPLETE },
    },
    completed: {
      ...{ sign: WRONG_CONTRACT, change: WRONG_CONTRACT, certify: WRONG_CONTRACT, certifyLast: WRONG_CONTRACT },
      ...{ release: to("completed"), releaseEarly: refused("RetentionNotDue") },
    },
  },
};

const WRONG_APPLICATION = refused("ApplicationStatusInvalid");

type ApplicationStep = "none" | "applied" | "approved" | "settled" | "rejected";
type ApplicationAct = "apply" | "approve" | "approveLast" | "settle" | "settleLast" | "reject";

/** The life of an application for payment. */
export const APPLICATION_MACHINE: Machine<ApplicationStep, ApplicationAct> = {
  title: "An application for payment",
  contract: "ProjectFunds",
  states: {
    none: "not made",
    applied: "waits for approvals; its amount is reserved out of the certificate",
    approved: "every level has approved; its pages are paid",
    settled: "every page is paid, or parked as payees' claims",
    rejected: "stopped; what it has not paid can be applied for again",
  },
  acts: {
    apply: "the contractor: `applyForPayment`",
    approve: "an approver of the level that is next: `approvePayment`",
    approveLast: "the approver whose approval is the last that is needed: `approvePayment`",
    settle: "anyone, with a page of payees: `settlePage`",
    settleLast: "anyone, with the last page of payees: `settlePage`",
    reject: "the contractor, or an approver: `rejectPayment`",
  },
  cells: {
    none: {
      ...{ apply: to("applied"), approve: WRONG_APPLICATION, approveLast: WRONG_APPLICATION },
      ...{ settle: WRONG_APPLICATION, settleLast: WRONG_APPLICATION, reject: WRONG_APPLICATION },
    },
    applied: {
      ...{ apply: WRONG_APPLICATION, approve: to("applied"), approveLast: to("approved") },
      ...{ settle: WRONG_APPLICATION, settleLast: WRONG_APPLICATION, reject: to("rejected") },
    },
    approved: {
      ...{ apply: WRONG_APPLICATION, approve: WRONG_APPLICATION, approveLast: WRONG_APPLICATION },
      ...{ settle: to("approved"), settleLast: to("settled"), reject: to("rejected") },
    },
    settled: {
      ...{ apply: WRONG_APPLICATION, approve: WRONG_APPLICATION, approveLast: WRONG_APPLICATION },
      ...{ settle: WRONG_APPLICATION, settleLast: WRONG_APPLICATION, reject: WRONG_APPLICATION },
    },
    rejected: {
      ...{ apply: WRONG_APPLICATION, approve: WRONG_APPLICATION, approveLast: WRONG_APPLICATION },
      ...{ settle: WRONG_APPLICATION, settleLast: WRONG_APPLICATION, reject: WRONG_APPLICATION },
    },
  },
};

const WRONG_PAYROLL = refused("WagesPayrollStatusInvalid");

type PayrollStep = "none" | "open" | "settled";
type PayrollAct = "open" | "pay" | "payLast";

/** The life of a payroll. */
export const PAYROLL_MACHINE: Machine<PayrollStep, PayrollAct> = {
  title: "A payroll",
  contract: "Wages",
  states: {
    none: "not opened",
    open: "the roster is attested; its pages are paid one after the other, and a cursor says which is next",
    settled: "every page is paid, or parked as workers' claims",
  },
  acts: {
    open: "anyone, with the attestor's signature: `openPayroll`",
    pay: "anyone, with the page that is next, its application approved: `payPage`",
    payLast: "anyone, with the last page: `payPage`",
  },
  cells: {
    none: { open: to("open"), pay: WRONG_PAYROLL, payLast: WRONG_PAYROLL },
    open: { open: WRONG_PAYROLL, pay: to("open"), payLast: to("settled") },
    settled: { open: WRONG_PAYROLL, pay: WRONG_PAYROLL, payLast: WRONG_PAYROLL },
  },
};

const WRONG_BATCH = refused("MaterialsBatchStatusInvalid");

type BatchStep = "none" | "registered" | "passed" | "failed" | "rejected" | "used";
type BatchAct = "register" | "offer" | "takeOver" | "pass" | "fail" | "failThird" | "use";

/** The life of a batch of material. */
export const BATCH_MACHINE: Machine<BatchStep, BatchAct> = {
  title: "A batch of material",
  contract: "Materials",
  states: {
    none: "not entered",
    registered: "entered with its origin; not inspected",
    passed: "its latest inspection passed it: a certificate may name it",
    failed: "its latest inspection failed it; another inspector may look at it after a day",
    rejected: "failed three times, for ever",
    used: "built in, as a certificate says",
  },
  acts: {
    register: "the supplier: `registerBatch`",
    offer: "the holder: `offerBatch`",
    takeOver: "the receiver: `takeOverBatch`",
    pass: "an accredited inspector: `inspectBatch`",
    fail: "an accredited inspector, for the first or second time: `inspectBatch`",
    failThird: "an accredited inspector, for the third time: `inspectBatch`",
    use: "a certificate that names it: `certify` (ProjectWorks)",
  },
  cells: {
    none: {
      ...{ register: to("registered"), offer: WRONG_BATCH, takeOver: WRONG_BATCH, pass: WRONG_BATCH },
      ...{ fail: WRONG_BATCH, failThird: WRONG_BATCH, use: WRONG_BATCH },
    },
    registered: {
      ...{ register: WRONG_BATCH, offer: to("registered"), takeOver: to("registered"), pass: to("passed") },
      ...{ fail: to("failed"), failThird: to("rejected"), use: WRONG_BATCH },
    },
    passed: {
      ...{ register: WRONG_BATCH, offer: to("passed"), takeOver: to("passed"), pass: to("passed") },
      ...{ fail: to("failed"), failThird: to("rejected"), use: to("used") },
    },
    failed: {
      ...{ register: WRONG_BATCH, offer: to("failed"), takeOver: to("failed"), pass: to("passed") },
      ...{ fail: to("failed"), failThird: to("rejected"), use: WRONG_BATCH },
    },
    rejected: {
      ...{ register: WRONG_BATCH, offer: WRONG_BATCH, takeOver: WRONG_BATCH, pass: WRONG_BATCH },
      ...{ fail: WRONG_BATCH, failThird: WRONG_BATCH, use: WRONG_BATCH },
    },
    used: {
      ...{ register: WRONG_BATCH, offer: WRONG_BATCH, takeOver: WRONG_BATCH, pass: WRONG_BATCH },
      ...{ fail: WRONG_BATCH, failThird: WRONG_BATCH, use: WRONG_BATCH },
    },
  },
};

/** The tables of this family, in the order of docs/states.md. */
export const PROJECT_MACHINES = [
  PROJECT_MACHINE,
  CONTRACT_MACHINE,
  APPLICATION_MACHINE,
  PAYROLL_MACHINE,
  BATCH_MACHINE,
] as const;
