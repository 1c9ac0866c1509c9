import { runScenario } from "./lib.js";
import { readInput } from "./disclosure/input.js";
import { runDisclosure } from "./disclosure/run.js";

// One payment and everybody who might look at it; a court asks by the procedure, the bank approves and answers, or not.
await runScenario("scripts/scenarios/inputs/disclosure.json", readInput, runDisclosure);
