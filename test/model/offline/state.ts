import { DAY, Refusal, found, refuse, requireThat } from "../tale.js";

/** Who has a device. */
export const HOLDERS = ["ann", "bob", "cai", "shop"] as const;
export type Holder = (typeof HOLDERS)[number];
/** Everybody who tries something, and the bank that answers for all devices. */
export type Person = Holder | "bank" | "carrier";

/** What the central bank allows, fen and seconds; what everybody has at first, and what the bank has pledged. */
export const TERMS = {
  ...{ maxPayment: 5_000n, maxLoaded: 20_000n, maxAge: 4n * DAY, maxTerm: 10n * DAY, lossGrace: 2n * DAY },
} as const;
export const PURSE = 120_000n;
export const PLEDGE = 25_000n;

/** A payment and its endorsement: what two devices have signed, or somebody for them. */
export interface VoucherModel {
  /** Position of the allotment, of all. */
  readonly allotment: number;
  readonly number: bigint;
  readonly amount: bigint;
  readonly to: Holder;
  readonly signedAt: bigint;
  readonly then: Holder;
  /** Position of the allotment that answers for passing it on. */
  readonly security: number | undefined;
  readonly endorsedAt: bigint;
  /** Signed with another key. */
  readonly forged: "payment" | "endorsement" | undefined;
}

interface DeviceModel {
  status: "active" | "lost" | "blocked";
  loaded: bigint;
  stoppedAt: bigint | undefined;
  cutOff: bigint | undefined;
}

interface AllotmentModel {
  readonly device: Holder;
  /** Of this device, from 0. */
  readonly index: bigint;
  readonly amount: bigint;
  readonly openedAt: bigint;
  readonly signUntil: bigint;
  paid: bigint;
  guaranteed: bigint;
  returned: bigint;
  closed: boolean;
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  readonly balance: Map<Holder | "bank", bigint>;
  readonly devices: Map<Holder, DeviceModel>;
  readonly allotments: AllotmentModel[];
  /** What is left of the bank's pledge. */
  pledged: bigint;
  /** Allotment and number, as a text. */
  readonly used: Set<string>;
  /** The voucher that each payment was redeemed with, and those paid although they were one too many. */
  readonly redeemed: Map<string, string>;
  readonly compensated: Set<string>;
  /** What each voucher has been paid, for the invariants. */
  readonly paidTo: Map<string, bigint>;
  /** Signed, and known to somebody. */
  readonly vouchers: VoucherModel[];
  readonly next: Map<number, bigint>;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly vouchersCountOnce: boolean;
  readonly cheatsAreBlocked: boolean;
  readonly guaranteeIsLimited: boolean;
  readonly lossStops: boolean;
  readonly ageCounts: boolean;
  readonly paymentsAreCapped: boolean;
  readonly cheatsForfeit: boolean;
  readonly securityAnswers: boolean;
}

export const RULES: Rules = {
  vouchersCountOnce: true,
  cheatsAreBlocked: true,
  guaranteeIsLimited: true,
  lossStops: true,
  ageCounts: true,
  paymentsAreCapped: true,
  cheatsForfeit: true,
  securityAnswers: true,
};

export function paymentKey({ allotment, number, amount, to, signedAt }: VoucherModel): string {
  return [allotment, number, amount, to, signedAt].join();
}

export function voucherKey(voucher: VoucherModel): string {
  return [paymentKey(voucher), voucher.then, voucher.security ?? "none", voucher.endorsedAt].join();
}

export function numberKey({ allotment, number }: Pick<VoucherModel, "allotment" | "number">): string {
  return `${allotment}.${number}`;
}

export function deviceOf(state: State, holder: Holder): DeviceModel {
  return found(state.devices.get(holder), "device");
}

export function allotmentAt(state: State, position: number): AllotmentModel {
  return found(state.allotments[position], "allotment");
}

function lastOf({ signUntil }: AllotmentModel): bigint {
  return signUntil + TERMS.maxAge;
}

/** The last moment of redemption. */
export function deadlineOf(state: State, allotment: AllotmentModel): bigint {
  const { cutOff } = deviceOf(state, allotment.device);
  const last = lastOf(allotment);
  return cutOff === undefined || last < cutOff ? last : cutOff;
}

export function load(state: State, holder: Holder, amount: bigint, signUntil: bigint, by: Person): void {
  const device = deviceOf(state, holder);
  requireThat(device.status === "active", "OfflineDeviceStatusInvalid");
  requireThat(by === holder, "OfflineCallerInvalid");
  requireThat(amount > 0n && device.loaded + amount <= TERMS.maxLoaded, "OfflineLoadInvalid");
  requireThat(state.now < signUntil && signUntil <= state.now + TERMS.maxTerm, "OfflineTermInvalid");
  requireThat(amount <= state.pledged, "OfflineGuaranteeMissing");
  const index = BigInt(state.allotments.filter((other) => other.device === holder).length);
  device.loaded += amount;
  const fresh = { paid: 0n, guaranteed: 0n, returned: 0n, closed: false };
  state.allotments.push({ device: holder, index, amount, openedAt: state.now, signUntil, ...fresh });
}

export function reportLoss(state: State, holder: Holder, by: Person): void {
  const device = deviceOf(state, holder);
  requireThat(device.status === "active", "OfflineDeviceStatusInvalid");
  requireThat(by === holder || by === "bank", "OfflineCallerInvalid");
  device.status = "lost";
  device.stoppedAt = state.now;
  device.cutOff = state.now + TERMS.lossGrace;
}

