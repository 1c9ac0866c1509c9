import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { openSuite, type Bank, type Suite } from "../../../sdk/deploy/suite.js";
import { instruct } from "../../../sdk/instructions.js";
import { CLASS_NUMBERS } from "../../../sdk/limits.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, openWallet, reference, type MoneyDesk } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { approveEngine, settle, signAll } from "../../../sdk/operations/settlement.js";
import { Checks } from "../../../sdk/report.js";
import { POWERS } from "../../../sdk/roles.js";
import { table } from "../../../sdk/table.js";
import type { IRetailCurrency } from "../../../types/ethers-contracts/index.js";
import type { Outcome } from "../lib.js";
import type { HybridInput } from "./input.js";

const FEN = 1n;
/** What a lawful order takes back. */
const ORDERED = minor("10");

/** With its legal basis; ERC-7943 has one without. */
const FORCED_TRANSFER = "forcedTransfer(address,address,uint256,bytes32)";
/** Steps of an institution's standing in the registry. */
const STANDING = { active: 2n, suspended: 3n } as const;

/** A user of the model. */
interface User {
  readonly name: string;
  readonly signer: HardhatEthersSigner;
}

/** What a run works with. */
interface Stage extends MoneyDesk {
  readonly input: HybridInput;
  readonly checks: Checks;
  readonly suite: Suite;
  /** The whole of the e-CNY, offices and all. */
  readonly currency: IRetailCurrency;
  readonly provider: Bank;
  readonly nextProvider: Bank;
  readonly users: readonly User[];
}

/** The model's term, what it is here, and what the run has shown of it. */
type Mapping = readonly [term: string, here: string, shown: string];

/** Runs the hybrid two-tier model's roles and steps on a connection's chain. */
export async function runHybridTwoTier(connection: NetworkConnection<"l1">, input: HybridInput): Promise<Outcome> {
  const checks = new Checks("hybrid-two-tier", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.firstDay);
  const suite = await openSuite(connection);
  const jurisdiction = suite.mainland;
  const journal = new Journal(checks, clock);
  await clock.moveTo(input.firstDay, 9);
  const users = input.users.map(({ name }, index): User => {
    const signer = suite.customers[index];
    if (signer === undefined) throw new RangeError("the suite has free accounts");
    return { name, signer };
  });
  const stage: Stage = {
    ...{ jurisdiction, journal, clock, input, checks, suite, users },
    currency: await connection.ethers.getContractAt("IRetailCurrency", await jurisdiction.currency.getAddress()),
    provider: jurisdiction.bank(input.provider),
    nextProvider: jurisdiction.bank(input.nextProvider),
  };
  const rows: Mapping[] = [];
  for (const step of [reserve, optIn, manager, freeze, clawback, group, migration]) rows.push(await step(stage));
  const { currency, desk } = jurisdiction;
  checks.equal("supply is reserves at the end", await desk.totalReserves(), await currency.totalSupply());
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    journal.toTable(),
    "The model's terms, and what they are here",
    table(["there", "here", "shown"], rows),
  ].join("\n\n");
  return { checks, text };
}

/** What is not issued is in nobody's account: the desk creates it against reserves. */
async function reserve(stage: Stage): Promise<Mapping> {
  const { jurisdiction, checks, provider, input, currency } = stage;
  const { desk } = jurisdiction;
  const total = input.users.reduce((sum, { funds }) => sum + minor(funds), 0n);
  await issueMoney(stage, provider, total, "hybrid model, first issue");
  checks.equal("reserve: supply is reserves", await desk.totalReserves(), await currency.totalSupply());
  const errors = errorsOf(currency);
  const minted = currency.connect(provider.signer).issue.staticCall(provider.account, FEN, reference("own issue"));
  checks.equal("reserve: a provider cannot issue", "LedgerPowerMissing", await refusalOf(errors, minted));
  return ["reserve", "IssuanceDesk, reserves attested by the settlement system", "supply = reserves"];
}

/** An address is paid only once its provider has opened a wallet for it. */
async function optIn(stage: Stage): Promise<Mapping> {
  const { jurisdiction, journal, checks, provider, users, input, currency } = stage;
  const asProvider = currency.connect(provider.signer);
  for (const [index, { name, walletClass, funds }] of input.users.entries()) {
    const { signer } = known(users, name);
    if (index === 0) {
      const refusal = await refusalOf(currency, asProvider.transfer.staticCall(signer, FEN));
      checks.equal("opt-in: nobody is paid without a wallet", "ERC7943CannotReceive", refusal);
    }
    await openWallet(stage, provider, signer, walletClass, name);
    const amount = minor(funds);
    const legs = [describe(jurisdiction, amount)];
    await journal.note({ event: `${provider.name} pays ${name}`, legs }, asProvider.transfer(signer, amount));
    checks.equal(`opt-in: ${name} is paid`, amount, await currency.balanceOf(signer));
  }
  return ["opt-in", "a wallet opened by the provider, with a salted identity", "refused before, paid after"];
}

