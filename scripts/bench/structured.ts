import { Wallet, ZeroAddress, id, parseUnits } from "ethers";
import { couponCut, couponRef, holdingsOf, isinBytes, DAY_COUNT, type BondTerms } from "../../sdk/bonds.js";
import { dayNumber, startOfDayNumber } from "../../sdk/calendar.js";
import { deployStructuredBond, openBondServices, type BondServices } from "../../sdk/deploy/structured.js";
import { holdTypedData, type Hold } from "../../sdk/eip712/ledger.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { isinWithCheckDigit } from "../../sdk/identifiers.js";
import { CLASS_NUMBERS } from "../../sdk/limits.js";
import { minor } from "../../sdk/money.js";
import { POWERS, ROLES } from "../../sdk/roles.js";
import {
  electionHold,
  fixingIndex,
  offerFundingRef,
  optionRef,
  structuredTermsHash,
  tenderCut,
  tenderId,
} from "../../sdk/structured.js";
import type { Bond } from "../../types/ethers-contracts/index.js";
import { openAccounts, type PlacedBond } from "./bond.js";
import { gasOf, nextHour, pages, sendAll } from "./measure.js";
import type { Figures } from "./operations.js";
import { LATER, payOutAll, type Suite } from "./suite.js";

const COUPON = 0n;
const DAY = 86_400n;
/** Holders of a page: the most that an offer takes; of a coupon's page the caller says how many. */
const PAGE = 200;
const [RATE, PRICE] = [fixingIndex("rate"), fixingIndex("price")];
const TENDER_PRICE = minor("101.00");
/** More than anything here costs. */
const ENOUGH = minor("1000000.00");

/** A floating, amortising bond in two currencies, and everybody who holds it. */
interface Note extends BondServices {
  readonly bond: Bond;
  readonly address: string;
  /** Paid in the other currency, in which their wallets are open; they also give units back. */
  readonly choosers: readonly Wallet[];
  /** They chose the other currency and have no wallet in it. */
  readonly parked: readonly Wallet[];
  /** They chose nothing. */
  readonly others: readonly Wallet[];
}

/** A coupon of which many chose another currency, by page, and a tender of more than is taken. */
export async function measureStructured(suite: Suite, placed: PlacedBond): Promise<Figures> {
  const note = await placeNote(suite, placed);
  return { ...(await measurePages(suite, note)), ...(await measureTender(suite, note)) };
}

/** Three kinds of page of a coupon: paid in the other currency, left with claims, and paid although others chose. */
async function measurePages({ chain, currency, direct, company, carrier }: Suite, note: Note): Promise<Figures> {
  const { bond, address, actions, fixings, choosers, parked, others } = note;
  const { time } = chain.networkHelpers;
  for (const { address: holder } of [...choosers, ...parked]) {
    await chain.networkHelpers.impersonateAccount(holder);
    await chain.networkHelpers.setBalance(holder, 10n ** 18n);
    const data = actions.interface.encodeFunctionData("chooseCurrency", [address, COUPON, true]);
    await sendAll(chain, holder, [{ to: await actions.getAddress(), data }]);
  }
  const { recordTime, paymentTime } = await bond.coupon(COUPON);
  await time.increaseTo(paymentTime);
  await fixings.connect(carrier).publish(PRICE, dayNumber(recordTime), parseUnits("0.92", 8));
  await time.increase(await fixings.CORRECTION_WINDOW());

  const holders = [...choosers, ...parked, ...others].map((holder) => holder.address);
  const cut = couponCut(
    await bond.couponPerUnit(COUPON),
    await bond.couponTotal(COUPON),
    holdingsOf(await bond.entitlements(COUPON, holders)),
  );
  const run = actions.connect(company);
  await run.openCoupon(bond, COUPON, cut);
  for (const page of pages(holders, PAGE)) await run.measureCoupon(bond, COUPON, page);
  const terms = { payer: company.address, payee: ZeroAddress, executor: await actions.getAddress() };
  const funding: Hold = { ...terms, amount: ENOUGH, expiry: LATER, businessRef: couponRef(address, COUPON) };
  const option: Hold = { ...funding, businessRef: optionRef(address, COUPON) };
  await currency.connect(company).placeHold(funding);
  await direct.connect(company).placeHold(option);
  const paying = actions.connect(carrier);
  const costs: number[] = [];
  for (const page of [choosers, parked])
    costs.push(await gasOf(paying.payCouponInOption(bond, COUPON, option, [...page])));
  costs.push(await gasOf(paying.payCoupon(bond, COUPON, funding, [...others])));
  return { "coupon.page.worst": Math.max(...costs) };
}

