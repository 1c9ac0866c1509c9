import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { TypedDataDomain } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { SECONDS_PER_DAY } from "../../../sdk/calendar.js";
import { openOffline } from "../../../sdk/deploy/offline.js";
import { openSuite, type Suite } from "../../../sdk/deploy/suite.js";
import {
  OFFLINE_DEVICE_STATUS,
  offlinePaymentId,
  offlineVoucherId,
  type OfflineTerms,
  type OfflineVoucher,
} from "../../../sdk/eip712/offlineWallets.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { minor } from "../../../sdk/money.js";
import { OfflineDevice } from "../../../sdk/offline/device.js";
import { DeviceKey } from "../../../sdk/offline/key.js";
import { certify, type SignedCertificate } from "../../../sdk/offline/messages.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, openWallet, type MoneyDesk } from "../../../sdk/operations/money.js";
import { Checks } from "../../../sdk/report.js";
import { least } from "../../../sdk/rounding.js";
import { table } from "../../../sdk/table.js";
import type { OfflineWallets } from "../../../types/ethers-contracts/index.js";
import type { Outcome } from "../lib.js";
import type { MarketInput, Purchase } from "./input.js";

/** Devices are loaded at this hour, UTC+8, before the market. */
const MORNING = 7;

/** Somebody with a device. */
interface Person {
  readonly name: string;
  readonly signer: HardhatEthersSigner;
  readonly device: OfflineDevice;
  readonly key: DeviceKey;
  readonly loaded: bigint;
  /** Undefined: nothing is loaded. */
  readonly certificate: SignedCertificate | undefined;
}

/** The clock that all devices show. */
interface DeviceClock {
  now: bigint;
}

/** What a run works with. */
interface Stage extends MoneyDesk {
  readonly input: MarketInput;
  readonly checks: Checks;
  readonly suite: Suite;
  readonly offline: OfflineWallets;
  readonly domain: TypedDataDomain;
  readonly devices: DeviceClock;
  readonly bank: ReturnType<Suite["mainland"]["bank"]>;
  readonly people: ReadonlyMap<string, Person>;
  /** What each person has in the end by the input; the bank too. */
  readonly expected: Map<string, bigint>;
  /** What happened without the chain. */
  readonly offstage: string[][];
}

/** Runs a day of a market without a network on a connection's chain, and what follows it. */
export async function runOfflineMarket(connection: NetworkConnection<"l1">, input: MarketInput): Promise<Outcome> {
  const checks = new Checks("offline-market", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.day);
  const stage = await openMarket(await openSuite(connection), checks, clock, input);
  const vouchers = await marketDay(stage);
  await evening(stage, vouchers);
  await afterwards(stage);
  await checkEnd(stage);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    "Without a network",
    table(["hour", "payer", "paid", "amount", "then"], stage.offstage),
    "On the chain",
    stage.journal.toTable(),
    "What everybody has in the end",
    table(
      ["who", "loaded", "has"],
      await Promise.all(
        [...stage.people.values()].map(async ({ name, signer, loaded }) => [
          name,
          describe(stage.jurisdiction, loaded),
          describe(stage.jurisdiction, await stage.jurisdiction.currency.balanceOf(signer)),
        ]),
      ),
    ),
  ].join("\n\n");
  return { checks, text };
}

// -------------------------------------------------------------------- opening

async function openMarket(suite: Suite, checks: Checks, clock: ScenarioClock, input: MarketInput): Promise<Stage> {
  const jurisdiction = suite.mainland;
  const { currency, authority, offices } = jurisdiction;
  const bank = jurisdiction.bank(input.bank);
  const journal = new Journal(checks, clock);
  await clock.moveTo(input.day, MORNING - 1);
  const terms = termsOf(input);
  const offline = await openOffline({ deployer: suite.deployer, currency, authority, admin: offices.admin, terms });
  const domain = await domainOf(offline);
  const devices = { now: clock.at(input.day, MORNING) };
  const people = new Map<string, Person>();
  const expected = new Map<string, bigint>();
  const stage: Stage = {
    ...{ jurisdiction, journal, clock, input, checks, suite, offline, domain, devices, bank, people, expected },
    offstage: [],
  };

  const guarantee = minor(input.guarantee);
  const total = input.people.reduce((sum, { loaded }) => sum + minor(loaded), 0n);
  await issueMoney(stage, bank, total + guarantee, "for its customers and the guarantee");
  await pledge(stage, guarantee);
  for (const [index, { name, loaded }] of input.people.entries()) {
    const signer = suite.customers[index];
    if (signer === undefined) throw new RangeError("the suite leaves too few accounts");
    await openWallet(stage, bank, signer, "II", name);
    const person = await equip(stage, name, signer, minor(loaded));
    people.set(name, person);
    expected.set(name, person.loaded);
  }
  expected.set(bank.name, await currency.balanceOf(bank.account));
  return stage;
}

