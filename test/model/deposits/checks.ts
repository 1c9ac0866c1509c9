import { expect } from "chai";
import { CLAIM_STATUS } from "../../../sdk/issuance/roles.js";
import type { Check } from "../checks.js";
import {
  CUSTOMERS,
  HOLDERS,
  INSTITUTIONS,
  arrearsOf,
  balanceOf,
  closingOf,
  expenseOf,
  heldOf,
  keyOf,
  shortOf,
} from "./state.js";
import type { DepositTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const DEPOSIT_CHECKS: readonly Check<DepositTale>[] = [
  { id: "INT-01", holds: interestIsTheBanksExpense },
  { id: "INT-02", holds: requirementsAreRatiosOfTheWallets },
  { id: "INT-03", holds: claimsStandAsTheyShould },
];

export async function checkDeposits(told: DepositTale): Promise<void> {
  for (const { holds } of DEPOSIT_CHECKS) await holds(told);
}

async function interestIsTheBanksExpense({ world, state }: DepositTale): Promise<void> {
  const { interest, money, numbers, signers } = world;
  const quarters = new Set([...state.sheets.keys(), ...state.claims.map(({ quarter }) => quarter)]);
  for (const quarter of quarters) {
    for (const who of CUSTOMERS) {
      const { paid } = await interest.walletOf(numbers.bank, quarter, signers[who]);
      expect(paid, `INT-01 ${quarter} ${who}`).to.equal(state.paid.get(keyOf(quarter, who)) ?? 0n);
    }
    const expense = await interest.expenseOf(numbers.bank, quarter);
    expect(expense, `INT-01 expense of ${quarter}`).to.equal(expenseOf(state, quarter));
  }
  let sum = 0n;
  for (const who of HOLDERS) {
    const balance = await money.balanceOf(signers[who]);
    expect(balance, `INT-01 ${who}`).to.equal(balanceOf(state, who));
    sum += balance;
  }
  expect(await money.totalSupply(), "INT-01 supply").to.equal(sum);
  expect(await money.heldOf(signers.bank), "INT-01 held").to.equal(heldOf(state));
  expect(await money.balanceOf(interest), "INT-01 the contract").to.equal(0n);
}

async function requirementsAreRatiosOfTheWallets({ world, state }: DepositTale): Promise<void> {
  const { reserves, numbers } = world;
  for (const who of INSTITUTIONS) {
    const { position, shortfall } = await reserves.positionOf(numbers[who]);
    const { day = 0, base = 0n, required = 0n, held = 0n } = state.stood.get(who) ?? {};
    expect([...position], `INT-02 ${who}`).to.deep.equal([BigInt(day), base, required, held]);
    expect(shortfall, `INT-02 ${who}`).to.equal(required > held ? required - held : 0n);
  }
  const day = BigInt(state.stood.get("bank")?.day ?? 0);
  expect(await reserves.lastReport(), "INT-02").to.deep.equal([day, shortOf(state)]);
  expect(await reserves.migratedFrom(), "INT-02").to.equal(BigInt(state.migratedFrom ?? 0));
}

async function claimsStandAsTheyShould({ world, state }: DepositTale): Promise<void> {
  const { interest, numbers, signers } = world;
  for (const { quarter, who, claimed, status, due, until, closing } of state.claims) {
    const record = await interest.walletOf(numbers.bank, quarter, signers[who]);
    const onChain = [record.claimed, record.status, record.due, record.answerUntil];
    expect(onChain, `INT-03 ${quarter} ${who}`).to.deep.equal([claimed, CLAIM_STATUS[status], due, until]);
    const truth = closingOf(state, quarter, who);
    const isTrue = closing.every((units, index) => units <= (truth[index] ?? 0n));
    expect(status === "refuted" && isTrue, `INT-03 ${quarter} ${who} was true`).to.equal(false);
  }
  expect(await interest.arrearsOf(numbers.bank), "INT-03 arrears").to.equal(arrearsOf(state));
}
