import { readInput } from "./book-building/input.js";
import { runBook } from "./book-building/run.js";
import { runScenario } from "./lib.js";

// A note is placed by book: orders signed by investors and carried by their banks, one taken back, a price within the range,
// units as the lead manager decides. An investor is frozen on the day of settlement, one takes its authority back.
await runScenario("scripts/scenarios/inputs/book-building.json", readInput, runBook);
