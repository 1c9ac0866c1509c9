import type { TypedDataDomain } from "ethers";
import {
  NO_SECURITY,
  deviceKeyTypedData,
  offlineDeviceId,
  offlinePaymentId,
  offlineVoucherId,
  type AllotmentCertificate,
  type OfflineEndorsement,
  type OfflinePayment,
  type OfflineVoucher,
  type P256PublicKey,
  type P256Signature,
} from "../eip712/offlineWallets.js";
import { digestOf } from "../eip712/typedData.js";
import { DeviceKey, isSignedBy } from "./key.js";
import {
  deviceOf,
  formatMessage,
  issuerOf,
  parseMessage,
  type OfflineMessage,
  type SignedCertificate,
} from "./messages.js";

/** Why a device does not do what it is asked for. */
export type OfflineRefusal =
  | "uncertified"
  | "not its own"
  | "no allotment"
  | "over the payment cap"
  | "over the allotment"
  | "no security"
  | "unknown payment"
  | "already endorsed"
  | "not for this device"
  | "second hop"
  | "signature"
  | "clock"
  | "too old";

/** A device has refused; what it has, and has signed, is as before. */
export class OfflineRefused extends Error {
  override readonly name = "OfflineRefused";
  constructor(readonly reason: OfflineRefusal) {
    super(`The device refuses: ${reason}.`);
  }
}

/** What a device is made with. */
export interface DeviceSettings {
  /** The offline contract's: what is signed counts there and nowhere else. */
  readonly domain: TypedDataDomain;
  /** Accounts of institutions whose certificates it believes. */
  readonly issuers: readonly string[];
  /** Unix seconds. */
  readonly clock: () => bigint;
  /** Seconds that another device's clock may differ from its own; two minutes if not said. */
  readonly tolerance?: bigint;
}

interface Loaded {
  readonly signed: SignedCertificate;
  next: bigint;
  spent: bigint;
}

interface Received {
  readonly message: OfflineMessage;
  /** What became of it, from the moment on at which that is decided. */
  endorsed?: { readonly payee: string; readonly done: Promise<OfflineVoucher> };
}

/**
 * A hardware wallet without a network: pays out of its allotments, takes payments, passes one on, and keeps the vouchers
 * that are to be redeemed. Messages are text; one that is lost can be shown again (`again`), one that comes twice is
 * taken once.
 *
 * What is signed once is never signed differently: number and sum are used up before the signature is made, so that a
 * device that loses power in between has lost a number and not its honesty.
 */
export class OfflineDevice {
  readonly id: string;
  readonly publicKey: P256PublicKey;
  readonly #key: DeviceKey;
  readonly #settings: DeviceSettings;
  readonly #issuers: ReadonlySet<string>;
  readonly #allotments = new Map<string, Loaded>();
  readonly #sent = new Map<string, string>();
  readonly #received = new Map<string, Received>();
  readonly #believed = new Set<string>();

  /** A second device with the same key is a clone: it knows nothing of what the first has signed. */
  constructor(settings: DeviceSettings, key: DeviceKey) {
    this.#settings = settings;
    this.#key = key;
    this.#issuers = new Set(settings.issuers.map((issuer) => issuer.toLowerCase()));
    this.publicKey = key.publicKey;
    this.id = offlineDeviceId(key.publicKey);
  }

  static async make(settings: DeviceSettings): Promise<OfflineDevice> {
    return new OfflineDevice(settings, await DeviceKey.generate());
  }

  /** Shows whose device this is, for its registration. */
  proveFor(owner: string): Promise<P256Signature> {
    return this.#key.sign(digestOf(deviceKeyTypedData(this.#settings.domain, owner)));
  }

