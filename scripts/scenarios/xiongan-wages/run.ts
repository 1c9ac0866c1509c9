import type { NetworkConnection } from "hardhat/types/network";
import { PAYEE_PURPOSE } from "../../../sdk/eip712/projects.js";
import { CLASS_NUMBERS } from "../../../sdk/limits.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { describe, reference } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { sumOf } from "../../../sdk/projects/pages.js";
import type { SignedCertificate } from "../../../sdk/projects/site.js";
import { Checks } from "../../../sdk/report.js";
import { largestRemainder } from "../../../sdk/rounding.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import type { WagesInput } from "./input.js";
import { MORNING, openStage, type Stage } from "./stage.js";

const WHOLE = 10_000n;

/** Runs a road's project on a connection's chain: from its budget to the return of what is left. */
export async function runXionganWages(connection: NetworkConnection<"l1">, input: WagesInput): Promise<Outcome> {
  const checks = new Checks("xiongan-wages", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.opens);
  const stage = await openStage(connection, checks, clock, input);
  await clock.moveTo(input.measured, MORNING);
  const certificate = await measure(stage);
  await tryMaterialFirst(stage, certificate);
  await payWages(stage, certificate);
  await paySuppliers(stage, certificate);
  await clock.moveTo(input.defectsOver, MORNING);
  await endProject(stage);
  await checkEnd(stage);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
    await summary(stage),
  ].join("\n\n");
  return { checks, text };
}

// ----------------------------------------------------------------- what happens

/** A change of the contract, and a certificate of it all. */
async function measure({ site, journal, input, jurisdiction, part, workers }: Stage): Promise<SignedCertificate> {
  await journal.note(
    { event: "a change order", legs: [`${input.part.contractor} builds for ${input.change.amount}`] },
    site.change(part, minor(input.change.amount)),
  );
  const amount = minor(input.certificate.amount);
  const wages = sumOf(workers);
  const { terms, signatures, ...certificate } = await site.measure(part, { amount, wages, last: true });
  await journal.note(
    {
      event: "supervisor and owner certify the earthworks",
      legs: [`${describe(jurisdiction, amount)}, of it wages ${describe(jurisdiction, wages)}`],
    },
    site.contracts.works.connect(site.carrier).certify(site.terms, terms, ...signatures),
  );
  return { ...certificate, terms };
}

/** Suppliers ask for their money before the workers have theirs. */
async function tryMaterialFirst(stage: Stage, certificate: SignedCertificate): Promise<void> {
  const { site, checks, approvers, suppliers, general } = stage;
  const { funds } = site.contracts;
  const first = suppliers[0] ?? general;
  const early = await site.apply(certificate, PAYEE_PURPOSE.material, [[{ account: first.address, amount: 1n }]], {
    businessRef: reference("too early"),
  });
  const page = early.pages[0]?.entries ?? [];
  const settle = () => funds.connect(site.carrier).settlePage.staticCall(site.terms, early.terms, 0n, page);
  checks.equal("refused: a payment that nobody approved", "ApplicationStatusInvalid", await refusalOf(funds, settle()));
  const again = funds.connect(approvers[1] ?? general).approvePayment.staticCall(site.terms, early.id);
  checks.equal(
    "refused: the second level before the first",
    "ApplicationApproverInvalid",
    await refusalOf(funds, again),
  );
  await site.approve(early, approvers);
  checks.equal("refused: material before wages", "CertificateWagesUnpaid", await refusalOf(funds, settle()));
  await funds.connect(stage.sub).rejectPayment(site.terms, early.id);
}

