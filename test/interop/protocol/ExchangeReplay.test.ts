import { expect } from "chai";
import { EXCHANGE_CHECK } from "../../model/betweenChecks.js";
import { openStoryChain } from "../../support/chain.js";
import { ExchangeUnderTest, deployExchangePair } from "../../support/exchange.js";
import { pairFixture } from "../lanes.js";
import { ACTIONS, PROTOCOL, START, unendedOf, type Action, type Kind, type State } from "./ExchangeModel.js";
import { ExchangeOnChain } from "./ExchangeOnChain.js";
import { search } from "./ExchangeSearch.js";

const SCHEDULES = fromEnvironment("EXCHANGE_SCHEDULES") ?? 40;
const SEED = fromEnvironment("EXCHANGE_SEED") ?? 20_261_122;
/** Acts at random once the schedule has been told. */
const ACTS = 10;

const chains = { mainland: await openStoryChain("mainland"), hongkong: await openStoryChain("hongkong") };
const load = pairFixture(chains, () => deployExchangePair(chains));

describe("Two-ledger exchange protocol, on two chains", function () {
  this.timeout(600_000);

  it(`does what the model does in ${SCHEDULES} schedules (seed ${SEED})`, async () => {
    const random = mulberry(SEED);
    const { states, scheduleTo } = search(PROTOCOL);
    const tally = new Map<string, number>();
    for (let schedule = 0; schedule < SCHEDULES; ++schedule) {
      const ledgers = await begin();
      let state = START;
      const told: string[] = [];
      const act = async (action: Action) => {
        told.push(action.name);
        state = await compare(ledgers, action, state, told);
        tally.set(action.name, (tally.get(action.name) ?? 0) + 1);
      };
      for (const name of scheduleTo(Math.floor(random() * states))) await act(actionNamed(name));
      for (let index = 0; index < ACTS; ++index) await act(pick(random, triable(state)));
      // then a relayer lives and everybody takes the steps that help, in any order
      for (let steps = helping(state); steps.length > 0; steps = helping(state)) await act(pick(random, steps));
      expect(unendedOf(state), told.join(", ")).to.equal(undefined);
    }
    const untold = ACTIONS.map(({ name }) => name).filter((name) => !tally.has(name));
    expect(untold, "never came to be tried").to.deep.equal([]);
  });

  it("refuses the counter-example of the exchange by time-outs, and both sides are paid", async () => {
    const { counterExample } = search({ ...PROTOCOL, followerTimesOut: true });
    const ledgers = await begin();
    let state = START;
    const told: string[] = [];
    for (const name of counterExample?.schedule ?? []) {
      if (name === "free the follower's hold by time") await ledgers.delayFollower();
      told.push(name);
      state = await compare(ledgers, actionNamed(name), state, told);
    }
    expect(told.at(-1)).to.equal("free the follower's hold by time");
    expect([state.deciderHold, state.followerHold]).to.deep.equal(["paid", "held"]);
    for (const name of ["carry the proof of the decision", "follow the decision"] as const) {
      state = await compare(ledgers, actionNamed(name), state, told);
    }
    expect([state.deciderHold, state.followerHold]).to.deep.equal(["paid", "paid"]);
  });
});

async function begin(): Promise<ExchangeOnChain> {
  const pair = await load();
  return ExchangeOnChain.open(pair, await ExchangeUnderTest.open(pair));
}

/** Does on the ledgers what the model does: the same success or the same error, and the same state afterwards. */
async function compare(
  ledgers: ExchangeOnChain,
  { name, act }: Action,
  state: State,
  told: readonly string[],
): Promise<State> {
  const result = act(state, PROTOCOL);
  const refusal = await ledgers.perform(name);
  expect(refusal, told.join(", ")).to.equal(typeof result === "string" ? result : "none");
  const next = typeof result === "object" ? result : state;
  await EXCHANGE_CHECK.holds({ ledgers, state: next, told: told.join(", ") });
  return next;
}

/** What the model can do or refuses by name. */
function triable(state: State): Action[] {
  return ACTIONS.filter(({ act, kind }) => {
    const result = act(state, PROTOCOL);
    // a disturbance more often than its lifting leaves nothing to happen
    return result !== undefined && (kind !== "disturbance" || typeof result === "object");
  });
}

const HELPING: readonly Kind[] = ["progress", "time"];

function helping(state: State): Action[] {
  return ACTIONS.filter(({ act, kind }) => {
    const result = HELPING.includes(kind) ? act(state, PROTOCOL) : undefined;
    return (
      typeof result === "object" &&
      Object.entries(result).some(([field, value]) => state[field as keyof State] !== value)
    );
  });
}

/** One of them; steps of the exchange itself three times as often as what surrounds it. */
function pick(random: () => number, actions: readonly Action[]): Action {
  const weighted = actions.flatMap((action) =>
    action.kind === "opening" || action.kind === "progress" ? [action, action, action] : [action],
  );
  const chosen = weighted[Math.floor(random() * weighted.length)];
  if (chosen === undefined) throw new RangeError("nothing can happen");
  return chosen;
}

function actionNamed(name: string): Action {
  const found = ACTIONS.find((action) => action.name === name);
  if (found === undefined) throw new RangeError(`no action is called ${name}`);
  return found;
}

/** Numbers from 0 to below 1 that follow from the seed alone. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function fromEnvironment(name: string): number | undefined {
  const text = process.env[name];
  return text === undefined ? undefined : Number(text);
}
