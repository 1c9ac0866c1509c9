import { runScenario } from "./lib.js";
import { readInput } from "./steel-beams/input.js";
import { runSteelBeams } from "./steel-beams/run.js";

// Steel beams and trees are traced from their origin through inspection: what fails blocks its certificate.
await runScenario("scripts/scenarios/inputs/steel-beams.json", readInput, runSteelBeams);
