import { ZeroAddress, id } from "ethers";
import { VOTE } from "../../../sdk/bridge.js";
import { decisionOf, proposalIdOf, propose, type Decision } from "../../../sdk/council.js";
import { MAKER_SIDE, quoteTypedData } from "../../../sdk/eip712/foreignExchange.js";
import { domainOf, sign, type TypedData } from "../../../sdk/eip712/typedData.js";
import { RATE_SCALE } from "../../../sdk/rates.js";
import { TIMING } from "../bridge.js";
import { ref } from "../chain.js";
import { Deciding, own } from "../council.js";
import type { COUNCIL_ROWS, EXCHANGE_ROWS } from "./bridgeTable.js";
import type { Calls } from "./prepared.js";
import { FAR, type Scene } from "./stage.js";

/** Arguments of Governor functions that name a decision by its calls. */
function named({ targets, values, calldatas, description }: Decision) {
  return [targets, values, calldatas, id(description)] as const;
}

function resolution({ bridge }: Scene): Promise<Decision> {
  return decisionOf("a resolution", own(bridge, "adoptResolution", ref("text")));
}

/** A resolution of the admin's, its vote open. */
async function open({ chain, bridge: { council }, who }: Scene): Promise<Decision> {
  return new Deciding(chain, council).open(who.admin, "a resolution", own({ council }, "adoptResolution", ref("text")));
}

/** The same, decided by both members. */
async function decided(f: Scene): Promise<Decision> {
  const deciding = new Deciding(f.chain, f.bridge.council);
  const decision = await open(f);
  await deciding.approve(decision, [f.who.admin, f.who.neighbour]);
  await deciding.close(decision);
  return decision;
}

async function proposal(f: Scene): Promise<bigint> {
  return proposalIdOf(await open(f));
}

const ANSWER = [
  { name: "proposalId", type: "uint256" },
  { name: "support", type: "uint8" },
  { name: "voter", type: "address" },
  { name: "nonce", type: "uint256" },
];

/** The admin's vote for a proposal, as it is signed. */
async function ballot({ bridge, who }: Scene, proposalId: bigint): Promise<TypedData> {
  const domain = await domainOf(bridge.council);
  const message = { proposalId, support: VOTE.for, voter: who.admin.address, nonce: 0n };
  return { domain, primaryType: "Ballot", types: { Ballot: ANSWER }, message };
}

/** The same with words. */
async function extendedBallot(f: Scene, proposalId: bigint): Promise<TypedData> {
  const { domain, message } = await ballot(f, proposalId);
  const ExtendedBallot = [...ANSWER, { name: "reason", type: "string" }, { name: "params", type: "bytes" }];
  return {
    domain,
    primaryType: "ExtendedBallot",
    types: { ExtendedBallot },
    message: { ...message, reason: "agreed", params: "0x01" },
  };
}

/** The council itself, as after a decision. */
async function acting({ chain, bridge, who }: Scene) {
  await chain.networkHelpers.setBalance(who.council.address, 10n ** 18n);
  return bridge.council.connect(who.council);
}

async function seat(f: Scene): Promise<void> {
  await (await acting(f)).inviteMember(f.who.stranger);
  await f.bridge.council.connect(f.who.stranger).join();
}

