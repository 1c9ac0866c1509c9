import type { AddressLike } from "ethers";
import type { QrGateway, QrSettlement } from "../../types/ethers-contracts/index.js";
import { QR_FUNCTION_ROLES, QR_OPERATOR_FUNCTIONS, QR_OPERATOR_ROLE } from "../qr/roles.js";
import { assignFunctions, type CentralBank } from "./between.js";

/** The gateway and what settles its payments. */
export interface QrContracts {
  readonly gateway: QrGateway;
  readonly settlement: QrSettlement;
}

/** Puts gateway and settlement under a central bank's offices, and names the operator, who commits windows. */
export async function governQr(
  bank: CentralBank,
  { gateway, settlement }: QrContracts,
  operator: AddressLike,
): Promise<void> {
  await assignFunctions(bank, gateway, QR_FUNCTION_ROLES.gateway);
  const { authority, admin } = bank;
  const selectors = QR_OPERATOR_FUNCTIONS.map((name) => settlement.getFunction(name).fragment.selector);
  for (const sent of [
    await authority.connect(admin).setTargetFunctionRole(settlement, selectors, QR_OPERATOR_ROLE),
    await authority.connect(admin).grantRole(QR_OPERATOR_ROLE, operator, 0n),
  ]) {
    await sent.wait();
  }
}
