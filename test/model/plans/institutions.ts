import { ZeroHash, zeroPadBytes } from "ethers";
import { CLASS, identityOf } from "../../support/currency.js";
import { HOLDERS, purseOf } from "../assets.js";
import { OVERRIDES } from "../overrides.js";
import {
  QUOTA,
  addressOf,
  freshRef,
  leiBytes,
  plan,
  signerOf,
  type PlatformState,
  type PlatformWorld,
} from "../platform.js";
import {
  ACCOUNTS,
  LEIS,
  STANDINGS,
  TIERS,
  WRONG_LEI,
  addAccount,
  enter,
  operating,
  removeAccount,
  requestIssue,
  setQuota,
  setStanding,
  settleAt,
  type Account,
  type Entry,
} from "../registry.js";
import { found, refuse, requireThat } from "../tale.js";
import { amountOf, fc, seldom, share } from "./choices.js";

const NUMBERS = [2, 3, 11, 12, 13, 14];
const account: fc.Arbitrary<Account> = fc.constantFrom(...ACCOUNTS);
/** Mostly an institution that was entered. */
const number = fc.record({ pick: fc.nat({ max: 40 }), any: seldom(6) });

function numberOf(state: PlatformState, { pick, any }: { readonly pick: number; readonly any: boolean }): number {
  const known = any ? NUMBERS : [...state.institutions.keys()];
  return found(known[pick % known.length], "number");
}

function registrar({ issue }: PlatformWorld) {
  const { registry, officers } = issue.hongkong;
  return registry.connect(officers.registrar);
}

export const enterInstitution = plan(
  "register",
  fc.record({
    again: fc.constantFrom("none", "none", "none", "none", "number", "lei"),
    pick: fc.nat({ max: 3 }),
    account,
    tier: fc.constantFrom(...TIERS.slice(1), "operating" as const),
    flaw: fc.constantFrom("none", "none", "none", "none", "lei", "bic", "country", "tier"),
  }),
  ({ again, pick, account, tier, flaw }, { state }) => {
    const known = [...state.institutions];
    const [number, { lei }] = found(known[pick % known.length], "institution");
    const fresh = LEIS[(known.length - 2) % LEIS.length] ?? WRONG_LEI;
    const entry: Entry = {
      number: again === "number" ? number : (NUMBERS[known.length] ?? 99),
      lei: flaw === "lei" ? WRONG_LEI : again === "lei" ? lei : fresh,
      bic: flaw === "bic" ? "TEST1KT0" : "TESTHKT0",
      country: flaw === "country" ? "hk" : "HK",
      tier: flaw === "tier" ? "none" : tier,
      account,
    };
    return {
      apply: (state, rules) => {
        enter(state, rules, entry, QUOTA);
      },
      send: (world) =>
        registrar(world).register(
          entry.number,
          leiBytes(entry.lei),
          zeroPadBytes(leiBytes(entry.bic), 11),
          leiBytes(entry.country),
          BigInt(TIERS.indexOf(entry.tier)),
          QUOTA,
          addressOf(world, account),
          ZeroHash,
          OVERRIDES,
        ),
    };
  },
);

export const changeStanding = plan(
  "setStatus",
  fc.record({ number, standing: fc.constantFrom(...STANDINGS, "offboarded" as const), any: seldom(3) }),
  ({ number, standing, any }, { state }) => {
    const which = numberOf(state, number);
    const other = state.institutions.get(which)?.standing === "active" ? "suspended" : "active";
    const next = any ? standing : other;
    return {
      apply: (state, rules) => {
        setStanding(state, rules, which, next);
      },
      send: (world) => registrar(world).setStatus(which, BigInt(STANDINGS.indexOf(next)), ZeroHash, OVERRIDES),
    };
  },
);

export const changeQuota = plan(
  "setQuota",
  fc.record({ number, quota: fc.nat({ max: 2_000_000 }) }),
  (chosen, told) => {
    const which = numberOf(told.state, chosen.number);
    const quota = BigInt(chosen.quota);
    return {
      apply: (state) => {
        setQuota(state, which, quota);
      },
      send: (world) => registrar(world).setQuota(which, quota, OVERRIDES),
    };
  },
);

export const changeAccounts = plan(
  "changeAccounts",
  fc.record({ number, account, kind: fc.constantFrom("add", "add", "remove", "settle"), own: fc.boolean() }),
  ({ number, account, kind, own }, { state }) => {
    const which = (own && kind !== "add" ? state.actsFor.get(account) : undefined) ?? numberOf(state, number);
    return {
      apply: (state, rules) => {
        if (kind === "add") addAccount(state, rules, which, account);
        else if (kind === "remove") removeAccount(state, which, account);
        else settleAt(state, which, account);
      },
      send: (world) => {
        const [registry, address] = [registrar(world), addressOf(world, account)];
        if (kind === "add") return registry.addAccount(which, address, OVERRIDES);
        if (kind === "remove") return registry.removeAccount(which, address, OVERRIDES);
        return registry.setSettlementAccount(which, address, OVERRIDES);
      },
    };
  },
);

export const askForMoney = plan("requestIssue", fc.record({ account, share }), ({ account, share }, { state }) => {
  const institution = state.institutions.get(state.actsFor.get(account) ?? 0);
  const room = institution === undefined ? 1n : institution.quota - institution.pending;
  const amount = amountOf(share, room > 0n ? room : 0n);
  const rtgsRef = freshRef(state);
  return {
    apply: (state, rules) => {
      state.names += 1;
      requestIssue(state, rules, account, amount);
    },
    send: (world) =>
      world.desk.connect(signerOf(world, account)).requestIssue(amount, rtgsRef, 2n ** 48n - 1n, OVERRIDES),
  };
});

export const openPurse = plan(
  "openWallet",
  fc.record({ account, who: fc.constantFrom(...HOLDERS, "stranger" as const, "stranger" as const) }),
  ({ account, who }) => ({
    apply: (state, rules) => {
      operating(state, rules, account);
      requireThat(!purseOf(state, who).open, "WalletAlreadyOpen");
      purseOf(state, who).open = true;
    },
    send: (world) => {
      const money = world.issue.hongkong.currency.connect(signerOf(world, account));
      const wallet = signerOf(world, who);
      return money.openWallet(wallet, CLASS.I, identityOf(wallet), OVERRIDES);
    },
  }),
);

/** What only the registrar may do, tried by an institution for itself. */
export const usurpRegistry = plan(
  "usurpRegistry",
  fc.record({ account, number }),
  ({ account, number }, { state }) => ({
    apply: () => refuse("AccessManagedUnauthorized"),
    send: (world) => {
      const registry = world.issue.hongkong.registry.connect(signerOf(world, account));
      return registry.setQuota(numberOf(state, number), 2n ** 64n - 1n, OVERRIDES);
    },
  }),
);
