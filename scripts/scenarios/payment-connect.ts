import { runScenario } from "./lib.js";
import { readInput } from "./payment-connect/input.js";
import { runPaymentConnect } from "./payment-connect/run.js";

// The fast-payment link's first day in small: northbound one by one, southbound in bundles, quotas, a time-out, a return, and
// pacs.008 messages whose statuses go back as XML.
await runScenario("scripts/scenarios/inputs/payment-connect.json", readInput, runPaymentConnect);
