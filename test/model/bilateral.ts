import { toBeHex } from "ethers";
import fc from "fast-check";
import { USE_CASE, useCaseBits, type UseCaseName } from "../../sdk/eip712/corridor.js";
import { minor } from "../../sdk/money.js";
import { LIMITS, PaymentUnderTest, WINDOW, proveCorridorEvent, type CorridorPair } from "../support/bilateral.js";
import type { ChainName } from "../support/chain.js";
import { DONE, type PairAct, type PairStory } from "./pairCampaign.js";

/** A corridor between two ledgers, as plain objects that share no rule with the contracts. */
export interface State {
  readonly payments: Payment[];
  readonly sides: Readonly<Record<ChainName, Side>>;
  /** Days that have passed. */
  day: number;
  /** Whether the window of the ledger of settlement is over. */
  due: boolean;
  /** What the mainland's agent has paid the other in net settlements. */
  net: bigint;
}

/** One side in the model. */
export interface Side {
  readonly suspended: Set<UseCaseName>;
  window: number;
  collected: bigint;
  disbursed: bigint;
  counted: bigint;
}

/** A payment in the model. */
export interface Payment {
  readonly from: ChainName;
  readonly useCase: UseCaseName;
  readonly nonce: bigint;
  /** What the payer pays and the payee gets. */
  readonly amounts: { readonly payer: bigint; readonly payee: bigint };
  payerHold: "none" | "held" | "over";
  payeeHold: "none" | "held" | "armed" | "paid" | "given back";
  accepted: boolean;
  decision: "open" | "captured" | "released";
  readonly verdicts: Record<ChainName, "none" | "approved" | "refused">;
  /** When each side bound itself, unless it was given back. */
  readonly bound: Record<ChainName, { readonly day: number; readonly window: number } | undefined>;
}

/** The two ledgers with the same payments. */
export interface World {
  readonly pair: CorridorPair;
  readonly payments: readonly PaymentUnderTest[];
  /** At first, by side: the agent and the payee. */
  readonly before: Readonly<Record<ChainName, { readonly agent: bigint; readonly payee: bigint }>>;
}

/** See {@link PairStory}. */
export type Story = PairStory<World, State>;

/** See {@link PairAct}. */
export type Act = PairAct<World, State>;

/** Both sides. */
export const SIDES = ["mainland", "hongkong"] as const satisfies readonly ChainName[];
const OTHER = { mainland: "hongkong", hongkong: "mainland" } as const;
const DAY = 86_400n;
const LONG = 200n * DAY;

/** What each payment is to be; the payer's amount is worked out by hand from 0.915 and 1.0925, up to the minor unit. */
const PLANS = [
  { from: "mainland", useCase: "consumption", nonce: 900n, payee: "760.50", payer: "695.86" },
  // the same nonce: one of the two can be accepted
  { from: "mainland", useCase: "consumption", nonce: 900n, payee: "700.00", payer: "640.50" },
  { from: "mainland", useCase: "trade", nonce: 902n, payee: "400.00", payer: "366.00" },
  { from: "hongkong", useCase: "consumption", nonce: 903n, payee: "760.50", payer: "830.85" },
  { from: "mainland", useCase: "consumption", nonce: 904n, payee: "500.00", payer: "457.50" },
  { from: "hongkong", useCase: "consumption", nonce: 905n, payee: "600.00", payer: "655.50" },
] as const;

/** Nothing has happened. */
export function beginning(): State {
  const side = (): Side => ({ suspended: new Set(), window: 0, collected: 0n, disbursed: 0n, counted: 0n });
  return {
    payments: PLANS.map(({ from, useCase, nonce, payer, payee }) => ({
      ...{ from, useCase, nonce, amounts: { payer: minor(payer), payee: minor(payee) } },
      ...{ payerHold: "none", payeeHold: "none", accepted: false, decision: "open" },
      verdicts: { mainland: "none", hongkong: "none" },
      bound: { mainland: undefined, hongkong: undefined },
    })),
    sides: { mainland: side(), hongkong: side() },
    ...{ day: 0, due: false, net: 0n },
  };
}

/** The payments of {@link beginning} on two ledgers, early on a day that is the same on both. */
export async function openWorld(pair: CorridorPair): Promise<World> {
  const clocks = SIDES.map((name) => pair[name].chain.networkHelpers.time);
  const latest = BigInt(Math.max(...(await Promise.all(clocks.map((time) => time.latest())))));
  const morning = ((latest + 28_800n) / DAY + 1n) * DAY - 28_800n + 3_600n;
  for (const time of clocks) await time.increaseTo(morning);
  const payments = [];
  for (const { from, useCase, nonce, payee } of PLANS) {
    const deadline = morning + LONG;
    const quote = { nonce, notAfter: deadline };
    payments.push(await PaymentUnderTest.open(pair, { from, useCase, amount: minor(payee), deadline, quote }));
  }
  const purse = async (name: ChainName) => ({
    agent: await pair[name].money.balanceOf(pair[name].agent),
    payee: await pair[name].money.balanceOf(pair[name].shop),
  });
  return { pair, payments, before: { mainland: await purse("mainland"), hongkong: await purse("hongkong") } };
}

