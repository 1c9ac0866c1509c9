import { z } from "zod";
import { UserError, validate } from "../errors.js";

/** A node that answers JSON-RPC: a browser wallet, an EIP-1193 provider, or {@link httpEndpoint}. */
export interface Endpoint {
  /** What sentences call it. */
  readonly name: string;
  request(call: { readonly method: string; readonly params?: readonly unknown[] }): Promise<unknown>;
}

const hex = z.string().regex(/^0x[0-9a-f]*$/i);
const hash = z.string().regex(/^0x[0-9a-f]{64}$/i);
const address = z.string().regex(/^0x[0-9a-f]{40}$/i);

const blockSchema = z.object({
  hash,
  parentHash: hash,
  sha3Uncles: hash,
  miner: address,
  stateRoot: hash,
  transactionsRoot: hash,
  receiptsRoot: hash,
  logsBloom: hex,
  difficulty: hex,
  number: hex,
  gasLimit: hex,
  gasUsed: hex,
  timestamp: hex,
  extraData: hex,
  mixHash: hash,
  nonce: hex,
  // since London, Shanghai, Cancun and Prague, in this order
  baseFeePerGas: hex.optional(),
  withdrawalsRoot: hash.optional(),
  blobGasUsed: hex.optional(),
  excessBlobGas: hex.optional(),
  parentBeaconBlockRoot: hash.optional(),
  requestsHash: hash.optional(),
  transactions: z.array(hash),
});

/** A block as `eth_getBlockByNumber` tells it, with the hashes of its transactions. */
export type RpcBlock = z.infer<typeof blockSchema>;

const logSchema = z.object({
  address,
  topics: z.array(hash),
  data: hex,
  blockHash: hash,
  blockNumber: hex,
  transactionIndex: hex,
  logIndex: hex,
});

/** A log as `eth_getLogs` and receipts tell it. */
export type RpcLog = z.infer<typeof logSchema>;

const receiptSchema = z.object({
  type: hex.optional(),
  status: hex,
  cumulativeGasUsed: hex,
  logsBloom: hex,
  transactionIndex: hex,
  blockHash: hash,
  logs: z.array(logSchema),
});

/** A transaction's receipt as `eth_getTransactionReceipt` tells it. */
export type RpcReceipt = z.infer<typeof receiptSchema>;

async function ask<T>(
  endpoint: Endpoint,
  method: string,
  params: readonly unknown[],
  schema: z.ZodType<T>,
): Promise<T> {
  let answer: unknown;
  try {
    answer = await endpoint.request({ method, params });
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${endpoint.name} does not answer ${method} (${reason}); see that it runs and start again.`);
  }
  return validate(schema, answer, `${endpoint.name}, ${method}`);
}

/** A number as JSON-RPC writes it. */
export function quantity(value: bigint): string {
  return `0x${value.toString(16)}`;
}

export async function chainIdOf(endpoint: Endpoint): Promise<bigint> {
  return BigInt(await ask(endpoint, "eth_chainId", [], hex));
}

/** Number of the last block. */
export async function headOf(endpoint: Endpoint): Promise<bigint> {
  return BigInt(await ask(endpoint, "eth_blockNumber", [], hex));
}

/** The block of that number. */
export async function blockAt(endpoint: Endpoint, number: bigint): Promise<RpcBlock> {
  return ask(endpoint, "eth_getBlockByNumber", [quantity(number), false], blockSchema);
}

/** The block's receipts, in order. One call each: not every node answers for a whole block. */
export async function receiptsOf(endpoint: Endpoint, block: RpcBlock): Promise<RpcReceipt[]> {
  const receipts: RpcReceipt[] = [];
  for (const transaction of block.transactions) {
    receipts.push(await ask(endpoint, "eth_getTransactionReceipt", [transaction], receiptSchema));
  }
  return receipts;
}

/**
 * What a contract answers to a call at the last block, as it is encoded. The block is named by its number: of two nodes
 * one may be ahead.
 */
export async function callOf(endpoint: Endpoint, to: string, data: string): Promise<string> {
  return ask(endpoint, "eth_call", [{ to, data }, quantity(await headOf(endpoint))], hex);
}

/** Logs of one contract, with these topics, from the first to the last of these blocks. */
export async function logsOf(
  endpoint: Endpoint,
  filter: { readonly address: string; readonly topics: readonly (string | readonly string[] | null)[] },
  from: bigint,
  to: bigint,
): Promise<RpcLog[]> {
  const range = { fromBlock: quantity(from), toBlock: quantity(to) };
  return ask(endpoint, "eth_getLogs", [{ ...filter, ...range }], z.array(logSchema));
}
