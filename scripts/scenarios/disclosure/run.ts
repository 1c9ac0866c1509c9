import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { BaseContract } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { SECONDS_PER_DAY } from "../../../sdk/calendar.js";
import { openDisclosure } from "../../../sdk/deploy/disclosure.js";
import { openSuite, type Bank, type Suite } from "../../../sdk/deploy/suite.js";
import { DISCLOSURE_STATUS, disclosureId, type DisclosureRequest } from "../../../sdk/eip712/disclosure.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { CLASS_NUMBERS } from "../../../sdk/limits.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, reference, type MoneyDesk } from "../../../sdk/operations/money.js";
import { refusalOf } from "../../../sdk/operations/refusal.js";
import { grantedAnswer, readAnswer, sealAnswer } from "../../../sdk/payments/disclosure.js";
import { identityCommitment, openFile, scopeOf, type IdentityFile } from "../../../sdk/payments/identity.js";
import {
  NOTHING,
  PARTIES,
  personsOf,
  readPayment,
  seePayment,
  type ChainPayment,
  type Knowledge,
  type Party,
} from "../../../sdk/payments/visibility.js";
import { Checks } from "../../../sdk/report.js";
import { readerKeys, type ReaderKeys } from "../../../sdk/sealing.js";
import { table } from "../../../sdk/table.js";
import type { Disclosure } from "../../../types/ethers-contracts/index.js";
import type { Outcome } from "../lib.js";
import type { DisclosureInput, PersonInput, RequestInput } from "./input.js";

/** Everybody acts at this hour, UTC+8. */
const MORNING = 10;
const UNKNOWN = "—";

/** A customer, and what its bank keeps of it. */
interface Customer {
  readonly input: PersonInput;
  readonly signer: HardhatEthersSigner;
  readonly bank: Bank;
  readonly file: IdentityFile;
}

/** What a run works with. */
interface Stage extends MoneyDesk {
  readonly input: DisclosureInput;
  readonly checks: Checks;
  readonly suite: Suite;
  readonly disclosure: Disclosure;
  readonly court: HardhatEthersSigner;
  readonly courtKeys: ReaderKeys;
  readonly people: Readonly<Record<RequestInput["about"], Customer>>;
  /** What the court has learned so far. */
  readonly disclosed: Knowledge["disclosed"][number][];
}

/** A request on its way. */
interface Asked {
  readonly input: RequestInput;
  readonly terms: DisclosureRequest;
  readonly id: string;
  readonly customer: Customer;
  readonly other: Customer;
}

/** Pays once, shows what everybody sees, and takes each request through the procedure. */
export async function runDisclosure(connection: NetworkConnection<"l1">, input: DisclosureInput): Promise<Outcome> {
  const checks = new Checks("disclosure", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.payment.paid);
  const stage = await openStage(await openSuite(connection), checks, clock, input);
  const payment = await readPayment(
    connection.ethers.provider,
    await stage.jurisdiction.currency.getAddress(),
    await pay(stage),
  );
  const before = look(stage, payment, "before");
  for (const request of input.requests) await follow(stage, payment, request);
  const after = look(stage, payment, "after");
  await checkEnd(stage, payment);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
    "Who sees what of the payment, before anybody has asked",
    before,
    "and after the last request",
    after,
    "Wallets, amount, time, reference, class and institution of both sides are on the chain for everybody.",
  ].join("\n\n");
  return { checks, text };
}

async function openStage(suite: Suite, checks: Checks, clock: ScenarioClock, input: DisclosureInput): Promise<Stage> {
  const jurisdiction = suite.mainland;
  const { currency, authority, offices } = jurisdiction;
  const [court, payer, payee] = suite.customers;
  if (court === undefined || payer === undefined || payee === undefined) {
    throw new RangeError("the suite has free accounts");
  }
  const journal = new Journal(checks, clock);
  await clock.moveTo(input.payment.paid, MORNING - 1);
  const bank = { authority, admin: offices.admin };
  const disclosure = await openDisclosure({ ...bank, deployer: suite.deployer, currency, warranted: court });
  const customerOf = ({ bank: bic, ...identity }: PersonInput, signer: HardhatEthersSigner): Customer => ({
    ...{ input: { bank: bic, ...identity }, signer, bank: jurisdiction.bank(bic), file: openFile(identity) },
  });
  const people = { payer: customerOf(input.payer, payer), payee: customerOf(input.payee, payee) };
  const stage: Stage = {
    ...{ jurisdiction, journal, clock, input, checks, suite, disclosure, court, courtKeys: readerKeys(), people },
    disclosed: [],
  };
  for (const { input: person, signer, bank: own, file } of Object.values(people)) {
    await journal.note(
      { event: `${own.name} identifies ${person.name} and opens a wallet` },
      currency.connect(own.signer).openWallet(signer, CLASS_NUMBERS.I, identityCommitment(file)),
    );
  }
  return stage;
}

