import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { OfflineTerms } from "../../sdk/eip712/offlineWallets.js";

/**
 * The hardware wallets of one currency. The contract stands under the currency's own authority, which afterwards gives
 * its governor the say over the terms (`governOffline` in `sdk/deploy/offline.ts`); the deployer has no right to hand over.
 */
export default buildModule("OfflineWallets", (m) => {
  const currency = m.getParameter<string>("currency");
  const terms = {
    maxPayment: m.getParameter<OfflineTerms["maxPayment"]>("maxPayment"),
    maxLoaded: m.getParameter<OfflineTerms["maxLoaded"]>("maxLoaded"),
    maxAge: m.getParameter<OfflineTerms["maxAge"]>("maxAge"),
    maxTerm: m.getParameter<OfflineTerms["maxTerm"]>("maxTerm"),
    lossGrace: m.getParameter<OfflineTerms["lossGrace"]>("lossGrace"),
  };
  const offline = m.contract("OfflineWallets", [currency, terms]);
  return { offline };
});
