import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256 } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { SECONDS_PER_DAY, formatDay, parseDay } from "../../../sdk/calendar.js";
import { openRental } from "../../../sdk/deploy/rental.js";
import { openSuite, type Suite } from "../../../sdk/deploy/suite.js";
import { LEASE_STATUS, depositHold, leaseEnd, leaseId, type Lease } from "../../../sdk/eip712/rental.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, openWallet, reference, type MoneyDesk } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { signLease, signProtocol, signTenancy, signTitle, type RentalDomains } from "../../../sdk/projects/rental.js";
import { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";
import type { Rental } from "../../../types/ethers-contracts/index.js";
import type { Outcome } from "../lib.js";
import type { FlatInput, RentalInput } from "./input.js";

/** Everybody acts at this hour, UTC+8. */
const MORNING = 10;

/** A flat with its tenant. */
interface Flat {
  readonly input: FlatInput;
  readonly tenant: HardhatEthersSigner;
  readonly unit: string;
  readonly lease: Lease;
  readonly id: string;
}

/** What a run works with. */
interface Stage extends MoneyDesk {
  readonly input: RentalInput;
  readonly checks: Checks;
  readonly suite: Suite;
  readonly rental: Rental;
  readonly domains: RentalDomains;
  readonly landlord: HardhatEthersSigner;
  readonly attestor: HardhatEthersSigner;
  readonly arbiter: HardhatEthersSigner;
  readonly flats: readonly Flat[];
}

/** Something that happens on a day. */
interface Happening {
  readonly day: string;
  readonly happens: () => Promise<void>;
}

/** Runs some leases on a connection's chain, from the title to the deposit's return. */
export async function runRental(connection: NetworkConnection<"l1">, input: RentalInput): Promise<Outcome> {
  const checks = new Checks("rental", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.opened);
  const suite = await openSuite(connection);
  const stage = await openFlats(suite, checks, clock, input);
  for (const { day, happens } of happenings(stage)) {
    await clock.moveTo(day, MORNING);
    await happens();
  }
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
    "What became of the deposits",
    await checkEnd(stage),
  ].join("\n\n");
  return { checks, text };
}

// -------------------------------------------------------------------- opening

async function openFlats(suite: Suite, checks: Checks, clock: ScenarioClock, input: RentalInput): Promise<Stage> {
  const jurisdiction = suite.mainland;
  const { currency, authority, offices } = jurisdiction;
  const [bank, tenantsBank] = [jurisdiction.bank(input.landlord.bank), jurisdiction.bank(input.tenantsBank)];
  const [landlord, attestor, arbiter, ...people] = suite.customers;
  if (landlord === undefined || attestor === undefined || arbiter === undefined) {
    throw new RangeError("the suite has free accounts");
  }
  const journal = new Journal(checks, clock);
  await clock.moveTo(input.opened, MORNING - 1);
  const { deployer, engine } = suite;
  const rental = await openRental({ deployer, currency, engine, authority, admin: offices.admin });
  const domains = { rental: await domainOf(rental), currency: await domainOf(currency) };
  const days = (count: number) => BigInt(count * SECONDS_PER_DAY);
  const flats = input.flats.map((flat, index): Flat => {
    const tenant = people[index];
    if (tenant === undefined) throw new RangeError("the suite leaves too few accounts");
    const unit = reference(`keyed hash of ${flat.unit}`);
    const lease: Lease = {
      ...{ unit, landlord: landlord.address, tenant: tenant.address, arbiter: arbiter.address },
      ...{ rent: minor(flat.rent), deposit: minor(flat.deposit), periods: BigInt(flat.periods), arrearsLimit: 2n },
      ...{ start: clock.at(flat.start, MORNING), period: days(input.periodDays) },
      ...{ inspection: days(input.inspectionDays), arbitration: days(input.arbitrationDays) },
      ...{ contractHash: reference(`lease of ${flat.unit}`), notAfter: clock.at(flat.start, MORNING) },
      salt: reference(flat.tenant),
    };
    return { input: flat, tenant, unit, lease, id: leaseId(domains.rental, lease) };
  });
  const stage: Stage = {
    ...{ jurisdiction, journal, clock, input, checks, suite, rental, domains, landlord, attestor, arbiter, flats },
  };

  await openWallet(stage, bank, landlord, "corporate", input.landlord.name);
  const purses = flats.map(({ lease }) => lease.deposit + lease.rent * lease.periods);
  const total = purses.reduce((sum, purse) => sum + purse, 0n);
  await issueMoney(stage, tenantsBank, total, "for the tenants");
  for (const [index, { tenant, input: flat }] of flats.entries()) {
    await openWallet(stage, tenantsBank, tenant, "I", flat.tenant);
    await journal.noteAll({ event: `${flat.tenant} has money and lets the leases' contract pay its rent` }, [
      () => currency.connect(tenantsBank.signer).transfer(tenant, purses[index] ?? 0n),
      () => currency.connect(tenant).approve(engine, MaxUint256),
      () => engine.connect(tenant).authorizeAgent(rental, true),
    ]);
  }
  await attestAndList(stage);
  return stage;
}

