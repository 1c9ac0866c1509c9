import { readInput } from "./green-bond/input.js";
import { runGreenBond } from "./green-bond/run.js";
import { runScenario } from "./lib.js";

// The life of Hong Kong's digital green bonds, from the money's issue to its redemption.
await runScenario("scripts/scenarios/inputs/green-bond.json", readInput, runGreenBond);
