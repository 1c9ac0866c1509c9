import { runScenario } from "./lib.js";
import { readInput } from "./netting-day/input.js";
import { runNettingDay } from "./netting-day/run.js";

// A day of net cycles: gross need against net need, a bank that cannot pay, and what is left at the end of the day.
await runScenario("scripts/scenarios/inputs/netting-day.json", readInput, runNettingDay);
