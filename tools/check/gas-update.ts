import { updateGasSnapshot } from "./gas.js";

updateGasSnapshot();
