import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { random, type Random } from "../../scripts/scenarios/random.js";
import { openOffline } from "../../sdk/deploy/offline.js";
import {
  OFFLINE_DEVICE_STATUS,
  deviceKeyTypedData,
  offlineDeviceId,
  offlineVoucherId,
  type OfflineTerms,
  type OfflineVoucher,
} from "../../sdk/eip712/offlineWallets.js";
import { digestOf, domainOf } from "../../sdk/eip712/typedData.js";
import { OfflineDevice, OfflineRefused } from "../../sdk/offline/device.js";
import { DeviceKey } from "../../sdk/offline/key.js";
import { certify, type SignedCertificate } from "../../sdk/offline/messages.js";
import { minor } from "../../sdk/money.js";
import { openChain } from "../support/chain.js";
import { deployMoney, fund } from "../support/currency.js";
import { DAY, OFFLINE_CODE } from "../support/offline.js";

/** The environment may ask for more. */
const WORLDS = Number(process.env["OFFLINE_WORLDS"] ?? 20);
const HISTORIES = 50;
const BATCH = 60;
const HONEST = ["ann", "bob", "cai", "shop"] as const;
/** The company's device has been broken open: three of one key go about. */
const CLONES = ["company", "clone", "another clone"] as const;
const NAMES = [...HONEST, ...CLONES] as const;
type Name = (typeof NAMES)[number];

const ALLOTMENT = minor("400.00");
const CHEATS = minor("12.00");
const MOST = minor("6.00");
const TERMS: OfflineTerms = {
  ...{ maxPayment: MOST, maxLoaded: ALLOTMENT, maxAge: 5n * DAY, maxTerm: 10n * DAY, lossGrace: DAY },
};

const chain = await openChain("mainland");
const { networkHelpers } = chain;

async function deploy() {
  const money = await deployMoney(chain);
  const { currency, authority, officers, banks } = money.mainland;
  const { icbc, deployer } = money;
  const offline = await openOffline({
    ...{ authority, admin: officers.admin, deployer, currency, terms: TERMS, initCode: OFFLINE_CODE },
  });
  const domain = await domainOf(offline);
  const owners = { ann: money.ann, bob: money.bob, cai: money.cai, shop: money.shop, company: money.company };
  for (const purse of [icbc, ...Object.values(owners)]) {
    await fund(money.mainland, purse, ALLOTMENT);
    await currency.connect(purse).approve(offline, MaxUint256);
  }
  await offline.connect(icbc).pledge(ALLOTMENT, 2n ** 40n);
  const signUntil = BigInt(await networkHelpers.time.latest()) + 9n * DAY;
  const keys = new Map<string, DeviceKey>();
  const certificates = new Map<string, SignedCertificate>();
  for (const [name, owner] of Object.entries(owners)) {
    const key = await DeviceKey.generate();
    const proof = await key.sign(digestOf(deviceKeyTypedData(domain, owner.address)));
    const { x, y } = key.publicKey;
    await offline.connect(icbc).registerDevice(owner, x, y, proof);
    const id = offlineDeviceId(key.publicKey);
    await offline.connect(owner).load(id, name === "company" ? CHEATS : ALLOTMENT, signUntil, "0x");
    const allotment = await offline.allotmentId(id, 0n);
    const { amount, maxPayment, openedAt, maxAge } = await offline.allotmentOf(allotment);
    const certificate = { allotment, x, y, amount, maxPayment, openedAt, signUntil, maxAge };
    certificates.set(name, await certify(icbc, domain, certificate));
    keys.set(name, key);
  }
  return { ...money, offline, currency, domain, owners, keys, certificates, bankNumber: banks[0].number };
}

type World = Awaited<ReturnType<typeof deploy>>;

/** A message on its way, and who is to get it. */
interface Underway {
  readonly text: string;
  readonly to: Name;
}

/** Seven devices, two of which are clones, that see no chain. */
class Market {
  readonly devices = {} as Record<Name, OfflineDevice>;
  readonly refused = new Map<string, number>();
  twoHops = 0;
  #now: bigint;

