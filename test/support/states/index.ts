import type { Machine } from "./machine.js";

/** Every table of a life cycle, in the order of docs/states.md. */
export const MACHINES: readonly Machine[] = [];
