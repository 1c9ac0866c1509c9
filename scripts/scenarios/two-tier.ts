import { runScenario } from "./lib.js";
import { readInput } from "./two-tier/input.js";
import { runTwoTier } from "./two-tier/run.js";

// Issue, distribution, payments of every wallet class up to each limit and one fen past it, redemption.
await runScenario("scripts/scenarios/inputs/two-tier.json", readInput, runTwoTier);
