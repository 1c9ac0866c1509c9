import { availableParallelism } from "node:os";
import { isDeepStrictEqual } from "node:util";
import type { SolidityBuildProfileConfig } from "hardhat/types/config";
import type { ConfigHooks, SolidityHooks } from "hardhat/types/hooks";
import type { HardhatPlugin } from "hardhat/types/plugins";

/** Gives overrides of equal settings one object: Hardhat merges files into one compiler run by reference, not by value. */
function share(profile: SolidityBuildProfileConfig): void {
  const seen = [...profile.compilers];
  for (const [file, settings] of Object.entries(profile.overrides)) {
    const same = seen.find((other) => isDeepStrictEqual(other, settings));
    if (same === undefined) seen.push(settings);
    else profile.overrides[file] = same;
  }
}

/**
 * Builds in less time. One compiler runs on each core: Hardhat leaves one core free, which on a machine with two makes
 * the jobs of different settings (legacy and IR) wait for each other. And files of equal settings are one run, in which
 * the compiler optimises what they share once: the two currencies and their office take 16 seconds instead of 36.
 */
export const compileOnEveryCore: HardhatPlugin = {
  id: "compile-on-every-core",
  hookHandlers: {
    config: () =>
      Promise.resolve({
        default: (): Promise<Partial<ConfigHooks>> =>
          Promise.resolve({
            resolveUserConfig: async (user, variables, next) => {
              const config = await next(user, variables);
              for (const profile of Object.values(config.solidity.profiles)) share(profile);
              return config;
            },
          }),
      }),
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
