import fc from "fast-check";
import { FAR } from "../../support/corridors.js";
import { ref } from "../../support/chain.js";
import { sealedHash } from "../../../sdk/bridge/travelRule.js";
import type { SignedVerdict } from "../../../sdk/bridge/operations.js";
import { planned } from "../tale.js";
import * as model from "./state.js";
import { ALTERED, BANKS, CODES, RULES, type Altered, type Rules, type State } from "./state.js";
import { approvals, customersOf, send, sealFor, sentAt, verdict, type Story, type World } from "./world.js";

const HOUR = 3_600n;
const bank = fc.constantFrom(...BANKS);
const which = fc.nat();
/** Minor units: of the order of what banks come to have abroad. */
const amount = fc.bigInt({ min: 1n, max: 60_000n });
const lasting = fc.bigInt({ min: 0n, max: 10n * HOUR });

function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (
    choices: Choices,
    told: Story,
  ) => { apply: (state: State, rules: Rules) => void; send: (world: World) => Promise<unknown> } | undefined,
) {
  return planned<Choices, Story, World, State, Rules>(name, choices, resolve);
}

/** Off chain; now and then with a reference that the payer has given before. */
const agree = plan(
  "agree",
  fc.record({
    payer: bank,
    payee: bank,
    code: fc.constantFrom(...CODES),
    amount,
    payers: lasting,
    payees: lasting,
    open: lasting,
    again: fc.nat({ max: 4 }),
  }),
  (chosen, { state, world, time }) => {
    const index = state.payments.length;
    const last = chosen.again === 0 ? state.payments.at(-1) : undefined;
    const payer = last?.payer ?? chosen.payer;
    const payee = chosen.payee === payer ? (BANKS.find((other) => other !== payer) ?? payer) : chosen.payee;
    const payment: model.ModelPayment = {
      ...{ payer, payee, code: chosen.code, amount: chosen.amount, reference: last?.reference ?? index },
      notAfter: time + chosen.open,
      validUntil: { payer: time + chosen.payers, payee: time + chosen.payees },
      status: "open",
      verdicts: [],
    };
    send(world, index, payment);
    state.payments.push(payment);
    return undefined;
  },
);

const pay = plan("pay", fc.record({ which }), (chosen, { state }) => {
  const index = pick(chosen.which, state);
  return index === undefined ? undefined : paying(index, state);
});

/** Whatever has ended is presented again. */
const again = plan("again", fc.record({ which, refuses: fc.boolean() }), (chosen, { state }) => {
  const ended = state.payments.flatMap(({ status }, index) => (status === "open" ? [] : [index]));
  const index = ended[chosen.which % Math.max(ended.length, 1)];
  if (index === undefined) return undefined;
  return chosen.refuses ? refusing(index, model.paymentAt(state, index).payee, FAR) : paying(index, state);
});

const alter = plan("alter", fc.record({ which, what: fc.constantFrom(...ALTERED) }), (chosen, { state }) => {
  const index = pick(chosen.which, state);
  if (index === undefined) return undefined;
  return {
    apply: (next, rules) => model.payAltered(next, rules, index, chosen.what),
    send: (world) => payAltered(world, state, index, chosen.what),
  };
});

const decline = plan(
  "decline",
  fc.record({ which, by: fc.constantFrom("payer", "payee", "other"), other: bank, late: fc.nat({ max: 4 }) }),
  ({ by, other, late, ...chosen }, { state, time }) => {
    const index = pick(chosen.which, state);
    if (index === undefined) return undefined;
    const payment = model.paymentAt(state, index);
    return refusing(index, by === "other" ? other : payment[by], late === 0 ? time - 1n : time);
  },
);

/** Mostly an hour or less. */
const pass = plan(
  "pass",
  fc.record({ seconds: fc.bigInt({ min: 1n, max: HOUR }), far: fc.nat({ max: 5 }) }),
  (chosen, told) => {
    told.leapTo(told.time + chosen.seconds * (chosen.far === 0 ? 6n : 1n));
    return undefined;
  },
);

function paying(index: number, state: State) {
  const agreed = model.paymentAt(state, index);
  return {
    apply: (next: State, rules: Rules) => model.pay(next, rules, index),
    send: async (world: World) => {
      const verdicts = await approvals(world, index, agreed);
      const { payments } = world.f;
      const { signer } = world.banks[agreed.payer];
      world.endings.set(index, await payments.connect(signer).pay(sentAt(world, index).payment, ...verdicts));
    },
  };
}

function refusing(index: number, by: model.BankName, validUntil: bigint) {
  return {
    apply: (next: State, rules: Rules) => model.refusePayment(next, rules, index, by, validUntil),
    send: async (world: World) => {
      const { f, banks } = world;
      const against = await verdict(world, index, by, { approved: false, validUntil });
      const { payment } = sentAt(world, index);
      const ended = await f.payments.connect(f.outsider).refuse(payment, banks[by].account, against);
      world.endings.set(index, ended);
    },
  };
}

async function payAltered(world: World, state: State, index: number, what: Altered) {
  const agreed = model.paymentAt(state, index);
  const { payment, data } = sentAt(world, index);
  const { f, banks, keys } = world;
  // so that nothing but the change stands in the way
  const forEver = { ...agreed, validUntil: { payer: FAR, payee: FAR } };
  const [payers, payees] = await approvals(world, index, forEver);
  const readers = [...model.readersOf(agreed, RULES)];
  const changes: Readonly<Record<Altered, () => { terms?: object; verdict?: Partial<SignedVerdict> }>> = {
    data: () => ({ terms: { dataHash: sealedHash(sealFor(keys, readers, customersOf(index + 1), payment)) } }),
    readers: () => ({ terms: { dataHash: sealedHash(sealFor(keys, readers.slice(1), data, payment)) } }),
    amount: () => ({ terms: { amount: payment.amount + 1n } }),
    list: () => ({ verdict: { listVersion: ref("another list") } }),
    validity: () => ({ verdict: { validUntil: FAR - 1n } }),
    bank: () => ({ verdict: { signature: payers.signature } }),
    caller: () => ({}),
  };
  const { terms, verdict: changed } = changes[what]();
  const { signer } = banks[what === "caller" ? agreed.payee : agreed.payer];
  return f.payments.connect(signer).pay({ ...payment, ...terms }, payers, { ...payees, ...changed });
}

/** One of the last. */
function pick(seed: number, { payments }: State): number | undefined {
  return payments.length === 0 ? undefined : payments.length - 1 - ((seed % 4) % payments.length);
}

/** By weight: what is named more often is done more often. */
export const PAYMENT_PLANS = [
  ...[agree, agree, agree, agree, pay, pay, pay, pay, pay, again, again, alter, alter, decline, decline],
  ...[pass, pass],
];
