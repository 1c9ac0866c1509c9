import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * Letting of dwellings for one currency. The contract stands under the currency's own authority, which afterwards gives
 * its governor the say over attestors (`governRental` in `sdk/deploy/rental.ts`); the deployer has no right to hand over.
 */
export default buildModule("Rental", (m) => {
  const rental = m.contract("Rental", [m.getParameter<string>("currency"), m.getParameter<string>("engine")]);
  return { rental };
});
