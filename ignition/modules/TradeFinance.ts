import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * The receivables of one platform and their finance, in the currencies of one ledger. The registry stands under the authority
 * given; its governor afterwards appoints the finance contract and names attestors and advance rates (`governTrade` and
 * `startTrade` in `sdk/deploy/trade.ts`). The deployer has no right to hand over.
 */
export default buildModule("TradeFinance", (m) => {
  const receivables = m.contract("ReceivableRegistry", [
    m.getParameter<string>("institutions"),
    m.getParameter<string>("authority"),
    m.getParameter<string[]>("currencies"),
  ]);
  const finance = m.contract("TradeFinance", [receivables, m.getParameter<string>("engine")]);
  return { receivables, finance };
});