/** Answers with the transaction's hash. */
async function pay(stage: Stage): Promise<string> {
  const { jurisdiction, journal, people, input, clock } = stage;
  const { currency } = jurisdiction;
  const { payer, payee } = people;
  const amount = minor(input.payment.amount);
  await issueMoney(stage, payer.bank, amount, "for the payer");
  await journal.note(
    { event: `${payer.bank.name} pays out to its customer`, legs: [describe(jurisdiction, amount)] },
    currency.connect(payer.bank.signer).transfer(payer.signer, amount),
  );
  await clock.moveTo(input.payment.paid, MORNING);
  const receipt = await journal.note(
    { event: "the payment", legs: [describe(jurisdiction, amount)] },
    currency.connect(payer.signer).transferWithReference(payee.signer, amount, reference(input.payment.document)),
  );
  return receipt.hash;
}

// ------------------------------------------------------------------- who looks

/** What each holds by right. The payee stands for the counterparty, the payer's bank for the operator. */
function knowledgeOf({ people, input, disclosed }: Stage): Readonly<Record<Party, Knowledge>> {
  return {
    public: NOTHING,
    counterparty: { ...NOTHING, files: [people.payee.file], documents: [input.payment.document] },
    operator: { ...NOTHING, files: [people.payer.file] },
    "central bank": NOTHING,
    "authority with warrant": { ...NOTHING, disclosed },
  };
}

/** What everybody sees now, checked and as a table. */
function look(stage: Stage, payment: ChainPayment, when: "before" | "after"): string {
  const { checks, input, jurisdiction } = stage;
  const knowledge = knowledgeOf(stage);
  const whole = ({ name, document, phone, address }: PersonInput) => [name, document, phone, address].join(", ");
  const told = (about: RequestInput["about"]) =>
    when === "before"
      ? []
      : input.requests.filter((request) => request.outcome === "granted" && request.about === about);
  const toldOf = (about: RequestInput["about"]) => {
    const last = told(about).at(-1);
    return last === undefined ? UNKNOWN : last.fields.map((field) => input[about][field]).join(", ");
  };
  const expected: Readonly<Record<Party, readonly [string, string]>> = {
    public: [UNKNOWN, UNKNOWN],
    counterparty: [UNKNOWN, whole(input.payee)],
    operator: [whole(input.payer), UNKNOWN],
    "central bank": [UNKNOWN, UNKNOWN],
    "authority with warrant": [toldOf("payer"), toldOf("payee")],
  };
  const rows = PARTIES.map((party) => {
    const seen = seePayment(payment, knowledge[party]);
    const persons = personsOf(seen);
    checks.equal(`${party} sees, ${when} the requests`, expected[party], persons);
    return [party, ...persons, seen.document ?? UNKNOWN, describe(jurisdiction, seen.amount)];
  });
  return table(["party", "payer", "payee", "paid for", "amount"], rows);
}

// ------------------------------------------------------------------ procedure

async function follow(stage: Stage, payment: ChainPayment, input: RequestInput): Promise<void> {
  const { clock, journal, disclosure, court, checks } = stage;
  await clock.moveTo(input.asked, MORNING);
  const asked = await draft(stage, payment, input);
  const { terms, id, customer } = asked;
  await tryOutOfTurn(stage, asked, "none");
  await journal.note(
    { event: `the court asks: ${input.title}`, legs: [`${customer.bank.name}: ${input.fields.join(", ")}`] },
    disclosure.connect(court).request(terms),
  );
  await tryOutOfTurn(stage, asked, "requested");
  if (input.approved !== undefined) {
    await clock.moveTo(input.approved, MORNING + 1);
    await journal.note(
      { event: `${customer.bank.name} finds the warrant lawful` },
      disclosure.connect(customer.bank.signer).approve(terms),
    );
    await tryWrongAnswers(stage, asked);
  }
  const early = await grantedAnswer(disclosure, id);
  checks.holds(`${input.title}: nothing is answered before the last step`, early === undefined);
  await clock.moveTo(input.ended, MORNING + 2);
  await END[input.outcome](stage, asked);
  const { status } = await disclosure.stateOf(id);
  checks.equal<bigint>(`${input.title}: ends`, DISCLOSURE_STATUS[input.outcome], status);
}

async function draft(stage: Stage, payment: ChainPayment, input: RequestInput): Promise<Asked> {
  const { people, court, courtKeys, clock, disclosure } = stage;
  const customer = people[input.about];
  const other = people[input.about === "payer" ? "payee" : "payer"];
  const terms: DisclosureRequest = {
    authority: court.address,
    institution: customer.bank.number,
    wallet: customer.signer.address,
    identity: payment[input.about].commitment,
    payment: payment.transaction,
    scope: scopeOf(input.fields),
    legalBasis: reference(input.title),
    readerKey: courtKeys.publicKey,
    expiry: clock.at(input.asked, MORNING) + BigInt(input.days * SECONDS_PER_DAY),
  };
  return { input, terms, id: disclosureId(await domainOf(disclosure), terms), customer, other };
}

