import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, type TypedDataDomain } from "ethers";
import { isinBytes, type BondTerms } from "../../sdk/bonds.js";
import { dayNumber } from "../../sdk/calendar.js";
import { openRepo } from "../../sdk/deploy/repo.js";
import { repoId, type RepoTerms } from "../../sdk/eip712/repo.js";
import { isinWithCheckDigit } from "../../sdk/identifiers.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { signClosing, signRepo, signSubstitution } from "../../sdk/markets/repo.js";
import { minor } from "../../sdk/money.js";
import type {
  Bond,
  IDigitalCurrency,
  PriceFixings,
  Repo,
  SettlementEngine,
} from "../../types/ethers-contracts/index.js";
import { deployBond, deployNote, noteCoupons, noteTerms, openChainAt, passTo, place, type Issue } from "./assets.js";
import { ref, type Chain } from "./chain.js";
import { fund } from "./currency.js";

/** Seconds. */
export const DAY = 86_400n;
/** What everybody has of the money and of the note at first. */
export const OPENING = { cash: minor("5000000.00", "HKD"), units: 3_000n } as const;
/** Nominal of a unit of the note, minor units. */
const NOMINAL = minor("1000.00", "HKD");

const OTHER_ISIN = isinBytes(isinWithCheckDigit("HK000000002"));

/** Price of a unit of the note at so many percent of its nominal. */
export function percent(text: string): bigint {
  return NOMINAL * minor(text) * 10n ** 4n;
}

const [repoArtifact, fixingsArtifact] = [
  await artifacts.readArtifact("Repo"),
  await artifacts.readArtifact("PriceFixings"),
];
/** What this run compiled, and under coverage instrumented. */
export const REPO_CODE = { Repo: repoArtifact.bytecode, PriceFixings: fixingsArtifact.bytecode };

/** The repo market of Hong Kong's note: bochk sells, hsbc buys, the company values. */
export interface RepoMarket extends Issue {
  readonly chain: Chain;
  readonly engine: SettlementEngine;
  readonly repo: Repo;
  readonly fixings: PriceFixings;
  readonly money: IDigitalCurrency;
  readonly domain: TypedDataDomain;
  readonly seller: HardhatEthersSigner;
  readonly buyer: HardhatEthersSigner;
  readonly agent: HardhatEthersSigner;
  /** 1,000 units for 900,000.00 at 3.65 %, ACT/365, a haircut of 5 %, for thirty days; open, with two days' notice. */
  readonly agreed: RepoTerms;
}

/** The note's first day of trading: a chain whose clock begins on its issue date. */
export function openRepoChain(): Promise<Chain> {
  return openChainAt("2026-03-02");
}

/** Both have money and bonds, let the engine move all of them and the repos speak for them; the note stands at par. */
export async function deployRepo(chain: Chain): Promise<RepoMarket> {
  const issue = await deployNote(chain);
  const { bochk: seller, hsbc: buyer, company: agent, hongkong, register, bond } = issue;
  const money = hongkong.currency;
  const engine = await chain.ethers.deployContract("SettlementEngine");
  const { repo, fixings } = await openRepo({ deployer: issue.deployer, engine, register, initCode: REPO_CODE });
  for (const dealer of [seller, buyer]) {
    await fund(hongkong, dealer, OPENING.cash);
    await place(issue, [[dealer, OPENING.units]]);
    for (const token of [money, bond]) await token.connect(dealer).approve(engine, MaxUint256);
    await engine.connect(dealer).authorizeAgent(repo, true);
  }
  const now = BigInt(await chain.networkHelpers.time.latest());
  await fixings.connect(agent).publish(bond, dayNumber(now), percent("100.00"));
  const agreed: RepoTerms = {
    ...{ seller: seller.address, buyer: buyer.address, bond: issue.address, currency: await money.getAddress() },
    ...{ valuationAgent: agent.address, units: 1_000n, cash: minor("900000.00", "HKD") },
    ...{ threshold: minor("10000.00", "HKD"), haircut: 5_000_000n, rate: 3_650_000n, dayBasis: 365n, maxAge: 1n },
    ...{ opensAt: now, opensBy: now + DAY, closing: now + 30n * DAY, notice: 2n * DAY, callPeriod: DAY },
    ...{ grace: 7_200n, businessRef: ref("repo") },
  };
  return { ...issue, chain, engine, repo, fixings, money, domain: await domainOf(repo), seller, buyer, agent, agreed };
}