async function attestAndList(stage: Stage): Promise<void> {
  const { rental, journal, jurisdiction, attestor, landlord, flats, domains, clock, input, checks } = stage;
  const [first] = flats;
  if (first === undefined) throw new RangeError("the input has flats");
  const list = (flat: Flat) => [flat.unit, flat.lease.rent, flat.lease.deposit, reference(flat.input.unit)] as const;
  const early = rental.connect(landlord).listUnit.staticCall(...list(first));
  checks.equal("listed without a title", "RentalTitleMissing", await refusalOf(rental, early));
  await journal.note(
    { event: "the housing authority's attestor is admitted" },
    rental.connect(jurisdiction.offices.governor).setAttestor(attestor, true, reference("mandate")),
  );
  for (const flat of flats) {
    const title = {
      ...{ unit: flat.unit, revision: 1n, owner: landlord.address, notAfter: clock.at(input.titlesUntil) },
      document: reference(`extract for ${flat.input.unit}`),
    };
    await journal.noteAll({ event: `${flat.input.unit}: title attested, listed` }, [
      async () => rental.attestTitle(title, attestor, await signTitle(attestor, domains.rental, title)),
      () => rental.connect(landlord).listUnit(...list(flat)),
    ]);
  }
}

// ---------------------------------------------------------------------- leases

/** Everything of the input in the order of its days; on one day, as written here. */
function happenings(stage: Stage): Happening[] {
  const all: Happening[] = [];
  for (const flat of stage.flats) {
    const { start, paid, returned, claim } = flat.input;
    all.push({ day: stage.input.opened, happens: () => sign(stage, flat) });
    all.push({ day: start, happens: () => handOver(stage, flat) });
    for (let period = 0; period < paid; ++period) {
      const day = formatDay(parseDay(start) + period * stage.input.periodDays);
      all.push({ day, happens: () => payRent(stage, flat, period) });
    }
    all.push({ day: returned, happens: () => moveOut(stage, flat) });
    if (claim === undefined) continue;
    all.push({ day: claim.claimed, happens: () => claimDeduction(stage, flat, claim) });
    all.push({ day: claim.decided, happens: () => decide(stage, flat, claim) });
  }
  return all.toSorted((a, b) => parseDay(a.day) - parseDay(b.day));
}

/** Both sign, the landlord carries; then it tries to let the flat to somebody else for the same time. */
async function sign(stage: Stage, { lease, tenant, input }: Flat): Promise<void> {
  const { rental, journal, landlord, domains, jurisdiction, checks, flats } = stage;
  const { consent, holdSignature } = await signTenancy(tenant, domains, lease);
  await journal.note(
    {
      event: `${input.tenant} and the landlord sign the lease of ${input.unit}`,
      legs: [`${describe(jurisdiction, lease.deposit)} held, still the tenant's`],
    },
    rental.connect(landlord).signLease(lease, "0x", consent, holdSignature),
  );
  const other = flats.find(({ tenant: somebody }) => somebody !== tenant);
  if (other === undefined) return;
  const again: Lease = {
    ...lease,
    tenant: other.tenant.address,
    start: leaseEnd(lease) - 1n,
    salt: reference("again"),
  };
  await journal.note(
    { event: `the landlord lists ${input.unit} again, for the time after` },
    rental.connect(landlord).listUnit(lease.unit, lease.rent, lease.deposit, reference(input.unit)),
  );
  const agreed = await signLease(other.tenant, domains.rental, again);
  const call = rental.connect(landlord).signLease.staticCall(again, "0x", agreed, "0x");
  checks.equal(
    `${input.unit}: let twice for one time`,
    "RentalUnitOccupied",
    await refusalOf(errorsOf(rental, jurisdiction.currency), call),
  );
}

async function handOver({ rental, journal, landlord, domains }: Stage, { lease, id, tenant, input }: Flat) {
  const protocol = reference(`protocol of arrival, ${input.unit}`);
  const signature = await signProtocol(tenant, domains.rental, { lease: id, returned: false, protocol });
  await journal.note(
    { event: `${input.tenant} moves in; both sign the protocol` },
    rental.connect(landlord).handOver(lease, protocol, signature),
  );
}

async function payRent({ rental, journal, suite, jurisdiction, checks }: Stage, flat: Flat, period: number) {
  const { lease, input } = flat;
  const salt = reference(`rent ${period}`);
  await journal.note(
    { event: `${input.tenant}'s rent ${period + 1} of ${lease.periods}`, legs: [describe(jurisdiction, lease.rent)] },
    rental.connect(suite.deployer).payRent(lease, salt, "0x"),
  );
  if (period + 1 >= Number(lease.periods)) return;
  const ahead = rental.connect(suite.deployer).payRent.staticCall(lease, salt, "0x");
  checks.equal(
    `${input.tenant}: rent ${period + 2} before it is due`,
    "RentalTooEarly",
    await refusalOf(rental, ahead),
  );
}

