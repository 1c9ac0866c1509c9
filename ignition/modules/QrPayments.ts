import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { settlementModule } from "./Settlement.js";

/**
 * The gateway of payments by QR code, and what settles them in batches over the settlement engine. Both are immutable
 * and under the central bank's authority, which afterwards gives their functions to its offices and to the operator
 * (`sdk/deploy/qr.ts`); the deployer has no right to hand over.
 */
export const qrPaymentsModule = buildModule("QrPayments", (m) => {
  const { engine } = m.useModule(settlementModule);
  const authority = m.getParameter<string>("authority");
  const gateway = m.contract("QrGateway", [authority, m.getParameter<number>("homeCurrency")]);
  const settlement = m.contract("QrSettlement", [
    authority,
    m.getParameter<string>("currency"),
    engine,
    gateway,
    m.getParameter<number>("disputePeriod"),
    m.getParameter<number>("answerPeriod"),
  ]);
  return { engine, gateway, settlement };
});

export default qrPaymentsModule;
