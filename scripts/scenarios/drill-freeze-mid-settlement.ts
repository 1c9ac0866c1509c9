import { runFreeze } from "./drills/freeze.js";
import { readInput } from "./drills/input.js";
import { runScenario } from "./lib.js";

// A party is frozen while its deals settle. Ends with all invariants checked.
await runScenario("scripts/scenarios/inputs/drills.json", readInput, runFreeze);
