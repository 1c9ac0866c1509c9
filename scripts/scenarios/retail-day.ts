import { runScenario } from "./lib.js";
import { readInput } from "./retail-day/input.js";
import { runRetailDay } from "./retail-day/run.js";

// A day of a city's payments: wallets of every class, families, tills and clerks, and what the limits refuse.
await runScenario("scripts/scenarios/inputs/retail-day.json", readInput, runRetailDay);
