import fc from "fast-check";
import { financeId } from "../../../sdk/eip712/trade.js";
import { signConfirmation, signFinance, signRollOver, signVerdict } from "../../../sdk/trade/receivables.js";
import { ref } from "../../support/chain.js";
import { latest, seldom } from "../plans/choices.js";
import { DAY, labelOf, planned } from "../tale.js";
import * as model from "./state.js";
import {
  BANKS,
  EXPORTERS,
  RELEASE_PERIOD,
  RESERVATION,
  VALUES,
  claimAt,
  financeAt,
  type BankName,
  type FinanceModel,
} from "./state.js";
import { consentOf, keyOf, termsOf, verdictOf, type Act, type Plan, type ReceivableTale, type World } from "./world.js";

const back = fc.nat({ max: 4 });
const document = fc.nat({ max: VALUES.length - 1 });
const bank = fc.constantFrom(...BANKS);
/** A part of something, in sixteenths; sometimes a minor unit too much, or nothing. */
const part = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 16 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 17) },
);
/** Mostly all that is possible. */
const most = fc.oneof({ weight: 2, arbitrary: fc.constant(16) }, { weight: 1, arbitrary: part });
/** Mostly some hours later; sometimes weeks. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 12 }) },
  { weight: 1, arbitrary: fc.nat({ max: 10 * 24 }) },
);

function partOf(whole: bigint, sixteenths: number): bigint {
  return sixteenths === 17 ? whole + 1n : (whole * BigInt(sixteenths)) / 16n;
}

/** See {@link planned}; some time passes first. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: ReceivableTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, fc.record({ chosen: choices, hours: step }), ({ chosen, hours }, told) => {
    told.leapTo(told.state.now + BigInt(hours) * 3_600n + 1n);
    return resolve(chosen, told);
  });
}

/** An act about one of the last finances, mostly one at a step that it is made for. */
function aboutFinance<Choices extends object>(
  name: string,
  meant: readonly FinanceModel["standing"][],
  choices: fc.Arbitrary<Choices>,
  act: (chosen: Choices, index: number, finance: FinanceModel, told: ReceivableTale) => Omit<Act, "label">,
): fc.Arbitrary<Plan> {
  const all = fc.record({ inner: choices, choice: back, any: seldom(8) });
  return plan(name, all, ({ inner, choice, any }, told) => {
    const { finances } = told.state;
    const fitting = finances.filter(({ standing }) => meant.includes(standing));
    const finance = latest(any ? finances : fitting, choice);
    return finance === undefined ? undefined : act(inner, finances.indexOf(finance), finance, told);
  });
}

/** An act about a claim, mostly one with something left. */
function aboutClaim<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  act: (chosen: Choices, index: number, told: ReceivableTale) => Omit<Act, "label">,
): fc.Arbitrary<Plan> {
  return plan(name, fc.record({ inner: choices, choice: back }), ({ inner, choice }, told) => {
    const { claims } = told.state;
    const open = claims.filter(({ amount, finance }) => amount > 0n && (finance === undefined || choice === 0));
    const claim = latest(open.length > 0 ? open : claims, choice);
    return claim === undefined ? undefined : act(inner, claims.indexOf(claim), told);
  });
}

const submit = plan("submit", fc.record({ index: document, by: bank }), ({ index, by }) => ({
  apply: (state, rules) => model.submit(state, rules, index, by),
  send: ({ f, signers }) =>
    f.receivables.connect(signers[by]).submit(keyOf(index), 1n, signers.company, ref(`papers ${index}`)),
}));

const judge = plan(
  "judge",
  fc.record({
    index: document,
    failed: seldom(9),
    days: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 90, max: 300 }) },
      { weight: 1, arbitrary: fc.constantFrom(-1, 1) },
    ),
  }),
  ({ index, failed, days }, told) => {
    const until = told.time + BigInt(days) * DAY;
    return {
      apply: (state, rules) => model.judge(state, rules, index, !failed, until),
      send: async (world) => {
        const { f } = world;
        const verdict = verdictOf(world, index, !failed, until);
        return f.receivables
          .connect(f.carrier)
          .recordVerdict(verdict, await signVerdict(f.customs, f.domains.receivables, verdict));
      },
    };
  },
);

