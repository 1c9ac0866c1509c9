import { MaxUint256, encodeBytes32String, id } from "ethers";
import { parseDate } from "../../sdk/calendar.js";
import { openBooks } from "../../sdk/deploy/book.js";
import { BOOK_LIMITS, bookId, bookOrderTypedData, type BookOrder, type BookTerms } from "../../sdk/eip712/book.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { isinWithCheckDigit } from "../../sdk/identifiers.js";
import { minor } from "../../sdk/money.js";
import { gasOf, nextHour } from "./measure.js";
import type { Figures } from "./operations.js";
import type { Suite } from "./suite.js";

const DAY = 86_400n;
const ISSUE = 6_000n;
const ACT_ACT_ICMA = 1;

/** A book of as many orders as one page settles: carried with their investors' signatures, allotted, settled. */
export async function measureBook(suite: Suite): Promise<Figures> {
  const { chain, currency, company, admin, banks, carrier } = suite;
  const { books, security } = await openBookMarket(suite);
  const now = await nextHour(chain);
  const terms: BookTerms = {
    ...{ issuer: company.address, lead: admin.address, security, currency: await currency.getAddress() },
    ...{ documentHash: id("prospectus"), units: ISSUE, minimumPrice: minor("95.00"), maximumPrice: minor("105.00") },
    ...{ opens: now + 60n, closes: now + DAY, allotsUntil: now + 2n * DAY },
    ...{ settlesFrom: now + 2n * DAY, settlesUntil: now + 4n * DAY },
  };
  await books.connect(company).openBook(terms);
  await chain.networkHelpers.time.increaseTo(terms.opens);
  const domain = await domainOf(books);
  const carried = books.connect(carrier);
  const orders: BookOrder[] = [];
  let placing = 0;
  for (let index = 0; index < BOOK_LIMITS.settledAtOnce; ++index) {
    const { account } = banks[index % banks.length] ?? banks[0];
    const order = {
      ...{ investor: account.address, units: 20n + BigInt(index % 13), minimumUnits: 5n },
      ...{ price: minor("101.00"), salt: id(`order ${index}`) },
    };
    const signature = await sign(account, bookOrderTypedData(domain, bookId(domain, terms), order));
    placing += await gasOf(carried.placeOrder(terms, order, signature));
    orders.push(order);
  }
  await chain.networkHelpers.time.increaseTo(terms.closes);
  const led = books.connect(admin);
  await led.closeBook(terms, minor("100.00"));
  const allotments = orders.map((order) => ({ order, units: order.units - 3n }));
  const allotting = await gasOf(led.allot(terms, allotments));
  await led.finalizeBook(terms);
  await chain.networkHelpers.time.increaseTo(terms.settlesFrom);
  const settling = await gasOf(carried.settle(terms, orders));
  return {
    "book.place": Math.ceil(placing / orders.length),
    "book.allot": Math.ceil(allotting / orders.length),
    "book.settle": Math.ceil(settling / orders.length),
    "book.settle.page": settling,
  };
}

/** A bond that stands whole with the company; the banks have money and have authorised the books. */
async function openBookMarket({ chain, authority, registry, currency, admin, company, banks, carrier }: Suite) {
  const { ethers } = chain;
  const assets = await ethers.deployContract("AssetRegistry", [registry, authority]);
  await assets.listCurrency(currency);
  const terms = {
    ...{ isin: encodeBytes32String(isinWithCheckDigit("CND10000004")).slice(0, 26), name: "Company 2028" },
    ...{ symbol: "COMPANY28", currency, issuer: company.address, units: ISSUE, unitNominal: minor("100.00") },
    ...{ couponRate: 0n, dayCount: ACT_ACT_ICMA, frequency: 0n },
    ...{ issueDate: parseDate("2026-01-01"), maturity: parseDate("2028-01-01") },
  };
  const bond = await ethers.deployContract("Bond", [terms, [], assets, authority]);
  await assets.announce(terms.isin, company, admin, await bond.termsHash());
  await assets.attachToken(terms.isin, bond);
  const engine = await ethers.deployContract("SettlementEngine");
  const books = await openBooks({ deployer: carrier, engine, assets });
  const custodian = bond.connect(banks[0].account);
  for (const account of [company, ...banks.map((bank) => bank.account)]) {
    await custodian.openAccount(account);
    await engine.connect(account).authorizeAgent(books, true);
  }
  await bond.issue();
  for (const { account } of banks) {
    await currency.connect(admin).issue(account, minor("200000.00"), id("funds for the book"));
    await currency.connect(account).approve(engine, MaxUint256);
  }
  await bond.connect(company).approve(engine, MaxUint256);
  return { books, security: await bond.getAddress() };
}
