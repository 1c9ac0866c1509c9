import { runScenario } from "./lib.js";
import { readInput } from "./qr-gateway/input.js";
import { runQrGateway } from "./qr-gateway/run.js";

// Cross-border payments by QR code: routed one by one, settled in batches of 10, 1,000 and 20,000, disputed, extrapolated.
await runScenario("scripts/scenarios/inputs/qr-gateway.json", readInput, runQrGateway);
