import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { TypedDataDomain } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { SECONDS_PER_DAY, parseDay } from "../../../sdk/calendar.js";
import { openRelocation } from "../../../sdk/deploy/relocation.js";
import { openSuite, type Suite } from "../../../sdk/deploy/suite.js";
import { NEVER, type Hold } from "../../../sdk/eip712/ledger.js";
import {
  RELOCATION_STATUS,
  compensationSum,
  relocationFileId,
  relocationProjectId,
  type Compensation,
  type RelocationAgreement,
  type RelocationProject,
} from "../../../sdk/eip712/relocation.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, openWallet, reference, type MoneyDesk } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { relocationFund, signAgreement, signSurvey } from "../../../sdk/projects/relocation.js";
import { Checks } from "../../../sdk/report.js";
import { mulDiv } from "../../../sdk/rounding.js";
import { table } from "../../../sdk/table.js";
import type { Relocation } from "../../../types/ethers-contracts/index.js";
import type { Outcome } from "../lib.js";
import type { HouseholdInput, RelocationInput } from "./input.js";

/** Everybody acts at this hour, UTC+8. */
const MORNING = 10;

/** A household with its file. */
interface Household {
  readonly input: HouseholdInput;
  readonly signer: HardhatEthersSigner;
  readonly entitlement: string;
  readonly file: string;
}

/** What a run works with. */
interface Stage extends MoneyDesk {
  readonly input: RelocationInput;
  readonly checks: Checks;
  readonly suite: Suite;
  readonly relocation: Relocation;
  readonly domain: TypedDataDomain;
  readonly authority: HardhatEthersSigner;
  readonly surveyor: HardhatEthersSigner;
  readonly reviewer: HardhatEthersSigner;
  readonly approvers: readonly HardhatEthersSigner[];
  readonly rules: RelocationProject;
  readonly fund: Hold;
  readonly households: readonly Household[];
}

/** Something that happens on a day. */
interface Happening {
  readonly day: string;
  readonly happens: () => Promise<void>;
}

/** Runs a relocation project on a connection's chain, from its first file to the last household paid. */
export async function runRelocation(connection: NetworkConnection<"l1">, input: RelocationInput): Promise<Outcome> {
  const checks = new Checks("relocation", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.opened);
  const suite = await openSuite(connection);
  const stage = await openProject(suite, checks, clock, input);
  for (const { day, happens } of happenings(stage)) {
    await clock.moveTo(day, MORNING);
    await happens();
  }
  await clock.moveTo(input.approved, MORNING);
  await approve(stage);
  await clock.moveTo(input.paid, MORNING);
  await pay(stage);
  await clock.moveTo(input.parkedPaid, MORNING);
  await payParked(stage);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
    "What households have, and what the formula makes it",
    await checkEnd(stage),
  ].join("\n\n");
  return { checks, text };
}

// -------------------------------------------------------------------- opening

async function openProject(suite: Suite, checks: Checks, clock: ScenarioClock, input: RelocationInput): Promise<Stage> {
  const jurisdiction = suite.mainland;
  const { currency } = jurisdiction;
  const [bank, householdsBank] = [jurisdiction.bank(input.authority.bank), jurisdiction.bank(input.householdsBank)];
  const [authority, surveyor, reviewer, ...rest] = suite.customers;
  if (authority === undefined || surveyor === undefined || reviewer === undefined) {
    throw new RangeError("the suite has free accounts");
  }
  const approvers = rest.slice(0, input.levels.length);
  const people = rest.slice(input.levels.length);
  const journal = new Journal(checks, clock);
  await clock.moveTo(input.opened, MORNING - 1);
  const relocation = await openRelocation({ deployer: suite.deployer, currency });
  const domain = await domainOf(relocation);
  const days = (count: number) => BigInt(count * SECONDS_PER_DAY);
  const rules: RelocationProject = {
    ...{ authority: authority.address, surveyor: surveyor.address, reviewer: reviewer.address },
    ...{ budget: minor(input.budget), publicity: days(input.publicityDays), review: days(input.reviewDays) },
    ...{ approvers: approvers.map(({ address }) => address), salt: reference(input.title) },
  };
  const fund = relocationFund(domain, rules, minor(input.fund), NEVER);
  const households = input.households.map((household, index): Household => {
    const signer = people[index];
    if (signer === undefined) throw new RangeError("the suite leaves too few accounts");
    const entitlement = reference(`keyed hash of the property of ${household.name}`);
    return { input: household, signer, entitlement, file: relocationFileId(authority.address, entitlement) };
  });
  const stage: Stage = {
    ...{ jurisdiction, journal, clock, input, checks, suite, relocation, domain, authority, surveyor, reviewer },
    ...{ approvers, rules, fund, households },
  };

  await openWallet(stage, bank, authority, "government", input.authority.name);
  for (const { signer, input: household } of households) {
    await openWallet(stage, householdsBank, signer, "I", household.name);
  }
  await issueMoney(stage, bank, fund.amount, "for the relocation office");
  await journal.noteAll(
    {
      event: `${input.authority.name} opens the project, publishes the formula and commits its fund`,
      legs: [`${describe(jurisdiction, fund.amount)} held, still the authority's`],
    },
    [
      () => currency.connect(bank.signer).transfer(authority, fund.amount),
      () => relocation.connect(authority).openProject(rules),
      () => relocation.connect(authority).publishFormula(rules, formulaHash(input)),
      () => currency.connect(authority).placeHold(fund),
    ],
  );
  await journal.noteAll(
    { event: `${households.length} files are opened with their archives, and surveyed` },
    households.flatMap((household) => [
      () => relocation.connect(authority).openFile(rules, household.entitlement, archiveHash(household)),
      () => survey(stage, household, household.input.area),
    ]),
  );
  return stage;
}

