import { readInput } from "./hybrid-two-tier/input.js";
import { runHybridTwoTier } from "./hybrid-two-tier/run.js";
import { runScenario } from "./lib.js";

// The hybrid two-tier model's asset roles, opt-in, atomic groups and change of provider, as they are here.
await runScenario("scripts/scenarios/inputs/hybrid-two-tier.json", readInput, runHybridTwoTier);
