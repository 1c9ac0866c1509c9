import { runScenario } from "./lib.js";
import { readInput } from "./offline-market/input.js";
import { runOfflineMarket } from "./offline-market/run.js";

// A market without a network: payments in two hops, a stolen device, a cloned one; in the evening everything is redeemed.
await runScenario("scripts/scenarios/inputs/offline-market.json", readInput, runOfflineMarket);
