import { exchangeId } from "../../../sdk/eip712/exchange.js";
import { homecomingHold, passageHold } from "../../../sdk/eip712/bridgehead.js";
import type { AbroadBridgehead, HomeBridgehead } from "../../../types/ethers-contracts/index.js";
import type { ABROAD_BRIDGEHEAD_ROWS, HOME_BRIDGEHEAD_ROWS, LEDGER_EXCHANGE_ROWS } from "./exchangeTable.js";
import { BetweenLedgers } from "./exchangeStage.js";
import type { Calls, Prepared } from "./prepared.js";
import { exchangeCallsOf, type Side } from "./protocolCalls.js";
import type { Scene } from "./stage.js";

/** This side's half of an exchange, its hold in place. */
async function placed(f: Scene, here: Side) {
  const between = await BetweenLedgers.open(f);
  const contract = await between.exchange();
  const terms = await between.terms(contract, here);
  await between.placed(terms, here);
  return { between, contract, terms, to: await contract.getAddress(), id: exchangeId(terms) };
}

export const ledgerExchangeCalls: Calls<typeof LEDGER_EXCHANGE_ROWS> = exchangeCallsOf({
  placed,
  agreed: placed,
  payee: "operating",
  withdrawn: "follower",
});

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
