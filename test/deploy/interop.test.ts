import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { getCreateAddress } from "ethers";
import { artifacts } from "hardhat";
import { assignBetween } from "../../sdk/deploy/between.js";
import { deploy } from "../../sdk/deploy/deploy.js";
import { endOf, inspectEnd } from "../../sdk/deploy/end.js";
import { endPlanOf, loadEndPlan, type EndPlan } from "../../sdk/deploy/endParameters.js";
import { differences } from "../../sdk/deploy/status.js";
import { readJson } from "../../sdk/files.js";
import { endBookSchema, type EndBook } from "../../sdk/interop/endBook.js";
import { interoperableAddress } from "../../sdk/interop/messages.js";
import { Relayer, type Side } from "../../sdk/interop/relayer.js";
import { COMPLIANCE_ROLE } from "../../sdk/interop/roles.js";
import { voteForHeader } from "../../sdk/interop/validators.js";
import { ROLES } from "../../sdk/roles.js";
import { rejection } from "../sdk/rejection.js";
import { CHAIN_ID, QUORUM, addressesOf, endpointOf, validatorsNamed } from "../interop/fixture.js";
import { pairFixture, type End as Which } from "../interop/lanes.js";
import { openChain, type Chain } from "../support/chain.js";
import { deployMoney } from "../support/currency.js";
import { scratch } from "./support.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, deployPair);
/** Places of an end's contracts in the row of its deployer's transactions. */
const [GATEWAY, EXCHANGE, BRIDGEHEAD, CORRIDOR] = [1, 2, 3, 4];
const OTHER = { mainland: "hongkong", hongkong: "mainland" } as const;

/** A ledger with money before anything of the other stands on it. */
async function groundOf(chain: Chain, name: Which) {
  const money = await deployMoney(chain);
  const { deployer } = money;
  // otherwise both ledgers have the same contracts at the same addresses
  if (name === "hongkong") await deployer.sendTransaction({ to: deployer });
  const nonce = await deployer.getNonce();
  const placeOf = (step: number) => getCreateAddress({ from: deployer.address, nonce: nonce + step });
  return { ...money, chain, name, placeOf, own: money[name], other: money[OTHER[name]] };
}

type Ground = Awaited<ReturnType<typeof groundOf>>;

/** One end, as its parameters file would say it. */
async function planOf(here: Ground, there: Ground): Promise<EndPlan> {
  const authority = await here.own.authority.getAddress();
  const agents = { agent: here.carrier.address, foreignAgent: here.stranger.address };
  return endPlanOf({
    ...{ requiredConfirmations: 1, title: here.name, authority },
    foreignAuthority: await here.other.authority.getAddress(),
    foreign: {
      chainId: Number(CHAIN_ID[there.name]),
      validators: addressesOf(validatorsNamed(there.name)),
      quorum: Number(QUORUM),
      gateway: there.placeOf(GATEWAY),
    },
    exchange: { peer: there.placeOf(EXCHANGE) },
    bridgeheads: [
      {
        ...{ name: "ecny", side: here.name === "mainland" ? "home" : "abroad", peer: there.placeOf(BRIDGEHEAD) },
        currency: await here.mainland.currency.getAddress(),
        authority: await here.mainland.authority.getAddress(),
      },
    ],
    corridors: [
      {
        ...{ name: "retail", peer: there.placeOf(CORRIDOR), windowLength: 86_400, ...agents },
        currency: await here.own.currency.getAddress(),
        foreignCurrency: await there.own.currency.getAddress(),
        ...(here.name === "mainland" ? { engine: await engineOf(here) } : {}),
      },
    ],
  });
}

async function engineOf({ chain, stranger }: Ground): Promise<string> {
  return (await chain.ethers.deployContract("SettlementEngine", stranger)).getAddress();
}