function formulaHash({ formula }: RelocationInput): string {
  return reference(JSON.stringify(formula));
}

function archiveHash({ input: { name } }: Household): string {
  return reference(`deeds and register of ${name}`);
}

function reportHash({ input: { name } }: Household, area: string): string {
  return reference(`${name}: ${area} square metres`);
}

async function survey({ relocation, rules, domain, surveyor, suite }: Stage, household: Household, area: string) {
  const { surveys, archives } = await relocation.fileStateOf(household.file);
  const said = {
    ...{ file: household.file, revision: surveys + 1n, archive: archives, report: reportHash(household, area) },
  };
  return relocation.connect(suite.deployer).recordSurvey(rules, said, await signSurvey(surveyor, domain, said));
}

/** The formula, as the office applies it: a square metre's price times hundredths, rounded down to the fen. */
function compensate(
  { formula }: RelocationInput,
  household: HouseholdInput,
  area: string,
  agreed: string,
): Compensation {
  return {
    property: mulDiv(minor(formula.pricePerSquareMetre), minor(area), 100n, "floor"),
    resettlement: minor(formula.resettlementPerPerson) * BigInt(household.persons),
    business: minor(formula.businessPerMonth) * BigInt(household.businessMonths),
    reward: parseDay(agreed) <= parseDay(formula.earlyUntil) ? minor(formula.earlyReward) : 0n,
  };
}

// ---------------------------------------------------------------- agreements

/** Everything of the input in the order of its days; on one day, as written here. */
function happenings(stage: Stage): Happening[] {
  const all: Happening[] = [];
  for (const household of stage.households) {
    const { area, agreed, objection, correctedArea, agreedAgain } = household.input;
    all.push({ day: agreed, happens: () => agree(stage, household, area, agreed) });
    if (objection === undefined) continue;
    all.push({ day: objection.raised, happens: () => object(stage, household, objection.by) });
    all.push({ day: objection.decided, happens: () => decide(stage, household, objection) });
    if (correctedArea === undefined || agreedAgain === undefined) continue;
    all.push({ day: agreedAgain, happens: () => correct(stage, household, correctedArea, agreedAgain) });
  }
  return all.toSorted((a, b) => parseDay(a.day) - parseDay(b.day));
}

async function agree(stage: Stage, household: Household, area: string, agreed: string): Promise<void> {
  const { relocation, rules, domain, authority, journal, jurisdiction, suite, clock, input, approvers, checks } = stage;
  const { name } = household.input;
  const { round } = await relocation.fileStateOf(household.file);
  const compensation = compensate(input, household.input, area, agreed);
  const terms: RelocationAgreement = {
    ...{ file: household.file, round, household: household.signer.address, survey: reportHash(household, area) },
    ...{ formula: formulaHash(input), compensation, document: reference(`agreement with ${name}, round ${round}`) },
    notAfter: await clock.deadline(),
  };
  await journal.note(
    {
      event: `${name} and the office agree${round === 0n ? "" : " anew"}; the agreement is public`,
      legs: [`${describe(jurisdiction, compensationSum(compensation))} to be paid`],
    },
    relocation
      .connect(suite.deployer)
      .agree(
        ...([rules, terms, await signAgreement(household.signer, domain, terms)] as const),
        await signAgreement(authority, domain, terms),
      ),
  );
  const [first] = approvers;
  const early = relocation.connect(first).approveFiles.staticCall(rules, [household.file]);
  checks.equal(
    `${name}, round ${round}: approved on the day it was agreed`,
    "RelocationPublicityRunning",
    await refusalOf(relocation, early),
  );
}

