import { expect } from "chai";
import PaymentConnect from "../../ignition/modules/PaymentConnect.js";
import { governConnect } from "../../sdk/deploy/connect.js";
import { CONNECT_KIND, CONNECT_SIDE } from "../../sdk/eip712/connect.js";
import { PUBLISHED_QUOTAS } from "../../sdk/payments/connect.js";
import { openChain } from "../support/chain.js";
import { deployMoney } from "../support/currency.js";

const chain = await openChain("mainland");

describe("deployment of the fast-payment link", function () {
  it("stands over the engine, each side's functions under its own central bank, and leaves the deployer nothing", async function () {
    const { mainland, hongkong, deployer } = await deployMoney(chain);
    const deployed = await chain.ignition.deploy(PaymentConnect, {
      parameters: {
        PaymentConnect: {
          mainlandCurrency: await mainland.currency.getAddress(),
          hongKongCurrency: await hongkong.currency.getAddress(),
        },
      },
      defaultSender: deployer.address,
    });
    const directory = await chain.ethers.getContractAt("ConnectDirectory", await deployed.directory.getAddress());
    const link = await chain.ethers.getContractAt("PaymentConnect", await deployed.link.getAddress());
    for (const { authority, officers } of [mainland, hongkong]) {
      await governConnect({ authority, admin: officers.admin }, { directory, link });
    }
    expect(await link.ENGINE()).to.equal(await deployed.engine.getAddress());
    expect(await link.DIRECTORY()).to.equal(await directory.getAddress());
    for (const [kind, side, own, other] of [
      [CONNECT_KIND.northbound, CONNECT_SIDE.hongKong, hongkong, mainland],
      [CONNECT_KIND.southbound, CONNECT_SIDE.mainland, mainland, hongkong],
    ] as const) {
      const { northbound } = PUBLISHED_QUOTAS;
      await link.connect(own.officers.governor).setQuota(kind, northbound);
      await link.connect(own.officers.halter).suspend(side);
      await link.connect(own.officers.resumer).resume(side);
      for (const stranger of [deployer, own.officers.admin, other.officers.governor]) {
        await expect(link.connect(stranger).setQuota(kind, northbound))
          .to.be.revertedWithCustomError(link, "CurrencyAuthorityRequired")
          .withArgs(own.currency, stranger);
      }
    }
  });
});
