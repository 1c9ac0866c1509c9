import { AbiCoder, hexlify, keccak256, randomBytes } from "ethers";
import { z } from "zod";

/**
 * Whose wallet it is, as its institution knows it and the chain does not: the wallet is opened with a commitment of four
 * leaves, one a field, each hashed under a salt of its own. Without the salts neither commitment nor leaves can be
 * compared with anybody, however few people come into question; with the salt of one field, that field alone.
 */

/** The fields of an identity, in the order of their leaves. */
export const IDENTITY_FIELDS = ["name", "document", "phone", "address"] as const;
/** Name of a field. */
export type IdentityField = (typeof IDENTITY_FIELDS)[number];

/** Who a customer is. An anonymous wallet's institution knows the phone number, and the rest is empty. */
export type Identity = Readonly<Record<IdentityField, string>>;

const openedField = z.strictObject({ value: z.string(), salt: z.string().regex(/^0x[0-9a-f]{64}$/) });
/** Fields as they are opened to somebody. */
export const openingSchema = z.partialRecord(z.enum(IDENTITY_FIELDS), openedField);

/** A field with the salt that it was committed under. */
export type OpenedField = Readonly<z.infer<typeof openedField>>;
/** Everything about a customer that its institution keeps. */
export type IdentityFile = Readonly<Record<IdentityField, OpenedField>>;
/** What somebody was told of a customer. */
export type Opening = Readonly<Partial<IdentityFile>>;

/** The four leaves of a commitment. */
export type Leaves = readonly [string, string, string, string];

const coder = AbiCoder.defaultAbiCoder();

/** The file of a new customer, with fresh salts. */
export function openFile({ name, document, phone, address }: Identity): IdentityFile {
  return { name: salted(name), document: salted(document), phone: salted(phone), address: salted(address) };
}

/** The leaf of one field. */
export function leafOf(field: IdentityField, { value, salt }: OpenedField): string {
  return keccak256(coder.encode(["string", "bytes32", "string"], [field, salt, value]));
}

/** The leaves of a file, as an institution gives them with an answer. */
export function leavesOf({ name, document, phone, address }: IdentityFile): Leaves {
  return [leafOf("name", name), leafOf("document", document), leafOf("phone", phone), leafOf("address", address)];
}

/** The commitment of leaves. */
export function commitmentOf(leaves: Leaves): string {
  return keccak256(coder.encode(["bytes32[4]"], [leaves]));
}

/** The salted commitment that a wallet is opened with. */
export function identityCommitment(file: IdentityFile): string {
  return commitmentOf(leavesOf(file));
}

/** Fields as a request names them, a bit each. */
export function scopeOf(fields: readonly IdentityField[]): number {
  return fields.reduce((scope, field) => scope | (1 << IDENTITY_FIELDS.indexOf(field)), 0);
}

/** The fields that a request names. */
export function fieldsOf(scope: number): IdentityField[] {
  return IDENTITY_FIELDS.filter((_, place) => (scope & (1 << place)) !== 0);
}

/** Those fields of a file. */
export function openFields(file: IdentityFile, fields: readonly IdentityField[]): Opening {
  return Object.fromEntries(fields.map((field) => [field, file[field]]));
}

/**
 * What an opening truly says about the leaves: its values, without the salts.
 * @returns undefined if any field is not what was committed.
 */
export function readOpening(opening: Opening, leaves: Leaves): Partial<Identity> | undefined {
  const known: Partial<Record<IdentityField, string>> = {};
  for (const [place, field] of IDENTITY_FIELDS.entries()) {
    const opened = opening[field];
    if (opened === undefined) continue;
    if (leafOf(field, opened) !== leaves[place]) return undefined;
    known[field] = opened.value;
  }
  return known;
}

function salted(value: string): OpenedField {
  return { value, salt: hexlify(randomBytes(32)) };
}
