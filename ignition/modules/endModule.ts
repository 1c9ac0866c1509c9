import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { ZeroAddress } from "ethers";
import type { Future } from "@nomicfoundation/ignition-core";
import { CONTRACT_OF_SIDE } from "../../sdk/interop/endBook.js";
import type { EndPlan } from "../../sdk/deploy/endParameters.js";

/**
 * What one ledger has of another: light client, gateway, and as far as the parameters name the other end's, the half of the
 * exchanges, bridgeheads and corridors. The deployer gets no right, so there is nothing to hand over: the authorities
 * afterwards give the functions to their offices, register the lane, and set caps and limits.
 * One step after the other, in the order of the parameters: whoever deploys the other end computes from the deployer's
 * nonce where each will stand.
 */
export function endModule(plan: EndPlan) {
  return buildModule("End", (m) => {
    const { authority, foreignAuthority, foreign, exchange, bridgeheads, corridors } = plan;
    let last: Future[] = [];
    const contract = (name: string, args: readonly unknown[], id = name) => {
      const future = m.contract(name, args as never[], { id, after: last });
      last = [future];
      return future;
    };
    const ledger = contract("ForeignLedger", [foreign.chainId, authority, foreign.validators, foreign.quorum]);
    const gateway = contract("MessageGateway", [authority]);
    if (exchange !== undefined) contract("LedgerExchange", [ledger, exchange.peer, authority, foreignAuthority]);
    for (const { name, side, currency, authority: issuing, peer } of bridgeheads) {
      contract(CONTRACT_OF_SIDE[side], [currency, ledger, peer, issuing], name);
    }
    for (const { name, peer, engine = ZeroAddress, ...setup } of corridors) {
      contract("BilateralCorridor", [ledger, peer, authority, foreignAuthority, { ...setup, engine }], name);
    }
    return { ledger, gateway };
  });
}
