import { expect } from "chai";
import { ZeroHash, verifyTypedData } from "ethers";
import { headerTypedData } from "../../../sdk/eip712/interop.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { MESSAGE_STATUS } from "../../../sdk/interop/messages.js";
import { refusalOf } from "../../../sdk/operations/refusal.js";
import type { Story, Told } from "./story.js";
import { laneKey } from "./story.js";
import { VALIDATORS, QUORUM, knownBy, partyAt, placeOf, proofOf, validatorsOf, type Node } from "./world.js";

/** A sentence of docs/invariants.md, checked on the chains against the model when a story has come to rest. */
export interface Check {
  readonly id: string;
  readonly holds: (story: Story) => Promise<void>;
}

/** Messages between ledgers, and what a ledger knows of another. */
export const INTEROP_CHECKS: readonly Check[] = [
  { id: "BRG-02", holds: executedOnceInOrder },
  { id: "BRG-03", holds: (story) => forEachPair(story, headersHaveTheirQuorum) },
  { id: "BRG-04", holds: (story) => forEachPair(story, nothingZeroIsKnown) },
  { id: "BRG-05", holds: (story) => forEachPair(story, proofsAreBound) },
  { id: "BRG-06", holds: (story) => forEachPair(story, quorumsAreQuorums) },
  { id: "BRG-07", holds: (story) => forEachPair(story, epochsAreTheModels) },
  { id: "BRG-10", holds: everythingEnded },
  { id: "BRG-12", holds: (story) => forEachPair(story, haltedLanesTakeNothing) },
  { id: "BRG-14", holds: (story) => forEachPair(story, countersAreTheEvents) },
];

export async function checkAll(story: Story): Promise<void> {
  for (const { holds } of INTEROP_CHECKS) await holds(story);
}

/** Every ordered pair: `here` looks at `there`. */
async function forEachPair(
  story: Story,
  holds: (here: Node, there: Node, story: Story) => Promise<void>,
): Promise<void> {
  for (const here of story.world.nodes) {
    for (const there of story.world.nodes) if (here !== there) await holds(here, there, story);
  }
}

/** What was given to each recipient: what the model said, and what relayers brought in the end, by number and once. */
async function executedOnceInOrder({ world, state }: Story): Promise<void> {
  for (const to of world.nodes) {
    const got = (await to.party.got()).map(({ id }) => id);
    expect(new Set(got).size, `BRG-02 twice at node ${to.index}`).to.equal(got.length);
    for (const from of world.nodes) {
      if (from === to) continue;
      const told = state.lanes.get(laneKey(from.index, to.index))?.told ?? [];
      const accepted: string[] = [];
      for (const { id } of told) {
        if (Number((await to.gateway.receivedOf(id)).status) === MESSAGE_STATUS.success) accepted.push(id);
      }
      const ids = new Set(told.map(({ id }) => id));
      expect(
        got.filter((id) => ids.has(id)),
        `BRG-02 from ${from.index} to ${to.index}`,
      ).to.deep.equal(accepted);
      for (const { id, result } of told) {
        if (result === undefined) continue;
        const { status } = await to.gateway.receivedOf(id);
        expect(Number(status), `BRG-02 result of ${id}`).to.equal(MESSAGE_STATUS[result]);
      }
    }
  }
}

async function headersHaveTheirQuorum(here: Node, there: Node): Promise<void> {
  const ledger = knownBy(here, there);
  const domain = await domainOf(ledger);
  for (const event of await ledger.queryFilter(ledger.filters.HeaderAccepted())) {
    const { blockHash, number, epoch } = event.args;
    const block = await there.chain.ethers.provider.getBlock(Number(number));
    expect(block?.hash, `BRG-03 block ${number} of node ${there.index}`).to.equal(blockHash);
    const { data } = await event.getTransaction();
    const signatures = ledger.interface.decodeFunctionData("acceptHeader", data)[2] as string[];
    const { types, message } = headerTypedData(domain, { chainId: there.chainId, epoch, blockHash });
    const signers = signatures.map((signature) => verifyTypedData(domain, types, { ...message }, signature));
    const members = validatorsOf(there.index, Number(epoch)).map(({ address }) => address);
    const distinct = new Set(signers.filter((signer) => members.includes(signer)));
    expect(distinct.size, `BRG-03 signers of block ${number}`).to.be.at.least(QUORUM);
  }
}

async function nothingZeroIsKnown(here: Node, there: Node): Promise<void> {
  const ledger = knownBy(here, there);
  expect((await ledger.headerOf(ZeroHash)).epoch, "BRG-04 the zero hash").to.equal(0n);
  expect(await refusalOf(ledger, ledger.acceptHeader.staticCall("0xc0", await ledger.currentEpoch(), []))).to.equal(
    "ForeignQuorumMissing",
  );
  const nothing = { blockHash: ZeroHash, transactionIndex: 0n, logIndex: 0n, nodes: [] };
  expect(await refusalOf(ledger, ledger.provenLog(nothing)), "BRG-04 a proof of zeros").to.equal("ForeignBlockUnknown");
  for (const { args } of await ledger.queryFilter(ledger.filters.HeaderAccepted())) {
    expect(args.receiptsRoot, "BRG-04 a receipts root").not.to.equal(ZeroHash);
  }
}

