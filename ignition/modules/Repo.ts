import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * The market of secured lending: the fixings of valuation agents, the repos and the register of pledges that are marked
 * to them. None has an owner, so there is nothing to hand over.
 */
export default buildModule("Repo", (m) => {
  const [engine, register] = [m.getParameter<string>("engine"), m.getParameter<string>("register")];
  const fixings = m.contract("PriceFixings");
  const repo = m.contract("Repo", [engine, register, fixings]);
  const collateral = m.contract("Collateral", [engine, register, fixings]);
  return { fixings, repo, collateral };
});
