import fc from "fast-check";
import { homecomingHold, homecomingId, passageHold, type Homecoming } from "../../sdk/eip712/bridgehead.js";
import type { LogProof } from "../../sdk/interop/proofs.js";
import { minor } from "../../sdk/money.js";
import { CAP, PassageUnderTest, proofOf, type BridgeheadPair } from "../support/bridgehead.js";
import { ref } from "../support/chain.js";
import { AMOUNTS, HOMEWARD, beginning, lockedOf, mintedOf, type State } from "./bridgeheadState.js";
import { DONE, type PairAct, type PairStory } from "./pairCampaign.js";

/** The two ledgers with the same passages and homecomings. */
export interface World {
  readonly pair: BridgeheadPair;
  readonly passages: readonly PassageUnderTest[];
  readonly homecomings: readonly Homecoming[];
}

/** See {@link PairStory}. */
export type Story = PairStory<World, State>;

/** See {@link PairAct}. */
export type Act = PairAct<World, State>;

/** The passages and homecomings of {@link beginning} on two ledgers; deadlines a day apart. */
export async function openWorld(pair: BridgeheadPair): Promise<World> {
  const passages: PassageUnderTest[] = [];
  for (const [index, amount] of AMOUNTS.entries()) {
    const first = await PassageUnderTest.open(pair, { amount, salt: ref(`passage ${index}`) });
    const deadline = first.terms.deadline + BigInt(index) * 86_400n;
    passages.push(new PassageUnderTest(pair, { ...first.terms, deadline }));
  }
  const homecomings = beginning().homecomings.map(({ passage, amount, whole }, index) => {
    const payee = whole ? { payee: pair.home.icbc.address } : {};
    return at(passages, passage).homecoming({ amount, ...payee, salt: ref(`homecoming ${index}`) });
  });
  return { pair, passages, homecomings };
}

/** Acts in any order, and now and then the whole way out and home in a row, so that stories get somewhere. */
export function stories(least: number): fc.Arbitrary<Act[]> {
  const way = fc
    .nat({ max: HOMEWARD.length - 1 })
    .map((h) => [...[place, lock, mint].map((act) => act(at(HOMEWARD, h).passage)), placeHome(h), burn(h), pay(h)]);
  const any = fc.oneof({ weight: 12, arbitrary: acts.map((act) => [act]) }, { weight: 1, arbitrary: way });
  return fc.array(any, { minLength: least, maxLength: 2 * least }).map((plan) => plan.flat().map(named));
}

/** Printed by its name. */
function named(act: Act): Act {
  return Object.assign(act, { [fc.toStringMethod]: () => act.name });
}

const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: passageActs() },
  { weight: 8, arbitrary: homecomingActs() },
  { weight: 3, arbitrary: officeActs() },
);

function passageActs(): fc.Arbitrary<Act> {
  const build = [place, lock, mint, declineByReceiver, decline, release, withdraw];
  return fc
    .tuple(fc.constantFrom(...build, place, lock, mint), fc.nat({ max: AMOUNTS.length - 1 }))
    .map(([act, p]) => act(p));
}

function homecomingActs(): fc.Arbitrary<Act> {
  return fc
    .tuple(fc.constantFrom(placeHome, burn, pay), fc.nat({ max: HOMEWARD.length - 1 }))
    .map(([act, h]) => act(h));
}

function officeActs(): fc.Arbitrary<Act> {
  const side = fc.constantFrom("home", "abroad");
  return fc.oneof(
    fc.tuple(side, fc.constantFrom(minor("700.00"), CAP)).map(([end, cap]) => setCap(end, cap)),
    fc.tuple(side, fc.constantFrom(true, false, false)).map(([end, on]) => setStopped(end, on)),
    fc.tuple(fc.constantFrom("receiver", "payee"), fc.boolean()).map(([who, on]) => setFrozen(who, on)),
    fc.nat({ max: AMOUNTS.length - 1 }).map(passDeadline),
  );
}

