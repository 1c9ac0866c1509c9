import { access, readFile, readdir } from "node:fs/promises";
import { expect } from "chai";

/** Pages with a table whose last column says what runs each row. */
const PAGES = ["docs/hybrid-two-tier.md", "docs/operations.md"];

describe("tables of what runs what", function () {
  for (const page of PAGES) {
    it(`names only scenarios and tests that exist, in each row of ${page}`, async function () {
      const rows = runsOf(await readFile(page, "utf8"));
      expect(rows).to.have.length.greaterThan(3);
      const missing: string[] = [];
      for (const { row, runs } of rows) {
        if (runs.length === 0) missing.push(`${row}: nothing runs it`);
        for (const run of runs) {
          if (!(await exists(run))) missing.push(`${row}: ${run}`);
        }
      }
      expect(missing).to.deep.equal([]);
    });
  }

  it("reads a scenario in quotes, a test by its path, and nothing else", function () {
    const [first, second] = runsOf(
      "| there | run by |\n| --- | --- |\n| a | `x-y`, test/z/W.test.ts |\n| b | by hand |",
    );
    expect(first).to.deep.equal({ row: "a", runs: ["scripts/scenarios/x-y.ts", "test/z/W.test.ts"] });
    expect(second).to.deep.equal({ row: "b", runs: [] });
  });
});

describe("docs/scenarios.md", function () {
  it("names every scenario once, and no other", async function () {
    const named = [...(await readFile("docs/scenarios.md", "utf8")).matchAll(/^\| `([a-z0-9-]+)`/gm)];
    const scripts = (await readdir("scripts/scenarios")).filter((file) => file.endsWith(".ts"));
    const texts = await Promise.all(scripts.map((file) => readFile(`scripts/scenarios/${file}`, "utf8")));
    const scenarios = scripts.filter((_, index) => /^await /m.test(texts[index] ?? ""));
    expect(named.map(([, name = ""]) => `${name}.ts`).sort()).to.deep.equal(scenarios.sort());
  });
});

/** The rows of a page's table, each with the files that its last cell names. */
function runsOf(text: string): { readonly row: string; readonly runs: string[] }[] {
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) => {
    const cells = line.split("|").map((cell) => cell.trim());
    const last = cells.at(-2) ?? "";
    const scenarios = [...last.matchAll(/`([a-z0-9-]+)`/g)].map(([, name = ""]) => `scripts/scenarios/${name}.ts`);
    const tests = [...last.matchAll(/test\/[\w./-]*\w/g)].map(([path]) => path);
    return { row: cells[1] ?? "", runs: [...scenarios, ...tests] };
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
