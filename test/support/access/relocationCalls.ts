import { openRelocation } from "../../../sdk/deploy/relocation.js";
import { NEVER } from "../../../sdk/eip712/ledger.js";
import { relocationFileId, type RelocationAgreement, type RelocationProject } from "../../../sdk/eip712/relocation.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { CLASS_NUMBERS } from "../../../sdk/limits.js";
import { minor } from "../../../sdk/money.js";
import { relocationFund, signAgreement, signSurvey } from "../../../sdk/projects/relocation.js";
import type { Relocation } from "../../../types/ethers-contracts/index.js";
import { ref } from "../chain.js";
import type { Calls } from "./prepared.js";
import type { RELOCATION_ROWS } from "./relocationTable.js";
import { FAR, type Scene } from "./stage.js";

const WEEK = 7n * 86_400n;
const REPORT = ref("report");
const ENTITLEMENT = ref("property");

/** The relocation contract of the stage's currency. */
export function relocationOf({ side, suite }: Scene): Promise<Relocation> {
  return openRelocation({ deployer: suite.deployer, currency: side.currency });
}

/** The holder's wallet is a government's. */
async function deployed(f: Scene) {
  const { side, who } = f;
  const relocation = await relocationOf(f);
  await side.currency
    .connect(who.operating)
    .reclassifyWallet(who.holder, CLASS_NUMBERS.government, ref("an authority"));
  const rules: RelocationProject = {
    authority: who.holder.address,
    surveyor: who.agent.address,
    reviewer: who.participating.address,
    budget: minor("100.00"),
    publicity: WEEK,
    review: WEEK,
    approvers: [who.operating.address],
    salt: ref("project"),
  };
  return { relocation, rules, to: await relocation.getAddress(), file: relocationFileId(rules.authority, ENTITLEMENT) };
}

async function opened(f: Scene) {
  const it = await deployed(f);
  await it.relocation.connect(f.who.holder).openProject(it.rules);
  return it;
}

async function filed(f: Scene) {
  const it = await opened(f);
  const authority = it.relocation.connect(f.who.holder);
  await authority.publishFormula(it.rules, ref("formula"));
  await authority.openFile(it.rules, ENTITLEMENT, ref("archive"));
  const survey = { file: it.file, revision: 1n, archive: 1n, report: REPORT };
  return { ...it, survey, domain: await domainOf(it.relocation) };
}

/** The payee is the household. */
async function surveyed(f: Scene) {
  const it = await filed(f);
  await it.relocation.recordSurvey(it.rules, it.survey, await signSurvey(f.who.agent, it.domain, it.survey));
  const terms: RelocationAgreement = {
    ...{ file: it.file, round: 0n, household: f.payee.address, survey: REPORT, formula: ref("formula") },
    compensation: { property: minor("10.00"), resettlement: 0n, business: 0n, reward: 0n },
    ...{ document: ref("agreement"), notAfter: FAR },
  };
  return { ...it, terms, household: await signAgreement(f.payee, it.domain, terms) };
}

async function agreed(f: Scene) {
  const it = await surveyed(f);
  await it.relocation.connect(f.who.holder).agree(it.rules, it.terms, it.household, "0x");
  return it;
}

async function due(f: Scene) {
  const it = await agreed(f);
  await f.chain.networkHelpers.time.increase(WEEK);
  return it;
}

async function granted(f: Scene) {
  const it = await due(f);
  await it.relocation.connect(f.who.operating).approveFiles(it.rules, [it.file]);
  return { ...it, fund: await held(f, it) };
}

async function held(f: Scene, { relocation, rules }: Awaited<ReturnType<typeof deployed>>) {
  const fund = relocationFund(await domainOf(relocation), rules, minor("50.00"), NEVER);
  await f.side.currency.connect(f.who.holder).placeHold(fund);
  return fund;
}

export const relocationCalls: Calls<typeof RELOCATION_ROWS> = {
  openProject: async (f) => {
    const { to, rules } = await deployed(f);
    return { to, args: [rules] };
  },
  publishFormula: async (f) => {
    const { to, rules } = await opened(f);
    return { to, args: [rules, ref("formula")] };
  },
  openFile: async (f) => {
    const { to, rules } = await opened(f);
    return { to, args: [rules, ENTITLEMENT, ref("archive")] };
  },
  appendArchive: async (f) => {
    const { to, rules, file } = await filed(f);
    return { to, args: [rules, file, 2n, ref("archive 2")] };
  },
  recordSurvey: async (f) => {
    const { to, rules, survey, domain } = await filed(f);
    return { to, args: [rules, survey, await signSurvey(f.who.agent, domain, survey)] };
  },
  "recordSurvey: signed by the caller": async (f) => {
    const { to, rules, survey, domain } = await filed(f);
    return { to, args: async (caller) => [rules, survey, await signSurvey(caller, domain, survey)] };
  },
  agree: async (f) => {
    const { to, rules, terms, household, domain } = await surveyed(f);
    return { to, args: [rules, terms, household, await signAgreement(f.who.holder, domain, terms)] };
  },
  "agree: without the authority's signature": async (f) => {
    const { to, rules, terms, household } = await surveyed(f);
    return { to, args: [rules, terms, household, "0x"] };
  },
  withdrawAgreement: async (f) => {
    const { to, rules, file } = await agreed(f);
    return { to, args: [rules, file] };
  },
  raiseObjection: async (f) => {
    const { to, rules, file } = await agreed(f);
    return { to, args: [rules, file, ref("evidence")] };
  },
  decideObjection: async (f) => {
    const { to, rules, file, relocation } = await agreed(f);
    await relocation.connect(f.who.operating).raiseObjection(rules, file, ref("evidence"));
    return { to, args: [rules, file, f.who.operating.address, true, ref("reasons")] };
  },
  approveFiles: async (f) => {
    const { to, rules, file } = await due(f);
    return { to, args: [rules, [file]] };
  },
  rejectFile: async (f) => {
    const { to, rules, file } = await agreed(f);
    return { to, args: [rules, file, ref("reasons")] };
  },
  payNext: async (f) => {
    const { to, rules, fund } = await granted(f);
    return { to, args: [rules, fund, 1n] };
  },
  payParked: async (f) => {
    const { to, rules, fund, file, relocation } = await granted(f);
    const enforcer = f.side.currency.connect(f.who.enforcer);
    await enforcer.freeze(f.payee, ref("order"));
    await relocation.payNext(rules, fund, 1n);
    await enforcer.unfreeze(f.payee, ref("order lifted"));
    return { to, args: [rules, fund, file] };
  },
  releaseFund: async (f) => {
    const it = await opened(f);
    return { to: it.to, args: [it.rules, await held(f, it)] };
  },
};
