import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256 } from "ethers";
import { openRental } from "../../sdk/deploy/rental.js";
import type { Hold } from "../../sdk/eip712/ledger.js";
import { depositHold, leaseEnd, leaseId, type Lease, type RentalTitle } from "../../sdk/eip712/rental.js";
import type { Instruction } from "../../sdk/eip712/settlement.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { signLease, signProtocol, signTenancy, signTitle, type RentalDomains } from "../../sdk/projects/rental.js";
import type { Rental, SettlementEngine } from "../../types/ethers-contracts/index.js";
import { ref, type Chain } from "./chain.js";
import { deployMoney, fund, type Money } from "./currency.js";

export const DAY = 86_400n;
/** A flat in Xiongan; the shop owns it. */
export const UNIT = ref("unit 1-2-301");
/** What the tenant has at first. */
export const PURSE = minor("20000.00");

/** What this run compiled, and under coverage instrumented. */
const { bytecode } = await artifacts.readArtifact("Rental");

/** The treasury attests titles, the shop lets, ann is the tenant, boc arbitrates. */
export interface Rentals extends Money {
  readonly chain: Chain;
  readonly rental: Rental;
  readonly engine: SettlementEngine;
  readonly money: Money["mainland"]["currency"];
  readonly domains: RentalDomains;
  readonly attestor: HardhatEthersSigner;
  readonly landlord: HardhatEthersSigner;
  readonly tenant: HardhatEthersSigner;
  readonly arbiter: HardhatEthersSigner;
  readonly title: RentalTitle;
}

/** The unit is attested and listed; the tenant has money, allows the engine all of it, and makes the contract its agent. */
export async function deployRental(chain: Chain): Promise<Rentals> {
  const money = await deployMoney(chain);
  const { mainland, deployer, treasury: attestor, shop: landlord, ann: tenant, boc: arbiter } = money;
  const { currency, authority, officers } = mainland;
  const engine = await chain.ethers.deployContract("SettlementEngine");
  const bank = { authority, admin: officers.admin };
  const rental = await openRental({ ...bank, deployer, currency, engine, initCode: bytecode });
  const domains = { rental: await domainOf(rental), currency: await domainOf(currency) };
  const title: RentalTitle = {
    unit: UNIT,
    revision: 1n,
    owner: landlord.address,
    notAfter: BigInt(await chain.networkHelpers.time.latest()) + 1_000n * DAY,
    document: ref("extract of the register"),
  };
  await rental.connect(officers.governor).setAttestor(attestor, true, ref("mandate"));
  await rental.attestTitle(title, attestor, await signTitle(attestor, domains.rental, title));
  await rental.connect(landlord).listUnit(UNIT, minor("3000.00"), minor("6000.00"), ref("details"));
  await fund(mainland, tenant, PURSE);
  await currency.connect(tenant).approve(engine, MaxUint256);
  await engine.connect(tenant).authorizeAgent(rental, true);
  return { ...money, chain, rental, engine, money: currency, domains, attestor, landlord, tenant, arbiter, title };
}

type Returned = Awaited<ReturnType<Rental["rentInstruction"]>>;

/** A lease between landlord and tenant, and what its sides do. */
export class LeaseUnderTest {
  readonly id: string;
  readonly hold: Hold;
  readonly end: bigint;

  private constructor(
    readonly f: Rentals,
    readonly terms: Lease,
  ) {
    this.id = leaseId(f.domains.rental, terms);
    this.hold = depositHold(f.domains.rental, terms);
    this.end = leaseEnd(terms);
  }

  /** Three periods of thirty days from tomorrow on; not signed yet. */
  static async drafted(f: Rentals, changed: Partial<Lease> = {}): Promise<LeaseUnderTest> {
    const now = BigInt(await f.chain.networkHelpers.time.latest());
    return new LeaseUnderTest(f, {
      // in the order of the struct, which an event's arguments have
      ...{ unit: UNIT, landlord: f.landlord.address, tenant: f.tenant.address },
      ...{ rent: minor("3000.00"), deposit: minor("6000.00"), start: now + DAY, period: 30n * DAY, periods: 3n },
      ...{ arrearsLimit: 2n, arbiter: f.arbiter.address, inspection: 7n * DAY, arbitration: 30n * DAY },
      ...{ contractHash: ref("contract"), notAfter: now + 3_600n, salt: ref("first lease") },
      ...changed,
    });
  }

  /** Both sign, the carrier sends. */
  async sign() {
    const { rental, carrier, landlord, tenant, domains } = this.f;
    const { consent, holdSignature } = await signTenancy(tenant, domains, this.terms);
    const agreed = await signLease(landlord, domains.rental, this.terms);
    return rental.connect(carrier).signLease(this.terms, agreed, consent, holdSignature);
  }

  /** The landlord records it, the tenant has signed. */
  async handOver() {
    const { rental, landlord } = this.f;
    return rental.connect(landlord).handOver(this.terms, ref("arrival"), await this.protocol(false));
  }

  /** A protocol's signature. */
  protocol(returned: boolean, by = this.f.tenant): Promise<string> {
    const protocol = ref(returned ? "departure" : "arrival");
    return signProtocol(by, this.f.domains.rental, { lease: this.id, returned, protocol });
  }

  payRent(by = this.f.carrier) {
    return this.f.rental.connect(by).payRent(this.terms, ref("rent"), "0x");
  }

  /** Both agree that the tenant has moved out. */
  async leave() {
    const { rental, landlord } = this.f;
    return rental.connect(landlord).returnUnit(this.terms, ref("departure"), await this.protocol(true));
  }

  claim(amount = minor("1000.00")) {
    return this.f.rental.connect(this.f.landlord).claimDeduction(this.terms, amount, ref("photographs"));
  }

  accept() {
    return this.f.rental.connect(this.f.tenant).acceptDeduction(this.terms);
  }

  dispute(by = this.f.tenant) {
    return this.f.rental.connect(by).disputeDeduction(this.terms, ref("evidence"));
  }

  rule(amount = minor("400.00")) {
    return this.f.rental.connect(this.f.arbiter).ruleDeduction(this.terms, amount, ref("reasons"));
  }

  settle() {
    return this.f.rental.connect(this.f.carrier).settleDeposit(this.terms);
  }

  rescind(by = this.f.landlord) {
    return this.f.rental.connect(by).rescind(this.terms);
  }

  payOwed() {
    return this.f.rental.connect(this.f.carrier).payOwed(this.terms, ref("owed"), "0x");
  }

  /** Signed, and the tenant has moved in. */
  async running(): Promise<this> {
    await this.sign();
    await this.handOver();
    return this;
  }

  /** The rent of a period as an instruction of the engine. */
  async rentInstruction(period: bigint): Promise<Instruction> {
    return plain(await this.f.rental.rentInstruction(this.terms, period, ref("rent")));
  }

  /** What is owed as an instruction of the engine. */
  async owedInstruction(amount: bigint): Promise<Instruction> {
    return plain(await this.f.rental.owedInstruction(this.terms, amount, ref("owed")));
  }

  state() {
    return this.f.rental.leaseStateOf(this.id);
  }

  async locked(): Promise<bigint> {
    return (await this.f.money.holdState(await this.f.money.holdId(this.hold))).remaining;
  }
}

function plain({ businessRef, notBefore, notAfter, nettable, legs }: Returned): Instruction {
  const copied = legs.map(({ token, from, to, amount }) => ({ token, from, to, amount }));
  return { businessRef, notBefore, notAfter, nettable, legs: copied };
}
