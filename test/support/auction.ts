import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, type TypedDataDomain } from "ethers";
import {
  PRICE_RULE,
  auctionId,
  auctionTypedData,
  bidId,
  bidTypedData,
  bidGuaranteeHold,
  type AuctionTerms,
  type Bid,
} from "../../sdk/eip712/auction.js";
import { holdTypedData } from "../../sdk/eip712/ledger.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { allocate, type Allocation, type RankedBid } from "../../sdk/markets/auction.js";
import { minor } from "../../sdk/money.js";
import type { BondAuction, SettlementEngine } from "../../types/ethers-contracts/index.js";
import { deployNote, passTo, type Issue } from "./assets.js";
import { ref, type Chain } from "./chain.js";
import { fund } from "./currency.js";

const DAY = 86_400n;
/** What every bidder and underwriter has at first. */
export const CHEST = minor("2000000", "HKD");
/** Held for each bid. */
export const GUARANTEE = minor("5000", "HKD");
/** Units for sale. */
export const LOT = 1_000n;

/** A note whose issuer sells a lot of it; bidders have money and accounts, and have authorised the contract. */
export interface Market extends Issue {
  readonly chain: Chain;
  readonly money: Issue["hongkong"]["currency"];
  readonly engine: SettlementEngine;
  readonly auctions: BondAuction;
  readonly domain: TypedDataDomain;
  readonly bidders: readonly [HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner];
  /** Three of seven parts, and four. */
  readonly underwriters: readonly [HardhatEthersSigner, HardhatEthersSigner];
}

/** Call it inside a fixture. The chain's clock has to stand before the note's issue date or at it. */
export async function deployMarket(chain: Chain): Promise<Market> {
  const { ethers } = chain;
  const issue = await deployNote(chain);
  const { bond, hongkong, hsbc, issuer } = issue;
  const money = hongkong.currency;
  const engine = await ethers.deployContract("SettlementEngine");
  const auctions = await ethers.deployContract("BondAuction", [engine, issue.register]);
  const bidders = [issue.bochk, issue.company, issue.icbc, issue.boc] as const;
  const underwriters = [issue.shop, hsbc] as const;
  for (const party of [...bidders, ...underwriters]) {
    await bond.connect(hsbc).openAccount(party);
    await fund(hongkong, party, CHEST);
    await money.connect(party).approve(auctions, MaxUint256);
    await money.connect(party).approve(engine, MaxUint256);
    await engine.connect(party).authorizeAgent(auctions, true);
  }
  for (const spender of [auctions, engine]) await bond.connect(issuer).approve(spender, MaxUint256);
  await engine.connect(issuer).authorizeAgent(auctions, true);
  return { ...issue, chain, money, engine, auctions, domain: await domainOf(auctions), bidders, underwriters };
}

/** Terms that open in a minute: 1,000 units from 950.00 on, a day each for bids and showing, two for settlement. */
export async function auctionTerms(f: Market, changed: Partial<AuctionTerms> = {}): Promise<AuctionTerms> {
  const opens = BigInt(await f.chain.networkHelpers.time.latest()) + 60n;
  return {
    ...{ issuer: f.issuer.address, security: f.address, currency: await f.money.getAddress() },
    ...{ documentHash: ref("announcement"), lot: LOT, tick: 10n, minimumUnits: 10n, maximumUnits: 800n },
    ...{ minimumPrice: minor("950", "HKD"), maximumPrice: minor("1050", "HKD"), guarantee: GUARANTEE },
    ...{ bids: 6n, bidsPerBidder: 2n, priceRule: PRICE_RULE.uniform },
    ...{ opens, reveals: opens + DAY, closes: opens + 2n * DAY },
    ...{ settlesFrom: opens + 3n * DAY, settlesUntil: opens + 5n * DAY, underwriters: [] },
    ...changed,
  };
}

/** {@link auctionTerms} with both underwriters. */
export function underwritten(f: Market, changed: Partial<AuctionTerms> = {}): Promise<AuctionTerms> {
  const underwriters = f.underwriters.map(({ address: account }, index) => ({ account, share: 3n + BigInt(index) }));
  return auctionTerms(f, { underwriters, ...changed });
}

interface Lot {
  readonly bidder: HardhatEthersSigner;
  readonly bid: Bid;
  readonly position: bigint;
}

/** An auction and the bids placed in it. */
export class AuctionUnderTest {
  readonly id: string;
  readonly placed: Lot[] = [];

  private constructor(
    readonly f: Market,
    readonly terms: AuctionTerms,
  ) {
    this.id = auctionId(f.domain, terms);
  }

  /** Not announced. */
  static async drafted(f: Market, changed: Partial<AuctionTerms> = {}): Promise<AuctionUnderTest> {
    return new AuctionUnderTest(f, await auctionTerms(f, changed));
  }

