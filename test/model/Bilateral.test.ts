import { errorsOf } from "../../sdk/operations/refusal.js";
import { pairFixture } from "../interop/lanes.js";
import { deployCorridors } from "../support/bilateral.js";
import { openStoryChain } from "../support/chain.js";
import { beginning, openWorld, stories } from "./bilateral.js";
import { BILATERAL_CHECKS } from "./bilateralChecks.js";
import { describePairCampaign } from "./pairCampaign.js";

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

const chains = { mainland: await openStoryChain("mainland"), hongkong: await openStoryChain("hongkong") };

describePairCampaign({
  title: "Reference model of a bilateral corridor",
  load: pairFixture(chains, async () => openWorld(await deployCorridors(chains))),
  beginning,
  stories,
  checks: BILATERAL_CHECKS,
  errorsOf: ({ pair: { mainland } }) => errorsOf(mainland.money, mainland.corridor, mainland.foreignLedger),
  refusals: REFUSALS,
  usual: { stories: 15, acts: 40, seed: 20_250_924 },
});
