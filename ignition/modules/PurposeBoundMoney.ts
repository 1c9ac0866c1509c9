import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * Purpose-bound money of one currency, and the directory of merchants that it asks. The directory stands under the
 * currency's own authority, which afterwards gives its halting and resuming officers the say over barred merchants
 * (`governMerchants` in `sdk/deploy/purpose.ts`); the purpose contract has no office, and the deployer no right to hand
 * over.
 */
export default buildModule("PurposeBoundMoney", (m) => {
  const merchants = m.contract("MerchantDirectory", [m.getParameter<string>("currency")]);
  const purpose = m.contract("PurposeBoundMoney", [merchants]);
  return { merchants, purpose };
});
