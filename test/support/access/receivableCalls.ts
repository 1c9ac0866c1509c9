import { MaxUint256, ZeroHash } from "ethers";
import { governTrade, startTrade, type TradeContracts } from "../../../sdk/deploy/trade.js";
import {
  CONSENT_SCOPE,
  DOCUMENT_KIND,
  financeId,
  type FinanceTerms,
  type ReceivableVerdict,
  type TradeConsent,
} from "../../../sdk/eip712/trade.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { minor } from "../../../sdk/money.js";
import {
  signConfirmation,
  signConsent,
  signFinance,
  signRollOver,
  signVerdict,
} from "../../../sdk/trade/receivables.js";
import { ref } from "../chain.js";
import type { Calls } from "./prepared.js";
import { FAR, type Scene } from "./stage.js";
import type { FINANCE_ROWS, RECEIVABLE_ROWS } from "./receivableTable.js";

const DAY = 86_400n;
const KEY = ref("declaration");
const FACE = minor("10.00");
const CLAIM = 1n;

/** Registry and finance of the stage's currency, as deployed: nobody is appointed. */
export async function tradeOf({ side, suite, who, chain }: Scene): Promise<TradeContracts> {
  const registry = [side.registry, side.authority, [side.currency]] as const;
  const receivables = await chain.ethers.deployContract("ReceivableRegistry", [...registry]);
  const finance = await chain.ethers.deployContract("TradeFinance", [receivables, suite.engine]);
  await governTrade({ authority: side.authority, admin: who.admin }, receivables);
  return { receivables, finance };
}

async function started(f: Scene) {
  const { who } = f;
  const contracts = await tradeOf(f);
  await startTrade(who.governor, contracts, { customsDeclaration: { attestor: who.admin, advanceRate: 8_000n } });
  const { receivables, finance } = contracts;
  const addresses = { registry: await receivables.getAddress(), finance: await finance.getAddress() };
  return { ...contracts, addresses, domain: await domainOf(receivables), financeDomain: await domainOf(finance) };
}

function consentOf({ who, operatingNumber }: Scene): TradeConsent {
  return {
    ...{ exporter: who.holder.address, bank: BigInt(operatingNumber), key: ZeroHash, scope: CONSENT_SCOPE.both },
    ...{ notAfter: FAR, nonce: ref("consent") },
  };
}

async function verdictOf({ who, side }: Scene): Promise<ReceivableVerdict> {
  return {
    ...{ key: KEY, kind: DOCUMENT_KIND.customsDeclaration, documents: ref("invoice"), verified: true },
    ...{ exporter: who.holder.address, debtor: who.agent.address, currency: await side.currency.getAddress() },
    ...{ value: FACE, dueDate: FAR, notAfter: FAR, underlying: ZeroHash },
  };
}

async function submitted(f: Scene) {
  const it = await started(f);
  const { kind, documents } = await verdictOf(f);
  await it.receivables.connect(f.who.holder).giveConsent(consentOf(f), "0x");
  await it.receivables.connect(f.who.operating).submit(KEY, kind, f.who.holder, documents);
  return it;
}

/** The first claim is of 10.00. */
async function verified(f: Scene) {
  const it = await submitted(f);
  const verdict = await verdictOf(f);
  await it.receivables.recordVerdict(verdict, await signVerdict(f.who.admin, it.domain, verdict));
  return it;
}

/** Terms that the holder may apply for: it and the bank have authorised the contract. */
async function offered(f: Scene) {
  const { who, side, suite, chain } = f;
  const it = await verified(f);
  for (const party of [who.holder, who.operating]) {
    await side.currency.connect(party).approve(suite.engine, MaxUint256);
    await suite.engine.connect(party).authorizeAgent(it.finance, true);
  }
  const terms: FinanceTerms = {
    ...{ key: KEY, claim: CLAIM, exporter: who.holder.address, bankAccount: who.operating.address, face: FACE / 2n },
    ...{ principal: minor("4.00"), fee: 0n, rate: 45_000n, overdueRate: 90_000n, recourse: true, salt: ref("finance") },
    maturity: BigInt(await chain.networkHelpers.time.latest()) + 30n * DAY,
  };
  return { ...it, terms, to: it.addresses.finance };
}

async function applied(f: Scene) {
  const it = await offered(f);
  await it.finance.connect(f.who.holder).applyFor(it.terms, "0x");
  return it;
}

async function approved(f: Scene) {
  const it = await applied(f);
  await it.finance.connect(f.who.operating).approve(it.terms);
  return it;
}

async function disbursed(f: Scene) {
  const it = await approved(f);
  await it.finance.connect(f.who.operating).disburse(it.terms);
  return it;
}

async function overdue(f: Scene) {
  const it = await disbursed(f);
  await f.chain.networkHelpers.time.increase(31n * DAY);
  await it.finance.reportOverdue(it.terms);
  return it;
}

async function repaid(f: Scene) {
  const it = await disbursed(f);
  await it.finance.connect(f.who.holder).repay(it.terms, it.terms.principal);
  return it;
}

