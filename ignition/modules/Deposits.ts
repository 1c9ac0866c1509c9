import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * The digital-money framework of 2026 of one currency: what proves the ends of days, what institutions must hold, and
 * interest. All are immutable and under the currency's own authority, which afterwards gives their functions to its
 * offices (`governDeposits` in `sdk/deploy/deposits.ts`); the deployer has no right to hand over.
 */
export default buildModule("Deposits", (m) => {
  const dayEnds = m.contract("DayEnds");
  const reserves = m.contract("ReserveFramework", [m.getParameter<string>("currency"), dayEnds]);
  const interest = m.contract("InterestBook", [reserves]);
  return { dayEnds, reserves, interest };
});
