import fc from "fast-check";
import { PAYEE_PURPOSE, inspectionTypedData, rosterTypedData, type Inspection } from "../../../sdk/eip712/projects.js";
import { sign } from "../../../sdk/eip712/typedData.js";
import { ref } from "../../support/chain.js";
import { seldom } from "../plans/choices.js";
import { found, planned } from "../tale.js";
import * as model from "./state.js";
import { APPROVERS, BATCHES, INSPECTORS, MONTHS, PAYEES, SUPPLIERS, TERMS, WORKERS, type Payee } from "./state.js";
import { appliedOf, type Act, type Plan, type ProjectTale } from "./world.js";

/** See {@link planned}; mostly an hour later, now and then a day. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: ProjectTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(
    name,
    fc.record({ chosen: choices, hours: fc.constantFrom(1, 1, 1, 25) }),
    ({ chosen, hours }, told) => {
      told.leapTo(told.state.now + 3_600n * BigInt(hours));
      return resolve(chosen, told);
    },
  );
}

const percent = fc.nat({ max: 100 });

const certify = plan(
  "certify",
  fc.record({
    part: fc.nat({ max: 40 }),
    over: seldom(10),
    nothing: seldom(20),
    share: percent,
    batch: fc.nat({ max: 5 }),
  }),
  ({ part, over, nothing, share, batch }, { state }) => {
    const left = state.amount - state.certified;
    const amount = nothing ? 0n : over ? left + 1n : (left * BigInt(part)) / 100n + 1n;
    // often none; seldom more than everything
    const wages = share < 40 ? 0n : share > 94 ? amount + 1n : (amount * BigInt(share - 40)) / 54n;
    const said = { amount, wages, batch: batch < BATCHES ? batch : undefined };
    return {
      apply: (next, rules) => {
        model.certify(next, rules, said);
      },
      send: async (world) => {
        const { site, works, f, batches, certificates } = world;
        const { certificates: number } = await f.works.contractOf(works.id);
        const named = said.batch === undefined ? [] : [found(batches[said.batch], "batch")];
        const { id, terms, signatures } = await site.measure(works, { amount, wages, number, batches: named });
        await f.works.connect(f.carrier).certify(site.terms, terms, ...signatures);
        certificates[state.certificates.length] = id;
      },
    };
  },
);

const change = plan("change", fc.record({ to: fc.nat({ max: 110 }), exact: seldom(6) }), ({ to, exact }, { state }) => {
  const amount = exact ? state.certified : (TERMS.budget * BigInt(to)) / 100n;
  return {
    apply: (next) => {
      model.change(next, amount);
    },
    send: ({ site, works }) => site.change(works, amount, BigInt(state.changes)),
  };
});

const apply = plan(
  "apply",
  fc.record({
    ...{
      at: fc.nat({ max: 3 }),
      wages: fc.boolean(),
      part: fc.constantFrom(20, 50, 100, 100, 100, 100),
      over: seldom(10),
    },
    ...{ month: fc.nat({ max: MONTHS.length - 1 }), parts: fc.array(percent, { minLength: 4, maxLength: 4 }) },
  }),
  ({ at, wages, part, over, month, parts }, { state }) => {
    const index = state.certificates.length - 1 - at;
    const certificate = state.certificates[index];
    if (certificate === undefined) return undefined;
    const left = wages ? certificate.wages - certificate.wagesApplied : certificate.others - certificate.othersApplied;
    const amount = over ? left + 1n : (left * BigInt(part)) / 100n;
    const names: readonly Payee[] = wages ? WORKERS : SUPPLIERS;
    let rest = amount;
    const payees = names.map((payee, i) => {
      const share = i === names.length - 1 ? rest : (rest * BigInt(parts[i] ?? 0)) / 100n;
      rest -= share;
      return { payee, amount: share };
    });
    const application: model.ApplicationModel = {
      ...{
        certificate: index,
        name: `application ${++state.names}`,
        wages,
        amount,
        month: MONTHS[month] ?? 0n,
        payees,
      },
      ...{ status: "applied", approvals: new Set(), settled: 0n, opened: false, page: 0, claims: new Map() },
    };
    return {
      apply: (next) => {
        model.apply(next, structuredClone(application));
      },
      send: (world) =>
        world.f.funds.connect(world.f.general).applyForPayment(world.site.terms, appliedOf(world, application).terms),
    };
  },
);

/** An application, mostly one that something can be done about. */
function pick({ state }: ProjectTale, choice: number, wanted: (one: model.ApplicationModel) => boolean) {
  const all = [...state.applications.keys()];
  const some = all.filter((index) => wanted(found(state.applications[index], "application")));
  const from = some.length > 0 && choice !== 0 ? some : all;
  return from[choice % Math.max(from.length, 1)];
}