/** The debtor's signature over one document, used for the same or another one. */
export async function promiseFor({ f, signers, currency, dueDate }: World, index: number): Promise<string> {
  const value = VALUES[index] ?? 0n;
  const said = { key: keyOf(index), debtor: signers.debtor.address, currency, value, dueDate };
  return signConfirmation(signers.debtor, f.domains.receivables, said);
}

const promise = plan(
  "promise",
  fc.record({ index: document, other: seldom(3), happens: seldom(2) }),
  ({ index, other, happens }) => {
    if (!happens) return undefined;
    const over = other ? (index + 1) % VALUES.length : index;
    return {
      apply: (state, rules) => model.promise(state, rules, index, over),
      send: async (world) =>
        world.f.receivables.connect(world.f.carrier).confirm(keyOf(index), await promiseFor(world, over)),
    };
  },
);

const dispute = plan("dispute", fc.record({ index: document, happens: seldom(3) }), ({ index, happens }) =>
  happens
    ? {
        apply: (state) => model.dispute(state, index),
        send: ({ f, signers }) => f.receivables.connect(signers.debtor).dispute(keyOf(index), ref("reasons")),
      }
    : undefined,
);

const withdraw = plan("withdraw", fc.record({ index: document, any: seldom(6) }), ({ index, any }, told) => {
  const disputed = told.state.documents.findIndex((one) => one.disputed);
  if (disputed < 0 && !any) return undefined;
  const about = any ? index : disputed;
  return {
    apply: (state) => model.withdraw(state, about),
    send: ({ f, signers }) => f.receivables.connect(signers.debtor).withdrawDispute(keyOf(about)),
  };
});

const consent = plan("consent", fc.record({ to: bank, happens: seldom(3) }), ({ to, happens }, told) => {
  const given = told.state.consents.get(to) === true;
  if (given && !happens) return undefined;
  const count = ++told.state.names;
  return {
    apply: ({ consents }) => void consents.set(to, !given),
    send: (world) => {
      const own = world.f.receivables.connect(world.signers.company);
      const terms = consentOf(world, "company", to, count);
      return given ? own.revokeConsent(terms) : own.giveConsent(terms, "0x");
    },
  };
});

const split = aboutClaim("split", fc.record({ sixteenths: part }), ({ sixteenths }, index, told) => {
  const { amount, owner } = claimAt(told.state, index);
  const taken = partOf(amount, sixteenths);
  return {
    apply: (state, rules) => model.split(state, rules, index, taken),
    send: ({ f, signers }) => f.receivables.connect(signers[owner]).split(BigInt(index) + 1n, taken),
  };
});

const merge = aboutClaim("merge", fc.record({ other: fc.nat({ max: 9 }) }), ({ other }, index, told) => {
  const { claims } = told.state;
  const { owner } = claimAt(told.state, index);
  const from = other % claims.length;
  return {
    apply: (state, rules) => model.merge(state, rules, index, from),
    send: ({ f, signers }) => f.receivables.connect(signers[owner]).merge(BigInt(index) + 1n, BigInt(from) + 1n),
  };
});

const assign = aboutClaim("assign", fc.record({ to: fc.constantFrom(...EXPORTERS) }), ({ to }, index, told) => {
  const { owner } = claimAt(told.state, index);
  return {
    apply: (state, rules) => model.assign(state, rules, index, to),
    send: ({ f, signers }) => f.receivables.connect(signers[owner]).assign(BigInt(index) + 1n, signers[to]),
  };
});

interface Wish {
  readonly at: BankName;
  readonly face: number;
  readonly lent: number;
  readonly recourse: boolean;
  readonly days: number;
}
const wish: fc.Arbitrary<Wish> = fc.record({
  ...{ at: bank, face: part, lent: most, recourse: seldom(4).map((no) => !no), days: fc.integer({ min: 1, max: 60 }) },
});

