import { loadPlan } from "../../sdk/deploy/parameters.js";
import { suiteModule } from "./suiteModule.js";

/** For Ignition's own commands, with the development parameters: `npx hardhat ignition visualize ignition/modules/Suite.ts`. */
export default suiteModule(await loadPlan());