async function object({ relocation, rules, journal, households }: Stage, household: Household, by: string) {
  const objector = households.find(({ input }) => input.name === by);
  if (objector === undefined) throw new RangeError("the input names who objects");
  await journal.note(
    { event: `${by} objects to ${household.input.name}'s agreement`, legs: ["nobody approves until it is decided"] },
    relocation
      .connect(objector.signer)
      .raiseObjection(rules, household.file, reference(`${by}'s evidence against ${household.input.name}`)),
  );
}

async function decide(
  { relocation, rules, journal, reviewer, households }: Stage,
  household: Household,
  { by, upheld }: NonNullable<HouseholdInput["objection"]>,
): Promise<void> {
  const objector = households.find(({ input }) => input.name === by);
  if (objector === undefined) throw new RangeError("the input names who objects");
  await journal.note(
    {
      event: `the reviewer ${upheld ? "upholds" : "dismisses"} ${by}'s objection`,
      legs: [upheld ? `${household.input.name}'s agreement falls` : "the agreement stays"],
    },
    relocation
      .connect(reviewer)
      .decideObjection(
        rules,
        household.file,
        objector.signer,
        upheld,
        reference(`reasons for ${household.input.name}`),
      ),
  );
}

/** The archive gets a version, the house is surveyed again, both sides agree on the new area. */
async function correct(stage: Stage, household: Household, area: string, agreed: string): Promise<void> {
  const { relocation, rules, authority, journal, checks } = stage;
  const { name } = household.input;
  const { archives } = await relocation.fileStateOf(household.file);
  await journal.noteAll({ event: `${name}'s archive has another version; the house is surveyed again` }, [
    () =>
      relocation
        .connect(authority)
        .appendArchive(rules, household.file, archives + 1n, reference(`corrected archive of ${name}`)),
    () => survey(stage, household, area),
  ]);
  checks.equal(
    `${name}: the first archive is what it was`,
    archiveHash(household),
    await relocation.archiveOf(household.file, 1n),
  );
  await agree(stage, household, area, agreed);
}

// ------------------------------------------------------- approvals and payment

async function approve({ relocation, rules, journal, approvers, households, input, checks, fund }: Stage) {
  const files = households.map(({ file }) => file);
  const errors = errorsOf(relocation);
  const unpaid = relocation.payNext.staticCall(rules, fund, 1n);
  checks.equal("paid before anybody has approved", "RelocationNothingPayable", await refusalOf(errors, unpaid));
  for (const [level, name] of input.levels.entries()) {
    const [approver, other] = [approvers[level], approvers[level + 1] ?? approvers[0]];
    if (other !== undefined && other !== approver) {
      const call = relocation.connect(other).approveFiles.staticCall(rules, files);
      checks.equal(`another level approves for the ${name}`, "RelocationCallerInvalid", await refusalOf(errors, call));
    }
    await journal.note(
      { event: `the ${name} approves`, legs: [`${files.length} files`] },
      relocation.connect(approver).approveFiles(rules, files),
    );
  }
}

