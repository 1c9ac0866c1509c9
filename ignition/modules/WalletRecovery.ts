import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** The recovery of wallets of one currency: no office, no power, nothing to hand over. */
export default buildModule("WalletRecovery", (m) => {
  const recovery = m.contract("WalletRecovery", [m.getParameter<string>("currency")]);
  return { recovery };
});
