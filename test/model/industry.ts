import fc from "fast-check";
import { purposeBytes } from "../../sdk/eip712/corridor.js";
import type { PaymentOutcome } from "../../sdk/eip712/industry.js";
import { ref } from "../support/chain.js";
import {
  DAY,
  HOUR,
  INDUSTRY_CHAIN_ID,
  INSPECTION,
  LIMITS,
  OrderUnderTest,
  PURPOSE,
  REQUEST_LIFETIME,
  acknowledge,
  bring,
  messagesOf,
  type Platform,
  type Sent,
} from "../support/industry.js";
import {
  DELIVERY,
  EXPIRY,
  ORDERS,
  STEP,
  dayOf,
  timeOf,
  type EndName,
  type ModelOrder,
  type State,
} from "./industryState.js";
import { DONE, type PairAct } from "./pairCampaign.js";

/** Both ledgers with the same orders, and when the story began. */
export interface World {
  readonly platform: Platform;
  readonly orders: readonly OrderUnderTest[];
  readonly beginning: bigint;
}

type Act = PairAct<World, State>;

const ANSWER_LIFETIME = 7n * DAY;
const OTHER = { money: "industry", industry: "money" } as const satisfies Record<EndName, EndName>;

/** Both clocks at the same noon, UTC+8, and the orders agreed. */
export async function openWorld(platform: Platform): Promise<World> {
  const { money, industry } = platform;
  const latest = await Promise.all([money, industry].map(({ chain }) => chain.networkHelpers.time.latest()));
  const beginning = (BigInt(Math.max(...latest)) / DAY + 2n) * DAY + 4n * HOUR;
  for (const { chain } of [money, industry]) await chain.networkHelpers.time.increaseTo(beginning);
  const orders: OrderUnderTest[] = [];
  for (const [index, { amount, allowed }] of ORDERS.entries()) {
    const purpose = purposeBytes(allowed ? PURPOSE : "LOAN");
    const times = { deliverBy: beginning + DELIVERY, payBy: beginning + EXPIRY };
    orders.push(await OrderUnderTest.open(platform, { amount, purpose, ...times, salt: ref(`order ${index}`) }));
  }
  return { platform, orders, beginning };
}

/** Acts in any order, and now and then an order's whole way in a row, so that stories get somewhere. */
export function stories(least: number): fc.Arbitrary<Act[]> {
  const way = index.map((i) => [place(i), cover(i), deliver(i), ask(i, true)]);
  const silent = index.map((i) => [
    place(i),
    cover(i),
    deliver(i),
    ask(i, false),
    pass("industry", 3n),
    cancel(i, false),
    ask(i, false),
  ]);
  const late = index.map((i) => [place(i), pass("industry", 4n), deliver(i), cancel(i, false)]);
  const home = fc.constant([carry("industry", 0), hear("industry", 0), carry("money", 0), hear("money", 0)]);
  const any = fc.oneof(
    { weight: 12, arbitrary: acts.map((act) => [act]) },
    { weight: 3, arbitrary: way },
    { weight: 1, arbitrary: fc.oneof(silent, silent, late) },
    { weight: 2, arbitrary: home },
  );
  return fc.array(any, { minLength: least, maxLength: 2 * least }).map((plan) => plan.flat().map(named));
}

/** Printed by its name. */
function named(act: Act): Act {
  return Object.assign(act, { [fc.toStringMethod]: () => act.name });
}

const index = fc.nat({ max: ORDERS.length - 1 });
const end = fc.constantFrom<EndName>("money", "industry");
const on = fc.boolean();
const turn = fc.constantFrom<Turn>(0, 0, 0, 0, 1, -1);

