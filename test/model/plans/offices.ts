import { ref } from "../../support/chain.js";
import { identityOf } from "../../support/currency.js";
import { CLASS_LIMITS, forceTransfer, setLimits } from "../ledger.js";
import { bankOf as bankState, closeWallet, openWallet, reclassifyWallet } from "../issuance.js";
import { found, refuse, requireThat, walletOf } from "../state.js";
import type { Plan } from "../story.js";
import { OVERRIDES, addressOf, limitsOf, moneyOf } from "../world.js";
import { DAY } from "../tale.js";
import { amountOf, anyone, bankOf, currency, fc, latest, payer, plan, seldom, share, which } from "./choices.js";

const BASIS = ref("court order");
const UTC8 = 8n * 3600n;

/** Seconds, or to the edge of a day or year in UTC+8: the next transaction comes then. */
export const passTime: fc.Arbitrary<Plan> = fc
  .record({
    to: fc.constantFrom("seconds", "seconds", "seconds", "days", "midnight", "midnight", "midnight", "new year"),
    seconds: fc.nat({ max: 7_200 }),
    before: fc.boolean(),
  })
  .map(({ to, seconds, before }) => ({
    label: `passTime({"to":"${to}","seconds":${seconds},"before":${before}})`,
    resolve: (story) => {
      story.leapTo(leap(to, story.time, BigInt(seconds)) - (before && to !== "seconds" && to !== "days" ? 1n : 0n));
      return undefined;
    },
  }));

export const freeze = plan(
  "freeze",
  fc.record({ currency, whom: anyone, on: seldom(3) }),
  ({ currency, whom, on }) => ({
    apply: (state) => {
      walletOf(state, currency, whom).frozen = on;
    },
    send: (world) => {
      const { currency: money, officers } = world.places[currency];
      const enforced = money.connect(officers.enforcer);
      const account = addressOf(world, currency, whom);
      return on ? enforced.freeze(account, BASIS, OVERRIDES) : enforced.unfreeze(account, BASIS, OVERRIDES);
    },
  }),
);

export const freezeAmount = plan(
  "setFrozenTokens",
  fc.record({ currency, whom: payer, share, none: fc.boolean() }),
  ({ currency, whom, share, none }, story) => {
    const amount = none ? 0n : amountOf(share, walletOf(story.state, currency, whom).balance);
    return {
      apply: (state) => {
        walletOf(state, currency, whom).frozenAmount = amount;
      },
      send: (world) => {
        const { currency: money, officers } = world.places[currency];
        const account = addressOf(world, currency, whom);
        return money.connect(officers.enforcer)["setFrozenTokens(address,uint256)"](account, amount, OVERRIDES);
      },
    };
  },
);

export const force = plan(
  "forcedTransfer",
  fc.record({ currency, anyPayer: payer, to: anyone, share, usurped: seldom(8), fromHolder: fc.boolean() }),
  ({ currency, anyPayer, to, share, usurped, fromHolder }, story) => {
    const held = [...story.state.money[currency].holds.values()].filter(({ remaining }) => remaining !== 0n);
    // where part of the money is held, the order's reach is in question
    const from = fromHolder ? (latest(held, 0)?.payer ?? anyPayer) : anyPayer;
    const amount = amountOf(share, walletOf(story.state, currency, from).balance);
    return {
      apply: (state, rules) => {
        requireThat(!usurped, "LedgerPowerMissing");
        forceTransfer(state, rules, currency, from, to, amount);
      },
      send: (world) => {
        const { currency: money, officers } = world.places[currency];
        const [giver, receiver] = [addressOf(world, currency, from), addressOf(world, currency, to)];
        const enforced = money.connect(usurped ? world.people[from] : officers.enforcer);
        return enforced["forcedTransfer(address,address,uint256,bytes32)"](giver, receiver, amount, BASIS, OVERRIDES);
      },
    };
  },
);

export const haltClass = plan(
  "haltClass",
  fc.record({ currency, walletClass: fc.constantFrom(1, 2, 3, 4, 6), on: seldom(4) }),
  ({ currency, walletClass, on }) => ({
    apply: (state) => {
      if (on) state.money[currency].halted.add(walletClass);
      else state.money[currency].halted.delete(walletClass);
    },
    send: (world) => {
      const { currency: money, officers } = world.places[currency];
      return on
        ? money.connect(officers.halter).haltClass(walletClass, OVERRIDES)
        : money.connect(officers.resumer).resumeClass(walletClass, OVERRIDES);
    },
  }),
);

