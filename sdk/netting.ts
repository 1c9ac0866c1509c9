/**
 * Which payments of a queue can settle at once. Everything here is advice: the settlement contract verifies a proposed
 * set on chain, so that whoever runs a solver need not be trusted.
 */
export { bechSoramaki } from "./bechSoramaki.js";
export { EXACT_ITEMS, maximumValueSubset } from "./maximumValue.js";
export { isFeasible, netPositions } from "./queue.js";
export type { Instruction, Leg, Payment, Position, Queued, QueueEntry } from "./queue.js";