export function close(state: State, position: number): void {
  const allotment = allotmentAt(state, position);
  const over = deadlineOf(state, allotment) < state.now;
  requireThat(!allotment.closed && (over || allotment.paid === allotment.amount), "OfflineNotClosable");
  allotment.closed = true;
  allotment.returned = allotment.amount - allotment.paid;
  deviceOf(state, allotment.device).loaded -= allotment.amount;
}

export function prove(state: State, rules: Rules, first: VoucherModel, second: VoucherModel): void {
  const samePayment = paymentKey(first) === paymentKey(second);
  if (samePayment) {
    requireThat(voucherKey(first) !== voucherKey(second), "OfflineNoConflict");
    const forged = [first, second].some((voucher) => voucher.forged === "endorsement");
    requireThat(!forged, "OfflineSignatureInvalid");
  } else {
    requireThat(numberKey(first) === numberKey(second), "OfflineNoConflict");
    const forged = [first, second].some((voucher) => voucher.forged === "payment");
    requireThat(!forged, "OfflineSignatureInvalid");
  }
  const holder = samePayment ? first.to : allotmentAt(state, first.allotment).device;
  requireThat(deviceOf(state, holder).status !== "blocked", "OfflineDeviceStatusInvalid");
  block(state, rules, holder);
}

/** One after the other; what one is refused for, or nothing. */
export function redeemMany(state: State, rules: Rules, vouchers: readonly VoucherModel[]): (string | undefined)[] {
  return vouchers.map((voucher) => {
    try {
      redeem(state, rules, voucher);
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error.errorName;
      throw error;
    }
  });
}

export function redeem(state: State, rules: Rules, voucher: VoucherModel): void {
  requireGood(state, rules, voucher);
  const [payment, id] = [paymentKey(voucher), voucherKey(voucher)];
  const redeemed = state.redeemed.get(payment);
  if (rules.vouchersCountOnce) {
    requireThat(redeemed !== id && !state.compensated.has(id), "OfflineVoucherPaid");
  }
  if (redeemed !== undefined) {
    block(state, rules, voucher.to);
    if (voucher.security === undefined) {
      if (rules.cheatsForfeit) return;
      pay(state, rules, voucher, voucher.allotment);
    } else if (rules.securityAnswers && pay(state, rules, voucher, voucher.security)) state.compensated.add(id);
    return;
  }
  if (state.used.has(numberKey(voucher))) block(state, rules, allotmentAt(state, voucher.allotment).device);
  if (!pay(state, rules, voucher, voucher.allotment)) return;
  state.used.add(numberKey(voucher));
  state.redeemed.set(payment, id);
}

function requireGood(state: State, rules: Rules, voucher: VoucherModel): void {
  const { now } = state;
  const { amount, signedAt, endorsedAt, to, then, security, forged } = voucher;
  const source = allotmentAt(state, voucher.allotment);
  requireThat(amount > 0n, "OfflineAmountInvalid");
  requireThat(!rules.paymentsAreCapped || amount <= TERMS.maxPayment, "OfflineAmountInvalid");
  const stopped = (holder: Holder, time: bigint) => {
    const { stoppedAt } = deviceOf(state, holder);
    return rules.lossStops && stoppedAt !== undefined && stoppedAt < time;
  };
  const within = source.openedAt <= signedAt && signedAt <= source.signUntil;
  requireThat(within && !stopped(source.device, signedAt), "OfflinePaymentTimeInvalid");
  const young = !rules.ageCounts || now <= signedAt + TERMS.maxAge;
  requireThat(signedAt <= now && young && now <= deadlineOf(state, source), "OfflinePaymentExpired");
  requireThat(signedAt <= endorsedAt && endorsedAt <= now && !stopped(to, endorsedAt), "OfflineEndorsementTimeInvalid");
  requireThat((to === then) === (security === undefined), "OfflineSecurityInvalid");
  if (security !== undefined) {
    const secured = allotmentAt(state, security);
    const open = secured.openedAt <= endorsedAt && endorsedAt <= secured.signUntil;
    requireThat(secured.device === to && open, "OfflineSecurityInvalid");
  }
  if (forged !== undefined) refuse("OfflineSignatureInvalid");
}

/** Whether nothing more is owed for the voucher. */
function pay(state: State, rules: Rules, voucher: VoucherModel, position: number): boolean {
  const allotment = allotmentAt(state, position);
  const payee = voucher.then;
  if (payee === allotment.device) return true;
  const over = allotment.closed || deadlineOf(state, allotment) < state.now;
  const own = over ? 0n : least(voucher.amount, allotment.amount - allotment.paid);
  let guaranteed = 0n;
  if (own < voucher.amount) {
    block(state, rules, allotment.device);
    const room = rules.guaranteeIsLimited ? allotment.amount - allotment.guaranteed : state.pledged;
    if (state.now <= lastOf(allotment)) guaranteed = least(voucher.amount - own, least(room, state.pledged));
  }
  if (own + guaranteed === 0n) return false;
  allotment.paid += own;
  allotment.guaranteed += guaranteed;
  state.pledged -= guaranteed;
  move(state, allotment.device, payee, own);
  move(state, "bank", payee, guaranteed);
  const id = voucherKey(voucher);
  state.paidTo.set(id, (state.paidTo.get(id) ?? 0n) + own + guaranteed);
  return true;
}

function block(state: State, rules: Rules, holder: Holder): void {
  const device = deviceOf(state, holder);
  if (!rules.cheatsAreBlocked || device.status === "blocked") return;
  if (device.cutOff !== undefined && state.now <= device.cutOff) device.cutOff = undefined;
  device.stoppedAt ??= state.now;
  device.status = "blocked";
}

function move({ balance }: State, from: Holder | "bank", to: Holder, amount: bigint): void {
  balance.set(from, found(balance.get(from), "purse") - amount);
  balance.set(to, found(balance.get(to), "purse") + amount);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
