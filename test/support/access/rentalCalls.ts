import { MaxUint256 } from "ethers";
import { openRental } from "../../../sdk/deploy/rental.js";
import { leaseId, type Lease } from "../../../sdk/eip712/rental.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { minor } from "../../../sdk/money.js";
import { signLease, signProtocol, signTenancy, signTitle } from "../../../sdk/projects/rental.js";
import type { Rental } from "../../../types/ethers-contracts/index.js";
import { ref } from "../chain.js";
import type { Calls } from "./prepared.js";
import type { RENTAL_ROWS } from "./rentalTable.js";
import { FAR, type Scene } from "./stage.js";

const DAY = 86_400n;
const UNIT = ref("unit");

/** The rental contract of the stage's currency. */
export function rentalOf({ side, suite, who }: Scene): Promise<Rental> {
  return openRental({
    ...{ deployer: suite.deployer, currency: side.currency, engine: suite.engine },
    ...{ authority: side.authority, admin: who.admin },
  });
}

async function admitted(f: Scene) {
  const rental = await rentalOf(f);
  await rental.connect(f.who.governor).setAttestor(f.who.participating, true, ref("act"));
  const title = {
    ...{ unit: UNIT, revision: 1n, owner: f.who.operating.address, notAfter: FAR, document: ref("extract") },
  };
  return { rental, title, to: await rental.getAddress(), domain: await domainOf(rental) };
}

async function attested(f: Scene) {
  const it = await admitted(f);
  const signature = await signTitle(f.who.participating, it.domain, it.title);
  await it.rental.attestTitle(it.title, f.who.participating, signature);
  return it;
}

async function listed(f: Scene) {
  const { rental, to, domain } = await attested(f);
  const { operating: landlord, holder: tenant, agent: arbiter } = f.who;
  await rental.connect(landlord).listUnit(UNIT, minor("5.00"), minor("10.00"), ref("details"));
  const now = BigInt(await f.chain.networkHelpers.time.latest());
  const lease: Lease = {
    ...{ unit: UNIT, landlord: landlord.address, tenant: tenant.address, arbiter: arbiter.address },
    ...{ rent: minor("5.00"), deposit: minor("10.00"), start: now + DAY, period: 10n * DAY, periods: 2n },
    ...{ arrearsLimit: 2n, inspection: DAY, arbitration: DAY, contractHash: ref("lease"), notAfter: now + DAY },
    salt: ref("salt"),
  };
  await f.side.currency.connect(tenant).approve(f.suite.engine, MaxUint256);
  await f.suite.engine.connect(tenant).authorizeAgent(rental, true);
  const domains = { rental: domain, currency: await domainOf(f.side.currency) };
  const tenancy = await signTenancy(tenant, domains, lease);
  const landlordSignature = await signLease(landlord, domain, lease);
  return { rental, to, domain, lease, tenancy, landlordSignature, id: leaseId(domain, lease) };
}

async function signed(f: Scene) {
  const it = await listed(f);
  await it.rental.signLease(it.lease, it.landlordSignature, it.tenancy.consent, it.tenancy.holdSignature);
  return it;
}

const arrival = ref("protocol of arrival");

async function movedIn(f: Scene) {
  const it = await signed(f);
  const said = { lease: it.id, returned: false, protocol: arrival };
  await it.rental
    .connect(f.who.operating)
    .handOver(it.lease, arrival, await signProtocol(f.who.holder, it.domain, said));
  await f.chain.networkHelpers.time.increaseTo(it.lease.start);
  return it;
}

async function atTheEnd(f: Scene) {
  const it = await movedIn(f);
  await f.chain.networkHelpers.time.increase(20n * DAY);
  return it;
}

async function returned(f: Scene) {
  const it = await atTheEnd(f);
  await it.rental.connect(f.who.holder).returnUnit(it.lease, ref("protocol of departure"), "0x");
  return it;
}

async function claimed(f: Scene) {
  const it = await returned(f);
  await it.rental.connect(f.who.operating).claimDeduction(it.lease, minor("3.00"), ref("photographs"));
  return it;
}

