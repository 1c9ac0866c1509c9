import { expect } from "chai";
import { Wallet, toBeHex } from "ethers";
import { sentenceOf } from "../../sdk/errors.js";
import {
  NO_SECURITY,
  deviceKeyTypedData,
  offlineDeviceId,
  offlinePaymentId,
  offlineVoucherId,
  type AllotmentCertificate,
} from "../../sdk/eip712/offlineWallets.js";
import { digestOf } from "../../sdk/eip712/typedData.js";
import { OfflineDevice, OfflineRefused, type OfflineRefusal } from "../../sdk/offline/device.js";
import { DeviceKey, isSignedBy, mirrored } from "../../sdk/offline/key.js";
import { certify, formatMessage, issuerOf, parseMessage, type OfflineMessage } from "../../sdk/offline/messages.js";

const domain = { name: "OfflineWallets", version: "1", chainId: 86_001n, verifyingContract: toBeHex(0x0ffn, 20) };
const bank = new Wallet(toBeHex(7n, 32));
const DAY = 86_400n;
const MORNING = 1_800_000_000n;

/** Ann, bob and the shop; ann and bob have 100.00 each, 40.00 at once, for a day. */
class Street {
  now = MORNING;
  ann!: OfflineDevice;
  bob!: OfflineDevice;
  shop!: OfflineDevice;

  static async open(): Promise<Street> {
    const street = new Street();
    for (const name of ["ann", "bob", "shop"] as const) street[name] = await street.device();
    for (const name of ["ann", "bob"] as const) await street.load(street[name], 1n);
    return street;
  }

  async device(key?: DeviceKey, issuers: readonly string[] = [bank.address]): Promise<OfflineDevice> {
    const settings = { domain, issuers, clock: () => this.now };
    return key === undefined ? OfflineDevice.make(settings) : new OfflineDevice(settings, key);
  }

  certificate(device: Pick<OfflineDevice, "publicKey" | "id">, number: bigint): AllotmentCertificate {
    const allotment = toBeHex(BigInt(device.id) ^ number, 32);
    return {
      ...{ allotment, ...device.publicKey, amount: 10_000n, maxPayment: 4_000n },
      ...{ openedAt: MORNING, signUntil: MORNING + DAY, maxAge: 2n * DAY },
    };
  }

  async load(device: OfflineDevice, number: bigint, changed: Partial<AllotmentCertificate> = {}, by = bank) {
    device.load(await certify(by, domain, { ...this.certificate(device, number), ...changed }));
  }
}

async function expectRefused(act: Promise<unknown> | (() => unknown), reason: OfflineRefusal): Promise<void> {
  const outcome = await Promise.resolve()
    .then(() => (typeof act === "function" ? act() : act))
    .then(
      () => "it was done",
      (error: unknown) => (error instanceof OfflineRefused ? error.reason : String(error)),
    );
  expect(outcome).to.equal(reason);
}

describe("DeviceKey", function () {
  it("signs with an s in the lower half what its public key verifies", async function () {
    const key = await DeviceKey.generate();
    for (let i = 0n; i < 8n; ++i) {
      const digest = toBeHex(i, 32);
      const signature = await key.sign(digest);
      expect(await isSignedBy(key.publicKey, digest, signature)).to.equal(true);
      expect(await isSignedBy(key.publicKey, digest, mirrored(signature))).to.equal(false);
      expect(await isSignedBy(key.publicKey, toBeHex(99n, 32), signature)).to.equal(false);
    }
  });

  it("does not give its key away", async function () {
    const key = await DeviceKey.generate();
    expect(Object.keys(key)).to.deep.equal(["publicKey"]);
    expect(JSON.stringify(key)).to.equal(JSON.stringify({ publicKey: key.publicKey }));
  });

  it("knows what is no key", async function () {
    const key = await DeviceKey.generate();
    const digest = toBeHex(1n, 32);
    const signature = await key.sign(digest);
    expect(await isSignedBy({ ...key.publicKey, y: toBeHex(5n, 32) }, digest, signature)).to.equal(false);
  });
});

