import { expect } from "chai";
import { DISCLOSURE_STATUS, disclosureId } from "../../../sdk/eip712/disclosure.js";
import { RECOVERY_STATUS } from "../../../sdk/eip712/walletRecovery.js";
import { outcomeOf } from "../tale.js";
import type { Check } from "../checks.js";
import { OWNERS, SUCCESSOR, walletOf } from "./state.js";
import { termsOf, type CustomerTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const CUSTOMER_CHECKS: readonly Check<CustomerTale>[] = [
  { id: "DSC-01", holds: answersComeOnceAndAfterEachStep },
  { id: "REC-01", holds: recoveredIsTheSamePersons },
  { id: "REC-02", holds: objectionsWin },
];

export async function checkCustomers(told: CustomerTale): Promise<void> {
  for (const { holds } of CUSTOMER_CHECKS) await holds(told);
}

async function answersComeOnceAndAfterEachStep({ world, state }: CustomerTale): Promise<void> {
  const { disclosure, domains } = world;
  const answers = await disclosure.queryFilter(disclosure.filters.DisclosureGranted());
  for (const request of state.requests) {
    const { status, requested, approved, ended, basis, expiry } = request;
    const id = disclosureId(domains.disclosure, termsOf(world, request));
    const onChain = [...(await disclosure.stateOf(id))];
    expect(onChain, `DSC-01 ${basis}`).to.deep.equal([DISCLOSURE_STATUS[status], requested, approved, ended]);
    const answered = answers.filter(({ args }) => args.id === id).length;
    expect(answered, `DSC-01 answers to ${basis}`).to.equal(status === "granted" ? 1 : 0);
    if (answered === 0) continue;
    const steps = [requested, approved, ended, expiry];
    expect(steps, `DSC-01 steps of ${basis}`).to.deep.equal(steps.toSorted((a, b) => Number(a - b)));
    expect(approved, `DSC-01 approval of ${basis}`).not.to.equal(0n);
  }
  const granted = state.requests.filter(({ status }) => status === "granted").length;
  expect(answers.length, "DSC-01 answers").to.equal(granted);
}

async function recoveredIsTheSamePersons({ world: { f, signers }, state }: CustomerTale): Promise<void> {
  let sum = await f.money.balanceOf(f.shop);
  for (const owner of OWNERS) {
    const { free, hold, recovered } = walletOf(state, owner);
    const old = signers[owner];
    expect(await f.money.spendableOf(old), `REC-01 free of ${owner}`).to.equal(free);
    expect(await f.money.heldOf(old), `REC-01 held of ${owner}`).to.equal(hold?.amount ?? 0n);
    const successor = await f.money.balanceOf(signers[SUCCESSOR[owner]]);
    expect(successor, `REC-01 recovered of ${owner}`).to.equal(recovered);
    sum += successor + (await f.money.balanceOf(old));
  }
  expect(await f.money.balanceOf(f.recovery), "REC-01 the contract").to.equal(0n);
  expect(sum, "REC-01 sum").to.equal(await f.money.totalSupply());
}

/** Tried: what is cancelled moves nothing, whoever carries it. */
async function objectionsWin({ world, state }: CustomerTale): Promise<void> {
  const { f, signers } = world;
  for (const owner of OWNERS) {
    const { standing, successor, due, round, atCancel, recovered, used } = walletOf(state, owner);
    const onChain = await f.recovery.recoveryOf(signers[owner]);
    const expected = [RECOVERY_STATUS[standing], due, round];
    expect([onChain.status, onChain.due, onChain.round], `REC-02 ${owner}`).to.deep.equal(expected);
    if (successor !== undefined) expect(onChain.successor).to.equal(signers[successor].address);
    if (standing !== "cancelled") continue;
    const carried = () => f.recovery.connect(signers.carrier).recover.staticCall(signers[owner]);
    expect(await outcomeOf(world, carried), `REC-02 carried for ${owner}`).to.equal("RecoveryStatusInvalid");
    expect(recovered + used, `REC-02 since the objection of ${owner}`).to.equal(atCancel);
  }
}
