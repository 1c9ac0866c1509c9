import fc from "fast-check";
import { signAgreement, signSurvey } from "../../../sdk/projects/relocation.js";
import { ref } from "../../support/chain.js";
import { seldom } from "../plans/choices.js";
import { planned } from "../tale.js";
import * as model from "./state.js";
import { ENTITLEMENTS, HOUSEHOLDS, PEOPLE, PUBLICITY, REVIEW, type FileModel } from "./state.js";
import {
  archiveHash,
  entitlementOf,
  idOf,
  reportOf,
  termsOf,
  type Act,
  type Plan,
  type RelocationTale,
} from "./world.js";

const HOUR = 3_600n;
const entitlement = fc.nat({ max: ENTITLEMENTS - 1 });
const anyone = fc.constantFrom(...PEOPLE);
const fund = fc.nat({ max: 4 });

/** See {@link planned}. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: RelocationTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, choices, resolve);
}

/** Mostly a file at the stage that the act is meant for, some hours later; sometimes any. */
function about<Choices extends object>(
  name: string,
  wanted: FileModel["status"],
  choices: fc.Arbitrary<Choices>,
  act: (chosen: Choices, entitlement: number, told: RelocationTale) => Omit<Act, "label">,
): fc.Arbitrary<Plan> {
  const all = fc.record({ chosen: choices, entitlement, any: seldom(6), hours: fc.nat({ max: 30 }) });
  return plan(name, all, ({ chosen, entitlement: drawn, any, hours }, told) => {
    const meant = [...told.state.files.values()].filter(({ status }) => status === wanted);
    const file = any ? undefined : meant[drawn % Math.max(meant.length, 1)];
    if (!any && file === undefined) return undefined;
    told.leapTo(told.state.now + BigInt(hours) * HOUR + 1n);
    return act(chosen, file?.entitlement ?? drawn, told);
  });
}

const openFile = plan("openFile", fc.record({ entitlement }), ({ entitlement: e }) => ({
  apply: (state, rules) => model.openFile(state, rules, e),
  send: ({ f }) => f.relocation.connect(f.authority).openFile(f.rules, entitlementOf(e), archiveHash(e, "1")),
}));

const appendArchive = about(
  "appendArchive",
  "surveyed",
  fc.record({ again: seldom(4), text: fc.constantFrom("corrected", "completed") }),
  ({ again, text }, e, told) => {
    const versions = BigInt(told.state.files.get(e)?.archives.length ?? 0);
    const version = again ? versions : versions + 1n;
    return {
      apply: (state, rules) => model.appendArchive(state, rules, e, version, text),
      send: (world) =>
        world.f.relocation
          .connect(world.f.authority)
          .appendArchive(world.f.rules, idOf(world, e), version, archiveHash(e, text)),
    };
  },
);

const recordSurvey = about("recordSurvey", "opened", fc.record({}), (_, e, told) => {
  const file = told.state.files.get(e);
  const revision = (file?.surveys ?? 0n) + 1n;
  return {
    apply: (state) => model.recordSurvey(state, e),
    send: async (world) => {
      const { f } = world;
      const archive = BigInt(file?.archives.length ?? 0);
      const survey = { file: idOf(world, e), revision, archive, report: reportOf(e, revision) };
      const signature = await signSurvey(f.surveyor, f.domain, survey);
      return f.relocation.connect(f.carrier).recordSurvey(f.rules, survey, signature);
    },
  };
});

const agree = about(
  "agree",
  "surveyed",
  fc.record({
    amount: fc.oneof(
      { weight: 6, arbitrary: fc.bigInt({ min: 1n, max: 1_500_000n }) },
      { weight: 2, arbitrary: fc.bigInt({ min: 1_500_000n, max: 3_000_000n }) },
      { weight: 1, arbitrary: fc.constant(0n) },
    ),
    forged: seldom(10),
    stale: seldom(5),
  }),
  ({ amount, forged, stale }, e, told) => {
    const file = told.state.files.get(e) ?? { entitlement: e, household: model.householdOf(e), surveys: 0n, round: 0n };
    const round = stale ? (file.round > 0n ? file.round - 1n : 1n) : file.round;
    const signed = { round, amount, notAfter: told.time + HOUR };
    return {
      apply: (state, rules) => model.agree(state, rules, e, { round, amount, forged }),
      send: async (world) => {
        const { f, signers } = world;
        const terms = termsOf(world, file, signed);
        const household = await signAgreement(forged ? f.stranger : signers[file.household], f.domain, terms);
        const authority = await signAgreement(f.authority, f.domain, terms);
        return f.relocation.connect(f.carrier).agree(f.rules, terms, household, authority);
      },
    };
  },
);

