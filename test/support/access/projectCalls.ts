import { openProjects } from "../../../sdk/deploy/projects.js";
import {
  PAYEE_PURPOSE,
  changeTypedData,
  enrolmentTypedData,
  fundingHold,
  inspectionTypedData,
  rosterTypedData,
  type Batch,
  type ChangeOrder,
  type Inspection,
  type ProjectTerms,
} from "../../../sdk/eip712/projects.js";
import { sign } from "../../../sdk/eip712/typedData.js";
import { minor } from "../../../sdk/money.js";
import { ProjectSite, projectDomains } from "../../../sdk/projects/site.js";
import { ref } from "../chain.js";
import type { Calls, Prepared } from "./prepared.js";
import type { MATERIALS_ROWS, PROJECT_FUNDS_ROWS, PROJECT_WORKS_ROWS, WAGES_ROWS } from "./projectTable.js";
import type { Scene } from "./stage.js";

const DAY = 86_400n;
const TEN = minor("10.00");
const MONTH = 202_603n;

/** The project platform of the stage's currency. */
export function projectsOf({ side, suite }: Scene) {
  return openProjects({ deployer: suite.deployer, currency: side.currency });
}

type Payroll = "the contract" | "the agent";

/** A project that the holder owns and builds, not open; the operating institution funds it. */
async function planned(f: Scene, payroll: Payroll = "the contract") {
  const contracts = await projectsOf(f);
  const { holder, stranger, settlementOperator, agent, operating } = f.who;
  const terms: ProjectTerms = {
    ...{ funds: await contracts.funds.getAddress(), owner: holder.address, supervisor: stranger.address },
    ...{ payroll: payroll === "the agent" ? agent.address : await contracts.wages.getAddress() },
    ...{ materials: await contracts.materials.getAddress(), accreditor: agent.address },
    ...{ attestor: settlementOperator.address, documentHash: ref("project"), lines: [TEN] },
    expires: BigInt(await f.chain.networkHelpers.time.latest()) + 100n * DAY,
    funding: [{ funder: operating.address, amount: TEN }],
    levels: [{ threshold: 1n, approvers: [agent.address] }],
  };
  const people = { owner: holder, supervisor: stranger, attestor: settlementOperator };
  const domains = await projectDomains(contracts, f.side.currency);
  const site = new ProjectSite(contracts, domains, terms, people, operating);
  await f.side.currency.connect(operating).placeHold(fundingHold(terms, 0));
  return { ...contracts, terms, site };
}

async function opened(f: Scene, payroll?: Payroll) {
  const it = await planned(f, payroll);
  await it.funds.connect(f.who.holder).openProject(it.terms, ["0x"]);
  await it.site.list(f.payee, PAYEE_PURPOSE.service);
  await it.site.list(f.who.holder, PAYEE_PURPOSE.material);
  return it;
}

/** The holder's contract, and a certificate of all of it. */
async function certified(f: Scene, wages = 0n, payroll?: Payroll) {
  const it = await opened(f, payroll);
  const works = await it.site.contract(f.who.holder, f.who.holder, { amount: TEN, retention: 1_000n });
  const certificate = await it.site.certify(works, { amount: TEN, wages, last: true });
  return { ...it, certificate };
}

async function applied(f: Scene, account = f.payee.address) {
  const it = await certified(f);
  return {
    ...it,
    application: await it.site.apply(it.certificate, PAYEE_PURPOSE.service, [[{ account, amount: 1n }]]),
  };
}

async function approved(f: Scene, account?: string) {
  const it = await applied(f, account);
  await it.site.approve(it.application, [f.who.agent]);
  return it;
}

/** Wages of the payee's, approved. */
async function wagesOf(f: Scene, payroll?: Payroll) {
  const it = await certified(f, TEN, payroll);
  const application = await it.site.applyForWages(it.certificate, MONTH, [{ account: f.payee.address, amount: TEN }]);
  await it.site.approve(application, [f.who.agent]);
  return { ...it, application };
}

