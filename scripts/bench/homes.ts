import { MaxUint256, Wallet, id } from "ethers";
import { openRelocation } from "../../sdk/deploy/relocation.js";
import { openRental } from "../../sdk/deploy/rental.js";
import { relocationFileId, type RelocationAgreement, type RelocationProject } from "../../sdk/eip712/relocation.js";
import { leaseId, type Lease } from "../../sdk/eip712/rental.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { CLASS_NUMBERS } from "../../sdk/limits.js";
import { minor } from "../../sdk/money.js";
import { relocationFund, signAgreement, signSurvey } from "../../sdk/projects/relocation.js";
import { signLease, signProtocol, signTenancy, signTitle } from "../../sdk/projects/rental.js";
import { gasOf, nextHour } from "./measure.js";
import type { Figures } from "./operations.js";
import { LATER, type Suite } from "./suite.js";

const DAY = 86_400n;
const WEEK = 7n * DAY;

/** Households of the page: the most that one call takes. */
const PAGE = 100;

/** Everything that is measured of relocation and rental. */
export async function measureHomes(suite: Suite): Promise<Figures> {
  return { ...(await measureRelocation(suite)), ...(await measureRental(suite)) };
}

/** The largest page of households, each with a wallet that never had money. */
async function measureRelocation(suite: Suite): Promise<Figures> {
  const { chain, currency, banks, carrier, company: authority, executor: surveyor, operator } = suite;
  const [{ account: bank }] = banks;
  await currency.connect(bank).reclassifyWallet(authority, CLASS_NUMBERS.government, id("an authority"));
  const relocation = await openRelocation({ deployer: carrier, currency });
  const domain = await domainOf(relocation);
  const rules: RelocationProject = {
    ...{ authority: authority.address, surveyor: surveyor.address, reviewer: operator.address },
    ...{ budget: minor("1000000.00"), publicity: WEEK, review: WEEK, approvers: [carrier.address], salt: id("bench") },
  };
  const run = relocation.connect(authority);
  await run.openProject(rules);
  await run.publishFormula(rules, id("formula"));
  const amount = minor("0.50");
  const fund = relocationFund(domain, rules, amount * BigInt(PAGE), LATER);
  await currency.connect(bank).transfer(authority, fund.amount);
  await currency.connect(authority).placeHold(fund);
  const files: string[] = [];
  for (let index = 0; index < PAGE; ++index) {
    const entitlement = id(`property ${index}`);
    const household = new Wallet(id(`household ${index}`));
    await currency.connect(bank).openWallet(household.address, CLASS_NUMBERS.I, id(`person ${index}`));
    const file = relocationFileId(authority.address, entitlement);
    await run.openFile(rules, entitlement, id("archive"));
    const survey = { file, revision: 1n, archive: 1n, report: id("report") };
    await run.recordSurvey(rules, survey, await signSurvey(surveyor, domain, survey));
    const terms: RelocationAgreement = {
      ...{ file, round: 0n, household: household.address, survey: survey.report, formula: id("formula") },
      compensation: { property: amount, resettlement: 0n, business: 0n, reward: 0n },
      ...{ document: id("agreement"), notAfter: LATER },
    };
    await run.agree(rules, terms, await signAgreement(household, domain, terms), "0x");
    files.push(file);
  }
  await chain.networkHelpers.time.increase(WEEK);
  await relocation.connect(carrier).approveFiles(rules, files);
  const page = await gasOf(relocation.connect(carrier).payNext(rules, fund, PAGE));
  // what comes afterwards knows a company
  await currency.connect(bank).reclassifyWallet(authority, CLASS_NUMBERS.corporate, id("a company again"));
  return { "relocation.pay": Math.ceil(page / PAGE), "relocation.pay.page": page };
}

/** A deposit of which a part was accepted: the landlord is paid, the rest is free. */
async function measureRental(suite: Suite): Promise<Figures> {
  const { chain, currency, authority, admin, banks, carrier, ann: tenant, bob: landlord, operator: arbiter } = suite;
  const [{ account: attestor }] = banks;
  const engine = await chain.ethers.deployContract("SettlementEngine");
  const rental = await openRental({ deployer: carrier, currency, engine, authority, admin });
  const domains = { rental: await domainOf(rental), currency: await domainOf(currency) };
  // the bench's admin has no governor beside it
  await authority.connect(admin).grantRole(1n, admin, 0n);
  await rental.connect(admin).setAttestor(attestor, true, id("mandate"));
  const unit = id("unit");
  const title = { unit, revision: 1n, owner: landlord.address, notAfter: LATER, document: id("extract") };
  await rental.attestTitle(title, attestor, await signTitle(attestor, domains.rental, title));
  await rental.connect(landlord).listUnit(unit, 1n, 1n, id("details"));
  const now = await nextHour(chain);
  const lease: Lease = {
    ...{ unit, landlord: landlord.address, tenant: tenant.address, rent: minor("1.00"), deposit: minor("2.00") },
    ...{ start: now + DAY, period: DAY, periods: 2n, arrearsLimit: 2n, arbiter: arbiter.address, inspection: DAY },
    ...{ arbitration: DAY, contractHash: id("contract"), notAfter: now + DAY, salt: id("bench") },
  };
  await currency.connect(tenant).approve(engine, MaxUint256);
  await engine.connect(tenant).authorizeAgent(rental, true);
  const { consent, holdSignature } = await signTenancy(tenant, domains, lease);
  const agreed = await signLease(landlord, domains.rental, lease);
  await rental.connect(carrier).signLease(lease, agreed, consent, holdSignature);
  const protocol = (returned: boolean) =>
    signProtocol(tenant, domains.rental, {
      ...{ lease: leaseId(domains.rental, lease), returned, protocol: id("protocol") },
    });
  await rental.connect(landlord).handOver(lease, id("protocol"), await protocol(false));
  await rental.connect(tenant).payRent(lease, id("first"), "0x");
  const rent = await gasOf(rental.connect(tenant).payRent(lease, id("second"), "0x"));
  await rental.connect(landlord).returnUnit(lease, id("protocol"), await protocol(true));
  await rental.connect(landlord).claimDeduction(lease, minor("0.50"), id("photographs"));
  const deposit = await gasOf(rental.connect(tenant).acceptDeduction(lease));
  return { "rental.rent": rent, "rental.deposit": deposit };
}
