import { expect } from "chai";
import { Contract, ZeroAddress } from "ethers";
import fc from "fast-check";
import { refusalOf } from "../../sdk/operations/refusal.js";
import { pairFixture } from "../interop/lanes.js";
import { deployCorridors } from "../support/bilateral.js";
import { openChain } from "../support/chain.js";
import { DONE, beginning, openWorld, stories, type Act, type Story, type World } from "./bilateral.js";
import { BILATERAL_CHECKS } from "./bilateralChecks.js";

/** How much is told; a failure prints its seed and path for a replay. */
const CAMPAIGN = {
  stories: Number(process.env["MODEL_STORIES"] ?? 30),
  acts: Number(process.env["MODEL_ACTS"] ?? 40),
  seed: Number(process.env["MODEL_SEED"] ?? 20_250_924),
};
/** Rules that have to come to bind somewhere in the campaign. */
const REFUSALS = [
  "CorridorQuoteUsed",
  "CorridorSuspended",
  "CorridorNotAccepted",
  "CorridorVerdictKnown",
  "CorridorVerdictMissing",
  "CorridorDayLimitExceeded",
  "CorridorWindowLimitExceeded",
  "CorridorWindowOpen",
  "ExchangeHoldMissing",
  "ExchangeAlreadyDecided",
  "ExchangeNotArmed",
];

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, async () => openWorld(await deployCorridors(chains)));

describe("Reference model of a bilateral corridor", function () {
  this.timeout(600_000);

  it(`agrees with two ledgers in ${CAMPAIGN.stories} stories (seed ${CAMPAIGN.seed})`, async function () {
    const tally = new Map<string, number>();
    const property = fc.asyncProperty(stories(CAMPAIGN.acts), async (plan) => {
      const story: Story = { world: await load(), state: beginning() };
      for (const act of plan) await perform(story, act, tally);
      for (const { holds } of BILATERAL_CHECKS) await holds(story);
    });
    await fc.assert(property, { numRuns: CAMPAIGN.stories, seed: CAMPAIGN.seed, endOnFailure: true });
    const unbound = REFUSALS.filter((name) => !tally.has(name));
    expect(unbound, "never came to bind").to.deep.equal([]);
  });
});

/** The same success or the same named error as the model says. */
async function perform({ world, state }: Story, act: Act, tally: Map<string, number>): Promise<void> {
  const expected = act.tell(state);
  if (expected === undefined) return;
  const outcome = await refusalOf(errorsOf(world), act.perform(world));
  expect(outcome, act.name).to.equal(expected);
  if (outcome !== DONE) tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
}

/** Every error that a ledger or a corridor may refuse with. */
function errorsOf({ pair: { mainland } }: World): Contract {
  const errors = [mainland.money, mainland.corridor, mainland.foreignLedger]
    .flatMap(({ interface: { fragments } }) => [...fragments])
    .filter(({ type }) => type === "error");
  return new Contract(ZeroAddress, errors);
}