/** A second note of the same issuer and money, of which both dealers have as much, at par as well. */
export async function deployOtherNote(
  f: RepoMarket,
  changed: Partial<BondTerms> = {},
  coupons = noteCoupons(),
): Promise<Bond> {
  const terms = await noteTerms(f, { isin: OTHER_ISIN, name: "other note", symbol: "OTHER", ...changed });
  const other = await deployBond(f.chain, f, terms, coupons);
  await other.bond.connect(f.registrar).issue();
  for (const dealer of [f.seller, f.buyer]) {
    await place(other, [[dealer, OPENING.units]]);
    await other.bond.connect(dealer).approve(f.engine, MaxUint256);
  }
  return other.bond;
}

/** A repo on the agreed terms, or others. */
export class RepoUnderTest {
  readonly id: string;
  readonly terms: RepoTerms;

  constructor(
    private readonly f: RepoMarket,
    changed: Partial<RepoTerms> = {},
  ) {
    this.terms = { ...f.agreed, ...changed };
    this.id = repoId(f.domain, this.terms);
  }

  /** Opened by a carrier with both signatures. */
  static async opened(f: RepoMarket, changed: Partial<RepoTerms> = {}): Promise<RepoUnderTest> {
    const repo = new RepoUnderTest(f, changed);
    await repo.open();
    return repo;
  }

  async open() {
    const { seller, buyer, carrier, repo, domain } = this.f;
    const consents = [await signRepo(seller, domain, this.terms), await signRepo(buyer, domain, this.terms)] as const;
    return repo.connect(carrier).open(this.terms, ...consents);
  }

  withdraw(by = this.f.seller) {
    return this.f.repo.connect(by).withdraw(this.terms);
  }

  mark() {
    return this.f.repo.connect(this.f.carrier).mark(this.terms);
  }

  meetCall(units: bigint, cash: bigint, by = this.f.seller) {
    return this.f.repo.connect(by).meetCall(this.terms, units, cash);
  }

  /** By the seller, with the buyer's signature. */
  async substitute(bond: string, units: bigint) {
    const { repo, domain, buyer, seller } = this.f;
    const { sequence } = await this.state();
    const notAfter = (await this.now()) + DAY;
    const consent = await signSubstitution(buyer, domain, { repo: this.id, sequence, bond, units, notAfter });
    return repo.connect(seller).substitute(this.terms, bond, units, notAfter, "0x", consent);
  }

  giveNotice(by = this.f.buyer) {
    return this.f.repo.connect(by).giveNotice(this.terms);
  }

  /** By the buyer, with the seller's signature. */
  async agreeClosing(closing: bigint) {
    const { repo, domain, seller, buyer } = this.f;
    const { sequence } = await this.state();
    const notAfter = (await this.now()) + DAY;
    const consent = await signClosing(seller, domain, { repo: this.id, sequence, closing, notAfter });
    return repo.connect(buyer).agreeClosing(this.terms, closing, notAfter, consent, "0x");
  }

  payIncome() {
    return this.f.repo.connect(this.f.carrier).payIncome(this.terms);
  }

  close() {
    return this.f.repo.connect(this.f.carrier).close(this.terms);
  }

  declareDefault(by = this.f.buyer) {
    return this.f.repo.connect(by).declareDefault(this.terms);
  }

  closeOut() {
    return this.f.repo.connect(this.f.carrier).closeOut(this.terms);
  }

  collect(amount: bigint, by = this.f.buyer, businessRef = ref("collection")) {
    return this.f.repo.connect(by).collect(this.terms, amount, businessRef);
  }

  state() {
    return this.f.repo.stateOf(this.id);
  }

  position() {
    return this.f.repo.positionOf(this.terms);
  }

  /** The clock stands at so many days after the first moment at which the repo could open, or just past it. */
  at(days: bigint): Promise<void> {
    return passTo(this.f.chain, this.terms.opensAt + days * DAY);
  }

  /** Today's fixing of the note. */
  async fix(price: bigint): Promise<void> {
    const { fixings, agent, bond } = this.f;
    await fixings.connect(agent).publish(bond, dayNumber(await this.now()), price);
  }

  /** Ten days later the note stands at 85 %, and margin has been called. */
  async called(): Promise<void> {
    await this.at(10n);
    await this.fix(percent("85.00"));
    await this.mark();
  }

  /** The seller no longer lets the repos speak for it, or again. */
  sellerSpeaks(authorized: boolean) {
    return this.f.engine.connect(this.f.seller).authorizeAgent(this.f.repo, authorized);
  }

  /** The call was missed, and the default declared. */
  async defaulted(): Promise<void> {
    await this.called();
    await this.at(12n);
    await this.declareDefault();
  }

  private async now(): Promise<bigint> {
    return BigInt(await this.f.chain.networkHelpers.time.latest());
  }
}
