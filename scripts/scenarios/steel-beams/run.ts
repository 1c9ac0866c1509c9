import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { openProjects } from "../../../sdk/deploy/projects.js";
import { openSuite } from "../../../sdk/deploy/suite.js";
import {
  BATCH_STATUS,
  MATERIAL_KIND,
  PAYEE_PURPOSE,
  inspectionTypedData,
  type Inspection,
  type ProjectTerms,
} from "../../../sdk/eip712/projects.js";
import { sign } from "../../../sdk/eip712/typedData.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, openWallet, reference, type MoneyDesk } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { ProjectSite, projectDomains, type SignedContract } from "../../../sdk/projects/site.js";
import { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import type { BeamsEvent, BeamsInput } from "./input.js";

/** Everybody acts at this hour, UTC+8. */
const MORNING = 10;
/** A batch is rejected for ever with this failure. */
const LAST_FAILURE = 3;

type Standing = "registered" | "passed" | "failed" | "rejected" | "used";

/** A batch with what must have become of it, written down from the input alone. */
interface Traced {
  readonly id: string;
  readonly supplier: HardhatEthersSigner;
  readonly hauler: HardhatEthersSigner;
  standing: Standing;
  failures: number;
  inspections: number;
  delivered: boolean;
}

interface Stage extends MoneyDesk {
  readonly input: BeamsInput;
  readonly checks: Checks;
  readonly site: ProjectSite;
  readonly contractor: HardhatEthersSigner;
  readonly works: SignedContract;
  readonly inspectorOf: ReadonlyMap<string, HardhatEthersSigner>;
  readonly batchOf: ReadonlyMap<string, Traced>;
}

/** Runs the tracing of a site's material on a connection's chain. */
export async function runSteelBeams(connection: NetworkConnection<"l1">, input: BeamsInput): Promise<Outcome> {
  const checks = new Checks("steel-beams", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.opens);
  const stage = await openStage(connection, checks, clock, input);
  for (const [index, event] of input.events.entries()) {
    await clock.moveTo(event.day, MORNING);
    await happen(stage, event, index);
  }
  await checkEnd(stage);
  const rows = [...stage.batchOf].map(([name, { standing, inspections, failures }]) => [
    ...[name, standing, String(inspections), String(failures)],
  ]);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
    table(["batch", "standing", "inspections", "failed"], rows),
  ].join("\n\n");
  return { checks, text };
}

async function openStage(
  connection: NetworkConnection<"l1">,
  checks: Checks,
  clock: ScenarioClock,
  input: BeamsInput,
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
  const [owner, contractor, supervisor] = [next(), next(), next()];
  await openWallet(desk, bank, owner, "corporate", input.funder.name);
  await openWallet(desk, bank, contractor, "corporate", input.contractor.name);
  const budget = minor(input.funder.amount);
  await issueMoney(desk, bank, budget, "for the square");
  await currency.connect(bank.signer).transfer(owner, budget);

  const contracts = await openProjects({ deployer: suite.deployer, currency });
  const terms: ProjectTerms = {
    ...{ funds: await contracts.funds.getAddress(), owner: owner.address, supervisor: supervisor.address },
    ...{ payroll: await contracts.wages.getAddress(), materials: await contracts.materials.getAddress() },
    ...{ accreditor: supervisor.address, attestor: supervisor.address, expires: clock.at(input.expires) },
    ...{ documentHash: reference(input.title), lines: [budget] },
    funding: [{ funder: owner.address, amount: budget }],
    levels: [{ threshold: 1n, approvers: [owner.address] }],
  };
  const people = { owner, supervisor, attestor: supervisor };
  const site = new ProjectSite(contracts, await projectDomains(contracts, currency), terms, people, bank.signer);
  await desk.journal.note(
    { event: "the project is opened", legs: [`${describe(jurisdiction, budget)} held`] },
    site.open([owner]),
  );
  const works = await site.contract(owner, contractor, { amount: minor(input.contractor.amount) });

  const inspectorOf = new Map<string, HardhatEthersSigner>();
  for (const name of input.inspectors) {
    const inspector = next();
    inspectorOf.set(name, inspector);
    await desk.journal.note(
      { event: `${name} is accredited` },
      contracts.materials
        .connect(supervisor)
        .accredit(terms, inspector, terms.expires, reference(`accreditation of ${name}`)),
    );
  }
  const supplierOf = new Map<string, Pick<Traced, "supplier" | "hauler">>();
  for (const { name } of input.suppliers) {
    const [supplier, hauler] = [next(), next()];
    await site.list(supplier, PAYEE_PURPOSE.material, reference(`licence of ${name}`));
    supplierOf.set(name, { supplier, hauler });
  }
  const batchOf = new Map<string, Traced>();
  for (const { name, kind, supplier, quantity, origin } of input.batches) {
    const parties = named(supplierOf, supplier);
    const id = await site.batch(parties.supplier, {
      ...{ businessRef: reference(name), kind: MATERIAL_KIND[kind], quantity: BigInt(quantity) },
      ...{ origin: reference(origin), specification: reference(`specification of ${name}`) },
    });
    batchOf.set(name, { id, ...parties, standing: "registered", failures: 0, inspections: 0, delivered: false });
  }
  return { ...desk, input, checks, site, contractor, works, inspectorOf, batchOf };
}

// ----------------------------------------------------------------- what happens

