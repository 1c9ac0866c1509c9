import { files } from "../lib/files.js";
import { writeJson } from "../lib/json.js";
import { run, tail } from "../lib/shell.js";

/** Sizes of the release campaign. */
const SIZE = {
  ...{ INVARIANT_RUNS: "1000", INVARIANT_DEPTH: "128" },
  ...{ MODEL_STORIES: "500", MODEL_ACTS: "40" },
  // on two and on three chains
  ...{ INTEROP_STORIES: "200", INTEROP_ACTS: "40" },
  // every moment of a deployment
  RESUME_ONE_IN: "1",
};
const MINUTES = Number(process.env["RELEASE_MINUTES"] ?? 240);
const REPORT = "reports/release.json";

/** One file's campaigns at full size. */
interface Told {
  readonly file: string;
  readonly verdict: "holds" | "broken" | "not ended";
  readonly seconds: number;
  readonly output: string;
}

/**
 * `npm run test:release [-- FILE …]`: every reference model, every Solidity invariant and every moment of a deployment at full size, one of each at a
 * time. It ends after `RELEASE_MINUTES` (240); what has not ended by then is named, and the run has failed.
 */
async function main(asked: readonly string[]): Promise<boolean> {
  const models = [...files("test/model", ".test.ts"), "test/deploy/resume.test.ts"];
  const everything = [...models, ...files("test/invariant", ".t.sol")];
  const chosen = asked.length > 0 ? asked : everything;
  const built = await run("hardhat", ["build"]);
  if (built.code !== 0) throw new Error(tail(built.output, 20));
  const end = Date.now() + MINUTES * 60_000;
  const told: Told[] = [];
  const tellAll = async (queue: readonly string[]) => {
    for (const file of queue) {
      const one = await tell(file, end);
      console.log(`${one.verdict.padEnd(9)}  ${String(one.seconds).padStart(5)} s  ${file}`);
      if (one.verdict === "broken") console.log(tail(one.output, 60));
      told.push(one);
      writeJson(REPORT, { size: SIZE, told: told.map(({ file, verdict, seconds }) => ({ file, verdict, seconds })) });
    }
  };
  // two Solidity runners would write the compiler's cache at the same time
  await Promise.all([isSolidity, (file: string) => !isSolidity(file)].map((kind) => tellAll(chosen.filter(kind))));
  const broken = told.filter(({ verdict }) => verdict === "broken").length;
  const unended = told.filter(({ verdict }) => verdict === "not ended").length;
  console.log(`${told.length - broken - unended} files hold, ${broken} broken, ${unended} not ended`);
  return broken + unended === 0;
}

const isSolidity = (file: string) => file.endsWith(".sol");

async function tell(file: string, end: number): Promise<Told> {
  const timeoutSeconds = (end - Date.now()) / 1000;
  if (timeoutSeconds <= 0) return { file, verdict: "not ended", seconds: 0, output: "" };
  const began = Date.now();
  const runner = isSolidity(file) ? "solidity" : "mocha";
  const { code, output } = await run("hardhat", ["test", runner, "--no-compile", file], { env: SIZE, timeoutSeconds });
  const verdict = code === null ? "not ended" : code === 0 ? "holds" : "broken";
  return { file, verdict, seconds: Math.round((Date.now() - began) / 1000), output };
}

if (!(await main(process.argv.slice(2)))) process.exitCode = 1;
