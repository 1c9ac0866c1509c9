import { runFxPvp } from "./fx-pvp/run.js";
import { readInput } from "./fx-pvp/input.js";
import { runScenario } from "./lib.js";

// Firm quotes between two currencies, inside both central banks' bands: partial, used up, cancelled, stale, atomic.
await runScenario("scripts/scenarios/inputs/fx-pvp.json", readInput, runFxPvp);
