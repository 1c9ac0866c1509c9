import { expect } from "chai";

/** Whether the contracts are instrumented for coverage: they then cost more than they do. */
const INSTRUMENTED = process.env["HARDHAT_COVERAGE"] === "true" || process.argv.includes("--coverage");

/** Gas within a limit; a coverage run, which says nothing of gas, does not judge it. */
export function expectGasWithin(gas: bigint | undefined, limit: bigint): void {
  expect(gas).to.be.a("bigint");
  if (!INSTRUMENTED) expect(gas).to.be.lessThanOrEqual(limit);
}
