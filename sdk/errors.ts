import { z } from "zod";

/**
 * A mistake of the person who runs the tool, told in one sentence: what is wrong, why, and what to do next.
 * Everything else that is thrown is a fault of the program and keeps its stack trace.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

/** Refuses an input file, for the reason that it is given. */
export type Refuse = (what: string) => never;

/**
 * For rules that compare several fields of a file.
 * @returns a function that throws a {@link UserError}: the file, what is wrong with it, and what to do.
 */
export function refusing(path: string): Refuse {
  return (what) => {
    throw new UserError(`${path}: ${what}.`);
  };
}

/** One sentence that names every place where `value` did not fit a schema, for example `banks.3.lei: …`. */
function schemaSentence(error: z.ZodError): string {
  const places = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  return `The input does not fit its format: ${places.join("; ")}; correct it and run again.`;
}

/**
 * The one sentence a person should read, or `undefined` when the error is a fault of the program.
 * @param error anything that was thrown.
 */
export function sentenceOf(error: unknown): string | undefined {
  if (error instanceof UserError) return error.message;
  if (error instanceof z.ZodError) return schemaSentence(error);
  return undefined;
}

/**
 * Validates `value` and returns it typed.
 * @param what the subject of the sentence, for example `data/institutions.json`.
 * @throws UserError that names `what` and every field that does not fit.
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new UserError(`${what}: ${schemaSentence(result.error)}`);
}

/**
 * A schema of the strings that a parser accepts; the parser's sentence is the message.
 * @param parse throws a {@link UserError} for what it refuses.
 */
export function checkedBy(parse: (text: string) => unknown) {
  return z.string().superRefine((text, context) => {
    try {
      parse(text);
    } catch (error) {
      // rules that compare several fields need each of them to be readable, so they do not run after this
      context.addIssue({ code: "custom", message: sentenceOf(error) ?? String(error), continue: false });
    }
  });
}

/**
 * Runs the body of a script. A {@link UserError} or a schema error prints its sentence alone, any other error its
 * stack; both set the exit code to 1. Never throws, so that a script's last line can be `await runMain(main)`.
 * @param main the script.
 * @param print where the sentence goes; standard error unless told otherwise.
 */
export async function runMain(
  main: () => void | Promise<void>,
  print: (text: string) => void = (text) => console.error(text),
): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.exitCode = 1;
    print(sentenceOf(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error)));
  }
}
