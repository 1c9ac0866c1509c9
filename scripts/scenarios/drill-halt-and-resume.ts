import { runHalt } from "./drills/halt.js";
import { readInput } from "./drills/input.js";
import { runScenario } from "./lib.js";

// e-CNY is halted with deals in flight, and resumed. Ends with all invariants checked.
await runScenario("scripts/scenarios/inputs/drills.json", readInput, runHalt);
