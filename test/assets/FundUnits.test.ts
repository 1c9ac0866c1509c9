import { expect } from "chai";
import { isinBytes } from "../../sdk/bonds.js";
import { openChain, ref } from "../support/chain.js";
import { POWER } from "../support/currency.js";
import { HOLDING, deployFund, type DealtFund } from "../support/fund.js";

const chain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return deployFund(chain);
}

describe("FundUnits", function () {
  let f: DealtFund;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  it("says what it is", async function () {
    const { units } = f;
    expect(await units.isin()).to.equal(isinBytes("HK0000069689"));
    expect([await units.name(), await units.symbol(), await units.decimals()]).to.deep.equal([
      ...["HKD money market fund", "HKDMMF", 4n],
    ]);
    for (const id of ["0x36372b07", "0x01ffc9a7", "0x3edbb4c4"])
      expect(await units.supportsInterface(id)).to.equal(true);
    expect(await units.supportsInterface("0xffffffff")).to.equal(false);
  });

  it("refuses what is no ISIN", async function () {
    const wrong = isinBytes("HK0000069689").replace("39", "38");
    await expect(ethers.deployContract("FundUnits", [wrong, "none", "NONE", f.money]))
      .to.be.revertedWithCustomError(f.units, "FundIsinInvalid")
      .withArgs(wrong);
  });

  it("lets any active institution keep its customers' accounts, and no other close them", async function () {
    const [hsbc, bochk] = f.hongkong.banks;
    await f.units.connect(f.bochk).openAccount(f.company);
    expect(await f.units.keeperOf(f.company)).to.equal(bochk.number);
    await expect(f.units.connect(f.hsbc).closeAccount(f.company))
      .to.be.revertedWithCustomError(f.units, "ClaimAccountNotKept")
      .withArgs(f.company, bochk.number, hsbc.number);
    await f.units.connect(f.ann).transfer(f.company, HOLDING);
    expect(await f.units.balanceOf(f.company)).to.equal(HOLDING);
  });

  it("has its powers given by the governor", async function () {
    await f.units.connect(f.governor).dismiss(f.dealing, POWER.issuer);
    expect(await f.units.hasPower(f.dealing, POWER.issuer)).to.equal(false);
    await expect(f.units.connect(f.hsbc).appoint(f.hsbc, POWER.issuer, ref("none")))
      .to.be.revertedWithCustomError(f.units, "AccessManagedUnauthorized")
      .withArgs(f.hsbc);
  });
});
