import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * The disclosure procedure of one currency. The contract stands under the currency's own authority, which afterwards
 * lets authorities with a warrant ask (`governDisclosure` in `sdk/deploy/disclosure.ts`); the deployer has no right to
 * hand over.
 */
export default buildModule("Disclosure", (m) => {
  const disclosure = m.contract("Disclosure", [m.getParameter<string>("currency")]);
  return { disclosure };
});