const approve = plan(
  "approve",
  fc.record({ choice: fc.nat({ max: 9 }), by: fc.constantFrom(...APPROVERS), odd: seldom(5) }),
  ({ choice, by, odd }, told) => {
    const index = pick(told, choice, ({ status }) => status === "applied");
    if (index === undefined) return undefined;
    const { approvals } = found(told.state.applications[index], "application");
    const turn = (["engineer", "auditor", "deputy"] as const)[Math.min(approvals.size, 2)] ?? by;
    const who = odd || (turn !== "deputy" && approvals.has(turn)) ? by : turn;
    const id = idOf(told, index);
    return {
      apply: (next, rules) => {
        model.approve(next, rules, index, who);
      },
      send: ({ f, site, signers }) => f.funds.connect(signers[who]).approvePayment(site.terms, id),
    };
  },
);

const reject = plan(
  "reject",
  fc.record({ choice: fc.nat({ max: 9 }), by: fc.constantFrom(...APPROVERS) }),
  ({ choice, by }, told) => {
    const index = pick(told, choice, ({ page }) => page === 1);
    if (index === undefined) return undefined;
    const id = idOf(told, index);
    return {
      apply: (next) => {
        model.reject(next, index, by);
      },
      send: ({ f, site, signers }) => f.funds.connect(signers[by]).rejectPayment(site.terms, id),
    };
  },
);

const settle = plan("settle", fc.record({ choice: fc.nat({ max: 9 }) }), ({ choice }, told) => {
  const index = pick(told, choice, ({ status, wages }) => status === "approved" && !wages);
  if (index === undefined) return undefined;
  const { terms, pages } = appliedOf(told.world, found(told.state.applications[index], "application"));
  return {
    apply: (next, rules) => {
      model.settle(next, rules, index);
    },
    send: ({ f, site }) => f.funds.connect(f.carrier).settlePage(site.terms, terms, 0n, pages[0]?.entries ?? []),
  };
});

const payWages = plan("payWages", fc.record({ choice: fc.nat({ max: 9 }) }), ({ choice }, told) => {
  const index = pick(told, choice, ({ status, wages }) => status === "approved" && wages);
  if (index === undefined) return undefined;
  const application = found(told.state.applications[index], "application");
  if (!application.wages) return undefined;
  const { roster, payroll, pages, terms } = appliedOf(told.world, application);
  if (!application.opened) {
    return {
      apply: (next) => {
        model.openPayroll(next, index, payroll);
      },
      send: async ({ f, site }) => {
        const attestation = await sign(f.attestor, rosterTypedData(site.domains.wages, roster));
        return f.wages.connect(f.carrier).openPayroll(site.terms, roster, terms.businessRef, attestation);
      },
    };
  }
  const entries = pages[application.page]?.entries ?? [];
  return {
    apply: (next, rules) => {
      model.payPage(next, rules, index);
    },
    send: ({ f, site }) => f.wages.connect(f.carrier).payPage(site.terms, roster, entries),
  };
});

