import fc from "fast-check";
import { ZeroAddress } from "ethers";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { collectConsents, payment } from "../../../sdk/instructions.js";
import { ref } from "../../support/chain.js";
import * as model from "./state.js";
import { ABROAD, BANKS, type Rules, type State } from "./state.js";
import type { CorridorAct } from "./story.js";
import { CORRIDOR, FAR, noteExcess, type World } from "./world.js";

let references = 0;

const bank = fc.constantFrom(...BANKS);
const abroad = fc.constantFrom(...ABROAD);
const amount = fc.bigInt({ min: 1n, max: 900n });
const parties = fc
  .record({ from: bank, to: bank, amount })
  .filter(({ from, to }) => from !== to)
  .map((chosen) => ({ ...chosen, reference: `act ${++references}` }));
/** Mostly moments, sometimes hours: windows of a day or two begin and end. */
const pause = fc.oneof({ weight: 3, arbitrary: fc.constant(1n) }, { weight: 1, arbitrary: fc.bigInt(1n, 40_000n) });
const cap = fc.oneof(
  { weight: 5, arbitrary: fc.bigInt(400n, 5_000n) },
  { weight: 1, arbitrary: fc.constant(2n ** 63n) },
);

const lowCap = fc.bigInt(100n, 1_500n);

const cross = fc.record({ parties, after: pause }).map(({ parties: { from, to, amount: sum, reference }, after }) => ({
  ...{ label: `cross(${from}, ${to}, ${sum})`, after },
  apply: (state: State, rules: Rules) => model.pay(state, rules, from, to, sum, true),
  send: async ({ f, banks }: World) => {
    const side = { token: await f.cny.currency.getAddress(), from: banks[from].account, amount: sum };
    const instruction = payment({ businessRef: ref(reference) }, side, banks[to].account);
    const consents = await collectConsents(await domainOf(f.engine), instruction, [banks[from].signer]);
    return f.venue.run(f.engine, f.engine.interface.encodeFunctionData("settle", [instruction, consents, []]));
  },
  then: (world: World) => noteExcess(world, from, to, `cross(${from}, ${to}, ${sum})`),
}));

const transfer = fc.record({ parties, after: pause }).map(({ parties: { from, to, amount: sum }, after }) => ({
  ...{ label: `transfer(${from}, ${to}, ${sum})`, after },
  apply: (state: State, rules: Rules) => model.pay(state, rules, from, to, sum, false),
  send: ({ f, banks }: World) => f.cny.currency.connect(banks[from].signer).transfer(banks[to].account, sum),
}));

const order = fc.record({ parties, after: pause }).map(({ parties: { from, to, amount: sum }, after }) => ({
  ...{ label: `order(${from}, ${to}, ${sum})`, after },
  apply: (state: State, rules: Rules) => model.order(state, rules, from, to, sum),
  send: ({ f, banks }: World) =>
    f.cny.currency
      .connect(f.cny.offices.enforcer)
      ["forcedTransfer(address,address,uint256,bytes32)"](banks[from].account, banks[to].account, sum, ref("order")),
}));

const issue = fc.record({ to: bank, amount, after: pause }).map(({ to, amount: sum, after }) => ({
  ...{ label: `issue(${to}, ${sum})`, after },
  apply: (state: State, rules: Rules) => model.issue(state, rules, to, sum),
  send: ({ f, banks, issuer }: World) => f.cny.currency.connect(issuer).issue(banks[to].account, sum, ref("issue")),
}));

/** Committed to the issuer, and destroyed; what the issuer may not destroy it gives back. */
const redeem = fc.record({ from: bank, amount, after: pause }).map(({ from, amount: sum, after }) => {
  const businessRef = ref(`redemption ${++references}`);
  return {
    ...{ label: `redeem(${from}, ${sum})`, after },
    apply: (state: State) => model.redeem(state, from, sum),
    send: async ({ f, banks, issuer }: World) => {
      const { account: payer, signer } = banks[from];
      const terms = { payer, payee: ZeroAddress, executor: issuer.address, amount: sum, expiry: FAR, businessRef };
      const currency = f.cny.currency.connect(issuer);
      await currency.connect(signer).placeHold(terms);
      try {
        await currency.redeemHeld(terms, sum, ref("redemption"));
      } catch (error) {
        await currency.releaseHold(terms);
        throw error;
      }
    },
  };
});

const limit = fc
  .record({ abroad, holding: cap, outflow: cap, inflow: lowCap, days: fc.constantFrom(1n, 2n), after: pause })
  .map(({ abroad: where, after, ...to }) => ({
    ...{ label: `limit(${where})`, after },
    apply: (state: State) => model.limit(state, where, to),
    send: ({ f }: World) =>
      f.cny.currency.setCorridorPolicy(CORRIDOR[where], {
        ...{ holdingLimit: to.holding, outflowLimit: to.outflow, inflowLimit: to.inflow, windowDays: to.days },
      }),
  }));

/** Offices put things in order more often than out of it. */
const seldom = fc.nat({ max: 4 }).map((chance) => chance === 0);

const suspend = fc.record({ who: bank, suspends: seldom, after: pause }).map(({ who, suspends, after }) => ({
  ...{ label: `suspend(${who}, ${suspends})`, after },
  apply: ({ suspended }: State) => void (suspends ? suspended.add(who) : suspended.delete(who)),
  send: async ({ f, banks }: World) => {
    const { number, home } = banks[who];
    const { registry } = f.members[home];
    const wanted = suspends ? 3n : 2n;
    if ((await registry.institution(number)).status !== wanted) await registry.setStatus(number, wanted, ref("order"));
  },
}));

const halt = fc.record({ abroad, halts: seldom, after: pause }).map(({ abroad: where, halts, after }) => ({
  ...{ label: `halt(${where}, ${halts})`, after },
  apply: ({ corridors }: State) => void (corridors[where].halted = halts),
  send: ({ f }: World) => {
    const { currency, offices } = f.cny;
    if (halts) return currency.connect(offices.halter).haltClass(CORRIDOR[where]);
    return currency.connect(offices.resumer).resumeClass(CORRIDOR[where]);
  },
}));

const venue = fc.record({ dismisses: seldom, after: pause }).map(({ dismisses, after }) => ({
  ...{ label: `venue(${dismisses})`, after },
  apply: (state: State) => void (state.venueAdmitted = !dismisses),
  send: ({ f }: World) => {
    const { currency, offices } = f.cny;
    if (dismisses) return f.gate.connect(offices.halter).dismissVenue(currency, f.venue);
    return f.gate.connect(offices.governor).admitVenue(currency, f.venue);
  },
}));

/** By weight: what is named more often is done more often. */
const ACTS: readonly fc.Arbitrary<CorridorAct>[] = [
  ...[cross, cross, cross, cross, cross, cross, transfer, order, issue, redeem],
  ...[limit, limit, suspend, halt, venue],
];

/** Each is about what it says, whatever the story has come to. */
export const CORRIDOR_PLANS = ACTS.map((arbitrary) =>
  arbitrary.map((act) => ({ label: act.label, resolve: () => act })),
);
