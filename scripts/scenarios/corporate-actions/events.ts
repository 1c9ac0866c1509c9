import { ZeroAddress, parseUnits } from "ethers";
import { dayNumber, formatDay, parseDay } from "../../../sdk/calendar.js";
import { NEVER, type Hold } from "../../../sdk/eip712/ledger.js";
import { minor } from "../../../sdk/money.js";
import { nearest, paidRate, perUnit } from "./book.js";
import type { CorporateActionsInput } from "./input.js";
import type { NoteStage } from "./stage.js";

/** Something that happens at an hour of a day. */
export interface Event {
  readonly date: string;
  readonly hour: number;
  run(): Promise<void>;
}

/** What holders got, by event and name, as the banker's table shows it. */
export type Flows = Map<string, Map<string, string>>;

/** Price and accrued interest of one unit on an early date, computed from the input alone. */
export function earlyAmount({ input, coupons, terms, clock }: NoteStage, date: string, price: string): bigint {
  const { note, fixings } = input;
  const day = dayNumber(clock.at(date));
  const k = coupons.findIndex(({ accrualStart, accrualEnd }) => accrualStart < day && day < accrualEnd);
  const coupon = coupons[k];
  if (coupon === undefined) return minor(price, "HKD");
  const before = note.instalments.slice(0, k).reduce((sum, text) => sum + minor(text, "HKD"), 0n);
  const fixing = parseUnits(fixings.find((one) => one.coupon === k + 1)?.rate ?? "0", 6);
  const accrued = perUnit({
    ...{ start: coupon.accrualStart, end: day, nominal: terms.unitNominal - before, principal: 0n },
    rate: paidRate(fixing, parseUnits(note.spread, 6), parseUnits(note.highestRate, 6)),
  });
  return minor(price, "HKD") + nearest(accrued);
}

/** The issuer's hold that pays for something; the corporate actions capture it unless another does. */
export async function fundingOf(
  { issuer, actions }: NoteStage,
  amount: bigint,
  businessRef: string,
  executor?: string,
): Promise<Hold> {
  return {
    ...{ payer: issuer.signer.address, payee: ZeroAddress, amount, expiry: NEVER, businessRef },
    executor: executor ?? (await actions.getAddress()),
  };
}

/** When holders of a coupon, by its number from 1, are recorded. */
export function recordDate({ note }: CorporateActionsInput, coupon: number): string {
  return dayBefore(note.couponDates[coupon - 1] ?? "", note.recordDays);
}

/** So many days earlier. */
export function dayBefore(date: string, days: number): string {
  return formatDay(parseDay(date) - days);
}

/** Adds a line to the banker's table. */
export function note(flows: Flows, title: string, name: string, amount: string): void {
  flows.set(title, (flows.get(title) ?? new Map<string, string>()).set(name, amount));
}