const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom(place, cover, deliver, release), index).map(([act, i]) => act(i)) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom(ask, cancel), index, on).map(([act, i, first]) => act(i, first)) },
  { weight: 4, arbitrary: fc.tuple(end, turn).map(([from, at]) => carry(from, at)) },
  { weight: 2, arbitrary: fc.tuple(end, turn).map(([from, at]) => reject(from, at)) },
  { weight: 3, arbitrary: fc.tuple(end, fc.nat({ max: 3 })).map(([from, at]) => hear(from, at)) },
  { weight: 1, arbitrary: fc.nat({ max: 3 }).map(notify) },
  { weight: 1, arbitrary: fc.tuple(end, fc.constantFrom(true, false, false)).map(([at, halted]) => halt(at, halted)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("payer", "payee"), fc.constantFrom(true, false, false))
      .map(([who, frozen]) => freeze(who, frozen)),
  },
  { weight: 1, arbitrary: fc.constantFrom(true, false, false).map(suspend) },
  { weight: 2, arbitrary: fc.tuple(end, fc.nat({ max: 11 })).map(([at, many]) => pass(at, many === 11 ? 9n : 1n)) },
);

function place(i: number): Act {
  return {
    name: `place order ${i}`,
    tell: (state) => {
      const order = at(state.orders, i);
      if (timeOf(state, "industry") > DELIVERY) return "OrderTermsInvalid";
      if (order.status !== "none") return "OrderStatusInvalid";
      order.status = "placed";
      return DONE;
    },
    perform: ({ orders }) => at(orders, i).place(),
  };
}

function cover(i: number): Act {
  return {
    name: `hold the price of order ${i}`,
    tell: (state) => {
      const order = at(state.orders, i);
      if (timeOf(state, "money") >= EXPIRY) return "HoldExpiryInvalid";
      if (order.hold !== "none") return "HoldAlreadyUsed";
      if (state.frozen.payer) return "ERC7943CannotSend";
      order.hold = "held";
      return DONE;
    },
    perform: ({ orders }) => at(orders, i).cover(),
  };
}

function deliver(i: number): Act {
  return {
    name: `deliver order ${i}`,
    tell: (state) => {
      const order = at(state.orders, i);
      if (order.status !== "placed") return "OrderStatusInvalid";
      if (timeOf(state, "industry") > DELIVERY) return "OrderDeliveryLate";
      order.status = "delivered";
      order.deliveredAt = timeOf(state, "industry");
      return DONE;
    },
    perform: ({ orders }) => at(orders, i).deliver(),
  };
}

function release(i: number): Act {
  return {
    name: `release the hold of order ${i}`,
    tell: (state) => {
      const order = at(state.orders, i);
      if (order.hold !== "held") return "HoldNotActive";
      if (timeOf(state, "money") < EXPIRY) return "HoldUnauthorized";
      order.hold = "released";
      return DONE;
    },
    perform: ({ platform: { money }, orders }) => money.money.connect(money.stranger).releaseHold(at(orders, i).hold),
  };
}

function ask(i: number, buyer: boolean): Act {
  return {
    name: `ask for the payment of order ${i}${buyer ? " as its buyer" : ""}`,
    tell: (state) => {
      const order = at(state.orders, i);
      const now = timeOf(state, "industry");
      if (order.status !== "delivered") return "OrderStatusInvalid";
      if (!buyer && now <= order.deliveredAt + INSPECTION) return "OrderInspectionOpen";
      if (now >= EXPIRY) return "OrderPaymentOverdue";
      if (state.halted.industry) return "LaneIsHalted";
      order.status = "paymentRequested";
      const deadline = now + REQUEST_LIFETIME < EXPIRY ? now + REQUEST_LIFETIME : EXPIRY - 1n;
      send(state, "industry", i, deadline);
      return DONE;
    },
    perform: ({ platform: { industry }, orders }) =>
      industry.orders.connect(buyer ? industry.buyer : industry.stranger).requestPayment(at(orders, i).terms),
  };
}

