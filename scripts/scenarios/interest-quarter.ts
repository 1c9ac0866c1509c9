import { readInput } from "./interest-quarter/input.js";
import { runInterestQuarter } from "./interest-quarter/run.js";
import { runScenario } from "./lib.js";

// The quarter in which wallets at banks became deposits: migration, reserves, interest, a claim that is true and one
// that is not.
await runScenario("scripts/scenarios/inputs/interest-quarter.json", readInput, runInterestQuarter);
