import { holdId, holdTypedData } from "../../../sdk/eip712/ledger.js";
import { sign } from "../../../sdk/eip712/typedData.js";
import { ref } from "../../support/chain.js";
import { captureHold, placeHold, releaseHold, spendAllowance, type Terms } from "../ledger.js";
import type { Currency, Person } from "../state.js";
import type { Story } from "../story.js";
import { OVERRIDES, addressOf, moneyOf, termsOf, type World } from "../world.js";
import { DAY } from "../tale.js";
import {
  amountOf,
  anyone,
  currency,
  fc,
  latest,
  latestOpen,
  payer,
  pick,
  plan,
  seldom,
  share,
  type Pick,
} from "./choices.js";

export const placeAnyHold = plan(
  "placeHold",
  fc.record({
    currency,
    payer,
    payee: fc.option(anyone, { nil: undefined }),
    executor: anyone,
    share,
    days: fc.integer({ min: -1, max: 40 }),
    path: fc.constantFrom("self", "signature", "allowance"),
    again: seldom(8),
  }),
  ({ currency, payer, payee, executor, share, days, path, again }, story) => {
    const amount = amountOf(share, story.payable(currency, payer));
    const expiry = story.time + BigInt(days) * DAY;
    const fresh: Terms = { payer, payee, executor, amount, expiry, ref: ref(`hold ${story.state.names}`) };
    const old = again ? latest(story.state.money[currency].holds.values(), 0) : undefined;
    const terms = old ?? fresh;
    const name = nameOf(story.world, currency, terms);
    const spender: Person = "shop";
    return {
      apply: (state, rules) => {
        state.names += 1;
        if (path === "allowance") spendAllowance(state, currency, terms.payer, spender, terms.amount);
        placeHold(state, rules, currency, name, terms);
      },
      send: async (world) => {
        const hold = termsOf(world, currency, terms);
        if (path === "self") return moneyOf(world, currency, terms.payer).placeHold(hold, OVERRIDES);
        if (path === "allowance") return moneyOf(world, currency, spender).placeHoldFrom(hold, OVERRIDES);
        const signature = await sign(world.people[terms.payer], holdTypedData(world.places[currency].domain, hold));
        return moneyOf(world, currency, "stranger").placeHoldWithSignature(hold, signature, OVERRIDES);
      },
    };
  },
);

export const captureAnyHold = plan(
  "captureHold",
  fc.record({ currency, ...pick, to: anyone, toAnother: seldom(8), share, by: anyone, byAnother: seldom(8) }),
  ({ currency, to, toAnother, share, by, byAnother, ...entryOf }, story) => {
    const hold = holdAt(story, currency, entryOf);
    if (hold === undefined) return undefined;
    const { name, terms } = hold;
    const payee = toAnother ? to : (terms.payee ?? to);
    const caller = byAnother ? by : callerOf(terms);
    const amount = amountOf(share, terms.remaining);
    return {
      apply: (state) => {
        captureHold(state, currency, name, caller, payee, amount);
      },
      send: (world) => {
        const [hold, to] = [termsOf(world, currency, terms), addressOf(world, currency, payee)];
        return moneyOf(world, currency, caller).captureHold(hold, to, amount, OVERRIDES);
      },
    };
  },
);

export const releaseAnyHold = plan(
  "releaseHold",
  fc.record({ currency, ...pick, by: anyone, byAnother: fc.boolean() }),
  ({ currency, by, byAnother, ...entryOf }, story) => {
    const hold = holdAt(story, currency, entryOf);
    if (hold === undefined) return undefined;
    const { name, terms } = hold;
    const caller = byAnother ? by : callerOf(terms);
    return {
      apply: (state, rules) => {
        releaseHold(state, rules, currency, name, caller);
      },
      send: (world) => moneyOf(world, currency, caller).releaseHold(termsOf(world, currency, terms), OVERRIDES),
    };
  },
);

/** The hold's id on the chain, which is also its name in the model. */
export function nameOf(world: World, currency: Currency, terms: Terms): string {
  return holdId(termsOf(world, currency, terms));
}

function holdAt({ state }: Story, currency: Currency, which: Pick) {
  const entry = latestOpen(state.money[currency].holds, ([, hold]) => hold.remaining !== 0n, which);
  return entry === undefined ? undefined : { name: entry[0], terms: entry[1] };
}

/** A person who may act for the executor: contracts act by functions of their own. */
function callerOf({ executor }: Terms): Person {
  return executor === "engine" || executor === "desk" ? "stranger" : executor;
}
