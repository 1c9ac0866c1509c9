import { readInput } from "./industry-chain/input.js";
import { runIndustryChain } from "./industry-chain/run.js";
import { runScenario } from "./lib.js";

// Orders on an industry's own chain, paid in e-CNY on the mainland's, with what can go wrong on either.
await runScenario("scripts/scenarios/inputs/industry-chain.json", readInput, (_, input) => runIndustryChain(input));
