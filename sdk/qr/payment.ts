import { hexlify, keccak256, toUtf8Bytes } from "ethers";
import { UserError } from "../errors.js";
import { CURRENCIES, isCurrency, minor, type CurrencyCode } from "../money.js";
import { parseMerchantCode } from "./emvco.js";

/** Into the country or out of it. See `IQrGateway`. */
export const QR_DIRECTION = { inbound: 0n, outbound: 1n } as const;
/** Who presents the code. See `IQrGateway`. */
export const QR_MODE = { merchant: 0n, consumer: 1n } as const;

/** A payment as the gateway takes it. See `IQrGateway`. */
export interface QrPayment {
  readonly businessRef: string;
  readonly requester: string;
  readonly direction: bigint;
  readonly mode: bigint;
  /** {@link schemeOf} the network. */
  readonly scheme: string;
  readonly categoryCode: bigint;
  /** Two bytes. */
  readonly country: string;
  /** ISO 4217 numeric. */
  readonly merchantCurrency: bigint;
  /** Minor units. */
  readonly merchantAmount: bigint;
  /** ISO 4217 numeric. */
  readonly payerCurrency: bigint;
  /** Minor units. */
  readonly payerAmount: bigint;
  readonly payloadHash: string;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
}

/** What the payer's side knows beside the code. */
export interface Scan {
  readonly businessRef: string;
  /** The wallet's side. */
  readonly requester: string;
  readonly direction: keyof typeof QR_DIRECTION;
  /** Identifier of the network over which it pays; the code must have an account there. */
  readonly network: string;
  readonly payerCurrency: CurrencyCode;
  /**
   * What the payer is charged for an amount in the merchant's currency, both in minor units: the rate is the wallet's.
   */
  readonly charge: (merchantAmount: bigint) => bigint;
  /** What the payer entered, major units of the merchant's currency; for codes without an amount. */
  readonly entered?: string;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
}

/** How the gateway knows a network: the hash of its identifier. */
export function schemeOf(guid: string): string {
  return keccak256(toUtf8Bytes(guid));
}

/**
 * What the payer's side asks the gateway for when its customer has scanned a merchant's code.
 * @throws UserError when the code is not one, is not of that network, or has no amount and none was entered.
 */
export function paymentFor(text: string, scan: Scan): QrPayment {
  const code = parseMerchantCode(text);
  if (!code.accounts.some((account) => "guid" in account && account.guid === scan.network)) {
    throw new UserError(`The merchant has no account at ${scan.network}; pay over another network.`);
  }
  if (code.amount !== undefined && scan.entered !== undefined) {
    throw new UserError(`The code says ${code.amount} and ${scan.entered} was entered; pay what the code says.`);
  }
  const amount = code.amount ?? scan.entered;
  if (amount === undefined) throw new UserError("The code has no amount; enter one.");
  const currency = currencyOf(code.currency);
  // codes may write 5. and 007; amounts elsewhere may not
  const merchantAmount = minor(amount.replace(/\.$/, "").replace(/^0+(?=\d)/, ""), currency);
  return {
    businessRef: scan.businessRef,
    requester: scan.requester,
    direction: QR_DIRECTION[scan.direction],
    mode: QR_MODE.merchant,
    scheme: schemeOf(scan.network),
    categoryCode: BigInt(code.categoryCode),
    country: hexlify(toUtf8Bytes(code.country)),
    merchantCurrency: BigInt(code.currency),
    merchantAmount,
    payerCurrency: BigInt(CURRENCIES[scan.payerCurrency].numeric),
    payerAmount: scan.charge(merchantAmount),
    payloadHash: keccak256(toUtf8Bytes(text)),
    notAfter: scan.notAfter,
  };
}

function currencyOf(numeric: string): CurrencyCode {
  const found = Object.entries(CURRENCIES).find(([, facts]) => facts.numeric === numeric)?.[0];
  if (found !== undefined && isCurrency(found)) return found;
  throw new UserError(`The currency ${numeric} is not one of the corridors'; pay in another way.`);
}
