import { readInput } from "./fund-dealing/input.js";
import { runFundDealing } from "./fund-dealing/run.js";
import { runScenario } from "./lib.js";

// Days of a money-market fund: orders until the cut-off, a published NAV, dealing in deposits of several banks and e-HKD.
await runScenario("scripts/scenarios/inputs/fund-dealing.json", readInput, runFundDealing);
