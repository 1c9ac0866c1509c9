import { runDefault } from "./drills/default.js";
import { readInput } from "./drills/input.js";
import { runScenario } from "./lib.js";

// A bank defaults in a net cycle. Ends with all invariants checked.
await runScenario("scripts/scenarios/inputs/drills.json", readInput, runDefault);
