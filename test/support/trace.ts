import type { Chain } from "./chain.js";

/** Slots and values that a transaction wrote to storage, transient storage included: 64 hex digits each. */
export async function wordsWritten({ provider }: Pick<Chain, "provider">, hash: string): Promise<string[]> {
  const params = [hash, { disableMemory: true }];
  const trace: unknown = await provider.request({ method: "debug_traceTransaction", params });
  const { structLogs } = trace as { structLogs: { op: string; stack: string[] }[] };
  return structLogs
    .filter(({ op }) => op === "SSTORE" || op === "TSTORE")
    .flatMap(({ stack }) => stack.slice(-2).map((word) => word.replace(/^0x/, "").padStart(64, "0")));
}
