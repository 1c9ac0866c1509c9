import { z } from "zod";
import { UserError } from "../errors.js";
import type { Endpoint } from "./rpc.js";

type Call = Parameters<Endpoint["request"]>[0];

const TIMEOUT_MS = 15_000;
const responseSchema = z.object({
  id: z.literal(1),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** A node behind a URL. What is not an answer in time is thrown as an error. */
export function httpEndpoint(name: string, url: string, timeoutMs = TIMEOUT_MS): Endpoint {
  return {
    name,
    async request({ method, params = [] }: Call): Promise<unknown> {
      const answer = await postJson(url, { jsonrpc: "2.0", id: 1, method, params }, timeoutMs);
      const { success, data } = responseSchema.safeParse(answer);
      if (!success) throw new Error("its answer is not one to this request");
      if (data.error !== undefined) throw new Error(data.error.message);
      return data.result;
    },
  };
}

/**
 * What a server answers to a question, unchecked.
 * @throws Error when it is not there, is too slow, or does not answer in JSON.
 */
export async function postJson(url: string, question: object, timeoutMs = TIMEOUT_MS): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(question),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`HTTP status ${response.status}`);
  return response.json();
}

/**
 * Two nodes of one chain as one: an answer counts if both give it. A node may lag behind, so that of two heads the
 * lower one counts.
 * @throws UserError, at each call, when one does not answer or when they disagree.
 */
export function agreeing(first: Endpoint, second: Endpoint): Endpoint {
  const name = `${first.name} and ${second.name}`;
  return {
    name,
    async request(call: Call): Promise<unknown> {
      const [one, other] = await Promise.all([answerOf(first, call), answerOf(second, call)]);
      if (call.method === "eth_blockNumber") return lower(one, other);
      if (canonical(one) === canonical(other)) return one;
      throw new UserError(
        `${name} disagree about ${call.method} ${JSON.stringify(call.params ?? [])}; nothing is carried on either's word: find out which one is wrong and start again.`,
      );
    },
  };
}

async function answerOf(endpoint: Endpoint, call: Call): Promise<unknown> {
  try {
    return await endpoint.request(call);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `${endpoint.name} does not answer ${call.method} (${reason}); see that it runs and start again.`,
    );
  }
}

function lower(one: unknown, other: unknown): unknown {
  if (typeof one !== "string" || typeof other !== "string") return null;
  return BigInt(one) < BigInt(other) ? one : other;
}

/** The same text for the same value, whatever the order of fields and the case of hexadecimal digits. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === "object" && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  ).toLowerCase();
}