async function moveOut({ rental, journal, suite, clock, checks }: Stage, { lease, input, tenant, id }: Flat) {
  const arrears = await rental.arrearsOf(lease, await clock.now());
  checks.equal(`${input.tenant}: periods in arrears`, BigInt(input.periods - input.paid), arrears);
  await journal.note(
    { event: `${input.tenant} moves out of ${input.unit}`, legs: [`${arrears} periods in arrears`] },
    rental.connect(tenant).returnUnit(lease, reference(`protocol of departure, ${input.unit}`), "0x"),
  );
  const early = rental.connect(suite.deployer).settleDeposit.staticCall(lease);
  checks.equal(
    `${input.tenant}: the deposit before the inspection is over`,
    "RentalTooEarly",
    await refusalOf(rental, early),
  );
  checks.equal<bigint>(
    `${input.tenant}: the lease is over`,
    LEASE_STATUS.returned,
    (await rental.leaseStateOf(id)).status,
  );
}

type Claim = NonNullable<FlatInput["claim"]>;

async function claimDeduction({ rental, journal, landlord, jurisdiction }: Stage, flat: Flat, claim: Claim) {
  const { lease, tenant, input } = flat;
  await journal.note(
    { event: `the landlord claims for ${input.unit}`, legs: [describe(jurisdiction, minor(claim.amount))] },
    rental.connect(landlord).claimDeduction(lease, minor(claim.amount), reference(`photographs of ${input.unit}`)),
  );
  if (claim.outcome === "accepted") return;
  await journal.note(
    { event: `${input.tenant} contests the claim before the arbiter` },
    rental.connect(tenant).disputeDeduction(lease, reference(`${input.tenant}'s evidence`)),
  );
}

async function decide(stage: Stage, { lease, tenant, input }: Flat, claim: Claim): Promise<void> {
  const { rental, journal, suite, arbiter, jurisdiction, checks } = stage;
  if (claim.outcome === "accepted") {
    await journal.note(
      { event: `${input.tenant} accepts; the deposit is divided` },
      rental.connect(tenant).acceptDeduction(lease),
    );
    return;
  }
  if (claim.outcome === "ruled") {
    const award = minor(claim.award ?? "0.00");
    const past = rental
      .connect(arbiter)
      .ruleDeduction.staticCall(lease, minor(claim.amount) + 1n, reference("reasons"));
    checks.equal(`${input.tenant}: more than was claimed`, "RentalAmountInvalid", await refusalOf(rental, past));
    await journal.note(
      { event: `the arbiter rules on ${input.unit}`, legs: [`${describe(jurisdiction, award)} to the landlord`] },
      rental.connect(arbiter).ruleDeduction(lease, award, reference("reasons")),
    );
    return;
  }
  const late = rental.connect(arbiter).ruleDeduction.staticCall(lease, 1n, reference("reasons"));
  checks.equal(`${input.tenant}: a ruling after the deadline`, "RentalTooLate", await refusalOf(rental, late));
  await journal.note(
    { event: `the arbiter was silent: ${input.tenant} has the whole deposit back` },
    rental.connect(suite.deployer).settleDeposit(lease),
  );
}

// --------------------------------------------------------------------- the end

async function checkEnd(stage: Stage): Promise<string> {
  const { jurisdiction, rental, flats, checks, landlord, domains } = stage;
  const { currency, plan } = jurisdiction;
  const money = (amount: bigint) => formatMoney(amount, plan.code);
  const rows = [];
  let earned = 0n;
  for (const { input, tenant, lease } of flats) {
    // the input's own words, added up in fen
    const fen = (text: string) => BigInt(text.replace(".", ""));
    const deducted =
      input.claim === undefined || input.claim.outcome === "silence"
        ? 0n
        : fen(input.claim.outcome === "ruled" ? (input.claim.award ?? "0.00") : input.claim.amount);
    const rent = fen(input.rent) * BigInt(input.paid);
    const expected = fen(input.deposit) + fen(input.rent) * BigInt(input.periods) - rent - deducted;
    const hold = depositHold(domains.rental, lease);
    const { remaining } = await currency.holdState(await currency.holdId(hold));
    checks.equal(`${input.tenant}: has what is left of its money, free`, expected, await currency.spendableOf(tenant));
    checks.equal(`${input.tenant}: nothing of the deposit is held`, 0n, remaining);
    earned += rent + deducted;
    rows.push([
      input.unit,
      input.tenant,
      money(fen(input.deposit)),
      money(deducted),
      money(fen(input.deposit) - deducted),
    ]);
  }
  checks.equal("the landlord has rents and deductions and nothing else", earned, await currency.balanceOf(landlord));
  checks.equal("the rental contract owns nothing", 0n, await currency.balanceOf(rental));
  const settled = await rental.queryFilter(rental.filters.DepositSettled());
  checks.holds(
    "deducted and returned are the deposit, lease by lease",
    settled.every(({ args: { lease, returned, deducted } }) => {
      const flat = flats.find(({ id }) => id === lease);
      return flat !== undefined && returned + deducted === flat.lease.deposit;
    }),
  );
  return table(["flat", "tenant", "deposit", "deducted", "returned"], rows);
}
