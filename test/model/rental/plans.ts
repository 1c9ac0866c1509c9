import fc from "fast-check";
import { signLease, signProtocol, signTenancy } from "../../../sdk/projects/rental.js";
import { ref } from "../../support/chain.js";
import { seldom } from "../plans/choices.js";
import { found, planned } from "../tale.js";
import * as model from "./state.js";
import { PEOPLE, TENANTS, TERMS, UNITS, endOf, expiryOf, type LeaseModel, type State } from "./state.js";
import { attest, idOf, termsOf, unitOf, type Act, type Plan, type RentalTale } from "./world.js";

const HOUR = 3_600n;
const unit = fc.constantFrom(...UNITS);
const anyone = fc.constantFrom(...PEOPLE);
const deduction = fc.constantFrom(0n, 1n, 1_700n, 3_300n, TERMS.deposit, TERMS.deposit + 1n);

/** See {@link planned}. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: RentalTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, choices, resolve);
}

/** Mostly a lease at the stage that the act is meant for; some hours later, or when something of it ends. */
function about<Choices extends object>(
  name: string,
  wanted: LeaseModel["status"],
  choices: fc.Arbitrary<Choices>,
  act: (chosen: Choices, index: number, told: RentalTale) => Omit<Act, "label">,
): fc.Arbitrary<Plan> {
  const to = fc.oneof(
    { weight: 16, arbitrary: fc.nat({ max: 20 }) },
    { weight: 7, arbitrary: fc.constantFrom("deadline", "before", "before", "end", "due") },
    { weight: 1, arbitrary: fc.constant("expiry" as const) },
  );
  const all = fc.record({ chosen: choices, index: fc.nat({ max: 9 }), any: seldom(8), to });
  return plan(name, all, ({ chosen, index, any, to: moment }, told) => {
    const { leases, now } = told.state;
    const owing = wanted === "settled" ? leases.filter(({ owed }) => owed > 0n) : [];
    const meant = any ? leases : owing.length > 0 ? owing : leases.filter(({ status }) => status === wanted);
    const lease = meant[index % Math.max(meant.length, 1)];
    if (lease === undefined) return undefined;
    const moments = {
      deadline: lease.deadline,
      before: lease.deadline - 1n,
      end: lease.status === "running" ? endOf(lease) : now + 1n,
      due: lease.status === "running" ? lease.start + lease.paid * TERMS.period : now + 1n,
      expiry: expiryOf(lease),
    };
    const time = typeof moment === "number" ? now + BigInt(moment) * HOUR + 1n : moments[moment];
    if (time > now) told.leapTo(time);
    return act(chosen, leases.indexOf(lease), told);
  });
}

function leaseAt({ leases }: State, index: number): LeaseModel {
  return found(leases[index], "lease");
}

const list = plan("list", fc.record({ unit }), ({ unit: which }) => ({
  apply: (state, rules) => model.list(state, rules, which),
  send: ({ f, signers }) =>
    f.rental.connect(signers.landlord).listUnit(unitOf(which), TERMS.rent, TERMS.deposit, ref("details")),
}));

const title = plan("title", fc.record({ unit, happens: seldom(5) }), ({ unit: which, happens }, told) => {
  const valid = told.state.titles.get(which) === true;
  if (valid && !happens) return undefined;
  const revision = ++told.state.revisions;
  return {
    apply: (state) => (valid ? model.revoke(state, which) : model.attest(state, which)),
    send: (world) =>
      valid
        ? world.f.rental.connect(world.f.attestor).revokeTitle(unitOf(which), ref("reason"))
        : attest(world, which, revision),
  };
});

const sign = plan(
  "sign",
  fc.record({
    unit,
    tenant: fc.constantFrom(...TENANTS),
    at: fc.constantFrom("now", "now", "now", "after", "after", "after", "late"),
    any: seldom(6),
    days: fc.nat(20),
  }),
  ({ unit: drawn, tenant, at, days, any }, told) => {
    const [which = drawn] = any ? [drawn] : [...told.state.listed];
    const next = told.state.occupied.get(which) ?? 0n;
    const soon = told.time + BigInt(days) * HOUR;
    const start = at === "late" ? told.time - 1n : at === "after" && next > soon ? next : soon;
    const terms = { unit: which, tenant, start, salt: `lease ${++told.state.names}` };
    return {
      apply: (state, rules) => model.sign(state, rules, terms),
      send: async (world) => {
        const { f, signers } = world;
        const lease = termsOf(world, terms);
        const { consent, holdSignature } = await signTenancy(signers[tenant], f.domains, lease);
        const agreed = await signLease(signers.landlord, f.domains.rental, lease);
        return f.rental.connect(signers.carrier).signLease(lease, agreed, consent, holdSignature);
      },
    };
  },
);

