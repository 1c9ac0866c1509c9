import { expect } from "chai";
import { ASSET_STATUS, DAY_COUNT, isinBytes, regularCoupons } from "../../sdk/bonds.js";
import { parseDate } from "../../sdk/calendar.js";
import { minor } from "../../sdk/money.js";
import {
  couponOf,
  deployAssetPlatform,
  deployBond,
  fundCoupon,
  fundRedemption,
  noteTerms,
  openChainAt,
  passTo,
  place,
  proveCoupon,
} from "../support/assets.js";

const chain = await openChainAt("2023-02-10");
const { networkHelpers } = chain;

// The government's tokenised green bond of 16 February 2023 (press releases of the HKMA, 2023-02-16 and 2024-02-16):
// HKD 800 million, 365 days, 4.05 %. The day count is a parameter of this model: ACT/365 (Fixed).
async function deployGreenNote() {
  const platform = await deployAssetPlatform(chain);
  const terms = await noteTerms(platform, {
    isin: isinBytes("HK0388045442"),
    name: "Green note 2024",
    symbol: "HKGN24",
    units: 800n,
    unitNominal: minor("1000000", "HKD"),
    couponRate: 4_050_000n,
    dayCount: DAY_COUNT.act365f,
    frequency: 1n,
    issueDate: BigInt(parseDate("2023-02-16")),
    maturity: BigInt(parseDate("2024-02-16")),
  });
  const issue = await deployBond(chain, platform, terms, regularCoupons(["2023-02-16", "2024-02-16"], 1));
  await passTo(chain, terms.issueDate);
  await issue.bond.connect(issue.registrar).issue();
  await place(issue, [
    [issue.bochk, 500n],
    [issue.company, 299n],
    [issue.ann, 1n],
  ]);
  return issue;
}

describe("GreenNote2023", function () {
  let f: Awaited<ReturnType<typeof deployGreenNote>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployGreenNote);
  });

  it("owes HKD 32.4 million of coupon", async function () {
    expect(await f.bond.couponTotal(0n)).to.equal(minor("32400000", "HKD"));
  });

  it("pays HKD 832.4 million at its end, to the cent, and is redeemed", async function () {
    const { hongkong, actions, bond, register } = f;
    const holders = [f.bochk.address, f.company.address, f.ann.address];
    await passTo(chain, couponOf(f, 0).paymentTime);
    const coupon = await fundCoupon(f, 0);
    await proveCoupon(f, 0);
    await actions.payCoupon(bond, 0n, coupon, holders);
    await actions.redeem(bond, await fundRedemption(f), holders);

    const paid = await Promise.all(holders.map((holder) => hongkong.currency.balanceOf(holder)));
    expect(paid).to.deep.equal([
      minor("520250000", "HKD"), // 500 × 1,040,500
      minor("311109500", "HKD"), // 299 × 1,040,500
      minor("1040500", "HKD"),
    ]);
    expect(paid.reduce((sum, amount) => sum + amount, 0n)).to.equal(minor("832400000", "HKD"));
    expect(await hongkong.currency.balanceOf(f.issuer)).to.equal(0n);
    expect(await bond.totalSupply()).to.equal(0n);
    expect((await register.asset(f.terms.isin)).status).to.equal(ASSET_STATUS.redeemed);
  });
});
