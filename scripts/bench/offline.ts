import { MaxUint256 } from "ethers";
import { governOffline } from "../../sdk/deploy/offline.js";
import {
  NO_SECURITY,
  deviceKeyTypedData,
  offlineDeviceId,
  offlinePaymentId,
  offlineVoucherId,
  type OfflineTerms,
  type OfflineVoucher,
} from "../../sdk/eip712/offlineWallets.js";
import { digestOf, domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { DeviceKey } from "../../sdk/offline/key.js";
import { gasOf } from "./measure.js";
import type { Figures } from "./operations.js";
import { AMOUNT, LATER, type Suite } from "./suite.js";

const DAY = 86_400n;
const TERMS: OfflineTerms = {
  ...{ maxPayment: minor("100.00"), maxLoaded: minor("1000.00") },
  ...{ maxAge: 7n * DAY, maxTerm: 30n * DAY, lossGrace: DAY },
};
/** Signatures are random, and so is how many of their bytes are zero: figures are rounded up, so that they stay the same. */
const STEP = 500;
/** Devices that pay one other. */
const PAYERS = 10;
/** Vouchers of the batches that are measured, by operation. */
const BATCHES = { "offline.perVoucher.10": 10, "offline.perVoucher": 100 } as const;

/** Batches of vouchers, of ten devices in turn, redeemed for one payee. */
export async function measureOffline(suite: Suite): Promise<Figures> {
  const { chain, authority, currency, banks, admin, carrier, ann, company } = suite;
  const offline = await chain.ethers.deployContract("OfflineWallets", [currency, TERMS]);
  await governOffline({ authority, admin }, offline);
  const domain = await domainOf(offline);
  const bank = banks[0].account;
  await currency.connect(bank).approve(offline, MaxUint256);
  await currency.connect(company).approve(offline, MaxUint256);
  await offline.connect(bank).pledge(TERMS.maxLoaded, LATER);
  const register = async (owner: string) => {
    const key = await DeviceKey.generate();
    const { x, y } = key.publicKey;
    const proof = await key.sign(digestOf(deviceKeyTypedData(domain, owner)));
    await offline.connect(bank).registerDevice(owner, x, y, proof);
    return { key, id: offlineDeviceId(key.publicKey) };
  };
  const payee = await register(ann.address);
  const now = BigInt(await chain.networkHelpers.time.latest());
  const payers: { readonly key: DeviceKey; readonly allotment: string }[] = [];
  for (let i = 0; i < PAYERS; ++i) {
    const device = await register(company.address);
    await offline.connect(company).load(device.id, TERMS.maxLoaded, now + DAY, "0x");
    payers.push({ key: device.key, allotment: await offline.allotmentId(device.id, 0n) });
  }
  const signedAt = BigInt(await chain.networkHelpers.time.latest());
  let next = 0;
  const voucher = async (): Promise<OfflineVoucher> => {
    const payer = payers[next % PAYERS];
    if (payer === undefined) throw new RangeError("there are payers");
    const number = BigInt(Math.floor(next++ / PAYERS));
    const payment = { allotment: payer.allotment, number, amount: AMOUNT, payee: payee.id, signedAt };
    const endorsement = { payee: payee.id, security: NO_SECURITY, signedAt };
    return {
      payment,
      paymentSignature: await payer.key.sign(offlinePaymentId(domain, payment)),
      endorsement,
      endorsementSignature: await payee.key.sign(offlineVoucherId(domain, { payment, endorsement })),
    };
  };
  const redeem = async (count: number) => {
    const vouchers = await Promise.all(Array.from({ length: count }, voucher));
    const gas = (await gasOf(offline.connect(carrier).redeemMany(vouchers))) / count;
    return Math.ceil(gas / STEP) * STEP;
  };
  // the first batch of all is not measured
  await redeem(PAYERS);
  const figures: Record<string, number> = {};
  for (const [name, count] of Object.entries(BATCHES)) figures[name] = await redeem(count);
  return figures;
}