const claim = plan(
  "claim",
  fc.record({ choice: fc.nat({ max: 9 }), who: fc.constantFrom(...PAYEES), odd: seldom(4) }),
  ({ choice, who, odd }, told) => {
    const index = pick(told, choice, ({ claims }) => claims.size > 0);
    if (index === undefined) return undefined;
    const { wages, claims } = found(told.state.applications[index], "application");
    const names: readonly Payee[] = wages ? WORKERS : SUPPLIERS;
    const owner = odd ? undefined : [...claims.keys()].find((one) => one !== "dan");
    const payee = names.find((one) => one === (owner ?? who)) ?? found(names[choice % names.length], "payee");
    const id = idOf(told, index);
    return {
      apply: (next) => {
        model.claim(next, index, payee);
      },
      send: ({ f, site, signers }) =>
        wages
          ? f.wages.connect(f.carrier).claimWage(site.terms, id, signers[payee])
          : f.funds.connect(f.carrier).payClaim(site.terms, id, signers[payee]),
    };
  },
);

const list = plan("list", fc.record({ who: fc.constantFrom(...SUPPLIERS), off: seldom(3) }), ({ who, off }) => ({
  apply: (next) => {
    model.requireOpen(next);
    if (off) next.listed.delete(who);
    else next.listed.add(who);
  },
  send: ({ site, signers }) => site.list(signers[who], off ? PAYEE_PURPOSE.none : PAYEE_PURPOSE.material),
}));

const freeze = plan("freeze", fc.record({ who: fc.constantFrom(...PAYEES), on: fc.boolean() }), ({ who, on }, told) => {
  if (told.state.frozen.has(who) === on) return undefined;
  return {
    apply: ({ frozen }) => {
      if (on) frozen.add(who);
      else frozen.delete(who);
    },
    send: ({ f, signers }) => {
      const enforcer = f.money.connect(f.mainland.officers.enforcer);
      return on ? enforcer.freeze(signers[who], ref("order")) : enforcer.unfreeze(signers[who], ref("order"));
    },
  };
});

const inspect = plan(
  "inspect",
  fc.record({
    ...{ batch: fc.nat({ max: BATCHES - 1 }), passed: fc.boolean() },
    by: fc.constantFrom("inspector", "second", ...INSPECTORS),
  }),
  (said, { state }) => ({
    apply: (next, rules) => {
      model.inspect(next, rules, said);
    },
    send: async ({ f, site, batches, signers }) => {
      const inspection: Inspection = {
        ...{ batch: found(batches[said.batch], "batch"), inspector: signers[said.by].address, passed: said.passed },
        ...{ number: BigInt(found(state.batches[said.batch], "batch").inspections), report: ref("report") },
      };
      const signature = await sign(signers[said.by], inspectionTypedData(site.domains.materials, inspection));
      return f.materials.connect(f.carrier).inspectBatch(inspection, signature);
    },
  }),
);

const close = plan("close", fc.record({ late: seldom(10) }), ({ late }, told) => {
  const { state } = told;
  if (late) told.leapTo(state.now < state.expires ? state.expires : state.now + 1n);
  else if (state.certified === state.paid) return undefined;
  return {
    apply: (next) => {
      model.close(next);
    },
    send: ({ f, site }) => f.funds.connect(late ? f.carrier : f.owner).closeProject(site.terms),
  };
});

function idOf({ world, state }: ProjectTale, index: number): string {
  return appliedOf(world, found(state.applications[index], "application")).id;
}

/** By weight: what is named more often is done more often. */
export const PROJECT_PLANS: readonly fc.Arbitrary<Plan>[] = [
  ...[certify, change, apply, apply, apply, ...Array<typeof approve>(9).fill(approve), reject],
  ...[
    settle,
    settle,
    settle,
    payWages,
    payWages,
    payWages,
    payWages,
    claim,
    claim,
    list,
    freeze,
    inspect,
    inspect,
    close,
  ],
];