export const rentalCalls: Calls<typeof RENTAL_ROWS> = {
  setAttestor: async (f) => ({
    to: await (await rentalOf(f)).getAddress(),
    args: [f.payee.address, true, ref("act")],
  }),
  attestTitle: async (f) => {
    const { to, title, domain } = await admitted(f);
    const attestor = f.who.participating;
    return { to, args: [title, attestor.address, await signTitle(attestor, domain, title)] };
  },
  "attestTitle: signed by the caller": async (f) => {
    const { to, title, domain } = await admitted(f);
    const attestor = f.who.participating.address;
    return { to, args: async (caller) => [title, attestor, await signTitle(caller, domain, title)] };
  },
  revokeTitle: async (f) => {
    const { to } = await attested(f);
    return { to, args: [UNIT, ref("reason")] };
  },
  listUnit: async (f) => {
    const { to } = await attested(f);
    return { to, args: [UNIT, minor("5.00"), minor("10.00"), ref("details")] };
  },
  unlistUnit: async (f) => {
    const { to } = await listed(f);
    return { to, args: [UNIT] };
  },
  signLease: async (f) => {
    const { to, lease, landlordSignature, tenancy } = await listed(f);
    return { to, args: [lease, landlordSignature, tenancy.consent, tenancy.holdSignature] };
  },
  "signLease: without the landlord's signature": async (f) => {
    const { to, lease, tenancy } = await listed(f);
    return { to, args: [lease, "0x", tenancy.consent, tenancy.holdSignature] };
  },
  rescind: async (f) => {
    const { to, lease } = await signed(f);
    return { to, args: [lease] };
  },
  "rescind: seven days after the start": async (f) => {
    const { to, lease } = await signed(f);
    await f.chain.networkHelpers.time.increaseTo(lease.start + 7n * DAY);
    return { to, args: [lease] };
  },
  "handOver: signed by the tenant": async (f) => {
    const { to, lease, domain, id } = await signed(f);
    const said = { lease: id, returned: false, protocol: arrival };
    return { to, args: [lease, arrival, await signProtocol(f.who.holder, domain, said)] };
  },
  payRent: async (f) => {
    const { to, lease } = await movedIn(f);
    return { to, args: [lease, ref("rent"), "0x"] };
  },
  "payRent: ahead": async (f) => {
    const { to, lease, rental } = await movedIn(f);
    await rental.payRent(lease, ref("rent"), "0x");
    return { to, args: [lease, ref("rent"), "0x"] };
  },
  "returnUnit: after the term": async (f) => {
    const { to, lease } = await atTheEnd(f);
    return { to, args: [lease, ref("protocol of departure"), "0x"] };
  },
  claimDeduction: async (f) => {
    const { to, lease } = await returned(f);
    return { to, args: [lease, minor("3.00"), ref("photographs")] };
  },
  acceptDeduction: async (f) => {
    const { to, lease } = await claimed(f);
    return { to, args: [lease] };
  },
  disputeDeduction: async (f) => {
    const { to, lease } = await claimed(f);
    return { to, args: [lease, ref("evidence")] };
  },
  ruleDeduction: async (f) => {
    const { to, lease, rental } = await claimed(f);
    await rental.connect(f.who.holder).disputeDeduction(lease, ref("evidence"));
    return { to, args: [lease, minor("1.00"), ref("reasons")] };
  },
  settleDeposit: async (f) => {
    const { to, lease } = await returned(f);
    await f.chain.networkHelpers.time.increase(DAY);
    return { to, args: [lease] };
  },
  payOwed: async (f) => {
    const { to, lease, rental } = await claimed(f);
    const enforcer = f.side.currency.connect(f.who.enforcer);
    await enforcer.freeze(f.who.operating, ref("order"));
    await rental.connect(f.who.holder).acceptDeduction(lease);
    await enforcer.unfreeze(f.who.operating, ref("order lifted"));
    return { to, args: [lease, ref("owed"), "0x"] };
  },
  setAuthority: async (f) => ({
    to: await (await rentalOf(f)).getAddress(),
    args: [await f.side.authority.getAddress()],
  }),
};
