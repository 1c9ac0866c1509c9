import type { TaskOverrideActionFunction } from "hardhat/types/tasks";
import { save } from "./folder.js";

function hasSummary(value: unknown): value is { summary: unknown } {
  return typeof value === "object" && value !== null && "summary" in value;
}

const runAndCount: TaskOverrideActionFunction = async (args, _hre, runSuper) => {
  const result: unknown = await runSuper(args);
  // A success has `value`, a failure `error`; both carry the counts.
  for (const part of typeof result === "object" && result !== null ? Object.values(result) : []) {
    if (hasSummary(part)) save("solidity.json", part.summary);
  }
  return result;
};

export default runAndCount;