/** A call of the contract that takes the lease and nothing that has to be signed. */
function call<Choices extends object>(
  name: string,
  wanted: LeaseModel["status"],
  choices: fc.Arbitrary<Choices>,
  by: (chosen: Choices, lease: LeaseModel) => model.Person,
  apply: (state: State, rules: model.Rules, lease: LeaseModel, chosen: Choices, caller: model.Person) => void,
  send: (
    world: Parameters<Act["send"]>[0],
    lease: ReturnType<typeof termsOf>,
    chosen: Choices,
    caller: model.Person,
  ) => Promise<unknown>,
): fc.Arbitrary<Plan> {
  return about(name, wanted, choices, (chosen, index, told) => {
    const caller = by(chosen, leaseAt(told.state, index));
    return {
      apply: (state, rules) => apply(state, rules, leaseAt(state, index), chosen, caller),
      send: (world) => send(world, termsOf(world, leaseAt(told.state, index)), chosen, caller),
    };
  });
}

const rescind = call(
  "rescind",
  "signed",
  fc.record({ by: anyone, happens: seldom(3) }),
  ({ by, happens }) => (happens ? "landlord" : by),
  (state, _, lease, __, by) => model.rescind(state, lease, by),
  ({ f, signers }, lease, _, by) => f.rental.connect(signers[by]).rescind(lease),
);

/** The tenant has signed the protocol; who else calls finds that it is not theirs to sign. */
const handOver = about(
  "handOver",
  "signed",
  fc.record({ by: anyone, other: seldom(6) }),
  ({ by, other }, index, told) => {
    const caller = other ? by : "landlord";
    return {
      apply: (state) => model.handOver(leaseAt(state, index), caller),
      send: async (world) => {
        const lease = leaseAt(told.state, index);
        const said = { lease: idOf(world, lease), returned: false, protocol: ref("arrival") };
        const signature = await signProtocol(world.signers[lease.tenant], world.f.domains.rental, said);
        return world.f.rental.connect(world.signers[caller]).handOver(termsOf(world, lease), ref("arrival"), signature);
      },
    };
  },
);

const payRent = call(
  "payRent",
  "running",
  fc.record({ by: anyone }),
  ({ by }) => by,
  (state, rules, lease, _, by) => model.payRent(state, rules, lease, by),
  ({ f, signers }, lease, _, by) => f.rental.connect(signers[by]).payRent(lease, ref("rent"), "0x"),
);

const returnUnit = about(
  "returnUnit",
  "running",
  fc.record({ by: anyone, landlord: seldom(2), agreed: fc.boolean() }),
  ({ by, landlord, agreed }, index, told) => {
    const caller = landlord ? "landlord" : by;
    return {
      apply: (state) => model.returnUnit(state, leaseAt(state, index), caller, agreed),
      send: async (world) => {
        const lease = leaseAt(told.state, index);
        const said = { lease: idOf(world, lease), returned: true, protocol: ref("departure") };
        const signature = await signProtocol(world.signers[lease.tenant], world.f.domains.rental, said);
        return world.f.rental
          .connect(world.signers[caller])
          .returnUnit(termsOf(world, lease), ref("departure"), agreed ? signature : "0x");
      },
    };
  },
);

const claim = call(
  "claim",
  "returned",
  fc.record({ amount: deduction, by: anyone, other: seldom(6) }),
  ({ by, other }) => (other ? by : "landlord"),
  (state, rules, lease, { amount }, by) => model.claim(state, rules, lease, amount, by),
  ({ f, signers }, lease, { amount }, by) =>
    f.rental.connect(signers[by]).claimDeduction(lease, amount, ref("photographs")),
);

const accept = call(
  "accept",
  "claimed",
  fc.record({ by: anyone, own: seldom(2) }),
  ({ by, own }, { tenant }) => (own ? tenant : by),
  (state, rules, lease, _, by) => model.accept(state, rules, lease, by),
  ({ f, signers }, lease, _, by) => f.rental.connect(signers[by]).acceptDeduction(lease),
);

