import { expect } from "chai";
import Interop from "../../ignition/modules/Interop.js";
import { assignBetween } from "../../sdk/deploy/between.js";
import { Relayer, type Side } from "../../sdk/interop/relayer.js";
import { voteForHeader } from "../../sdk/interop/validators.js";
import { interoperableAddress } from "../../sdk/interop/messages.js";
import { ROLES } from "../../sdk/roles.js";
import { CHAIN_ID, QUORUM, addressesOf, endpointOf, validatorsNamed } from "../interop/fixture.js";
import { actors, openChain, type Chain } from "../support/chain.js";

const mainland = await openChain("mainland");
const hongkong = await openChain("hongkong");

/** One end, deployed by Ignition and governed by its own authority. */
async function deployEnd(chain: Chain, name: string, foreign: { readonly chainId: bigint; readonly name: string }) {
  const { admin, deployer, carrier, stranger } = await actors(chain, "admin", "deployer", "carrier", "stranger");
  const authority = await chain.ethers.deployContract("AccessManager", [admin]);
  const parameters = {
    authority: await authority.getAddress(),
    foreignChainId: foreign.chainId,
    validators: addressesOf(validatorsNamed(foreign.name)),
    quorum: Number(QUORUM),
  };
  const deployed = await chain.ignition.deploy(Interop, {
    parameters: { Interop: parameters },
    defaultSender: deployer.address,
  });
  const ledger = await chain.ethers.getContractAt("ForeignLedger", await deployed.ledger.getAddress());
  const gateway = await chain.ethers.getContractAt("MessageGateway", await deployed.gateway.getAddress());
  await assignBetween({ authority, admin }, ledger, "foreignLedger");
  await assignBetween({ authority, admin }, gateway, "gateway");
  await authority.connect(admin).grantRole(ROLES.governor, admin, 0n);
  return { chain, name, admin, deployer, carrier, stranger, ledger, gateway };
}

type End = Awaited<ReturnType<typeof deployEnd>>;

async function sideOf({ chain, name, carrier, gateway, ledger }: End, chainId: bigint): Promise<Side> {
  return {
    ...{ name, chainId, carrier, firstBlock: 0n },
    endpoints: [endpointOf(chain, `${name} A`), endpointOf(chain, `${name} B`)],
    gateway: await gateway.getAddress(),
    foreignLedger: await ledger.getAddress(),
  };
}

describe("deployment of a lane", function () {
  it("joins two ledgers that know each other only by their validators", async function () {
    const here = await deployEnd(mainland, "mainland", { chainId: CHAIN_ID.hongkong, name: "hongkong" });
    const there = await deployEnd(hongkong, "hongkong", { chainId: CHAIN_ID.mainland, name: "mainland" });
    await here.gateway.connect(here.admin).registerLane(CHAIN_ID.hongkong, there.gateway, here.ledger);
    await there.gateway.connect(there.admin).registerLane(CHAIN_ID.mainland, here.gateway, there.ledger);
    for (const { gateway, ledger, deployer } of [here, there]) {
      await expect(gateway.connect(deployer).haltLane(1n)).to.be.revertedWithCustomError(
        gateway,
        "AccessManagedUnauthorized",
      );
      await expect(ledger.connect(deployer).rotate([], 0n, 0n)).to.be.revertedWithCustomError(
        ledger,
        "AccessManagedUnauthorized",
      );
    }

    const party = await hongkong.ethers.deployContract("MessageAcceptorMock");
    const to = interoperableAddress(CHAIN_ID.hongkong, await party.getAddress());
    await here.gateway.connect(here.stranger).sendMessage(to, "0x1234", []);
    const sides = [await sideOf(here, CHAIN_ID.mainland), await sideOf(there, CHAIN_ID.hongkong)] as const;
    const relayer = new Relayer(sides, (domain, vote, number) => {
      const { chain, name } = vote.chainId === CHAIN_ID.mainland ? here : there;
      const signers = validatorsNamed(name).slice(0, Number(QUORUM));
      return Promise.all(signers.map((key) => voteForHeader(endpointOf(chain, name), key, domain, vote, number)));
    });
    await relayer.run();
    const [closed] = await here.gateway.queryFilter(here.gateway.filters.MessageClosed());
    expect(closed?.args.sender).to.equal(here.stranger.address);
    expect(closed?.args.kind).to.equal(1n);
  });
});