  /** The same on a chain that went back: later bids are this one's alone. */
  again(): AuctionUnderTest {
    const copy = new AuctionUnderTest(this.f, this.terms);
    copy.placed.push(...this.placed);
    return copy;
  }

  /** Announced, and open for bids. */
  static async open(f: Market, terms?: AuctionTerms): Promise<AuctionUnderTest> {
    const auction = new AuctionUnderTest(f, terms ?? (await auctionTerms(f)));
    await auction.announce();
    await passTo(f.chain, auction.terms.opens);
    return auction;
  }

  async announce() {
    const { auctions, issuer } = this.f;
    return auctions.connect(issuer).announce(this.terms, await this.commitments());
  }

  /** What the underwriters have signed. */
  commitments(): Promise<string[]> {
    const signers = this.terms.underwriters.map(({ account }) => {
      const signer = this.f.underwriters.find(({ address }) => address === account);
      if (signer === undefined) throw new RangeError(`${account} is no underwriter of these tests`);
      return signer;
    });
    return Promise.all(signers.map((signer) => sign(signer, auctionTypedData(this.f.domain, this.terms))));
  }

  /** A bid of `units` at `price`, not placed. */
  bidOf(bidder: HardhatEthersSigner, units: bigint, price: string, salt = `salt ${this.placed.length}`): Lot {
    const bid = { bidder: bidder.address, units, price: minor(price, "HKD"), salt: ref(salt) };
    return { bidder, bid, position: BigInt(this.placed.length) + 1n };
  }

  idOf({ bid }: Pick<Lot, "bid">): string {
    return bidId(this.f.domain, this.id, bid);
  }

  /** Places a sealed bid by its bidder's call. */
  async place(bidder: HardhatEthersSigner, units: bigint, price: string): Promise<Lot> {
    const lot = this.bidOf(bidder, units, price);
    await this.f.auctions.connect(bidder).placeBid(this.terms, bidder, this.idOf(lot), "0x");
    this.placed.push(lot);
    return lot;
  }

  /** The bidder's signature over the guarantee's hold. */
  async signGuarantee(lot: Lot): Promise<string> {
    const hold = bidGuaranteeHold(this.f.domain, this.terms, lot.bid.bidder, this.idOf(lot));
    return sign(lot.bidder, holdTypedData(await domainOf(this.f.money), hold));
  }

  signBid({ bidder, bid }: Lot): Promise<string> {
    return sign(bidder, bidTypedData(this.f.domain, this.id, bid));
  }

  /** Shows bids, all that were placed unless given, by their bidders' calls. */
  async reveal(lots: readonly Lot[] = this.placed): Promise<void> {
    await passTo(this.f.chain, this.terms.reveals);
    for (const { bidder, bid } of lots) await this.f.auctions.connect(bidder).revealBid(this.terms, bid, "0x");
  }

  /** The right allocation of the bids that were shown. */
  solve(lots: readonly Lot[] = this.placed): Allocation {
    return allocate(
      this.terms,
      lots.map((lot) => this.ranked(lot)),
    );
  }

  ranked(lot: Lot): RankedBid {
    return { ...lot.bid, id: this.idOf(lot), position: lot.position };
  }

  /** Proves the right allocation in pages of two, carried by anyone. */
  async allocate(lots: readonly Lot[] = this.placed): Promise<Allocation> {
    const right = this.solve(lots);
    await passTo(this.f.chain, this.terms.closes);
    const prover = this.f.auctions.connect(this.f.carrier);
    await prover.propose(this.terms, right.cut);
    const bids = right.allotments.map(({ bid }) => bid);
    for (let at = 0; at === 0 || at < bids.length; at += 2) await prover.rank(this.terms, bids.slice(at, at + 2));
    return right;
  }

  /** Settles bids, carried by anyone, from the first moment of settlement on. */
  async settle(lots: readonly Lot[]) {
    await passTo(this.f.chain, this.terms.settlesFrom);
    return this.f.auctions.connect(this.f.carrier).settle(
      this.terms,
      lots.map(({ bid }) => bid),
    );
  }

  /** The moment after the last of settlement. */
  async pass(): Promise<void> {
    await passTo(this.f.chain, this.terms.settlesUntil + 1n);
  }

  async statusOf(lot: Lot): Promise<bigint> {
    return (await this.f.auctions.bidStateOf(this.id, lot.bidder, this.idOf(lot))).status;
  }
}

/** Four bids for 1,400 of 1,000 units: 300 at 1,000.00, and 400, 400 and 300 at 990.00; all revealed. */
export async function revealed(f: Market, terms?: AuctionTerms): Promise<AuctionUnderTest> {
  const auction = await AuctionUnderTest.open(f, terms);
  const [a, b, c, d] = f.bidders;
  await auction.place(a, 400n, "990");
  await auction.place(b, 300n, "1000");
  await auction.place(c, 400n, "990");
  await auction.place(d, 300n, "990");
  await auction.reveal();
  return auction;
}
