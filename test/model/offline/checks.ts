import { expect } from "chai";
import { OFFLINE_DEVICE_STATUS, offlinePaymentId, offlineVoucherId } from "../../../sdk/eip712/offlineWallets.js";
import type { Check } from "../checks.js";
import { HOLDERS, PURSE, deviceOf, numberKey, paymentKey, voucherKey } from "./state.js";
import { allotmentIdOf, voucherOf, type OfflineTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const OFFLINE_CHECKS: readonly Check<OfflineTale>[] = [
  { id: "OFF-01", holds: allotmentsAreNotOverdrawn },
  { id: "OFF-02", holds: vouchersArePaidOnce },
  { id: "OFF-03", holds: lossesAreBounded },
];

export async function checkOffline(told: OfflineTale): Promise<void> {
  for (const { holds } of OFFLINE_CHECKS) await holds(told);
}

async function allotmentsAreNotOverdrawn(told: OfflineTale): Promise<void> {
  const { world, state } = told;
  const { offline, money } = world.f;
  const held = new Map(HOLDERS.map((holder) => [holder, 0n]));
  for (const [position, allotment] of state.allotments.entries()) {
    const id = await allotmentIdOf(world, state, position);
    const { amount, paid, guaranteed, openedAt, signUntil, closed } = await offline.allotmentOf(id);
    expect([amount, paid, guaranteed, openedAt, signUntil, closed], `OFF-01 ${position}`).to.deep.equal([
      ...[allotment.amount, allotment.paid, allotment.guaranteed],
      ...[allotment.openedAt, allotment.signUntil, allotment.closed],
    ]);
    const { payer, payee, executor, expiry, businessRef } = await offline.holdOf(id);
    const hold = { payer, payee, executor, amount, expiry, businessRef };
    const { remaining } = await money.holdState(await money.holdId(hold));
    expect(remaining, `OFF-01 held ${position}`).to.equal(amount - paid - allotment.returned);
    expect(paid <= amount, `OFF-01 overdrawn ${position}`).to.equal(true);
    held.set(allotment.device, (held.get(allotment.device) ?? 0n) + remaining);
  }
  for (const holder of HOLDERS) {
    expect(await money.heldOf(world.signers[holder]), `OFF-01 ${holder}`).to.equal(held.get(holder));
  }
}

async function vouchersArePaidOnce(told: OfflineTale): Promise<void> {
  const { world, state } = told;
  const { offline, money, domain } = world.f;
  for (const voucher of state.vouchers) {
    const signed = await voucherOf(world, state, voucher);
    const redeemed = await offline.redeemedBy(offlinePaymentId(domain, signed.payment));
    const id = offlineVoucherId(domain, signed);
    const expected = state.redeemed.get(paymentKey(voucher)) === voucherKey(voucher);
    expect(redeemed === id, `OFF-02 ${voucherKey(voucher)}`).to.equal(expected);
    const [compensated, used] = [state.compensated.has(voucherKey(voucher)), state.used.has(numberKey(voucher))];
    expect(await offline.isCompensated(id), `OFF-02 ${voucherKey(voucher)}`).to.equal(compensated);
    expect(await offline.isUsed(signed.payment.allotment, voucher.number), `OFF-02 number`).to.equal(used);
    const paid = state.paidTo.get(voucherKey(voucher)) ?? 0n;
    expect(paid <= voucher.amount, `OFF-02 paid ${paid} of ${voucher.amount}`).to.equal(true);
  }
  let sum = 0n;
  for (const person of [...HOLDERS, "bank"] as const) {
    const balance = await money.balanceOf(world.signers[person]);
    expect(balance, `OFF-02 ${person}`).to.equal(state.balance.get(person));
    sum += balance;
  }
  expect(sum, "OFF-02 all money").to.equal(PURSE * BigInt(HOLDERS.length + 1));
  expect(await money.totalSupply(), "OFF-02 supply").to.equal(sum);
  expect(await money.balanceOf(offline), "OFF-02 the contract").to.equal(0n);
}

async function lossesAreBounded({ world, state }: OfflineTale): Promise<void> {
  const { offline, icbcNumber } = world.f;
  let guaranteed = 0n;
  for (const { device, amount, guaranteed: part } of state.allotments) {
    expect(part <= amount, `OFF-03 ${device}`).to.equal(true);
    if (part > 0n) expect(deviceOf(state, device).status, `OFF-03 ${device}`).to.equal("blocked");
    guaranteed += part;
  }
  for (const holder of HOLDERS) {
    const { status, loaded, stoppedAt, cutOff } = await offline.deviceOf(world.devices[holder].id);
    const expected = deviceOf(state, holder);
    expect([status, loaded, stoppedAt, cutOff], `OFF-03 ${holder}`).to.deep.equal([
      ...[OFFLINE_DEVICE_STATUS[expected.status], expected.loaded],
      ...[expected.stoppedAt ?? 0n, expected.cutOff ?? 0n],
    ]);
  }
  const { current, remaining } = await offline.pledgeOf(icbcNumber);
  expect(remaining, "OFF-03 pledge").to.equal(current.amount - guaranteed);
}
