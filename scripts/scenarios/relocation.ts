import { runScenario } from "./lib.js";
import { readInput } from "./relocation/input.js";
import { runRelocation } from "./relocation/run.js";

// A relocation project: archives, surveys, agreements, publicity and objections, approvals, payment straight to households.
await runScenario("scripts/scenarios/inputs/relocation.json", readInput, runRelocation);
