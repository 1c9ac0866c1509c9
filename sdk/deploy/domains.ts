import { UserError } from "../errors.js";
import { suiteOf } from "./apply.js";
import { BRIDGE_PARAMETERS, loadBridgePlan } from "./bridgeParameters.js";
import type { Deployable } from "./deployable.js";
import type { BookHead } from "./ignite.js";
import { endOf } from "./end.js";
import { END_PARAMETERS, loadEndPlan } from "./endParameters.js";
import { DEVELOPMENT_PARAMETERS, loadPlan } from "./parameters.js";
import { sharedLedgerOf } from "./sharedLedger.js";

/** What can be deployed, each with its own parameters, journal and address book. */
interface Domain {
  /** What comes after the network's name in the names of its files; nothing for the two platforms. */
  readonly suffix: string;
  /** Parameters of development networks. */
  readonly development: string;
  load(file: string): Promise<Deployable<BookHead>>;
}

const DOMAINS = {
  suite: { suffix: "", development: DEVELOPMENT_PARAMETERS, load: async (file) => suiteOf(await loadPlan(file)) },
  bridge: {
    suffix: "bridge",
    development: BRIDGE_PARAMETERS,
    load: async (file) => sharedLedgerOf(await loadBridgePlan(file)),
  },
  end: { suffix: "end", development: END_PARAMETERS, load: async (file) => endOf(await loadEndPlan(file)) },
} as const satisfies Record<string, Domain>;

/** Name of a domain. */
export type DomainName = keyof typeof DOMAINS;

/** A domain by its name. */
export function domainOf(name: DomainName): Domain {
  return DOMAINS[name];
}

/**
 * The domain that the environment variable `DOMAIN` names: `suite`, the two platforms, unless it is set.
 * @throws UserError when there is none of that name.
 */
export function chosenDomain(name = process.env["DOMAIN"] ?? "suite"): DomainName {
  if (Object.hasOwn(DOMAINS, name)) return name as DomainName;
  throw new UserError(
    `DOMAIN=${name} names nothing that can be deployed; choose one of ${Object.keys(DOMAINS).join(", ")}.`,
  );
}
