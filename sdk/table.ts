import Table from "cli-table3";

/** What a cell may hold; numbers and bigints are right-aligned by their column. */
export type Cell = string | number | bigint | boolean;

/**
 * A plain-text table with a head and rows. A column whose cells are all numbers, or amounts as `formatMoney` writes
 * them, is aligned to the right.
 * @param head the column titles.
 * @param rows one array for each line, as long as `head`.
 * @param bold whether the head is bold (an ANSI sequence); only on a terminal unless told otherwise.
 * @throws RangeError when a row is longer or shorter than the head.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  bold = process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
): string {
  const lines = rows.map((row) => row.map((cell) => String(cell)));
  const odd = lines.find((line) => line.length !== head.length);
  if (odd !== undefined) throw new RangeError(`a row of ${odd.length} cells under a head of ${head.length}`);
  const colAligns = head.map((_, column) =>
    lines.length > 0 && lines.every((line) => isNumeric(line[column] ?? "")) ? "right" : "left",
  );
  const view = new Table({
    head: [...head],
    colAligns,
    style: { head: bold ? ["bold"] : [], border: [], compact: true },
  });
  view.push(...lines);
  return view.toString();
}

function isNumeric(text: string): boolean {
  return /^(?:[A-Z]{3} )?-?[\d,]+(?:\.\d+)?%?$/.test(text);
}