async function deployEnd(ground: Ground, plan: EndPlan) {
  const { chain, own, other, mainland } = ground;
  const target = { provider: chain.provider, network: ground.name, pollingInterval: 1 };
  const { book } = await deploy(endOf(plan), target);
  const at = async (name: string, address = "") => chain.ethers.getContractAt(name, address);
  const ledger = await chain.ethers.getContractAt("ForeignLedger", book.foreignLedger);
  const gateway = await chain.ethers.getContractAt("MessageGateway", book.gateway);
  const corridor = await chain.ethers.getContractAt("BilateralCorridor", book.corridors["retail"] ?? "");
  const bank = ({ authority, officers }: Ground["own"]) => ({ authority, admin: officers.admin });
  const left = differences(await inspect(ground, book, plan));
  await assignBetween(bank(own), ledger, "foreignLedger");
  await assignBetween(bank(own), gateway, "gateway");
  for (const central of [own, other]) {
    await assignBetween(bank(central), await at("LedgerExchange", book.exchange), "exchange");
    await assignBetween(bank(central), corridor, "exchange");
  }
  await assignBetween(bank(own), corridor, "corridor");
  await assignBetween(bank(mainland), await at("HomeBridgehead", book.bridgeheads["ecny"]), "bridgehead");
  const { selector } = corridor.getFunction("recordVerdict").fragment;
  await own.authority.connect(own.officers.admin).setTargetFunctionRole(corridor, [selector], COMPLIANCE_ROLE);
  await gateway.connect(own.officers.governor).registerLane(plan.foreign.chainId, plan.foreign.gateway ?? "", ledger);
  return { ...ground, plan, book, ledger, gateway, corridor, left };
}

type DeployedEnd = Awaited<ReturnType<typeof deployEnd>>;

async function deployPair(): Promise<Record<Which, DeployedEnd>> {
  const mainland = await groundOf(chains.mainland, "mainland");
  const hongkong = await groundOf(chains.hongkong, "hongkong");
  const plans = { mainland: await planOf(mainland, hongkong), hongkong: await planOf(hongkong, mainland) };
  return {
    mainland: await deployEnd(mainland, plans.mainland),
    hongkong: await deployEnd(hongkong, plans.hongkong),
  };
}

function inspect({ chain }: Pick<Ground, "chain">, book: EndBook, plan: EndPlan) {
  return inspectEnd(chain.ethers.provider, book, plan, (name) => artifacts.readArtifact(name));
}

const differencesOf = async (end: DeployedEnd, plan = end.plan) => differences(await inspect(end, end.book, plan));

function sideOf({ chain, name, carrier, book }: DeployedEnd): Side {
  return {
    ...{ name, chainId: CHAIN_ID[name], carrier, firstBlock: BigInt(book.firstBlock) },
    ...{ gateway: book.gateway, foreignLedger: book.foreignLedger },
    endpoints: [endpointOf(chain, `${name} A`), endpointOf(chain, `${name} B`)],
  };
}