async function atWorks({ works }: Awaited<ReturnType<typeof planned>>, args: Prepared["args"]): Promise<Prepared> {
  return { to: await works.getAddress(), args };
}

async function atFunds({ funds }: Awaited<ReturnType<typeof planned>>, args: Prepared["args"]): Promise<Prepared> {
  return { to: await funds.getAddress(), args };
}

async function atWages({ wages }: Awaited<ReturnType<typeof planned>>, args: Prepared["args"]): Promise<Prepared> {
  return { to: await wages.getAddress(), args };
}

async function atMaterials(
  { materials }: Awaited<ReturnType<typeof planned>>,
  args: Prepared["args"],
): Promise<Prepared> {
  return { to: await materials.getAddress(), args };
}

export const projectWorksCalls: Calls<typeof PROJECT_WORKS_ROWS> = {
  signContract: async (f) => {
    const it = await opened(f);
    const { terms, signatures } = await it.site.draft(f.who.holder, f.payee, { amount: 1n });
    return atWorks(it, [it.terms, terms, ...signatures]);
  },
  changeContract: async (f) => {
    const it = await opened(f);
    const works = await it.site.contract(f.who.holder, f.who.holder, { amount: 1n });
    const order: ChangeOrder = { contractId: works.id, number: 0n, amount: 2n, documentHash: ref("change") };
    const signature = await sign(f.who.holder, changeTypedData(it.site.domains.works, order));
    return atWorks(it, [it.terms, order, signature, signature]);
  },
  certify: async (f) => {
    const it = await opened(f);
    const works = await it.site.contract(f.who.holder, f.who.holder, { amount: 1n });
    const { terms, signatures } = await it.site.measure(works, { amount: 1n });
    return atWorks(it, [it.terms, terms, ...signatures]);
  },
};

export const projectFundsCalls: Calls<typeof PROJECT_FUNDS_ROWS> = {
  openProject: async (f) => {
    const it = await planned(f);
    return atFunds(it, [it.terms, ["0x"]]);
  },
  setPayee: async (f) => {
    const it = await opened(f);
    return atFunds(it, [it.terms, f.newcomer.address, PAYEE_PURPOSE.service, ref("file")]);
  },
  applyForPayment: async (f) => {
    const it = await certified(f);
    const page = { entries: [], hash: ref("page") };
    return atFunds(it, [it.terms, it.site.application(it.certificate, 5n, [page], { amount: 1n }).terms]);
  },
  approvePayment: async (f) => {
    const it = await applied(f);
    return atFunds(it, [it.terms, it.application.id]);
  },
  rejectPayment: async (f) => {
    const it = await applied(f);
    return atFunds(it, [it.terms, it.application.id]);
  },
  settlePage: async (f) => {
    const it = await approved(f);
    return atFunds(it, [it.terms, it.application.terms, 0n, it.application.pages[0]?.entries]);
  },
  disburseWages: async (f) => {
    const it = await wagesOf(f, "the agent");
    return atFunds(it, [it.terms, it.application.id, it.application.pages[0]?.entries, 1n, 0n, true]);
  },
  payClaim: async (f) => {
    const it = await approved(f, f.newcomer.address);
    await it.site.list(f.newcomer, PAYEE_PURPOSE.service);
    await it.site.settle(it.application);
    const identity = ref("newcomer");
    await f.side.currency.connect(f.who.operating).openWallet(f.newcomer, 1n, identity);
    return atFunds(it, [it.terms, it.application.id, f.newcomer.address]);
  },
  payWageClaim: async (f) => {
    const it = await wagesOf(f, "the agent");
    const { entries = [] } = it.application.pages[0] ?? {};
    await it.funds.connect(f.who.agent).disburseWages(it.terms, it.application.id, entries, 0n, 0n, true);
    const identity = await f.side.currency.identityOf(f.payee);
    return atFunds(it, [it.terms, it.application.id, identity, f.payee.address]);
  },
  releaseRetention: async (f) => {
    const it = await certified(f);
    return atFunds(it, [it.terms, it.certificate.contract.id]);
  },
  closeProject: async (f) => {
    const it = await opened(f);
    return atFunds(it, [it.terms]);
  },
  "closeProject: after the expiry": async (f) => {
    const it = await opened(f);
    await f.chain.networkHelpers.time.increaseTo(it.terms.expires);
    return atFunds(it, [it.terms]);
  },
};

