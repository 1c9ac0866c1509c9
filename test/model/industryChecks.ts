import { expect } from "chai";
import { ORDER_STATUS, PAYMENT_OUTCOME } from "../../sdk/eip712/industry.js";
import { holdId } from "../../sdk/eip712/ledger.js";
import { FUNDS, INDUSTRY_CHAIN_ID, carryAll } from "../support/industry.js";
import type { World } from "./industry.js";
import { dayOf, paidOf, type State } from "./industryState.js";
import type { PairStory } from "./pairCampaign.js";

type Story = PairStory<World, State>;

const ENDS = ["OrderPaid", "OrderRefused", "OrderTimedOut", "OrderCancelled"] as const;

/** Sentences on the payment of an industry chain's orders, checked on both ledgers against the model. */
export const INDUSTRY_CHECKS = [
  { id: "BSP-01", holds: paidOnceByItsHold },
  { id: "BSP-03", holds: endsOnce },
  { id: "BSP-04", holds: withinLimitsAndOwnsNothing },
  // last, because it brings both ledgers to rest
  { id: "BSP-02", holds: paidOnlyIfMoved },
];

async function paidOnceByItsHold({ world, state }: Story): Promise<void> {
  const { money } = world.platform;
  const paid = paidOf(state);
  expect(await money.money.balanceOf(money.shop), "BSP-01 paid to the payee").to.equal(paid);
  expect(await money.money.balanceOf(money.company), "BSP-01 left to the payer").to.equal(FUNDS - paid);
  for (const [index, order] of world.orders.entries()) {
    const model = state.orders[index];
    const [remaining] = await money.money.holdState(holdId(order.hold));
    expect(remaining, `BSP-01 held for order ${index}`).to.equal(model?.hold === "held" ? model.amount : 0n);
    const captures = await money.money.queryFilter(money.money.filters.HoldCaptured(holdId(order.hold)));
    expect(captures.length, `BSP-01 payments of order ${index}`).to.equal(model?.hold === "captured" ? 1 : 0);
  }
}

async function endsOnce({ world, state }: Story): Promise<void> {
  const { orders } = world.platform.industry;
  for (const [index, order] of world.orders.entries()) {
    const { status, outcome } = await order.state();
    expect(status, `BSP-03 order ${index}`).to.equal(ORDER_STATUS[state.orders[index]?.status ?? "none"]);
    expect(outcome, `BSP-03 outcome ${index}`).to.equal(PAYMENT_OUTCOME[state.orders[index]?.outcome ?? "none"]);
    let ends = 0;
    for (const name of ENDS) ends += (await orders.queryFilter(orders.filters[name](order.id))).length;
    expect(ends, `BSP-03 ends of order ${index}`).to.equal(status >= ORDER_STATUS.paid ? 1 : 0);
    const requests = await orders.queryFilter(orders.filters.OrderPaymentRequested(order.id));
    expect(requests.length, `BSP-03 requests of order ${index}`).to.be.at.most(1);
  }
}

async function withinLimitsAndOwnsNothing({ world, state }: Story): Promise<void> {
  const { money, industry } = world.platform;
  const today = await money.service.paidToday(INDUSTRY_CHAIN_ID, industry.orders);
  expect(today, "BSP-04 paid today").to.equal(state.days.get(dayOf(state)) ?? 0n);
  expect(await money.money.balanceOf(money.service), "BSP-04 owned").to.equal(0n);
  for (const [index, order] of world.orders.entries()) {
    const decided = await money.service.decidedBy(INDUSTRY_CHAIN_ID, industry.orders, order.id);
    const { outcome } = await money.service.answerOf(decided);
    expect(outcome, `BSP-04 order ${index}`).to.equal(PAYMENT_OUTCOME[state.orders[index]?.decided ?? "none"]);
  }
}

/** Lanes go on, everything under way is carried, and both ledgers say the same. */
async function paidOnlyIfMoved({ world, state }: Story): Promise<void> {
  const { platform, orders } = world;
  const { money, industry } = platform;
  await money.gateway.connect(money.at.officers.resumer).resumeLane(industry.chainId);
  await industry.gateway.connect(industry.offices.resumer).resumeLane(money.chainId);
  // an answer is said again and again to a ledger whose clock is further ahead than answers live
  const clocks = [money, industry].map(({ chain }) => chain.networkHelpers.time);
  const latest = Math.max(...(await Promise.all(clocks.map((clock) => clock.latest()))));
  for (const clock of clocks) await clock.increaseTo(latest + 60);
  await carryAll(platform);
  for (const { id } of await untold(world)) await money.gateway.notifySender(id);
  await carryAll(platform);
  const moved = await money.money.balanceOf(money.shop);
  let told = 0n;
  for (const [index, order] of orders.entries()) {
    const { status, paymentRef } = await order.state();
    expect(status, `BSP-02 order ${index} still waits`).not.to.equal(ORDER_STATUS.paymentRequested);
    if (status !== ORDER_STATUS.paid) continue;
    told += order.terms.amount;
    expect(paymentRef, `BSP-02 reference of order ${index}`).to.equal(holdId(order.hold));
    const [remaining, used] = await money.money.holdState(paymentRef);
    expect([remaining, used], `BSP-02 hold of order ${index}`).to.deep.equal([0n, true]);
  }
  expect(told, "BSP-02 what the industry chain says was paid").to.equal(moved);
  for (const [index, { hold }] of state.orders.entries()) {
    const { status } = await (orders[index]?.state() ?? Promise.reject(new RangeError(`no order ${index}`)));
    if (hold === "captured") expect(status, `BSP-02 paid order ${index}`).to.equal(ORDER_STATUS.paid);
  }
}

/** Answers that were not heard and could not be said again. */
async function untold({ platform: { money } }: World) {
  const { gateway } = money;
  const closed = await gateway.queryFilter(gateway.filters.MessageClosed());
  const notified = await gateway.queryFilter(gateway.filters.SenderNotified());
  const heard = new Set(notified.map(({ args }) => args.id));
  return closed.map(({ args }) => args).filter(({ id }) => !heard.has(id));
}
