import { runScenario } from "./lib.js";
import { readInput } from "./prepaid-gym-closure/input.js";
import { runGymClosure } from "./prepaid-gym-closure/run.js";

// A gym sells prepaid cards, members train, cool off, dispute; the gym closes, and everybody has the unused part.
await runScenario("scripts/scenarios/inputs/prepaid-gym-closure.json", readInput, runGymClosure);
