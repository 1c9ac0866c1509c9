import { expect } from "chai";
import { MaxUint256 } from "ethers";
import DepositTokens from "../../ignition/modules/DepositTokens.js";
import Fund from "../../ignition/modules/Fund.js";
import { isinBytes } from "../../sdk/bonds.js";
import { governDepositToken, governTransfers, joinTransfers } from "../../sdk/deploy/depositTokens.js";
import { governFund } from "../../sdk/deploy/fund.js";
import { openChain, ref } from "../support/chain.js";
import { POWER, deployMoney } from "../support/currency.js";

const chain = await openChain("hongkong");
const RULES = { outSingle: 1n, outDay: 1n, inSingle: 1n };

async function deploy() {
  const money = await deployMoney(chain);
  const { currency, authority, officers, banks } = money.hongkong;
  const engine = await chain.ethers.deployContract("SettlementEngine");
  const common = { currency: await currency.getAddress(), defaultSender: money.deployer.address };
  const deposits = await chain.ignition.deploy(DepositTokens, {
    parameters: {
      DepositTokens: {
        ...{ currency: common.currency, engine: await engine.getAddress() },
        ...{ name: "HSBC deposits", symbol: "HKD-HSBC", bank: Number(banks[0].number) },
      },
    },
    defaultSender: common.defaultSender,
  });
  const transfers = await chain.ethers.getContractAt("DepositTransfers", await deposits.transfers.getAddress());
  const token = await chain.ethers.getContractAt("DepositToken", await deposits.token.getAddress());
  return { ...money, currency, authority, officers, engine, transfers, token, bank: banks[0], common };
}

describe("deployment of deposit tokens and of a fund", function () {
  it("puts tokens and transfers under the currency's own authority; a bank then joins by itself", async function () {
    const { authority, officers, transfers, token, bank, engine, currency, deployer } =
      await chain.networkHelpers.loadFixture(deploy);
    const centralBank = { authority, admin: officers.admin };
    await governTransfers(centralBank, transfers);
    await governDepositToken(centralBank, token);
    for (const other of [deployer, officers.admin, bank.account]) {
      await expect(transfers.connect(other).admit(token))
        .to.be.revertedWithCustomError(transfers, "AccessManagedUnauthorized")
        .withArgs(other.address);
    }
    await transfers.connect(officers.governor).admit(token);
    const { account } = bank;
    await joinTransfers(transfers, engine, currency, { account, token, rules: RULES, mandate: ref("mandate") });
    expect(await token.hasPower(transfers, POWER.issuer)).to.equal(true);
    expect(await engine.isAgent(account, transfers)).to.equal(true);
    expect(await currency.allowance(account, engine)).to.equal(MaxUint256);
    expect((await transfers.rulesOf(bank.number)).rules).to.deep.equal(Object.values(RULES));
    await token.connect(officers.halter).haltAll();
    await token.connect(officers.resumer).resumeAll();
  });

  it("lets a fund's dealing issue its units, and the governor alone replace who prices it", async function () {
    const { authority, officers, transfers, token, treasury, dan, deployer, common } =
      await chain.networkHelpers.loadFixture(deploy);
    await governTransfers({ authority, admin: officers.admin }, transfers);
    await transfers.connect(officers.governor).admit(token);
    const deployed = await chain.ignition.deploy(Fund, {
      parameters: {
        Fund: {
          ...{ isin: isinBytes("HK0000069689"), name: "HKD money market fund", symbol: "HKDMMF" },
          ...{ currency: common.currency, transfers: await transfers.getAddress(), cash: await token.getAddress() },
          ...{ account: treasury.address, cutOff: 54_000, weekdays: 31, patience: 172_800, navBand: 100 },
          ...{ firstNav: 10_000_000, administrator: dan.address },
        },
      },
      defaultSender: common.defaultSender,
    });
    const units = await chain.ethers.getContractAt("FundUnits", await deployed.units.getAddress());
    const dealing = await chain.ethers.getContractAt("FundDealing", await deployed.dealing.getAddress());
    const fund = { authority, admin: officers.admin, governor: officers.governor, mandate: ref("fund documents") };
    await governFund(fund, { units, dealing });
    expect(await units.hasPower(dealing, POWER.issuer)).to.equal(true);
    expect(await dealing.administrator()).to.equal(dan.address);
    await expect(dealing.connect(deployer).setAdministrator(deployer))
      .to.be.revertedWithCustomError(dealing, "AccessManagedUnauthorized")
      .withArgs(deployer.address);
    await dealing.connect(officers.governor).setAdministrator(treasury);
  });
});
