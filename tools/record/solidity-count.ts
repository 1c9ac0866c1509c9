import type { TaskOverrideActionFunction } from "hardhat/types/tasks";
import { save } from "./folder.js";

interface Suites {
  readonly suiteResults: readonly { readonly testResults: readonly { readonly status: string }[] }[];
}

function hasSuites(value: unknown): value is Suites {
  return typeof value === "object" && value !== null && "suiteResults" in value;
}

const runAndCount: TaskOverrideActionFunction = async (args, _hre, runSuper) => {
  const result: unknown = await runSuper(args);
  // A success has `value`, a failure `error`; both carry the suites. The task's own summary is empty where its output is
  // piped, so the results are counted one by one.
  for (const part of typeof result === "object" && result !== null ? Object.values(result) : []) {
    if (!hasSuites(part)) continue;
    const statuses = part.suiteResults.flatMap(({ testResults }) => testResults.map(({ status }) => status));
    const count = (wanted: string) => statuses.filter((status) => status === wanted).length;
    save(`solidity${process.env.TEST_SHARD ?? ""}.json`, {
      passed: count("Success"),
      failed: count("Failure"),
      skipped: count("Skipped"),
    });
  }
  return result;
};

export default runAndCount;
