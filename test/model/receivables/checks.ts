import { expect } from "chai";
import { FINANCE_STATUS, RECEIVABLE_STATUS, financeId } from "../../../sdk/eip712/trade.js";
import { refusalOf } from "../../../sdk/operations/refusal.js";
import type { Check } from "../checks.js";
import { promiseFor } from "./plans.js";
import { PARTIES, PARTS, RULES, VALUES, ceilingOf, remainingOf, statusOf, type FinanceModel } from "./state.js";
import { keyOf, termsOf, type ReceivableTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const RECEIVABLE_CHECKS: readonly Check<ReceivableTale>[] = [
  { id: "TRF-01", holds: documentsAreRegisteredOnce },
  { id: "TRF-02", holds: financeIsWithinTheFaceAndClaimsComeToIt },
  { id: "TRF-03", holds: noFaceIsPledgedTwice },
  { id: "TRF-04", holds: whatWasPaidIsWhatWasReceived },
  { id: "TRF-05", holds: statusesFollowTheTables },
  { id: "TRF-06", holds: banksHaveNoMoreThanAgreed },
  { id: "TRF-07", holds: promisesAreOfOneReceivable },
];

export async function checkReceivables(told: ReceivableTale): Promise<void> {
  for (const { holds } of RECEIVABLE_CHECKS) await holds(told);
}

const LIVE = ["approved", "disbursed", "overdue"];
const PLEDGED = [...LIVE, "repaid"];

const recordOf = ({ world: { f } }: ReceivableTale, index: number) => f.receivables.receivableOf(keyOf(index));

const idOf = ({ world, world: { f } }: ReceivableTale, finance: FinanceModel) =>
  financeId(f.domains.finance, termsOf(world, finance));

async function documentsAreRegisteredOnce(told: ReceivableTale): Promise<void> {
  const { state, world } = told;
  for (const [index, { submittedBy, until }] of state.documents.entries()) {
    const record = await recordOf(told, index);
    const by = submittedBy === undefined ? 0n : world.f.numbers[submittedBy];
    expect(record.submittedBy, `TRF-01 ${index}`).to.equal(by);
    expect(record.value, `TRF-01 ${index}: value`).to.equal(until === undefined ? 0n : VALUES[index]);
  }
}

async function financeIsWithinTheFaceAndClaimsComeToIt(told: ReceivableTale): Promise<void> {
  const { state, world } = told;
  // a refused act leaves no block, and what remains is a matter of the hour
  await world.chain.networkHelpers.mine();
  const now = BigInt(await world.chain.networkHelpers.time.latest());
  const claims = await claimsOf(told);
  expect(BigInt(claims.length), "TRF-02 claims").to.equal(await world.f.receivables.claims());
  for (const [index, document] of state.documents.entries()) {
    const { ceiling, outstanding, collected, value } = await recordOf(told, index);
    const lent = state.finances
      .filter(({ document: of, standing }) => of === index && LIVE.includes(standing))
      .reduce((sum, { principal }) => sum + principal, 0n);
    expect([outstanding, collected], `TRF-02 ${index}`).to.deep.equal([lent, document.collected]);
    expect(outstanding <= ceiling, `TRF-02 ${index}: within value times advance rate`).to.equal(true);
    const open = claims.filter(({ key }) => key === keyOf(index)).reduce((sum, { amount }) => sum + amount, 0n);
    expect(open + collected, `TRF-02 ${index}: claims`).to.equal(value);
    if (document.until === undefined) continue;
    expect(ceiling, `TRF-02 ${index}: ceiling`).to.equal(ceilingOf(document));
    const running = ["confirmed", "financed", "partlyRepaid"].includes(statusOf(document));
    const isOpen = running && !document.failed && now <= document.until;
    expect(await world.f.receivables.remainingOf(keyOf(index)), `TRF-02 ${index}: remaining`).to.equal(
      isOpen ? remainingOf(document, RULES) : 0n,
    );
  }
}

async function noFaceIsPledgedTwice(told: ReceivableTale): Promise<void> {
  const { state, world } = told;
  const onChain = await claimsOf(told);
  for (const [index, claim] of state.claims.entries()) {
    const { owner, amount, finance } = onChain[index] ?? { owner: "", amount: -1n, finance: "" };
    expect([owner, amount], `TRF-03 claim ${index}`).to.deep.equal([world.signers[claim.owner].address, claim.amount]);
    const pledgedFor = claim.finance === undefined ? undefined : state.finances[claim.finance];
    const id = pledgedFor === undefined ? 0n : BigInt(idOf(told, pledgedFor));
    expect(BigInt(finance), `TRF-03 claim ${index}: pledge`).to.equal(id);
  }
  const pledged = state.finances.filter(({ standing }) => PLEDGED.includes(standing)).map(({ claim }) => claim);
  expect(new Set(pledged).size, "TRF-03 one claim, one finance").to.equal(pledged.length);
}

async function whatWasPaidIsWhatWasReceived({ state, world: { f, signers } }: ReceivableTale): Promise<void> {
  for (const party of PARTIES) {
    expect(await f.money.balanceOf(signers[party]), `TRF-04 ${party}`).to.equal(state.money.get(party));
  }
  for (const contract of [f.receivables, f.finance]) {
    expect(await f.money.balanceOf(contract), "TRF-04 a contract").to.equal(0n);
  }
}

async function statusesFollowTheTables(told: ReceivableTale): Promise<void> {
  const { state, world } = told;
  for (const [index, document] of state.documents.entries()) {
    const status = await world.f.receivables.statusOf(keyOf(index));
    expect(status, `TRF-05 document ${index}`).to.equal(RECEIVABLE_STATUS[statusOf(document)]);
  }
  for (const finance of state.finances) {
    const { status } = await world.f.finance.financeOf(idOf(told, finance));
    expect(status, `TRF-05 ${finance.salt}`).to.equal(FINANCE_STATUS[finance.standing]);
  }
}

async function banksHaveNoMoreThanAgreed(told: ReceivableTale): Promise<void> {
  for (const finance of told.state.finances) {
    const { received, principal, fee } = await told.world.f.finance.financeOf(idOf(told, finance));
    const expected = [finance.received, finance.principal, finance.fee];
    expect([received, principal, fee], `TRF-06 ${finance.salt}`).to.deep.equal(expected);
    const agreed = finance.lent + finance.charge + finance.agreed / PARTS;
    expect(received <= agreed, `TRF-06 ${finance.salt}: no more than agreed`).to.equal(true);
  }
}

/** Tried: the debtor's signature over the next document, for each. */
async function promisesAreOfOneReceivable(told: ReceivableTale): Promise<void> {
  const { state, world } = told;
  for (const [index, document] of state.documents.entries()) {
    expect((await recordOf(told, index)).confirmed, `TRF-07 ${index}`).to.equal(document.confirmed);
    const other = await promiseFor(world, (index + 1) % VALUES.length);
    const call = world.f.receivables.connect(world.f.carrier).confirm.staticCall(keyOf(index), other);
    expect(await refusalOf(world.errors, call), `TRF-07 ${index}: another's signature`).not.to.equal("none");
  }
}

async function claimsOf({ state, world: { f } }: ReceivableTale) {
  return Promise.all(state.claims.map((_, index) => f.receivables.claimOf(index + 1)));
}
