import { runScenario } from "./lib.js";
import { readInput } from "./xiongan-wages/input.js";
import { runXionganWages } from "./xiongan-wages/run.js";

// A road is funded, let, let on, measured and paid: a thousand workers first, through a payroll that is broken off and
// resumed, then suppliers; what was kept is released, and what is left returns to the funders.
await runScenario("scripts/scenarios/inputs/xiongan-wages.json", readInput, runXionganWages);
