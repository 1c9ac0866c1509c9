import { Wallet, id } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { DAY_COUNT, RATE_SCALE, isinBytes, termsHash, type BondTerms, type Coupon } from "../../../sdk/bonds.js";
import { parseDay } from "../../../sdk/calendar.js";
import { joinLedgers, type JoinedLedger, type LedgerToJoin } from "../../../sdk/deploy/between.js";
import { deployBond, governBond } from "../../../sdk/deploy/bonds.js";
import { openSuite, type Bank, type OpenJurisdiction, type Suite } from "../../../sdk/deploy/suite.js";
import type { Endpoint } from "../../../sdk/interop/rpc.js";
import type { Votes } from "../../../sdk/interop/relayer.js";
import { byAddress, voteForHeader } from "../../../sdk/interop/validators.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { issueMoney, openWallet, reference } from "../../../sdk/operations/money.js";
import type { Checks } from "../../../sdk/report.js";
import type { Bond, MessageGateway } from "../../../types/ethers-contracts/index.js";
import type { PartyInput, TwoLedgersInput } from "./input.js";

/** Of four validators three sign. */
const VALIDATORS = 4;
const QUORUM = 3n;
const MORNING = 9;

/** One of the two chains with the suite on it. */
export interface Ledger extends JoinedLedger {
  readonly title: string;
  readonly chainId: bigint;
  readonly suite: Suite;
  readonly clock: ScenarioClock;
  readonly journal: Journal;
  readonly endpoint: Endpoint;
  /** Its own central bank. */
  readonly at: OpenJurisdiction;
  readonly gateway: MessageGateway;
  /** Carries proofs and has no right. */
  readonly carrier: HardhatEthersSigner;
}

/** Seller or buyer, with the same key on both ledgers. */
export interface Party {
  readonly name: string;
  readonly address: string;
  /** On the mainland's ledger. */
  readonly payer: HardhatEthersSigner;
  /** On Hong Kong's ledger. */
  readonly holder: HardhatEthersSigner;
}

/** What every trade works with. */
export interface Stage {
  readonly mainland: Ledger;
  readonly hongkong: Ledger;
  readonly votes: Votes;
  readonly bond: Bond;
  readonly seller: Party;
  readonly buyer: Party;
}

type Connections = Readonly<Record<"mainland" | "hongkong", NetworkConnection<"l1">>>;
type Half = Omit<Ledger, keyof JoinedLedger | "gateway">;

/** Opens the suite on both chains and joins them: light clients, exchanges, and a message lane in either direction. */
export async function openLedgers(connections: Connections, checks: Checks, input: TwoLedgersInput): Promise<Stage> {
  const halves = {
    mainland: await openHalf(connections.mainland, "mainland", checks, input),
    hongkong: await openHalf(connections.hongkong, "hongkong", checks, input),
  };
  const keys = { mainland: validators("mainland"), hongkong: validators("hongkong") };
  const [here, there] = await joinLedgers(
    toJoin(halves.mainland, halves.mainland.suite.hongkong, keys.mainland),
    toJoin(halves.hongkong, halves.hongkong.suite.mainland, keys.hongkong),
  );
  const mainland = { ...halves.mainland, ...here, gateway: await deployGateway(connections.mainland, halves.mainland) };
  const hongkong = {
    ...halves.hongkong,
    ...there,
    gateway: await deployGateway(connections.hongkong, halves.hongkong),
  };
  await openLane(mainland, hongkong);
  await openLane(hongkong, mainland);
  // every validator looks at its own node before it signs
  const votes: Votes = (domain, vote, number) => {
    const [{ endpoint }, own] =
      vote.chainId === mainland.chainId ? [mainland, keys.mainland] : [hongkong, keys.hongkong];
    const signers = own.slice(0, Number(QUORUM));
    return Promise.all(signers.map((key) => voteForHeader(endpoint, key, domain, vote, number)));
  };
  const seller = partyOf(mainland, hongkong, input.seller, 0);
  const buyer = partyOf(mainland, hongkong, input.buyer, 1);
  const bond = await issueNote(hongkong, input, seller, buyer);
  await provideMoney(mainland, input, seller, buyer);
  return { mainland, hongkong, votes, bond, seller, buyer };
}

async function openHalf(
  connection: NetworkConnection<"l1">,
  name: "mainland" | "hongkong",
  checks: Checks,
  { firstDay }: TwoLedgersInput,
): Promise<Half> {
  const { provider, ethers } = connection;
  const clock = await ScenarioClock.open(connection, firstDay);
  const suite = await openSuite(connection);
  await clock.moveTo(firstDay, MORNING - 1);
  const carrier = suite.customers[2];
  if (carrier === undefined) throw new RangeError("the suite has free accounts");
  return {
    ...{ title: suite[name].plan.title, suite, clock, carrier, at: suite[name] },
    chainId: (await ethers.provider.getNetwork()).chainId,
    journal: new Journal(checks, clock),
    endpoint: {
      name: `the node of ${name}`,
      request: ({ method, params }) => provider.request({ method, params: [...(params ?? [])] }),
    },
  };
}

/** Keys that follow from their names, for nobody but this scenario. */
function validators(chain: string): Wallet[] {
  return byAddress(
    Array.from({ length: VALIDATORS }, (_, index) => new Wallet(id(`validator ${index} of ${chain} in the scenario`))),
  );
}

