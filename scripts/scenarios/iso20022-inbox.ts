import { runScenario } from "./lib.js";
import { readInput } from "./iso20022-inbox/input.js";
import { runInbox } from "./iso20022-inbox/run.js";

// A folder of XML messages becomes payments and instructions on chain; statuses go back as XML.
await runScenario("scripts/scenarios/inputs/iso20022-inbox.json", readInput, runInbox);
