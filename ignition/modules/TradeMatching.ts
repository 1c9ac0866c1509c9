import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * The matching and settlement of a secondary market. It stands under the authority of the platform whose register it
 * reads, which afterwards gives tolerances and buy-in agents to its governor (`governMatching` in
 * `sdk/deploy/trades.ts`); the deployer has no right to hand over.
 */
export default buildModule("TradeMatching", (m) => {
  const matching = m.contract("TradeMatching", [
    m.getParameter<string>("authority"),
    m.getParameter<string>("register"),
    m.getParameter<string>("engine"),
    {
      recycleDays: m.getParameter<number>("recycleDays"),
      extensionDays: m.getParameter<number>("extensionDays"),
      feeRate: m.getParameter<number>("feeRate"),
      feeCap: m.getParameter<number>("feeCap"),
    },
  ]);
  return { matching };
});
