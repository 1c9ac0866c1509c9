import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { Future, IgnitionModule, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import { handOver } from "../../sdk/deploy/calls.js";
import type { CentralBankPlan } from "../../sdk/deploy/parameters.js";
import type { GovernedKind } from "../../sdk/governed.js";
import type { AuthorityModule } from "./Authority.js";
import { batch, type Place } from "./batch.js";

/** The contracts whose functions an authority gives to roles. */
export type Governed = Partial<Record<GovernedKind, Place>>;

/**
 * A jurisdiction's hand-over, in one transaction: functions are given to roles, roles to their holders, and the
 * deployer, who was admin so far and nothing else, gives up what it has.
 * @param after comes before, beside every step of the modules that deploy what is governed.
 * @param governed the contracts, used from the modules that deploy them.
 */
export function handOverModule(
  plan: CentralBankPlan,
  authorityOf: AuthorityModule,
  governed: (m: IgnitionModuleBuilder) => Governed,
  after: IgnitionModule,
) {
  return buildModule(`${plan.prefix}HandOver`, (m) => {
    const { authority } = m.useModule(authorityOf);
    const targets = Object.entries(governed(m)) as [GovernedKind, Place][];
    // the deployer's address is the network's to say
    const calls = handOver<Place>(plan, targets, m.getAccount(0));
    batch(m, authority, "handOver", calls, [after, ...configurationOf(targets)]);
    return { authority };
  });
}

/** Every step of the modules that configure as admin: the hand-over comes after all of them. */
function configurationOf(targets: readonly (readonly [string, Place])[]): Future[] {
  return targets.flatMap(([, target]) => [...target.module.futures]);
}
