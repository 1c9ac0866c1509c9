import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

export interface Outcome {
  /** Exit code; null when the time was up. */
  readonly code: number | null;
  /** Standard output and error, in the order they came, without colours. */
  readonly output: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly timeoutSeconds?: number;
  /** File that keeps the whole output. */
  readonly log?: string;
}

// eslint-disable-next-line no-control-regex -- an escape character is what a colour begins with
const COLOUR = /\u001b\[[0-9;]*m/g;

/** Runs a command of the project (npm's `.bin` comes first in the path) and waits for its end. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const env = {
    ...process.env,
    PATH: `${path.resolve("node_modules/.bin")}${path.delimiter}${process.env.PATH ?? ""}`,
    NO_COLOR: "1",
    ...options.env,
  };
  return new Promise((resolve, reject) => {
    // Its own process group, so that a time limit also ends what the command has started.
    const child = spawn(command, args, {
      env,
      cwd: options.folder,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const chunks: string[] = [];
    const take = (chunk: Buffer) => chunks.push(chunk.toString("utf8"));
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    let timedOut = false;
    const timer =
      options.timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
          }, options.timeoutSeconds * 1000);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      const output = chunks.join("").replace(COLOUR, "");
      if (options.log !== undefined) {
        mkdirSync(path.dirname(options.log), { recursive: true });
        writeFileSync(options.log, output);
      }
      resolve({ code: timedOut ? null : code, output });
    });
  });
}

/** The last `count` lines that say something. */
export function tail(output: string, count: number): string {
  return output
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-count)
    .join("\n");
}
