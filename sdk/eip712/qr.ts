import type { TypedDataDomain } from "ethers";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** One payment, or refund, of a batch. See `IQrSettlement`. */
export interface QrEntry {
  /** 32 bytes: the id at the gateway, or whatever else both sides know the payment by. */
  readonly paymentId: string;
  /** The wallet's side of a payment; the acquirer of a refund. */
  readonly debtor: string;
  readonly creditor: string;
  /** Minor units. */
  readonly amount: bigint;
}

/** What a batch comes to for an institution: positive is due to it. */
export interface QrPosition {
  readonly institution: string;
  /** Minor units. */
  readonly net: bigint;
}

/** An entry of an earlier window that is given back. */
export interface QrReturn {
  readonly window: bigint;
  readonly index: number;
  readonly entry: QrEntry;
}

/** The payments of a window. See `IQrSettlement`. */
export interface QrBatch {
  readonly window: bigint;
  readonly count: number;
  /** Minor units. */
  readonly total: bigint;
  readonly root: string;
  readonly dataHash: string;
  readonly positions: QrPosition[];
  readonly corrections: QrReturn[];
}

const ENTRY_TYPES: Types = {
  Entry: [
    { name: "paymentId", type: "bytes32" },
    { name: "debtor", type: "address" },
    { name: "creditor", type: "address" },
    { name: "amount", type: "uint64" },
  ],
};

const BATCH_TYPES: Types = {
  Batch: [
    { name: "window", type: "uint64" },
    { name: "count", type: "uint32" },
    { name: "total", type: "uint128" },
    { name: "root", type: "bytes32" },
    { name: "dataHash", type: "bytes32" },
    { name: "positions", type: "Position[]" },
    { name: "corrections", type: "Return[]" },
  ],
  Position: [
    { name: "institution", type: "address" },
    { name: "net", type: "int128" },
  ],
  Return: [
    { name: "window", type: "uint64" },
    { name: "index", type: "uint32" },
    { name: "entry", type: "Entry" },
  ],
  ...ENTRY_TYPES,
};

/** What the debtor of an entry signs when it authorises the payment; `domain` is the settlement contract's. */
export function qrEntryTypedData(domain: TypedDataDomain, entry: QrEntry): TypedData<QrEntry> {
  return { domain, primaryType: "Entry", types: ENTRY_TYPES, message: entry };
}

/** What an institution signs when it consents to a batch. */
export function qrBatchTypedData(domain: TypedDataDomain, batch: QrBatch): TypedData<QrBatch> {
  return { domain, primaryType: "Batch", types: BATCH_TYPES, message: batch };
}

/** Id of a batch: the 32 bytes that institutions sign. */
export function qrBatchId(domain: TypedDataDomain, batch: QrBatch): string {
  return digestOf(qrBatchTypedData(domain, batch));
}
