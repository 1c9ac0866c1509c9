import { MESSAGE_KIND, deadlineAttribute, messageId, type Message } from "../../../sdk/interop/messages.js";
import { refusalOf } from "../../../sdk/operations/refusal.js";
import {
  MANNER,
  carryHeader,
  knownBy,
  messageBetween,
  partyAt,
  placeOf,
  proofOf,
  relayerBetween,
  validatorsOf,
  QUORUM,
  type Node,
  type World,
} from "./world.js";

/** Decisions of the model; the test turns them around, one at a time. */
export interface Rules {
  /** The last second of a deadline counts. */
  readonly deadlineInclusive: boolean;
  /** A lane delivers by number. */
  readonly ordered: boolean;
  /** A halted lane still rejects. */
  readonly haltedRejects: boolean;
  /** What was given to its recipient is not given again. */
  readonly once: boolean;
}

export const RULES: Rules = { deadlineInclusive: true, ordered: true, haltedRejects: true, once: true };

/** The model and the chains said different things. */
export class Divergence extends Error {}

export type Result = "success" | "failure" | "rollback";

/** A message in the model. */
export interface Told {
  readonly message: Message;
  readonly id: string;
  readonly sentIn: number;
  readonly result: Result | undefined;
  readonly receiptIn: number;
  readonly closed: boolean;
}

/** One direction between two ledgers. */
export interface Lane {
  readonly told: Told[];
  received: number;
}

/** What the model knows. */
export interface State {
  /** By "from>to". */
  readonly lanes: Map<string, Lane>;
  /** "here>there": the lane is halted on the side of `here`. */
  readonly halted: Set<string>;
  /** "here>there": the epoch that `here` counts for `there`. */
  readonly epochs: Map<string, number>;
  /** Each chain's own clock. */
  readonly clocks: bigint[];
  /** Nodes whose party refuses. */
  readonly refusing: Set<number>;
}

export const laneKey = (from: number, to: number) => `${from}>${to}`;

/** A choice of lane and message that is made when the story has come to it. */
export interface Pick {
  readonly from: number;
  readonly to: number;
  /** 0: the one whose turn it is; otherwise any. */
  readonly any: number;
}

/** The model beside the chains: everything is done in both, with the same success or the same named refusal. */
export class Story {
  readonly outcomes = new Map<string, number>();

  constructor(
    readonly world: World,
    readonly rules: Rules,
    readonly state: State,
  ) {}

  /** From a pick that may name the same ledger twice. */
  ends({ from, to }: Pick): readonly [Node, Node] {
    const { nodes } = this.world;
    const source = nodes[from % nodes.length];
    const destination = nodes[(from + 1 + (to % (nodes.length - 1))) % nodes.length];
    if (source === undefined || destination === undefined) throw new RangeError("no such node");
    return [source, destination];
  }

  lane(from: Node, to: Node): Lane {
    const lane = this.state.lanes.get(laneKey(from.index, to.index));
    if (lane === undefined) throw new RangeError("no such lane");
    return lane;
  }

