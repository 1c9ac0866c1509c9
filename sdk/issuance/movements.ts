import type { IDigitalCurrency } from "../../types/ethers-contracts/index.js";
import { UserError } from "../errors.js";
import type { Movement } from "./interest.js";

/** Everything that a currency's chain has seen move, issue and redemption included, each with the time of its block. */
export async function movementsOf(currency: IDigitalCurrency): Promise<Movement[]> {
  const provider = currency.runner?.provider;
  if (provider === undefined || provider === null) {
    throw new UserError("The currency is connected to no node; connect it and ask again.");
  }
  const logs = await currency.queryFilter(currency.filters.Transfer());
  const times = new Map<number, number>();
  for (const { blockNumber } of logs) {
    if (times.has(blockNumber)) continue;
    const block = await provider.getBlock(blockNumber);
    if (block === null)
      throw new UserError(`The node has no block ${blockNumber}, of which it has a log; ask another.`);
    times.set(blockNumber, block.timestamp);
  }
  return logs.map(({ args: { from, to, value }, blockNumber }) => {
    return { from, to, value, time: times.get(blockNumber) ?? 0 };
  });
}
