import { expect } from "chai";
import { keccak256, toBeHex, type ContractTransactionResponse } from "ethers";
import { COUPON_PHASE, couponCut, holdingsOf } from "../../sdk/bonds.js";
import { CLASS, identityOf } from "../support/currency.js";
import { ref } from "../support/chain.js";
import { couponOf, deployNote, fundCoupon, fundRedemption, openChainAt, passTo } from "../support/assets.js";
import { expectGasWithin } from "../support/gas.js";

const chain = await openChainAt("2026-02-20");
const { networkHelpers } = chain;

const HOLDERS = 300;
const PAGE = 64;
/** What one holder more may cost over both passes of a coupon, and what its redemption may, gas. */
const BUDGET = { coupon: 16_000n, redemption: 19_500n };
/** The holders who cannot be paid, by place among the 300. */
const FROZEN = 17;
const WITHOUT_WALLET = 230;

/** A nominal and a rate that make no share come out even: 4.37 % of 1,000.01 for 184 days of 365. */
async function deployWidelyHeldNote() {
  const issue = await deployNote(chain, { couponRate: 4_370_000n, unitNominal: 100_001n, units: 1_000_000n });
  const { bond, bochk, issuer, hongkong } = issue;
  const holders = Array.from({ length: HOLDERS }, (_, index) => ({
    address: toBeHex(BigInt(ref(`holder ${index}`)) >> 96n, 20),
    units: randomUnits(index),
  }));
  for (const [index, { address }] of holders.entries()) {
    await bond.connect(bochk).openAccount(address);
    if (index === WITHOUT_WALLET) continue;
    await hongkong.currency.connect(bochk).openWallet(address, CLASS.I, identityOf({ address }));
  }
  await bond.connect(issuer).payOut(
    holders.map(({ address, units }) => (BigInt(address) << 96n) | units),
    ref("allotment"),
  );
  await passTo(chain, couponOf(issue, 0).recordTime);
  return { ...issue, holders };
}

/** 1 to 4,096 units from a fixed seed; every tenth holder like the one before, so that remainders tie. */
function randomUnits(index: number): bigint {
  const seed = index % 10 === 9 ? index - 1 : index;
  return (BigInt(keccak256(toBeHex(seed, 32))) % 4_096n) + 1n;
}

/**
 * Independent of the contract and of the SDK: exact shares as decimal expansions on a common grid, handed out one
 * minor unit at a time to whoever is furthest below its exact share.
 */
function independentShares(units: readonly bigint[], nominal: bigint, ratePerHundredMillion: bigint, days: bigint) {
  const grid = 365n * 100_000_000n;
  const exact = units.map((count) => count * nominal * ratePerHundredMillion * days);
  const total = (exact.reduce((sum, share) => sum + share, 0n) * 2n + grid) / (2n * grid);
  const shares = exact.map((share) => (share - (share % grid)) / grid);
  for (let left = total - shares.reduce((sum, share) => sum + share, 0n); left > 0n; left--) {
    let neediest = 0;
    exact.forEach((share, index) => {
      const gap = share - (shares[index] ?? 0n) * grid;
      const widest = (exact[neediest] ?? 0n) - (shares[neediest] ?? 0n) * grid;
      if (gap > widest) neediest = index;
    });
    shares[neediest] = (shares[neediest] ?? 0n) + 1n;
  }
  return { shares, total };
}

function pages<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
    items.slice(page * size, (page + 1) * size),
  );
}

async function gasOf(sent: Promise<ContractTransactionResponse>): Promise<bigint> {
  return (await (await sent).wait())?.gasUsed ?? 0n;
}

