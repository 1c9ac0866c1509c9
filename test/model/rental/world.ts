import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256 } from "ethers";
import { depositHold, leaseId, type Lease } from "../../../sdk/eip712/rental.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { signTitle } from "../../../sdk/projects/rental.js";
import { ref, type Chain } from "../../support/chain.js";
import { fund } from "../../support/currency.js";
import { PURSE, deployRental, type Rentals } from "../../support/rental.js";
import * as tale from "../tale.js";
import { TERMS, UNITS, type LeaseModel, type Person, type Rules, type State, type Unit } from "./state.js";

/** Dwellings to let on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: Rentals;
  readonly signers: Readonly<Record<Person, HardhatEthersSigner>>;
}

/** Rental: the model beside the chain. */
export class RentalTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<RentalTale, World, State, Rules>;

/** What the second tenant has: three deposits and some rents. */
const SMALL_PURSE = 25_000n;

/** Two units with titles, and two tenants with money that make the contract their agent. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deployRental(chain);
  const { ann, hsbc: li, landlord, arbiter, carrier, rental, engine, money } = f;
  const signers = { ann, li, landlord, arbiter, carrier };
  await fund(f.mainland, li, SMALL_PURSE);
  await money.connect(li).approve(engine, MaxUint256);
  await engine.connect(li).authorizeAgent(rental, true);
  const world: World = { chain, errors: errorsOf(rental, money, engine), f, signers };
  for (const unit of UNITS) await attest(world, unit, 1n);
  const initial: State = {
    now: BigInt(await chain.networkHelpers.time.latest()),
    free: new Map([
      ["ann", PURSE],
      ["li", SMALL_PURSE],
    ]),
    ...{ earned: 0n, titles: new Map(UNITS.map((unit) => [unit, true])), listed: new Set(), occupied: new Map() },
    ...{ leases: [], frozen: false, revisions: 1n, names: 0 },
  };
  return { world, initial };
}

/** Keyed hash of a unit. */
export function unitOf(unit: Unit): string {
  return ref(`unit ${unit}`);
}

/** The landlord has a title of the unit, until a time that no story reaches. */
export async function attest({ f, signers }: World, unit: Unit, revision: bigint) {
  const { landlord, carrier } = signers;
  const title = {
    ...{ unit: unitOf(unit), revision, owner: landlord.address, notAfter: 2n ** 40n, document: ref("extract") },
  };
  const signature = await signTitle(f.attestor, f.domains.rental, title);
  return f.rental.connect(carrier).attestTitle(title, f.attestor, signature);
}

/** A lease's terms as the contract takes them. */
export function termsOf({ signers }: World, lease: Pick<LeaseModel, "unit" | "tenant" | "start" | "salt">): Lease {
  const { rent, deposit, period, periods, arrearsLimit, inspection, arbitration } = TERMS;
  return {
    ...{ unit: unitOf(lease.unit), landlord: signers.landlord.address, tenant: signers[lease.tenant].address },
    ...{ rent, deposit, start: lease.start, period, periods, arrearsLimit, arbiter: signers.arbiter.address },
    ...{ inspection, arbitration, contractHash: ref("contract"), notAfter: lease.start, salt: ref(lease.salt) },
  };
}

/** Id of a lease. */
export function idOf(world: World, lease: LeaseModel): string {
  return leaseId(world.f.domains.rental, termsOf(world, lease));
}

/** The hold that a lease's deposit is. */
export function holdOf(world: World, lease: LeaseModel) {
  return depositHold(world.f.domains.rental, termsOf(world, lease));
}
