import { id, toBeHex } from "ethers";
import type { PaymentIdentification } from "./parts.js";

/** What stands where the sender had no end-to-end identification. */
const NOT_PROVIDED = "NOTPROVIDED";

/** References of a payment, all that a message may have of them. */
export type References = Partial<Pick<PaymentIdentification, "EndToEndId" | "InstrId" | "TxId" | "UETR">>;

/**
 * The end-to-end reference that goes on the chain with a payment, 32 bytes: the UETR's 16 bytes after 16 zero bytes,
 * so that anyone can read it back; without a UETR the hash (keccak-256) of the end-to-end identification; and where
 * the sender gave none, of the message's and the transaction's own.
 */
export function chainReference(ids: References, messageId: string): string {
  if (ids.UETR !== undefined) return toBeHex(BigInt(`0x${ids.UETR.replaceAll("-", "")}`), 32);
  if (ids.EndToEndId !== undefined && ids.EndToEndId !== NOT_PROVIDED) return id(ids.EndToEndId);
  return id(`${messageId}/${ids.TxId ?? ids.InstrId ?? NOT_PROVIDED}`);
}

/** The UETR in an on-chain reference, or nothing when it is no UETR. */
export function uetrOf(reference: string): string | undefined {
  const match = /^0x0{32}([0-9a-f]{8})([0-9a-f]{4})(4[0-9a-f]{3})([89ab][0-9a-f]{3})([0-9a-f]{12})$/.exec(
    reference.toLowerCase(),
  );
  return match === null ? undefined : match.slice(1).join("-");
}
