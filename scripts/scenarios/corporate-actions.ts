import { readInput } from "./corporate-actions/input.js";
import { runCorporateActions } from "./corporate-actions/run.js";
import { runScenario } from "./lib.js";

// The life of a structured note, with every kind of corporate action that the platform knows.
await runScenario("scripts/scenarios/inputs/corporate-actions.json", readInput, runCorporateActions);
