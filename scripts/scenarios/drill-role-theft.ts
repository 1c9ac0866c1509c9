import { runTheft } from "./drills/theft.js";
import { readInput } from "./drills/input.js";
import { runScenario } from "./lib.js";

// Keys of two offices are stolen, used, and taken away. Ends with all invariants checked.
await runScenario("scripts/scenarios/inputs/drills.json", readInput, runTheft);
