import { MaxUint256 } from "ethers";
import { openAuctions } from "../../../sdk/deploy/auction.js";
import {
  PRICE_RULE,
  auctionId,
  auctionTypedData,
  bidId,
  bidTypedData,
  bidGuaranteeHold,
  type AuctionTerms,
  type Bid,
} from "../../../sdk/eip712/auction.js";
import { holdTypedData } from "../../../sdk/eip712/ledger.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { allocate } from "../../../sdk/markets/auction.js";
import { minor } from "../../../sdk/money.js";
import { ref } from "../chain.js";
import type { AUCTION_ROWS } from "./auctionTable.js";
import type { Calls, Prepared } from "./prepared.js";
import type { Scene } from "./stage.js";

const HOUR = 3_600n;
const PRICE = minor("10.00");

/** The auction contract of the platform; issuer, bidder and underwriter have authorised it. */
export async function auctionsOf({ suite, side, bond, who, payee }: Scene) {
  const { engine, assets } = suite;
  const auctions = await openAuctions({ deployer: suite.deployer, engine, assets });
  for (const party of [who.operating, who.holder, payee]) {
    await engine.connect(party).authorizeAgent(auctions, true);
    for (const spender of [auctions, engine]) await side.currency.connect(party).approve(spender, MaxUint256);
  }
  for (const spender of [auctions, engine]) await bond.connect(who.operating).approve(spender, MaxUint256);
  return auctions;
}

/** Ten units at 10.00; the holder bids for four of them. */
async function drafted(f: Scene) {
  const auctions = await auctionsOf(f);
  const opens = BigInt(await f.chain.networkHelpers.time.latest()) + 60n;
  const terms: AuctionTerms = {
    ...{ issuer: f.who.operating.address, security: await f.bond.getAddress(), documentHash: ref("announcement") },
    ...{ currency: await f.side.currency.getAddress(), lot: 10n, minimumPrice: PRICE, maximumPrice: PRICE, tick: 1n },
    ...{ minimumUnits: 1n, maximumUnits: 10n, guarantee: minor("1.00"), bids: 10n, bidsPerBidder: 10n },
    ...{ priceRule: PRICE_RULE.uniform, opens, reveals: opens + HOUR, closes: opens + 2n * HOUR },
    ...{ settlesFrom: opens + 2n * HOUR, settlesUntil: opens + 3n * HOUR },
    underwriters: [{ account: f.payee.address, share: 1n }],
  };
  const domain = await domainOf(auctions);
  const bid: Bid = { bidder: f.who.holder.address, units: 4n, price: PRICE, salt: ref("salt") };
  const id = bidId(domain, auctionId(domain, terms), bid);
  const commitments = [await sign(f.payee, auctionTypedData(domain, terms))];
  return { auctions, terms, domain, bid, id, commitments };
}

type Draft = Awaited<ReturnType<typeof drafted>>;

async function opened(f: Scene): Promise<Draft> {
  const it = await drafted(f);
  await it.auctions.connect(f.who.operating).announce(it.terms, it.commitments);
  await f.chain.networkHelpers.time.increaseTo(it.terms.opens);
  return it;
}

async function placed(f: Scene): Promise<Draft> {
  const it = await opened(f);
  await it.auctions.connect(f.who.holder).placeBid(it.terms, f.who.holder, it.id, "0x");
  await f.chain.networkHelpers.time.increaseTo(it.terms.reveals);
  return it;
}

async function shown(f: Scene): Promise<Draft> {
  const it = await placed(f);
  await it.auctions.connect(f.who.holder).revealBid(it.terms, it.bid, "0x");
  await f.chain.networkHelpers.time.increaseTo(it.terms.closes);
  return it;
}

async function proposed(f: Scene): Promise<Draft> {
  const it = await shown(f);
  await it.auctions.connect(f.who.stranger).propose(it.terms, cutOf(it));
  return it;
}

async function allocated(f: Scene): Promise<Draft> {
  const it = await proposed(f);
  await it.auctions.connect(f.who.stranger).rank(it.terms, [it.bid]);
  return it;
}

/** The time of settlement is over. */
async function over(f: Scene): Promise<Draft> {
  const it = await allocated(f);
  await f.chain.networkHelpers.time.increaseTo(it.terms.settlesUntil + 1n);
  return it;
}

function cutOf({ terms, bid, id }: Draft) {
  return allocate(terms, [{ ...bid, id, position: 1n }]).cut;
}

async function to({ auctions }: Draft, args: Prepared["args"]): Promise<Prepared> {
  return { to: await auctions.getAddress(), args };
}

export const auctionCalls: Calls<typeof AUCTION_ROWS> = {
  announce: async (f) => {
    const it = await drafted(f);
    return to(it, [it.terms, it.commitments]);
  },
  placeBid: async (f) => {
    const it = await opened(f);
    const hold = bidGuaranteeHold(it.domain, it.terms, f.who.holder.address, it.id);
    const signature = await sign(f.who.holder, holdTypedData(await domainOf(f.side.currency), hold));
    return to(it, [it.terms, f.who.holder.address, it.id, signature]);
  },
  "placeBid: without a signature": async (f) => {
    const it = await opened(f);
    return to(it, [it.terms, f.who.holder.address, it.id, "0x"]);
  },
  revealBid: async (f) => {
    const it = await placed(f);
    const signed = bidTypedData(it.domain, auctionId(it.domain, it.terms), it.bid);
    return to(it, [it.terms, it.bid, await sign(f.who.holder, signed)]);
  },
  "revealBid: without a signature": async (f) => {
    const it = await placed(f);
    return to(it, [it.terms, it.bid, "0x"]);
  },
  propose: async (f) => {
    const it = await shown(f);
    return to(it, [it.terms, cutOf(it)]);
  },
  "rank: what a stranger proposed": async (f) => {
    const it = await proposed(f);
    return to(it, [it.terms, [it.bid]]);
  },
  settle: async (f) => {
    const it = await allocated(f);
    return to(it, [it.terms, [it.bid]]);
  },
  settleUnderwriting: async (f) => {
    const it = await allocated(f);
    await f.side.currency.connect(f.who.operating).transfer(f.payee, 6n * PRICE);
    return to(it, [it.terms, 0n]);
  },
  deliver: async (f) => {
    const it = await allocated(f);
    const instruction = { businessRef: ref("another"), notBefore: 0n, notAfter: 0n, nettable: false, legs: [] };
    const hold = bidGuaranteeHold(it.domain, it.terms, f.who.holder.address, it.id);
    return to(it, [instruction, it.terms.currency, hold]);
  },
  release: async (f) => {
    const it = await over(f);
    return to(it, [it.terms, [it.bid]]);
  },
  forfeit: async (f) => {
    const it = await placed(f);
    await f.chain.networkHelpers.time.increaseTo(it.terms.closes);
    return to(it, [it.terms, f.who.holder.address, it.id]);
  },
  close: async (f) => {
    const it = await over(f);
    return to(it, [it.terms]);
  },
};
