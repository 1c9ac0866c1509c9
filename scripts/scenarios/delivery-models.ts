import { readInput } from "./delivery-models/input.js";
import { runDeliveryModels } from "./delivery-models/run.js";
import { runScenario } from "./lib.js";

// The same day's trades in delivery models 1, 2 and 3; then trades that match, fail, settle late or in parts, and a buy-in.
await runScenario("scripts/scenarios/inputs/delivery-models.json", readInput, runDeliveryModels);
