import fc from "fast-check";
import { planCycle } from "../../../sdk/bridge/netting.js";
import { parseRate } from "../../../sdk/rates.js";
import { enqueue, paymentOf } from "../../support/netting.js";
import { planned, requireThat } from "../tale.js";
import * as model from "./state.js";
import { BANKS, CODES, account, type BankName, type Code, type ModelLeg, type Rules, type State } from "./state.js";
import { ref, type Story, type World } from "./world.js";

const bank = fc.constantFrom(...BANKS);
const code = fc.constantFrom(...CODES);
const priority = fc.nat({ max: 2 });
/** Minor units: of the order of the caps and of what banks have abroad. */
const amount = fc.bigInt({ min: 1n, max: 60_000n });
/** Offices put things in order more often than out of it. */
const seldom = fc.nat({ max: 4 }).map((chance) => chance === 0);

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

/** Queues legs as an item with an index, as it was queued before if it was. */
function queuing(legs: readonly ModelLeg[], rank: number, index: number, { state }: Story) {
  const isNew = state.items[index] === undefined;
  return {
    apply: (next: State) => model.queue(next, { legs, priority: rank }, index),
    send: (world: World) => {
      const { f, banks, items } = world;
      // what was refused has left no trace: another may come in its place
      if (isNew) {
        const payments = legs.map(({ code: currency, from, to, amount: sum }, leg) =>
          paymentOf(f, {
            ...{ currency: f.tokens[currency], payer: banks[from].account, payee: banks[to].account, amount: sum },
            businessRef: ref(`model ${index} ${leg}`),
          }),
        );
        items.set(index, { payments });
      }
      return enqueue(f, itemOf(items, index), { priority: rank });
    },
  };
}

const queue = plan("queue", fc.record({ from: bank, to: bank, code, amount, priority }), (chosen, told) => {
  const { from, code: currency, amount: sum } = chosen;
  const to = otherThan(chosen.to, from);
  return queuing([{ code: currency, from, to, amount: sum }], chosen.priority, told.state.items.length, told);
});

const exchange = plan("exchange", fc.record({ from: bank, to: bank, amount, priority }), (chosen, told) => {
  const { from, amount: hkd } = chosen;
  const to = otherThan(chosen.to, from);
  const cny = (hkd * 915n) / 1_000n + 1n;
  const legs = [
    { code: "CNY", from, to, amount: cny },
    { code: "HKD", from: to, to: from, amount: hkd },
  ] as const;
  return queuing(legs, chosen.priority, told.state.items.length, told);
});

/** What was queued before, whatever became of it. */
const again = plan("again", fc.record({ which: fc.nat() }), ({ which }, told) => {
  const index = pick(which, told.state);
  if (index === undefined) return undefined;
  const { legs, priority: rank } = model.itemAt(told.state, index);
  return queuing(legs, rank, index, told);
});

const withdraw = plan("withdraw", fc.record({ which: fc.nat(), by: bank }), ({ which, by }, { state }) => {
  const index = pick(which, state);
  if (index === undefined) return undefined;
  return {
    apply: (next) => model.withdraw(next, index, by),
    send: ({ f, banks, items }) => f.netting.connect(banks[by].signer).withdraw(itemOf(items, index)),
  };
});

const prioritize = plan(
  "prioritize",
  fc.record({ which: fc.nat(), by: bank, priority, own: fc.boolean() }),
  (chosen, { state }) => {
    const index = pick(chosen.which, state);
    if (index === undefined) return undefined;
    const by = chosen.own ? (model.itemAt(state, index).legs[0]?.from ?? chosen.by) : chosen.by;
    return {
      apply: (next) => model.prioritize(next, index, by, chosen.priority),
      send: ({ f, banks, items }) =>
        f.netting.connect(banks[by].signer).setPriority(itemOf(items, index), chosen.priority),
    };
  },
);

const close = plan("close", fc.record({}), () => ({
  apply: model.close,
  send: async ({ f }) => {
    const { proposal } = await planCycle(f.netting, "pending");
    return f.netting.connect(f.outsider).closeCycle(proposal);
  },
}));

const closeWrong = plan("closeWrong", fc.record({ forgets: fc.boolean() }), ({ forgets }) => ({
  apply: (state, rules) => model.closeWrong(state, rules, forgets),
  send: async ({ f }) => {
    const { proposal, setAside } = await planCycle(f.netting, "pending");
    const going = setAside.findIndex((reason, place) => reason === "none" && !proposal.dropped.includes(place));
    const isForgotten = forgets && proposal.dropped.length > 0;
    const dropped = isForgotten ? [] : [...proposal.dropped, Math.max(going, 0)];
    return f.netting.connect(f.outsider).closeCycle({ ...proposal, dropped });
  },
}));

