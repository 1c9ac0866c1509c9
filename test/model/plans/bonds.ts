import { NEVER } from "../../../sdk/eip712/ledger.js";
import { ref } from "../../support/chain.js";
import {
  HOLDERS,
  ISSUER,
  PROMISE,
  accountOf,
  attach,
  cancel,
  closeAccount,
  enforce,
  issue,
  openAccount,
  order,
  pledge,
  pledgedOf,
  purseOf,
  release,
  spendableOf,
  trade,
  type Holder,
} from "../assets.js";
import { OVERRIDES } from "../overrides.js";
import { addressOf, bondOf, freshRef, idOf, plan, pledgeTerms, type Plan, type PlatformTale } from "../platform.js";
import { ACCOUNTS, active } from "../registry.js";
import { DAY, found, requireThat } from "../tale.js";
import { amountOf, fc, latestOpen, pick, seldom, share, type Pick } from "./choices.js";

const BASIS = ref("court order");

export const holder: fc.Arbitrary<Holder> = fc.constantFrom(...HOLDERS);

/** To the next record date, payment or the maturity, or the second before it: the next transaction comes then. */
export const passTime: fc.Arbitrary<Plan> = fc
  .record({ before: fc.boolean(), hours: fc.nat({ max: 60 }), jump: fc.boolean() })
  .map(({ before, hours, jump }) => ({
    label: `passTime(${JSON.stringify({ before, hours, jump })})`,
    resolve: (told) => {
      const { records, payments, maturity } = told.state.times;
      const ahead = [...records, ...payments, maturity].filter((time) => time > told.time + 1n);
      const next = ahead.reduce((one, other) => (one < other ? one : other), told.time + BigInt(hours) * 3_600n + 1n);
      told.leapTo(jump ? next - (before ? 1n : 0n) : told.time + BigInt(hours) * 3_600n);
      return undefined;
    },
  }));

const deal = { from: holder, to: holder, share, whole: seldom(3) };

export const tradeUnits = plan("trade", fc.record(deal), ({ from, to, share, whole }, { state }) => {
  const units = amountOf(share, whole ? accountOf(state, from).units : spendableOf(state, from)) % 2n ** 64n;
  return {
    apply: (state, rules) => {
      trade(state, rules, from, to, units);
    },
    send: (world) => bondOf(world, from).transfer(addressOf(world, to), units, OVERRIDES),
  };
});

export const pledgeUnits = plan(
  "pledge",
  fc.record({
    payer: holder,
    payee: fc.option(holder, { nil: undefined }),
    executor: holder,
    share,
    days: fc.integer({ min: -1, max: 30 }),
  }),
  ({ payer, payee, executor, share, days }, { state, time }) => {
    const expiry = days === 30 ? NEVER : time + BigInt(days) * DAY;
    const terms = {
      payer,
      payee,
      executor,
      amount: amountOf(share, spendableOf(state, payer)),
      expiry,
      ref: freshRef(state),
    };
    return {
      apply: (state, rules) => {
        state.names += 1;
        pledge(state, rules, terms);
      },
      send: (world) => bondOf(world, payer).placeHold(pledgeTerms(world, terms), OVERRIDES),
    };
  },
);

export const enforcePledge = plan(
  "enforcePledge",
  fc.record({ ...pick, to: holder, toAnother: seldom(8), share, by: holder, byAnother: seldom(8) }),
  ({ to, toAnother, share, by, byAnother, ...which }, told) => {
    const index = pledgeAt(told, which);
    if (index === undefined) return undefined;
    const chosen = found(told.state.pledges[index], "pledge");
    const taker = toAnother ? to : (chosen.payee ?? to);
    const caller = byAnother ? by : chosen.executor;
    const units = amountOf(share, chosen.remaining);
    return {
      apply: (state) => {
        enforce(state, found(state.pledges[index], "pledge"), caller, taker, units);
      },
      send: (world) =>
        bondOf(world, caller).captureHold(pledgeTerms(world, chosen), addressOf(world, taker), units, OVERRIDES),
    };
  },
);

export const releasePledge = plan(
  "releasePledge",
  fc.record({ ...pick, by: holder, byAnother: fc.boolean() }),
  ({ by, byAnother, ...which }, told) => {
    const index = pledgeAt(told, which);
    if (index === undefined) return undefined;
    const chosen = found(told.state.pledges[index], "pledge");
    const caller = byAnother ? by : chosen.executor;
    return {
      apply: (state) => {
        release(state, found(state.pledges[index], "pledge"), caller);
      },
      send: (world) => bondOf(world, caller).releaseHold(pledgeTerms(world, chosen), OVERRIDES),
    };
  },
);

