import fc from "fast-check";
import { dayNumber, daysFromCivil, startOfDayNumber, yearOf } from "../../../sdk/calendar.js";
import { ref } from "../../support/chain.js";
import { amountOf, latest, seldom, share } from "../plans/choices.js";
import { found, planned } from "../tale.js";
import * as model from "./state.js";
import { ACCOUNTS, BANKS, LIMITS, PERSONS, sumOf, walletOf, type Account, type Grant, type Party } from "./state.js";
import { STORY_CLASS, commitmentOf, termsOf, type Act, type FamilyTale, type Plan } from "./world.js";

const account = fc.constantFrom(...ACCOUNTS);
const party = fc.constantFrom<Party>(...ACCOUNTS, ...BANKS, "shop", "shop", "shop", "shop", "market");
const back = fc.nat({ max: 4 });

/** Mostly some minutes later; sometimes to an edge of a day or a year, or one second before. */
const step = fc.record({
  to: fc.oneof(
    { weight: 36, arbitrary: fc.constant("minutes" as const) },
    { weight: 5, arbitrary: fc.constant("midnight" as const) },
    { weight: 1, arbitrary: fc.constant("new year" as const) },
  ),
  minutes: fc.nat({ max: 20 }),
  before: fc.boolean(),
});

/** See {@link planned}; some time passes with every act. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: FamilyTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, fc.record({ chosen: choices, at: step }), ({ chosen, at }, told) => {
    const { now } = told.state;
    const ahead = {
      minutes: now + BigInt(at.minutes) * 60n + 1n,
      midnight: BigInt(startOfDayNumber(dayNumber(now) + 1)) - (at.before ? 1n : 0n),
      "new year":
        BigInt(startOfDayNumber(daysFromCivil({ year: yearOf(now) + 1, month: 1, day: 1 }))) - (at.before ? 1n : 0n),
    };
    if (ahead[at.to] > now) told.leapTo(ahead[at.to]);
    return resolve(chosen, told);
  });
}

/** One of the accounts whose wallet is open, such as are wanted if there are any; any account when none is open. */
function openOf({ state }: FamilyTale, choice: Account, wanted: (account: Account) => boolean = () => true): Account {
  const open = ACCOUNTS.filter((each) => walletOf(state, each).open !== undefined);
  const best = open.some(wanted) ? open.filter(wanted) : open;
  return best.length === 0 ? choice : found(best[ACCOUNTS.indexOf(choice) % best.length], "open wallet");
}

function isSub({ state }: FamilyTale, account: Account): boolean {
  return walletOf(state, account).parent !== undefined;
}

function hasMoney({ state }: FamilyTale, account: Account): boolean {
  const { balance, held } = walletOf(state, account);
  return balance > held;
}

/** About what the account may pay now, so that most attempts go through. */
function payable({ state, time }: FamilyTale, payer: Account): bigint {
  const wallet = walletOf(state, payer);
  const { day, year } = sumOf(model.listOf(state, wallet), time);
  const rooms = [LIMITS.single, LIMITS.day - day, LIMITS.year - year, wallet.balance - wallet.held];
  if (wallet.grant !== undefined) {
    const spent = sumOf(wallet.spent, time);
    rooms.push(wallet.grant.single, wallet.grant.day - spent.day, wallet.grant.year - spent.year);
  }
  const least = rooms.reduce((one, other) => (one < other ? one : other));
  return least > 0n ? least : 0n;
}

const openWallet = plan(
  "open",
  fc.record({ who: account, bank: fc.constantFrom("icbc", "icbc", "boc"), person: fc.constantFrom(...PERSONS) }),
  ({ who, bank, person }) => ({
    apply: (state, rules) => model.open(state, rules, who, bank, person),
    send: ({ f, signers }) =>
      f.currency.connect(signers[bank]).openWallet(signers[who], STORY_CLASS, commitmentOf(person)),
  }),
);

const openSub = plan(
  "openSub",
  fc.record({ who: account, parent: account, other: seldom(8) }),
  ({ who, parent: choice, other }, told) => {
    const parent = openOf(told, choice);
    const own = walletOf(told.state, parent).open?.bank ?? "icbc";
    const bank = other ? (own === "icbc" ? "boc" : "icbc") : own;
    return {
      apply: (state, rules) => model.openSub(state, rules, who, parent, bank),
      send: ({ f, signers }) => f.currency.connect(signers[bank]).openSubWallet(signers[who], signers[parent]),
    };
  },
);

/** Emptied first, so that most closings go through: by its own bank's act, not by the wallet's. */
const close = plan("close", fc.record({ who: account, other: seldom(8) }), ({ who: choice, other }, told) => {
  const who = openOf(told, choice, (each) => walletOf(told.state, each).balance === 0n);
  const own = walletOf(told.state, who).open?.bank ?? "icbc";
  const bank = other ? (own === "icbc" ? "boc" : "icbc") : own;
  return {
    apply: (state, rules) => model.close(state, rules, who, bank),
    send: ({ f, signers }) => f.currency.connect(signers[bank]).closeWallet(signers[who]),
  };
});

const fundWallet = plan(
  "fund",
  fc.record({ who: account, bank: fc.constantFrom(...BANKS), amount: fc.bigInt({ min: 300n, max: 1_500n }) }),
  ({ who: choice, bank, amount }, told) => {
    const who = openOf(told, choice);
    return {
      apply: (state) => model.fund(state, who, amount),
      send: ({ f, signers }) => f.currency.connect(signers[bank]).transfer(signers[who], amount),
    };
  },
);

