import { readFileSync, writeFileSync } from "node:fs";
import { inFlightTable } from "../../test/support/in-flight.js";

const PAGE = "docs/architecture.md";
const BEGIN = "<!-- in flight: written by npm run docs:in-flight -->";
const END = "<!-- in flight: end -->";

/** `npm run docs:in-flight`: the table of what is in flight when something goes wrong, from the cells that are tested. */
function main(): void {
  const text = readFileSync(PAGE, "utf8");
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin === -1 || end < begin) {
    console.error(`${PAGE} has no place for the in-flight table: put it between "${BEGIN}" and "${END}"`);
    process.exitCode = 1;
    return;
  }
  writeFileSync(PAGE, `${text.slice(0, begin)}${BEGIN}\n\n${inFlightTable()}\n\n${text.slice(end)}`);
}

main();