async function happen(stage: Stage, event: BeamsEvent, index: number): Promise<void> {
  switch (event.what) {
    case "deliver":
      return deliver(stage, event.batch);
    case "inspect":
      return inspect(stage, event, index);
    case "certify":
      return certify(stage, event, index);
  }
}

/** Supplier → hauler → contractor; each step is an offer and a taking over. */
async function deliver({ site, contractor, batchOf, journal }: Stage, name: string): Promise<void> {
  const batch = named(batchOf, name);
  const { materials } = site.contracts;
  const steps = [
    [batch.supplier, batch.hauler],
    [batch.hauler, contractor],
  ] as const;
  await journal.noteAll(
    { event: `${name}: from the supplier over the hauler to the site` },
    steps.flatMap(([from, to], step) => [
      () => materials.connect(from).offerBatch(batch.id, to, reference(`${name}: note ${step}`)),
      () => materials.connect(to).takeOverBatch(batch.id, reference(`${name}: receipt ${step}`)),
    ]),
  );
  batch.delivered = true;
}

async function inspect(stage: Stage, event: Extract<BeamsEvent, { what: "inspect" }>, index: number): Promise<void> {
  const { site, inspectorOf, batchOf, journal, checks } = stage;
  const batch = named(batchOf, event.batch);
  const inspector = named(inspectorOf, event.inspector);
  const { materials } = site.contracts;
  const inspection: Inspection = {
    ...{ batch: batch.id, inspector: inspector.address, number: BigInt(batch.inspections), passed: event.passed },
    report: reference(`report ${index}`),
  };
  const signature = await sign(inspector, inspectionTypedData(site.domains.materials, inspection));
  const carried = materials.connect(site.carrier);
  if (event.refused !== undefined) {
    const refusal = await refusalOf(materials, carried.inspectBatch.staticCall(inspection, signature));
    checks.equal(`${event.inspector} inspects ${event.batch} (event ${index + 1})`, event.refused, refusal);
    return;
  }
  const verdict = event.passed ? "passes" : "fails";
  await journal.note(
    { event: `${event.inspector} ${verdict} ${event.batch}` },
    carried.inspectBatch(inspection, signature),
  );
  batch.inspections += 1;
  if (event.passed) batch.standing = "passed";
  else batch.standing = ++batch.failures === LAST_FAILURE ? "rejected" : "failed";
}

async function certify(stage: Stage, event: Extract<BeamsEvent, { what: "certify" }>, index: number): Promise<void> {
  const { site, works, batchOf, journal, checks, jurisdiction } = stage;
  const batches = event.batches.map((name) => named(batchOf, name));
  const fit = batches.every(({ standing, delivered }) => standing === "passed" && delivered);
  checks.equal(
    `event ${index + 1}: the certificate is blocked exactly when a batch is not fit`,
    event.refused === undefined,
    fit,
  );
  const { certificates } = await site.contracts.works.contractOf(works.id);
  const { terms, signatures } = await site.measure(works, {
    ...{ amount: minor(event.amount), number: certificates, batches: batches.map(({ id }) => id) },
    evidence: reference(`measurement ${index}`),
  });
  const carried = site.contracts.works.connect(site.carrier);
  if (event.refused !== undefined) {
    const errors = errorsOf(site.contracts.works, site.contracts.materials);
    const refusal = await refusalOf(errors, carried.certify.staticCall(site.terms, terms, ...signatures));
    checks.equal(`event ${index + 1}: the certificate is refused`, event.refused, refusal);
    return;
  }
  await journal.note(
    { event: `a certificate uses ${event.batches.join(", ")}`, legs: [describe(jurisdiction, minor(event.amount))] },
    carried.certify(site.terms, terms, ...signatures),
  );
  for (const batch of batches) batch.standing = "used";
}

// ------------------------------------------------------------------ what must be

async function checkEnd({ site, input, checks, works, batchOf, contractor }: Stage): Promise<void> {
  const { materials } = site.contracts;
  for (const [name, batch] of batchOf) {
    const { status, failures, holder } = await materials.batchOf(batch.id);
    checks.equal<bigint>(`${name} is ${batch.standing}`, BATCH_STATUS[batch.standing], status);
    checks.equal(`${name}: failures`, BigInt(batch.failures), failures);
    if (batch.delivered) checks.equal(`${name} is in the contractor's hands`, contractor.address, holder);
  }
  const certified = input.events.reduce(
    (sum, event) => sum + (event.what === "certify" && event.refused === undefined ? minor(event.amount) : 0n),
    0n,
  );
  checks.equal("what is certified", certified, (await site.contracts.works.contractOf(works.id)).certified);
  // every step of every batch is in the log: entered, two steps of custody, inspected, used
  const taken = await materials.queryFilter(materials.filters.BatchTakenOver());
  const used = await materials.queryFilter(materials.filters.BatchUsed());
  const inspected = await materials.queryFilter(materials.filters.BatchInspected());
  const all = [...batchOf.values()];
  checks.equal("steps of custody in the log", 2 * all.filter(({ delivered }) => delivered).length, taken.length);
  checks.equal(
    "inspections in the log",
    all.reduce((sum, { inspections }) => sum + inspections, 0),
    inspected.length,
  );
  checks.equal("batches built in, in the log", all.filter(({ standing }) => standing === "used").length, used.length);
}

/** What is known by a name of the input, which was checked. */
function named<T>(all: ReadonlyMap<string, T>, name: string): T {
  const one = all.get(name);
  if (one === undefined) throw new RangeError(`nothing is named ${name}`);
  return one;
}