describe("deployment of both ends between two ledgers", function () {
  this.timeout(120_000);
  let f: Record<Which, DeployedEnd>;

  beforeEach(async function () {
    f = await load();
  });

  it("puts each contract where the other end expects it, and leaves the deployer nothing", async function () {
    for (const end of Object.values(f)) {
      expect(await differencesOf(end)).to.deep.equal([]);
      await expect(end.gateway.connect(end.deployer).haltLane(1n)).to.be.revertedWithCustomError(
        end.gateway,
        "AccessManagedUnauthorized",
      );
    }
    const { mainland, hongkong } = f;
    expect(mainland.plan.exchange?.peer).to.equal(hongkong.book.exchange);
    expect(mainland.plan.bridgeheads[0]?.peer).to.equal(hongkong.book.bridgeheads["ecny"]);
    expect(hongkong.plan.corridors[0]?.peer).to.equal(mainland.book.corridors["retail"]);
  });

  it("names what the authorities still had to do", function () {
    for (const { left } of Object.values(f)) {
      expect(left.join("\n")).to.match(/functions of the foreignLedger: .* found rotate is admin's and not governor's/);
      expect(left.join("\n")).to.match(/foreign functions of the ledgerExchange: .* endorse is admin's/);
      expect(left.join("\n")).to.match(/other end of the lane: expected 0x\w{40}, found 0x0{40}/);
    }
  });

  it("carries a message from one to the other", async function () {
    const { mainland, hongkong } = f;
    const party = await hongkong.chain.ethers.deployContract("MessageAcceptorMock", hongkong.stranger);
    const to = interoperableAddress(CHAIN_ID.hongkong, await party.getAddress());
    await mainland.gateway.connect(mainland.stranger).sendMessage(to, "0x1234", []);
    const relayer = new Relayer([sideOf(mainland), sideOf(hongkong)], (domain, vote, number) => {
      const { chain, name } = vote.chainId === CHAIN_ID.mainland ? mainland : hongkong;
      const signers = validatorsNamed(name).slice(0, Number(QUORUM));
      return Promise.all(signers.map((key) => voteForHeader(endpointOf(chain, name), key, domain, vote, number)));
    });
    await relayer.run();
    const [closed] = await mainland.gateway.queryFilter(mainland.gateway.filters.MessageClosed());
    expect(closed?.args.sender).to.equal(mainland.stranger.address);
    expect(closed?.args.kind).to.equal(1n);
    expect(await differencesOf(mainland)).to.deep.equal([]);
  });

  it("names new validators, another role, a closed contract, other code and another agreement", async function () {
    const { mainland: end } = f;
    const { own, ledger, gateway, corridor, plan, chain, book } = end;
    const next = addressesOf(validatorsNamed("new"));
    await ledger.connect(own.officers.governor).rotate(next, 3n, 0n);
    const authority = own.authority.connect(own.officers.admin);
    const { selector } = gateway.getFunction("haltLane").fragment;
    await authority.setTargetFunctionRole(gateway, [selector], ROLES.resumer);
    await authority.setTargetClosed(corridor, true);
    const code = await chain.ethers.provider.getCode(book.exchange ?? "");
    await chain.networkHelpers.setCode(book.exchange ?? "", `${code}00`);
    const corridors = plan.corridors.map((agreed) => ({ ...agreed, windowLength: 1 }));
    const sentences = await differencesOf(end, { ...plan, corridors });
    expect(sentences, sentences.join("\n")).to.have.length(5);
    for (const pattern of [
      /^mainland, validators: expected /,
      /^mainland, functions of the gateway: .* haltLane is resumer's and not halter's\.$/,
      /^mainland, code of the exchange: .* found other code/,
      /^mainland, functions of the corridor: .* found it is closed\.$/,
      /^mainland, agreement of corridor retail: .*, 1, found .*, 86400\.$/,
    ]) {
      expect(
        sentences.some((sentence) => pattern.test(sentence)),
        String(pattern),
      ).to.equal(true);
    }
  });

  it("begins with light client and gateway, goes on when the other end is known, and then sends nothing", async function () {
    const { mainland: end } = f;
    const { chain, plan } = end;
    const journal = await scratch();
    const addressBook = join(journal, "book.json");
    const target = { provider: chain.provider, network: "test", pollingInterval: 1, journal, addressBook };
    const known = { ...plan, exchange: undefined, bridgeheads: [], corridors: [] };
    const first = await deploy(endOf(known), target);
    expect(first.sent).to.equal(2);
    const second = await deploy(endOf(plan), target);
    expect(second.sent).to.equal(3);
    expect(second.book).to.deep.include({ foreignLedger: first.book.foreignLedger, gateway: first.book.gateway });
    expect(await readJson(addressBook, endBookSchema)).to.deep.equal(second.book);
    expect((await deploy(endOf(plan), target)).sent).to.equal(0);
    await rm(journal, { recursive: true });
  });

  it("refuses parameters that no contract would take, in one sentence", async function () {
    const { mainland } = f;
    const { file, deployer, ...plan } = mainland.plan;
    expect([file, deployer]).to.deep.equal(["parameters", undefined]);
    const refused = (change: object): Promise<Error> =>
      rejection(Promise.resolve().then(() => endPlanOf({ ...plan, ...change }, "end.json5")));
    const { foreign, authority } = plan;
    const cases: [object, RegExp][] = [
      [
        { foreign: { ...foreign, validators: [...foreign.validators].reverse() } },
        /foreign\.validators: not by rising/,
      ],
      [{ foreign: { ...foreign, quorum: 2 } }, /foreign\.quorum: not more than half of 4 validators/],
      [{ foreignAuthority: authority }, /^end\.json5: both central banks have the authority 0x/],
      [{ corridors: [...plan.corridors, ...plan.corridors] }, /the name retail is used twice/],
    ];
    for (const [change, sentence] of cases) expect((await refused(change)).message).to.match(sentence);
    expect((await loadEndPlan()).foreign.chainId).to.equal(Number(CHAIN_ID.hongkong));
  });
});
