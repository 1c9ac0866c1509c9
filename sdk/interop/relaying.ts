import { JsonRpcProvider, JsonRpcSigner, Wallet, isError, type ContractRunner } from "ethers";
import { z } from "zod";
import { UserError, sentenceOf } from "../errors.js";
import { httpEndpoint } from "./endpoints.js";
import { Relayer, type Side } from "./relayer.js";
import { remoteVotes } from "./voting.js";

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "not an address");
const url = z.url({ protocol: /^https?$/, error: "not an http address" });
const seconds = z.number().positive().max(86_400);

const sideSchema = z.strictObject({
  /** What sentences call it. */
  name: z.string().min(1),
  chainId: z.int().min(1),
  /** Two nodes that do not belong together. */
  endpoints: z.tuple([url, url]).refine(([one, other]) => one !== other, { message: "one node is named twice" }),
  gateway: address,
  /** What is known here of the other ledger. */
  foreignLedger: address,
  /** Block in which the gateway was created. */
  firstBlock: z.int().min(0),
  /** Who pays the fees here: a key from a variable of the environment, or an account that the first node signs for. */
  carrier: z.union([
    z.strictObject({ keyFrom: z.string().regex(/^[A-Z][A-Z0-9_]*$/, "not the name of a variable") }),
    z.strictObject({ account: address }),
  ]),
  /** Services of this ledger's validators. */
  validators: z.array(z.strictObject({ address, url })).min(2),
});

/** What a relayer's configuration file says. */
export const relayingSchema = z
  .strictObject({
    /** Seconds from one pass to the next; without it the relayer ends when there is nothing left to do. */
    interval: seconds.optional(),
    /** Seconds that a pass may take. */
    patience: seconds.default(300),
    sides: z.tuple([sideSchema, sideSchema]),
  })
  .superRefine(({ sides: [one, other] }, context) => {
    for (const field of ["name", "chainId"] as const) {
      if (one[field] !== other[field]) continue;
      context.addIssue({ code: "custom", path: ["sides"], message: `both have the ${field} ${one[field]}` });
    }
  });

/** A relayer's configuration. */
export type Relaying = z.infer<typeof relayingSchema>;

/** Where a relayer's words go. */
export interface Voice {
  readonly say: (text: string) => void;
  readonly complain: (sentence: string) => void;
}

/**
 * The relayer of a configuration.
 * @param environment has the carriers' keys.
 * @throws UserError when a key is missing or is none.
 */
export function openRelayer({ sides }: Relaying, environment: Readonly<Record<string, string | undefined>>): Relayer {
  const [one, other] = sides;
  const open = (side: Relaying["sides"][number]): Side => ({
    ...{ name: side.name, chainId: BigInt(side.chainId), carrier: carrierOf(side, environment) },
    ...{ gateway: side.gateway, foreignLedger: side.foreignLedger, firstBlock: BigInt(side.firstBlock) },
    endpoints: [httpEndpoint(side.endpoints[0], side.endpoints[0]), httpEndpoint(side.endpoints[1], side.endpoints[1])],
  });
  const votes = remoteVotes((chainId) => (BigInt(one.chainId) === chainId ? one : other).validators);
  return new Relayer([open(one), open(other)], votes);
}

/**
 * Passes until there is nothing left to do; or, with an interval, until it is told to stop: then what stops a pass is
 * said in one sentence, and the next one tries again.
 * @returns whether the last pass came to its end.
 */
export async function relay(
  relayer: Pick<Relayer, "pass">,
  { interval, patience }: Pick<Relaying, "interval" | "patience">,
  { say, complain }: Voice,
  stopped: AbortSignal,
): Promise<boolean> {
  for (;;) {
    const done = await attempt(relayer, patience);
    if (typeof done === "string") {
      complain(done);
      if (interval === undefined) return false;
    } else {
      for (const line of done) say(line);
      if (interval === undefined && done.length === 0) return true;
      // there may be more to do at once
      if (done.length > 0 && !stopped.aborted) continue;
    }
    if (stopped.aborted) return typeof done !== "string";
    if (interval !== undefined) await pause(interval, stopped);
  }
}

/** What a pass did, or why it was not finished. */
async function attempt(relayer: Pick<Relayer, "pass">, patience: number): Promise<readonly string[] | string> {
  const late = new AbortController();
  const tooLate = pause(patience, late.signal).then(() => {
    if (late.signal.aborted) return [];
    throw new UserError(
      `A pass has not ended within ${patience} seconds; see whether the nodes take transactions and start again.`,
    );
  });
  try {
    return await Promise.race([relayer.pass(), tooLate]);
  } catch (error) {
    const sentence = sentenceOf(error) ?? nodeSentence(error);
    if (sentence === undefined) throw error;
    return sentence;
  } finally {
    late.abort();
  }
}

/** What a carrier's node did to a transaction, in one sentence. */
function nodeSentence(error: unknown): string | undefined {
  const isNodes =
    isError(error, "NETWORK_ERROR") ||
    isError(error, "SERVER_ERROR") ||
    isError(error, "TIMEOUT") ||
    isError(error, "UNKNOWN_ERROR");
  return isNodes
    ? `A carrier's node does not take a transaction (${error.shortMessage}); see that it runs and start again.`
    : undefined;
}

function carrierOf(
  { chainId, endpoints: [node], carrier, name }: Relaying["sides"][number],
  environment: Readonly<Record<string, string | undefined>>,
): ContractRunner {
  // no batches, which not every node takes; no question again and again which chain it is; no answer given twice, which
  // would be an old nonce
  const provider = new JsonRpcProvider(node, chainId, {
    staticNetwork: true,
    batchMaxCount: 1,
    cacheTimeout: -1,
    pollingInterval: 500,
  });
  if ("account" in carrier) return new JsonRpcSigner(provider, carrier.account);
  const key = environment[carrier.keyFrom];
  if (key === undefined) {
    throw new UserError(`The carrier of ${name} has no key: set the variable ${carrier.keyFrom} and start again.`);
  }
  try {
    return new Wallet(key, provider);
  } catch {
    throw new UserError(`The variable ${carrier.keyFrom} holds no private key; set it to 32 bytes in hexadecimal.`);
  }
}

async function pause(duration: number, until: AbortSignal): Promise<void> {
  if (until.aborted) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      until.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, duration * 1000);
    until.addEventListener("abort", end);
  });
}