const withdraw = about("withdraw", "agreed", fc.record({ by: anyone, does: seldom(3) }), ({ by, does }, e, told) => {
  const caller = does ? (told.state.files.get(e)?.household ?? by) : by;
  return {
    apply: (state) => model.withdraw(state, e, caller),
    send: (world) => world.f.relocation.connect(world.signers[caller]).withdrawAgreement(world.f.rules, idOf(world, e)),
  };
});

const object = about("object", "agreed", fc.record({ by: anyone }), ({ by }, e) => ({
  apply: (state) => model.object(state, e, by),
  send: (world) =>
    world.f.relocation.connect(world.signers[by]).raiseObjection(world.f.rules, idOf(world, e), ref("evidence")),
}));

const decide = about("decide", "agreed", fc.record({ by: anyone, upheld: seldom(3) }), ({ by, upheld }, e, told) => {
  const [objector = by] = [...(told.state.files.get(e)?.objections.keys() ?? [])] as model.Person[];
  return {
    apply: (state) => model.decide(state, e, objector, upheld),
    send: (world) =>
      world.f.relocation
        .connect(world.f.reviewer)
        .decideObjection(world.f.rules, idOf(world, e), world.signers[objector], upheld, ref("reasons")),
  };
});

const approve = about(
  "approve",
  "agreed",
  fc.record({ other: seldom(8), by: anyone, waits: fc.constantFrom("end", "end", "review", "before", "not") }),
  ({ other, by, waits }, e, told) => {
    const file = told.state.files.get(e);
    const end = (file?.agreedAt ?? 0n) + PUBLICITY;
    const moments = { end, review: end + REVIEW, before: end - 1n, not: 0n };
    if (file?.status === "agreed" && moments[waits] > told.time) told.leapTo(moments[waits]);
    const caller = other ? by : file?.approvals === 1n ? "second" : "first";
    return {
      apply: (state, rules) => model.approve(state, rules, e, caller),
      send: (world) => world.f.relocation.connect(world.signers[caller]).approveFiles(world.f.rules, [idOf(world, e)]),
    };
  },
);

const reject = about("reject", "agreed", fc.record({ by: anyone, does: seldom(3) }), ({ by, does }, e, told) => {
  const caller = does ? (told.state.files.get(e)?.approvals === 1n ? "second" : "first") : by;
  return {
    apply: (state) => model.reject(state, e, caller),
    send: (world) =>
      world.f.relocation.connect(world.signers[caller]).rejectFile(world.f.rules, idOf(world, e), ref("reasons")),
  };
});

const payNext = plan(
  "payNext",
  fc.record({ fund, size: fc.integer({ min: 1, max: 4 }), by: anyone }),
  ({ fund: number, size, by }) => ({
    apply: (state, rules) => model.payNext(state, rules, number, size),
    send: ({ f, signers, funds }) => f.relocation.connect(signers[by]).payNext(f.rules, funds[number] ?? f.fund, size),
  }),
);

/** Mostly out of the fund that has most. */
const payParked = about(
  "payParked",
  "parked",
  fc.record({ fund, other: seldom(4) }),
  ({ fund: drawn, other }, e, told) => {
    const { funds } = told.state;
    const number = other ? drawn : funds.indexOf(funds.reduce((most, left) => (left > most ? left : most), 0n));
    return {
      apply: (state) => model.payParked(state, number, e),
      send: (world) => world.f.relocation.payParked(world.f.rules, world.funds[number] ?? world.f.fund, idOf(world, e)),
    };
  },
);

const freeze = plan(
  "freeze",
  fc.record({ household: fc.constantFrom(...HOUSEHOLDS) }),
  ({ household }, { state: { frozen } }) => {
    const lift = frozen.has(household);
    return {
      apply: (state) => void (lift ? state.frozen.delete(household) : state.frozen.add(household)),
      send: ({ f, signers }) => {
        const enforcer = f.money.connect(f.mainland.officers.enforcer);
        const order = ref(lift ? "order lifted" : "order");
        return lift ? enforcer.unfreeze(signers[household], order) : enforcer.freeze(signers[household], order);
      },
    };
  },
);

/** By weight: what is named more often is done more often. */
export const RELOCATION_PLANS: readonly fc.Arbitrary<Plan>[] = [
  ...[openFile, openFile, recordSurvey, recordSurvey, agree, agree, agree, approve, approve, approve, approve],
  ...[
    payNext,
    payNext,
    payNext,
    payParked,
    payParked,
    payParked,
    freeze,
    object,
    object,
    object,
    decide,
    withdraw,
    reject,
    appendArchive,
  ],
];
