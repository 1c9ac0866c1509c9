import type { BaseContract } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { PROPOSAL_STATE, VOTE } from "../../../sdk/bridge.js";
import { issueOnBridge, redeemOnBridge } from "../../../sdk/bridge/operations.js";
import {
  decisionOf,
  execute,
  proposalIdOf,
  propose,
  queue,
  type DecidedCall,
  type Decision,
} from "../../../sdk/council.js";
import { openBridge, type BridgeMember, type OpenBridge } from "../../../sdk/deploy/bridge.js";
import { BRIDGE_CODES, type BridgeCode } from "../../../sdk/deploy/bridgeParameters.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal, type Entry } from "../../../sdk/operations/journal.js";
import { reference } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { Checks } from "../../../sdk/report.js";
import type { Outcome } from "../lib.js";
import type { GovernanceInput } from "./input.js";

/** What a run works with. */
interface Stage {
  readonly input: GovernanceInput;
  readonly bridge: OpenBridge;
  readonly clock: ScenarioClock;
  readonly checks: Checks;
  readonly journal: Journal;
  /** Knows what the council and the currencies refuse with. */
  readonly errors: BaseContract;
}

/** Runs the governance scenario on a connection's chain. */
export async function runGovernance(connection: NetworkConnection<"l1">, input: GovernanceInput): Promise<Outcome> {
  const checks = new Checks("mbridge-governance", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.day);
  const bridge = await openBridge(connection);
  await clock.moveTo(input.day, 9);
  const stage: Stage = {
    ...{ input, bridge, clock, checks, journal: new Journal(checks, clock) },
    errors: errorsOf(bridge.council, bridge.members.CNY.currency),
  };
  checks.equal<number>("central banks at the beginning", BRIDGE_CODES.length, (await bridge.council.members()).length);

  await foundWithout(stage);
  await admit(stage);
  await changeRulebook(stage);
  await changeLimit(stage);
  await suspend(stage);
  await exit(stage);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
  ].join("\n\n");
  return { checks, text };
}

/** The newcomer's seat and currency are given up, as long as nothing is outstanding: the founders begin without it. */
async function foundWithout(stage: Stage): Promise<void> {
  const { bridge, input, journal, checks } = stage;
  const newcomer = bridge.members[input.newcomer];
  const council = asMember(bridge, newcomer);
  const kept = refusalOf(stage.errors, council.resign.staticCall());
  checks.equal("no exit while a currency takes part", "CouncilCurrenciesRemain", await kept);
  await journal.noteAll({ event: `The founders begin without ${newcomer.title}` }, [
    () => council.withdrawCurrency(newcomer.currency),
    () => council.resign(),
  ]);
  checks.equal<number>("founders", BRIDGE_CODES.length - 1, (await bridge.council.members()).length);
  checks.equal(`${input.newcomer} is not open`, false, await bridge.council.isOpen(newcomer.currency));
}

/** One vote short of all, then all; the newcomer accepts; its currency takes everybody again, itself included. */
async function admit(stage: Stage): Promise<void> {
  const { bridge, input, journal, checks } = stage;
  const { council } = bridge;
  const newcomer = bridge.members[input.newcomer];
  const founders = membersBut(bridge, input.newcomer);
  const invitation = own(stage, "inviteMember", newcomer.offices.governor.address);

  const refused = await vote(stage, "invitation, first attempt", founders.slice(1), founders, invitation);
  checks.equal<bigint>("all but one do not admit", PROPOSAL_STATE.defeated, await council.state(proposalIdOf(refused)));
  const disguised = own(stage, "adoptResolution", reference("a courtesy"));
  const hidden = await vote(stage, "a resolution, it says", founders.slice(1), founders, disguised, invitation);
  checks.equal<bigint>("nor behind a resolution", PROPOSAL_STATE.defeated, await council.state(proposalIdOf(hidden)));
  const early = asMember(bridge, newcomer).join.staticCall();
  checks.equal("nobody joins uninvited", "CouncilNotInvited", await refusalOf(stage.errors, early));

  const agreed = await vote(stage, "invitation, second attempt", founders, founders, invitation);
  await carryOut(stage, agreed, `${newcomer.title} is invited by all`);
  await journal.note({ event: `${newcomer.title} accepts` }, asMember(bridge, newcomer).join());
  checks.equal("central banks after the admission", founders.length + 1, (await council.members()).length);

  const all = [...founders, newcomer];
  const currency = await newcomer.currency.getAddress();
  const admission = own(stage, "admitCurrency", currency, newcomer.offices.governor.address);
  const admitted = await vote(stage, `admission of ${input.newcomer}`, all, all, admission);
  await carryOut(stage, admitted, `${input.newcomer} is admitted by all`);
  checks.equal(`${input.newcomer} is open`, true, await council.isOpen(currency));
}

