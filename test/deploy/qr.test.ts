import { expect } from "chai";
import Qr from "../../ignition/modules/QrPayments.js";
import { governQr } from "../../sdk/deploy/qr.js";
import { QR_DIRECTION, QR_MODE, schemeOf } from "../../sdk/qr/payment.js";
import { openChain } from "../support/chain.js";
import { deployMoney } from "../support/currency.js";
import { ANSWER_PERIOD, CNY, DISPUTE_PERIOD } from "../support/qr.js";

const chain = await openChain("mainland");

describe("deployment of the QR gateway", function () {
  it("stands over the engine, under the central bank's offices, and leaves the deployer nothing", async function () {
    const { mainland, deployer, stranger, icbc, boc } = await deployMoney(chain);
    const { authority, currency, officers } = mainland;
    const parameters = {
      authority: await authority.getAddress(),
      currency: await currency.getAddress(),
      homeCurrency: Number(CNY),
      disputePeriod: Number(DISPUTE_PERIOD),
      answerPeriod: Number(ANSWER_PERIOD),
    };
    const deployed = await chain.ignition.deploy(Qr, {
      parameters: { QrPayments: parameters },
      defaultSender: deployer.address,
    });
    const gateway = await chain.ethers.getContractAt("QrGateway", await deployed.gateway.getAddress());
    const settlement = await chain.ethers.getContractAt("QrSettlement", await deployed.settlement.getAddress());
    await governQr({ authority, admin: officers.admin }, { gateway, settlement }, stranger);
    expect(await gateway.HOME_CURRENCY()).to.equal(CNY);
    expect(await gateway.MAX_LIFETIME()).to.equal(86_400n);
    expect(await settlement.GATEWAY()).to.equal(await gateway.getAddress());
    expect(await settlement.ENGINE()).to.equal(await deployed.engine.getAddress());
    expect(await settlement.CURRENCY()).to.equal(parameters.currency);
    for (const bank of [icbc, boc]) await gateway.connect(officers.registrar).admit(bank);
    const route = [schemeOf("hk.com.hkicl"), QR_DIRECTION.inbound, QR_MODE.merchant] as const;
    await gateway.connect(officers.registrar).setRoute(...route, icbc);
    await gateway.connect(officers.halter).closeRoute(...route);
    await gateway.connect(officers.resumer).openRoute(...route);
    await expect(gateway.connect(deployer).admit(deployer))
      .to.be.revertedWithCustomError(gateway, "AccessManagedUnauthorized")
      .withArgs(deployer);
    await expect(settlement.connect(deployer).withdraw(1n, schemeOf("")))
      .to.be.revertedWithCustomError(settlement, "AccessManagedUnauthorized")
      .withArgs(deployer);
    await expect(settlement.connect(stranger).withdraw(1n, schemeOf("")))
      .to.be.revertedWithCustomError(settlement, "QrWindowStatusInvalid")
      .withArgs(1n, 0n);
  });
});