export const wagesCalls: Calls<typeof WAGES_ROWS> = {
  enrol: async (f) => {
    const it = await opened(f);
    const enrolment = { project: it.site.id, first: 0n, workers: [f.payee.address] };
    const attestation = await sign(f.who.settlementOperator, enrolmentTypedData(it.site.domains.wages, enrolment));
    return atWages(it, [it.terms, 0n, enrolment.workers, attestation]);
  },
  openPayroll: async (f) => {
    const it = await wagesOf(f);
    const { roster, terms } = it.application;
    const attestation = await sign(f.who.settlementOperator, rosterTypedData(it.site.domains.wages, roster));
    return atWages(it, [it.terms, roster, terms.businessRef, attestation]);
  },
  payPage: async (f) => {
    const it = await wagesOf(f);
    await it.site.enrol([f.payee.address]);
    await it.site.openPayroll(it.application);
    return atWages(it, [it.terms, it.application.roster, it.application.pages[0]?.entries]);
  },
  claimWage: async (f) => {
    const it = await wagesOf(f);
    const { currency, offices } = f.side;
    await it.site.enrol([f.payee.address]);
    await it.site.openPayroll(it.application);
    await currency.connect(offices.enforcer).freeze(f.payee, ref("order"));
    await it.site.payPage(it.application, 0);
    await currency.connect(offices.enforcer).unfreeze(f.payee, ref("order"));
    return atWages(it, [it.terms, it.application.id, f.payee.address]);
  },
};

/** A batch of the holder's. */
async function supplied(f: Scene) {
  const it = await opened(f);
  return { ...it, batch: await it.site.batch(f.who.holder, { businessRef: ref("batch") }) };
}

export const materialsCalls: Calls<typeof MATERIALS_ROWS> = {
  accredit: async (f) => {
    const it = await opened(f);
    return atMaterials(it, [it.terms, f.payee.address, it.terms.expires, ref("file")]);
  },
  registerBatch: async (f) => {
    const it = await opened(f);
    const batch: Batch = {
      ...{ project: it.site.id, supplier: f.who.holder.address, kind: 0n, quantity: 1n },
      ...{ origin: ref("origin"), specification: ref("specification"), businessRef: ref("batch") },
    };
    return atMaterials(it, [batch]);
  },
  offerBatch: async (f) => {
    const it = await supplied(f);
    return atMaterials(it, [it.batch, f.payee.address, ref("note")]);
  },
  takeOverBatch: async (f) => {
    const it = await supplied(f);
    await it.materials.connect(f.who.holder).offerBatch(it.batch, f.who.holder, ref("note"));
    return atMaterials(it, [it.batch, ref("note")]);
  },
  inspectBatch: async (f) => {
    const it = await supplied(f);
    await it.materials.connect(f.who.agent).accredit(it.terms, f.payee, it.terms.expires, ref("file"));
    const inspection: Inspection = {
      ...{ batch: it.batch, inspector: f.payee.address, number: 0n, passed: true, report: ref("report") },
    };
    const signature = await sign(f.payee, inspectionTypedData(it.site.domains.materials, inspection));
    return atMaterials(it, [inspection, signature]);
  },
  useBatches: async (f) => {
    const it = await supplied(f);
    return atMaterials(it, [it.site.id, f.who.holder.address, ref("certificate"), [it.batch]]);
  },
};
