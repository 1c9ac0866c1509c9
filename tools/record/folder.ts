import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Folder that a test run leaves its record in; recording is off when it is not set. */
export const FOLDER = process.env.TEST_RECORD;

export function save(file: string, content: unknown): void {
  if (FOLDER === undefined) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path.join(FOLDER, file), `${JSON.stringify(content, null, 2)}\n`);
}
