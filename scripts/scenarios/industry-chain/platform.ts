import { Wallet, id, type ContractRunner } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import {
  admitApplication,
  openServicePlatform,
  type PlatformEnd,
  type PlatformLedger,
} from "../../../sdk/deploy/industry.js";
import { openSuite, type OpenJurisdiction } from "../../../sdk/deploy/suite.js";
import { Relayer, type Side, type Votes } from "../../../sdk/interop/relayer.js";
import type { Endpoint } from "../../../sdk/interop/rpc.js";
import { byAddress, voteForHeader } from "../../../sdk/interop/validators.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { issueMoney, openWallet } from "../../../sdk/operations/money.js";
import type { Checks } from "../../../sdk/report.js";
import { ROLES } from "../../../sdk/roles.js";
import type { IndustryOrders, PaymentService } from "../../../types/ethers-contracts/index.js";
import type { IndustryInput } from "./input.js";

/** Of four validators three sign. */
const VALIDATORS = 4;
const QUORUM = 3n;
const MORNING = 9;
const DAY = 86_400n;
const HOUR = 3_600n;

/** What either chain has. */
interface End extends PlatformEnd {
  readonly title: string;
  readonly chainId: bigint;
  readonly connection: NetworkConnection<"l1">;
  readonly clock: ScenarioClock;
  readonly journal: Journal;
  readonly endpoint: Endpoint;
  /** Stop and resume the lane here. */
  readonly halter: HardhatEthersSigner;
  readonly resumer: HardhatEthersSigner;
  /** Carries headers, messages and receipts; has no right. */
  readonly carrier: HardhatEthersSigner;
}

/** The mainland's ledger: e-CNY and the payment service. */
export interface MoneyEnd extends End {
  readonly at: OpenJurisdiction;
  readonly service: PaymentService;
}

/** The industry's own chain. */
export interface IndustryEnd extends End {
  readonly orders: IndustryOrders;
}

/** A company, with the same key on both chains. */
export interface Company {
  readonly name: string;
  readonly address: string;
  readonly wallet: HardhatEthersSigner;
  readonly trader: HardhatEthersSigner;
}

/** What every order works with. */
export interface Stage {
  readonly money: MoneyEnd;
  readonly industry: IndustryEnd;
  readonly companies: ReadonlyMap<string, Company>;
  readonly relayer: Relayer;
}

export interface Connections {
  readonly money: NetworkConnection<"l1">;
  readonly industry: NetworkConnection<"l1">;
}

type Half = Omit<End, keyof PlatformEnd>;

/** Opens both chains, joins them, admits the application, and gives every company a wallet with its funds. */
export async function openStage(connections: Connections, checks: Checks, input: IndustryInput): Promise<Stage> {
  const { industry: rules, firstDay } = input;
  const clocks = {
    money: await ScenarioClock.open(connections.money, firstDay),
    industry: await ScenarioClock.open(connections.industry, firstDay),
  };
  const suite = await openSuite(connections.money);
  const at = suite.mainland;
  const [operator, carrier, admin, halter, resumer, ...free] = suite.customers;
  if (!operator || !carrier || !admin || !halter || !resumer || free.length < input.parties.length) {
    throw new RangeError("the suite has free accounts");
  }
  const there = new Map((await connections.industry.ethers.getSigners()).map((signer) => [signer.address, signer]));
  const alsoThere = (signer: HardhatEthersSigner): HardhatEthersSigner => {
    const found = there.get(signer.address);
    if (found === undefined) throw new RangeError("both chains have the same accounts");
    return found;
  };
  for (const clock of Object.values(clocks)) await clock.moveTo(firstDay, MORNING);
  const money: Half = {
    ...{ title: at.plan.title, connection: connections.money, clock: clocks.money, carrier },
    ...{ journal: new Journal(checks, clocks.money), endpoint: endpointOf(connections.money, "the mainland's node") },
    ...{ chainId: await chainIdOf(connections.money), halter: at.offices.halter, resumer: at.offices.resumer },
  };
  const industry: Half = {
    ...{ title: rules.title, connection: connections.industry, clock: clocks.industry, carrier: alsoThere(carrier) },
    ...{
      journal: new Journal(checks, clocks.industry),
      endpoint: endpointOf(connections.industry, "the industry's node"),
    },
    ...{ chainId: await chainIdOf(connections.industry), halter: alsoThere(halter), resumer: alsoThere(resumer) },
  };
  const keys = { money: validators("the mainland"), industry: validators("the industry") };
  const body = alsoThere(admin);
  const authority = await connections.industry.ethers.deployContract("AccessManager", [body]);
  await authority.waitForDeployment();
  for (const [role, office] of [
    [ROLES.halter, industry.halter],
    [ROLES.resumer, industry.resumer],
  ] as const) {
    await (await authority.connect(body).grantRole(role, office, 0n)).wait();
  }
  const joined = await openServicePlatform(
    {
      ...{ chainId: money.chainId, deployer: suite.deployer, authority: at.authority, admin: at.offices.admin },
      ...known(keys.money),
      ...{ currency: at.currency, operator },
    },
    {
      ...{ chainId: industry.chainId, deployer: body, authority, admin: body },
      ...known(keys.industry),
      ...{ code: at.plan.code, inspection: BigInt(rules.inspectionDays) * DAY },
      requestLifetime: BigInt(rules.requestHours) * HOUR,
    },
  );
  await admitApplication(joined.money.service, operator, {
    ...{ chainId: industry.chainId, application: await joined.industry.orders.getAddress() },
    limits: { payment: minor(rules.limits.payment), day: minor(rules.limits.day) },
    purposes: rules.purposes,
  });
  const ends = {
    money: { ...money, ...joined.money, at },
    industry: { ...industry, ...joined.industry },
  };
  const companies = new Map(
    input.parties.map(({ name }, index): [string, Company] => {
      const wallet = free[index];
      if (wallet === undefined) throw new RangeError("the suite has free accounts");
      return [name, { name, address: wallet.address, wallet, trader: alsoThere(wallet) }];
    }),
  );
  await provideMoney(ends.money, input, companies);
  // every validator looks at its own node before it signs
  const votes: Votes = (domain, vote, number) => {
    const end = vote.chainId === money.chainId ? "money" : "industry";
    const signers = keys[end].slice(0, Number(QUORUM));
    return Promise.all(signers.map((key) => voteForHeader(ends[end].endpoint, key, domain, vote, number)));
  };
  const relayer = new Relayer([await sideOf(ends.money, checks), await sideOf(ends.industry, checks)], votes);
  return { ...ends, companies, relayer };
}

