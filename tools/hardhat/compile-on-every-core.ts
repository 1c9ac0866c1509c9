import { availableParallelism } from "node:os";
import type { SolidityHooks } from "hardhat/types/hooks";
import type { HardhatPlugin } from "hardhat/types/plugins";

/**
 * Runs one compiler on each core. Hardhat leaves one core free, which on a machine with two makes the jobs of different
 * settings (legacy and IR) wait for each other.
 */
export const compileOnEveryCore: HardhatPlugin = {
  id: "compile-on-every-core",
  hookHandlers: {
    solidity: () =>
      Promise.resolve({
        default: (): Promise<Partial<SolidityHooks>> =>
          Promise.resolve({
            build: (context, rootFilePaths, options, next) =>
              next(context, rootFilePaths, { concurrency: availableParallelism(), ...options }),
          }),
      }),
  },
};
