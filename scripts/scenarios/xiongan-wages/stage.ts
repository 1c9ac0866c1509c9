import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { getAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { openProjects } from "../../../sdk/deploy/projects.js";
import { openSuite } from "../../../sdk/deploy/suite.js";
import { PAYEE_PURPOSE, type ProjectTerms } from "../../../sdk/eip712/projects.js";
import { CLASS_NUMBERS } from "../../../sdk/limits.js";
import { minor } from "../../../sdk/money.js";
import type { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, openWallet, reference, type MoneyDesk } from "../../../sdk/operations/money.js";
import type { Payee } from "../../../sdk/projects/pages.js";
import { ProjectSite, projectDomains, type SignedContract } from "../../../sdk/projects/site.js";
import type { Checks } from "../../../sdk/report.js";
import type { WagesInput } from "./input.js";

/** Everybody acts at this hour, UTC+8. */
export const MORNING = 10;
const DAY = 86_400n;

/** What a run works with. */
export interface Stage extends MoneyDesk {
  readonly input: WagesInput;
  readonly checks: Checks;
  readonly site: ProjectSite;
  readonly funders: readonly HardhatEthersSigner[];
  readonly general: HardhatEthersSigner;
  readonly sub: HardhatEthersSigner;
  readonly suppliers: readonly HardhatEthersSigner[];
  readonly approvers: readonly HardhatEthersSigner[];
  readonly workers: readonly Payee[];
  readonly main: SignedContract;
  readonly part: SignedContract;
}

/** Opens wallets, the project, both contracts, and the places of all workers. */
export async function openStage(
  connection: NetworkConnection<"l1">,
  checks: Checks,
  clock: ScenarioClock,
  input: WagesInput,
): Promise<Stage> {
  const suite = await openSuite(connection);
  const jurisdiction = suite.mainland;
  const { currency } = jurisdiction;
  const bank = jurisdiction.bank(input.bank);
  const desk = { jurisdiction, journal: new Journal(checks, clock), clock };
  await clock.moveTo(input.opens, MORNING);
  const accounts = [...suite.customers];
  const next = (): HardhatEthersSigner => {
    const account = accounts.shift();
    if (account === undefined) throw new RangeError("the suite leaves too few accounts");
    return account;
  };
  const opened = async (name: string, walletClass: "corporate" | "government") => {
    const account = next();
    await openWallet(desk, bank, account, walletClass, name);
    return account;
  };

  const funders: HardhatEthersSigner[] = [];
  for (const { name } of input.funders) funders.push(await opened(name, "government"));
  const [owner, attestor] = [funders[0] ?? next(), jurisdiction.settlementOperator];
  const general = await opened(input.main.contractor, "corporate");
  const sub = await opened(input.part.contractor, "corporate");
  const suppliers: HardhatEthersSigner[] = [];
  for (const { name } of input.suppliers) suppliers.push(await opened(name, "corporate"));
  const supervisor = next();
  // the general contractor approves first, then the owner's director
  const approvers = [general, next()];
  const total = input.funders.reduce((sum, { amount }) => sum + minor(amount), 0n);
  await issueMoney(desk, bank, total, "for the road");
  await desk.journal.noteAll(
    { event: `${bank.name} pays the funders`, legs: [describe(jurisdiction, total)] },
    input.funders.map(
      ({ amount }, i) =>
        () =>
          currency.connect(bank.signer).transfer(funders[i] ?? owner, minor(amount)),
    ),
  );

  const contracts = await openProjects({ deployer: suite.deployer, currency });
  const terms: ProjectTerms = {
    ...{ funds: await contracts.funds.getAddress(), owner: owner.address, supervisor: supervisor.address },
    ...{ payroll: await contracts.wages.getAddress(), materials: `0x${"00".repeat(20)}` },
    ...{ accreditor: `0x${"00".repeat(20)}`, attestor: attestor.address, expires: clock.at(input.expires) },
    ...{ documentHash: reference(input.title), lines: input.lines.map(({ budget }) => minor(budget)) },
    funding: input.funders.map(({ amount }, i) => ({ funder: (funders[i] ?? owner).address, amount: minor(amount) })),
    levels: approvers.map(({ address }) => ({ threshold: 1n, approvers: [address] })),
  };
  const people = { owner, supervisor, attestor };
  const domains = await projectDomains(contracts, currency);
  const site = new ProjectSite(contracts, domains, terms, people, bank.signer);
  await desk.journal.note(
    { event: "the project is opened", legs: [`${describe(jurisdiction, total)} held, still the funders'`] },
    site.open(funders),
  );
  for (const supplier of suppliers) await site.list(supplier, PAYEE_PURPOSE.material);
  await site.list(sub, PAYEE_PURPOSE.labour);
  const main = await site.contract(owner, general, { amount: minor(input.main.amount) });
  const { amount, wageShare, retention, defectsDays } = input.part;
  const part = await site.contract(general, sub, {
    ...{ parent: main.id, amount: minor(amount), wageShare: BigInt(wageShare), retention: BigInt(retention) },
    defectsPeriod: BigInt(defectsDays) * DAY,
  });
  const stage = { ...desk, input, checks, site, funders, general, sub, suppliers, approvers, main, part };
  return { ...stage, workers: await openWorkers({ ...desk, input, site }) };
}

/** Wallets of the team: mostly of class II, some without a checked identity; the attestor gives each person a place. */
async function openWorkers({
  jurisdiction,
  journal,
  input,
  site,
}: MoneyDesk & Pick<Stage, "input" | "site">): Promise<Payee[]> {
  const { payroll } = input;
  const bank = jurisdiction.bank(input.bank);
  const currency = jurisdiction.currency.connect(bank.signer);
  const workers = Array.from({ length: payroll.workers }, (_, i) => ({
    account: getAddress(reference(`worker ${i + 1}`).slice(0, 42)),
    amount: minor(payroll.wage) + BigInt(i % payroll.grades) * minor(payroll.step),
  }));
  await journal.noteAll(
    { event: `${bank.name} opens ${workers.length} wallets of workers` },
    workers.map(
      ({ account }, i) =>
        () =>
          currency.openWallet(
            account,
            i < payroll.withoutIdentity ? CLASS_NUMBERS.IV : CLASS_NUMBERS.II,
            reference(`identity of worker ${i + 1}`),
          ),
    ),
  );
  const size = 200;
  await journal.noteAll(
    { event: "the attestor enrols them" },
    Array.from({ length: Math.ceil(workers.length / size) }, (_, page) => () => {
      const accounts = workers.slice(size * page, size * page + size).map(({ account }) => account);
      return site.enrol(accounts, BigInt(size * page));
    }),
  );
  return workers;
}
