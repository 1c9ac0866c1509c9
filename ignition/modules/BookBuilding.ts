import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * Books for the assets on a register, settled by an engine. The contract has no office, and the deployer no right to
 * hand over; issuers and investors authorise it in the engine themselves.
 */
export default buildModule("BookBuilding", (m) => {
  const books = m.contract("BookBuilding", [m.getParameter<string>("engine"), m.getParameter<string>("assets")]);
  return { books };
});
