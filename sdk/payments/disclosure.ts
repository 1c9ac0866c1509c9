import { toUtf8Bytes, toUtf8String } from "ethers";
import { UserError } from "../errors.js";
import type { DisclosureRequest } from "../eip712/disclosure.js";
import { sealBytes, sealedHash, unsealBytes, type ReaderKeys, type SealedUse } from "../sealing.js";
import type { Disclosure } from "../../types/ethers-contracts/index.js";
import {
  commitmentOf,
  fieldsOf,
  leavesOf,
  openFields,
  openingSchema,
  readOpening,
  type Identity,
  type IdentityFile,
  type Leaves,
} from "./identity.js";

/**
 * The role of authorities with a warrant: courts, police, the financial intelligence unit. It is none of the currency's
 * offices; the currency's authority numbers it here.
 */
export const WARRANT_ROLE = 12n;

/** The function of the disclosure contract that the warrant role may call. */
export const WARRANT_FUNCTIONS = ["request"] as const;

/** What an institution answers with: on chain the leaves and the hash, to the authority the sealed bytes. */
export interface SealedAnswer {
  readonly leaves: Leaves;
  readonly sealedHash: string;
  readonly sealed: string;
}

/** An answer as it stands in the log. */
export interface GrantedAnswer {
  readonly id: string;
  readonly leaves: Leaves;
  readonly sealedHash: string;
}

/** Seals the fields that a request asks for, and no others, for the key that it names. */
export function sealAnswer(id: string, request: DisclosureRequest, file: IdentityFile): SealedAnswer {
  const opening = openFields(file, fieldsOf(request.scope));
  const sealed = sealBytes(toUtf8Bytes(JSON.stringify(opening)), useOf(id), [request.readerKey]);
  return { leaves: leavesOf(file), sealedHash: sealedHash(sealed), sealed };
}

/** The answer to a request in the log of the disclosure contract, if there is one. */
export async function grantedAnswer(disclosure: Disclosure, id: string): Promise<GrantedAnswer | undefined> {
  const [event] = await disclosure.queryFilter(disclosure.filters.DisclosureGranted(id));
  if (event === undefined) return undefined;
  const [a, b, c, d] = event.args.leaves;
  return { id, leaves: [a, b, c, d], sealedHash: event.args.sealedHash };
}

/**
 * What an authority learns from an answer: every field is held against the leaf that the chain has opened.
 * @param answer from the log, see {@link grantedAnswer}.
 * @param sealed what the institution sent.
 * @throws UserError in one sentence if the bytes are not the answer's, are sealed for somebody else, or do not open the
 * commitment.
 */
export function readAnswer(
  request: DisclosureRequest,
  answer: GrantedAnswer,
  sealed: string,
  keys: ReaderKeys,
): Partial<Identity> {
  if (sealedHash(sealed) !== answer.sealedHash) {
    throw new UserError("The sealed answer is not the one on the chain; ask the institution for the bytes it hashed.");
  }
  const opening = unsealBytes(sealed, useOf(answer.id), keys, (content) =>
    openingSchema.parse(JSON.parse(toUtf8String(content))),
  );
  const known = commitmentOf(answer.leaves) === request.identity ? readOpening(opening, answer.leaves) : undefined;
  const missing = fieldsOf(request.scope).filter((field) => known?.[field] === undefined);
  if (known === undefined || missing.length > 0) {
    throw new UserError(
      "The sealed answer does not open what the wallet was opened with; keep the bytes as evidence and go to the court.",
    );
  }
  return known;
}

function useOf(id: string): SealedUse {
  return { what: "answer", other: "another request", info: "dual-platform disclosure 1", binding: id };
}
