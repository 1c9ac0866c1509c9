import { runScenario } from "./lib.js";
import { readInput } from "./rental/input.js";
import { runRental } from "./rental/run.js";

// Flats are let: attested titles, leases, rent period by period, deposits that stay the tenants' until they are divided.
await runScenario("scripts/scenarios/inputs/rental.json", readInput, runRental);
