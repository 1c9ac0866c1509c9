import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * Auctions of the assets on a register, settled by an engine. The contract has no office, and the deployer no right to
 * hand over; issuers, bidders and underwriters authorise it in the engine themselves.
 */
export default buildModule("BondAuction", (m) => {
  const auctions = m.contract("BondAuction", [m.getParameter<string>("engine"), m.getParameter<string>("assets")]);
  return { auctions };
});
