import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { settlementModule } from "./Settlement.js";

/**
 * The fast-payment link between the mainland and Hong Kong, with its directory, on the one ledger that carries both
 * currencies. Both contracts are immutable and nobody's: the functions about a side are its central bank's, which gives
 * them to its offices (`governConnect` in `sdk/deploy/connect.ts`); the deployer has no right to hand over.
 */
export default buildModule("PaymentConnect", (m) => {
  const { engine } = m.useModule(settlementModule);
  const currencies = [m.getParameter<string>("mainlandCurrency"), m.getParameter<string>("hongKongCurrency")];
  const directory = m.contract("ConnectDirectory", currencies);
  const link = m.contract("PaymentConnect", [directory, engine]);
  return { engine, directory, link };
});