async function pay(stage: Stage): Promise<void> {
  const { relocation, rules, fund, journal, jurisdiction, households, input, checks, suite, authority } = stage;
  const { currency, offices } = jurisdiction;
  const frozen = households.filter(({ input: { frozen: is } }) => is === true);
  for (const { signer, input: household } of frozen) {
    await journal.note(
      { event: `${household.name}'s account is frozen by an order` },
      currency.connect(offices.enforcer).freeze(signer, reference("order of the court")),
    );
  }
  const project = relocationProjectId(rules);
  for (let page = 1; (await relocation.projectStateOf(project)).cursor < BigInt(households.length); ++page) {
    const before = (await relocation.projectStateOf(project)).paid;
    await journal.note(
      { event: `page ${page} of the households is paid, straight from the office` },
      relocation.connect(suite.deployer).payNext(rules, fund, input.pageSize),
    );
    const paid = (await relocation.projectStateOf(project)).paid - before;
    checks.holds(`page ${page}: somebody is paid`, paid > 0n);
  }
  const again = relocation.payNext.staticCall(rules, fund, input.pageSize);
  checks.equal("paid again", "RelocationNothingPayable", await refusalOf(relocation, again));
  for (const {
    input: { name },
    entitlement,
  } of households) {
    const second = relocation.connect(authority).openFile.staticCall(rules, entitlement, reference("a second file"));
    checks.equal(`${name}: a second file`, "RelocationEntitlementUsed", await refusalOf(relocation, second));
  }
  if (frozen.length === 0) return;
  const release = relocation.connect(authority).releaseFund.staticCall(rules, fund);
  checks.equal("the office takes its fund back", "RelocationFundOwed", await refusalOf(relocation, release));
}

async function payParked({
  relocation,
  rules,
  fund,
  journal,
  jurisdiction,
  households,
  checks,
  suite,
  authority,
}: Stage) {
  const { currency, offices } = jurisdiction;
  for (const { signer, file, input } of households.filter(({ input: { frozen } }) => frozen === true)) {
    checks.equal<bigint>(
      `${input.name}: the claim waits`,
      RELOCATION_STATUS.parked,
      (await relocation.fileStateOf(file)).status,
    );
    await journal.noteAll({ event: `${input.name}'s account is free again; the claim is paid` }, [
      () => currency.connect(offices.enforcer).unfreeze(signer, reference("order lifted")),
      () => relocation.connect(suite.deployer).payParked(rules, fund, file),
    ]);
  }
  const { remaining } = await currency.holdState(await currency.holdId(fund));
  await journal.note(
    { event: "the office has the rest of its fund back", legs: [describe(jurisdiction, remaining)] },
    relocation.connect(authority).releaseFund(rules, fund),
  );
}

// --------------------------------------------------------------------- the end

/** The same sum by another way: in ten-thousandths of a yuan, and cut at the end. */
function independentSum({ formula }: RelocationInput, { input }: Household): bigint {
  const [yuan = "0", fen = "00"] = formula.pricePerSquareMetre.split(".");
  const [metres = "0", hundredths = "00"] = (input.correctedArea ?? input.area).split(".");
  const tenThousandths = BigInt(yuan + fen) * BigInt(metres + hundredths);
  const agreed = input.agreedAgain ?? input.agreed;
  const heads = [
    [formula.resettlementPerPerson, input.persons],
    [formula.businessPerMonth, input.businessMonths],
    [formula.earlyReward, agreed <= formula.earlyUntil ? 1 : 0],
  ] as const;
  const others = heads.reduce((sum, [each, count]) => sum + BigInt(each.replace(".", "")) * BigInt(count), 0n);
  return (tenThousandths + others * 100n) / 100n;
}

async function checkEnd(stage: Stage): Promise<string> {
  const { jurisdiction, households, relocation, rules, checks, input, authority, fund } = stage;
  const { currency, plan } = jurisdiction;
  const rows = [];
  let total = 0n;
  for (const household of households) {
    const { name } = household.input;
    const [expected, actual] = [independentSum(input, household), await currency.balanceOf(household.signer)];
    const { status, archives } = await relocation.fileStateOf(household.file);
    checks.equal(`${name}: has what the formula makes it, to the fen`, expected, actual);
    checks.equal<bigint>(`${name}: the file is paid`, RELOCATION_STATUS.paid, status);
    total += expected;
    rows.push([name, formatMoney(expected, plan.code), formatMoney(actual, plan.code), archives]);
  }
  const { approved, paid } = await relocation.projectStateOf(relocationProjectId(rules));
  checks.equal("approved and paid are one sum", { approved: total, paid: total }, { approved, paid });
  checks.equal("the relocation contract owns nothing", 0n, await currency.balanceOf(relocation));
  checks.equal("the office has what is left, free", fund.amount - total, await currency.spendableOf(authority));
  const events = await relocation.queryFilter(relocation.filters.RelocationPaid());
  const byEvents = events.reduce((sum, { args: { amount } }) => sum + amount, 0n);
  checks.equal("an auditor adds the events up to the same sum", total, byEvents);
  return table(["household", "by the formula", "has", "archive versions"], rows);
}