/** Two thirds, after the time lock, once; one vote fewer is not enough. */
async function changeRulebook(stage: Stage): Promise<void> {
  const { bridge, input, checks, clock } = stage;
  const { council } = bridge;
  const all = Object.values(bridge.members);
  const change = own(stage, "setRulebook", reference(input.rulebook));
  const least = Math.ceil((all.length * 2) / 3);
  const lost = await vote(stage, "rulebook, first attempt", all.slice(0, least - 1), all, change);
  checks.equal<bigint>("one fewer than two thirds", PROPOSAL_STATE.defeated, await council.state(proposalIdOf(lost)));
  const won = await vote(stage, "rulebook, second attempt", all.slice(0, least), all, change);
  checks.equal<bigint>("two thirds", PROPOSAL_STATE.succeeded, await council.state(proposalIdOf(won)));
  await stage.journal.note({ event: "The decision is queued" }, queue(council, won));
  const locked = execute.bind(undefined, council);
  checks.equal("before the time lock", "CouncilTimeLocked", await refusalOf(stage.errors, probe(council, won)));
  await clock.moveToTime(await council.proposalEta(proposalIdOf(won)));
  await stage.journal.note({ event: "The rulebook is in force" }, locked(won));
  checks.equal("executed once", "GovernorUnexpectedProposalState", await refusalOf(stage.errors, probe(council, won)));
  const [version, text] = await council.rulebook();
  checks.equal("version of the rulebook", 2n, version);
  checks.equal("hash of the rulebook", reference(input.rulebook), text);
}

/** A limit of a currency is its own central bank's affair: no vote, and no other central bank. */
async function changeLimit(stage: Stage): Promise<void> {
  const { bridge, input, journal, checks } = stage;
  const [issuer, other] = [bridge.members[input.limit.issuer], bridge.members[input.limit.banksOf]];
  const { policy } = await issuer.currency.corridorOf(other.walletClass);
  const { outflowLimit, inflowLimit, windowDays } = policy;
  const holdingLimit = minor(input.limit.holding, issuer.code);
  const next = { holdingLimit, outflowLimit, inflowLimit, windowDays };
  const usurped = issuer.currency.connect(other.offices.governor).setCorridorPolicy.staticCall(other.walletClass, next);
  checks.equal("no other central bank sets it", "AccessManagedUnauthorized", await refusalOf(stage.errors, usurped));
  await journal.note(
    {
      event: `${issuer.title} lets banks of ${other.title} hold less`,
      legs: [formatMoney(holdingLimit, issuer.code)],
    },
    issuer.currency.connect(issuer.offices.governor).setCorridorPolicy(other.walletClass, next),
  );
  const { policy: kept } = await issuer.currency.corridorOf(other.walletClass);
  checks.equal("the limit in force", holdingLimit, kept.holdingLimit);
}

/** Alone and at once, by the office for it; others cannot, and resuming is another office's. */
async function suspend(stage: Stage): Promise<void> {
  const { bridge, input, journal, checks } = stage;
  const { council } = bridge;
  const member = bridge.members[input.suspended];
  const others = membersBut(bridge, input.suspended);
  for (const { code, offices } of others) {
    const attempt = council.connect(offices.halter).suspendCurrency.staticCall(member.currency);
    checks.equal(
      `${code} does not suspend ${input.suspended}`,
      "CurrencyAuthorityRequired",
      await refusalOf(stage.errors, attempt),
    );
  }
  await journal.note(
    { event: `${member.title} suspends its currency` },
    council.connect(member.offices.halter).suspendCurrency(member.currency),
  );
  checks.equal(`${input.suspended} while suspended`, false, await council.isOpen(member.currency));
  for (const { code, currency } of others) {
    checks.equal(`${code} meanwhile`, true, await council.isOpen(currency));
  }
  const wrong = council.connect(member.offices.halter).resumeCurrency.staticCall(member.currency);
  checks.equal("who halts does not resume", "CurrencyAuthorityRequired", await refusalOf(stage.errors, wrong));
  await journal.note(
    { event: `${member.title} resumes its currency` },
    council.connect(member.offices.resumer).resumeCurrency(member.currency),
  );
  checks.equal(`${input.suspended} afterwards`, true, await council.isOpen(member.currency));
}

