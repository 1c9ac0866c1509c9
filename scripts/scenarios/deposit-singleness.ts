import { readInput } from "./deposit-singleness/input.js";
import { runSingleness } from "./deposit-singleness/run.js";
import { runScenario } from "./lib.js";

// Customers of several banks pay each other with their deposits, day and night: burn, central bank money, mint.
await runScenario("scripts/scenarios/inputs/deposit-singleness.json", readInput, runSingleness);
