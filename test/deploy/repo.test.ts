import { expect } from "chai";
import Repo from "../../ignition/modules/Repo.js";
import { deployNote } from "../support/assets.js";
import { openRepoChain } from "../support/repo.js";

const chain = await openRepoChain();

describe("deployment of repos and collateral", function () {
  it("puts both on one engine, one register and one source of prices, under nobody", async function () {
    const { register, deployer } = await deployNote(chain);
    const engine = await chain.ethers.deployContract("SettlementEngine");
    const at = { engine: await engine.getAddress(), register: await register.getAddress() };
    const deployed = await chain.ignition.deploy(Repo, {
      parameters: { Repo: at },
      defaultSender: deployer.address,
    });
    const fixings = await deployed.fixings.getAddress();
    const repo = await chain.ethers.getContractAt("Repo", await deployed.repo.getAddress());
    const collateral = await chain.ethers.getContractAt("Collateral", await deployed.collateral.getAddress());
    for (const contract of [repo, collateral]) {
      expect([await contract.ENGINE(), await contract.REGISTER(), await contract.FIXINGS()]).to.deep.equal([
        at.engine,
        at.register,
        fixings,
      ]);
      expect(contract.interface.hasFunction("owner") || contract.interface.hasFunction("authority")).to.equal(false);
    }
  });
});
