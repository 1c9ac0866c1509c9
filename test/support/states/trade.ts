import { refused, to, type Cell, type Machine } from "./machine.js";

const RECEIVABLE_STATES = {
  none: "not registered",
  issued: "submitted by a bank, no verdict yet",
  failed: "an attestor has said FAILED and nothing is outstanding; for good",
  linked: "proves the same receivable as another document, by which alone it is financed; for good",
  confirmed: "verified; nothing is financed or collected",
  financed: "finance is reserved or outstanding at some bank, nothing is collected",
  partlyRepaid: "the debtor has paid a part",
  closed: "the debtor has paid everything; for good",
  disputed: "the debtor disputes; nothing new is financed",
  defaulted: "a bank has written off finance; nothing new is financed",
} as const;
type ReceivableState = keyof typeof RECEIVABLE_STATES;

const RECEIVABLE_ACTS = {
  submit: "a bank with consent, `submit`",
  verify: "anyone with the attestor's VERIFIED, later than the one before, `recordVerdict`",
  fail: "anyone with the attestor's FAILED, `recordVerdict`",
  promise: "anyone with the debtor's signature, `confirm`",
  dispute: "the debtor, `dispute`",
  withdraw: "the debtor, `withdrawDispute`",
  finance: "a bank, `TradeFinance.approve`",
  collectPart: "the debtor, `TradeFinance.collectUnpledged`",
  collectAll: "the debtor pays every claim",
  repay: "the exporter pays all that is due, `TradeFinance.repay`",
  writeOff: "a bank gives up on overdue finance, `TradeFinance.writeOff`",
} as const;
type ReceivableAct = keyof typeof RECEIVABLE_ACTS;

const step = refused("ReceivableStatusInvalid");
const notDebtor = refused("ReceivableCallerInvalid", "no debtor yet");
const noClaim = refused("FinanceTermsInvalid", "no claim yet");
const nothingOpen = refused("ClaimAmountInvalid");
const noFinance = refused("FinanceStatusInvalid");
const twice = refused("ReceivableAlreadyRegistered");

/** Nothing has come of it: whatever needs a verdict is refused. */
const UNVERIFIED = {
  ...{ promise: step, dispute: notDebtor, withdraw: notDebtor, finance: noClaim },
  ...{ collectPart: nothingOpen, collectAll: nothingOpen, repay: noFinance, writeOff: noFinance },
} as const;

/** What documents with a verdict have in common while they run. */
function running(state: "confirmed" | "financed" | "partlyRepaid") {
  return {
    ...{ submit: twice, verify: to(state), promise: to(state), dispute: to("disputed"), withdraw: step },
    ...{ collectPart: to("partlyRepaid"), collectAll: to("closed") },
  } as const;
}

/** A receivable, from its document's submission on. */
export const RECEIVABLE_MACHINE: Machine<ReceivableState, ReceivableAct> = {
  title: "A receivable",
  contract: "ReceivableRegistry",
  states: RECEIVABLE_STATES,
  acts: RECEIVABLE_ACTS,
  cells: {
    none: { ...UNVERIFIED, submit: to("issued"), verify: step, fail: step },
    issued: { ...UNVERIFIED, submit: twice, verify: to("confirmed"), fail: to("failed") },
    failed: { ...UNVERIFIED, submit: twice, verify: step, fail: step },
    linked: { ...UNVERIFIED, submit: twice, verify: step, fail: step },
    confirmed: {
      ...running("confirmed"),
      ...{ fail: to("failed"), finance: to("financed"), repay: noFinance, writeOff: noFinance },
    },
    financed: {
      ...running("financed"),
      fail: to("financed", "nothing new is financed; Failed once it is repaid"),
      ...{ finance: to("financed"), repay: to("confirmed"), writeOff: to("defaulted") },
    },
    partlyRepaid: {
      ...running("partlyRepaid"),
      fail: to("partlyRepaid", "nothing new is financed; Failed once it is repaid"),
      ...{ finance: to("partlyRepaid"), repay: to("partlyRepaid"), writeOff: to("defaulted") },
    },
    closed: {
      ...{ submit: twice, verify: step, fail: step, promise: step, dispute: step, withdraw: step, finance: step },
      ...{ collectPart: nothingOpen, collectAll: nothingOpen, repay: noFinance, writeOff: noFinance },
    },
    disputed: {
      ...{ submit: twice, verify: to("disputed"), fail: to("failed"), promise: step, dispute: step },
      ...{ withdraw: to("confirmed"), finance: step, collectPart: to("disputed"), collectAll: to("closed") },
      ...{ repay: noFinance, writeOff: noFinance },
    },
    defaulted: {
      ...{ submit: twice, verify: step, fail: step, promise: step, dispute: step, withdraw: step, finance: step },
      ...{ collectPart: to("defaulted"), collectAll: to("closed"), repay: noFinance, writeOff: noFinance },
    },
  },
};

