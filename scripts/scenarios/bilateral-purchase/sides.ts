import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, Wallet, ZeroAddress, id, toUtf8Bytes, hexlify, zeroPadBytes } from "ethers";
import type { TypedDataDomain } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import type { CentralBank } from "../../../sdk/deploy/between.js";
import { openCorridors } from "../../../sdk/deploy/corridor.js";
import { openSuite, type Suite } from "../../../sdk/deploy/suite.js";
import { USE_CASE, type CorridorPlace, type UseCaseName } from "../../../sdk/eip712/corridor.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import type { ExchangeLedger } from "../../../sdk/interop/exchange.js";
import type { Votes } from "../../../sdk/interop/relayer.js";
import { byAddress, voteForHeader } from "../../../sdk/interop/validators.js";
import { CLASS_NUMBERS, UNLIMITED_AMOUNT, UNLIMITED_COUNT } from "../../../sdk/limits.js";
import { minor, type CurrencyCode } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { issueMoney, openWallet, reference } from "../../../sdk/operations/money.js";
import type { Checks } from "../../../sdk/report.js";
import { POWERS, ROLES } from "../../../sdk/roles.js";
import {
  LedgerExchange__factory,
  type BilateralCorridor,
  type ForeignLedger,
  type IDigitalCurrency,
} from "../../../types/ethers-contracts/index.js";
import type { BilateralInput, CorridorInput, SideName } from "./input.js";

/** Of four validators three sign. */
const VALIDATORS = 4;
const QUORUM = 3n;
const MORNING = 9;
const DAY = 86_400n;
/** What every party is given, whole units. */
const PURSE = { mainland: "50000.00", partner: "60000000.00" } as const;
const OPERATING = 2n;
const ACTIVE = 2n;

/** Who may set limits, suspend and resume on a side. */
interface Officers {
  readonly governor: HardhatEthersSigner;
  readonly halter: HardhatEthersSigner;
  readonly resumer: HardhatEthersSigner;
}

/** One side of a corridor. */
export interface Side extends ExchangeLedger {
  readonly title: string;
  readonly chainId: bigint;
  readonly corridor: BilateralCorridor;
  readonly domain: TypedDataDomain;
  readonly place: CorridorPlace;
  readonly currency: IDigitalCurrency;
  readonly code: CurrencyCode;
  readonly clock: ScenarioClock;
  readonly journal: Journal;
  readonly agent: HardhatEthersSigner;
  /** Signs compliance verdicts. */
  readonly officer: HardhatEthersSigner;
  readonly officers: Officers;
  readonly carrier: HardhatEthersSigner;
  readonly parties: ReadonlyMap<string, HardhatEthersSigner>;
}

/** Both sides, and the validators of both ledgers. */
export interface OpenCorridor extends Readonly<Record<SideName, Side>> {
  readonly votes: Votes;
}

type Connections = Readonly<Record<SideName, NetworkConnection<"l1">>>;

/** A ledger before the corridor stands on it. */
interface Ground {
  readonly title: string;
  readonly chainId: bigint;
  readonly connection: NetworkConnection<"l1">;
  readonly clock: ScenarioClock;
  readonly journal: Journal;
  readonly deployer: HardhatEthersSigner;
  readonly own: CentralBank;
  readonly other: CentralBank;
  readonly currency: IDigitalCurrency;
  readonly code: CurrencyCode;
  readonly agent: HardhatEthersSigner;
  readonly officer: HardhatEthersSigner;
  readonly officers: Officers;
  readonly carrier: HardhatEthersSigner;
  readonly parties: ReadonlyMap<string, HardhatEthersSigner>;
}

/** Opens both ledgers, their currencies and wallets, and the corridor between them with its limits. */
export async function openSides(
  connections: Connections,
  checks: Checks,
  { firstDay }: BilateralInput,
  corridor: CorridorInput,
): Promise<OpenCorridor> {
  const suite = await openSuite(connections.mainland);
  const cast = castOf(suite, corridor);
  const mainland = await openMainland(connections.mainland, suite, cast, checks, firstDay, corridor);
  const partner = await openPartner(connections.partner, suite, cast, checks, firstDay, corridor);
  const keys = { mainland: validators("mainland"), partner: validators("partner") };
  const known = {
    mainland: await knowForeign(mainland, partner, keys.partner),
    partner: await knowForeign(partner, mainland, keys.mainland),
  };
  const common = { windowLength: DAY };
  const [here, there] = await openCorridors(
    {
      ...mainland,
      ...common,
      foreignLedger: known.mainland,
      foreignCurrency: partner.currency,
      foreignAgent: cast.partnerAgent,
      engine: suite.engine,
    },
    {
      ...partner,
      ...common,
      foreignLedger: known.partner,
      foreignCurrency: mainland.currency,
      foreignAgent: mainland.agent.address,
      engine: ZeroAddress,
    },
  );
  const sides = {
    mainland: await sideOf(mainland, here, known.mainland),
    partner: await sideOf(partner, there, known.partner),
  };
  for (const name of ["mainland", "partner"] as const) await setLimits(sides[name], corridor.limits[name]);
  await prepareSettlement(suite, sides.mainland, await signerOf(connections.mainland, cast.partnerAgent));
  // every validator looks at its own node before it signs
  const votes: Votes = (domain, vote, number) => {
    const name = vote.chainId === mainland.chainId ? "mainland" : "partner";
    const signers = keys[name].slice(0, Number(QUORUM));
    return Promise.all(signers.map((key) => voteForHeader(sides[name].endpoint, key, domain, vote, number)));
  };
  return { ...sides, votes };
}

