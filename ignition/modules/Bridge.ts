import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { settlementModule } from "./Settlement.js";

/**
 * What the central banks of the shared ledger have in common: their council, the gate across borders, and the two
 * venues, payments and exchange, over one settlement engine. All of it immutable and without an owner, so the deployer
 * has no right to hand over: each central bank admits the venues and assigns its own offices afterwards
 * (`sdk/bridge.ts`), for its own currency.
 */
export const bridgeModule = buildModule("Bridge", (m) => {
  const { engine } = m.useModule(settlementModule);
  const gate = m.contract("BridgeGate");
  const council = m.contract("CentralBankCouncil", [
    m.getParameter("founders"),
    m.getParameter("currencies"),
    m.getParameter("rulebook"),
    m.getParameter("timing"),
  ]);
  const payments = m.contract("BridgePayments", [engine, council, gate]);
  const exchange = m.contract("ForeignExchange", [engine, council, gate, m.getParameter("maxRateValidity")]);
  return { engine, gate, council, payments, exchange };
});

export default bridgeModule;
