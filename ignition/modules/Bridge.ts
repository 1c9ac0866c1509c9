import { loadBridgePlan } from "../../sdk/deploy/bridgeParameters.js";
import { bridgeModule } from "./bridgeModule.js";

/** For Ignition's own commands, with the development parameters: `npx hardhat ignition visualize ignition/modules/Bridge.ts`. */
export default bridgeModule(await loadBridgePlan());