/** What must not go through at this point, whoever tries. */
async function tryOutOfTurn(stage: Stage, { input, terms, id, customer }: Asked, at: "none" | "requested") {
  const { disclosure, checks, jurisdiction } = stage;
  const { leaves, sealedHash } = sealAnswer(id, terms, customer.file);
  const answer = disclosure.connect(customer.bank.signer).answer.staticCall(terms, [...leaves], sealedHash);
  checks.equal(
    `${input.title}: an answer out of turn (${at})`,
    "DisclosureStatusInvalid",
    await refusalOf(disclosure, answer),
  );
  if (at !== "none") return;
  const asked = disclosure.connect(jurisdiction.offices.admin).request.staticCall(terms);
  checks.equal(
    `${input.title}: the central bank asks`,
    "AccessManagedUnauthorized",
    await refusalOf(disclosure, asked),
  );
}

/** Answers that the contract refuses: of another bank, and with what does not open the commitment. */
async function tryWrongAnswers({ disclosure, checks }: Stage, { input, terms, id, customer, other }: Asked) {
  const right = sealAnswer(id, terms, customer.file);
  const wrong = sealAnswer(id, terms, other.file);
  const foreign = disclosure.connect(other.bank.signer).answer.staticCall(terms, [...right.leaves], right.sealedHash);
  checks.equal(
    `${input.title}: another bank answers`,
    "DisclosureInstitutionInvalid",
    await refusalOf(disclosure, foreign),
  );
  const false_ = disclosure.connect(customer.bank.signer).answer.staticCall(terms, [...wrong.leaves], wrong.sealedHash);
  checks.equal(`${input.title}: a wrong opening`, "DisclosureOpeningInvalid", await refusalOf(disclosure, false_));
}

const END: Readonly<Record<RequestInput["outcome"], (stage: Stage, asked: Asked) => Promise<void>>> = {
  async granted(stage, { terms, id, customer, input }) {
    const { disclosure, journal, courtKeys, disclosed, checks } = stage;
    const { leaves, sealedHash, sealed } = sealAnswer(id, terms, customer.file);
    await journal.note(
      { event: `${customer.bank.name} answers`, legs: ["sealed for the court"] },
      disclosure.connect(customer.bank.signer).answer(terms, [...leaves], sealedHash),
    );
    const answer = await grantedAnswer(disclosure, id);
    if (answer === undefined) throw new RangeError("the answer is in the log");
    const identity = readAnswer(terms, answer, sealed, courtKeys);
    disclosed.push({ commitment: terms.identity, identity });
    const asked = input.fields.map((field) => customer.input[field]);
    checks.equal(
      `${input.title}: the court reads what it asked for`,
      asked.toSorted(),
      Object.values(identity).toSorted(),
    );
  },
  async refused({ disclosure, journal }, { terms, customer, input }) {
    await journal.note(
      { event: `${customer.bank.name} refuses`, legs: ["with its reasons"] },
      disclosure.connect(customer.bank.signer).refuse(terms, reference(`${input.title}: reasons`)),
    );
  },
  async withdrawn({ disclosure, journal, court }, { terms }) {
    await journal.note({ event: "the court withdraws" }, disclosure.connect(court).withdraw(terms));
  },
  async expired({ disclosure, journal, suite, checks }, { terms, id, customer, input }) {
    const { leaves, sealedHash } = sealAnswer(id, terms, customer.file);
    const late = disclosure.connect(customer.bank.signer).answer.staticCall(terms, [...leaves], sealedHash);
    checks.equal(`${input.title}: an answer after its time`, "DisclosureTimeOver", await refusalOf(disclosure, late));
    await journal.note(
      { event: "the request has expired", legs: ["recorded by anybody"] },
      disclosure.connect(suite.deployer).expire(terms),
    );
  },
};

/** The log has every step of every request, and the contract nothing. */
async function checkEnd(
  { disclosure, checks, input, jurisdiction, people }: Stage,
  payment: ChainPayment,
): Promise<void> {
  const ending = (outcome: RequestInput["outcome"]) => input.requests.filter((it) => it.outcome === outcome).length;
  const logged: Readonly<Record<string, number>> = {
    DisclosureRequested: input.requests.length,
    DisclosureApproved: input.requests.filter(({ approved }) => approved !== undefined).length,
    DisclosureGranted: ending("granted"),
    DisclosureRefused: ending("refused"),
    DisclosureWithdrawn: ending("withdrawn"),
    DisclosureExpired: ending("expired"),
  };
  const contract: BaseContract = disclosure;
  for (const [event, expected] of Object.entries(logged)) {
    checks.equal(`in the log: ${event}`, expected, (await contract.queryFilter(event)).length);
  }
  const { currency } = jurisdiction;
  checks.equal("the contract owns nothing", 0n, await currency.balanceOf(disclosure));
  checks.equal("the payee has the payment", payment.amount, await currency.balanceOf(people.payee.signer));
}