  constructor(
    world: World,
    private readonly draw: Random,
    now: bigint,
  ) {
    this.#now = now;
    const settings = { domain: world.domain, issuers: [world.icbc.address], clock: () => this.#now };
    for (const name of NAMES) {
      const whose = isClone(name) ? "company" : name;
      const device = new OfflineDevice(settings, known(world.keys, whose));
      device.load(known(world.certificates, whose));
      this.devices[name] = device;
    }
  }

  get now(): bigint {
    return this.#now;
  }

  /** Who pays whom, and to whom it goes then; messages are lost, come twice, and out of turn. */
  async history(): Promise<void> {
    this.#now += BigInt(this.draw(60));
    const [payer, middle, last] = [this.#one(), this.#one(), this.#one()];
    const amount = BigInt(1 + this.draw(Number(MOST)));
    const paid = await this.#tried(() => this.devices[payer].pay(this.devices[middle].id, amount));
    if (paid === undefined) return;
    // whoever has the key of the middle may be shown the message; clones all take it
    const middles: readonly Name[] = isClone(middle) ? CLONES : [middle];
    const first = await this.#deliver(middles.map((to) => ({ text: paid, to })));
    if (this.draw(5) === 0) return;
    const second: Underway[] = [];
    for (const to of first.filter((name) => middles.includes(name))) {
      const target = isClone(to) ? this.#one() : last;
      const id = known(new Map(this.#taken), `${to} ${paid}`);
      const text = await this.#tried(() => this.devices[to].passOn(id, this.devices[target].id));
      if (text !== undefined) second.push({ text, to: target });
      // its user forgets, and asks for the same once more
      if (this.draw(6) === 0) await this.#tried(() => this.devices[to].passOn(id, this.devices[payer].id));
    }
    this.twoHops += (await this.#deliver(second)).length > 0 ? 1 : 0;
  }

  readonly #taken: [string, string][] = [];

  /** Some are lost for good, some until they are shown again, some come twice, and all in any order. */
  async #deliver(messages: readonly Underway[]): Promise<Name[]> {
    const underway: Underway[] = [];
    for (const message of messages) {
      const fate = this.draw(12);
      if (fate === 0) continue;
      underway.push(message);
      if (fate < 4) underway.push(message);
    }
    const arrived = new Set<Name>();
    for (const { text, to } of shuffled(underway, this.draw)) {
      const id = await this.#tried(() => this.devices[to].take(text));
      if (id === undefined) continue;
      arrived.add(to);
      this.#taken.push([`${to} ${text}`, id]);
    }
    return [...arrived];
  }

  async #tried<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof OfflineRefused)) throw error;
      this.refused.set(error.reason, (this.refused.get(error.reason) ?? 0) + 1);
      return undefined;
    }
  }

  #one(): Name {
    return NAMES[this.draw(NAMES.length)] ?? "ann";
  }
}

describe("Offline histories", function () {
  this.timeout(300_000);

  it(`make no fen and lose no more than the allotment, in ${WORLDS * HISTORIES} of two hops`, async function () {
    const tally = { twoHops: 0, vouchers: 0, contradicted: 0, guaranteed: 0n, uncovered: 0 };
    const refused = new Map<string, number>();
    for (let seed = 1; seed <= WORLDS; ++seed) {
      const world = await networkHelpers.loadFixture(deploy);
      const draw = random(seed);
      const market = new Market(world, draw, BigInt(await networkHelpers.time.latest()));
      for (let count = 0; count < HISTORIES; ++count) await market.history();
      await networkHelpers.time.increaseTo(market.now + 1n);
      const vouchers = (await Promise.all(Object.values(market.devices).map((device) => device.vouchers()))).flat();
      const presented = shuffled([...vouchers, ...vouchers.filter(() => draw(4) === 0)], draw);
      const paid = await redeemAll(world, presented, tally);
      await checkWorld(world, vouchers, paid, tally);
      tally.twoHops += market.twoHops;
      tally.vouchers += vouchers.length;
      for (const [reason, count] of market.refused) refused.set(reason, (refused.get(reason) ?? 0) + count);
    }
    // else nothing has been tried
    expect(tally.twoHops).to.be.greaterThan((WORLDS * HISTORIES) / 4);
    expect(tally.contradicted).to.be.greaterThan(WORLDS / 2);
    expect(tally.uncovered).to.be.greaterThan(0);
    expect(tally.guaranteed > 0n).to.equal(true);
    expect([...refused.keys()]).to.include.members(["over the allotment", "not for this device", "already endorsed"]);
  });
});

/** What the chain paid for each voucher, by id. */
interface Paid {
  readonly amount: bigint;
  readonly own: bigint;
  readonly guaranteed: bigint;
  readonly allotment: string;
}

async function redeemAll(
  { offline, carrier }: World,
  vouchers: readonly OfflineVoucher[],
  tally: { uncovered: number },
): Promise<Map<string, Paid>> {
  const paid = new Map<string, Paid>();
  for (let from = 0; from < vouchers.length; from += BATCH) {
    const sent = await offline.connect(carrier).redeemMany(vouchers.slice(from, from + BATCH));
    for (const log of (await sent.wait())?.logs ?? []) {
      const parsed = offline.interface.parseLog(log);
      if (parsed?.name === "VoucherRefused") {
        expect(offline.interface.getError(String(parsed.args[1]))?.name).to.equal("OfflineVoucherPaid");
      }
      if (parsed?.name === "VoucherUncovered") tally.uncovered += 1;
      if (parsed?.name !== "VoucherRedeemed") continue;
      const [id, allotment, , amount, own, guaranteed] = parsed.args.toArray() as [
        ...[string, string, string, bigint, bigint, bigint],
      ];
      expect(paid.has(id), "a voucher is paid once").to.equal(false);
      paid.set(id, { allotment, amount, own, guaranteed });
    }
  }
  return paid;
}

async function checkWorld(
  { offline, currency, domain, owners, keys, certificates, icbc, bankNumber }: World,
  vouchers: readonly OfflineVoucher[],
  paid: ReadonlyMap<string, Paid>,
  tally: { contradicted: number; guaranteed: bigint },
): Promise<void> {
  const cheat = offlineDeviceId(known(keys, "company").publicKey);
  const cheats = known(certificates, "company").certificate.allotment;
  const byDevice = new Map([...keys].map(([name, key]) => [offlineDeviceId(key.publicKey), name]));
  const balance = new Map([...Object.keys(owners), "icbc"].map((name) => [name, ALLOTMENT]));
  const add = (name: string, amount: bigint) => balance.set(name, known(balance, name) + amount);

  const once = new Map(vouchers.map((voucher) => [offlineVoucherId(domain, voucher), voucher]));
  for (const [id, { payment, endorsement }] of once) {
    const got = paid.get(id);
    const payee = known(byDevice, endorsement.payee);
    // what an honest device has signed, and no clone passed on, is paid whole
    const honest = payment.allotment !== cheats && payment.payee !== cheat;
    if (honest) expect(got?.amount, id).to.equal(payment.amount);
    if (got === undefined) continue;
    expect(got.own + got.guaranteed <= payment.amount, "no more than it says").to.equal(true);
    const source = [...certificates].find(([, { certificate }]) => certificate.allotment === got.allotment);
    add(source?.[0] ?? "", -got.own);
    add("icbc", -got.guaranteed);
    add(payee, got.own + got.guaranteed);
    if (honest && payee !== source?.[0]) expect([got.own, got.guaranteed]).to.deep.equal([payment.amount, 0n]);
  }

  let sum = 0n;
  for (const [name, owner] of [...Object.entries(owners), ["icbc", icbc] as const]) {
    const has = await currency.balanceOf(owner);
    expect(has, name).to.equal(balance.get(name));
    sum += has;
  }
  expect(sum, "no fen created").to.equal(await currency.totalSupply());
  expect(await currency.balanceOf(offline), "the contract").to.equal(0n);
  for (const [name, { certificate }] of certificates) {
    const { amount, paid: spent, guaranteed } = await offline.allotmentOf(certificate.allotment);
    expect(spent <= amount, `${name}: paid within the allotment`).to.equal(true);
    const bound = name === "company" ? amount : 0n;
    expect(guaranteed <= bound, `${name}: loss within the allotment`).to.equal(true);
    const { status } = await offline.deviceOf(offlineDeviceId(certificate));
    if (name !== "company") expect(status, name).to.equal(OFFLINE_DEVICE_STATUS.active);
    else if (status === OFFLINE_DEVICE_STATUS.blocked) tally.contradicted += 1;
    tally.guaranteed += guaranteed;
  }
  expect((await offline.pledgeOf(bankNumber)).remaining).to.equal(balance.get("icbc"));
}

function isClone(name: Name): boolean {
  return (CLONES as readonly Name[]).includes(name);
}

function known<T>(of: ReadonlyMap<string, T>, key: string): T {
  const value = of.get(key);
  if (value === undefined) throw new RangeError(`nothing is known of ${key}`);
  return value;
}

function shuffled<T>(list: readonly T[], draw: Random): T[] {
  return list
    .map((entry) => ({ entry, at: draw(2 ** 30) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ entry }) => entry);
}