describe("CouponRun", function () {
  let f: Awaited<ReturnType<typeof deployWidelyHeldNote>>;
  /** The issuer, who kept the rest, and the 300, in list order. */
  let parties: readonly { readonly address: string; readonly units: bigint }[];
  let addresses: readonly string[];
  let expected: ReturnType<typeof independentShares>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployWidelyHeldNote);
    parties = [{ address: f.issuer.address, units: await f.bond.balanceOf(f.issuer) }, ...f.holders];
    addresses = parties.map(({ address }) => address);
    const units = parties.map((party) => party.units);
    expected = independentShares(units, f.terms.unitNominal, f.terms.couponRate, 184n);
  });

  const addressOf = (index: number) => addresses[index + 1] ?? "";
  const shareOf = (index: number) => expected.shares[index + 1] ?? 0n;

  const open = async () => {
    const entries = await f.bond.entitlements(0n, [...addresses]);
    const cut = couponCut(await f.bond.couponPerUnit(0n), await f.bond.couponTotal(0n), holdingsOf(entries));
    await f.actions.connect(f.issuer).openCoupon(f.bond, 0n, cut);
    return f.actions.connect(f.issuer);
  };

  it("owes in all what an independent calculation says", async function () {
    expect(await f.bond.couponTotal(0n)).to.equal(expected.total);
    expect(expected.shares.reduce((sum, share) => sum + share, 0n)).to.equal(expected.total);
  });

  it("pays by pages, in any order, what it says, and who cannot be paid keeps a claim", async function () {
    const { actions, bond, hongkong, issuer } = f;
    const byIssuer = await open();
    for (const page of pages(addresses, PAGE)) await byIssuer.measureCoupon(bond, 0n, page);
    const byEnforcer = hongkong.currency.connect(hongkong.officers.enforcer);
    await byEnforcer.freeze(addressOf(FROZEN), ref("court order"));
    await passTo(chain, couponOf(f, 0).paymentTime);
    const hold = await fundCoupon(f, 0);
    for (const page of pages(addresses, PAGE).reverse()) await actions.payCoupon(bond, 0n, hold, page);

    const unpaid = [FROZEN, WITHOUT_WALLET];
    const paid = await Promise.all(f.holders.map(({ address }) => hongkong.currency.balanceOf(address)));
    expect(paid).to.deep.equal(f.holders.map((_, index) => (unpaid.includes(index) ? 0n : shareOf(index))));
    const claims = shareOf(FROZEN) + shareOf(WITHOUT_WALLET);
    const run = await actions.couponRun(bond, 0n);
    expect([run.phase, run.pending, run.unpaid]).to.deep.equal([COUPON_PHASE.settled, 0n, claims]);
    expect(await hongkong.currency.heldOf(issuer)).to.equal(claims + (expected.shares[0] ?? 0n));

    await byEnforcer.unfreeze(addressOf(FROZEN), ref("lifted"));
    const late = { address: addressOf(WITHOUT_WALLET) };
    await hongkong.currency.connect(f.bochk).openWallet(late.address, CLASS.I, identityOf(late));
    for (const index of unpaid) await actions.claimCoupon(bond, 0n, hold, addressOf(index));
    for (const index of unpaid) expect(await hongkong.currency.balanceOf(addressOf(index))).to.equal(shareOf(index));
    await actions.releaseCouponFunding(bond, 0n, hold);
    expect(await hongkong.currency.heldOf(issuer)).to.equal(0n);
  });

  it("costs at most 16,000 gas for a holder more, over both passes", async function () {
    const byIssuer = await open();
    await passTo(chain, couponOf(f, 0).paymentTime);
    const hold = await fundCoupon(f, 0);
    const [one, rest] = [addresses.slice(1, 2), addresses.slice(2)];
    await byIssuer.measureCoupon(f.bond, 0n, addresses.slice(0, 1));
    let marginal = -(await gasOf(byIssuer.measureCoupon(f.bond, 0n, one)));
    marginal += await gasOf(byIssuer.measureCoupon(f.bond, 0n, rest));
    // the first page fills a new word of marks, so that the two compared are alike
    await f.actions.payCoupon(f.bond, 0n, hold, addresses.slice(0, 1));
    marginal -= await gasOf(f.actions.payCoupon(f.bond, 0n, hold, one));
    marginal += await gasOf(f.actions.payCoupon(f.bond, 0n, hold, rest));
    expectGasWithin(marginal / BigInt(rest.length - 1), BUDGET.coupon);
  });

  it("redeems by pages, each holder more for at most 19,500 gas", async function () {
    await passTo(chain, f.terms.maturity);
    const hold = await fundRedemption(f);
    await f.actions.redeem(f.bond, hold, addresses.slice(0, 2));
    const one = await gasOf(f.actions.redeem(f.bond, hold, addresses.slice(2, 3)));
    const rest = addresses.slice(3);
    const many = await gasOf(f.actions.redeem(f.bond, hold, [...rest]));
    expectGasWithin((many - one) / BigInt(rest.length - 1), BUDGET.redemption);
    const without = f.holders[WITHOUT_WALLET]?.units ?? 0n;
    expect(await f.bond.totalSupply()).to.equal(without);
    expect(await f.hongkong.currency.balanceOf(addressOf(FROZEN))).to.equal(
      (f.holders[FROZEN]?.units ?? 0n) * f.terms.unitNominal,
    );
  });
});
