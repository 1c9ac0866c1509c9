import { runScenario } from "./lib.js";
import { readInput } from "./mbridge-governance/input.js";
import { runGovernance } from "./mbridge-governance/run.js";

// The council of central banks: exit, admission, change of a limit and of the rulebook, suspension.
await runScenario("scripts/scenarios/inputs/mbridge-governance.json", readInput, runGovernance);
