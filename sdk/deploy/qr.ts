import type { AddressLike } from "ethers";
import type { QrGateway, QrSettlement } from "../../types/ethers-contracts/index.js";
import { QR_FUNCTION_ROLES, QR_OPERATOR_FUNCTIONS, QR_OPERATOR_ROLE } from "../qr/roles.js";
import { appointOfficer, assignFunctions, type CentralBank } from "./between.js";

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
  const office = { role: QR_OPERATOR_ROLE, functions: QR_OPERATOR_FUNCTIONS, holder: operator };
  await appointOfficer(bank, settlement, office);
}