const dispute = call(
  "dispute",
  "claimed",
  fc.record({ by: anyone }),
  ({ by }) => by,
  (state, _, lease, __, by) => model.dispute(state, lease, by),
  ({ f, signers }, lease, _, by) => f.rental.connect(signers[by]).disputeDeduction(lease, ref("evidence")),
);

const rule = call(
  "rule",
  "disputed",
  fc.record({ amount: deduction, by: anyone, other: seldom(6) }),
  ({ by, other }) => (other ? by : "arbiter"),
  (state, rules, lease, { amount }, by) => model.rule(state, rules, lease, amount, by),
  ({ f, signers }, lease, { amount }, by) => f.rental.connect(signers[by]).ruleDeduction(lease, amount, ref("reasons")),
);

const settleOf = (wanted: LeaseModel["status"]) =>
  call(
    "settle",
    wanted,
    fc.record({ by: anyone }),
    ({ by }) => by,
    (state, rules, lease) => model.settle(state, rules, lease),
    ({ f, signers }, lease, _, by) => f.rental.connect(signers[by]).settleDeposit(lease),
  );

const payOwed = call(
  "payOwed",
  "settled",
  fc.record({ by: anyone }),
  ({ by }) => by,
  (state, _, lease) => model.payOwed(state, lease),
  ({ f, signers }, lease, _, by) => f.rental.connect(signers[by]).payOwed(lease, ref("owed"), "0x"),
);

const freeze = plan("freeze", fc.record({ happens: fc.boolean() }), ({ happens }, { state: { frozen } }) => {
  if (!frozen && !happens) return undefined;
  return {
    apply: (state) => void (state.frozen = !frozen),
    send: ({ f, signers }) => {
      const enforcer = f.money.connect(f.mainland.officers.enforcer);
      if (frozen) return enforcer.unfreeze(signers.landlord, ref("order lifted"));
      return enforcer.freeze(signers.landlord, ref("order"));
    },
  };
});

/** The next thing in the life of a lease that goes its way, so that stories come to their ends. */
const goOn = plan("goOn", fc.record({ index: fc.nat({ max: 9 }), amount: deduction }), ({ index, amount }, told) => {
  const { leases } = told.state;
  const open = leases.filter(({ status }) => ["signed", "running", "returned", "claimed"].includes(status));
  const lease = open[index % Math.max(open.length, 1)];
  if (lease === undefined) return undefined;
  const at = leases.indexOf(lease);
  const { status } = lease;
  return {
    apply: (state, rules) => {
      const own = leaseAt(state, at);
      if (status === "signed") model.handOver(own, "landlord");
      else if (status === "running") model.returnUnit(state, own, "landlord", true);
      else if (status === "returned") model.claim(state, rules, own, amount, "landlord");
      else model.dispute(state, own, own.tenant);
    },
    send: async (world) => {
      const { f, signers } = world;
      const terms = termsOf(world, lease);
      const landlord = f.rental.connect(signers.landlord);
      if (status === "returned") return landlord.claimDeduction(terms, amount, ref("photographs"));
      if (status === "claimed") {
        return f.rental.connect(signers[lease.tenant]).disputeDeduction(terms, ref("evidence"));
      }
      const protocol = ref("protocol");
      const said = { lease: idOf(world, lease), returned: status === "running", protocol };
      const signature = await signProtocol(signers[lease.tenant], f.domains.rental, said);
      if (status === "running") return landlord.returnUnit(terms, protocol, signature);
      return landlord.handOver(terms, protocol, signature);
    },
  };
});

/** By weight: what is named more often is done more often. */
export const RENTAL_PLANS: readonly fc.Arbitrary<Plan>[] = [
  ...[goOn, goOn, goOn, goOn, goOn, goOn],
  ...[list, list, sign, sign, sign, handOver, handOver, payRent, payRent, returnUnit, returnUnit, returnUnit],
  ...[claim, claim, claim, accept, accept, dispute, dispute, dispute, rule, rule, rule, payOwed, payOwed],
  ...[settleOf("returned"), settleOf("disputed"), settleOf("running"), freeze, freeze, rescind, title],
];