export const orderUnits = plan("order", fc.record(deal), ({ from, to, share, whole }, { state }) => {
  const { units: owned } = accountOf(state, from);
  const units = amountOf(share, whole ? owned : owned - pledgedOf(state, from));
  return {
    apply: (state) => {
      order(state, from, to, units);
    },
    send: (world) => {
      const enforced = world.issue.bond.connect(world.issue.hongkong.officers.enforcer);
      const [giver, taker] = [addressOf(world, from), addressOf(world, to)];
      return enforced["forcedTransfer(address,address,uint256,bytes32)"](giver, taker, units, BASIS, OVERRIDES);
    },
  };
});

export const restrain = plan(
  "restrain",
  fc.record({ who: holder, kind: fc.constantFrom("account", "units", "money", "money", "all"), on: seldom(3), share }),
  ({ who, kind, on, share }, { state }) => {
    const units = on ? amountOf(share, accountOf(state, who).units) : 0n;
    return {
      apply: (state) => {
        if (kind === "account") accountOf(state, who).frozen = on;
        else if (kind === "units") accountOf(state, who).frozenUnits = units;
        else if (kind === "money") purseOf(state, who).frozen = on;
        else state.halted = on && !state.halted;
      },
      send: (world) => {
        const { bond, hongkong } = world.issue;
        const { enforcer, halter, resumer } = hongkong.officers;
        const address = addressOf(world, who);
        if (kind === "all") {
          return on && !state.halted
            ? bond.connect(halter).haltAll(OVERRIDES)
            : bond.connect(resumer).resumeAll(OVERRIDES);
        }
        if (kind === "units") {
          return bond.connect(enforcer)["setFrozenTokens(address,uint256,bytes32)"](address, units, BASIS, OVERRIDES);
        }
        const ledger = kind === "account" ? bond.connect(enforcer) : hongkong.currency.connect(enforcer);
        return on ? ledger.freeze(address, BASIS, OVERRIDES) : ledger.unfreeze(address, BASIS, OVERRIDES);
      },
    };
  },
);

/** Opens what is closed; closes what is open, mostly what is empty. */
export const keepAccount = plan(
  "keepAccount",
  fc.record({ who: holder, account: fc.constantFrom(...ACCOUNTS, "hsbc" as const, "bochk" as const), any: seldom(4) }),
  ({ who: chosen, account, any }, { state }) => {
    const idle = HOLDERS.filter((one) => accountOf(state, one).units === 0n);
    const who = any ? chosen : (idle[idle.length - 1] ?? chosen);
    const opens = accountOf(state, who).custodian === 0;
    return {
      apply: (state, rules) => {
        const number = active(state, rules, account);
        if (opens) openAccount(state, who, number);
        else closeAccount(state, who, number);
      },
      send: (world) => {
        const bond = bondOf(world, account);
        const address = addressOf(world, who);
        return opens ? bond.openAccount(address, OVERRIDES) : bond.closeAccount(address, OVERRIDES);
      },
    };
  },
);

/** Somebody gives all units away, so that an account can be closed. */
export const leave = plan("leave", fc.record({ from: holder, to: holder }), ({ from, to }, { state }) => {
  const { units } = accountOf(state, from);
  if (from === ISSUER || units > PROMISE.units / 2n) return undefined;
  return {
    apply: (state, rules) => {
      trade(state, rules, from, to, units);
    },
    send: (world) => bondOf(world, from).transfer(addressOf(world, to), units, OVERRIDES),
  };
});

/** The second asset's way to its issue, or to its end. */
export const stepInRegister = plan(
  "stepInRegister",
  fc.record({ kind: fc.constantFrom("attach", "attach", "issue", "issue", "cancel"), usurped: seldom(6), by: holder }),
  ({ kind, usurped, by }) => ({
    apply: (state) => {
      requireThat(!usurped, kind === "issue" ? "BondCallerNotRegistrar" : "AssetCallerInvalid");
      if (kind === "attach") attach(state);
      else if (kind === "cancel") cancel(state);
      else issue(state);
    },
    send: (world) => {
      const { registrar, register } = world.issue;
      const caller = usurped ? world.issue[by] : registrar;
      if (kind === "attach") return register.connect(caller).attachToken(world.secondIsin, world.second, OVERRIDES);
      if (kind === "cancel") return register.connect(caller).cancel(world.secondIsin, BASIS, OVERRIDES);
      return world.second.connect(caller).issue(OVERRIDES);
    },
  }),
);

function pledgeAt({ state, world }: PlatformTale, which: Pick): number | undefined {
  const chosen = latestOpen(state.pledges, ({ remaining }) => remaining !== 0n, which);
  if (chosen === undefined) return undefined;
  const id = idOf(pledgeTerms(world, chosen));
  return state.pledges.findIndex((one) => idOf(pledgeTerms(world, one)) === id);
}
