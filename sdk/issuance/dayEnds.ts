import { z } from "zod";
import { dayNumber } from "../calendar.js";
import { UserError, validate } from "../errors.js";
import { headerRlp } from "../interop/headers.js";
import { blockAt, headOf, quantity, type Endpoint } from "../interop/rpc.js";

/** The way from a block's state root to one storage slot. See `IDayEnds`. */
export interface SlotProof {
  readonly account: string[];
  readonly slot: string[];
}

/** A provider as EIP-1193 has it. */
interface Provider {
  request(call: { readonly method: string; readonly params?: unknown[] }): Promise<unknown>;
}

/** A provider as the functions below ask it. */
export function endpointOf(provider: Provider, name: string): Endpoint {
  return { name, request: ({ method, params = [] }) => provider.request({ method, params: [...params] }) };
}

const nodes = z.array(z.string().regex(/^0x[0-9a-f]*$/i));
const proofSchema = z.object({ accountProof: nodes, storageProof: z.array(z.object({ proof: nodes })).length(1) });

/**
 * Number of the last block of a day (UTC+8), or of an earlier one if the day has none.
 * @throws UserError when the day has not ended on this chain.
 */
export async function lastBlockOf(endpoint: Endpoint, day: number): Promise<bigint> {
  const dayOf = async (number: bigint) => dayNumber(Number((await blockAt(endpoint, number)).timestamp));
  let [low, high] = [0n, await headOf(endpoint)];
  if ((await dayOf(high)) <= day || (await dayOf(low)) > day) {
    throw new UserError(`${endpoint.name} has no end of day ${day}: it is not over, or before the first block.`);
  }
  // the first of a later day lies above low and is at most high
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if ((await dayOf(middle)) > day) high = middle;
    else low = middle;
  }
  return low;
}

/**
 * Headers that pin a day: from its last block's successor, or a later block that the chain's code still knows by hash,
 * down to its last block.
 * @param reach How many blocks back the chain knows hashes: 8,191 since EIP-2935, 256 without it.
 */
export async function dayHeaders(endpoint: Endpoint, day: number, reach = 8_191n): Promise<string[]> {
  const last = await lastBlockOf(endpoint, day);
  const head = await headOf(endpoint);
  // by the time it is looked at, there is one more block
  const oldest = head + 1n - reach;
  const from = last + 1n > oldest ? last + 1n : oldest;
  const headers: string[] = [];
  for (let number = from; number >= last; number--) headers.push(headerRlp(await blockAt(endpoint, number)));
  return headers;
}

/** Proves what a contract had in a slot after a block; the node must still have that block's state. */
export async function slotProof(
  endpoint: Endpoint,
  target: string,
  slot: string,
  blockNumber: bigint,
): Promise<SlotProof> {
  const params = [target, [slot], quantity(blockNumber)];
  const answer = await endpoint.request({ method: "eth_getProof", params });
  const { accountProof, storageProof } = validate(proofSchema, answer, `${endpoint.name}, eth_getProof`);
  return { account: accountProof, slot: storageProof[0]?.proof ?? [] };
}