/** The payroll is broken off in the middle, and somebody else goes on. */
async function payWages(stage: Stage, certificate: SignedCertificate): Promise<void> {
  const { site, input, checks, workers, journal, jurisdiction, approvers, clock } = stage;
  const { payroll } = input;
  const { wages, funds } = site.contracts;
  const { currency, offices } = jurisdiction;
  const month = BigInt(payroll.month + clock.years * 100);
  const applied = await site.applyForWages(certificate, month, workers, { size: payroll.page });
  await site.approve(applied, approvers);
  await site.openPayroll(applied);
  const frozen = workers.slice(payroll.withoutIdentity, payroll.withoutIdentity + payroll.frozen);
  for (const { account } of frozen) await currency.connect(offices.enforcer).freeze(account, reference("order"));

  const pay = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => () => site.payPage(applied, from + i));
  const pages = applied.pages.length;
  await journal.noteAll({ event: `wages: pages 1 to ${payroll.brokenOffAfter}` }, pay(0, payroll.brokenOffAfter));
  checks.equal("the cursor after the failure", BigInt(payroll.brokenOffAfter), (await nextOf()).next);
  const errors = errorsOf(wages, funds);
  const lastAgain = applied.pages[payroll.brokenOffAfter - 1]?.entries ?? [];
  checks.equal(
    "refused: the last page again",
    "WagesPageInvalid",
    await refusalOf(errors, wages.connect(site.carrier).payPage.staticCall(site.terms, applied.roster, lastAgain)),
  );
  await journal.noteAll(
    { event: `wages: pages ${payroll.brokenOffAfter + 1} to ${pages}` },
    pay(payroll.brokenOffAfter, pages),
  );
  const settled = await nextOf();
  const unpaid = workers.slice(0, payroll.withoutIdentity + payroll.frozen);
  checks.equal("wages: paid", sumOf(workers) - sumOf(unpaid), settled.paid);
  checks.equal("wages: parked as claims", sumOf(unpaid), settled.claimed);

  // the frozen are released, the others show who they are
  for (const { account } of frozen) await currency.connect(offices.enforcer).unfreeze(account, reference("order"));
  const bank = jurisdiction.bank(input.bank);
  for (const { account } of workers.slice(0, payroll.withoutIdentity)) {
    await currency.connect(bank.signer).reclassifyWallet(account, CLASS_NUMBERS.II, reference("identity card"));
  }
  await journal.noteAll(
    { event: `${unpaid.length} workers come for their claims`, legs: [describe(jurisdiction, sumOf(unpaid))] },
    unpaid.map(
      ({ account }) =>
        () =>
          wages.connect(site.carrier).claimWage(site.terms, applied.id, account),
    ),
  );
  const again = site.application(certificate, PAYEE_PURPOSE.wages, applied.pages.slice(0, 1), { amount: 1n });
  checks.equal(
    "refused: a second payroll out of the same certificate",
    "ApplicationAmountExceeded",
    await refusalOf(funds, funds.connect(stage.sub).applyForPayment.staticCall(site.terms, again.terms)),
  );

  async function nextOf() {
    return wages.payrollOf(applied.payroll);
  }
}

/** Everything that is neither wages nor kept, by the suppliers' shares. */
async function paySuppliers(stage: Stage, certificate: SignedCertificate): Promise<void> {
  const { site, journal, jurisdiction, approvers, suppliers } = stage;
  const shares = supplierShares(stage);
  const payees = suppliers.map(({ address }, i) => ({ account: address, amount: shares[i] ?? 0n }));
  const applied = await site.apply(certificate, PAYEE_PURPOSE.material, [payees]);
  await site.approve(applied, approvers);
  await journal.note(
    { event: "suppliers are paid", legs: payees.map(({ amount }) => describe(jurisdiction, amount)) },
    site.settle(applied),
  );
}

