import { createServer, type IncomingMessage, type Server } from "node:http";
import { verifyTypedData, type TypedDataDomain } from "ethers";
import { z } from "zod";
import { headerTypedData, type HeaderVote } from "../eip712/interop.js";
import { UserError, sentenceOf } from "../errors.js";
import { postJson } from "./endpoints.js";
import type { Votes } from "./relayer.js";
import type { Endpoint } from "./rpc.js";
import { byAddress, voteForHeader, type ValidatorKey } from "./validators.js";

const MAX_REQUEST_BYTES = 4_096;

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const number = z
  .string()
  .regex(/^[0-9]{1,78}$/)
  .transform((text) => BigInt(text));

/** What a relayer asks a validator: which header, of which block, for which contract. */
const requestSchema = z.strictObject({
  domain: z.strictObject({
    name: z.string(),
    version: z.string(),
    chainId: number,
    verifyingContract: address,
  }),
  chainId: number,
  epoch: number,
  blockHash: z.string().regex(/^0x[0-9a-fA-F]{64}$/),
  number,
});

const answerSchema = z.union([
  z.strictObject({ signature: z.string().regex(/^0x[0-9a-fA-F]{130}$/) }),
  z.strictObject({ error: z.string() }),
]);

/** A validator that signs over HTTP. */
export interface RemoteValidator {
  readonly address: string;
  readonly url: string;
}

/**
 * A validator's service: signs a header after a look at its own node ({@link voteForHeader}), and says in one sentence
 * why it does not. It may be asked by anybody: it signs nothing but what its chain has.
 */
export function votingService(node: Endpoint, key: ValidatorKey): Server {
  return createServer((request, response) => {
    void signatureFor(node, key, request).then(
      (signature) => response.writeHead(200, JSON_TYPE).end(JSON.stringify({ signature })),
      (error: unknown) => {
        const reason = sentenceOf(error) ?? "the request cannot be read; ask as the suite's relayer does";
        response.writeHead(200, JSON_TYPE).end(JSON.stringify({ error: reason }));
      },
    );
  });
}

/**
 * Votes of validators behind URLs. One that does not answer, or signs anything else, does not count: that would make a
 * quorum of good signatures a bad one.
 * @param validatorsOf the validators of the chain whose header it is.
 * @throws UserError when nobody signs; fewer than the quorum are for the contract to refuse, which alone knows it.
 */
export function remoteVotes(validatorsOf: (chainId: bigint) => readonly RemoteValidator[]): Votes {
  return async (domain, vote, block) => {
    const faults: string[] = [];
    const signed = await Promise.all(
      byAddress(validatorsOf(vote.chainId)).map(async (validator) => {
        try {
          return await askFor(validator, domain, vote, block);
        } catch (error) {
          faults.push(`${validator.url}: ${error instanceof Error ? error.message : String(error)}`);
          return undefined;
        }
      }),
    );
    const signatures = signed.filter((signature) => signature !== undefined);
    if (signatures.length > 0) return signatures;
    throw new UserError(
      `No validator signs the header of block ${block} of chain ${vote.chainId} (${faults.join("; ")}); see that they run and start again.`,
    );
  };
}

const JSON_TYPE = { "content-type": "application/json" } as const;

async function signatureFor(node: Endpoint, key: ValidatorKey, request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) {
    text += String(part);
    if (text.length > MAX_REQUEST_BYTES) throw new UserError("The request is too long; ask for one header.");
  }
  const { domain, chainId, epoch, blockHash, number: block } = requestSchema.parse(JSON.parse(text));
  return voteForHeader(node, key, domain, { chainId, epoch, blockHash }, block);
}

async function askFor(
  { url, address: expected }: RemoteValidator,
  domain: TypedDataDomain,
  { chainId, epoch, blockHash }: HeaderVote,
  number: bigint,
): Promise<string> {
  const body = {
    domain: { ...domain, chainId: String(domain.chainId) },
    ...{ chainId: String(chainId), epoch: String(epoch), blockHash, number: String(number) },
  };
  const answer = answerSchema.parse(await postJson(url, body));
  if ("error" in answer) throw new Error(answer.error);
  const typed = headerTypedData(domain, { chainId, epoch, blockHash });
  const signer = verifyTypedData(domain, typed.types, { ...typed.message }, answer.signature);
  if (signer.toLowerCase() !== expected.toLowerCase()) throw new Error(`${signer} has signed and not ${expected}`);
  return answer.signature;
}
