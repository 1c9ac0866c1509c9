import { runScenario } from "./lib.js";
import { readInput } from "./receivable-finance/input.js";
import { runReceivableFinance } from "./receivable-finance/run.js";

// An exporter's receivable at two banks: double financing is refused, parts are financed, repaid, overdue; then a policy.
await runScenario("scripts/scenarios/inputs/receivable-finance.json", readInput, runReceivableFinance);
