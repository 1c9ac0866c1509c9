import { exchangeHolds, exchangeId } from "../../../sdk/eip712/exchange.js";
import { homecomingHold, passageHold } from "../../../sdk/eip712/bridgehead.js";
import type { AbroadBridgehead, HomeBridgehead } from "../../../types/ethers-contracts/index.js";
import { ref } from "../chain.js";
import type { ABROAD_BRIDGEHEAD_ROWS, HOME_BRIDGEHEAD_ROWS, LEDGER_EXCHANGE_ROWS } from "./exchangeTable.js";
import { BetweenLedgers } from "./exchangeStage.js";
import type { Calls, Prepared } from "./prepared.js";
import type { Scene } from "./stage.js";

const MONTHS = 100n * 86_400n;

/** A scene with the contract, and this side's half of an exchange. */
async function half(f: Scene, here: "decider" | "follower") {
  const between = await BetweenLedgers.open(f);
  const contract = await between.exchange();
  const terms = await between.terms(contract, here);
  return { between, contract, terms, to: await contract.getAddress(), id: exchangeId(terms) };
}

/** The same with the hold in place. */
async function placed(f: Scene, here: "decider" | "follower") {
  const it = await half(f, here);
  await it.between.placed(it.terms, here);
  return it;
}

async function armed(f: Scene) {
  const it = await placed(f, "follower");
  await it.contract.arm(it.terms);
  return it;
}

/** Endorsed by both authorities. */
async function endorsed(f: Scene) {
  const it = await armed(f);
  const { mainland, hongkong } = f.suite;
  for (const [{ authority, offices }, officer] of [
    [hongkong, hongkong.offices.governor],
    [mainland, mainland.offices.admin],
  ] as const) {
    await it.contract.connect(officer).endorse(authority, it.terms, true, ref(`order ${offices.admin.address}`));
  }
  return it;
}

export const ledgerExchangeCalls: Calls<typeof LEDGER_EXCHANGE_ROWS> = {
  arm: async (f) => {
    const { to, terms } = await placed(f, "follower");
    return { to, args: [terms] };
  },
  restateArming: async (f) => {
    const { to, terms } = await armed(f);
    return { to, args: [terms] };
  },
  decide: async (f) => {
    const { between, to, terms, id } = await placed(f, "decider");
    return { to, args: [terms, await between.armedProof(id)] };
  },
  callOff: async (f) => {
    const { to, terms } = await placed(f, "decider");
    return { to, args: [terms] };
  },
  "callOff: from the deadline on": async (f) => {
    const { between, to, terms } = await placed(f, "decider");
    await between.passDeadline();
    return { to, args: [terms] };
  },
  restateDecision: async (f) => {
    const { contract, to, terms, id } = await placed(f, "decider");
    await contract.connect(f.who.holder).callOff(terms);
    return { to, args: [id] };
  },
  follow: async (f) => {
    const { between, to, terms, id } = await armed(f);
    return { to, args: [terms, await between.decidedProof(id, true)] };
  },
  complete: async (f) => {
    const { between, contract, to, terms, id } = await armed(f);
    const { currency, offices } = f.side;
    await currency.connect(offices.enforcer).freeze(f.who.operating, ref("order"));
    await contract.follow(terms, await between.decidedProof(id, true));
    await currency.connect(offices.enforcer).unfreeze(f.who.operating, ref("order lifted"));
    return { to, args: [terms] };
  },
  withdraw: async (f) => {
    const { to, terms } = await placed(f, "follower");
    return { to, args: [await f.side.currency.getAddress(), exchangeHolds(terms).follower] };
  },
  endorse: async (f) => {
    const { to, terms } = await armed(f);
    return { to, args: [await f.side.authority.getAddress(), terms, true, ref("order")] };
  },
  "endorse: for the other authority": async (f) => {
    const { to, terms } = await armed(f);
    return { to, args: [await f.suite.mainland.authority.getAddress(), terms, true, ref("order")] };
  },
  retract: async (f) => {
    const { to, id } = await endorsed(f);
    return { to, args: [await f.side.authority.getAddress(), id] };
  },
  rule: async (f) => {
    const { to, terms } = await endorsed(f);
    await f.chain.networkHelpers.time.increase(MONTHS);
    return { to, args: [terms] };
  },
};

