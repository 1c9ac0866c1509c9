import { expect } from "chai";
import { Contract, ZeroAddress } from "ethers";
import fc from "fast-check";
import { refusalOf } from "../../sdk/operations/refusal.js";
import { pairFixture } from "../interop/lanes.js";
import { deployBridgeheads } from "../support/bridgehead.js";
import { openChain } from "../support/chain.js";
import { BRIDGEHEAD_CHECKS } from "./betweenChecks.js";
import { DONE, stories, openWorld, type Act, type Story, type World } from "./bridgehead.js";
import { beginning } from "./bridgeheadState.js";

/** How much is told; a failure prints its seed and path for a replay. */
const CAMPAIGN = {
  stories: Number(process.env["MODEL_STORIES"] ?? 30),
  acts: Number(process.env["MODEL_ACTS"] ?? 50),
  seed: Number(process.env["MODEL_SEED"] ?? 20_261_122),
};
/** Rules that have to come to bind somewhere in the campaign. */
const REFUSALS = [
  "BridgeheadStopped",
  "BridgeheadCapExceeded",
  "BridgeheadHoldMissing",
  "BridgeheadHoldBound",
  "PassageAlreadyLocked",
  "PassageEnded",
  "PassageExpired",
  "PassageNotDue",
  "HomecomingExceedsPassage",
  "HomecomingAlreadyBurned",
  "HomecomingAlreadyPaid",
  "ERC7943CannotReceive",
];

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, async () => openWorld(await deployBridgeheads(chains)));

describe("Reference model of a currency abroad", function () {
  this.timeout(600_000);

  it(`agrees with two ledgers in ${CAMPAIGN.stories} stories (seed ${CAMPAIGN.seed})`, async function () {
    const tally = new Map<string, number>();
    const property = fc.asyncProperty(stories(CAMPAIGN.acts), async (plan) => {
      const story: Story = { world: await load(), state: beginning() };
      for (const act of plan) await perform(story, act, tally);
      for (const { holds } of BRIDGEHEAD_CHECKS) await holds(story);
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

/** Every error that a ledger or a bridgehead may refuse with. */
function errorsOf({ pair: { home, abroad } }: World): Contract {
  const sources = [home.money, home.bridgehead, abroad.bridgehead, home.foreignLedger];
  const errors = sources
    .flatMap(({ interface: { fragments } }) => [...fragments])
    .filter(({ type }) => type === "error");
  return new Contract(ZeroAddress, errors);
}