/** Accounts that nobody of the suite's plan uses, by what they do here; the same keys on both ledgers. */
interface Cast {
  readonly partnerBank: string;
  readonly partnerAgent: string;
  readonly mainlandOfficer: string;
  readonly partnerOfficer: string;
  readonly carrier: string;
  readonly parties: readonly string[];
}

function castOf({ customers }: Suite, { title }: CorridorInput): Cast {
  const [partnerBank, partnerAgent, mainlandOfficer, partnerOfficer, carrier, ...parties] = customers.map(
    ({ address }) => address,
  );
  if (carrier === undefined || mainlandOfficer === undefined || partnerOfficer === undefined) {
    throw new RangeError(`the suite has too few free accounts for ${title}`);
  }
  return {
    ...{ partnerBank: partnerBank ?? "", partnerAgent: partnerAgent ?? "" },
    ...{ mainlandOfficer, partnerOfficer, carrier, parties },
  };
}

async function openMainland(
  connection: NetworkConnection<"l1">,
  suite: Suite,
  cast: Cast,
  checks: Checks,
  firstDay: string,
  { agent: bic, parties, title }: CorridorInput,
): Promise<Ground> {
  const { mainland: jurisdiction } = suite;
  const clock = await ScenarioClock.open(connection, firstDay);
  await clock.moveTo(firstDay, MORNING);
  const journal = new Journal(checks, clock);
  const bank = jurisdiction.bank(bic);
  const { authority, offices, plan, currency } = jurisdiction;
  const desk = { jurisdiction, journal, clock };
  const people = await peopleOf(
    connection,
    cast,
    parties.mainland.map(({ name }) => name),
  );
  const purse = minor(PURSE.mainland);
  await issueMoney(desk, bank, 100n * purse, `the corridor with ${title}`);
  for (const { name, class: walletClass } of parties.mainland) {
    const signer = of(people, name);
    await openWallet(desk, bank, signer, walletClass, name);
    const { balance } = plan.limits[walletClass];
    const amount = balance < purse ? balance : purse;
    await currency.connect(bank.signer).transfer(signer, amount);
  }
  const partnerAgent = await signerOf(connection, cast.partnerAgent);
  await openWallet(desk, bank, partnerAgent, "corporate", "the partner's agent");
  // what it owes when more was paid out for it than collected
  await currency.connect(bank.signer).transfer(partnerAgent, purse);
  const admin = await signerOf(connection, cast.partnerBank);
  const other = await connection.ethers.deployContract("AccessManager", [admin], suite.deployer);
  return {
    ...{ title: plan.title, connection, clock, journal, currency, code: plan.code, officers: offices },
    chainId: (await connection.ethers.provider.getNetwork()).chainId,
    deployer: suite.deployer,
    own: { authority, admin: offices.admin },
    other: { authority: other, admin },
    agent: bank.signer,
    officer: await signerOf(connection, cast.mainlandOfficer),
    carrier: await signerOf(connection, cast.carrier),
    parties: people,
  };
}

