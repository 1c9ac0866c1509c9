import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * The prepaid cards of one currency. The contract stands under the currency's own authority, which afterwards gives its
 * halting officer the say over insolvent merchants (`governCards` in `sdk/deploy/cards.ts`); the deployer has no right
 * to hand over.
 */
export default buildModule("PrepaidCards", (m) => {
  const cards = m.contract("PrepaidCards", [m.getParameter<string>("currency")]);
  return { cards };
});
