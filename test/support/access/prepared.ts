import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Scene } from "./stage.js";

/** Arguments as ethers encodes them. */
export type Args = readonly unknown[];

/** A call that is in order but for who makes it. */
export interface Prepared {
  /** Where to, if it is not the subject itself. */
  readonly to?: string;
  /** What with; some calls are about their caller. */
  readonly args: Args | ((caller: HardhatEthersSigner) => Args | Promise<Args>);
}

/** Brings the scene to where the call is in order. */
export type Prepare = (scene: Scene) => Prepared | Promise<Prepared>;

/** One call for each row of a table. */
export type Calls<Rows> = Readonly<Record<keyof Rows & string, Prepare>>;