/** The partner's ledger: its authority, its registry with one bank, its currency, and wallets without limits. */
async function openPartner(
  connection: NetworkConnection<"l1">,
  suite: Suite,
  cast: Cast,
  checks: Checks,
  firstDay: string,
  { title, currency: money, partner, parties }: CorridorInput,
): Promise<Ground> {
  const { ethers } = connection;
  const clock = await ScenarioClock.open(connection, firstDay);
  await clock.moveTo(firstDay, MORNING);
  const [deployer, admin, agent] = [
    await signerOf(connection, suite.deployer.address),
    await signerOf(connection, cast.partnerBank),
    await signerOf(connection, cast.partnerAgent),
  ];
  // the mainland's central bank has an authority on this ledger, too
  const foreign = await signerOf(connection, suite.mainland.offices.admin.address);
  const authority = await ethers.deployContract("AccessManager", [admin], deployer);
  for (const role of [ROLES.governor, ROLES.halter, ROLES.resumer]) {
    await authority.connect(admin).grantRole(role, admin, 0n);
  }
  const registry = await ethers.deployContract("InstitutionRegistry", [authority], deployer);
  const office = await ethers.deployContract(
    "CurrencyOffice",
    [money.name, money.symbol, money.code, registry],
    deployer,
  );
  const code = await ethers.deployContract("LocalCurrencyMock", [office, authority], deployer);
  const initialize = code.interface.encodeFunctionData("initialize", [await authority.getAddress()]);
  const proxy = await ethers.deployContract("ERC1967Proxy", [code, initialize], deployer);
  const currency = await ethers.getContractAt("IDigitalCurrency", await proxy.getAddress(), admin);
  const none = { open: true, balance: UNLIMITED_AMOUNT, single: UNLIMITED_AMOUNT };
  const limits = { ...none, day: UNLIMITED_COUNT, year: UNLIMITED_COUNT };
  await registry
    .connect(admin)
    .register(
      1n,
      hexlify(toUtf8Bytes(partner.lei)),
      zeroPadBytes(toUtf8Bytes(partner.bic), 11),
      hexlify(toUtf8Bytes(partner.country)),
      OPERATING,
      0n,
      agent,
      reference(partner.name),
    );
  await registry.connect(admin).setStatus(1n, ACTIVE, reference("admission"));
  await currency.appoint(admin, POWERS.issuer, reference("issuance act"));
  for (const walletClass of ["I", "II", "III", "corporate", "institution"] as const) {
    await currency.setClassLimits(CLASS_NUMBERS[walletClass], limits);
  }
  await currency.openInstitutionWallet(agent);
  const purse = minor(PURSE.partner);
  await currency.issue(agent, 100n * purse, reference("first issue"));
  const people = await peopleOf(
    connection,
    cast,
    parties.partner.map(({ name }) => name),
  );
  for (const { name, class: walletClass } of parties.partner) {
    const signer = of(people, name);
    const commitment = reference(`${partner.bic} keeps the identification of ${name}`);
    await currency.connect(agent).openWallet(signer, CLASS_NUMBERS[walletClass], commitment);
    await currency.connect(agent).transfer(signer, purse);
  }
  return {
    ...{ title, connection, clock, journal: new Journal(checks, clock), currency, code: money.code, agent, deployer },
    chainId: (await ethers.provider.getNetwork()).chainId,
    own: { authority, admin },
    other: { authority: await ethers.deployContract("AccessManager", [foreign], deployer), admin: foreign },
    officer: await signerOf(connection, cast.partnerOfficer),
    officers: { governor: admin, halter: admin, resumer: admin },
    carrier: await signerOf(connection, cast.carrier),
    parties: people,
  };
}

async function signerOf({ ethers }: NetworkConnection<"l1">, address: string): Promise<HardhatEthersSigner> {
  return ethers.getSigner(address);
}

async function peopleOf(
  connection: NetworkConnection<"l1">,
  { parties }: Cast,
  names: readonly string[],
): Promise<ReadonlyMap<string, HardhatEthersSigner>> {
  const people = new Map<string, HardhatEthersSigner>();
  for (const [index, name] of names.entries()) {
    const address = parties[index];
    if (address === undefined) throw new RangeError(`no account is left for ${name}`);
    people.set(name, await signerOf(connection, address));
  }
  return people;
}

/** A party by its name, which the input was checked for. */
export function of(parties: ReadonlyMap<string, HardhatEthersSigner>, name: string): HardhatEthersSigner {
  const signer = parties.get(name);
  if (signer === undefined) throw new RangeError(`${name} is no party`);
  return signer;
}

/** Keys that follow from their names, for nobody but this scenario. */
function validators(side: SideName): Wallet[] {
  return byAddress(
    Array.from({ length: VALIDATORS }, (_, index) => new Wallet(id(`validator ${index} of ${side} in the corridor`))),
  );
}

async function knowForeign(here: Ground, there: Ground, keys: readonly Wallet[]): Promise<ForeignLedger> {
  const args = [there.chainId, here.own.authority, keys.map(({ address }) => address), QUORUM] as const;
  return here.connection.ethers.deployContract("ForeignLedger", [...args], here.deployer);
}

async function sideOf(ground: Ground, corridor: BilateralCorridor, foreignLedger: ForeignLedger): Promise<Side> {
  const { chainId, connection, currency, agent, carrier, title } = ground;
  const address = await corridor.getAddress();
  return {
    ...ground,
    ...{ corridor, foreignLedger },
    exchange: LedgerExchange__factory.connect(address, carrier),
    domain: await domainOf(corridor),
    place: { chainId, corridor: address, currency: await currency.getAddress(), agent: agent.address },
    endpoint: {
      name: `the node of ${title}`,
      request: ({ method, params }) => connection.provider.request({ method, params: [...(params ?? [])] }),
    },
  };
}

async function setLimits({ corridor, officers, journal, title }: Side, limits: CorridorInput["limits"][SideName]) {
  for (const [name, { payment, day, window }] of Object.entries(limits)) {
    await journal.note(
      { event: `${title} opens the corridor for ${name}` },
      corridor.connect(officers.governor).setLimits(USE_CASE[name as UseCaseName], {
        payment: minor(payment),
        day: minor(day),
        window: minor(window),
      }),
    );
  }
}

/** Both agents let the corridor settle for them, on the mainland's ledger. */
async function prepareSettlement({ engine }: Suite, side: Side, other: HardhatEthersSigner): Promise<void> {
  for (const agent of [side.agent, other]) {
    await side.journal.noteAll({ event: "an agent lets the corridor settle net for it" }, [
      () => side.currency.connect(agent).approve(engine, MaxUint256),
      () => engine.connect(agent).authorizeAgent(side.corridor, true),
    ]);
  }
}