/** The central bank alone sets the rules of wallets. */
async function manager(stage: Stage): Promise<Mapping> {
  const { jurisdiction, journal, checks, provider, input, currency } = stage;
  const { offices } = jurisdiction;
  const walletClass = CLASS_NUMBERS[input.users[0]?.walletClass ?? "I"];
  const before = await currency.classLimits(walletClass);
  const { day, year, open } = before;
  const lowered = { balance: before.balance, single: minor("1"), day, year, open };
  const attempt = currency.connect(provider.signer).setClassLimits.staticCall(walletClass, lowered);
  checks.equal("manager: a provider sets no limits", "AccessManagedUnauthorized", await refusalOf(currency, attempt));
  const asGovernor = currency.connect(offices.governor);
  await journal.note(
    { event: "the governor lowers a class's single limit" },
    asGovernor.setClassLimits(walletClass, lowered),
  );
  const [first, second] = stage.users;
  if (first === undefined || second === undefined) throw new RangeError("the input has two users");
  const payment = currency.connect(first.signer).transfer.staticCall(second.signer, minor("1") + FEN);
  checks.equal("manager: it holds at once", "WalletSingleLimitExceeded", await refusalOf(currency, payment));
  const { balance, single } = before;
  await journal.note(
    { event: "the governor restores it" },
    asGovernor.setClassLimits(walletClass, { balance, single, day, year, open }),
  );
  return ["manager", "the authority's governor (AccessManager)", "limits changed and restored, nobody else may"];
}

/** A lawful order stops an account, and is lifted. */
async function freeze(stage: Stage): Promise<Mapping> {
  const { jurisdiction, journal, checks, provider, currency } = stage;
  const { offices } = jurisdiction;
  const [user, other] = pair(stage);
  const basis = reference("court order 1");
  const attempt = currency.connect(provider.signer).freeze.staticCall(user.signer, basis);
  checks.equal("freeze: a provider freezes nobody", "LedgerPowerMissing", await refusalOf(currency, attempt));
  const asEnforcer = currency.connect(offices.enforcer);
  const unnamed = await refusalOf(currency, asEnforcer.freeze.staticCall(user.signer, "0x".padEnd(66, "0")));
  checks.equal("freeze: not without a legal basis", "LedgerLegalBasisMissing", unnamed);
  await journal.note({ event: `the enforcer freezes ${user.name}` }, asEnforcer.freeze(user.signer, basis));
  const payment = await refusalOf(currency, currency.connect(user.signer).transfer.staticCall(other.signer, FEN));
  checks.equal("freeze: the frozen one pays nobody", "ERC7943CannotSend", payment);
  await journal.note({ event: `the order on ${user.name} is lifted` }, asEnforcer.unfreeze(user.signer, basis));
  checks.equal("freeze: lifted", false, await currency.isFrozen(user.signer));
  return ["freeze", "the enforcer's power, each use with its legal basis", "stopped and lifted, nobody else may"];
}

/** Money is taken by a logged lawful order only; the role can be taken away. */
async function clawback(stage: Stage): Promise<Mapping> {
  const { jurisdiction, journal, checks, provider, currency } = stage;
  const { offices } = jurisdiction;
  const [user] = pair(stage);
  const order = [user.signer, provider.account, ORDERED, reference("court order 2")] as const;
  const attempt = currency.connect(provider.signer)[FORCED_TRANSFER].staticCall(...order);
  checks.equal("clawback: a provider takes nothing", "LedgerPowerMissing", await refusalOf(currency, attempt));
  const asEnforcer = currency.connect(offices.enforcer);
  const before = await currency.balanceOf(user.signer);
  const legs = [describe(jurisdiction, ORDERED)];
  await journal.note(
    { event: `the enforcer takes from ${user.name} as ordered`, legs },
    asEnforcer[FORCED_TRANSFER](...order),
  );
  checks.equal("clawback: what was ordered", ORDERED, before - (await currency.balanceOf(user.signer)));
  await journal.note(
    { event: `${provider.name} pays it back, the order was reversed`, legs },
    currency.connect(provider.signer).transfer(user.signer, ORDERED),
  );

  const asGovernor = currency.connect(offices.governor);
  const { enforcer } = offices;
  const mandate = await currency.mandateOf(enforcer);
  await journal.note({ event: "the enforcer is dismissed" }, asGovernor.dismiss(enforcer, POWERS.enforcer));
  const late = await refusalOf(currency, asEnforcer[FORCED_TRANSFER].staticCall(...order));
  checks.equal("clawback: not by who was dismissed", "LedgerPowerMissing", late);
  await journal.note(
    { event: "the enforcer is appointed again" },
    asGovernor.appoint(enforcer, POWERS.enforcer, mandate),
  );
  return ["clawback", "the enforcer's forcedTransfer, logged with its legal basis", "as ordered, nobody else may"];
}

