import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * One bank's deposit token and the transfers of a currency. Both stand under the currency's own authority, which
 * afterwards gives their functions to its offices (`governTransfers`, `governDepositToken` in
 * `sdk/deploy/depositTokens.ts`); the deployer has no right to hand over. A further bank's token is the same module under
 * another deployment id, or `openDepositToken`.
 */
export default buildModule("DepositTokens", (m) => {
  const currency = m.getParameter<string>("currency");
  const transfers = m.contract("DepositTransfers", [currency, m.getParameter<string>("engine")]);
  const token = m.contract("DepositToken", [
    m.getParameter<string>("name"),
    m.getParameter<string>("symbol"),
    currency,
    m.getParameter<number>("bank"),
  ]);
  return { transfers, token };
});