function place(p: number): Act {
  return {
    name: `place the hold of passage ${p}`,
    tell: (state) => {
      const passage = at(state.passages, p);
      if (passage.hold !== "none") return "HoldAlreadyUsed";
      passage.hold = "placed";
      passage.left = passage.amount;
      return DONE;
    },
    perform: ({ passages }) => at(passages, p).place(),
  };
}

function lock(p: number): Act {
  return {
    name: `lock passage ${p}`,
    tell: (state) => {
      const passage = at(state.passages, p);
      if (state.stopped.home) return "BridgeheadStopped";
      if (lockedOf(state) + passage.amount > state.caps.home) return "BridgeheadCapExceeded";
      if (passage.locked) return "PassageAlreadyLocked";
      if (passage.hold !== "placed") return "BridgeheadHoldMissing";
      passage.hold = "locked";
      passage.locked = true;
      return DONE;
    },
    perform: ({ passages }) => at(passages, p).lock(),
  };
}

function mint(p: number): Act {
  return {
    name: `mint passage ${p}`,
    tell: (state) => {
      const passage = at(state.passages, p);
      if (!passage.locked) return undefined;
      if (passage.fate !== "open") return "PassageEnded";
      if (state.passed >= p) return "PassageExpired";
      if (state.stopped.abroad) return "BridgeheadStopped";
      if (mintedOf(state) + passage.amount > state.caps.abroad) return "BridgeheadCapExceeded";
      if (state.frozen.receiver) return "ERC7943CannotReceive";
      passage.fate = "minted";
      passage.outstanding = passage.amount;
      state.balance += passage.amount;
      return DONE;
    },
    perform: async ({ passages }) => {
      const passage = at(passages, p);
      return passage.mint(await passage.proveLocked());
    },
  };
}

function declining(p: number, receiver: boolean): Act {
  return {
    name: `decline passage ${p}${receiver ? " as its receiver" : ""}`,
    tell: (state) => {
      const passage = at(state.passages, p);
      if (passage.fate !== "open") return "PassageEnded";
      if (!receiver && state.passed < p) return "PassageNotDue";
      passage.fate = "declined";
      return DONE;
    },
    perform: ({ pair: { abroad }, passages }) => {
      const caller = receiver ? abroad.hsbc : abroad.carrier;
      return abroad.bridgehead.connect(caller).decline(at(passages, p).terms);
    },
  };
}

function declineByReceiver(p: number): Act {
  return declining(p, true);
}

function decline(p: number): Act {
  return declining(p, false);
}

function release(p: number): Act {
  return {
    name: `release passage ${p}`,
    tell: (state) => {
      const passage = at(state.passages, p);
      if (passage.fate !== "declined") return undefined;
      if (passage.hold !== "locked") return "PassageNotLocked";
      passage.hold = "over";
      passage.left = 0n;
      return DONE;
    },
    perform: async ({ pair: { home, abroad }, passages }) => {
      const passage = at(passages, p);
      return passage.release(await proofOf(abroad, home, "Declined", passage.id));
    },
  };
}

function withdraw(p: number): Act {
  return {
    name: `withdraw the hold of passage ${p}`,
    tell: (state) => {
      const passage = at(state.passages, p);
      if (passage.hold === "locked") return "BridgeheadHoldBound";
      if (passage.hold !== "placed") return "HoldNotActive";
      passage.hold = "over";
      passage.left = 0n;
      return DONE;
    },
    perform: ({ pair: { home }, passages }) =>
      home.bridgehead.connect(home.icbc).withdraw(passageHold(at(passages, p).terms)),
  };
}

function placeHome(h: number): Act {
  return {
    name: `place the hold of homecoming ${h}`,
    tell: (state) => {
      const homecoming = at(state.homecomings, h);
      if (homecoming.hold !== "none") return "HoldAlreadyUsed";
      if (state.frozen.receiver) return "ERC7943CannotSend";
      if (homecoming.amount > state.balance) return "ERC20InsufficientBalance";
      if (homecoming.amount > state.balance - state.held) return "LedgerInsufficientSpendable";
      homecoming.hold = "placed";
      state.held += homecoming.amount;
      return DONE;
    },
    perform: async ({ pair: { abroad }, homecomings }) => {
      const hold = homecomingHold(at(homecomings, h), await abroad.bridgehead.getAddress());
      return abroad.money.connect(abroad.hsbc).placeHold(hold);
    },
  };
}