const setGrant = plan(
  "grant",
  fc.record({
    who: account,
    parts: fc.tuple(fc.bigInt({ min: 0n, max: 120n }), fc.bigInt({ min: 0n, max: 30n }), fc.nat({ max: 10 })),
    hours: fc.constantFrom(3n, 4_000n, 40_000n, 40_000n),
    listedOnly: seldom(3),
    wrong: seldom(10),
    other: seldom(8),
  }),
  ({ who: choice, parts: [single, more, yet], hours, listedOnly, wrong, other }, told) => {
    const who = openOf(told, choice, (each) => isSub(told, each));
    if (!other && !isSub(told, who)) return undefined;
    const by = other ? who : (walletOf(told.state, who).parent ?? who);
    const day = wrong ? single - 1n : single + more;
    if (day < 0n) return undefined;
    const year = day + BigInt(yet);
    const grant: Grant = { single, day, year, expiry: told.time + hours * 3_600n, listedOnly };
    return {
      apply: (state) => model.setGrant(state, who, by, grant),
      send: ({ f, signers }) => f.currency.connect(signers[by]).setSubWalletGrant(signers[who], grant),
    };
  },
);

const setPayee = plan(
  "payee",
  fc.record({ who: account, payee: party, allowed: fc.boolean(), other: seldom(8) }),
  ({ who: choice, payee, allowed, other }, told) => {
    const who = openOf(told, choice, (each) => isSub(told, each));
    if (!other && !isSub(told, who)) return undefined;
    const by = other ? who : (walletOf(told.state, who).parent ?? who);
    return {
      apply: (state) => model.setPayee(state, who, by, payee, allowed),
      send: ({ f, signers }) =>
        f.currency.connect(signers[by]).setSubWalletPayee(signers[who], signers[payee], allowed),
    };
  },
);

const pay = plan(
  "pay",
  fc.record({ who: account, to: party, of: share, sub: seldom(3).map((own) => !own), listed: fc.boolean() }),
  ({ who: choice, to: drawn, of, sub, listed }, told) => {
    const from = openOf(told, choice, (each) => isSub(told, each) === sub && hasMoney(told, each));
    const [first = drawn] = walletOf(told.state, from).payees;
    const to = listed ? first : drawn;
    if (to === from) return undefined;
    const amount = amountOf(of, payable(told, from));
    return {
      apply: (state, rules) => model.pay(state, rules, from, to, amount),
      send: ({ f, signers }) => f.currency.connect(signers[from]).transfer(signers[to], amount),
    };
  },
);

/** Everything that is free, to a wallet of the same person or to the own bank: what limits do not count. */
const sweep = plan("sweep", fc.record({ who: account, to: account, home: seldom(3) }), ({ who, to, home }, told) => {
  const from = openOf(told, who, (each) => hasMoney(told, each));
  const wallet = walletOf(told.state, from);
  const payee = !home ? wallet.open?.bank : openOf(told, to, (each) => walletOf(told.state, each).list === wallet.list);
  if (payee === undefined || payee === from) return undefined;
  const amount = wallet.balance - wallet.held;
  return {
    apply: (state, rules) => model.pay(state, rules, from, payee, amount),
    send: ({ f, signers }) => f.currency.connect(signers[from]).payOut([entryOf(signers[payee], amount)], ref("x")),
  };
});

const hold = plan("hold", fc.record({ who: account, to: party, of: share }), ({ who, to, of }, told) => {
  const payer = openOf(told, who, (each) => hasMoney(told, each));
  if (to === payer) return undefined;
  const terms = { payer, payee: to, amount: amountOf(of, payable(told, payer)), salt: `hold ${++told.state.names}` };
  return {
    apply: (state, rules) => model.hold(state, rules, terms),
    send: (world) => world.f.currency.connect(world.signers[payer]).placeHold(termsOf(world, terms)),
  };
});

const capture = plan(
  "capture",
  fc.record({ back, permille: fc.nat({ max: 1_050 }) }),
  ({ back: n, permille }, told) => {
    const held = latest(told.state.holds, n);
    if (held === undefined) return undefined;
    const index = told.state.holds.indexOf(held);
    const amount = (held.left * BigInt(permille)) / 1_000n;
    return {
      apply: (state) => model.capture(state, found(state.holds[index], "hold"), amount),
      send: (world) =>
        world.f.currency
          .connect(world.signers.carrier)
          .captureHold(termsOf(world, held), world.signers[held.payee], amount),
    };
  },
);

const release = plan("release", fc.record({ back }), ({ back: n }, told) => {
  const held = latest(told.state.holds, n);
  if (held === undefined) return undefined;
  const index = told.state.holds.indexOf(held);
  return {
    apply: (state, rules) => model.release(state, rules, found(state.holds[index], "hold")),
    send: (world) => world.f.currency.connect(world.signers.carrier).releaseHold(termsOf(world, held)),
  };
});

function entryOf({ address }: { readonly address: string }, amount: bigint): bigint {
  return (BigInt(address) << 96n) | amount;
}

/** By weight: what is named more often is done more often. */
export const FAMILY_PLANS: readonly fc.Arbitrary<Plan>[] = [
  ...[openWallet, openWallet, openWallet, openSub, openSub, openSub, close, close, fundWallet, fundWallet, fundWallet],
  ...[setGrant, setGrant, setGrant, setPayee, pay, pay, pay, pay, pay, pay, pay, pay, sweep, sweep, hold, hold],
  ...[capture, release, release],
];
