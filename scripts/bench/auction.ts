import { MaxUint256, encodeBytes32String, id } from "ethers";
import { parseDate } from "../../sdk/calendar.js";
import { openAuctions } from "../../sdk/deploy/auction.js";
import {
  AUCTION_LIMITS,
  PRICE_RULE,
  auctionId,
  bidId,
  bidTypedData,
  bidGuaranteeHold,
  type AuctionTerms,
  type Bid,
} from "../../sdk/eip712/auction.js";
import { holdTypedData } from "../../sdk/eip712/ledger.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { isinWithCheckDigit } from "../../sdk/identifiers.js";
import { allocate } from "../../sdk/markets/auction.js";
import { minor } from "../../sdk/money.js";
import type { Bond } from "../../types/ethers-contracts/index.js";
import { gasOf, nextHour, pages } from "./measure.js";
import type { Figures } from "./operations.js";
import type { Bank, Suite } from "./suite.js";

const BIDS = 500;
const DAY = 86_400n;
const LOT = 6_000n;
const ACT_ACT_ICMA = 1;

/** An auction of 500 bids: each carried with its bidder's signature, ranked in one page, settled in full pages. */
export async function measureAuction(suite: Suite): Promise<Figures> {
  const { chain, currency, company, carrier } = suite;
  const { auctions, bond } = await openMarket(suite);
  const now = await nextHour(chain);
  const terms: AuctionTerms = {
    ...{ issuer: company.address, security: await bond.getAddress(), currency: await currency.getAddress() },
    ...{ documentHash: id("announcement"), lot: LOT, minimumPrice: minor("95.00"), maximumPrice: minor("105.00") },
    ...{ tick: 1n, minimumUnits: 1n, maximumUnits: LOT, guarantee: minor("10.00"), bids: 1_000n, bidsPerBidder: 255n },
    ...{ priceRule: PRICE_RULE.uniform, opens: now + 60n, reveals: now + DAY, closes: now + 2n * DAY },
    ...{ settlesFrom: now + 3n * DAY, settlesUntil: now + 4n * DAY, underwriters: [] },
  };
  await auctions.connect(company).announce(terms, []);
  await chain.networkHelpers.time.increaseTo(terms.opens);

  const [domain, money] = [await domainOf(auctions), await domainOf(currency)];
  const auction = auctionId(domain, terms);
  const carried = auctions.connect(carrier);
  const placed: { readonly bank: Bank; readonly bid: Bid; readonly id: string; readonly position: bigint }[] = [];
  let placing = 0;
  for (let index = 0; index < BIDS; ++index) {
    const bank = suite.banks[index % suite.banks.length] ?? suite.banks[0];
    // about half of them win, and one in ten stands at the margin
    const price = minor("99.00") + BigInt(index % 10) * 10n;
    const bid: Bid = { bidder: bank.account.address, units: 17n + BigInt(index % 13), price, salt: id(`bid ${index}`) };
    const key = bidId(domain, auction, bid);
    const signature = await sign(bank.account, holdTypedData(money, bidGuaranteeHold(domain, terms, bid.bidder, key)));
    placing += await gasOf(carried.placeBid(terms, bid.bidder, key, signature));
    placed.push({ bank, bid, id: key, position: BigInt(index) + 1n });
  }
  await chain.networkHelpers.time.increaseTo(terms.reveals);
  let revealing = 0;
  for (const { bank, bid } of placed) {
    const signature = await sign(bank.account, bidTypedData(domain, auction, bid));
    revealing += await gasOf(carried.revealBid(terms, bid, signature));
  }

  await chain.networkHelpers.time.increaseTo(terms.closes);
  const right = allocate(
    terms,
    placed.map(({ bid, id: key, position }) => ({ ...bid, id: key, position })),
  );
  const proposing = await gasOf(carried.propose(terms, right.cut));
  const page = await gasOf(
    carried.rank(
      terms,
      right.allotments.map(({ bid }) => bid),
    ),
  );

  await chain.networkHelpers.time.increaseTo(terms.settlesFrom);
  const won = right.allotments.filter(({ units }) => units > 0n).map(({ bid }) => bid);
  const settling: number[] = [];
  for (const some of pages(won, AUCTION_LIMITS.settledAtOnce)) settling.push(await gasOf(carried.settle(terms, some)));
  return {
    "auction.place": Math.ceil(placing / BIDS),
    "auction.reveal": Math.ceil(revealing / BIDS),
    "auction.rank": Math.ceil((proposing + page) / BIDS),
    "auction.rank.page": page,
    "auction.settle": Math.ceil(settling.reduce((sum, gas) => sum + gas, 0) / won.length),
    "auction.settle.page": Math.max(...settling),
  };
}

/** A bond that stands whole with the company; the banks have money and have authorised the auctions. */
async function openMarket(suite: Suite) {
  const { chain, authority, registry, currency, admin, company, banks, carrier } = suite;
  const { ethers } = chain;
  const assets = await ethers.deployContract("AssetRegistry", [registry, authority]);
  await assets.listCurrency(currency);
  const terms = {
    ...{ isin: encodeBytes32String(isinWithCheckDigit("CND10000002")).slice(0, 26), name: "Company 2027" },
    ...{ symbol: "COMPANY27", currency, issuer: company.address, units: LOT, unitNominal: minor("100.00") },
    ...{ couponRate: 0n, dayCount: ACT_ACT_ICMA, frequency: 0n },
    ...{ issueDate: parseDate("2026-01-01"), maturity: parseDate("2027-01-01") },
  };
  const bond: Bond = await ethers.deployContract("Bond", [terms, [], assets, authority]);
  await assets.announce(terms.isin, company, admin, await bond.termsHash());
  await assets.attachToken(terms.isin, bond);
  const [first] = banks;
  for (const account of [company, ...banks.map((bank) => bank.account)]) {
    await bond.connect(first.account).openAccount(account);
  }
  await bond.issue();
  const engine = await ethers.deployContract("SettlementEngine");
  const auctions = await openAuctions({ deployer: carrier, engine, assets });
  for (const { account } of banks) {
    await currency.connect(admin).issue(account, minor("200000.00"), id("funds"));
    for (const spender of [engine, auctions]) await currency.connect(account).approve(spender, MaxUint256);
    await engine.connect(account).authorizeAgent(auctions, true);
  }
  for (const spender of [engine, auctions]) await bond.connect(company).approve(spender, MaxUint256);
  await engine.connect(company).authorizeAgent(auctions, true);
  return { auctions, bond };
}
