import type { SolidityHooks } from "hardhat/types/hooks";
import type { HardhatPlugin } from "hardhat/types/plugins";

const POINTS_INTO_NODE_MODULES = /^\s*--> \.\/node_modules\//m;
/** Code and init code above the limits. Also said of tests and of code that is compiled once more for them. */
export const SIZE_WARNINGS: ReadonlySet<string> = new Set(["5574", "3860"]);

/**
 * Hides compiler warnings about other people's code, and about sizes: `npm run check` holds what is deployed against
 * the limits. Errors, and all other warnings about ours, stay.
 */
export const quietNpmWarnings: HardhatPlugin = {
  id: "quiet-npm-warnings",
  hookHandlers: {
    solidity: () =>
      Promise.resolve({
        default: (): Promise<Partial<SolidityHooks>> =>
          Promise.resolve({
            getCompilationJobErrors: async (context, job, output, next) =>
              (await next(context, job, output)).filter(
                ({ severity, errorCode, formattedMessage }) =>
                  severity === "error" ||
                  (!SIZE_WARNINGS.has(errorCode ?? "") && !POINTS_INTO_NODE_MODULES.test(formattedMessage ?? "")),
              ),
          }),
      }),
  },
};
