import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { ContractFuture, Future, IgnitionModule, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import {
  GRANTED_ROLES,
  JURISDICTION_FACTS,
  executionDelay,
  type JurisdictionPlan,
} from "../../sdk/deploy/parameters.js";
import { GUARDED_ROLES, ROLES, ROLE_NAMES, functionsByRole, type GovernedContract } from "../../sdk/roles.js";
import { encode, selectorsOf } from "../../sdk/selectors.js";
import type { AuthorityModule } from "./Authority.js";
import { batch, type Call } from "./batch.js";

/** The contracts whose functions an authority gives to roles. */
export type Governed = Partial<Record<GovernedContract, ContractFuture<string>>>;

/**
 * A jurisdiction's hand-over, in one transaction: functions are given to roles, roles to their holders, and the
 * deployer, who was admin so far and nothing else, gives up what it has.
 * @param after comes before, beside every step of the modules that deploy what is governed.
 * @param governed the contracts, used from the modules that deploy them.
 */
export function handOverModule(
  plan: JurisdictionPlan,
  authorityOf: AuthorityModule,
  governed: (m: IgnitionModuleBuilder) => Governed,
  after: IgnitionModule,
) {
  return buildModule(`${JURISDICTION_FACTS[plan.name].prefix}HandOver`, (m) => {
    const { authority } = m.useModule(authorityOf);
    const call = (id: string, name: string, args: readonly unknown[]): Call => ({
      id,
      data: encode("authority", name, args),
    });
    const targets = Object.entries(governed(m)) as [GovernedContract, ContractFuture<string>][];

    const functions = targets.flatMap(([kind, target]) =>
      functionsByRole(kind).map(([role, names]): Call => {
        const id = `assign_${kind}_${role}`;
        const args = [target, selectorsOf(kind, names), ROLES[role]];
        return { id, data: m.encodeFunctionCall(authority, "setTargetFunctionRole", args, { id }) };
      }),
    );
    const labels = GRANTED_ROLES.map((role) => call(`label_${role}`, "labelRole", [ROLES[role], role]));
    const guarded = GUARDED_ROLES.map((role) =>
      call(`guard_${role}`, "setRoleGuardian", [ROLES[role], ROLES.guardian]),
    );
    const grants = [...GRANTED_ROLES, "admin" as const].flatMap((role) =>
      plan.offices[role].map((holder) =>
        call(`grant_${role}_${holder}`, "grantRole", [ROLES[role], holder, executionDelay(plan, role)]),
      ),
    );
    // after the grants, which are to hold at once
    const delays = ROLE_NAMES.map((role) =>
      call(`grantDelay_${role}`, "setGrantDelay", [ROLES[role], plan.delays.grant]),
    );
    // the deployer's address is the network's to say
    const renounce: Call = {
      id: "renounce",
      data: m.encodeFunctionCall(authority, "renounceRole", [ROLES.admin, m.getAccount(0)]),
    };
    const calls = [...functions, ...labels, ...guarded, ...grants, ...delays, renounce];
    batch(m, authority, "handOver", calls, [after, ...configurationOf(targets)]);
    return { authority };
  });
}

/** Every step of the modules that configure as admin: the hand-over comes after all of them. */
function configurationOf(targets: readonly (readonly [string, ContractFuture<string>])[]): Future[] {
  return targets.flatMap(([, target]) => [...target.module.futures]);
}