/** A group of payments takes effect whole or not at all. */
async function group(stage: Stage): Promise<Mapping> {
  const { jurisdiction, journal, checks, suite, users, input, currency } = stage;
  const { engine } = suite;
  const token = await currency.getAddress();
  const legs = input.group.map(({ from, to, amount }) => {
    const [giver, receiver] = [known(users, from), known(users, to)];
    return { token, from: giver.signer.address, to: receiver.signer.address, amount: minor(amount) };
  });
  const givers = users.filter(({ signer }) => legs.some(({ from }) => from === signer.address));
  for (const { name, signer } of givers) {
    await journal.noteAll({ event: `${name} approves the engine` }, await approveEngine(engine, signer, currency));
  }
  const signers = givers.map(({ signer }) => signer);
  const balances = () => Promise.all(users.map(({ signer }) => currency.balanceOf(signer)));

  const before = await balances();
  const last = legs.at(-1);
  if (last === undefined) throw new RangeError("the input has a group");
  const uncovered = { ...last, amount: before.reduce((sum, balance) => sum + balance, 0n) + FEN };
  const broken = await signAll(engine, instruct({ businessRef: 1n }, [...legs.slice(0, -1), uncovered]), signers);
  const attempt = engine.connect(suite.deployer).settle.staticCall(broken.instruction, [...broken.consents], []);
  const refusal = await refusalOf(errorsOf(engine, currency), attempt);
  checks.equal("group: one without cover stops all", "ERC20InsufficientBalance", refusal);

  const whole = await signAll(engine, instruct({ businessRef: 2n }, legs), signers);
  const entry = {
    event: "the group settles, all payments at once",
    legs: legs.map(({ amount }) => describe(jurisdiction, amount)),
  };
  await journal.note(entry, settle(engine, suite.deployer, whole));
  const expected = users.map(({ signer }, index) =>
    legs.reduce(
      (balance, { from, to, amount }) =>
        balance + (to === signer.address ? amount : 0n) - (from === signer.address ? amount : 0n),
      before[index] ?? 0n,
    ),
  );
  checks.equal("group: everybody has what all payments come to", expected, await balances());
  return ["atomic group", "one settlement instruction, signed by every giver", `${legs.length} payments, all or none`];
}

/** A user leaves a suspended provider for another one with everything, and needs nobody's leave but the next one's. */
async function migration(stage: Stage): Promise<Mapping> {
  const { jurisdiction, journal, checks, provider, nextProvider, currency } = stage;
  const { registry, offices } = jurisdiction;
  const [user, other] = pair(stage);
  const balance = await currency.balanceOf(user.signer);
  const before = await currency.walletOf(user.signer);
  const asRegistrar = registry.connect(offices.registrar);
  await journal.note(
    { event: `${provider.name} is suspended` },
    asRegistrar.setStatus(provider.number, STANDING.suspended, reference("supervisory measure")),
  );
  const asNext = currency.connect(nextProvider.signer);
  const identity = reference(`${nextProvider.bicText} keeps the identification of ${user.name}`);
  const accepting = [
    user.signer,
    before.walletClass,
    identity,
    reference(`identified by ${nextProvider.name}`),
  ] as const;
  const unasked = await refusalOf(currency, asNext.acceptWallet.staticCall(...accepting));
  checks.equal("change of provider: not without the user's request", "WalletMoveNotRequested", unasked);
  await journal.noteAll(
    { event: `${user.name} moves to ${nextProvider.name}`, legs: [describe(jurisdiction, balance)] },
    [
      () => currency.connect(user.signer).requestWalletMove(nextProvider.number),
      () => asNext.acceptWallet(...accepting),
    ],
  );
  const after = await currency.walletOf(user.signer);
  checks.equal("change of provider: whose customer", BigInt(nextProvider.number), after.sponsor);
  checks.equal("change of provider: the balance is what it was", balance, await currency.balanceOf(user.signer));
  checks.equal(
    "change of provider: so is what was counted",
    [before.dayOut, before.yearOut],
    [after.dayOut, after.yearOut],
  );
  await journal.note(
    { event: `${user.name} pays ${other.name}`, legs: [describe(jurisdiction, FEN)] },
    currency.connect(user.signer).transfer(other.signer, FEN),
  );
  await journal.note(
    { event: `${provider.name} is active again` },
    asRegistrar.setStatus(provider.number, STANDING.active, reference("measure lifted")),
  );
  return [
    "change of provider",
    "requested by the user, accepted by the next institution",
    "with all money, the old one suspended",
  ];
}

function known(users: readonly User[], name: string): User {
  const user = users.find((each) => each.name === name);
  if (user === undefined) throw new RangeError(`${name} is checked with the input`);
  return user;
}

/** The user that things are tried with, and another. */
function pair({ users }: Stage): readonly [User, User] {
  const [user, other] = users;
  if (user === undefined || other === undefined) throw new RangeError("the input has two users");
  return [user, other];
}