/** The owner of a claim applies; its owner may be a bank that has written off, which asks in the company's name. */
function apply({ at, face, lent, recourse, days }: Wish, index: number, told: ReceivableTale): Omit<Act, "label"> {
  const claim = claimAt(told.state, index);
  const exporter = claim.owner === "treasury" ? ("treasury" as const) : ("company" as const);
  const pledged = partOf(claim.amount, face) || 1n;
  const maturity = told.time + BigInt(days) * DAY;
  const principal = partOf((pledged * model.ADVANCE) / 10_000n, lent) || 1n;
  const finance: FinanceModel = {
    ...{ document: claim.document, asked: index, exporter, bank: at, face: pledged, lent: principal, recourse },
    ...{ charge: BigInt(face), firstMaturity: maturity, maturity, salt: `finance ${++told.state.names}` },
    ...{ standing: "applied", claim: undefined, principal, fee: BigInt(face), accrued: 0n, agreed: 0n },
    ...{ day: 0n, since: 0n, received: 0n },
  };
  return {
    apply: (state) => void state.finances.push({ ...finance }),
    send: async (world) => {
      const { f, signers } = world;
      const terms = termsOf(world, finance);
      const signature = await signFinance(signers[exporter], f.domains.finance, terms);
      return f.finance.connect(f.carrier).applyFor(terms, signature);
    },
  };
}

function approval(index: number, finance: FinanceModel, by: BankName): Omit<Act, "label"> {
  return {
    apply: (state, rules) => model.approve(state, rules, index, by),
    send: (world) => world.f.finance.connect(world.signers[by]).approve(termsOf(world, finance)),
  };
}

function disbursement(index: number, finance: FinanceModel): Omit<Act, "label"> {
  return {
    apply: (state) => model.disburse(state, index),
    send: (world) => world.f.finance.connect(world.signers[finance.bank]).disburse(termsOf(world, finance)),
  };
}

const applyFor = aboutClaim("applyFor", wish, apply);

/** Application, approval and disbursement one after the other, so that there is something to repay. */
const lend: fc.Arbitrary<Story> = fc.record({ wish, choice: back }).map((chosen) => ({
  label: labelOf("lend", chosen),
  resolve: (told) => {
    const open = told.state.claims.filter(({ amount, finance }) => amount > 0n && finance === undefined);
    const claim = latest(open, chosen.choice);
    return claim === undefined ? undefined : lending(told, told.state.claims.indexOf(claim), chosen.wish);
  },
}));

function* lending(told: ReceivableTale, claim: number, chosen: Wish): Generator<Act> {
  yield { ...apply(chosen, claim, told), label: labelOf("applyFor", chosen) };
  const index = told.state.finances.length - 1;
  const finance = financeAt(told.state, index);
  yield { ...approval(index, finance, finance.bank), label: labelOf("approve", index) };
  yield { ...disbursement(index, finance), label: labelOf("disburse", index) };
}

const approve = aboutFinance("approve", ["applied"], fc.record({ other: seldom(9) }), ({ other }, index, finance) =>
  approval(index, finance, other ? (finance.bank === "icbc" ? "boc" : "icbc") : finance.bank),
);

const cancel = aboutFinance(
  "cancel",
  ["applied", "approved"],
  fc.record({ by: fc.constantFrom("stranger" as const, ...BANKS, ...EXPORTERS), lapsed: seldom(3) }),
  ({ by, lapsed }, index, finance, told) => {
    if (lapsed && finance.standing === "approved") {
      told.leapTo(later(told, finance.since + RESERVATION + (by === "stranger" ? 1n : 0n)));
    }
    return {
      apply: (state) => model.cancel(state, index, by),
      send: (world) => world.f.finance.connect(world.signers[by]).cancel(termsOf(world, finance)),
    };
  },
);

const disburse = aboutFinance(
  "disburse",
  ["approved"],
  fc.record({ late: seldom(9) }),
  ({ late }, index, finance, told) => {
    if (late && finance.standing === "approved") told.leapTo(later(told, finance.since + RESERVATION + 1n));
    return disbursement(index, finance);
  },
);

const collect = aboutFinance(
  "collect",
  ["disbursed", "overdue", "repaid"],
  fc.record({ sixteenths: part }),
  ({ sixteenths }, index, finance, told) => {
    const face = finance.claim === undefined ? 16n : claimAt(told.state, finance.claim).amount;
    const amount = partOf(face, sixteenths);
    return {
      apply: (state, rules) => model.collect(state, rules, index, amount),
      send: (world) => world.f.finance.connect(world.signers.debtor).collect(termsOf(world, finance), amount),
    };
  },
);

