import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

/** Files below `folder` whose name ends in `suffix`, sorted; none when there is no such folder. */
export function files(folder: string, suffix: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(suffix))
    .map((file) => path.posix.join(folder, file.split(path.sep).join("/")))
    .sort();
}