const FINANCE_STATES = {
  none: "not applied for",
  applied: "the exporter has applied",
  approved: "the bank has reserved the principal, the claim is pledged",
  disbursed: "the exporter has the principal",
  overdue: "the maturity is past and something outstanding",
  repaid: "nothing is due, the claim still pledged",
  released: "the claim is the exporter's again; for good",
  writtenOff: "the claim is the bank's; for good",
  cancelled: "never paid out; for good",
} as const;
type FinanceStep = keyof typeof FINANCE_STATES;

const FINANCE_ACTS = {
  apply: "the exporter, `applyFor`",
  approve: "the bank, `approve`",
  cancel: "exporter or bank, `cancel`",
  disburse: "the bank, `disburse`",
  collect: "the debtor pays a part, `collect`",
  repay: "the exporter pays a part, `repay`",
  repayAll: "the exporter pays all that is due, `repay`",
  takeRecourse: "the bank, `takeRecourse`",
  reportOverdue: "anyone after the maturity, `reportOverdue`",
  rollOver: "the bank with the exporter's signature, `rollOver`",
  release: "the bank, `release`",
  writeOff: "the bank, `writeOff`",
} as const;
type FinanceAct = keyof typeof FINANCE_ACTS;

/** Everything is refused, but for what is named. */
function otherwiseRefused(
  allowed: Partial<Record<FinanceAct, Cell<FinanceStep>>>,
): Record<FinanceAct, Cell<FinanceStep>> {
  const no = noFinance;
  return {
    ...{ apply: no, approve: no, cancel: no, disburse: no, collect: no, repay: no, repayAll: no, takeRecourse: no },
    ...{ reportOverdue: no, rollOver: no, release: no, writeOff: no, ...allowed },
  };
}

/** Finance against a claim, from the application on. */
export const FINANCE_MACHINE: Machine<FinanceStep, FinanceAct> = {
  title: "Finance against a receivable",
  contract: "TradeFinance",
  states: FINANCE_STATES,
  acts: FINANCE_ACTS,
  cells: {
    none: otherwiseRefused({ apply: to("applied") }),
    applied: otherwiseRefused({ approve: to("approved"), cancel: to("cancelled") }),
    approved: otherwiseRefused({ disburse: to("disbursed"), cancel: to("cancelled") }),
    disbursed: otherwiseRefused({
      ...{ collect: to("disbursed"), repay: to("disbursed"), repayAll: to("repaid") },
      ...{ reportOverdue: to("overdue"), rollOver: to("disbursed") },
    }),
    overdue: otherwiseRefused({
      ...{ collect: to("overdue"), repay: to("overdue"), repayAll: to("repaid"), takeRecourse: to("overdue") },
      ...{ rollOver: to("disbursed"), writeOff: to("writtenOff") },
    }),
    repaid: otherwiseRefused({ collect: to("repaid"), release: to("released") }),
    released: otherwiseRefused({}),
    writtenOff: otherwiseRefused({}),
    cancelled: otherwiseRefused({}),
  },
};
