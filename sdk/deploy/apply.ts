import type { EIP1193Provider } from "@nomicfoundation/ignition-core";
import { suiteModule } from "../../ignition/modules/suiteModule.js";
import { addressBookSchema, type AddressBook } from "../deployment.js";
import type { Deployable } from "./deployable.js";
import { ignite, type Applied } from "./ignite.js";
import type { Plan } from "./parameters.js";
import { inspect } from "./status.js";

/** How to apply a plan. */
export interface ApplyOptions {
  readonly provider: EIP1193Provider;
  readonly plan: Plan;
  /** Folder of the journal; none keeps it in memory. */
  readonly journal?: string;
  /** Milliseconds between two looks for a block. */
  readonly pollingInterval?: number;
  /** What the address book calls the network. */
  readonly network: string;
}

/**
 * Applies a plan, or what a journal says is left of it.
 * @throws UserError that names each step that failed.
 */
export async function apply(options: ApplyOptions): Promise<AddressBook> {
  const { plan } = options;
  const { requiredConfirmations } = plan;
  return bookOf(await ignite({ ...options, module: suiteModule(plan), requiredConfirmations }));
}

/** The two platforms, as they are deployed and looked at. */
export function suiteOf(plan: Plan): Deployable<AddressBook> {
  const { file, requiredConfirmations, deployer, mainland, hongkong } = plan;
  return {
    ...{ file, requiredConfirmations, deployer, holders: [mainland, hongkong], module: suiteModule(plan) },
    ...{ bookSchema: addressBookSchema, bookOf },
    inspect: (provider, book, compiled) => inspect(provider, book, plan, compiled),
  };
}

function bookOf({ head, at }: Applied): AddressBook {
  const jurisdiction = (prefix: string) => ({
    authority: at(`${prefix}Authority#AccessManager`),
    registry: at(`${prefix}Registry#InstitutionRegistry`),
    currency: at(`${prefix}Currency#currency`),
    implementation: at(`${prefix}Currency#implementation`),
    desk: at(`${prefix}Issuance#IssuanceDesk`),
  });
  return {
    ...head,
    mainland: jurisdiction("Mainland"),
    hongkong: jurisdiction("Hongkong"),
    engine: at("Settlement#SettlementEngine"),
    assets: at("Assets#AssetRegistry"),
    corporateActions: at("Assets#CorporateActions"),
  };
}
