import { AbiCoder, keccak256, toUtf8Bytes, toUtf8String } from "ethers";
import { z } from "zod";
import { validate } from "../errors.js";
import type { BridgePayment } from "../eip712/bridgePayments.js";
import { sealBytes, unsealBytes, type ReaderKeys, type SealedUse } from "../sealing.js";

export { readerKeys, sealedHash, type ReaderKeys } from "../sealing.js";

/**
 * Travel-rule data of a payment on the shared ledger, sealed for those who may read it: payer's and payee's bank, their
 * central banks, and the central bank that issues the currency. The chain sees the hash of the sealed bytes and nothing
 * else; the bytes go from bank to bank by whatever channel they have.
 *
 * How it is sealed, and what that does not hide: `sdk/sealing.ts`. The content is bound to the payment's terms; who sealed
 * it is said by the verdicts that name its hash.
 */

const partySchema = z.strictObject({
  name: z.string().min(1),
  /** Account at the customer's bank. */
  account: z.string().min(1),
  address: z.string().min(1),
  /** National identifier, LEI, or date and place of birth. */
  identification: z.string().min(1),
});

const travelRuleSchema = z.strictObject({
  originator: partySchema,
  beneficiary: partySchema,
  /** What the payment is for, in words. */
  remittance: z.string(),
});

/** Who pays whom, and what for: what FATF recommendation 16 wants to travel with a payment. */
export type TravelRuleData = z.infer<typeof travelRuleSchema>;

/** The terms that the data is bound to: what of a payment stands before its data's hash does. */
export type SealedTerms = Pick<BridgePayment, "businessRef" | "currency" | "payer" | "payee" | "amount">;

const coder = AbiCoder.defaultAbiCoder();

/**
 * Seals data for its readers.
 * @param readers public keys, at least one, each once.
 * @returns the bytes that travel; {@link sealedHash} of them is the payment's `dataHash`.
 */
export function seal(data: TravelRuleData, terms: SealedTerms, readers: readonly string[]): string {
  const content = validate(travelRuleSchema, data, "travel-rule data");
  return sealBytes(toUtf8Bytes(JSON.stringify(content)), useOf(terms), readers);
}

/**
 * Opens sealed data.
 * @throws UserError when the keys are no reader's, or the bytes are not what was sealed for these terms.
 */
export function unseal(sealed: string, terms: SealedTerms, keys: ReaderKeys): TravelRuleData {
  return unsealBytes(sealed, useOf(terms), keys, (content) =>
    travelRuleSchema.parse(JSON.parse(toUtf8String(content))),
  );
}

function useOf({ businessRef, currency, payer, payee, amount }: SealedTerms): SealedUse {
  const types = ["bytes32", "address", "address", "address", "uint256"];
  const binding = keccak256(coder.encode(types, [businessRef, currency, payer, payee, amount]));
  return { what: "travel-rule data", other: "another payment", info: "dual-platform travel rule 1", binding };
}
