import { writeFileSync } from "node:fs";
import { MACHINES } from "../../test/support/states/index.js";
import { namesOf, type Cell, type Machine } from "../../test/support/states/machine.js";

const PAGE = "docs/states.md";

const INTRODUCTION = `# Life cycles

Every state of every kind of record against every act. Written by \`npm run docs:states\` from the tables in
\`test/support/states/\`, which also drive the tests: each cell is run against the chain. An arrow says where an allowed act
leads; anything else is the custom error that refuses it, and then nothing has changed.`;

function cellText(cell: Cell<string>, state: string): string {
  const outcome = "to" in cell ? (cell.to === state ? "stays" : `→ **${cell.to}**`) : `\`${cell.refusal}\``;
  return cell.text === undefined ? outcome : `${outcome}: ${cell.text}`;
}

function list(entries: Readonly<Record<string, string>>, mark: string): string {
  return Object.entries(entries)
    .map(([name, text]) => `- ${mark}${name}${mark}: ${text}`)
    .join("\n");
}

/** States are columns where they are few, so that a row is one act read across a record's life. */
function chapter(machine: Machine): string {
  const states = namesOf(machine.states);
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const lines = namesOf(machine.acts).map((act) =>
    row([
      `\`${act}\``,
      ...states.map((state) => {
        const cell = machine.cells[state]?.[act];
        if (cell === undefined) throw new Error(`${machine.title}: no cell for ${act} in ${state}`);
        return cellText(cell, state);
      }),
    ]),
  );
  return [
    `## ${machine.title} (\`${machine.contract}\`)`,
    list(machine.states, "**"),
    list(machine.acts, "`"),
    [row(["", ...states]), row(["---", ...states.map(() => "---")]), ...lines].join("\n"),
  ].join("\n\n");
}

/** `npm run docs:states`: the life cycles, from the tables that drive their tests. */
writeFileSync(PAGE, `${[INTRODUCTION, ...MACHINES.map(chapter)].join("\n\n")}\n`);
