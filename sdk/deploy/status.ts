import type { Provider } from "ethers";
import { attach, type AddressBook, type Deployment } from "../deployment.js";
import { UserError } from "../errors.js";
import type { CompiledCode } from "./bytecode.js";
import { authorityChecks } from "./checks/authority.js";
import { codeChecks } from "./checks/code.js";
import { currencyChecks } from "./checks/currency.js";
import { institutionChecks } from "./checks/institutions.js";
import { platformChecks } from "./checks/platform.js";
import { JURISDICTIONS, type JurisdictionPlan, type Plan } from "./parameters.js";

/** One line of a status: what was looked at, what must be, what is. */
export interface Check {
  /** Whose: a jurisdiction's title, or `Platform`. */
  readonly where: string;
  readonly what: string;
  /** What must be; undefined for a figure that is only reported. */
  readonly expected: string | undefined;
  readonly actual: string;
}

/** What checks read. Everything is read at one block. */
export interface Inspection {
  readonly provider: Provider;
  readonly deployment: Deployment;
  readonly plan: Plan;
  /** The block that everything is read at. */
  readonly block: number;
  /** The compiled contract of a name. */
  readonly compiled: (name: string) => Promise<CompiledCode>;
}

/** {@link Inspection} of one jurisdiction. */
export interface JurisdictionInspection extends Inspection {
  readonly own: JurisdictionPlan;
  readonly contracts: Deployment["mainland"];
  readonly addresses: AddressBook["mainland"];
}

/**
 * Compares a deployment with its parameters. Reads only.
 * @throws UserError when the node serves another chain than the address book's.
 */
export async function inspect(
  provider: Provider,
  book: AddressBook,
  plan: Plan,
  compiled: Inspection["compiled"],
): Promise<Check[]> {
  const { chainId } = await provider.getNetwork();
  if (chainId !== BigInt(book.chainId)) {
    throw new UserError(
      `The address book of ${book.network} is of chain ${book.chainId} and the node serves chain ${chainId}; ` +
        `connect to the right node.`,
    );
  }
  if ((await provider.getCode(book.mainland.authority)) === "0x") {
    throw new UserError(
      `There is no contract at ${book.mainland.authority}, where the address book of ${book.network} has the mainland's ` +
        `authority: the chain was reset, or is another one; deploy again, or connect to the right node.`,
    );
  }
  const block = await provider.getBlockNumber();
  const base: Inspection = { provider, deployment: attach(book, provider), plan, block, compiled };
  const checks = await Promise.all(
    JURISDICTIONS.map(async (name) => {
      const own: JurisdictionInspection = {
        ...base,
        own: plan[name],
        contracts: base.deployment[name],
        addresses: book[name],
      };
      return [
        ...(await codeChecks(own)),
        ...(await authorityChecks(own)),
        ...(await currencyChecks(own)),
        ...(await institutionChecks(own)),
      ];
    }),
  );
  return [...checks.flat(), ...(await platformChecks(base))];
}

/** Whether a check found what it expects; a reported figure always does. */
export function isAsExpected({ expected, actual }: Check): boolean {
  return expected === undefined || expected === actual;
}

/** One sentence for each difference between the chain and the parameters. */
export function differences(checks: readonly Check[]): string[] {
  return checks
    .filter((check) => !isAsExpected(check))
    .map(({ where, what, expected, actual }) => `${where}, ${what}: expected ${expected}, found ${actual}.`);
}