  async send(pick: Pick, lifetime: bigint, text: number): Promise<void> {
    const [from, to] = this.ends(pick);
    const lane = this.lane(from, to);
    const expected = this.#isHalted(from, to) ? "LaneIsHalted" : "none";
    const time = this.#tick(from);
    const deadline = time + 1n + lifetime;
    const payload = `0x${text.toString(16).padStart(2, "0")}`;
    await from.chain.networkHelpers.time.setNextBlockTimestamp(time);
    await this.#same("send", expected, from, () =>
      from.party.send(from.gateway, partyAt(to), payload, [deadlineAttribute(deadline)], 0),
    );
    if (expected !== "none") return;
    const message = messageBetween(from, to, { sequence: BigInt(lane.told.length + 1), deadline, payload });
    const id = messageId(message, from.gatewayAddress, to.gatewayAddress);
    const sentIn = await from.chain.ethers.provider.getBlockNumber();
    lane.told.push({ message, id, sentIn, result: undefined, receiptIn: 0, closed: false });
  }

  /** @param around Seconds after the deadline (before it, if negative) at which it comes, unless that is over. */
  async deliver(pick: Pick, around?: bigint): Promise<void> {
    const [from, to] = this.ends(pick);
    const [told, at] = this.#picked(from, to, pick.any);
    if (told === undefined) return;
    const proof = await this.#prove(from, to, told.sentIn, "InterchainSent");
    if (around !== undefined) this.#waitFor(to, told.message.deadline + around);
    const time = this.#tick(to);
    const { deadlineInclusive } = this.rules;
    const late = deadlineInclusive ? time > told.message.deadline : time >= told.message.deadline;
    const halted = this.#isHalted(to, from);
    const expected = halted ? "LaneIsHalted" : (this.#outOfTurn(from, to, at) ?? (late ? "MessageExpired" : "none"));
    await to.chain.networkHelpers.time.setNextBlockTimestamp(time);
    await this.#same("deliver", expected, to, () => to.gateway.connect(to.carrier).deliver(told.message, proof));
    if (expected !== "none") return;
    await this.#note(from, to, at, this.state.refusing.has(to.index) ? "failure" : "success");
  }

  async reject(pick: Pick): Promise<void> {
    const [from, to] = this.ends(pick);
    const [told, at] = this.#picked(from, to, pick.any);
    if (told === undefined) return;
    const proof = await this.#prove(from, to, told.sentIn, "InterchainSent");
    const time = this.#tick(to);
    const halted = !this.rules.haltedRejects && this.#isHalted(to, from);
    const early = time <= told.message.deadline;
    const turn = this.#outOfTurn(from, to, at) ?? (early ? "MessageNotExpired" : "none");
    const expected = halted ? "LaneIsHalted" : turn;
    await to.chain.networkHelpers.time.setNextBlockTimestamp(time);
    await this.#same("reject", expected, to, () => to.gateway.connect(to.carrier).reject(told.message, proof));
    if (expected === "none") await this.#note(from, to, at, "rollback");
  }

  async acknowledge(pick: Pick, wrongKind: boolean): Promise<void> {
    const [from, to] = this.ends(pick);
    const { told: list } = this.lane(from, to);
    const open = list.findIndex(({ result, closed }) => result !== undefined && !closed);
    const at = pick.any === 0 ? open : pick.any % Math.max(list.length, 1);
    const told = list[at];
    if (told?.result === undefined) return;
    const proof = await this.#prove(to, from, told.receiptIn, "InterchainReceipt");
    const right = MESSAGE_KIND[told.result];
    const kind = wrongKind ? (right % 3) + 1 : right;
    const expected = told.closed ? "MessageNotPending" : kind === right ? "none" : "MessageEventMismatch";
    await from.chain.networkHelpers.time.setNextBlockTimestamp(this.#tick(from));
    await this.#same("acknowledge", expected, from, () =>
      from.gateway.connect(from.carrier).acknowledge(told.id, kind, proof),
    );
    if (expected === "none") list[at] = { ...told, closed: true };
  }

  async halt(pick: Pick, halted: boolean): Promise<void> {
    const [here, there] = this.ends(pick);
    const gateway = here.gateway.connect(here.admin);
    await here.chain.networkHelpers.time.setNextBlockTimestamp(this.#tick(here));
    await (halted ? gateway.haltLane(there.chainId) : gateway.resumeLane(there.chainId));
    const key = laneKey(here.index, there.index);
    if (halted) this.state.halted.add(key);
    else this.state.halted.delete(key);
  }

  async rotate(pick: Pick): Promise<void> {
    const [here, there] = this.ends(pick);
    const key = laneKey(here.index, there.index);
    const epoch = (this.state.epochs.get(key) ?? 1) + 1;
    const keys = validatorsOf(there.index, epoch).map(({ address }) => address);
    await here.chain.networkHelpers.time.setNextBlockTimestamp(this.#tick(here));
    await knownBy(here, there).connect(here.admin).rotate(keys, QUORUM, 0n);
    this.state.epochs.set(key, epoch);
  }

  async refuse(node: number): Promise<void> {
    const here = this.world.nodes[node % this.world.nodes.length];
    if (here === undefined) return;
    const { refusing } = this.state;
    const manner = refusing.has(here.index) ? MANNER.accepts : MANNER.reverts;
    await here.chain.networkHelpers.time.setNextBlockTimestamp(this.#tick(here));
    await here.party.behave(manner, "0x0000000000000000000000000000000000000000", "0x");
    if (manner === MANNER.reverts) refusing.add(here.index);
    else refusing.delete(here.index);
  }

  jump(node: number, seconds: bigint): void {
    const index = node % this.world.nodes.length;
    this.state.clocks[index] = (this.state.clocks[index] ?? 0n) + seconds;
  }

  /** Time passes on every chain, and relayers carry what is left; lanes that are halted stay so. */
  async quiesce(): Promise<void> {
    const { nodes } = this.world;
    const latest = this.state.clocks.reduce((one, other) => (one > other ? one : other));
    for (const { chain } of nodes) await chain.networkHelpers.time.increaseTo(latest + 2_000n);
    for (let quiet = false; !quiet;) {
      quiet = true;
      for (const [index, one] of nodes.entries()) {
        for (const other of nodes.slice(index + 1)) {
          if ((await (await relayerBetween(one, other)).run()).length > 0) quiet = false;
        }
      }
    }
  }

  #isHalted(here: Node, there: Node): boolean {
    return this.state.halted.has(laneKey(here.index, there.index));
  }

  #picked(from: Node, to: Node, any: number): readonly [Told | undefined, number] {
    const { told, received } = this.lane(from, to);
    const at = any === 0 ? received : any % Math.max(told.length, 1);
    return [told[at], at];
  }

  #outOfTurn(from: Node, to: Node, at: number): string | undefined {
    const { received } = this.lane(from, to);
    if (at < received) return this.rules.once ? "MessageAlreadyReceived" : undefined;
    return at > received && this.rules.ordered ? "MessageOutOfOrder" : undefined;
  }

  async #note(from: Node, to: Node, at: number, result: Result): Promise<void> {
    const lane = this.lane(from, to);
    const told = lane.told[at];
    if (told === undefined) return;
    lane.told[at] = { ...told, result, receiptIn: await to.chain.ethers.provider.getBlockNumber() };
    lane.received = at + 1;
  }

  async #prove(from: Node, to: Node, block: number, event: "InterchainSent" | "InterchainReceipt") {
    const epoch = this.state.epochs.get(laneKey(to.index, from.index)) ?? 1;
    await carryHeader(from, to, block, epoch, this.#tick(to));
    return proofOf(from, await placeOf(from, block, event));
  }

  #waitFor({ index }: Node, time: bigint): void {
    const before = time - 1n;
    if (before > (this.state.clocks[index] ?? 0n)) this.state.clocks[index] = before;
  }

  #tick({ index }: Node): bigint {
    const time = (this.state.clocks[index] ?? 0n) + 1n;
    this.state.clocks[index] = time;
    return time;
  }

  async #same(act: string, expected: string, node: Node, attempt: () => Promise<unknown>): Promise<void> {
    const actual = await refusalOf(node.gateway, attempt());
    if (actual !== expected) throw new Divergence(`${act}: the model says ${expected}, the chain says ${actual}`);
    const key = `${act}: ${expected}`;
    this.outcomes.set(key, (this.outcomes.get(key) ?? 0) + 1);
  }
}

/** Nothing has happened yet. */
export async function opening({ nodes }: World): Promise<State> {
  const lanes = new Map<string, Lane>();
  for (const from of nodes) {
    for (const to of nodes) if (from !== to) lanes.set(laneKey(from.index, to.index), { told: [], received: 0 });
  }
  const clocks: bigint[] = [];
  for (const { chain } of nodes) clocks.push(BigInt(await chain.networkHelpers.time.latest()));
  // one clock for all to begin with, so that a deadline means the same everywhere
  const latest = clocks.reduce((one, other) => (one > other ? one : other));
  return { lanes, halted: new Set(), epochs: new Map(), clocks: clocks.map(() => latest), refusing: new Set() };
}
