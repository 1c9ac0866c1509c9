import { runUpgrade } from "./drills/upgrade.js";
import { readInput } from "./drills/input.js";
import { runScenario } from "./lib.js";

// e-CNY is upgraded with deals in flight. Ends with all invariants checked.
await runScenario("scripts/scenarios/inputs/drills.json", readInput, runUpgrade);