function termsOf({ terms }: MarketInput): OfflineTerms {
  const days = (count: number) => BigInt(count) * BigInt(SECONDS_PER_DAY);
  return {
    ...{ maxPayment: minor(terms.maxPayment), maxLoaded: minor(terms.maxLoaded) },
    ...{ maxAge: days(terms.maxAgeDays), maxTerm: days(terms.termDays), lossGrace: days(terms.lossGraceDays) },
  };
}

async function pledge({ journal, jurisdiction, offline, bank, clock, input }: Stage, amount: bigint): Promise<void> {
  const { termDays, maxAgeDays } = input.terms;
  const expiry = clock.at(input.day) + BigInt((termDays + maxAgeDays + 2) * SECONDS_PER_DAY);
  await journal.noteAll(
    {
      event: `${bank.name} answers for its devices`,
      legs: [`${describe(jurisdiction, amount)} held, still the bank's`],
    },
    [
      () => jurisdiction.currency.connect(bank.signer).approve(offline, amount),
      () => offline.connect(bank.signer).pledge(amount, expiry),
    ],
  );
}

/** A new device, registered and loaded. */
async function equip(stage: Stage, name: string, signer: HardhatEthersSigner, loaded: bigint): Promise<Person> {
  const { journal, jurisdiction, offline, bank, domain } = stage;
  const key = await DeviceKey.generate();
  const device = deviceOf(stage, key);
  const { x, y } = key.publicKey;
  const proof = await device.proveFor(signer.address);
  await journal.note(
    { event: `${bank.name} registers ${name}'s device` },
    offline.connect(bank.signer).registerDevice(signer, x, y, proof),
  );
  if (loaded === 0n) return { name, signer, key, device, loaded, certificate: undefined };
  const { currency } = jurisdiction;
  const signUntil = lastMoment(stage);
  await journal.noteAll(
    { event: `${name} loads the device`, legs: [`${describe(jurisdiction, loaded)} held, still ${name}'s`] },
    [
      () => currency.connect(bank.signer).transfer(signer, loaded),
      () => currency.connect(signer).approve(offline, loaded),
      () => offline.connect(signer).load(device.id, loaded, signUntil, "0x"),
    ],
  );
  const allotment = await offline.allotmentId(device.id, 0n);
  const { amount, maxPayment, openedAt, maxAge } = await offline.allotmentOf(allotment);
  const terms = { allotment, x, y, amount, maxPayment, openedAt, signUntil, maxAge };
  const certificate = await certify(bank.signer, domain, terms);
  device.load(certificate);
  return { name, signer, key, device, loaded, certificate };
}

function deviceOf({ domain, bank, devices }: Stage, key: DeviceKey): OfflineDevice {
  return new OfflineDevice({ domain, issuers: [bank.account], clock: () => devices.now }, key);
}

function lastMoment({ clock, input }: Stage): bigint {
  return clock.at(input.day) + BigInt(input.terms.termDays * SECONDS_PER_DAY);
}

// ------------------------------------------------------------------ the market

/** Nobody sees the chain, but for the report of the loss. */
async function marketDay(stage: Stage): Promise<OfflineVoucher[]> {
  const { input, clock, devices, journal, offline } = stage;
  for (const purchase of input.purchases) await buy(stage, purchase, "");
  const [before, after] = [true, false].map((early) =>
    input.lost.thief.filter(({ hour }) => hour < input.lost.reported === early),
  );
  for (const purchase of before ?? []) await buy(stage, purchase, "stolen, ");
  const owner = personOf(stage, input.lost.name);
  await clock.moveTo(input.day, input.lost.reported);
  await journal.note(
    { event: `${owner.name} reports the device lost`, legs: ["what it signed before is paid until the cut-off"] },
    offline.connect(owner.signer).reportLoss(owner.device.id),
  );
  // the stalls do not know of it
  for (const purchase of after ?? []) await buy(stage, purchase, "stolen and reported, ");
  devices.now = clock.at(input.day, input.evening);
  const cloned = await sellTwice(stage);
  const vouchers = await Promise.all([...stage.people.values()].map(({ device }) => device.vouchers()));
  // the clone's victims stand in the order of arrival, last
  const last = new Set(cloned.map((voucher) => offlineVoucherId(stage.domain, voucher)));
  return [...vouchers.flat().filter((one) => !last.has(offlineVoucherId(stage.domain, one))), ...cloned];
}