/** What a side has bound itself to in a use case, by the model. */
export function boundOf(state: State, name: ChainName, useCase: UseCaseName): { day: bigint; window: bigint } {
  const sum = { day: 0n, window: 0n };
  for (const payment of state.payments) {
    const bound = payment.bound[name];
    if (bound === undefined || payment.useCase !== useCase) continue;
    const amount = amountAt(payment, name);
    if (bound.day === state.day) sum.day += amount;
    if (bound.window === state.sides[name].window) sum.window += amount;
  }
  return sum;
}

/** Acts in any order, and now and then a whole payment in a row, so that stories get somewhere. */
export function stories(least: number): fc.Arbitrary<Act[]> {
  const whole = fc.nat({ max: PLANS.length - 1 }).map((p) => {
    const { from } = at(PLANS, p);
    const opening = [placePayer(p), accept(p), judge(p, from, true), judge(p, OTHER[from], true)];
    return [...opening, placePayee(p), arm(p), decide(p), follow(p)];
  });
  const any = fc.oneof({ weight: 8, arbitrary: single.map((act) => [act]) }, { weight: 2, arbitrary: whole });
  return fc.array(any, { minLength: least, maxLength: 2 * least }).map((plan) => plan.flat().map(named));
}

/** Printed by its name. */
function named(act: Act): Act {
  return Object.assign(act, { [fc.toStringMethod]: () => act.name });
}

const payment = fc.nat({ max: PLANS.length - 1 });
const side = fc.constantFrom(...SIDES);
const useCase = fc.constantFrom<UseCaseName>("consumption", "trade");
const single: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(fc.constantFrom(placePayer, accept, placePayee, arm, decide, callOff, follow), payment)
      .map(([act, p]) => act(p)),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(payment, side, fc.nat({ max: 5 })).map(([p, name, no]) => judge(p, name, no !== 0)),
  },
  { weight: 1, arbitrary: fc.tuple(side, useCase).map(([name, which]) => suspend(name, which)) },
  { weight: 2, arbitrary: fc.tuple(side, useCase).map(([name, which]) => resume(name, which)) },
  { weight: 3, arbitrary: fc.constantFrom(pass, settle, settle, report).map((act) => act()) },
);

function placePayer(p: number): Act {
  return {
    name: `place the payer's hold of ${p}`,
    tell: once(p, (it) => {
      if (it.payerHold !== "none") return "HoldAlreadyUsed";
      it.payerHold = "held";
      return DONE;
    }),
    perform: ({ payments }) => at(payments, p).place(),
  };
}

function accept(p: number): Act {
  return {
    name: `accept ${p}`,
    tell: once(p, (it, state) => {
      if (state.payments.some(({ accepted, nonce }) => accepted && nonce === it.nonce)) return "CorridorQuoteUsed";
      if (state.sides[it.from].suspended.has(it.useCase)) return "CorridorSuspended";
      if (it.payerHold !== "held") return "ExchangeHoldMissing";
      it.accepted = true;
      return DONE;
    }),
    perform: ({ payments }) => at(payments, p).accept(),
  };
}

function judge(p: number, name: ChainName, approved: boolean): Act {
  return {
    name: `${name} ${approved ? "approves" : "refuses"} ${p}`,
    tell: once(p, (it) => {
      if (it.verdicts[name] !== "none") return "CorridorVerdictKnown";
      it.verdicts[name] = approved ? "approved" : "refused";
      return DONE;
    }),
    perform: ({ pair, payments }) => at(payments, p).judge(pair[name], { approved }),
  };
}

function placePayee(p: number): Act {
  return {
    name: `reserve for ${p}`,
    tell: once(p, (it) => {
      if (it.payeeHold !== "none") return "HoldAlreadyUsed";
      it.payeeHold = "held";
      return DONE;
    }),
    perform: ({ payments }) => at(payments, p).reserve(),
  };
}

function arm(p: number): Act {
  return {
    name: `arm ${p}`,
    tell: once(p, (it, state) => {
      if (it.payeeHold !== "held") return it.payeeHold === "none" ? "ExchangeHoldMissing" : "ExchangeAlreadyArmed";
      const refusal = bind(it, OTHER[it.from], state);
      if (refusal === DONE) it.payeeHold = "armed";
      return refusal;
    }),
    perform: ({ payments }) => at(payments, p).arm(),
  };
}

