import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * What structured bonds need beside the asset register: fixings, and who pays them, takes their units back, and counts
 * their holders' votes. The fixings stand under the platform's authority, whose governor afterwards names who publishes
 * an index (`governFixings` in `sdk/deploy/structured.ts`); the others have no office, and the deployer no right to
 * hand over.
 */
export default buildModule("StructuredBonds", (m) => {
  const register = m.getParameter<string>("register");
  return {
    fixings: m.contract("Fixings", [m.getParameter<string>("authority")]),
    actions: m.contract("StructuredActions", [register]),
    offers: m.contract("HolderOffers", [register]),
    meetings: m.contract("BondMeetings", [register]),
  };
});