async function buy(stage: Stage, purchase: Purchase, how: string): Promise<void> {
  const { input, clock, devices, checks, expected } = stage;
  const { hour, from, to, amount, passedOnTo, delivery } = purchase;
  const [payer, payee] = [personOf(stage, from), personOf(stage, to)];
  devices.now = clock.at(input.day, hour);
  const text = await payer.device.pay(payee.device.id, minor(amount));
  note(stage, purchase, `${how}${delivery === "once" ? "" : delivery}`);
  // what never arrives stays the payer's, and is free again when the allotment is closed
  if (delivery === "lost") return;
  const payment = await payee.device.take(text);
  if (delivery === "again") {
    checks.equal(`${hour}:00 ${from} shows the same again`, text, payer.device.again(payment));
  }
  if (delivery === "twice") {
    checks.equal(`${hour}:00 ${to} takes a message once`, payment, await payee.device.take(text));
  }
  let last = payee;
  if (passedOnTo !== undefined) {
    last = personOf(stage, passedOnTo);
    await last.device.take(await payee.device.passOn(payment, last.device.id));
    note(stage, { ...purchase, from: to, to: passedOnTo }, "passed on");
  }
  const refused = from === input.lost.name && hour >= input.lost.reported;
  if (refused) return;
  move(expected, from, last.name, minor(amount));
}

/** Each clone has the key and the first number. */
async function sellTwice(stage: Stage): Promise<OfflineVoucher[]> {
  const { input, devices, clock, expected, bank, jurisdiction, domain } = stage;
  const owner = personOf(stage, input.cloned.name);
  if (owner.certificate === undefined) throw new RangeError("a cloned device is loaded");
  let [left, guaranteed] = [owner.loaded, owner.loaded];
  const vouchers: OfflineVoucher[] = [];
  for (const sale of input.cloned.sales) {
    devices.now = clock.at(input.day, sale.hour);
    const clone = deviceOf(stage, owner.key);
    clone.load(owner.certificate);
    const victim = personOf(stage, sale.to);
    const payment = await victim.device.take(await clone.pay(victim.device.id, minor(sale.amount)));
    note(stage, { ...sale, from: owner.name }, "by a clone");
    const all = await victim.device.vouchers();
    const voucher = all.find((one) => offlinePaymentId(domain, one.payment) === payment);
    if (voucher === undefined) throw new RangeError("a payment that was taken is kept");
    vouchers.push(voucher);
    // in order of arrival: the allotment, then the guarantee, at most once more
    const own = least(minor(sale.amount), left);
    const helped = least(minor(sale.amount) - own, guaranteed);
    left -= own;
    guaranteed -= helped;
    move(expected, owner.name, sale.to, own);
    move(expected, bank.name, sale.to, helped);
    stage.offstage.push(["", "", sale.to, describe(jurisdiction, own + helped), "is what the rules give it"]);
  }
  return vouchers;
}

// ----------------------------------------------------------------- the evening