/** The defects period is over: what was kept is the subcontractor's, and what is left the funders'. */
async function endProject({ site, checks, journal, jurisdiction, input, part }: Stage): Promise<void> {
  const { funds } = site.contracts;
  const owner = funds.connect(site.people.owner);
  checks.equal(
    "refused: closing before all is paid",
    "ProjectUnpaid",
    await refusalOf(funds, owner.closeProject.staticCall(site.terms)),
  );
  const { retained } = await site.contracts.works.contractOf(part.id);
  await journal.note(
    { event: `what was kept is released to ${input.part.contractor}`, legs: [describe(jurisdiction, retained)] },
    funds.connect(site.carrier).releaseRetention(site.terms, part.id),
  );
  await journal.note({ event: "the project is closed" }, owner.closeProject(site.terms));
}

// ------------------------------------------------------------------ what must be

/** What is kept, from the input alone: so many of ten thousand parts of what is not wages, counted part by part. */
function keptOf({ input, workers }: Stage): bigint {
  const base = minor(input.certificate.amount) - sumOf(workers);
  const parts = BigInt(input.part.retention);
  return (base / WHOLE) * parts + ((base % WHOLE) * parts) / WHOLE;
}

function supplierShares(stage: Stage): bigint[] {
  const due = minor(stage.input.certificate.amount) - sumOf(stage.workers) - keptOf(stage);
  return largestRemainder(
    due,
    stage.input.suppliers.map(({ share }) => BigInt(share)),
  );
}

async function checkEnd(stage: Stage): Promise<void> {
  const { checks, input, jurisdiction, workers, suppliers, general, sub, funders, site } = stage;
  const { currency } = jurisdiction;
  let wrong = 0;
  for (const { account, amount } of workers) if ((await currency.balanceOf(account)) !== amount) wrong += 1;
  checks.equal("workers that have another sum than their wage", 0, wrong);
  const shares = supplierShares(stage);
  for (const [i, { name }] of input.suppliers.entries()) {
    checks.equal(`${name} has its share`, shares[i] ?? 0n, await currency.balanceOf(suppliers[i] ?? general));
  }
  checks.equal(
    `${input.part.contractor} has what was kept, and nothing else`,
    keptOf(stage),
    await currency.balanceOf(sub),
  );
  checks.equal(`${input.main.contractor} never held anything`, 0n, await currency.balanceOf(general));

  const paid = minor(input.certificate.amount);
  const total = input.funders.reduce((sum, { amount }) => sum + minor(amount), 0n);
  let returned = 0n;
  for (const [i, { name, amount }] of input.funders.entries()) {
    const left = await currency.spendableOf(funders[i] ?? general);
    returned += left;
    // left / part = (total − paid) / total, but for less than a minor unit a funder
    const off = left * total - (total - paid) * minor(amount);
    const within = (off < 0n ? -off : off) < BigInt(input.funders.length) * total;
    checks.holds(`${name} gets back its share of what is left`, within);
  }
  checks.equal("what is left is what was funded and not certified", total - paid, returned);
  checks.equal("nothing is held any more", [0n, 0n], await heldOf(stage));
  const { funds, wages, works } = site.contracts;
  let owned = 0n;
  for (const contract of [funds, wages, works]) owned += await currency.balanceOf(contract);
  checks.equal("the contracts own nothing", 0n, owned);
  const line = await works.lineOf(site.id, 0n);
  checks.equal("paid is what was certified", line.certified, await funds.paidOf(site.id, 0n));
}

async function heldOf({ jurisdiction: { currency }, funders }: Stage): Promise<bigint[]> {
  const held = [];
  for (const funder of funders) held.push(await currency.heldOf(funder));
  return funders.length === 1 ? [...held, 0n] : held;
}

async function summary({ site, input, jurisdiction }: Stage): Promise<string> {
  const rows = [];
  for (const [i, { name, budget }] of input.lines.entries()) {
    const { contracted, certified } = await site.contracts.works.lineOf(site.id, BigInt(i));
    const paid = await site.contracts.funds.paidOf(site.id, BigInt(i));
    rows.push([name, ...[minor(budget), contracted, certified, paid].map((amount) => describe(jurisdiction, amount))]);
  }
  return table(["line", "budget", "contracted", "certified", "paid"], rows);
}