/** Everything outstanding is redeemed first, also while suspended; what was being decided is void afterwards. */
async function exit(stage: Stage): Promise<void> {
  const { bridge, input, journal, checks, clock } = stage;
  const { council } = bridge;
  const leaver = bridge.members[input.leaver];
  const bank = bridge.bank(input.leaverBank);
  const amount = minor(input.outstanding, input.leaver);
  const until = await clock.deadline();
  const legs = [formatMoney(amount, input.leaver)];
  await noteSent(
    stage,
    { event: `${bank.name} is issued money`, legs },
    issueOnBridge(leaver, bank, amount, "issue", until),
  );

  const others = membersBut(bridge, input.leaver);
  const everybody = [...others, leaver];
  const pending = await vote(
    stage,
    "a resolution",
    everybody,
    everybody,
    own(stage, "adoptResolution", reference("x")),
  );
  await journal.noteAll({ event: `${leaver.title} suspends its currency and prepares to leave` }, [
    () => council.connect(leaver.offices.halter).suspendCurrency(leaver.currency),
  ]);
  const asLeaver = asMember(bridge, leaver);
  const owing = refusalOf(stage.errors, asLeaver.withdrawCurrency.staticCall(leaver.currency));
  checks.equal("no withdrawal while money is outstanding", "CouncilCurrencyOutstanding", await owing);
  const redeemed = redeemOnBridge(leaver, bank, amount, "redemption", until);
  await noteSent(stage, { event: `${bank.name} redeems everything`, legs }, redeemed);
  checks.equal(`${input.leaver} outstanding`, 0n, await leaver.currency.totalSupply());
  await journal.noteAll({ event: `${leaver.title} leaves` }, [
    () => asLeaver.withdrawCurrency(leaver.currency),
    () => asLeaver.resign(),
  ]);
  checks.equal("central banks at the end", others.length, (await council.members()).length);
  checks.equal<bigint>(
    "what was being decided is void",
    PROPOSAL_STATE.expired,
    await council.state(proposalIdOf(pending)),
  );
  const late = refusalOf(stage.errors, queue(council, pending));
  checks.equal("and cannot be queued", "GovernorUnexpectedProposalState", await late);
  const [first] = others;
  if (first === undefined) throw new RangeError("a council of five has other members");
  const again = await vote(stage, "the resolution anew", others, others, own(stage, "adoptResolution", reference("x")));
  await carryOut(stage, again, "The remaining members decide anew");
}

/** Everybody's vote on a decision: those named for it, the others against. The vote is over afterwards. */
async function vote(
  stage: Stage,
  description: string,
  inFavour: readonly BridgeMember[],
  members: readonly BridgeMember[],
  ...calls: readonly DecidedCall[]
): Promise<Decision> {
  const { bridge, journal, clock } = stage;
  const decision = await decisionOf(description, ...calls);
  const id = proposalIdOf(decision);
  const [proposer] = members;
  if (proposer === undefined) throw new RangeError("a vote has voters");
  await journal.note({ event: `Proposed: ${description}` }, propose(asMember(bridge, proposer), decision));
  await clock.moveToTime((await bridge.council.proposalSnapshot(id)) + 1n);
  await journal.noteAll(
    { event: `${inFavour.length} of ${members.length} for: ${description}` },
    members.map((member) => () => {
      const answer = inFavour.includes(member) ? VOTE.for : VOTE.against;
      return asMember(bridge, member).castVote(id, answer);
    }),
  );
  await clock.moveToTime((await bridge.council.proposalDeadline(id)) + 1n);
  return decision;
}

/** Queues a decision, waits for its time lock, and executes it. */
async function carryOut(stage: Stage, decision: Decision, event: string): Promise<void> {
  const { bridge, journal, clock } = stage;
  await journal.note({ event: "The decision is queued" }, queue(bridge.council, decision));
  await clock.moveToTime(await bridge.council.proposalEta(proposalIdOf(decision)));
  await journal.note({ event }, execute(bridge.council, decision));
}

async function noteSent({ journal }: Stage, entry: Entry, sending: ReturnType<typeof issueOnBridge>): Promise<void> {
  const sent = await sending;
  await journal.noteAll(
    entry,
    sent.map((each) => () => Promise.resolve(each)),
  );
}

/** What executing would be refused with, without doing it. */
function probe(council: OpenBridge["council"], { targets, values, calldatas, description }: Decision) {
  return council.execute.staticCall(targets, values, calldatas, reference(description));
}

function own({ bridge: { council } }: Stage, name: string, ...args: readonly unknown[]): DecidedCall {
  return { target: council, name, args };
}

function asMember({ council }: OpenBridge, { offices }: BridgeMember): OpenBridge["council"] {
  return council.connect(offices.governor);
}

function membersBut({ members }: OpenBridge, code: BridgeCode): BridgeMember[] {
  return Object.values(members).filter((member) => member.code !== code);
}
