import { runScenario } from "./lib.js";
import { readInput } from "./voucher-campaign/input.js";
import { runVoucherCampaign } from "./voucher-campaign/run.js";

// A city gives consumption vouchers: claimed, granted and listed, spent, given back, tried to be turned into cash; the
// rest returns to the city.
await runScenario("scripts/scenarios/inputs/voucher-campaign.json", readInput, runVoucherCampaign);