function cancel(i: number, seller: boolean): Act {
  return {
    name: `cancel order ${i} as its ${seller ? "seller" : "buyer"}`,
    tell: (state) => {
      const order = at(state.orders, i);
      const now = timeOf(state, "industry");
      if (order.status !== "placed" && order.status !== "delivered") return "OrderStatusInvalid";
      const open = order.status === "placed" ? now > DELIVERY : now <= order.deliveredAt + INSPECTION || now >= EXPIRY;
      if (!seller && !open) return "OrderNotCancellable";
      order.status = "cancelled";
      return DONE;
    },
    perform: ({ platform: { industry }, orders }) => at(orders, i).cancel(seller ? industry.seller : industry.buyer),
  };
}

/** 0: the message whose turn it is; the one after it, or the one before. */
type Turn = 0 | 1 | -1;

function carry(from: EndName, turn: Turn): Act {
  return {
    name: `deliver ${turn === 0 ? "the next message" : `a message out of turn (${turn})`} of ${from}`,
    tell: (state) => {
      const message = pick(state, from, turn);
      if (message === undefined) return undefined;
      const to = OTHER[from];
      if (state.halted[to]) return "LaneIsHalted";
      const missed = outOfTurn(state, from, turn);
      if (missed !== undefined) return missed;
      if (timeOf(state, to) > message.deadline) return "MessageExpired";
      message.result = "success";
      state.received[to] += 1;
      const order = at(state.orders, message.order);
      if (from === "industry") {
        order.decided = decide(state, order);
        send(state, "money", message.order, timeOf(state, "money") + ANSWER_LIFETIME);
      } else {
        order.outcome = order.decided;
        order.status = order.decided === "paid" ? "paid" : "refused";
      }
      return DONE;
    },
    perform: async ({ platform }) => bring(await sentInTurn(platform, from, turn), "deliver"),
  };
}

function reject(from: EndName, turn: Turn): Act {
  return {
    name: `reject ${turn === 0 ? "the next message" : `a message out of turn (${turn})`} of ${from}`,
    tell: (state) => {
      const message = pick(state, from, turn);
      if (message === undefined) return undefined;
      const to = OTHER[from];
      const missed = outOfTurn(state, from, turn);
      if (missed !== undefined) return missed;
      if (timeOf(state, to) <= message.deadline) return "MessageNotExpired";
      message.result = "rollback";
      state.received[to] += 1;
      return DONE;
    },
    perform: async ({ platform }) => bring(await sentInTurn(platform, from, turn), "reject"),
  };
}

function hear(from: EndName, n: number): Act {
  return {
    name: `acknowledge message ${n} of ${from}`,
    tell: (state) => {
      const message = state.sent[from][n];
      if (message?.result === undefined) return undefined;
      if (message.closed) return "MessageNotPending";
      message.closed = true;
      tellSender(state, from, n);
      return DONE;
    },
    perform: async ({ platform }) => acknowledge(await sentBy(platform, from, n)),
  };
}

function notify(n: number): Act {
  return {
    name: `notify the service of answer ${n}`,
    tell: (state) => {
      const message = state.sent.money[n];
      if (message === undefined) return undefined;
      if (!message.closed || message.notified) return "MessageNotNotifiable";
      tellSender(state, "money", n);
      return DONE;
    },
    perform: async ({ platform }) => {
      const { money } = platform;
      return money.gateway.connect(money.carrier).notifySender((await sentBy(platform, "money", n)).id);
    },
  };
}

function halt(end: EndName, halted: boolean): Act {
  return {
    name: `${halted ? "halt" : "resume"} the lane on the side of ${end}`,
    tell: (state) => {
      state.halted[end] = halted;
      return DONE;
    },
    perform: ({ platform: { money, industry } }) => {
      const [gateway, chainId] =
        end === "money" ? [money.gateway, industry.chainId] : [industry.gateway, money.chainId];
      const { halter, resumer } = end === "money" ? money.at.officers : industry.offices;
      return halted ? gateway.connect(halter).haltLane(chainId) : gateway.connect(resumer).resumeLane(chainId);
    },
  };
}

