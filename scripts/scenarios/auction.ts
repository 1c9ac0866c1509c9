import { readInput } from "./auction/input.js";
import { runAuction } from "./auction/run.js";
import { runScenario } from "./lib.js";

// A government note comes to the market by two auctions with sealed bids: one at a single price, one at each winner's own
// price and underwritten. A winner is frozen before settlement, one withholds its money, one never shows its bid.
await runScenario("scripts/scenarios/inputs/auction.json", readInput, runAuction);
