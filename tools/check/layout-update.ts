import { updateSnapshot } from "./layout.js";

updateSnapshot(process.argv.includes("--force"));