/** The network is back: everything is redeemed by a service that nobody has to trust, in any order, some of it twice. */
async function evening(stage: Stage, vouchers: readonly OfflineVoucher[]): Promise<void> {
  const { clock, input, journal, offline, suite, checks, domain } = stage;
  await clock.moveTo(input.day, input.evening);
  const count = input.cloned.sales.length;
  const honest = vouchers.slice(0, -count).toReversed();
  const presented = [...honest, ...vouchers.slice(-count), ...honest];
  const receipt = await journal.note(
    { event: `${presented.length} vouchers are redeemed`, legs: [`${vouchers.length} different ones`] },
    offline.connect(suite.deployer).redeemMany(presented),
  );
  const refused: string[] = [];
  let paid = 0;
  for (const log of receipt.logs) {
    const parsed = offline.interface.parseLog(log);
    if (parsed?.name === "VoucherRedeemed") paid += 1;
    if (parsed?.name === "VoucherRefused") {
      refused.push(offline.interface.getError(String(parsed.args[1]))?.name ?? "unknown");
    }
  }
  const late = input.lost.thief.filter(({ hour }) => hour >= input.lost.reported).length;
  checks.equal("every voucher is paid once, but for those signed after the report", vouchers.length - late, paid);
  const again = honest.length - late;
  const expected = [
    ...Array.from({ length: again }, () => "OfflineVoucherPaid"),
    ...Array.from({ length: 2 * late }, () => "OfflinePaymentTimeInvalid"),
  ];
  checks.equal("the rest is refused for what it is", expected.toSorted(), refused.toSorted());
  const { status } = await offline.deviceOf(personOf(stage, input.cloned.name).device.id);
  checks.equal<bigint>("the cloned device is blocked", OFFLINE_DEVICE_STATUS.blocked, status);
  for (const { payment, endorsement } of vouchers.slice(-count)) {
    const id = offlineVoucherId(domain, { payment, endorsement });
    const redeemed = await offline.redeemedBy(offlinePaymentId(domain, payment));
    checks.equal(`a payment of number ${payment.number} to ${payeeOf(stage, payment.payee)}`, id, redeemed);
  }
}

/** After the cut-off, and after the last voucher could have come. */
async function afterwards(stage: Stage): Promise<void> {
  const { clock, input, journal, offline, suite, jurisdiction, people } = stage;
  const lost = personOf(stage, input.lost.name);
  const { lossGraceDays, termDays, maxAgeDays } = input.terms;
  const day = BigInt(SECONDS_PER_DAY);
  await clock.moveToTime(clock.at(input.day, input.evening) + BigInt(lossGraceDays) * day);
  const close = async ({ name, device }: Person) => {
    const allotment = await offline.allotmentId(device.id, 0n);
    const { amount, paid } = await offline.allotmentOf(allotment);
    await journal.note(
      { event: `${name}'s allotment is closed`, legs: [`${describe(jurisdiction, amount - paid)} free again`] },
      offline.connect(suite.deployer).close(allotment),
    );
  };
  await close(lost);
  await clock.moveToTime(clock.at(input.day) + BigInt(termDays + maxAgeDays) * day + 1n);
  for (const person of people.values()) {
    if (person.loaded > 0n && person !== lost) await close(person);
  }
}

// --------------------------------------------------------------------- the end

async function checkEnd({ checks, people, expected, jurisdiction, offline, bank, input }: Stage): Promise<void> {
  const { currency } = jurisdiction;
  let sum = 0n;
  for (const { name, signer } of people.values()) {
    const has = await currency.balanceOf(signer);
    checks.equal(`${name} has what the rules give`, expected.get(name), has);
    checks.equal(`${name}: nothing is held`, 0n, await currency.heldOf(signer));
    sum += has;
  }
  const banks = await currency.balanceOf(bank.account);
  checks.equal("the bank has lost what it guaranteed and nothing else", expected.get(bank.name), banks);
  checks.equal("no fen was made", await currency.totalSupply(), sum + banks);
  checks.equal("the contract owns nothing", 0n, await currency.balanceOf(offline));
  const loaded = people.get(input.cloned.name)?.loaded ?? 0n;
  const { current, remaining } = await offline.pledgeOf(bank.number);
  const loss = current.amount - remaining;
  checks.holds("the loss by the clones is within the device's allotment", 0n < loss && loss <= loaded);
}

function personOf({ people }: Stage, name: string): Person {
  const person = people.get(name);
  if (person === undefined) throw new RangeError(`${name} has no device`);
  return person;
}

function payeeOf({ people }: Stage, device: string): string {
  return [...people.values()].find((person) => person.device.id === device)?.name ?? device;
}

function note({ offstage, jurisdiction }: Stage, sale: Omit<Purchase, "delivery" | "passedOnTo">, how: string): void {
  offstage.push([`${sale.hour}:00`, sale.from, sale.to, describe(jurisdiction, minor(sale.amount)), how]);
}

function move(expected: Map<string, bigint>, from: string, to: string, amount: bigint): void {
  expected.set(from, (expected.get(from) ?? 0n) - amount);
  expected.set(to, (expected.get(to) ?? 0n) + amount);
}