export const haltAll = plan("haltAll", fc.record({ currency, on: seldom(5) }), ({ currency, on }) => ({
  apply: (state) => {
    state.money[currency].allHalted = on;
  },
  send: (world) => {
    const { currency: money, officers } = world.places[currency];
    return on
      ? money.connect(officers.halter).haltAll(OVERRIDES)
      : money.connect(officers.resumer).resumeAll(OVERRIDES);
  },
}));

/** Tighter or wider than at the beginning; seldom with a day above the year. */
export const changeLimits = plan(
  "setClassLimits",
  fc.record({
    currency,
    walletClass: fc.constantFrom(2, 3, 4),
    percent: fc.integer({ min: 20, max: 300 }),
    wrong: seldom(8),
  }),
  ({ currency, walletClass, percent, wrong }) => {
    const base = found(CLASS_LIMITS.get(walletClass), "class");
    const scaled = (limit: bigint | undefined) => (limit === undefined ? undefined : (limit * BigInt(percent)) / 100n);
    const [day, year] = [scaled(base.day) ?? 1n, scaled(base.year)];
    const limits = {
      balance: scaled(base.balance),
      single: scaled(base.single),
      day: wrong ? (year ?? day) + 1n : day,
      year: wrong ? (year ?? day) : year,
    };
    return {
      apply: (state) => {
        setLimits(state, currency, walletClass, limits);
      },
      send: (world) => {
        const { currency: money, officers } = world.places[currency];
        return money.connect(officers.governor).setClassLimits(walletClass, limitsOf(limits), OVERRIDES);
      },
    };
  },
);

export const suspend = plan("setStatus", fc.record({ currency, which }), ({ currency, which }, story) => {
  const { number } = bankOf(currency, which);
  const active = !bankState(story.state, currency, number).active;
  return {
    apply: (state) => {
      bankState(state, currency, number).active = active;
    },
    send: (world) => {
      const { registry, officers } = world.places[currency];
      return registry.connect(officers.registrar).setStatus(number, active ? 2n : 3n, BASIS, OVERRIDES);
    },
  };
});

export const changeWallet = plan(
  "changeWallet",
  fc.record({ currency, which, whom: anyone, walletClass: fc.integer({ min: 0, max: 7 }), close: seldom(4) }),
  ({ currency, which, whom, walletClass, close }, story) => {
    const { number, account } = bankOf(currency, which);
    const opens = walletOf(story.state, currency, whom).walletClass === 0;
    return {
      apply: (state) => {
        if (opens) openWallet(state, currency, number, whom, walletClass);
        else if (close) closeWallet(state, currency, number, whom);
        else reclassifyWallet(state, currency, number, whom, walletClass);
      },
      send: (world) => {
        const money = moneyOf(world, currency, account);
        const wallet = world.people[whom];
        if (opens) return money.openWallet(wallet, walletClass, identityOf(wallet), OVERRIDES);
        return close
          ? money.closeWallet(wallet, OVERRIDES)
          : money.reclassifyWallet(wallet, walletClass, ref("evidence"), OVERRIDES);
      },
    };
  },
);

/** What only the desk may do, tried by a bank. */
export const usurpSupply = plan(
  "usurpSupply",
  fc.record({ currency, who: anyone, whom: anyone }),
  ({ currency, who, whom }) => ({
    apply: () => refuse("LedgerPowerMissing"),
    send: (world) => moneyOf(world, currency, who).issue(addressOf(world, currency, whom), 1n, BASIS, OVERRIDES),
  }),
);

function leap(to: string, time: bigint, seconds: bigint): bigint {
  if (to === "seconds") return time + seconds;
  if (to === "days") return time + seconds * 20n;
  if (to === "midnight") return ((time + UTC8) / DAY + 1n) * DAY - UTC8;
  const year = new Date(Number(time + UTC8) * 1000).getUTCFullYear();
  return BigInt(Date.UTC(year + 1, 0, 1)) / 1000n - UTC8;
}
