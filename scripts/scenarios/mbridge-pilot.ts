import { runScenario } from "./lib.js";
import { readInput } from "./mbridge-pilot/input.js";
import { runPilot } from "./mbridge-pilot/run.js";

// A ledger under the published figures of the 2022 pilot, drawn from a seed, settled by the contracts and counted again
// from their events.
await runScenario("scripts/scenarios/inputs/mbridge-pilot.json", readInput, runPilot);
