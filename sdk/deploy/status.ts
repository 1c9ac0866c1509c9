import type { Provider } from "ethers";
import { attach, type AddressBook, type Deployment, type JurisdictionContracts } from "../deployment.js";
import { UserError } from "../errors.js";
import type { GovernedKind } from "../governed.js";
import { CLASS_NUMBERS, WALLET_CLASSES, type ClassLimits } from "../limits.js";
import type { Compiled } from "./deployable.js";
import type { BookHead } from "./ignite.js";
import { authorityChecks } from "./checks/authority.js";
import { codeChecks } from "./checks/code.js";
import { currencyChecks } from "./checks/currency.js";
import { institutionChecks } from "./checks/institutions.js";
import { platformChecks } from "./checks/platform.js";
import { JURISDICTIONS, type CentralBankPlan, type JurisdictionName, type Plan } from "./parameters.js";

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
  /** The block that everything is read at. */
  readonly block: number;
  readonly compiled: Compiled;
  readonly head: BookHead;
}

/** {@link Inspection} of what two jurisdictions share. */
export interface PlatformInspection extends Inspection {
  readonly deployment: Deployment;
}

/** A wallet class and the limits that it must have. */
export interface ClassPlan {
  readonly name: string;
  readonly number: number;
  readonly limits: ClassLimits;
}

/** {@link Inspection} of one central bank. */
export interface CentralBankInspection extends Inspection {
  readonly own: CentralBankPlan;
  readonly contracts: JurisdictionContracts;
  readonly addresses: AddressBook["mainland"];
  /** Every class that is open. */
  readonly classes: readonly ClassPlan[];
  /** Every contract whose functions its authority gives to roles. */
  readonly governed: readonly (readonly [GovernedKind, address: string])[];
}

/**
 * Compares a deployment with its parameters. Reads only.
 * @throws UserError when the node serves another chain than the address book's.
 */
export async function inspect(provider: Provider, book: AddressBook, plan: Plan, compiled: Compiled): Promise<Check[]> {
  await requireStanding(provider, book, "the mainland's authority", book.mainland.authority);
  const block = await provider.getBlockNumber();
  const deployment = attach(book, provider);
  const base: Inspection = { provider, block, compiled, head: book };
  const checks = await Promise.all(
    JURISDICTIONS.map((name) =>
      centralBankChecks({
        ...base,
        own: plan[name],
        contracts: deployment[name],
        addresses: book[name],
        classes: WALLET_CLASSES.map((walletClass) => ({
          name: walletClass,
          number: CLASS_NUMBERS[walletClass],
          limits: plan[name].limits[walletClass],
        })),
        governed: governedBy(book, name),
      }),
    ),
  );
  return [...checks.flat(), ...(await platformChecks({ ...base, deployment }))];
}

/** Code, authority, currency and register of one central bank. */
export async function centralBankChecks(inspection: CentralBankInspection): Promise<Check[]> {
  return [
    ...(await codeChecks(inspection)),
    ...(await authorityChecks(inspection)),
    ...(await currencyChecks(inspection)),
    ...(await institutionChecks(inspection)),
  ];
}

/**
 * Makes sure that a node serves the chain of an address book, and that the book's contracts are on it.
 * @param what names one of its contracts, and `address` is where the book has it.
 * @throws UserError when the node serves another chain, or a new one of the same id.
 */
export async function requireStanding(
  provider: Provider,
  { network, chainId: expected }: Pick<BookHead, "network" | "chainId">,
  what: string,
  address: string,
): Promise<void> {
  const { chainId } = await provider.getNetwork();
  if (chainId !== BigInt(expected)) {
    throw new UserError(
      `The address book of ${network} is of chain ${expected} and the node serves chain ${chainId}; ` +
        `connect to the right node.`,
    );
  }
  if ((await provider.getCode(address)) === "0x") {
    throw new UserError(
      `There is no contract at ${address}, where the address book of ${network} has ${what}: ` +
        `the chain was reset, or is another one; deploy again, or connect to the right node.`,
    );
  }
}

function governedBy(book: AddressBook, name: JurisdictionName): CentralBankInspection["governed"] {
  const { registry, currency, desk } = book[name];
  const own = [
    ["registry", registry],
    ["currency", currency],
    ["desk", desk],
  ] as const;
  return name === "hongkong" ? [...own, ["assets", book.assets]] : own;
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