/** Each of a page's holders gives back more than is taken of it. */
async function measureTender({ chain, currency, company, carrier }: Suite, note: Note): Promise<Figures> {
  const { bond, address, offers, choosers } = note;
  const { time } = chain.networkHelpers;
  const tender = tenderId(address, id("tender"));
  const elections = await Promise.all(
    choosers.map(async (holder, index) => ({
      holder,
      position: BigInt(index) + 1n,
      units: await bond.balanceOf(holder),
    })),
  );
  const elected = elections.reduce((sum, { units }) => sum + units, 0n);
  const most = (elected * 3n) / 4n;
  const until = (await nextHour(chain)) + DAY;
  await offers.connect(company).openTender(bond, id("tender"), most, TENDER_PRICE, until, until);
  const domain = await domainOf(bond);
  const carried = offers.connect(carrier);
  let gas = 0;
  for (const { holder, units } of elections) {
    const hold = await electionHold(offers, tender, holder.address, units);
    gas += await gasOf(carried.elect(tender, holder, units, await sign(holder, holdTypedData(domain, hold))));
  }
  await time.increaseTo(until);
  gas += await gasOf(offers.connect(company).close(tender, tenderCut(most, elections)));
  gas += await gasOf(carried.measure(tender, PAGE));
  const funding: Hold = {
    ...{ payer: company.address, payee: ZeroAddress, executor: await offers.getAddress(), expiry: LATER },
    ...{ amount: most * TENDER_PRICE, businessRef: offerFundingRef(tender) },
  };
  await currency.connect(company).placeHold(funding);
  const page = await gasOf(carried.settle(tender, funding, PAGE));
  return { "offer.accept.perHolder": Math.ceil((gas + page) / choosers.length), "offer.settle.page": page };
}

/** Issues the bond and places it with people whose wallets never had money. */
async function placeNote(suite: Suite, placed: PlacedBond): Promise<Note> {
  const { chain, authority, currency, direct, admin, company, carrier: deployer } = suite;
  const register = await chain.ethers.getContractAt("AssetRegistry", await placed.bond.assetRegistry());
  // the bench's authority has no officers but its admin
  await authority.connect(admin).grantRole(ROLES.governor, admin, 0n);
  const services = await openBondServices({ deployer, register, authority, admin });
  for (const index of [RATE, PRICE]) await services.fixings.connect(admin).nameAgent(index, deployer);
  await register.listCurrency(direct);
  const people = Array.from({ length: 3 * PAGE }, (_, n) => new Wallet(id(`holder of the note ${n}`)));
  const [choosers = [], parked = [], others = []] = pages(people, PAGE);
  await openWallets(suite, currency, people);
  await openWallets(suite, direct, choosers);
  const units = people.map((_, n) => BigInt(5 + (n % 7)));

  const now = await nextHour(chain);
  const [first, last] = [dayNumber(now) + 1, dayNumber(now) + 4];
  const terms: BondTerms = {
    ...{ isin: isinBytes(isinWithCheckDigit("CND10000002")), name: "Floating note", symbol: "FLOAT" },
    ...{ currency: await currency.getAddress(), issuer: company.address, dayCount: DAY_COUNT.act365f, frequency: 12n },
    ...{ units: units.reduce((sum, each) => sum + each, 0n), unitNominal: minor("100.00"), couponRate: 6_000_000n },
    ...{ issueDate: now, maturity: BigInt(startOfDayNumber(last + 30)) },
  };
  const coupon = {
    ...{ accrualStart: first, accrualEnd: last, referenceStart: first, referenceEnd: last },
    ...{ recordTime: BigInt(startOfDayNumber(last - 1)), paymentTime: BigInt(startOfDayNumber(last)) },
  };
  const structure = {
    ...{ fixings: await services.fixings.getAddress(), index: RATE, spread: 500_000n },
    instalments: [{ fixingDay: first - 1, principal: minor("5.00") }],
    ...{ calls: [], puts: [], optionCurrency: await direct.getAddress(), optionIndex: PRICE },
    ...{ quorum: 0n, majority: 6_000n, meetingNotice: 0n },
  };
  await register.announce(terms.isin, company, admin, structuredTermsHash(terms, [coupon], structure));
  const platform = { assets: register, authority };
  const structured = await deployStructuredBond(platform, deployer, { terms, coupons: [coupon], structure });
  await register.attachToken(terms.isin, structured);
  const address = await structured.getAddress();
  const bond = await chain.ethers.getContractAt("Bond", address);
  await bond.appoint(services.actions, POWERS.issuer, id("terms of the note"));
  const holders = people.map((person) => person.address);
  await openAccounts(suite, bond, [company.address, ...holders]);
  await bond.issue();
  await payOutAll(bond.connect(company), holders, (n) => units[n] ?? 0n);
  await services.fixings.connect(deployer).publish(RATE, first - 1, 2_150_000n);
  return { ...services, bond, address, choosers, parked, others };
}

async function openWallets({ chain, banks }: Suite, currency: Suite["currency"], people: readonly Wallet[]) {
  const to = await currency.getAddress();
  const calls = people.map(({ address }) => ({
    to,
    data: currency.interface.encodeFunctionData("openWallet", [address, CLASS_NUMBERS.IV, id(address)]),
  }));
  await sendAll(chain, banks[0].account.address, calls);
}
