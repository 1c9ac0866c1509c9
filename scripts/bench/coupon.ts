import { ZeroAddress } from "ethers";
import type { Hold } from "../../sdk/eip712/ledger.js";
import { largestRemainderThreshold } from "../../sdk/rounding.js";
import type { PlacedBond } from "./bond.js";
import { gasOf, pages } from "./measure.js";
import type { Figures } from "./operations.js";
import { LATER, type Suite } from "./suite.js";

const COUPON = 0n;
/** Holders a transaction, so that each stays below the gas of one. */
const MEASURED_AT_ONCE = 2_000;
const PAID_AT_ONCE = 1_000;

/** Pays the coupon of a bond to all its holders: the sum of every transaction that it takes, a holder. */
export async function measureCoupon(suite: Suite, placed: PlacedBond): Promise<Figures> {
  const { bond, actions, units, paymentTime } = placed;
  const { chain, currency, company, carrier } = suite;
  await chain.networkHelpers.time.increaseTo(paymentTime);
  const total = await bond.couponTotal(COUPON);
  const funding: Hold = {
    payer: company.address,
    payee: ZeroAddress,
    executor: await actions.getAddress(),
    amount: total,
    expiry: LATER,
    businessRef: await actions.couponRef(bond, COUPON),
  };
  const cut = await cutOf(placed, total);
  const run = actions.connect(company);
  const holders = [...units.keys()];

  let gas = await gasOf(run.openCoupon(bond, COUPON, cut));
  for (const page of pages(holders, MEASURED_AT_ONCE)) gas += await gasOf(run.measureCoupon(bond, COUPON, page));
  gas += await gasOf(currency.connect(company).placeHold(funding));
  const paying = actions.connect(carrier);
  for (const page of pages(holders, PAID_AT_ONCE)) gas += await gasOf(paying.payCoupon(bond, COUPON, funding, page));
  return { "coupon.perHolder": Math.ceil(gas / units.size) };
}

/** Which remainders get one minor unit more, as `openCoupon` takes it. */
async function cutOf(
  { bond, units }: PlacedBond,
  total: bigint,
): Promise<{ readonly remainder: bigint; readonly position: number }> {
  const { numerator, denominator } = await bond.couponPerUnit(COUPON);
  const exact = (await unitsAtRecord(bond, [...units.keys()])).map((held) => held * numerator);
  const floors = exact.reduce((sum, share) => sum + share / denominator, 0n);
  const remainders = exact.map((share) => share % denominator);
  const { threshold, atThreshold } = largestRemainderThreshold(remainders, Number(total - floors));
  const tied = remainders.flatMap((remainder, index) => (remainder === threshold ? [index] : []));
  const last = tied[atThreshold - 1];
  // places count from 1, and the issuer's account, which is the first, holds nothing
  return { remainder: threshold, position: last === undefined ? 0 : last + 2 };
}

/** What each held at the record date: banks have traded since the bond was placed. */
async function unitsAtRecord(bond: PlacedBond["bond"], holders: readonly string[]): Promise<readonly bigint[]> {
  const read = await Promise.all(pages(holders, MEASURED_AT_ONCE).map((page) => bond.entitlements(COUPON, page)));
  return read.flatMap((entries) => entries.map((entry) => BigInt.asUintN(64, entry)));
}
