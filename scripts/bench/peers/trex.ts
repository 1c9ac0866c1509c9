import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ContractFactory, MaxUint256, ZeroAddress, keccak256, AbiCoder } from "ethers";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { minor } from "../../../sdk/money.js";
import { ForeignContract, gasOf } from "../measure.js";
import type { Figures } from "../operations.js";
import { AMOUNT, type Suite } from "../suite.js";

const PACKAGE = "@tokenysolutions/t-rex/artifacts";
const CHINA = 156;

interface Artifact {
  readonly contractName: string;
  readonly abi: readonly object[];
  readonly bytecode: string;
}

/** Everything two T-REX tokens need, each contract called without its proxy. */
interface Trex {
  readonly admin: HardhatEthersSigner;
  readonly identities: ForeignContract;
}

/** The T-REX token, on the same chain and among the same accounts. */
export async function measureTrex(suite: Suite): Promise<Figures> {
  const { admin, ann, bob, company, banks, newcomer, holders } = suite;
  const payees = holders.slice(0, 100);
  const dealers = banks.slice(0, 2).map(({ account }) => account.address);
  const trex = await deployIdentities(admin, [
    ...[ann.address, bob.address, company.address, newcomer],
    ...[...dealers, ...payees],
  ]);
  const token = await deployToken(trex);
  const mint = (to: string, amount: bigint) => gasOf(token.send(admin, "mint", [to, amount]));
  for (const { address } of [ann, bob, company]) await mint(address, minor("1000000.00"));
  const payOut = (amount: bigint) =>
    gasOf(token.send(company, "batchTransfer", [payees, Array<bigint>(payees.length).fill(amount)]));
  await payOut(1n);
  const transfer = (to: string) => gasOf(token.send(ann, "transfer", [to, AMOUNT]));
  return {
    "transfer.retail": await transfer(bob.address),
    "transfer.retail.direct": await transfer(bob.address),
    "transfer.newHolder": await transfer(newcomer),
    issue: await mint(bob.address, minor("1000.00")),
    "payout.perPayee": Math.ceil((await payOut(AMOUNT)) / payees.length),
    "settle.dvp": await swap(suite, trex),
    freeze: await gasOf(token.send(admin, "setAddressFrozen", [bob.address, true])),
  };
}

/** Registry of identities in which one identity, which no claim is asked of, stands for everybody. */
async function deployIdentities(admin: HardhatEthersSigner, accounts: readonly string[]): Promise<Trex> {
  const registry = (name: string) => deploy(admin, `contracts/registry/implementation/${name}.sol/${name}.json`);
  const [topics, issuers, storage] = [
    await registry("ClaimTopicsRegistry"),
    await registry("TrustedIssuersRegistry"),
    await registry("IdentityRegistryStorage"),
  ];
  for (const contract of [topics, issuers, storage]) await gasOf(contract.send(admin, "init", []));
  const identities = await registry("IdentityRegistry");
  await gasOf(identities.send(admin, "init", [issuers.address, topics.address, storage.address]));
  await gasOf(storage.send(admin, "bindIdentityRegistry", [identities.address]));
  await gasOf(identities.send(admin, "addAgent", [admin.address]));
  const identity = await deploy(admin, "@onchain-id/solidity/contracts/Identity.sol/Identity.json", [
    admin.address,
    false,
  ]);
  for (const account of accounts) {
    await gasOf(identities.send(admin, "registerIdentity", [account, identity.address, CHINA]));
  }
  return { admin, identities };
}

async function deployToken({ admin, identities }: Trex): Promise<ForeignContract> {
  const compliance = await deploy(admin, "contracts/compliance/modular/ModularCompliance.sol/ModularCompliance.json");
  await gasOf(compliance.send(admin, "init", []));
  const token = await deploy(admin, "contracts/token/Token.sol/Token.json");
  const terms = [identities.address, compliance.address, "Peer", "PEER", 2, ZeroAddress];
  await gasOf(token.send(admin, "init", terms));
  await gasOf(token.send(admin, "addAgent", [admin.address]));
  await gasOf(token.send(admin, "unpause", []));
  return token;
}

/** Two exchanges by the DVD manager; the gas of the second, both transactions of it. */
async function swap({ banks }: Suite, trex: Trex): Promise<number> {
  const [{ account: buyer }, { account: seller }] = banks;
  const manager = await deploy(trex.admin, "contracts/DVD/DVDTransferManager.sol/DVDTransferManager.json");
  const [money, security] = [await deployToken(trex), await deployToken(trex)];
  for (const account of [buyer, seller]) {
    for (const token of [money, security]) {
      await gasOf(token.send(trex.admin, "mint", [account.address, minor("1000000.00")]));
      await gasOf(token.send(account, "approve", [manager.address, MaxUint256]));
    }
  }
  const price = minor("1000.00");
  const exchange = async (nonce: number) => {
    const terms = [buyer.address, money.address, price, seller.address, security.address, 10n];
    const types = ["uint256", "address", "address", "uint256", "address", "address", "uint256"];
    const id = keccak256(AbiCoder.defaultAbiCoder().encode(types, [nonce, ...terms]));
    const asked = [money.address, price, seller.address, security.address, 10n];
    const initiated = await gasOf(manager.send(buyer, "initiateDVDTransfer", asked));
    return initiated + (await gasOf(manager.send(seller, "takeDVDTransfer", [id])));
  };
  await exchange(0);
  return exchange(1);
}

async function deploy(
  sender: HardhatEthersSigner,
  file: string,
  args: readonly unknown[] = [],
): Promise<ForeignContract> {
  const path = createRequire(import.meta.url).resolve(`${PACKAGE}/${file}`);
  const { abi, bytecode } = JSON.parse(readFileSync(path, "utf8")) as Artifact;
  const factory = new ContractFactory(abi, bytecode, sender);
  const contract = await factory.deploy(...args);
  return new ForeignContract(await contract.getAddress(), abi);
}
