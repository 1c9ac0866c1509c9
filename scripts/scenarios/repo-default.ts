import { runScenario } from "./lib.js";
import { readInput } from "./repo-default/input.js";
import { runRepoDefault } from "./repo-default/run.js";

// Secured lending: a repo that defaults, one that is called back, one whose bonds are exchanged, and a triparty pledge.
await runScenario("scripts/scenarios/inputs/repo-default.json", readInput, runRepoDefault);