export const councilCalls: Calls<typeof COUNCIL_ROWS> = {
  propose: async (f) => {
    const { targets, values, calldatas, description } = await resolution(f);
    return { args: [targets, values, calldatas, description] };
  },
  cancel: async (f) => {
    const decision = await resolution(f);
    await propose(f.bridge.council.connect(f.who.admin), decision);
    return { args: named(decision) };
  },
  castVote: async (f) => ({ args: [await proposal(f), VOTE.for] }),
  castVoteWithReason: async (f) => ({ args: [await proposal(f), VOTE.for, "agreed"] }),
  castVoteWithReasonAndParams: async (f) => ({ args: [await proposal(f), VOTE.for, "agreed", "0x01"] }),
  castVoteBySig: async (f) => {
    const proposalId = await proposal(f);
    const signature = await sign(f.who.admin, await ballot(f, proposalId));
    return { args: [proposalId, VOTE.for, f.who.admin.address, signature] };
  },
  "castVoteBySig: signed by the caller": async (f) => {
    const proposalId = await proposal(f);
    const typedData = await ballot(f, proposalId);
    return { args: async (caller) => [proposalId, VOTE.for, f.who.admin.address, await sign(caller, typedData)] };
  },
  castVoteWithReasonAndParamsBySig: async (f) => {
    const proposalId = await proposal(f);
    const signature = await sign(f.who.admin, await extendedBallot(f, proposalId));
    return { args: [proposalId, VOTE.for, f.who.admin.address, "agreed", "0x01", signature] };
  },
  "castVoteWithReasonAndParamsBySig: signed by the caller": async (f) => {
    const proposalId = await proposal(f);
    const typedData = await extendedBallot(f, proposalId);
    const vote = [proposalId, VOTE.for, f.who.admin.address, "agreed", "0x01"];
    return { args: async (caller) => [...vote, await sign(caller, typedData)] };
  },
  queue: async (f) => ({ args: named(await decided(f)) }),
  execute: async (f) => {
    const decision = await decided(f);
    await new Deciding(f.chain, f.bridge.council).lock(decision);
    return { args: named(decision) };
  },
  relay: async ({ side }) => ({ args: [await side.currency.getAddress(), 0n, "0x"] }),
  inviteMember: ({ newcomer }) => ({ args: [newcomer.address] }),
  join: async (f) => {
    await (await acting(f)).inviteMember(f.who.stranger);
    return { args: [] };
  },
  resign: async (f) => {
    await seat(f);
    return { args: [] };
  },
  // code of a currency that nobody has money in
  admitCurrency: ({ suite, side, who }) => ({ args: [suite.book[side.plan.name].implementation, who.admin.address] }),
  withdrawCurrency: async (f) => {
    const { implementation } = f.suite.book[f.side.plan.name];
    await (await acting(f)).admitCurrency(implementation, f.who.admin);
    return { args: [implementation] };
  },
  suspendCurrency: async ({ side }) => ({ args: [await side.currency.getAddress()] }),
  resumeCurrency: async ({ side }) => ({ args: [await side.currency.getAddress()] }),
  setRulebook: () => ({ args: [ref("rulebook 2")] }),
  setTiming: () => ({ args: [TIMING] }),
  adoptResolution: () => ({ args: [ref("text")] }),
};

/** Base and counter of the stage's pair: units of the bond for money. */
async function pairOf({ bond, side }: Scene): Promise<[base: string, counter: string]> {
  return [await bond.getAddress(), await side.currency.getAddress()];
}

/** The operating institution sells a unit for a cent; both central banks' sides are published. */
async function acceptance(f: Scene, taker = ZeroAddress) {
  const { suite, bridge, who } = f;
  const [base, counter] = await pairOf(f);
  for (const currency of [base, counter]) {
    await bridge.exchange.connect(who.governor).setReference(base, counter, currency, RATE_SCALE, 0n, 60n);
  }
  for (const party of [who.holder, who.operating]) {
    await suite.engine.connect(party).authorizeAgent(bridge.exchange, true);
  }
  const quote = {
    ...{ maker: who.operating.address, taker, base, counter, side: MAKER_SIDE.sells, rate: RATE_SCALE },
    ...{ minimum: 1n, maximum: 1n, divisible: false, notAfter: FAR, nonce: 0n },
  };
  const signature = await sign(who.operating, quoteTypedData(await domainOf(bridge.exchange), quote));
  return { quote, signature, amount: 1n, limit: 1n, businessRef: ref("deal") };
}

export const exchangeCalls: Calls<typeof EXCHANGE_ROWS> = {
  take: async (f) => ({ args: [await acceptance(f)] }),
  takeMany: async (f) => ({ args: [[await acceptance(f)]] }),
  "take: of an offer to the agent": async (f) => ({ args: [await acceptance(f, f.who.agent.address)] }),
  cancelQuote: () => ({ args: [1n] }),
  cancelQuotes: () => ({ args: [1n] }),
  setReference: async (f) => {
    const [base, counter] = await pairOf(f);
    return { args: [base, counter, counter, RATE_SCALE, 0n, 60n] };
  },
  withdrawReference: async (f) => {
    const [base, counter] = await pairOf(f);
    return { args: [base, counter, counter] };
  },
};
