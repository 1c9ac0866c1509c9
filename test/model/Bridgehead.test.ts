import { errorsOf } from "../../sdk/operations/refusal.js";
import { pairFixture } from "../interop/lanes.js";
import { deployBridgeheads } from "../support/bridgehead.js";
import { openStoryChain } from "../support/chain.js";
import { BRIDGEHEAD_CHECKS } from "./betweenChecks.js";
import { openWorld, stories } from "./bridgehead.js";
import { beginning } from "./bridgeheadState.js";
import { describePairCampaign } from "./pairCampaign.js";

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

const chains = { mainland: await openStoryChain("mainland"), hongkong: await openStoryChain("hongkong") };

describePairCampaign({
  title: "Reference model of a currency abroad",
  load: pairFixture(chains, async () => openWorld(await deployBridgeheads(chains))),
  beginning,
  stories,
  checks: BRIDGEHEAD_CHECKS,
  errorsOf: ({ pair: { home, abroad } }) =>
    errorsOf(home.money, home.bridgehead, abroad.bridgehead, home.foreignLedger),
  refusals: REFUSALS,
  usual: { stories: 30, acts: 50, seed: 20_261_122 },
});