async function proofsAreBound(here: Node, there: Node, { state }: Story): Promise<void> {
  const last = state.lanes.get(laneKey(there.index, here.index))?.told.at(-1);
  if (last === undefined) return;
  const ledger = knownBy(here, there);
  const proof = await proofOf(there, await placeOf(there, last.sentIn, "InterchainSent"));
  const { topics } = await ledger.provenLog(proof);
  expect(topics[3], "BRG-05 what is proven").to.equal(last.id);
  const leftover = { ...proof, nodes: [...proof.nodes, proof.nodes.at(-1) ?? "0x"] };
  expect(await refusalOf(ledger, ledger.provenLog(leftover)), "BRG-05 a leftover").to.equal("ForeignProofInvalid");
  const beyond = { ...proof, logIndex: proof.logIndex + 100n };
  expect(await refusalOf(ledger, ledger.provenLog(beyond)), "BRG-05 beyond").to.equal("ForeignLogMissing");
}

async function quorumsAreQuorums(here: Node, there: Node): Promise<void> {
  const ledger = knownBy(here, there);
  for (let epoch = 1n; epoch <= (await ledger.currentEpoch()); ++epoch) {
    const [validators, quorum] = await ledger.epochOf(epoch);
    expect(validators, "BRG-06 validators").to.have.length(VALIDATORS);
    expect(quorum >= 2n && 2 * Number(quorum) > validators.length, `BRG-06 epoch ${epoch}`).to.equal(true);
  }
}

async function epochsAreTheModels(here: Node, there: Node, { state }: Story): Promise<void> {
  const ledger = knownBy(here, there);
  const expected = state.epochs.get(laneKey(here.index, there.index)) ?? 1;
  expect(await ledger.currentEpoch(), "BRG-07 epoch").to.equal(BigInt(expected));
  const begun = (await ledger.queryFilter(ledger.filters.ValidatorsRotated())).map(({ args }) => Number(args.epoch));
  expect(begun, "BRG-07 epochs begun").to.deep.equal(Array.from({ length: expected }, (_, index) => index + 1));
}

async function everythingEnded({ world, state }: Story): Promise<void> {
  for (const [key, { told }] of state.lanes) {
    const [from = 0, to = 0] = key.split(">").map(Number);
    const [source, destination] = [world.nodes[from], world.nodes[to]];
    if (source === undefined || destination === undefined) throw new RangeError("no such node");
    for (const entry of told) await expectEnded(source, destination, entry);
    const heard = (await source.party.heard()).map(({ id }) => id);
    expect(new Set(heard).size, `BRG-10 told twice at node ${from}`).to.equal(heard.length);
  }
}

async function expectEnded(source: Node, destination: Node, { id, message }: Told): Promise<void> {
  const { status } = await source.gateway.sentOf(id);
  const result = (await destination.gateway.receivedOf(id)).status;
  expect(status > BigInt(MESSAGE_STATUS.sent), `BRG-10 message ${message.sequence} in flight`).to.equal(true);
  expect(status, `BRG-10 both ends of message ${message.sequence}`).to.equal(result);
}

async function haltedLanesTakeNothing(here: Node, there: Node, { state }: Story): Promise<void> {
  const { halted } = await here.gateway.laneOf(there.chainId);
  expect(halted, "BRG-12 halted").to.equal(state.halted.has(laneKey(here.index, there.index)));
  const send = here.gateway.sendMessage.staticCall(partyAt(there), "0x", []);
  expect(await refusalOf(here.gateway, send), "BRG-12 sending").to.equal(halted ? "LaneIsHalted" : "none");
}

/** An indexer that has the events alone comes to the same numbers. */
async function countersAreTheEvents(here: Node, there: Node, { state }: Story): Promise<void> {
  const { gateway } = here;
  const lane = await gateway.laneOf(there.chainId);
  const sent = await gateway.queryFilter(gateway.filters.InterchainSent(there.chainId));
  const receipts = await gateway.queryFilter(gateway.filters.InterchainReceipt(there.chainId));
  const closed = await gateway.queryFilter(gateway.filters.MessageClosed());
  const told = state.lanes.get(laneKey(here.index, there.index))?.told ?? [];
  expect(
    sent.map(({ args }) => args.id),
    "BRG-14 sent",
  ).to.deep.equal(told.map(({ id }) => id));
  expect(lane.sent, "BRG-14 counter of sent").to.equal(BigInt(sent.length));
  expect(lane.received, "BRG-14 counter of results").to.equal(BigInt(receipts.length));
  const ids = new Set(told.map(({ id }) => id));
  expect(
    closed.filter(({ args }) => ids.has(args.id)),
    "BRG-14 closed",
  ).to.have.length(told.length);
}
