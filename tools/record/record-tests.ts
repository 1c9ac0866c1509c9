import { overrideTask } from "hardhat/config";
import type { NetworkHooks } from "hardhat/types/hooks";
import type { HardhatPlugin } from "hardhat/types/plugins";
import { FOLDER, save } from "./folder.js";
import { SignalLog } from "./signals.js";

const RECEIPT = "eth_getTransactionReceipt";
const SENDS = new Set(["eth_sendTransaction", "eth_sendRawTransaction"]);

/** Settings of a recorded run: the usual output plus a count in JSON, and no test may be skipped. */
export const recordedMocha =
  FOLDER === undefined ? {} : { reporter: "./tools/record/mocha-reporter.cjs", forbidOnly: true, forbidPending: true };

function networkHooks(log: SignalLog): Partial<NetworkHooks> {
  return {
    // Sees every answer of every chain. Fixtures roll chains back, so receipts are read as soon as they exist.
    onRequest: async (context, connection, request, next) => {
      try {
        const response = await next(context, connection, request);
        if (!("result" in response)) {
          log.addError(response.error);
        } else if (request.method === RECEIPT) {
          log.addReceipt(response.result);
        } else if (SENDS.has(request.method)) {
          const receipt = await next(context, connection, { ...request, method: RECEIPT, params: [response.result] });
          if ("result" in receipt) log.addReceipt(receipt.result);
        }
        return response;
      } catch (error) {
        log.addError(error);
        throw error;
      }
    },
  };
}

/** The Solidity runner's own count of passed, failed and skipped tests. */
const solidityCount = overrideTask(["test", "solidity"])
  .setAction(() => import("./solidity-count.js"))
  .build();

/** Writes which custom errors and events the tests saw, and how many tests passed, into `TEST_RECORD`. */
export const recordTests: HardhatPlugin = {
  id: "record-tests",
  ...(FOLDER === undefined
    ? {}
    : {
        tasks: [solidityCount],
        hookHandlers: {
          network: () =>
            Promise.resolve({
              default: (): Promise<Partial<NetworkHooks>> => {
                const log = new SignalLog();
                process.once("exit", () => save(`signals-${process.pid}.json`, log.toJSON()));
                return Promise.resolve(networkHooks(log));
              },
            }),
        },
      }),
};
