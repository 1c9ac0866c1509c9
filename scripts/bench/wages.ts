import { ZeroAddress, id } from "ethers";
import { openProjects } from "../../sdk/deploy/projects.js";
import { fundingHold, type ProjectTerms } from "../../sdk/eip712/projects.js";
import { CLASS_NUMBERS } from "../../sdk/limits.js";
import { MAXIMUM_PAGE, sumOf, type Payee } from "../../sdk/projects/pages.js";
import { ProjectSite, projectDomains } from "../../sdk/projects/site.js";
import { addressOf, gasOf, pages, sendAll } from "./measure.js";
import type { Figures } from "./operations.js";
import { AMOUNT, LATER, type Suite } from "./suite.js";

const WORKERS = 1_000;
/** Numbers that no other wallet of the bench is made of. */
const FIRST = 700_000;
/** The clock stands in January 2026. */
const MONTH = 202_601n;

/** A payroll of 1,000 workers who are enrolled: opened and paid in pages of 200, and its worst page. */
export async function measureWages(suite: Suite): Promise<Figures> {
  const { chain, currency, banks, carrier, executor, operator, company, ann } = suite;
  const [{ account: funder }] = banks;
  const accounts = Array.from({ length: WORKERS }, (_, i) => addressOf(FIRST + i));
  const to = await currency.getAddress();
  const opening = accounts.map((account) => ({
    to,
    data: currency.interface.encodeFunctionData("openWallet", [account, CLASS_NUMBERS.II, id(`person ${account}`)]),
  }));
  await sendAll(chain, funder.address, opening);
  const workers: Payee[] = accounts.map((account) => ({ account, amount: AMOUNT }));
  const contracts = await openProjects({ deployer: carrier, currency });
  const amount = sumOf(workers);
  const terms: ProjectTerms = {
    ...{ funds: await contracts.funds.getAddress(), owner: company.address, supervisor: ann.address },
    ...{ payroll: await contracts.wages.getAddress(), materials: ZeroAddress, accreditor: ZeroAddress },
    ...{ attestor: operator.address, expires: LATER, documentHash: id("works"), lines: [amount] },
    funding: [{ funder: funder.address, amount }],
    levels: [{ threshold: 1n, approvers: [executor.address] }],
  };
  const people = { owner: company, supervisor: ann, attestor: operator };
  const site = new ProjectSite(contracts, await projectDomains(contracts, currency), terms, people, carrier);
  await currency.connect(funder).placeHold(fundingHold(terms, 0));
  await contracts.funds.connect(company).openProject(terms, ["0x"]);
  const works = await site.contract(company, company, { amount });
  const certificate = await site.certify(works, { amount, wages: amount });
  for (const [i, page] of pages(accounts, MAXIMUM_PAGE).entries()) await site.enrol(page, BigInt(i * MAXIMUM_PAGE));
  const applied = await site.applyForWages(certificate, MONTH, workers);
  await site.approve(applied, [executor]);

  let gas = await gasOf(site.openPayroll(applied));
  let worst = 0;
  for (const page of applied.pages.keys()) {
    const used = await gasOf(site.payPage(applied, page));
    worst = Math.max(worst, used);
    gas += used;
  }
  return { "wages.perWorker": Math.ceil(gas / WORKERS), "wages.page": worst };
}
