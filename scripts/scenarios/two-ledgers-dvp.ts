import { runScenario } from "./lib.js";
import { readInput } from "./two-ledgers-dvp/input.js";
import { runTwoLedgersDvp } from "./two-ledgers-dvp/run.js";

// A note on Hong Kong's ledger against e-CNY on the mainland's, whatever goes wrong meanwhile.
await runScenario("scripts/scenarios/inputs/two-ledgers-dvp.json", readInput, (_, input) => runTwoLedgersDvp(input));
