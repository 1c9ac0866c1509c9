import { runScenario } from "./lib.js";
import { readInput } from "./hk-wallet-topup/input.js";
import { runTopUp } from "./hk-wallet-topup/run.js";

// A Hong Kong resident's e-CNY wallet, opened with a phone number only: topped up from a Hong Kong bank account through the link,
// it pays at merchants of the mainland within the figures of class IV, and no other person.
await runScenario("scripts/scenarios/inputs/hk-wallet-topup.json", readInput, runTopUp);
