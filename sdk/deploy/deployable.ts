import type { IgnitionModule } from "@nomicfoundation/ignition-core";
import type { Provider } from "ethers";
import type { z } from "zod";
import type { CompiledCode } from "./bytecode.js";
import type { Applied, BookHead } from "./ignite.js";
import type { Check } from "./status.js";

/** The compiled contract of a name. */
export type Compiled = (name: string) => Promise<CompiledCode>;

/** Somebody's offices: none may be the deployer's. */
export interface Offices {
  readonly title: string;
  readonly offices: Readonly<Record<string, readonly string[]>>;
}

/** Something that is deployed as one, from one parameters file, and has one address book. */
export interface Deployable<Book extends BookHead> {
  /** Where its parameters came from. */
  readonly file: string;
  readonly requiredConfirmations: number;
  /** First account of the file's mnemonic, if it has one: then only it may deploy. */
  readonly deployer: string | undefined;
  readonly holders: readonly Offices[];
  readonly module: IgnitionModule;
  readonly bookSchema: z.ZodType<Book>;
  readonly bookOf: (applied: Applied) => Book;
  /** Compares what the book names with the parameters; reads only. */
  inspect(provider: Provider, book: Book, compiled: Compiled): Promise<Check[]>;
}
