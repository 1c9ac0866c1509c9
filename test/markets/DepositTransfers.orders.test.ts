import { expect } from "chai";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import {
  DEPOSIT,
  RULES,
  deployDepositTokens,
  holdFor,
  idOf,
  orderOf,
  type DepositTokens,
} from "../support/depositTokens.js";

const chain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;
const AMOUNT = minor("100.00", "HKD");

async function deploy() {
  return deployDepositTokens(chain);
}

describe("DepositTransfers", function () {
  let f: DepositTokens;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("place", function () {
    it("holds the amount for the order, which anyone then carries out", async function () {
      const order = await orderOf(f);
      await expect(f.transfers.connect(f.ann).place(order, "0x", "0x"))
        .to.emit(f.transfers, "DepositOrderPlaced")
        .withArgs(idOf(f, order), f.ann, f.bob, Object.values(order));
      expect(await f.atHsbc.heldOf(f.ann)).to.equal(AMOUNT);
      await f.transfers.connect(f.carrier).execute(order, "0x", "0x");
      expect(await f.atHsbc.heldOf(f.ann)).to.equal(0n);
      expect(await f.atBochk.balanceOf(f.bob)).to.equal(DEPOSIT + AMOUNT);
    });
  });

  describe("withdraw", function () {
    it("gives the payer back what was placed, for good", async function () {
      const order = await orderOf(f);
      await f.transfers.connect(f.ann).place(order, "0x", "0x");
      await expect(f.transfers.connect(f.carrier).withdraw(order))
        .to.be.revertedWithCustomError(f.transfers, "DepositOrderCallerInvalid")
        .withArgs(idOf(f, order), f.carrier, f.ann);
      await expect(f.transfers.connect(f.ann).withdraw(order))
        .to.emit(f.transfers, "DepositOrderWithdrawn")
        .withArgs(idOf(f, order), f.ann, AMOUNT);
      const id = await f.atHsbc.holdId(holdFor(f, order));
      await expect(f.transfers.connect(f.ann).withdraw(order))
        .to.be.revertedWithCustomError(f.atHsbc, "HoldNotActive")
        .withArgs(id);
      await expect(f.transfers.connect(f.ann).execute(order, "0x", "0x"))
        .to.be.revertedWithCustomError(f.atHsbc, "HoldAlreadyUsed")
        .withArgs(id);
    });
  });

  describe("authorizeAgent", function () {
    it("lets a contract, and nobody else, have orders carried out that name it", async function () {
      const wallet = await ethers.deployContract("Erc1271WalletMock", [f.carrier.address]);
      const agent = await wallet.getAddress();
      const order = await orderOf(f, { agent });
      const { interface: abi } = f.transfers;
      const execute = abi.encodeFunctionData("execute", [order, "0x", "0x"]);
      await expect(wallet.execute(f.transfers, execute)).to.be.revertedWithCustomError(
        f.transfers,
        "DepositConsentMissing",
      );
      await expect(f.transfers.connect(f.ann).authorizeAgent(agent, true))
        .to.emit(f.transfers, "DepositAgentAuthorized")
        .withArgs(f.ann, agent, true);
      await expect(f.transfers.connect(f.ann).authorizeAgent(agent, true)).not.to.emit(
        f.transfers,
        "DepositAgentAuthorized",
      );
      expect(await f.transfers.isAgent(f.ann, agent)).to.equal(true);
      await expect(f.transfers.connect(f.ann).execute(order, "0x", "0x"))
        .to.be.revertedWithCustomError(f.transfers, "DepositOrderCallerInvalid")
        .withArgs(idOf(f, order), f.ann, agent);
      await wallet.execute(f.transfers, execute);
      expect(await f.atBochk.balanceOf(f.bob)).to.equal(DEPOSIT + AMOUNT);
      const other = await orderOf(f, { businessRef: ref("names nobody") });
      await expect(
        wallet.execute(f.transfers, abi.encodeFunctionData("execute", [other, "0x", "0x"])),
      ).to.be.revertedWithCustomError(f.transfers, "DepositConsentMissing");
    });

    it("refuses accounts without code and the payer itself, and always withdraws", async function () {
      for (const agent of [f.carrier, f.ann]) {
        await expect(f.transfers.connect(f.ann).authorizeAgent(agent, true))
          .to.be.revertedWithCustomError(f.transfers, "DepositAgentInvalid")
          .withArgs(agent);
      }
      await f.transfers.connect(f.ann).authorizeAgent(f.carrier, false);
      expect(await f.transfers.isAgent(f.ann, f.carrier)).to.equal(false);
    });
  });

  describe("admit", function () {
    it("knows each bank's token and each token's bank", async function () {
      const { number } = f.hongkong.banks[0];
      expect(await f.transfers.tokenOf(number)).to.equal(await f.atHsbc.getAddress());
      expect(await f.transfers.bankOf(f.atHsbc)).to.equal(number);
      expect(await f.transfers.CURRENCY()).to.equal(await f.money.getAddress());
      expect(await f.transfers.ENGINE()).to.equal(await f.engine.getAddress());
      const filter = f.transfers.filters.DepositTokenAdmitted(await f.atHsbc.getAddress(), number);
      expect(await f.transfers.queryFilter(filter)).to.have.length(1);
    });

    it("refuses a second token of a bank, another currency's, and what is none", async function () {
      const { banks, currency } = f.hongkong;
      const second = await ethers.deployContract("DepositToken", ["second", "2ND", currency, banks[0].number]);
      const mainland = f.mainland.banks[0].number;
      const foreign = await ethers.deployContract("DepositToken", ["foreign", "CNY", f.mainland.currency, mainland]);
      for (const token of [second, foreign, f.money, f.carrier]) {
        await expect(f.transfers.connect(f.governor).admit(token))
          .to.be.revertedWithCustomError(f.transfers, "DepositTokenInvalid")
          .withArgs(token);
      }
    });

    it("is the governor's", async function () {
      await expect(f.transfers.connect(f.hsbc).admit(f.atHsbc))
        .to.be.revertedWithCustomError(f.transfers, "AccessManagedUnauthorized")
        .withArgs(f.hsbc);
    });
  });

  describe("setRules", function () {
    it("replaces what the bank authorises", async function () {
      const rules = { outSingle: 3n, outDay: 2n, inSingle: 1n };
      const { number, account } = f.hongkong.banks[0];
      await expect(f.transfers.connect(account).setRules(rules))
        .to.emit(f.transfers, "BankRulesSet")
        .withArgs(number, account, [3n, 2n, 1n]);
      expect((await f.transfers.rulesOf(number)).rules).to.deep.equal(Object.values(rules));
    });

    it("refuses who acts for no bank that takes part", async function () {
      await expect(f.transfers.connect(f.ann).setRules(RULES))
        .to.be.revertedWithCustomError(f.transfers, "DepositBankUnknown")
        .withArgs(f.ann, 0n);
    });
  });
});