const collectUnpledged = aboutClaim(
  "collectUnpledged",
  fc.record({ sixteenths: part, happens: seldom(2) }),
  ({ sixteenths, happens }, index, told) => {
    const { amount } = claimAt(told.state, index);
    const paid = happens ? partOf(amount, sixteenths) : amount / 8n;
    return {
      apply: (state) => model.collectUnpledged(state, index, paid),
      send: ({ f, signers }) => f.finance.connect(signers.debtor).collectUnpledged(BigInt(index) + 1n, paid),
    };
  },
);

/** By the exporter itself, or taken by the bank. */
function repayment(name: "repay" | "takeRecourse", meant: readonly FinanceModel["standing"][]): fc.Arbitrary<Plan> {
  return aboutFinance(name, meant, fc.record({ sixteenths: part }), ({ sixteenths }, index, finance, told) => {
    const amount = partOf(model.dueOf(finance, told.time), sixteenths);
    return {
      apply: (state, rules) => model[name](state, rules, index, amount),
      send: (world) => {
        const by = world.signers[name === "repay" ? finance.exporter : finance.bank];
        return world.f.finance.connect(by)[name](termsOf(world, finance), amount);
      },
    };
  });
}

const reportOverdue = aboutFinance(
  "reportOverdue",
  ["disbursed"],
  fc.record({ early: seldom(4) }),
  ({ early }, index, finance, told) => {
    told.leapTo(later(told, finance.maturity + (early ? 0n : 1n)));
    return {
      apply: (state) => model.reportOverdue(state, index),
      send: (world) => world.f.finance.connect(world.f.carrier).reportOverdue(termsOf(world, finance)),
    };
  },
);

const rollOver = aboutFinance(
  "rollOver",
  ["disbursed", "overdue"],
  fc.record({ days: fc.integer({ min: -1, max: 40 }) }),
  ({ days }, index, finance, told) => {
    const from = finance.maturity > told.time ? finance.maturity : told.time;
    const maturity = from + BigInt(days) * DAY;
    return {
      apply: (state) => model.rollOver(state, index, maturity),
      send: async (world) => {
        const { f, signers } = world;
        const terms = termsOf(world, finance);
        const said = { finance: financeId(f.domains.finance, terms), previous: finance.maturity, maturity };
        const signature = await signRollOver(signers[finance.exporter], f.domains.finance, said);
        return f.finance.connect(signers[finance.bank]).rollOver(terms, maturity, signature);
      },
    };
  },
);

const release = aboutFinance(
  "release",
  ["repaid"],
  fc.record({ foreign: seldom(3), late: seldom(2) }),
  ({ foreign, late }, index, finance, told) => {
    if (foreign && late && finance.standing === "repaid") told.leapTo(later(told, finance.since + RELEASE_PERIOD));
    const by = foreign ? ("stranger" as const) : finance.bank;
    return {
      apply: (state) => model.release(state, index, by),
      send: (world) => world.f.finance.connect(world.signers[by]).release(termsOf(world, finance)),
    };
  },
);

const writeOff = aboutFinance("writeOff", ["overdue"], fc.record({ happens: seldom(2) }), (_, index, finance) => ({
  apply: (state) => model.writeOff(state, index),
  send: (world) =>
    world.f.finance.connect(world.signers[finance.bank]).writeOff(termsOf(world, finance), ref("decision")),
}));

/** A moment, or the next one if it is past. */
function later({ state }: ReceivableTale, moment: bigint): bigint {
  return moment > state.now ? moment : state.now + 1n;
}

/** A plan of one act, or of several in order. */
interface Story {
  readonly label: string;
  readonly resolve: (told: ReceivableTale) => Act | Iterable<Act> | undefined;
}

/** By weight: what is named more often is done more often. */
export const RECEIVABLE_PLANS: readonly fc.Arbitrary<Story>[] = [
  ...[submit, judge, judge, promise, promise, dispute, withdraw, consent],
  ...[split, merge, assign, lend, lend, lend, lend, applyFor, applyFor, approve, approve, cancel, disburse, disburse],
  ...[collect, collect, collect, collectUnpledged, repayment("repay", ["disbursed", "overdue"])],
  ...[repayment("takeRecourse", ["overdue"]), reportOverdue, reportOverdue, rollOver, release, release, writeOff],
];
