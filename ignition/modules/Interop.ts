import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * One end of a lane: what this ledger knows of another one, and the gateway. Both are under this ledger's authority, which
 * afterwards gives their functions to its offices and registers the lane, once the other end stands as well
 * (`sdk/interop/roles.ts`, `IMessageGateway.registerLane`).
 */
export default buildModule("Interop", (m) => {
  const authority = m.getParameter<string>("authority");
  const foreignChainId = m.getParameter<bigint>("foreignChainId");
  /** By rising address. */
  const validators = m.getParameter<string[]>("validators");
  const quorum = m.getParameter<number>("quorum");
  const ledger = m.contract("ForeignLedger", [foreignChainId, authority, validators, quorum]);
  const gateway = m.contract("MessageGateway", [authority], { after: [ledger] });
  return { ledger, gateway };
});