function decide(p: number): Act {
  return {
    name: `decide ${p}`,
    tell: once(p, (it, state) => {
      // without the proof of arming there is nothing to try
      if (it.payeeHold === "none" || it.payeeHold === "held") return undefined;
      if (it.decision !== "open") return "ExchangeAlreadyDecided";
      if (!it.accepted) return "CorridorNotAccepted";
      const refusal = bind(it, it.from, state);
      if (refusal !== DONE) return refusal;
      it.decision = "captured";
      it.payerHold = "over";
      state.sides[it.from].collected += it.amounts.payer;
      state.sides[it.from].counted += 1n;
      return DONE;
    }),
    perform: async ({ payments }) => {
      const it = at(payments, p);
      return it.decide(await it.prove(it.payeeSide, it.payerSide, "Armed"));
    },
  };
}

/** By the agent who would have been paid, at any time. */
function callOff(p: number): Act {
  return {
    name: `call off ${p}`,
    tell: once(p, (it) => {
      if (it.decision !== "open") return "ExchangeAlreadyDecided";
      it.decision = "released";
      if (it.payerHold === "held") it.payerHold = "over";
      return DONE;
    }),
    perform: ({ payments }) => {
      const { payerSide, terms } = at(payments, p);
      return payerSide.corridor.connect(payerSide.agent).callOff(terms);
    },
  };
}

function follow(p: number): Act {
  return {
    name: `follow ${p}`,
    tell: once(p, (it, state) => {
      if (it.decision === "open") return undefined;
      if (it.payeeHold !== "armed") return "ExchangeNotArmed";
      const name = OTHER[it.from];
      if (it.decision === "captured") {
        it.payeeHold = "paid";
        state.sides[name].disbursed += it.amounts.payee;
        state.sides[name].counted += 1n;
      } else {
        it.payeeHold = "given back";
        it.bound[name] = undefined;
      }
      return DONE;
    }),
    perform: ({ payments }) => at(payments, p).followed(),
  };
}

function suspend(name: ChainName, which: UseCaseName): Act {
  return {
    name: `${name} suspends ${which}`,
    tell: ({ sides }) => {
      sides[name].suspended.add(which);
      return DONE;
    },
    perform: ({ pair }) => pair[name].corridor.connect(pair[name].at.officers.halter).suspend(useCaseBits(which)),
  };
}

function resume(name: ChainName, which: UseCaseName): Act {
  return {
    name: `${name} resumes ${which}`,
    tell: ({ sides }) => {
      sides[name].suspended.delete(which);
      return DONE;
    },
    perform: ({ pair }) => pair[name].corridor.connect(pair[name].at.officers.resumer).resume(useCaseBits(which)),
  };
}

function pass(): Act {
  return {
    name: "a day passes",
    tell: (state) => {
      state.day += 1;
      state.due = true;
      return DONE;
    },
    perform: async ({ pair }) => {
      for (const name of SIDES) await pair[name].chain.networkHelpers.time.increase(WINDOW);
    },
  };
}

function settle(): Act {
  return {
    name: "the agents settle",
    tell: (state) => {
      if (!state.due) return "CorridorWindowOpen";
      const { mainland } = state.sides;
      state.net += mainland.collected - mainland.disbursed;
      open(mainland);
      state.due = false;
      return DONE;
    },
    perform: ({ pair: { mainland } }) => mainland.corridor.connect(mainland.carrier).settleWindow(),
  };
}

function report(): Act {
  let window = 0;
  return {
    name: "the settlement is reported",
    tell: ({ sides: { mainland, hongkong } }) => {
      if (mainland.window === hongkong.window) return undefined;
      window = hongkong.window;
      open(hongkong);
      return DONE;
    },
    perform: async ({ pair: { mainland, hongkong } }) => {
      const proof = await proveCorridorEvent(mainland, hongkong, "WindowSettled", toBeHex(window, 32));
      return hongkong.corridor.connect(hongkong.carrier).reportWindow(proof);
    },
  };
}

function open(its: Side): void {
  its.window += 1;
  its.collected = 0n;
  its.disbursed = 0n;
  its.counted = 0n;
}

/** A side binds itself if its rules allow it. */
function bind(it: Payment, name: ChainName, state: State): string {
  const { window, suspended } = state.sides[name];
  if (it.verdicts[name] !== "approved") return "CorridorVerdictMissing";
  if (suspended.has(it.useCase)) return "CorridorSuspended";
  const passed = boundOf(state, name, it.useCase);
  const amount = amountAt(it, name);
  if (passed.day + amount > LIMITS.day) return "CorridorDayLimitExceeded";
  if (passed.window + amount > LIMITS.window) return "CorridorWindowLimitExceeded";
  it.bound[name] = { day: state.day, window };
  return DONE;
}

function amountAt({ from, amounts }: Payment, name: ChainName): bigint {
  return from === name ? amounts.payer : amounts.payee;
}

function once(p: number, tell: (it: Payment, state: State) => string | undefined) {
  return (state: State) => tell(at(state.payments, p), state);
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`there is no number ${index}`);
  return found;
}

/** Number of a use case on chain. */
export const numberOf = (name: UseCaseName): number => USE_CASE[name];
