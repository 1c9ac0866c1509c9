import { readInput } from "./bilateral-purchase/input.js";
import { runBilateralPurchase } from "./bilateral-purchase/run.js";
import { runScenario } from "./lib.js";

// A visitor pays a merchant abroad in e-CNY, an importer pays an exporter, and the two agents settle net.
await runScenario("scripts/scenarios/inputs/bilateral-purchase.json", readInput, (_, input) =>
  runBilateralPurchase(input),
);