function burn(h: number): Act {
  return {
    name: `burn homecoming ${h}`,
    tell: (state) => {
      const homecoming = at(state.homecomings, h);
      const passage = at(state.passages, homecoming.passage);
      if (homecoming.burned) return "HomecomingAlreadyBurned";
      if (homecoming.amount > passage.outstanding) return "HomecomingExceedsPassage";
      if (homecoming.hold !== "placed") return "BridgeheadHoldMissing";
      homecoming.hold = "over";
      homecoming.burned = true;
      passage.outstanding -= homecoming.amount;
      state.balance -= homecoming.amount;
      state.held -= homecoming.amount;
      return DONE;
    },
    perform: ({ passages, homecomings }) => {
      const passage = at(passages, at(HOMEWARD, h).passage);
      return passage.burn(at(homecomings, h));
    },
  };
}

function pay(h: number): Act {
  return {
    name: `pay homecoming ${h}`,
    tell: (state) => {
      const homecoming = at(state.homecomings, h);
      if (!homecoming.burned) return undefined;
      if (homecoming.paid) return "HomecomingAlreadyPaid";
      if (!homecoming.whole && state.frozen.payee) return "ERC7943CannotReceive";
      homecoming.paid = true;
      const passage = at(state.passages, homecoming.passage);
      passage.left -= homecoming.amount;
      if (passage.left === 0n) passage.hold = "over";
      return DONE;
    },
    perform: async ({ pair: { home, abroad }, passages, homecomings }) => {
      const homecoming = at(homecomings, h);
      const proof: LogProof = await proofOf(abroad, home, "Burned", homecomingId(homecoming));
      return at(passages, at(HOMEWARD, h).passage).pay(homecoming, proof);
    },
  };
}

function setCap(end: "home" | "abroad", cap: bigint): Act {
  return {
    name: `cap ${end}: ${cap}`,
    tell: (state) => {
      state.caps[end] = cap;
      return DONE;
    },
    perform: ({ pair }) => pair[end].bridgehead.connect(pair[end].at.officers.governor).setCap(cap),
  };
}

function setStopped(end: "home" | "abroad", on: boolean): Act {
  return {
    name: `${on ? "stop" : "resume"} ${end}`,
    tell: (state) => {
      state.stopped[end] = on;
      return DONE;
    },
    perform: ({ pair }) => {
      const { halter, resumer } = pair[end].at.officers;
      const { bridgehead } = pair[end];
      return on ? bridgehead.connect(halter).stop() : bridgehead.connect(resumer).resume();
    },
  };
}

function setFrozen(who: "receiver" | "payee", on: boolean): Act {
  return {
    name: `${on ? "freeze" : "unfreeze"} the ${who}`,
    tell: (state) => {
      state.frozen[who] = on;
      return DONE;
    },
    perform: ({ pair: { home, abroad } }) => {
      const [end, account] = who === "receiver" ? ([abroad, abroad.hsbc] as const) : ([home, home.boc] as const);
      const enforcer = end.money.connect(end.at.officers.enforcer);
      return on ? enforcer.freeze(account, ref("order")) : enforcer.unfreeze(account, ref("order lifted"));
    },
  };
}

function passDeadline(p: number): Act {
  return {
    name: `the deadline of passage ${p} passes`,
    tell: (state) => {
      if (state.passed >= p) return undefined;
      state.passed = p;
      return DONE;
    },
    perform: ({ pair: { abroad }, passages }) =>
      abroad.chain.networkHelpers.time.increaseTo(at(passages, p).terms.deadline),
  };
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`there is no number ${index}`);
  return found;
}