const unwind = plan("unwind", fc.record({ which: fc.nat() }), ({ which }, { state }) => {
  const index = pick(which, state);
  if (index === undefined) return undefined;
  return {
    apply: (next) => model.unwind(next, index),
    send: ({ f, items }) => f.netting.connect(f.outsider).unwind([itemOf(items, index)]),
  };
});

const cap = plan(
  "cap",
  fc.record({ code, bank, to: fc.bigInt({ min: 0n, max: 100_000n }), usurped: seldom }),
  ({ code: currency, bank: who, to, usurped }) => ({
    apply: ({ caps }) => {
      requireThat(!usurped, "CurrencyAuthorityRequired");
      caps.set(account(currency, who), to);
    },
    send: ({ f, banks, members }) => {
      const by = members[usurped ? other(currency) : currency].offices.governor;
      return f.netting.connect(by).setDebitCap(f.tokens[currency], banks[who].account, to);
    },
  }),
);

const freeze = plan(
  "freeze",
  fc.record({ code, bank, freezes: seldom }),
  ({ code: currency, bank: who, freezes }, { state }) => {
    const key = account(currency, who);
    if (state.frozen.has(key) === freezes) return undefined;
    return {
      apply: ({ frozen }) => void (freezes ? frozen.add(key) : frozen.delete(key)),
      send: ({ banks, members }) => {
        const { currency: token, offices } = members[currency];
        const enforcer = token.connect(offices.enforcer);
        const order = ref("order");
        return freezes ? enforcer.freeze(banks[who].account, order) : enforcer.unfreeze(banks[who].account, order);
      },
    };
  },
);

const suspend = plan("suspend", fc.record({ code, suspends: seldom }), ({ code: currency, suspends }, { state }) => {
  if (state.suspended.has(currency) === suspends) return undefined;
  return {
    apply: ({ suspended }) => void (suspends ? suspended.add(currency) : suspended.delete(currency)),
    send: ({ f, members }) => {
      const { offices } = members[currency];
      const token = f.tokens[currency];
      return suspends
        ? f.council.connect(offices.halter).suspendCurrency(token)
        : f.council.connect(offices.resumer).resumeCurrency(token);
    },
  };
});

const authorize = plan("authorize", fc.record({ bank, withdrawn: seldom }), ({ bank: who, withdrawn }) => ({
  apply: ({ authorized }) => void (withdrawn ? authorized.delete(who) : authorized.add(who)),
  send: ({ f, banks }) => f.engine.connect(banks[who].signer).authorizeAgent(f.netting, !withdrawn),
}));

const publish = plan("publish", fc.record({ code }), ({ code: currency }) => ({
  apply: (state) => model.publish(state, currency),
  send: ({ f, members }) => {
    const { CNY, HKD } = f.tokens;
    const exchangeOf = f.exchange.connect(members[currency].offices.governor);
    return exchangeOf.setReference(HKD, CNY, f.tokens[currency], parseRate("0.915"), parseRate("0.1"), 86_400n);
  },
}));

const HOUR = 3_600n;
const DAY = 24n * HOUR;
/** To the next hour, over the night mostly to the morning; seldom to an end of a day, or to another morning. */
const pass = plan("pass", fc.record({ hours: fc.nat({ max: 11 }) }), ({ hours }, told) => {
  const next = (told.time / HOUR + 1n) * HOUR;
  const midnight = ((next + 8n * HOUR) / DAY) * DAY - 8n * HOUR;
  const isNight = next < midnight + 9n * HOUR || next >= midnight + 18n * HOUR;
  if (hours === 0) told.leapTo(midnight + DAY + 9n * HOUR);
  else if (hours === 1 && !isNight) told.leapTo(midnight + 18n * HOUR);
  else if (hours > 3 && isNight) told.leapTo(midnight + (next < midnight + 9n * HOUR ? 9n * HOUR : DAY + 9n * HOUR));
  else told.leapTo(next);
  return undefined;
});

function otherThan(to: BankName, from: BankName): BankName {
  return to === from ? (BANKS[(BANKS.indexOf(to) + 1) % BANKS.length] ?? to) : to;
}

function other(currency: Code): Code {
  return currency === "CNY" ? "HKD" : "CNY";
}

/** One of the last items. */
function pick(which: number, { items }: State): number | undefined {
  return items.length === 0 ? undefined : items.length - 1 - ((which % 6) % items.length);
}

function itemOf(items: World["items"], index: number) {
  const item = items.get(index);
  if (item === undefined) throw new RangeError(`there is no item ${index}`);
  return item;
}

/** By weight: what is named more often is done more often. */
export const NETTING_PLANS = [
  ...[queue, queue, queue, queue, queue, queue, exchange, exchange, exchange, again, withdraw, prioritize],
  ...[close, close, close, closeWrong, unwind, cap, cap, freeze, suspend, authorize, publish],
  ...[pass, pass, pass, pass],
];