function toJoin({ chainId, suite, at }: Half, other: OpenJurisdiction, keys: readonly Wallet[]): LedgerToJoin {
  const bank = ({ authority, offices }: OpenJurisdiction) => ({ authority, admin: offices.admin });
  return {
    ...{ chainId, deployer: suite.deployer, own: bank(at), other: bank(other) },
    ...{ validators: keys.map(({ address }) => address), quorum: QUORUM },
  };
}

async function deployGateway({ ethers }: NetworkConnection<"l1">, { at }: Half): Promise<MessageGateway> {
  const gateway = await ethers.deployContract("MessageGateway", [at.authority]);
  return gateway.waitForDeployment();
}

/** What no office has been given is the central bank's own. */
async function openLane(here: Ledger, there: Ledger): Promise<void> {
  const lane = here.gateway.connect(here.at.offices.admin);
  await here.journal.note(
    { event: `a message lane from ${there.title} is open` },
    lane.registerLane(there.chainId, there.gateway, here.foreignLedger),
  );
}

function partyOf(mainland: Ledger, hongkong: Ledger, { name }: PartyInput, index: number): Party {
  const [payer, holder] = [mainland.suite.customers[index], hongkong.suite.customers[index]];
  if (payer === undefined || holder === undefined) throw new RangeError("the suite has free accounts");
  return { name, address: payer.address, payer, holder };
}

/** Announced, issued to its issuer and placed whole with the seller. */
async function issueNote(ledger: Ledger, input: TwoLedgersInput, seller: Party, buyer: Party): Promise<Bond> {
  const { suite, journal, clock } = ledger;
  const { offices, plan } = suite.hongkong;
  const issuer = suite.hongkong.bank(input.note.issuer);
  const [terms, coupons] = [await termsOf(ledger, input, issuer), couponsOf(clock, input)];
  const { isin, name, units } = input.note;
  await journal.note(
    { event: `${name} is announced as ${isin}` },
    suite.assets
      .connect(offices.registrar)
      .announce(terms.isin, terms.issuer, offices.registrar, termsHash(terms, coupons)),
  );
  const bond = await deployBond(suite, suite.deployer, terms, coupons);
  const mandates = {
    payment: reference(`paying agency agreement of ${isin}`),
    enforcement: plan.mandates.enforcement,
  };
  await governBond(suite, bond, { ...offices, mandates });
  await clock.moveTo(input.firstDay, MORNING);
  await journal.noteAll({ event: `${name} is issued and placed`, legs: [`${units} units to ${seller.name}`] }, [
    () => suite.assets.connect(offices.registrar).attachToken(terms.isin, bond),
    () => bond.connect(issuer.signer).openAccount(issuer.signer),
    () => bond.connect(suite.hongkong.bank(input.seller.custodian).signer).openAccount(seller.holder),
    () => bond.connect(suite.hongkong.bank(input.buyer.custodian).signer).openAccount(buyer.holder),
    () => bond.connect(offices.registrar).issue(),
    () => bond.connect(issuer.signer).transfer(seller.holder, units),
  ]);
  return bond;
}

/** The buyer's bank is issued what all trades cost and pays it into the buyer's wallet. */
async function provideMoney(ledger: Ledger, input: TwoLedgersInput, seller: Party, buyer: Party): Promise<void> {
  const { at: jurisdiction, journal, clock } = ledger;
  const desk = { jurisdiction, journal, clock };
  const [sellersBank, bank] = [jurisdiction.bank(input.seller.cnyBank), jurisdiction.bank(input.buyer.cnyBank)];
  const total = input.trades.reduce((sum, { price }) => sum + minor(price), 0n);
  await openWallet(desk, sellersBank, seller.payer, "corporate", seller.name);
  await openWallet(desk, bank, buyer.payer, "corporate", buyer.name);
  await issueMoney(desk, bank, total, "two-ledger trades");
  await journal.note(
    { event: `${bank.name} pays it into the wallet of ${buyer.name}` },
    jurisdiction.currency.connect(bank.signer).transfer(buyer.payer, total),
  );
}

async function termsOf(
  { suite, clock }: Ledger,
  { note, firstDay }: TwoLedgersInput,
  issuer: Bank,
): Promise<BondTerms> {
  return {
    ...{ isin: isinBytes(note.isin), name: note.name, symbol: note.symbol },
    currency: await suite.hongkong.currency.getAddress(),
    issuer: issuer.account,
    units: BigInt(note.units),
    unitNominal: minor(note.denomination),
    couponRate: (BigInt(note.couponRate.replace(".", "")) * RATE_SCALE) / 1_000n,
    dayCount: DAY_COUNT.act365f,
    frequency: 1n,
    issueDate: clock.at(firstDay, MORNING),
    maturity: clock.at(note.maturity, MORNING),
  };
}

/** One coupon, at maturity, recorded five days before. */
function couponsOf(clock: ScenarioClock, { note, firstDay }: TwoLedgersInput): Coupon[] {
  const [start, end] = [parseDay(firstDay), parseDay(note.maturity)];
  return [
    {
      ...{ accrualStart: start, accrualEnd: end, referenceStart: start, referenceEnd: end },
      recordTime: clock.at(note.maturity) - 5n * 86_400n,
      paymentTime: clock.at(note.maturity, MORNING),
    },
  ];
}