export const receivableCalls: Calls<typeof RECEIVABLE_ROWS> = {
  giveConsent: async (f) => {
    const { addresses, domain } = await started(f);
    const consent = consentOf(f);
    return { to: addresses.registry, args: [consent, await signConsent(f.who.holder, domain, consent)] };
  },
  "giveConsent: without a signature": async (f) => ({
    to: (await started(f)).addresses.registry,
    args: [consentOf(f), "0x"],
  }),
  revokeConsent: async (f) => ({ to: (await started(f)).addresses.registry, args: [consentOf(f)] }),
  submit: async (f) => {
    const { addresses, receivables } = await started(f);
    await receivables.connect(f.who.holder).giveConsent(consentOf(f), "0x");
    const { kind, documents } = await verdictOf(f);
    return { to: addresses.registry, args: [KEY, kind, f.who.holder.address, documents] };
  },
  recordVerdict: async (f) => {
    const { addresses, domain } = await submitted(f);
    const verdict = await verdictOf(f);
    return { to: addresses.registry, args: [verdict, await signVerdict(f.who.admin, domain, verdict)] };
  },
  confirm: async (f) => {
    const { addresses, domain } = await verified(f);
    const { key, currency, value, dueDate } = await verdictOf(f);
    const said = { key, debtor: f.who.agent.address, currency, value, dueDate };
    return { to: addresses.registry, args: [KEY, await signConfirmation(f.who.agent, domain, said)] };
  },
  "confirm: without a signature": async (f) => ({ to: (await verified(f)).addresses.registry, args: [KEY, "0x"] }),
  dispute: async (f) => ({ to: (await verified(f)).addresses.registry, args: [KEY, ref("reasons")] }),
  withdrawDispute: async (f) => {
    const { addresses, receivables } = await verified(f);
    await receivables.connect(f.who.agent).dispute(KEY, ref("reasons"));
    return { to: addresses.registry, args: [KEY] };
  },
  assign: async (f) => ({ to: (await verified(f)).addresses.registry, args: [CLAIM, f.payee.address] }),
  split: async (f) => ({ to: (await verified(f)).addresses.registry, args: [CLAIM, 1n] }),
  merge: async (f) => {
    const { addresses, receivables } = await verified(f);
    await receivables.connect(f.who.holder).split(CLAIM, 1n);
    return { to: addresses.registry, args: [CLAIM, 2n] };
  },
  setAttestor: async (f) => ({
    to: await (await tradeOf(f)).receivables.getAddress(),
    args: [DOCUMENT_KIND.customsDeclaration, f.payee.address],
  }),
  setAdvanceRate: async (f) => ({
    to: await (await tradeOf(f)).receivables.getAddress(),
    args: [DOCUMENT_KIND.customsDeclaration, 1n],
  }),
  appointFinance: async (f) => {
    const { receivables, finance } = await tradeOf(f);
    return { to: await receivables.getAddress(), args: [await finance.getAddress()] };
  },
  pledge: async (f) => ({
    to: (await verified(f)).addresses.registry,
    args: [CLAIM, f.who.holder.address, ref("finance"), f.operatingNumber, 1n, 0n, true],
  }),
  release: async (f) => ({ to: (await verified(f)).addresses.registry, args: [CLAIM, 0n] }),
  reduce: async (f) => ({ to: (await verified(f)).addresses.registry, args: [CLAIM, 0n, 1n] }),
  forfeit: async (f) => ({ to: (await verified(f)).addresses.registry, args: [CLAIM, f.payee.address, 0n] }),
  setAuthority: async (f) => ({
    to: await (await tradeOf(f)).receivables.getAddress(),
    args: [await f.suite.mainland.authority.getAddress()],
  }),
};

export const financeCalls: Calls<typeof FINANCE_ROWS> = {
  applyFor: async (f) => {
    const { to, terms, financeDomain } = await offered(f);
    return { to, args: [terms, await signFinance(f.who.holder, financeDomain, terms)] };
  },
  "applyFor: without a signature": async (f) => {
    const { to, terms } = await offered(f);
    return { to, args: [terms, "0x"] };
  },
  approve: async (f) => {
    const { to, terms } = await applied(f);
    return { to, args: [terms] };
  },
  cancel: async (f) => {
    const { to, terms } = await approved(f);
    return { to, args: [terms] };
  },
  "cancel: of a lapsed reservation": async (f) => {
    const { to, terms } = await approved(f);
    await f.chain.networkHelpers.time.increase(8n * DAY);
    return { to, args: [terms] };
  },
  disburse: async (f) => {
    const { to, terms } = await approved(f);
    return { to, args: [terms] };
  },
  collect: async (f) => {
    const { to, terms } = await disbursed(f);
    return { to, args: [terms, 1n] };
  },
  collectUnpledged: async (f) => ({ to: (await disbursed(f)).to, args: [CLAIM, 1n] }),
  repay: async (f) => {
    const { to, terms } = await disbursed(f);
    return { to, args: [terms, 1n] };
  },
  takeRecourse: async (f) => {
    const { to, terms } = await overdue(f);
    return { to, args: [terms, 1n] };
  },
  reportOverdue: async (f) => {
    const { to, terms } = await disbursed(f);
    await f.chain.networkHelpers.time.increase(31n * DAY);
    return { to, args: [terms] };
  },
  rollOver: async (f) => {
    const { to, terms, financeDomain } = await disbursed(f);
    const maturity = terms.maturity + DAY;
    const said = { finance: financeId(financeDomain, terms), previous: terms.maturity, maturity };
    return { to, args: [terms, maturity, await signRollOver(f.who.holder, financeDomain, said)] };
  },
  release: async (f) => {
    const { to, terms } = await repaid(f);
    return { to, args: [terms] };
  },
  "release: after the bank's time": async (f) => {
    const { to, terms } = await repaid(f);
    await f.chain.networkHelpers.time.increase(8n * DAY);
    return { to, args: [terms] };
  },
  writeOff: async (f) => {
    const { to, terms } = await overdue(f);
    return { to, args: [terms, ref("decision")] };
  },
};
