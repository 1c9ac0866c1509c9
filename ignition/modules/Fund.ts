import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * The units of a money-market fund and their dealing. Both stand under the currency's own authority, which afterwards
 * gives their functions to its offices and lets the dealing contract issue units (`governFund` in `sdk/deploy/fund.ts`);
 * the deployer has no right to hand over.
 */
export default buildModule("Fund", (m) => {
  const units = m.contract("FundUnits", [
    m.getParameter<string>("isin"),
    m.getParameter<string>("name"),
    m.getParameter<string>("symbol"),
    m.getParameter<string>("currency"),
  ]);
  const dealing = m.contract("FundDealing", [
    {
      units,
      transfers: m.getParameter<string>("transfers"),
      cash: m.getParameter<string>("cash"),
      account: m.getParameter<string>("account"),
      cutOff: m.getParameter<number>("cutOff"),
      weekdays: m.getParameter<number>("weekdays"),
      patience: m.getParameter<number>("patience"),
      navBand: m.getParameter<number>("navBand"),
      firstNav: m.getParameter<number>("firstNav"),
    },
    m.getParameter<string>("administrator"),
  ]);
  return { units, dealing };
});
