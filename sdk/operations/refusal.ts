import { BaseContract, ErrorFragment, Interface, ZeroAddress, isError } from "ethers";

/**
 * Name of the custom error that a call is refused with.
 * @param contract whose ABI knows the error.
 * @returns the name, or "none" when the call is not refused.
 * @throws whatever else goes wrong.
 */
export async function refusalOf(contract: BaseContract, call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "none";
  } catch (error) {
    const data = revertData(error);
    const parsed = data === undefined ? null : contract.interface.parseError(data);
    if (parsed === null) throw error;
    return parsed.name;
  }
}

/** What a call reverted with, wherever the client or the node has put it. */
export function revertData(error: unknown): string | undefined {
  if (isError(error, "CALL_EXCEPTION") && error.data !== null) return error.data;
  for (let layer: unknown = error, depth = 0; depth < 8 && typeof layer === "object" && layer !== null; ++depth) {
    const { data, cause, error: inner } = layer as { data?: unknown; cause?: unknown; error?: unknown };
    if (typeof data === "string" && data.startsWith("0x")) return data;
    layer = typeof data === "object" && data !== null ? data : (cause ?? inner);
  }
  return undefined;
}

/** Nothing but the errors of several contracts, for {@link refusalOf}: what one calls may refuse on its behalf. */
export function errorsOf(...contracts: readonly BaseContract[]): BaseContract {
  const errors = contracts
    .flatMap((contract) => contract.interface.fragments)
    .filter((fragment) => ErrorFragment.isFragment(fragment));
  const once = new Map(errors.map((error) => [error.format("sighash"), error]));
  return new BaseContract(ZeroAddress, new Interface([...once.values()]));
}
