import type { EIP1193Provider } from "@nomicfoundation/ignition-core";
import { isContractFuture, type IgnitionModule } from "@nomicfoundation/ignition-core";
import { writeAddressBook, type AddressBook } from "../deployment.js";
import { UserError } from "../errors.js";
import { suiteOf } from "./apply.js";
import type { Deployable } from "./deployable.js";
import { ignite, type BookHead } from "./ignite.js";
import {
  settleAnnounced,
  completedSteps,
  firstBlockOf,
  readJournal,
  repairJournal,
  requireSameChain,
} from "./journal.js";
import type { Plan } from "./parameters.js";

/** Where {@link deploy} works. */
export interface DeployTarget {
  readonly provider: EIP1193Provider;
  /** Folder of the journal; none keeps it in memory, for a chain that ends with the process. */
  readonly journal?: string;
  /** File of the address book; none writes none. */
  readonly addressBook?: string;
  /** What the address book calls the network. */
  readonly network: string;
  /** Milliseconds between two looks for a block. */
  readonly pollingInterval?: number;
}

/** What {@link deploySuite} takes. */
export interface DeployOptions extends DeployTarget {
  readonly plan: Plan;
}

/** What a run did. */
export interface DeployResult<Book extends BookHead = AddressBook> {
  readonly book: Book;
  /** Transactions that this run sent. */
  readonly sent: number;
  /** One sentence for each repair of the journal. */
  readonly notes: readonly string[];
}

/** {@link deploy} for the two platforms. */
export function deploySuite({ plan, ...target }: DeployOptions): Promise<DeployResult> {
  return deploy(suiteOf(plan), target);
}

/**
 * Deploys, or does what a journal says is left to do: repairs the journal, makes sure it is this chain's, takes
 * over what was sent and not written down, applies the rest, and writes the address book. Run again, it sends nothing.
 * @throws UserError in one sentence: the journal is damaged, the chain was reset, a step failed.
 */
export async function deploy<Book extends BookHead>(
  deployable: Deployable<Book>,
  target: DeployTarget,
): Promise<DeployResult<Book>> {
  const { provider, journal, addressBook } = target;
  await requireDeployer(provider, deployable);
  const notes = journal === undefined ? [] : await settleJournal(journal, provider);
  const counter = countSent(provider);
  const { module, requiredConfirmations } = deployable;
  let book: Book;
  try {
    const applied = await ignite({ ...target, module, requiredConfirmations, provider: counter.provider });
    book = deployable.bookOf(applied);
  } catch (error) {
    throw ignitionSentence(error) ?? error;
  }
  const firstBlock = journal === undefined ? undefined : firstBlockOf(await readJournal(journal));
  if (firstBlock !== undefined) book = { ...book, firstBlock };
  if (addressBook !== undefined) await writeAddressBook(addressBook, book);
  return { book, sent: counter.sent(), notes };
}

/** A step of the deployment, for the table that is printed before. */
export interface Step {
  readonly id: string;
  readonly what: string;
  readonly done: boolean;
}

/** The steps of a module that send a transaction, and which of them a journal says are done. */
export async function stepsOf(whole: IgnitionModule, journal?: string): Promise<Step[]> {
  const done = completedSteps(journal === undefined ? [] : await readJournal(journal));
  const seen = new Set<string>();
  const steps: Step[] = [];
  const visit = (module: IgnitionModule): void => {
    for (const submodule of module.submodules) visit(submodule);
    for (const future of module.futures) {
      const what = isContractFuture(future) ? `deploys ${future.contractName}` : "configures";
      if (seen.has(future.id) || !/DEPLOYMENT|^CONTRACT_CALL/.test(future.type)) continue;
      seen.add(future.id);
      steps.push({ id: future.id, what, done: done.has(future.id) });
    }
  };
  visit(whole);
  return steps;
}

async function settleJournal(journal: string, provider: EIP1193Provider): Promise<string[]> {
  const repairs = await repairJournal(journal);
  await requireSameChain(journal, provider);
  return [...repairs, ...(await settleAnnounced(journal, provider))];
}

/** Who deploys must be nobody afterwards; and a mnemonic that everybody knows is for chains without value. */
async function requireDeployer<Book extends BookHead>(
  provider: EIP1193Provider,
  { deployer, file, holders }: Deployable<Book>,
): Promise<void> {
  const [first = "no account"] = (await provider.request({ method: "eth_accounts" })) as string[];
  const isFirst = (address: string): boolean => address.toLowerCase() === first.toLowerCase();
  if (deployer !== undefined && !isFirst(deployer)) {
    throw new UserError(
      `${file} names accounts of a mnemonic that everybody knows, and this network deploys from ${first} and not from ` +
        `that mnemonic's first account: write a parameters file with addresses.`,
    );
  }
  for (const { title, offices } of holders) {
    for (const [office, accounts] of Object.entries(offices)) {
      if (!accounts.some(isFirst)) continue;
      throw new UserError(`${file}: the deployer ${first} would be ${office} of ${title}; name another account.`);
    }
  }
}

function countSent(provider: EIP1193Provider): { provider: EIP1193Provider; sent: () => number } {
  let sent = 0;
  return {
    provider: {
      request: (args) => {
        if (args.method === "eth_sendTransaction" || args.method === "eth_sendRawTransaction") ++sent;
        return provider.request(args);
      },
    },
    sent: () => sent,
  };
}

/** Ignition's own errors, in one sentence. */
function ignitionSentence(error: unknown): UserError | undefined {
  if (!(error instanceof Error) || !/^(HHE\d+|IGN\d+)/.test(error.message)) return undefined;
  const reason = error.message
    .split(/\s*\n\s*/)
    .filter((line) => line !== "")
    .join(" ")
    .replace(/\.$/, "");
  return new UserError(`The deployment stopped: ${reason}; correct the cause and run again, it resumes.`);
}