  /** Takes an allotment that was loaded for it. */
  load(signed: SignedCertificate): void {
    this.#believe(signed);
    this.#require(deviceOf(signed) === this.id, "not its own");
    const { allotment } = signed.certificate;
    // a second time, it would forget what it has spent
    if (!this.#allotments.has(allotment)) this.#allotments.set(allotment, { signed, next: 0n, spent: 0n });
  }

  /** What it may still spend now, minor units. */
  get spendable(): bigint {
    return this.#open().reduce((sum, { signed, spent }) => sum + signed.certificate.amount - spent, 0n);
  }

  /** Pays a device out of the first allotment that has enough. */
  async pay(payee: string, amount: bigint): Promise<string> {
    const open = this.#open();
    this.#require(open.length > 0, "no allotment");
    this.#require(payee !== this.id, "not for this device");
    const fitting = open.filter(({ signed }) => amount > 0n && amount <= signed.certificate.maxPayment);
    this.#require(fitting.length > 0, "over the payment cap");
    const source = fitting.find(({ signed, spent }) => spent + amount <= signed.certificate.amount);
    if (source === undefined) throw new OfflineRefused("over the allotment");
    const { signed } = source;
    const { allotment } = signed.certificate;
    const payment = { allotment, number: source.next++, amount, payee, signedAt: this.#settings.clock() };
    source.spent += amount;
    const id = offlinePaymentId(this.#settings.domain, payment);
    return this.#send(id, { paid: { certificate: signed, payment, signature: await this.#key.sign(id) } });
  }

  /**
   * Takes a payment, if it is one that will be redeemed as far as a device can know.
   * @returns id of the payment; the same when the message comes again.
   */
  async take(text: string): Promise<string> {
    const message = parseMessage(text);
    const { paid, passedOn } = message;
    const id = offlinePaymentId(this.#settings.domain, paid.payment);
    if (this.#received.has(id)) return id;
    await this.#checkPayment(id, paid);
    if (passedOn === undefined) {
      this.#require(paid.payment.payee === this.id, "not for this device");
      this.#checkClock(paid.payment.signedAt);
    } else {
      await this.#checkEndorsement(message);
    }
    // the same may have come, and been endorsed, while this one was looked at
    if (!this.#received.has(id)) this.#received.set(id, { message });
    return id;
  }

  /** Passes a payment on to another device, whole, once; an open allotment of its own answers for that. */
  async passOn(payment: string, payee: string): Promise<string> {
    const received = this.#unendorsed(payment);
    this.#require(payee !== this.id, "not for this device");
    const { amount } = received.message.paid.payment;
    const security = this.#open().find(({ signed }) => signed.certificate.amount >= amount)?.signed;
    if (security === undefined) throw new OfflineRefused("no security");
    const { endorsement, endorsementSignature: signature } = await this.#endorse(received, {
      payee,
      security: security.certificate.allotment,
    });
    return this.#send(payment, { paid: received.message.paid, passedOn: { security, endorsement, signature } });
  }

  /** The message of a payment that this device has made or passed on, as often as it is needed. */
  again(payment: string): string {
    const text = this.#sent.get(payment);
    if (text === undefined) throw new OfflineRefused("unknown payment");
    return text;
  }

  /** All that its owner may redeem: payments passed on to it, and those it was paid and keeps. Keeping is for good. */
  async vouchers(): Promise<OfflineVoucher[]> {
    const all: OfflineVoucher[] = [];
    for (const received of this.#received.values()) {
      const { paid, passedOn } = received.message;
      const { payment, signature: paymentSignature } = paid;
      if (passedOn !== undefined) {
        const { endorsement, signature: endorsementSignature } = passedOn;
        all.push({ payment, paymentSignature, endorsement, endorsementSignature });
      } else if (received.endorsed === undefined || received.endorsed.payee === this.id) {
        all.push(await this.#endorse(received, { payee: this.id, security: NO_SECURITY }));
      }
    }
    return all;
  }

  #endorse(received: Received, to: Omit<OfflineEndorsement, "signedAt">): Promise<OfflineVoucher> {
    received.endorsed ??= { payee: to.payee, done: this.#sign(received, to) };
    return received.endorsed.done;
  }

  async #sign({ message }: Received, to: Omit<OfflineEndorsement, "signedAt">): Promise<OfflineVoucher> {
    const { payment, signature: paymentSignature } = message.paid;
    const now = this.#settings.clock();
    // clocks differ; the contract takes no endorsement that is older than its payment
    const endorsement = { ...to, signedAt: now < payment.signedAt ? payment.signedAt : now };
    const id = offlineVoucherId(this.#settings.domain, { payment, endorsement });
    return { payment, paymentSignature, endorsement, endorsementSignature: await this.#key.sign(id) };
  }

  #send(id: string, message: OfflineMessage): string {
    const text = formatMessage(message);
    this.#sent.set(id, text);
    return text;
  }

  #open(): Loaded[] {
    const now = this.#settings.clock();
    return [...this.#allotments.values()].filter(
      ({ signed: { certificate } }) => certificate.openedAt <= now && now <= certificate.signUntil,
    );
  }

  #unendorsed(payment: string): Received {
    const received = this.#received.get(payment);
    if (received === undefined) throw new OfflineRefused("unknown payment");
    this.#require(received.message.passedOn === undefined, "second hop");
    this.#require(received.endorsed === undefined, "already endorsed");
    return received;
  }

  async #checkPayment(id: string, { certificate: signed, payment, signature }: OfflineMessage["paid"]): Promise<void> {
    this.#believe(signed);
    const { certificate } = signed;
    this.#require(certificate.allotment === payment.allotment, "uncertified");
    this.#require(payment.amount > 0n && payment.amount <= certificate.maxPayment, "over the payment cap");
    this.#require(payment.amount <= certificate.amount, "over the allotment");
    this.#require(isWithin(certificate, payment), "clock");
    this.#require(this.#settings.clock() < payment.signedAt + certificate.maxAge, "too old");
    this.#require(await isSignedBy(certificate, id, signature), "signature");
  }

  async #checkEndorsement({ paid: { payment }, passedOn }: OfflineMessage): Promise<void> {
    if (passedOn === undefined) return;
    const { security, endorsement, signature } = passedOn;
    this.#require(endorsement.payee === this.id, "not for this device");
    this.#believe(security);
    const { certificate } = security;
    this.#require(certificate.allotment === endorsement.security, "uncertified");
    this.#require(deviceOf(security) === payment.payee && payment.amount <= certificate.amount, "no security");
    this.#require(payment.signedAt <= endorsement.signedAt && isWithin(certificate, endorsement), "clock");
    this.#checkClock(endorsement.signedAt);
    const id = offlineVoucherId(this.#settings.domain, { payment, endorsement });
    this.#require(await isSignedBy(certificate, id, signature), "signature");
  }

  /** A device that dates its payments wrongly has them refused after the report of a loss, or as too old. */
  #checkClock(signedAt: bigint): void {
    const now = this.#settings.clock();
    const apart = now > signedAt ? now - signedAt : signedAt - now;
    this.#require(apart <= (this.#settings.tolerance ?? 120n), "clock");
  }

  #believe(signed: SignedCertificate): void {
    const known = formatCertificate(signed);
    if (this.#believed.has(known)) return;
    const issuer = issuerOf(this.#settings.domain, signed)?.toLowerCase();
    this.#require(issuer !== undefined && this.#issuers.has(issuer), "uncertified");
    this.#believed.add(known);
  }

  #require(condition: boolean, reason: OfflineRefusal): void {
    if (!condition) throw new OfflineRefused(reason);
  }
}

function isWithin(
  { openedAt, signUntil }: AllotmentCertificate,
  { signedAt }: Pick<OfflinePayment, "signedAt">,
): boolean {
  return openedAt <= signedAt && signedAt <= signUntil;
}

function formatCertificate({ certificate, signature }: SignedCertificate): string {
  return [...Object.values<string | bigint>({ ...certificate }), signature].join();
}
