import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, type TypedDataDomain } from "ethers";
import { dayNumber } from "../../sdk/calendar.js";
import { openCollateral } from "../../sdk/deploy/collateral.js";
import {
  pledgeId,
  scheduleHash,
  type EligibleAsset,
  type PledgeTerms,
  type Selection,
} from "../../sdk/eip712/collateral.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { inOrder, signPledge } from "../../sdk/markets/collateral.js";
import { minor } from "../../sdk/money.js";
import type { Bond, Collateral } from "../../types/ethers-contracts/index.js";
import { passTo } from "./assets.js";
import { ref, type Chain } from "./chain.js";
import { DAY, deployOtherNote, deployRepo, percent, type RepoMarket } from "./repo.js";

const { bytecode } = await artifacts.readArtifact("Collateral");

/** The register of pledges: bochk owes hsbc, boc selects, the company values. */
export interface Pledging extends RepoMarket {
  readonly collateral: Collateral;
  readonly pledging: TypedDataDomain;
  readonly pledgor: HardhatEthersSigner;
  readonly pledgee: HardhatEthersSigner;
  readonly triparty: HardhatEthersSigner;
  /** Another note, at par like the first. */
  readonly other: Bond;
  readonly otherAddress: string;
  /** The note at a haircut of 5 % up to all, the other at 10 % up to 40 % of the obligation. */
  readonly schedule: readonly EligibleAsset[];
  /** 950,000.00, due in thirty days. */
  readonly pledge: PledgeTerms;
}

/** Two notes, an allowance on each, and terms that both would sign. */
export async function deployCollateral(chain: Chain): Promise<Pledging> {
  const f = await deployRepo(chain);
  const { seller: pledgor, buyer: pledgee, boc: triparty, engine, register, fixings, bond, agent } = f;
  const other = await deployOtherNote(f);
  const otherAddress = await other.getAddress();
  const collateral = await openCollateral({ deployer: f.deployer, engine, register, fixings, initCode: bytecode });
  for (const note of [bond, other]) await note.connect(pledgor).approve(collateral, MaxUint256);
  await engine.connect(pledgor).authorizeAgent(collateral, true);
  const now = BigInt(await chain.networkHelpers.time.latest());
  await fixings.connect(agent).publish(other, dayNumber(now), percent("100.00"));
  const schedule = inOrder([
    { bond: f.address, haircut: 5_000_000n, limit: 100_000_000n },
    { bond: otherAddress, haircut: 10_000_000n, limit: 40_000_000n },
  ]);
  const pledge: PledgeTerms = {
    ...{ pledgor: pledgor.address, pledgee: pledgee.address, agent: triparty.address },
    ...{ currency: f.agreed.currency, valuationAgent: agent.address, schedule: scheduleHash(schedule) },
    ...{ obligation: minor("950000.00", "HKD"), maxAge: 1n, opensBy: now + DAY, due: now + 30n * DAY },
    ...{ callPeriod: DAY, grace: 7_200n, businessRef: ref("pledge") },
  };
  const pledging = await domainOf(collateral);
  return { ...f, collateral, pledging, pledgor, pledgee, triparty, other, otherAddress, schedule, pledge };
}

/** A pledge on the terms of {@link Pledging}, or others. */
export class PledgeUnderTest {
  readonly id: string;
  readonly terms: PledgeTerms;

  constructor(
    private readonly f: Pledging,
    changed: Partial<PledgeTerms> = {},
    private readonly schedule = f.schedule,
  ) {
    this.terms = { ...f.pledge, schedule: scheduleHash(schedule), ...changed };
    this.id = pledgeId(f.pledging, this.terms);
  }

  /** Opened with a thousand units of the first note, which cover the obligation exactly. */
  static async opened(f: Pledging, changed: Partial<PledgeTerms> = {}): Promise<PledgeUnderTest> {
    const pledge = new PledgeUnderTest(f, changed);
    await pledge.open();
    return pledge;
  }

  /** By the triparty agent, with both signatures. */
  async open(selected: readonly Selection[] = [this.first(1_000n)]) {
    const { collateral, triparty, pledgor, pledgee, pledging } = this.f;
    const consents = [
      await signPledge(pledgor, pledging, this.terms),
      await signPledge(pledgee, pledging, this.terms),
    ] as const;
    return collateral.connect(triparty).open(this.terms, [...this.schedule], [...selected], ...consents);
  }

  first(units: bigint): Selection {
    return { bond: this.f.address, units };
  }

  second(units: bigint): Selection {
    return { bond: this.f.otherAddress, units };
  }

  withdraw(by = this.f.pledgee) {
    return this.f.collateral.connect(by).withdraw(this.terms);
  }

  rearrange(freed: readonly bigint[], selected: readonly Selection[], by = this.f.triparty) {
    return this.f.collateral.connect(by).rearrange(this.terms, [...this.schedule], [...freed], [...selected]);
  }

  mark() {
    return this.f.collateral.connect(this.f.carrier).mark(this.terms, [...this.schedule]);
  }

  pay(amount: bigint, by = this.f.pledgor) {
    return this.f.collateral.connect(by).pay(this.terms, amount, ref(`payment of ${amount}`));
  }

  acknowledge(amount: bigint, by = this.f.pledgee) {
    return this.f.collateral.connect(by).acknowledge(this.terms, amount);
  }

  declareDefault(by = this.f.pledgee) {
    return this.f.collateral.connect(by).declareDefault(this.terms);
  }

  enforce(by = this.f.pledgee) {
    return this.f.collateral.connect(by).enforce(this.terms);
  }

  state() {
    return this.f.collateral.stateOf(this.id);
  }

  positions() {
    return this.f.collateral.positionsOf(this.id);
  }

  /** Both notes' fixing of today. */
  async fix(price: bigint): Promise<void> {
    const { fixings, agent, bond, other, chain } = this.f;
    const today = dayNumber(await chain.networkHelpers.time.latest());
    for (const note of [bond, other]) await fixings.connect(agent).publish(note, today, price);
  }

  /** The clock stands at so many days after the first, or just past it. */
  at(days: bigint): Promise<void> {
    return passTo(this.f.chain, this.terms.opensBy + (days - 1n) * DAY);
  }

  /** Ten days later both notes stand at 90 %, and margin has been called. */
  async called(): Promise<void> {
    await this.at(10n);
    await this.fix(percent("90.00"));
    await this.mark();
  }

  /** The call was missed, and the default declared. */
  async defaulted(): Promise<void> {
    await this.called();
    await this.at(12n);
    await this.declareDefault();
  }
}