describe("OfflineDevice", function () {
  let street: Street;

  beforeEach(async function () {
    street = await Street.open();
  });

  describe("load", function () {
    it("takes a certificate of its own allotment by an institution that it knows, once", async function () {
      const { ann } = street;
      expect(ann.spendable).to.equal(10_000n);
      await ann.pay(street.shop.id, 4_000n);
      await street.load(ann, 1n);
      expect(ann.spendable).to.equal(6_000n);
      await street.load(ann, 2n);
      expect(ann.spendable).to.equal(16_000n);
    });

    it("refuses another's, and one that nobody has signed whom it knows", async function () {
      const { ann, bob } = street;
      const signed = await certify(bank, domain, street.certificate(bob, 1n));
      await expectRefused(() => ann.load(signed), "not its own");
      await expectRefused(street.load(ann, 3n, {}, new Wallet(toBeHex(8n, 32))), "uncertified");
      const nonsense = { certificate: street.certificate(ann, 3n), signature: toBeHex(0n, 65) };
      expect(issuerOf(domain, nonsense)).to.equal(undefined);
      await expectRefused(() => ann.load(nonsense), "uncertified");
    });
  });

  describe("pay", function () {
    it("counts on and spends down, whether a message arrives or not", async function () {
      const { ann, shop } = street;
      const [first, second] = [await ann.pay(shop.id, 4_000n), await ann.pay(shop.id, 1n)];
      expect([first, second].map((text) => parseMessage(text).paid.payment.number)).to.deep.equal([0n, 1n]);
      expect(ann.spendable).to.equal(5_999n);
    });

    it("pays the cap and the last fen of the allotment, and not one more", async function () {
      const { ann, shop } = street;
      await expectRefused(ann.pay(shop.id, 4_001n), "over the payment cap");
      await expectRefused(ann.pay(shop.id, 0n), "over the payment cap");
      await ann.pay(shop.id, 4_000n);
      await ann.pay(shop.id, 4_000n);
      await expectRefused(ann.pay(shop.id, 2_001n), "over the allotment");
      await ann.pay(shop.id, 2_000n);
      await expectRefused(ann.pay(shop.id, 1n), "over the allotment");
    });

    it("signs from the first to the last second of the term", async function () {
      const { ann, shop } = street;
      street.now = MORNING + DAY;
      await ann.pay(shop.id, 1n);
      for (const now of [MORNING + DAY + 1n, MORNING - 1n]) {
        street.now = now;
        await expectRefused(ann.pay(shop.id, 1n), "no allotment");
      }
    });

    it("needs an allotment, and another device", async function () {
      await expectRefused(street.shop.pay(street.ann.id, 1n), "no allotment");
      await expectRefused(street.ann.pay(street.ann.id, 1n), "not for this device");
    });

    it("gives every one of many payments at the same time a number of its own", async function () {
      const { ann, shop } = street;
      const texts = await Promise.all(Array.from({ length: 20 }, () => ann.pay(shop.id, 10n)));
      const numbers = texts.map((text) => Number(parseMessage(text).paid.payment.number));
      expect(new Set(numbers).size).to.equal(20);
      expect(ann.spendable).to.equal(9_800n);
    });
  });

  describe("take", function () {
    it("takes a payment once, however often it comes", async function () {
      const { ann, shop } = street;
      const text = await ann.pay(shop.id, 100n);
      const id = await shop.take(text);
      expect(id).to.equal(offlinePaymentId(domain, parseMessage(text).paid.payment));
      expect(await shop.take(text)).to.equal(id);
      expect(await shop.take(ann.again(id))).to.equal(id);
      const [voucher, ...more] = await shop.vouchers();
      expect(more).to.deep.equal([]);
      expect(voucher?.endorsement).to.deep.equal({ payee: shop.id, security: NO_SECURITY, signedAt: MORNING });
      expect(await shop.vouchers()).to.deep.equal([voucher]);
    });

    const changed = async (how: (message: OfflineMessage) => OfflineMessage) =>
      formatMessage(how(parseMessage(await street.ann.pay(street.shop.id, 100n))));

    it("refuses what was changed on the way, or is somebody else's", async function () {
      const { shop, bob, ann } = street;
      const more = await changed(({ paid }) => ({ paid: { ...paid, payment: { ...paid.payment, amount: 101n } } }));
      await expectRefused(shop.take(more), "signature");
      const mirror = await changed(({ paid }) => ({ paid: { ...paid, signature: mirrored(paid.signature) } }));
      await expectRefused(shop.take(mirror), "signature");
      await expectRefused(bob.take(await ann.pay(shop.id, 1n)), "not for this device");
    });

    it("refuses what the certificate does not cover", async function () {
      const { shop } = street;
      const other = await certify(bank, domain, street.certificate(street.bob, 1n));
      const borrowed = await changed(({ paid }) => ({ paid: { ...paid, certificate: other } }));
      await expectRefused(shop.take(borrowed), "uncertified");
      const raised = await changed(({ paid }) => {
        const certificate = { ...paid.certificate.certificate, maxPayment: 9_000n };
        return { paid: { ...paid, certificate: { ...paid.certificate, certificate } } };
      });
      await expectRefused(shop.take(raised), "uncertified");
      for (const amount of [4_001n, 0n]) {
        const wrong = await changed(({ paid }) => ({ paid: { ...paid, payment: { ...paid.payment, amount } } }));
        await expectRefused(shop.take(wrong), "over the payment cap");
      }
      const small = await street.device();
      await street.load(small, 1n, { amount: 50n });
      const { certificate } = parseMessage(await small.pay(shop.id, 50n)).paid;
      const over = await changed(({ paid }) => {
        const payment = { ...paid.payment, allotment: certificate.certificate.allotment };
        return { paid: { ...paid, certificate, payment } };
      });
      await expectRefused(shop.take(over), "over the allotment");
    });

    it("refuses a clock that is more than two minutes off, and what is too old", async function () {
      const { ann, shop } = street;
      street.now = MORNING + 1_000n;
      const text = await ann.pay(shop.id, 1n);
      for (const off of [121n, -121n]) {
        street.now = MORNING + 1_000n + off;
        await expectRefused(shop.take(text), "clock");
      }
      street.now = MORNING + 1_120n;
      await shop.take(text);
      const early = await changed(({ paid }) => ({
        paid: { ...paid, payment: { ...paid.payment, signedAt: MORNING - 1n } },
      }));
      await expectRefused(shop.take(early), "clock");
      const old = await ann.pay(shop.id, 1n);
      street.now += 2n * DAY;
      await expectRefused(shop.take(old), "too old");
    });

    it("endorses not before the payment when the payer's clock is ahead", async function () {
      const { ann, shop } = street;
      street.now = MORNING + 100n;
      const text = await ann.pay(shop.id, 1n);
      street.now = MORNING;
      await shop.take(text);
      const [voucher] = await shop.vouchers();
      expect(voucher?.endorsement.signedAt).to.equal(MORNING + 100n);
    });

    it("says in one sentence what is no message", function () {
      const sentences = ["{", '{"paid":1}'].map((text) => {
        try {
          parseMessage(text);
          return "it was read";
        } catch (error) {
          return sentenceOf(error);
        }
      });
      for (const sentence of sentences) expect(sentence).to.match(/^offline message: The input does not fit/);
    });
  });

  describe("passOn", function () {
    it("makes a voucher that the third device has redeemed", async function () {
      const { ann, bob, shop } = street;
      const payment = await bob.take(await ann.pay(bob.id, 700n));
      await shop.take(await bob.passOn(payment, shop.id));
      const [voucher] = await shop.vouchers();
      if (voucher === undefined) throw new RangeError("the shop has a voucher");
      expect(voucher.endorsement.payee).to.equal(shop.id);
      expect(voucher.endorsement.security).to.equal(street.certificate(bob, 1n).allotment);
      expect(offlineDeviceId(bob.publicKey)).to.equal(voucher.payment.payee);
      const id = offlineVoucherId(domain, voucher);
      expect(await isSignedBy(bob.publicKey, id, voucher.endorsementSignature)).to.equal(true);
      expect(await bob.vouchers()).to.deep.equal([]);
      expect(await shop.take(bob.again(payment))).to.equal(payment);
    });

    it("passes on once, and not what it keeps", async function () {
      const { ann, bob, shop } = street;
      const first = await bob.take(await ann.pay(bob.id, 1n));
      await bob.passOn(first, shop.id);
      await expectRefused(bob.passOn(first, ann.id), "already endorsed");
      const second = await bob.take(await ann.pay(bob.id, 2n));
      expect(await bob.vouchers()).to.have.lengthOf(1);
      await expectRefused(bob.passOn(second, shop.id), "already endorsed");
    });

    it("forgets nothing of a payment that comes again while it is looked at", async function () {
      const { ann, bob, shop } = street;
      const text = await ann.pay(bob.id, 1n);
      const [first, second] = [bob.take(text), bob.take(text)];
      await bob.passOn(await first, shop.id);
      await expectRefused(bob.passOn(await second, ann.id), "already endorsed");
    });

    it("passes on what it has, to another, and no third time", async function () {
      const { ann, bob, shop } = street;
      await expectRefused(bob.passOn(toBeHex(1n, 32), shop.id), "unknown payment");
      await expectRefused(() => bob.again(toBeHex(1n, 32)), "unknown payment");
      const payment = await bob.take(await ann.pay(bob.id, 1n));
      await expectRefused(bob.passOn(payment, bob.id), "not for this device");
      await street.load(shop, 1n);
      await shop.take(await bob.passOn(payment, shop.id));
      await expectRefused(shop.passOn(payment, ann.id), "second hop");
    });

    it("needs an open allotment of as much as the payment", async function () {
      const { ann, shop, bob } = street;
      const payment = await shop.take(await ann.pay(shop.id, 100n));
      await expectRefused(shop.passOn(payment, bob.id), "no security");
      await street.load(shop, 1n, { amount: 99n });
      await expectRefused(shop.passOn(payment, bob.id), "no security");
      await street.load(shop, 2n, { amount: 100n });
      await bob.take(await shop.passOn(payment, bob.id));
    });

    it("is refused by the third device if the second hop was changed or is not secured", async function () {
      const { ann, bob, shop } = street;
      const payment = await bob.take(await ann.pay(bob.id, 100n));
      const message = parseMessage(await bob.passOn(payment, shop.id));
      const hop = message.passedOn;
      if (hop === undefined) throw new RangeError("it was passed on");
      const told = (changed: Partial<typeof hop>) => formatMessage({ ...message, passedOn: { ...hop, ...changed } });
      await expectRefused(ann.take(told({})), "not for this device");
      const { endorsement } = hop;
      await expectRefused(shop.take(told({ endorsement: { ...endorsement, security: NO_SECURITY } })), "uncertified");
      const anns = await certify(bank, domain, street.certificate(ann, 1n));
      const { allotment } = anns.certificate;
      const borrowed = { security: anns, endorsement: { ...endorsement, security: allotment } };
      await expectRefused(shop.take(told(borrowed)), "no security");
      await expectRefused(shop.take(told({ endorsement: { ...endorsement, signedAt: MORNING + 1n } })), "signature");
      await expectRefused(shop.take(told({ endorsement: { ...endorsement, signedAt: MORNING - 1n } })), "clock");
      street.now += 121n;
      await expectRefused(shop.take(told({})), "clock");
      street.now = MORNING;
      expect(await shop.take(told({}))).to.equal(payment);
    });
  });

  it("signs whose it is, for its registration", async function () {
    const { ann } = street;
    const digest = digestOf(deviceKeyTypedData(domain, bank.address));
    expect(await isSignedBy(ann.publicKey, digest, await ann.proveFor(bank.address))).to.equal(true);
    expect(await isSignedBy(ann.publicKey, digest, await ann.proveFor(toBeHex(1n, 20)))).to.equal(false);
  });
});
