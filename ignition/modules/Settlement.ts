import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** The engine that exchanges value: immutable, without an owner, without rights. */
export const settlementModule = buildModule("Settlement", (m) => ({ engine: m.contract("SettlementEngine") }));