type Bridgehead = HomeBridgehead | AbroadBridgehead;

/** What both ends have in common. */
function commonCalls(open: (f: Scene) => Promise<Bridgehead>) {
  const call = async (f: Scene, args: Prepared["args"]): Promise<Prepared> => {
    return { to: await (await open(f)).getAddress(), args };
  };
  return {
    setCap: (f: Scene) => call(f, [5n]),
    stop: (f: Scene) => call(f, []),
    resume: (f: Scene) => call(f, []),
    setAuthority: async (f: Scene) => call(f, [await f.side.authority.getAddress()]),
  };
}

/** A passage that leaves, its hold in place. */
async function leaving(f: Scene) {
  const between = await BetweenLedgers.open(f);
  const contract = await between.home();
  const passage = await between.passage(contract, "home");
  const id = await between.placedPassage(passage);
  return { between, contract, passage, id, to: await contract.getAddress() };
}

async function locked(f: Scene) {
  const it = await leaving(f);
  await it.contract.lock(it.passage);
  return it;
}

export const homeBridgeheadCalls: Calls<typeof HOME_BRIDGEHEAD_ROWS> = {
  ...commonCalls(async (f) => (await BetweenLedgers.open(f)).home()),
  withdraw: async (f) => {
    const { to, passage } = await leaving(f);
    return { to, args: [passageHold(passage)] };
  },
  lock: async (f) => {
    const { to, passage } = await leaving(f);
    return { to, args: [passage] };
  },
  restateLock: async (f) => {
    const { to, passage } = await locked(f);
    return { to, args: [passage] };
  },
  pay: async (f) => {
    const { between, to, passage } = await locked(f);
    const homecoming = between.homecoming(passage);
    return { to, args: [passage, homecoming, await between.burnedProof(homecoming)] };
  },
  release: async (f) => {
    const { between, to, passage, id } = await locked(f);
    return { to, args: [passage, await between.declinedProof(id)] };
  },
};

/** A passage that arrives. */
async function arriving(f: Scene) {
  const between = await BetweenLedgers.open(f);
  const contract = await between.abroad();
  const passage = await between.passage(contract, "abroad");
  return { between, contract, passage, to: await contract.getAddress() };
}

/** Minted, and held to go home again. */
async function returning(f: Scene) {
  const it = await arriving(f);
  const homecoming = it.between.homecoming(it.passage);
  await it.contract.mint(it.passage, await it.between.lockedProof(homecoming.passage));
  await it.between.placedHomecoming(it.contract, homecoming);
  return { ...it, homecoming };
}

export const abroadBridgeheadCalls: Calls<typeof ABROAD_BRIDGEHEAD_ROWS> = {
  ...commonCalls(async (f) => (await BetweenLedgers.open(f)).abroad()),
  withdraw: async (f) => {
    const { to, homecoming } = await returning(f);
    return { to, args: [homecomingHold(homecoming, to)] };
  },
  mint: async (f) => {
    const { between, to, passage } = await arriving(f);
    const { passage: id } = between.homecoming(passage);
    return { to, args: [passage, await between.lockedProof(id)] };
  },
  decline: async (f) => {
    const { to, passage } = await arriving(f);
    return { to, args: [passage] };
  },
  "decline: from the deadline on": async (f) => {
    const { between, to, passage } = await arriving(f);
    await between.passDeadline();
    return { to, args: [passage] };
  },
  burn: async (f) => {
    const { to, passage, homecoming } = await returning(f);
    return { to, args: [passage, homecoming] };
  },
  restateDecline: async (f) => {
    const { contract, to, passage } = await arriving(f);
    await contract.connect(f.who.operating).decline(passage);
    return { to, args: [await contract.passageId(passage)] };
  },
  restateBurn: async (f) => {
    const { contract, to, passage, homecoming } = await returning(f);
    await contract.burn(passage, homecoming);
    return { to, args: [homecoming] };
  },
};
