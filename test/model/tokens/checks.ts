import { expect } from "chai";
import { FUND_ORDER_STATUS } from "../../../sdk/eip712/fundDealing.js";
import { fundIdOf } from "../../support/fund.js";
import type { Check } from "../checks.js";
import { BANKS, BANK_OF, INVESTORS, PEOPLE, at } from "./state.js";
import { depositOrderOf, fundOrderOf, type TokenTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const TOKEN_CHECKS: readonly Check<TokenTale>[] = [
  { id: "SIN-01", holds: depositsAreTheirOwnersAlone },
  { id: "SIN-02", holds: depositsMoveWithMoneyAtPar },
  { id: "SIN-03", holds: aPaymentIsMadeOnce },
  { id: "FND-01", holds: unitsAreWhatWasDealt },
  { id: "FND-02", holds: ordersEndAsTheRegisterSays },
  { id: "FND-03", holds: whatWaitsIsHeldWhereItIs },
];

export async function checkTokens(told: TokenTale): Promise<void> {
  for (const { holds } of TOKEN_CHECKS) await holds(told);
}

const tokenOf = ({ world: { f } }: TokenTale, bank: (typeof BANKS)[number]) => (bank === "hsbc" ? f.atHsbc : f.atBochk);

async function depositsAreTheirOwnersAlone(told: TokenTale): Promise<void> {
  const { world, state } = told;
  const sums = { hsbc: 0n, bochk: 0n };
  for (const person of PEOPLE) {
    const bank = BANK_OF[person];
    const balance = await tokenOf(told, bank).balanceOf(world.signers[person]);
    const expected = (state.free.get(at(person, bank)) ?? 0n) + (state.held.get(at(person, bank)) ?? 0n);
    expect(balance, `SIN-01 ${person}`).to.equal(expected);
    sums[bank] += balance;
  }
  for (const bank of BANKS) expect(await tokenOf(told, bank).totalSupply(), `SIN-01 ${bank}`).to.equal(sums[bank]);
}

async function depositsMoveWithMoneyAtPar(told: TokenTale): Promise<void> {
  const { world, state } = told;
  for (const bank of BANKS) {
    const money = await world.f.money.balanceOf(world.signers[bank]);
    expect(money, `SIN-02 ${bank}`).to.equal(state.reserves.get(bank));
    const net = money - (await tokenOf(told, bank).totalSupply());
    expect(net, `SIN-02 ${bank}, less what it owes`).to.equal(state.net.get(bank));
  }
  expect(await world.f.money.balanceOf(world.f.transfers), "SIN-02 the contract").to.equal(0n);
}

/** Tried: what went through, once more. */
async function aPaymentIsMadeOnce(told: TokenTale): Promise<void> {
  const { world, state } = told;
  for (const businessRef of state.done.slice(-3)) {
    const payment = told.payments.get(businessRef);
    if (payment === undefined) continue;
    const order = depositOrderOf(world, payment, businessRef);
    const hold = await world.f.transfers.holdOf(order);
    const { payer, payee, executor, amount, expiry } = hold;
    const id = await world.f.units.holdId({ payer, payee, executor, amount, expiry, businessRef: hold.businessRef });
    const token = payment.gives === "money" ? world.f.money : tokenOf(told, payment.gives);
    expect(await token.holdState(id), `SIN-03 ${businessRef}`).to.deep.equal([0n, true]);
  }
}

async function unitsAreWhatWasDealt(told: TokenTale): Promise<void> {
  const { world, state } = told;
  let sum = 0n;
  for (const investor of INVESTORS) {
    const units = await world.f.units.balanceOf(world.signers[investor]);
    const expected = (state.units.get(investor) ?? 0n) + (state.heldUnits.get(investor) ?? 0n);
    expect(units, `FND-01 ${investor}`).to.equal(expected);
    sum += units;
  }
  expect(await world.f.units.totalSupply(), "FND-01 all units").to.equal(sum);
}

async function ordersEndAsTheRegisterSays({ world, state }: TokenTale): Promise<void> {
  const { f } = world;
  for (const order of state.orders) {
    const status = await f.dealing.statusOf(fundIdOf(f, fundOrderOf(world, order)));
    expect(status, `FND-02 ${order.salt}`).to.equal(FUND_ORDER_STATUS[order.standing]);
  }
  for (const [day, nav] of state.navs) expect((await f.dealing.dayOf(day)).nav, `FND-02 ${day}`).to.equal(nav);
  const waiting = state.orders.filter(({ standing }) => standing === "placed");
  for (const day of new Set(state.orders.map((order) => order.day))) {
    const open = BigInt(waiting.filter((order) => order.day === day).length);
    expect((await f.dealing.dayOf(day)).open, `FND-02 open on ${day}`).to.equal(open);
  }
}

async function whatWaitsIsHeldWhereItIs(told: TokenTale): Promise<void> {
  const { world, state } = told;
  const { f } = world;
  for (const person of PEOPLE) {
    const bank = BANK_OF[person];
    const deposits = await tokenOf(told, bank).heldOf(world.signers[person]);
    expect(deposits, `FND-03 ${person}`).to.equal(state.held.get(at(person, bank)) ?? 0n);
    const money = await f.money.heldOf(world.signers[person]);
    expect(money, `FND-03 ${person}'s money`).to.equal(state.held.get(at(person, "money")) ?? 0n);
  }
  for (const investor of INVESTORS) {
    const units = await f.units.heldOf(world.signers[investor]);
    expect(units, `FND-03 ${investor}'s units`).to.equal(state.heldUnits.get(investor) ?? 0n);
  }
  expect(await f.units.balanceOf(f.dealing), "FND-03 the contract").to.equal(0n);
}
