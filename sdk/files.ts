import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { z } from "zod";
import { UserError, validate } from "./errors.js";

/**
 * Reads a JSON file and validates it.
 * @param path a file, relative to the working directory or absolute.
 * @throws UserError when the file is missing, is not JSON, or does not fit `schema`.
 */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path} is not valid JSON (${reasonOf(error)}); correct the file and run again.`);
  }
  return validate(schema, value, path);
}

/** The file's text, or a {@link UserError} that says why it cannot be read. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new UserError(`${path} cannot be read (${reasonOf(error)}); check the path and run again.`);
  }
}

/**
 * Writes `text` so that a reader sees the old file or the whole new one, never a part: it is written beside the
 * target and renamed. Missing folders are made.
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