function freeze(who: "payer" | "payee", frozen: boolean): Act {
  return {
    name: `${frozen ? "freeze" : "unfreeze"} the ${who}`,
    tell: (state) => {
      state.frozen[who] = frozen;
      return DONE;
    },
    perform: ({ platform: { money } }) => {
      const account = who === "payer" ? money.company : money.shop;
      const enforcer = money.money.connect(money.at.officers.enforcer);
      return frozen ? enforcer.freeze(account, ref("order")) : enforcer.unfreeze(account, ref("order lifted"));
    },
  };
}

function suspend(suspended: boolean): Act {
  return {
    name: `${suspended ? "suspend" : "resume"} the application`,
    tell: (state) => {
      state.suspended = suspended;
      return DONE;
    },
    perform: async ({ platform: { money, industry } }) => {
      const { halter, resumer } = money.at.officers;
      const application = await industry.orders.getAddress();
      return suspended
        ? money.service.connect(halter).suspend(INDUSTRY_CHAIN_ID, application)
        : money.service.connect(resumer).resume(INDUSTRY_CHAIN_ID, application);
    },
  };
}

function pass(end: EndName, many: bigint): Act {
  let steps = 0n;
  return {
    name: `${many} steps of time on ${end}`,
    tell: (state) => {
      steps = state.steps[end] += many;
      return DONE;
    },
    perform: ({ platform, beginning }) => platform[end].chain.networkHelpers.time.increaseTo(beginning + steps * STEP),
  };
}

/** The first reason not to pay, or paid; what is held is captured or given back. */
function decide(state: State, order: ModelOrder): PaymentOutcome {
  const day = dayOf(state);
  const paid = state.days.get(day) ?? 0n;
  const reason = ((): PaymentOutcome => {
    if (state.suspended) return "applicationSuspended";
    if (!order.allowed) return "purposeNotAllowed";
    if (order.amount > LIMITS.payment) return "paymentLimitExceeded";
    if (paid + order.amount > LIMITS.day) return "dayLimitExceeded";
    if (state.frozen.payer) return "payerNotEligible";
    if (state.frozen.payee) return "payeeNotEligible";
    return order.hold === "held" ? "paid" : "notCovered";
  })();
  if (reason === "paid") {
    order.hold = "captured";
    state.days.set(day, paid + order.amount);
  } else if (order.hold === "held") order.hold = "released";
  return reason;
}

/** What the sender does when it hears how its message ended. */
function tellSender(state: State, from: EndName, n: number): void {
  const message = at(state.sent[from], n);
  if (from === "industry") {
    if (message.result === "rollback") at(state.orders, message.order).status = "timedOut";
  } else if (message.result === "rollback") {
    if (state.halted.money) return;
    send(state, "money", message.order, timeOf(state, "money") + ANSWER_LIFETIME);
  }
  message.notified = true;
}

function send(state: State, from: EndName, order: number, deadline: bigint): void {
  state.sent[from].push({ order, deadline, closed: false, notified: false });
}

function positionOf(state: State, from: EndName, turn: Turn): number {
  return state.received[OTHER[from]] + turn;
}

function pick(state: State, from: EndName, turn: Turn) {
  return state.sent[from][positionOf(state, from, turn)];
}

function outOfTurn(state: State, from: EndName, turn: Turn): string | undefined {
  const [position, received] = [positionOf(state, from, turn), state.received[OTHER[from]]];
  if (position < received) return "MessageAlreadyReceived";
  return position > received ? "MessageOutOfOrder" : undefined;
}

async function sentInTurn(platform: Platform, from: EndName, turn: Turn): Promise<Sent> {
  const { received } = await platform[OTHER[from]].gateway.laneOf(platform[from].chainId);
  return sentBy(platform, from, Number(received) + turn);
}

async function sentBy(platform: Platform, from: EndName, n: number): Promise<Sent> {
  return at(await messagesOf(platform, from), n);
}

function at<T>(list: readonly T[], position: number): T {
  const found = list[position];
  if (found === undefined) throw new RangeError(`there is no number ${position}`);
  return found;
}
