import type { Provider } from "ethers";
import { endModule } from "../../ignition/modules/endModule.js";
import { endBookSchema, type EndBook } from "../interop/endBook.js";
import { endChecks } from "./checks/end.js";
import type { Compiled, Deployable } from "./deployable.js";
import type { EndPlan } from "./endParameters.js";
import type { Applied } from "./ignite.js";
import { requireStanding, type Check } from "./status.js";

/** What one ledger has of another, as it is deployed and looked at. */
export function endOf(plan: EndPlan): Deployable<EndBook> {
  const { file, requiredConfirmations, deployer } = plan;
  return {
    ...{ file, requiredConfirmations, deployer, holders: [], module: endModule(plan) },
    ...{ bookSchema: endBookSchema, bookOf: (applied) => bookOf(applied, plan) },
    inspect: (provider, book, compiled) => inspectEnd(provider, book, plan, compiled),
  };
}

/**
 * Compares what one ledger has of another with its parameters. Reads only.
 * @throws UserError when the node serves another chain than the address book's.
 */
export async function inspectEnd(
  provider: Provider,
  book: EndBook,
  plan: EndPlan,
  compiled: Compiled,
): Promise<Check[]> {
  await requireStanding(provider, book, "the light client", book.foreignLedger);
  const block = await provider.getBlockNumber();
  return endChecks({ provider, block, compiled, head: book, book, plan });
}

function bookOf({ head, at }: Applied, { exchange, bridgeheads, corridors }: EndPlan): EndBook {
  const named = (list: readonly { readonly name: string }[]) =>
    Object.fromEntries(list.map(({ name }) => [name, at(`End#${name}`)]));
  return {
    ...head,
    foreignLedger: at("End#ForeignLedger"),
    gateway: at("End#MessageGateway"),
    ...(exchange === undefined ? {} : { exchange: at("End#LedgerExchange") }),
    bridgeheads: named(bridgeheads),
    corridors: named(corridors),
  };
}