/** The company of that name. */
export function companyOf({ companies }: Pick<Stage, "companies">, name: string): Company {
  const found = companies.get(name);
  if (found === undefined) throw new RangeError(`there is no company ${name}`);
  return found;
}

/** Both clocks go on, to the same time. */
export async function pass({ money, industry }: Stage, seconds: bigint): Promise<void> {
  const [here, there] = [await money.clock.now(), await industry.clock.now()];
  const time = (here > there ? here : there) + seconds;
  for (const { clock } of [money, industry]) await clock.moveToTime(time);
}

async function provideMoney(
  { at: jurisdiction, journal, clock }: MoneyEnd,
  { parties }: IndustryInput,
  companies: Stage["companies"],
): Promise<void> {
  const desk = { jurisdiction, journal, clock };
  for (const { name, bank: bic, funds } of parties) {
    const bank = jurisdiction.bank(bic);
    const { wallet } = companyOf({ companies }, name);
    await openWallet(desk, bank, wallet, "corporate", name);
    const amount = minor(funds);
    if (amount === 0n) continue;
    await issueMoney(desk, bank, amount, `funds of ${name}`);
    await journal.note(
      { event: `${bank.name} pays it into the wallet of ${name}` },
      jurisdiction.currency.connect(bank.signer).transfer(wallet, amount),
    );
  }
}

async function chainIdOf({ ethers }: NetworkConnection<"l1">): Promise<bigint> {
  return (await ethers.provider.getNetwork()).chainId;
}

function endpointOf({ provider }: NetworkConnection<"l1">, name: string): Endpoint {
  return { name, request: ({ method, params }) => provider.request({ method, params: [...(params ?? [])] }) };
}

/** Keys that follow from their names, for nobody but this scenario. */
function validators(chain: string): Wallet[] {
  return byAddress(
    Array.from(
      { length: VALIDATORS },
      (_, index) => new Wallet(id(`validator ${index} of ${chain}, service platform`)),
    ),
  );
}

function known(keys: readonly Wallet[]): Pick<PlatformLedger, "validators" | "quorum"> {
  return { validators: keys.map(({ address }) => address), quorum: QUORUM };
}

async function sideOf(
  { title, chainId, endpoint, carrier, gateway, foreignLedger }: End,
  checks: Checks,
): Promise<Side> {
  return {
    ...{ name: title, chainId, endpoints: [endpoint, endpoint] as const, carrier: counted(carrier, checks) },
    ...{ gateway: await gateway.getAddress(), foreignLedger: await foreignLedger.getAddress(), firstBlock: 0n },
  };
}

/** What the relayer sends counts among the scenario's transactions. */
function counted(carrier: HardhatEthersSigner, checks: Checks): ContractRunner {
  return {
    provider: carrier.provider,
    call: (request) => carrier.call(request),
    estimateGas: (request) => carrier.estimateGas(request),
    sendTransaction: async (request) => {
      const sent = await carrier.sendTransaction(request);
      const receipt = await sent.wait();
      if (receipt !== null) checks.transaction(receipt);
      return sent;
    },
  };
}
