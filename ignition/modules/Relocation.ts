import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** Relocation projects paid in one currency. The contract has no office and no owner; the deployer has no right. */
export default buildModule("Relocation", (m) => {
  const relocation = m.contract("Relocation", [m.getParameter<string>("currency")]);
  return { relocation };
});
