import { expect } from "chai";
import { bridgeModule } from "../../ignition/modules/Bridge.js";
import { MAX_VALIDITY, TIMING } from "../support/bridge.js";
import { openChain, ref } from "../support/chain.js";
import { deployMoney } from "../support/currency.js";

const chain = await openChain("hongkong");

describe("deployment of the bridge", function () {
  it("founds the council and puts both venues over one engine and one gate", async function () {
    const { mainland, hongkong } = await deployMoney(chain);
    const [pboc, hkma] = [mainland.officers.admin.address, hongkong.officers.admin.address];
    const [ecny, ehkd] = [await mainland.currency.getAddress(), await hongkong.currency.getAddress()];
    const parameters = {
      founders: [pboc, hkma],
      currencies: [
        { currency: ecny, issuer: pboc },
        { currency: ehkd, issuer: hkma },
      ],
      rulebook: ref("rulebook 1"),
      timing: TIMING,
      maxRateValidity: MAX_VALIDITY,
    };
    const deployed = await chain.ignition.deploy(bridgeModule, { parameters: { Bridge: parameters } });
    const { ethers } = chain;
    const council = await ethers.getContractAt("CentralBankCouncil", await deployed.council.getAddress());
    expect(await council.members()).to.have.members([pboc, hkma]);
    expect(await council.isOpen(ecny)).to.equal(true);
    expect([...(await council.timing())]).to.deep.equal(Object.values(TIMING));
    const exchange = await ethers.getContractAt("ForeignExchange", await deployed.exchange.getAddress());
    expect(await exchange.ENGINE()).to.equal(await deployed.engine.getAddress());
    expect(await exchange.COUNCIL()).to.equal(await deployed.council.getAddress());
    expect(await exchange.GATE()).to.equal(await deployed.gate.getAddress());
    expect(await exchange.MAX_VALIDITY()).to.equal(MAX_VALIDITY);
  });
});
